"""Buttons: primary, secondary, quiet, danger; icon buttons. All painted by token, all with a visible keyboard focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from companion.ui.parts import paint
from companion.ui.parts.sweep import Sweep
from companion.ui.theme import theme

ROOM = 4
"""Space around a button for its focus ring."""
BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class Pressable(QAbstractButton):
    """A painted button: hover, press and a ring for keyboard focus. Subclasses paint inside `self.box`."""

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(words)
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.shows_ring = False

    @property
    def box(self) -> QRectF:
        return self.rect().toRectF().adjusted(ROOM, ROOM, -ROOM, -ROOM)

    @property
    def is_hovered(self) -> bool:
        return self.isEnabled() and self.underMouse()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.shows_ring = event.reason() in BY_KEY
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.shows_ring = False
        super().focusOutEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.EnabledChange:
            shape = Qt.CursorShape.PointingHandCursor if self.isEnabled() else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
        super().changeEvent(event)

    def paint_press(self, painter: QPainter, radius: float) -> None:
        if self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("text-1", 0.06))
            painter.drawRoundedRect(self.box, radius, radius)


LOOKS = {
    # kind: (fill, fill under the pointer, text)
    "primary": ("action", "action", "action-on"),
    "secondary": ("raised", "raised", "text-1"),
    "quiet": (None, "raised", "text-2"),
    "danger": ("raised", "raised", "danger"),
    "link": (None, None, "accent"),
}


class Button(Pressable):
    """`kind` is a key of LOOKS. `busy` shows a ring instead of the icon; the width never changes."""

    def __init__(
        self, words: str, kind: str = "secondary", icon: str | None = None, height: int = 40,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(words, parent)
        self._kind = kind
        self._icon = icon
        self._high = height
        self._sweep = Sweep(self)
        self._is_on_card = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def is_busy(self) -> bool:
        return self._sweep.is_running

    def set_busy(self, busy: bool) -> None:
        self._sweep.run(busy)
        self.update()

    def sizeHint(self) -> QSize:
        margin = 8 if self._kind == "link" else 16
        icon = 26 if self._icon else 0
        wide = paint.width_of(self.text(), "name") + 2 * margin + icon
        return QSize(round(wide) + 1 + 2 * ROOM, self._high + 2 * ROOM)

    def showEvent(self, event: QShowEvent) -> None:
        """A card is raised itself: there a button is a step down."""
        above = self.parentWidget()
        while above is not None and above.objectName() != "card":
            above = above.parentWidget()
        self._is_on_card = above is not None
        super().showEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        fill, hovered, ink = LOOKS[self._kind]
        if self._is_on_card:
            fill, hovered = ("surface" if one == "raised" else one for one in (fill, hovered))
        if not self.isEnabled():
            fill, ink = ("surface" if fill else None), "text-3"
        elif self.is_hovered:
            fill = hovered
            if self._kind == "primary":
                painter.setOpacity(0.92)
        box = self.box
        if fill:
            paint.surface(painter, box, 8, fill)
        painter.setOpacity(1)
        self.paint_press(painter, 8)
        self._content(painter, box, ink)
        if self.shows_ring:
            paint.ring(painter, box.adjusted(1, 1, -1, -1), 7)

    def _content(self, painter: QPainter, box: QRectF, ink: str) -> None:
        words = paint.width_of(self.text(), "name")
        icon = 26 if self._icon or self._sweep.is_running else 0
        x = box.x() + max(8.0, (box.width() - words - icon) / 2)
        y = box.center().y()
        if self._sweep.is_running:
            self._sweep.paint(painter, QRectF(x, y - 8, 16, 16), ink)
        elif self._icon:
            theme().draw_icon(painter, self._icon, ink, x, y - 9, 18)
        paint.write(painter, x + icon, y - 10, self.text(), "name", ink, box.right() - x - icon - 4)


class IconButton(Pressable):
    """40 px square with a name for screen readers and as a tooltip."""

    def __init__(
        self, icon: str, name: str, parent: QWidget | None = None, token: str = "text-2", fill: str | None = None
    ) -> None:
        """`fill`: what it stands on at rest; None: nothing."""
        super().__init__(name, parent)
        self._fill = fill
        self._icon = icon
        self._token = token
        self.setToolTip(name)
        self.setFixedSize(40 + 2 * ROOM, 40 + 2 * ROOM)
        self._sweep = Sweep(self)

    def set_busy(self, busy: bool) -> None:
        self._sweep.run(busy)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        box = self.box
        if fill := "raised" if self.is_hovered else self._fill:
            paint.surface(painter, box, 8, fill)
        self.paint_press(painter, 8)
        if self._sweep.is_running:
            self._sweep.paint(painter, QRectF(box.center().x() - 9, box.center().y() - 9, 18, 18), "accent")
        else:
            token = self._token if self.isEnabled() else "text-3"
            theme().draw_icon(painter, self._icon, token, box.center().x() - 10, box.center().y() - 10, 20)
        if self.shows_ring:
            paint.ring(painter, box.adjusted(1, 1, -1, -1), 7)


class ListRow(Pressable):
    """One of a list that is pressed as a whole."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter picks, as in any list; a desktop's buttons may take the space bar only."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)
