"""The public client of the maker's interface, unmodified as it is on PyPI, drives the simulated cars."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme
from pyporscheconnectapi.account import PorscheConnectAccount
from pyporscheconnectapi.exceptions import (
    PorscheExceptionError,
    PorscheRemoteServiceError,
    PorscheWrongCredentialsError,
)
from pyporscheconnectapi.remote_services import RemoteServices
from pyporscheconnectapi.vehicle import PorscheVehicle

from app_driver import CODE, VIN
from backend_process import Backend
from owner_client import COMBUSTION, HYBRID, until
from public_account import EMAIL, PASSWORD, with_account

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


class CommandLine:
    """The client's command line in processes of its own, with the account's session file in `folder`."""

    def __init__(self, backend: Backend, tls: TlsEnd, folder: Path) -> None:
        self._places = (backend.parties["porsche_system"], f"localhost:{tls.port}")
        self._environment = {**os.environ, "SSL_CERT_FILE": str(tls.certificates), "HOME": str(folder), "NO_COLOR": "1"}
        self.folder = folder

    def start(self, *arguments: str, password: str = PASSWORD) -> subprocess.Popen[str]:
        account = ("-e", EMAIL, "-p", password, "-s", str(self.folder / "session"), "-j")
        return subprocess.Popen(
            [sys.executable, "-c", RUNNER, *self._places, *account, *arguments], cwd=self.folder, env=self._environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *arguments: str, typed: str = "") -> str:
        """What it printed."""
        process = self.start(*arguments)
        out, err = process.communicate(typed, timeout=50)
        assert process.returncode == 0, err
        return out


@pytest.fixture(scope="module")
def tls(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsEnd]:
    identity = urlsplit(backend.parties["identity"]).port
    assert identity is not None
    with TlsEnd(tmp_path_factory.mktemp("tls"), identity) as tls:
        yield tls


@pytest.fixture
def fresh(backend: Backend) -> Iterator[None]:
    """Nothing is wrong, and the cars are as on the first day, afterwards too."""
    yield
    backend.stage("POST", "/demo/faults", {"kind": "none"})
    backend.stage("POST", "/demo/faults", {"kind": "car_time", "seconds": 0})
    backend.stage("POST", "/demo/scenarios/fresh", {})


@pytest.fixture
def command_line(backend: Backend, tls: TlsEnd, fresh: None, tmp_path: Path) -> CommandLine:
    return CommandLine(backend, tls, tmp_path)


@pytest.fixture(scope="module")
def session(backend: Backend, tls: TlsEnd, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Signed in already: each sign-in costs the client two and a half seconds of sleep."""
    line = CommandLine(backend, tls, tmp_path_factory.mktemp("session"))
    line.run("list")
    return line


def test_the_command_line_signs_in_over_tls_reads_locks_and_unlocks(
    command_line: CommandLine, backend: Backend
) -> None:
    assert "modelName" in command_line.run("list")
    assert "access_token" in json.loads((command_line.folder / "session").read_text("utf-8"))
    assert json.loads(command_line.run("storedoverview", "-v", VIN))["vin"] == VIN
    assert "PERFORMED" in command_line.run("lock_vehicle", "-v", VIN)
    assert locked(backend)
    assert "PERFORMED" in command_line.run("unlock_vehicle", "-v", VIN, "-n", CODE)
    assert not locked(backend)


def told(out: str) -> Any:
    return json.loads(out)


READS: list[tuple[str, str, Callable[[Any], bool]]] = [
    ("battery", VIN, lambda told: told == 78),
    ("battery", COMBUSTION, lambda told: told == 0),
    ("capabilities", VIN, lambda told: "REMOTE_CLIMATIZER_START" in str(told)),
    ("connected", HYBRID, lambda told: told is True),
    ("currentoverview", HYBRID, lambda told: told["vin"] == HYBRID and told["FUEL_LEVEL"]["percent"] == 54),
    ("storedoverview", COMBUSTION, lambda told: told["FUEL_LEVEL"]["percent"] == 71 and "BATTERY_LEVEL" not in told),
    ("destinations", VIN, lambda told: told["list"] == []),
    ("doors_and_lids", COMBUSTION, lambda told: len(told) == 7 and "DOOR_REAR" not in str(told)),
    ("location", VIN, lambda told: told[:2] == [48.8003, 9.0112]),
    ("pictures", VIN, lambda told: "topView" in str(told) and ".png" in str(told)),
    ("tire_status", VIN, lambda told: told is True),
    ("tire_status", HYBRID, lambda told: told is False),
    ("tire_pressures", VIN, lambda told: "2.7" in str(told)),
    ("trip_statistics", COMBUSTION, lambda told: "avgLitersPerHundredKm" in str(told)),
    ("vehicle_closed", HYBRID, lambda told: told is True),
    ("vehicle_closed", VIN, lambda told: told is False),
]
COMMANDS: list[tuple[str, ...]] = [
    ("flash_indicators", VIN), ("honk_and_flash", HYBRID), ("lock_vehicle", COMBUSTION),
    ("unlock_vehicle", COMBUSTION, "-n", CODE), ("climatise_on", VIN), ("climatise_off", HYBRID),
    ("direct_charge_on", VIN), ("direct_charge_off", VIN), ("chargingsettings", VIN, "--targetsoc", "70"),
    ("chargingprofile", HYBRID, "--profileid", "4", "--chargelevel", "65"), ("chargingprofile", HYBRID, "--chargelevel", "60"),
    ("chargingprofile", VIN, "--profileid", "2", "--chargelevel", "30"),
]  # fmt: skip
QUICK = {("pictures", VIN), ("trip_statistics", COMBUSTION), ("climatise_on", VIN), ("chargingprofile", HYBRID)}
"""Run by default; the others take a process of a second or two each."""


