"""Under what was changed and not sent: a warning that it is stale, the button that sends, and the one that discards."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from companion.model.state import State
from companion.ui.pages.unsent import Unsent
from companion.ui.parts.buttons import ROOM, Button
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Label
from companion.ui.text import text


class UnsentRows(QWidget):
    """
    Args:
        stale: the warning's sentence.
        margin: pixels left and right of it; the buttons keep room for their ring inside it.

    Signals:
        discarded(): of the edit, by the owner.
    """

    discarded = Signal()

    def __init__(self, button: CommandButton, stale: str, margin: int = 0) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.stale = Label(stale, "caption", "warn", wrap=True)
        self.stale.setContentsMargins(margin, 0, margin, 0)
        row = QHBoxLayout()
        beside = max(0, margin - ROOM)
        row.setContentsMargins(beside, 8, beside, 0)
        row.addWidget(button, 1)
        self.discard = Button(text("timers.discard"), "quiet")
        self.discard.clicked.connect(lambda: self.discarded.emit())
        row.addWidget(self.discard)
        column.addWidget(self.stale)
        column.addLayout(row)

    def show_unsent(self, unsent: Unsent[Any], state: State, is_current: bool) -> None:
        """`is_current`: what the edit is based on is what the car has."""
        self.stale.setVisible(unsent.wish is not None and not unsent.is_sent and not is_current)
        self.discard.setVisible(unsent.can_be_discarded(state))
        self.setVisible(unsent.is_open(state))
