"""What the Privacy page tells at a glance: what left today, to whom, what is held, what goes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from companion.model.privacy import ON_BOARD, Localized, Party


@dataclass(frozen=True, slots=True)
class Flow:
    """All that went from one party to another since midnight. `size` in bytes of the requests as they were written.

    `observed`: this app saw it at its own socket; else the backend reports it. `unlisted`: something in it is not in the
    notice's list for that activity.
    """

    source: Party
    target: Party
    size: int
    requests: int
    unlisted: bool
    observed: bool
    services: tuple[Localized, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """Records of one activity at one party that end at the same time; on the backend's clock."""

    at: datetime
    rows: int
    title: Localized
    party: Localized


@dataclass(frozen=True, slots=True)
class ServiceTotals:
    """One section of the notice against what was seen today: numbers of data items, and of activities without a period."""

    id: str
    name: Localized
    lines: tuple[int, int]
    declared: int
    seen: int
    not_listed: int
    not_seen: int
    not_stated: int
    size: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class GapNote:
    """A place where the notice is silent, ambiguous or contradicts itself, with the lines it is about."""

    id: str
    kind: str
    lines: tuple[int, ...]
    text: Localized


@dataclass(frozen=True, slots=True)
class Today:
    """`held` counts records by party, `rules` by kind of rule; both of everything held now. `dues`: what ends first, in order."""

    read_at: datetime | None = None
    flows: tuple[Flow, ...] = ()
    hours: tuple[int, ...] = (0,) * 24
    """Bytes that this app sent, by hour of its own day."""
    held: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    total: int = 0
    dues: tuple[Due, ...] = ()
    services: tuple[ServiceTotals, ...] = ()
    gaps: tuple[GapNote, ...] = ()
    failed: str | None = None
    """Error key of the last look; what was read before stays. Without `read_at` only this app's own part is known."""
    failed_params: tuple[tuple[str, str], ...] = ()

    @property
    def sent_here(self) -> int:
        return sum(flow.size for flow in self.flows if flow.observed)

    @property
    def sent_by_car(self) -> int:
        return sum(flow.size for flow in self.flows if flow.source.id in ON_BOARD)

    @property
    def receivers(self) -> tuple[Party, ...]:
        """Everybody who got something, each once."""
        return tuple({flow.target.id: flow.target for flow in self.flows}.values())


@dataclass(frozen=True, slots=True)
class ClockMove:
    """What a move of the demo clock did; `rows` records went at `parties` parties."""

    to: datetime
    rows: int
    parties: int
    skipped: int
