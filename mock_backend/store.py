"""A vault's file: SQLite, opened so that what is deleted is gone, and how many records lie where."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec

from mock_backend import scrub

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    id INTEGER PRIMARY KEY AUTOINCREMENT, activity TEXT NOT NULL, subject TEXT NOT NULL, owner TEXT NOT NULL,
    tag TEXT NOT NULL, content TEXT NOT NULL, trace TEXT, stored_at REAL NOT NULL, expires_at REAL
);
DROP INDEX IF EXISTS record_owner;
CREATE INDEX IF NOT EXISTS record_due ON record (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS record_trace ON record (trace);
CREATE INDEX IF NOT EXISTS record_place ON record (activity, subject, tag);
CREATE INDEX IF NOT EXISTS record_stored ON record (owner, activity, subject, stored_at);
CREATE INDEX IF NOT EXISTS record_ends ON record (owner, activity, subject, expires_at);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
"""
PRAGMAS = {"secure_delete": 1, "journal_mode": "truncate", "temp_store": 2}
FIELDS = "id, activity, subject, owner, tag, content, trace, stored_at, expires_at"
SMALL = 2000
"""Pages of a file that is made shorter while others wait: half a moment. A longer one waits for the next start."""
SOON = 0.2
"""Seconds that a write waits for others to go to the disk with, where a crash may lose it."""

Place = tuple[str, str, str]
"""Owner, activity, subject."""
ID, PLACE = itemgetter(0), itemgetter(1, 2, 3)
"""Of a row that `erase` returns."""


class VaultError(Exception):
    """What may not be kept: no rule, no owner, or a rule that forbids a file."""


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


