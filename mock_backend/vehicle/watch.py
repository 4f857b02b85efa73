"""What a car compares its place and speed with while it drives, in its own memory. What it finds becomes a report.

A limit of speed is passed once: it is armed again when the car was slower by SLOWER than the limit, or stood still. So is the
valet's; the valet's circle is armed again by coming back into it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from mock_backend.vehicle import geodesy
from mock_backend.vehicle.geodesy import Point
from mock_backend.vehicle.ring import Ring, Side
from mock_backend.vehicle.state import CarState

SLOWER = 5.0
"""km/h."""
ROUGHLY = 10
"""Metres to which a distance is told."""
Report = dict[str, Any]
WANTED: dict[Side, str] = {"ENTERED": "enter", "LEFT": "leave"}


@dataclass(frozen=True, slots=True)
class Fix:
    """`fastest` km/h and `metres` are those since the fix before."""

    place: Point
    at: datetime
    fastest: float = 0.0
    metres: float = 0.0


class Watch:
    """Ready for many fixes; made anew when the alarms are others."""

    def __init__(self, car: CarState) -> None:
        self._of = (car.location_alarms, car.speed_alarms, car.valet)
        self._rings = [
            (area, Ring(area["latitude"], area["longitude"], area["radius"], car.sides.get(str(area["id"]))))
            for area in car.location_alarms if area["enabled"]
        ]  # fmt: skip
        self._speeds = [(one["id"], one["speed"]) for one in car.speed_alarms if one["enabled"]]
        self._valet = _valet_ring(car) if car.valet else None
        self._before: Point | None = None

    def start(self, place: Point) -> None:
        """Where the first way begins."""
        self._before = place

    def is_of(self, car: CarState) -> bool:
        return all(
            one is other
            for one, other in zip(self._of, (car.location_alarms, car.speed_alarms, car.valet), strict=True)
        )

    def check(self, car: CarState, fix: Fix) -> list[Report]:
        """In the order of the alarms; which side the car is on and what is passed is noted in `car`."""
        before, self._before = self._before or fix.place, fix.place
        found = [*self._areas(car, before, fix), *self._limits(car, fix)]
        return found if self._valet is None else [*found, *self._valets(car, self._valet, before, fix)]

    def _areas(self, car: CarState, before: Point, fix: Fix) -> Iterator[Report]:
        for area, ring in self._rings:
            if side := ring.cross(before, fix.place, fix.metres):
                car.sides[str(area["id"])] = side == "ENTERED"
                if area[WANTED[side]]:
                    yield {**report("location_alarm", side, fix.at), **_where(fix), "area": area["id"]}

    def _limits(self, car: CarState, fix: Fix) -> Iterator[Report]:
        for number, limit in self._speeds:
            is_passed = number in car.passed
            if fix.fastest > limit and not is_passed:
                car.passed.append(number)
                yield {**report("speed_alarm", "SPEED", fix.at), "speed": _told(fix.fastest), "limit": limit}
            elif is_passed and fix.fastest <= limit - SLOWER:
                car.passed.remove(number)

    def _valets(self, car: CarState, ring: Ring, before: Point, fix: Fix) -> Iterator[Report]:
        valet, here = car.valet, {**_where(fix), "speed": _told(fix.fastest)}
        if side := ring.cross(before, fix.place, fix.metres):
            valet["inside"] = side == "ENTERED"
            if side == "LEFT":
                distance = round(ring.distance(fix.place) / ROUGHLY) * ROUGHLY
                yield {**report("valet_alarm", "VALET_RADIUS", fix.at), **here, "distance": distance}
        if fix.fastest > valet["speed"] and not valet["passed"]:
            valet["passed"] = True
            yield {**report("valet_alarm", "VALET_SPEED", fix.at), **here}
        elif fix.fastest <= valet["speed"] - SLOWER:
            valet["passed"] = False


def report(service: str, kind: str, at: datetime) -> Report:
    """`key` tells one from the others: however often it comes there, it is one."""
    return {"service": service, "key": secrets.token_hex(8), "kind": kind, "at": at.isoformat()}


def _told(kmh: float) -> int:
    """Whole, and never as slow as a limit that was passed."""
    return ceil(kmh - 1e-6)


def _where(fix: Fix) -> dict[str, float]:
    latitude, longitude = geodesy.degrees(fix.place)
    return {"latitude": round(latitude, 6), "longitude": round(longitude, 6)}


def _valet_ring(car: CarState) -> Ring:
    return Ring(car.valet["latitude"], car.valet["longitude"], car.valet["radius"], car.valet["inside"])
