"""The car from above, drawn from its state: what is open, locked, lit or low. Nose left."""

from __future__ import annotations

from datetime import datetime
from string import Template

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.model.body import Opening, Part
from companion.model.charging import Charging
from companion.model.vehicle import Vehicle
from companion.resources import resource
from companion.ui import format as fmt
from companion.ui.parts import car_shape as shape
from companion.ui.parts import paint
from companion.ui.text import text
from companion.ui.theme import theme

LONG, WIDE = 500.0, 226.0
"""Drawn length and width with mirrors, in units."""
LABELS = 58.0
"""Pixels kept above and below for callouts."""
MOST = 3
"""Callouts of one side."""
PAINT = "8D97A2"


class Car(QWidget):
    """`show_vehicle(None)`: nothing known yet. Private mode shows the outline only. With `hangs_cable` a plugged cable runs
    down to the widget's edge, where something stands that tells of it, and there are no callouts.
    """

    def __init__(self, parent: QWidget | None = None, hangs_cable: bool = False) -> None:
        super().__init__(parent)
        self._hangs_cable = hangs_cable
        self._vehicle: Vehicle | None = None
        self._now: datetime | None = None
        self._base: tuple[tuple[object, ...], QPixmap] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(300, 240)

    def sizeHint(self) -> QSize:
        return QSize(560, 340)

    def show_vehicle(self, vehicle: Vehicle | None, now: datetime) -> None:
        self._vehicle, self._now = vehicle, now
        self.setAccessibleName(text("car.drawing"))
        self.setAccessibleDescription(describe(vehicle))
        self.update()

    # -- painting -----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        painter.setTransform(self._place(), combine=True)
        vehicle = self._vehicle
        if vehicle is None or vehicle.reported_at is None or vehicle.switches.private_mode:
            _outline_only(painter, dashed=vehicle is None or vehicle.reported_at is None)
            return
        if vehicle.body.parking_light:
            _cones(painter)
        painter.save()
        painter.resetTransform()
        painter.drawPixmap(0, 0, self._body(vehicle.colour or PAINT))
        painter.restore()
        _states(painter, vehicle)
        self._cable(painter, vehicle.charging)
        painter.resetTransform()
        if not self._hangs_cable:
            self._callouts(painter, vehicle.body.open_parts())

    def flap(self) -> QPointF:
        """Where the cable is plugged in, in pixels."""
        return self._place().map(shape.FLAP.center())

    def _cable(self, painter: QPainter, charging: Charging) -> None:
        """In units; the accent while something flows."""
        if not charging.is_plugged:
            return
        token = "warn" if charging.error else "accent" if charging.is_charging else "text-2"
        paint.surface(painter, shape.FLAP, 3, token)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(theme().color(token), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        if self._hangs_cable:
            painter.resetTransform()
            painter.setPen(pen)
            at = self.flap()
            painter.drawLine(at, QPointF(at.x(), self.height()))
        else:
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPath(shape.path(shape.CABLE))

    def _place(self) -> QTransform:
        """Units -> pixels, nose left, as large as the widget allows."""
        kept = 0.0 if self._hangs_cable else 2 * LABELS
        scale = min(self.width() / (LONG + 56), (self.height() - kept) / (WIDE + 24))
        middle = QTransform().translate(self.width() / 2, self.height() / 2).rotate(-90).scale(scale, scale)
        return middle.translate(0, -LONG / 2)

    def _body(self, colour: str) -> QPixmap:
        """The still parts, rendered once a size, theme and paint."""
        ratio = self.devicePixelRatioF()
        key = (self.width(), self.height(), ratio, theme().name, colour)
        if self._base is None or self._base[0] != key:
            pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setTransform(self._place(), combine=True)
            _shadow(painter)
            _render(painter, colour)
            painter.end()
            self._base = (key, pixmap)
        return self._base[1]

    def _callouts(self, painter: QPainter, openings: tuple[Opening, ...]) -> None:
        place = self._place()
        dots = [(place.map(_anchor(one.part)), one) for one in openings]
        for above in (True, False):
            row = sorted((dot for dot in dots if _is_right(dot[1].part) is above), key=lambda dot: dot[0].x())
            for dot, _ in row:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme().color("warn"))
                painter.drawEllipse(dot, 4, 4)
            # More would only be read as a crowd: the statement and the tiles tell them.
            if len(row) <= MOST:
                self._row(painter, row, above)

    def _row(self, painter: QPainter, row: list[tuple[QPointF, Opening]], above: bool) -> None:
        """Labels of one side at the widget's edge, moved apart where their parts are close."""
        words = [self._words(opening) for _, opening in row]
        rooms = [max(paint.width_of(name, "name"), paint.width_of(since, "caption")) + 16 for name, since in words]
        y = 0.0 if above else self.height() - 37.0
        after = self.width() - sum(rooms)
        x = 0.0
        for (dot, _), (name, since), room in zip(row, words, rooms, strict=True):
            x = max(x, min(dot.x() + 14, after))
            _leader(painter, dot, x, y + 10, x + room - 16)
            paint.write(painter, x, y, name, "name", "warn")
            paint.write(painter, x, y + 19, since, "caption", "text-2")
            x, after = x + room, after + room

    def _words(self, opening: Opening) -> tuple[str, str]:
        since = text("car.open_since", since=fmt.since(opening.since, self._now)) if opening.since else ""
        return text(f"part.{opening.part}"), fmt.capital(since)


