"""What is held and what went between parties, as rows for staff and for the owner."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import QueryParams

from mock_backend.catalogue import Activity
from mock_backend.clock import Clock
from mock_backend.console.holdings import Holdings, Wanted
from mock_backend.retention import Deletion
from mock_backend.vault import Vault
from mock_backend.wire import Edge, Wire

PAGE = 500


class Views:
    """`owner` None sees everything (staff); an account sees its own."""

    def __init__(
        self, clock: Clock, vaults: Mapping[str, Vault], activities: Mapping[str, Activity], wire: Wire
    ) -> None:
        self._clock = clock
        self._wire = wire
        self._holdings = Holdings(clock, vaults, activities)

    def holdings(self, owner: str | None, query: QueryParams) -> dict[str, Any]:
        """Raises Refused."""
        return self._holdings.page(Wanted.read(query, owner))

    def edges(self, owner: str | None, after: int, traces: tuple[str, ...]) -> dict[str, Any]:
        found = list(itertools.islice(self._wire.edges(after, traces, owner), PAGE))
        rows = [_edge(edge) for edge in found]
        return {
            "now": self._clock.now().isoformat(),
            "edges": rows,
            "next": rows[-1]["id"] if len(rows) == PAGE else None,
        }


def deletion(one: Deletion) -> dict[str, Any]:
    return {
        "party": one.party, "activity": one.activity, "rows": one.rows, "due": one.due.isoformat(),
        "at": one.at.isoformat(), "last": one.last.isoformat(),
    }  # fmt: skip


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "id": edge.id, "trace": edge.trace, "from": edge.source, "to": edge.target, "method": edge.method,
        "path": edge.path, "at": edge.at.isoformat(), "bytes": edge.size, "status": edge.status,
        "activity": edge.activity, "kind": edge.kind,
    }  # fmt: skip
