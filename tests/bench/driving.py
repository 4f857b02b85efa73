"""A position against a circle, beside a bare haversine; and a step of a drive among few cars and among very many."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from mock_backend.clock import Clock
from mock_backend.vehicle import alarms, motion
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.driver import Driver
from mock_backend.vehicle.geodesy import point
from mock_backend.vehicle.ring import Ring
from mock_backend.vehicle.state import WHEELS, CarState
from tests.bench.measure import Finding, Ratio, Sample, in_turns

CHECKS = 20_000
TIMES_HAVERSINE, TIMES_FEW = 3.0, 1.5
FEW, MANY = 100, 10_000
STEPS = 80_000
"""Fixes of all cars together, at least; none arrives meanwhile."""
BUILD = Build((), (), (), (), (), battery=97.0, full_range=400.0)
AREAS = [
    {"id": number, "name": str(number), "enabled": True, "latitude": 48.8 + number / 50, "longitude": 9.2, "radius": 1000,
     "enter": True, "leave": True} for number in range(1, 5)
]  # fmt: skip
WAY = [[48.8 + number / 50, 9.2, 80.0 + number % 7 * 10] for number in range(1, 80)]
LONGEST = 400
"""Fixes of a car."""


def driving(times: int = 7) -> list[Finding]:
    ours, bare = in_turns(times, _checks, _haversines)
    check = Ratio("fence check", Sample("ring", ours, "us"), Sample("haversine", bare, "us"), TIMES_HAVERSINE)
    many, few = in_turns(2, partial(_steps, MANY), partial(_steps, FEW))
    note = f"with {len(AREAS)} areas and a limit of speed, on the clock"
    step = Ratio(
        "a car's step", Sample(f"{MANY} cars", many, "us"), Sample(f"{FEW} cars", few, "us"), TIMES_FEW, note=note
    )
    return [check, step]


def _checks() -> float:
    """Of a car that drives by: half of the time near the edge."""
    ring = Ring(48.8, 9.2, 1000, inside=False)
    fixes = [point(48.8 + (number % 40 - 20) / 2000, 9.2137) for number in range(CHECKS)]
    before = fixes[0]
    started = time.perf_counter()
    for fix in fixes:
        ring.cross(before, fix, 70.0)
        before = fix
    return (time.perf_counter() - started) / CHECKS * 1e6


def _haversines() -> float:
    places = [(48.8 + (number % 40 - 20) / 2000, 9.2137) for number in range(CHECKS)]
    started = time.perf_counter()
    for latitude, longitude in places:
        _haversine(48.8, 9.2, latitude, longitude)
    return (time.perf_counter() - started) / CHECKS * 1e6


def _haversine(latitude: float, longitude: float, other: float, along: float) -> float:
    first, second, east = math.radians(latitude), math.radians(other), math.radians(along - longitude)
    half = math.sin((second - first) / 2) ** 2 + math.cos(first) * math.cos(second) * math.sin(east / 2) ** 2
    return 2 * 6_371_000.0 * math.asin(math.sqrt(half))


def _steps(cars: int) -> float:
    clock, steps = Clock(), min(LONGEST, STEPS // cars)
    fleet = [_Driven(clock) for _ in range(cars)]
    start, target, _ = clock.depart(lambda now: now + timedelta(seconds=steps * motion.FIX))
    started = time.perf_counter()
    for _ in clock.stops(target):
        pass
    taken = time.perf_counter() - started
    assert all(one.state.ignition for one in fleet)
    return taken / cars / (target - start).total_seconds() * motion.FIX * 1e6


class _Driven:
    """A car without a wire: it drives and looks."""

    def __init__(self, clock: Clock) -> None:
        table: dict[str, Any] = {
            "locked": True, "mileage": 1, "latitude": 48.8, "longitude": 9.2, "heading": 0, "parking_light": False, "open": [],
            "main_service": [], "inside": 10.0, "outside": 8.0, "charge": 100.0, "location_alarms": AREAS,
            "speed_alarms": [{"id": 1, "speed": 90, "enabled": True}],
        }  # fmt: skip
        self._clock = clock
        self.state = CarState.new(table, {wheel: [2.5, 0.0] for wheel in WHEELS}, datetime.now(UTC))
        self.state.sides = alarms.sides(self.state, self.state.location_alarms)
        self._driver = Driver(clock, self._due)
        self._driver.drive(self.state, BUILD, {"path": WAY}, clock.now())

    def _due(self) -> None:
        for _ in self._driver.live(self.state, BUILD, self._clock.now()):
            pass
