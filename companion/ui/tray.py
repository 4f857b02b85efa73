"""Messages by the desktop itself, while the window is not in front: a tray icon with a menu, and what it shows.

`run.py` makes the herald once the window is on screen. Without a tray, or where the owner does not want it, there is none.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from companion.model.message import Message
from companion.model.state import State
from companion.ui import message_faces as faces
from companion.ui.parts.mark import app_icon
from companion.ui.text import plural, text
from companion.ui.window import Window

TOGETHER = 400
"""Milliseconds: what comes within them is told as one."""
SHOWN_FOR = 8000


class Tray(QObject):
    """
    Signals:
        opened(): the icon was pressed, or "open" in its menu.
        quit_asked(): "quit" in its menu.
        pressed(): what it showed last was pressed; on Linux desktops Qt asks to be told of that for errors only.
    """

    opened = Signal()
    quit_asked = Signal()
    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._face = app_icon()
        self._icon = QSystemTrayIcon(self._face, self)
        self._menu = QMenu()
        self._menu.addAction(text("tray.open"), self.opened.emit)
        self._menu.addAction(text("tray.quit"), self.quit_asked.emit)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self.pressed)
        self._icon.show()

    def show_message(self, title: str, words: str) -> None:
        self._icon.showMessage(title, words, QIcon(self._face), SHOWN_FOR)

    def show_words(self, words: str) -> None:
        self._icon.setToolTip(words)

    def close(self) -> None:
        self._icon.hide()
        self._menu.deleteLater()
        self.deleteLater()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.opened.emit()


def desktop_tray() -> Tray | None:
    """None: this desktop has no place for one."""
    return Tray() if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages() else None


class Herald(QObject):
    """Tells what is new while the window is not in front. `make_tray`: `desktop_tray`."""

    def __init__(self, window: Window, make_tray: Callable[[], Tray | None]) -> None:
        super().__init__(window)
        self._window = window
        self._make_tray = make_tray
        self._tray: Tray | None = None
        self._last = 0
        """Number of the newest notice that was looked at."""
        self._waiting: list[Message] = []
        self._told: tuple[Message, ...] = ()
        """What the desktop told since the window was last brought to the front from there."""
        self._state = State()
        self._timer = QTimer(self, singleShot=True, interval=TOGETHER)
        self._timer.timeout.connect(self._tell)
        window.settings_changed.connect(self._settle)
        window.dressed.connect(self._redress)
        window.closed.connect(self._close)
        self._settle()

    def show_state(self, state: State) -> None:
        self._state = state
        new = [one.message for one in state.notices if one.id > self._last and one.message is not None]
        self._last = max([self._last, *(one.id for one in state.notices)])
        if new and not self._window.isActiveWindow():
            self._waiting += new
            self._timer.start()
        if self._tray is not None:
            self._tray.show_words(_words(state))

    # -- telling ------------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        """One by its sentence, several by their number and the newest. Somebody may have come back meanwhile."""
        waiting, self._waiting = self._waiting, []
        self._settle()
        if self._tray is None or self._window.isActiveWindow():
            return
        self._told += tuple(waiting)
        newest = waiting[-1]
        title = faces.car(newest, self._state) if len(waiting) == 1 else plural("inbox.several", len(waiting))
        self._tray.show_message(title, faces.sentence(newest))

    def _open(self) -> None:
        """The window to the front, with what was told: one message by its page, several by the list."""
        told, self._told = self._told, ()
        unread = [one for one in self._state.messages if not one.is_read and any(one.id == other.id for other in told)]
        self._raise()
        if len(unread) == 1:
            self._window.glass.show_message(unread[0])
        elif unread:
            self._window.open_inbox()

    def _raise(self) -> None:
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    # -- the tray -----------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """A tray as long as the owner wants it; a desktop may offer its place later."""
        wanted = self._window.settings.desktop_notices
        if not wanted:
            self._close()
        elif self._tray is None and (tray := self._make_tray()) is not None:
            tray.opened.connect(self._open)
            tray.quit_asked.connect(self._window.close)
            tray.pressed.connect(self._open)
            tray.show_words(_words(self._state))
            self._tray = tray

    def _redress(self) -> None:
        """Another language: its menu is made anew."""
        self._close()
        self._settle()

    def _close(self) -> None:
        if self._tray is not None:
            self._tray.close()
        self._tray = None


def _words(state: State) -> str:
    count = sum(not one.is_read for one in state.messages)
    return f"Companion · {plural('inbox.unread', count)}" if count else "Companion"
