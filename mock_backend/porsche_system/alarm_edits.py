"""LOCATION_ALARMS_EDIT, SPEED_ALARMS_EDIT and VALET_ALARM_EDIT: what each may hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mock_backend.porsche_system.checks import Known, bad, has_fields, is_current, is_number, is_whole, rows

MOST = 4
"""Areas that the notice allows (line 449); speeds as many."""
SMALLEST, LARGEST = 200, 100_000
"""Metres of a radius."""
NAME = 40
"""Characters."""
SLOWEST, FASTEST = 10, 300
"""km/h."""
PRESET = {"radius": 1000, "speed": 50}
"""Metres and km/h of the valet alarm: preset, not chosen (lines 469 and 471)."""
AREA = {"id", "name", "enabled", "latitude", "longitude", "radius", "enter", "leave"}
SPEED = {"id", "speed", "enabled"}


def check_areas(payload: Mapping[str, Any], known: Known, now: datetime) -> None:
    """Raises Refused."""
    is_current(payload, known, "LOCATION_ALARMS")
    names: set[str] = set()
    for index, one in enumerate(_listed(payload, known, "LOCATION_ALARMS")):
        has_fields(one, AREA, set(), index)
        _check_flags(one, ("enabled", "enter", "leave"), index)
        _check_name(one["name"], names, index)
        _check_circle(one, index)
        if not one["enter"] and not one["leave"]:
            raise bad("enter", "or leave must be true.", index)


def check_speeds(payload: Mapping[str, Any], known: Known, now: datetime) -> None:
    is_current(payload, known, "SPEED_ALARMS")
    speeds: set[int] = set()
    for index, one in enumerate(_listed(payload, known, "SPEED_ALARMS")):
        has_fields(one, SPEED, set(), index)
        _check_flags(one, ("enabled",), index)
        if not is_whole(one["speed"], SLOWEST, FASTEST) or one["speed"] in speeds:
            raise bad("speed", f"must be a whole number from {SLOWEST} to {FASTEST} that no other has.", index)
        speeds.add(one["speed"])


def check_valet(payload: Mapping[str, Any], known: Known, now: datetime) -> None:
    for name, preset in PRESET.items():
        if not is_whole(payload[name], preset, preset):
            raise bad(name, f"must be {preset}: it is preset.")


def _listed(payload: Mapping[str, Any], known: Known, key: str) -> list[dict[str, Any]]:
    given = rows(payload, MOST)
    numbers = [one["id"] for one in known.get(key, {}).get("list", [])]
    for index, one in enumerate(given):
        if one["id"] and one["id"] not in numbers:
            raise bad("id", "is none of the car's; a new one has 0.", index)
    return given


def _check_flags(one: Mapping[str, Any], names: tuple[str, ...], index: int) -> None:
    for name in names:
        if not isinstance(one[name], bool):
            raise bad(name, "must be true or false.", index)


def _check_name(name: object, names: set[str], index: int) -> None:
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= NAME or name != name.strip():
        raise bad("name", f"must be 1 to {NAME} characters.", index)
    if name.casefold() in names:
        raise bad("name", "must be one that no other has.", index)
    names.add(name.casefold())


def _check_circle(one: Mapping[str, Any], index: int) -> None:
    for name, most in (("latitude", 90), ("longitude", 180)):
        if not is_number(one[name]) or not -most <= one[name] <= most:
            raise bad(name, f"must be a number from -{most} to {most}.", index)
    if not is_whole(one["radius"], SMALLEST, LARGEST):
        raise bad("radius", f"must be a whole number from {SMALLEST} to {LARGEST}.", index)
