"""The composition root: parties, addresses, clocks, vaults."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import secrets
import signal
import socket
import sys
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import uvicorn

from mock_backend import catalogue
from mock_backend.clock import Clock
from mock_backend.console.app import Console
from mock_backend.console.views import Views
from mock_backend.deletion import AccountDeletion
from mock_backend.events import Events
from mock_backend.faults import Died, Faults
from mock_backend.identity.accounts import Accounts
from mock_backend.identity.app import Identity
from mock_backend.porsche_system.app import PorscheSystem
from mock_backend.porsche_system.commands import Commands
from mock_backend.porsche_system.garage import Garage, Registered
from mock_backend.receipt import Receipts
from mock_backend.retention import Retention
from mock_backend.tasks import end_all, spawn
from mock_backend.vault import Vault
from mock_backend.vehicle.app import VehicleApp
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.car import Car
from mock_backend.vehicle.state import CarState
from mock_backend.wire import Wire

PARTIES = (
    "identity", "porsche_system", "vehicle", "pcm", "map_provider", "navigation_provider", "poi_provider",
    "charging_provider", "request_cache_provider", "voice_provider", "nav_search_provider", "calendar_provider", "harman",
    "radio_provider", "push_google", "push_apple", "sms_carrier", "dealer", "manual_provider", "emergency", "console",
)  # fmt: skip
"""The fixed order of addresses; a party's port is the base plus its place."""
HERE = ("identity", "porsche_system", "vehicle", "console")
STORES = ("identity", "porsche_system", "vehicle")
OF_THE_CAR = ("vehicle", "pcm")
"""Whose stores the owner's reset in the car empties."""
PLACE = "backend.json"
PORTS = "ports.json"


@dataclass(frozen=True, slots=True)
class Options:
    host: str
    port_base: int
    data_dir: Path
    start: datetime | None
    car_time: float | None
    exit_with_stdin: bool


class Backend:
    """Everything behind the sockets."""

    def __init__(self, data_dir: Path, start: datetime | None, car_time: float | None) -> None:
        self.clock = Clock(data_dir / "clock.json", start)
        self.faults = Faults() if car_time is None else Faults((car_time, car_time), (car_time, car_time))
        self.activities = catalogue.load()
        self.vaults = {
            party: Vault(party, data_dir / f"{party}.db", self.activities, self.clock) for party in STORES
        }
        self.retention = Retention(self.clock, self.vaults)
        self.wire = Wire(self.clock)
        self.receipts = Receipts(data_dir, self.clock, self.vaults, self.retention)
        self.deletion = AccountDeletion(
            self.clock, self.vaults, self.activities, self.wire, self.retention, self.receipts
        )
        self.console_token = secrets.token_urlsafe(24)
        self.backend_id = _backend_id(data_dir / "id")
        self._garage_file: dict[str, Any] = tomllib.loads(catalogue.resource("demo", "garage.toml").read_text("utf-8"))
        maker = self.vaults["porsche_system"]
        self.events = Events(maker, self.clock)
        self.accounts = Accounts(self.vaults["identity"], self.clock)
        self.garage = Garage(maker, self.clock, [self._registered(row) for row in self._garage_file["vehicle"]])
        self.cars = {row["vin"]: self._car(row) for row in self._garage_file["vehicle"]}
        self.faults.expire_tokens = self.accounts.expire_access
        self.faults.revoke_tokens = self._revoke_all
        self._create_account()

    def apps(self) -> dict[str, Any]:
        maker = self.vaults["porsche_system"]
        commands = Commands(maker, self.clock, self.garage, self.accounts, self.events, self.wire)
        system = PorscheSystem(
            self.accounts, self.garage, commands, self.events, maker, self.wire, self.clock, self.faults, self.backend_id
        )
        identity = Identity(self.accounts, self.vaults["identity"], self.clock, self.faults)
        identity.on_ended = self.events.end
        identity.ending.delete = self.deletion.delete
        views = Views(self.clock, self.vaults, self.activities, self.wire)
        console = Console(
            self.console_token, self.clock, self.retention, views, self.cars, self.events, self.faults, self.accounts,
            self.receipts, self._fresh, lambda: identity.last_captcha,
        )  # fmt: skip
        vehicle = VehicleApp(self.cars, self.wire, self.faults)
        return {
            "identity": identity.app(), "porsche_system": system.app(), "vehicle": vehicle.app(), "console": console.app(),
        }  # fmt: skip

    def close(self) -> None:
        for vault in self.vaults.values():
            vault.close()

    def _create_account(self) -> None:
        row = self._garage_file["account"]
        self.deletion.welcome(row["id"])
        if not self.accounts.exists(row["id"]):
            self.accounts.create(row["id"], row["email"], row["password"], row["code"])
        self.garage.register()

    def _registered(self, row: dict[str, Any]) -> Registered:
        owner = self._garage_file["account"]["id"]
        return Registered(
            row["vin"], row["handle"], owner, row["model"], row["engine"], row["year"], row["colour"],
            row["colour_name"], tuple(row["commands"]),
        )  # fmt: skip

    def _car(self, row: dict[str, Any]) -> Car:
        state = CarState.new(row["state"], row["tyres"], self.clock.now())
        owner = self._garage_file["account"]["id"]
        build = Build.new(row["build"], row["commands"])
        return Car(
            row["vin"], row["handle"], owner, build, state, self.vaults["vehicle"], self.wire, self.clock, self.faults
        )

    async def _fresh(self) -> None:
        """The cars as on the first day, now; done when they have said so. An account that was deleted is made anew."""
        self._create_account()
        for party in OF_THE_CAR:
            if party in self.vaults:
                self.vaults[party].reset()
        for row in self._garage_file["vehicle"]:
            car = self.cars[row["vin"]]
            car.reset(CarState.new(row["state"], row["tyres"], self.clock.now()))
        await asyncio.gather(*(car.sign_on() for car in self.cars.values()))

    def _revoke_all(self) -> None:
        self.accounts.revoke_all()
        self.events.end()


