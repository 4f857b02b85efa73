"""Distances and places on the earth (WGS 84): degrees and metres in, degrees and metres out.

Below 5 km the earth is flat enough for a local plane; beyond, Vincenty's formulas. Both agree with an exact geodesic to
far less than a position is known.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan, atan2, cos, degrees, hypot, isfinite, radians, sin, sqrt, tan

A = 6378137.0
"""Metres from the centre to the equator."""
F = 1 / 298.257223563
B = A * (1 - F)
E2 = F * (2 - F)
NEAR = 5000.0
"""Metres up to which the plane is good to a centimetre."""
STEEP = 75.0
"""Degrees of latitude up to which it is."""
FAR = 1.0e7
"""Metres: a quarter of the way round."""

Point = tuple[float, float]
"""Latitude and longitude."""


def checked(latitude: float, longitude: float) -> Point:
    """The place with its longitude in [-180, 180). Raises ValueError for what is no place."""
    if not (isfinite(latitude) and isfinite(longitude)):
        raise ValueError("not a number")
    if abs(latitude) > 90:
        raise ValueError(f"no such latitude: {latitude}")
    return latitude, wrapped(longitude)


def wrapped(longitude: float) -> float:
    """The same meridian in [-180, 180)."""
    return longitude if -180 <= longitude < 180 else (longitude + 180) % 360 - 180


def distance(one: Point, other: Point) -> float:
    """Metres along the shortest way."""
    (lat1, lon1), (lat2, lon2) = checked(*one), checked(*other)
    if max(abs(lat1), abs(lat2)) <= STEEP and (found := _plane(lat1, lat2, wrapped(lon2 - lon1))) <= NEAR:
        return found
    return _inverse((lat1, lon1), (lat2, lon2))[0]


def bearing(one: Point, other: Point) -> float:
    """Degrees clockwise from north in which the shortest way begins, in [0, 360); 0 where both are one place."""
    return _inverse(checked(*one), checked(*other))[1] % 360


def direct(start: Point, azimuth: float, metres: float) -> Point:
    """Where one arrives who goes straight on."""
    (lat, lon), metres = checked(*start), _finite(metres)
    alpha = radians(_finite(azimuth))
    reduced = atan((1 - F) * tan(radians(lat))) if abs(lat) < 90 else radians(lat)
    sin_u, cos_u = sin(reduced), cos(reduced)
    along = atan2(sin_u, cos_u * cos(alpha))
    sin_a = cos_u * sin(alpha)
    cos2_a = max(0.0, 1 - sin_a * sin_a)
    big_a, big_b = _series(cos2_a)
    sigma = first = metres / (B * big_a)
    for _ in range(100):
        middle = cos(2 * along + sigma)
        before, sigma = sigma, first + _correction(big_b, sigma, middle)
        if abs(sigma - before) < 1e-14:
            break
    sin_s, cos_s = sin(sigma), cos(sigma)
    middle = cos(2 * along + sigma)
    meeting = sin_u * sin_s - cos_u * cos_s * cos(alpha)
    found = atan2(sin_u * cos_s + cos_u * sin_s * cos(alpha), (1 - F) * hypot(sin_a, meeting))
    turned = atan2(sin_s * sin(alpha), cos_u * cos_s - sin_u * sin_s * cos(alpha))
    turned -= _lag(cos2_a, sin_a, sigma, sin_s, cos_s, middle)
    return max(-90.0, min(90.0, degrees(found))), wrapped(lon + degrees(turned))


def ring(centre: Point, radius: float, count: int) -> list[Point]:
    """The circle of all places `radius` away, as so many of them, clockwise from north."""
    return [direct(centre, 360 * number / count, radius) for number in range(count)]


def _finite(value: float) -> float:
    if not isfinite(value):
        raise ValueError("not a number")
    return value


def _plane(lat1: float, lat2: float, apart: float) -> float:
    """On the plane that touches the ellipsoid half-way."""
    middle = radians((lat1 + lat2) / 2)
    w = 1 - E2 * sin(middle) ** 2
    across = A / sqrt(w)
    north = across * (1 - E2) / w * radians(lat2 - lat1)
    return hypot(north, across * cos(middle) * radians(apart))


def _series(cos2_a: float) -> tuple[float, float]:
    """Vincenty's A and B."""
    u2 = cos2_a * (A * A - B * B) / (B * B)
    big_a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    return big_a, u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))


