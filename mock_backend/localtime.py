"""Local time: what the clock in a car shows, and which moment that is. Timers are written in it, without an offset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
HOME = "Europe/Berlin"
"""Where a car is taken to be that did not say it."""
Hours = Mapping[str, str]
"""`from` and `to` as 22:00; over midnight where `to` is the earlier one."""


@lru_cache(maxsize=8)
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def moment(local: datetime, name: str) -> datetime:
    """An hour that comes twice is the first one; one that does not come is the same time by the clock before the change."""
    return local.replace(tzinfo=zone(name), fold=0).astimezone(UTC)


def shown(now: datetime, name: str) -> datetime:
    return now.astimezone(zone(name)).replace(tzinfo=None, fold=0)


def exists(local: datetime, name: str) -> bool:
    """False for the hour that is left out in spring."""
    return shown(moment(local, name), name) == local


def following(timer: Mapping[str, Any], name: str, after: datetime) -> datetime | None:
    """The next departure of a timer; of one that repeats only the hour of its `triggerDateTime` counts."""
    local = datetime.fromisoformat(timer["triggerDateTime"])
    if not timer["repeatOn"]:
        once = moment(local, name)
        return once if once > after else None
    today = shown(after, name).date()
    days = (today + timedelta(days=number) for number in range(9))
    fitting = (day for day in days if WEEKDAYS[day.weekday()] in timer["repeatOn"])
    return next(one for day in fitting if (one := moment(datetime.combine(day, local.time()), name)) > after)


def windows(hours: Sequence[Hours], name: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The preferred hours that lie between two moments, day by day."""
    found = []
    day = shown(start, name).date() - timedelta(days=1)
    while day <= shown(end, name).date():
        for one in hours:
            first, last = time.fromisoformat(one["from"]), time.fromisoformat(one["to"])
            closing = day if first < last else day + timedelta(days=1)
            opens = max(start, moment(datetime.combine(day, first), name))
            closes = min(end, moment(datetime.combine(closing, last), name))
            found += [(opens, closes)] if opens < closes else []
        day += timedelta(days=1)
    return _merged(found)


def _merged(found: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Hours that were given twice count once."""
    merged: list[tuple[datetime, datetime]] = []
    for opens, closes in sorted(found):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
        else:
            merged.append((opens, closes))
    return merged
