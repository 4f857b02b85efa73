"""JSON values as they are meant: of the right type, or malformed. Each raises one of UNREADABLE."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=64)
def moment(text: Any) -> datetime | None:
    """ISO 8601 with offset -> UTC; None stays None; a time without offset is taken as UTC. Raises one of UNREADABLE.

    A car's report has one time for most of what it says, hence the cache.
    """
    if text is None:
        return None
    if not isinstance(text, str):
        raise ValueError("not a time")
    at = datetime.fromisoformat(text)
    if not 1970 <= at.year < 3000:
        # No computer here could show it on its own clock.
        raise ValueError("not a time")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def number(value: Any) -> float | None:
    """A finite JSON number; None stays None."""
    if value is None:
        return None
    if (type(value) is not int and type(value) is not float) or not -1e9 < value < 1e9:
        raise ValueError("not a number")
    return float(value)


def whole(value: Any) -> int:
    """A number of things or bytes."""
    if type(value) is not int or not -1e15 < value < 1e15:
        raise ValueError("not a whole number")
    return value


def word(value: Any) -> str:
    """A text, or a number that is used as one."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    raise ValueError("not a word")


def flag(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise ValueError("not a flag")
    return value
