"""What the door costs: a fresh call frozen, sent, entered and settled, against plain httpx and bare commits."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from companion.api.readings import MEASUREMENTS
from companion.app import facts
from companion.net.auth import TokenBox
from companion.net.call import Call
from companion.net.catalogue import Catalogue
from companion.net.door import Door
from companion.net.ledger import Ledger
from tests.bench.measure import Finding, Ratio, Sample, async_in_turns
from tests.bench.processes import compiled, server

VIN = "WP0ZZZY1ZSSA10001"
WITHOUT_DISK, DURABLE = 1.2, 1.3
PARTY, PATH = "porsche_system", f"/app/connect/v1/vehicles/{VIN}"
GUARD = (("Idempotency-Key", "4b6f0d5e-3a58-4c43-9a44-0d6c1e0b7a11"),)
CALLS = {
    "lock": Call(
        PARTY, "POST", f"{PATH}/commands", headers=GUARD, body={"key": "LOCK", "payload": {"spin": None}},
        authorised=True, action="lock",
    ),
    "stored overview": Call(
        PARTY, "GET", PATH, query=tuple(("mf", key) for key in MEASUREMENTS), authorised=True, action="read_stored"
    ),
}  # fmt: skip
"""The shortest and the longest of what the app sends often."""


class _Now:
    def demo_now(self) -> datetime:
        return datetime.now(UTC)


def door(times: int = 300) -> list[Finding]:
    with compiled() as env, server(env, "echo_server") as told, tempfile.TemporaryDirectory() as place:
        origin = f"http://127.0.0.1:{told['port']}"
        return [
            finding
            for name, call in CALLS.items()
            for finding in asyncio.run(_compare(name, call, origin, Path(place) / name.replace(" ", "-"), times))
        ]


async def _compare(name: str, call: Call, origin: str, place: Path, times: int) -> list[Finding]:
    place.mkdir()
    catalogue, tokens = Catalogue(), TokenBox()
    tokens.put("t" * 43, 3600.0, None)
    memory, durable = (
        Door(
            catalogue,
            Ledger(path, lambda request: facts(catalogue, request)),
            {PARTY: origin},
            tokens,
            _Now(),
            "companion/0",
        )
        for path in (None, place / "ledger.db")
    )
    with _commits(place / "bare.db", len(memory.freeze(call).raw)) as commits:
        async with httpx.AsyncClient(trust_env=False) as client:
            request = _request(memory, call, origin)
            in_memory, on_disk, plain, both = await async_in_turns(
                times, _sending(memory, call), _sending(durable, call), _plain(client, request),
                _plain(client, request, commits), warm_up=20,
            )  # fmt: skip
    sent = len(list(memory.ledger))
    if sent != times + 20 or any(entry.outcome != "done" for entry in memory.ledger):
        raise RuntimeError("not every request left and came back")
    await memory.aclose()
    await durable.aclose()
    base = Sample("httpx", plain)
    return [
        Ratio(f"door without disk, {name}", Sample("door", in_memory), base, WITHOUT_DISK),
        Ratio(f"door with ledger, {name}", Sample("door", on_disk), Sample("httpx and two commits", both), DURABLE),
    ]


def _sending(way: Door, call: Call) -> Callable[[], Awaitable[float]]:
    async def once() -> float:
        started = time.perf_counter()
        answer = await way.send(way.freeze(replace(call)))
        took = time.perf_counter() - started
        assert answer.status == 200
        return took * 1000

    return once


def _request(way: Door, call: Call, origin: str) -> dict[str, Any]:
    """The same request, as a user of httpx would write it; httpx adds host and length by itself."""
    written = way.freeze(call).written
    headers = {name: value for name, value in written.headers if name not in ("Host", "Content-Length")}
    return {
        "method": written.method, "url": origin + written.target, "headers": headers, "content": b"".join(written.parts) or None,
    }  # fmt: skip


def _plain(
    client: httpx.AsyncClient, request: dict[str, Any], commits: Callable[[], None] = lambda: None
) -> Callable[[], Awaitable[float]]:
    async def once() -> float:
        started = time.perf_counter()
        answer = await client.request(**request)
        commits()
        took = time.perf_counter() - started
        assert answer.status_code == 200
        return took * 1000

    return once


@contextmanager
def _commits(path: Path, size: int) -> Iterator[Callable[[], None]]:
    """A row of a request's size written, then changed: each its own transaction, with the ledger's pragmas."""
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("secure_delete=ON", "journal_mode=TRUNCATE", "temp_store=MEMORY", "synchronous=NORMAL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL, result TEXT NOT NULL)")
    data = b"x" * size

    def commits() -> None:
        row = database.execute("INSERT INTO entry (bytes, result) VALUES (?, 'sending')", (data,)).lastrowid
        database.execute("UPDATE entry SET result = 'done' WHERE id = ?", (row,))

    try:
        yield commits
    finally:
        database.close()
