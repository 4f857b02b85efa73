"""Measurements of the maker's interface -> the car's parts. Unknown keys are passed over, wrong types are malformed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any

from companion.errors import AnswerError
from companion.model.body import Opening, Part
from companion.model.change import changed
from companion.model.charging import DAYS, Profile, Timer
from companion.model.climate import SEATS
from companion.model.position import Position
from companion.model.service import Warning
from companion.model.tyres import Tyre
from companion.model.vehicle import Vehicle
from companion.net.client import UNREADABLE

Value = Mapping[str, Any]
Reader = Callable[["_Draft", Value], None]
PARTS = tuple(Part.__members__)


def apply(vehicle: Vehicle, measurements: Iterable[Any], **own: Any) -> Vehicle:
    """The vehicle with those measurements and `own` values; all of them or, with AnswerError, none."""
    unavailable, draft = dict(vehicle.unavailable), _Draft(vehicle, own)
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


@lru_cache(maxsize=64)
def moment(text: Any) -> datetime | None:
    """ISO 8601 with offset -> UTC; None stays None; a time without offset is taken as UTC. Raises one of UNREADABLE.

    A car's report has one time for most of what it says, hence the cache.
    """
    if text is None:
        return None
    if not isinstance(text, str):
        raise ValueError("not a time")
    at = datetime.fromisoformat(text)
    if not 1970 <= at.year < 3000:
        # No computer here could show it on its own clock.
        raise ValueError("not a time")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def number(value: Any) -> float | None:
    """A finite JSON number; None stays None."""
    if value is None:
        return None
    if (type(value) is not int and type(value) is not float) or not -1e9 < value < 1e9:
        raise ValueError("not a number")
    return float(value)


def whole(value: Any) -> int:
    """A number of things or bytes."""
    if type(value) is not int or not -1e15 < value < 1e15:
        raise ValueError("not a whole number")
    return value


def word(value: Any) -> str:
    """A text, or a number that is used as one."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    raise ValueError("not a word")


