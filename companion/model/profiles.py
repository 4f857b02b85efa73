"""Charging profiles as a list that is edited: what may be in it, and what is wrong with one."""

from __future__ import annotations

from datetime import time

from companion.model.charging import Profile

ELSEWHERE = 1
"""The profile for everywhere else: always there, always the last."""
ELSEWHERE_NAME = "Everywhere else"
"""What the car calls it until its owner gives it another name."""
LONGEST_NAME = 100
SMALLEST, LARGEST = 20, 50_000
"""Metres around a place."""
MOST_SPANS = 8
"""Preferred hours of a profile."""
DAY = 24 * 60


def is_elsewhere(one: Profile) -> bool:
    return one.id == ELSEWHERE and not one.older


def fresh_id(profiles: tuple[Profile, ...]) -> int:
    """Tells a new one from the other new ones, until the car has given it a number."""
    return min(0, *(one.id for one in profiles)) - 1


def placed(profiles: tuple[Profile, ...], one: Profile) -> tuple[Profile, ...]:
    """The list with `one`: in its own place, or as a new one before everywhere else."""
    if any(other.id == one.id for other in profiles):
        return tuple(one if other.id == one.id else other for other in profiles)
    last = len(profiles) - (1 if profiles and is_elsewhere(profiles[-1]) else 0)
    return (*profiles[:last], one, *profiles[last:])


def trouble(one: Profile, others: tuple[Profile, ...]) -> dict[str, str]:
    """Part of the profile -> what is wrong with it, as a key; empty if nothing is."""
    found: dict[str, str] = {}
    if wrong := _name(one.name, others):
        found["name"] = wrong
    if one.minimum is not None and one.target is not None and one.minimum > one.target:
        found["minimum"] = "minimum_above"
    if one.place is not None:
        found |= _place(*one.place)
    if any(start == end for start, end in one.hours):
        found["hours"] = "hours_equal"
    elif one.optimised and not one.hours:
        found["hours"] = "hours_none"
    return found


def overlaps(hours: tuple[tuple[str, str], ...]) -> bool:
    """Whether two spans share a minute; a span may go over midnight."""
    minutes = [minute for start, end in hours for minute in _minutes(start, end)]
    return len(minutes) > len(set(minutes))


def _minutes(start: str, end: str) -> list[int]:
    opens, closes = (at.hour * 60 + at.minute for at in (time.fromisoformat(start), time.fromisoformat(end)))
    return (
        [minute % DAY for minute in range(opens, closes if closes > opens else closes + DAY)] if opens != closes else []
    )


def _name(name: str, others: tuple[Profile, ...]) -> str:
    if not name.strip():
        return "name_empty"
    if len(name) > LONGEST_NAME:
        return "name_long"
    return "name_taken" if any(one.name.casefold() == name.casefold() for one in others) else ""


def _place(latitude: float, longitude: float, radius: float) -> dict[str, str]:
    limits = (
        ("latitude", latitude, -90, 90),
        ("longitude", longitude, -180, 180),
        ("radius", radius, SMALLEST, LARGEST),
    )
    return {part: f"{part}_range" for part, value, low, high in limits if not low <= value <= high}
