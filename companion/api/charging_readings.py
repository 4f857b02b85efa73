"""Measurements of charging, its timers and its profiles."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from companion.api.draft import Draft, Reader, Value
from companion.api.values import flag, moment, number, whole, word
from companion.model.charging import DAYS, Profile, Timer


def _charging(draft: Draft, value: Value) -> None:
    part = draft.parts["charging"]
    for name, key in (
        ("status", "status"),
        ("mode", "mode"),
        ("plug", "plug"),
        ("reason", "activeReason"),
        ("error", "reason"),
    ):
        part[name] = None if value.get(key) is None else word(value[key])
    part["target"] = draft.parts["energy"]["target_percent"] = number(value.get("targetSoC"))
    part["minimum"], part["reached_at"] = number(value.get("minSoC")), moment(value.get("targetDateTimeWithOffset"))
    left, profile = number(value.get("remainingTime")), value.get("activeProfile")
    part["minutes_left"] = None if left is None else round(left)
    part["profile"] = None if profile is None else whole(profile)


def _rate(draft: Draft, value: Value) -> None:
    """An empty one says that nothing flows."""
    draft.parts["charging"]["power"] = number(value.get("chargingPowerkW", value.get("chargingPower"))) or 0.0
    draft.parts["charging"]["rate"] = number(value.get("chargingRatekmPerMin", value.get("chargingRate"))) or 0.0


def _charge_setting(draft: Draft, value: Value) -> None:
    part, changed_at = draft.parts["charging"], value.get("lastModified")
    part["set_target"], part["set_minimum"] = number(value.get("targetSoc")), number(value.get("minSoc"))
    part["battery_care"] = flag(value.get("batteryCare"))
    part["setting_as_of"] = None if changed_at is None else word(changed_at)


def _timers(draft: Draft, value: Value) -> None:
    part, changed_at = draft.parts["charging"], value.get("lastModified")
    part["timers"] = tuple(_timer(row) for row in value.get("list") or ())
    part["timers_as_of"] = None if changed_at is None else word(changed_at)


def _timer(row: Any) -> Timer:
    at, more = datetime.fromisoformat(row["triggerDateTime"]), row.get("metadata") or {}
    days, target = row.get("repeatOn") or (), more.get("targetSoc")
    return Timer(
        whole(row["id"]), at.replace(tzinfo=None), tuple(day for day in DAYS if day in days), flag(row["enabled"]) is True,
        None if target is None else whole(target), flag(more.get("isChargingEnabled")) is True,
        flag(more.get("isClimatizationEnabled")) is True,
    )  # fmt: skip


def _profiles(draft: Draft, value: Value) -> None:
    part, changed_at, most = draft.parts["charging"], value.get("lastModified"), value.get("maxCount")
    part["profiles"] = tuple(_profile(row) for row in value["list"])
    part["profiles_as_of"] = None if changed_at is None else word(changed_at)
    part["profiles_most"] = None if most is None else whole(most)


def _profile(row: Any) -> Profile:
    least, most = row.get("minSoc"), row.get("targetSoc")
    latitude, longitude, radius = (number(row.get(key)) for key in ("latitude", "longitude", "radius"))
    place = None if latitude is None or longitude is None else (latitude, longitude, radius or 0.0)
    older = most is None
    if older:
        # Where there is no target of its own, the minimum is the target.
        least, most = None, least
    return Profile(
        whole(row["id"]), word(row["name"]), flag(row["isEnabled"]) is True, None if least is None else whole(least),
        None if most is None else whole(most), place, flag(row.get("isOptimised")) is True,
        tuple(_span(span) for span in row.get("preferredHours") or ()), older, radius if place is None else None,
    )  # fmt: skip


def _span(row: Any) -> tuple[str, str]:
    start, end = (time.fromisoformat(row[key]).isoformat("minutes") for key in ("from", "to"))
    return start, end


READERS: dict[str, Reader] = {
    "CHARGING_SUMMARY": _charging,
    "CHARGING_RATE": _rate,
    "CHARGING_SETTINGS": _charge_setting,
    "CHARGING_PROFILES": _profiles,
    "TIMERS": _timers,
}
