"""One message in the list, and the head of a day."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from companion.model.message import Message
from companion.ui import format as fmt
from companion.ui import message_faces as faces
from companion.ui.parts import paint
from companion.ui.parts.buttons import ListRow
from companion.ui.theme import theme

INSET, TEXT = 8, 44
MOST_LINES = 3


class MessageRow(ListRow):
    """
    Signals:
        focused(): it got the keyboard.
    """

    focused = Signal()

    def __init__(self, message: Message, car: str, spoken: str, is_new: bool, is_first: bool) -> None:
        super().__init__(faces.sentence(message))
        self.message = message
        self._car, self._is_new, self._is_first = car, is_new, is_first
        self._time = fmt.clock(message.at)
        self.setAccessibleName(spoken)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _lines(self, wide: int) -> list[str]:
        room = wide - TEXT - INSET - 16 - paint.width_of(self._time, "caption", tabular=True)
        # Folded as the wider of both weights: a message that is read does not move the others.
        return paint.lines(self.text(), "body-strong", room)[:MOST_LINES]

    def heightForWidth(self, wide: int) -> int:
        return 36 + 20 * len(self._lines(wide))

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(max(320, self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.rect().toRectF()
        if self.is_hovered or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("text-1", 0.10 if self.isDown() else 0.05))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, 0), 8, 8)
        if not self._is_first:
            painter.fillRect(QRectF(INSET, 0, box.width() - 2 * INSET, 1), theme().color("line-strong", 0.35))
        icon, token = faces.ICONS[self.message.kind]
        theme().draw_icon(painter, icon, token, INSET + 2, 18, 20)
        self._words(painter, box.width())
        if self.shows_ring:
            paint.surface(painter, box.adjusted(1, 2, -1, -1), 8, None, "accent", 2)

    def _words(self, painter: QPainter, wide: float) -> None:
        lines = self._lines(self.width())
        for number, line in enumerate(lines):
            paint.write(painter, TEXT, 8 + 20 * number, line, "body-strong" if self._is_new else "body", "text-1")
        second = 8 + 20 * len(lines) + 2
        paint.write(painter, TEXT, second, self._car, "caption", "text-2", wide - TEXT - INSET - 20)
        right = wide - INSET
        paint.write(painter, 0, 10, self._time, "caption", "text-2", right, paint.RIGHT, tabular=True)
        if self._is_new:
            paint.surface(painter, QRectF(right - 8, second + 4, 8, 8), 3, "accent")
