"""The car as the maker draws it: from above, in its colour, with what is open."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from mock_backend.porsche_system.drawing import Colour, Drawing, Point, rounded

WIDTH, HEIGHT = 240, 400
VIEW = "topView"
GLASS: Colour = (28, 34, 42)
LIGHT: Colour = (255, 214, 120)
SWING = 40
"""Degrees that an open door stands out."""
DOORS = {
    "OPEN_STATE_DOOR_FRONT_LEFT": (66.0, 150.0, -1), "OPEN_STATE_DOOR_FRONT_RIGHT": (174.0, 150.0, 1),
    "OPEN_STATE_DOOR_REAR_LEFT": (66.0, 222.0, -1), "OPEN_STATE_DOOR_REAR_RIGHT": (174.0, 222.0, 1),
}  # fmt: skip
"""Hinge, and the side it opens to."""
LIDS = {"OPEN_STATE_LID_FRONT": (80.0, 44.0, 160.0, 112.0), "OPEN_STATE_LID_REAR": (84.0, 318.0, 156.0, 360.0)}


def draw(colour: str, known: Mapping[str, Mapping[str, Any]]) -> bytes:
    """A PNG of the state that the maker last heard of."""
    is_open = frozenset(key for key, value in known.items() if key.startswith("OPEN_STATE_") and value["isOpen"])
    has_rear_doors = "OPEN_STATE_DOOR_REAR_LEFT" in known
    return _draw(colour, is_open, has_rear_doors, bool(known.get("PARKING_LIGHT", {}).get("isOn")))


@lru_cache(maxsize=64)
def _draw(colour: str, is_open: frozenset[str], has_rear_doors: bool, is_lit: bool) -> bytes:
    """About a quarter of a second the first time."""
    paint = (int(colour[0:2], 16), int(colour[2:4], 16), int(colour[4:6], 16))
    drawing = Drawing(WIDTH, HEIGHT)
    for key in is_open & DOORS.keys():
        drawing.fill(_door(*DOORS[key]), _shade(paint, 0.8))
    for x in (62, 166):
        drawing.fill(rounded(x, 66, x + 12, 112, 5), (24, 24, 26))
        drawing.fill(rounded(x, 286, x + 12, 336, 5), (24, 24, 26))
    drawing.fill(rounded(66, 18, 174, 384, 44), paint)
    drawing.fill(rounded(76, 40, 164, 370, 34), _shade(paint, 1.12))
    for left, top, right, bottom in _lids(is_open):
        drawing.fill(rounded(left, top, right, bottom, 12), _shade(paint, 0.45))
    drawing.fill([(80, 158), (160, 158), (150, 184), (90, 184)], GLASS)
    drawing.fill(rounded(88, 182, 152, 268, 10), _shade(paint, 0.92))
    drawing.fill([(90, 270), (150, 270), (160, 304), (80, 304)], GLASS)
    for side in (72, 162):
        drawing.fill(rounded(side, 172, side + 6, 216 if has_rear_doors else 262, 3), GLASS)
        if has_rear_doors:
            drawing.fill(rounded(side, 222, side + 6, 268, 3), GLASS)
    for x in (80, 144):
        drawing.fill(rounded(x, 26, x + 16, 36, 4), LIGHT if is_lit else (225, 228, 232))
        drawing.fill(rounded(x, 370, x + 16, 377, 3), (200, 40, 40) if is_lit else (120, 30, 30))
    return drawing.png()


def _door(x: float, y: float, side: int) -> list[Point]:
    angle = math.radians(SWING)
    across, along = side * math.sin(angle), math.cos(angle)
    length, width = 66.0, 7.0
    return [
        (x, y), (x + length * across, y + length * along),
        (x + length * across - width * side * along, y + length * along + width * math.sin(angle)),
        (x - width * side * along, y + width * math.sin(angle)),
    ]  # fmt: skip


def _lids(is_open: Iterable[str]) -> list[tuple[float, float, float, float]]:
    return [LIDS[key] for key in is_open if key in LIDS]


def _shade(colour: Colour, factor: float) -> Colour:
    return (
        min(255, round(colour[0] * factor)),
        min(255, round(colour[1] * factor)),
        min(255, round(colour[2] * factor)),
    )
