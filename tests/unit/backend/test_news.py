"""Which messages a report is worth, by what was known before."""

from __future__ import annotations

from typing import Any

from mock_backend.porsche_system.messages import news

RUNS: dict[str, Any] = {
    "startedAt": "2030-03-04T18:00:00+00:00", "percentFrom": 40, "targetSoc": 80, "percentTo": None, "endedAt": None,
    "endedBecause": None,
}  # fmt: skip
OVER = {**RUNS, "percentTo": 80, "endedAt": "2030-03-04T20:00:00.5+00:00", "endedBecause": "TARGET_REACHED"}
NEXT = {**RUNS, "startedAt": "2030-03-04T21:00:00+00:00", "percentFrom": 70}
NEVER = {"lastCharge": None, "missedDeparture": None}


def charging(charge: Any = None, status: str = "CHARGING", **more: Any) -> dict[str, Any]:
    summary = {**NEVER, "status": status, "lastModified": "2030-03-04T18:30:00+00:00", "lastCharge": charge, **more}
    return {"CHARGING_SUMMARY": summary, "BATTERY_LEVEL": {"percent": 41}}


def climate(run: Any = None, impossible: Any = None) -> dict[str, Any]:
    return {"HVAC_SUMMARY": {"lastRun": run, "notPossible": impossible}}


def kinds(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(one.kind, one.reason) for one in news(before, after)]


def test_of_a_car_that_was_not_known_nothing_is_news() -> None:
    assert news({}, {**charging(OVER), **climate(RUNS)}) == []


def test_a_car_that_said_less_before_is_read_all_the_same() -> None:
    """As one that reported before a start with a newer version."""
    assert kinds({"CHARGING_SUMMARY": {"status": "NOT_PLUGGED"}}, charging(RUNS)) == [("charging_started", None)]


def test_a_beginning_and_an_end_between_two_reports_are_both_news() -> None:
    assert kinds(charging(), charging(OVER, "CHARGING_COMPLETED")) == [
        ("charging_started", None),
        ("charging_completed", None),
    ]
    assert kinds(charging(RUNS), charging(OVER)) == [("charging_completed", None)]
    assert kinds(charging(OVER), charging(OVER, "CONSERVATION")) == []


def test_of_several_charges_between_two_reports_the_last_is_told() -> None:
    assert kinds(charging(RUNS), charging(NEXT)) == [("charging_started", None)]


def test_a_charge_that_only_waits_has_not_ended() -> None:
    waits = {**RUNS, "percentTo": 45, "endedAt": "2030-03-04T18:20:00+00:00", "endedBecause": "WAITING_FOR_TIMER"}
    assert kinds(charging(RUNS), charging(waits, "WAITING_FOR_TIMER")) == []


def test_a_fault_is_told_once_whether_it_ends_a_charge_or_keeps_one_from_beginning() -> None:
    fails = {**RUNS, "percentTo": 45, "endedAt": "2030-03-04T18:20:00+00:00", "endedBecause": "POST_FAULT"}
    assert kinds(charging(RUNS), charging(fails, "CHARGING_ERROR")) == [("charging_failed", "POST_FAULT")]
    (waited,) = news(charging(OVER, "WAITING_FOR_TIMER"), charging(OVER, "CHARGING_ERROR"))
    assert (waited.kind, waited.values, waited.at) == ("charging_failed", {"percent": 41}, "2030-03-04T18:30:00+00:00")
    assert kinds(charging(OVER, "CHARGING_COMPLETED"), charging(OVER, "CHARGING_ERROR")) == []
    assert kinds(charging(OVER, "CHARGING_ERROR"), charging(OVER, "CHARGING_ERROR")) == []


def test_each_departure_that_is_missed_is_told_for_itself() -> None:
    first = {"departure": "2030-03-05T06:30:00+00:00", "percent": 62, "targetSoc": 80}
    second = {**first, "departure": "2030-03-06T06:30:00+00:00"}
    (told,) = news(charging(), charging(missedDeparture=first))
    assert (told.kind, told.values, told.at) == (
        "target_not_reached",
        {"percent": 62, "target": 80},
        first["departure"],
    )
    assert kinds(charging(missedDeparture=first), charging(missedDeparture=second)) == [("target_not_reached", None)]


def test_what_happened_first_is_told_first() -> None:
    run = {"startedAt": "2030-03-04T19:00:00+00:00", "endedAt": "2030-03-04T20:00:00+00:00", "endedBecause": "FINISHED",
           "targetTemperature": 295.15}  # fmt: skip
    told = news({**charging(), **climate()}, {**charging(OVER), **climate(run)})
    assert [one.kind for one in told] == [
        "charging_started",
        "climate_started",
        "climate_finished",
        "charging_completed",
    ]
    assert told[1].values == {"target": 22.0}


def test_why_a_climate_ended_or_was_not_possible_is_the_cars_own_word() -> None:
    run = {"startedAt": "2030-03-04T19:00:00+00:00", "endedAt": None, "endedBecause": None, "targetTemperature": 295.15}
    ended = {**run, "endedAt": "2030-03-04T19:10:00+00:00", "endedBecause": "WINDOW_OPEN"}
    assert kinds(climate(run), climate(ended)) == [("climate_stopped", "WINDOW_OPEN")]
    refused = {"departure": "2030-03-05T06:30:00+00:00", "at": "2030-03-05T06:10:00+00:00", "reason": "FUEL_LOW"}
    assert kinds(climate(ended), climate(ended, refused)) == [("climate_not_possible", "FUEL_LOW")]
    assert kinds(climate(ended, refused), climate(ended, refused)) == []
