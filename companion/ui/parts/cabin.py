"""The cabin from above, nose left: four seats to press, each a zone that the climate warms or cools."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.model.climate import SEATS
from companion.ui.parts import car_shape as shape
from companion.ui.parts import paint
from companion.ui.parts.buttons import Pressable
from companion.ui.text import text
from companion.ui.theme import theme

PLACES = {
    "frontLeft": QPointF(-38, 234), "frontRight": QPointF(38, 234), "rearLeft": QPointF(-38, 322), "rearRight": QPointF(38, 322),
}  # fmt: skip
"""Middles of the seats in the units of the car's outline."""
LONG, WIDE = 266.0, 216.0
"""Of the part that is shown: windscreen to rear glass, with mirrors."""
MIDDLE = 268.0
SEAT, MARK = 62.0, 18.0
SHELL = (
    "M0 138 C34 138 62 144 80 158 C90 166 92 190 92 250 C92 310 90 350 84 374 C76 390 40 398 0 398 "
    "C-40 398 -76 390 -84 374 C-90 350 -92 310 -92 250 C-92 190 -90 166 -80 158 C-62 144 -34 138 0 138 Z"
)
WINDSCREEN = (
    "M0 145 C32 145 58 150 74 162 C78 168 78 176 76 182 C54 172 28 168 0 168 "
    "C-28 168 -54 172 -76 182 C-78 176 -78 168 -74 162 C-58 150 -32 145 0 145 Z"
)
REAR_GLASS = (
    "M0 391 C36 391 66 385 76 372 C74 366 70 362 66 362 C44 369 22 371 0 371 "
    "C-22 371 -44 369 -66 362 C-70 362 -74 366 -76 372 C-66 385 -36 391 0 391 Z"
)
FLOOR = (
    "M0 176 C26 176 52 180 72 190 C78 194 80 212 80 250 C80 300 78 330 74 348 C68 356 36 362 0 362 "
    "C-36 362 -68 356 -74 348 C-78 330 -80 300 -80 250 C-80 212 -78 194 -72 190 C-52 180 -26 176 0 176 Z"
)
MIRROR = "M90 172 C98 168 105 170 106 178 C106 184 100 187 91 186 Z"
WHEEL, PILLAR = QPointF(-38, 190), 284.0


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
        self._mark(painter, back)
        if self.shows_ring:
            paint.ring(painter, box.adjusted(2, 2, -2, -2), 12)

    def _mark(self, painter: QPainter, back: QRectF) -> None:
        """That it can be pressed: a check where the climate serves it, a plus where it can."""
        size = min(MARK, back.width() - 6)
        disc = QRectF(back.center().x() - size / 2, back.center().y() - size / 2, size, size)
        on, strong = self.isChecked(), self.isChecked() and self.is_running
        fill, line, ink = ("accent", None, "accent-on") if on else (None, "line-strong", "text-2")
        if strong:
            fill, ink = "accent-on", "accent"
        if not self.isEnabled():
            ink = "text-3"
        paint.surface(painter, disc, size / 2, fill, line, 1.5)
        inset = (size - 12) / 2
        theme().draw_icon(painter, "check" if on else "plus", ink, disc.x() + inset, disc.y() + inset, 12)


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
            stands = text("seat.on" if name in zones else "seat.off")
            seat.setAccessibleDescription(stands)
            seat.setToolTip(f"{seat.accessibleName()}: {stands}")
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
        """The room between windscreen and rear glass, whole: shell, glass at both ends, floor, doors and wheel."""
        painter = paint.begin(self)
        painter.setTransform(self._place(), combine=True)
        shell = shape.path(SHELL)
        _draw(painter, shell, "surface", "line-strong")
        for mirror in (False, True):
            _draw(painter, shape.path(MIRROR, mirror), "surface", "line-strong")
        for glass in (WINDSCREEN, REAR_GLASS):
            _draw(painter, shape.path(glass), "raised", "hairline")
        _draw(painter, shape.path(FLOOR), "sunken", "hairline")
        painter.setPen(_pen("line-strong", 1.4))
        for x in (-92.0, 80.0):
            painter.drawLine(QPointF(x, PILLAR), QPointF(x + 12, PILLAR))
        painter.setPen(_pen("line-strong", 3.5))
        painter.drawEllipse(WHEEL, 15, 5)


def _draw(painter: QPainter, path: QPainterPath, fill: str, line: str) -> None:
    painter.setPen(_pen(line, 1.4))
    painter.setBrush(theme().color(fill))
    painter.drawPath(path)


def _pen(token: str, width: float) -> QPen:
    return QPen(theme().color(token), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
