"""What the maker tells an owner without being asked: what began, ended or failed at a car, by the car's own report.

Decided by comparing what was known of the car with what it says now. Both lie in the store, and the message is written in the
same step as the report: a report that is repeated tells nothing new, and what a car could not say before a restart it says
after it. Of several charges between two reports the last one is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_backend.events import Events
from mock_backend.porsche_system.delivery import Delivery
from mock_backend.porsche_system.garage import Known, Registered
from mock_backend.porsche_system.switchboard import Switchboard
from mock_backend.services import CHARGING, CLIMATE

ZERO = 273.15
CHARGE_ENDS = {
    "TARGET_REACHED": ("charging_completed", None), "STOPPED": ("charging_stopped", "STOPPED"),
    "UNPLUGGED": ("charging_stopped", "UNPLUGGED"), "POST_FAULT": ("charging_failed", "POST_FAULT"),
}  # fmt: skip
"""Why a charge ended -> kind and reason. One that only waits for a better hour has not ended."""
Measured = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """`at`: when it happened, by the car's clock, as ISO 8601."""

    kind: str
    service: str
    at: str
    values: Mapping[str, Any]
    reason: str | None = None
    place: Mapping[str, Any] | None = None
    event: str = ""
    """What it is in the history of an alarm."""


class Messages:
    def __init__(self, board: Switchboard, events: Events, delivery: Delivery) -> None:
        self._board = board
        self._events = events
        self._delivery = delivery

    def tell(self, car: Registered, before: Known, measurements: Known, trace: str) -> None:
        """What is new in a report."""
        for one in news(before, {**before, **measurements}):
            self.say(car, one, trace)

    def say(self, car: Registered, one: Message, trace: str) -> None:
        """To the app and to the owner's phones; of a service that is shut nothing. Part of a transaction: nothing waits here."""
        if self._board.may_tell(car.vin, one.service, datetime.fromisoformat(one.at)):
            ways = self._delivery.ways(car.owner, one.service)
            self._events.message(car.owner, _told(car.vin, one), car.vin, trace, ways)
            self._delivery.bring(ways)


def news(before: Known, after: Known) -> list[Message]:
    """In the order in which it happened; nothing of what was not known before."""
    found: list[Message] = []
    for key, read in (("CHARGING_SUMMARY", _charging), ("HVAC_SUMMARY", _climate)):
        if key in before and before[key] != after[key]:
            found += read(before[key], after[key])
    if _fails_while_waiting(before, after):
        values = {"percent": after["BATTERY_LEVEL"]["percent"]}
        at = after["CHARGING_SUMMARY"]["lastModified"]
        found.append(Message("charging_failed", CHARGING.id, at, values, "POST_FAULT"))
    return sorted(found, key=lambda one: datetime.fromisoformat(one.at))


def _charging(before: Measured, after: Measured) -> Iterator[Message]:
    was, now = _part(before, "lastCharge"), _part(after, "lastCharge")
    if _is_new(was, now, "startedAt"):
        values = {"percent": now["percentFrom"], "target": now["targetSoc"]}
        yield Message("charging_started", CHARGING.id, now["startedAt"], values)
    if _is_new(was, now, "endedAt") and now["endedBecause"] in CHARGE_ENDS:
        kind, reason = CHARGE_ENDS[now["endedBecause"]]
        yield Message(kind, CHARGING.id, now["endedAt"], {"percent": now["percentTo"]}, reason)
    was, now = _part(before, "missedDeparture"), _part(after, "missedDeparture")
    if _is_new(was, now, "departure"):
        values = {"percent": now["percent"], "target": now["targetSoc"]}
        yield Message("target_not_reached", CHARGING.id, now["departure"], values)


def _climate(before: Measured, after: Measured) -> Iterator[Message]:
    was, now = _part(before, "lastRun"), _part(after, "lastRun")
    if _is_new(was, now, "startedAt"):
        target = round(now["targetTemperature"] - ZERO, 1)
        yield Message("climate_started", CLIMATE.id, now["startedAt"], {"target": target})
    if _is_new(was, now, "endedAt"):
        is_over = now["endedBecause"] == "FINISHED"
        kind, reason = ("climate_finished", None) if is_over else ("climate_stopped", now["endedBecause"])
        yield Message(kind, CLIMATE.id, now["endedAt"], {}, reason)
    was, now = _part(before, "notPossible"), _part(after, "notPossible")
    if _is_new(was, now, "departure"):
        yield Message("climate_not_possible", CLIMATE.id, now["at"], {}, now["reason"])


def _fails_while_waiting(before: Known, after: Known) -> bool:
    """No charge ends, but the one that is waited for will not begin."""
    was, now = before.get("CHARGING_SUMMARY", {}), after.get("CHARGING_SUMMARY", {})
    return (was.get("status"), now.get("status")) == ("WAITING_FOR_TIMER", "CHARGING_ERROR")


def _part(summary: Measured, name: str) -> Measured:
    return summary.get(name) or {}


def _is_new(was: Measured, now: Measured, moment: str) -> bool:
    return bool(now.get(moment)) and now[moment] != was.get(moment)


def _told(vin: str, one: Message) -> dict[str, Any]:
    more = {"place": one.place, "event": one.event} if one.event else {}
    return {
        "vin": vin, "kind": one.kind, "reason": one.reason, "values": dict(one.values), "at": one.at, "service": one.service,
        **more,
    }  # fmt: skip
