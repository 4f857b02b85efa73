"""Woods: a hilly field of chance, thicker where a wood is known, none where people live; what lies above a height is wood."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath

from mock_backend.providers.map_provider.paint import sheet
from mock_backend.world.dice import field
from mock_backend.world.gazetteer import Wood
from mock_backend.world.kept import Kept
from mock_backend.world.plane import METRE, Flat, box_of, flat, meets, place
from mock_backend.world.world import World

HEIGHT = 640
CLEAR = 420 * METRE
"""Around a town nothing grows at first, then more and more."""
EDGE = 25_000 * METRE
"""At the world's edge woods get thin."""
BLOCK = 16
FINE, COARSE = 600, 2400
"""Metres from which on small dents in a wood's edge are not seen, and from which on only large woods are."""
STEPS = {5: 4800, 6: 4800, 7: 2400, 8: 2400, 9: 1400, 10: 800, 11: 600, 12: 300, 13: 200}
"""Metres from one look at the field to the next, by zoom; closer up 100."""
Key = tuple[int, int, int]
"""Metres, column, row of a block."""
Clearing = tuple[int, int, int, int]
"""A town's middle, its radius, and the square of how far it keeps woods away."""
RING = ((0, 0), (1, 0), (1, 1), (0, 1))


class Woods:
    def __init__(self, world: World) -> None:
        self._world = world
        self._seed = world.gazetteer.seed
        self._low, self._high = flat(world.gazetteer.bounds[:2]), flat(world.gazetteer.bounds[2:])
        self._known: list[tuple[Wood, Flat]] = [(wood, flat(wood.at)) for wood in world.gazetteer.woods]
        self._block: Kept[Key, QPainterPath] = Kept(self._grown, 1_500)

    def path(self, tile: sheet.Tile) -> QPainterPath:
        """In one piece, so that no seam shows between blocks."""
        step = STEPS.get(tile.z, 100)
        side = step * METRE * BLOCK
        low, high = tile.land(8)
        found = QPainterPath()
        for column in range(low[0] // side, high[0] // side + 1):
            for row in range(low[1] // side, high[1] // side + 1):
                found.addPath(self._block((step, column, row)))
        found.setFillRule(Qt.FillRule.WindingFill)
        return found

    def _grown(self, key: Key) -> QPainterPath:
        step, column, row = key
        gap = step * METRE
        east, north = column * BLOCK * gap, row * BLOCK * gap
        side = BLOCK * gap
        near = self._near(east, north, side)
        if not meets(box_of((place((east, north)), place((east + side, north + side)))), self._world.gazetteer.bounds):
            return QPainterPath()
        rough, edge, leaf = self._fields((east, north), gap, step)
        looks = range(BLOCK + 1)
        heights = [
            [self._height(east + x * gap, north + y * gap, *near, (rough[y][x], edge[y][x], leaf[y][x])) for x in looks]
            for y in looks
        ]  # fmt: skip
        path = QPainterPath()
        for y in range(BLOCK):
            for x, wide in _runs(heights, y):
                corners = [(x, y), (x + wide, y), (x + wide, y + 1), (x, y + 1)] if wide else _cut(heights, x, y)
                _add(path, [(round(east + a * gap), round(north + b * gap)) for a, b in corners])
        return path

    def _near(self, east: int, north: int, side: int) -> tuple[list[Clearing], list[tuple[Wood, Flat]]]:
        """What matters in a block."""
        middle, half = (east + side // 2, north + side // 2), side // 2
        towns = self._world.network.places.around(middle, half + 5_500 * METRE)
        clear = [
            (*town.flat, town.radius, (town.radius + CLEAR) ** 2) for town in towns
            if _reaches(town.flat, town.radius + CLEAR, town.radius + CLEAR, middle, half)
        ]  # fmt: skip
        woods = [
            (wood, at) for wood, at in self._known
            if _reaches(at, wood.across * METRE // 2, wood.along * METRE // 2, middle, half)
        ]  # fmt: skip
        return clear, woods

    def _fields(self, start: Flat, gap: int, step: int) -> list[list[list[int]]]:
        """Large hills, dents, and small dents; what would not be seen from so far is flat."""
        flat_one = [[500] * (BLOCK + 1)] * (BLOCK + 1)
        wide = (4_000 if step < COARSE else 18_000) * METRE
        return [
            field(self._seed, "wood", start, gap, BLOCK + 1, wide),
            field(self._seed, "edge", start, gap, BLOCK + 1, 1_300 * METRE) if step < COARSE else flat_one,
            field(self._seed, "leaf", start, gap, BLOCK + 1, 350 * METRE) if step < FINE else flat_one,
        ]

    def _height(
        self,
        east: int,
        north: int,
        towns: Sequence[Clearing],
        woods: Sequence[tuple[Wood, Flat]],
        fields: tuple[int, int, int],
    ) -> int:
        rough, edge, leaf = fields
        inside = min(east - self._low[0], self._high[0] - east, north - self._low[1], self._high[1] - north)
        height = (rough * 6 + edge * 3 + leaf) // 10 - max(0, (EDGE - inside) * 600 // EDGE)
        if woods:
            height += max(_grows(wood, at, east, north) for wood, at in woods)
        for x, y, radius, reach in towns:
            square = (x - east) * (x - east) + (y - north) * (y - north)
            if square < reach:
                gap = isqrt(square) - radius + edge * CLEAR // 1500
                height -= min(900, max(0, CLEAR - gap) * 900 // CLEAR)
        return height


def _reaches(at: Flat, across: int, along: int, middle: Flat, half: int) -> bool:
    return abs(at[0] - middle[0]) < half + across and abs(at[1] - middle[1]) < half + along


def _grows(wood: Wood, at: Flat, east: int, north: int) -> int:
    """Most in its middle, nothing at its edge."""
    across, along = (east - at[0]) * 2000 // (wood.across * METRE), (north - at[1]) * 2000 // (wood.along * METRE)
    left = 1_000_000 - across * across - along * along
    return wood.dense * min(450, left * 900 // 1_000_000) // 1000 if left > 0 else 0


def _runs(heights: list[list[int]], y: int) -> list[tuple[int, int]]:
    """(column, how many squares wholly of wood), and (column, 0) for a square that is partly wood."""
    found: list[tuple[int, int]] = []
    start = None
    for x in range(BLOCK):
        above = sum(heights[y + b][x + a] > HEIGHT for a, b in RING)
        if above == 4:
            start = x if start is None else start
            continue
        if start is not None:
            found.append((start, x - start))
            start = None
        if above:
            found.append((x, 0))
    return found if start is None else [*found, (start, BLOCK - start)]


def _cut(heights: list[list[int]], x: int, y: int) -> list[tuple[float, float]]:
    """The part of a square that is wood, around its corners."""
    found: list[tuple[float, float]] = []
    for index, (a, b) in enumerate(RING):
        c, d = RING[(index + 1) % 4]
        here, there = heights[y + b][x + a] - HEIGHT, heights[y + d][x + c] - HEIGHT
        if here > 0:
            found.append((x + a, y + b))
        if (here > 0) != (there > 0):
            part = here / (here - there)
            found.append((x + a + (c - a) * part, y + b + (d - b) * part))
    return found


def _add(path: QPainterPath, corners: list[Flat]) -> None:
    path.addPolygon(sheet.line(map(place, corners)))
    path.closeSubpath()
