"""Which charging profile is in force, and what is therefore aimed at.

A car with profiles by place has one for everywhere else, always the last: it is the same as the settings. A profile without a
`targetSoc` is of the older kind: the one that is switched on holds the target in `minSoc`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_backend.vehicle import timers
from mock_backend.vehicle.state import CarState

ELSEWHERE = 1
"""The profile for everywhere else."""
CARE = 80.0
"""Percent at which battery care ends a charge, unless a timer asks for more."""
EARTH = 6_371_000.0


@dataclass(frozen=True, slots=True)
class Wish:
    """`departure` and `timer` where the car charges for one; `hours` are the preferred ones, None without any."""

    target: float
    minimum: float
    mode: str
    reason: str
    profile: int | None
    hours: list[dict[str, str]] | None
    departure: datetime | None = None
    timer: Mapping[str, Any] | None = None


def wish(car: CarState, now: datetime) -> Wish:
    profile = active(car)
    target, minimum = _aims(car, profile)
    target = min(target, CARE) if car.battery_care else target
    number = None if profile is None else profile["id"]
    hours = profile["preferredHours"] if profile and profile.get("isOptimised") else None
    if car.direct:
        return Wish(target, min(minimum, target), "DIRECT", "DIRECT", number, hours)
    following = timers.following(car, now, "isChargingEnabled")
    if following is not None:
        departure, timer = following
        target = float(timer["metadata"]["targetSoc"])
        return Wish(target, min(minimum, target), "TIMER", "TIMER", number, hours, departure, timer)
    is_placed = profile is not None and profile.get("latitude") is not None
    mode = "DIRECT" if profile is None else "PROFILE"
    return Wish(target, min(minimum, target), mode, "PLACE" if is_placed else "SETTING", number, hours)


def active(car: CarState) -> dict[str, Any] | None:
    """The nearest of those whose place the car stands in, else the one for everywhere else."""
    on = [one for one in car.profiles if one["isEnabled"]]
    if not is_by_place(car):
        return on[0] if on else None
    placed = [(distance(car, one), one["id"], one) for one in on if one["latitude"] is not None]
    inside = [row for row in placed if row[0] <= row[2]["radius"]]
    if inside:
        return min(inside, key=lambda row: row[:2])[2]
    return next((one for one in on if one["id"] == ELSEWHERE), None)


def is_by_place(car: CarState) -> bool:
    return any("targetSoc" in one for one in car.profiles)


def distance(car: CarState, profile: Mapping[str, Any]) -> float:
    """Metres on the ground."""
    first, second = math.radians(car.latitude), math.radians(profile["latitude"])
    east = math.radians(profile["longitude"] - car.longitude)
    half = math.sin((second - first) / 2) ** 2 + math.cos(first) * math.cos(second) * math.sin(east / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(half)))


def edit(car: CarState, given: list[dict[str, Any]]) -> None:
    """New ones (id 0) get the lowest free number."""
    car.profiles = timers.numbered(given, ELSEWHERE + 1)
    if is_by_place(car):
        general = next(one for one in car.profiles if one["id"] == ELSEWHERE)
        car.target, car.min_soc = float(general["targetSoc"]), float(general["minSoc"])
    elif (first := active(car)) is not None:
        car.target = float(first["minSoc"])


def aim(car: CarState, target: float | None, minimum: float | None) -> None:
    """The settings, and with them the profile for everywhere else. A minimum falls with its target."""
    car.target = car.target if target is None else float(target)
    car.min_soc = min(car.min_soc if minimum is None else float(minimum), car.target)
    if is_by_place(car):
        car.profiles = [
            {**one, "targetSoc": round(car.target), "minSoc": round(car.min_soc)} if one["id"] == ELSEWHERE else one
            for one in car.profiles
        ]


def _aims(car: CarState, profile: Mapping[str, Any] | None) -> tuple[float, float]:
    if profile is None or "targetSoc" not in profile:
        return car.target, car.min_soc
    return float(profile["targetSoc"]), float(profile["minSoc"])
