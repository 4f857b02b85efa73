"""A drive on a clock that is given: where the car is, what it uses, what it finds on its way, and how it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from mock_backend.vehicle import alarms, energy, geodesy, motion
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.motion import FIX, Journey, Step
from mock_backend.vehicle.state import WHEELS, CarState
from mock_backend.vehicle.way import Stop, Way, length, way

START = datetime(2030, 3, 4, 18, 0, 2, 500_000, tzinfo=UTC)
"""Between two fixes."""
HERE = (48.8, 9.0)
EAST = [(48.8, 9.1, 60.0), (48.8, 9.2, 120.0)]
ELECTRIC = Build((), (), (), (), (), battery=97.0, full_range=400.0)
HYBRID = Build((), (), (), (), (), battery=25.9, full_range=80.0, full_fuel_range=760.0, tank=70.0)
COMBUSTION = Build((), (), (), (), (), full_fuel_range=620.0, tank=64.0)


def car(**more: Any) -> CarState:
    table = {
        "locked": True, "mileage": 1000, "latitude": HERE[0], "longitude": HERE[1], "heading": 0, "parking_light": False,
        "open": [], "main_service": [], "inside": 20.0, "outside": 20.0, "charge": 80.0, "fuel": 50.0, **more,
    }  # fmt: skip
    found = CarState.new(table, {wheel: [2.5, 0.0] for wheel in WHEELS}, START)
    alarms.begin_here(found)
    return found


def area(metres_east: float, radius: int = 500, **more: Any) -> dict[str, Any]:
    longitude = HERE[1] + metres_east / 73_270
    given = {"id": 1, "name": "There", "enabled": True, "latitude": HERE[0], "longitude": longitude, "radius": radius}
    return {**given, "enter": True, "leave": True, **more}


def begin(state: CarState, stops: list[Stop] = EAST, kmh: float | None = None) -> Journey:
    found = way((state.latitude, state.longitude), stops, kmh)
    assert found is not None
    return motion.begin(state, found, START)


def drive(
    state: CarState, build: Build, stops: list[Stop] = EAST, hours: float = 5, kmh: float | None = None
) -> list[Step]:
    return list(motion.live(state, build, begin(state, stops, kmh), START + timedelta(hours=hours)))


def reports(steps: list[Step]) -> list[tuple[str, datetime]]:
    return [(one["kind"], step.at) for step in steps for one in step.reports]


# -- where it is ------------------------------------------------------------------------------------------------------


def test_a_way_is_as_long_and_as_quick_as_its_pieces() -> None:
    found = way(HERE, EAST)
    assert isinstance(found, Way)
    half = geodesy.distance(geodesy.point(*HERE), geodesy.point(48.8, 9.1))
    assert found.metres == pytest.approx(2 * half, rel=1e-6)
    assert found.metres == pytest.approx(length(HERE, EAST), rel=1e-6)
    assert found.seconds == pytest.approx(half / 60 * 3.6 + half / 120 * 3.6, rel=1e-6)
    assert way(HERE, [(*HERE, 50.0)]) is None


def test_speed_is_even_on_a_long_way() -> None:
    """Straight through the ground a long piece would be driven faster at its ends."""
    found = way((48.0, 9.0), [(53.0, 13.0, 100.0)])
    assert found is not None
    spots = [found.at(second) for second in range(0, int(found.seconds), 600)]
    steps = [geodesy.distance(one.place, other.place) for one, other in pairwise(spots)]
    assert max(steps) / min(steps) < 1.0005
    assert steps[0] == pytest.approx(600 * 100 / 3.6, rel=0.0005)


def test_the_car_is_where_its_speed_has_brought_it_whenever_one_looks() -> None:
    one, many = car(), car()
    journey, other = begin(one), begin(many)
    for second in (1, 7, 90, 91, 300, 400):
        list(motion.live(many, ELECTRIC, other, START + timedelta(seconds=second)))
    list(motion.live(one, ELECTRIC, journey, START + timedelta(seconds=400)))
    assert (one.latitude, one.longitude, one.mileage, one.charge) == (
        many.latitude,
        many.longitude,
        many.mileage,
        many.charge,
    )
    fix = START.replace(second=40, microsecond=0) + timedelta(minutes=6)
    assert journey.settled == fix, "the last fix before"
    spot = journey.way.at((fix - START).total_seconds())
    assert (one.latitude, one.longitude) == pytest.approx(geodesy.degrees(spot.place), abs=1e-6)
    assert one.heading == pytest.approx(90, abs=1)


def test_all_cars_take_their_fixes_at_the_same_moments() -> None:
    journey = begin(car())
    assert journey.next == START.replace(second=5, microsecond=0)
    list(motion.live(car(), ELECTRIC, journey, journey.next))
    assert (journey.next.timestamp() / FIX).is_integer()


# -- what it uses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kmh", "wanted"), [(50, 9.3), (80, 11.7), (100, 14.1), (120, 17.2), (130, 19.0), (160, 25.1), (200, 35.4)]
)
def test_consumption_fits_what_is_published(kmh: float, wanted: float) -> None:
    assert energy.consumed(kmh, 15) * 100 == pytest.approx(wanted, rel=0.03)


def test_the_cold_costs_more() -> None:
    assert energy.consumed(130, -5) * 100 == pytest.approx(21.0, abs=1)
    assert energy.consumed(50, -5) > energy.consumed(50, 15)


def test_battery_mileage_and_trip_agree() -> None:
    state = car()
    (end,) = drive(state, ELECTRIC)
    assert end.is_end
    trip = state.trips[0]
    kilometres = length(HERE, EAST) / 1000
    assert state.mileage == pytest.approx(1000 + kilometres)
    assert (trip["distanceKm"], trip["drivingTimeMinutes"]) == (pytest.approx(kilometres, abs=0.05), 11)
    assert trip["avgSpeedKmh"] == 80
    assert (80 - state.charge) * 0.97 == pytest.approx(trip["avgKwhPerHundredKm"] * kilometres / 100, rel=0.01)
    assert "avgLitersPerHundredKm" not in trip
    assert trip["tripEndTime"] == end.at.isoformat(timespec="seconds")


def test_a_car_with_both_drives_on_its_battery_first() -> None:
    state = car(charge=6.0)
    drive(state, HYBRID)
    assert state.charge == pytest.approx(5.0, abs=0.5)
    assert state.fuel < 50
    assert {"avgKwhPerHundredKm", "avgLitersPerHundredKm"} <= state.trips[0].keys()
    burns = car()
    drive(burns, COMBUSTION, kmh=100)
    assert burns.trips[0]["avgLitersPerHundredKm"] == pytest.approx(64 / 6.2, rel=0.02)


def test_with_nothing_left_it_stands_where_it_is() -> None:
    state = car(charge=0.5)
    steps = drive(state, ELECTRIC)
    assert [step.is_end for step in steps] == [True]
    assert (state.ignition, state.charge) == (False, 0.0)
    assert HERE[1] < state.longitude < 9.1
    assert state.trips[0]["distanceKm"] < 7


def test_levels_of_the_battery_are_steps_of_their_own() -> None:
    state = car(charge=76.0)
    steps = drive(state, ELECTRIC, [(48.8, 9.9, 130.0)])
    levels = [step.at for step in steps if step.is_level]
    assert len(levels) == int(76 / 5) - int(state.charge / 5)


def test_it_is_locked_while_it_drives_and_then_as_it_was() -> None:
    for was_locked in (True, False):
        state = car(locked=was_locked)
        journey = begin(state)
        assert state.locked
        list(motion.live(state, ELECTRIC, journey, START + timedelta(hours=5)))
        assert state.locked is was_locked


# -- what it finds ----------------------------------------------------------------------------------------------------


def test_out_of_an_area_and_into_another_each_once() -> None:
    state = car(location_alarms=[area(0), area(14_652, 900, id=2)])
    found = reports(drive(state, ELECTRIC))
    assert [kind for kind, _ in found] == ["LEFT", "ENTERED"]
    # Beyond the band of 30 m, by the second fix: at 60 km/h after 32 s and up to two fixes.
    assert timedelta(seconds=31) < found[0][1] - START < timedelta(seconds=31 + 3 * FIX)


@pytest.mark.parametrize(
    ("flags", "wanted"), [({"enter": False}, ["LEFT"]), ({"leave": False}, []), ({"enabled": False}, [])]
)
def test_what_is_not_wanted_is_no_report(flags: dict[str, Any], wanted: list[str]) -> None:
    state = car(location_alarms=[area(0, **flags)])
    assert [kind for kind, _ in reports(drive(state, ELECTRIC))] == wanted


def test_an_arrival_just_inside_is_told_though_no_further_fix_comes() -> None:
    state = car(location_alarms=[area(14_640, 200)])
    assert [kind for kind, _ in reports(drive(state, ELECTRIC, [(48.8, 9.19715, 60.0)]))] == ["ENTERED"]


def test_an_area_that_is_set_on_the_way_begins_with_the_side_that_the_car_is_on() -> None:
    state = car()
    journey = begin(state)
    list(motion.live(state, ELECTRIC, journey, START + timedelta(minutes=5)))
    around = {**area(0, 2000, id=0), "longitude": state.longitude}
    alarms.edit_areas(state, [around, {**area(0, 300, id=0), "name": "Behind"}])
    assert state.sides == {"1": True, "2": False}
    assert [kind for kind, _ in reports(list(motion.live(state, ELECTRIC, journey, START + timedelta(hours=1))))] == [
        "LEFT"
    ]


def test_an_edit_that_moves_nothing_forgets_no_side() -> None:
    state = car(location_alarms=[area(0, 10_000)])
    state.sides = {"1": False}
    alarms.edit_areas(state, [{**area(0, 10_000), "name": "Other"}])
    assert state.sides == {"1": False}
    alarms.edit_areas(state, [area(0, 10_001)])
    assert state.sides == {"1": True}


def test_a_limit_of_speed_is_told_once_until_the_car_was_slower() -> None:
    state = car(speed_alarms=[{"id": 1, "speed": 100, "enabled": True}, {"id": 2, "speed": 130, "enabled": False}])
    ups_and_downs = [(48.8, 9.0 + number / 100, kmh) for number, kmh in enumerate((101, 96, 140, 95, 140, 90, 100), 1)]
    steps = drive(state, ELECTRIC, ups_and_downs)
    assert [one["speed"] for step in steps for one in step.reports] == [101, 140]
    assert all("latitude" not in one for step in steps for one in step.reports), "no place where no service may say it"
    assert state.passed == []


def test_a_short_burst_between_two_fixes_is_noticed() -> None:
    state = car(speed_alarms=[{"id": 1, "speed": 130, "enabled": True}])
    burst = [(48.8, 9.01, 50.0), (48.8, 9.0105, 200.0), (48.8, 9.02, 50.0)]
    assert [kind for kind, _ in reports(drive(state, ELECTRIC, burst))] == ["SPEED"]


def test_the_valets_limits_are_told_once_a_breach() -> None:
    state = car()
    alarms.arm_valet(state, alarms.PRESET, START)
    there_and_back = [
        (48.8, 9.0135, 50.0),
        (48.8, 9.015, 51.0),
        (48.8, 9.0, 45.0),
        (48.8, 9.017, 45.0),
        (48.8, 9.019, 60.0),
    ]
    steps = drive(state, ELECTRIC, there_and_back)
    found = [one for step in steps for one in step.reports]
    assert [one["kind"] for one in found] == ["VALET_SPEED", "VALET_RADIUS", "VALET_RADIUS", "VALET_SPEED"]
    assert [one["speed"] for one in found] == [51, 51, 45, 60]
    assert all(1030 < one["distance"] < 1150 and one["distance"] % 10 == 0 for one in found if "distance" in one)


def test_where_the_valet_got_the_car_is_in_no_measurement() -> None:
    state = car()
    alarms.arm_valet(state, alarms.PRESET, START)
    told = alarms.settings(state, "valet_alarm.arming")["VALET_ALARM"]
    assert told == {"isActive": True, "since": START.isoformat(), "radius": 1000, "speed": 50}


# -- clocks and restarts ----------------------------------------------------------------------------------------------


def test_a_clock_that_jumps_by_months_finds_it_arrived_and_silent() -> None:
    state = car(location_alarms=[area(0)])
    alarms.arm_valet(state, alarms.PRESET, START)
    journey = begin(state)
    (end,) = motion.live(state, ELECTRIC, journey, START + timedelta(days=90))
    assert (end.is_end, end.reports) == (True, [])
    assert (state.latitude, state.longitude) == pytest.approx((48.8, 9.2), abs=1e-6)
    assert state.trips[0]["drivingTimeMinutes"] == 11
    assert end.at == journey.arrives
    assert list(motion.live(state, ELECTRIC, journey, START + timedelta(days=91))) == []


def test_a_clock_that_goes_back_changes_nothing() -> None:
    state = car()
    journey = begin(state)
    list(motion.live(state, ELECTRIC, journey, START + timedelta(minutes=2)))
    before = state.dump()
    assert list(motion.live(state, ELECTRIC, journey, START - timedelta(hours=1))) == []
    assert state.dump() == before


def test_a_car_that_was_dropped_on_its_way_is_a_parked_one() -> None:
    state = car()
    begin(state)
    kept = CarState.load(state.dump(), car())
    motion.resume(kept, START)
    assert (kept.ignition, kept.latitude, kept.longitude) == (False, *HERE)


def test_a_way_over_the_antimeridian_goes_the_short_way() -> None:
    state = car(latitude=-16.8, longitude=179.95, location_alarms=[])
    drive(state, ELECTRIC, [(-16.8, -179.95, 80.0)])
    assert state.longitude == pytest.approx(-179.95, abs=1e-6)
    assert state.mileage == pytest.approx(1010.7, abs=0.1)
