"""What the backend reports about itself to the owner: records held, and hops behind the receiver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from companion.api.values import moment, whole, word
from companion.errors import AnswerError
from companion.model.privacy import Holding, Hop, Localized
from companion.net.call import Call
from companion.net.catalogue import Catalogue
from companion.net.client import UNREADABLE, Client

PARTY = "console"
Query = tuple[tuple[str, str], ...]


class ObserverApi:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._catalogue = client.door.catalogue

    async def holdings(self, traces: Sequence[str]) -> tuple[datetime, tuple[Holding, ...]]:
        """The backend's time and the records that these requests left behind."""
        table = await self.fetch("holdings", _traces(traces))
        try:
            now = moment(table["now"])
            assert now is not None
            return now, tuple(_held(self._catalogue, row) for row in table["rows"])
        except UNREADABLE as error:
            raise AnswerError("answer.malformed") from error

    async def edges(self, traces: Sequence[str]) -> tuple[Hop, ...]:
        table = await self.fetch("edges", _traces(traces))
        try:
            return tuple(_hop(self._catalogue, row) for row in table["edges"])
        except UNREADABLE as error:
            raise AnswerError("answer.malformed") from error

    async def fetch(self, what: str, query: Query) -> Any:
        """The backend's own JSON about itself to the owner: a page of `holdings` or `edges`, or a `receipt`."""
        call = Call(PARTY, "GET", f"/observer/{what}", query=query, authorised=True, action="observe")
        table, _ = await self._client.json(call)
        return table


def _traces(traces: Sequence[str]) -> Query:
    return tuple(("trace", trace) for trace in traces)


def _held(catalogue: Catalogue, row: Any) -> Holding:
    stored = moment(row["stored_at"])
    assert stored is not None
    activity, party, items = word(row["activity"]), word(row["party"]), tuple(word(item) for item in row["items"])
    duration = row.get("duration")
    service = catalogue.service_of(activity)
    line = line_of(row)
    rule = {"kind": word(row["rule"]), "duration": duration and word(duration), "lines": [line] if line else []}
    names = tuple(catalogue.items[item]["name"] if item in catalogue.items else {"en": item} for item in items)
    return Holding(
        id=word(row["id"]), party=party, party_name=party_name(catalogue, party), activity=activity,
        title=catalogue.activity_name(activity), service_name=service["name"] if service else {}, items=items,
        item_names=names, period=catalogue.period(activity, rule), stored_at=stored, expires_at=moment(row["expires_at"]),
        line=line, trace=_optional(row.get("trace")),
    )  # fmt: skip


def _hop(catalogue: Catalogue, row: Any) -> Hop:
    at, activity = moment(row["at"]), word(row["activity"] or "")
    source, target = word(row["from"]), word(row["to"])
    assert at is not None
    known = catalogue.activities.get(activity)
    return Hop(
        id=word(row["id"]), trace=word(row["trace"]), source=source, target=target,
        source_name=party_name(catalogue, source), target_name=party_name(catalogue, target),
        method=word(row["method"]), path=word(row["path"]), at=at, size=whole(row["bytes"]), status=whole(row["status"]),
        activity=activity, activity_name=known["name"] if known else {}, line=catalogue.line_of(activity) if known else None,
    )  # fmt: skip


def _optional(value: Any) -> str | None:
    return None if value is None else word(value)


def line_of(row: Any) -> int | None:
    """The line of the notice that a row of the backend's names."""
    return None if row["line"] is None else whole(row["line"])


def party_name(catalogue: Catalogue, party: str) -> Localized:
    """The party's name; one that the catalogue does not know shows as it calls itself."""
    row = catalogue.parties.get(party)
    words: Localized = row["name"] if row else {"en": party}
    return words
