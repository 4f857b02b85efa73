"""The car and places: small pictures, made once and put where they belong."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from companion.ui.parts import paint
from companion.ui.parts.map.camera import Camera
from companion.ui.parts.map.content import CarMark, Place, Route
from companion.ui.parts.map.shapes import Track
from companion.ui.parts.map.stamps import Stamps
from companion.ui.theme import theme

DISC, HALO = 28.0, 42.0
PIN = 26.0
SIZE = 34
"""Pixels of a place's picture, with room for its edge."""


def paint_pin(painter: QPainter, icon: str, is_picked: bool) -> None:
    painter.setPen(QPen(theme().color("canvas"), 2))
    painter.setBrush(theme().color("accent" if is_picked else "raised"))
    painter.drawEllipse(QPointF(0, 0), PIN / 2, PIN / 2)
    theme().draw_icon(painter, icon, "accent-on" if is_picked else "text-1", -8, -8, 16)


def paint_places(painter: QPainter, places: Sequence[Place], camera: Camera, frame: QRectF, stamps: Stamps) -> None:
    """The picked one last, over the others."""
    near = frame.adjusted(-SIZE, -SIZE, SIZE, SIZE)
    for place in sorted(places, key=lambda one: one.is_picked):
        at = camera.pixel_at(place.latitude, place.longitude)
        if near.contains(at):
            pin = partial(paint_pin, icon=place.icon, is_picked=place.is_picked)
            stamps.put(painter, at, ("pin", place.icon, place.is_picked), SIZE, pin, whole=True)


def paint_route(painter: QPainter, route: Route, track: Track, camera: Camera, frame: QRectF) -> None:
    """A dark edge under the line keeps it off the map's own roads."""
    pieces = track.pieces(camera, frame)
    for token, width in (("canvas", 8.0), ("accent" if route.is_picked else "text-3", 5.0)):
        pen = QPen(theme().color(token), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for piece in pieces:
            painter.drawPolyline(piece)


def paint_car(painter: QPainter, car: CarMark, camera: Camera, is_lit: bool, stamps: Stamps) -> None:
    at = camera.pixel_at(car.latitude, car.longitude)
    heading = None if car.heading is None else round(car.heading) % 360
    stamps.put(painter, at, ("car", heading, is_lit), 44, partial(paint_disc, heading=heading, is_lit=is_lit))
    if car.label:
        _label(painter, car.label, at, camera)


def paint_disc(painter: QPainter, heading: int | None, is_lit: bool) -> None:
    is_dark, middle = theme().name == "dark", QPointF(0, 0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("text-1", 0.34 if is_lit else 0.18))
    painter.drawEllipse(middle, HALO / 2, HALO / 2)
    painter.setPen(Qt.PenStyle.NoPen if is_dark else QPen(theme().color("line-strong"), 1))
    painter.setBrush(theme().color("text-1" if is_dark else "surface"))
    painter.drawEllipse(middle, DISC / 2, DISC / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("canvas" if is_dark else "text-1"))
    if heading is None:
        painter.drawEllipse(middle, 5, 5)
    else:
        painter.rotate(heading)
        painter.drawPath(_arrow())


def _arrow() -> QPainterPath:
    """Points north."""
    path = QPainterPath(QPointF(0, -8))
    for x, y in ((6, 7), (0, 3.5), (-6, 7)):
        path.lineTo(x, y)
    path.closeSubpath()
    return path


def _label(painter: QPainter, words: str, at: QPointF, camera: Camera) -> None:
    """To the right of the car, or to its left where there is no room."""
    wide = paint.width_of(words, "caption-strong", tabular=True) + 24
    left = at.x() + 26 if at.x() + 26 + wide <= camera.width else at.x() - 26 - wide
    box = QRectF(left, at.y() - 13, wide, 26)
    paint.surface(painter, box, 13, "sunken" if theme().name == "dark" else "surface", "hairline")
    paint.write(painter, box.x() + 12, box.y() + 5, words, "caption-strong", "text-1", tabular=True)
