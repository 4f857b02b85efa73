"""The demo's world made against one pass over its roads; a view of the map painted against its pictures written."""

from __future__ import annotations

import time

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage

from mock_backend.providers.map_provider.paint import sheet
from mock_backend.providers.map_provider.paint.painter import Painter
from mock_backend.providers.map_provider.paint.sheet import Tile
from mock_backend.world import gazetteer, network
from mock_backend.world.plane import path_length, point
from mock_backend.world.world import World
from tests.bench.measure import Finding, Ratio, Sample, in_turns

LEONBERG = point(48.801, 9.013)
WIDE, HIGH = 6, 4
"""Tiles of a view of 1280 x 800."""
BUILD, FIRST, AGAIN = 24.0, 28.0, 9.0
ZOOMS = (10, 13, 15)


def tiles(times: int = 5) -> list[Finding]:
    _application = QGuiApplication.instance() or QGuiApplication([])
    return [_world(times), *(finding for zoom in ZOOMS for finding in _view(times, zoom))]


def _world(times: int) -> Ratio:
    given = gazetteer.load()
    roads = network.build(given).roads
    ours, base = in_turns(times, lambda: _timed(network.build, given), lambda: _timed(_pass_over, roads))
    note = f"{len(roads)} roads, {sum(len(road.points) for road in roads)} bends"
    return Ratio("world made", Sample("world", ours), Sample("one pass over its roads", base), BUILD, note=note)


def _pass_over(roads: tuple[object, ...]) -> None:
    assert sum(path_length(road.points) for road in roads) > 0  # type: ignore[attr-defined]


def _view(times: int, zoom: int) -> list[Ratio]:
    """Cold: nothing of the place was made before but the roads between towns."""
    world = World()
    view, kept = _tiles(zoom), world.network
    warm = Painter(world)
    images = [warm.image(tile, 1, "dark") for tile in view]

    def cold() -> float:
        fresh = World()
        fresh.__dict__["network"] = kept
        return _timed(_paint, Painter(fresh), view)

    first, again, base = in_turns(
        times, cold, lambda: _timed(_paint, warm, view), lambda: _timed(_write, images)
    )  # fmt: skip
    written = Sample("pictures written", base)
    note = f"{len(view)} tiles"
    return [
        Ratio(f"first view, zoom {zoom}", Sample("painted cold", first), written, FIRST, note=note),
        Ratio(f"view again, zoom {zoom}", Sample("painted again", again), written, AGAIN, note=note),
    ]


def _tiles(zoom: int) -> list[Tile]:
    where, side = sheet.at(LEONBERG), sheet.TILE * Tile(zoom, 0, 0).pixel
    left, top = int(where.x() // side) - WIDE // 2, int(where.y() // side) - HIGH // 2
    return [Tile(zoom, left + x, top + y) for x in range(WIDE) for y in range(HIGH)]


def _paint(painter: Painter, view: list[Tile]) -> None:
    for tile in view:
        painter.png(tile, 1, "dark")


def _write(images: list[QImage]) -> None:
    for image in images:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]


def _timed(work: object, *args: object) -> float:
    started = time.perf_counter()
    work(*args)  # type: ignore[operator]
    return (time.perf_counter() - started) * 1000
