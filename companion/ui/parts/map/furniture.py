"""What stands on the map and does not move with it: scale, attribution, buttons, and the sentence when pictures fail."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from companion.ui import format as fmt
from companion.ui.parts import paint
from companion.ui.parts.buttons import Button, Pressable
from companion.ui.parts.labels import Label
from companion.ui.parts.map.camera import Camera
from companion.ui.text import text
from companion.ui.theme import theme

LONGEST = 110.0
"""Pixels of the scale at most."""
STEPS = (1, 2, 5)


def scale_of(camera: Camera) -> tuple[float, str]:
    """The scale's length in pixels, and its words: the longest round number that fits."""
    most = LONGEST * camera.metres_per_pixel
    step = max(n * 10**power for power in range(8) for n in STEPS if n * 10**power <= max(most, 1.0))
    words = fmt.unit(step, "m") if step < 1000 else fmt.unit(step / 1000, "km")
    return step / camera.metres_per_pixel, words


def paint_scale(painter: QPainter, camera: Camera, left: float, bottom: float) -> None:
    long, words = scale_of(camera)
    for token, width in (("canvas", 4.0), ("text-1", 1.4)):
        painter.setPen(QPen(theme().color(token, 0.7 if token == "canvas" else 1.0), width))
        painter.drawPolyline([QPointF(left, bottom - 5), QPointF(left, bottom), QPointF(left + long, bottom)])
        painter.drawLine(QLineF(left + long, bottom, left + long, bottom - 5))
    _backed(painter, left + long + 8, bottom - 12, words)


def paint_attribution(painter: QPainter, words: str, right: float, bottom: float, most: float) -> None:
    if words:
        wide = min(paint.width_of(words, "micro"), most)
        _backed(painter, right - wide, bottom - 12, words, "micro", most)


def _backed(painter: QPainter, x: float, y: float, words: str, role: str = "caption", most: float = 400.0) -> None:
    wide = min(paint.width_of(words, role), most)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("canvas", 0.72))
    painter.drawRoundedRect(QRectF(x - 4, y - 1, wide + 8, theme().line_height(role) + 2), 4, 4)
    paint.write(painter, x, y, words, role, "text-2", most)


class MapButton(Pressable):
    def __init__(self, icon: str, words: str) -> None:
        super().__init__(words)
        self._icon = icon
        self.setToolTip(words)
        self.setFixedSize(40, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        if self.is_hovered:
            paint.surface(painter, self.box, 8, "raised")
        self.paint_press(painter, 8)
        theme().draw_icon(painter, self._icon, "text-1" if self.isEnabled() else "text-3", 10, 10, 20)
        if self.shows_ring:
            paint.ring(painter, self.box, 6)


class MapButtons(QWidget):
    """
    Signals:
        zoomed(int): one nearer or farther.
        located(): where the car is.
    """

    zoomed = Signal(int)
    located = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.nearer, self.farther = MapButton("plus", text("map.zoom_in")), MapButton("minus", text("map.zoom_out"))
        self.locate = MapButton("locate", text("map.locate"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for button in (self.nearer, self.farther, self.locate):
            column.addWidget(button)
        self.setFixedSize(40, 122)
        self.nearer.clicked.connect(lambda: self.zoomed.emit(1))
        self.farther.clicked.connect(lambda: self.zoomed.emit(-1))
        self.locate.clicked.connect(self.located)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        paint.surface(painter, self.rect().toRectF(), 12, "surface", "hairline")
        for y in (40, 81):
            paint.hairline(painter, 8, y, 24)


class MapNotice(QWidget):
    """
    Signals:
        retry_requested(): try again now.
    """

    retry_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = Label("", "caption", "text-1", wrap=True)
        self._again = Button(text("action.retry"), "link", height=32)
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self._again)
        self._again.clicked.connect(self.retry_requested)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.hide()

    @property
    def words(self) -> str:
        return self._words.text() if not self.isHidden() else ""

    def say(self, words: str) -> None:
        """ "": nothing is wrong."""
        if words == self.words:
            return
        self._words.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        if words:
            event = QAccessibleAnnouncementEvent(self, words)
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
            QAccessible.updateAccessibility(event)

    def place(self, left: float, bottom: float, most: float) -> None:
        """Its lower left corner, and how wide it may be."""
        chrome = 40 + 8 + 8 + self._again.sizeHint().width()
        wide = min(most, paint.width_of(self._words.text(), "caption") + chrome + 4)
        lines = len(paint.lines(self._words.text(), "caption", wide - chrome))
        high = max(40, 24 + 16 * lines)
        self.setGeometry(round(left), round(bottom - high), round(wide), high)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        paint.surface(painter, self.rect().toRectF(), 12, "raised", "hairline")
        theme().draw_icon(painter, "warning", "warn", 12, self.height() / 2 - 10, 20)
