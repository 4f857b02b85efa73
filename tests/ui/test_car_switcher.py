"""The switcher under the car's name: a row for each car, its vehicle id in a column, all by keyboard too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from companion.model.energy import Engine
from companion.ui.parts.car_shape import side
from companion.ui.parts.car_switcher import SILHOUETTE, CarRow
from companion.ui.parts.popover import Card
from companion.ui.parts.top_bar import TopBar
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import car, state
from ui.test_looks import Scribe

CARS = (
    car(),
    replace(car(), vin="WP1ZZZ9Y1ZSA10002", name="Cayenne E-Hybrid Coupé", engine=Engine.PHEV),
    replace(car(), vin="WP0ZZZ99ZSS100003", name="911", engine=Engine.COMBUSTION),
)


def opened(window: Window) -> list[CarRow]:
    window.show_state(state(vehicles=CARS, selected=CARS[0].vin))
    bar = window.findChild(TopBar)
    assert bar is not None
    bar._name.click()
    QApplication.processEvents()
    return window.findChildren(CarRow)


def test_each_car_has_a_row_and_the_chosen_one_says_so(window: Window) -> None:
    rows = opened(window)
    assert [one.vin for one in rows] == [one.vin for one in CARS]
    assert ["chosen" in one.accessibleDescription() for one in rows] == [True, False, False]
    assert all(one.vin in one.accessibleDescription() for one in rows)


def test_a_press_chooses_and_closes(qtbot: QtBot, window: Window) -> None:
    rows = opened(window)
    with qtbot.waitSignal(window.vehicle_selected) as asked:
        rows[2].click()
    assert asked.args == [CARS[2].vin]
    assert not any(one.isVisible() for one in window.findChildren(Card))


def test_by_keyboard(qtbot: QtBot, window: Window) -> None:
    rows = opened(window)
    QTest.keyClick(rows[0], Qt.Key.Key_Down)
    assert rows[1].hasFocus()
    assert rows[1].shows_ring
    with qtbot.waitSignal(window.vehicle_selected) as asked:
        QTest.keyClick(rows[1], Qt.Key.Key_Space)
    assert asked.args == [CARS[1].vin]


def test_the_silhouette_fills_its_place() -> None:
    bounds = side().boundingRect()
    assert 88 <= bounds.width() <= SILHOUETTE.width()
    assert bounds.left() >= 0
    assert bounds.bottom() <= SILHOUETTE.height()


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_nothing_is_cut_off_and_the_ids_stand_in_a_column(
    make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window(language, "light", 1024, 700)
    rows = opened(window)
    window.grab()
    assert scribe.cut == []
    assert len({one._names for one in rows}) == 1
    (card,) = window.findChildren(Card)
    assert window.rect().contains(card.inner.geometry())
