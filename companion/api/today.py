"""What the Privacy page shows: the ledger's sums, the backend's own report and the catalogue, put together."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from companion.api.observer import ObserverApi, party_name
from companion.api.values import moment, whole, word
from companion.errors import AnswerError, CompanionError
from companion.model.privacy import Localized, Party, Verdict
from companion.model.today import Due, Flow, GapNote, ServiceTotals, Today
from companion.net.catalogue import Catalogue
from companion.net.client import UNREADABLE

PAGES = 12
"""Of edges, at most: the recorder is a ring of some thousands."""


class Sent(Protocol):
    """What the ledger tells of one request in one hour."""

    @property
    def request(self) -> str: ...
    @property
    def hour(self) -> datetime: ...
    @property
    def size(self) -> int: ...
    @property
    def count(self) -> int: ...


class Edge(NamedTuple):
    source: str
    target: str
    activity: str
    size: int


class TodayApi:
    def __init__(self, observer: ObserverApi, catalogue: Catalogue) -> None:
        self._observer = observer
        self._catalogue = catalogue

    async def look(self, sent: Sequence[Sent], midnight: datetime) -> Today:
        """Everything since `midnight` on the backend's clock, and everything held now. Raises CompanionError."""
        # All sections of the notice are read here for the first time: not in the window's way.
        await asyncio.to_thread(list, self._catalogue.services.values())
        held = await self._observer.fetch("holdings", (("sort", "expires_at"),))
        edges = [edge async for edge in self._edges(midnight)]
        try:
            return self._put_together(sent, edges, held)
        except UNREADABLE as error:
            raise AnswerError("answer.malformed") from error

    async def own(self, sent: Sequence[Sent], error: CompanionError) -> Today:
        """What this app knows by itself, when nothing could be read."""
        await asyncio.to_thread(list, self._catalogue.services.values())
        return Today(
            flows=tuple(flows(self._catalogue, sent, ())), hours=_hours(sent), gaps=self._gaps(),
            services=tuple(totals(self._catalogue, sent, ())), failed=error.key, failed_params=error.params,
        )  # fmt: skip

    def _gaps(self) -> tuple[GapNote, ...]:
        rows = self._catalogue.gaps.values()
        return tuple(GapNote(row["id"], row["kind"], tuple(row["lines"]), row["show"]) for row in rows)

    async def _edges(self, midnight: datetime) -> Any:
        after = ""
        for _ in range(PAGES):
            table = await self._observer.fetch("edges", (("after", after),) if after else ())
            try:
                for row in table["edges"]:
                    at = moment(row["at"])
                    if at is not None and at >= midnight:
                        yield Edge(word(row["from"]), word(row["to"]), word(row["activity"] or ""), whole(row["bytes"]))
                after = word(table.get("next") or "")
            except UNREADABLE as error:
                raise AnswerError("answer.malformed") from error
            if not after:
                return

    def _put_together(self, sent: Sequence[Sent], edges: Sequence[Edge], held: Any) -> Today:
        counts = held["counts"]
        return Today(
            read_at=moment(held["now"]), flows=tuple(flows(self._catalogue, sent, edges)), hours=_hours(sent),
            held={str(party): whole(rows) for party, rows in counts["party"].items()},
            rules={str(rule): whole(rows) for rule, rows in counts["rule"].items()}, total=whole(held["total"]),
            dues=tuple(dues(self._catalogue, held["rows"])), services=tuple(totals(self._catalogue, sent, edges)),
            gaps=self._gaps(),
        )  # fmt: skip


def _hours(sent: Sequence[Sent]) -> tuple[int, ...]:
    hours = [0] * 24
    for one in sent:
        hours[one.hour.astimezone().hour] += one.size
    return tuple(hours)


