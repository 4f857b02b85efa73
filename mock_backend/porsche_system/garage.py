"""Which cars there are, whose they are, and what the maker last heard of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_backend.clock import Clock
from mock_backend.porsche_system.payloads import metadata
from mock_backend.services import LOCK, SERVICE
from mock_backend.switches import ALWAYS
from mock_backend.vault import Vault

STATUS, FINDER, PLACE = "car_control.vehicle_status", "car_finder.position_upload", "GPS_LOCATION"
FOUND = (PLACE, "POSITION_TRIGGER")
"""What is said for Car Finder."""
EXTRAS = "product.vehicle_extras"
LISTED = ("BATTERY_LEVEL", "FUEL_LEVEL", "E_RANGE", "RANGE", "MILEAGE", "GPS_LOCATION", "LOCK_STATE_VEHICLE",
          "PARKING_LIGHT", "INSTRUMENT_CLUSTER_ALERTS", "GLOBAL_TIMESTAMP", "OPEN_STATE_")  # fmt: skip
"""Measurements that the notice lists for Car Control."""
OTHERS = {
    "e_control.charging_status": ("CHARGING_", "BATTERY_LEVEL", "E_RANGE"),
    "e_control.timer_feedback": ("TIMERS", "DEPARTURES"),
    "climate.climate_status": ("HVAC_SUMMARY", "CLIMATIZER_STATE", "HEATING_STATE"),
    "trip_control.trip_upload": ("TRIP_STATISTICS_",),
    "location_alarm.area_setup": ("LOCATION_ALARMS",),
    "valet_alarm.arming": ("VALET_ALARM",),
    "product.speed_limits": ("SPEED_ALARMS",),
}
"""What other services keep, when it changes. What none of them lists is kept apart, as our choice."""
KNOWN = (EXTRAS, *OTHERS, FINDER, STATUS)
"""Later ones say it better; of two places the newer one does."""
Known = Mapping[str, Mapping[str, Any]]
"""Measurement -> value."""
ELSEWHERE = LISTED + tuple(key for keys in OTHERS.values() for key in keys)


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
        rows = self._vault.find("product.vehicle_registration", vin)
        return next((self._cars[vin] for row in rows if row.values["owner"] == account and vin in self._cars), None)

    def any_car(self, vin: str) -> Registered | None:
        return self._cars.get(vin)

    def by_handle(self, handle: str) -> Registered | None:
        return next((car for car in self._cars.values() if car.handle == handle), None)

    def known(self, vin: str) -> dict[str, dict[str, Any]]:
        """What the maker last heard: measurement -> value."""
        rows = self._vault.newest_of(KNOWN, vin)
        found: dict[str, dict[str, Any]] = {}
        for activity in KNOWN:
            if activity in rows:
                found |= rows[activity]["measurements"]
        said = (rows[name]["measurements"] for name in (FINDER, STATUS) if name in rows)
        places = [one[PLACE] for one in said if PLACE in one]
        return found | {PLACE: max(places, key=lambda one: str(one["lastModified"]))} if places else found

    def place(self, car: Registered, before: Known, given: Known, trace: str) -> list[dict[str, Any]]:
        """Where it is for Car Finder, kept apart from the vehicle status; returns what of it is new."""
        said = {key: given[key] for key in FOUND if key in given}
        self._overwrite(FINDER, car, said, trace)
        return [measured(key, value) for key, value in said.items() if before.get(key) != value]

    def hear(self, car: Registered, before: Known, measurements: Mapping[str, Any], trace: str) -> list[dict[str, Any]]:
        """Overwrites what was known `before` of these; returns what changed, as measurements of the public interface."""
        changed = {key: value for key, value in measurements.items() if before.get(key) != value}
        self._overwrite(STATUS, car, _starting(measurements, LISTED), trace)
        self._overwrite(
            EXTRAS, car, {key: one for key, one in measurements.items() if not key.startswith(ELSEWHERE)}, trace
        )
        for activity, keys in OTHERS.items():
            if _starting(changed, keys):
                self._overwrite(activity, car, _starting(measurements, keys), trace)
        return [measured(key, value) for key, value in changed.items()]

    def _kept(self, activity: str, vin: str) -> dict[str, dict[str, Any]]:
        row = self._vault.newest(activity, vin, "")
        found: dict[str, dict[str, Any]] = row.values["measurements"] if row else {}
        return found

    def _overwrite(self, activity: str, car: Registered, given: Mapping[str, Any], trace: str) -> None:
        """A report of a few measurements leaves the others as they were."""
        if given:
            values = {"measurements": {**self._kept(activity, car.vin), **given}}
            self._vault.keep(activity, car.vin, values, trace=trace, owner=car.owner, replaces=True)

    def overview(self, car: Registered, keys: Iterable[str], known: Known) -> dict[str, Any]:
        """The car as E2 of the public interface; only the keys asked for."""
        closed = () if why_shut(known) != "PRIVATE_MODE" else set(keys) - set(ALWAYS)
        measurements = [
            measured(key, known.get(key)) if key not in closed else _disabled(key, "PRIVATE_MODE")
            for key in dict.fromkeys(keys)
        ]
        stamp = known.get("GLOBAL_TIMESTAMP", {}).get("timestamp", self._clock.now().isoformat())
        return {**self.head(car), "timestamp": stamp, "measurements": measurements}

    def capabilities(self, car: Registered, keys: Iterable[str], why_not: Callable[[str, str], str]) -> dict[str, Any]:
        """`why_not`: (VIN, service) -> why a switch in the car closes it, or nothing."""
        commands = []
        for key in dict.fromkeys(keys):
            why = why_not(car.vin, SERVICE.get(key, LOCK).id) if key in car.commands else "NOT_SUPPORTED"
            row = _disabled(key, why) if why else {"key": key, "status": {"isEnabled": True}, **metadata(key)}
            commands.append(row)
        return {**self.head(car), "timestamp": self._clock.now().isoformat(), "commands": commands}

    def head(self, car: Registered) -> dict[str, Any]:
        return {
            "vin": car.vin, "handle": car.handle, "modelName": car.model, "customName": car.model,
            "modelType": {"year": car.year, "engine": car.engine, "code": "", "body": "", "generation": "", "model": car.model},
            "systemInfo": {}, "connect": True, "exteriorColorName": car.colour_name,
            "color": {"primaryExteriorColor": car.colour}, "timestamp": self._clock.now().isoformat(),
        }  # fmt: skip


def _starting(measurements: Mapping[str, Any], starts: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in measurements.items() if key.startswith(starts)}


def why_shut(known: Known) -> str:
    """Which switch in the car shuts the app out, by what the maker last heard; empty if none."""
    if known.get("GLOBAL_PRIVACY_MODE", {}).get("isEnabled") is True:
        return "PRIVATE_MODE"
    return "REMOTE_ACCESS_OFF" if known.get("REMOTE_ACCESS_AUTHORIZATION", {}).get("isEnabled") is False else ""


def _disabled(key: str, cause: str) -> dict[str, Any]:
    return {"key": key, "status": {"isEnabled": False, "cause": cause}}


def measured(key: str, value: Mapping[str, Any] | None) -> dict[str, Any]:
    if value is None:
        return _disabled(key, "NOT_SUPPORTED")
    return {"key": key, "status": {"isEnabled": True}, "value": value}
