"""What can be seen without looking: contrast, nothing cut off, a name for everything that takes the keyboard."""

from __future__ import annotations

import tomllib
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from companion.model.privacy import Stage
from companion.resources import resource
from companion.ui.parts import paint
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import EVERYTHING, focused, unlock_view

TOKENS = tomllib.loads(resource("theme", "tokens.toml").read_text("utf-8"))
GROUNDS = ("canvas", "panel", "surface", "raised", "sunken")
TEXT = [(ink, ground) for ink in ("text-1", "text-2", "text-3", "accent") for ground in GROUNDS]
TEXT += [
    (ink, ground) for ink in ("ok", "warn", "danger", "choice") for ground in ("canvas", "panel", "surface", "raised")
]
TEXT += [(ink, f"{ink}-fill") for ink in ("ok", "warn", "danger", "choice", "envelope", "accent")]
TEXT += [("action-on", "action"), ("accent-on", "accent"), ("text-2", "mute-fill"), ("text-1", "accent-fill")]
MARKS = [("line-strong", ground) for ground in GROUNDS]


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_reads_and_lines_show(theme: str) -> None:
    table = TOKENS[theme]
    faint = {pair: round(contrast(table[pair[0]], table[pair[1]]), 2) for pair in TEXT}
    assert {pair: value for pair, value in faint.items() if value < 4.5} == {}
    assert all(contrast(table[ink], table[ground]) >= 3.0 for ink, ground in MARKS)


def test_black_on_white_is_21() -> None:
    assert round(contrast("#000000", "#FFFFFF"), 1) == 21.0


class Scribe:
    """Writes down every line that a widget had to cut off."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cut: list[str] = []
        real = paint.write

        def write(painter, x, y, words, role, token, width=None, align=paint.LEFT, tabular=False):  # type: ignore[no-untyped-def]
            if width is not None and paint.width_of(words, role, tabular) > width + 0.5:
                self.cut.append(words)
            return real(painter, x, y, words, role, token, width, align, tabular)

        monkeypatch.setattr(paint, "write", write)


def cut_labels(window: Window) -> list[str]:
    labels = [one for one in window.findChildren(QLabel) if one.isVisible() and one.text() and not one.wordWrap()]
    return [one.text() for one in labels if one.sizeHint().width() > one.width() + 1]


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1280, 1024))))
def test_nothing_is_cut_off(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window(language, "dark", width, 800)
    for name, snapshot in EVERYTHING.items():
        window.show_state(snapshot)
        qapp.processEvents()
        window.grab()
        # A list of open parts may end in an ellipsis: the card behind the tile has it whole.
        assert name == "all open" or (scribe.cut, cut_labels(window)) == ([], []), name
        scribe.cut.clear()


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("stage", list(Stage))
def test_the_panel_cuts_no_fact_off(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, stage: Stage
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window(language, "light", 1440, 900)
    window.show_state(focused(unlock_view()))
    window.show_stage(stage)
    qapp.processEvents()
    window.grab()
    assert (scribe.cut, cut_labels(window)) == ([], [])


@pytest.mark.parametrize("page", ["overview", "settings", "sign_in"])
def test_everything_that_takes_the_keyboard_has_a_name(qapp: QApplication, window: Window, page: str) -> None:
    window.show_state(EVERYTHING["signed out"] if page == "sign_in" else focused(unlock_view()))
    if page == "settings":
        window.show_page("settings")
    qapp.processEvents()
    stops = [
        one for one in window.findChildren(QWidget) if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    nameless = [one for one in stops if not one.accessibleName() and type(one).__name__ not in ("QScrollArea",)]
    assert len(stops) > 5
    assert [(type(one).__name__, one.objectName()) for one in nameless] == []


def test_at_rest_nothing_ticks(qapp: QApplication, window: Window) -> None:
    """No timer that would wake the computer more than a few times a minute."""
    from PySide6.QtCore import QTimer

    window.show_state(EVERYTHING["well"])
    qapp.processEvents()
    running = [timer.interval() for timer in window.findChildren(QTimer) if timer.isActive()]
    assert [interval for interval in running if interval < 10_000] == []
