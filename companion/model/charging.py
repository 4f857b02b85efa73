"""Charging as the car reported it, with its timers and profiles; and what the owner wishes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from companion.model import local_time

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
LOWEST, HIGHEST, STEP = 25, 100, 5
"""Percent that a target may have."""
MOST_TIMERS = 5


@dataclass(frozen=True, slots=True)
class Timer:
    """A departure. `at` is the car's local time, without an offset; with `days` it repeats, and only its time of day counts."""

    id: int
    at: datetime
    days: tuple[str, ...] = ()
    enabled: bool = True
    target: int | None = None
    charges: bool = True
    climatises: bool = False

    @property
    def clock(self) -> time:
        return self.at.time()


@dataclass(frozen=True, slots=True)
class Profile:
    """How to charge at a place. `place` is latitude, longitude and radius in metres; None: everywhere else. Until the car has
    given a number `id` is below 1.
    """

    id: int
    name: str
    enabled: bool
    minimum: int | None
    target: int | None
    place: tuple[float, float, float] | None = None
    optimised: bool = False
    """Charged in the preferred hours, as far as they suffice."""
    hours: tuple[tuple[str, str], ...] = ()
    """From and to, "22:00" and "06:00", in the car's local time."""
    older: bool = False
    """Of a car that knows no places: its profile has a switch and one number, its target."""
    idle_radius: float | None = None
    """What the car tells for everywhere else, where it means nothing; it goes back as it came."""


@dataclass(frozen=True, slots=True)
class Charging:
    """Percent, kilowatts, kilometres a minute; None where the car has not said. `status`, `mode`, `plug` and `reason` are the
    car's own words. `target` and `minimum` are in force now; `set_target` and `set_minimum` are the setting.
    """

    status: str | None = None
    mode: str | None = None
    target: float | None = None
    minimum: float | None = None
    set_target: float | None = None
    set_minimum: float | None = None
    battery_care: bool | None = None
    reached_at: datetime | None = None
    minutes_left: int | None = None
    power: float | None = None
    rate: float | None = None
    plug: str | None = None
    profile: int | None = None
    reason: str | None = None
    """Why this profile or target is in force."""
    error: str | None = None
    timers: tuple[Timer, ...] = ()
    timers_as_of: str | None = None
    """When the list last changed, in the backend's own words: what an edit is based on."""
    profiles: tuple[Profile, ...] = ()
    profiles_as_of: str | None = None
    """As `timers_as_of`."""
    profiles_most: int | None = None
    """How many profiles the car keeps; None: those that it has, and no other."""
    setting_as_of: str | None = None
    """As `timers_as_of`."""

    @property
    def is_known(self) -> bool:
        return self.status is not None

    @property
    def is_charging(self) -> bool:
        return self.status in ("CHARGING", "INSTANT_CHARGING")

    @property
    def is_plugged(self) -> bool:
        return self.status not in (None, "NOT_PLUGGED", "OFF")


@dataclass(frozen=True, slots=True)
class ChargingWish:
    """The setting as it would be, and what it is based on; None leaves a part as it is."""

    target: int
    minimum: int | None = None
    battery_care: bool | None = None
    based_on: str | None = None


@dataclass(frozen=True, slots=True)
class TimersWish:
    """The whole list as it would be, and what it is based on."""

    timers: tuple[Timer, ...]
    based_on: str | None = None


@dataclass(frozen=True, slots=True)
class ProfilesWish:
    """The whole list as it would be, and what it is based on."""

    profiles: tuple[Profile, ...]
    based_on: str | None = None


def trouble(timers: tuple[Timer, ...], now: datetime, zone: str = "") -> tuple[str, int] | None:
    """What is wrong with a list and at which place: an error key and the index; None if nothing is. `now`: what the clock in
    the car shows; `zone`: that clock's.
    """
    if len(timers) > MOST_TIMERS:
        return "timers.too_many", MOST_TIMERS
    for place, one in enumerate(timers):
        if not local_time.exists(one.at, zone):
            # The service takes no such time, also of one that repeats or is off.
            return "timers.left_out", place
        if one.enabled and not one.days and one.at <= now:
            return "timers.past", place
        if not one.charges and not one.climatises:
            return "timers.nothing", place
        if any(_collide(one, other) for other in timers[:place]):
            return "timers.overlap", place
    return None


def _collide(one: Timer, other: Timer) -> bool:
    """Both on, on a same day, within half an hour."""
    if not (one.enabled and other.enabled):
        return False
    days = [set(each.days) or {DAYS[each.at.weekday()]} for each in (one, other)]
    if not one.days and not other.days and one.at.date() != other.at.date():
        return False
    apart = abs((one.at.hour - other.at.hour) * 60 + one.at.minute - other.at.minute)
    return bool(days[0] & days[1]) and apart < 30
