"""A card of a page: a title, a note beside it, and what stands below."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from companion.ui.parts import paint
from companion.ui.parts.labels import Label
from companion.ui.theme import theme

REACH = 12
"""How much further what marks a row reaches than its words."""


class Surface(QWidget):
    """A card of the page with a title line; `body` is the layout to fill. With `plain` it stands on the page itself: its
    rows reach REACH further than its words.
    """

    def __init__(self, title: str, note: str = "", plain: bool = False) -> None:
        super().__init__()
        self._is_plain = plain
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*((0, 8, 0, 8) if plain else (16, 14, 16, 12)))
        self.body.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setSpacing(16)
        self.head.setContentsMargins(*((REACH, 0, REACH, 0) if plain else (0, 0, 0, 0)))
        self.head.addWidget(Label(title, "section"))
        self.note = Label(note, "caption", "text-3")
        self.head.addWidget(self.note, 1)
        self.body.addLayout(self.head)
        self.body.addSpacing(8)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_plain:
            return
        line = "hairline" if theme().name == "light" else None
        paint.surface(paint.begin(self), self.rect().toRectF(), 12, "surface", line)
