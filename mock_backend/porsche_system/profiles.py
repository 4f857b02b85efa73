"""CHARGING_PROFILES_EDIT: the whole list as last read, with what is to change; by place also more or fewer of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mock_backend.porsche_system.checks import (
    HIGHEST,
    LOWEST,
    Known,
    bad,
    has_fields,
    is_current,
    is_name,
    is_number,
    is_whole,
    rows,
)

ELSEWHERE = 1
FIELDS = {
    "id",
    "name",
    "isEnabled",
    "minSoc",
    "targetSoc",
    "latitude",
    "longitude",
    "radius",
    "preferredHours",
    "isOptimised",
}
SMALLEST, LARGEST = 20, 50_000
"""Metres around a place."""
SPANS = 8
"""Preferred hours of a profile at most."""
HOUR = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


def check(payload: Mapping[str, Any], known: Known, now: datetime) -> None:
    """Raises Refused."""
    before = {one["id"]: one for one in known.get("CHARGING_PROFILES", {}).get("list", [])}
    is_current(payload, known, "CHARGING_PROFILES")
    if any("targetSoc" in one for one in before.values()):
        _by_place(rows(payload, known["CHARGING_PROFILES"]["maxCount"]), before)
    else:
        _older(rows(payload, max(1, len(before))), before)


def _older(given: list[dict[str, Any]], before: Mapping[int, Any]) -> None:
    """Every profile of the car once."""
    if sorted(one["id"] for one in given) != sorted(before):
        raise bad("list", "must hold every profile of the car once.")
    for index, one in enumerate(given):
        has_fields(one, set(before[one["id"]]), set(), index)
        if not is_whole(one["minSoc"], LOWEST, HIGHEST):
            raise bad("minSoc", f"must be a whole number from {LOWEST} to {HIGHEST}.", index)
        _check_shared(one, index)


def _by_place(given: list[dict[str, Any]], before: Mapping[int, Any]) -> None:
    if not given or given[-1]["id"] != ELSEWHERE:
        raise bad("list", f"must end with the profile for everywhere else, which is {ELSEWHERE}.")
    for index, one in enumerate(given):
        has_fields(one, FIELDS, set(), index)
        if one["id"] and one["id"] not in before:
            raise bad("id", "is none of the car's; a new profile has 0.", index)
        _check_shared(one, index)
        _check_charge(one, index)
        _check_place(one, index)
        _check_hours(one, index)


def _check_shared(one: Mapping[str, Any], index: int) -> None:
    if not is_name(one["name"]):
        raise bad("name", "must be a word.", index)
    if not isinstance(one["isEnabled"], bool):
        raise bad("isEnabled", "must be true or false.", index)


def _check_charge(one: Mapping[str, Any], index: int) -> None:
    if not is_whole(one["targetSoc"], LOWEST, HIGHEST):
        raise bad("targetSoc", f"must be a whole number from {LOWEST} to {HIGHEST}.", index)
    if not is_whole(one["minSoc"], 0, one["targetSoc"]):
        raise bad("minSoc", "must be a whole number from 0 to the target.", index)


def _check_place(one: Mapping[str, Any], index: int) -> None:
    if one["id"] == ELSEWHERE:
        for name in ("latitude", "longitude"):
            if one[name] is not None:
                raise bad(name, "must be null for everywhere else.", index)
        if one["radius"] is not None and not (is_number(one["radius"]) and 0 <= one["radius"] <= LARGEST):
            raise bad("radius", "must be null for everywhere else, or as it was.", index)
        return
    for name, low, high in (("latitude", -90, 90), ("longitude", -180, 180), ("radius", SMALLEST, LARGEST)):
        if not is_number(one[name]) or not low <= one[name] <= high:
            raise bad(name, f"must be a number from {low} to {high}.", index)


def _check_hours(one: Mapping[str, Any], index: int) -> None:
    if not isinstance(one["isOptimised"], bool):
        raise bad("isOptimised", "must be true or false.", index)
    hours = one["preferredHours"]
    if not isinstance(hours, list) or len(hours) > SPANS or not all(_is_span(span) for span in hours):
        raise bad("preferredHours", "must be a list of spans from 00:00 to 23:59.", index)


def _is_span(span: object) -> bool:
    if not isinstance(span, dict) or set(span) != {"from", "to"} or span["from"] == span["to"]:
        return False
    return all(isinstance(value, str) and HOUR.fullmatch(value) for value in span.values())
