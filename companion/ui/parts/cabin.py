"""The cabin from above, nose left: four seats to press, each a zone that the climate warms or cools."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.model.climate import SEATS
from companion.ui.parts import car_shape as shape
from companion.ui.parts import paint
from companion.ui.parts.buttons import Pressable
from companion.ui.text import text
from companion.ui.theme import theme

PLACES = {
    "frontLeft": QPointF(-38, 226), "frontRight": QPointF(38, 226), "rearLeft": QPointF(-38, 322), "rearRight": QPointF(38, 322),
}  # fmt: skip
"""Middles of the seats in the units of the car's outline."""
LONG, WIDE = 250.0, 196.0
"""Of the part that is shown: windscreen to rear glass."""
MIDDLE = 268.0
SEAT = 62.0


class Seat(Pressable):
    """One zone; checked when the climate is to serve it. `heat`: step of its heating, 0 to 3; None: it has none."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__("", parent)
        self.name = name
        self.heat: int | None = None
        self.is_running = False
        self.setCheckable(True)
        self.setAccessibleName(text(f"seat.{name}"))
        self.toggled.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.rect().toRectF().adjusted(5, 5, -5, -5)
        on = self.isChecked()
        fill, ink = ("accent-fill", "accent") if on else ("raised" if self.isEnabled() else "surface", "text-3")
        if on and self.is_running:
            fill, ink = "accent", "accent-on"
        unit = box.height() / 62
        back = QRectF(box.right() - 20 * unit, box.y() + 3 * unit, 17 * unit, box.height() - 6 * unit)
        cushion = QRectF(box.x() + 2 * unit, box.y() + 5 * unit, box.width() - 24 * unit, box.height() - 10 * unit)
        line = "accent" if on else "line-strong"
        for part, radius in ((cushion, 11.0), (back, 8.0)):
            paint.surface(painter, part, radius * unit, "raised" if self.is_hovered and not on else fill, line, 1.5)
        if self.heat:
            for step in range(self.heat):
                x = cushion.center().x() + (step - (self.heat - 1) / 2) * 9 * unit
                painter.setPen(QPen(theme().color(ink), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                wave = QPainterPath(QPointF(x, cushion.center().y() + 10 * unit))
                wave.cubicTo(x - 5 * unit, cushion.center().y() + 3 * unit, x + 5 * unit, cushion.center().y() - 3 * unit, x,
                             cushion.center().y() - 10 * unit)  # fmt: skip
                painter.drawPath(wave)
        elif on:
            theme().draw_icon(painter, "climate", ink, cushion.center().x() - 10, cushion.center().y() - 10, 20)
        if self.shows_ring:
            paint.ring(painter, box.adjusted(2, 2, -2, -2), 12)


class Cabin(QWidget):
    """
    Signals:
        zones_changed(tuple): the zones that are on now, in the car's order.
    """

    zones_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(text("climate.cabin"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(280, 220)
        self.seats = {name: Seat(name, self) for name in SEATS}
        for seat in self.seats.values():
            seat.clicked.connect(self._pressed)

    def sizeHint(self) -> QSize:
        return QSize(420, 320)

    def show_zones(self, zones: tuple[str, ...], heats: dict[str, int], is_running: bool, enabled: bool) -> None:
        for name, seat in self.seats.items():
            seat.setChecked(name in zones)
            seat.heat, seat.is_running = heats.get(name), is_running
            seat.setEnabled(enabled)
            seat.setAccessibleDescription(text("seat.on" if name in zones else "seat.off"))
            seat.update()

    def _pressed(self) -> None:
        self.zones_changed.emit(tuple(name for name, seat in self.seats.items() if seat.isChecked()))

    def _place(self) -> QTransform:
        scale = min(self.width() / LONG, self.height() / WIDE)
        return (
            QTransform()
            .translate(self.width() / 2, self.height() / 2)
            .rotate(-90)
            .scale(scale, scale)
            .translate(0, -MIDDLE)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        place = self._place()
        side = SEAT * min(self.width() / LONG, self.height() / WIDE)
        for name, seat in self.seats.items():
            middle = place.map(PLACES[name])
            seat.setGeometry(QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side).toRect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The body fades out towards nose and tail: only the room inside is meant."""
        painter = paint.begin(self)
        painter.setTransform(self._place(), combine=True)
        painter.setClipRect(QRectF(-WIDE / 2, MIDDLE - LONG / 2, WIDE, LONG))
        painter.setPen(QPen(theme().color("line-strong"), 1.4))
        painter.setBrush(theme().color("surface"))
        painter.drawPath(shape.path(shape.CONTOUR))
        painter.setBrush(theme().color("sunken"))
        painter.setPen(QPen(theme().color("hairline"), 1.2))
        painter.drawRoundedRect(QRectF(-78, 172, 156, 204), 40, 40)
        for glass in ("window_front_left", "window_front_right", "window_rear_left", "window_rear_right"):
            painter.drawPath(shape.outline(glass))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().color("line-strong"), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(QRectF(-54, 176, 32, 26), 20 * 16, 140 * 16)
        self._fade(painter)

    @staticmethod
    def _fade(painter: QPainter) -> None:
        solid, clear = theme().color("canvas"), theme().color("canvas", 0.0)
        for edge, inner in ((MIDDLE - LONG / 2, MIDDLE - LONG / 2 + 42), (MIDDLE + LONG / 2, MIDDLE + LONG / 2 - 42)):
            gradient = QLinearGradient(0, edge, 0, inner)
            gradient.setColorAt(0, solid)
            gradient.setColorAt(1, clear)
            painter.fillRect(QRectF(-WIDE / 2 - 2, min(edge, inner) - 1, WIDE + 4, 44), gradient)
