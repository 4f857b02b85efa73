"""What a command may carry, key by key: as the public clients of both generations send it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_backend.web import Refused

MODES = ("FLASH", "HONK_AND_FLASH")
COOLEST, WARMEST = 289.15, 302.65
"""Kelvin: 16 to 29.5 degrees Celsius."""
ZONES = {"frontLeft", "frontRight", "rearLeft", "rearRight"}
LOWEST, HIGHEST = 25, 100
"""Percent that a charge may be aimed at."""
FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "HONK_FLASH": ({"mode", "spin"}, set()),
    # The older clients leave spin out.
    "REMOTE_CLIMATIZER_START": ({"climateZonesEnabled", "targetTemperature"}, {"spin"}),
    "REMOTE_CLIMATIZER_STOP": (set(), {"spin"}),
    "CHARGING_SETTINGS_EDIT": ({"targetSoc", "spin"}, set()),
    "CHARGING_PROFILES_EDIT": ({"list"}, set()),
}
"""Fields that a payload must hold, and may; any other command has `spin` alone."""


def check(key: str, payload: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Raises Refused 400. `known` is what the maker last heard of the car."""
    needed, allowed = FIELDS.get(key, ({"spin"}, set()))
    if not needed <= set(payload) <= needed | allowed:
        names = " and ".join(sorted(needed)) or "nothing"
        raise _bad(f"payload must hold {names} and nothing else.")
    if key != "UNLOCK" and payload.get("spin") is not None:
        raise _bad("spin must be null.")
    if key in CHECKS:
        CHECKS[key](payload, known)


def _honk(payload: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    if payload["mode"] not in MODES:
        raise _bad(f"mode must be one of {', '.join(MODES)}.")


def _climate(payload: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    zones, wanted = payload["climateZonesEnabled"], payload["targetTemperature"]
    if not isinstance(zones, dict) or set(zones) != ZONES or not all(isinstance(one, bool) for one in zones.values()):
        raise _bad(f"climateZonesEnabled must hold true or false for {', '.join(sorted(ZONES))}.")
    if not _is_number(wanted) or not COOLEST <= wanted <= WARMEST:
        raise _bad(f"targetTemperature must be from {COOLEST} to {WARMEST} K.")


def _settings(payload: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    if payload["targetSoc"] is not None and not _is_target(payload["targetSoc"]):
        raise _bad(f"targetSoc must be a whole number from {LOWEST} to {HIGHEST}, or null.")


def _profiles(payload: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """The whole list as last read; only what is to change may differ."""
    before = {one["id"]: one for one in known.get("CHARGING_PROFILES", {}).get("list", [])}
    given = payload["list"]
    if not isinstance(given, list) or not all(isinstance(one, dict) and _is_id(one.get("id")) for one in given):
        raise _bad("list must hold the profiles.")
    if sorted(one["id"] for one in given) != sorted(before):
        raise _bad("list must hold every profile of the car once.")
    for one in given:
        if set(one) != set(before[one["id"]]) or not _is_target(one["minSoc"]) or not isinstance(one["isEnabled"], bool):
            raise _bad(f"a profile must hold {', '.join(sorted(before[one['id']]))}; minSoc from {LOWEST} to {HIGHEST}.")
        if not isinstance(one["name"], str) or len(one["name"]) > 100:
            raise _bad("name must be a word.")


CHECKS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], None]] = {
    "HONK_FLASH": _honk, "REMOTE_CLIMATIZER_START": _climate, "CHARGING_SETTINGS_EDIT": _settings,
    "CHARGING_PROFILES_EDIT": _profiles,
}  # fmt: skip


def metadata(key: str) -> dict[str, Any]:
    """What a client should know before it sends the command."""
    if key == "REMOTE_CLIMATIZER_START":
        return {"metadata": {"minTemperature": COOLEST, "maxTemperature": WARMEST}}
    return {}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_target(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and LOWEST <= value <= HIGHEST


def _bad(title: str) -> Refused:
    return Refused(400, title, body={"message": "BAD_PAYLOAD", "detail": title})