def flows(catalogue: Catalogue, sent: Sequence[Sent], edges: Sequence[Edge]) -> list[Flow]:
    """One flow for each pair of parties, what this app sent first, then by size."""
    found: dict[tuple[str, str, bool], list[tuple[int, int, bool, str]]] = defaultdict(list)
    for one in sent:
        request = catalogue.requests.get(one.request)
        if request is not None:
            unlisted = any(fact.verdict is Verdict.NOT_LISTED for fact in catalogue.facts(request))
            found["companion_app", request.party, True].append((one.size, one.count, unlisted, request.activity))
    for edge in edges:
        found[edge.source, edge.target, False].append(
            (edge.size, 1, not _is_listed(catalogue, edge.activity), edge.activity)
        )
    rows = [_flow(catalogue, *pair, parts) for pair, parts in found.items()]
    return sorted(rows, key=lambda flow: (not flow.observed, -flow.size))


def _is_listed(catalogue: Catalogue, activity: str) -> bool:
    """Whether the notice lists anything of it: an activity of our own it does not know, and of some it lists no data at all."""
    known = catalogue.activities.get(activity)
    return known is not None and not catalogue.activities.is_own(activity) and bool(known["data"])


def _flow(
    catalogue: Catalogue, source: str, target: str, observed: bool, parts: list[tuple[int, int, bool, str]]
) -> Flow:  # fmt: skip
    names: dict[str, Localized] = {}
    for *_, activity in parts:
        service = catalogue.service_of(activity)
        if service is not None:
            names[service["id"]] = service["name"]
    size, requests = sum(part[0] for part in parts), sum(part[1] for part in parts)
    unlisted = any(part[2] for part in parts)
    return Flow(
        _party(catalogue, source), _party(catalogue, target), size, requests, unlisted, observed, tuple(names.values())
    )


def _party(catalogue: Catalogue, name: str) -> Party:
    return catalogue.party(name)


def dues(catalogue: Catalogue, rows: Iterable[Any]) -> list[Due]:
    """Records that end, by day, activity and party; what ends first comes first. `rows` are sorted by their end."""
    found: dict[tuple[str, str, str], list[datetime]] = defaultdict(list)
    for row in rows:
        ends = moment(row["expires_at"])
        if ends is not None:
            found[ends.date().isoformat(), word(row["activity"]), word(row["party"])].append(ends)
    return [
        Due(min(ends), len(ends), catalogue.activity_name(activity), party_name(catalogue, party))
        for (_, activity, party), ends in found.items()
    ]


def totals(catalogue: Catalogue, sent: Sequence[Sent], edges: Sequence[Edge]) -> list[ServiceTotals]:
    """Every section of the notice, in its order."""
    seen: dict[str, set[str]] = defaultdict(set)
    extra: dict[str, set[str]] = defaultdict(set)
    size: dict[str, int] = defaultdict(int)
    count: dict[str, int] = defaultdict(int)
    for one in sent:
        request = catalogue.requests.get(one.request)
        service = catalogue.service_of(request.activity) if request is not None else None
        if request is None or service is None:
            continue
        size[service["id"]] += one.size
        count[service["id"]] += one.count
        for fact in catalogue.facts(request):
            kind = {Verdict.DECLARED: seen, Verdict.NOT_LISTED: extra}.get(fact.verdict)
            if kind is not None:
                kind[service["id"]].add(fact.item)
    for edge in edges:
        service, known = catalogue.service_of(edge.activity), catalogue.activities.get(edge.activity)
        if service is not None and known is not None:
            size[service["id"]] += edge.size
            count[service["id"]] += 1
            seen[service["id"]] |= {row["item"] for row in known["data"]}
    return [_total(row, seen, extra, size, count) for row in catalogue.services.values()]


def _total(
    service: Any, seen: dict[str, set[str]], extra: dict[str, set[str]], size: dict[str, int], count: dict[str, int]
) -> ServiceTotals:  # fmt: skip
    name = service["id"]
    declared = {row["item"] for activity in service["activity"] for row in activity["data"]}
    silent = sum(
        any(rule["kind"] == "unspecified" for rule in activity["retention"]) for activity in service["activity"]
    )
    first, last = service["lines"]
    return ServiceTotals(
        name, service["name"], (first, last), len(declared), len(seen[name] & declared), len(extra[name] - declared),
        len(declared - seen[name]), silent, size[name], count[name],
    )  # fmt: skip
