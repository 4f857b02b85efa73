"""Rings: the one that is edited with its handle and its radius, the others dashed with their names."""

from __future__ import annotations

from functools import partial
from math import cos, hypot, radians, sin

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from companion.model import geo
from companion.model.mercator import project
from companion.ui import format as fmt
from companion.ui.parts import paint
from companion.ui.parts.map import shapes
from companion.ui.parts.map.camera import Camera
from companion.ui.parts.map.content import Ring
from companion.ui.parts.map.stamps import Stamps
from companion.ui.theme import theme

HANDLE, HALO, GRIP = 16.0, 28.0, 18.0
"""Diameters of the handle and what surrounds it; the distance within which it is gripped."""
DIM, FILL = 0.34, 0.09


def words_of(metres: float) -> str:
    """850 m, 1.5 km."""
    return (
        fmt.unit(round(metres), "m") if metres < 1000 else fmt.unit(metres / 1000, "km", 0 if metres >= 20_000 else 1)
    )


def outline(ring: Ring, camera: Camera) -> QPolygonF:
    return shapes.on_screen(shapes.ring(ring.latitude, ring.longitude, ring.radius), camera)


def centre(ring: Ring, camera: Camera) -> QPointF:
    return camera.pixel_at(ring.latitude, ring.longitude)


def handle(ring: Ring, bearing: float, camera: Camera) -> QPointF:
    """Where the handle stands: on the ring, in a direction of the compass."""
    middle = project(ring.latitude, ring.longitude)[0]
    x, y = project(*geo.direct((ring.latitude, ring.longitude), bearing, ring.radius))
    start, end = centre(ring, camera), camera.pixel_of((x, y))
    across = ((x - middle + 0.5) % 1.0 - 0.5) * camera.scale
    return QPointF(start.x() + across, end.y())


def paint_other(painter: QPainter, ring: Ring, camera: Camera, frame: QRectF) -> None:
    shape = outline(ring, camera)
    box = shape.boundingRect()
    if not box.adjusted(-4, -4, 4, 24).intersects(frame):
        return
    pen = QPen(theme().color(ring.token), 1.4)
    pen.setDashPattern([4, 4])
    painter.setPen(pen)
    painter.setBrush(theme().color("canvas", 0.25))
    painter.drawPolygon(shape)
    wide = paint.width_of(ring.name, "caption")
    label(painter, box.center().x() - wide / 2, box.bottom() + 2, ring.name, "caption")


def label(painter: QPainter, x: float, y: float, words: str, role: str) -> None:
    """Words on a map need the map kept off them."""
    font = theme().font(role)
    path = QPainterPath()
    wide = paint.width_of(words, role)
    path.addRoundedRect(QRectF(x - 4, y, wide + 8, theme().line_height(role)), 4, 4)
    painter.fillPath(path, theme().color("canvas", 0.72))
    painter.setFont(font)
    paint.write(painter, x, y, words, role, "text-1")


def paint_edited(painter: QPainter, ring: Ring, camera: Camera, frame: QRectF) -> None:
    """The ring itself; everything outside of it is dimmed."""
    shape = outline(ring, camera)
    inside = QPainterPath()
    inside.addPolygon(shape)
    inside.closeSubpath()
    outside = QPainterPath()
    outside.addRect(frame)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillPath(outside.subtracted(inside) if inside.intersects(frame) else outside, theme().color("canvas", DIM))
    painter.setPen(QPen(theme().color("accent"), 2))
    painter.setBrush(theme().color("accent", FILL))
    painter.drawPath(inside)


def paint_grips(painter: QPainter, ring: Ring, bearing: float, camera: Camera, lit: str, stamps: Stamps) -> None:
    """Centre mark, radius line with its length, handle. `lit`: `centre`, `handle` or "" is under the hand."""
    start, end = centre(ring, camera), handle(ring, bearing, camera)
    pen = QPen(theme().color("accent"), 1.4)
    pen.setDashPattern([3, 3])
    painter.setPen(pen)
    painter.drawLine(QLineF(start, end))
    stamps.put(painter, start, ("centre", lit == "centre"), 32, partial(paint_centre, is_lit=lit == "centre"))
    stamps.put(painter, end, ("handle", lit == "handle"), 32, partial(paint_handle, is_lit=lit == "handle"))
    if hypot(end.x() - start.x(), end.y() - start.y()) > 40:
        _length(painter, ring, QPointF((start.x() + end.x()) / 2, (start.y() + end.y()) / 2), bearing)


def paint_handle(painter: QPainter, is_lit: bool) -> None:
    middle = QPointF(0, 0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("accent", 0.5 if is_lit else 0.28))
    painter.drawEllipse(middle, HALO / 2, HALO / 2)
    painter.setPen(QPen(theme().color("accent"), 1))
    painter.setBrush(theme().color("action" if theme().name == "dark" else "surface"))
    painter.drawEllipse(middle, HANDLE / 2, HANDLE / 2)


def paint_centre(painter: QPainter, is_lit: bool) -> None:
    middle = QPointF(0, 0)
    if is_lit:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("accent", 0.28))
        painter.drawEllipse(middle, HALO / 2, HALO / 2)
    painter.setPen(QPen(theme().color("accent"), 1.5))
    painter.setBrush(theme().color("canvas", 0.8))
    painter.drawEllipse(middle, 7, 7)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("accent"))
    painter.drawEllipse(middle, 3.5, 3.5)


def _length(painter: QPainter, ring: Ring, at: QPointF, bearing: float) -> None:
    """The pill stands beside the line's middle, on the side where the car is not hidden: above."""
    words = words_of(ring.radius)
    wide = paint.width_of(words, "caption-strong", tabular=True) + 24
    side = radians(bearing)
    off = 22.0 if abs(cos(side)) > 0.3 else 24.0
    x = at.x() - off * abs(cos(side)) * (1 if sin(side) >= 0 else -1) - wide / 2
    box = QRectF(x, at.y() - off * max(0.4, abs(sin(side))) - 13, wide, 26)
    paint.surface(painter, box, 13, "canvas", "accent", 1.2)
    paint.write(painter, box.x() + 12, box.y() + 5, words, "caption-strong", "text-1", tabular=True)
