"""The collapsed panel: a toggle, a shield and one vertical sentence."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from companion.model.privacy import Privacy
from companion.ui.panel.panel import leaving
from companion.ui.parts import paint
from companion.ui.parts.buttons import IconButton
from companion.ui.text import text
from companion.ui.theme import theme


class Strip(QWidget):
    """
    Signals:
        expand_requested(): show the panel.
    """

    expand_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self._busy = False
        self.setFixedWidth(56)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 12, 4, 12)
        self.expand = IconButton("panel", text("panel.expand"))
        self.expand.clicked.connect(self.expand_requested)
        column.addWidget(self.expand)
        column.addStretch()

    def show_privacy(self, privacy: Privacy) -> None:
        words = leaving(privacy)
        if words != self._words:
            self._words, self._busy = words, bool(privacy.leaving)
            self.setAccessibleName(words)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(QRectF(0, 0, 1, self.height()), theme().color("hairline"))
        theme().draw_icon(painter, "privacy", "accent", 18, 76, 20)
        painter.translate(28, 112)
        painter.rotate(90)
        paint.write(painter, 0, -8, self._words, "caption", "accent" if self._busy else "text-2")
