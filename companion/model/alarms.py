"""What the car watches for its owner: rings, speeds, the valet, and what it told of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MOST_RINGS, MOST_SPEEDS = 4, 4
SMALLEST, LARGEST = 200, 100_000
"""Metres of a ring's radius."""
SLOWEST, FASTEST = 10, 300
"""km/h."""
VALET_RADIUS, VALET_SPEED = 1000, 50
"""Metres and km/h, as the notice states them (line 467)."""
LONGEST_NAME = 40
THEFT = ("DOOR", "TILT", "INTERIOR", "TOW")
"""Reasons of the theft alarm, in the car's own words."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle on the ground that the car compares its place with; degrees and whole metres. `id` 0: not in the car yet."""

    id: int
    name: str
    latitude: float
    longitude: float
    radius: int
    enters: bool = False
    leaves: bool = True
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class SpeedAlarm:
    id: int
    speed: int
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Valet:
    """km/h and metres around the place where it was switched on, which the car tells nobody.

    `around`: that place as far as this app can tell: where the car stood when it was switched on; None: not seen.
    """

    is_active: bool = False
    since: datetime | None = None
    radius: int = VALET_RADIUS
    speed: int = VALET_SPEED
    around: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One thing that happened, as the maker keeps it. `kind`: the car's own word, e.g. LEFT or TILT."""

    id: str
    at: datetime
    kind: str
    name: str | None = None
    place: tuple[float, float] | None = None
    heading: float | None = None
    speed: float | None = None
    limit: float | None = None
    acknowledged: bool = False
    trace: str | None = None
    """By which the backend's own report of it is found."""

    @property
    def is_theft(self) -> bool:
        """What its owner can acknowledge."""
        return self.kind in THEFT


@dataclass(frozen=True, slots=True)
class Alarms:
    """None: the car has not said it has such alarms. `..._as_of`: what an edit of the list is based on."""

    rings: tuple[Ring, ...] | None = None
    rings_as_of: str | None = None
    speeds: tuple[SpeedAlarm, ...] | None = None
    speeds_as_of: str | None = None
    valet: Valet | None = None
    ring_events: tuple[AlarmEvent, ...] = ()
    speed_events: tuple[AlarmEvent, ...] = ()
    valet_events: tuple[AlarmEvent, ...] = ()
    car_events: tuple[AlarmEvent, ...] = ()

    @property
    def events(self) -> tuple[AlarmEvent, ...]:
        """All of them, newest first."""
        every = (*self.ring_events, *self.speed_events, *self.valet_events, *self.car_events)
        return tuple(sorted(every, key=lambda one: (one.at, one.id), reverse=True))


@dataclass(frozen=True, slots=True)
class RingsWish:
    rings: tuple[Ring, ...]
    based_on: str | None = None


@dataclass(frozen=True, slots=True)
class SpeedsWish:
    speeds: tuple[SpeedAlarm, ...]
    based_on: str | None = None


def trouble(rings: tuple[Ring, ...]) -> tuple[str, int] | None:
    """What is wrong with a list and at which place: an error key and the index; None if nothing is."""
    if len(rings) > MOST_RINGS:
        return "rings.too_many", MOST_RINGS
    for place, one in enumerate(rings):
        if not 1 <= len(one.name.strip()) <= LONGEST_NAME:
            return "rings.no_name", place
        if any(one.name.strip().casefold() == other.name.strip().casefold() for other in rings[:place]):
            return "rings.same_name", place
        if not (-85 <= one.latitude <= 85 and -180 <= one.longitude <= 180):
            return "rings.no_place", place
        if not SMALLEST <= one.radius <= LARGEST:
            return "rings.radius", place
        if not one.enters and not one.leaves:
            return "rings.nothing", place
    return None


def speed_trouble(speeds: tuple[SpeedAlarm, ...]) -> tuple[str, int] | None:
    """The same for speeds."""
    if len(speeds) > MOST_SPEEDS:
        return "speeds.too_many_speeds", MOST_SPEEDS
    for place, one in enumerate(speeds):
        if not SLOWEST <= one.speed <= FASTEST:
            return "speeds.speed", place
        if any(one.speed == other.speed for other in speeds[:place]):
            return "speeds.same_speed", place
    return None
