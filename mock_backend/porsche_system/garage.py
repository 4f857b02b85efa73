"""Which cars there are, whose they are, and what the maker last heard of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_backend.clock import Clock
from mock_backend.vault import Vault

STATUS = "car_control.vehicle_status"
EXTRAS = "product.vehicle_extras"
LISTED = ("BATTERY_LEVEL", "FUEL_LEVEL", "E_RANGE", "RANGE", "MILEAGE", "GPS_LOCATION", "LOCK_STATE_VEHICLE",
          "PARKING_LIGHT", "INSTRUMENT_CLUSTER_ALERTS", "GLOBAL_TIMESTAMP", "OPEN_STATE_")  # fmt: skip
"""Measurements that the notice lists for Car Control; the rest is kept apart, as our choice."""


@dataclass(frozen=True, slots=True)
class Registered:
    vin: str
    handle: str
    owner: str
    model: str
    engine: str
    year: str
    colour: str
    colour_name: str
    commands: tuple[str, ...]


class Garage:
    def __init__(self, vault: Vault, clock: Clock, cars: Iterable[Registered]) -> None:
        self._vault = vault
        self._clock = clock
        self._cars = {car.vin: car for car in cars}

    def register(self) -> None:
        for car in self._cars.values():
            if self._vault.newest("product.vehicle_registration", car.vin) is None:
                self._vault.keep("product.vehicle_registration", car.vin, {"owner": car.owner}, owner=car.owner)

    def of(self, account: str) -> list[Registered]:
        rows = self._vault.find("product.vehicle_registration")
        return [self._cars[row.subject] for row in rows if row.values["owner"] == account and row.subject in self._cars]

    def car(self, account: str, vin: str) -> Registered | None:
        return next((car for car in self.of(account) if car.vin == vin), None)

    def any_car(self, vin: str) -> Registered | None:
        return self._cars.get(vin)

    def known(self, vin: str) -> dict[str, dict[str, Any]]:
        """What the maker last heard: measurement -> value."""
        found: dict[str, dict[str, Any]] = {}
        for activity in (EXTRAS, STATUS):
            row = self._vault.newest(activity, vin)
            found |= row.values["measurements"] if row else {}
        return found

    def hear(self, car: Registered, measurements: Mapping[str, Any], trace: str) -> list[dict[str, Any]]:
        """Overwrites what was known; returns what changed, as measurements of the public interface."""
        before = self.known(car.vin)
        listed = {key: value for key, value in measurements.items() if key.startswith(LISTED)}
        extras = {key: value for key, value in measurements.items() if not key.startswith(LISTED)}
        self._vault.keep(STATUS, car.vin, {"measurements": listed}, trace=trace, owner=car.owner)
        self._vault.keep(EXTRAS, car.vin, {"measurements": extras}, trace=trace, owner=car.owner)
        return [_measured(key, value) for key, value in measurements.items() if before.get(key) != value]

    def overview(self, car: Registered, keys: Iterable[str]) -> dict[str, Any]:
        """The car as E2 of the public interface; only the keys asked for."""
        known = self.known(car.vin)
        measurements = [_measured(key, known.get(key)) for key in dict.fromkeys(keys)]
        stamp = known.get("GLOBAL_TIMESTAMP", {}).get("timestamp", self._clock.now().isoformat())
        return {**self.head(car), "timestamp": stamp, "measurements": measurements}

    def capabilities(self, car: Registered, keys: Iterable[str]) -> dict[str, Any]:
        commands = []
        for key in dict.fromkeys(keys):
            can = key in car.commands
            status: dict[str, Any] = {"isEnabled": can} if can else {"isEnabled": False, "cause": "NOT_SUPPORTED"}
            commands.append({"key": key, "status": status})
        return {**self.head(car), "timestamp": self._clock.now().isoformat(), "commands": commands}

    def head(self, car: Registered) -> dict[str, Any]:
        return {
            "vin": car.vin, "modelName": car.model, "customName": car.model,
            "modelType": {"year": car.year, "engine": car.engine, "code": "", "body": "", "generation": "", "model": car.model},
            "systemInfo": {}, "connect": True, "exteriorColorName": car.colour_name,
            "color": {"primaryExteriorColor": car.colour}, "timestamp": self._clock.now().isoformat(),
        }  # fmt: skip


def _measured(key: str, value: dict[str, Any] | None) -> dict[str, Any]:
    if value is None:
        return {"key": key, "status": {"isEnabled": False, "cause": "NOT_SUPPORTED"}}
    return {"key": key, "status": {"isEnabled": True}, "value": value}
