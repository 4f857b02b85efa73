"""The card at the foot of the map on which an alarm is edited."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from companion.ui.parts import paint
from companion.ui.parts.buttons import Button
from companion.ui.text import text


class EditCard(QWidget):
    """
    Signals:
        changed(object): the alarm as it stands here now.
        taken(), cancelled(), deleted(): what becomes of it.
    """

    changed = Signal(object)
    taken = Signal()
    cancelled = Signal()
    deleted = Signal()

    def buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self.delete = Button(text("timers.delete"), "danger")
        cancel, take = Button(text("action.cancel"), "quiet"), Button(text("timers.take"), "primary")
        self.delete.clicked.connect(self.deleted)
        cancel.clicked.connect(self.cancelled)
        take.clicked.connect(self.taken)
        row.addStretch()
        for button in (self.delete, cancel, take):
            row.addWidget(button)
        return row

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.surface(paint.begin(self), self.rect().toRectF(), 14, "panel", "hairline")
