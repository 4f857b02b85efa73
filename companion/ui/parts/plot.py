"""A plot: lines over an axis, moved and read by mouse and keys. What it shows is `Content`; how, is here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QFocusEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.ui.parts import paint
from companion.ui.parts.buttons import BY_KEY
from companion.ui.parts.plot_axis import Axis, NumberAxis, TimeAxis
from companion.ui.parts.samples import Samples
from companion.ui.theme import theme

LEFT, RIGHT, TOP, TICKS, BAND = 46.0, 20.0, 26.0, 22.0, 24.0
NEAREST = 60.0
"""Smallest width of x that can be looked at; seconds, where x is time."""
ZOOM = 1.25


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    samples: Samples
    token: str = "accent"
    dotted: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """What happens between two x, under the axis."""

    first: float
    last: float
    words: str
    token: str = "accent"


@dataclass(frozen=True, slots=True)
class Mark:
    """An x with a name; `is_end`: its words stand to its left."""

    x: float
    words: str
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A y with a name."""

    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Content:
    x_axis: Axis
    y_axis: NumberAxis
    x: tuple[float, float]
    y: tuple[float, float]
    lines: tuple[Line, ...] = ()
    bands: tuple[Band, ...] = ()
    marks: tuple[Mark, ...] = ()
    levels: tuple[Level, ...] = ()
    has_bands: bool = False
    """Leaves room for bands though there are none now: nothing jumps when they come."""


EMPTY = Content(TimeAxis(), NumberAxis(""), (0.0, 1.0), (0.0, 1.0))