class _Server(uvicorn.Server):
    """Signals are ours: streams have to be closed before the server stops."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


async def serve(options: Options) -> None:
    backend = Backend(options.data_dir, options.start, options.car_time)
    sockets = _listen(options)
    apps = backend.apps()
    by_port = {sock.getsockname()[1]: apps[party] for party, sock in sockets.items()}
    for party, sock in sockets.items():
        backend.wire.origins[party] = f"http://{_shown(options.host)}:{sock.getsockname()[1]}"
    # Connections are kept longer than the app keeps them: a request must not meet a server that is just closing.
    config = uvicorn.Config(
        _dispatch(by_port), lifespan="off", access_log=False, log_config=None, timeout_graceful_shutdown=2, timeout_keep_alive=75,
        server_header=False, http="h11", ws="none", h11_max_incomplete_event_size=64 * 1024,
    )  # fmt: skip
    server = _Server(config)
    stop = _stopper(backend, server)
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop)
    if options.exit_with_stdin:
        _watch_stdin(stop)
    spawn(backend.retention.run(), name="retention")
    spawn(_ready(backend, server, options), name="ready")
    try:
        await server.serve(sockets=list(sockets.values()))
    finally:
        await end_all()
        await backend.wire.close()
        backend.close()
        (options.data_dir / PLACE).unlink(missing_ok=True)


def _dispatch(by_port: dict[int, Any]) -> Any:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        # Older clients write a double slash; the public interface takes it.
        scope["path"] = _path(scope["raw_path"]).replace("//", "/")
        try:
            await by_port[scope["server"][1]](scope, receive, send)
        except Died:
            raise asyncio.CancelledError from None

    return application


def _path(raw: bytes) -> str:
    """The path decoded, but for an encoded slash: that one is part of a value."""
    return unquote(re.sub("(?i)%2f", "%252F", raw.decode("ascii")))


def _stopper(backend: Backend, server: uvicorn.Server) -> Any:
    def stop() -> None:
        backend.events.end()
        server.should_exit = True

    return stop


async def _ready(backend: Backend, server: uvicorn.Server, options: Options) -> None:
    while not server.started:
        await asyncio.sleep(0.005)
    fresh = [car for car in backend.cars.values() if not backend.garage.known(car.vin)]
    for car in fresh:
        # A car that never reported does so first: whoever looks at once sees data.
        await car.sign_on()
    parties = dict(backend.wire.origins)
    line = {"ready": True, "parties": parties, "console_token": backend.console_token}
    place = options.data_dir / PLACE
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({**line, "backend_id": backend.backend_id, "pid": os.getpid()}, file)
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    for car in backend.cars.values():
        if car not in fresh:
            await car.sign_on()


def _listen(options: Options) -> dict[str, socket.socket]:
    """A socket a party: at the base's ports, else where this data directory was last, else at free ones.

    The app binds its stored sign-in to the address of the identity, so addresses should last.
    """
    file = options.data_dir / PORTS
    before = {} if options.port_base else _last_ports(file)
    found: dict[str, socket.socket] = {}
    for party in HERE:
        port = options.port_base + PARTIES.index(party) if options.port_base else before.get(party, 0)
        try:
            found[party] = _bound(options.host, port)
        except OSError:
            if options.port_base:
                raise
            found[party] = _bound(options.host, 0)
    file.write_text(json.dumps({party: sock.getsockname()[1] for party, sock in found.items()}), "utf-8")
    return found


def _bound(host: str, port: int) -> socket.socket:
    """Made as IPPROTO_TCP: asyncio sets TCP_NODELAY only on those (44 ms a request otherwise)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


def _last_ports(file: Path) -> dict[str, int]:
    """A damaged file tells nothing."""
    try:
        table = json.loads(file.read_text("utf-8"))
        return {party: port for party, port in table.items() if isinstance(port, int) and 1024 <= port <= 65535}
    except (OSError, ValueError, AttributeError):
        return {}


def _watch_stdin(stop: Any) -> None:
    """Ends the backend when whoever holds the other end of the pipe is gone."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        loop.call_soon_threadsafe(stop)

    import threading

    threading.Thread(target=read, daemon=True).start()


def _shown(host: str) -> str:
    host = "127.0.0.1" if host in ("0.0.0.0", "") else host
    return f"[{host}]" if ":" in host else host


def _backend_id(file: Path) -> str:
    if not file.exists():
        file.write_text(secrets.token_hex(8), "utf-8")
    return file.read_text("utf-8")
