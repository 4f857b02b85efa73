"""What a car knows about itself now. Charge and cabin are worked out from the time that went by, without ticks."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from mock_backend.switches import Switches
from mock_backend.vehicle import cabin, charging
from mock_backend.vehicle.build import Build

WHEELS = ("FRONT_LEFT", "FRONT_RIGHT", "REAR_LEFT", "REAR_RIGHT")
NOT_STATE = ("parked_hours", "trips")
REPORTED = 5.0
"""Percent of charge after which a charging car says so."""


@dataclass
class CarState:
    """`since` tells for each measurement when it last changed, as ISO 8601. Distances km, pressures bar, percent, Celsius.

    `settled` is the time up to which `charge` and `inside` are worked out.
    """

    locked: bool
    mileage: float
    latitude: float
    longitude: float
    heading: float
    parking_light: bool
    open: list[str]
    main_service: list[float]
    tyres: dict[str, list[float]]
    inside: float
    outside: float
    charge: float = 0.0
    target: float = 100.0
    fuel: float = 0.0
    oil_service: list[float] = field(default_factory=list)
    intermediate_service: list[float] = field(default_factory=list)
    profiles: list[dict[str, Any]] = field(default_factory=list)
    timers: list[dict[str, Any]] = field(default_factory=list)
    trips: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)
    switches: Switches = field(default_factory=Switches)
    outlet: float = 0.0
    """kW of what the car is plugged into; 0: it is not."""
    is_charging: bool = False
    is_climate_on: bool = False
    climate_ends: str = ""
    climate_target: float = 21.0
    zones: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(cabin.ZONES, False))
    settled: str = ""
    since: dict[str, str] = field(default_factory=dict)
    untold: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Number of a command -> how it went, while the maker has not been told."""
    dropped: int = 0
    """Reports that a switch kept back, since private mode last began."""

    @classmethod
    def new(cls, table: Mapping[str, Any], tyres: Mapping[str, Any], now: datetime) -> CarState:
        """From the garage file; everything last changed when the car was parked."""
        given = {key: deepcopy(value) for key, value in table.items() if key not in NOT_STATE}
        car = cls(**given, tyres={wheel: list(values) for wheel, values in tyres.items()}, settled=now.isoformat())
        car.trips = [_trip(one, now) for one in table.get("trips", ())]
        parked = now - timedelta(hours=table.get("parked_hours", 0))
        car.since = {"": parked.isoformat(), "LOCK_STATE_VEHICLE": (parked + timedelta(minutes=1)).isoformat()}
        for part in car.open:
            car.since[f"OPEN_STATE_{part}"] = (parked + timedelta(minutes=1)).isoformat()
        return car

    @classmethod
    def load(cls, values: Mapping[str, Any], first: CarState) -> CarState:
        """What was kept; what an older version did not keep is as on the first day."""
        known = {one.name for one in fields(cls)}
        table = {**first.dump(), **{key: value for key, value in values.items() if key in known}}
        return cls(**{**table, "switches": Switches.load(table["switches"])})

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    def stamp(self, now: datetime, *keys: str) -> None:
        self.since |= dict.fromkeys(keys, now.isoformat())

    # -- the time that went by ----------------------------------------------------------------------------------

    def settle(self, build: Build, now: datetime) -> None:
        """Brings charge and cabin up to `now`; ends what has ended meanwhile."""
        start = datetime.fromisoformat(self.settled)
        if now <= start:
            return
        if self.is_charging:
            self._charge(build, start, now)
        if self.is_climate_on and (ends := datetime.fromisoformat(self.climate_ends)) <= now:
            self._heat(ends, start)
            self.is_climate_on, start = False, max(start, ends)
            self.stamp(ends, "HVAC_SUMMARY", "CLIMATIZER_STATE")
        self._heat(now, start)
        self.settled = now.isoformat()

    def full_at(self, build: Build) -> datetime:
        """When charging reaches its target."""
        seconds = charging.duration(build, self.charge, self.target, self.outlet)
        return datetime.fromisoformat(self.settled) + timedelta(seconds=seconds)

    def next_change(self, build: Build) -> datetime | None:
        """When the car will have something to say by itself."""
        found = [datetime.fromisoformat(self.climate_ends)] if self.is_climate_on else []
        if self.is_charging:
            mark = min(self.target, (self.charge // REPORTED + 1) * REPORTED)
            seconds = charging.duration(build, self.charge, mark, self.outlet)
            found.append(datetime.fromisoformat(self.settled) + timedelta(seconds=seconds + 0.001))
        return min(found, default=None)

    def _charge(self, build: Build, start: datetime, now: datetime) -> None:
        full = self.full_at(build)
        self.charge = charging.after(build, self.charge, self.target, self.outlet, (now - start).total_seconds())
        moment = min(full, now)
        self.stamp(moment, "BATTERY_LEVEL", "E_RANGE", "RANGE", "CHARGING_SUMMARY", "CHARGING_RATE")
        if full <= now:
            self.is_charging, self.charge = False, self.target

    def _heat(self, now: datetime, start: datetime) -> None:
        wanted = self.climate_target if self.is_climate_on else self.outside
        self.inside = cabin.after(self.inside, wanted, max(0.0, (now - start).total_seconds()), self.is_climate_on)


def _trip(table: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Kilometres, minutes, and what was used for 100 km: kWh, litres, or both."""
    kilometres, minutes = table["km"], table["minutes"]
    trip = {
        "tripEndTime": (now - timedelta(hours=table["hours_ago"])).isoformat(timespec="seconds"), "distanceKm": kilometres,
        "drivingTimeMinutes": minutes, "avgSpeedKmh": round(kilometres / minutes * 60),
    }  # fmt: skip
    names = {"kwh": "avgKwhPerHundredKm", "litres": "avgLitersPerHundredKm"}
    return trip | {name: table[key] for key, name in names.items() if key in table}
