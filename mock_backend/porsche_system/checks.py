"""How a payload is refused: the wrong field is named, and of a list its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_backend.web import Refused

LOWEST, HIGHEST = 25, 100
"""Percent that a charge may be aimed at."""
Known = Mapping[str, Mapping[str, Any]]
"""Measurement -> value."""


def bad(field: str, why: str, index: int | None = None) -> Refused:
    title = f"{field} {why}"
    body = {"message": "BAD_PAYLOAD", "field": field, "detail": title}
    return Refused(400, title, body=body if index is None else {**body, "index": index})


def has_fields(table: Mapping[str, Any], needed: set[str], allowed: set[str], index: int | None = None) -> None:
    for name in sorted(needed - set(table)):
        raise bad(name, "is missing.", index)
    for name in sorted(set(table) - needed - allowed):
        raise bad(name, "does not belong here.", index)


def rows(payload: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
    """The elements of `list`, each with a number of its own; 0 where the car is to give one."""
    given = payload["list"]
    if not isinstance(given, list) or len(given) > most or not all(isinstance(one, dict) for one in given):
        raise bad("list", f"must be a list of at most {most} objects.")
    seen: set[int] = set()
    for index, one in enumerate(given):
        number = one.get("id")
        if not is_whole(number, 0, 10**6) or number in seen:
            raise bad("id", "must be a whole number that no other has; 0 for a new one.", index)
        seen |= {number} - {0}
    return given


def is_current(payload: Mapping[str, Any], known: Known, key: str) -> None:
    """Raises Refused 409 where that measurement was changed since it was read."""
    if "basedOn" not in payload:
        return
    if not isinstance(payload["basedOn"], str):
        raise bad("basedOn", "must be the lastModified of what was read.")
    current = known.get(key, {}).get("lastModified")
    if payload["basedOn"] != current:
        raise changed(f"{key} was changed meanwhile.")


def changed(why: str) -> Refused:
    return Refused(409, "Changed meanwhile.", body={"message": "CONFLICT", "field": "basedOn", "detail": why})


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_name(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 100
