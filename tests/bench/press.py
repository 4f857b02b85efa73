"""From the press to "Unlocked", against the public client's own way, on the same backend, with a car that takes no time."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import qasync
from pyporscheconnectapi.account import PorscheConnectAccount
from pyporscheconnectapi.connection import Connection
from pyporscheconnectapi.remote_services import RemoteServices
from PySide6.QtWidgets import QApplication

from companion.core.sign_in import DEMO_EMAIL, DEMO_PASSWORD
from companion.model.command import Kind, Phase
from companion.model.state import State
from tests.app_driver import CODE, VIN, Driver, running
from tests.backend_process import Backend
from tests.bench.measure import Finding, Ratio, Sample, async_in_turns

PRESS = 5.0


def press(times: int = 8) -> list[Finding]:
    application = QApplication.instance() or QApplication([])
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop, tempfile.TemporaryDirectory() as place, Backend(Path(place) / "backend", car_time="0") as backend:
        finding: Ratio = loop.run_until_complete(_compare(Path(place), backend, times))
    asyncio.set_event_loop(None)
    return [finding]


async def _compare(place: Path, backend: Backend, times: int) -> Ratio:
    """Both are signed in before; locking in between is not timed."""
    origins = {"porsche_system": backend.parties["porsche_system"]}
    async with (
        running(place / "app", origins) as driver,
        httpx.AsyncClient(transport=Loopback(backend.parties)) as http,
    ):
        await driver.sign_in()
        account = PorscheConnectAccount(connection=Connection(DEMO_EMAIL, DEMO_PASSWORD, async_client=http))
        car = await account.get_vehicle(VIN)
        assert car is not None
        service = RemoteServices(car)

        async def ours() -> float:
            await _lock(driver)
            started = time.perf_counter()
            driver.session.unlock(CODE)
            await driver.until(_is_unlocked)
            return (time.perf_counter() - started) * 1000

        async def theirs() -> float:
            await _lock(driver)
            started = time.perf_counter()
            status = await service.unlock_vehicle(CODE)
            took = (time.perf_counter() - started) * 1000
            assert status is not None
            assert status.status == "PERFORMED"
            assert car.vehicle_locked is False
            return took

        app, client = await async_in_turns(times, ours, theirs)
    return Ratio("press to unlocked", Sample("companion", app), Sample("public client", client), PRESS, faster=True)


async def _lock(driver: Driver) -> None:
    """Also waits until the panel has read what is held: the next press finds nothing else under way."""
    command = await driver.command(Kind.LOCK)
    assert command.phase is Phase.DONE
    await driver.observed("lock")
    await driver.until(lambda state: state.vehicle is not None and state.vehicle.body.is_locked)


def _is_unlocked(state: State) -> bool:
    command, vehicle = state.command(Kind.UNLOCK), state.vehicle
    done = command is not None and command.phase is Phase.DONE
    return done and vehicle is not None and vehicle.body.is_locked is False


class Loopback(httpx.AsyncHTTPTransport):
    """The client's two hosts are the two parties here."""

    def __init__(self, parties: dict[str, str]) -> None:
        super().__init__(trust_env=False)
        self._places = {"identity.porsche.com": parties["identity"], "api.ppa.porsche.com": parties["porsche_system"]}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        place = urlsplit(self._places[request.url.host])
        url = request.url.copy_with(scheme="http", host=place.hostname, port=place.port)
        headers = [("Host", place.netloc), *(pair for pair in request.headers.multi_items() if pair[0] != "host")]
        local = httpx.Request(
            request.method, url, headers=headers, stream=request.stream, extensions=request.extensions
        )
        return await super().handle_async_request(local)
