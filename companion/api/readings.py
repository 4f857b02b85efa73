"""Measurements of the maker's interface -> the car's parts. Unknown keys are passed over, wrong types are malformed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from companion.api import alarm_readings, charging_readings
from companion.api.draft import Draft, Reader, Value
from companion.api.values import flag, moment, number, whole, word
from companion.errors import AnswerError
from companion.model.body import Opening, Part
from companion.model.climate import SEATS
from companion.model.position import Position, Sighting
from companion.model.service import Warning
from companion.model.tyres import Tyre
from companion.model.vehicle import Vehicle
from companion.net.client import UNREADABLE


def apply(vehicle: Vehicle, measurements: Iterable[Any], **own: Any) -> Vehicle:
    """The vehicle with those measurements and `own` values; all of them or, with AnswerError, none."""
    unavailable, draft = dict(vehicle.unavailable), Draft(vehicle, own)
    try:
        for one in measurements:
            key, status, value = one["key"], one["status"], one.get("value")
            if not status["isEnabled"]:
                unavailable[word(key)] = word(status.get("cause", ""))
            elif isinstance(value, dict):
                unavailable.pop(key, None)
                if (reader := READERS.get(key)) is not None:
                    reader(draft, value)
    except UNREADABLE as error:
        raise AnswerError("answer.malformed", may_have_happened=False) from error
    draft.own["unavailable"] = tuple(sorted(unavailable.items()))
    return draft.built()


def _opening(part: Part) -> Reader:
    name = part.name

    def read(draft: Draft, value: Value) -> None:
        draft.openings[name] = Opening(part, flag(value["isOpen"]), moment(value.get("lastModified")))

    return read


def _lock(draft: Draft, value: Value) -> None:
    draft.parts["body"]["is_locked"] = flag(value["isLocked"])
    draft.parts["body"]["locked_since"] = moment(value.get("lastModified"))


def _light(draft: Draft, value: Value) -> None:
    draft.parts["body"]["parking_light"] = flag(value["isOn"])


def _energy(name: str, source: str) -> Reader:
    def read(draft: Draft, value: Value) -> None:
        draft.parts["energy"][name] = number(value.get(source))

    return read


def _position(draft: Draft, value: Value) -> None:
    latitude, longitude = (number(float(part)) for part in value["location"].split(","))
    assert latitude is not None
    assert longitude is not None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("not on earth")
    since = moment(value.get("lastModified"))
    draft.own["position"] = Position(latitude, longitude, number(value.get("direction")), since)


def _sighting(draft: Draft, value: Value) -> None:
    draft.own["sighting"] = Sighting(word(value["trigger"]), moment(value.get("lastModified")))


def _tyre(name: str) -> Reader:
    def read(draft: Draft, value: Value) -> None:
        draft.parts["tyres"][name] = Tyre(number(value.get("actualPressureBar")), number(value.get("differenceBar")))

    return read


def _interval(name: str, field: str, source: str) -> Reader:
    def read(draft: Draft, value: Value) -> None:
        amount = number(value.get(source))
        whole = None if amount is None else int(amount) if field == "days" else amount
        draft.intervals[name][field] = whole

    return read


def _warnings(draft: Draft, value: Value) -> None:
    rows = value["list"]
    if not isinstance(rows, list):
        raise ValueError("not a list")
    warnings = tuple(
        Warning(word(row["key"]), word(row.get("severity", "info")).lower(), moment(row.get("since"))) for row in rows
    )
    draft.parts["service"]["warnings"] = warnings


def _switch(name: str) -> Reader:
    def read(draft: Draft, value: Value) -> None:
        seen = moment(value.get("lastModified"))
        if seen is not None:
            draft.parts["switches"]["seen_at"] = seen
        draft.parts["switches"][name] = flag(value["isEnabled"])

    return read


def _reported(draft: Draft, value: Value) -> None:
    draft.own["reported_at"] = moment(value["timestamp"])


def _zone(draft: Draft, value: Value) -> None:
    draft.own["zone"] = word(value["name"])


def _climate(draft: Draft, value: Value) -> None:
    """Each part that a car does not have stays unknown."""
    part = draft.parts["climate"]
    part["status"] = None if value.get("status") is None else word(value["status"])
    part["target"], part["cabin"] = _celsius(value.get("targetTemperature")), _celsius(value.get("cabinTemperature"))
    part["outside"] = _celsius(value.get("outsideTemperature"))
    left = number(value.get("remainingTime"))
    part["minutes_left"] = None if left is None else round(left)
    zones = value.get("climateZonesEnabled") or {}
    part["zones"] = tuple(seat for seat in SEATS if flag(zones.get(seat)))
    seats = value.get("seatHeating") or {}
    part["seats"] = tuple((seat, min(3, max(0, whole(seats[seat])))) for seat in SEATS if seat in seats)
    part["wheel"], part["defrost"] = flag(value.get("steeringWheelHeating")), flag(value.get("defrost"))
    ended = value.get("endedBecause")
    part["ended_because"] = None if ended is None else word(ended)
    part["range_cost"] = number(value.get("rangeCostKm"))


def _heater(draft: Draft, value: Value) -> None:
    part, left = draft.parts["climate"], number(value.get("remainingTime"))
    part["heater"] = flag(value["isOn"])
    part["heater_minutes"] = None if left is None else round(left)


def _celsius(value: Any) -> float | None:
    kelvin = number(value)
    if kelvin is not None and not 0 <= kelvin < 1000:
        raise ValueError("not a temperature")
    return None if kelvin is None else round(kelvin - 273.15, 2)


READERS: dict[str, Reader] = {
    "LOCK_STATE_VEHICLE": _lock,
    "PARKING_LIGHT": _light,
    "BATTERY_LEVEL": _energy("charge_percent", "percent"),
    "E_RANGE": _energy("electric_range_km", "kilometers"),
    "FUEL_LEVEL": _energy("fuel_percent", "percent"),
    "RANGE": _energy("fuel_range_km", "kilometers"),
    "MILEAGE": _energy("mileage_km", "kilometers"),
    "GPS_LOCATION": _position,
    "POSITION_TRIGGER": _sighting,
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
    "HVAC_SUMMARY": _climate,
    "HEATING_STATE": _heater,
    "GLOBAL_TIMESTAMP": _reported,
    "TIMEZONE": _zone,
    **charging_readings.READERS,
    **alarm_readings.READERS,
    **{f"OPEN_STATE_{part.name}": _opening(part) for part in Part},
}

MEASUREMENTS: tuple[str, ...] = tuple(READERS)
"""What this app asks for: what it shows, and nothing else."""
