"""Measurements of the maker's interface -> the car's parts. Unknown keys are passed over, wrong types are malformed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from companion.errors import AnswerError
from companion.model.body import Opening, Part
from companion.model.position import Position
from companion.model.service import Interval, Warning
from companion.model.tyres import Tyre
from companion.model.vehicle import Vehicle

Value = Mapping[str, Any]
Reader = Callable[[Vehicle, Value], Vehicle]
PARTS = {part.value: part for part in Part}


def apply(vehicle: Vehicle, measurements: Iterable[Any]) -> Vehicle:
    """The vehicle with those measurements; all of them or, with AnswerError, none."""
    unavailable = dict(vehicle.unavailable)
    try:
        for one in measurements:
            key, status = str(one["key"]), one["status"]
            if status["isEnabled"] and isinstance(one.get("value"), dict):
                unavailable.pop(key, None)
                vehicle = _read(vehicle, key, one["value"])
            elif not status["isEnabled"]:
                unavailable[key] = str(status.get("cause", ""))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise AnswerError("answer.malformed", may_have_happened=False) from error
    return replace(vehicle, unavailable=tuple(sorted(unavailable.items())))


def moment(text: Any) -> datetime | None:
    """ISO 8601 with offset -> UTC; None stays None; a time without offset is taken as UTC."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise ValueError("not a time")
    time = datetime.fromisoformat(text)
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("not a time") from error


def number(value: Any) -> float | None:
    """A finite JSON number; None stays None."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        raise ValueError("not a number")
    return float(value)


def flag(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise ValueError("not a flag")
    return value


def _read(vehicle: Vehicle, key: str, value: Value) -> Vehicle:
    if key.startswith("OPEN_STATE_"):
        return _opening(vehicle, key.removeprefix("OPEN_STATE_").lower(), value)
    reader = READERS.get(key)
    return reader(vehicle, value) if reader else vehicle


def _opening(vehicle: Vehicle, name: str, value: Value) -> Vehicle:
    part = PARTS.get(name)
    if part is None:
        return vehicle
    new = Opening(part, flag(value["isOpen"]), moment(value.get("lastModified")))
    others = {one.part: one for one in vehicle.body.openings} | {part: new}
    ordered = tuple(others[one] for one in Part if one in others)
    return replace(vehicle, body=replace(vehicle.body, openings=ordered))


def _lock(vehicle: Vehicle, value: Value) -> Vehicle:
    locked, since = flag(value["isLocked"]), moment(value.get("lastModified"))
    return replace(vehicle, body=replace(vehicle.body, is_locked=locked, locked_since=since))


def _light(vehicle: Vehicle, value: Value) -> Vehicle:
    return replace(vehicle, body=replace(vehicle.body, parking_light=flag(value["isOn"])))


def _energy(name: str, source: str) -> Reader:
    def read(vehicle: Vehicle, value: Value) -> Vehicle:
        return replace(vehicle, energy=replace(vehicle.energy, **{name: number(value.get(source))}))

    return read


def _position(vehicle: Vehicle, value: Value) -> Vehicle:
    latitude, longitude = (number(float(part)) for part in value["location"].split(","))
    assert latitude is not None
    assert longitude is not None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("not on earth")
    since = moment(value.get("lastModified"))
    return replace(vehicle, position=Position(latitude, longitude, number(value.get("direction")), since))


def _tyre(name: str) -> Reader:
    def read(vehicle: Vehicle, value: Value) -> Vehicle:
        tyre = Tyre(number(value.get("actualPressureBar")), number(value.get("differenceBar")))
        return replace(vehicle, tyres=replace(vehicle.tyres, **{name: tyre}))

    return read


def _interval(name: str, field: str, source: str) -> Reader:
    def read(vehicle: Vehicle, value: Value) -> Vehicle:
        amount = number(value.get(source))
        known: Interval = getattr(vehicle.service, name)
        one: dict[str, Any] = {field: int(amount) if amount is not None and field == "days" else amount}
        both: dict[str, Any] = {name: replace(known, **one)}
        return replace(vehicle, service=replace(vehicle.service, **both))

    return read


def _warnings(vehicle: Vehicle, value: Value) -> Vehicle:
    rows = value["list"]
    if not isinstance(rows, list):
        raise ValueError("not a list")
    warnings = tuple(
        Warning(str(row["key"]), str(row.get("severity", "info")).lower(), moment(row.get("since"))) for row in rows
    )
    return replace(vehicle, service=replace(vehicle.service, warnings=warnings))


def _switch(name: str) -> Reader:
    def read(vehicle: Vehicle, value: Value) -> Vehicle:
        seen = moment(value.get("lastModified")) or vehicle.switches.seen_at
        return replace(vehicle, switches=replace(vehicle.switches, **{name: flag(value["isEnabled"])}, seen_at=seen))

    return read


def _reported(vehicle: Vehicle, value: Value) -> Vehicle:
    return replace(vehicle, reported_at=moment(value["timestamp"]))


READERS: dict[str, Reader] = {
    "LOCK_STATE_VEHICLE": _lock,
    "PARKING_LIGHT": _light,
    "BATTERY_LEVEL": _energy("charge_percent", "percent"),
    "CHARGING_SUMMARY": _energy("target_percent", "targetSoC"),
    "E_RANGE": _energy("electric_range_km", "kilometers"),
    "FUEL_LEVEL": _energy("fuel_percent", "percent"),
    "RANGE": _energy("fuel_range_km", "kilometers"),
    "MILEAGE": _energy("mileage_km", "kilometers"),
    "GPS_LOCATION": _position,
    "TIRE_PRESSURE_FRONT_LEFT": _tyre("front_left"),
    "TIRE_PRESSURE_FRONT_RIGHT": _tyre("front_right"),
    "TIRE_PRESSURE_REAR_LEFT": _tyre("rear_left"),
    "TIRE_PRESSURE_REAR_RIGHT": _tyre("rear_right"),
    "MAIN_SERVICE_RANGE": _interval("main", "kilometres", "kilometers"),
    "MAIN_SERVICE_TIME": _interval("main", "days", "days"),
    "OIL_SERVICE_RANGE": _interval("oil", "kilometres", "kilometers"),
    "OIL_SERVICE_TIME": _interval("oil", "days", "days"),
    "INTERMEDIATE_SERVICE_RANGE": _interval("intermediate", "kilometres", "kilometers"),
    "INTERMEDIATE_SERVICE_TIME": _interval("intermediate", "days", "days"),
    "INSTRUMENT_CLUSTER_ALERTS": _warnings,
    "GLOBAL_PRIVACY_MODE": _switch("private_mode"),
    "REMOTE_ACCESS_AUTHORIZATION": _switch("remote_access"),
    "GLOBAL_TIMESTAMP": _reported,
}

MEASUREMENTS: tuple[str, ...] = (
    *READERS,
    *(f"OPEN_STATE_{part.name}" for part in Part),
)
"""What this app asks for: what it shows, and nothing else."""
