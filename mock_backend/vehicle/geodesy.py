"""Places on the Earth as points in space: no seam at the antimeridian, no pole, and one square root for a distance.

The straight line between two points under the ground, bent back to the surface, is the geodesic to a centimetre up to 100 km.
"""

from __future__ import annotations

import math

Point = tuple[float, float, float]
"""Metres from the centre of the Earth, on WGS 84."""
AXIS, SQUEEZED = 6_378_137.0, 0.006_694_379_990_141_317
"""Half of the long axis, and the square of the eccentricity."""
RADIUS = 6_371_008.8


def point(latitude: float, longitude: float) -> Point:
    phi, lam = math.radians(latitude), math.radians(longitude)
    sine, cosine = math.sin(phi), math.cos(phi)
    across = AXIS / math.sqrt(1 - SQUEEZED * sine * sine)
    return across * cosine * math.cos(lam), across * cosine * math.sin(lam), across * (1 - SQUEEZED) * sine


def degrees(place: Point) -> tuple[float, float]:
    """Latitude and longitude of what lies there on the ground, or above."""
    x, y, z = place
    return math.degrees(math.atan2(z, (1 - SQUEEZED) * math.hypot(x, y))), math.degrees(math.atan2(y, x))


def distance(start: Point, end: Point) -> float:
    """Metres over the ground."""
    return arc(math.dist(start, end))


def arc(chord: float) -> float:
    return 2 * RADIUS * math.asin(min(1.0, chord / (2 * RADIUS)))


def chord(along: float) -> float:
    """The other way round: metres straight through the ground, for metres over it."""
    return 2 * RADIUS * math.sin(min(math.pi / 2, along / (2 * RADIUS)))


def between(start: Point, end: Point, share: float) -> Point:
    """On the straight line; `degrees` brings it back to the ground."""
    rest = 1 - share
    return start[0] * rest + end[0] * share, start[1] * rest + end[1] * share, start[2] * rest + end[2] * share


def heading(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Degrees from north, clockwise, at the start."""
    first, last = math.radians(start[0]), math.radians(end[0])
    east = math.radians(end[1] - start[1])
    north = math.cos(first) * math.sin(last) - math.sin(first) * math.cos(last) * math.cos(east)
    return math.degrees(math.atan2(math.sin(east) * math.cos(last), north)) % 360
