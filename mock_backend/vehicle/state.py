"""What a car knows about itself, and how it says it in the maker's measurements."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

DOORS = ("DOOR_FRONT_LEFT", "DOOR_FRONT_RIGHT", "DOOR_REAR_LEFT", "DOOR_REAR_RIGHT")
LIDS = ("LID_FRONT", "LID_REAR")
WINDOWS = ("WINDOW_FRONT_LEFT", "WINDOW_FRONT_RIGHT", "WINDOW_REAR_LEFT", "WINDOW_REAR_RIGHT")
PARTS = DOORS + LIDS + WINDOWS
WHEELS = ("FRONT_LEFT", "FRONT_RIGHT", "REAR_LEFT", "REAR_RIGHT")


@dataclass
class CarState:
    """`since` tells for each measurement when it last changed, as ISO 8601. Distances km, pressures bar, percent."""

    locked: bool
    charge: float
    target: float
    range: float
    mileage: float
    latitude: float
    longitude: float
    heading: float
    parking_light: bool
    open: list[str]
    main_service: list[float]
    inside: float
    tyres: dict[str, list[float]]
    warnings: list[dict[str, str]] = field(default_factory=list)
    private_mode: bool = False
    remote_access: bool = True
    since: dict[str, str] = field(default_factory=dict)

    @classmethod
    def new(cls, table: Mapping[str, Any], tyres: Mapping[str, Any], now: datetime) -> CarState:
        """From the garage file; everything last changed when the car was parked."""
        given = {key: copy(value) for key, value in table.items() if key not in ("parked_hours", "oil_service")}
        car = cls(**given, tyres={wheel: list(values) for wheel, values in tyres.items()})
        parked = now - timedelta(hours=table.get("parked_hours", 0))
        car.since = {"": parked.isoformat(), "LOCK_STATE_VEHICLE": (parked + timedelta(minutes=1)).isoformat()}
        for part in car.open:
            car.since[f"OPEN_STATE_{part}"] = (parked + timedelta(minutes=1)).isoformat()
        return car

    @classmethod
    def load(cls, values: Mapping[str, Any]) -> CarState:
        return cls(**values)

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    def stamp(self, key: str, now: datetime) -> None:
        self.since[key] = now.isoformat()

    def measurements(self, now: datetime) -> dict[str, dict[str, Any]]:
        """Key -> value of everything this car measures, each with `lastModified`."""
        found = {**self._body(), **self._energy(), **self._care(), **self._switches()}
        for key, value in found.items():
            value["lastModified"] = self.since.get(key, self.since.get("", now.isoformat()))
        return {**found, "GLOBAL_TIMESTAMP": {"timestamp": now.isoformat(), "lastModified": now.isoformat()}}

    def _body(self) -> dict[str, dict[str, Any]]:
        openings = {f"OPEN_STATE_{part}": {"isOpen": part in self.open} for part in PARTS}
        return {
            **openings,
            "LOCK_STATE_VEHICLE": {"isLocked": self.locked},
            "PARKING_LIGHT": {"isOn": self.parking_light},
            "PARKING_BRAKE": {"isOn": True},
            "GPS_LOCATION": {"location": f"{self.latitude},{self.longitude}", "direction": self.heading},
        }

    def _energy(self) -> dict[str, dict[str, Any]]:
        return {
            "BATTERY_LEVEL": {"percent": round(self.charge)},
            "E_RANGE": {"kilometers": round(self.range)},
            "MILEAGE": {"kilometers": round(self.mileage)},
            "CHARGING_SUMMARY": {"status": "NOT_PLUGGED", "mode": "DIRECT", "targetSoC": round(self.target)},
            "CHARGING_RATE": {"chargingRate": 0, "chargingPower": 0},
            "CHARGING_SETTINGS": {"targetSoc": round(self.target)},
        }

    def _care(self) -> dict[str, dict[str, Any]]:
        tyres = {w: {"actualPressureBar": bar, "differenceBar": diff} for w, (bar, diff) in self.tyres.items()}
        old = {"".join(part.title() for part in wheel.split("_")): value for wheel, value in tyres.items()}
        return {
            **{f"TIRE_PRESSURE_{wheel}": dict(value) for wheel, value in tyres.items()},
            "TIRE_PRESSURE": {f"{name[0].lower()}{name[1:]}Tire": dict(value) for name, value in old.items()},
            "MAIN_SERVICE_RANGE": {"kilometers": self.main_service[0]},
            "MAIN_SERVICE_TIME": {"days": self.main_service[1]},
            "INSTRUMENT_CLUSTER_ALERTS": {"list": [dict(one) for one in self.warnings]},
        }

    def _switches(self) -> dict[str, dict[str, Any]]:
        zones = dict.fromkeys(("frontLeft", "frontRight", "rearLeft", "rearRight"), False)
        return {
            "GLOBAL_PRIVACY_MODE": {"isEnabled": self.private_mode},
            "REMOTE_ACCESS_AUTHORIZATION": {"isEnabled": self.remote_access},
            "HVAC_SUMMARY": {"status": "OFF", "targetTemperature": 294.15, "remainingTime": 0, "climateZonesEnabled": zones},
            "CLIMATIZER_STATE": {"isOn": False, "targetTemperature": 294.15, "climateZonesEnabled": dict(zones)},
        }
