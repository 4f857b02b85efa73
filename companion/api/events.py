"""What the backend tells without being asked: server-sent events as values."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from companion.api.commands import RESULTS, Report, reason
from companion.api.readings import moment
from companion.errors import AnswerError
from companion.model.command import Phase
from companion.net.call import Call
from companion.net.client import Client, parse

PARTY = "porsche_system"


@dataclass(frozen=True, slots=True)
class ClockTold:
    now: datetime


@dataclass(frozen=True, slots=True)
class VehicleTold:
    """Measurements that changed, as `api.readings.apply` takes them."""

    vin: str
    measurements: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class CommandTold:
    """The end of a command together with what changed in the car."""

    vin: str
    report: Report
    at: datetime | None
    measurements: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class FieldPlanted:
    field: str
    value: object


@dataclass(frozen=True, slots=True)
class ResetTold:
    pass


@dataclass(frozen=True, slots=True)
class SwitchesTold:
    """The car said how its switches stand, and something is new."""

    vin: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event that cannot be read; the ones behind it can."""


Told = ClockTold | VehicleTold | CommandTold | FieldPlanted | ResetTold | SwitchesTold | Unreadable
ID = re.compile("[!-~]{1,64}")


class EventsApi:
    def __init__(self, client: Client) -> None:
        self._client = client
        self.last_id = ""

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[AsyncIterator[Told]]:
        """Events from where the last stream ended."""
        headers = (("Last-Event-ID", self.last_id),) if self.last_id else ()
        call = Call(
            PARTY, "GET", "/app/companion/v1/events", headers=headers, accept="text/event-stream", authorised=True
        )
        async with self._client.events(call) as lines:

            async def told() -> AsyncIterator[Told]:
                async for line in lines:
                    if ID.fullmatch(line.id or ""):
                        self.last_id = line.id
                    try:
                        value = read(line.event, line.data)
                    except AnswerError:
                        value = Unreadable()
                    if value is not None:
                        yield value

            yield told()


def read(kind: str, data: str) -> Told | None:
    """One event; None for kinds this version does not know. Raises AnswerError."""
    table = parse(data.encode())
    try:
        if kind == "clock":
            now = moment(table["now"])
            assert now is not None
            return ClockTold(now)
        if kind == "vehicle":
            return VehicleTold(table["vin"], tuple(table["measurements"]))
        if kind == "command":
            return _command(table)
        if kind == "switches":
            return SwitchesTold(str(table["vin"]))
        if kind == "plant":
            return FieldPlanted(str(table["field"]), table["value"])
        return ResetTold() if kind == "reset" else None
    except (TypeError, KeyError, ValueError, AssertionError, AttributeError) as error:
        raise AnswerError("answer.malformed") from error


def _command(table: dict[str, Any]) -> CommandTold:
    phase = RESULTS.get(str(table["result"]).upper(), Phase.ACCEPTED)
    key, params = reason(table.get("details"))
    report = Report(str(table["id"]), phase, key, params)
    return CommandTold(table["vin"], report, moment(table.get("at")), tuple(table.get("measurements", ())))
