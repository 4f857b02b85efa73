"""The public client of the maker's interface, unmodified as it is on PyPI, drives the simulated cars."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import pytest
import trustme
from pyporscheconnectapi.account import PorscheConnectAccount
from pyporscheconnectapi.connection import Connection
from pyporscheconnectapi.exceptions import (
    PorscheExceptionError,
    PorscheRemoteServiceError,
    PorscheWrongCredentialsError,
)
from pyporscheconnectapi.remote_services import RemoteServices
from pyporscheconnectapi.vehicle import PorscheVehicle

from app_driver import CODE, VIN
from backend_process import Backend

T = TypeVar("T")
EMAIL, PASSWORD = "owner@demo.example", "demo-drive"
RUNNER = """
import sys
from pyporscheconnectapi import const
const.API_BASE_URL, const.AUTHORIZATION_SERVER = sys.argv[1] + "/app", sys.argv[2]
const.AUTHORIZATION_URL = f"https://{sys.argv[2]}/authorize"
const.TOKEN_URL = f"https://{sys.argv[2]}/oauth/token"
sys.argv = ["porschecli", *sys.argv[3:]]
from pyporscheconnectapi.cli import cli
cli()
"""
"""The client's constants are set before anything else of it is imported; then its own command line runs."""


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with Backend(tmp_path_factory.mktemp("backend")) as backend:
        yield backend


class Loopback(httpx.AsyncHTTPTransport):
    """The client's two hosts are the two parties here; any other is not reached."""

    def __init__(self, parties: dict[str, str]) -> None:
        super().__init__(trust_env=False)
        self._places = {"identity.porsche.com": parties["identity"], "api.ppa.porsche.com": parties["porsche_system"]}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        place = urlsplit(self._places[request.url.host])
        url = request.url.copy_with(scheme="http", host=place.hostname, port=place.port)
        others = [pair for pair in request.headers.multi_items() if pair[0] != "host"]
        headers = [("Host", place.netloc), *others]
        # The client's own request stays as it is: its cookies belong to the address that it believes in.
        local = httpx.Request(request.method, url, headers=headers, stream=request.stream, extensions=request.extensions)
        return await super().handle_async_request(local)


def with_account(backend: Backend, use: Callable[[PorscheConnectAccount], Coroutine[Any, Any, T]], password: str = PASSWORD) -> T:
    """Runs `use` with the public client's account, on a plain loop of its own."""

    async def body() -> T:
        async with httpx.AsyncClient(transport=Loopback(backend.parties), trust_env=False) as http:
            return await use(PorscheConnectAccount(connection=Connection(EMAIL, password, async_client=http)))

    return asyncio.run(asyncio.wait_for(body(), 30))


def test_the_library_signs_in_lists_reads_locks_and_unlocks(backend: Backend) -> None:
    async def drive(account: PorscheConnectAccount) -> None:
        cars = await account.get_vehicles()
        assert VIN in [car.vin for car in cars]
        assert account.token is not None
        assert {"access_token", "refresh_token", "expires_at"} <= set(account.token)
        car = await account.get_vehicle(VIN)
        assert isinstance(car, PorscheVehicle)
        await read(car)
        service = RemoteServices(car)
        assert (await service.lock_vehicle()).status == "PERFORMED"
        assert car.vehicle_locked is True
        assert locked(backend)
        assert (await service.unlock_vehicle(CODE)).status == "PERFORMED"
        assert car.vehicle_locked is False
        assert not locked(backend)

    with_account(backend, drive)


async def read(car: PorscheVehicle) -> None:
    await car.get_stored_overview()
    stored = (car.main_battery_level, car.mileage, car.location[:2], car.data["modelName"])
    assert all(value is not None for value in stored)
    assert car.has_electric_drivetrain
    await car.get_current_overview()
    assert (car.main_battery_level, car.mileage, car.location[:2], car.data["modelName"]) == stored
    await car.get_capabilities()
    assert car.has_remote_services


def locked(backend: Backend) -> bool:
    """What the car itself says."""
    cars = backend.stage("GET", "/demo/state")["vehicles"]
    return next(car["locked"] for car in cars if car["vin"] == VIN)  # type: ignore[no-any-return]


def test_the_library_hears_of_a_wrong_password_an_open_door_and_a_wrong_code(backend: Backend) -> None:
    async def refused(account: PorscheConnectAccount) -> None:
        with pytest.raises(PorscheWrongCredentialsError):
            await account.get_vehicles()

    async def obstructed(account: PorscheConnectAccount) -> None:
        car = await account.get_vehicle(VIN)
        assert car is not None
        with pytest.raises(PorscheRemoteServiceError) as raised:
            await RemoteServices(car).lock_vehicle()
        assert "DOOR_OPEN" in str(raised.value.message)
        before = locked(backend)
        with pytest.raises(PorscheExceptionError):
            await RemoteServices(car).unlock_vehicle("0000")
        assert locked(backend) is before

    with_account(backend, refused, "wrong")
    backend.stage("POST", f"/demo/vehicles/{VIN}/open", {"part": "DOOR_FRONT_LEFT"})
    try:
        with_account(backend, obstructed)
    finally:
        backend.stage("POST", f"/demo/vehicles/{VIN}/close", {"part": "DOOR_FRONT_LEFT"})


# -- its own command line, over TLS where it forces TLS -----------------------------------------------------------


class TlsEnd:
    """Ends TLS in front of a plain port; a thread with a loop of its own."""

    def __init__(self, folder: Path, target: int) -> None:
        authority = trustme.CA()
        self.certificates = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.certificates))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(self._context)
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._end = asyncio.Event()
        self.port = 0
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve()))

    def __enter__(self) -> TlsEnd:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> None:
        async with await asyncio.start_server(self._take, "127.0.0.1", 0, ssl=self._context) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._end.wait()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        plain_reader, plain_writer = await asyncio.open_connection("127.0.0.1", self._target)
        await asyncio.gather(_pass_on(reader, plain_writer), _pass_on(plain_reader, writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()


@pytest.fixture
def porschecli(backend: Backend, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Runs the client's command line in a process of its own and returns what it printed."""
    identity = urlsplit(backend.parties["identity"]).port
    assert identity is not None
    with TlsEnd(tmp_path, identity) as tls:

        def run(*arguments: str) -> str:
            account = ("-e", EMAIL, "-p", PASSWORD, "-s", str(tmp_path / "session"), "-j")
            places = (backend.parties["porsche_system"], f"localhost:{tls.port}")
            environment = {**os.environ, "SSL_CERT_FILE": str(tls.certificates), "HOME": str(tmp_path), "NO_COLOR": "1"}
            done = subprocess.run(
                [sys.executable, "-c", RUNNER, *places, *account, *arguments], cwd=tmp_path, env=environment,
                capture_output=True, text=True, timeout=50,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            return done.stdout

        yield run


def test_the_command_line_signs_in_over_tls_reads_locks_and_unlocks(
    porschecli: Callable[..., str], backend: Backend, tmp_path: Path
) -> None:
    assert "modelName" in porschecli("list")
    assert "access_token" in json.loads((tmp_path / "session").read_text("utf-8"))
    assert json.loads(porschecli("storedoverview", "-v", VIN))["vin"] == VIN
    assert "PERFORMED" in porschecli("lock_vehicle", "-v", VIN)
    assert locked(backend)
    assert "PERFORMED" in porschecli("unlock_vehicle", "-v", VIN, "-n", CODE)
    assert not locked(backend)
