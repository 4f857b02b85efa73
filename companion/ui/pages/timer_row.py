"""A departure timer as a row: its time, its days, what is ready by then, and whether it is on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from companion.model.charging import Timer
from companion.ui.pages import timer_faces as faces
from companion.ui.pages.surface import REACH
from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, Pressable
from companion.ui.parts.toggle import Toggle
from companion.ui.text import text

DAY, DAY_WIDE = 24.0, 20.0
"""From one day of the week to the next, and how wide each is."""


class TimerRow(Pressable):
    """
    Signals:
        switched(bool): on or off.
    """

    switched = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._one: Timer | None = None
        self.flipper = Toggle("", self)
        self.flipper.clicked.connect(self.switched)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(300, 60)

    def show_timer(self, one: Timer, enabled: bool) -> None:
        self._one = one
        self.setAccessibleName(f"{faces.clock(one)}, {faces.days(one)}")
        self.setAccessibleDescription(faces.does(one))
        self.flipper.setAccessibleName(text("timers.switch", time=faces.clock(one)))
        self.flipper.setChecked(one.enabled)
        self.setEnabled(enabled)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Its own room for a ring is inside.
        left = self.width() - REACH + ROOM - self.flipper.width()
        self.flipper.move(left, (self.height() - self.flipper.height()) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = paint.begin(self), self.width() - 2.0 * REACH
        if self._one is None:
            return
        painter.translate(REACH, 0)
        if self.is_hovered:
            paint.surface(painter, QRectF(-REACH, 1, wide + 2 * REACH, 58), 8, "raised")
        else:
            paint.hairline(painter, 0, 0, wide)
        ink = "text-1" if self._one.enabled else "text-3"
        used = paint.write(painter, 0, 16, faces.clock(self._one), "stat", ink, tabular=True)
        room = wide - used - 24 - self.flipper.width()
        if self._one.days:
            self._days(painter, used + 18)
        else:
            paint.write(painter, used + 18, 10, faces.days(self._one), "name", ink, room)
        paint.write(painter, used + 18, 32, faces.does(self._one), "caption", "text-3", room)
        if self.shows_ring:
            paint.surface(painter, QRectF(1 - REACH, 2, wide + 2 * REACH - 2, 56), 8, None, "accent", 2)

    def _days(self, painter: QPainter, left: float) -> None:
        """The week, with the days on which it repeats."""
        assert self._one is not None
        for place, (letter, is_meant) in enumerate(faces.week(self._one)):
            spot = QRectF(left + place * DAY, 9, DAY_WIDE, DAY_WIDE)
            is_lit = is_meant and self._one.enabled
            if is_meant:
                paint.surface(painter, spot, DAY_WIDE / 2, "raised" if is_lit else None, "line-strong")
            ink = "text-1" if is_lit else "text-3"
            wide = paint.width_of(letter, "micro")
            paint.write(painter, spot.center().x() - wide / 2, 13, letter, "micro", ink)
