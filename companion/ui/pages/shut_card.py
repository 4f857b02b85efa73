"""Why a page shows nothing of the car, in its place."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from companion.ui.pages.foot_card import FootCard
from companion.ui.parts import paint
from companion.ui.parts.labels import Label
from companion.ui.theme import theme


class ShutCard(FootCard):
    def __init__(self, parent: QWidget, words: str) -> None:
        super().__init__(parent)
        self.setAccessibleName(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(56, 18, 20, 18)
        row.addWidget(Label(words, "body", "text-2", wrap=True))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = paint.begin(self)
        theme().draw_icon(painter, "eyeoff", "text-2", 20, self.height() / 2 - 10, 20)
