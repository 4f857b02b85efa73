"""Measurements of what the car watches: rings, speeds, the valet, and the histories of what happened."""

from __future__ import annotations

import re
from typing import Any

from companion.api.draft import Draft, Reader, Value
from companion.api.values import flag, moment, number, whole, word
from companion.model.alarms import AlarmEvent, Ring, SpeedAlarm, Valet

TRACE = re.compile("[0-9a-f]{32}")


def _rings(draft: Draft, value: Value) -> None:
    part = draft.parts["alarms"]
    part["rings"] = tuple(_ring(row) for row in value["list"])
    part["rings_as_of"] = _as_of(value)


def _ring(row: Any) -> Ring:
    return Ring(
        whole(row["id"]), word(row["name"]), _given(row["latitude"]), _given(row["longitude"]), round(_given(row["radius"])),
        flag(row["enter"]) is True, flag(row["leave"]) is True, flag(row["enabled"]) is True,
    )  # fmt: skip


def _speeds(draft: Draft, value: Value) -> None:
    part = draft.parts["alarms"]
    rows = ((whole(one["id"]), whole(one["speed"]), flag(one["enabled"]) is True) for one in value["list"])
    part["speeds"] = tuple(SpeedAlarm(*row) for row in rows)
    part["speeds_as_of"] = _as_of(value)


def _valet(draft: Draft, value: Value) -> None:
    draft.parts["alarms"]["valet"] = Valet(
        flag(value["isActive"]) is True,
        moment(value.get("since")),
        round(_given(value["radius"])),
        round(_given(value["speed"])),
    )


def _history(name: str) -> Reader:
    def read(draft: Draft, value: Value) -> None:
        draft.parts["alarms"][name] = tuple(_event(row) for row in value["list"])

    return read


def _event(row: Any) -> AlarmEvent:
    at, latitude, longitude = moment(row["at"]), number(row.get("latitude")), number(row.get("longitude"))
    if at is None:
        raise ValueError("an event without a time")
    place = None if latitude is None or longitude is None else (latitude, longitude)
    name = row.get("name")
    return AlarmEvent(
        word(row["id"]), at, word(row["kind"]), None if name is None else word(name), place, number(row.get("heading")),
        number(row.get("speed")), number(row.get("limit")), flag(row.get("acknowledged")) is True, _trace(row.get("trace")),
    )  # fmt: skip


def _trace(value: Any) -> str | None:
    found = None if value is None else word(value)
    if found is not None and not TRACE.fullmatch(found):
        raise ValueError("not a trace")
    return found


def _as_of(value: Value) -> str | None:
    changed_at = value.get("lastModified")
    return None if changed_at is None else word(changed_at)


def _given(value: Any) -> float:
    found = number(value)
    if found is None:
        raise ValueError("no number")
    return found


READERS: dict[str, Reader] = {
    "LOCATION_ALARMS": _rings,
    "SPEED_ALARMS": _speeds,
    "VALET_ALARM": _valet,
    "LOCATION_ALARMS_HISTORY": _history("ring_events"),
    "SPEED_ALARMS_HISTORY": _history("speed_events"),
    "VALET_ALARM_HISTORY": _history("valet_events"),
    "CAR_ALARMS_HISTORY": _history("car_events"),
}
