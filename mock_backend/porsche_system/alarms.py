"""What cars told of their alarms: kept as a history, told to the owner once, acknowledged by the owner.

A car's own key tells one report from another, so that one that is brought twice is one event. Which area it was and which limit
is known here already; where the valet's alarm was armed is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_backend.porsche_system.garage import Known, Registered, measured
from mock_backend.porsche_system.messages import Message, Messages
from mock_backend.vault import Record, Vault
from mock_backend.web import Refused

LONGEST = 100
"""Events of a history that are shown."""
HISTORY = {
    "LOCATION_ALARMS_HISTORY": "location_alarm.event_history", "VALET_ALARM_HISTORY": "valet_alarm.breach_event",
    "CAR_ALARMS_HISTORY": "vehicle_alarm.alarm_history", "SPEED_ALARMS_HISTORY": "product.speed_event",
}  # fmt: skip
"""Measurement -> the activity whose records it shows."""
LIMITS = "valet_alarm.limits_store"
SHOWN = ("name", "latitude", "longitude", "heading", "speed", "limit")
Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """`message`: what the owner is told. `fields`: what the car says beside the key, the kind and when."""

    service: str
    activity: str
    message: str
    fields: frozenset[str]


_PLACE = frozenset({"latitude", "longitude"})
_THEFT = Kind("vehicle_alarm", "vehicle_alarm.alarm_history", "vehicle_alarm", _PLACE)
KINDS = {
    "ENTERED": Kind("location_alarm", "location_alarm.event_history", "location_entered", _PLACE | {"area"}),
    "LEFT": Kind("location_alarm", "location_alarm.event_history", "location_left", _PLACE | {"area"}),
    "VALET_RADIUS": Kind("valet_alarm", "valet_alarm.breach_event", "valet_radius", _PLACE | {"speed", "distance"}),
    "VALET_SPEED": Kind("valet_alarm", "valet_alarm.breach_event", "valet_speed", _PLACE | {"speed"}),
    "SPEED": Kind("speed_alarm", "product.speed_event", "speed_exceeded", frozenset({"speed", "limit"})),
    "DOOR": _THEFT, "TILT": _THEFT, "INTERIOR": _THEFT, "TOW": _THEFT,
}  # fmt: skip


class Alarms:
    def __init__(self, vault: Vault, messages: Messages) -> None:
        self._vault = vault
        self._messages = messages

    def take(self, car: Registered, given: Given, known: Known, trace: str) -> bool:
        """Whether it is new. Part of a transaction. Raises Refused."""
        kind = _checked(given)
        if next(self._vault.find(kind.activity, car.vin, given["key"]), None) is not None:
            return False
        values = {"kind": given["kind"], "at": given["at"], "acknowledged": False, **_facts(given, known)}
        number = self._vault.keep(kind.activity, car.vin, values, trace=trace, owner=car.owner, tag=given["key"])
        if kind.service == "valet_alarm":
            self._keep_limits(car, known, trace)
        self._messages.say(car, _message(kind, given, values, f"E-{number}"), trace)
        return True

    def _keep_limits(self, car: Registered, known: Known, trace: str) -> None:
        """The notice has the limits stored when one of them is passed."""
        valet = known.get("VALET_ALARM", {})
        limits = {name: valet.get(name) for name in ("radius", "speed")}
        self._vault.keep(LIMITS, car.vin, limits, trace=trace, owner=car.owner, replaces=True)

    def histories(self, vin: str, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Those of the keys that are histories, newest first."""
        return {key: self._history(vin, HISTORY[key]) for key in keys if key in HISTORY}

    def _history(self, vin: str, activity: str) -> dict[str, Any]:
        rows = list(self._vault.find(activity, vin))[-LONGEST:][::-1]
        times = [row.stored_at.isoformat() for row in rows] + [row.values.get("acknowledged_at", "") for row in rows]
        return {"list": [_event(row) for row in rows], "lastModified": max(times, default=None)}

    def told(self, vin: str, kind: str) -> list[dict[str, Any]]:
        """The history that a kind belongs to, as a measurement for the app."""
        of = next(key for key, activity in HISTORY.items() if activity == KINDS[kind].activity)
        return [measured(of, self._history(vin, HISTORY[of]))]

    def acknowledge(self, car: Registered, number: str, at: str) -> str:
        """Returns its kind. Raises Refused."""
        row = (
            self._vault.get(int(number[2:]))
            if number[:2] == "E-" and number[2:].isdecimal() and len(number) < 18
            else None
        )
        if row is None or row.subject != car.vin or row.activity not in HISTORY.values():
            raise Refused(404, "No such alarm.")
        if not row.values["acknowledged"]:
            self._vault.change(row.id, {**row.values, "acknowledged": True, "acknowledged_at": at})
        return str(row.values["kind"])


def _checked(given: Given) -> Kind:
    kind = KINDS.get(str(given.get("kind")))
    if kind is None or given.keys() != kind.fields | {"key", "kind", "at"}:
        raise Refused(400, "No such alarm, or not with these fields.")
    if not isinstance(given["key"], str) or not given["key"] or not isinstance(given["at"], str):
        raise Refused(400, "key and at must be words.")
    return kind


def _facts(given: Given, known: Known) -> dict[str, Any]:
    """What the car said and what follows from it: the area's name, the limit that was passed."""
    found = {name: given.get(name) for name in SHOWN}
    if "area" in given:
        areas = known.get("LOCATION_ALARMS", {}).get("list", [])
        found["name"] = next((one["name"] for one in areas if one["id"] == given["area"]), None)
    if given["kind"] in ("VALET_SPEED", "VALET_RADIUS"):
        found["limit"] = known.get("VALET_ALARM", {}).get("speed" if given["kind"] == "VALET_SPEED" else "radius")
    return found


def _message(kind: Kind, given: Given, facts: Given, event: str) -> Message:
    values = {
        "location_entered": ("name",), "location_left": ("name",), "valet_radius": ("distance",), "valet_speed": ("speed",),
        "speed_exceeded": ("speed", "limit"), "vehicle_alarm": (),
    }[kind.message]  # fmt: skip
    place = {name: facts[name] for name in ("latitude", "longitude", "heading")}
    reason = given["kind"] if kind is _THEFT else None
    told = {name: facts.get(name, given.get(name)) for name in values}
    return Message(kind.message, kind.service, given["at"], told, reason, place if "latitude" in given else None, event)


def _event(row: Record) -> dict[str, Any]:
    values = row.values
    shown = {name: values[name] for name in ("at", "kind", *SHOWN, "acknowledged")}
    # By it the owner's panel finds who passed it on, and who holds it.
    return {"id": f"E-{row.id}", **shown, "trace": row.trace}
