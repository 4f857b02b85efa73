"""What is held, as pages: filtered and sorted without counting or sorting all of it.

Rule, service, item and text are facts of an activity or a subject, never of a single record. So a filter chooses places
(owner, activity, subject) of a vault; an index has the records of each place in both orders, and a page merges them.
"""

from __future__ import annotations

import base64
import heapq
import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.datastructures import QueryParams

from mock_backend.catalogue import LONGEST, Activity
from mock_backend.clock import Clock
from mock_backend.vault import Place, Record, Vault
from mock_backend.web import Refused

PAGE = 500
SORTS = ("party", "stored_at", "expires_at", "service")
NONE = 1 << 62
TEXT = 100
"""Characters of a search text."""

Key = tuple[str, float, int, int]
"""Group, time, place of the party, id: in this order the records come."""
Row = tuple[Key, str, Record]
Held = tuple[int, str, Place, int]
"""Place of the party, party, place within its vault, how many records are there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`owner` None is staff, who see everybody's."""

    owner: str | None
    party: str | None
    service: str | None
    rule: str | None
    item: str | None
    text: str
    traces: tuple[str, ...]
    sort: str
    is_down: bool
    after: Key | None

    @classmethod
    def read(cls, query: QueryParams, owner: str | None) -> Wanted:
        """Raises Refused 400."""
        sort, rule, text = query.get("sort", "party"), query.get("rule"), query.get("q", "")
        if sort not in SORTS:
            raise Refused(400, f"sort is one of {', '.join(SORTS)}.")
        if rule is not None and rule not in LONGEST:
            raise Refused(400, f"rule is one of {', '.join(LONGEST)}.")
        if query.get("desc", "0") not in ("0", "1"):
            raise Refused(400, "desc is 0 or 1.")
        if len(text) > TEXT:
            raise Refused(400, f"q has at most {TEXT} characters.")
        is_down = query.get("desc") == "1"
        traces = tuple(query.getlist("trace"))[:100]
        after = _after(query.get("after", ""), sort, is_down)
        return cls(
            owner, query.get("party"), query.get("service"), rule, query.get("item"), text.casefold(), traces, sort, is_down,
            after,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Stream:
    """Records of one place, in one group."""

    group: str
    index: int
    party: str
    place: Place
    order: str = "stored_at"

    def key(self, record: Record) -> Key:
        times = {"stored_at": record.stored_at, "expires_at": record.expires_at, "id": None}
        time = times[self.order]
        return self.group, time.timestamp() if time else 0.0, self.index, record.id


class Holdings:
    def __init__(self, clock: Clock, vaults: Mapping[str, Vault], activities: Mapping[str, Activity]) -> None:
        self._clock = clock
        self._vaults = vaults
        self._activities = activities

    def page(self, wanted: Wanted) -> dict[str, Any]:
        """At most PAGE records; `next` is the `after` of the page behind it, null at the end."""
        if wanted.traces:
            return self._answer(wanted, self._traced(wanted), [])
        places = list(self._places(wanted))
        return self._answer(wanted, None, places)

    def _answer(self, wanted: Wanted, traced: list[Row] | None, places: Sequence[Held]) -> dict[str, Any]:
        found = self._merged(places, wanted) if traced is None else _behind(traced, wanted)
        rows = list(itertools.islice(found, PAGE + 1))
        return {
            "now": self._clock.now().isoformat(),
            "total": sum(one[3] for one in places) if traced is None else len(traced),
            "next": _cursor(wanted, rows[PAGE - 1][0]) if len(rows) > PAGE else None, "counts": self._counts(places),
            "rows": [self._row(party, record) for _, party, record in rows[:PAGE]],
        }  # fmt: skip

    def _places(self, wanted: Wanted) -> Iterator[Held]:
        for index, (party, vault) in enumerate(self._vaults.items()):
            if wanted.party in (None, party):
                for place, rows in vault.places().items():
                    if rows and self._fits(vault, place, wanted):
                        yield index, party, place, rows

    def _fits(self, vault: Vault, place: Place, wanted: Wanted) -> bool:
        owner, name, subject = place
        activity = self._activities.get(name)
        return (
            activity is not None and wanted.owner in (None, owner) and wanted.service in (None, activity.service)
            and wanted.rule in (None, vault.rule(name).kind) and (wanted.item is None or wanted.item in activity.items)
            and any(wanted.text in text.casefold() for text in (name, activity.service, subject, *activity.words))
        )  # fmt: skip

    def _counts(self, places: Sequence[Held]) -> dict[str, dict[str, int]]:
        found: dict[str, Counter[str]] = {"party": Counter(), "service": Counter(), "rule": Counter()}
        for _, party, (_, name, _), rows in places:
            found["party"][party] += rows
            found["service"][self._activities[name].service] += rows
            found["rule"][self._vaults[party].rule(name).kind] += rows
        return {name: dict(counter) for name, counter in found.items()}

    # -- in order -----------------------------------------------------------------------------------------------

    def _merged(self, places: Sequence[Held], wanted: Wanted) -> Iterator[Row]:
        """Group after group: streams of the later ones are opened only where the page goes on to them."""
        streams = [
            stream for index, party, place, _ in places for stream in self._streams(index, party, place, wanted.sort)
        ]
        streams.sort(key=lambda one: one.group, reverse=wanted.is_down)
        for _, group in itertools.groupby(streams, key=lambda one: one.group):
            opened = [self._open(one, wanted) for one in group if not _is_passed(one, wanted)]
            yield from heapq.merge(*opened, key=_key, reverse=wanted.is_down)

    def _streams(self, index: int, party: str, place: Place, sort: str) -> Iterator[_Stream]:
        if sort == "party":
            yield _Stream(f"{index:03}", index, party, place)
        elif sort == "service":
            yield _Stream(self._activities[place[1]].service, index, party, place)
        elif sort == "stored_at":
            yield _Stream("", index, party, place)
        else:
            yield _Stream("ends", index, party, place, "expires_at")
            yield _Stream("stays", index, party, place, "id")

    def _open(self, stream: _Stream, wanted: Wanted) -> Iterator[Row]:
        vault = self._vaults[stream.party]
        for record in vault.lines(stream.place, stream.order, _start(stream, wanted), is_down=wanted.is_down):
            yield stream.key(record), stream.party, record

    def _traced(self, wanted: Wanted) -> list[Row]:
        """The few records of some requests; the same filters and order."""
        found: list[Row] = []
        for index, (party, vault) in enumerate(self._vaults.items()):
            for record in vault.traced(wanted.traces, wanted.owner) if wanted.party in (None, party) else ():
                place = (record.owner, record.activity, record.subject)
                if self._fits(vault, place, wanted):
                    found.append((self._key(index, party, place, record, wanted.sort), party, record))
        return sorted(found, key=_key, reverse=wanted.is_down)

    def _key(self, index: int, party: str, place: Place, record: Record, sort: str) -> Key:
        streams = list(self._streams(index, party, place, sort))
        return (streams[0] if record.expires_at is not None else streams[-1]).key(record)

    def _row(self, party: str, record: Record) -> dict[str, Any]:
        activity, rule = self._activities[record.activity], self._vaults[party].rule(record.activity)
        return {
            "id": f"{party}-{record.id}", "party": party, "service": activity.service, "activity": activity.id,
            "items": list(activity.items), "subject": record.subject, "rule": rule.kind, "duration": rule.duration,
            "stored_at": record.stored_at.isoformat(), "expires_at": _iso(record.expires_at), "line": rule.line,
            "choice": rule.choice, "trace": record.trace, "erased_with_account": activity.erased_with_account,
        }  # fmt: skip


def _key(row: Row) -> Key:
    return row[0]


def _is_passed(stream: _Stream, wanted: Wanted) -> bool:
    """Whether all of its group lies before the page."""
    if wanted.after is None or stream.group == wanted.after[0]:
        return False
    return (stream.group > wanted.after[0]) == wanted.is_down


def _start(stream: _Stream, wanted: Wanted) -> tuple[float, int] | None:
    """(time, id) behind which this stream goes on."""
    if wanted.after is None or stream.group != wanted.after[0]:
        return None
    _, time, index, number = wanted.after
    # Another party at the very same moment comes wholly before or wholly behind: an id below or above all there are.
    return time, number if stream.index == index else -1 if stream.index > index else NONE


def _behind(rows: list[Row], wanted: Wanted) -> Iterator[Row]:
    after = wanted.after
    return (row for row in rows if after is None or (row[0] < after if wanted.is_down else row[0] > after))


def _cursor(wanted: Wanted, key: Key) -> str:
    text = json.dumps([wanted.sort, wanted.is_down, *key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _after(text: str, sort: str, is_down: bool) -> Key | None:
    """Raises Refused for what is no `next` of such a page."""
    if not text:
        return None
    try:
        given = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        said, down, group, time, index, number = given
        is_key = isinstance(group, str) and type(time) is float and type(index) is int and type(number) is int
        if (said, down) != (sort, is_down) or not is_key or not 0 <= number < NONE or not abs(time) < 1e12:
            raise ValueError
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused(400, "after must be the next of a page with this order.") from error
    return group, time, index, number


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()
