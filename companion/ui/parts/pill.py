"""A state of the whole car or link in the top bar: private mode, offline, a planted field."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.ui.parts import paint
from companion.ui.theme import theme

LOOKS = {
    # tone: (ink, fill)
    "plain": ("text-2", "surface"),
    "choice": ("choice", "choice-fill"),
    "warn": ("warn", "warn-fill"),
}


class Pill(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._words, self._tone = "info", "", "plain"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_words(self, icon: str, words: str, tone: str = "plain", detail: str = "") -> None:
        """Empty words hide it."""
        self._icon, self._words, self._tone = icon, words, tone
        self.setAccessibleName(words)
        self.setAccessibleDescription(detail)
        self.setToolTip(detail)
        self.setVisible(bool(words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(paint.width_of(self._words, "caption")) + 50, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.rect().toRectF()
        ink, fill = LOOKS[self._tone]
        if self._tone == "plain" and theme().name == "light":
            fill = "raised"
        paint.surface(painter, box, 16, fill)
        theme().draw_icon(painter, self._icon, ink, 12, 8, 16)
        paint.write(painter, 35, 8, self._words, "caption", ink)
