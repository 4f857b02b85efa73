"""The first frame: theme, words and an empty window, before anything heavy is imported."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from companion.model.settings import Settings
from companion.ui import text
from companion.ui.theme import theme
from companion.ui.window import Window

LONGEST = 1000
"""Milliseconds to wait for the first frame: a hidden desktop may never paint."""


def first_window(settings: Settings, lang: str | None = None, look: str | None = None) -> tuple[QApplication, Window]:
    """The application and its window, on screen and painted once."""
    qt = QApplication.instance()
    if not isinstance(qt, QApplication):
        qt = QApplication(sys.argv[:1])
    qt.setQuitOnLastWindowClosed(False)
    application = qt
    theme().use(look or (system_theme() if settings.theme == "system" else settings.theme))

    def redress(new: Settings) -> None:
        """What the command line asked for holds until the owner chooses otherwise."""
        kept_lang = lang if new.language == settings.language else None
        dress(application, new, kept_lang, look if new.theme == settings.theme else None)

    window = Window(settings, redress)
    window.show()
    _wait_for_paint(window)
    # The first frame has no words yet: fonts, style sheet and language come after it.
    dress(application, settings, lang, look)
    return qt, window


def dress(qt: QApplication, settings: Settings, lang: str | None = None, look: str | None = None) -> None:
    """Puts language and theme in force; `system` follows the desktop's."""
    text.set_language(lang or (text.system_language() if settings.language == "system" else settings.language))
    theme().use(look or (system_theme() if settings.theme == "system" else settings.theme))
    theme().reduced_motion = settings.reduced_motion
    qt.setFont(theme().font("body"))
    qt.setStyleSheet(theme().stylesheet())


def system_theme() -> str:
    """Dark unless the desktop says light."""
    # All enumerations of Qt come with this name, and they take their time.
    from PySide6.QtCore import Qt

    return "light" if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light else "dark"


class _Painted(QObject):
    """Ends a loop when the watched window has been painted."""

    def __init__(self, loop: QEventLoop) -> None:
        super().__init__()
        self._loop = loop

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._loop.quit()
        return False


def _wait_for_paint(window: Window) -> None:
    """Sleeps in the event loop until the window was painted."""
    loop = QEventLoop()
    painted = _Painted(loop)
    window.installEventFilter(painted)
    timer = QTimer(singleShot=True, interval=LONGEST)
    timer.timeout.connect(loop.quit)
    timer.start()
    loop.exec()
    window.removeEventFilter(painted)
