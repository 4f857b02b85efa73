"""A vault against bare SQLite: the same rows in the same table with the same pragmas, everything else left out."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mock_backend.catalogue import load
from mock_backend.retention import Retention
from mock_backend.vault import Vault
from mock_backend.wire import new_trace
from owner_client import GARAGE
from standing_vault import Stopped
from tests.bench.measure import Finding, Ratio, Sample

MANY, FEW = 1_000_000, 10_000
EXPIRY, KEEP, FLAT = 2.0, 2.0, 1.5
START = datetime(2026, 1, 1, tzinfo=UTC)
PARTY, OWNER, MIXED = (
    "porsche_system",
    "owner-1",
    ("car_control.usage_statistics", "product.events", "product.idempotency"),
)
KEPT = 2000
"""Writes of one sample."""
INSERT = (
    "INSERT INTO record (owner, content, trace, stored_at, expires_at, activity, subject, tag) VALUES (?,?,?,?,?,?,?,?)"
)


def vault(times: int = 3, many: int = MANY) -> list[Finding]:
    with filled(many) as full, filled(FEW) as small:
        return [_expiry(times, full, many), *_keeping(times * 3, full, small, many)]


@contextlib.contextmanager
def filled(rows: int) -> Iterator[Path]:
    """A store with so many records that end, a second apart."""
    with tempfile.TemporaryDirectory() as folder:
        place, clock, activities = Path(folder), Stopped(START), load()
        vault = Vault(PARTY, place / "full.db", activities, clock)
        with vault.together():
            for number in range(rows):
                clock.moment = START + timedelta(seconds=number)
                _keep(vault, number, clock.moment)
        vault.close()
        yield place


def _keep(vault: Vault, number: int, now: datetime) -> None:
    stamp = {"service": "car_control", "at": now.isoformat()}
    vault.keep(MIXED[number % 3], GARAGE[number // 3 % 3], stamp, trace=new_trace(), owner=OWNER)


def _expiry(times: int, place: Path, rows: int) -> Ratio:
    ours, base = [], []
    for _ in range(times):
        ours.append(_ours_expire(place, rows))
        base.append(_bare_expire(place, rows))
    note = f"{rows} rows, in batches"
    return Ratio("expiry", Sample("vault", tuple(ours), "s"), Sample("DELETE", tuple(base), "s"), EXPIRY, note=note)


def _ours_expire(place: Path, rows: int) -> float:
    with _copy(place) as file:
        vault = Vault(PARTY, file, load(), Stopped(START + timedelta(days=800)))
        retention = Retention(vault._clock, {PARTY: vault})
        gc.collect()
        started = time.perf_counter()
        assert asyncio.run(retention.expire()).rows == rows
        took = time.perf_counter() - started
        vault.close()
    return took


def _bare_expire(place: Path, rows: int) -> float:
    with _copy(place) as file, _bare(file) as database:
        database.execute("SELECT COUNT(*) FROM record").fetchone()
        started = time.perf_counter()
        stamp = (START + timedelta(days=800)).timestamp()
        assert database.execute("DELETE FROM record WHERE expires_at<=?", (stamp,)).rowcount == rows
        return time.perf_counter() - started


def _keeping(times: int, full: Path, small: Path, many: int) -> list[Finding]:
    """Each write by itself, as in a handler; in the large store, in the same one bare, and in the small one."""
    large, bare, little = [], [], []
    with _copy(full) as one, _copy(full, "bare.db") as two, _copy(small) as three, _bare(two) as database:
        vaults = [Vault(PARTY, file, load(), Stopped(START + timedelta(seconds=many))) for file in (one, three)]
        for turn in range(times + 1):
            samples = (_timed_keeps(vaults[0], turn), _timed_inserts(database, turn), _timed_keeps(vaults[1], turn))
            if turn:
                for values, value in zip((large, bare, little), samples, strict=True):
                    values.append(value)
        for vault in vaults:
            vault._store.close()
    ours, base, flat = (
        Sample(name, tuple(values), "us a row")
        for name, values in (("vault.keep", large), ("INSERT", bare), (f"at {FEW}", little))
    )
    return [
        Ratio("keep", ours, base, KEEP, note=f"at {many} rows, {KEPT} each"),
        Ratio("keep as the store grows", ours, flat, FLAT, note=f"{many} rows against {FEW}"),
    ]


def _timed_keeps(vault: Vault, turn: int) -> float:
    started = time.perf_counter()
    for number in range(KEPT):
        vault.keep("product.events", GARAGE[number % 3], {"at": number, "turn": turn}, trace=new_trace(), owner=OWNER)
    return (time.perf_counter() - started) / KEPT * 1e6


def _timed_inserts(database: sqlite3.Connection, turn: int) -> float:
    stamp = START.timestamp() + MANY
    started = time.perf_counter()
    for number in range(KEPT):
        content = json.dumps({"at": number, "turn": turn}, separators=(",", ":"))
        row = (OWNER, content, new_trace(), stamp, stamp + 3600, "product.events", GARAGE[number % 3], "")
        database.execute(INSERT, row)
    return (time.perf_counter() - started) / KEPT * 1e6


@contextlib.contextmanager
def _copy(place: Path, name: str = "copy.db") -> Iterator[Path]:
    file = place / name
    shutil.copy(place / "full.db", file)
    yield file
    file.unlink()


@contextlib.contextmanager
def _bare(file: Path) -> Iterator[Any]:
    database = sqlite3.connect(file, isolation_level=None)
    for pragma in ("secure_delete=1", "journal_mode=truncate", "temp_store=2", "synchronous=NORMAL"):
        database.execute(f"PRAGMA {pragma}")
    yield database
    database.close()
