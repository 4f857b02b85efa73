"""The real window without an app behind it: pages get snapshots, signals are what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from companion.model.settings import Settings
from companion.ui.start import dress
from companion.ui.window import Window
from ui.snapshots import NOW

Make = Callable[..., Window]


class Stopped(datetime):
    """The moment of the snapshots: pages tell how long ago things were."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return NOW


@pytest.fixture
def make_window(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """`make_window(language, theme, width, height)`: complete and shown."""
    made: list[Window] = []
    monkeypatch.setattr("companion.ui.window.datetime", Stopped)

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
