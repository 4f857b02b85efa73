"""Deleting one's account: with the own token and, once more, the password."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mock_backend.clock import Clock
from mock_backend.identity.accounts import Accounts
from mock_backend.web import Refused, bearer, read_json, traced

TRIES = 5
PAUSE = 900.0
PASSWORD = 200
"""Characters; stretching a longer one would keep others waiting."""


@dataclass(slots=True)
class _Wrong:
    count: int = 0
    locked_until: float = 0.0


class Ending:
    """`delete` erases what every party has of an account and tells what that was."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._wrong: dict[str, _Wrong] = {}
        self._under_way: set[str] = set()
        self.delete: Callable[[str], Awaitable[dict[str, Any]]] | None = None
        self.on_ended: Callable[[str], None] = lambda account: None

    async def handle(self, request: Request) -> Response:
        account = self._accounts.account_of(bearer(request))
        if account is None:
            raise Refused(401, "Sign in first.")
        body = await read_json(request, "password")
        if not isinstance(body["password"], str) or len(body["password"]) > PASSWORD:
            raise Refused(400, "password must be a word.")
        if self.delete is None or account in self._under_way:
            raise Refused(409, "This account is being deleted.")
        self._check(account, body["password"])
        self._under_way.add(account)
        try:
            self._accounts.end(account)
            self.on_ended(account)
            return traced(request, JSONResponse(await self.delete(account), headers={"cache-control": "no-store"}))
        finally:
            self._under_way.discard(account)

    def _check(self, account: str, password: str) -> None:
        state, now = self._wrong.setdefault(account, _Wrong()), self._clock.session()
        if state.locked_until > now:
            raise _locked(state.locked_until - now)
        if self._accounts.is_password(account, password):
            del self._wrong[account]
            return
        state.count += 1
        if state.count >= TRIES:
            state.count, state.locked_until = 0, now + PAUSE
            raise _locked(PAUSE)
        raise Refused(403, "Wrong password.")


def _locked(seconds: float) -> Refused:
    return Refused(423, "Too many wrong passwords.", headers={"retry-after": str(max(1, round(seconds)))})
