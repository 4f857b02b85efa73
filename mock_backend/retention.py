"""Deletes on the clock, party by party, and logs each deletion without the deleted."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mock_backend.clock import Clock
from mock_backend.vault import Vault

LONGEST_SLEEP = 5.0


@dataclass(frozen=True, slots=True)
class Deletion:
    """`rows` records of one activity that were due at the same time."""

    party: str
    activity: str
    rows: int
    due: datetime
    at: datetime


class Retention:
    def __init__(self, clock: Clock, vaults: Mapping[str, Vault]) -> None:
        self._clock = clock
        self._vaults = vaults
        self.log: deque[Deletion] = deque(maxlen=10_000)

    def next_due(self) -> datetime | None:
        dues = [due for vault in self._vaults.values() if (due := vault.next_due()) is not None]
        return min(dues) if dues else None

    def expire(self) -> list[Deletion]:
        """Everything due now, in one go."""
        found: list[Deletion] = []
        while batch := self._batch():
            found += batch
        return found

    def scrub(self) -> None:
        """No copy of what was deleted or overwritten stays in any file."""
        for vault in self._vaults.values():
            vault.scrub()

    async def run(self) -> None:
        """Live expiry: sleeps until something is due; yields between batches."""
        while True:
            due = min((one for one in (self.next_due(), self._clock.next_call()) if one is not None), default=None)
            wait = LONGEST_SLEEP if due is None else (due - self._clock.now()) / timedelta(seconds=1)
            await asyncio.sleep(min(max(wait, 0.01), LONGEST_SLEEP))
            self._clock.run_due()
            while self._batch():
                await asyncio.sleep(0)
            self.scrub()

    def _batch(self) -> list[Deletion]:
        """At most 500 records of each party: a few milliseconds."""
        now, found = self._clock.now(), []
        for party, vault in self._vaults.items():
            for (activity, due), rows in Counter(vault.expire()).items():
                found.append(Deletion(party, activity, rows, due, now))
        self.log.extend(found)
        return found
