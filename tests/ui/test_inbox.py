"""The messages behind the bell: how they read, what is filtered, when they are read, where a press leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from companion.model.message import VALUES, Message, MessageKind, Topic
from companion.model.state import Notice, State, Tone
from companion.ui import format as fmt
from companion.ui import message_faces as faces
from companion.ui.parts.buttons import Button
from companion.ui.parts.inbox_card import InboxCard
from companion.ui.parts.labels import Link
from companion.ui.parts.toast import Toast
from companion.ui.parts.toggle import Toggle
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import EVERYTHING, NOW, VIN, car, state
from ui.test_looks import Scribe, cut_labels

OTHER = "WP1ZZZ9YZSDA20002"
TOLD = {"percent": 62.0, "target": 85.0, "distance": 1400.0, "speed": 61.0, "limit": 50.0}


def message(
    kind: MessageKind, number: int = 1, reason: str | None = None, ago: timedelta = timedelta(), **more: object
) -> Message:
    values = {name: 21.5 if kind is MessageKind.CLIMATE_STARTED else TOLD[name] for name in VALUES.get(kind, ())}
    service = "climate" if kind.startswith("climate") else "e_control"
    whole = Message(str(number), VIN, kind, reason, values, NOW - ago, service, heard_at=NOW - ago)
    return replace(whole, **more)  # type: ignore[arg-type]


ALL = (
    message(MessageKind.CHARGING_STARTED, 20),
    message(MessageKind.CLIMATE_STARTED, 19, ago=timedelta(minutes=9)),
    message(MessageKind.CLIMATE_STOPPED, 18, "BATTERY_LOW", timedelta(minutes=41), vin=OTHER),
    message(MessageKind.CHARGING_STOPPED, 17, "UNPLUGGED", timedelta(days=1), is_read=True),
    message(MessageKind.CHARGING_STOPPED, 16, "STOPPED", timedelta(days=1, minutes=3), is_read=True),
    message(MessageKind.CHARGING_FAILED, 15, "POST_FAULT", timedelta(days=1, minutes=7), is_read=True),
    message(MessageKind.TARGET_NOT_REACHED, 14, None, timedelta(days=3), is_read=True),
    message(MessageKind.CLIMATE_NOT_POSSIBLE, 13, "BATTERY_LOW", timedelta(days=3, minutes=2), is_read=True),
    message(MessageKind.CLIMATE_FINISHED, 12, None, timedelta(days=4), is_read=True),
    message(MessageKind.CHARGING_COMPLETED, 11, None, timedelta(days=400), is_read=True),
    message(MessageKind.CHARGING_STOPPED, 10, "GRID_OFF", timedelta(days=401), is_read=True, vin="WP0ZZZ99ZGONE0003"),
)
TWO = (car(), replace(car(), vin=OTHER, name="Cayenne"))


def shown(*messages: Message, cars: tuple[object, ...] = TWO, **more: object) -> State:
    return state(vehicles=cars, messages=messages, **more)


STATES: dict[str, State] = {
    "all": shown(*ALL),
    "one car": shown(*(one for one in ALL if one.vin == VIN), cars=TWO[:1]),
    "few": shown(*ALL[:3]),
    "empty": shown(),
    "toast": shown(
        *ALL, notices=(Notice(1, "message.told", (("car", "Cayenne"),), Tone.WARN, "show", message=ALL[2]),)
    ),
}


def opened(window: Window, snapshot: State) -> InboxCard:
    window.show_state(snapshot)
    QApplication.processEvents()
    window.glass.open_inbox()
    card = window.glass.inbox
    assert card is not None
    for _ in range(3):
        QApplication.processEvents()
    return card


def sentences(card: InboxCard) -> list[str]:
    return [row.text() for row in card.rows]


# -- how it reads -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1024))))
def test_nothing_is_cut_off(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window(language, "dark", width, 700)
    for name, snapshot in STATES.items():
        card = opened(window, snapshot)
        window.grab()
        for row in card.rows:
            card._list.ensureWidgetVisible(row)
            row.grab()
        assert (scribe.cut, cut_labels(window)) == ([], []), name
        card.close_card()


@pytest.mark.parametrize(
    ("kind", "reason", "words"),
    [
        (MessageKind.CHARGING_STARTED, None, "Charging started at 62\u202f%, to 85\u202f%."),
        (MessageKind.CHARGING_COMPLETED, None, "Charging is complete at 62\u202f%."),
        (MessageKind.CHARGING_STOPPED, "UNPLUGGED", "Charging stopped at 62\u202f%: unplugged."),
        (MessageKind.CHARGING_STOPPED, "STOPPED", "Charging stopped at 62\u202f%: ended by hand."),
        (MessageKind.CHARGING_STOPPED, "GRID_OFF", "Charging stopped at 62\u202f%. The car’s word for it: “grid off”."),
        (MessageKind.CHARGING_FAILED, "POST_FAULT", "Charging failed at 62\u202f%: the charging post reports a fault."),
        (MessageKind.TARGET_NOT_REACHED, None, "Departure came at 62\u202f%, before the target of 85\u202f%."),
        (MessageKind.CLIMATE_STARTED, None, "Climate control started, to 21.5\u202f°C."),
        (MessageKind.CLIMATE_FINISHED, None, "Climate control ran its time and ended."),
        (MessageKind.CLIMATE_STOPPED, "BATTERY_LOW", "Climate control stopped early: the battery is too low."),
        (
            MessageKind.CLIMATE_NOT_POSSIBLE,
            "FUEL_LOW",
            "Climate control could not start for a departure: the fuel is too low.",
        ),
    ],
)
def test_a_message_is_a_sentence(window: Window, kind: MessageKind, reason: str | None, words: str) -> None:
    assert sentences(opened(window, shown(message(kind, reason=reason)))) == [words]


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_every_kind_has_words_with_and_without_its_values(make_window: Make, language: str) -> None:
    make_window(language)
    for kind in MessageKind:
        whole, bare = faces.sentence(message(kind)), faces.sentence(message(kind, values={}))
        assert not any(part in whole + bare for part in ("message.", "{", "_")), kind
        assert (whole != bare) == bool(VALUES.get(kind)), kind


def test_days_have_heads_and_the_newest_stands_first(window: Window) -> None:
    card = opened(window, STATES["all"])
    heads = [one.text() for one in card._list.findChildren(QLabel)]
    assert heads[:2] == ["Today", "Yesterday"]
    assert len(heads) == len({one.at.astimezone().date() for one in ALL})
    assert [row.message for row in card.rows] == list(ALL)


def test_a_row_says_everything_to_a_screen_reader(window: Window) -> None:
    card = opened(window, STATES["all"])
    time = fmt.day(ALL[0].at, NOW)
    assert card.rows[0].accessibleName() == f"Unread. Charging started at 62\u202f%, to 85\u202f%. Taycan, {time}"
    assert not card.rows[3].accessibleName().startswith("Unread")
    # A car that is no longer in the garage is named by its number.
    assert "WP0ZZZ99ZGONE0003" in card.rows[-1].accessibleName()
    stops = [one for one in card.inner.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [type(one).__name__ for one in stops if not one.accessibleName()] == []


def test_the_bell_shows_and_says_what_is_unread(window: Window) -> None:
    window.show_state(STATES["all"])
    bell = window.glass._top.bell
    assert (bell.isVisible(), bell.accessibleName()) == (True, "Messages, 3 unread")
    with_dot = bell.grab().toImage()
    window.show_state(shown(*(replace(one, is_read=True) for one in ALL)))
    assert bell.accessibleName() == "Messages"
    assert bell.grab().toImage() != with_dot
    window.show_state(EVERYTHING["signed out"])
    assert not bell.isVisible()


def test_an_empty_list_says_so_and_leads_to_the_notices(qtbot: QtBot, window: Window) -> None:
    card = opened(window, STATES["empty"])
    words = " ".join(one.text() for one in card.findChildren(QLabel) if one.isVisible())
    assert "Nothing yet." in words
    assert "Kept on this computer for 30 days." in words
    links = [one for one in card.findChildren(Link) if one.isVisible()]
    assert [one.text() for one in links] == ["Choose notices"]
    qtbot.keyClick(links[0], Qt.Key.Key_Return)
    assert window.glass.shown == "settings"
    assert window.glass.inbox is None
    toggle = window.findChild(Toggle, "setting_desktop_notices")
    assert toggle is not None
    qtbot.waitUntil(lambda: not toggle.visibleRegion().isEmpty())
    assert window.focusWidget() is toggle


# -- filter -----------------------------------------------------------------------------------------------------------


def test_the_list_is_filtered_by_what_it_is_about_and_by_car(qtbot: QtBot, window: Window) -> None:
    card = opened(window, STATES["all"])
    card.filter.setFocus(Qt.FocusReason.TabFocusReason)
    for topic in (Topic.CHARGING, Topic.CLIMATE):
        qtbot.keyClick(card.filter, Qt.Key.Key_Right)
        assert [row.message for row in card.rows] == [one for one in ALL if one.topic is topic]
    card._choose_car(OTHER)
    assert [row.message.id for row in card.rows] == ["18"]
    assert card.car.accessibleName() == "Of which car: Cayenne"
    qtbot.keyClick(card.filter, Qt.Key.Key_Left)
    assert card.rows == []
    words = [one.text() for one in card.findChildren(QLabel) if one.isVisible()]
    assert "Nothing of this kind." in words
    show_all = next(one for one in card.findChildren(Link) if one.text() == "Show everything")
    qtbot.keyClick(show_all, Qt.Key.Key_Return)
    assert len(card.rows) == len(ALL)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_cars_are_offered_in_a_menu(qtbot: QtBot, window: Window) -> None:
    card = opened(window, STATES["all"])
    qtbot.mouseClick(card.car, Qt.MouseButton.LeftButton)
    menu = card.findChild(QMenu)
    assert menu is not None
    assert [one.text() for one in menu.actions()] == ["All cars", "WP0ZZZ99ZGONE0003", "Taycan", "Cayenne"]
    menu.actions()[3].trigger()
    assert [row.message.vin for row in card.rows] == [OTHER]
    menu.close()


def test_one_car_needs_no_choice(window: Window) -> None:
    card = opened(window, STATES["one car"])
    assert not card.car.isVisible()


# -- read -------------------------------------------------------------------------------------------------------------


def test_what_was_on_screen_is_read_and_nothing_else(qtbot: QtBot, window: Window) -> None:
    many = tuple(
        message(MessageKind.CHARGING_STARTED, number, ago=timedelta(minutes=40 - number)) for number in range(40, 0, -1)
    )
    window.activateWindow()
    card = opened(window, shown(*many))
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.messages_read, timeout=3000) as seen:
        pass
    first = seen.args[0]
    assert {"40", "39"} < first
    assert not {"1", "2"} & first
    read = tuple(replace(one, is_read=one.id in first) for one in many)
    window.show_state(shown(*read))
    # They keep their mark as long as the card is open, and are not read twice.
    assert all(row._is_new for row in card.rows)
    with qtbot.waitSignal(window.messages_read, timeout=3000) as seen:
        card.rows[-1].setFocus(Qt.FocusReason.TabFocusReason)
    assert "1" in seen.args[0]
    assert not first & seen.args[0]


def test_closing_reads_what_was_on_screen_at_once(qtbot: QtBot, window: Window) -> None:
    window.activateWindow()
    card = opened(window, STATES["few"])
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.messages_read) as seen:
        qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert seen.args[0] == {"20", "19", "18"}
    assert window.glass.inbox is None


def test_nobody_reads_in_a_window_that_is_not_in_front(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    card = opened(window, STATES["few"])
    with qtbot.assertNotEmitted(window.messages_read, wait=800):
        pass
    monkeypatch.undo()
    monkeypatch.setattr(window, "isActiveWindow", lambda: True)
    with qtbot.waitSignal(window.messages_read, timeout=3000):
        QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    assert card.isVisible()


def test_a_message_that_comes_while_the_list_is_open_joins_it(window: Window) -> None:
    card = opened(window, shown(*ALL[1:]))
    card.rows[2].setFocus(Qt.FocusReason.TabFocusReason)
    window.show_state(STATES["all"])
    assert [row.message for row in card.rows] == list(ALL)
    assert window.focusWidget() is card.rows[3]


# -- where it leads ---------------------------------------------------------------------------------------------------


def test_a_press_leads_to_the_page_and_the_car_it_is_about(qtbot: QtBot, window: Window) -> None:
    card = opened(window, STATES["all"])
    with qtbot.waitSignal(window.vehicle_selected) as car_asked, qtbot.waitSignal(window.messages_read) as read:
        qtbot.mouseClick(card.rows[2], Qt.MouseButton.LeftButton)
    assert car_asked.args == [OTHER]
    assert "18" in read.args[0]
    assert window.glass.shown == "climate"
    assert window.glass.inbox is None


def test_the_keyboard_opens_the_list_goes_through_it_and_picks(qtbot: QtBot, window: Window) -> None:
    window.show_state(STATES["all"])
    qtbot.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    card = window.glass.inbox
    assert card is not None
    assert window.focusWidget() is card.rows[0]
    qtbot.keyClick(card.rows[0], Qt.Key.Key_Down)
    assert window.focusWidget() is card.rows[1]
    with qtbot.assertNotEmitted(window.vehicle_selected):
        qtbot.keyClick(card.rows[1], Qt.Key.Key_Return)
    assert window.glass.shown == "climate"


def test_the_keyboard_brings_the_last_message_into_view(qtbot: QtBot, make_window: Make) -> None:
    card = opened(make_window(height=700), STATES["all"])
    last, view = card.rows[-1], card._list.viewport()
    assert not view.rect().contains(last.mapTo(view, last.rect().center()))
    last.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.rect().contains(last.mapTo(view, last.rect().center()))


def test_a_message_of_a_car_that_is_gone_leads_nowhere(qtbot: QtBot, window: Window) -> None:
    card = opened(window, STATES["all"])
    with qtbot.assertNotEmitted(window.vehicle_selected):
        card.rows[-1].click()
    assert window.glass.shown == "overview"


def test_the_notice_of_a_message_names_the_car_and_shows_the_page(qtbot: QtBot, window: Window) -> None:
    window.show_state(STATES["toast"])
    toast = window.findChild(Toast)
    assert toast is not None
    assert toast.accessibleName() == "Cayenne: Climate control stopped early: the battery is too low."
    show = next(one for one in toast.findChildren(Button) if one.text() == "Show")
    with qtbot.waitSignal(window.notice_action_requested) as acted, qtbot.waitSignal(window.vehicle_selected) as asked:
        qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    assert (acted.args, asked.args) == ([1, "show"], [OTHER])
    assert window.glass.shown == "climate"


def test_clearing_asks_first(qtbot: QtBot, window: Window) -> None:
    card = opened(window, STATES["all"])
    with qtbot.assertNotEmitted(window.clear_messages_requested):
        qtbot.mouseClick(card._clear, Qt.MouseButton.LeftButton)
    go = next(one for one in window.findChildren(Button) if one.text() == "Clear all messages")
    with qtbot.waitSignal(window.clear_messages_requested):
        qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
    window.show_state(STATES["empty"])
    assert card.rows == []
    assert not card._clear.isVisible()


# -- what is said -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(MessageKind))
def test_each_kind_can_be_switched_off_in_the_settings(qtbot: QtBot, window: Window, kind: MessageKind) -> None:
    window.show_state(state())
    window.show_page("settings")
    toggle = window.findChild(Toggle, f"setting_says_{kind}")
    assert toggle is not None
    assert toggle.isChecked()
    with qtbot.waitSignal(window.settings_changed) as changed:
        toggle.click()
    assert changed.args[0].muted == (kind.value,)
    with qtbot.waitSignal(window.settings_changed) as changed:
        toggle.click()
    assert changed.args[0].muted == ()
