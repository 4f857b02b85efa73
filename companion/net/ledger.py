"""What left, on disk: one row a request, opened before its first byte and settled when it is over.

The ledger is itself a store of vehicle ids, so it has a period (the owner's setting), an erase button, and secrets are
`*` before they reach it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from companion.model.privacy import Connection, Outcome, Span, SpanKind, Transmission

Facts = Callable[[str], dict[str, Any]]
"""Request id -> the parts of a transmission that the catalogue knows (fields, title, not_seen, group)."""

VERSION = 1
SCHEMA = """
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, started_at TEXT NOT NULL, request TEXT NOT NULL, about TEXT NOT NULL,
    bytes BLOB NOT NULL, spans TEXT NOT NULL, result TEXT NOT NULL
);
PRAGMA user_version = 1;
"""
"""Entries stand in the order in which they were opened: a new one goes to the end of the file."""
COLUMNS = "id, started_at, request, about, bytes, spans, result"
FROM_THE_FIRST = f"""
ALTER TABLE entry RENAME TO first;
DROP INDEX entry_started;
{SCHEMA}
INSERT INTO entry ({COLUMNS}) SELECT {COLUMNS} FROM first ORDER BY started_at, id;
DROP TABLE first;
"""
"""From the form without a version, which kept its entries by id."""
ABOUT = ("action", "action_id", "activity", "party", "address", "method", "path", "group")
RESULT = ("outcome", "status", "received", "trace", "blocked")
SAME = 64
"""How many requests' spans are known as they are written."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What left of one request within the hour that begins at `hour`: bytes and how often."""

    request: str
    hour: datetime
    size: int
    count: int


class Ledger:
    """`path` None keeps it in memory only. Entries are `Transmission`s; the catalogue's part is not stored."""

    def __init__(self, path: Path | None, facts: Facts) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Whatever folder it lies in: nobody else on this computer reads what was sent.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self.path = path
        self._facts = facts
        self._written: dict[int, tuple[tuple[Span, ...], str]] = {}
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
        for pragma in ("secure_delete=ON", "journal_mode=TRUNCATE", "temp_store=MEMORY", "synchronous=NORMAL"):
            self._db.execute(f"PRAGMA {pragma}")
        if self._db.execute("PRAGMA secure_delete").fetchone()[0] != 1:
            raise RuntimeError("this SQLite cannot erase")
        self._prepare()
        self._settle_orphans()

    def open(self, entry: Transmission) -> None:
        assert entry.started_at is not None
        about = _dump({name: getattr(entry, name) for name in ABOUT})
        row = (
            entry.id, entry.started_at.isoformat(), entry.request, about, entry.raw, self._spans(entry.spans), _result(entry)
        )  # fmt: skip
        self._db.execute(f"INSERT INTO entry ({COLUMNS}) VALUES (?,?,?,?,?,?,?)", row)

    def settle(self, entry: Transmission) -> None:
        """Stores how it ended; the bytes again only where fewer left than announced."""
        if entry.outcome is Outcome.CUT:
            change = (_result(entry), entry.raw, _spans(entry.spans), entry.id)
            self._db.execute("UPDATE entry SET result = ?, bytes = ?, spans = ? WHERE id = ?", change)
        else:
            self._db.execute("UPDATE entry SET result = ? WHERE id = ?", (_result(entry), entry.id))

    def newest(self, limit: int = 100) -> tuple[Transmission, ...]:
        query = f"SELECT {COLUMNS} FROM entry ORDER BY seq DESC LIMIT ?"
        return tuple(self._entry(row) for row in self._db.execute(query, (limit,)))

    def sums(self, since: datetime) -> list[Sum]:
        """What left since then on the backend's clock, by request and hour (UTC); looks of the panel are not in it."""
        query = (
            "SELECT request, substr(json_extract(result, '$.demo_time'), 1, 13), SUM(length(bytes)), COUNT(*) FROM entry"
            " WHERE json_extract(result, '$.demo_time') >= ?"
            " AND json_extract(result, '$.outcome') NOT IN ('blocked', 'failed')"
            " AND json_extract(about, '$.group') <> 'observation' GROUP BY 1, 2"
        )
        rows = self._db.execute(query, (since.astimezone(UTC).isoformat(),))
        return [
            Sum(name, datetime.fromisoformat(f"{hour}:00:00+00:00"), size, count) for name, hour, size, count in rows
        ]

    def __iter__(self) -> Iterator[Transmission]:
        """Oldest first."""
        return (self._entry(row) for row in self._db.execute(f"SELECT {COLUMNS} FROM entry ORDER BY seq"))

    def expire(self, days: int, now: datetime | None = None) -> int:
        """Erases entries older than `days`; returns how many."""
        edge = (now or datetime.now(UTC)) - timedelta(days=days)
        count = self._db.execute("DELETE FROM entry WHERE started_at <= ?", (edge.isoformat(),)).rowcount
        if count:
            # Pages that were once split keep copies between their cells, `secure_delete` or not.
            self._db.execute("VACUUM")
        return count

    def erase(self) -> int:
        count = self._db.execute("DELETE FROM entry").rowcount
        self._db.execute("VACUUM")
        return count

    def close(self) -> None:
        self._db.close()

    def _spans(self, spans: tuple[Span, ...]) -> str:
        """The door gives the very same spans for a read that it made before."""
        known = self._written.get(id(spans))
        if known is None or known[0] is not spans:
            if len(self._written) >= SAME:
                self._written.clear()
            known = self._written[id(spans)] = (spans, _spans(spans))
        return known[1]

    def _prepare(self) -> None:
        if self._db.execute("PRAGMA user_version").fetchone()[0] == VERSION:
            return
        if self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry'").fetchone():
            self._db.executescript(f"BEGIN; {FROM_THE_FIRST} COMMIT; VACUUM;")
        else:
            self._db.executescript(f"BEGIN; {SCHEMA} COMMIT;")

    def _settle_orphans(self) -> None:
        """Entries that a crash left open: bytes may have left, the outcome is not known."""
        for row in self._db.execute(f"SELECT {COLUMNS} FROM entry WHERE result LIKE '%\"sending\"%'").fetchall():
            entry = self._entry(row)
            if entry.outcome is Outcome.SENDING:
                self.settle(replace(entry, outcome=Outcome.LOST))

    def _entry(self, row: tuple[str, str, str, str, bytes, str, str]) -> Transmission:
        ident, started, request, about, raw, spans, result = row
        table = json.loads(about)
        ended = json.loads(result)
        connection = ended.pop("connection")
        return Transmission(
            id=ident, request=request, raw=raw, started_at=datetime.fromisoformat(started),
            spans=tuple(_span(*row) for row in json.loads(spans)),
            outcome=Outcome(ended.pop("outcome")), connection=Connection(**connection) if connection else None,
            demo_time=_time(ended.pop("demo_time")), ended_at=_time(ended.pop("ended_at")),
            blocked=_pair(ended.pop("blocked")), **ended, **table, **self._facts(request),
        )  # fmt: skip


