"""The tokens of one sign-in: the access token in memory only, the refresh token in the system keyring."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

EARLY = 30.0
"""Seconds before its end at which an access token is renewed."""


class KeyStore(Protocol):
    """Where the refresh token rests. `origin` binds it: another backend never gets it."""

    def load(self, origin: str) -> str | None: ...
    def save(self, origin: str, token: str) -> bool: ...
    def forget(self, origin: str) -> None: ...


class TokenBox:
    """Both tokens; empty strings when signed out. Lifetimes run on the real clock."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.access_token = ""
        self.refresh_token = ""
        self._ends = 0.0

    def put(self, access_token: str, expires_in: float, refresh_token: str | None) -> None:
        self.access_token = access_token
        self._ends = self._now() + expires_in
        if refresh_token is not None:
            self.refresh_token = refresh_token

    def clear(self) -> None:
        self.access_token = self.refresh_token = ""
        self._ends = 0.0

    @property
    def is_fresh(self) -> bool:
        return bool(self.access_token) and self._now() < self._ends - EARLY
