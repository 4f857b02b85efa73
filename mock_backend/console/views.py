"""What is held and what went between parties, as rows for staff and for the owner."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mock_backend.catalogue import Activity
from mock_backend.clock import Clock
from mock_backend.retention import Deletion
from mock_backend.vault import Record, Vault
from mock_backend.web import whole
from mock_backend.wire import Edge, Wire

PAGE = 500


class Views:
    """`owner` None sees everything (staff); an account sees its own."""

    def __init__(
        self, clock: Clock, vaults: Mapping[str, Vault], activities: Mapping[str, Activity], wire: Wire
    ) -> None:
        self._clock = clock
        self._vaults = vaults
        self._activities = activities
        self._wire = wire

    def holdings(self, owner: str | None, party: str | None, after: str, traces: tuple[str, ...]) -> dict[str, Any]:
        """A page of records, party by party; `next` is the `after` of the page behind it, null at the end."""
        first, number = _place(after)
        rows: list[dict[str, Any]] = []
        vaults = [(name, vault) for name, vault in self._vaults.items() if party in (None, name)]
        for index, (name, vault) in enumerate(vaults):
            if index < first:
                continue
            start = number if index == first else 0
            found = vault.after(start, PAGE - len(rows), owner=owner, traces=traces)
            rows += [self._row(name, record) for record in found]
            if len(rows) >= PAGE:
                return self._page(rows, f"{index}.{found[-1].id}", owner, party)
        return self._page(rows, None, owner, party)

    def edges(self, owner: str | None, after: int, traces: tuple[str, ...]) -> dict[str, Any]:
        found = list(itertools.islice(self._wire.edges(after, traces, owner), PAGE))
        rows = [_edge(edge) for edge in found]
        return {"now": self._clock.now().isoformat(), "edges": rows, "next": rows[-1]["id"] if len(rows) == PAGE else None}

    def _page(
        self, rows: list[dict[str, Any]], following: str | None, owner: str | None, party: str | None
    ) -> dict[str, Any]:
        total = sum(vault.size(owner) for name, vault in self._vaults.items() if party in (None, name))
        return {"now": self._clock.now().isoformat(), "total": total, "next": following, "rows": rows}

    def _row(self, party: str, record: Record) -> dict[str, Any]:
        activity = self._activities[record.activity]
        rule = activity.rule
        return {
            "id": f"{party}-{record.id}", "party": party, "service": activity.service, "activity": activity.id,
            "items": list(activity.items), "subject": record.subject, "rule": rule.kind, "duration": rule.duration,
            "stored_at": record.stored_at.isoformat(), "expires_at": _iso(record.expires_at), "line": rule.line,
            "choice": rule.choice, "trace": record.trace,
        }  # fmt: skip


def deletion(one: Deletion) -> dict[str, Any]:
    return {
        "party": one.party, "activity": one.activity, "rows": one.rows, "due": one.due.isoformat(),
        "at": one.at.isoformat(),
    }  # fmt: skip


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "id": edge.id, "trace": edge.trace, "from": edge.source, "to": edge.target, "method": edge.method,
        "path": edge.path, "at": edge.at.isoformat(), "bytes": edge.size, "status": edge.status,
        "activity": edge.activity, "kind": edge.kind,
    }  # fmt: skip


def _place(after: str) -> tuple[int, int]:
    """(index of the vault, id of the last record seen); raises Refused."""
    if not after:
        return 0, 0
    first, _, number = after.partition(".")
    return whole(first, "after"), whole(number, "after")


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()