class Plot(QWidget):
    """Wheel and +/- zoom, dragging and Shift with the arrows pan, the pointer and the arrows read, Home shows all."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.content = EMPTY
        self._view = EMPTY.x
        self._read: float | None = None
        """The x that is read now."""
        self._dragged: float | None = None
        self._ring = False
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(480, 218)

    def show_content(self, content: Content, description: str = "") -> None:
        """`description`: what a screen reader says of it. What is looked at stays, unless the whole is another one."""
        was_all = self._view == self.content.x
        self.content = content
        self.look_at(*(content.x if was_all else self._view))
        self.setAccessibleDescription(description)
        self.update()

    # -- what is looked at --------------------------------------------------------------------------------------

    def look_at(self, first: float, last: float) -> None:
        """Kept inside of what there is."""
        low, high = self.content.x
        wide = min(max(last - first, min(NEAREST, high - low)), high - low)
        first = min(max(first, low), high - wide)
        self._view = (first, first + wide)
        self.update()

    def zoom(self, by: float, around: float) -> None:
        first, last = self._view
        self.look_at(around - (around - first) / by, around + (last - around) / by)

    def pan(self, share: float) -> None:
        first, last = self._view
        self.look_at(first + share * (last - first), last + share * (last - first))

    def read(self, x: float | None) -> None:
        low, high = self._view
        self._read = None if x is None else min(max(x, low), high)
        self.update()

    def reading(self) -> tuple[str, list[tuple[str, str]]] | None:
        """What is read now: the x, and the value of each line that has one there."""
        if self._read is None:
            return None
        values = [(line, line.samples.at(self._read)) for line in self.content.lines]
        rows = [(line.name, self.content.y_axis.words(value)) for line, value in values if value is not None]
        return self.content.x_axis.words(self._read), rows

    # -- geometry -----------------------------------------------------------------------------------------------

    def area(self) -> QRectF:
        bands = BAND if self.content.bands or self.content.has_bands else 0.0
        return QRectF(LEFT, TOP, max(1.0, self.width() - LEFT - RIGHT), max(1.0, self.height() - TOP - TICKS - bands))

    def x_of(self, x: float) -> float:
        area, (first, last) = self.area(), self._view
        return area.left() + (x - first) / (last - first) * area.width()

    def y_of(self, y: float) -> float:
        area, (low, high) = self.area(), self.content.y
        return area.bottom() - (y - low) / (high - low) * area.height()

    def _upright(self, area: QRectF) -> tuple[float, float]:
        """The pixel of y = 0, and pixels a unit: for many points at once."""
        low, high = self.content.y
        up = area.height() / (high - low)
        return area.bottom() + low * up, up

    def at(self, pixel: float) -> float:
        """The x under a pixel."""
        area, (first, last) = self.area(), self._view
        return first + (pixel - area.left()) / area.width() * (last - first)

    # -- hands --------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms with Ctrl, as scrolling belongs to the page; sideways pans."""
        turn = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and turn.y():
            self.zoom(ZOOM ** (turn.y() / 120), self.at(event.position().x()))
        elif turn.x():
            self.pan(-turn.x() / 1200)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragged = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pixel = event.position().x()
        if self._dragged is not None:
            self.pan((self._dragged - pixel) / self.area().width())
            self._dragged = pixel
        inside = self.area().adjusted(0, 0, 0, BAND).contains(event.position())
        self.read(self.at(pixel) if inside else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.look_at(*self.content.x)

    def leaveEvent(self, event: QEvent) -> None:
        self.read(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in BY_KEY
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.read(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        first, last = self._view
        here = self._read if self._read is not None else (first + last) / 2
        side = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if side and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan(side * 0.1)
        elif side:
            self.read(here + side * (last - first) / 48)
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(ZOOM, here)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM, here)
        elif event.key() == Qt.Key.Key_Home:
            self.look_at(*self.content.x)
        elif event.key() == Qt.Key.Key_Escape and self._read is not None:
            self.read(None)
        else:
            event.ignore()

    # -- paint --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = paint.begin(self), self.area()
        self._grid(painter, area)
        painter.save()
        painter.setClipRect(area.adjusted(-1, -8, 1, 3))
        for line in self.content.lines:
            self._line(painter, line, area)
        painter.restore()
        self._levels(painter, area)
        self._bands(painter, area)
        self._marks(painter, area)
        self._reading(painter, area)
        if self._ring:
            paint.ring(painter, self.rect().toRectF().adjusted(4, 4, -4, -4), 8)

    def _grid(self, painter: QPainter, area: QRectF) -> None:
        for y, words in _with_unit(
            self.content.y_axis, self.content.y_axis.ticks(*self.content.y, area.height() * 1.9)
        ):
            paint.hairline(painter, area.left(), self.y_of(y), area.width())
            paint.write(painter, 0, self.y_of(y) - 7, words, "micro", "text-3", LEFT - 8, paint.RIGHT, tabular=True)
        bottom, x_axis = self.height() - TICKS, self.content.x_axis
        for x, words in _with_unit(x_axis, x_axis.ticks(*self._view, area.width())):
            at, wide = self.x_of(x), paint.width_of(words, "micro", tabular=True)
            painter.setPen(QPen(theme().color("line-strong"), 1))
            painter.drawLine(QPointF(at, area.bottom()), QPointF(at, area.bottom() + 4))
            left = min(max(at - wide / 2, 0.0), self.width() - wide)
            paint.write(painter, left, bottom + 5, words, "micro", "text-3", tabular=True)

    def _line(self, painter: QPainter, line: Line, area: QRectF) -> None:
        if line.samples.count(*self._view) > area.width() / 2:
            self._columns(painter, line, area)
            return
        points = line.samples.between(*self._view)
        if len(points) < 2:
            return
        (first, last), (bottom, up) = self._view, self._upright(area)
        across = area.width() / (last - first)
        left = area.left() - first * across
        shape = QPolygonF([QPointF(left + x * across, bottom - y * up) for x, y in points])
        if line.filled:
            self._fill(painter, shape, line, area)
        pen = QPen(theme().color(line.token), 2.4 if line.dotted else 2)
        if line.dotted:
            pen.setStyle(Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([0.1, 1.9])
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(shape)

    def _columns(self, painter: QPainter, line: Line, area: QRectF) -> None:
        """As upright strokes: a broad smooth line of a thousand turns takes seconds."""
        columns = line.samples.columns(*self._view, round(area.width()))
        if not columns:
            return
        (bottom, up), left = self._upright(area), area.left()
        bars = [
            QLineF(left + n, bottom - low * up + 0.8, left + n, bottom - high * up - 0.8) for n, low, high in columns
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        if line.filled:
            painter.setPen(QPen(_shade(line, area), 1))
            floor = area.bottom()
            painter.drawLines([QLineF(bar.x2(), bar.y2(), bar.x2(), floor) for bar in bars])
        painter.setPen(QPen(theme().color(line.token), 1))
        painter.drawLines(bars)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    @staticmethod
    def _fill(painter: QPainter, shape: QPolygonF, line: Line, area: QRectF) -> None:
        path = QPainterPath()
        path.addPolygon(shape)
        path.lineTo(shape.last().x(), area.bottom())
        path.lineTo(shape.first().x(), area.bottom())
        painter.fillPath(path, _shade(line, area))

    def _levels(self, painter: QPainter, area: QRectF) -> None:
        pen = QPen(theme().color("line-strong"), 1)
        pen.setDashPattern([2, 3])
        for level in self.content.levels:
            y = self.y_of(level.y)
            painter.setPen(pen)
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            wide = paint.width_of(level.words, "caption")
            paint.write(painter, self._free(wide, area), y - 18, level.words, "caption", "text-2")

    def _free(self, wide: float, area: QRectF) -> float:
        """The middle of the widest gap between the marks: words there cross none of them."""
        marks = [self.x_of(mark.x) for mark in self.content.marks]
        edges = [area.left(), *sorted(at for at in marks if area.left() < at < area.right()), area.right()]
        first, last = max(pairwise(edges), key=lambda gap: gap[1] - gap[0])
        return max(first + 6, (first + last - wide) / 2)

    def _bands(self, painter: QPainter, area: QRectF) -> None:
        top, before = area.bottom() + 8, float("-inf")
        for place, band in enumerate(self.content.bands):
            first, last = max(self.x_of(band.first), area.left()), min(self.x_of(band.last), area.right())
            if last - first < 1:
                continue
            if band.first < before:
                # At the same time as another: a narrow strip over it, and both are seen.
                paint.surface(painter, QRectF(first - 1, top + 8, last - first + 2, 9), 3, "surface")
                paint.surface(painter, QRectF(first, top + 9, max(3.0, last - first), 7), 3, band.token)
                continue
            before = band.last
            paint.surface(painter, QRectF(first, top, max(3.0, last - first), 16), 3, band.token)
            # Its words stand before the first strip that lies over it.
            over = [self.x_of(one.first) for one in self.content.bands[place + 1 :] if one.first < band.last]
            free, wide = min([last, *over]), paint.width_of(band.words, "micro")
            if wide + 8 <= free - first:
                paint.write(painter, (first + free - wide) / 2, top + 1, band.words, "micro", "accent-on")

    def _marks(self, painter: QPainter, area: QRectF) -> None:
        taken = -1e9
        for mark in sorted(self.content.marks, key=lambda one: one.x):
            at = self.x_of(mark.x)
            if not area.left() - 1 <= at <= area.right() + 1:
                continue
            painter.setPen(QPen(theme().color("text-1"), 1.2))
            painter.drawLine(QPointF(at, area.top() - 8), QPointF(at, area.bottom() + 4))
            wide = paint.width_of(mark.words, "caption-strong")
            left = at - 8 - wide if mark.is_end else at + 8
            if left < taken:
                left = max(at + 8, taken)
            if left + wide <= self.width():
                paint.write(painter, left, 2, mark.words, "caption-strong", "text-1")
                taken = left + wide + 8
            for line in self.content.lines:
                if (y := line.samples.at(mark.x)) is not None:
                    self._dot(painter, QPointF(at, self.y_of(y)), hollow=mark.is_end)
                    break

    @staticmethod
    def _dot(painter: QPainter, at: QPointF, hollow: bool = False) -> None:
        painter.setPen(QPen(theme().color("text-1"), 2) if hollow else Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("surface" if hollow else "text-1"))
        painter.drawEllipse(at, 4.5, 4.5)

    def _reading(self, painter: QPainter, area: QRectF) -> None:
        found = self.reading()
        if found is None or self._read is None:
            return
        at, (head, rows) = self.x_of(self._read), found
        painter.setPen(QPen(theme().color("text-2"), 1))
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
        for line in self.content.lines:
            if (y := line.samples.at(self._read)) is not None:
                painter.setPen(QPen(theme().color("surface"), 2))
                painter.setBrush(theme().color(line.token))
                painter.drawEllipse(QPointF(at, self.y_of(y)), 4.5, 4.5)
        words = [head, *(f"{name} {value}" if len(rows) > 1 else value for name, value in rows)]
        wide = max(paint.width_of(one, "caption", tabular=True) for one in words) + 16
        left = at + 10 if at + 10 + wide <= self.width() else at - 10 - wide
        box = QRectF(left, area.top() + 6, wide, 8 + 16 * len(words))
        paint.surface(painter, box, 8, "raised", "hairline")
        for number, one in enumerate(words):
            token = "text-2" if number == 0 else "text-1"
            paint.write(painter, left + 8, box.top() + 4 + 16 * number, one, "caption", token, tabular=True)


def _with_unit(axis: Axis, ticks: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The last number has the unit for all of them."""
    if isinstance(axis, NumberAxis) and ticks:
        return [*ticks[:-1], (ticks[-1][0], f"{ticks[-1][1]}\u202f{axis.unit}")]
    return ticks


def _shade(line: Line, area: QRectF) -> QBrush:
    shade = QLinearGradient(area.topLeft(), area.bottomLeft())
    shade.setColorAt(0, theme().color(line.token, 0.30))
    shade.setColorAt(1, theme().color(line.token, 0.04))
    return QBrush(shade)
