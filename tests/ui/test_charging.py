"""The charging page: how full, how it goes on, what can be set, and departures that are shown before they are sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt, QTime
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from companion.model.charging import Charging, ChargingWish, Profile, Timer, TimersWish, trouble
from companion.model.command import Kind, Phase
from companion.model.energy import Energy, Engine
from companion.model.state import Link, State
from companion.model.vehicle import Switches
from companion.ui.pages.charging import ChargingPage
from companion.ui.pages.timer_card import TimerCard
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import NOW, car, command, state
from ui.test_looks import Scribe, cut_labels

CAN = frozenset(
    {"DIRECT_CHARGING_START", "DIRECT_CHARGING_STOP", "CHARGING_SETTINGS_EDIT", "TIMERS_EDIT", "CHARGING_PROFILES_EDIT"}
)
LOCAL = NOW.astimezone().replace(tzinfo=None, second=0, microsecond=0)
WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
WORKDAYS = Timer(1, datetime(2026, 1, 5, 7, 30), WEEK, True, 85, True, True)
ONCE = Timer(2, LOCAL + timedelta(days=3), (), True, 90, True, False)
HOME = Profile(2, "Home", True, 50, 85, (48.8, 9.0, 250.0), True, (("22:00", "06:00"),))
WORK = Profile(3, "Work", False, 25, 80, (48.7, 9.1, 400.0))
ELSEWHERE = Profile(1, "Everywhere else", True, 25, 80, idle_radius=0.0)
OLDER = (Profile(4, "General", True, None, 80, older=True), Profile(5, "Home", False, None, 60, older=True))
FULL = Charging(
    "CHARGING", "TIMER", 85, 50, 80, 50, True, NOW + timedelta(hours=2, minutes=5), 125, 10.8, 1.4, "LOCKED", 2, "PLACE", None,
    (WORKDAYS, ONCE), "2026-11-25T10:00:00+00:00", (HOME, WORK, ELSEWHERE), "2026-11-25T09:00:00+00:00", 5,
)  # fmt: skip


def shown(charging: Charging = FULL, link: Link | None = None, commands: tuple[Any, ...] = (), **more: Any) -> State:
    vehicle = car(charging=charging, capabilities=more.pop("capabilities", CAN), **more)
    whole = state(vehicle, commands=commands)
    return replace(whole, link=link) if link is not None else whole


STATES: dict[str, State] = {
    "charging": shown(),
    "waiting": shown(replace(FULL, status="WAITING_FOR_TIMER", power=0.0, reason="TIMER")),
    "done": shown(replace(FULL, status="CHARGING_COMPLETED", power=0.0, reached_at=None, reason="SETTING")),
    "error": shown(replace(FULL, status="CHARGING_ERROR", error="POST_FAULT", power=0.0)),
    "conservation": shown(replace(FULL, status="CONSERVATION", power=0.0)),
    "no cable": shown(replace(FULL, status="NOT_PLUGGED", plug="DISCONNECTED", power=0.0, reached_at=None)),
    "a strange word": shown(replace(FULL, status="CHARGING_SOC_NOT_REACHABLE")),
    "the least": shown(Charging("NOT_CHARGING", target=80)),
    "nothing said": shown(Charging()),
    "older profiles": shown(
        replace(FULL, profiles=OLDER, profiles_most=None, profile=4, reason="SETTING"),
        capabilities=CAN - {"CHARGING_SETTINGS_EDIT"}, engine=Engine.PHEV,
    ),
    "no timers": shown(replace(FULL, timers=())),
    "private mode": shown(switches=Switches(True, True, NOW)),
    "remote access off": shown(switches=Switches(False, False, NOW)),
    "combustion": shown(
        Charging(), capabilities=frozenset({"LOCK"}), engine=Engine.COMBUSTION,
        energy=Energy(fuel_percent=71, fuel_range_km=440),
    ),
    "offline": shown(link=Link(False, NOW, False, "Demo", True)),
    "busy": shown(commands=(command(Kind.CHARGE_STOP, Phase.ACCEPTED), command(Kind.TIMERS_SET, Phase.SENDING))),
    "unknown": shown(commands=(command(Kind.CHARGE_STOP, Phase.UNKNOWN, "command.unknown"),)),
}  # fmt: skip


def page_of(window: Window, snapshot: State) -> ChargingPage:
    window.show_state(snapshot)
    window.show_page("charging")
    page = window.findChild(ChargingPage)
    assert page is not None
    for _ in range(3):
        # A layout inside a layout settles one turn later.
        QApplication.processEvents()
    return page


def words(page: QWidget) -> str:
    return " | ".join(one.text() for one in page.findChildren(QLabel) if one.isVisible() and one.text())


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1024))))
def test_nothing_is_cut_off(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window(language, "dark", width, 900)
    for name, snapshot in STATES.items():
        page = page_of(window, snapshot)
        window.grab()
        assert (scribe.cut, cut_labels(window)) == ([], []), name
        if name == "charging":
            page.departures.edit(0)
            window.grab()
            assert (scribe.cut, cut_labels(window)) == ([], []), "editor"
            page.departures.editor.card.close_card()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("charging", "Charging to 85\u202f%"), ("charging", "10.8\u202fkW"), ("charging", "Cable locked"),
        ("charging", "Set to 80\u202f%; 85\u202f% is in force."), ("charging", "Set by the profile “Home”"),
        ("waiting", "Waiting for the timer"), ("done", "Charged"), ("conservation", "Keeping its charge"),
        ("error", "Charging stopped with an error: the charging post reports a fault"), ("no cable", "No cable"),
        ("a strange word", "Charging soc not reachable"), ("nothing said", "The car has not said how it charges"),
        ("private mode", "Not available in private mode."), ("combustion", "Taycan cannot be charged."),
        ("combustion", "Fuel: 71\u202f%, enough for 440\u202fkm."), ("no timers", "No departure is set."),
    ],
)  # fmt: skip
def test_the_page_says_how_it_stands(window: Window, name: str, said: str) -> None:
    assert said in words(page_of(window, STATES[name]))


@pytest.mark.parametrize(
    ("name", "usable"),
    [
        ("charging", {"charge_start": True, "charge_stop": True}), ("no cable", {"charge_start": False, "charge_stop": False}),
        ("done", {"charge_start": True, "charge_stop": False}), ("private mode", {"charge_start": False, "charge_stop": False}),
        ("offline", {"charge_start": False, "charge_stop": False}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_not_pressed(window: Window, name: str, usable: dict[str, bool]) -> None:
    page = page_of(window, STATES[name])
    assert {action: page._buttons[action].is_usable for action in usable} == usable


def test_a_car_without_a_battery_gets_nothing_of_one(window: Window) -> None:
    page = page_of(window, STATES["combustion"])
    assert not any(one.isVisible() for one in (page._level, page.setting, page.departures, page._buttons["charge_start"]))
    page_of(window, STATES["charging"])
    assert page._level.isVisible()


def test_a_setting_is_shown_before_it_is_sent(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["charging"])
    assert not page._buttons["charge_set"].isVisible()
    with qtbot.waitSignal(window.wished) as wished, qtbot.waitSignal(window.focus_requested) as focus:
        page.setting._sliders["target"][0].setValue(9)
    assert wished.args == [Kind.CHARGE_SET, ChargingWish(45, 45, True)]
    assert focus.args == ["charge_set"]
    assert page._buttons["charge_set"].isVisible()
    page.setting._slid("minimum", 60)
    assert page.setting.wish == ChargingWish(60, 60, True)
    with qtbot.waitSignal(window.charge_set_requested):
        qtbot.mouseClick(page._buttons["charge_set"], Qt.MouseButton.LeftButton)
    assert page.setting.wish is None


def test_a_departure_is_switched_in_a_list_that_is_sent_as_one(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["charging"])
    with qtbot.waitSignal(window.wished) as wished:
        qtbot.mouseClick(page.departures._rows[0].flipper, Qt.MouseButton.LeftButton)
    assert wished.args == [Kind.TIMERS_SET, TimersWish((replace(WORKDAYS, enabled=False), ONCE), FULL.timers_as_of)]
    assert page.departures._changed.isVisible()
    # A report in between takes nothing back, and what the edit is based on stays what it was.
    window.show_state(shown(replace(FULL, timers=(WORKDAYS,), timers_as_of="later")))
    assert page.departures.wish == TimersWish((replace(WORKDAYS, enabled=False), ONCE), FULL.timers_as_of)
    page.departures.discard()
    assert not page.departures._changed.isVisible()


def test_a_departure_is_edited_and_deleted(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["charging"])
    page.departures.edit(0)
    page.departures.editor.time.setTime(QTime(6, 15))
    page.departures.editor.climate.setChecked(False)
    page.departures.editor._take()
    assert page.departures.wish is not None
    first = page.departures.wish.timers[0]
    assert (first.clock.hour, first.clock.minute, first.climatises, first.days) == (6, 15, False, WEEK)
    page.departures.edit(1)
    delete = next(one for one in page.departures.editor.card.findChildren(QWidget) if one.accessibleName() == "Delete")
    qtbot.mouseClick(delete, Qt.MouseButton.LeftButton)
    assert page.departures.wish.timers == (first,)


def test_a_new_departure_that_cannot_be_is_said_beside_it_and_not_taken(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    page.departures.edit(None)
    editor = page.departures.editor
    editor.often._choose("once")
    past = LOCAL - timedelta(days=1)
    editor.date.setDate(QDate(past.year, past.month, past.day))
    editor._take()
    assert editor.wrong.text() == "This moment is past: pick a later one."
    editor.often._choose("weekly")
    for day in editor.days:
        day.setChecked(False)
    editor._take()
    assert editor.wrong.text() == "Pick at least one day."
    editor.days[0].setChecked(True)
    editor.time.setTime(QTime(7, 45))
    editor._take()
    assert editor.wrong.text() == "Another departure is within half an hour on a same day."
    assert page.departures.wish is None
    editor.time.setTime(QTime(9, 0))
    editor._take()
    assert page.departures.wish is not None
    assert len(page.departures.wish.timers) == 3


def test_five_departures_are_enough(window: Window) -> None:
    many = tuple(replace(WORKDAYS, id=number, at=datetime(2026, 1, 5, 5 + number, 0)) for number in range(5))
    page = page_of(window, shown(replace(FULL, timers=many)))
    assert not page.departures._new.isVisible()


@pytest.mark.parametrize(
    ("timers", "found"),
    [
        ((WORKDAYS, ONCE), None),
        ((replace(ONCE, at=LOCAL - timedelta(minutes=1)),), "timers.past"),
        ((replace(ONCE, at=LOCAL - timedelta(minutes=1), enabled=False),), None),
        ((replace(ONCE, charges=False),), "timers.nothing"),
        ((WORKDAYS, replace(WORKDAYS, at=datetime(2026, 1, 5, 7, 59))), "timers.overlap"),
        ((WORKDAYS, replace(WORKDAYS, at=datetime(2026, 1, 5, 8, 0))), None),
        ((WORKDAYS, replace(WORKDAYS, days=("SUNDAY",))), None),
        ((ONCE, replace(ONCE, at=ONCE.at + timedelta(days=7))), None),
        ((ONCE,) * 6, "timers.too_many"),
    ],
)
def test_what_is_wrong_with_a_list(timers: tuple[Timer, ...], found: str | None) -> None:
    wrong = trouble(timers, LOCAL)
    assert (wrong and wrong[0]) == found


def test_another_car_forgets_what_was_not_sent(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    page.setting._slid("target", 45)
    other = car(charging=FULL, vin="WP1ZZZ9YZSDA20002", capabilities=CAN)
    window.show_state(replace(STATES["charging"], vehicles=(*STATES["charging"].vehicles, other), selected=other.vin))
    assert page.setting.wish is None


def test_everything_that_takes_the_keyboard_has_a_name(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    stops = [one for one in page.findChildren(QWidget) if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(stops) > 8
    assert [type(one).__name__ for one in stops if not one.accessibleName()] == []


def test_a_departure_that_only_climatises_keeps_its_level(qtbot: QtBot) -> None:
    """The service wants a level in every timer: one left out was refused."""
    window = QWidget()
    qtbot.addWidget(window)
    one = Timer(0, datetime(2030, 3, 5, 7, 30), (), True, 85, True, True)
    card = TimerCard(window, one, lambda _: "", lambda _: None, None)
    card.charge.setChecked(False)
    assert (card.wished().target, card.wished().charges, card.wished().climatises) == (85, False, True)
