"""Fields for numbers, times and dates: as roomy as a line of text, named, and none of a platform's own kind."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from companion.model.position import Position
from companion.ui.pages.profile_card import ProfileCard
from companion.ui.pages.settings import SettingsPage
from companion.ui.pages.timer_card import TimerCard
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import NOW
from ui.test_charging import HOME, WORKDAYS
from ui.test_looks import Scribe, cut_labels


def text_starts(line: QLineEdit, field: QWidget) -> int:
    """Pixels from the field's left edge to where its text begins."""
    line.setCursorPosition(0)
    return (
        line.cursorRect().left() + line.mapTo(field, QPoint(0, 0)).x()
        if line is not field
        else line.cursorRect().left()
    )


def departure(window: Window) -> QWidget:
    return TimerCard(window, replace(WORKDAYS, days=()), lambda _: "", lambda _: None, lambda: None).card


def profile(window: Window) -> QWidget:
    here = Position(48.8, 9.1, 312, NOW)
    return ProfileCard(window, HOME, here, "3 min old", lambda _: {}, lambda _: None, lambda: None).card


def settings(window: Window) -> QWidget:
    window.show_page("settings")
    page = window.findChild(SettingsPage)
    assert page is not None
    return page


PLACES = {"departure": departure, "profile": profile, "settings": settings}


@pytest.mark.parametrize("place", PLACES)
def test_entries_are_as_roomy_as_a_line_of_text_and_have_names(qapp: QApplication, window: Window, place: str) -> None:
    like = QLineEdit("12", window)
    like.show()
    where = PLACES[place](window)
    qapp.processEvents()
    entries = [one for one in where.findChildren(QAbstractSpinBox) if one.isVisible()]
    assert entries
    assert {one.accessibleName() for one in entries} == {one.lineEdit().accessibleName() for one in entries}
    assert all(one.accessibleName() for one in entries)
    assert {one.height() for one in entries} == {40}
    wanted = text_starts(like, like)
    assert {text_starts(one.lineEdit(), one) for one in entries} <= {wanted, wanted - 1}


@pytest.mark.parametrize(("language", "place"), list(product(("en", "fr", "de"), ("departure", "profile"))))
def test_the_cards_fit_the_smallest_window_and_cut_nothing_off(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, place: str
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window(language, "light", 1024, 700)
    card = PLACES[place](window)
    qapp.processEvents()
    card.grab()
    assert (scribe.cut, cut_labels(window)) == ([], [])
    assert window.rect().contains(card.inner.geometry())  # type: ignore[attr-defined]
