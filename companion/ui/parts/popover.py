"""A raised card over the window: hairline, one soft shadow. Escape or a press beside it closes it.

It is a part of the window, not a window of its own: it looks the same on every desktop and in every picture.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM
from companion.ui.parts.column import Column
from companion.ui.theme import theme


class Card(QWidget):
    """`body` is the layout to fill. With `modal` the rest of the window is dimmed.

    Signals:
        closed(): it is gone, for whatever reason.
    """

    closed = Signal()

    def __init__(self, window: QWidget, width: int, name: str, modal: bool = False) -> None:
        super().__init__(window)
        self._modal = modal
        self._over = window
        self._before = QApplication.focusWidget()
        self._near: QWidget | None = None
        self._right = False
        self._room = ROOM
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.inner = QWidget(self)
        self.inner.setObjectName("card")
        self.inner.setFixedWidth(width)
        self.body = Column(self.inner)
        self.body.setContentsMargins(20, 20, 20, 20)
        window.installEventFilter(self)

    def show_near(self, widget: QWidget, right: bool = False, room: int = ROOM) -> None:
        """Below `widget`, or above it where there is no room; `right`: their right edges are one line. `room`: what the
        widget keeps around itself.
        """
        self._near, self._right, self._room = widget, right, room
        self._show()

    def show_centred(self) -> None:
        self._show()

    def refit(self) -> None:
        """What is on it takes more room, or less."""
        self.body.activate()
        self._arrange()
        self.update()

    def close_card(self) -> None:
        if self.isHidden():
            return
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()
        self.deleteLater()

    def _show(self) -> None:
        self._arrange()
        self.show()
        self.raise_()
        first = self._stops()
        (first[0] if first else self).setFocus(Qt.FocusReason.PopupFocusReason)

    def _arrange(self) -> None:
        window = self._over
        self.setGeometry(window.rect())
        self.inner.adjustSize()
        high, wide = self.inner.height(), self.inner.width()
        if self._near is None:
            self.inner.move((self.width() - wide) // 2, (self.height() - high) // 2)
            return
        corner = self._near.mapTo(window, QPoint(self._room, self._near.height() + 4))
        if corner.y() + high + 8 > self.height():
            corner.setY(self._near.mapTo(window, QPoint(0, 0)).y() - high - 4)
        if self._right:
            corner.setX(corner.x() + self._near.width() - 2 * self._room - wide)
        x = max(8, min(corner.x(), self.width() - wide - 8))
        self.inner.move(x, max(8, min(corner.y(), self.height() - high - 8)))

    # -- events -------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self._over:
            self._arrange()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.inner.geometry().contains(event.position().toPoint()):
            self.close_card()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_card()

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab stays inside."""
        stops = self._stops()
        if not stops:
            return True
        here = QApplication.focusWidget()
        at = stops.index(here) if here in stops else -1 if following else 0
        reason = Qt.FocusReason.TabFocusReason if following else Qt.FocusReason.BacktabFocusReason
        stops[(at + (1 if following else -1)) % len(stops)].setFocus(reason)
        return True

    def _stops(self) -> list[QWidget]:
        """What takes the keyboard for another (the line inside a number field) is no stop of its own."""
        found = [one for one in self.inner.findChildren(QWidget) if one.focusProxy() is None]
        return [
            one
            for one in found
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isEnabled() and one.isVisibleTo(self)
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        if self._modal:
            painter.fillRect(self.rect(), theme().color("canvas", 0.6))
        box = self.inner.geometry().toRectF()
        _shadow(painter, box)
        paint.surface(painter, box, 12, "raised", "hairline")


def _shadow(painter: QPainter, box: QRectF) -> None:
    """0 8 24 in black, 28 % in all (light: 10 %), as nested shapes."""
    steps = 12
    colour = QColor(0, 0, 0)
    colour.setAlphaF((0.28 if theme().name == "dark" else 0.10) / steps * 1.6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for step in range(steps):
        grow = (steps - step) * 1.6
        painter.drawRoundedRect(box.adjusted(-grow, 8 - grow, grow, 8 + grow), 12 + grow, 12 + grow)
