"""The page of the car's own switches: how they stand, from where that is known, and what each would stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from companion.api.in_car import InCarApi
from companion.model.in_car import SWITCHES, InCar
from companion.model.state import Link, State
from companion.ui.pages import in_car_faces as faces
from companion.ui.pages.in_car import InCarPage
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import CATALOGUE, NOW, VIN, state
from ui.test_looks import Scribe, cut_labels
from ui.test_privacy_page import today

SAID = {"evidence": "message", "at": (NOW - timedelta(minutes=3)).isoformat()}
NEVER = {"evidence": "none", "at": None}
SERVICES = (
    "car_control", "car_finder", "climate", "lock_unlock", "online_radio", "trip_control", "smart_service", "voice_commands",
)  # fmt: skip
HELD = {"car_control": 9, "lock_unlock": 4, "trip_control": 2}
STAND = Link(True, None, True, "Companion demo backend", True, stage_open=True)


def told(
    *, private: bool = False, remote: bool = True, group: bool = True, off: str = "", said: bool = True, **more: Any
) -> Any:
    """The backend's answer."""
    seen = SAID if said else NEVER
    stands = zip(SWITCHES, (private, remote, group), strict=True)
    switches = [{"id": name, "on": on, "since": NOW.isoformat() if said else None, **seen} for name, on in stands]
    grouped = ("trip_control", "smart_service")
    rows = []
    for name in SERVICES:
        stopped = "service" if name == off else "without_location" if name in grouped and not group else None
        why = "private_mode" if private else stopped
        rows.append({
            "id": name, "on": name != off, "since": None, "working": why is None, "because": why,
            "positions": name not in grouped, "group": "without_location" if name in grouped else None, **seen,
        })  # fmt: skip
    return {
        "vin": VIN, "now": NOW.isoformat(), "heard_at": NOW.isoformat(), "no_answer_since": None, "switches": switches,
        "services": rows, **more,
    }  # fmt: skip


def seen(**more: Any) -> InCar:
    return InCarApi(None, None, CATALOGUE)._put_together(told(**more), HELD)  # type: ignore[arg-type]


def shown(in_car: InCar, **more: Any) -> State:
    return state(in_car=in_car, today=today(), **more)


STATES: dict[str, State] = {
    "usual": shown(seen()),
    "at the stand": shown(seen(), link=STAND),
    "private": shown(seen(private=True), link=STAND),
    "remote off": shown(seen(remote=False)),
    "group off": shown(seen(group=False, off="car_finder"), link=STAND),
    "never said": shown(seen(said=False)),
    "no answer": shown(seen(no_answer_since=(NOW - timedelta(hours=2)).isoformat())),
    "loading": shown(InCar()),
    "failed": shown(InCar(VIN, failed="network.timeout")),
    "failed later": shown(replace(seen(), failed="answer.malformed")),
    "not told": shown(InCar(VIN, failed="in_car.not_told")),
}


def page_of(window: Window, snapshot: State) -> InCarPage:
    window.show_state(snapshot)
    window.show_page("in_car")
    page = window.findChild(InCarPage)
    assert page is not None
    QApplication.processEvents()
    return page


def words(page: QWidget) -> list[str]:
    return [one.text() for one in page.findChildren(QLabel) if one.isVisible() and one.text()]


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1024))))
def test_nothing_is_cut_off(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window(language, "light", width, 900)
    for name, snapshot in STATES.items():
        page = page_of(window, snapshot)
        for chosen in (*SWITCHES, "climate"):
            page._choose(chosen)
            qapp.processEvents()
            window.grab()
            assert (scribe.cut, cut_labels(window)) == ([], []), (name, chosen)


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1280, 1024))))
def test_the_three_cards_are_alike(qapp: QApplication, make_window: Make, language: str, width: int) -> None:
    window = make_window(language, "dark", width, 900)
    for name, snapshot in STATES.items():
        cards = page_of(window, snapshot).cards
        qapp.processEvents()
        wide, high = ({getattr(one, side)() for one in cards} for side in ("width", "height"))
        assert max(wide) - min(wide) <= 1, name
        assert len(high) == 1, name
        assert high.pop() <= 240, name
        assert len({one._word.y() for one in cards}) == 1, name
        assert all(one._word.text()[0].isupper() for one in cards), name
        apart = [one.flipper.x() - one._title.geometry().right() for one in cards if one.flipper.isVisible()]
        assert all(one >= 12 for one in apart), name


def test_the_ring_of_a_link_stands_away_from_its_words(qapp: QApplication, window: Window) -> None:
    link = page_of(window, STATES["usual"]).cards[1].button
    link.setFocus(Qt.FocusReason.TabFocusReason)
    qapp.processEvents()
    assert link._ring is not None
    assert link._ring.geometry().adjusted(4, 4, -4, -4) == link.geometry()
    link.clearFocus()
    assert link._ring is None


