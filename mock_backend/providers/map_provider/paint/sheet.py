"""The plane of pixels: Web Mercator as it is at the closest zoom, and which part of it a tile shows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from mock_backend.providers.map_provider.paint.look import CLOSEST
from mock_backend.world.plane import UNIT, Flat, Point, flat

TILE = 256
WHOLE = float(TILE << CLOSEST)
"""The world's width in pixels at the closest zoom."""


def at(place: Point) -> QPointF:
    return QPointF(across(place[1]), down(place[0]))


def across(longitude: int) -> float:
    return (longitude / UNIT / 360 + 0.5) * WHOLE


def down(latitude: int) -> float:
    return (0.5 - math.asinh(math.tan(math.radians(latitude / UNIT))) / math.tau) * WHOLE


def place(x: float, y: float) -> Point:
    latitude = math.degrees(math.atan(math.sinh((0.5 - y / WHOLE) * math.tau)))
    return round(latitude * UNIT), round((x / WHOLE - 0.5) * 360 * UNIT)


def line(points: Iterable[Point]) -> QPolygonF:
    return QPolygonF([at(one) for one in points])


@dataclass(frozen=True, slots=True)
class Tile:
    z: int
    x: int
    y: int

    @property
    def pixel(self) -> float:
        """Of this zoom, in pixels of the closest."""
        return float(1 << (CLOSEST - self.z)) if self.z <= CLOSEST else 1 / (1 << (self.z - CLOSEST))

    def rect(self, margin: float = 0) -> QRectF:
        """What it shows, and `margin` of its own pixels around."""
        side, more = TILE * self.pixel, margin * self.pixel
        return QRectF(self.x * side, self.y * side, side, side).adjusted(-more, -more, more, more)

    def land(self, margin: float = 0) -> tuple[Flat, Flat]:
        """The same on the world's plane: its lowest and its highest corner."""
        rect = self.rect(margin)
        return flat(place(rect.left(), rect.bottom())), flat(place(rect.right(), rect.top()))


def metres(tile: Tile) -> float:
    """What a pixel in its middle is long on the ground."""
    latitude = place(0.0, tile.rect().center().y())[0] / UNIT
    return 40_075_016.7 * math.cos(math.radians(latitude)) / (TILE << tile.z)
