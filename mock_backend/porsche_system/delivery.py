"""Brings messages to the carriers of the owner's phones: each phone by a task of its own, in order, and nothing waits for it.

A message is due on each way until the carrier has taken it, and that is kept with the message: after a restart what is due goes
on. A carrier knows a message by its number, so that one that is brought twice is taken once. After TRIES a carrier is left
alone until the next message or the next start; what is older than a day is not brought any more. What still waits when a
switch in the car shuts its service is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from mock_backend.events import DUE, MESSAGE
from mock_backend.porsche_system.garage import Garage
from mock_backend.porsche_system.phones import CARRIER, SMS, Phone, Phones
from mock_backend.porsche_system.switchboard import Switchboard
from mock_backend.services import TOPICS
from mock_backend.tasks import spawn
from mock_backend.vault import Record, Vault
from mock_backend.wire import EdgeFailed, Wire

PUSH = tuple(CARRIER.values())
CARRIERS = {
    "e_control": PUSH, "climate": PUSH, "location_alarm": PUSH, "vehicle_alarm": PUSH, "valet_alarm": (*PUSH, SMS),
    "speed_alarm": PUSH,
}  # fmt: skip
"""Service -> who carries its messages. The notice names them (lines 503, 459 and 483), but nobody for climate (547) and for the
theft alarm (437)."""
TRIES = (0.0, 1.0, 4.0, 15.0, 60.0)
"""Seconds before each."""
LIMIT = 5.0
"""Seconds that a carrier may take."""


class Delivery:
    def __init__(self, vault: Vault, garage: Garage, board: Switchboard, phones: Phones, wire: Wire) -> None:
        self._vault = vault
        self._garage = garage
        self._board = board
        self._phones = phones
        self._wire = wire
        self._under_way: set[str] = set()

    def ways(self, owner: str, service: str) -> list[str]:
        """Carrier and phone, as one word."""
        pairs = ((carrier, phone) for phone in self._phones.of(owner) for carrier in CARRIERS[service])
        return [f"{carrier}/{phone.id}" for carrier, phone in pairs if phone.address(carrier)]

    def bring(self, ways: Iterable[str]) -> None:
        """Whatever is due on these ways."""
        for way in ways:
            if way not in self._under_way:
                self._under_way.add(way)
                spawn(self._go(way), name=way)

    def resume(self) -> None:
        """What was due when the backend ended."""
        self.bring({way for row in self._vault.find(MESSAGE, tag=DUE) for way in row.values["ways"]})

    def waiting(self, phone: str) -> int:
        """Messages that have not reached a phone yet."""
        return sum(
            way.endswith(f"/{phone}") for row in self._vault.find(MESSAGE, tag=DUE) for way in row.values["ways"]
        )

    async def _go(self, way: str) -> None:
        try:
            while (row := self._first(way)) is not None and await self._is_taken(row, way):
                self._done(row.id, way)
        finally:
            self._under_way.discard(way)

    def _first(self, way: str) -> Record | None:
        return next((row for row in self._vault.find(MESSAGE, tag=DUE) if way in row.values["ways"]), None)

    async def _is_taken(self, row: Record, way: str) -> bool:
        """By the carrier, or by nobody: then it is not brought any more either."""
        carrier, _, number = way.partition("/")
        for wait in TRIES:
            await asyncio.sleep(wait)
            phone = self._phones.get(number)
            if phone is None or self._is_void(row):
                return True
            try:
                await self._send(row, carrier, phone)
            except EdgeFailed:
                continue
            return True
        return False

    def _is_void(self, row: Record) -> bool:
        """Erased meanwhile, or of a service that is shut now."""
        data = row.values["data"]
        return self._vault.get(row.id) is None or bool(self._board.why_not(data["vin"], data["service"]))

    async def _send(self, row: Record, carrier: str, phone: Phone) -> None:
        body = {
            "id": row.id,
            "to": phone.address(carrier),
            "topic": row.values["data"]["service"],
            "message": self._text(row),
        }
        await self._wire.send(
            "porsche_system", carrier, "/messages", body, activity=TOPICS[body["topic"]], trace=row.trace or "",
            owner=row.owner, limit=LIMIT,
        )  # fmt: skip

    def _text(self, row: Record) -> dict[str, Any]:
        """What a carrier gets to know: the car by its name, not by its VIN."""
        data = row.values["data"]
        car = self._garage.any_car(data["vin"])
        return {"car": car.model if car else "", **{name: data[name] for name in ("kind", "reason", "values", "at")}}

    def _done(self, number: int, way: str) -> None:
        """Read anew: another way may have been done meanwhile."""
        row = self._vault.get(number)
        if row is not None:
            left = [one for one in row.values["ways"] if one != way]
            self._vault.change(number, {**row.values, "ways": left}, DUE if left else "")
