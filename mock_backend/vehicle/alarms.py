"""The alarms as their owner sets them; they sit in the car. What is set begins as the car stands: nothing was crossed yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mock_backend.vehicle import geodesy, timers
from mock_backend.vehicle.ring import Ring
from mock_backend.vehicle.state import CarState

MOST = 4
"""Of each kind."""
PRESET = {"radius": 1000, "speed": 50}
"""Of the valet alarm: metres and km/h."""
REASONS = ("DOOR", "TILT", "INTERIOR", "TOW")
WHERE = ("latitude", "longitude", "radius", "enabled")
Values = dict[str, dict[str, Any]]


def edit_areas(car: CarState, given: list[dict[str, Any]]) -> None:
    """A circle that lies where it lay keeps the side that the car is on."""
    before = {one["id"]: one for one in car.location_alarms}
    car.location_alarms = timers.numbered(given, 1)
    moved = [one for one in car.location_alarms if not _is_as_before(one, before.get(one["id"], {}))]
    stay = {str(one["id"]) for one in car.location_alarms} - {str(one["id"]) for one in moved}
    car.sides = {number: side for number, side in car.sides.items() if number in stay} | sides(car, moved)


def sides(car: CarState, areas: Iterable[Mapping[str, Any]]) -> dict[str, bool]:
    """On which side of each the car is."""
    here = geodesy.point(car.latitude, car.longitude)
    return {
        str(one["id"]): Ring(one["latitude"], one["longitude"], one["radius"]).side(here)
        for one in areas
        if one["enabled"]
    }


def begin_here(car: CarState) -> None:
    """As if the alarms had just been set: the car slept on its way, or was put somewhere else."""
    car.sides = sides(car, car.location_alarms)
    if car.valet:
        around = Ring(car.valet["latitude"], car.valet["longitude"], car.valet["radius"])
        car.valet = {**car.valet, "inside": around.side(geodesy.point(car.latitude, car.longitude)), "passed": False}


def edit_speeds(car: CarState, given: list[dict[str, Any]]) -> None:
    """One that is faster or slower than before is armed anew."""
    before = {one["id"]: one for one in car.speed_alarms}
    car.speed_alarms = timers.numbered(given, 1)
    car.passed = [number for number in car.passed if before.get(number) in car.speed_alarms]


def arm_valet(car: CarState, given: Mapping[str, Any], now: datetime) -> None:
    """Around the place where the car is now, which it tells nobody."""
    limits = {name: given[name] for name in PRESET}
    here = {"latitude": car.latitude, "longitude": car.longitude}
    car.valet = {"since": now.isoformat(), **limits, **here, "inside": True, "passed": False}


def settings(car: CarState, activity: str) -> Values:
    """What the car says of its alarms, under the activity that they are set by."""
    if activity == "location_alarm.area_setup":
        return {"LOCATION_ALARMS": {"maxCount": MOST, "list": [dict(one) for one in car.location_alarms]}}
    if activity == "valet_alarm.arming":
        limits = {name: car.valet.get(name, usual) for name, usual in PRESET.items()}
        return {"VALET_ALARM": {"isActive": bool(car.valet), "since": car.valet.get("since"), **limits}}
    return {"SPEED_ALARMS": {"maxCount": MOST, "list": [dict(one) for one in car.speed_alarms]}}


def _is_as_before(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[name] == other.get(name) for name in WHERE)
