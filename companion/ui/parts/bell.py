"""The bell in the top bar: with a dot while there are messages that nobody has read."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent

from companion.ui.parts import paint
from companion.ui.parts.buttons import IconButton
from companion.ui.text import plural, text


class Bell(IconButton):
    def __init__(self) -> None:
        super().__init__("bell", text("inbox.title"))
        self._unread = 0

    def show_unread(self, count: int) -> None:
        self._unread = count
        name = text("inbox.button", unread=plural("inbox.unread", count)) if count else text("inbox.title")
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._unread:
            painter, middle = paint.begin(self), self.box.center()
            dot = QRectF(middle.x() + 1, middle.y() - 10, 8, 8)
            paint.surface(painter, dot.adjusted(-1.5, -1.5, 1.5, 1.5), 4, "raised" if self.is_hovered else "canvas")
            paint.surface(painter, dot, 3, "accent")
