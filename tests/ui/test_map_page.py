"""The map page: where the car is, rings in hand, what is sent, what happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from companion.model.alarms import AlarmEvent, Alarms, Ring, RingsWish, SpeedAlarm, SpeedsWish, Valet, trouble
from companion.model.command import Kind, Phase
from companion.model.energy import Engine
from companion.model.state import Link, State
from companion.model.vehicle import Switches
from companion.ui.pages.map import MapPage
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import NOW, car, command, state
from ui.test_looks import Scribe, cut_labels

CAN = frozenset({"LOCATION_ALARMS_EDIT", "SPEED_ALARMS_EDIT", "VALET_ALARM_EDIT", "VALET_ALARM_DISABLE", "HONK_FLASH"})
HOME = Ring(1, "Home", 48.8003, 9.0112, 850)
WORK = Ring(2, "Work", 48.825, 9.06, 250, enters=True, leaves=False)
EVENTS = tuple(
    AlarmEvent(f"E-{n}", NOW - timedelta(hours=9 * n), kind, name, (48.80, 9.01), 270.0, speed, limit)
    for n, (kind, name, speed, limit) in enumerate((
        ("LEFT", "Home", None, None), ("ENTERED", "Work", None, None), ("SPEED", None, 141.0, 130.0),
        ("VALET_RADIUS", None, 38.0, 1000.0), ("TILT", None, None, None), ("SOMETHING_NEW", None, None, None),
    ), 1)
)  # fmt: skip
ALARMS = Alarms(
    (HOME, WORK), "then", (SpeedAlarm(1, 130), SpeedAlarm(2, 160, enabled=False)), "then", Valet(), EVENTS[:2], EVENTS[2:3],
    EVENTS[3:4], EVENTS[4:],
)  # fmt: skip


def shown(alarms: Alarms = ALARMS, link: Link | None = None, commands: tuple[Any, ...] = (), **more: Any) -> State:
    vehicle = car(alarms=alarms, capabilities=more.pop("capabilities", CAN), **more)
    whole = state(vehicle, commands=commands)
    return replace(whole, link=link) if link is not None else whole


STATES: dict[str, State] = {
    "alarms": shown(),
    "valet on": shown(replace(ALARMS, valet=Valet(True, NOW - timedelta(minutes=20)))),
    "no rings": shown(Alarms((), "then", (), "then", Valet())),
    "no alarms": shown(Alarms(), capabilities=frozenset({"LOCK"}), engine=Engine.COMBUSTION),
    "no place": shown(position=None),
    "private mode": shown(switches=Switches(True, True, NOW)),
    "offline": shown(link=Link(False, NOW, False, "Demo", True)),
    "failed": shown(commands=(command(Kind.RINGS_SET, Phase.FAILED, "command.conflict"),)),
    "busy": shown(commands=(command(Kind.RINGS_SET, Phase.SENDING), command(Kind.FLASH, Phase.ACCEPTED))),
}  # fmt: skip


def page_of(window: Window, snapshot: State) -> MapPage:
    window.show_state(snapshot)
    window.show_page("map")
    page = window.findChild(MapPage)
    assert page is not None
    for _ in range(3):
        QApplication.processEvents()
    return page


def words(page: QWidget) -> str:
    named = [one.accessibleName() for one in page.findChildren(QWidget) if one.isVisible() and one.accessibleName()]
    described = [one.accessibleDescription() for one in page.findChildren(QWidget) if one.isVisible()]
    told = [one.text() for one in page.findChildren(QLabel) if one.isVisible() and one.text()]
    return " | ".join([*told, *named, *described])


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
        if name == "alarms":
            page.edit(0)
            QApplication.processEvents()
            window.grab()
            assert (scribe.cut, cut_labels(window)) == ([], []), "a ring in hand"
            page._cancel()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("alarms", "Leaves · 850\u202fm"), ("alarms", "Enters · 250\u202fm"), ("alarms", "50\u202fkm/h · 1.0\u202fkm, preset"),
        ("alarms", "Over 130\u202fkm/h"), ("alarms", "2 of 4 rings used"), ("alarms", "Left Home"), ("alarms", "Something new"),
        ("alarms", "Inside “Home”"), ("alarms", "Drove faster than set, 141\u202fkm/h"), ("valet on", "On since"),
        ("no rings", "No ring is set."), ("no rings", "Nothing has happened."), ("no place", "The car has not said where it is."),
    ],
)  # fmt: skip
def test_the_page_says_how_it_stands(window: Window, name: str, said: str) -> None:
    assert said in words(page_of(window, STATES[name]))


@pytest.mark.parametrize("name", ["private mode", "no alarms"])
def test_what_cannot_be_is_not_offered(window: Window, name: str) -> None:
    page = page_of(window, STATES[name])
    told = words(page)
    assert "Home" not in told
    assert not page.list.valet.isVisible()
    page.add()
    assert page._draft is None
    if name == "private mode":
        assert page.view.content.car is None


def test_a_ring_is_edited_by_hand_and_by_figures_and_sent_with_what_it_is_based_on(
    qtbot: QtBot, window: Window
) -> None:
    page = page_of(window, STATES["alarms"])
    qtbot.mouseClick(page.list._rings[0], Qt.MouseButton.LeftButton, pos=page.list._rings[0].rect().center())
    assert page.view.content.edited == "0"
    page.view.ring_moved.emit("0", 48.81, 9.02)
    page.view.ring_resized.emit("0", 1234.4)
    assert page.card.radius.value() == 1234
    page.card.radius.setValue(1500)
    page.card.enters.click()
    page.card.name.clear()
    qtbot.keyClicks(page.card.name, "Garage")
    moved = replace(HOME, name="Garage", latitude=48.81, longitude=9.02, radius=1500, enters=True)
    with qtbot.waitSignal(window.wished) as wished, qtbot.waitSignal(window.focus_requested) as focus:
        page._take()
    assert (wished.args, focus.args) == ([Kind.RINGS_SET, RingsWish((moved, WORK), "then")], ["rings_set"])
    assert page._draft is None
    assert page._buttons["rings_set"].isVisible()
    with qtbot.waitSignal(window.command_requested, check_params_cb=lambda kind: kind is Kind.RINGS_SET):
        qtbot.mouseClick(page._buttons["rings_set"], Qt.MouseButton.LeftButton)
    window.show_state(shown(commands=(command(Kind.RINGS_SET, Phase.FAILED, "command.conflict"),)))
    assert page.rings.wish is not None
    page._discard()
    assert page.rings.wish is None


def test_what_is_wrong_with_a_ring_is_said_beside_it_and_nothing_is_taken(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.edit(1)
    page._shape(name="HOME ")
    assert page.card.wrong.text() == "Another ring has this name."
    page._take()
    assert page._draft is not None
    page._shape(name="Work", enters=False)
    assert page.card.wrong.text() == "Pick when to tell: entering, leaving or both."
    page._cancel()
    assert page.rings.wish is None


def test_a_new_ring_stands_where_the_map_is_and_the_fifth_is_not_offered(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.view.look_at(48.9, 9.2, 13)
    page.add()
    assert page._draft is not None
    place, ring = page._draft
    assert (place, ring.id, ring.radius) == (None, 0, 500)
    assert (ring.latitude, ring.longitude) == (pytest.approx(48.9, abs=0.05), pytest.approx(9.2, abs=0.05))
    page._take()
    assert page.rings.wish is not None
    assert len(page.rings.wish.rings) == 3
    four = (HOME, WORK, replace(HOME, id=3, name="C"), replace(HOME, id=4, name="D"))
    full = page_of(window, shown(replace(ALARMS, rings=four, rings_as_of="later")))
    full.rings.forget()
    full._again()
    assert not full.list._new.isVisible()


def test_a_ring_is_deleted_and_one_is_switched_off(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.list._rings[1].flipper.click()
    assert page.rings.wish == RingsWish((HOME, replace(WORK, enabled=False)), "then")
    page.edit(0)
    page._delete()
    assert page.rings.wish == RingsWish((replace(WORK, enabled=False),), "then")
    page._discard()
    page._switch_ring(0, True)
    assert page.rings.wish is None, "as the car has it: nothing to send"


def test_speeds_are_one_list_and_the_valet_is_sent_at_once(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.list._speeds[1].flipper.click()
    assert page.speeds.wish == SpeedsWish((SpeedAlarm(1, 130), SpeedAlarm(2, 160)), "then")
    with qtbot.waitSignal(window.command_requested, check_params_cb=lambda kind: kind is Kind.VALET_ON):
        page.list.valet.flipper.click()


def test_an_event_is_shown_where_it_happened(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.view.look_at(49.5, 10.0, 9)
    page.list._events[0].click()
    assert page.view.camera.place == (pytest.approx(48.80, abs=0.02), pytest.approx(9.01, abs=0.02))
    assert page.view.camera.zoom >= 14


def test_the_place_is_copied_as_other_programs_read_it(make_window: Make) -> None:
    page = page_of(make_window("de"), STATES["alarms"])
    page._car.copy()
    assert QGuiApplication.clipboard().text() == "48.800300, 9.011200"


def test_another_car_forgets_what_was_not_sent(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page._switch_ring(0, False)
    page.edit(1)
    other = car(alarms=ALARMS, vin="WP1ZZZ9YZSDA20002", capabilities=CAN)
    window.show_state(replace(STATES["alarms"], vehicles=(*STATES["alarms"].vehicles, other), selected=other.vin))
    assert (page.rings.wish, page._draft) == (None, None)


@pytest.mark.parametrize(
    ("rings", "found"),
    [
        ((HOME, WORK), None), ((HOME,) * 5, "rings.too_many"), ((replace(HOME, name=" "),), "rings.no_name"),
        ((HOME, replace(WORK, name="home")), "rings.same_name"), ((replace(HOME, latitude=86.0),), "rings.no_place"),
        ((replace(HOME, radius=199),), "rings.radius"), ((replace(HOME, radius=100_001),), "rings.radius"),
        ((replace(HOME, leaves=False),), "rings.nothing"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_list(rings: tuple[Ring, ...], found: str | None) -> None:
    wrong = trouble(rings)
    assert (wrong and wrong[0]) == found


def test_everything_that_takes_the_keyboard_has_a_name(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.edit(0)
    stops = [
        one for one in page.findChildren(QWidget) if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert len(stops) > 8
    assert [type(one).__name__ for one in stops if not one.accessibleName()] == []