class Store:
    """`places` is kept in memory beside the file: how many records of an owner, activity and subject there are."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, isolation_level=None)
        for name, wanted in PRAGMAS.items():
            self._db.execute(f"PRAGMA {name}={wanted}")
            if self._value(name) != wanted:
                self._db.close()
                raise VaultError(f"this SQLite does not honour {name}")
        self._noted: list[tuple[Place, int]] | None = None
        self._open: asyncio.TimerHandle | None = None
        self.settle()
        self._db.executescript(SCHEMA)
        self._empty_journal(file.with_name(file.name + "-journal"))
        self._page_size = int(self._value("page_size"))
        self._shorten()
        self._raw = file.open("r+b", buffering=0)
        self._is_stale = True
        self.places = self._counted()

    def read(self, query: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """Rows as they are taken; whoever stops early lets go of the iterator before anything is written."""
        return iter(self._db.execute(query, values))

    def write(self, query: str, values: Sequence[object]) -> None:
        """A change that leaves every record in its place."""
        self._change(query, values)
        self._is_stale = True

    def at(self, activity: str, subject: str, tag: str) -> int | None:
        query = "SELECT id FROM record WHERE activity=? AND subject=? AND tag=?"
        row = self._db.execute(query, (activity, subject, tag)).fetchone()
        return None if row is None else int(row[0])

    def insert(self, row: tuple[object, ...]) -> int:
        query = (
            "INSERT INTO record (owner, content, trace, stored_at, expires_at, activity, subject, tag)"
            " VALUES (?,?,?,?,?,?,?,?)"
        )
        number = self._change(query, row).lastrowid
        assert number is not None
        self._note((str(row[0]), str(row[5]), str(row[6])), 1)
        return number

    def replace(self, number: int, row: tuple[object, ...]) -> None:
        """The same record with another owner, content, trace and times."""
        query = "SELECT owner, activity, subject FROM record WHERE id=?"
        owner, activity, subject = self._db.execute(query, (number,)).fetchone()
        self.write(
            "UPDATE record SET owner=?, content=?, trace=?, stored_at=?, expires_at=? WHERE id=?", (*row, number)
        )
        if owner != row[0]:
            self._note((owner, activity, subject), -1)
            self._note((str(row[0]), activity, subject), 1)

    def erase(self, where: str, values: Sequence[object], limit: int) -> list[Any]:
        """Deletes at most `limit` records (-1: all); returns id, owner, activity, subject and end of each."""
        query = f"SELECT id, owner, activity, subject, expires_at FROM record WHERE {where} LIMIT {int(limit)}"
        rows = self._db.execute(query, values).fetchall()
        if rows:
            with self.together():
                self._db.executemany("DELETE FROM record WHERE id=?", zip(map(ID, rows)))
                for place, number in Counter(map(PLACE, rows)).items():
                    self._note(place, -number)
            self._is_stale = True
        return rows

    def count(self, name: str) -> None:
        query = "INSERT INTO counter VALUES (?,1) ON CONFLICT (name) DO UPDATE SET count=count+1"
        self._change(query, (name,))

    @contextmanager
    def together(self) -> Iterator[None]:
        if self._noted is not None:
            yield
            return
        self.commit()
        with self._noting("BEGIN", "COMMIT", "ROLLBACK"):
            yield

    @contextmanager
    def soon(self) -> Iterator[None]:
        """As `together`, but on the disk a moment later, with whatever comes meanwhile; it can be read at once.

        Any other write goes there with it. Where no loop runs nothing is put off.
        """
        loop = asyncio._get_running_loop()
        if self._noted is not None or loop is None:
            with self.together():
                yield
            return
        if self._open is None:
            self._db.execute("BEGIN")
            self._open = loop.call_later(SOON, self.commit)
        with self._noting("SAVEPOINT soon", "RELEASE soon", "ROLLBACK TO soon"):
            yield

    def commit(self) -> None:
        """What was put off; while another program has the file it stays put off, for the next who writes."""
        if self._open is None:
            return
        try:
            self._db.execute("COMMIT")
        except sqlite3.Error:
            self._check_lost()
            raise
        self._open.cancel()
        self._open = None

    def _check_lost(self) -> None:
        """With a full disk SQLite takes back all that was put off; then nothing is open any more, and counted anew."""
        if self._open is not None and not self._db.in_transaction:
            self._open.cancel()
            self._open = None
            self.places = self._counted()

    @contextmanager
    def _noting(self, begin: str, end: str, back: str) -> Iterator[None]:
        """All of it or nothing, also of what is counted in memory."""
        self._db.execute(begin)
        self._noted = []
        try:
            yield
            self._db.execute(end)
        except BaseException:
            if self._db.in_transaction:
                self._db.execute(back)
            for place, number in self._noted:
                self.places[place] -= number
            self.places = +self.places
            self._check_lost()
            raise
        finally:
            self._noted = None

    def hurry(self) -> None:
        """No write waits for the disk until `settle`: a dropped process loses nothing by it, a power cut might."""
        self.commit()
        self._db.execute("PRAGMA synchronous=OFF")

    def flush(self) -> None:
        """Waits until all is on the disk; may run in another thread."""
        os.fsync(self._raw.fileno())

    def settle(self) -> None:
        self.commit()
        self._db.execute("PRAGMA synchronous=NORMAL")

    def scrubbing(self) -> Iterator[int]:
        self.commit()
        if not self._is_stale:
            return
        # Whatever is changed between two steps makes it stale again.
        self._is_stale, is_done = False, False
        try:
            for changed in scrub.steps(self._raw, self._page_size):
                # SQLite must not write its own, older copy of such a page again.
                self._db.execute("PRAGMA shrink_memory")
                yield changed
                self.commit()
            if int(self._value("page_count")) <= SMALL:
                self._shorten()
            is_done = True
        finally:
            self._is_stale = self._is_stale or not is_done

    def close(self) -> None:
        self.commit()
        self._db.close()
        self._raw.close()

    def _change(self, query: str, values: Sequence[object]) -> sqlite3.Cursor:
        """On the disk when it is done, unless it is part of something larger."""
        if self._noted is None:
            self.commit()
        return self._db.execute(query, values)

    def _counted(self) -> Counter[Place]:
        query = "SELECT owner, activity, subject, COUNT(*) FROM record GROUP BY 1, 2, 3"
        return Counter({(owner, activity, subject): rows for owner, activity, subject, rows in self._db.execute(query)})

    def _note(self, place: Place, number: int) -> None:
        self.places[place] += number
        if not self.places[place]:
            del self.places[place]
        if self._noted is not None:
            self._noted.append((place, number))

    def _empty_journal(self, journal: Path) -> None:
        """A process that was dropped before it changed the file leaves copies of pages that nobody would roll back."""
        if journal.exists() and journal.stat().st_size:
            self._db.execute("PRAGMA user_version=0")  # any write ends with an empty journal

    def _shorten(self) -> None:
        """Gives back the room of what was deleted, where that is most of the file."""
        if 2 * int(self._value("freelist_count")) > int(self._value("page_count")):
            self._db.execute("VACUUM")

    def _value(self, name: str) -> Any:
        return self._db.execute(f"PRAGMA {name}").fetchone()[0]


def record(row: Iterable[Any]) -> Record:
    number, activity, subject, owner, tag, content, trace, stored, expires = row
    return Record(
        number, activity, subject, owner, tag, msgspec.json.decode(content), trace, moment(stored),
        None if expires is None else moment(expires),
    )  # fmt: skip


def moment(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
