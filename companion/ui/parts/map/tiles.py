"""The ground: which pictures a window needs, and painting them; where one is missing, a part of a coarser one."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, hypot, log2

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPen, QPixmap

from companion.model.map_pictures import Supply
from companion.model.mercator import TileId
from companion.ui.parts.map.camera import TILE, Camera
from companion.ui.parts.map.pictures import Key, Pictures
from companion.ui.theme import theme

MOST = 400
"""Pictures in a window at most: a source whose lowest zoom is far too fine is not asked for thousands."""
COARSER = 6
"""Zooms up to which a coarser picture stands in."""
GRID = 64


def level(camera: Camera, supply: Supply) -> int:
    """The zoom whose pictures are nearest to their own size."""
    wanted = round(camera.zoom - log2(supply.tile_size / TILE))
    return min(max(wanted, supply.min_zoom), supply.max_zoom)


def shown(camera: Camera, zoom: int) -> list[tuple[int, TileId]]:
    """(column beyond the antimeridian or not, picture), nearest to the middle first."""
    side, count = camera.scale / 2**zoom, 2**zoom
    left, top = camera.x * camera.scale - camera.width / 2, camera.y * camera.scale - camera.height / 2
    columns = range(floor(left / side), floor((left + camera.width - 1e-6) / side) + 1)
    rows = range(max(0, floor(top / side)), min(count - 1, floor((top + camera.height - 1e-6) / side)) + 1)
    if len(columns) * len(rows) > MOST:
        return []
    middle_x, middle_y = camera.x * count - 0.5, camera.y * count - 0.5
    found = [(column, TileId(zoom, column % count, row)) for column in columns for row in rows]
    return sorted(found, key=lambda one: hypot(one[0] - middle_x, one[1].y - middle_y))


def wanted(camera: Camera, supply: Supply, pictures: Pictures, is_light: bool) -> tuple[TileId, ...]:
    """What is not there yet, each once."""
    tiles = dict.fromkeys(tile for _, tile in shown(camera, level(camera, supply)))
    return tuple(tile for tile in tiles if not pictures.is_known(Key(supply.number, is_light, tile)))


def paint_ground(
    painter: QPainter, camera: Camera, supply: Supply, pictures: Pictures, is_light: bool, is_still: bool
) -> int:
    """Returns how many places had no picture of their own. `is_still`: there is time to scale smoothly."""
    zoom = level(camera, supply)
    side = camera.scale / 2**zoom
    left, top = camera.width / 2 - camera.x * camera.scale, camera.height / 2 - camera.y * camera.scale
    tiles, missing, bare = shown(camera, zoom), 0, False
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_still and abs(side - supply.tile_size) > 0.01)
    boxes: list[tuple[QRectF, QPixmap, QRectF]] = []
    for column, tile in tiles:
        x0, y0 = round(left + column * side), round(top + tile.y * side)
        box = QRectF(x0, y0, round(left + (column + 1) * side) - x0, round(top + (tile.y + 1) * side) - y0)
        found = pictures.get(Key(supply.number, is_light, tile))
        if found is not None:
            boxes.append((box, found, QRectF(found.rect())))
            continue
        missing += 1
        stand_in = _coarser(tile, supply, pictures, is_light)
        if stand_in is None:
            bare = True
        else:
            boxes.append((box, *stand_in))
    if bare or not tiles:
        _plain(painter, camera)
    for box, pixmap, part in boxes:
        painter.drawPixmap(box, pixmap, part)
    return missing


def _coarser(tile: TileId, supply: Supply, pictures: Pictures, is_light: bool) -> tuple[QPixmap, QRectF] | None:
    """A picture that covers the place, and the part of it."""
    x, y, size = 0.0, 0.0, 1.0
    while tile.zoom > supply.min_zoom and size > 0.5**COARSER:
        x, y, size = (x + tile.x % 2) / 2, (y + tile.y % 2) / 2, size / 2
        tile = tile.parent
        found = pictures.get(Key(supply.number, is_light, tile))
        if found is not None:
            return found, QRectF(x * found.width(), y * found.height(), size * found.width(), size * found.height())
    return None


def _plain(painter: QPainter, camera: Camera) -> None:
    """A grid that moves with the map, so that one sees it move."""
    painter.fillRect(camera.frame, theme().color("canvas"))
    painter.setPen(QPen(theme().color("hairline"), 1))
    left, top = camera.x * camera.scale - camera.width / 2, camera.y * camera.scale - camera.height / 2
    lines = [QLineF(x, 0, x, camera.height) for x in _steps(-left % GRID, camera.width)]
    painter.drawLines(lines + [QLineF(0, y, camera.width, y) for y in _steps(-top % GRID, camera.height)])


def _steps(first: float, last: float) -> Iterator[float]:
    while first <= last:
        yield round(first) + 0.5
        first += GRID
