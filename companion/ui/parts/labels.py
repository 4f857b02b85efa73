"""Text by role and token: a line or a paragraph that stands in a layout."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QMoveEvent, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from companion.ui.parts import paint
from companion.ui.theme import theme

BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
REACH = 4
"""Of a focus ring beyond what it is around."""


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


class Ring(QWidget):
    """A focus ring around a widget that has no room for one itself: it lies on what is around."""

    def __init__(self, around: QWidget) -> None:
        super().__init__(around.parentWidget())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._around = around
        self.place()
        self.show()
        self.raise_()

    def place(self) -> None:
        self.setGeometry(self._around.geometry().adjusted(-REACH, -REACH, REACH, REACH))

    def paintEvent(self, event: QPaintEvent) -> None:
        box = self.rect().toRectF().adjusted(REACH, REACH, -REACH, -REACH)
        paint.ring(paint.begin(self), box, 3)


class Link(QLabel):
    """
    Signals:
        activated_by_user(): pressed, or Enter with the focus.
    """

    activated_by_user = Signal()

    def __init__(self, words: str, role: str = "caption", parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._ring: Ring | None = None
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
        if event.reason() in BY_KEY and self._ring is None:
            self._ring = Ring(self)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._ring is not None:
            self._ring.hide()
            self._ring.deleteLater()
            self._ring = None
        super().focusOutEvent(event)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow()

    def _follow(self) -> None:
        if self._ring is not None:
            self._ring.place()
