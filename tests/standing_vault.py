"""A clock that stands where it is put, and a vault whose records have an owner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from mock_backend.clock import Clock
from mock_backend.vault import Vault

LEAP = datetime(2024, 2, 29, 12, 0, 0, tzinfo=UTC)


class Stopped(Clock):
    """Moves like any clock, but its time does not run."""

    def __init__(self, moment: datetime = LEAP) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        return self._frozen or self.moment

    def _set(self, moment: datetime) -> None:
        self.moment = moment


class Owned(Vault):
    """Whose it is matters in few tests."""

    def keep(self, activity: str, subject: str, values: Mapping[str, Any], **more: Any) -> int:
        return super().keep(activity, subject, values, **{"owner": "somebody", **more})


def to(moment: datetime) -> Callable[[datetime], datetime]:
    return lambda now: moment


__all__ = ["LEAP", "Owned", "Stopped", "to"]
