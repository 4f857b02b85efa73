"""Who drives a car: by the hand of demo staff, on the demo clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from mock_backend.clock import Clock
from mock_backend.vehicle import energy, motion, routes
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.motion import Journey, Step
from mock_backend.vehicle.state import CarState
from mock_backend.vehicle.way import Stop, Way, length, way
from mock_backend.web import Refused, check_fields

LONGEST, FARTHEST = 10_000, 3_000_000.0
"""Places of a way; its metres."""
SLOWEST, FASTEST = 1.0, 350.0
"""km/h."""
GOALS = ("to", "town", "path")


class Driver:
    """`due`: called when there is something to be driven."""

    def __init__(self, clock: Clock, due: Callable[[], None]) -> None:
        self._clock = clock
        self._due = due
        self._journey: Journey | None = None
        self._plans = 0

    def drive(self, car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> Step:
        """Raises Refused."""
        if car.ignition:
            raise Refused(400, "This car is being driven.")
        found = _way(car, body)
        _check_ready(car, build)
        self._journey = motion.begin(car, found, now)
        self._plan()
        return Step(now, [])

    def stop(self, car: CarState, build: Build, body: Mapping[str, Any], now: datetime) -> Step:
        check_fields(body, ())
        if self._journey is None:
            raise Refused(400, "This car is not being driven.")
        found = motion.end(car, self._journey, now)
        self._journey = None
        return Step(now, found, is_end=True)

    def live(self, car: CarState, build: Build, now: datetime) -> Iterator[Step]:
        """Up to now; the car stands where each step happens while it is handled."""
        if self._journey is None:
            return
        for step in motion.live(car, build, self._journey, now):
            if step.is_end:
                self._journey = None
            yield step
        self._plan()

    def halt(self, car: CarState, build: Build, now: datetime) -> Iterator[Step]:
        """As `live`, and stops there."""
        yield from self.live(car, build, now)
        if self._journey is not None:
            yield self.stop(car, build, {}, now)

    def forget(self) -> None:
        self._journey = None

    def _plan(self) -> None:
        """The next fix; an older plan is void."""
        self._plans += 1
        number = self._plans
        if self._journey is not None:
            self._clock.at(self._journey.next, lambda: self._due() if number == self._plans else None)


def _way(car: CarState, body: Mapping[str, Any]) -> Way:
    given = [name for name in GOALS if name in body]
    if len(given) != 1:
        raise Refused(400, "Where to: exactly one of to, town and path.")
    check_fields(body, (given[0],), ("speed",))
    speed, here = body.get("speed"), (car.latitude, car.longitude)
    if speed is not None:
        speed = _number(speed, "speed", SLOWEST, FASTEST)
    stops = _stops(here, given[0], body[given[0]])
    if length(here, stops) > FARTHEST:
        raise Refused(400, f"That is farther than {FARTHEST / 1000:.0f} km.")
    found = way(here, stops, speed)
    if found is None:
        raise Refused(400, "This car is there already.")
    return found


def _stops(here: tuple[float, float], goal: str, value: Any) -> list[Stop]:
    if goal == "path":
        return _path(value)
    if goal == "town":
        place = routes.town(value) if isinstance(value, str) else None
        if place is None:
            raise Refused(400, "town must be one of the map's.")
        return routes.route(here, place)
    if not isinstance(value, dict):
        raise Refused(400, "to must hold latitude and longitude.")
    check_fields(value, ("latitude", "longitude"))
    return routes.route(here, _place(value["latitude"], value["longitude"]))


def _path(value: Any) -> list[Stop]:
    if not isinstance(value, list) or not 1 <= len(value) <= LONGEST:
        raise Refused(400, f"path must be a list of 1 to {LONGEST} places.")
    if not all(isinstance(one, list) and len(one) == 3 for one in value):
        raise Refused(400, "Each place of path is a list of latitude, longitude and km/h.")
    return [(*_place(one[0], one[1]), _number(one[2], "km/h", SLOWEST, FASTEST)) for one in value]


def _place(latitude: Any, longitude: Any) -> tuple[float, float]:
    return _number(latitude, "latitude", -90, 90), _number(longitude, "longitude", -180, 180)


def _check_ready(car: CarState, build: Build) -> None:
    if car.outlet:
        raise Refused(400, "This car is plugged in.")
    for part in car.open:
        if part in build.doors + build.lids:
            raise Refused(400, f"{part} is open.")
    if energy.is_empty(car, build):
        raise Refused(400, "This car has nothing left to drive with.")


def _number(value: object, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Refused(400, f"{name} must be a number from {low:g} to {high:g}.")
    return float(value)


VERBS = {"drive": Driver.drive, "stop": Driver.stop}
