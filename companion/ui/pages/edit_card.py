"""The card at the foot of the map on which an alarm is edited."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QHBoxLayout, QLineEdit

from companion.ui.pages.foot_card import FootCard
from companion.ui.parts.buttons import Button
from companion.ui.text import text


class EditCard(FootCard):
    """
    Signals:
        changed(object): the alarm as it stands here now.
        taken(), cancelled(), deleted(): what becomes of it.
    """

    changed = Signal(object)
    taken = Signal()
    cancelled = Signal()
    deleted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field takes it; on a button it is the button's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(
            self.focusWidget(), QLineEdit | QAbstractSpinBox
        ):
            self.taken.emit()
        else:
            super().keyPressEvent(event)

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
