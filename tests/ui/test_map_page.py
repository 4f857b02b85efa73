"""The map page: where the car is, rings in hand, what is sent, what happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QFocusEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from companion.model.alarms import AlarmEvent, Alarms, Ring, RingsWish, SpeedAlarm, SpeedsWish, Valet, trouble
from companion.model.command import Kind, Phase
from companion.model.energy import Engine
from companion.model.message import Message, MessageKind
from companion.model.position import Sighting
from companion.model.state import Link, Notice, State, Tone
from companion.model.vehicle import Switches
from companion.ui.pages.map import MapPage
from companion.ui.parts.toast import Toast
from companion.ui.text import text
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import NOW, car, command, state
from ui.test_looks import Scribe, cut_labels

CAN = frozenset({"LOCATION_ALARMS_EDIT", "SPEED_ALARMS_EDIT", "VALET_ALARM_EDIT", "VALET_ALARM_DISABLE", "HONK_FLASH"})
HOME = Ring(1, "Home", 48.8003, 9.0112, 850)
WORK = Ring(2, "Work", 48.825, 9.06, 250, enters=True, leaves=False)
HERE = (48.80, 9.01)
EVENTS = tuple(
    AlarmEvent(f"E-{n}", NOW - timedelta(hours=9 * n), kind, name, place, 270.0, speed, limit, n == 7)
    for n, (kind, name, place, speed, limit) in enumerate((
        ("LEFT", "Home", HERE, None, None), ("ENTERED", "Work", HERE, None, None), ("SPEED", None, None, 141.0, 130.0),
        ("VALET_RADIUS", None, HERE, 38.0, 1000.0), ("TILT", None, HERE, None, None), ("SOMETHING_NEW", None, HERE, None, None),
        ("DOOR", None, HERE, None, None),
    ), 1)
)  # fmt: skip
ALARMS = Alarms(
    (HOME, WORK), "then", (SpeedAlarm(1, 130), SpeedAlarm(2, 160, enabled=False)), "then", Valet(), EVENTS[:2], EVENTS[2:3],
    EVENTS[3:4], EVENTS[4:],
)  # fmt: skip


TOLD = Message("9", "WP0ZZZY1ZSSA10001", MessageKind.VEHICLE_ALARM, "TILT", {}, NOW, "vehicle_alarm", event="E-5")


def shown(alarms: Alarms = ALARMS, link: Link | None = None, commands: tuple[Any, ...] = (), **more: Any) -> State:
    sighting = more.pop("sighting", Sighting("DOOR", NOW - timedelta(minutes=3)))
    vehicle = car(alarms=alarms, capabilities=more.pop("capabilities", CAN), sighting=sighting, **more)
    whole = replace(state(vehicle, commands=commands), messages=(TOLD,))
    return replace(whole, link=link) if link is not None else whole


STATES: dict[str, State] = {
    "alarms": shown(),
    "valet on": shown(replace(ALARMS, valet=Valet(True, NOW - timedelta(minutes=20), around=(48.8003, 9.0112)))),
    "valet elsewhere": shown(replace(ALARMS, valet=Valet(True, NOW - timedelta(minutes=20)))),
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


def looked_at(window: Window, scribe: Scribe) -> tuple[list[str], list[str]]:
    """What is cut off of it."""
    QApplication.processEvents()
    window.grab()
    return scribe.cut, cut_labels(window)


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
        assert page.list.widget().width() <= page.list.viewport().width(), name
        if name == "alarms":
            for in_hand in (page.edit, page.edit_speed):
                in_hand(0)
                assert looked_at(window, scribe) == ([], [])
            for number in (4, 5, 7):
                page.replay(f"E-{number}")
                assert looked_at(window, scribe) == ([], []), number
            page._put_down()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("alarms", "Leaves · 850\u202fm"), ("alarms", "Enters · 250\u202fm"), ("alarms", "50\u202fkm/h · 1.0\u202fkm, preset"),
        ("alarms", "Over 130\u202fkm/h"), ("alarms", "2 of 4 rings used"), ("alarms", "Left Home"), ("alarms", "Something new"),
        ("alarms", "Inside “Home”"), ("alarms", "Drove faster than set, 141\u202fkm/h"),
        ("alarms", "Unread. Alarm: tilted"), ("valet on", "On since"),
        ("alarms", "1 new"), ("alarms", "a door or the tailgate moved"),
        ("no rings", "No speed is set."),
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
    assert page.rings.draft is None
    if name == "private mode":
        assert page.view.content.car is None
        assert page.shut.isVisible()
        assert not page.car.isVisible()


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
        page._take(page.rings)
    assert (wished.args, focus.args) == ([Kind.RINGS_SET, RingsWish((moved, WORK), "then")], ["rings_set"])
    assert page.rings.draft is None
    assert page._buttons["rings_set"].isVisible()
    with qtbot.waitSignal(window.command_requested, check_params_cb=lambda kind: kind is Kind.RINGS_SET):
        qtbot.mouseClick(page._buttons["rings_set"], Qt.MouseButton.LeftButton)
    window.show_state(shown(commands=(command(Kind.RINGS_SET, Phase.FAILED, "command.conflict"),)))
    assert page.rings.unsent.wish is not None
    page._forget(page.rings)
    assert page.rings.unsent.wish is None


def test_what_is_wrong_with_a_ring_is_said_beside_it_and_nothing_is_taken(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.edit(1)
    page._shape(name="HOME ")
    assert page.card.wrong.text() == "Another ring has this name."
    page._take(page.rings)
    assert page.rings.draft is not None
    page._shape(name="Work", enters=False)
    assert page.card.wrong.text() == "Pick when to tell: entering, leaving or both."
    page._put_down()
    assert page.rings.unsent.wish is None


def test_a_notice_stands_above_what_is_at_the_foot(window: Window) -> None:
    told = replace(STATES["alarms"], notices=(Notice(1, "command.flashed", (("time", NOW.isoformat()),), Tone.OK),))
    page = page_of(window, told)
    toast = window.findChild(Toast)
    assert toast is not None
    for in_hand, card in (
        (lambda: None, page.car),
        (lambda: page.edit(0), page.card),
        (lambda: page.edit_speed(0), page.speed),
    ):
        in_hand()
        QApplication.processEvents()
        assert toast.isVisible()
        # The scale and who made the map are read beside it, and the list stays free.
        assert toast.mapTo(window, QPoint(0, toast.height())).y() <= card.mapTo(window, QPoint(0, -44)).y()
        assert toast.mapTo(window, QPoint(0, 0)).x() > page.view.mapTo(window, QPoint(0, 0)).x()
    window.show_page("overview")
    assert toast.mapTo(window, QPoint(0, toast.height())).y() == window.height() - 24


def test_the_map_goes_to_the_car_once_as_soon_as_it_says_where_it_is(window: Window) -> None:
    page = page_of(window, STATES["no place"])
    page.view.look_at(49.5, 10.0, 9)
    page_of(window, STATES["alarms"])
    assert page.view.camera.place == (pytest.approx(48.80, abs=0.02), pytest.approx(9.01, abs=0.02))
    page.view.look_at(49.5, 10.0, 9)
    page_of(window, STATES["valet on"])
    assert page.view.camera.place == (pytest.approx(49.5, abs=0.3), pytest.approx(10.0, abs=0.3))


def test_escape_puts_down_what_is_in_hand(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    for in_hand, card in ((lambda: page.edit(0), page.card), (lambda: page.replay("E-5"), page.event_card)):
        in_hand()
        assert card.isVisible()
        qtbot.keyClick(card, Qt.Key.Key_Escape)
        assert page.car.isVisible()
    page.edit(0)
    page.card.name.setFocus()
    qtbot.keyClick(page.card.name, Qt.Key.Key_Escape)
    assert page.rings.draft is None


def test_changes_are_taken_back_one_by_one(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    _, _, undo = page.list._unsent
    page.list._rings[1].flipper.click()
    assert not undo.isVisible(), "the only change is discarded"
    page.edit(0)
    page.card.deleted.emit()
    assert undo.isVisible()
    assert len(page.rings.rows or ()) == 1
    with qtbot.waitSignal(window.wished) as wished:
        undo.click()
    assert wished.args == [Kind.RINGS_SET, RingsWish((HOME, replace(WORK, enabled=False)), "then")]
    with qtbot.waitSignal(window.wished) as wished:
        qtbot.keyClick(page.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert wished.args == [Kind.RINGS_SET, None]
    assert page.rings.rows == (HOME, WORK)
    with qtbot.assertNotEmitted(window.wished):
        qtbot.keyClick(page.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def test_why_there_is_no_fifth_is_said(window: Window) -> None:
    four = tuple(replace(HOME, id=number, name=str(number)) for number in range(1, 5))
    speeds = tuple(SpeedAlarm(number, 100 + number) for number in range(1, 5))
    told = words(page_of(window, shown(replace(ALARMS, rings=four, speeds=speeds))))
    assert "The car keeps four rings at most." in told
    assert "The car keeps four speeds at most." in told


def test_what_is_given_up_is_shown_no_more_as_what_will_be_sent(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.list._rings[1].flipper.click()
    with qtbot.waitSignal(window.wished) as wished:
        page.list.rings_discarded.emit()
    assert wished.args == [Kind.RINGS_SET, None]


def test_a_new_ring_stands_where_the_map_is_and_the_fifth_is_not_offered(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.view.look_at(48.9, 9.2, 13)
    page.add()
    assert page.rings.draft is not None
    place, ring = page.rings.draft
    assert (place, ring.id, ring.radius) == (None, 0, 500)
    assert (ring.latitude, ring.longitude) == (pytest.approx(48.9, abs=0.05), pytest.approx(9.2, abs=0.05))
    page._take(page.rings)
    assert page.rings.unsent.wish is not None
    assert len(page.rings.unsent.wish.rings) == 3
    four = (HOME, WORK, replace(HOME, id=3, name="C"), replace(HOME, id=4, name="D"))
    full = page_of(window, shown(replace(ALARMS, rings=four, rings_as_of="later")))
    full.rings.unsent.forget()
    full._again()
    assert not full.list._new_ring.isVisible()


def test_a_ring_is_deleted_and_one_is_switched_off(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.list._rings[1].flipper.click()
    assert page.rings.unsent.wish == RingsWish((HOME, replace(WORK, enabled=False)), "then")
    page.edit(0)
    page.card.deleted.emit()
    assert page.rings.unsent.wish == RingsWish((replace(WORK, enabled=False),), "then")
    page._forget(page.rings)
    page.list.ring_switched.emit(0, True)
    assert page.rings.unsent.wish is None, "as the car has it: nothing to send"


def test_speeds_are_one_list_and_the_valet_is_sent_at_once(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.list._speeds[1].flipper.click()
    assert page.speeds.unsent.wish == SpeedsWish((SpeedAlarm(1, 130), SpeedAlarm(2, 160)), "then")
    with qtbot.waitSignal(window.command_requested, check_params_cb=lambda kind: kind is Kind.VALET_ON):
        page.list.valet.flipper.click()


def test_a_speed_is_set_in_figures_and_two_alike_are_refused(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.list._speeds[0].click()
    assert page.speed.isVisible()
    assert page.speed.speed.value() == 130
    page.speed.speed.setValue(160)
    assert page.speed.wrong.text() == "Another alarm has this speed."
    page.speed.taken.emit()
    assert page.speeds.unsent.wish is None
    page.speed.speed.setValue(90)
    with qtbot.waitSignal(window.wished) as wished, qtbot.waitSignal(window.focus_requested) as focus:
        page.speed.taken.emit()
    wish = SpeedsWish((SpeedAlarm(1, 90), SpeedAlarm(2, 160, enabled=False)), "then")
    assert (wished.args, focus.args) == ([Kind.SPEEDS_SET, wish], ["speeds_set"])
    page.list.speed_wanted.emit()
    assert page.speeds.draft == (None, SpeedAlarm(0, 130))
    page.speed.taken.emit()
    page.edit_speed(0)
    page.speed.deleted.emit()
    assert page.speeds.unsent.wish == SpeedsWish((SpeedAlarm(2, 160, enabled=False), SpeedAlarm(0, 130)), "then")


def test_of_four_speeds_no_fifth_is_offered_and_one_thing_is_in_hand_at_a_time(window: Window) -> None:
    four = tuple(SpeedAlarm(number, 100 + number) for number in range(1, 5))
    page = page_of(window, shown(replace(ALARMS, speeds=four)))
    assert not page.list._new_speed.isVisible()
    page.edit_speed(0)
    page.edit(0)
    assert (page.speeds.draft, page.card.isVisible(), page.speed.isVisible()) == (None, True, False)
    page.replay("E-1")
    assert (page.rings.draft, page.card.isVisible(), page.event_card.isVisible()) == (None, False, True)


def test_what_the_valet_alarm_watches_is_drawn_where_this_app_knows_it(window: Window) -> None:
    page = page_of(window, STATES["valet on"])
    (ring,) = [one for one in page.view.content.rings if one.id == "valet"]
    assert (ring.latitude, ring.longitude, ring.radius) == (48.8003, 9.0112, 1000)
    assert page.view.content.service == "valet_alarm"
    page.view.look_at(49.5, 10.0, 9)
    page.view.ring_clicked.emit("valet")
    assert page.view.camera.place == (pytest.approx(48.80, abs=0.02), pytest.approx(9.01, abs=0.02))
    page = page_of(window, STATES["valet elsewhere"])
    assert [one.id for one in page.view.content.rings] == ["0", "1"]


def test_the_theft_alarm_is_acknowledged_with_what_the_panel_shows(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    button = page._buttons["acknowledge"]
    for event, is_offered in (("E-1", False), ("E-5", True), ("E-7", False)):
        page.replay(event)
        assert button.isVisible() is is_offered, event
    assert "Acknowledged" in words(page.event_card)
    with qtbot.waitSignal(window.event_picked) as picked:
        page.replay("E-5")
    assert picked.args == ["E-5"]
    with qtbot.waitSignals([window.focus_requested, window.acknowledge_requested]):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    window.show_state(replace(STATES["alarms"], acknowledging="E-5"))
    assert not button.is_usable
    offline = page_of(window, STATES["offline"])
    assert not offline._buttons["acknowledge"].is_usable


def test_events_are_stepped_through_from_the_card(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.replay("E-1")
    assert (page.event_card.newer.isEnabled(), page.event_card.older.isEnabled()) == (False, True)
    for _ in range(6):
        page.event_card.older.click()
    assert page._event == "E-7"
    assert (page.event_card.newer.isEnabled(), page.event_card.older.isEnabled()) == (True, False)
    page.event_card.newer.click()
    page.replay("E-3")
    assert "No place was sent with it." in words(page.event_card)
    assert not page.event_card.links.isVisible()
    assert page.view.content.places == ()


class Opener(QObject):
    """Stands for the program that opens places."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_place_is_handed_to_another_program_only_after_it_was_said_what_goes(
    qtbot: QtBot, make_window: Make, language: str
) -> None:
    page, opener = page_of(make_window(language), STATES["alarms"]), Opener()
    QDesktopServices.setUrlHandler("geo", opener, "open")
    try:
        page.car.links.ask()
        card = page.car.links.card
        assert card is not None
        assert "geo:48.800300,9.011200" in [one.text() for one in card.findChildren(QLabel)]
        assert opener.opened == []
        page.car.links.go.click()
    finally:
        QDesktopServices.unsetUrlHandler("geo")
    assert opener.opened == ["geo:48.800300,9.011200"]
    assert page.car.links.card is None


