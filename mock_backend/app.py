"""The composition root: parties, addresses, clocks, vaults."""

from __future__ import annotations

import asyncio
import secrets
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from mock_backend import catalogue
from mock_backend.clock import Clock
from mock_backend.console.app import Console
from mock_backend.console.phones import PhoneStage
from mock_backend.console.views import Views
from mock_backend.deletion import AccountDeletion
from mock_backend.events import Events
from mock_backend.faults import Faults
from mock_backend.identity.accounts import Accounts
from mock_backend.identity.app import Identity
from mock_backend.porsche_system.alarms import Alarms
from mock_backend.porsche_system.app import PorscheSystem
from mock_backend.porsche_system.commands import Commands
from mock_backend.porsche_system.delivery import Delivery
from mock_backend.porsche_system.garage import Garage, Registered
from mock_backend.porsche_system.messages import Messages
from mock_backend.porsche_system.phones import CARRIER, SMS, Phone, Phones
from mock_backend.porsche_system.places import Finder
from mock_backend.porsche_system.switchboard import Switchboard
from mock_backend.providers.carrier import Carrier
from mock_backend.providers.emergency import Emergency
from mock_backend.providers.map_provider.app import MapProvider
from mock_backend.providers.map_provider.keys import Keys
from mock_backend.providers.map_provider.painting import Painting
from mock_backend.providers.poi_provider import PoiProvider
from mock_backend.providers.request_cache import RequestCache
from mock_backend.receipt import Receipts
from mock_backend.retention import Retention
from mock_backend.switches import Services
from mock_backend.vault import Vault
from mock_backend.vehicle.app import VehicleApp
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.car import Car
from mock_backend.vehicle.state import CarState
from mock_backend.wire import Wire

CARRIERS = (*CARRIER.values(), SMS)
STORES = (
    "identity", "porsche_system", "vehicle", "map_provider", "poi_provider", "request_cache_provider", *CARRIERS, "emergency",
)  # fmt: skip
OF_THE_CAR = ("vehicle", "pcm")
"""Whose stores the owner's reset in the car empties."""


class Backend:
    """Everything behind the sockets."""

    def __init__(self, data_dir: Path, start: datetime | None, car_time: float | None) -> None:
        self.clock = Clock(data_dir / "clock.json", start)
        self.faults = Faults() if car_time is None else Faults((car_time, car_time), (car_time, car_time))
        self.activities = catalogue.load()
        self.vaults = {party: Vault(party, data_dir / f"{party}.db", self.activities, self.clock) for party in STORES}
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
        self._services = Services(self.activities)
        self.board = Switchboard(maker, self.clock, self.garage, self._services)
        self.phones = Phones(maker)
        self.delivery = Delivery(maker, self.garage, self.board, self.phones, self.wire)
        self.cars = {row["vin"]: self._car(row) for row in self._garage_file["vehicle"]}
        self.wire.gate = lambda car, *edge: self.cars[car].why_closed(*edge)
        self.faults.expire_tokens = self.accounts.expire_access
        self.faults.revoke_tokens = self._revoke_all
        self.painting = Painting()
        self.map_keys = Keys(self.clock)
        self.faults.expire_map_keys = self.map_keys.expire
        self._create_account()

    def apps(self) -> dict[str, Any]:
        maker = self.vaults["porsche_system"]
        commands = Commands(maker, self.clock, self.garage, self.board, self.accounts, self.events, self.wire)
        messages = Messages(self.board, self.events, self.delivery)
        alarms = Alarms(maker, messages)
        finder = Finder(maker, self.clock, self.accounts, self.garage, self.board, self.wire, self.backend_id)
        system = PorscheSystem(
            self.accounts, self.garage, self.board, commands, self.events, messages, alarms, finder, maker, self.wire,
            self.clock, self.faults, self.backend_id,
        )  # fmt: skip
        identity = Identity(self.accounts, self.vaults["identity"], self.clock, self.faults)
        identity.on_ended = self._end
        identity.ending.delete = self.deletion.delete
        views = Views(self.clock, self.vaults, self.activities, self.wire)
        phones = PhoneStage(
            self.clock, self.phones, self.delivery, self.vaults, self.accounts, self._garage_file["account"]["id"]
        )
        console = Console(
            self.console_token, self.clock, self.retention, views, self.cars, phones, self.events, self.faults,
            self.accounts, self.receipts, finder, self._fresh, lambda: identity.last_captcha,
        )  # fmt: skip
        vehicle = VehicleApp(self.cars, self.wire, self.faults)
        maps = MapProvider(self.map_keys, self.painting, self.vaults["map_provider"], self.wire, self.faults)
        emergency = Emergency(self.vaults["emergency"], self.wire, self._owner_of)
        return {
            "identity": identity.app(), "porsche_system": system.app(), "vehicle": vehicle.app(),
            "map_provider": maps.app(), "emergency": emergency.app(), "console": console.app(),
            "poi_provider": PoiProvider(self.vaults["poi_provider"], self.wire).app(),
            "request_cache_provider": RequestCache(self.vaults["request_cache_provider"], self.wire).app(),
            **{party: self._carrier(party).app() for party in CARRIERS},
        }  # fmt: skip

    def close(self) -> None:
        for car in self.cars.values():
            car.end()
        for vault in self.vaults.values():
            vault.close()

    def _create_account(self) -> None:
        row = self._garage_file["account"]
        self.deletion.welcome(row["id"])
        if not self.accounts.exists(row["id"]):
            self.accounts.create(row["id"], row["email"], row["password"], row["code"])
            self._register_phones()
        self.garage.register()

    def _register_phones(self) -> None:
        for phone in self._garage_file["phone"]:
            self.phones.register(self._garage_file["account"]["id"], Phone(**phone))

    def _carrier(self, party: str) -> Carrier:
        return Carrier(
            party, self.vaults[party], self.wire, self.faults, lambda address: self.phones.device(party, address)
        )

    def _owner_of(self, vin: str) -> str | None:
        car = self.garage.any_car(vin)
        return None if car is None else car.owner

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
            row["vin"], row["handle"], owner, build, state, self.vaults["vehicle"], self.wire, self.clock, self.faults,
            self._services,
        )  # fmt: skip

    async def _fresh(self) -> None:
        """The cars and the phones as on the first day, now; done when the cars have said so.

        An account that was deleted is made anew.
        """
        async with self.deletion.turn:
            self._create_account()
            self._register_phones()
        for party in OF_THE_CAR:
            if party in self.vaults:
                self.vaults[party].reset()
        for row in self._garage_file["vehicle"]:
            car = self.cars[row["vin"]]
            car.reset(CarState.new(row["state"], row["tyres"], self.clock.now()))
        await asyncio.gather(*(car.sign_on() for car in self.cars.values()))

    def _revoke_all(self) -> None:
        self.accounts.revoke_all()
        self._end()

    def _end(self, account: str | None = None) -> None:
        """Whoever signs out listens no more and sees no more of the map; None is everybody."""
        self.events.end(account)
        self.map_keys.forget(account)


def _backend_id(file: Path) -> str:
    if not file.exists():
        file.write_text(secrets.token_hex(8), "utf-8")
    return file.read_text("utf-8")
