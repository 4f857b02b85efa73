"""Tiles: the same bytes each time, neighbours that agree, both looks and both sizes."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from mock_backend.providers.map_provider.paint import look, sheet
from mock_backend.providers.map_provider.paint.labels import Labels
from mock_backend.providers.map_provider.paint.painter import Painter
from mock_backend.providers.map_provider.paint.sheet import Tile
from mock_backend.world.plane import length, point
from mock_backend.world.roads import Kind
from mock_backend.world.world import World

LEONBERG = point(48.801, 9.013)
NEAREST = 17


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def painter(world: World, qapp: QApplication) -> Painter:
    return Painter(world)


@pytest.fixture(scope="module")
def labels(world: World, qapp: QApplication) -> Labels:
    return Labels(world)


def tile_at(zoom: int, right: int = 0, below: int = 0) -> Tile:
    where = sheet.at(LEONBERG)
    side = sheet.TILE * Tile(zoom, 0, 0).pixel
    return Tile(zoom, int(where.x() // side) + right, int(where.y() // side) + below)


def colours(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name().upper() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
    }


# -- where a tile is --------------------------------------------------------------------------------------------------


def test_a_place_is_in_the_tile_that_every_map_has_it_in() -> None:
    """Known numbers of the common scheme: 0/0/0 is the world; Leonberg is in 14/8602/5640."""
    assert tile_at(14) == Tile(14, 8602, 5640)
    assert (tile_at(5), Tile(0, 0, 0).rect()) == (Tile(5, 16, 11), QRectF(0, 0, sheet.WHOLE, sheet.WHOLE))
    assert sheet.at((0, 0)) == QPointF(sheet.WHOLE / 2, sheet.WHOLE / 2)


@pytest.mark.parametrize("zoom", [5, 10, 17])
def test_a_pixel_leads_back_to_its_place(zoom: int) -> None:
    dice = random.Random(zoom)
    for _ in range(50):
        here = point(dice.uniform(-84, 84), dice.uniform(-179, 179))
        where = sheet.at(here)
        assert length(sheet.place(where.x(), where.y()), here) <= 5


def test_a_pixel_is_as_long_as_the_scale_says() -> None:
    for zoom in (8, 13, 17):
        tile = tile_at(zoom)
        rect = tile.rect()
        middle = rect.center()
        across = length(sheet.place(rect.left(), middle.y()), sheet.place(rect.right(), middle.y())) / 100
        assert across / sheet.TILE == pytest.approx(sheet.metres(tile), rel=0.005)


# -- pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [*(pytest.param(zoom, marks=pytest.mark.slow) for zoom in (5, 8, 10, 17)), 13, 15])
def test_another_painter_paints_the_same_bytes(zoom: int, painter: Painter, world: World) -> None:
    tile = tile_at(zoom)
    first = painter.png(tile, 1, "dark")
    # What was painted before makes no difference.
    other = Painter(World())
    other.png(tile_at(zoom, 1), 2, "light")
    assert other.png(tile, 1, "dark") == first
    assert first.startswith(b"\x89PNG")


@pytest.mark.parametrize("style", look.STYLES)
@pytest.mark.parametrize(("scale", "side"), [(1, 256), (2, 512)])
def test_a_tile_has_the_size_and_the_colours_of_its_style(style: str, scale: int, side: int, painter: Painter) -> None:
    image = QImage.fromData(painter.png(tile_at(14), scale, style))
    assert (image.width(), image.height()) == (side, side)
    given = look.LOOKS[style]
    found = colours(image)
    assert given.grounds["houses"] in found  # type: ignore[index]
    assert given.roads[Kind.STREET].fill in found
    other = look.LOOKS["light" if style == "dark" else "dark"]
    assert other.land not in found


@pytest.mark.parametrize(("zoom", "style"), [(14, "dark"), (12, "light"), (10, "dark")])
def test_neighbours_join_without_a_seam(zoom: int, style: str, painter: Painter) -> None:
    """Along the common edge two tiles show almost the same: what crosses it goes on."""
    for right in range(4):
        one, other = (painter.image(tile_at(zoom, right + step), 1, style) for step in (0, 1))
        differing = sum(_differ(one.pixelColor(255, y), other.pixelColor(0, y)) for y in range(256))
        inside = sum(_differ(one.pixelColor(200, y), one.pixelColor(201, y)) for y in range(256))
        assert differing <= 2 * inside + 12, (zoom, right)


def _differ(one: QColor, other: QColor) -> bool:
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue())) > 24


def test_outside_of_the_world_there_is_bare_land(painter: Painter) -> None:
    for zoom in (5, 12, 17):
        image = painter.image(Tile(zoom, 1, 1), 1, "dark")
        assert colours(image) == {look.DARK.land}


def test_the_greater_roads_are_seen_from_farther_away_and_are_wider() -> None:
    for zoom in range(5, NEAREST + 1):
        wide = [look.width(kind, zoom) for kind in (Kind.STREET, Kind.COUNTY, Kind.STATE, Kind.FEDERAL, Kind.MOTORWAY)]
        assert wide == sorted(wide), zoom
    for kind in Kind:
        grown = [look.width(kind, zoom) for zoom in range(5, NEAREST + 1)]
        assert all(one <= other for one, other in pairwise(grown)), kind
        seen = [one for one in grown if one]
        assert len(set(seen)) == len(seen), kind


def test_words_can_be_read_on_their_ground() -> None:
    """4.5 to 1 for names of places; 3 to 1 for what is by the way."""
    for given in look.LOOKS.values():
        for size, colour in given.words.items():
            assert _contrast(colour, given.land) >= 4.5, (size, colour)
        for ground, letters in (given.motorway_sign, given.federal_sign):
            assert _contrast(letters, ground) >= 4.5, (ground, letters)
        for colour in (given.of_water, given.of_wood, given.of_street):
            assert _contrast(colour, given.land) >= 3.0, colour


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(name: str) -> float:
    parts = [int(name[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [6, 8, 10, 12, 13, 15, 16])
def test_a_name_that_reaches_over_an_edge_is_on_both_tiles(zoom: int, world: World, labels: Labels) -> None:
    """Asked in another order by another: each name that a tile shows is on every tile that it reaches into."""
    again, crossing = Labels(world), 0
    tiles = [tile_at(zoom, right, below) for right in range(-3, 4) for below in range(-2, 3)]
    shown = {tile: set(labels.of(tile)) for tile in tiles}
    for tile in reversed(tiles):
        assert set(again.of(tile)) == shown[tile]
        for word in shown[tile]:
            for other in tiles:
                if word.box.intersects(QRectF(other.x * 256, other.y * 256, 256, 256)):
                    crossing += other != tile
                    assert word in shown[other], (word.text, tile, other)
    assert crossing > 0


@pytest.mark.parametrize("zoom", [7, 10, 13, 16])
def test_no_name_lies_on_another(zoom: int, labels: Labels) -> None:
    words = {
        word for right in range(-3, 4) for below in range(-2, 3) for word in labels.of(tile_at(zoom, right, below))
    }
    boxes = [word.box for word in sorted(words, key=lambda one: (one.text, one.x, one.y))]
    assert len(boxes) > 10
    assert not [(one, other) for index, one in enumerate(boxes) for other in boxes[:index] if one.intersects(other)]


def test_the_larger_towns_are_named_first(world: World, labels: Labels) -> None:
    far = {word.text for right in range(-1, 2) for word in labels.of(tile_at(7, right))}
    assert "Stuttgart" in far
    assert "Leonberg" not in far
    assert "Leonberg" in {word.text for word in labels.of(tile_at(12))}
    around = [tile_at(13, right, below) for right in (-1, 0, 1) for below in (-1, 0, 1)]
    assert {"A8", "A81"} <= {word.text for tile in around for word in labels.of(tile)}
