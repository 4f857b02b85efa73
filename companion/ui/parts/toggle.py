"""On or off, 40 x 24."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, Pressable
from companion.ui.theme import theme


class Toggle(Pressable):
    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setCheckable(True)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(40 + 2 * ROOM, 24 + 2 * ROOM)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.box
        on = self.isChecked()
        if not self.isEnabled():
            painter.setOpacity(0.45)
        paint.surface(painter, box, 12, "accent" if on else "line-strong")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("accent-on" if on else "action-on" if theme().name == "light" else "text-1"))
        x = box.right() - 21 if on else box.x() + 3
        painter.drawEllipse(QRectF(x, box.y() + 3, 18, 18))
        if self.shows_ring:
            paint.ring(painter, box, 12)
