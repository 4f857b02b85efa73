"""TIMERS_EDIT and TIMERS_DISABLE: the whole list as last read, with what is to change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import combinations
from typing import Any

from mock_backend import localtime
from mock_backend.porsche_system.checks import HIGHEST, LOWEST, Known, bad, has_fields, is_current, is_whole, rows

KIND, TRIGGER = "CLIMATIZER_CHARGING", "STOP"
MOST = 5
APART = 30
"""Minutes between two departures of a day."""
FIELDS = {"id", "enabled", "type", "triggerType", "triggerDateTime", "repeatOn", "metadata"}
METADATA = {"targetSoc", "isChargingEnabled", "isClimatizationEnabled"}
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
"""Without an offset: what the clock in the car shows."""
NOT_BEFORE, NOT_AFTER = 1970, 8999


def check(payload: Mapping[str, Any], known: Known, now: datetime) -> None:
    """Raises Refused."""
    is_current(payload, known, "TIMERS")
    check_list(payload, zone_of(known), now)


def check_list(payload: Mapping[str, Any], zone: str, now: datetime) -> None:
    """All that is wrong with a list by itself."""
    given = rows(payload, MOST)
    for index, one in enumerate(given):
        if one["id"] > MOST:
            raise bad("id", f"must be from 1 to {MOST}; 0 for a new one.", index)
        check_one(one, zone, now, index)
    _check_apart(given)


def check_number(payload: Mapping[str, Any], known: Known, now: datetime) -> None:
    numbers = [one["id"] for one in known.get("TIMERS", {}).get("list", [])]
    if not is_whole(payload["id"], 1, MOST) or payload["id"] not in numbers:
        raise bad("id", "is no timer of the car.")


def check_one(one: Mapping[str, Any], zone: str, now: datetime, index: int | None = None) -> None:
    has_fields(one, FIELDS, set(), index)
    if not isinstance(one["enabled"], bool):
        raise bad("enabled", "must be true or false.", index)
    for name, word in (("type", KIND), ("triggerType", TRIGGER)):
        if one[name] != word:
            raise bad(name, f"must be {word}.", index)
    _check_days(one["repeatOn"], index)
    local = read_local(one["triggerDateTime"], "triggerDateTime", zone, index)
    if one["enabled"] and not one["repeatOn"] and localtime.moment(local, zone) <= now:
        raise bad("triggerDateTime", "is past.", index)
    _check_metadata(one["metadata"], index)


def read_local(value: object, name: str, zone: str, index: int | None = None) -> datetime:
    if not isinstance(value, str) or not LOCAL.fullmatch(value):
        raise bad(name, "must be a local time as 2026-01-05T07:30:00.", index)
    try:
        local = datetime.fromisoformat(value)
    except ValueError as error:
        raise bad(name, "is no time.", index) from error
    if not NOT_BEFORE <= local.year <= NOT_AFTER:
        raise bad(name, "is too far away.", index)
    if not localtime.exists(local, zone):
        raise bad(name, "does not come: the clocks go forward over it.", index)
    return local


def zone_of(known: Known) -> str:
    return str(known.get("TIMEZONE", {}).get("name", localtime.HOME))


def _check_days(days: object, index: int | None) -> None:
    if not isinstance(days, list) or not all(isinstance(day, str) and day in localtime.WEEKDAYS for day in days):
        raise bad("repeatOn", f"must be a list of {', '.join(localtime.WEEKDAYS)}; empty for once.", index)
    if len(set(days)) != len(days):
        raise bad("repeatOn", "must hold a day once.", index)


def _check_metadata(metadata: object, index: int | None) -> None:
    if not isinstance(metadata, dict):
        raise bad("metadata", "must be an object.", index)
    has_fields(metadata, METADATA, set(), index)
    if not is_whole(metadata["targetSoc"], LOWEST, HIGHEST):
        raise bad("targetSoc", f"must be a whole number from {LOWEST} to {HIGHEST}.", index)
    for name in ("isChargingEnabled", "isClimatizationEnabled"):
        if not isinstance(metadata[name], bool):
            raise bad(name, "must be true or false.", index)


def _check_apart(given: list[dict[str, Any]]) -> None:
    """No two departures of a day closer than half an hour."""
    on = [(index, one) for index, one in enumerate(given) if one["enabled"]]
    for (_, first), (index, second) in combinations(on, 2):
        if _share_a_day(first, second) and abs(_minutes(first) - _minutes(second)) < APART:
            raise bad("triggerDateTime", f"is less than {APART} minutes from another timer of that day.", index)


def _share_a_day(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    if not first["repeatOn"] and not second["repeatOn"]:
        return bool(first["triggerDateTime"][:10] == second["triggerDateTime"][:10])
    return not _days(first).isdisjoint(_days(second))


def _days(one: Mapping[str, Any]) -> set[str]:
    local = datetime.fromisoformat(one["triggerDateTime"])
    return set(one["repeatOn"]) or {localtime.WEEKDAYS[local.weekday()]}


def _minutes(one: Mapping[str, Any]) -> float:
    local = datetime.fromisoformat(one["triggerDateTime"])
    return local.hour * 60 + local.minute + local.second / 60