def test_where_no_program_opens_places_that_is_said(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_of(window, STATES["alarms"])
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    page.car.links.ask()
    card = page.car.links.card
    assert card is not None
    page.car.links.go.click()
    assert any(
        one.text().startswith("No program on this computer") for one in card.findChildren(QLabel) if one.isVisible()
    )
    card.close_card()


def test_an_event_is_shown_where_it_happened(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.view.look_at(49.5, 10.0, 9)
    page.list._events[0].click()
    assert [(one.id, one.is_picked) for one in page.view.content.places] == [("event E-1", True)]
    assert page.view.camera.place == (pytest.approx(48.80, abs=0.02), pytest.approx(9.01, abs=0.02))
    assert page.view.camera.zoom >= 14


def test_the_place_is_copied_as_other_programs_read_it(make_window: Make) -> None:
    page = page_of(make_window("de"), STATES["alarms"])
    page.car.links.copy()
    assert QGuiApplication.clipboard().text() == "48.800300, 9.011200"


def test_another_car_forgets_what_was_not_sent(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.list.ring_switched.emit(0, False)
    page.edit(1)
    other = car(alarms=ALARMS, vin="WP1ZZZ9YZSDA20002", capabilities=CAN)
    window.show_state(replace(STATES["alarms"], vehicles=(*STATES["alarms"].vehicles, other), selected=other.vin))
    assert (page.rings.unsent.wish, page.rings.draft) == (None, None)


@pytest.mark.parametrize(
    ("rings", "found"),
    [
        ((HOME, WORK), None), ((HOME,) * 5, "rings.too_many"), ((replace(HOME, name=" "),), "rings.no_name"),
        ((HOME, replace(WORK, name="home")), "rings.same_name"), ((replace(HOME, latitude=86.0),), "rings.no_place"),
        ((replace(HOME, radius=199),), "rings.radius"), ((replace(HOME, radius=200), replace(WORK, radius=100_000)), None),
        ((replace(HOME, radius=float("nan")),), "rings.radius"), ((replace(HOME, latitude=float("nan")),), "rings.no_place"),
        ((replace(HOME, radius=100_001),), "rings.radius"),
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


LATER = replace(ALARMS, rings=(WORK,), rings_as_of="later")
"""Somebody else took the first ring out of the list."""


def test_what_changes_elsewhere_while_a_ring_is_in_hand_is_said_and_not_overwritten(
    qtbot: QtBot, window: Window
) -> None:
    page = page_of(window, STATES["alarms"])
    said = text("profiles.stale")
    page.edit(1)
    assert said not in words(page)
    page_of(window, shown(LATER))
    assert said in words(page)
    assert page.rings.draft == (1, WORK), "the one that was picked, wherever it stands in the list now"
    with qtbot.waitSignal(window.wished) as wished:
        page.card.deleted.emit()
    assert wished.args == [Kind.RINGS_SET, RingsWish((HOME,), "then")], "the car will refuse what it is based on"
    assert said in words(page)


def test_what_was_changed_of_the_one_in_hand_is_kept_when_another_is_looked_at(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.edit(0)
    page.view.ring_resized.emit("0", 1200.0)
    page.edit(1)
    assert page.rings.unsent.wish == RingsWish((replace(HOME, radius=1200), WORK), "then")
    page.replay("E-1")
    assert page.rings.unsent.wish == RingsWish((replace(HOME, radius=1200), WORK), "then")
    page.edit(0)
    page.card.name.clear()
    page.edit_speed(0)
    assert page.rings.unsent.wish == RingsWish((replace(HOME, radius=1200), WORK), "then"), "what cannot be is not kept"


def test_the_switch_of_the_one_in_hand_is_kept_when_it_is_taken(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.edit(0)
    page.list._rings[0].flipper.click()
    page.view.ring_resized.emit("0", 1200.0)
    page._take(page.rings)
    assert page.rings.unsent.wish == RingsWish((replace(HOME, enabled=False, radius=1200), WORK), "then")


def test_what_the_valet_switch_would_send_is_shown_before_it_is_pressed(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    switch = page.list.valet.flipper
    with qtbot.waitSignal(window.focus_requested) as focus:
        QApplication.sendEvent(switch, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert focus.args == ["valet_on"]
    with qtbot.waitSignal(window.focus_requested) as focus:
        QApplication.sendEvent(switch, QEvent(QEvent.Type.Enter))
    assert focus.args == ["valet_on"]
    assert switch.accessibleName().startswith(f"{text('alarms.valet')}, ")


def test_what_is_not_sent_survives_another_language(qapp: QApplication, window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.list._rings[1].flipper.click()
    window.redress()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type]
    again = page_of(window, STATES["alarms"])
    assert again.rings.unsent.wish == RingsWish((HOME, replace(WORK, enabled=False)), "then")
    assert again._buttons["rings_set"].isVisible()


def test_a_map_that_nobody_knows_a_place_for_asks_for_no_picture_until_it_is_moved(
    qtbot: QtBot, make_window: Make
) -> None:
    window = make_window("en", "dark", 1440, 900)
    page = page_of(window, STATES["no place"])
    with qtbot.assertNotEmitted(page.view.looked, wait=300):
        pass
    with qtbot.waitSignal(page.view.looked):
        qtbot.keyClick(page.view, Qt.Key.Key_Minus)
    other = page_of(make_window("en", "dark", 1440, 900), STATES["no place"])
    with qtbot.waitSignal(other.view.looked):
        page_of(other.window(), STATES["alarms"])  # type: ignore[arg-type]
    elsewhere = car(alarms=ALARMS, vin="WP1ZZZ9YZSDA20002", capabilities=CAN, position=None)
    with qtbot.assertNotEmitted(other.view.looked, wait=300):
        page_of(other.window(), replace(STATES["alarms"], vehicles=(elsewhere,), selected=elsewhere.vin))  # type: ignore[arg-type]


def test_nothing_turns_where_nobody_looks(window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    assert not page._buttons["acknowledge"]._sweep.is_running
    page.replay("E-5")
    window.show_state(replace(STATES["alarms"], acknowledging="E-5"))
    assert page._buttons["acknowledge"]._sweep.is_running


def test_what_is_done_to_a_card_is_not_done_to_the_map_below(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["alarms"])
    page.edit(0)
    before = page.view.camera
    with qtbot.assertNotEmitted(page.view.ring_moved), qtbot.assertNotEmitted(page.view.map_clicked):
        for key in (Qt.Key.Key_Plus, Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_Space):
            qtbot.keyClick(page.card, key)
        qtbot.mouseClick(page.card, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
        qtbot.mouseDClick(page.card, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert page.view.camera == before
    assert page.rings.draft is not None
    page.card.radius.setValue(1500)
    page.card.name.setFocus()
    qtbot.keyClick(page.card.name, Qt.Key.Key_Return)
    assert page.rings.draft is None
    assert page.rings.unsent.wish is not None


def test_how_far_it_is_from_a_ring_is_not_said_once_it_was_seen_elsewhere(window: Window) -> None:
    since = STATES["alarms"].vehicle.position.since  # type: ignore[union-attr]
    assert since is not None
    told = AlarmEvent("E-9", since + timedelta(minutes=1), "DOOR", None, HERE)
    for at, is_said in (((48.8002, 9.0112), True), ((48.9, 9.2), False)):
        page = page_of(window, shown(replace(ALARMS, car_events=(replace(told, place=at),))))
        assert page.car._near.isVisible() is is_said
