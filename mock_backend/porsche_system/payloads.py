"""What a command may carry, key by key: as the public clients of both generations send it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from mock_backend.porsche_system import alarm_edits, profiles, timers
from mock_backend.porsche_system.checks import HIGHEST, LOWEST, Known, bad, has_fields, is_current, is_number, is_whole

MODES = ("FLASH", "HONK_AND_FLASH")
COOLEST, WARMEST = 289.15, 302.65
"""Kelvin: 16 to 29.5 degrees Celsius."""
ZONES = {"frontLeft", "frontRight", "rearLeft", "rearRight"}
HOTTEST = 3
"""Of a seat."""
FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "HONK_FLASH": ({"mode", "spin"}, set()),
    # The older clients leave spin out.
    "REMOTE_CLIMATIZER_START": (
        {"climateZonesEnabled", "targetTemperature"}, {"spin", "seatHeating", "steeringWheelHeating", "defrost"},
    ),
    "REMOTE_CLIMATIZER_STOP": (set(), {"spin"}),
    "CHARGING_SETTINGS_EDIT": ({"targetSoc", "spin"}, {"minSoc", "batteryCare", "basedOn"}),
    "CHARGING_PROFILES_EDIT": ({"list"}, {"spin", "basedOn"}),
    "TIMERS_EDIT": ({"list", "spin"}, {"basedOn"}),
    "TIMERS_DISABLE": ({"id", "spin"}, set()),
    "LOCATION_ALARMS_EDIT": ({"list", "spin"}, {"basedOn"}),
    "SPEED_ALARMS_EDIT": ({"list", "spin"}, {"basedOn"}),
    "VALET_ALARM_EDIT": ({"radius", "speed", "spin"}, set()),
}  # fmt: skip
"""Fields that a payload must hold, and may; any other command has `spin` alone."""


def check(key: str, payload: Mapping[str, Any], known: Known, now: datetime) -> None:
    """Raises Refused 400, or 409 where what it is based on has changed. `known` is what the maker last heard of the car."""
    needed, allowed = FIELDS.get(key, ({"spin"}, set()))
    has_fields(payload, needed, allowed)
    if key != "UNLOCK" and payload.get("spin") is not None:
        raise bad("spin", "must be null.")
    if key in CHECKS:
        CHECKS[key](payload, known, now)


def _honk(payload: Mapping[str, Any], known: Known, now: datetime) -> None:
    if payload["mode"] not in MODES:
        raise bad("mode", f"must be one of {', '.join(MODES)}.")


def _climate(payload: Mapping[str, Any], known: Known, now: datetime) -> None:
    zones, wanted = payload["climateZonesEnabled"], payload["targetTemperature"]
    if not isinstance(zones, dict) or set(zones) != ZONES or not all(isinstance(one, bool) for one in zones.values()):
        raise bad("climateZonesEnabled", f"must hold true or false for {', '.join(sorted(ZONES))}.")
    if not is_number(wanted) or not COOLEST <= wanted <= WARMEST:
        raise bad("targetTemperature", f"must be from {COOLEST} to {WARMEST} K.")
    seats = payload.get("seatHeating", {})
    if (
        not isinstance(seats, dict)
        or not set(seats) <= ZONES
        or not all(is_whole(one, 0, HOTTEST) for one in seats.values())
    ):
        raise bad("seatHeating", f"must hold 0 to {HOTTEST} for seats among {', '.join(sorted(ZONES))}.")
    for name in ("steeringWheelHeating", "defrost"):
        if not isinstance(payload.get(name, False), bool):
            raise bad(name, "must be true or false.")


def _settings(payload: Mapping[str, Any], known: Known, now: datetime) -> None:
    is_current(payload, known, "CHARGING_SETTINGS")
    target = payload["targetSoc"]
    if target is not None and not is_whole(target, LOWEST, HIGHEST):
        raise bad("targetSoc", f"must be a whole number from {LOWEST} to {HIGHEST}, or null.")
    if target is None:
        target = known.get("CHARGING_SETTINGS", {}).get("targetSoc", HIGHEST)
    if "minSoc" in payload and not is_whole(payload["minSoc"], 0, target):
        raise bad("minSoc", f"must be a whole number from 0 to {target}, the target.")
    if not isinstance(payload.get("batteryCare", False), bool):
        raise bad("batteryCare", "must be true or false.")


CHECKS: dict[str, Callable[[Mapping[str, Any], Known, datetime], None]] = {
    "HONK_FLASH": _honk, "REMOTE_CLIMATIZER_START": _climate, "CHARGING_SETTINGS_EDIT": _settings,
    "CHARGING_PROFILES_EDIT": profiles.check, "TIMERS_EDIT": timers.check, "TIMERS_DISABLE": timers.check_number,
    "LOCATION_ALARMS_EDIT": alarm_edits.check_areas, "SPEED_ALARMS_EDIT": alarm_edits.check_speeds,
    "VALET_ALARM_EDIT": alarm_edits.check_valet,
}  # fmt: skip


def metadata(key: str) -> dict[str, Any]:
    """What a client should know before it sends the command."""
    if key == "REMOTE_CLIMATIZER_START":
        return {"metadata": {"minTemperature": COOLEST, "maxTemperature": WARMEST}}
    return {}
