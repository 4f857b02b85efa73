"""The place search on the map: what each state shows, the keyboard, and that nothing is asked for before Enter."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from companion.model.place import LONGEST, FoundPlace, Search
from companion.model.state import Link, State
from companion.model.vehicle import Switches
from companion.ui import place_faces as faces
from companion.ui.parts.map.search import PlaceSearch
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import NOW, car, state
from ui.test_looks import Scribe, cut_labels
from ui.test_map_page import page_of

HERE = (48.80, 9.01)
PLACES = tuple(
    FoundPlace(f"p{number}", kind, name, town, 48.80 + up, 9.01 + across)
    for number, (kind, name, town, up, across) in enumerate((
        ("city", "Ludwigsburg", "", 0.097, 0.18), ("bakery", "Bäckerei Trautwein", "Leinfelden-Echterdingen", 0.01, 0.0),
        ("charging", "Ladepark Süd", "Ludwigsburg", -0.005, 0.01), ("petrol", "Tankstelle Süd", "Schwäbisch Gmünd", 0, -0.02),
        ("parking", "Parkhaus West", "Ludwigsburg", -0.01, -0.01), ("street", "Lindengasse", "Leonberg", 0.003, 0.003),
        ("village", "Neuhausen", "", 0.0001, 0), ("something new", "Bad Cannstatt", "", 0.02, 0.15),
    ))
)  # fmt: skip
FOUND = Search("Ludwigsburg", HERE, PLACES)


def shown(found: Search = FOUND, link: Link | None = None, **more: Any) -> State:
    whole = replace(state(car(**more)), found=found)
    return replace(whole, link=link) if link is not None else whole


STATES = {
    "nothing": shown(Search()), "found": shown(), "waiting": shown(replace(FOUND, places=(), is_running=True)),
    "nothing found": shown(Search("Xyz" * 20, HERE)), "lost": shown(Search("a", HERE, failed="network.lost")),
    "no answer": shown(Search("a", HERE, failed="places.unavailable")),
    "forgotten": shown(Search("a", HERE, failed="places.signed_off")),
    "private there": shown(Search("a", HERE, failed="access.private_mode")),
    "unknown": shown(Search("a", HERE, failed="something.new")),
    "private": shown(switches=Switches(True, True, NOW)), "offline": shown(link=Link(False, NOW, False, "Demo", True)),
    "offline empty": shown(Search(), link=Link(False, NOW, False, "Demo", True)),
}  # fmt: skip


def field_of(window: Window, snapshot: State) -> PlaceSearch:
    return page_of(window, snapshot).search.field


def typed(field: PlaceSearch, words: str) -> None:
    field.line.setFocus()
    QTest.keyClicks(field.line, words)


def press(field: PlaceSearch, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(field.line, key)


# -- what is seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1024))))
def test_nothing_is_cut_off_and_nothing_collides(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int
) -> None:
    scribe, window = Scribe(monkeypatch), make_window(language, "dark", width, 800)
    for name, snapshot in STATES.items():
        page = page_of(window, snapshot)
        scribe.cut.clear()
        field, buttons = page.search.field, page.view.buttons
        field.grab()
        assert (scribe.cut, cut_labels(window)) == ([], []), name
        assert not field.geometry().intersects(buttons.geometry()), name
        assert page.view.rect().contains(field.geometry()), name
        words = field.results.words
        assert words.isHidden() or words.heightForWidth(words.width()) <= words.height(), name
        placeholder = field.line.fontMetrics().horizontalAdvance(field.line.placeholderText())
        assert placeholder <= field.line.width() - 4, name


def test_a_low_map_scrolls_the_list_and_a_narrow_one_makes_it_narrow(window: Window) -> None:
    page = page_of(window, shown())
    page.view.resize(260, 300)
    QApplication.processEvents()
    field = page.search.field
    assert field.width() < 200
    assert page.view.rect().contains(field.geometry())
    assert not field.geometry().intersects(page.view.buttons.geometry())
    assert field.results.verticalScrollBar().maximum() > 0


@pytest.mark.parametrize("name", [name for name in STATES if name not in ("found", "nothing", "offline empty")])
def test_each_state_says_what_it_is(window: Window, name: str) -> None:
    field = field_of(window, STATES[name])
    assert field.shown == []
    assert field.words
    assert field.results.words.isVisible()
    assert "place." not in field.words


def test_what_failed_is_told_as_what_why_and_what_to_do(window: Window) -> None:
    field = field_of(window, STATES["forgotten"])
    assert field.words == (
        "No places came. The service had forgotten the sign-on of this app. Press Enter to sign on and search again."
    )


def test_a_place_says_what_it_is_how_far_and_which_way(window: Window) -> None:
    field = field_of(window, shown())
    spoken = [row.accessibleName() for row in field.shown]
    assert spoken[0].startswith("Ludwigsburg, City · 17")
    assert spoken[0].endswith("km NE")
    assert spoken[1].startswith("Bäckerei Trautwein, Leinfelden-Echterdingen, Bakery · 1.1")
    assert spoken[6].startswith("Neuhausen, Village · 11")
    assert spoken[6].endswith("m")
    assert spoken[7].startswith("Bad Cannstatt, Place · ")


def test_no_search_while_nothing_could_answer_and_what_was_typed_stays(window: Window) -> None:
    field = field_of(window, shown(Search()))
    typed(field, "Ludw")
    for name, why in (("offline", "connection"), ("private", "private mode")):
        field = field_of(window, replace(STATES[name], found=Search()))
        assert not field.line.isEnabled()
        assert not field.ask.isEnabled()
        assert why in field.line.placeholderText()
        assert why in field.line.accessibleDescription()
        assert field.line.text() == "Ludw"
    assert field_of(window, shown(Search())).line.isEnabled()


def test_everything_that_takes_the_keyboard_has_a_name(window: Window) -> None:
    field = field_of(window, shown())
    stops = [
        one
        for one in field.findChildren(QWidget)
        if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None
    ]
    assert len(stops) >= len(PLACES) + 3
    assert [type(one).__name__ for one in stops if not one.accessibleName()] == []


def test_the_places_lie_on_the_map_and_go_with_private_mode(window: Window) -> None:
    page = page_of(window, shown())
    assert [one.id for one in page.view.content.places] == [one.id for one in PLACES]
    assert page.view.content.places[2].icon == "charge"
    page = page_of(window, STATES["private"])
    assert page.view.content.places == ()


def test_a_new_glass_shows_what_was_found_and_a_search_that_was_taken_back_leaves_the_field_empty(
    make_window: Make,
) -> None:
    window = make_window()
    field = field_of(window, shown())
    assert field.line.text() == "Ludwigsburg"
    assert len(field.shown) == 8
    field = field_of(window, shown(Search()))
    assert field.line.text() == ""
    assert field.shown == []


# -- hands and keys ---------------------------------------------------------------------------------------------------


def test_typing_drafts_and_only_enter_asks(window: Window, qtbot: QtBot) -> None:
    page = page_of(window, shown(Search()))
    drafted: list[tuple[str, Any]] = []
    wanted: list[tuple[str, Any]] = []
    focused: list[str] = []
    window.place_drafted.connect(lambda words, near: drafted.append((words, near)))
    window.place_wanted.connect(lambda words, near: wanted.append((words, near)))
    window.focus_requested.connect(focused.append)
    field = page.search.field
    typed(field, "Ulm")
    assert [words for words, _ in drafted] == ["U", "Ul", "Ulm"]
    assert {near for _, near in drafted} == {page.view.middle_place}
    assert wanted == []
    assert "find_place" in focused
    assert "nothing is sent" in field.words
    press(field, Qt.Key.Key_Return)
    assert wanted == [("Ulm", page.view.middle_place)]


def test_the_button_asks_too_and_not_for_nothing(window: Window) -> None:
    field = field_of(window, shown(Search()))
    asked: list[str] = []
    field.asked.connect(asked.append)
    press(field, Qt.Key.Key_Return)
    typed(field, "   ")
    press(field, Qt.Key.Key_Return)
    assert asked == []
    assert not field.ask.isEnabled()
    typed(field, "Ulm")
    field.ask.click()
    assert asked == ["   Ulm"]


def test_no_more_can_be_typed_than_can_be_asked(window: Window) -> None:
    field = field_of(window, shown(Search()))
    typed(field, "x" * 100)
    assert len(field.line.text()) == LONGEST == 80


def test_the_map_that_was_moved_is_another_middle(window: Window, qtbot: QtBot) -> None:
    page = page_of(window, shown(Search()))
    typed(page.search.field, "Ulm")
    with qtbot.waitSignal(window.place_drafted, timeout=2000) as drafted:
        page.view.look_at(48.4, 9.99)
    assert drafted.args[0] == "Ulm"
    assert drafted.args[1] == pytest.approx((48.4, 9.99), abs=0.02)


def test_arrows_go_through_the_list_and_enter_picks(window: Window, qtbot: QtBot) -> None:
    page = page_of(window, shown())
    field = page.search.field
    field.line.setFocus()
    press(field, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert [row.is_current for row in field.rows].index(True) == field.current == 1
    press(field, Qt.Key.Key_Up, Qt.Key.Key_Up)
    assert field.current == 7
    press(field, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down)
    with qtbot.waitSignal(field.picked) as picked:
        press(field, Qt.Key.Key_Return)
    assert picked.args == [PLACES[2]]
    assert field.shown == []
    assert page.view.camera.zoom == faces.CLOSE
    (one,) = [place for place in page.view.content.places if place.is_picked]
    assert one.id == PLACES[2].id
    at = page.view.camera.pixel_at(PLACES[2].latitude, PLACES[2].longitude)
    assert page.view.rect().contains(at.toPoint())
    assert not page.view.shows_spot
    press(field, Qt.Key.Key_Down)
    assert len(field.shown) == 8


def test_enter_on_what_was_found_takes_the_first_and_asks_nobody(window: Window) -> None:
    field = field_of(window, shown())
    asked: list[str] = []
    picked: list[FoundPlace] = []
    field.asked.connect(asked.append)
    field.picked.connect(picked.append)
    field.line.setFocus()
    press(field, Qt.Key.Key_Return)
    assert (asked, picked) == ([], [PLACES[0]])
    typed(field, "er")
    press(field, Qt.Key.Key_Return)
    assert asked == ["Ludwigsburger"]


def test_escape_clears_once_and_then_belongs_to_the_window(window: Window) -> None:
    field = field_of(window, shown())
    cleared: list[bool] = []
    field.cleared.connect(lambda: cleared.append(True))
    field.line.setFocus()
    press(field, Qt.Key.Key_Escape)
    assert (field.line.text(), len(cleared), field.shown) == ("", 1, [])
    press(field, Qt.Key.Key_Escape)
    assert len(cleared) == 1
    field = field_of(window, shown())
    typed(field, "Ulm")
    field.line.selectAll()
    press(field, Qt.Key.Key_Backspace)
    assert len(cleared) == 2


def test_a_row_and_a_pin_can_be_pressed(window: Window) -> None:
    page = page_of(window, shown())
    field = page.search.field
    QTest.mouseClick(field.rows[5], Qt.MouseButton.LeftButton)
    assert [one.id for one in page.view.content.places if one.is_picked] == ["p5"]
    page.view.place_clicked.emit("p4")
    assert [one.id for one in page.view.content.places if one.is_picked] == ["p4"]
    page.view.place_clicked.emit("of somebody else")
    assert [one.id for one in page.view.content.places if one.is_picked] == ["p4"]


def test_neither_keys_nor_wheel_on_it_reach_the_map(window: Window) -> None:
    page = page_of(window, shown(Search()))
    field, before = page.search.field, page.view.camera
    clicked: list[Any] = []
    page.view.map_clicked.connect(lambda *at: clicked.append(at))
    typed(field, "a+-")
    press(field, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Return, Qt.Key.Key_PageUp)
    at = QPointF(20, 20)
    wheel = QWheelEvent(
        at, field.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, wheel)
    QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=QPoint(150, 43))
    assert page.view.camera == before
    assert clicked == []
