"""Measurements: all of an answer or, when one value is of the wrong type, none of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.api.readings import MEASUREMENTS, READERS, apply
from companion.api.values import moment, number
from companion.errors import AnswerError
from companion.model.body import Part
from companion.model.vehicle import Vehicle

CAR = Vehicle("WP0ZZZY1ZSSA10001", "Taycan")
TIME = "2026-01-02T03:04:05+01:00"
AT = datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)


def told(key: str, value: Any, **status: Any) -> dict[str, Any]:
    return {"key": key, "status": status or {"isEnabled": True}, "value": value}


GOOD: dict[str, tuple[dict[str, Any], Any]] = {
    "LOCK_STATE_VEHICLE": (
        {"isLocked": False, "lastModified": TIME}, lambda v: (v.body.is_locked, v.body.locked_since) == (False, AT)
    ),
    "OPEN_STATE_LID_REAR": ({"isOpen": True, "lastModified": TIME}, lambda v: v.body.opening(Part.LID_REAR).is_open is True),
    "PARKING_LIGHT": ({"isOn": True}, lambda v: v.body.parking_light is True),
    "BATTERY_LEVEL": ({"percent": 78}, lambda v: v.energy.charge_percent == 78),
    "CHARGING_SUMMARY": ({"targetSoC": 85}, lambda v: v.energy.target_percent == 85),
    "E_RANGE": ({"kilometers": 312}, lambda v: v.energy.range_km == 312),
    "MILEAGE": ({"kilometers": 18240.5}, lambda v: v.energy.mileage_km == 18240.5),
    "GPS_LOCATION": (
        {"location": "48.8,-9.01", "direction": 312}, lambda v: (v.position.latitude, v.position.longitude) == (48.8, -9.01)
    ),
    "POSITION_TRIGGER": (
        {"trigger": "DOOR", "lastModified": TIME}, lambda v: v.sighting.trigger == "DOOR" and v.sighting.at is not None
    ),
    "TIRE_PRESSURE_REAR_LEFT": ({"actualPressureBar": 2.3, "differenceBar": -0.4}, lambda v: v.tyres.rear_left.is_low),
    "MAIN_SERVICE_TIME": ({"days": -3}, lambda v: v.service.main.days == -3),
    "MAIN_SERVICE_RANGE": ({"kilometers": 11800}, lambda v: v.service.main.kilometres == 11800),
    "INSTRUMENT_CLUSTER_ALERTS": (
        {"list": [{"key": "OIL", "severity": "DANGER", "since": TIME}]}, lambda v: v.service.warnings[0].severity == "danger"
    ),
    "GLOBAL_PRIVACY_MODE": ({"isEnabled": True, "lastModified": TIME}, lambda v: v.switches.private_mode is True),
    "REMOTE_ACCESS_AUTHORIZATION": ({"isEnabled": False}, lambda v: v.switches.remote_access is False),
    "GLOBAL_TIMESTAMP": ({"timestamp": TIME}, lambda v: v.reported_at == AT),
}  # fmt: skip


@pytest.mark.parametrize("key", GOOD)
def test_each_measurement_reaches_its_part_of_the_car(key: str) -> None:
    value, check = GOOD[key]
    assert check(apply(CAR, [told(key, value)]))


WRONG = [
    ("LOCK_STATE_VEHICLE", {"isLocked": "yes"}), ("LOCK_STATE_VEHICLE", {}), ("LOCK_STATE_VEHICLE", {"isLocked": 1}),
    ("LOCK_STATE_VEHICLE", {"isLocked": True, "lastModified": "yesterday"}),
    ("LOCK_STATE_VEHICLE", {"isLocked": True, "lastModified": 7}),
    ("LOCK_STATE_VEHICLE", {"isLocked": True, "lastModified": "0001-01-01T00:00:00+23:59"}),
    ("OPEN_STATE_LID_REAR", {"isOpen": "no"}), ("OPEN_STATE_LID_REAR", {}), ("PARKING_LIGHT", {}),
    ("BATTERY_LEVEL", {"percent": "78"}), ("BATTERY_LEVEL", {"percent": True}), ("BATTERY_LEVEL", {"percent": 1e999}),
    ("BATTERY_LEVEL", {"percent": float("nan")}), ("MILEAGE", {"kilometers": 10**400}), ("MILEAGE", {"kilometers": []}),
    ("GPS_LOCATION", {}), ("GPS_LOCATION", {"location": None}), ("GPS_LOCATION", {"location": "here"}),
    ("GPS_LOCATION", {"location": "91,0"}), ("GPS_LOCATION", {"location": "0,181"}), ("GPS_LOCATION", {"location": "1,2,3"}),
    ("GPS_LOCATION", {"location": "nan,nan"}), ("GPS_LOCATION", {"location": "1e999,0"}),
    ("GPS_LOCATION", {"location": "1,2", "direction": "north"}),
    ("TIRE_PRESSURE_FRONT_LEFT", {"actualPressureBar": "2.5"}), ("MAIN_SERVICE_TIME", {"days": {}}),
    ("INSTRUMENT_CLUSTER_ALERTS", {}), ("INSTRUMENT_CLUSTER_ALERTS", {"list": "none"}),
    ("INSTRUMENT_CLUSTER_ALERTS", {"list": [7]}), ("INSTRUMENT_CLUSTER_ALERTS", {"list": [{}]}),
    ("INSTRUMENT_CLUSTER_ALERTS", {"list": [{"key": "A", "since": "?"}]}),
    ("GLOBAL_PRIVACY_MODE", {"isEnabled": "off"}), ("GLOBAL_TIMESTAMP", {}), ("GLOBAL_TIMESTAMP", {"timestamp": []}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), WRONG)
def test_a_wrong_value_spoils_the_whole_answer_and_changes_nothing(key: str, value: Any) -> None:
    before = apply(CAR, [told("BATTERY_LEVEL", {"percent": 50})])
    with pytest.raises(AnswerError) as caught:
        apply(before, [told("MILEAGE", {"kilometers": 1}), told(key, value)])
    assert caught.value.key == "answer.malformed"
    assert not caught.value.may_have_happened
    assert before.energy.charge_percent == 50
    assert before.energy.mileage_km is None


@pytest.mark.parametrize(
    "row",
    [
        None,
        7,
        "MILEAGE",
        [],
        {},
        {"key": "MILEAGE"},
        {"key": "MILEAGE", "status": None},
        {"key": "MILEAGE", "status": {}},
    ],
)
def test_a_row_that_is_none_spoils_the_answer(row: Any) -> None:
    with pytest.raises(AnswerError):
        apply(CAR, [told("MILEAGE", {"kilometers": 1}), row])


@pytest.mark.parametrize("rows", [None, 7, True])
def test_what_is_no_list_spoils_the_answer(rows: Any) -> None:
    with pytest.raises(AnswerError):
        apply(CAR, rows)


def test_unknown_measurements_and_parts_are_passed_over() -> None:
    unknown = [told("WARP_DRIVE", {"a": 1}), told("OPEN_STATE_BONNET_OF_THE_FUTURE", {"isOpen": 7})]
    rows = [*unknown, told("MILEAGE", {"kilometers": 5})]
    after = apply(CAR, rows)
    assert after.energy.mileage_km == 5
    assert after.body.openings == ()


def test_an_unknown_severity_is_kept_as_it_is() -> None:
    after = apply(CAR, [told("INSTRUMENT_CLUSTER_ALERTS", {"list": [{"key": "NEW", "severity": "ODD"}]})])
    assert after.service.warnings is not None
    assert after.service.warnings[0].severity == "odd"


def test_what_the_car_does_not_give_is_named_with_its_cause_until_it_does() -> None:
    without = apply(CAR, [told("MILEAGE", None, isEnabled=False, cause="NOT_CONNECTED")])
    assert without.unavailable == (("MILEAGE", "NOT_CONNECTED"),)
    assert apply(without, [told("MILEAGE", {"kilometers": 5})]).unavailable == ()


def test_a_value_that_becomes_unavailable_keeps_its_last_reading() -> None:
    before = apply(CAR, [told("MILEAGE", {"kilometers": 5})])
    assert apply(before, [told("MILEAGE", None, isEnabled=False)]).energy.mileage_km == 5


def test_openings_stay_in_the_order_of_the_car() -> None:
    names = [part.name for part in Part]
    car = CAR
    for name in reversed(names):
        car = apply(car, [told(f"OPEN_STATE_{name}", {"isOpen": False})])
    assert [one.part.name for one in car.body.openings] == names


def test_it_asks_for_all_it_reads_and_for_nothing_else() -> None:
    assert set(MEASUREMENTS) == {*READERS, *(f"OPEN_STATE_{part.name}" for part in Part)}
    assert len(MEASUREMENTS) == len(set(MEASUREMENTS))


def test_a_time_without_offset_is_utc() -> None:
    assert moment("2026-01-02T03:04:05") == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert moment(TIME) == AT
    assert moment(None) is None


def test_numbers_are_finite() -> None:
    assert number(None) is None
    assert number(3) == 3.0
    for wrong in (True, "3", float("inf"), float("-inf"), float("nan"), 1e9):
        with pytest.raises(ValueError, match="not a number"):
            number(wrong)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just(TIME),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["isOpen", "list", "key"]), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = sorted({name for value, _ in GOOD.values() for name in value})
ROWS = st.fixed_dictionaries(
    {
        "key": st.sampled_from(MEASUREMENTS) | JSON_VALUES,
        "status": st.fixed_dictionaries({"isEnabled": st.booleans() | JSON_VALUES}) | JSON_VALUES,
        "value": st.dictionaries(st.sampled_from(NAMES), JSON_VALUES, max_size=4) | JSON_VALUES,
    }
)


@settings(max_examples=200, deadline=None)
@given(st.lists(ROWS, max_size=5) | JSON_VALUES)
def test_any_answer_is_read_or_refused_and_never_half_taken(rows: Any) -> None:
    try:
        after = apply(CAR, rows)
    except AnswerError:
        return
    assert after.vin == CAR.vin
    assert list(after.unavailable) == sorted(after.unavailable)
