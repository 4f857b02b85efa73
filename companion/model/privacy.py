"""What leaves, who gets it, and what is held: the nouns of the privacy panel.

Words follow the GDPR and the Data Privacy Vocabulary: data item, processing activity, recipient, storage period.
Texts that come from the catalogue travel as `Localized`: language code -> sentence, for en, fr and de.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Localized = Mapping[str, str]

ON_BOARD = ("vehicle", "pcm")
"""The parties of the car itself."""


class SpanKind(StrEnum):
    ITEM = "item"
    ENVELOPE = "envelope"
    SYNTAX = "syntax"


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes [start, end) of a transmission. Spans are contiguous and add up to the length."""

    start: int
    end: int
    kind: SpanKind
    item: str | None = None
    field: int | None = None
    """Index into `Transmission.fields`; None for syntax."""
    secret: bool = False
    """The bytes of a secret are never kept: `raw` has `*` in their place."""
    slot: str | None = None
    """Before sending: the value comes later, e.g. `from_server`, `from_code`, `at_sending`."""
    undeclared: bool = False
    """The catalogue does not know this field: why the request does not leave."""

    def __len__(self) -> int:
        return self.end - self.start


class Verdict(StrEnum):
    """About a field: what the notice says of it, against what was seen."""

    DECLARED = "declared"
    NOT_LISTED = "not_listed"
    NOT_SEEN = "not_seen"
    CHOICE = "choice"


class Basis(StrEnum):
    """About a period: who says so."""

    STATED = "stated"
    NOT_STATED = "not_stated"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Period:
    """How long something is kept, by one rule of one activity.

    `rule` is one of the catalogue's retention kinds; `duration` an ISO 8601 period (`P12M`) where the kind has one.
    """

    basis: Basis
    rule: str
    activity: str
    duration: str | None = None
    upper_bound: bool = False
    line: int | None = None
    text: Localized = field(default_factory=dict)
    """One short phrase: "12 months", "Until the next change"."""


@dataclass(frozen=True, slots=True)
class FieldFact:
    """One row of "What each part is": a declared field of a request with its verdict, source and periods."""

    number: int
    locator: str
    """Where in the request: `path.vin`, `header.Authorization`, `body.payload.spin.hash`."""
    item: str
    kind: SpanKind
    name: Localized
    verdict: Verdict
    line: int | None = None
    """The line of the notice that lists it for this activity; None if the notice does not list it here."""
    related_line: int | None = None
    """Where the notice lists the item for another flow of the same service ("Listed only from the car")."""
    note: Localized = field(default_factory=dict)
    periods: tuple[Period, ...] = ()
    """Empty: kept by nobody that we know a rule of; show as not stated."""
    secret: bool = False
    french: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who takes part. `line`: where the notice speaks of it; None: it is not of the notice."""

    id: str
    name: Localized
    icon: str = "server"
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Where the notice is silent, ambiguous or contradicts itself about an activity."""

    id: str
    text: Localized
    lines: tuple[int, ...] = ()


class Stage(StrEnum):
    BEFORE = "before"
    LEFT = "left"
    RECEIVED = "received"
    HELD = "held"


class Outcome(StrEnum):
    PREVIEW = "preview"
    SENDING = "sending"
    DONE = "done"
    """The receiver answered; see `status`."""
    CUT = "cut"
    """Cancelled or broken while sending: only `raw` left."""
    LOST = "lost"
    """All bytes left, no answer came."""
    BLOCKED = "blocked"
    """Nothing left: a field is not in the catalogue, or the bytes differ from the preview."""
    FAILED = "failed"
    """No connection: nothing left."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The socket as seen here: `local` and `remote` are `host:port`, `seq` counts requests on it from 1."""

    local: str
    remote: str
    seq: int


