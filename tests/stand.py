"""A backend at a time of its own, its owner, and what its cars say on a clock that is moved."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from backend_process import Backend
from owner_client import VIN, Answer, Event, Owner, Stream

SPIN = {"spin": None}
ZONES = {"frontLeft": True, "frontRight": False, "rearLeft": False, "rearRight": False}
PLAN = "/app/companion/v1/vehicles/{}/charging-plan"
EVENING = "2030-03-04T18:00:00+00:00"
"""A Monday, 19:00 in Berlin."""
DOES = {"targetSoc": 80, "isChargingEnabled": True, "isClimatizationEnabled": True}
MORNING: dict[str, Any] = {
    "id": 0, "enabled": True, "type": "CLIMATIZER_CHARGING", "triggerType": "STOP", "triggerDateTime": "2030-03-05T07:30:00",
    "repeatOn": [], "metadata": DOES,
}  # fmt: skip


class Stand:
    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.owner = Owner(backend)

    def act(self, verb: str, vin: str = VIN, **body: Any) -> None:
        self.backend.stage("POST", f"/demo/vehicles/{vin}/{verb}", body)

    def move(self, period: str) -> None:
        self.backend.stage("POST", "/demo/clock", {"advance": period})

    def move_to(self, moment: str) -> None:
        """UTC."""
        now = datetime.fromisoformat(self.backend.stage("GET", "/demo/state")["now"])
        seconds = (datetime.fromisoformat(f"{moment}+00:00") - now) // timedelta(seconds=1) + 1
        self.move(f"PT{seconds}S")

    def done(self, key: str, payload: Any, vin: str = VIN) -> Answer:
        answer = self.owner.send(key, payload, vin)
        assert answer.status == 201, answer.json
        assert self.owner.ended(answer, vin)["result"] == "PERFORMED"
        return answer

    def told(self, key: str = "CHARGING_SUMMARY", vin: str = VIN, wake: bool = True) -> Any:
        return self.owner.overview(key, vin=vin, more="&wakeUpJob=6c0d1f0e" if wake else "")[key]

    def status(self, wake: bool = True) -> str:
        return str(self.told(wake=wake)["status"])

    def percent(self, vin: str = VIN) -> int:
        return int(self.told("BATTERY_LEVEL", vin)["percent"])

    def timers(self, *rows: dict[str, Any], vin: str = VIN) -> None:
        self.done("TIMERS_EDIT", {"list": list(rows), "spin": None}, vin)

    def plugged(self, percent: float, vin: str = VIN, **plug: Any) -> None:
        self.act("battery", vin, percent=percent)
        self.act("plug", vin, **plug)

    def plan(self, handle: str = "car-taycan", **asked: Any) -> Answer:
        return self.owner.post(PLAN.format(handle), asked)

    def said(self, stream: Stream) -> list[dict[str, Any]]:
        """What the car told meanwhile, as it came."""
        events = (one for one in self._events(stream) if one.kind in ("vehicle", "command") and one.data["vin"] == VIN)
        return [row for one in events for row in one.data["measurements"]]

    def messages(self, stream: Stream, vin: str = VIN) -> list[dict[str, Any]]:
        """Those of meanwhile: a car that answers has said before whatever it had to say."""
        self.told("MILEAGE", vin)
        return [one.data for one in self._events(stream) if one.kind == "message"]

    def _events(self, stream: Stream) -> Iterator[Event]:
        self.backend.stage("POST", "/demo/undeclared", {"field": "end", "value": 1})
        return itertools.takewhile(lambda one: one.kind != "plant", stream)


def steps(said: list[dict[str, Any]], key: str, field: str) -> list[Any]:
    """Without repeats."""
    return [value for value, _ in itertools.groupby(row["value"][field] for row in said if row["key"] == key)]
