"""The overview and its commands, by snapshot."""

from __future__ import annotations

from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from companion.model.body import Body
from companion.model.charging import DAYS, Charging, Timer
from companion.model.climate import Climate
from companion.model.command import Kind, Phase
from companion.model.service import Service, Warning
from companion.model.state import Reading
from companion.ui.pages import overview_faces as faces
from companion.ui.pages.command_faces import command_face
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.popover import Card
from companion.ui.parts.tile import Tile
from companion.ui.window import Window
from ui.snapshots import EVERYTHING, NOW, car, command, state


def button(window: Window, action: str) -> CommandButton:
    return next(one for one in window.findChildren(CommandButton) if one.action == action)


LIFE = [
    (Phase.SENDING, "Unlock", "Sending", True),
    (Phase.ACCEPTED, "Unlock", "Accepted", True),
    (Phase.DONE, "Unlocked", "Done", False),
    (Phase.FAILED, "Unlock", "Failed", False),
    (Phase.UNKNOWN, "Unlock", "Unconfirmed", False),
]


@pytest.mark.parametrize(("phase", "name", "second", "busy"), LIFE)
def test_a_command_says_where_it_stands(window: Window, phase: Phase, name: str, second: str, busy: bool) -> None:
    face = command_face("unlock", state(commands=(command(Kind.UNLOCK, phase),)))
    assert (face.name, face.busy) == (name, busy)
    assert face.second.startswith(second)


def test_the_new_state_is_not_said_before_the_car_says_it(window: Window) -> None:
    for phase in (Phase.SENDING, Phase.ACCEPTED, Phase.FAILED, Phase.UNKNOWN):
        assert command_face("unlock", state(commands=(command(Kind.UNLOCK, phase),))).name == "Unlock"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("offline", "No connection"),
        ("private mode", "Private mode"),
        ("remote access off", "Remote access off"),
        ("loading", "No data yet"),
    ],
)
def test_a_command_that_cannot_be_says_why(window: Window, name: str, why: str) -> None:
    face = command_face("lock", EVERYTHING[name])
    assert (face.enabled, face.second) == (False, why)


def test_a_car_that_cannot_unlock_says_so(window: Window) -> None:
    face = command_face("unlock", state(car(capabilities=frozenset({"LOCK"}))))
    assert (face.enabled, face.second) == (False, "Not in this car")


def test_the_reason_of_a_failure_is_on_the_button(window: Window) -> None:
    face = command_face("lock", EVERYTHING["failed"])
    assert (face.second, face.tone) == ("Failed: door open", "danger")


def test_reading_is_shown_on_its_own_button(window: Window) -> None:
    waking = state(reading=Reading.WAKING)
    assert command_face("read_current", waking).busy
    assert not command_face("read_stored", waking).busy


def test_lock_is_one_press(qtbot: QtBot, window: Window) -> None:
    window.show_state(state(car(locked=False)))
    with qtbot.waitSignals([window.command_requested, window.focus_requested]):
        qtbot.mouseClick(button(window, "lock"), Qt.MouseButton.LeftButton)


def test_a_running_command_is_not_pressed_twice(qtbot: QtBot, window: Window) -> None:
    window.show_state(state(commands=(command(Kind.LOCK, Phase.SENDING),)))
    with qtbot.assertNotEmitted(window.command_requested):
        qtbot.mouseClick(button(window, "lock"), Qt.MouseButton.LeftButton)


def test_an_unknown_command_is_checked_not_repeated(qtbot: QtBot, window: Window) -> None:
    window.show_state(EVERYTHING["unknown"])
    with qtbot.assertNotEmitted(window.unlock_requested), qtbot.waitSignal(window.check_command_requested) as asked:
        qtbot.mouseClick(button(window, "unlock"), Qt.MouseButton.LeftButton)
    assert asked.args == [Kind.UNLOCK]


def test_the_panel_follows_the_pointer_that_rests(qtbot: QtBot, window: Window) -> None:
    window.show_state(state())
    with qtbot.waitSignal(window.focus_requested) as asked:
        qtbot.mouseMove(button(window, "read_current"))
        button(window, "read_current")._dwell.start()
    assert asked.args == ["read_current"]