@pytest.mark.parametrize(
    ("name", "statement", "evidence"),
    [
        ("usual", "Private mode is off.", "The car said so at"),
        ("private", "Private mode is on.", "The car said so at"),
        ("remote off", "Private mode is off. Remote access is off too.", "The car said so at"),
        ("never said", "Private mode is off.", "The car never said"),
        ("no answer", "Private mode is off.", "It has not answered since"),
        ("loading", "Reading how the switches stand.", ""),
        ("failed", "How the switches stand is not known.", "Not read. No answer came in time."),
        ("not told", "How the switches stand is not known.", "does not tell"),
    ],
)
def test_the_first_line_answers_and_the_second_says_from_where_it_is_known(
    window: Window, name: str, statement: str, evidence: str
) -> None:
    found = words(page_of(window, STATES[name]))
    assert found[0] == statement
    assert evidence in found[1]


def test_a_failed_look_can_be_asked_again_and_keeps_what_was_known(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["failed later"])
    assert "Off" in words(page)
    with qtbot.waitSignal(window.in_car_look_requested):
        qtbot.mouseClick(page._retry, Qt.MouseButton.LeftButton)
    assert not page_of(window, STATES["usual"])._retry.isVisible()


def test_private_mode_would_close_every_way_of_the_car_and_erase_nothing() -> None:
    one = faces.what_if(seen(), "private_mode", today())
    assert one is not None
    assert one.head == "Would carry nothing"
    what = seen().what_if("private_mode")
    assert what is not None
    assert what.on
    assert all({way.source.id, way.target.id} & {"vehicle", "pcm"} for way in what.closes)
    assert what.held == sum(HELD.values())
    assert what.line is not None
    assert len(what.services) == len(SERVICES)


def test_remote_access_closes_the_apps_ways_only() -> None:
    what = seen().what_if("remote_access")
    assert what is not None
    assert not what.on
    assert what.closes
    assert all({way.source.id, way.target.id} & {"companion_app", "owner_device"} for way in what.closes)


def test_a_group_closes_the_ways_of_its_services() -> None:
    what = seen().what_if("without_location")
    assert what is not None
    assert {name["en"] for name in what.services} == {"Trip Control", "Smart Service"}
    assert what.held == HELD["trip_control"]
    assert what.line == 397


def test_where_the_notice_names_no_switch_that_is_said(window: Window) -> None:
    page = page_of(window, STATES["usual"])
    page._choose("online_radio")
    QApplication.processEvents()
    told_of = faces.what_if(seen(), "online_radio", today())
    assert told_of is not None
    assert told_of.is_silent
    assert "Names no switch for this service." in words(page)


def test_what_is_on_would_carry_data_again(window: Window) -> None:
    told_of = faces.what_if(seen(private=True), "private_mode", today())
    assert told_of is not None
    assert told_of.title == "If “Private mode” were switched off"
    assert told_of.head == "Would carry data again"


def test_only_at_a_stand_switches_can_be_flipped(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["usual"])
    assert not any(card.flipper.isVisible() for card in page.cards)
    page = page_of(window, STATES["at the stand"])
    assert all(card.flipper.isVisible() for card in page.cards)
    with qtbot.waitSignal(window.flip_requested) as asked:
        qtbot.mouseClick(page.cards[0].flipper, Qt.MouseButton.LeftButton)
    assert asked.args == ["private_mode", True]


def test_a_switch_shows_what_the_car_says_and_not_what_was_wished(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["at the stand"])
    flipper = page.cards[0].flipper
    qtbot.mouseClick(flipper, Qt.MouseButton.LeftButton)
    assert not flipper.isChecked()
    assert not flipper.isEnabled()
    page_of(window, STATES["private"])
    assert flipper.isChecked()
    assert flipper.isEnabled()


def test_a_service_is_chosen_by_keyboard_and_flipped(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["at the stand"])
    row = page._rows["car_finder"]
    row.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(row, Qt.Key.Key_Space)
    assert page.what_if.title.text() == "If “Car Finder” were switched off"
    with qtbot.waitSignal(window.flip_requested) as asked:
        qtbot.mouseClick(row.flipper, Qt.MouseButton.LeftButton)
    assert asked.args == ["car_finder", False]


def test_another_car_is_looked_at_anew(qtbot: QtBot, window: Window) -> None:
    page_of(window, STATES["usual"])
    other = replace(STATES["usual"].vehicles[0], vin="WP1ZZZ9YZSDA20002", name="Cayenne")
    moved = replace(STATES["usual"], vehicles=(*STATES["usual"].vehicles, other), selected=other.vin)
    with qtbot.waitSignal(window.in_car_look_requested):
        window.show_state(moved)
    page = window.findChild(InCarPage)
    assert page is not None
    assert words(page)[0] == "Reading how the switches stand."


def test_everything_that_takes_the_keyboard_has_a_name(window: Window) -> None:
    page = page_of(window, STATES["group off"])
    stops = [
        one for one in page.findChildren(QWidget) if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert len(stops) > 2 * len(SERVICES)
    assert [type(one).__name__ for one in stops if not one.accessibleName()] == []
