"""Rings and routes as lines on the square of the map: worked out once, moved and scaled often."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import hypot

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from companion.model import geo
from companion.model.mercator import World, project
from companion.ui.parts.map.camera import TILE, Camera

FINE, COARSE = 180, 96
"""Points of a ring, from 5 km on and below."""
CHUNK = 64
CLOSE = 1.2
"""Pixels by which a simplified line may be off."""


@lru_cache(maxsize=64)
def ring(latitude: float, longitude: float, radius: float) -> tuple[World, ...]:
    """A geodesic circle; x goes on beyond the antimeridian instead of jumping back."""
    count = FINE if radius >= geo.NEAR else COARSE
    middle = project(latitude, longitude)[0]
    worlds = (project(*place) for place in geo.ring((latitude, longitude), radius, count))
    return tuple((_near(x, middle), y) for x, y in worlds)


def _near(x: float, other: float) -> float:
    return other + (x - other + 0.5) % 1.0 - 0.5


def on_screen(worlds: Sequence[World], camera: Camera) -> QPolygonF:
    """The copy whose first point's column is nearest to the middle."""
    scale, first = camera.scale, worlds[0][0] if worlds else 0.0
    shift = _near(first, camera.x) - first
    left = camera.width / 2 + (shift - camera.x) * scale
    top = camera.height / 2 - camera.y * scale
    return QPolygonF([QPointF(left + x * scale, top + y * scale) for x, y in worlds])


class Track:
    """A route's line, simplified once a zoom and cut into pieces that can be left out."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        self._worlds: list[World] = []
        for latitude, longitude in points:
            x, y = project(latitude, longitude)
            self._worlds.append((_near(x, self._worlds[-1][0]) if self._worlds else x, y))
        self._simple: dict[int, list[list[World]]] = {}

    def pieces(self, camera: Camera, frame: QRectF) -> list[QPolygonF]:
        """Those that may be seen in `frame`."""
        found = []
        for piece in self._at(round(camera.zoom)):
            shape = on_screen(piece, camera)
            if shape.boundingRect().adjusted(-6, -6, 6, 6).intersects(frame):
                found.append(shape)
        return found

    def _at(self, zoom: int) -> list[list[World]]:
        if zoom not in self._simple:
            line = simplified(self._worlds, CLOSE / (TILE * 2.0**zoom))
            # Each piece begins where the one before ends.
            self._simple[zoom] = (
                [line[n : n + CHUNK + 1] for n in range(0, max(1, len(line) - 1), CHUNK)] if line else []
            )
        return self._simple[zoom]


def simplified(line: Sequence[World], close: float) -> list[World]:
    """Douglas and Peucker: no point that is left out lies farther than `close` from the line."""
    line = _thinned(line, close / 2)
    if len(line) < 3:
        return list(line)
    keep = bytearray(len(line))
    keep[0] = keep[-1] = 1
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        far, place = _farthest(line, first, last)
        if far > close:
            keep[place] = 1
            spans += [(first, place), (place, last)]
    return [point for point, kept in zip(line, keep, strict=True) if kept]


def _thinned(line: Sequence[World], close: float) -> list[World]:
    """Without points on top of each other."""
    found = list(line[:1])
    for x, y in line[1:-1]:
        if abs(x - found[-1][0]) + abs(y - found[-1][1]) > close:
            found.append((x, y))
    return found + list(line[-1:]) if len(line) > 1 else found


def _farthest(line: Sequence[World], first: int, last: int) -> tuple[float, int]:
    (ax, ay), (bx, by) = line[first], line[last]
    dx, dy = bx - ax, by - ay
    long = hypot(dx, dy)
    best, place = -1.0, first
    for number in range(first + 1, last):
        x, y = line[number]
        if long == 0:
            far = hypot(x - ax, y - ay)
        else:
            along = ((x - ax) * dx + (y - ay) * dy) / long
            far = abs((x - ax) * dy - (y - ay) * dx) / long
            if along < 0:
                far = hypot(x - ax, y - ay)
            elif along > long:
                far = hypot(x - bx, y - by)
        if far > best:
            best, place = far, number
    return best, place
