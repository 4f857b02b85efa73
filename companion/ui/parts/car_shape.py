"""The outlines of the drawn car, 200 x 500 units, nose up, its right side at positive x."""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QTransform

CONTOUR = (
    "M0 2 C26 2 54 7 72 20 C84 29 91 48 94 74 C97 98 96 126 93 152 C90.5 176 90 214 90.5 250 C91 286 93 306 96 332 "
    "C99 360 100 392 98 424 C96.5 450 92 474 82 485 C66 497 30 500 0 500 C-30 500 -66 497 -82 485 C-92 474 -96.5 450 "
    "-98 424 C-100 392 -99 360 -96 332 C-93 306 -91 286 -90.5 250 C-90 214 -90.5 176 -93 152 C-96 126 -97 98 -94 74 "
    "C-91 48 -84 29 -72 20 C-54 7 -26 2 0 2 Z"
)
FRONT_DOOR = "M83 170 L92 166 C90 194 89.7 230 90.3 290 L86 290 C86 248 85.5 206 83 170 Z"
REAR_DOOR = "M86 293 L90.4 293 C91.5 312 93.5 326 95.6 342 C92 352 86 362 80.5 366 C84.5 344 86 318 86 293 Z"
FRONT_GLASS = "M80 178 C83 206 84.5 250 84.5 288 L63.5 288 C65.5 270 65.5 256 64.5 244 C69 226 75 202 80 178 Z"
REAR_GLASS = "M84.5 294 C84.5 318 83 342 79 362 C74 374 66 382 57 388 C61 358 63.5 326 63.5 294 Z"
BONNET = (
    "M0 16 C22 16 40 20 52 30 C59 60 66 112 70 160 C48 146 24 140 0 140 "
    "C-24 140 -48 146 -70 160 C-66 112 -59 60 -52 30 C-40 20 -22 16 0 16 Z"
)
BOOT = (
    "M0 444 C16 444 30 442 42 437 C52 434 60 440 66 448 C70 462 68 474 62 482 C44 489 20 490 0 490 C-20 490 -44 489 "
    "-62 482 C-68 474 -70 462 -66 448 C-60 440 -52 434 -42 437 C-30 442 -16 444 0 444 Z"
)
ROOF_GLASS = (
    "M0 236 C18 236 36 239 51 246 C52 280 50 312 46 341 C30 337 14 336 0 336 "
    "C-14 336 -30 337 -46 341 C-50 312 -52 280 -51 246 C-36 239 -18 236 0 236 Z"
)
SIDE = (
    "M4 25 C2.6 22 3.2 18.8 6.4 17.2 C12 14.8 20 13.4 29 12.6 C36 8 44 5 53.5 4.8 C66 4.6 76.5 8 85.5 12.2 "
    "C90 12.8 92.6 14.4 93.2 17.2 C93.8 20 93.4 22.8 92.2 25 L82.9 25 C82.9 14.6 67.7 14.6 67.7 25 L28.3 25 "
    "C28.3 14.6 13.1 14.6 13.1 25 Z M36.5 12.4 C41.5 9.2 47 7.4 53.2 7.2 L53.2 12.4 Z "
    "M55.8 7.2 C63 7.2 69.6 9 75.6 12 L55.8 12.4 Z"
)
"""From the left, 96 x 32 units, nose left; its wheels apart."""
WHEELS = QPointF(20.7, 25.4), QPointF(75.3, 25.4)
LAMP = "M59 19 C68 24 75 32 79.5 43"
CONE = "M60 18 L44 -30 L112 -30 L80 44 Z"
CABLE = "M-92 135 L-102 135 C-108 135 -112 139 -112 146 L-112 216"
FLAP = QRectF(-92.5, 123, 6, 24)
TYRES = {
    "front_left": QRectF(-95, 64, 14, 68), "front_right": QRectF(81, 64, 14, 68),
    "rear_left": QRectF(-95, 358, 14, 68), "rear_right": QRectF(81, 358, 14, 68),
}  # fmt: skip
HINGES = {"door_front": QPointF(90, 167), "door_rear": QPointF(90, 294)}
MIRROR = QTransform.fromScale(-1, 1)
_TOKEN = re.compile(r"[MLCZ]|-?[\d.]+")


@lru_cache(maxsize=64)
def path(words: str, mirrored: bool = False) -> QPainterPath:
    """An outline from absolute M, L, C and Z."""
    tokens = _TOKEN.findall(words)
    shape, at, verb = QPainterPath(), 0, "M"

    def points(count: int) -> list[QPointF]:
        return [QPointF(float(tokens[at + 2 * i]), float(tokens[at + 2 * i + 1])) for i in range(count)]

    while at < len(tokens):
        if tokens[at].isalpha():
            verb = tokens[at]
            at += 1
        if verb == "Z":
            shape.closeSubpath()
        elif verb == "C":
            shape.cubicTo(*points(3))
            at += 6
        else:
            (shape.moveTo if verb == "M" else shape.lineTo)(points(1)[0])
            at += 2
    return MIRROR.map(shape) if mirrored else shape


@lru_cache(maxsize=1)
def side() -> QPainterPath:
    """The silhouette as one path: body with glass cut out, and wheels with hubs cut out."""
    shape = QPainterPath(path(SIDE))
    for wheel in WHEELS:
        for radius in (5.6, 2.2):
            shape.addEllipse(wheel, radius, radius)
    return shape


@lru_cache(maxsize=16)
def outline(part: str) -> QPainterPath:
    """The outline of a part of the body by its name in the model; parts that are not drawn get an empty one."""
    left = part.endswith("_left")
    shapes = {
        "door_front": FRONT_DOOR, "door_rear": REAR_DOOR, "window_front": FRONT_GLASS, "window_rear": REAR_GLASS,
        "lid_front": BONNET, "lid_rear": BOOT, "sunroof": ROOF_GLASS,
    }  # fmt: skip
    key = part.removesuffix("_left").removesuffix("_right")
    return path(shapes[key], left) if key in shapes else QPainterPath()


def opened(part: str) -> QPainterPath:
    """The outline of an open part: a door swung by 28 degrees about its front edge, a lid lifted, glass in its place."""
    shape = outline(part)
    if part.startswith("door_"):
        hinge = HINGES[part.rpartition("_")[0]]
        side = -1 if part.endswith("_left") else 1
        swing = QTransform().translate(side * hinge.x(), hinge.y()).rotate(-28 * side)
        return swing.translate(-side * hinge.x(), -hinge.y()).map(shape)
    if part.startswith("lid_"):
        return QTransform().translate(0, -9 if part == "lid_front" else 9).map(shape)
    return shape
