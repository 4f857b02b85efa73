"""A card that lies on the map: what is done to it is not done to the map below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QWidget

from companion.ui.parts import paint


class FootCard(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape and Ctrl+Z are the page's; every other key that nothing in here wanted ends here."""
        if event.key() == Qt.Key.Key_Escape or event.matches(QKeySequence.StandardKey.Undo):
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.surface(paint.begin(self), self.rect().toRectF(), 14, "panel", "hairline")
