"""A car's own course, whatever its timers, posts and weather: few events, and never beyond what was asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_backend import localtime
from mock_backend.vehicle import acts, course, orders
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.state import WHEELS, CarState

NOON = datetime(2030, 3, 30, 12, tzinfo=UTC)
"""The day before the clocks go forward in Berlin."""
COMMANDS = ["REMOTE_CLIMATIZER_START", "TIMERS_EDIT", "CHARGING_SETTINGS_EDIT"]
TABLE = {
    "doors": [], "lids": [], "windows": [], "others": [], "battery": 97.0, "full_range": 400.0,
    "curve": [[0, 180], [10, 250], [50, 230], [80, 90], [100, 25]],
}  # fmt: skip
BUILD = Build.new(TABLE, COMMANDS)
OFTEN = 80
"""Events that two days may hold."""


def car(**more: Any) -> CarState:
    table = {
        "locked": True, "mileage": 1, "latitude": 48.0, "longitude": 9.0, "heading": 0, "parking_light": False, "open": [],
        "main_service": [], "inside": 10.0, "outside": 8.0, "charge": 50.0, "target": 80.0, **more,
    }  # fmt: skip
    return CarState.new(table, {wheel: [2.5, 0.0] for wheel in WHEELS}, NOON)


def timer(local: str, target: int = 80, days: tuple[str, ...] = (), climate: bool = True) -> dict[str, Any]:
    does = {"targetSoc": target, "isChargingEnabled": True, "isClimatizationEnabled": climate}
    return {"id": 0, "enabled": True, "triggerDateTime": local, "repeatOn": list(days), "metadata": does}


def events(state: CarState, until: datetime) -> int:
    count = 0
    while (moment := course.next_change(state, BUILD)) is not None and moment <= until:
        course.settle(state, BUILD, moment)
        count += 1
        assert count < OFTEN
    course.settle(state, BUILD, until)
    return count


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    charge=st.integers(0, 100), minimum=st.integers(0, 60), target=st.integers(60, 100), kw=st.sampled_from([1, 2.3, 11, 150]),
    celsius=st.sampled_from([-25, 0, 20]), hour=st.integers(0, 23), minute=st.integers(0, 59), weekly=st.booleans(),
    climate=st.booleans(), hours=st.sampled_from([None, ("22:00", "06:00"), ("01:00", "01:30")]),
)  # fmt: skip
def test_two_days_hold_few_events_and_a_target_that_fits_is_reached(
    charge: int, minimum: int, target: int, kw: float, celsius: int, hour: int, minute: int, weekly: bool, climate: bool,
    hours: tuple[str, str] | None,
) -> None:  # fmt: skip
    everywhere = {
        "id": 1, "name": "", "isEnabled": True, "minSoc": minimum, "targetSoc": 80, "latitude": None, "longitude": None,
        "radius": 0, "preferredHours": [{"from": hours[0], "to": hours[1]}] if hours else [], "isOptimised": hours is not None,
    }  # fmt: skip
    state = car(charge=float(charge), outside=float(celsius), profiles=[everywhere])
    days = localtime.WEEKDAYS if weekly else ()
    row = timer(f"2030-03-31T{hour:02}:{minute:02}:00", target, days, climate)
    orders.carry_out(state, BUILD, "TIMERS_EDIT", {"list": [row]}, NOON)
    acts.act(state, BUILD, "plug", {"kw": kw}, NOON)
    wanted = course.wish(state, NOON)
    assert wanted.departure is not None
    planned = course.planned(state, BUILD, wanted, NOON)
    events(state, wanted.departure - timedelta(seconds=1))
    assert state.charge <= max(charge, target) + 0.01
    if planned.feasible:
        assert state.charge >= target - 0.1
    events(state, NOON + timedelta(days=2))
    assert state.is_climate_on is False or weekly


def test_one_move_and_many_small_ones_come_to_the_same() -> None:
    first, second = car(charge=40.0), car(charge=40.0)
    for state in (first, second):
        orders.carry_out(state, BUILD, "TIMERS_EDIT", {"list": [timer("2030-03-31T07:30:00", 90)]}, NOON)
        acts.act(state, BUILD, "plug", {}, NOON)
    course.settle(first, BUILD, NOON + timedelta(hours=20))
    for minutes in range(0, 1201, 7):
        course.settle(second, BUILD, NOON + timedelta(minutes=minutes))
    course.settle(second, BUILD, NOON + timedelta(hours=20))
    assert abs(first.charge - second.charge) < 0.05
    assert abs(first.inside - second.inside) < 0.1
    assert first.charge == 90


def test_a_year_nobody_asked_for_is_slept_through() -> None:
    state = car(charge=40.0)
    orders.carry_out(
        state, BUILD, "TIMERS_EDIT", {"list": [timer("2030-03-31T07:30:00", 90, localtime.WEEKDAYS)]}, NOON
    )
    acts.act(state, BUILD, "plug", {}, NOON)
    course.settle(state, BUILD, NOON + timedelta(days=4000))
    assert state.charge == 90
    following = course.next_change(state, BUILD)
    assert following is not None
    assert following > NOON + timedelta(days=4000)


def test_a_stop_in_the_middle_of_a_timers_charge_holds_until_it_has_passed() -> None:
    state = car(charge=70.0)
    orders.carry_out(state, BUILD, "TIMERS_EDIT", {"list": [timer("2030-03-31T07:30:00", 80)]}, NOON)
    acts.act(state, BUILD, "plug", {}, NOON)
    middle = NOON + timedelta(hours=17, minutes=10)
    course.settle(state, BUILD, middle)
    assert state.is_charging
    orders.carry_out(state, BUILD, "DIRECT_CHARGING_STOP", {}, middle)
    assert not state.is_charging
    course.settle(state, BUILD, NOON + timedelta(hours=17, minutes=25))
    assert not state.is_charging
    course.settle(state, BUILD, NOON + timedelta(hours=17, minutes=31))
    assert state.is_charging
