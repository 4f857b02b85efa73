"""The end of an account: everything of it goes, at every party, and the answer says which of that the notice promises."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

from mock_backend.catalogue import Activity
from mock_backend.clock import Clock
from mock_backend.receipt import Receipts
from mock_backend.retention import Retention
from mock_backend.vault import Vault
from mock_backend.wire import Wire

AGAIN = "POST /demo/scenarios/fresh"
LAST = "identity"
"""Goes last: whoever is dropped half-way can still sign in and delete again."""


class AccountDeletion:
    def __init__(
        self, clock: Clock, vaults: Mapping[str, Vault], activities: Mapping[str, Activity], wire: Wire,
        retention: Retention, receipts: Receipts,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._vaults = vaults
        self._activities = activities
        self._wire = wire
        self._retention = retention
        self._receipts = receipts
        self.turn = asyncio.Lock()
        """Held while an account goes; whoever makes one anew waits for it."""

    async def delete(self, account: str) -> dict[str, Any]:
        """Rows by party and activity, the promises of the notice, and a receipt from before and from after."""
        async with self.turn:
            return await self._delete(account)

    async def _delete(self, account: str) -> dict[str, Any]:
        values = self._receipts.values_of(account)
        before = await self._receipts.take(values)
        # From here on nothing new of this account comes about, however long the rest takes.
        edges = self._wire.forget(account)
        for vault in self._vaults.values():
            vault.refuse(account)
        try:
            erased = {party: await self._forget(self._vaults[party], account) for party in self._in_order()}
        except BaseException:
            # Not all is gone: its owner has to be able to sign in and delete again.
            self.welcome(account)
            raise
        await self._retention.scrub()
        after = await self._receipts.take(values)
        self._receipts.forget(account)
        return {
            "now": self._clock.now().isoformat(), "rows": sum(count.total() for count in erased.values()), "edges": edges,
            "parties": [{"party": party, "rows": erased[party].total()} for party in self._vaults],
            "erased": [self._line(party, one, rows) for party in self._vaults for one, rows in sorted(erased[party].items())],
            "promised": self._promised(sum(erased.values(), Counter[str]())),
            "receipt": {"before": before, "after": after}, "again": AGAIN,
        }  # fmt: skip

    def welcome(self, account: str) -> None:
        """The account is there again, with nothing in it."""
        self._wire.welcome(account)
        for vault in self._vaults.values():
            vault.welcome(account)

    def _in_order(self) -> list[str]:
        return sorted(self._vaults, key=lambda party: party == LAST)

    async def _forget(self, vault: Vault, account: str) -> Counter[str]:
        found: Counter[str] = Counter()
        while rows := vault.forget(account):
            found.update(rows)
            await asyncio.sleep(0)
        return found

    def _line(self, party: str, activity: str, rows: int) -> dict[str, Any]:
        known, rule = self._activities[activity], self._vaults[party].rule(activity)
        line = known.erased_with_account
        return {
            "party": party, "service": known.service, "activity": activity, "rule": rule.kind, "duration": rule.duration,
            "rows": rows, "line": line, "promised": line is not None,
        }  # fmt: skip

    def _promised(self, erased: Mapping[str, int]) -> list[dict[str, Any]]:
        """What the notice ties to the end of the account, also where nothing was held."""
        lines = ((one, one.erased_with_account) for one in self._activities.values())
        return [
            {"activity": one.id, "service": one.service, "line": line, "rows": erased.get(one.id, 0)}
            for one, line in lines if line is not None
        ]  # fmt: skip
