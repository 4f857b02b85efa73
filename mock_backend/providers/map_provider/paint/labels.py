"""Where names stand: decided once for a whole zoom (towns) or a whole block of tiles (all else), so that tiles agree.

Nothing of a block reaches out of it, and whatever does not fit without touching another is left out, the less important first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise

from PySide6.QtCore import QRectF

from mock_backend.providers.map_provider.paint import look, sheet
from mock_backend.providers.map_provider.paint.words import SIGN, Hand, Word, size
from mock_backend.world.gazetteer import Size, Town
from mock_backend.world.kept import Kept
from mock_backend.world.plane import Point
from mock_backend.world.quarters import Ground
from mock_backend.world.roads import Kind, Road
from mock_backend.world.world import World

BLOCK = 4
"""Tiles in a row of a block."""
GAP = 6.0
"""Pixels between two names."""
SIGNS_APART, RIVERS_APART, SAME_APART = 420.0, 520.0, 260.0
SHORTEST = {Kind.MOTORWAY: 4.0, Kind.FEDERAL: 36.0}
"""Pixels of a road with a sign."""
SIGNED = {Kind.MOTORWAY: 7, Kind.FEDERAL: 10}
STREETS_FROM = {Kind.LANE: 15, Kind.STREET: 16}
RIVER = Hand(11, 500, True, 0.8)
WOOD = Hand(11, 500, True, 0.6)
STREET = Hand(10, 500)
Key = tuple[int, int, int]
"""Zoom, column, row of a block."""


class Crowd:
    """What is taken already."""

    def __init__(self, width: float = 128.0) -> None:
        self._width = width
        self._boxes: dict[tuple[int, int], list[QRectF]] = {}

    def add(self, box: QRectF) -> None:
        for square in self._squares(box):
            self._boxes.setdefault(square, []).append(box)

    def has_room(self, box: QRectF) -> bool:
        wide = box.adjusted(-GAP, -GAP, GAP, GAP)
        return not any(wide.intersects(one) for square in self._squares(wide) for one in self._boxes.get(square, ()))

    def _squares(self, box: QRectF) -> Iterator[tuple[int, int]]:
        for column in range(int(box.left() // self._width), int(box.right() // self._width) + 1):
            for row in range(int(box.top() // self._width), int(box.bottom() // self._width) + 1):
                yield column, row


class Labels:
    def __init__(self, world: World) -> None:
        self._world = world
        self._towns: Kept[int, list[Word]] = Kept(self._named_towns, 16)
        self._block: Kept[Key, list[Word]] = Kept(self._placed, 400)

    def of(self, tile: sheet.Tile) -> list[Word]:
        """All that may be seen on a tile, in pixels of its zoom; signs are those in the hand SIGN."""
        seen = QRectF(tile.x * sheet.TILE, tile.y * sheet.TILE, sheet.TILE, sheet.TILE).adjusted(-4, -4, 4, 4)
        key = tile.z, tile.x // BLOCK, tile.y // BLOCK
        return [word for word in (*self._block(key), *self._towns(tile.z)) if word.box.intersects(seen)]

    # -- towns --------------------------------------------------------------------------------------------------

    def _named_towns(self, zoom: int) -> list[Word]:
        crowd, found = Crowd(), []
        ranks = list(Size)
        for town in sorted(
            self._world.network.towns, key=lambda one: (ranks.index(one.size), -one.people, one.name, one.at)
        ):
            if look.is_named(town.size, town.people, zoom):
                word = _town(town, zoom)
                if crowd.has_room(word.box):
                    crowd.add(word.box)
                    found.append(word)
        return found

    # -- a block ------------------------------------------------------------------------------------------------

    def _placed(self, key: Key) -> list[Word]:
        zoom, column, row = key
        side = BLOCK * sheet.TILE
        block = QRectF(column * side, row * side, side, side)
        crowd, found = Crowd(), []
        for town in self._towns(zoom):
            if town.box.intersects(block):
                crowd.add(town.box)
        same: dict[str, list[Word]] = {}
        for word in self._wanted(sheet.Tile(zoom - 2, column, row), zoom):
            box, others = word.box, same.setdefault(word.text, [])
            if block.contains(box) and crowd.has_room(box) and not any(_is_near(word, one) for one in others):
                crowd.add(box)
                found.append(word)
                others.append(word)
        return found

    def _wanted(self, block: sheet.Tile, zoom: int) -> Iterator[Word]:
        """The most important first. A block is a tile two zooms farther away."""
        low, high = block.land()
        roads = list(self._world.network.grid.within(low, high))
        yield from self._signs((road for road in roads if road.kind is Kind.MOTORWAY), zoom)
        yield from self._lands(block, zoom)
        yield from self._rivers(block, zoom)
        yield from self._signs((road for road in roads if road.kind is Kind.FEDERAL), zoom)
        if zoom >= STREETS_FROM[Kind.LANE]:
            yield from self._streets(block, zoom)

    @staticmethod
    def _signs(roads: Iterable[Road], zoom: int) -> Iterator[Word]:
        for road in roads:
            if zoom >= SIGNED[road.kind]:
                colour = "motorway_sign" if road.kind is Kind.MOTORWAY else "federal_sign"
                # Of a short road the middle is offered, too; neighbours that come too near are left out.
                gap = min(SIGNS_APART, _long(road.points, zoom))
                for x, y, _ in _along(road.points, zoom, gap) if gap > SHORTEST[road.kind] else ():
                    yield Word(road.name, SIGN, x, y, 0.0, colour)

    def _lands(self, block: sheet.Tile, zoom: int) -> Iterator[Word]:
        pixel = sheet.metres(sheet.Tile(zoom, block.x << 2, block.y << 2))
        for wood in self._world.gazetteer.woods:
            if 90 < min(wood.across, 2 * wood.along) / pixel < 1400:
                yield _middle(wood.name, WOOD, wood.at, zoom, "of_wood")
        for lake in self._world.lakes:
            wide = (lake.box[3] - lake.box[1]) * 0.0073 / pixel
            if size(lake.name, RIVER)[0] < wide * 1.4 and wide < 2500:
                yield _middle(lake.name, RIVER, _centre(lake.ring), zoom, "of_water")

    def _rivers(self, block: sheet.Tile, zoom: int) -> Iterator[Word]:
        rect = block.rect()
        for stream in self._world.streams:
            if zoom >= (8 if stream.width >= 90 else 10 if stream.width >= 30 else 12):
                west, east = sheet.across(stream.box[1]), sheet.across(stream.box[3])
                if west < rect.right() and rect.left() < east:
                    for x, y, turn in _along(stream.points, zoom, RIVERS_APART):
                        yield Word(stream.name, RIVER, x, y, turn, "of_water")

    def _streets(self, block: sheet.Tile, zoom: int) -> Iterator[Word]:
        quarters, streets = self._world.quarters, self._world.streets
        low, high = block.land()
        for slot in quarters.slots(low, high):
            if quarters.ground(slot) in (Ground.HOUSES, Ground.WORKS, Ground.PARK):
                rows: dict[tuple[Kind, str], list[Road]] = {}
                for road in streets.of(slot):
                    rows.setdefault((road.kind, road.name), []).append(road)
                for (kind, name), some in rows.items():
                    if zoom >= STREETS_FROM[kind]:
                        yield from _in_the_middle(name, some, zoom)


def _town(town: Town, zoom: int) -> Word:
    pixels, weight = look.letters(town.size, town.people, zoom)
    return _middle(town.name, Hand(pixels, weight), town.at, zoom, town.size.value)


def _middle(text: str, hand: Hand, at: Point, zoom: int, colour: str) -> Word:
    x, y = _pixels(at, zoom)
    return Word(text, hand, round(x), round(y), 0.0, colour)


def _centre(ring: tuple[Point, ...]) -> Point:
    return sum(one[0] for one in ring) // len(ring), sum(one[1] for one in ring) // len(ring)


def _pixels(at: Point, zoom: int) -> tuple[float, float]:
    where = sheet.at(at)
    part = 2.0 ** (zoom - look.CLOSEST)
    return where.x() * part, where.y() * part


def _along(points: tuple[Point, ...], zoom: int, gap: float) -> Iterator[tuple[float, float, float]]:
    """Places on a line, the first half a gap from its start: x, y and how the line runs there, in readable degrees."""
    line = [_pixels(one, zoom) for one in points]
    due, gone = gap / 2, 0.0
    for one, other in pairwise(line):
        piece = math.dist(one, other)
        while piece and due <= gone + piece:
            part = (due - gone) / piece
            yield one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part, _turn(one, other)
            due += gap
        gone += piece


def _long(points: tuple[Point, ...], zoom: int) -> float:
    return math.dist(_pixels(points[0], zoom), _pixels(points[-1], zoom))


def _is_near(one: Word, other: Word) -> bool:
    """The same name again, or the same sign."""
    return math.dist((one.x, one.y), (other.x, other.y)) < SAME_APART


def _turn(one: tuple[float, float], other: tuple[float, float]) -> float:
    degrees = math.degrees(math.atan2(other[1] - one[1], other[0] - one[0]))
    return degrees - 180 if degrees > 90 else degrees + 180 if degrees <= -90 else degrees


def _in_the_middle(name: str, roads: list[Road], zoom: int) -> Iterator[Word]:
    """A street's name on its middle piece, if the street is long enough."""
    longest = sum(math.dist(_pixels(road.start, zoom), _pixels(road.end, zoom)) for road in roads)
    if longest > size(name, STREET)[0] + 16:
        road = roads[len(roads) // 2]
        one, other = _pixels(road.start, zoom), _pixels(road.end, zoom)
        yield Word(name, STREET, (one[0] + other[0]) / 2, (one[1] + other[1]) / 2, _turn(one, other), "of_street")
