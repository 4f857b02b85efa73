"""Departures: the next one, and what becomes of a timer when it has passed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mock_backend import localtime
from mock_backend.vehicle import diary
from mock_backend.vehicle.state import CarState

MOST = 5
ASLEEP = timedelta(minutes=1)
"""A departure that is longer ago was slept through."""
Following = tuple[datetime, dict[str, Any]]


def following(car: CarState, now: datetime, does: str = "") -> Following | None:
    """The next departure of a timer that is on, and that timer; of those that do something in particular."""
    found = [
        (moment, timer["id"], timer) for timer in car.timers
        if timer["enabled"] and (not does or timer["metadata"][does])
        and (moment := localtime.following(timer, car.zone, now)) is not None
    ]  # fmt: skip
    first = min(found, key=lambda row: row[:2], default=None)
    return None if first is None else (first[0], first[2])


def depart(car: CarState, now: datetime) -> None:
    """A timer that was meant once is off afterwards; a charge that was stopped by hand may begin again."""
    if not car.departure or datetime.fromisoformat(car.departure) > now:
        return
    if now - datetime.fromisoformat(car.departure) < ASLEEP and diary.note_departure(car, _targets(car), car.departure):
        car.stamp(now, "CHARGING_SUMMARY")
    car.halted, car.departure = False, ""
    over = [timer for timer in car.timers if timer["enabled"] and _is_over(timer, car.zone, now)]
    if over:
        car.timers = [{**timer, "enabled": timer["enabled"] and timer not in over} for timer in car.timers]
        car.stamp(now, "TIMERS")


def note(car: CarState, now: datetime) -> None:
    """Which departure the car waits for now."""
    first = following(car, now)
    car.departure = "" if first is None else first[0].isoformat()


def edit(car: CarState, given: list[dict[str, Any]]) -> None:
    car.timers, car.departure = numbered(given, 1), ""


def disable(car: CarState, number: int) -> None:
    car.timers = [{**timer, "enabled": timer["enabled"] and timer["id"] != number} for timer in car.timers]
    car.departure = ""


def numbered(given: list[dict[str, Any]], first: int) -> list[dict[str, Any]]:
    """What comes without a number (0) gets the lowest free one, in its order."""
    used = {one["id"] for one in given}
    free = (number for number in range(first, first + len(given) + len(used) + 1) if number not in used)
    return [{**one, "id": one["id"] or next(free)} for one in given]


def _targets(car: CarState) -> list[float]:
    """Of the timers that were to charge for the departure that the car waited for."""
    departure = datetime.fromisoformat(car.departure)
    before = departure - timedelta(seconds=1)
    return [
        float(timer["metadata"]["targetSoc"]) for timer in car.timers
        if timer["enabled"] and timer["metadata"]["isChargingEnabled"]
        and localtime.following(timer, car.zone, before) == departure
    ]  # fmt: skip


def _is_over(timer: Mapping[str, Any], zone: str, now: datetime) -> bool:
    return not timer["repeatOn"] and localtime.following(timer, zone, now) is None
