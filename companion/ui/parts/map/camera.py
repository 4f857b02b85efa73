"""What part of the map is looked at: a place in the middle, a zoom that need not be whole, a size in pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, hypot, log2, log10

from PySide6.QtCore import QPointF, QRectF

from companion.model.mercator import World, metres_wide, project, unproject

TILE = 256
"""Pixels of the whole world at zoom 0."""
LOWEST, HIGHEST = 1.0, 21.0


@dataclass(frozen=True)
class Camera:
    """`x` and `y` are the middle on the square of width 1 (`model/mercator.py`); `x` lies in [0, 1)."""

    x: float = 0.5
    y: float = 0.5
    zoom: float = 12.0
    width: float = 640.0
    height: float = 480.0
    low: float = LOWEST
    high: float = HIGHEST

    @cached_property
    def scale(self) -> float:
        """Pixels of the whole world."""
        return float(TILE * 2.0**self.zoom)

    @cached_property
    def place(self) -> tuple[float, float]:
        """Latitude and longitude of the middle."""
        return unproject(self.x, self.y)

    @cached_property
    def metres_per_pixel(self) -> float:
        return metres_wide(self.place[0]) / self.scale

    @cached_property
    def radius(self) -> int:
        """Metres from the middle to the farthest corner, rounded up to two digits: no finer than is needed."""
        metres = max(1.0, hypot(self.width, self.height) / 2 * self.metres_per_pixel)
        step = int(10 ** max(0, int(log10(metres)) - 1))
        return min(20_000_000, ceil(metres / step) * step)

    # -- moving -------------------------------------------------------------------------------------------------

    def kept(self) -> Camera:
        """The same inside of what there is: the zoom in its limits, no edge of the world inside the window, x wrapped."""
        lowest = max(self.low, log2(max(self.height, 1.0) / TILE))
        zoom = min(max(self.zoom, lowest), max(self.high, lowest))
        half = self.height / (TILE * 2.0**zoom) / 2
        y = min(max(self.y, half), 1 - half) if half < 0.5 else 0.5
        return replace(self, x=self.x % 1.0, y=y, zoom=zoom)

    def at(self, latitude: float, longitude: float, zoom: float | None = None) -> Camera:
        x, y = project(latitude, longitude)
        return replace(self, x=x, y=y, zoom=self.zoom if zoom is None else zoom).kept()

    def moved(self, right: float, down: float) -> Camera:
        """By pixels."""
        return replace(self, x=self.x + right / self.scale, y=self.y + down / self.scale).kept()

    def zoomed(self, by: float, around: QPointF) -> Camera:
        """What lies under `around` stays there."""
        x, y = self.world_at(around)
        near = replace(self, zoom=self.zoom + by).kept()
        off_x, off_y = (around.x() - self.width / 2) / near.scale, (around.y() - self.height / 2) / near.scale
        return replace(near, x=x - off_x, y=y - off_y).kept()

    def sized(self, width: float, height: float) -> Camera:
        return replace(self, width=max(1.0, width), height=max(1.0, height)).kept()

    def around(self, places: list[tuple[float, float]], margin: float = 64.0) -> Camera:
        """Shows all places; one alone in the middle."""
        worlds = [project(*place) for place in places]
        if not worlds:
            return self
        first = worlds[0][0]
        xs = [first + (x - first + 0.5) % 1.0 - 0.5 for x, _ in worlds]
        ys = [y for _, y in worlds]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        rooms = ((self.width, wide), (self.height, high))
        fits = [log2(max(1.0, room - 2 * margin) / span / TILE) for room, span in rooms if span]
        zoom = min([*fits, 16.0])
        return replace(self, x=(max(xs) + min(xs)) / 2, y=(max(ys) + min(ys)) / 2, zoom=zoom).kept()

    # -- between pixels and places ------------------------------------------------------------------------------

    def world_at(self, pixel: QPointF) -> World:
        return self.x + (pixel.x() - self.width / 2) / self.scale, self.y + (pixel.y() - self.height / 2) / self.scale

    def place_at(self, pixel: QPointF) -> tuple[float, float]:
        x, y = self.world_at(pixel)
        return unproject(x, min(max(y, 0.0), 1.0))

    def pixel_of(self, world: World) -> QPointF:
        """Of the copy of the world that is nearest to the middle."""
        across = (world[0] - self.x + 0.5) % 1.0 - 0.5
        return QPointF(self.width / 2 + across * self.scale, self.height / 2 + (world[1] - self.y) * self.scale)

    def pixel_at(self, latitude: float, longitude: float) -> QPointF:
        return self.pixel_of(project(latitude, longitude))

    @property
    def frame(self) -> QRectF:
        return QRectF(0, 0, self.width, self.height)