@dataclass(frozen=True, slots=True)
class Transmission:
    """One request to one receiver: first as preview, then as the ledger's entry."""

    id: str
    action: str
    action_id: str
    """One press of a button; the requests it needs share it."""
    request: str
    """Id of the declared request; empty if none matched."""
    activity: str
    party: str
    address: str
    method: str
    path: str
    """Target as sent, secrets masked."""
    raw: bytes
    """Exactly the bytes, each byte of a secret replaced by `*`. In a blocked entry: the bytes that did not leave."""
    spans: tuple[Span, ...]
    fields: tuple[FieldFact, ...]
    outcome: Outcome = Outcome.PREVIEW
    group: str = "action"
    """`action`, `background` or `observation` (the panel's own reads, in no total)."""
    started_at: datetime | None = None
    """The owner's real clock, UTC."""
    demo_time: datetime | None = None
    """The backend's clock, UTC."""
    ended_at: datetime | None = None
    status: int | None = None
    received: int = 0
    """Bytes of the answer's head and body as HTTP delivered them."""
    connection: Connection | None = None
    trace: str | None = None
    """The trace id that the receiver told in its answer; joins hops and records to this request."""
    blocked: tuple[str, str] | None = None
    """(locator, reason key) where the door stopped it, or, in a preview, will stop it."""
    title: Localized = field(default_factory=dict)
    valid_until: datetime | None = None
    """Of a preview: its ids are drawn for single use until then."""
    not_seen: tuple[FieldFact, ...] = ()
    """Items the notice lists for this activity that this request does not carry."""
    receivers: tuple[Party, ...] = ()
    """Who gets the bytes, then whom the catalogue says they are passed on to."""
    gaps: tuple[Gap, ...] = ()
    silence: Localized = field(default_factory=dict)
    """What the notice leaves out where it lists nothing at all for this activity; empty where it lists something."""
    many: bool = False
    """One of many alike that go out for one look: they are shown together, the first byte for byte."""

    @property
    def sent(self) -> int:
        """Bytes that left."""
        return 0 if self.outcome in (Outcome.BLOCKED, Outcome.FAILED, Outcome.PREVIEW) else len(self.raw)


def together(entries: Iterable[Transmission]) -> tuple[tuple[Transmission, ...], ...]:
    """The same entries in the same order, those that are many alike of one look as one group at the place of the first."""
    groups: dict[str, list[Transmission]] = {}
    for entry in entries:
        name = f"{entry.action_id} {entry.request}" if entry.many else entry.id
        groups.setdefault(name, []).append(entry)
    return tuple(tuple(group) for group in groups.values())


@dataclass(frozen=True, slots=True)
class Hop:
    """A request between two parties behind the receiver, as the backend reports it (not observed here)."""

    id: str
    trace: str
    source: str
    target: str
    source_name: Localized
    target_name: Localized
    method: str
    path: str
    at: datetime
    size: int
    status: int
    activity: str
    activity_name: Localized = field(default_factory=dict)
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """One record that a party holds now, as that party reports it."""

    id: str
    party: str
    party_name: Localized
    activity: str
    title: Localized
    service_name: Localized
    items: tuple[str, ...]
    item_names: tuple[Localized, ...]
    period: Period
    stored_at: datetime
    expires_at: datetime | None
    line: int | None
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class ActionView:
    """All the panel shows for one action: the newest press of it, or its preview."""

    action: str
    title: Localized
    service_name: Localized
    icon: str
    lines: tuple[int, int] | None = None
    """First and last line of the notice's section; None for what the notice does not describe."""
    action_id: str = ""
    previews: tuple[Transmission, ...] = ()
    entries: tuple[Transmission, ...] = ()
    hops: tuple[Hop, ...] = ()
    holdings: tuple[Holding, ...] = ()
    stage: Stage = Stage.BEFORE
    """The furthest stage reached."""
    observed_at: datetime | None = None
    """When hops and holdings were last read, on the backend's clock; None before the first read."""
    unread: bool = False
    """The first look failed: nothing is known of hops and holdings."""
    told_by: tuple[str, ...] = ()
    """Traces of what a car sent by itself and nobody pressed: this app sent nothing for it."""
    result: str | None = None
    """Phase of the command ("done", "failed", ...) or None for reads."""
    note: Localized = field(default_factory=dict)
    """What stays where it is although this is pressed, as the notice has it on `note_line`."""
    note_line: int | None = None


@dataclass(frozen=True, slots=True)
class Privacy:
    focus: str = ""
    """The action that the panel follows; empty: the list of recent requests."""
    actions: Mapping[str, ActionView] = field(default_factory=dict)
    recent: tuple[Transmission, ...] = ()
    """The newest entries first, observation included (marked by group)."""
    leaving: int = 0
    """Bytes of requests under way."""
