"""What a car knows about itself now; what becomes of it by itself is in course.py."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from mock_backend.localtime import HOME
from mock_backend.switches import Switches
from mock_backend.vehicle import cabin

WHEELS = ("FRONT_LEFT", "FRONT_RIGHT", "REAR_LEFT", "REAR_RIGHT")
NOT_STATE = ("parked_hours", "trips")


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
    twelve_volt: float = 12.6
    """Volts of the battery that everything on board runs on, with the drive off."""
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
    current: str = "AC"
    post_fault: bool = False
    zone: str = HOME
    min_soc: float = 0.0
    """Percent that is charged at once, whatever a timer says."""
    battery_care: bool = False
    direct: bool = False
    """Charging by hand goes before timers and profiles."""
    halted: bool = False
    """Stopped by hand: until the next departure, another plug or a start."""
    is_charging: bool = False
    full_since: str = ""
    departure: str = ""
    """The one that is waited for."""
    conditioned: str = ""
    """The last departure that the cabin was made ready for."""
    said: list[str] = field(default_factory=list)
    """Status of charging, plug and climate as they last were."""
    is_heating: bool = False
    heating_ends: str = ""
    is_climate_on: bool = False
    climate_ends: str = ""
    ended_because: str | None = None
    last_charge: dict[str, Any] = field(default_factory=dict)
    missed: dict[str, Any] = field(default_factory=dict)
    """The last departure that came before its target."""
    last_run: dict[str, Any] = field(default_factory=dict)
    """Of the climate."""
    not_possible: dict[str, Any] = field(default_factory=dict)
    """The last departure that the cabin could not be made ready for."""
    drive: str = ""
    """State of the drive system at which the position for the range map last went."""
    seats: dict[str, int] = field(default_factory=lambda: dict.fromkeys(cabin.ZONES, 0))
    wheel_heating: bool = False
    defrost: bool = False
    climate_target: float = 21.0
    zones: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(cabin.ZONES, False))
    settled: str = ""
    since: dict[str, str] = field(default_factory=dict)
    untold: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Number of a command -> how it went, while the maker has not been told."""
    ignition: bool = False
    network: bool = True
    """Whether it reaches anybody; what it has to say meanwhile waits."""
    location_alarms: list[dict[str, Any]] = field(default_factory=list)
    sides: dict[str, bool] = field(default_factory=dict)
    """Number of an area -> whether the car was last inside."""
    speed_alarms: list[dict[str, Any]] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)
    """Numbers of the speeds that are passed and not armed again."""
    valet: dict[str, Any] = field(default_factory=dict)
    """Empty while the alarm is off. The place that it is watched around is in here and in no measurement."""
    reports: list[dict[str, Any]] = field(default_factory=list)
    """Of alarms, in their order, while the maker has not been told."""
    dropped: int = 0
    """Reports that a switch kept back, since private mode last began."""

    @classmethod
    def new(cls, table: Mapping[str, Any], tyres: Mapping[str, Any], now: datetime) -> CarState:
        """From the garage file; everything last changed when the car was parked."""
        given = {key: deepcopy(value) for key, value in table.items() if key not in NOT_STATE}
        car = cls(**given, tyres={wheel: list(values) for wheel, values in tyres.items()}, settled=now.isoformat())
        # TOML has no null: the profile for everywhere else has no place.
        placeless = {"latitude": None, "longitude": None}
        car.profiles = [{**placeless, **one} if "targetSoc" in one else one for one in car.profiles]
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

    @property
    def happened(self) -> tuple[dict[str, Any], ...]:
        """What began and ended last; each is made anew where something is different."""
        return self.last_charge, self.missed, self.last_run, self.not_possible

    def stamp(self, now: datetime, *keys: str) -> None:
        self.since |= dict.fromkeys(keys, now.isoformat())


def _trip(table: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Kilometres, minutes, and what was used for 100 km: kWh, litres, or both."""
    kilometres, minutes = table["km"], table["minutes"]
    trip = {
        "tripEndTime": (now - timedelta(hours=table["hours_ago"])).isoformat(timespec="seconds"), "distanceKm": kilometres,
        "drivingTimeMinutes": minutes, "avgSpeedKmh": round(kilometres / minutes * 60),
    }  # fmt: skip
    names = {"kwh": "avgKwhPerHundredKm", "litres": "avgLitersPerHundredKm"}
    return trip | {name: table[key] for key, name in names.items() if key in table}
