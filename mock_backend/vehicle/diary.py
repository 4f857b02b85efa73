"""What a car remembers of its last charge and its last climate: when each began and ended, and why. It says so in its reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mock_backend.vehicle.cabin import ZERO
from mock_backend.vehicle.charging import NEAR
from mock_backend.vehicle.state import CarState

OPEN: Mapping[str, Any] = {"endedAt": None, "endedBecause": None}


def note_charge(car: CarState, was_charging: bool, target: float, now: datetime) -> None:
    if car.is_charging and not was_charging:
        begun = {"startedAt": now.isoformat(), "percentFrom": round(car.charge), "targetSoc": round(target)}
        car.last_charge = {**begun, "percentTo": None, **OPEN}
    elif was_charging and not car.is_charging:
        ended = {"percentTo": round(car.charge), "endedAt": now.isoformat(), "endedBecause": _why(car, target)}
        car.last_charge = {**car.last_charge, **ended}


def note_departure(car: CarState, targets: Iterable[float], departure: str) -> bool:
    """`targets` of the timers that were to charge for it; whether one of them was missed."""
    wanted = round(max(targets, default=0))
    if round(car.charge) >= wanted:
        return False
    car.missed = {"departure": departure, "percent": round(car.charge), "targetSoc": wanted}
    return True


def note_climate(car: CarState, now: datetime) -> None:
    """On or off, as it has just become."""
    if car.is_climate_on:
        car.last_run = {"startedAt": now.isoformat(), "targetTemperature": round(car.climate_target + ZERO, 2), **OPEN}
    else:
        car.last_run = {**car.last_run, "endedAt": now.isoformat(), "endedBecause": car.ended_because}


def note_not_possible(car: CarState, departure: datetime, now: datetime) -> None:
    car.not_possible = {"departure": departure.isoformat(), "at": now.isoformat(), "reason": car.ended_because}


def _why(car: CarState, target: float) -> str:
    if not car.outlet:
        return "UNPLUGGED"
    if car.post_fault:
        return "POST_FAULT"
    if car.charge >= target - NEAR:
        return "TARGET_REACHED"
    return "STOPPED" if car.halted and not car.direct else "WAITING_FOR_TIMER"