def _leader(painter: QPainter, dot: QPointF, left: float, y: float, right: float) -> None:
    """From the part to its label, without striking the label through."""
    painter.setPen(QPen(theme().color("warn"), 1.2))
    if dot.x() < left - 4:
        painter.drawPolyline([dot, QPointF(dot.x(), y), QPointF(left - 5, y)])
    elif dot.x() > right + 4:
        painter.drawPolyline([dot, QPointF(dot.x(), y), QPointF(right + 5, y)])
    else:
        painter.drawLine(dot, QPointF(dot.x(), y + 30 if dot.y() > y else y - 12))


def describe(vehicle: Vehicle | None) -> str:
    """The drawing in words, for those who do not see it."""
    if vehicle is None or vehicle.reported_at is None:
        return text("overview.unknown")
    parts = [text(f"part.{one.part}") + " " + text("state.open") for one in vehicle.body.open_parts()]
    lock = {True: "state.locked", False: "state.unlocked", None: "state.unknown"}[vehicle.body.is_locked]
    return ", ".join([text(lock), *(parts or [text("state.all_closed")])])


def _is_right(part: Part) -> bool:
    return part.value.endswith("_right")


def _anchor(part: Part) -> QPointF:
    """Where a part's callout starts: the far end of a door, the middle of all else."""
    box = shape.opened(part.value).boundingRect()
    if part.is_door:
        return QPointF(box.left() + 4 if part.value.endswith("_left") else box.right() - 4, box.bottom() - 3)
    return box.center()


def _outline_only(painter: QPainter, dashed: bool) -> None:
    pen = QPen(theme().color("text-3"), 1.4)
    if dashed:
        pen.setDashPattern([5, 4])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for words in (shape.CONTOUR, shape.BONNET, shape.ROOF_GLASS, shape.BOOT):
        painter.drawPath(shape.path(words))


def _shadow(painter: QPainter) -> None:
    dark = theme().name == "dark"
    painter.setBrush(Qt.BrushStyle.NoBrush)
    colour = QColor(0, 0, 0)
    colour.setAlphaF(0.03 if dark else 0.016)
    for width in range(4, 52, 4):
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(shape.path(shape.CONTOUR))


def _render(painter: QPainter, colour: str) -> None:
    from PySide6.QtSvg import QSvgRenderer

    svg = Template(resource("car", "top.svg").read_text("utf-8")).substitute(_tones(colour))
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(-140, -30, 280, 560))


# tone: (mixed with, share), by theme
MIXES = {
    "dark": {
        "edge": ("#000000", 0.47), "rim": ("#FFFFFF", 0.11), "shine": ("#FFFFFF", 0.38), "middle": ("#FFFFFF", 0.23),
        "seam": ("#000000", 0.57), "gleam": ("#FFFFFF", 0.62),
    },
    "light": {
        "edge": ("#000000", 0.28), "rim": ("#FFFFFF", 0.36), "shine": ("#FFFFFF", 0.95), "middle": ("#FFFFFF", 0.55),
        "seam": ("#000000", 0.22), "gleam": ("#FFFFFF", 1.0),
    },
}  # fmt: skip
GLASS = {"dark": {"glass": "#0C0F13", "glint": "#2A323B"}, "light": {"glass": "#20272E", "glint": "#4A545F"}}


def _tones(colour: str) -> dict[str, str]:
    """The tones of the paint, and what goes with them in this theme."""
    base = QColor(f"#{colour}")
    if not base.isValid():
        base = QColor(f"#{PAINT}")
    if theme().name == "light":
        base = _mix(base, "#FFFFFF", 0.62)
    mixed = {name: _mix(base, *mix).name() for name, mix in MIXES[theme().name].items()}
    return {**GLASS[theme().name], **mixed, "paint": base.name()}


def _mix(base: QColor, other: str, share: float) -> QColor:
    o = QColor(other)

    def between(a: float, b: float) -> float:
        return a + (b - a) * share

    return QColor.fromRgbF(
        between(base.redF(), o.redF()), between(base.greenF(), o.greenF()), between(base.blueF(), o.blueF())
    )


def _cones(painter: QPainter) -> None:
    token = "text-1" if theme().name == "dark" else "accent"
    light = QLinearGradient(0, 30, 0, -30)
    light.setColorAt(0, theme().color(token, 0.3))
    light.setColorAt(1, theme().color(token, 0.01))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(light)
    for left in (False, True):
        painter.drawPath(shape.path(shape.CONE, left))


def _states(painter: QPainter, vehicle: Vehicle) -> None:
    for name, wheel in shape.TYRES.items():
        if getattr(vehicle.tyres, name).is_ok is False:
            paint.surface(painter, wheel, 6, "warn")
    if vehicle.body.is_locked is False:
        painter.setPen(QPen(theme().color("text-1"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape.path(shape.CONTOUR))
    if vehicle.body.parking_light:
        painter.setPen(QPen(QColor("#FFFFFF"), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for left in (False, True):
            painter.drawPath(shape.path(shape.LAMP, left))
    for opening in vehicle.body.openings:
        if opening.is_open is not False:
            _part(painter, opening)


def _part(painter: QPainter, opening: Opening) -> None:
    if opening.is_open is None:
        pen = QPen(theme().color("text-3"), 1.2)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape.outline(opening.part.value))
        return
    found: QPainterPath = shape.opened(opening.part.value)
    painter.setPen(
        QPen(theme().color("warn"), 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.setBrush(theme().color("warn", 0.9 if opening.part.is_door else 0.28))
    painter.drawPath(found)
