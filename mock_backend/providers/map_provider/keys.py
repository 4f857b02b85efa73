"""Keys of the map: in memory only, on the session clock, gone with the process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from mock_backend.clock import Clock
from mock_backend.maps import MapService
from mock_backend.web import Refused

REMEMBERED = 3600.0
"""Seconds that a key which has ended is still told from one that never was."""
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Key:
    account: str
    service: MapService
    end: float


class Keys:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Key] = {}

    def put(self, key: str, account: str, service: MapService, life: float) -> None:
        now = self._clock.session()
        for old in [name for name, one in self._known.items() if one.end + REMEMBERED < now]:
            del self._known[old]
        while len(self._known) >= MOST:
            del self._known[next(iter(self._known))]
        self._known[_digest(key)] = Key(account, service, now + life)

    def check(self, key: str) -> Key:
        """Raises Refused 401."""
        found = self._known.get(_digest(key))
        if found is None:
            raise Refused(401, "This map key is not known.", more={"key": "map.key_unknown"})
        if found.end <= self._clock.session():
            raise Refused(401, "This map key has expired.", more={"key": "map.key_expired"})
        return found

    def expire(self) -> None:
        """For demo staff: every key ends now."""
        self._known = {name: replace(one, end=self._clock.session()) for name, one in self._known.items()}

    def forget(self, account: str | None) -> None:
        """Of an account, or all."""
        self._known = {name: one for name, one in self._known.items() if account not in (None, one.account)}


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
