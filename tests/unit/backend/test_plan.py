"""Plans: pure functions of time and charge, along the Taycan's curve."""

from __future__ import annotations

import pytest

from mock_backend.vehicle import charging
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.charging import Source
from mock_backend.vehicle.plan import CLIMATE_TIME, EARLY, Ask, choose, curve, plan

CURVE = ((0.0, 180.0), (10.0, 250.0), (50.0, 230.0), (80.0, 90.0), (100.0, 25.0))
BUILD = Build((), (), (), (), (), battery=97.0, full_range=400.0, curve=CURVE)
AT_HOME = Source(BUILD, 11.0)
HOUR = 3600.0


def test_without_a_departure_it_charges_at_once() -> None:
    found = plan(Ask(0, 50, 0, 60), AT_HOME)
    assert found.feasible
    assert [(slot.start, slot.kind, slot.percent_to) for slot in found.slots] == [(0, "charge", 60)]
    assert found.at == pytest.approx(9.7 / 11 * HOUR)


def test_with_one_it_charges_as_late_as_possible() -> None:
    found = plan(Ask(0, 50, 0, 60, departure=10 * HOUR), AT_HOME)
    assert (found.feasible, found.percent, found.at) == (True, 60, 10 * HOUR - EARLY)
    assert found.slots[0].start == pytest.approx(10 * HOUR - EARLY - 9.7 / 11 * HOUR)


def test_the_minimum_comes_first_whatever_the_hour() -> None:
    found = plan(Ask(0, 10, 20, 60, departure=10 * HOUR, preferred=[(0, 5 * HOUR, 9 * HOUR)]), AT_HOME)
    assert [(slot.kind, slot.percent_from, slot.percent_to) for slot in found.slots] == [
        ("minimum", 10, 20), ("charge", 20, 60),
    ]  # fmt: skip
    assert found.slots[0].start == 0
    assert found.slots[1].end == 9 * HOUR


def test_the_latest_of_the_cheapest_hours_are_taken() -> None:
    windows = [(3, 0, 100), (1, 100, 200), (2, 200, 300), (1, 300, 400)]
    assert choose(windows, 150) == [(150, 200), (300, 400)]
    assert choose(windows, 250) == [(100, 200), (250, 400)]
    assert choose(windows, 1000) == [(0, 400)]
    assert choose(windows, 0) == []


def test_hours_that_are_too_short_give_way_to_the_latest() -> None:
    short = plan(Ask(0, 50, 0, 80, departure=10 * HOUR, preferred=[(0, HOUR, 2 * HOUR)]), AT_HOME)
    assert (short.feasible, short.at) == (True, 10 * HOUR - EARLY)


def test_too_little_time_is_said_and_all_of_it_used() -> None:
    found = plan(Ask(0, 20, 0, 80, departure=HOUR), AT_HOME)
    assert not found.feasible
    assert [(slot.start, slot.end) for slot in found.slots] == [(0, HOUR - EARLY)]
    assert 30 < found.percent < 32


def test_what_the_climate_draws_is_made_up_for() -> None:
    found = plan(Ask(0, 50, 0, 60, departure=10 * HOUR, climate=True), AT_HOME)
    kinds = [slot.kind for slot in found.slots]
    assert kinds.count("climate") == 1
    assert found.feasible
    assert found.percent == pytest.approx(60, abs=0.02)
    assert [slot.kw for slot in found.charging] == [11, 9]
    without = plan(Ask(0, 50, 0, 60, departure=10 * HOUR), AT_HOME)
    assert found.charging[0].start < without.charging[0].start
    warm = next(slot for slot in found.slots if slot.kind == "climate")
    assert warm.end - warm.start == CLIMATE_TIME


def test_a_weak_socket_leaves_something_for_the_battery() -> None:
    found = plan(Ask(0, 50, 0, 52, departure=10 * HOUR, climate=True), Source(BUILD, 1.0))
    assert found.feasible
    assert plan(Ask(0, 50, 0, 60, departure=HOUR, climate=True), Source(BUILD, 1.0)).percent < 52


def test_a_full_battery_needs_no_plan() -> None:
    found = plan(Ask(5, 90, 0, 80, departure=HOUR), AT_HOME)
    assert (found.feasible, found.slots, found.percent, found.at) == (True, (), 90, 5)


def test_the_curve_is_a_line_from_now_to_the_departure() -> None:
    ask = Ask(0, 50, 0, 62, departure=10 * HOUR, climate=True)
    found = plan(ask, AT_HOME)
    points = curve(ask, found, AT_HOME)
    assert points == sorted(points)
    assert (points[0], points[-1][0]) == ((0, 50), 10 * HOUR)
    assert {percent for _, percent in points} >= {50, 55, 60}


@pytest.mark.parametrize(("celsius", "part"), [(25, 1), (10, 1), (-5, 0.7), (-20, 0.4), (-40, 0.4)])
def test_cold_takes_a_part_of_the_curve(celsius: float, part: float) -> None:
    assert charging.power(Source(BUILD, 400, celsius), 10) == pytest.approx(250 * part)
    assert charging.power(Source(BUILD, 11, celsius), 10) == 11
