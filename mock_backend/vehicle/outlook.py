"""What would happen if: a plan for a timer, a profile and aims that the car was asked about, not told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from mock_backend import localtime
from mock_backend.vehicle import course, profiles, timers
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.charging import power
from mock_backend.vehicle.plan import Ask, Plan, Slot, curve, plan
from mock_backend.vehicle.state import CarState

POWER_STEP = 5
"""Percent between two points of the power along the charge curve."""


def outlook(car: CarState, build: Build, asked: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A car that is not plugged in says how it would be if it were, now, and that it is not."""
    if not build.battery:
        return _answer(now, "NO_BATTERY", Plan(False, (), 0.0, now.timestamp()))
    ask, source = _ask(car, asked, now), course.source(car, build)
    found = plan(ask, source)
    reason = "NOT_PLUGGED" if not car.outlet else None if found.feasible else "TOO_LATE"
    more = {
        "departure": None if ask.departure is None else _iso(ask.departure), "target": ask.target, "minimum": ask.minimum,
        "curve": [[_iso(at), round(percent, 1)] for at, percent in curve(ask, found, source)],
        "power": [[percent, round(power(source, percent), 1)] for percent in range(0, 101, POWER_STEP)],
    }  # fmt: skip
    return _answer(now, reason, found, more)


def _ask(car: CarState, asked: Mapping[str, Any], now: datetime) -> Ask:
    """What is left out or null is as it stands in the car."""
    chosen, timer = _with_profile(_with_timers(car, asked.get("timers")), asked.get("profile")), asked.get("timer")
    wanted = profiles.wish(chosen, now)
    departure = _departure(car, asked, now)
    if timer is not None:
        target = float(timer["metadata"]["targetSoc"]) if timer["metadata"]["isChargingEnabled"] else car.charge
        wanted = replace(wanted, target=target, timer=timer, departure=departure)
    elif departure is not None:
        follows = timers.following(chosen, now)
        climate = follows is not None and follows[0] == departure and follows[1]["metadata"]["isClimatizationEnabled"]
        wanted = replace(wanted, timer={"metadata": {"isClimatizationEnabled": climate}}, departure=departure)
    if asked.get("targetSoc") is not None:
        wanted = replace(wanted, target=float(asked["targetSoc"]))
    minimum = wanted.minimum if asked.get("minSoc") is None else float(asked["minSoc"])
    return course.ask(car, replace(wanted, minimum=min(minimum, max(wanted.target, car.charge))), now)


def _with_timers(car: CarState, given: list[dict[str, Any]] | None) -> CarState:
    return car if given is None else replace(car, timers=timers.numbered(given, 1))


def _with_profile(car: CarState, number: int | None) -> CarState:
    """As if this profile were the one in force."""
    if number is None:
        return car
    only = [
        {**one, "isEnabled": True, "latitude": None, "id": profiles.ELSEWHERE}
        for one in car.profiles
        if one["id"] == number
    ]
    return replace(car, profiles=only) if only and "targetSoc" in only[0] else car


def _departure(car: CarState, asked: Mapping[str, Any], now: datetime) -> datetime | None:
    if asked.get("departure") is not None:
        return localtime.moment(datetime.fromisoformat(asked["departure"]), car.zone)
    return None if asked.get("timer") is None else localtime.following(asked["timer"], car.zone, now)


NOTHING: Mapping[str, Any] = {"departure": None, "target": None, "minimum": None, "curve": [], "power": []}


def _answer(now: datetime, reason: str | None, found: Plan, more: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
    return {
        "now": now.isoformat(timespec="seconds"), "feasible": reason is None, "reason": reason,
        "slots": [_slot(one) for one in found.slots],
        "reached": {"percent": round(found.percent, 1), "at": _iso(found.at)}, **more,
    }  # fmt: skip


def _slot(one: Slot) -> dict[str, Any]:
    return {
        "from": _iso(one.start), "to": _iso(one.end), "kw": round(one.kw, 1), "percent_from": round(one.percent_from, 1),
        "percent_to": round(one.percent_to, 1), "kind": one.kind,
    }  # fmt: skip


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
