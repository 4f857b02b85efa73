"""The real window without an app behind it: pages get snapshots, signals are what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from companion.model.settings import Settings
from companion.ui.start import dress
from companion.ui.window import Window

Make = Callable[..., Window]


@pytest.fixture
def make_window(qapp: QApplication) -> Iterator[Make]:
    """`make_window(language, theme, width, height)`: complete and shown."""
    made: list[Window] = []

    def make(language: str = "en", theme: str = "dark", width: int = 1280, height: int = 800) -> Window:
        settings = Settings(language=language, theme=theme, reduced_motion=True)
        dress(qapp, settings)
        window = Window(settings, lambda new: dress(qapp, new))
        window.resize(width, height)
        window.complete()
        window.show()
        made.append(window)
        qapp.processEvents()
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()
    # Without it they live on, and every change of theme polishes all of them again.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(make_window: Make) -> Window:
    return make_window()
