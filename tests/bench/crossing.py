"""From a ring that is crossed in the car to the notice on the window, beside a bare event's way through the same stream."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import qasync
from PySide6.QtWidgets import QApplication

from companion.model.alarms import Ring, RingsWish
from companion.model.command import Kind, Phase
from companion.model.settings import Settings
from companion.model.state import State
from companion.ui.parts.toast import Toast
from companion.ui.start import dress
from companion.ui.window import Window
from tests.app_driver import VIN, Driver, running
from tests.backend_process import Backend
from tests.bench.measure import Finding, Ratio, Sample, async_in_turns

TIMES = 3.0
HOME = Ring(0, "Home", 48.8003, 9.0112, 500, enters=True)
PLACES = ([48.8003, 9.0242, 60], [48.8003, 9.0112, 60])
"""950 m outside, and back: a minute."""
BEFORE, MOMENT, AFTER = "PT25S", "PT20S", "PT60S"
"""Up to the border; over it; to where it parks."""


def crossing(times: int = 8) -> list[Finding]:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    clock = "2030-03-04T18:00:00+00:00"
    with (
        loop,
        tempfile.TemporaryDirectory() as place,
        Backend(Path(place) / "backend", "--clock", clock, car_time="0") as backend,
    ):
        finding: Ratio = loop.run_until_complete(_compare(Path(place), backend, application, times))
    asyncio.set_event_loop(None)
    return [finding]


async def _compare(place: Path, backend: Backend, application: QApplication, times: int) -> Ratio:
    """The car is driven up to the border before; both times begin with the clock that is moved on."""
    settings = Settings(reduced_motion=True)
    dress(application, settings)
    origins = {"porsche_system": backend.parties["porsche_system"]}
    async with running(place / "app", origins) as driver:
        await driver.sign_in()
        await _set_ring(driver)
        seen: list[float] = []
        window, sides = _shown(driver, settings, seen), cycle(PLACES)
        async with _listening(driver, backend) as heard:

            async def ours() -> float:
                await _drive(backend, next(sides))
                await _later(backend, BEFORE)
                await _settled(driver)
                seen.clear()
                started = time.perf_counter()
                moving = asyncio.create_task(_later(backend, MOMENT))
                await driver.until(lambda state: bool(seen))
                took = (seen[0] - started) * 1000
                await moving
                await _later(backend, AFTER)
                await _settled(driver)
                return took

            async def bare() -> float:
                heard.clear()
                started = time.perf_counter()
                moving = asyncio.create_task(_later(backend, MOMENT))
                await heard.wait()
                took = (time.perf_counter() - started) * 1000
                await moving
                await _settled(driver)
                return took

            notice, event = await async_in_turns(times, ours, bare)
        window.close()
    note = "the car drives, compares, reports; the maker keeps and tells; the app keeps and shows"
    return Ratio("crossing to notice", Sample("notice", notice), Sample("bare event", event), TIMES, note=note)


async def _set_ring(driver: Driver) -> None:
    vehicle = driver.state.vehicle
    assert vehicle is not None
    driver.session.wish(Kind.RINGS_SET, RingsWish((HOME,), vehicle.alarms.rings_as_of))
    assert (await driver.command(Kind.RINGS_SET)).phase is Phase.DONE


def _shown(driver: Driver, settings: Settings, seen: list[float]) -> Window:
    """`seen`: gets the moment at which the notice is on the window, not when somebody who waits for it is woken."""
    window = Window(settings)
    window.complete()
    window.show()
    window.show_state(driver.state)

    def show(state: State) -> None:
        window.show_state(state)
        if _says(window, state):
            seen.append(time.perf_counter())

    driver.app.store.state_changed.connect(show)
    return window


def _says(window: Window, state: State) -> bool:
    toast = window.findChild(Toast)
    told = any(one.message is not None for one in state.notices)
    return told and toast is not None and toast.isVisible()


async def _settled(driver: Driver) -> None:
    """Nothing of one measurement is under way in the next."""
    for one in driver.state.notices:
        driver.session.dismiss(one.id)
    await asyncio.sleep(0.4)


async def _drive(backend: Backend, place: list[Any]) -> None:
    await asyncio.to_thread(backend.stage, "POST", f"/demo/vehicles/{VIN}/drive", {"path": [place]})
    await asyncio.sleep(0.2)


async def _later(backend: Backend, period: str) -> None:
    await asyncio.to_thread(backend.stage, "POST", "/demo/clock", {"advance": period})


@asynccontextmanager
async def _listening(driver: Driver, backend: Backend) -> AsyncIterator[asyncio.Event]:
    """A client that does nothing but listen: set when the clock is told."""
    heard = asyncio.Event()
    token = driver.app.context.tokens.access_token  # type: ignore[attr-defined]
    address = f"{backend.parties['porsche_system']}/app/companion/v1/events"
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}

    async def listen() -> None:
        async with (
            httpx.AsyncClient(trust_env=False, timeout=60) as client,
            client.stream("GET", address, headers=headers) as stream,
        ):
            async for line in stream.aiter_lines():
                if line == "event: clock":
                    heard.set()

    task = asyncio.create_task(listen())
    await heard.wait()
    yield heard
    task.cancel()