_dump = json.JSONEncoder(separators=(",", ":")).encode


def export_line(e: Transmission) -> str:
    """One line of the exported ledger (NDJSON). Bytes and spans are those that left: none of a blocked request."""
    spans = [{"start": s.start, "end": s.end, "kind": s.kind, "item": s.item} for s in e.spans] if e.sent else []
    table = {
        "id": e.id, "action": e.action, "activity": e.activity, "party": e.party, "method": e.method, "path": e.path,
        "started_at": _iso(e.started_at), "demo_time": _iso(e.demo_time), "connection": _connection(e),
        "bytes_b64": b64encode(e.raw if e.sent else b"").decode(), "spans": spans,
        "cut": e.outcome is Outcome.CUT, "outcome": e.outcome, "request": e.request, "group": e.group,
        "action_id": e.action_id, "status": e.status, "trace": e.trace,
        "blocked": e.blocked and {"field": e.blocked[0], "reason": e.blocked[1]},
    }  # fmt: skip
    return json.dumps(table, ensure_ascii=False)


def _spans(spans: tuple[Span, ...]) -> str:
    """Of mere syntax start and end only: it is every other span."""
    return _dump([
        (s.start, s.end) if s.kind is SpanKind.SYNTAX and not s.secret else (s.start, s.end, s.kind, s.item, s.field, s.secret)
        for s in spans
    ])  # fmt: skip


def _span(
    start: int,
    end: int,
    kind: str = SpanKind.SYNTAX,
    item: str | None = None,
    place: int | None = None,
    secret: bool = False,
) -> Span:
    return Span(start, end, SpanKind(kind), item, place, secret)


def _result(entry: Transmission) -> str:
    table = {name: getattr(entry, name) for name in RESULT}
    times = {"demo_time": _iso(entry.demo_time), "ended_at": _iso(entry.ended_at)}
    return _dump({**table, **times, "connection": _connection(entry)})


def _connection(e: Transmission) -> dict[str, Any] | None:
    if e.connection is None:
        return None
    return {"local": e.connection.local, "remote": e.connection.remote, "seq": e.connection.seq}


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _pair(value: list[str] | None) -> tuple[str, str] | None:
    return (value[0], value[1]) if value else None
