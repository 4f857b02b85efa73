"""How full the battery is: the number of the page, and its bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from companion.model.charging import Charging
from companion.ui import format as fmt
from companion.ui.parts import paint
from companion.ui.text import text


class Level(QWidget):
    """The charge as the page's one large number, and its bar with minimum and target."""

    def __init__(self) -> None:
        super().__init__()
        self._percent = 0.0
        self._charging = Charging()
        self.setFixedHeight(168)
        self.setMinimumWidth(310)

    def show_level(self, percent: float, charging: Charging) -> None:
        self._percent, self._charging = percent, charging
        self.setAccessibleName(f"{text('charging.level')} {fmt.percent(percent)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, level = paint.begin(self), self._percent
        used = paint.write(painter, -5, 0, fmt.number(level), "hero", "text-1")
        paint.write(painter, used + 4, 66, "%", "stat", "text-2")
        bar = QRectF(0, 124, 300, 8)
        paint.surface(painter, bar, 4, "raised")
        paint.surface(painter, QRectF(0, 124, 3 * max(1.0, level), 8), 4, "accent")
        marks = {value for value in (self._charging.minimum, self._charging.target) if value}
        for value in sorted(marks):
            paint.surface(painter, QRectF(3 * value - 1, 120, 2, 16), 1, "text-1")
            words = fmt.number(value)
            paint.write(painter, 3 * value - paint.width_of(words, "caption") / 2, 140, words, "caption", "text-2")
