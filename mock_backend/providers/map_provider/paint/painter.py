"""A tile, layer by layer: land, woods, quarters, water, roads from the least to the greatest, names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from mock_backend.providers.map_provider.paint import look, sheet
from mock_backend.providers.map_provider.paint.labels import Labels
from mock_backend.providers.map_provider.paint.look import Look
from mock_backend.providers.map_provider.paint.sheet import Tile
from mock_backend.providers.map_provider.paint.wood import Woods
from mock_backend.providers.map_provider.paint.words import SIGN, sign, write
from mock_backend.world.gazetteer import Size, Town
from mock_backend.world.kept import Kept
from mock_backend.world.plane import METRE, flat, place, smooth
from mock_backend.world.quarters import Ground, Slot
from mock_backend.world.roads import Kind, Road
from mock_backend.world.water import Stream
from mock_backend.world.world import World

QUARTERS_FROM, SLOTS_FROM = 10, 12
"""Farther away towns are spots; villages are until the second."""
EDGE = 32
"""Pixels around a tile that what stands there may reach into it."""
COARSE = {5: 16, 6: 8, 7: 6, 8: 4, 9: 2, 10: 1, 11: 1, 12: 1, 13: 1}
"""Every how many-th bend is drawn, by zoom; closer up bends are round."""
ROUND = 0
ROUND_STEP = 45 * METRE
RIVERS_FROM = ((90, 6), (50, 7), (30, 9), (18, 10), (10, 11), (0, 12))
LEAST = (1.6, 1.8, 2.0, 2.4, 2.8, 3.4, 4.4, 6.0, 9.0, 13.0, 18.0, 26.0)
"""Pixels of a large river at least, from zoom 6."""
STRETCH = 12
"""Pieces of a river that are drawn in one width."""
SPOTS_FROM = 20_000


class Painter:
    def __init__(self, world: World) -> None:
        self._world = world
        self._woods = Woods(world)
        self._labels = Labels(world)
        self._line: Kept[tuple[Road, int], QPolygonF] = Kept(_coarse, 20_000)
        self._streets: Kept[Slot, dict[Kind, QPainterPath]] = Kept(self._drawn, 2_500)
        self._cell: Kept[Slot, QPolygonF] = Kept(lambda slot: sheet.line(world.quarters.cell(slot).ring), 8_000)
        self._of_town: Kept[Town, list[Slot]] = Kept(world.quarters.of, 400)
        self._banks: Kept[Stream, list[tuple[QPolygonF, float]]] = Kept(_banks, 200)
        self._shores = [(lake, sheet.line(lake.ring)) for lake in world.lakes]

    def png(self, tile: Tile, scale: int, style: str) -> bytes:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.image(tile, scale, style).save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(buffer.data().data())

    def image(self, tile: Tile, scale: int, style: str) -> QImage:
        given = look.LOOKS[style]
        image = QImage(sheet.TILE * scale, sheet.TILE * scale, QImage.Format.Format_RGB32)
        image.fill(QColor(given.land))
        painter = QPainter(image)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(scale, scale)
            self._paint(painter, tile, given)
        finally:
            painter.end()
        return image

    def _paint(self, painter: QPainter, tile: Tile, given: Look) -> None:
        painter.save()
        painter.scale(1 / tile.pixel, 1 / tile.pixel)
        painter.translate(-tile.rect().topLeft())
        painter.fillPath(self._woods.path(tile), QColor(given.wood))
        self._paint_towns(painter, tile, given)
        self._paint_water(painter, tile, given)
        self._paint_roads(painter, tile, given)
        painter.restore()
        painter.translate(-tile.x * sheet.TILE, -tile.y * sheet.TILE)
        for word in self._labels.of(tile):
            if word.hand is SIGN:
                sign(painter, word, *getattr(given, word.colour))
            else:
                write(painter, word, _colour(given, word.colour), given.halo)

    # -- land ---------------------------------------------------------------------------------------------------

    def _paint_towns(self, painter: QPainter, tile: Tile, given: Look) -> None:
        if tile.z < SLOTS_FROM:
            self._paint_spots(painter, tile, given)
        paths: dict[Ground, QPainterPath] = {}
        for slot, ground in self._built(tile):
            paths.setdefault(ground, QPainterPath()).addPolygon(self._cell(slot))
        for ground, path in paths.items():
            path.setFillRule(Qt.FillRule.WindingFill)
            painter.fillPath(path, QColor(given.grounds[ground]))

    def _built(self, tile: Tile) -> Iterator[tuple[Slot, Ground]]:
        quarters = self._world.quarters
        for slot in quarters.slots(*tile.land(2)) if tile.z >= SLOTS_FROM else self._of_towns(tile):
            if (ground := quarters.ground(slot)) is not None:
                yield slot, ground

    def _of_towns(self, tile: Tile) -> Iterator[Slot]:
        """Farther away villages are spots."""
        if tile.z >= QUARTERS_FROM:
            for town in self._world.network.places.within(*tile.land(2 * EDGE)):
                if town.size is not Size.VILLAGE:
                    yield from self._of_town(town)

    def _paint_spots(self, painter: QPainter, tile: Tile, given: Look) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(given.grounds[Ground.HOUSES]))
        low, high = tile.land(EDGE)
        for town in self._world.network.places.within(low, high):
            if town.size is Size.VILLAGE or (tile.z < QUARTERS_FROM and (tile.z >= 8 or town.people >= SPOTS_FROM)):
                reach = town.radius / METRE / sheet.metres(tile) * tile.pixel
                painter.drawEllipse(sheet.at(town.at), reach, reach * 0.9)

    # -- water --------------------------------------------------------------------------------------------------

    def _paint_water(self, painter: QPainter, tile: Tile, given: Look) -> None:
        rect, ground = tile.rect(EDGE), sheet.metres(tile)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(given.water))
        for _, shore in self._shores:
            if shore.boundingRect().intersects(rect):
                painter.drawPolygon(shore)
        for stream in self._world.streams:
            if tile.z >= next(zoom for wide, zoom in RIVERS_FROM if stream.width >= wide):
                for stretch, metres in self._banks(stream):
                    if stretch.boundingRect().intersects(rect):
                        _stroke(painter, stretch, given.water, max(metres / ground, _least(stream.width, tile.z)))

    # -- roads --------------------------------------------------------------------------------------------------

    def _paint_roads(self, painter: QPainter, tile: Tile, given: Look) -> None:
        by_kind: dict[Kind, list[QPolygonF]] = {kind: [] for kind in Kind}
        rect, coarse = tile.rect(EDGE), COARSE.get(tile.z, ROUND)
        for road in self._world.network.grid.within(*tile.land(EDGE)):
            if tile.z >= look.FIRST[road.kind] and (line := self._line((road, coarse))).boundingRect().intersects(rect):
                by_kind[road.kind].append(line)
        laid = [self._streets(slot) for slot, _ in self._built(tile)] if tile.z >= look.FIRST[Kind.LANE] else []
        for is_case in (True, False):
            for kind in Kind:
                paths = [one[kind] for one in laid if kind in one]
                self._paint_kind(painter, tile, given, kind, by_kind[kind], paths, is_case)

    @staticmethod
    def _paint_kind(
        painter: QPainter,
        tile: Tile,
        given: Look,
        kind: Kind,
        lines: list[QPolygonF],
        paths: list[QPainterPath],
        is_case: bool,
    ) -> None:
        wide, stroke, is_cased = look.width(kind, tile.z), given.roads[kind], tile.z >= look.CASED.get(kind, 11)
        if not wide or (is_case and not (stroke.case and is_cased)):
            return
        fill = stroke.fill if is_cased else stroke.thin or stroke.fill
        pen = _pen(stroke.case, wide + 2 * stroke.rim) if is_case else _pen(fill, wide)
        seam = _pen(stroke.seam, wide * 0.16) if stroke.seam and tile.z >= look.SEAMED and not is_case else None
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for one in (pen, *((seam,) if seam else ())):
            painter.setPen(one)
            for line in lines:
                painter.drawPolyline(line)
            for path in paths:
                painter.drawPath(path)

    def _drawn(self, slot: Slot) -> dict[Kind, QPainterPath]:
        """Streets and lanes of a quarter; a lane is drawn by the first of its two."""
        streets = self._world.streets
        lanes = (streets.lane(pair) for pair in streets.pairs(slot) if pair[0] == slot)
        return _paths([*streets.inner(slot).roads, *(lane for lane in lanes if lane is not None)])


def _paths(roads: Iterable[Road]) -> dict[Kind, QPainterPath]:
    found: dict[Kind, QPainterPath] = {}
    for road in roads:
        path = found.setdefault(road.kind, QPainterPath())
        path.moveTo(sheet.at(road.start))
        path.lineTo(sheet.at(road.end))
    return found


def _coarse(key: tuple[Road, int]) -> QPolygonF:
    road, step = key
    if step == ROUND:
        return sheet.line(map(place, smooth(list(map(flat, road.points)), ROUND_STEP)))
    return sheet.line([*road.points[:-1:step], road.points[-1]])


def _banks(stream: Stream) -> list[tuple[QPolygonF, float]]:
    return [
        (sheet.line(stream.points[start : start + STRETCH + 1]), stream.width_at(start))
        for start in range(0, len(stream.points) - 1, STRETCH)
    ]  # fmt: skip


def _least(metres: int, zoom: int) -> float:
    """Pixels that a river has at least, so that it is seen."""
    large = 1.0 if metres >= 90 else 0.75 if metres >= 30 else 0.5
    return max(1.2, large * LEAST[min(max(zoom, 6), 17) - 6])


def _stroke(painter: QPainter, line: QPolygonF, colour: str, wide: float) -> None:
    painter.setPen(_pen(colour, wide))
    painter.drawPolyline(line)


@lru_cache(maxsize=512)
def _pen(colour: str, wide: float) -> QPen:
    pen = QPen(QColor(colour), wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    pen.setCosmetic(True)
    return pen


def _colour(given: Look, name: str) -> str:
    return getattr(given, name) if name.startswith("of_") else given.words[Size(name)]
