"""Web Mercator: the world as a square of width 1, x from the antimeridian eastwards, y from the north downwards."""

from __future__ import annotations

from math import asinh, atan, cos, degrees, isfinite, pi, radians, sinh, tan
from typing import NamedTuple

LIMIT = 85.05112877980659
"""Degrees of latitude at which the square ends."""
EQUATOR = 2 * pi * 6378137.0
"""Metres round the earth, as the projection has it."""

World = tuple[float, float]


class TileId(NamedTuple):
    """A square of the map; `y` counts from the north."""

    zoom: int
    x: int
    y: int

    @property
    def parent(self) -> TileId:
        return TileId(self.zoom - 1, self.x >> 1, self.y >> 1)


def project(latitude: float, longitude: float) -> World:
    """Beyond the limit of latitude the square's edge. Raises ValueError for what is no number."""
    if not (isfinite(latitude) and isfinite(longitude)):
        raise ValueError("not a number")
    latitude = max(-LIMIT, min(LIMIT, latitude))
    return longitude / 360 + 0.5, 0.5 - asinh(tan(radians(latitude))) / (2 * pi)


def unproject(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude, the latter in [-180, 180)."""
    latitude = degrees(atan(sinh((0.5 - y) * 2 * pi)))
    return latitude, ((x % 1.0) - 0.5) * 360


def metres_wide(latitude: float) -> float:
    """How many metres the square's whole width stands for at a latitude."""
    return EQUATOR * cos(radians(latitude))
