"""The only keeper of personal data: one file a party, and the catalogue's rule decides how long.

`secure_delete` must read 1: 2 (FAST) and 0 leave deleted values in the file. Even so, pages that were split or joined keep
stale copies between their cells (measured); `scrub` rewrites the file without them.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mock_backend.catalogue import Activity, Rule
from mock_backend.clock import Clock, add

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    id INTEGER PRIMARY KEY AUTOINCREMENT, activity TEXT NOT NULL, subject TEXT NOT NULL, owner TEXT NOT NULL,
    tag TEXT NOT NULL, content TEXT NOT NULL, trace TEXT, stored_at REAL NOT NULL, expires_at REAL
);
CREATE INDEX IF NOT EXISTS record_due ON record (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS record_trace ON record (trace);
CREATE INDEX IF NOT EXISTS record_place ON record (activity, subject, tag);
CREATE INDEX IF NOT EXISTS record_owner ON record (owner);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
"""
PRAGMAS = {"secure_delete": 1, "journal_mode": "truncate", "temp_store": 2}
REPLACED = ("until_next_status", "until_replaced")
FIELDS = "id, activity, subject, owner, tag, content, trace, stored_at, expires_at"


class VaultError(Exception):
    """What may not be kept: no rule, or a rule that forbids a file."""


@dataclass(frozen=True, slots=True)
class Record:
    """`tag` tells records of one activity and subject apart, e.g. a hash that is looked up."""

    id: int
    activity: str
    subject: str
    owner: str
    tag: str
    values: dict[str, Any]
    trace: str | None
    stored_at: datetime
    expires_at: datetime | None