def marks(row: tuple[Any, ...]) -> list[pytest.MarkDecorator]:
    return [] if row[:2] in QUICK else [pytest.mark.slow]


@pytest.mark.parametrize(
    ("command", "vin", "judge"), [pytest.param(*row, id=f"{row[0]} {row[1]}", marks=marks(row)) for row in READS]
)
def test_every_reading_command_is_answered(
    session: CommandLine, fresh: None, command: str, vin: str, judge: Callable[[Any], bool]
) -> None:
    answer = told(session.run(command, "-v", vin))
    assert judge(answer), answer


@pytest.mark.parametrize("words", [pytest.param(row, id=f"{row[0]} {row[1]}", marks=marks(row)) for row in COMMANDS])
def test_every_command_is_performed(
    session: CommandLine, backend: Backend, fresh: None, words: tuple[str, ...]
) -> None:
    command, vin, *more = words
    if command.startswith("direct_charge"):
        backend.stage("POST", f"/demo/vehicles/{vin}/plug", {})
    assert "PERFORMED" in session.run(command, "-v", vin, *more)


def test_every_command_of_the_client_is_in_these_tests(session: CommandLine) -> None:
    tried = {row[0] for row in READS} | {row[0] for row in COMMANDS} | {"list", "token"}
    source = "from pyporscheconnectapi.cli import vehicle_commands; print(*vehicle_commands)"
    names = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout.split()
    assert tried == {*names, "list", "token"}


@pytest.mark.slow
def test_a_target_set_by_the_client_is_the_cars(session: CommandLine, fresh: None) -> None:
    session.run("chargingsettings", "-v", VIN, "--targetsoc", "70")
    assert told(session.run("storedoverview", "-v", VIN))["CHARGING_SETTINGS"]["targetSoc"] == 70


@pytest.mark.slow
def test_token_is_the_clients_own_bug(session: CommandLine) -> None:
    process = session.start("token")
    _, err = process.communicate(timeout=50)
    assert process.returncode != 0
    assert "AttributeError" in err
    assert "vin" in err


def test_the_command_line_copies_a_captcha(command_line: CommandLine, backend: Backend) -> None:
    backend.stage("POST", "/demo/faults", {"kind": "captcha"})
    before = backend.stage("GET", "/demo/state")["captcha"]
    process = command_line.start("list")
    page = command_line.folder / "porsche_captcha.html"
    letters = until(
        lambda: page.exists() and (new := backend.stage("GET", "/demo/state")["captcha"]) != before and new, 30
    )
    out, err = process.communicate(f"{letters}\n", timeout=50)
    assert process.returncode == 0, err
    assert "modelName" in out
    assert "data:image/svg+xml;base64," in page.read_text("utf-8")


def test_the_command_line_declines_a_passkey(command_line: CommandLine, backend: Backend) -> None:
    backend.stage("POST", "/demo/faults", {"kind": "passkey"})
    assert "modelName" in command_line.run("list")


@pytest.mark.slow
def test_a_wrong_password_is_called_that(command_line: CommandLine) -> None:
    process = command_line.start("list", password="wrong")
    _, err = process.communicate(timeout=50)
    assert process.returncode != 0
    assert "Wrong credentials" in err


@pytest.mark.slow
def test_a_refused_refresh_signs_in_again_by_itself(command_line: CommandLine, backend: Backend) -> None:
    command_line.run("list")
    file = command_line.folder / "session"
    old = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**old, "expires_at": 1}), "utf-8")
    backend.stage("POST", "/demo/faults", {"kind": "revoke_tokens"})
    assert "modelName" in command_line.run("list")
    assert json.loads(file.read_text("utf-8"))["refresh_token"] != old["refresh_token"]