@pytest.mark.parametrize(
    ("opened", "says"),
    [
        ((), "Everything is closed."),
        (("window_front_left",), "One window is open."),
        (("door_front_left", "door_rear_left"), "2 doors are open."),
        (("lid_front",), "One lid is open."),
        (("door_front_left", "lid_rear", "window_rear_right"), "3 parts are open."),
    ],
)
def test_the_statement_says_what_is_open(window: Window, opened: tuple[str, ...], says: str) -> None:
    assert faces.statement(car(*opened)) == f"Locked.\n{says}"


def test_what_the_car_has_not_said_is_not_known(window: Window) -> None:
    silent = EVERYTHING["nothing said"].vehicle
    assert silent is not None
    values = {faces.tile_face(tile, silent, NOW).value for tile in faces.tiles(silent)}
    assert values == {"Not known"}
    assert faces.statement(silent) == "Lock state not known.\nDoors and windows not known."


def test_a_warning_nobody_knows_is_shown_as_the_car_names_it(window: Window) -> None:
    face = faces.tile_face("warnings", car(service=Service(warnings=(Warning("FLUX_LOW"),))), NOW)
    assert face.second == "Shown as “FLUX_LOW”"


def test_a_tile_opens_each_part_with_its_state(qapp: QApplication, qtbot: QtBot, window: Window) -> None:
    window.show_state(state(car("door_rear_left")))
    tile = next(one for one in window.findChildren(Tile) if one.accessibleName().startswith("Doors"))
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    card = window.findChild(Card)
    assert card is not None
    rows = [detail.name for detail in faces.details("doors", car("door_rear_left"), NOW)]
    assert rows == ["Front left door", "Front right door", "Rear left door", "Rear right door", "Bonnet", "Boot"]
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert card.isHidden()


def test_private_mode_shows_no_values(qapp: QApplication, window: Window) -> None:
    window.show_state(EVERYTHING["private mode"])
    names = [one.accessibleName() for one in window.findChildren(Tile)]
    assert len(names) == faces.TILES
    assert all(name.endswith(": Not available") for name in names)


def test_climate_and_charging_have_a_tile_that_leads_to_their_page(qtbot: QtBot, window: Window) -> None:
    timer = Timer(1, datetime(2026, 11, 27, 7, 30), DAYS, climatises=True)
    charging = Charging("NOT_PLUGGED", timers=(timer,))
    electric = car(charging=charging, climate=Climate("OFF", cabin=17.5))
    assert faces.tiles(electric)[3:5] == ("climate", "charging")
    assert faces.tile_face("climate", electric, NOW).value == "17.5\u202f°C inside"
    assert faces.tile_face("climate", electric, NOW).second == "Departure 07:30, Every day"
    assert faces.tile_face("charging", electric, NOW).second == "Departure 07:30, Every day"
    flowing = car(charging=Charging("CHARGING", target=85, power=10.9))
    assert faces.tile_face("charging", flowing, NOW).value == "10.9\u202fkW"
    failed = faces.tile_face("charging", car(charging=Charging("CHARGING_ERROR", error="POST_FAULT")), NOW)
    assert (failed.value, failed.problem) == ("Charging error", True)
    window.show_state(state(electric))
    for label, page in (("Climate", "climate"), ("Charging", "charging"), ("Location", "map")):
        window.show_page("overview")
        tile = next(one for one in window.findChildren(Tile) if one.accessibleName().startswith(f"{label}:"))
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
        assert window.glass.shown == page


def test_what_has_no_tile_is_not_lost(window: Window) -> None:
    """A car with climate and a plug has no tile of its lights and its mileage."""
    lit = car(charging=Charging("NOT_PLUGGED"), climate=Climate("OFF"), body=Body(parking_light=True))
    assert faces.tile_face("warnings", lit, NOW).second == "Parking light on"
    assert next(one.name for one in faces.details("warnings", lit, NOW)) == "Parking lights"
    assert "Mileage" in [one.name for one in faces.details("service", lit, NOW)]
    plain = car(body=Body(parking_light=True))
    assert faces.tiles(plain)[3:5] == ("lights", "mileage")
    assert faces.tile_face("warnings", plain, NOW).problem is False
