"""Finder: the app signs on with the Porsche ID, then its searches go to who finds places, and the answer back."""

from __future__ import annotations

import contextlib
import hashlib
from typing import Any

from mock_backend.clock import Clock
from mock_backend.identity.accounts import Accounts
from mock_backend.places import MARK, SEARCH, SERVICE, SHARED, SIGN_ON, Wish
from mock_backend.porsche_system.garage import Garage
from mock_backend.porsche_system.switchboard import Switchboard, refused
from mock_backend.vault import Vault
from mock_backend.web import Refused
from mock_backend.wire import EdgeFailed, Wire

Places = list[dict[str, Any]]
SOMEBODY_ELSE = "somebody-else"
"""Another person with an account of their own, played by the stage."""


class Finder:
    """`salt`: what makes a search's mark this backend's own; it outlives a restart."""

    def __init__(
        self, vault: Vault, clock: Clock, accounts: Accounts, garage: Garage, board: Switchboard, wire: Wire, salt: str
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._accounts = accounts
        self._garage = garage
        self._board = board
        self._wire = wire
        self._salt = salt.encode()

    def sign_on(self, account: str, porsche_id: object, trace: str) -> None:
        """Raises Refused."""
        row = self._accounts.by_email(porsche_id) if isinstance(porsche_id, str) else None
        if row is None or row.subject != account:
            raise Refused(403, "This is not the Porsche ID of the session.")
        self._check(account)
        values = {"porsche_id": porsche_id, "at": self._clock.now().isoformat()}
        self._vault.keep(SIGN_ON, account, values, trace=trace, owner=account, replaces=True)

    async def find(self, account: str, wish: Wish, trace: str) -> Places:
        """Raises Refused."""
        self._check(account)
        if self._vault.newest(SIGN_ON, account) is None:
            raise Refused(409, "The app has not signed on to this service.")
        return await self.search(account, wish, trace)

    async def search(self, account: str, wish: Wish, trace: str) -> Places:
        """What others asked alike is in the shared store, and this person's search is put there too. Raises Refused."""
        with self._vault.handling(SEARCH, account):
            is_shared = self._mark(account, wish, trace)
            known = await self._known(account, wish, trace) if is_shared else None
            found = known if known is not None else await self._looked_up(account, wish, trace)
            if is_shared:
                await self._share(account, wish, found, trace)
        return found

    def _check(self, account: str) -> None:
        """No car is named, so every car of the account has to be shut for it. Raises Refused."""
        reasons = [self._board.why_off(car.vin, SERVICE) for car in self._garage.of(account)]
        if not reasons:
            raise Refused(404, "No car of this account has the service.")
        if all(reasons):
            raise refused(reasons[0], SERVICE)

    def _mark(self, account: str, wish: Wish, trace: str) -> bool:
        """Whether somebody else searched alike within the period of the mark; leaves this person's own."""
        mark = hashlib.blake2b(wish.key.encode(), key=self._salt, digest_size=16).hexdigest()
        others = any(row.subject != account for row in self._vault.find(MARK, tag=mark))
        self._vault.keep(MARK, account, {"mark": mark}, trace=trace, owner=account, tag=mark, replaces=True)
        return others

    async def _looked_up(self, account: str, wish: Wish, trace: str) -> Places:
        try:
            answer = await self._wire.send(
                "porsche_system", "poi_provider", "/searches", wish.body, activity=SEARCH, trace=trace, owner=account
            )
        except EdgeFailed as error:
            raise Refused(504, "The place search does not answer.") from error
        places: Places = answer["places"]
        return places

    async def _known(self, account: str, wish: Wish, trace: str) -> Places | None:
        """A store that does not answer only makes a search take longer."""
        with contextlib.suppress(EdgeFailed):
            answer = await self._send_to_store("/searches/known", wish.body, account, trace)
            places: Places | None = answer["places"]
            return places
        return None

    async def _share(self, account: str, wish: Wish, places: Places, trace: str) -> None:
        with contextlib.suppress(EdgeFailed):
            await self._send_to_store("/searches", {"account": account, **wish.body, "places": places}, account, trace)

    async def _send_to_store(self, path: str, body: dict[str, Any], account: str, trace: str) -> dict[str, Any]:
        return await self._wire.send(
            "porsche_system", "request_cache_provider", path, body, activity=SHARED, trace=trace, owner=account
        )
