"""The charging page: how full, how it goes on, what can be set, and departures that are shown before they are sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from PySide6.QtCore import QDate, QPoint, Qt, QTime
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from companion.model import local_time
from companion.model.charge_plan import ChargePlan, PlanAsk, PlanSlot
from companion.model.charging import Charging, ChargingWish, Profile, Timer, TimersWish, trouble
from companion.model.command import Kind, Phase
from companion.model.energy import Energy, Engine
from companion.model.state import Link, State
from companion.model.vehicle import Switches
from companion.ui.pages.charging import ChargingPage
from companion.ui.pages.plugged_car import _Pill
from companion.ui.pages.surface import REACH
from companion.ui.pages.timer_card import TimerCard
from companion.ui.parts.buttons import ROOM
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


DEPARTURE = NOW.replace(minute=0, second=0) + timedelta(hours=9, minutes=30)


def plan_of(*slots: tuple[float, float, float, float, str], **more: Any) -> ChargePlan:
    """`slots`: hours from now to begin and to end, percent before and after, kind."""
    made = tuple(PlanSlot(NOW + timedelta(hours=a), NOW + timedelta(hours=b), 11, c, d, k) for a, b, c, d, k in slots)
    turns = [(one.start, one.percent_from) for one in made] + [
        (one.end, one.percent_to) for one in made if one.kind != "climate"
    ]
    last = max((one.percent_to for one in made), default=78.0)
    curve = ((NOW, made[0].percent_from if made else 78.0), *sorted(turns), (DEPARTURE, last))
    power = tuple((float(p), min(11.0, 11 - max(0, p - 85) * 0.5)) for p in range(0, 101, 5))
    usual = ChargePlan(
        "WP0ZZZY1ZSSA10001", PlanAsk(), NOW, None, made, last, DEPARTURE, DEPARTURE, 85, 50, curve, power
    )
    return replace(usual, **more)


PLAN = plan_of((0, 0.8, 41, 50, "minimum"), (6, 9, 50, 85, "charge"), (9.2, 9.7, 85, 85, "climate"))
SEEN = ((NOW - timedelta(minutes=25), 37.0), (NOW - timedelta(minutes=10), 39.0), (NOW, 41.0))
LOW = {"energy": Energy(charge_percent=41, target_percent=85, electric_range_km=164), "handle": "car-taycan"}


def planned(plan: ChargePlan, charging: Charging = FULL) -> State:
    return replace(shown(charging, **LOW), plan=plan, charge_seen=SEEN)


STATES: dict[str, State] = {
    "plan": planned(PLAN),
    "plan too late": planned(replace(PLAN, reason="TOO_LATE", percent=62)),
    "plan without a cable": planned(replace(PLAN, reason="NOT_PLUGGED"), replace(FULL, status="NOT_PLUGGED")),
    "plan unread": planned(replace(PLAN, failed="server.down")),
    "plan never read": planned(ChargePlan("WP0ZZZY1ZSSA10001", failed="server.down")),
    "plan asked": shown(**LOW),
    "nothing to do": planned(plan_of(percent=85)),
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
    told = [one.text() for one in page.findChildren(QLabel) if one.isVisible() and one.text()]
    # The cable's pill is painted.
    return " | ".join([*told, *(one.accessibleName() for one in page.findChildren(_Pill) if one.isVisible())])


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
        ("charging", "Set to 80\u202f%; 85\u202f% is in force."), ("charging", "Target of the profile “Home”"),
        ("waiting", "Waiting for the departure"), ("done", "Charged"), ("conservation", "Keeping its charge"),
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
    assert not any(
        one.isVisible() for one in (page._level, page.setting, page.departures, page._buttons["charge_start"])
    )
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
    assert page.setting.unsent.wish == ChargingWish(60, 60, True)
    with qtbot.waitSignal(window.command_requested, check_params_cb=lambda kind: kind is Kind.CHARGE_SET):
        qtbot.mouseClick(page._buttons["charge_set"], Qt.MouseButton.LeftButton)
    # It stays until the car has confirmed it: what is refused is not lost.
    window.show_state(shown(commands=(command(Kind.CHARGE_SET, Phase.SENDING),)))
    assert (page.setting.unsent.wish, page.setting._sliders["target"][0].isEnabled()) == (
        ChargingWish(60, 60, True),
        False,
    )
    window.show_state(shown(commands=(command(Kind.CHARGE_SET, Phase.FAILED, "command.not_taken"),)))
    assert (page.setting.unsent.wish, page.setting._sliders["target"][0].isEnabled()) == (
        ChargingWish(60, 60, True),
        True,
    )
    with qtbot.waitSignal(window.command_requested, check_params_cb=lambda kind: kind is Kind.CHARGE_SET):
        qtbot.mouseClick(page._buttons["charge_set"], Qt.MouseButton.LeftButton)
    window.show_state(shown(commands=(replace(command(Kind.CHARGE_SET, Phase.DONE), id="press-2"),)))
    assert page.setting.unsent.wish is None


def test_a_departure_is_switched_in_a_list_that_is_sent_as_one(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["charging"])
    with qtbot.waitSignal(window.wished) as wished:
        qtbot.mouseClick(page.departures._rows[0].flipper, Qt.MouseButton.LeftButton)
    assert wished.args == [Kind.TIMERS_SET, TimersWish((replace(WORKDAYS, enabled=False), ONCE), FULL.timers_as_of)]
    assert page.departures._changed.isVisible()
    # A report in between takes nothing back, and what the edit is based on stays what it was.
    window.show_state(shown(replace(FULL, timers=(WORKDAYS,), timers_as_of="later")))
    assert page.departures.unsent.wish == TimersWish((replace(WORKDAYS, enabled=False), ONCE), FULL.timers_as_of)
    page.departures.discard()
    assert not page.departures._changed.isVisible()


def test_a_departure_is_edited_and_deleted(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["charging"])
    page.departures.edit(0)
    page.departures.editor.time.setTime(QTime(6, 15))
    page.departures.editor.climate.setChecked(False)
    page.departures.editor._take()
    assert page.departures.unsent.wish is not None
    first = page.departures.unsent.wish.timers[0]
    assert (first.clock.hour, first.clock.minute, first.climatises, first.days) == (6, 15, False, WEEK)
    page.departures.edit(1)
    delete = next(one for one in page.departures.editor.card.findChildren(QWidget) if one.accessibleName() == "Delete")
    qtbot.mouseClick(delete, Qt.MouseButton.LeftButton)
    assert page.departures.unsent.wish.timers == (first,)


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
    assert page.departures.unsent.wish is None
    editor.time.setTime(QTime(9, 0))
    editor._take()
    assert page.departures.unsent.wish is not None
    assert len(page.departures.unsent.wish.timers) == 3


def test_a_list_that_was_changed_elsewhere_says_so_before_it_is_sent(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    page.departures._switch(0, False)
    assert not page.departures._changed.stale.isVisible()
    window.show_state(shown(replace(FULL, timers_as_of="2026-11-25T10:30:00+00:00")))
    assert page.departures._changed.stale.isVisible()
    assert len(page.departures._timers()) == 2
    page.departures.discard()
    assert not page.departures._changed.stale.isVisible()


def test_a_list_that_changes_elsewhere_while_a_departure_is_edited_is_not_overwritten(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    page.departures.edit(0)
    later = replace(FULL, timers=(ONCE,), timers_as_of="2026-11-25T10:30:00+00:00")
    window.show_state(shown(later))
    page.departures.editor.time.setTime(QTime(6, 15))
    page.departures.editor._take()
    wish = page.departures.unsent.wish
    assert wish is not None
    assert wish.based_on == FULL.timers_as_of, "the car will refuse what it is based on"
    assert page.departures._changed.stale.isVisible()


def test_a_setting_that_was_changed_elsewhere_says_so_and_can_be_discarded(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["charging"])
    rows = page.setting._unsent_rows
    page.setting._slid("target", 60)
    assert (rows.isVisible(), rows.stale.isVisible(), rows.discard.isVisible()) == (True, False, True)
    window.show_state(shown(replace(FULL, set_target=70, setting_as_of="2026-11-25T10:30:00+00:00")))
    assert (rows.stale.isVisible(), page.setting._sliders["target"][0].value()) == (True, 12)
    qtbot.mouseClick(rows.discard, Qt.MouseButton.LeftButton)
    assert (rows.isVisible(), page.setting._sliders["target"][0].value()) == (False, 14)
    page.setting._slid("target", 60)
    assert not rows.stale.isVisible()


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


def test_hours_that_do_not_come_or_come_twice_are_those_of_the_clock_in_the_car(window: Window) -> None:
    berlin = "Europe/Berlin"
    # No other departure may stand at half past two, whatever the time is now.
    state = replace(
        shown(replace(FULL, timers=()), zone=berlin), link=replace(STATES["charging"].link, clock_offset=timedelta())
    )
    page = page_of(window, state)
    page.departures.edit(None)
    editor = page.departures.editor
    editor.often._choose("once")
    editor.date.setDate(QDate(2030, 3, 31))
    editor.time.setTime(QTime(2, 30))
    editor._take()
    assert editor.wrong.text() == "On this day the clocks leave this hour out: pick another time."
    assert page.departures.unsent.wish is None
    assert not editor._twice.isVisible()
    editor.date.setDate(QDate(2030, 10, 27))
    assert editor._twice.isVisible()
    editor.often._choose("weekly")
    editor.date.setDate(QDate(2030, 3, 31))
    editor.days[6].setChecked(True)
    editor._take()
    assert page.departures.unsent.wish is not None
    assert page.departures.unsent.wish.timers[-1].at == datetime(2030, 4, 1, 2, 30)


def test_a_car_in_another_time_zone_says_whose_times_these_are(window: Window) -> None:
    far = "Pacific/Kiritimati"
    page = page_of(window, shown(zone=far))
    assert "Times are those of the clock in the car, Pacific/Kiritimati." in words(page)
    page.departures.edit(None)
    editor = page.departures.editor
    editor.often._choose("once")
    there = local_time.shown(NOW, far)
    just = there - timedelta(minutes=2)
    editor.date.setDate(QDate(just.year, just.month, just.day))
    editor.time.setTime(QTime(just.hour, just.minute))
    editor._take()
    assert editor.wrong.text() == "This moment is past: pick a later one."
    editor.card.close_card()
    assert "Times are those" not in words(page_of(window, shown()))


def test_the_plan_is_asked_when_it_is_looked_at_and_when_something_of_it_is_new(qtbot: QtBot, window: Window) -> None:
    asked: list[PlanAsk] = []
    window.plan_requested.connect(asked.append)
    page = page_of(window, STATES["plan"])
    assert asked == [PlanAsk()]
    window.show_state(STATES["plan"])
    assert asked == [PlanAsk()]
    page.departures._switch(0, False)
    assert asked[-1] == PlanAsk((replace(WORKDAYS, enabled=False), ONCE))
    assert page.plan._draft.isVisible()
    page.departures.discard()
    window.show_state(STATES["plan too late"])
    assert len(asked) == 3
    assert not page.plan._draft.isVisible()
    page.setting._slid("target", 90)
    # A place's profile is in force: the setting changes nothing of the plan.
    assert len(asked) == 3
    window.show_state(planned(PLAN, replace(FULL, reason="SETTING", profile=1)))
    assert asked[-1] == PlanAsk(None, None, 90, 50)
    window.show_page("overview")
    window.show_state(planned(PLAN, replace(FULL, status="CONSERVATION")))
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plan", "Ready by 06:30 with 85 %, after 3 h 48 min of charging."),
        ("plan too late", "Not enough time: 62 % by 06:30 instead of 85 %."),
        ("plan without a cable", "No cable: this is how it would charge"), ("plan unread", "The car’s plan could not be read."),
        ("plan never read", "The car’s plan could not be read."), ("plan asked", "The car works out its plan."),
        ("nothing to do", "Nothing to charge: it stands at 85 %."),
    ],
)  # fmt: skip
def test_the_plan_says_what_comes_of_it(window: Window, monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
    monkeypatch.setattr("companion.ui.pages.plan_faces.local", lambda moment, zone: "06:30")
    page = page_of(window, STATES[name])
    assert said in words(page)
    drawn = name not in ("plan never read", "plan asked")
    assert page.plan.plot.isVisible() is drawn


def test_the_plot_shows_what_was_seen_what_is_planned_and_when(window: Window) -> None:
    page = page_of(window, STATES["plan"])
    content = page.plan.plot.content
    assert [(line.name, len(line.samples)) for line in content.lines] == [("Planned", 7), ("Seen", 4)]
    assert [band.words for band in content.bands] == ["To minimum", "Charging 3 h", "Climate control"]
    assert [level.words for level in content.levels] == ["Target 85 %", "Minimum 50 %"]
    page.plan.kind._choose("power")
    content = page.plan.plot.content
    assert (content.y, [line.name for line in content.lines]) == ((0.0, 15.0), ["Power"])
    assert [mark.words for mark in content.marks] == ["Now 10.8 kW"]


def test_private_mode_claims_nothing_about_what_it_does_not_know(window: Window) -> None:
    page = page_of(window, STATES["private mode"])
    assert not any(one.isVisible() for one in (page._level, page.departures, page.profiles, page.setting))
    assert page._status.font().pixelSize() == 28
    assert page_of(window, STATES["charging"])._status.font().pixelSize() == 13


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_rows_of_lists_reach_beyond_their_words_and_those_stand_on_the_pages_edge(
    make_window: Make, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    page = page_of(make_window("de", "dark", width, 900), STATES["charging"])
    rows = [page.departures._rows[0], page.profiles._rows[0]]
    lists = page.departures, page.profiles
    heads = [card.findChildren(QLabel)[0].mapTo(page, QPoint()).x() for card in lists]
    assert [row.mapTo(page, QPoint(REACH, 0)).x() for row in rows] == heads
    # What is drawn of the page's left column begins at one line.
    assert {heads[1], page._level.mapTo(page, QPoint()).x(), page.setting.mapTo(page, QPoint()).x()} == {heads[1]}
    flipper = page.departures._rows[0].flipper
    assert flipper.geometry().right() - ROOM == page.departures._rows[0].width() - REACH - 1


def test_private_mode_shows_no_plan_and_asks_for_none(window: Window) -> None:
    asked: list[PlanAsk] = []
    window.plan_requested.connect(asked.append)
    page = page_of(
        window, replace(planned(PLAN), vehicles=(car(switches=Switches(True, True, NOW), charging=FULL, **LOW),))
    )
    assert not page.plan.isVisible()
    assert asked == []


def test_another_car_forgets_what_was_not_sent(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    page.setting._slid("target", 45)
    other = car(charging=FULL, vin="WP1ZZZ9YZSDA20002", capabilities=CAN)
    window.show_state(replace(STATES["charging"], vehicles=(*STATES["charging"].vehicles, other), selected=other.vin))
    assert page.setting.unsent.wish is None


def test_everything_that_takes_the_keyboard_has_a_name(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    stops = [
        one for one in page.findChildren(QWidget) if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
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
