"""What the backend reports about itself to the owner: records held, and hops behind the receiver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from companion.api.readings import moment
from companion.errors import AnswerError
from companion.model.privacy import Holding, Hop, Localized
from companion.net.call import Call
from companion.net.catalogue import Catalogue
from companion.net.client import Client

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
        except (TypeError, KeyError, ValueError, AssertionError) as error:
            raise AnswerError("answer.malformed") from error

    async def edges(self, traces: Sequence[str]) -> tuple[Hop, ...]:
        table = await self.fetch("edges", _traces(traces))
        try:
            return tuple(_hop(self._catalogue, row) for row in table["edges"])
        except (TypeError, KeyError, ValueError, AssertionError) as error:
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
    activity, items = row["activity"], tuple(str(item) for item in row["items"])
    service = catalogue.service_of(activity)
    rule = {"kind": row["rule"], "duration": row.get("duration"), "lines": [row["line"]] if row["line"] else []}
    names = tuple(catalogue.items[item]["name"] if item in catalogue.items else {"en": item} for item in items)
    return Holding(
        id=str(row["id"]), party=row["party"], party_name=party_name(catalogue, row["party"]), activity=activity,
        title=catalogue.activities[activity]["name"], service_name=service["name"] if service else {}, items=items,
        item_names=names, period=catalogue.period(activity, rule), stored_at=stored, expires_at=moment(row["expires_at"]),
        line=row["line"], trace=row.get("trace"),
    )  # fmt: skip


def _hop(catalogue: Catalogue, row: Any) -> Hop:
    at, activity = moment(row["at"]), str(row["activity"] or "")
    assert at is not None
    known = catalogue.activities.get(activity)
    return Hop(
        id=str(row["id"]), trace=row["trace"], source=row["from"], target=row["to"],
        source_name=party_name(catalogue, row["from"]), target_name=party_name(catalogue, row["to"]),
        method=row["method"], path=row["path"], at=at, size=int(row["bytes"]), status=int(row["status"]),
        activity=activity, activity_name=known["name"] if known else {}, line=catalogue.line_of(activity) if known else None,
    )  # fmt: skip


def party_name(catalogue: Catalogue, party: str) -> Localized:
    """The party's name; one that the catalogue does not know shows as it calls itself."""
    row = catalogue.parties.get(party)
    words: Localized = row["name"] if row else {"en": party}
    return words
