"""What the backend tells without being asked: server-sent events as values."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from companion.api.commands import RESULTS, Report, reason
from companion.api.messages import ID, message_of
from companion.api.values import moment, word
from companion.errors import AnswerError
from companion.model.command import Phase
from companion.model.message import Message
from companion.net.call import Call
from companion.net.client import UNREADABLE, Client, parse

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
class MessageTold:
    message: Message


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event that cannot be read; the ones behind it can."""


Told = ClockTold | VehicleTold | CommandTold | FieldPlanted | ResetTold | SwitchesTold | MessageTold | Unreadable
LEVELS = 50
"""Of JSON in JSON that a planted field may have."""


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
                    if not line.data:
                        # A heartbeat: a line that only keeps the connection.
                        continue
                    try:
                        value = read(line.event, line.data, line.id)
                    except AnswerError:
                        value = Unreadable()
                    if value is not None:
                        yield value

            yield told()


def read(kind: str, data: str, ident: str = "") -> Told | None:
    """One event under its number; None for kinds this version does not know. Raises AnswerError."""
    table = parse(data.encode())
    try:
        if kind == "clock":
            now = moment(table["now"])
            assert now is not None
            return ClockTold(now)
        if kind == "vehicle":
            return VehicleTold(word(table["vin"]), tuple(table["measurements"]))
        if kind == "command":
            return _command(table)
        if kind == "switches":
            return SwitchesTold(str(table["vin"]))
        if kind == "message":
            told = message_of(table, ident)
            return MessageTold(told) if told is not None else None
        if kind == "plant":
            return FieldPlanted(word(table["field"]), _shallow(table["value"]))
        return ResetTold() if kind == "reset" else None
    except UNREADABLE as error:
        raise AnswerError("answer.malformed") from error


def _shallow(value: Any) -> Any:
    """A value that is written into a request and walked there: JSON can be read that is too deep for that."""
    level = [value]
    for _ in range(LEVELS):
        level = [inner for one in level for inner in _inside(one)]
    if level:
        raise ValueError("too deep")
    return value


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _command(table: dict[str, Any]) -> CommandTold:
    phase = RESULTS.get(word(table["result"]).upper(), Phase.ACCEPTED)
    key, params = reason(table.get("details"))
    report = Report(word(table["id"]), phase, key, params)
    return CommandTold(word(table["vin"]), report, moment(table.get("at")), tuple(table.get("measurements", ())))
