"""Rows of the map page: an alarm that is on or off, and an event."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from companion.ui.parts import paint
from companion.ui.parts.buttons import BY_KEY, ROOM, Pressable
from companion.ui.parts.command_button import DWELL
from companion.ui.parts.toggle import Toggle
from companion.ui.text import text
from companion.ui.theme import theme

INSET, TEXT = 12, 44


class AlarmRow(Pressable):
    """
    Signals:
        switched(bool): on or off. looked_at(): the pointer rests on the switch, or it got the keyboard.
    """

    switched = Signal(bool)
    looked_at = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._icon, self._name, self._second, self._is_picked = "locate", "", "", False
        self.flipper = Toggle("", self)
        self.flipper.clicked.connect(self.switched)
        self.flipper.installEventFilter(self)
        self._dwell = QTimer(self, singleShot=True, interval=DWELL)
        self._dwell.timeout.connect(self.looked_at)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(256, 56)

    def show_row(
        self, icon: str, name: str, second: str, on: bool, *, picked: bool = False, enabled: bool = True
    ) -> None:
        self._icon, self._name, self._second, self._is_picked = icon, name, second, picked
        self.setAccessibleName(name)
        self.setAccessibleDescription(second)
        self.flipper.setAccessibleName(f"{name}, {second}")
        self.flipper.setChecked(on)
        self.setEnabled(enabled)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What it would do is shown before it is pressed, as with any command."""
        if event.type() is QEvent.Type.Enter:
            self._dwell.start()
        elif event.type() is QEvent.Type.Leave:
            self._dwell.stop()
        elif isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() in BY_KEY:
            self.looked_at.emit()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.flipper.move(
            self.width() - self.flipper.width() - INSET + ROOM, (self.height() - self.flipper.height()) // 2
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = paint.begin(self), float(self.width())
        if self._is_picked or self.is_hovered:
            paint.surface(painter, QRectF(0, 1, wide, 54), 8, "raised")
        on = self.flipper.isChecked()
        theme().draw_icon(painter, self._icon, "accent" if on else "text-2", INSET, 18, 20)
        room = wide - TEXT - self.flipper.width() - INSET
        paint.write(painter, TEXT, 9, self._name, "body-strong" if self._is_picked else "name", "text-1", room)
        paint.write(painter, TEXT, 30, self._second, "caption", "text-3", room)
        if self.shows_ring:
            paint.surface(painter, QRectF(1, 2, wide - 2, 52), 8, None, "accent", 2)


class EventRow(Pressable):
    def __init__(self) -> None:
        super().__init__()
        self._icon, self._token, self._name, self._second, self._when = "bell", "text-2", "", "", ""
        self._is_picked = self._is_new = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(256, 56)

    def show_event(
        self, icon: str, token: str, name: str, second: str, when: str, picked: bool, *, is_new: bool
    ) -> None:
        self._icon, self._token, self._name, self._second, self._when = icon, token, name, second, when
        self._is_picked, self._is_new = picked, is_new
        words = ", ".join(filter(None, (name, second, when)))
        self.setAccessibleName(text("inbox.spoken_unread", words=words) if is_new else words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = paint.begin(self), float(self.width())
        if self.is_hovered or self._is_picked:
            paint.surface(painter, QRectF(0, 1, wide, 54), 8, "raised")
        else:
            paint.hairline(painter, INSET, 0, wide - 2 * INSET)
        theme().draw_icon(painter, self._icon, self._token, INSET, 11, 18)
        room = wide - TEXT - INSET - (16 if self._is_new else 0)
        paint.write(painter, TEXT, 9, self._name, "body-strong" if self._is_new else "name", "text-1", room)
        if self._is_new:
            paint.surface(painter, QRectF(wide - INSET - 8, 15, 8, 8), 4, "accent")
        second = f"{self._when} · {self._second}" if self._second else self._when
        paint.write(painter, TEXT, 30, second, "caption", "text-3", wide - TEXT - INSET)
        if self.shows_ring:
            paint.surface(painter, QRectF(1, 2, wide - 2, 52), 8, None, "accent", 2)