def flag(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise ValueError("not a flag")
    return value


class _Draft:
    """What an answer says of each part of the car, before anything of the model is made anew: once a part, or not at all."""

    def __init__(self, vehicle: Vehicle, own: dict[str, Any]) -> None:
        self.known = vehicle
        self.own = own
        self.parts: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.intervals: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.openings: dict[str, Opening] = {}
        """By the part's name: a member of an enum is hashed in Python, a hundred times an answer."""

    def built(self) -> Vehicle:
        if self.openings:
            others = {one.part.name: one for one in self.known.body.openings} | self.openings
            self.parts["body"]["openings"] = tuple([others[name] for name in PARTS if name in others])
        for name, change in self.intervals.items():
            self.parts["service"][name] = changed(getattr(self.known.service, name), change)
        parts = {name: changed(getattr(self.known, name), change) for name, change in self.parts.items()}
        return changed(self.known, {**self.own, **parts})


def _opening(part: Part) -> Reader:
    name = part.name

    def read(draft: _Draft, value: Value) -> None:
        draft.openings[name] = Opening(part, flag(value["isOpen"]), moment(value.get("lastModified")))

    return read


def _lock(draft: _Draft, value: Value) -> None:
    draft.parts["body"]["is_locked"] = flag(value["isLocked"])
    draft.parts["body"]["locked_since"] = moment(value.get("lastModified"))


def _light(draft: _Draft, value: Value) -> None:
    draft.parts["body"]["parking_light"] = flag(value["isOn"])


def _energy(name: str, source: str) -> Reader:
    def read(draft: _Draft, value: Value) -> None:
        draft.parts["energy"][name] = number(value.get(source))

    return read


def _position(draft: _Draft, value: Value) -> None:
    latitude, longitude = (number(float(part)) for part in value["location"].split(","))
    assert latitude is not None
    assert longitude is not None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("not on earth")
    since = moment(value.get("lastModified"))
    draft.own["position"] = Position(latitude, longitude, number(value.get("direction")), since)


def _tyre(name: str) -> Reader:
    def read(draft: _Draft, value: Value) -> None:
        draft.parts["tyres"][name] = Tyre(number(value.get("actualPressureBar")), number(value.get("differenceBar")))

    return read


def _interval(name: str, field: str, source: str) -> Reader:
    def read(draft: _Draft, value: Value) -> None:
        amount = number(value.get(source))
        whole = None if amount is None else int(amount) if field == "days" else amount
        draft.intervals[name][field] = whole

    return read


def _warnings(draft: _Draft, value: Value) -> None:
    rows = value["list"]
    if not isinstance(rows, list):
        raise ValueError("not a list")
    warnings = tuple(
        Warning(word(row["key"]), word(row.get("severity", "info")).lower(), moment(row.get("since"))) for row in rows
    )
    draft.parts["service"]["warnings"] = warnings


def _switch(name: str) -> Reader:
    def read(draft: _Draft, value: Value) -> None:
        seen = moment(value.get("lastModified"))
        if seen is not None:
            draft.parts["switches"]["seen_at"] = seen
        draft.parts["switches"][name] = flag(value["isEnabled"])

    return read


def _reported(draft: _Draft, value: Value) -> None:
    draft.own["reported_at"] = moment(value["timestamp"])


def _zone(draft: _Draft, value: Value) -> None:
    draft.own["zone"] = word(value["name"])


def _climate(draft: _Draft, value: Value) -> None:
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


def _heater(draft: _Draft, value: Value) -> None:
    part, left = draft.parts["climate"], number(value.get("remainingTime"))
    part["heater"] = flag(value["isOn"])
    part["heater_minutes"] = None if left is None else round(left)


def _celsius(value: Any) -> float | None:
    kelvin = number(value)
    if kelvin is not None and not 0 <= kelvin < 1000:
        raise ValueError("not a temperature")
    return None if kelvin is None else round(kelvin - 273.15, 2)


def _charging(draft: _Draft, value: Value) -> None:
    part = draft.parts["charging"]
    for name, key in (("status", "status"), ("mode", "mode"), ("plug", "plug"), ("reason", "activeReason"), ("error", "reason")):
        part[name] = None if value.get(key) is None else word(value[key])
    part["target"] = draft.parts["energy"]["target_percent"] = number(value.get("targetSoC"))
    part["minimum"], part["reached_at"] = number(value.get("minSoC")), moment(value.get("targetDateTimeWithOffset"))
    left, profile = number(value.get("remainingTime")), value.get("activeProfile")
    part["minutes_left"] = None if left is None else round(left)
    part["profile"] = None if profile is None else whole(profile)


def _rate(draft: _Draft, value: Value) -> None:
    """An empty one says that nothing flows."""
    draft.parts["charging"]["power"] = number(value.get("chargingPowerkW", value.get("chargingPower"))) or 0.0
    draft.parts["charging"]["rate"] = number(value.get("chargingRatekmPerMin", value.get("chargingRate"))) or 0.0


def _charge_setting(draft: _Draft, value: Value) -> None:
    part = draft.parts["charging"]
    part["set_target"], part["set_minimum"] = number(value.get("targetSoc")), number(value.get("minSoc"))
    part["battery_care"] = flag(value.get("batteryCare"))


def _timers(draft: _Draft, value: Value) -> None:
    part, changed_at = draft.parts["charging"], value.get("lastModified")
    part["timers"] = tuple(_timer(row) for row in value.get("list") or ())
    part["timers_as_of"] = None if changed_at is None else word(changed_at)


def _timer(row: Any) -> Timer:
    at, more = datetime.fromisoformat(row["triggerDateTime"]), row.get("metadata") or {}
    days, target = row.get("repeatOn") or (), more.get("targetSoc")
    return Timer(
        whole(row["id"]), at.replace(tzinfo=None), tuple(day for day in DAYS if day in days), flag(row["enabled"]) is True,
        None if target is None else whole(target), flag(more.get("isChargingEnabled")) is True,
        flag(more.get("isClimatizationEnabled")) is True,
    )  # fmt: skip


def _profiles(draft: _Draft, value: Value) -> None:
    part, changed_at, most = draft.parts["charging"], value.get("lastModified"), value.get("maxCount")
    part["profiles"] = tuple(_profile(row) for row in value["list"])
    part["profiles_as_of"] = None if changed_at is None else word(changed_at)
    part["profiles_most"] = None if most is None else whole(most)


def _profile(row: Any) -> Profile:
    least, most = row.get("minSoc"), row.get("targetSoc")
    latitude, longitude, radius = (number(row.get(key)) for key in ("latitude", "longitude", "radius"))
    place = None if latitude is None or longitude is None else (latitude, longitude, radius or 0.0)
    older = most is None
    if older:
        # Where there is no target of its own, the minimum is the target.
        least, most = None, least
    return Profile(
        whole(row["id"]), word(row["name"]), flag(row["isEnabled"]) is True, None if least is None else whole(least),
        None if most is None else whole(most), place, flag(row.get("isOptimised")) is True,
        tuple(_span(span) for span in row.get("preferredHours") or ()), older, radius if place is None else None,
    )  # fmt: skip


def _span(row: Any) -> tuple[str, str]:
    start, end = (time.fromisoformat(row[key]).isoformat("minutes") for key in ("from", "to"))
    return start, end


READERS: dict[str, Reader] = {
    "LOCK_STATE_VEHICLE": _lock,
    "PARKING_LIGHT": _light,
    "BATTERY_LEVEL": _energy("charge_percent", "percent"),
    "CHARGING_SUMMARY": _charging,
    "CHARGING_RATE": _rate,
    "CHARGING_SETTINGS": _charge_setting,
    "CHARGING_PROFILES": _profiles,
    "TIMERS": _timers,
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
    "HVAC_SUMMARY": _climate,
    "HEATING_STATE": _heater,
    "GLOBAL_TIMESTAMP": _reported,
    "TIMEZONE": _zone,
    **{f"OPEN_STATE_{part.name}": _opening(part) for part in Part},
}

MEASUREMENTS: tuple[str, ...] = tuple(READERS)
"""What this app asks for: what it shows, and nothing else."""