class Vault:
    def __init__(self, party: str, file: Path, activities: Mapping[str, Activity], clock: Clock) -> None:
        self.party = party
        self._activities = activities
        self._clock = clock
        self._passing: dict[int, tuple[str, str]] = {}
        self._numbers = itertools.count(1)
        self._is_stale = True
        self._db = sqlite3.connect(file, isolation_level=None)
        for name, wanted in PRAGMAS.items():
            self._db.execute(f"PRAGMA {name}={wanted}")
            if self._db.execute(f"PRAGMA {name}").fetchone()[0] != wanted:
                self._db.close()
                raise VaultError(f"this SQLite does not honour {name}")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    def keep(
        self, activity: str, subject: str, values: Mapping[str, Any], *, trace: str | None = None, owner: str = "",
        tag: str = "", replaces: bool = False,
    ) -> int:  # fmt: skip
        """Stores a record under its activity's rule; returns its id. Raises VaultError.

        `replaces`: only the last is kept, although the rule states no period.
        """
        rule = self.rule(activity)
        if rule.kind in ("request", "transient_on_device"):
            raise VaultError(f"{activity} is never written")
        now = self._clock.now()
        lasts = rule.kind in ("duration", "until_unused_for") and rule.duration
        expires = add(now, rule.duration or "").timestamp() if lasts else None
        row = (owner, json.dumps(values, separators=(",", ":")), trace, now.timestamp(), expires)
        if (replaces or rule.kind in REPLACED) and (known := self._place(activity, subject, tag)) is not None:
            change = "UPDATE record SET owner=?, content=?, trace=?, stored_at=?, expires_at=? WHERE id=?"
            self._db.execute(change, (*row, known))
            self._is_stale = True
            return known
        insert = (
            "INSERT INTO record (owner, content, trace, stored_at, expires_at, activity, subject, tag)"
            " VALUES (?,?,?,?,?,?,?,?)"
        )
        number = self._db.execute(insert, (*row, activity, subject, tag)).lastrowid
        assert number is not None
        return number

    @contextmanager
    def handling(self, activity: str, subject: str) -> Iterator[None]:
        """A `request` record: in memory while the request is handled, never in the file."""
        if self.rule(activity).kind != "request":
            raise VaultError(f"{activity} is not kept for the request only")
        key = next(self._numbers)
        self._passing[key] = (activity, subject)
        try:
            yield
        finally:
            del self._passing[key]

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is written inside, or nothing of it; no await in here."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def touch(self, number: int) -> None:
        """A use: `until_unused_for` starts anew."""
        row = self.get(number)
        if row is not None and (rule := self.rule(row.activity)).kind == "until_unused_for":
            expires = add(self._clock.now(), rule.duration or "").timestamp()
            self._db.execute("UPDATE record SET expires_at=? WHERE id=?", (expires, number))

    def change(self, number: int, values: Mapping[str, Any], tag: str | None = None) -> None:
        """New values for a record that stays the same record; its period goes on."""
        self._db.execute("UPDATE record SET content=? WHERE id=?", (json.dumps(values, separators=(",", ":")), number))
        if tag is not None:
            self._db.execute("UPDATE record SET tag=? WHERE id=?", (tag, number))
        self._is_stale = True

    def erase(self, number: int) -> None:
        self._db.execute("DELETE FROM record WHERE id=?", (number,))
        self._is_stale = True

    def count(self, name: str) -> None:
        """A statistic without a person in it."""
        self._db.execute(
            "INSERT INTO counter VALUES (?,1) ON CONFLICT (name) DO UPDATE SET count=count+1", (name,)
        )

    # -- reading: what is due is never shown, even before it is deleted -----------------------------------------

    def get(self, number: int) -> Record | None:
        return next(self._select("id=?", (number,)), None)

    def find(self, activity: str, subject: str | None = None, tag: str | None = None) -> Iterator[Record]:
        """Oldest first."""
        where, values = ["activity=?"], [activity]
        if subject is not None:
            where, values = [*where, "subject=?"], [*values, subject]
        if tag is not None:
            where, values = [*where, "tag=?"], [*values, tag]
        return self._select(" AND ".join(where), values)

    def newest(self, activity: str, subject: str, tag: str | None = None) -> Record | None:
        found = None
        for record in self.find(activity, subject, tag):
            found = record
        return found

    def after(
        self, number: int, limit: int, *, owner: str | None = None, traces: Sequence[str] = (), activity: str | None = None
    ) -> list[Record]:
        where: list[str] = ["id>?"]
        values: list[object] = [number]
        for column, value in (("owner", owner), ("activity", activity)):
            if value is not None:
                where, values = [*where, f"{column}=?"], [*values, value]
        if traces:
            where.append(f"trace IN ({','.join('?' * len(traces))})")
            values = [*values, *traces]
        return list(self._select(" AND ".join(where), values, f"LIMIT {int(limit)}"))

    def size(self, owner: str | None = None) -> int:
        now = self._clock.now().timestamp()
        query = "SELECT COUNT(*) FROM record WHERE (expires_at IS NULL OR expires_at>?)"
        if owner is None:
            return int(self._db.execute(query, (now,)).fetchone()[0])
        return int(self._db.execute(query + " AND owner=?", (now, owner)).fetchone()[0])

    def rule(self, activity: str) -> Rule:
        if activity not in self._activities:
            raise VaultError(f"no rule for {activity}")
        return self._activities[activity].rule

    # -- expiry -------------------------------------------------------------------------------------------------

    def next_due(self) -> datetime | None:
        due = self._db.execute("SELECT MIN(expires_at) FROM record WHERE expires_at IS NOT NULL").fetchone()[0]
        return None if due is None else datetime.fromtimestamp(due, UTC)

    def expire(self, limit: int = 500) -> list[tuple[str, datetime]]:
        """Deletes at most `limit` due records, oldest due first; returns (activity, due) of each."""
        now = self._clock.now().timestamp()
        rows = self._db.execute(
            "SELECT id, activity, expires_at FROM record WHERE expires_at<=? ORDER BY expires_at LIMIT ?", (now, limit)
        ).fetchall()
        self._db.execute("BEGIN")
        self._db.executemany("DELETE FROM record WHERE id=?", [(row[0],) for row in rows])
        self._db.execute("COMMIT")
        self._is_stale = self._is_stale or bool(rows)
        return [(activity, datetime.fromtimestamp(due, UTC)) for _, activity, due in rows]

    def scrub(self) -> None:
        """Rewrites the file if anything was changed or deleted in it: about 20 ms a megabyte."""
        if self._is_stale:
            self._db.execute("VACUUM")
            self._is_stale = False

    def clear(self) -> None:
        self._db.execute("DELETE FROM record")
        self._db.execute("VACUUM")

    def close(self) -> None:
        self.scrub()
        self._db.close()

    def _place(self, activity: str, subject: str, tag: str) -> int | None:
        row = self._db.execute(
            "SELECT id FROM record WHERE activity=? AND subject=? AND tag=?", (activity, subject, tag)
        ).fetchone()
        return None if row is None else int(row[0])

    def _select(self, where: str, values: Sequence[object], more: str = "") -> Iterator[Record]:
        query = f"SELECT {FIELDS} FROM record WHERE ({where}) AND (expires_at IS NULL OR expires_at>?) ORDER BY id {more}"
        for row in self._db.execute(query, (*values, self._clock.now().timestamp())).fetchall():
            number, activity, subject, owner, tag, content, trace, stored, expires = row
            yield Record(
                number, activity, subject, owner, tag, json.loads(content), trace, datetime.fromtimestamp(stored, UTC),
                None if expires is None else datetime.fromtimestamp(expires, UTC),
            )  # fmt: skip
