"""The climate page: what the car has set is what starting asks for; what it cannot is not offered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise, product
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from companion.model.charging import Charging, Timer, TimersWish
from companion.model.climate import COOLEST, WARMEST, Climate, ClimateWish
from companion.model.command import Kind, Phase
from companion.model.energy import Energy, Engine
from companion.model.privacy import Outcome
from companion.model.state import Link, State
from companion.model.vehicle import Switches
from companion.net.call import Call
from companion.ui.pages import climate_faces
from companion.ui.pages.charging import ChargingPage
from companion.ui.pages.climate import ACTIONS, HEATER, ClimatePage
from companion.ui.panel.fields import Fields
from companion.ui.parts import car_shape
from companion.ui.parts.buttons import ROOM
from companion.ui.parts.cabin import SHELL
from companion.ui.text import region
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import NOW, VIN, car, command, focused, state, transmission, unlock_view
from ui.test_looks import Scribe, cut_labels

FULL = Climate(
    "OFF", 21.0, None, ("frontLeft",), 17.5, -8.0,
    (("frontLeft", 2), ("frontRight", 0), ("rearLeft", 0), ("rearRight", 1)), True, False, None, 4.0,
)  # fmt: skip
RUNNING = replace(FULL, status="HEATING", minutes_left=12)
CAN = frozenset({"LOCK", "REMOTE_CLIMATIZER_START", "REMOTE_CLIMATIZER_STOP"})
HEATS = frozenset({"REMOTE_HEATING_START", "REMOTE_HEATING_STOP"})
TIMERS = (
    Timer(1, datetime(2026, 1, 5, 7, 30), ("MONDAY", "FRIDAY"), True, 85, True, True),
    Timer(2, datetime(2026, 1, 5, 17, 0), ("FRIDAY",), False, 85, False, True),
)


def shown(climate: Climate = FULL, link: Link | None = None, commands: tuple[Any, ...] = (), **more: Any) -> State:
    whole = state(car(climate=climate, capabilities=more.pop("capabilities", CAN), **more), commands=commands)
    return replace(whole, link=link) if link is not None else whole


STATES: dict[str, State] = {
    "off": shown(),
    "heater": shown(
        Climate(heater=False),
        capabilities=frozenset({"LOCK", *HEATS}),
        engine=Engine.COMBUSTION,
        energy=Energy(fuel_percent=71, fuel_range_km=440),
    ),
    "heater runs": shown(
        Climate(heater=True, heater_minutes=28),
        capabilities=frozenset({"LOCK", *HEATS}),
        engine=Engine.COMBUSTION,
        energy=Energy(fuel_percent=71, fuel_range_km=440),
    ),
    "both": shown(
        replace(FULL, heater=True, heater_minutes=12),
        capabilities=CAN | HEATS,
        energy=Energy(45, None, 36, 54, 410),
        engine=Engine.PHEV,
    ),
    "departures": shown(capabilities=CAN | {"TIMERS_EDIT"}, charging=Charging(timers=TIMERS, timers_as_of="then")),
    "running": shown(RUNNING),
    "ended early": shown(replace(FULL, ended_because="BATTERY_LOW")),
    "twelve volt": shown(
        replace(FULL, ended_because="TWELVE_VOLT_LOW"),
        commands=(
            replace(command(Kind.CLIMATE_START, Phase.FAILED, "car.refused"), params=(("reason", "TWELVE_VOLT_LOW"),)),
        ),
    ),
    "ended strangely": shown(replace(FULL, ended_because="NEVER_HEARD_OF")),
    "a strange word": shown(replace(RUNNING, status="DEFROSTING_ALL")),
    "the least": shown(Climate("OFF", 20.0)),
    "nothing said": shown(Climate()),
    "private mode": shown(switches=Switches(True, True, NOW)),
    "remote access off": shown(switches=Switches(False, False, NOW)),
    "cannot": shown(Climate(), capabilities=frozenset({"LOCK"})),
    "offline": shown(link=Link(False, NOW, False, "Demo", True)),
    "busy": shown(commands=(command(Kind.CLIMATE_START, Phase.ACCEPTED),)),
    "failed": shown(
        commands=(
            replace(command(Kind.CLIMATE_START, Phase.FAILED, "car.refused"), params=(("reason", "BATTERY_LOW"),)),
        )
    ),
    "unknown": shown(commands=(command(Kind.CLIMATE_START, Phase.UNKNOWN, "command.unknown"),)),
}


def page_of(window: Window, snapshot: State) -> ClimatePage:
    window.show_state(snapshot)
    window.show_page("climate")
    page = window.findChild(ClimatePage)
    assert page is not None
    QApplication.processEvents()
    return page


def words(page: QWidget) -> str:
    return " | ".join(one.text() for one in page.findChildren(QLabel) if one.isVisible() and one.text())


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1024))))
def test_nothing_is_cut_off(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window(language, "dark", width, 800)
    for name, snapshot in STATES.items():
        page_of(window, snapshot)
        window.grab()
        assert (scribe.cut, cut_labels(window)) == ([], []), name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("heater", "Auxiliary heater | Off | It burns fuel: 71\u202f% in the tank."), ("heater runs", "Heating, 28 min left"),
        ("both", "Heating, 12 min left"),
        ("departures", "Departures"), ("off", "Off"), ("running", "Heating, 12 min left"),
        ("a strange word", "Defrosting all, 12 min left"),
        ("ended early", "It ended early: the battery is low."), ("ended strangely", "NEVER_HEARD_OF"),
        ("off", "Costs about 4\u202fkm of range."), ("nothing said", "The car has not said"),
        ("private mode", "Not available in private mode."), ("remote access off", "Remote access is off in the car."),
        ("cannot", "Taycan cannot be heated or cooled from afar."), ("offline", "No connection"),
    ],
)  # fmt: skip
def test_the_page_says_how_it_stands(window: Window, name: str, said: str) -> None:
    assert said in words(page_of(window, STATES[name]))


def test_starting_asks_for_what_the_car_has_set_until_something_is_changed(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["off"])
    assert page._wish == ClimateWish(21.0, ("frontLeft",), FULL.seats, True, False)
    with qtbot.waitSignal(window.wished) as wished:
        qtbot.mouseClick(page.warmer, Qt.MouseButton.LeftButton)
    assert wished.args == [Kind.CLIMATE_START, ClimateWish(21.5, ("frontLeft",), FULL.seats, True, False)]
    # A report of the car in between does not take back what the owner is setting.
    window.show_state(shown(replace(FULL, cabin=18.0)))
    assert page._wish.target == 21.5


def test_a_seat_is_a_zone(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["off"])
    with qtbot.waitSignal(window.wished) as wished:
        qtbot.mouseClick(page.cabin.seats["rearRight"], Qt.MouseButton.LeftButton)
    assert wished.args[1].zones == ("frontLeft", "rearRight")
    seat = page.cabin.seats["frontLeft"]
    seat.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(window.wished) as wished:
        qtbot.keyClick(seat, Qt.Key.Key_Space)
    assert wished.args[1].zones == ("rearRight",)


def test_a_change_shows_its_bytes(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["off"])
    with qtbot.waitSignal(window.focus_requested) as asked:
        page.slider.setValue(page.slider.value() + 3)
    assert asked.args == ["climate_start"]


def test_another_car_brings_its_own_settings(window: Window) -> None:
    page = page_of(window, STATES["off"])
    page._slid(50)
    other = car(climate=replace(FULL, target=18.0), vin="WP1ZZZ9YZSDA20002", capabilities=CAN)
    window.show_state(replace(STATES["off"], vehicles=(*STATES["off"].vehicles, other), selected=other.vin))
    assert page._wish.target == 18.0


def test_only_what_the_car_has_is_offered(window: Window) -> None:
    page = page_of(window, STATES["the least"])
    assert not page._more.isVisible()
    assert page._wish == ClimateWish(20.0, ())
    page_of(window, STATES["off"])
    assert page._more.isVisible()


def test_a_car_that_cannot_gets_one_sentence_and_nothing_to_set(window: Window) -> None:
    page = page_of(window, STATES["cannot"])
    assert words(page) == "Taycan cannot be heated or cooled from afar."
    assert not any(one.isVisible() for one in (page.slider, page.cabin, *page._buttons.values()))
    page_of(window, STATES["off"])
    assert page.slider.isVisible()
    assert page.cabin.isVisible()


@pytest.mark.parametrize("name", ["private mode", "remote access off", "cannot", "offline", "nothing said"])
def test_what_cannot_be_is_not_pressed(qtbot: QtBot, window: Window, name: str) -> None:
    page = page_of(window, STATES[name])
    usable = [page._buttons[action].is_usable for action in ACTIONS]
    assert usable == ([True, True] if name == "nothing said" else [False, False])
    assert page.slider.isEnabled() is (name == "nothing said")


def test_start_and_stop_are_pressed(qtbot: QtBot, window: Window) -> None:
    for name, action in (("off", Kind.CLIMATE_START), ("running", Kind.CLIMATE_STOP)):
        page = page_of(window, STATES[name])
        with qtbot.waitSignal(window.command_requested, check_params_cb=lambda kind, action=action: kind is action):
            qtbot.mouseClick(page._buttons[action], Qt.MouseButton.LeftButton)


def test_what_is_off_cannot_be_stopped_and_says_so(window: Window) -> None:
    page = page_of(window, STATES["off"])
    assert (page._buttons["climate_stop"].is_usable, page._buttons["climate_stop"]._face.second) == (False, "It is off")


def test_in_private_mode_no_number_is_made_up_and_nothing_is_said_of_departures(window: Window) -> None:
    page = page_of(window, STATES["private mode"])
    for widget in (page._status, page._wanted, page._set, page.cabin, page.departures):
        assert not widget.isVisible()
    assert page._note.text() == "Not available in private mode."


def test_the_heater_is_started_and_stopped(qtbot: QtBot, window: Window) -> None:
    for name, action in (("heater", Kind.HEATER_START), ("heater runs", Kind.HEATER_STOP)):
        page = page_of(window, STATES[name])
        with qtbot.waitSignal(window.command_requested, check_params_cb=lambda kind, action=action: kind is action):
            qtbot.mouseClick(page._buttons[action], Qt.MouseButton.LeftButton)


def test_a_car_with_a_heater_and_no_climate_gets_the_heater_and_nothing_else(window: Window) -> None:
    page = page_of(window, STATES["heater"])
    assert not any(
        one.isVisible() for one in (page.slider, page.cabin, page.departures, *(page._buttons[a] for a in ACTIONS))
    )
    assert [page._buttons[action].is_usable for action in HEATER] == [True, False], "what is off cannot be stopped"
    # It stands at the top, where the climate of another car would; below the sentence that says why it cannot be.
    assert page.heater.mapTo(page, page.heater.rect().topLeft()).y() < 100
    page_of(window, replace(STATES["heater"], link=Link(False, NOW, False, "Demo", True)))
    assert page._note.isVisible()
    assert page.heater.mapTo(page, page.heater.rect().topLeft()).y() < 160
    page_of(window, STATES["off"])
    assert not page.heater.isVisible()
    page_of(window, STATES["both"])
    assert page.heater.isVisible()
    assert page.slider.isVisible()


def test_an_unknown_command_is_checked_and_not_sent_again(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["unknown"])
    with qtbot.waitSignal(window.check_command_requested) as asked, qtbot.assertNotEmitted(window.command_requested):
        qtbot.mouseClick(page._buttons["climate_start"], Qt.MouseButton.LeftButton)
    assert asked.args == [Kind.CLIMATE_START]


def test_everything_that_takes_the_keyboard_has_a_name(window: Window) -> None:
    page = page_of(window, STATES["off"])
    stops = [
        one for one in page.findChildren(QWidget) if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert len(stops) > 12
    assert [type(one).__name__ for one in stops if not one.accessibleName()] == []


# -- departures -------------------------------------------------------------------------------------------------------


def test_departures_that_were_changed_here_are_unsent_on_the_other_page_too(qtbot: QtBot, window: Window) -> None:
    """One list, whichever page it was changed on: what a button sends is what stands above it."""
    page = page_of(window, STATES["departures"])
    with qtbot.waitSignal(window.wished) as wished, qtbot.waitSignal(window.focus_requested) as focus:
        qtbot.mouseClick(page.departures._rows[0].flipper, Qt.MouseButton.LeftButton)
    mine = TimersWish((replace(TIMERS[0], enabled=False), TIMERS[1]), "then")
    assert (wished.args, focus.args) == ([Kind.TIMERS_SET, mine], ["timers_set"])
    window.show_page("charging")
    other = window.findChild(ChargingPage)
    assert other is not None
    assert other.departures.unsent.wish == mine
    assert other.departures._changed.isVisible()
    with qtbot.waitSignal(window.command_requested, check_params_cb=lambda kind: kind is Kind.TIMERS_SET):
        qtbot.mouseClick(other._buttons["timers_set"], Qt.MouseButton.LeftButton)
    page_of(window, STATES["departures"])
    window.show_state(replace(window._glass._state, commands=(command(Kind.TIMERS_SET, Phase.DONE),)))  # type: ignore[union-attr]
    assert page.departures.unsent.wish is None
    assert not page.departures._changed.isVisible()


def test_another_car_has_its_own_departures(window: Window) -> None:
    page = page_of(window, STATES["departures"])
    page.departures._switch(0, on=False)
    assert page.departures.unsent.wish is not None
    other = replace(STATES["departures"].vehicles[0], vin="WP1ZZZ9YZSDA20002")
    window.show_state(
        replace(STATES["departures"], vehicles=(*STATES["departures"].vehicles, other), selected=other.vin)
    )
    assert page.departures.unsent.wish is None
    page_of(window, STATES["departures"])
    assert page.departures.unsent.wish is None


def test_a_car_that_cannot_set_departures_shows_none(window: Window) -> None:
    assert not page_of(window, STATES["off"]).departures.isVisible()
    assert page_of(window, STATES["departures"]).departures.isVisible()


# -- degrees ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def in_the_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.ui.text.region", lambda language, system: QLocale("en_US"))


def test_the_region_is_the_systems_where_it_speaks_the_language() -> None:
    found = [
        region(language, QLocale(system)).name()
        for language, system in (("en", "en_US"), ("en", "de_CH"), ("de", "de_CH"))
    ]
    assert found == ["en_US", "en_GB", "de_CH"]
    assert region("en", QLocale.c()).name() == "en_GB"


def test_where_the_region_counts_so_degrees_are_fahrenheit_and_the_wish_stays_what_the_wire_wants(
    in_the_states: None, qtbot: QtBot, make_window: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window("en", "dark", 1024, 800)
    page = page_of(window, STATES["off"])
    window.grab()
    assert (scribe.cut, cut_labels(window)) == ([], [])
    assert "64\u202f°F" in words(page)
    assert "18\u202f°F" in words(page)
    assert "°C" not in words(page)
    assert page._wanted.accessibleName() == "Wanted temperature 70\u202f°F"
    assert page.warmer.accessibleName() == "One degree warmer"
    assert (page.slider.minimum(), page.slider.maximum(), page.slider.value()) == (61, 85, 70)
    with qtbot.waitSignal(window.wished) as wished:
        qtbot.mouseClick(page.warmer, Qt.MouseButton.LeftButton)
    assert wished.args[1].target == 21.67
    assert page._wanted.accessibleName() == "Wanted temperature 71\u202f°F"


def test_every_place_of_the_slider_is_a_degree_that_the_service_takes_and_comes_back_as_it_is(
    in_the_states: None, make_window: Make
) -> None:
    page = page_of(make_window("en"), STATES["off"])
    for place in range(page.slider.minimum(), page.slider.maximum() + 1):
        target = climate_faces.celsius(place)
        assert COOLEST <= target <= WARMEST
        assert climate_faces.position(target) == place


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_the_cabin_is_whole_and_its_seats_are_large_enough_to_press(make_window: Make, width: int) -> None:
    cabin = page_of(make_window("en", "dark", width, 800), STATES["off"]).cabin
    box = cabin._place().map(car_shape.path(SHELL)).boundingRect()
    seats = [seat.geometry() for seat in cabin.seats.values()]
    assert cabin.rect().toRectF().contains(box)
    assert all(box.contains(seat.toRectF()) for seat in seats)
    assert all(min(seat.width(), seat.height()) >= 40 for seat in seats)


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_rows_stand_at_one_pitch_and_what_stands_left_on_one_line(make_window: Make, width: int) -> None:
    page = page_of(make_window("en", "dark", width, 800), STATES["off"])
    rows = sorted(row.y() for row in page._rows.values())
    assert len(rows) == 6
    assert len({below - above for above, below in pairwise(rows)}) == 1
    painted = (page.cooler, page._buttons["climate_start"])
    edges = {
        one.mapTo(page, QPoint(ROOM if one in painted else 0, 0)).x() for one in (page._wanted, page._status, *painted)
    }
    assert len(edges) == 1


# -- the panel --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "payload", "is_said"),
    [
        ("REMOTE_CLIMATIZER_STOP", {}, True), ("REMOTE_HEATING_START", {"spin": None}, True),
        ("DIRECT_CHARGING_START", {"spin": None}, False),
    ],
)  # fmt: skip
def test_that_nothing_is_listed_is_said_once_before_the_fields(
    make_window: Make, action: str, payload: dict[str, object], is_said: bool
) -> None:
    body = {"key": action, "payload": payload}
    call = Call(
        "porsche_system", "POST", f"/app/connect/v1/vehicles/{VIN}/commands", body=body, authorised=True, action="press",
        headers=(("Idempotency-Key", "5f0c41d2-7a3e-4c19-9b60-e2d8417ab305"),),
    )  # fmt: skip
    window = make_window("en", "dark", 1440, 900)
    for entries in ((), (transmission(call, Outcome.DONE),)):
        view = replace(unlock_view(entries=False), action="press", previews=(transmission(call),), entries=entries)
        window.show_state(focused(view))
        QApplication.processEvents()
        labels = [one for one in window.glass.panel.findChildren(QLabel) if one.isVisible()]
        said = [one for one in labels if "without being listed" in one.text()]
        assert len(said) == is_said
        if is_said:
            assert "The notice lists no command, temperature or timer." in said[0].text()
            fields = window.glass.panel.findChild(Fields)
            assert fields is not None
            panel = window.glass.panel
            assert said[0].mapTo(panel, said[0].rect().topLeft()).y() < fields.mapTo(panel, fields.rect().topLeft()).y()
