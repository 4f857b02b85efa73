"""A text field under its name, with what is wrong with it below."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from companion.ui.parts.labels import Label


class Wrong(Label):
    """A sentence in danger's colour; it takes no room while there is none, and is read out when it comes."""

    def __init__(self) -> None:
        super().__init__("", "caption", "danger", wrap=True)
        self.hide()

    def say(self, words: str) -> None:
        if words and words != self.text():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
        self.setText(words)
        self.setVisible(bool(words))


class Field(QWidget):
    def __init__(self, name: str, words: str = "") -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.line, self.wrong = QLineEdit(words), Wrong()
        self.line.setAccessibleName(name)
        for widget in (Label(name, "caption", "text-2"), self.line, self.wrong):
            column.addWidget(widget)

    def say(self, words: str) -> None:
        """What is wrong with it; empty if nothing is."""
        self.wrong.say(words)
        self.line.setAccessibleDescription(words)
        self.line.setProperty("state", "error" if words else "")
        self.line.style().unpolish(self.line)
        self.line.style().polish(self.line)
