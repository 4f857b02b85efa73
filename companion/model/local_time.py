"""The clock in a car: timers are written in it, without an offset, and the computer may stand elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache


@lru_cache(maxsize=8)
def zone(name: str) -> tzinfo | None:
    """None, which is the computer's own, for a name that nobody here knows."""
    # It brings what Python was built with: a megabyte, for those who look at times of the car.
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError):
        return None


def shown(moment: datetime, name: str) -> datetime:
    """What the clock in the car shows then; without an offset."""
    return moment.astimezone(zone(name)).replace(tzinfo=None, fold=0)


def moment(local: datetime, name: str) -> datetime:
    """When it is that; of an hour that comes twice the first."""
    there = zone(name)
    return (local.replace(fold=0) if there is None else local.replace(tzinfo=there, fold=0)).astimezone(UTC)


def exists(local: datetime, name: str) -> bool:
    """False in the hour that the clocks leave out in spring."""
    return shown(moment(local, name), name) == local.replace(fold=0)


def comes_twice(local: datetime, name: str) -> bool:
    """In the hour that the clocks repeat in autumn."""
    there = zone(name)
    ends = [
        (local if there is None else local.replace(tzinfo=there)).replace(fold=fold).astimezone(UTC) for fold in (0, 1)
    ]
    return exists(local, name) and ends[0] < ends[1]


def is_elsewhere(now: datetime, name: str) -> bool:
    """Whether the clocks of the car and of this computer differ now."""
    return shown(now, name) != shown(now, "")
