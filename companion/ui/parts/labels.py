"""Text by role and token: a line or a paragraph that stands in a layout."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from companion.ui.parts import paint
from companion.ui.theme import theme

BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class Label(QLabel):
    def __init__(
        self, words: str = "", role: str = "body", token: str = "text-1", *, wrap: bool = False, tabular: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(words, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme().font(role, tabular))
        self.setWordWrap(wrap)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.tint(token)

    def tint(self, token: str) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, theme().color(token))
        self.setPalette(palette)


class Link(QLabel):
    """
    Signals:
        activated_by_user(): pressed, or Enter with the focus.
    """

    activated_by_user = Signal()

    def __init__(self, words: str, role: str = "caption", parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._shows_ring = False
        self.setFont(theme().font(role))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, theme().color("accent"))
        self.setPalette(palette)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.activated_by_user.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.activated_by_user.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._shows_ring = event.reason() in BY_KEY
        self.update()
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self._shows_ring:
            painter = paint.begin(self)
            paint.surface(painter, self.rect().toRectF(), 3, None, "accent", 2)
