"""What a car says, one report after the other. Where it has no network they wait in the car and go once, in their order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from mock_backend.wire import LIMIT, EdgeClosed, EdgeFailed, Wire

MOST = 200
"""Reports that wait; of more than that the oldest that is no alarm is let go."""


class Sent(Enum):
    YES = auto()
    CLOSED = auto()
    """By a switch: it never goes."""
    FAILED = auto()
    WAITS = auto()


@dataclass(frozen=True, slots=True)
class Report:
    """`ended` is told how it went once it does not wait any more. `is_alarm`: never let go."""

    activity: str
    path: str
    body: Mapping[str, Any]
    trace: str
    ended: Callable[[Sent], None]
    limit: float = LIMIT
    is_alarm: bool = False


class Outbox:
    def __init__(self, wire: Wire, vin: str, owner: str, has_network: Callable[[], bool]) -> None:
        self._wire = wire
        self._vin = vin
        self._owner = owner
        self._has_network = has_network
        self._turn = asyncio.Lock()
        self._waiting: deque[Report] = deque()

    async def send(self, report: Report) -> Sent:
        """Behind whatever waits."""
        async with self._turn:
            if self._has_network():
                await self._send_waiting()
            if not self._has_network():
                self._wait(report)
                return Sent.WAITS
            return await self._go(report)

    def drop(self, is_closed: Callable[[str], bool]) -> int:
        """What waits and is not to go any more, by its activity; returns how many."""
        kept = [one for one in self._waiting if not is_closed(one.activity)]
        dropped = len(self._waiting) - len(kept)
        self._waiting = deque(kept)
        return dropped

    async def _send_waiting(self) -> None:
        while self._waiting and self._has_network():
            await self._go(self._waiting.popleft())

    def _wait(self, report: Report) -> None:
        self._waiting.append(report)
        if len(self._waiting) > MOST:
            oldest = next((one for one in self._waiting if not one.is_alarm), self._waiting[0])
            self._waiting.remove(oldest)

    async def _go(self, report: Report) -> Sent:
        outcome = await self._try(report)
        report.ended(outcome)
        return outcome

    async def _try(self, report: Report) -> Sent:
        body = {"vin": self._vin, **report.body}
        try:
            await self._wire.send(
                "vehicle", "porsche_system", report.path, body, activity=report.activity, trace=report.trace,
                owner=self._owner, car=self._vin, limit=report.limit,
            )  # fmt: skip
        except EdgeClosed:
            return Sent.CLOSED
        except EdgeFailed:
            return Sent.FAILED
        return Sent.YES
