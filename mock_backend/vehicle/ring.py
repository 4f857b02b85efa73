"""A circle on the ground and on which side of it a car is: judged in the car, fix by fix.

Entered is told by the second fix in a row inside, left by the second one beyond the band; the band is wider than positions are
wrong, so that a car that stands at the edge is told once. What passes a circle between two fixes has entered it if it came
through deeper than the band. A circle begins with the side that the car is on: what was never crossed is not told.
"""

from __future__ import annotations

from math import isfinite
from typing import Literal

from mock_backend.vehicle.geodesy import Point, chord, distance, point

Side = Literal["", "ENTERED", "LEFT"]
BAND, SHARE = 30.0, 0.02
"""The band outside of a circle is so many metres wide, or this share of its radius."""
IN_A_ROW = 2
FASTER, JITTER = 1.5, 50.0
"""A car moves at most so many times farther than by its speed, and so many metres: what is farther is no way it drove."""


class Ring:
    """`inside` None: not judged yet."""

    __slots__ = ("_beyond", "_deep", "_edge", "_passed", "_seen", "centre", "inside", "radius")

    def __init__(self, latitude: float, longitude: float, radius: float, inside: bool | None = None) -> None:
        band = max(BAND, SHARE * radius)
        self.centre = point(latitude, longitude)
        self.radius = radius
        self.inside = inside
        self._seen = 0
        self._passed = False
        self._edge = chord(radius) ** 2
        self._beyond = chord(radius + band) ** 2
        self._deep = chord(radius - band) ** 2

    def side(self, fix: Point) -> bool:
        return self._apart(fix) <= self._edge

    def cross(self, before: Point, fix: Point, reach: float) -> Side:
        """What this fix makes of it. `reach`: metres that the car drove at most since the one before."""
        x, y, z = fix
        cx, cy, cz = self.centre
        x, y, z = x - cx, y - cy, z - cz
        apart = x * x + y * y + z * z
        if not isfinite(apart):
            return ""
        if self.inside:
            return self._count(apart > self._beyond)
        if self.inside is None:
            self.inside = apart <= self._edge
            return ""
        is_passing = self._passes(before, fix, reach)
        if apart <= self._edge:
            self._passed = self._passed or is_passing
            return self._count(True)
        return self._turn() if self._passed or is_passing else self._count(False)

    def distance(self, fix: Point) -> float:
        return distance(self.centre, fix)

    def _count(self, is_across: bool) -> Side:
        self._seen = self._seen + 1 if is_across else 0
        return self._turn() if self._seen >= IN_A_ROW else ""

    def _turn(self) -> Side:
        self.inside, self._seen, self._passed = not self.inside, 0, False
        return "ENTERED" if self.inside else "LEFT"

    def _passes(self, before: Point, fix: Point, reach: float) -> bool:
        """Deeper than the band, on the way between two fixes or at one of them."""
        bx, by, bz = before
        x, y, z = fix[0] - bx, fix[1] - by, fix[2] - bz
        cx, cy, cz = self.centre
        cx, cy, cz = cx - bx, cy - by, cz - bz
        way, along = x * x + y * y + z * z, cx * x + cy * y + cz * z
        nearest = cx * cx + cy * cy + cz * cz
        if along > 0:
            nearest += way - 2 * along if along >= way else -along * along / way
        return nearest <= self._deep and way <= (reach * FASTER + JITTER) ** 2

    def _apart(self, fix: Point) -> float:
        return sum((fix[axis] - self.centre[axis]) ** 2 for axis in range(3))
