"""The painter as a process: what is kept of it, and what happens when it dies."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from mock_backend.providers.map_provider import painting
from mock_backend.providers.map_provider.painting import NotPainted, Order, Painting

ECHO = """
import json, os, sys
from pathlib import Path
place = Path(sys.argv[1])
starts = len(list(place.glob("start-*")))
(place / f"start-{starts}").touch()
for line in sys.stdin.buffer:
    order = json.loads(line)
    if (place / "die").exists():
        (place / "die").unlink()
        os._exit(9)
    if (place / "always").exists():
        os._exit(9)
    content = b"" if order["z"] == 6 else json.dumps(order).encode() * (20_000 if order["z"] == 7 else 1)
    with (place / "asked").open("a") as log:
        log.write(line.decode())
    sys.stdout.buffer.write(order["id"].to_bytes(4, "big") + len(content).to_bytes(4, "big") + content)
    sys.stdout.buffer.flush()
"""
"""A painter that paints its orders as text; files tell it to die."""


@pytest.fixture(autouse=True)
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "_program", lambda: [sys.executable, "-c", ECHO, str(tmp_path)])


def run(work: Coroutine[Any, Any, Any]) -> None:
    asyncio.run(asyncio.wait_for(work, 20))


def asked(place: Path) -> int:
    return len((place / "asked").read_text("utf-8").splitlines())


def started(place: Path) -> int:
    return len(list(place.glob("start-*")))


def test_a_picture_is_painted_once_however_many_ask_for_it(tmp_path: Path) -> None:
    async def work() -> None:
        painter = Painting()
        order = Order(10, 1, 2)
        first = await asyncio.gather(*(painter.png(order) for _ in range(5)))
        assert len(set(first)) == 1
        assert await painter.png(order) == first[0]
        assert (asked(tmp_path), started(tmp_path)) == (1, 1)
        assert await painter.png(Order(10, 1, 2, 2)) != first[0]
        await painter.close()

    run(work())


def test_many_orders_at_once_each_get_their_own(tmp_path: Path) -> None:
    async def work() -> None:
        painter = Painting()
        found = await asyncio.gather(*(painter.png(Order(10, x, 0, 1, "light")) for x in range(40)))
        assert [f'"x": {x},' in content.decode() for x, content in enumerate(found)] == [True] * 40
        await painter.close()

    run(work())


def test_who_goes_away_takes_nothing_from_the_others(tmp_path: Path) -> None:
    async def work() -> None:
        painter = Painting()
        one, other = (asyncio.ensure_future(painter.png(Order(10, 1, 2))) for _ in range(2))
        await asyncio.sleep(0)
        one.cancel()
        assert await other
        await painter.close()

    run(work())


def test_a_painter_that_dies_is_made_anew_and_the_order_is_painted(tmp_path: Path) -> None:
    async def work() -> None:
        painter = Painting()
        await painter.png(Order(10, 0, 0))
        (tmp_path / "die").touch()
        found = await asyncio.gather(*(painter.png(Order(10, x, 1)) for x in range(5)))
        assert all(found)
        assert started(tmp_path) == 2
        await painter.close()

    run(work())


def test_a_painter_that_dies_of_every_order_is_given_up_and_tried_again_for_the_next(tmp_path: Path) -> None:
    async def work() -> None:
        painter = Painting()
        (tmp_path / "always").touch()
        with pytest.raises(NotPainted):
            await painter.png(Order(10, 0, 0))
        assert started(tmp_path) == 2
        (tmp_path / "always").unlink()
        assert await painter.png(Order(10, 0, 0))
        await painter.close()

    run(work())


def test_a_program_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "_program", lambda: ["/nowhere/at/all"])

    async def work() -> None:
        painter = Painting()
        await painter.warm()
        with pytest.raises(NotPainted):
            await painter.png(Order(10, 0, 0))
        await painter.close()

    run(work())


def test_what_cannot_be_painted_is_said_once(tmp_path: Path) -> None:
    async def work() -> None:
        painter = Painting()
        with pytest.raises(NotPainted):
            await painter.png(Order(6, 0, 0))
        assert (asked(tmp_path), started(tmp_path)) == (1, 1)
        await painter.close()

    run(work())


def test_a_painter_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "_program", lambda: [sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(painting, "LIMIT", 0.3)

    async def work() -> None:
        painter = Painting()
        await painter.warm()
        pid = painter.pid
        assert pid is not None
        with pytest.raises(NotPainted):
            await painter.png(Order(10, 0, 0))
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        assert painter.pid is None
        await painter.close()

    run(work())


def test_no_more_is_kept_than_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "KEPT", 3_000_000)

    async def work() -> None:
        painter = Painting()
        for x in range(4):
            assert 1_000_000 < len(await painter.png(Order(7, x, 0))) < 2_500_000
        assert sum(map(len, painter._pictures.values())) == painter._size <= 3_000_000
        before = asked(tmp_path)
        await painter.png(Order(7, 3, 0))
        assert asked(tmp_path) == before
        await painter.png(Order(7, 0, 0))
        assert asked(tmp_path) == before + 1
        await painter.close()

    run(work())


def test_nobody_asks_for_long_and_the_process_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "IDLE", 0.2)

    async def work() -> None:
        painter = Painting()
        await painter.png(Order(10, 0, 0))
        while painter.pid is not None:
            await asyncio.sleep(0.02)
        assert await painter.png(Order(10, 1, 1))
        assert started(tmp_path) == 2
        await painter.close()

    run(work())


def test_closed_is_closed(tmp_path: Path) -> None:
    async def work() -> None:
        painter = Painting()
        await painter.warm()
        pid = painter.pid
        assert pid is not None
        await painter.close()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        with pytest.raises(NotPainted):
            await painter.png(Order(10, 0, 0))
        assert started(tmp_path) <= 1

    run(work())
