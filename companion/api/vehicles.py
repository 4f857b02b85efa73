"""The garage and the state of a car, as stored by the maker or asked from the car."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from companion.api.readings import MEASUREMENTS, apply
from companion.api.values import moment, word
from companion.errors import AnswerError
from companion.model.energy import Engine
from companion.model.vehicle import Vehicle
from companion.net.call import Call, segment
from companion.net.client import UNREADABLE, Client
from companion.net.door import Frozen

PARTY = "porsche_system"
BASE = "/app/connect/v1/vehicles"
ENGINES = {engine.value: engine for engine in Engine}
COMMANDS = (
    "LOCK", "UNLOCK", "SPIN_CHALLENGE", "HONK_FLASH", "REMOTE_CLIMATIZER_START", "REMOTE_CLIMATIZER_STOP",
    "DIRECT_CHARGING_START", "DIRECT_CHARGING_STOP", "CHARGING_SETTINGS_EDIT", "TIMERS_EDIT",
    "CHARGING_PROFILES_EDIT", "REMOTE_HEATING_START", "REMOTE_HEATING_STOP",
    "LOCATION_ALARMS_EDIT", "SPEED_ALARMS_EDIT", "VALET_ALARM_EDIT", "VALET_ALARM_DISABLE",
)  # fmt: skip


class VehiclesApi:
    """`on_list` and `on_overview` hear each good answer as it came; an overview with the time the car reported."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.on_list: Callable[[list[Any]], None] = lambda rows: None
        self.on_overview: Callable[[dict[str, Any], datetime | None], None] = lambda table, reported_at: None

    async def list(self) -> tuple[Vehicle, ...]:
        """The owner's cars, without their state."""
        rows, _ = await self._client.json(Call(PARTY, "GET", BASE, authorised=True))
        garage = garage_of(rows)
        self.on_list(rows)
        return garage

    def prepare_stored(self, vin: str, action_id: str) -> Frozen:
        return self._client.freeze(self._overview(vin, (), "read_stored", action_id))

    def prepare_current(self, vin: str, action_id: str) -> Frozen:
        """Wakes the car; the job's id is drawn here."""
        return self._client.freeze(self._overview(vin, (("wakeUpJob", str(uuid.uuid4())),), "read_current", action_id))

    async def overview(self, frozen: Frozen, known: Vehicle) -> Vehicle:
        """The car with everything this answer says of it."""
        table, _ = await self._client.json(frozen)
        vehicle = overview_of(table, known)
        self.on_overview(table, vehicle.reported_at)
        return vehicle

    async def capabilities(self, vin: str) -> frozenset[str]:
        """Command keys that the car can do."""
        query = tuple(("cf", key) for key in COMMANDS)
        call = Call(PARTY, "GET", f"{BASE}/{segment(vin)}", query=query, authorised=True)
        table, _ = await self._client.json(call)
        try:
            return frozenset(word(row["key"]) for row in table["commands"] if row["status"]["isEnabled"] is True)
        except UNREADABLE as error:
            raise AnswerError("answer.malformed") from error

    @staticmethod
    def _overview(vin: str, more: tuple[tuple[str, str], ...], action: str, action_id: str) -> Call:
        query = tuple(("mf", key) for key in MEASUREMENTS) + more
        return Call(
            PARTY, "GET", f"{BASE}/{segment(vin)}", query=query, authorised=True, action=action, action_id=action_id
        )


def garage_of(rows: Any) -> tuple[Vehicle, ...]:
    """Raises AnswerError."""
    if not isinstance(rows, list):
        raise AnswerError("answer.malformed")
    # The list's own time is not the car's: only an overview tells when the car last reported.
    return tuple(replace(_vehicle(row), reported_at=None) for row in rows)


def overview_of(table: Any, known: Vehicle) -> Vehicle:
    """Raises AnswerError, also for another car's overview."""
    if not isinstance(table, dict) or not isinstance(table.get("measurements"), list):
        raise AnswerError("answer.malformed")
    if table.get("vin") != known.vin:
        raise AnswerError("answer.unexpected")
    return apply(_vehicle(table), table["measurements"], capabilities=known.capabilities, connected=known.connected)


def _text(value: object) -> str:
    """What only our own backend tells, and others need not."""
    return value if isinstance(value, str) else ""


def _vehicle(row: Any) -> Vehicle:
    try:
        kind = row.get("modelType") or {}
        name = row.get("customName") or row["modelName"]
        colour = (row.get("color") or {}).get("primaryExteriorColor")
        engine = kind.get("engine")
        connected = row.get("connect")
        texts = (row["vin"], name, row["modelName"])
        if not all(isinstance(text, str) and text for text in texts) or not isinstance(connected, bool | None):
            raise AnswerError("answer.malformed")
        return Vehicle(
            vin=row["vin"], handle=_text(row.get("handle")), name=name, model_name=row["modelName"],
            year=word(kind.get("year", "")), engine=ENGINES.get(str(engine), Engine.UNKNOWN), connected=connected,
            colour=colour if isinstance(colour, str) else None, reported_at=moment(row.get("timestamp")),
        )  # fmt: skip
    except UNREADABLE as error:
        raise AnswerError("answer.malformed") from error