def _correction(big_b: float, sigma: float, middle: float) -> float:
    sin_s, cos_s, square = sin(sigma), cos(sigma), middle * middle
    inner = cos_s * (2 * square - 1) - big_b / 6 * middle * (4 * sin_s * sin_s - 3) * (4 * square - 3)
    return big_b * sin_s * (middle + big_b / 4 * inner)


def _lag(cos2_a: float, sin_a: float, sigma: float, sin_s: float, cos_s: float, middle: float) -> float:
    """By how much the sphere's longitude runs ahead."""
    c = F / 16 * cos2_a * (4 + F * (4 - 3 * cos2_a))
    return (1 - c) * F * sin_a * (sigma + c * sin_s * (middle + c * cos_s * (2 * middle * middle - 1)))


def _inverse(one: Point, other: Point) -> tuple[float, float]:
    """Metres and the azimuth at the start."""
    found = _vincenty(one, other)
    return found if found is not None else _around(one, other)


def _vincenty(one: Point, other: Point) -> tuple[float, float] | None:
    """None where the places lie nearly opposite each other: there the formula does not settle."""
    (lat1, lon1), (lat2, lon2) = one, other
    apart = radians(wrapped(lon2 - lon1))
    u1, u2 = (atan((1 - F) * tan(radians(lat))) if abs(lat) < 90 else radians(lat) for lat in (lat1, lat2))
    sin1, cos1, sin2, cos2 = sin(u1), cos(u1), sin(u2), cos(u2)
    turned = apart
    for _ in range(100):
        sin_t, cos_t = sin(turned), cos(turned)
        sin_s = hypot(cos2 * sin_t, cos1 * sin2 - sin1 * cos2 * cos_t)
        if sin_s == 0:
            return (0.0, 0.0) if cos_t > 0 and one[0] == other[0] else None
        cos_s = sin1 * sin2 + cos1 * cos2 * cos_t
        sigma = atan2(sin_s, cos_s)
        sin_a = cos1 * cos2 * sin_t / sin_s
        cos2_a = max(0.0, 1 - sin_a * sin_a)
        middle = cos_s - 2 * sin1 * sin2 / cos2_a if cos2_a > 1e-16 else 0.0
        before, turned = turned, apart + _lag(cos2_a, sin_a, sigma, sin_s, cos_s, middle)
        if abs(turned - before) < 1e-13:
            big_a, big_b = _series(cos2_a)
            metres = B * big_a * (sigma - _correction(big_b, sigma, middle))
            azimuth = atan2(cos2 * sin(turned), cos1 * sin2 - sin1 * cos2 * cos(turned))
            return metres, degrees(azimuth)
    return None


def _around(one: Point, other: Point) -> tuple[float, float]:
    """The shortest of all ways by a place a quarter round: each half is well within the formula's reach."""

    def rest(azimuth: float) -> float:
        found = _vincenty(direct(one, azimuth, FAR), other)
        return found[0] if found is not None else 2 * FAR

    step = 5.0
    best = min((step * number for number in range(72)), key=rest)
    azimuth = _lowest(rest, best - step, best + step)
    return FAR + rest(azimuth), azimuth


def _lowest(function: Callable[[float], float], low: float, high: float) -> float:
    """Golden section."""
    golden = (sqrt(5) - 1) / 2
    for _ in range(60):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if function(left) < function(right):
            high = right
        else:
            low = left
    return (low + high) / 2
