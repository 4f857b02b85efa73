"""Map pictures on this computer: one file, bounded, in which no place can be read from a name.

A name is a keyed digest; the key lies in the file and goes with it. Nothing is written before `begin` and after `erase`.
"""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from companion.model.map_pictures import Picture

log = logging.getLogger(__name__)
T = TypeVar("T")
LIMIT = 64 * 1024 * 1024
ROOM = 0.9
"""To which part of the limit it is emptied when it is full: not for one picture at a time."""
SCHEMA = """
CREATE TABLE about (salt BLOB NOT NULL);
CREATE TABLE picture (
    name BLOB PRIMARY KEY, content BLOB NOT NULL, mark TEXT NOT NULL, fresh_until REAL NOT NULL, used REAL NOT NULL
);
CREATE INDEX picture_used ON picture (used);
PRAGMA user_version = 1;
"""


@dataclass(frozen=True, slots=True)
class Stored:
    content: bytes
    mark: str
    is_fresh: bool


class PictureStore:
    """`path` None keeps nothing. A damaged file is thrown away: all of it can be asked for again."""

    def __init__(self, path: Path | None, limit: int = LIMIT, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._limit = limit
        self._now = now
        self._db: sqlite3.Connection | None = None
        self._salt = b""
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes of all pictures."""
        return self._size

    def begin(self) -> None:
        """From here on pictures are kept."""
        if self._path is None or self._db is not None:
            return
        try:
            self._open(self._path)
        except sqlite3.Error:
            self.erase()
            try:
                self._open(self._path)
            except (sqlite3.Error, OSError) as error:
                log.warning("map pictures not kept: %s", type(error).__name__)
                self._db = None
        except OSError as error:
            log.warning("map pictures not kept: %s", type(error).__name__)

    def get(self, name: str) -> Stored | None:
        def read(db: sqlite3.Connection) -> Stored | None:
            digest = self._digest(name)
            row = db.execute("SELECT content, mark, fresh_until FROM picture WHERE name = ?", (digest,)).fetchone()
            if row is None:
                return None
            db.execute("UPDATE picture SET used = ? WHERE name = ?", (self._now(), digest))
            return Stored(row[0], row[1], self._now() < row[2])

        return self._with(read)

    def put(self, name: str, picture: Picture) -> None:
        """In place of the one that was there."""

        def write(db: sqlite3.Connection) -> None:
            digest, now = self._digest(name), self._now()
            self._size += len(picture.content) - self._drop(db, digest)
            row = (digest, picture.content, picture.mark, now + picture.fresh_for, now)
            db.execute("INSERT INTO picture VALUES (?,?,?,?,?)", row)
            if self._size > self._limit:
                self._make_room(db)

        if picture.may_keep:
            self._with(write)
        else:
            self.drop(name)

    def confirm(self, name: str, fresh_for: float) -> None:
        """Its giver says that it is still the right one."""
        until = self._now() + fresh_for
        self._with(
            lambda db: db.execute("UPDATE picture SET fresh_until = ? WHERE name = ?", (until, self._digest(name)))
        )

    def drop(self, name: str) -> None:
        def write(db: sqlite3.Connection) -> None:
            self._size -= self._drop(db, self._digest(name))

        self._with(write)

    def erase(self) -> None:
        """All of it, and the key to the names."""
        self.close()
        if self._path is None:
            return
        for path in (self._path, self._path.with_name(self._path.name + "-journal")):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                log.warning("map pictures not erased: %s", type(error).__name__)

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
        self._db, self._salt, self._size = None, b"", 0

    # -- inside -------------------------------------------------------------------------------------------------

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
        db = sqlite3.connect(path, isolation_level=None)
        try:
            # What is lost in a power cut can be asked for again.
            for pragma in ("secure_delete=ON", "journal_mode=TRUNCATE", "temp_store=MEMORY", "synchronous=OFF"):
                db.execute(f"PRAGMA {pragma}")
            if db.execute("PRAGMA user_version").fetchone()[0] != 1:
                db.executescript(f"BEGIN; {SCHEMA} COMMIT;")
                db.execute("INSERT INTO about VALUES (?)", (secrets.token_bytes(32),))
            (self._salt,) = db.execute("SELECT salt FROM about").fetchone()
            self._size = db.execute("SELECT coalesce(sum(length(content)), 0) FROM picture").fetchone()[0]
        except (sqlite3.Error, TypeError):
            db.close()
            raise sqlite3.DatabaseError("not this app's") from None
        self._db = db

    def _with(self, use: Callable[[sqlite3.Connection], T]) -> T | None:
        """None where nothing is kept; a file that breaks is given up, and begun anew."""
        if self._db is None:
            return None
        try:
            return use(self._db)
        except sqlite3.Error as error:
            log.warning("map pictures given up: %s", type(error).__name__)
            self.erase()
            self.begin()
            return None

    def _digest(self, name: str) -> bytes:
        return blake2b(name.encode(), key=self._salt, digest_size=20).digest()

    @staticmethod
    def _drop(db: sqlite3.Connection, digest: bytes) -> int:
        row = db.execute("SELECT length(content) FROM picture WHERE name = ?", (digest,)).fetchone()
        db.execute("DELETE FROM picture WHERE name = ?", (digest,))
        return int(row[0]) if row else 0

    def _make_room(self, db: sqlite3.Connection) -> None:
        """The least lately used go."""
        rows = db.execute("SELECT name, length(content) FROM picture ORDER BY used").fetchall()
        for digest, size in rows:
            if self._size <= self._limit * ROOM:
                return
            db.execute("DELETE FROM picture WHERE name = ?", (digest,))
            self._size -= size
