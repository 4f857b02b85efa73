"""Places as whole numbers, and lengths between them.

A place is (latitude, longitude) in ten-millionths of a degree, about a centimetre. What is made from the seed is made on a
plane of whole numbers; only + - * / and the square root are used, which every machine rounds alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import isqrt, sqrt

Point = tuple[int, int]
"""Latitude, longitude."""
Flat = tuple[int, int]
"""East, north on the plane, in units of METRE."""
Box = tuple[int, int, int, int]
"""South, west, north, east."""

UNIT = 10**7
"""A degree."""
ORIGIN: Point = (488_000_000, 90_000_000)
SHRINK = 6587
"""Ten-thousandths that a degree of longitude has of one of latitude, at the origin."""
METRE = 90
"""Units of the plane in a metre, near enough for making things."""
RADIUS, FLATTENING = 6378137.0, 0.0066943799901413165
"""Of the ellipsoid: metres, and the square of its eccentricity."""
DEGREE = 0.017453292519943295


def point(latitude: float, longitude: float) -> Point:
    return round(latitude * UNIT), round(longitude * UNIT)


def degrees(place: Point) -> tuple[float, float]:
    return place[0] / UNIT, place[1] / UNIT


def flat(place: Point) -> Flat:
    return (place[1] - ORIGIN[1]) * SHRINK // 10_000, place[0] - ORIGIN[0]


def place(at: Flat) -> Point:
    return ORIGIN[0] + at[1], ORIGIN[1] + at[0] * 10_000 // SHRINK


def length(one: Point, other: Point) -> int:
    """Centimetres, on the ellipsoid's local plane: within two metres up to 100 km."""
    north, east = _scale((one[0] + other[0]) // 200_000)
    up, across = (one[0] - other[0]) * north, (one[1] - other[1]) * east
    return round(sqrt(up * up + across * across))


def path_length(points: Sequence[Point]) -> int:
    return sum(length(one, other) for one, other in pairwise(points))


@lru_cache(maxsize=4096)
def _scale(latitude: int) -> tuple[float, float]:
    """Centimetres of a unit northwards and eastwards; the latitude in hundredths of a degree."""
    cosine = _cosine(latitude / 100)
    root = sqrt(1 - FLATTENING * (1 - cosine * cosine))
    across = RADIUS / root * DEGREE / UNIT * 100
    return across * (1 - FLATTENING) / (root * root), across * cosine


def _cosine(latitude: float) -> float:
    """Its series: a library's cosine may differ in the last bit from machine to machine."""
    square = (latitude * DEGREE) ** 2
    total = term = 1.0
    for step in range(1, 14):
        term *= -square / ((2 * step - 1) * (2 * step))
        total += term
    return total


def apart(one: Flat, other: Flat) -> int:
    """On the plane, in its units."""
    return isqrt((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2)


def between(one: Point, other: Point, part: int, whole: int) -> Point:
    """The place `part` of `whole` along the straight line."""
    if whole <= 0:
        return one
    return one[0] + (other[0] - one[0]) * part // whole, one[1] + (other[1] - one[1]) * part // whole


def foot(place: Point, one: Point, other: Point) -> tuple[Point, int]:
    """The nearest place on a straight line, and how far along in thousandths of it."""
    up, across = other[0] - one[0], (other[1] - one[1]) * SHRINK // 10_000
    square = up * up + across * across
    if square == 0:
        return one, 0
    inner = (place[0] - one[0]) * up + (place[1] - one[1]) * SHRINK // 10_000 * across
    part = min(1000, max(0, (inner * 1000 + square // 2) // square))
    return between(one, other, part, 1000), part


def crossing(one: Point, other: Point, first: Point, second: Point) -> Point | None:
    """Where two straight lines cross strictly inside both: worked out exactly, so it is rounded the same from either side."""
    up, across = other[0] - one[0], other[1] - one[1]
    rise, run = second[0] - first[0], second[1] - first[1]
    whole = up * run - across * rise
    if whole == 0:
        return None
    north, east = first[0] - one[0], first[1] - one[1]
    mine, theirs = north * run - east * rise, north * across - east * up
    if whole < 0:
        whole, mine, theirs = -whole, -mine, -theirs
    if not (0 < mine < whole and 0 < theirs < whole):
        return None
    return one[0] + (up * mine + whole // 2) // whole, one[1] + (across * mine + whole // 2) // whole


def box_of(points: Sequence[Point], margin: int = 0) -> Box:
    north, east = [one[0] for one in points], [one[1] for one in points]
    return min(north) - margin, min(east) - margin, max(north) + margin, max(east) + margin


def meets(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def inside(place: Point, box: Box) -> bool:
    return box[0] <= place[0] <= box[2] and box[1] <= place[1] <= box[3]


def smooth(line: Sequence[Flat], step: int) -> Iterator[Flat]:
    """A curve through all places of a line, with one more every `step` units; the given ones are among them."""
    yield line[0]
    for index in range(len(line) - 1):
        before, start, end, behind = (
            line[max(0, index - 1)],
            line[index],
            line[index + 1],
            line[min(len(line) - 1, index + 2)],
        )
        parts = max(1, apart(start, end) // step)
        for part in range(1, parts):
            yield _bent(before, start, end, behind, part / parts)
        yield end


def _bent(before: Flat, start: Flat, end: Flat, behind: Flat, part: float) -> Flat:
    """Catmull and Rom's curve, with tangents no longer than the piece: no loops where places lie unevenly."""
    piece = apart(start, end)
    found = []
    for axis in (0, 1):
        leave = (end[axis] - before[axis]) * piece / max(1, apart(before, start) + piece)
        arrive = (behind[axis] - start[axis]) * piece / max(1, piece + apart(end, behind))
        way = end[axis] - start[axis]
        bend = part * part * (3 * way - 2 * leave - arrive) + part * part * part * (leave + arrive - 2 * way)
        found.append(round(start[axis] + part * leave + bend))
    return found[0], found[1]
