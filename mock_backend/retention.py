"""Deletes on the clock, party by party, and logs each deletion without the deleted."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mock_backend.clock import Clock
from mock_backend.store import moment
from mock_backend.vault import Vault

log = logging.getLogger(__name__)
LONGEST_SLEEP = 5.0
ENOUGH = 0.010
"""Seconds that a batch should take; half of what others may have to wait for one."""
FEWEST, MOST = 50, 4000
"""Records of a batch."""
LINES = 500
"""Lines that the deletions of one move are told in."""
REST = 20
"""A store is looked through at most for a twentieth of the time."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """`rows` records of one activity, due from `due` to `last`."""

    party: str
    activity: str
    rows: int
    due: datetime
    at: datetime
    last: datetime


@dataclass(slots=True)
class Tally:
    """Deletions in as many lines as there are moments; from LINES on in a line for each party and activity."""

    rows: int = 0
    _lines: dict[tuple[str, str, datetime | None], Deletion] = field(default_factory=dict)
    _is_long: bool = False

    def add(self, one: Deletion) -> None:
        self.rows += one.rows
        self._put(one)
        if not self._is_long and len(self._lines) > LINES:
            many, self._lines, self._is_long = list(self._lines.values()), {}, True
            for line in many:
                self._put(line)

    def lines(self) -> list[Deletion]:
        return sorted(self._lines.values(), key=lambda one: (one.due, one.party, one.activity))

    def _put(self, one: Deletion) -> None:
        key = (one.party, one.activity, None if self._is_long else one.due)
        known = self._lines.get(key, one)
        rows = one.rows + (known.rows if known is not one else 0)
        self._lines[key] = Deletion(
            one.party, one.activity, rows, min(one.due, known.due), max(one.at, known.at), max(one.last, known.last)
        )


@dataclass(frozen=True, slots=True)
class Move:
    start: datetime
    target: datetime
    deleted: list[Deletion]
    rows: int
    skipped: int


class Retention:
    def __init__(self, clock: Clock, vaults: Mapping[str, Vault]) -> None:
        self._clock = clock
        self._vaults = vaults
        self._size = FEWEST
        self._deleting = asyncio.Lock()
        self._scrubbing = asyncio.Lock()
        self._rest_until = 0.0
        self.log: deque[Deletion] = deque(maxlen=10_000)

    def next_due(self) -> datetime | None:
        dues = [due for vault in self._vaults.values() if (due := vault.next_due()) is not None]
        return min(dues) if dues else None

    async def expire(self) -> Tally:
        """Everything due now."""
        async with self._deleting:
            self._clock.run_due()
            return await self._sweep(Tally(), is_moving=False)

    async def move(self, choose: Callable[[datetime], datetime]) -> Move:
        """Moves the clock, with calls and deletions in the order of their time, and one move after the other.

        `choose` tells where to from now, when its turn has come; what it raises, or a ClockError, leaves the clock as it was.
        When it returns, what was deleted is in no file any more.
        """
        async with self._deleting:
            start, target, skipped = self._clock.depart(choose)
            tally = Tally()
            try:
                for _ in self._clock.stops(target):
                    await self._sweep(tally, is_moving=True)
            finally:
                self._clock.arrive(target)
        await self.scrub()
        return Move(start, target, tally.lines(), tally.rows, skipped)

    async def scrub(self) -> None:
        """No copy of what was deleted or overwritten before stays in any file."""
        async with self._scrubbing:
            for vault in self._vaults.values():
                for _ in vault.scrubbing():
                    await asyncio.sleep(0)

    async def run(self) -> None:
        """Live expiry: sleeps until something is due; yields between batches."""
        while True:
            try:
                wait = await self._live()
            except Exception:
                # A full disk passes; what falls due after it has to go all the same.
                log.exception("expiry failed, tried again soon")
                wait = LONGEST_SLEEP
            await asyncio.sleep(min(max(wait, 0.01), LONGEST_SLEEP))

    async def _live(self) -> float:
        """Seconds until there is more to do."""
        await self.expire()
        if time.monotonic() >= self._rest_until:
            started = time.monotonic()
            await self.scrub()
            self._rest_until = time.monotonic() + REST * (time.monotonic() - started)
        due = min((one for one in (self.next_due(), self._clock.next_call()) if one is not None), default=None)
        return LONGEST_SLEEP if due is None else (due - self._clock.now()) / timedelta(seconds=1)

    async def _sweep(self, tally: Tally, *, is_moving: bool) -> Tally:
        """In batches, each short enough for whoever waits meanwhile. In a move a record goes at its time."""
        for party, vault in self._vaults.items():
            if self._batch(party, vault, tally, is_moving):
                async with vault.hurrying():
                    await asyncio.sleep(0)
                    while self._batch(party, vault, tally, is_moving):
                        await asyncio.sleep(0)
        return tally

    def _batch(self, party: str, vault: Vault, tally: Tally, is_moving: bool) -> bool:
        """Whether there may be more."""
        started, size = time.perf_counter(), self._size
        rows = vault.expire(size)
        now = self._clock.now()
        for activity, stamps in _lines(rows):
            due, last = moment(stamps[0]), moment(stamps[-1])
            one = Deletion(party, activity, len(stamps), due, last if is_moving else now, last)
            tally.add(one)
            self.log.append(one)
        if len(rows) < size:
            return False
        fitting = size * ENOUGH / max(time.perf_counter() - started, 1e-6)
        self._size = int(min(max(fitting, size / 2, FEWEST), size * 2, MOST))
        return True


def _lines(rows: list[tuple[str, float]]) -> Iterable[tuple[str, list[float]]]:
    """When the records of each activity were due; a line for each moment, unless there are many."""
    found: dict[tuple[str, float] | str, list[float]] = {}
    for row in rows:
        found.setdefault(row if len(rows) <= FEWEST else row[0], []).append(row[1])
    return [(key if isinstance(key, str) else key[0], stamps) for key, stamps in found.items()]
