"""What happens at a car by the hand of demo staff: every verb with its body. A refused one changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from mock_backend.vehicle import alarms, course
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.state import WHEELS, CarState
from mock_backend.vehicle.watch import report
from mock_backend.web import Refused, check_fields

Act = Callable[[CarState, Build, Mapping[str, Any], datetime], None]
WORDS = 100
"""Characters of a warning at most."""
HOUSEHOLD = 22.0
"""kW above which a post gives direct current, where nobody says."""
VOLTS = 8.0, 15.0
"""Least and most of the 12 V battery."""


def act(car: CarState, build: Build, verb: str, body: Mapping[str, Any], now: datetime) -> None:
    """Raises Refused for verbs and values that there are not."""
    if verb not in VERBS:
        raise Refused(404, "No such verb.")
    if car.ignition and (verb in AT_REST or _opens(build, body)):
        raise Refused(400, "This car is being driven.")
    VERBS[verb](car, build, body, now)
    course.decide(car, build, now)


def _opens(build: Build, body: Mapping[str, Any]) -> bool:
    """A door or a lid; a window may be open on the way."""
    return body.get("part") in build.doors + build.lids


def _open(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    part = _part(build, body)
    if part not in car.open:
        car.open.append(part)
        car.stamp(now, f"OPEN_STATE_{part}")


def _close(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    part = _part(build, body)
    if part in car.open:
        car.open.remove(part)
        car.stamp(now, f"OPEN_STATE_{part}")


def _part(build: Build, body: Mapping[str, Any]) -> str:
    check_fields(body, ("part",))
    return _one_of(body["part"], "part", build.parts)


def _lights(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    check_fields(body, ("on",))
    if not isinstance(body["on"], bool):
        raise Refused(400, "on must be true or false.")
    car.parking_light = body["on"]
    car.stamp(now, "PARKING_LIGHT")


def _warn(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    check_fields(body, ("key",), ("severity",))
    key, severity = body["key"], body.get("severity", "warning")
    if not isinstance(key, str) or not 0 < len(key) <= WORDS or severity not in ("info", "warning", "danger"):
        raise Refused(400, "key must be a word, severity info, warning or danger.")
    row = {"id": f"W{len(car.warnings) + 1}", "key": key, "severity": severity, "since": now.isoformat()}
    car.warnings = [one for one in car.warnings if one["key"] != key] + [row]
    car.stamp(now, "INSTRUMENT_CLUSTER_ALERTS")


def _tyre(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    check_fields(body, ("wheel", "bar"))
    wheel = _one_of(body["wheel"], "wheel", WHEELS)
    bar = _number(body["bar"], "bar", 0, 6)
    actual, difference = car.tyres[wheel]
    car.tyres[wheel] = [bar, round(bar - (actual - difference), 2)]
    car.stamp(now, f"TIRE_PRESSURE_{wheel}", "TIRE_PRESSURE")


def _battery(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    check_fields(body, ("percent",))
    _needs_battery(build)
    car.charge = _number(body["percent"], "percent", 0, 100)
    car.stamp(now, "BATTERY_LEVEL", "E_RANGE")


def _twelve_volt(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    """No client reads it: the car only says that it is low."""
    check_fields(body, ("volts",))
    car.twelve_volt = _number(body["volts"], "volts", *VOLTS)


def _fuel(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    check_fields(body, ("percent",))
    if not build.full_fuel_range:
        raise Refused(400, "This car has no tank.")
    car.fuel = _number(body["percent"], "percent", 0, 100)
    car.stamp(now, "FUEL_LEVEL", "RANGE")


def _park(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    """Put there, not driven: no border is crossed, and its alarms begin anew."""
    check_fields(body, ("latitude", "longitude"), ("heading",))
    latitude = _number(body["latitude"], "latitude", -90, 90)
    longitude = _number(body["longitude"], "longitude", -180, 180)
    heading = _number(body.get("heading", car.heading), "heading", 0, 360)
    car.latitude, car.longitude, car.heading = latitude, longitude, heading
    car.stamp(now, "GPS_LOCATION")
    alarms.begin_here(car)


def _alarm(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    """The theft alarm goes off."""
    check_fields(body, ("reason",))
    reason = _one_of(body["reason"], "reason", alarms.REASONS)
    here = {"latitude": car.latitude, "longitude": car.longitude}
    car.reports.append({**report("vehicle_alarm", reason, now), **here})


def _network(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    """Off: as in a tunnel."""
    check_fields(body, ("on",))
    if not isinstance(body["on"], bool):
        raise Refused(400, "on must be true or false.")
    car.network = body["on"]


def _plug(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    """Another post knows nothing of what was wrong, or ordered by hand, at the last one."""
    check_fields(body, (), ("kw", "current"))
    _needs_battery(build)
    outlet = _number(body.get("kw", build.outlet), "kw", 1, 400)
    current = _one_of(body.get("current", "DC" if outlet > HOUSEHOLD else "AC"), "current", ("AC", "DC"))
    car.outlet, car.current = outlet, current
    _at_post(car, now)


def _unplug(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    check_fields(body, ())
    _needs_battery(build)
    car.outlet = 0.0
    _at_post(car, now)


def _at_post(car: CarState, now: datetime) -> None:
    car.direct = car.halted = car.post_fault = False
    car.full_since = ""
    car.stamp(now, "CHARGING_SUMMARY", "CHARGING_RATE")


def _post_fault(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    check_fields(body, ("on",))
    _needs_battery(build)
    if not isinstance(body["on"], bool):
        raise Refused(400, "on must be true or false.")
    if body["on"] and not car.outlet:
        raise Refused(400, "This car is not plugged in.")
    car.post_fault = body["on"]
    car.stamp(now, "CHARGING_SUMMARY", "CHARGING_RATE")


def _weather(car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> None:
    check_fields(body, ("celsius",))
    car.outside = _number(body["celsius"], "celsius", -40, 60)


VERBS: dict[str, Act] = {
    "open": _open, "close": _close, "lights": _lights, "warn": _warn, "tyre": _tyre, "battery": _battery, "fuel": _fuel,
    "twelve_volt": _twelve_volt,
    "park": _park, "plug": _plug, "unplug": _unplug, "post_fault": _post_fault,
    "weather": _weather, "alarm": _alarm, "network": _network,
}  # fmt: skip
AT_REST = ("park", "plug", "unplug", "alarm")
"""Verbs of a car that stands."""


def _needs_battery(build: Build) -> None:
    if not build.battery:
        raise Refused(400, "This car cannot be charged.")


def _one_of(value: object, name: str, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise Refused(400, f"{name} must be one of {', '.join(allowed)}.")
    return value


def _number(value: object, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Refused(400, f"{name} must be a number from {low} to {high}.")
    return float(value)
