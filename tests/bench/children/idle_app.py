"""`companion` with its real window, signed in to the demo account, then left alone for some seconds."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from typing import Any

from companion.cli import main
from tests.bench.children.after_import import after_import

SECONDS = float(sys.argv[1])
SETTLED, PATIENCE = 4.0, 15.0
"""Seconds without a new entry after which what follows the sign-in is over (the panel looks a second time after 1.5), and
the longest to wait for that: an app that never settles is not idle, and its entries are counted."""

glass: list[Any] = []
"""The window, once there is one."""


def keep_window(start: Any) -> None:
    first = start.first_window

    def first_window(*args: Any) -> Any:
        shown = first(*args)
        glass.append(shown[1])
        return shown

    start.first_window = first_window


def drive(root: Any) -> None:
    live = root.live

    async def driven(app: Any, closed: asyncio.Event) -> None:
        app.context.tasks.spawn(alone(app), name="bench")
        await live(app, closed)

    root.live = driven


async def alone(app: Any) -> None:
    try:
        begun = watched(app)
        await with_data(app)
        memory = resident()
        await settled(begun)
        before, used = len(begun), time.process_time()
        await asyncio.sleep(SECONDS)
        cpu = time.process_time() - used
        new = begun[before:]
        streaming = app.store.state.link.streaming
        assert streaming, "the event stream was lost"
        print(json.dumps({"mb": memory, "cpu_seconds": cpu, "entries": len(new), "requests": new}), flush=True)
    finally:
        glass[0].close()


def watched(app: Any) -> list[str]:
    """Every request that the ledger opens from now on, by its name."""
    begun: list[str] = []
    opening = app.ledger.open

    def opened(entry: Any) -> None:
        begun.append(entry.request)
        opening(entry)

    app.ledger.open = opened
    return begun


async def settled(begun: list[str]) -> None:
    end = time.monotonic() + PATIENCE
    count, since = -1, time.monotonic()
    while time.monotonic() < min(since + SETTLED, end):
        if len(begun) != count:
            count, since = len(begun), time.monotonic()
        await asyncio.sleep(0.1)


async def with_data(app: Any) -> None:
    from companion.model.state import Reading, SignInStage

    async with asyncio.timeout(30):
        while not app.store.state.link.backend_name or app.store.state.account.stage is not SignInStage.SIGNED_OUT:
            await asyncio.sleep(0.02)
        app.session.sign_in_demo()
        while not (
            (vehicle := app.store.state.vehicle) is not None and vehicle.reported_at is not None and vehicle.capabilities
            and app.store.state.link.streaming and app.store.state.reading is Reading.IDLE
        ):  # fmt: skip
            await asyncio.sleep(0.02)


def resident() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


after_import("companion.ui.start", keep_window)
after_import("companion.app", drive)
main(sys.argv[2:])
