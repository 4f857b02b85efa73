"""Charging and climate on a demo clock that is moved: timers, profiles by place, the plan, and what each car says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend_process import Backend
from owner_client import COMBUSTION, HYBRID, VIN, until
from stand import DOES, EVENING, MORNING, PLAN, SPIN, ZONES, Stand, steps

HOME = {"latitude": 48.7758, "longitude": 9.1829}


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with Backend(tmp_path / "data", "--clock", EVENING) as backend:
        yield Stand(backend)


def is_local(moment: str, wanted: str, minutes: float = 3) -> bool:
    """Near a moment in UTC."""
    apart = datetime.fromisoformat(moment) - datetime.fromisoformat(f"{wanted}+00:00")
    return abs(apart) <= timedelta(minutes=minutes)


# -- states -----------------------------------------------------------------------------------------------------------


def test_a_plug_charges_at_once_to_the_target_and_rests_after_twelve_hours(stand: Stand) -> None:
    assert stand.told()["plug"] == "DISCONNECTED"
    stand.plugged(70)
    told = stand.told()
    assert (told["status"], told["plug"], told["current"], told["targetSoC"]) == ("CHARGING", "LOCKED", "AC", 85)
    assert (told["mode"], told["activeProfile"], told["activeReason"]) == ("PROFILE", 1, "SETTING")
    assert 75 <= told["remainingTime"] <= 85
    stand.move("PT2H")
    assert until(lambda: stand.status(wake=False) == "CHARGING_COMPLETED")
    stand.move("PT11H")
    assert stand.status() == "CHARGING_COMPLETED"
    stand.move("PT1H")
    assert until(lambda: stand.status(wake=False) == "CONSERVATION")
    stand.act("unplug")
    assert stand.status() == "NOT_PLUGGED"


def test_the_plug_is_locked_with_the_car_or_while_it_charges(stand: Stand) -> None:
    stand.plugged(85)
    assert stand.told()["plug"] == "LOCKED"
    stand.owner.ended(stand.owner.unlock())
    assert stand.told()["plug"] == "CONNECTED"
    stand.act("battery", percent=50)
    assert stand.told()["plug"] == "LOCKED"


def test_a_fault_of_the_post_stops_the_charge_and_its_end_lets_it_go_on(stand: Stand) -> None:
    stand.plugged(50)
    stand.act("post_fault", on=True)
    assert (stand.told()["status"], stand.told()["reason"]) == ("CHARGING_ERROR", "POST_FAULT")
    stand.move("PT1H")
    assert stand.percent() == 50
    ended = stand.owner.ended(stand.owner.send("DIRECT_CHARGING_START", SPIN))
    assert ended["details"] == {"reason": "POST_FAULT"}
    stand.act("post_fault", on=False)
    assert stand.status() == "CHARGING"


def test_battery_care_ends_at_eighty_unless_a_timer_asks_for_more(stand: Stand) -> None:
    stand.done("CHARGING_SETTINGS_EDIT", {"targetSoc": 90, "spin": None, "minSoc": 30, "batteryCare": True})
    settings = stand.told("CHARGING_SETTINGS")
    assert (settings["targetSoc"], settings["minSoc"], settings["batteryCare"]) == (90, 30, True)
    stand.plugged(78)
    assert stand.told()["targetSoC"] == 80
    stand.move("PT2H")
    assert (stand.percent(), stand.status()) == (80, "CHARGING_COMPLETED")
    stand.timers({**MORNING, "metadata": {**DOES, "targetSoc": 95}})
    assert (stand.told()["targetSoC"], stand.status()) == (95, "WAITING_FOR_TIMER")
    stand.move_to("2030-03-05T06:29:30")
    assert stand.percent() == 95


def test_the_settings_are_the_profile_for_everywhere_else(stand: Stand) -> None:
    stand.done("CHARGING_SETTINGS_EDIT", {"targetSoc": 60, "spin": None})
    profiles = stand.told("CHARGING_PROFILES")["list"]
    assert (profiles[-1]["id"], profiles[-1]["targetSoc"], profiles[-1]["latitude"]) == (1, 60, None)
    profiles[-1] |= {"targetSoc": 70, "minSoc": 40}
    stand.done("CHARGING_PROFILES_EDIT", {"list": profiles})
    assert (stand.told("CHARGING_SETTINGS")["targetSoc"], stand.told("CHARGING_SETTINGS")["minSoc"]) == (70, 40)


def test_of_two_edits_of_the_setting_the_later_is_refused(stand: Stand) -> None:
    read = stand.told("CHARGING_SETTINGS")
    mine = {"targetSoc": 60, "spin": None, "basedOn": read["lastModified"]}
    stand.move("PT1M")
    stand.done("CHARGING_SETTINGS_EDIT", mine)
    late = stand.owner.send("CHARGING_SETTINGS_EDIT", {**mine, "targetSoc": 90})
    assert (late.status, late.json["message"], stand.told("CHARGING_SETTINGS")["targetSoc"]) == (409, "CONFLICT", 60)


@pytest.mark.parametrize(
    ("read", "edit", "mine"),
    [
        ("CHARGING_SETTINGS", "CHARGING_SETTINGS_EDIT", {"targetSoc": 60}), ("TIMERS", "TIMERS_EDIT", {"list": []}),
        ("CHARGING_PROFILES", "CHARGING_PROFILES_EDIT", None), ("LOCATION_ALARMS", "LOCATION_ALARMS_EDIT", {"list": []}),
        ("SPEED_ALARMS", "SPEED_ALARMS_EDIT", {"list": []}),
    ],
)  # fmt: skip
def test_of_two_edits_on_their_way_at_once_the_later_is_refused(
    stand: Stand, read: str, edit: str, mine: dict[str, Any] | None
) -> None:
    """The car has not said yet what became of the first: nobody knows what the second is based on."""
    known = stand.told(read)
    payload = {**({"list": known["list"]} if mine is None else mine), "spin": None, "basedOn": known["lastModified"]}
    stand.backend.stage("POST", "/demo/faults", {"kind": "car_time", "seconds": 1})
    first, second = (stand.owner.send(edit, payload) for _ in range(2))
    assert (first.status, second.status) == (201, 409)
    assert second.json["message"] == "CONFLICT"
    stand.backend.stage("POST", "/demo/faults", {"kind": "car_time", "seconds": 0})
    assert stand.owner.ended(first)["result"] == "PERFORMED"
    assert stand.owner.send(edit, {**payload, "basedOn": stand.told(read)["lastModified"]}).status == 201


def test_cold_makes_a_fast_charge_slow(stand: Stand) -> None:
    stand.act("weather", celsius=20)
    stand.plugged(30, kw=250)
    assert stand.told()["current"] == "DC"
    warm = stand.told("CHARGING_RATE")["chargingPower"]
    stand.act("weather", celsius=-10)
    assert stand.told("CHARGING_RATE")["chargingPower"] < 0.7 * warm


# -- timers -----------------------------------------------------------------------------------------------------------


def test_a_timer_for_half_past_seven_wakes_the_car_charges_it_and_warms_it(stand: Stand) -> None:
    stand.act("weather", celsius=2)
    stand.plugged(40)
    stand.timers(MORNING)
    waits = stand.told()
    assert (waits["status"], waits["mode"], waits["activeReason"]) == ("WAITING_FOR_TIMER", "TIMER", "TIMER")
    assert is_local(waits["targetDateTimeWithOffset"], "2030-03-05T06:30:00")
    # 38.8 kWh at 11 kW, a little less while the cabin is warmed: from about 02:50 on.
    stand.move_to("2030-03-05T02:30:00")
    assert (stand.percent(), stand.status()) == (40, "WAITING_FOR_TIMER")
    stand.move_to("2030-03-05T05:00:00")
    charges = stand.told()
    assert (charges["status"], stand.told("HVAC_SUMMARY")["status"]) == ("CHARGING", "OFF")
    assert is_local(charges["targetDateTimeWithOffset"], "2030-03-05T06:29:00")
    assert 60 < stand.percent() < 70
    stand.move_to("2030-03-05T06:12:00")
    warms = stand.told("HVAC_SUMMARY")
    assert (warms["status"], warms["remainingTime"], warms["endedBecause"]) == ("HEATING", 18, None)
    assert stand.told("CHARGING_RATE")["chargingPower"] == 9
    stand.move_to("2030-03-05T06:31:00")
    assert (stand.percent(), stand.told("TIMERS", wake=False)["list"][0]["enabled"]) == (80, False)
    ended = stand.told("HVAC_SUMMARY")
    assert (ended["status"], ended["endedBecause"]) == ("OFF", "FINISHED")
    assert ended["cabinTemperature"] > 290


def test_every_step_of_a_night_is_told_by_the_car_itself(stand: Stand) -> None:
    with stand.owner.listen() as stream:
        stream.next("clock")
        stand.plugged(60)
        until(lambda: stand.status(wake=False) == "CHARGING")
        stand.timers({**MORNING, "metadata": {**DOES, "targetSoc": 90}})
        stand.move_to("2030-03-05T06:35:00")
        until(lambda: stand.told("HVAC_SUMMARY", wake=False)["endedBecause"] == "FINISHED")
        until(lambda: stand.told("TIMERS", wake=False)["list"][0]["enabled"] is False)
        said = stand.said(stream)
    told = steps(said, "CHARGING_SUMMARY", "status")
    assert told[-4:] == ["CHARGING", "WAITING_FOR_TIMER", "CHARGING", "CHARGING_COMPLETED"]
    assert {65, 70, 75, 80, 85, 90} <= {*steps(said, "BATTERY_LEVEL", "percent")}
    climate = steps(said, "HVAC_SUMMARY", "status")
    assert next(one for one in climate if one != "OFF") == "HEATING"
    assert climate[-1] == "OFF"
    assert [row["value"]["list"][0]["enabled"] for row in said if row["key"] == "TIMERS"][-1] is False


def test_first_comes_the_minimum_then_the_car_waits(stand: Stand) -> None:
    stand.done("CHARGING_SETTINGS_EDIT", {"targetSoc": 85, "spin": None, "minSoc": 40})
    stand.timers(MORNING)
    stand.plugged(30)
    assert (stand.status(), stand.told()["minSoC"]) == ("CHARGING", 40)
    stand.move("PT2H")
    assert (stand.percent(), stand.status()) == (40, "WAITING_FOR_TIMER")


def test_charging_by_hand_goes_before_the_timer_until_it_is_stopped(stand: Stand) -> None:
    stand.plugged(50)
    stand.timers(MORNING)
    stand.done("DIRECT_CHARGING_START", SPIN)
    told = stand.told()
    assert (told["status"], told["mode"], told["activeReason"]) == ("CHARGING", "DIRECT", "DIRECT")
    stand.move("PT1H")
    stand.done("DIRECT_CHARGING_STOP", SPIN)
    assert (stand.status(), stand.told()["mode"]) == ("NOT_CHARGING", "TIMER")
    stand.move("PT13H")
    # The departure has passed: the stop was for it, and nothing else is waited for.
    assert stand.status() == "CHARGING"


def test_a_weekly_timer_comes_again_and_follows_the_summer_time(tmp_path: Path) -> None:
    with Backend(tmp_path / "data", "--clock", "2030-03-29T18:00:00+00:00") as backend:
        stand = Stand(backend)
        stand.timers({**MORNING, "repeatOn": ["SATURDAY", "SUNDAY"], "metadata": {**DOES, "isChargingEnabled": False}})
        for before, during in (
            ("2030-03-30T06:05:00", "2030-03-30T06:15:00"),
            ("2030-03-31T05:05:00", "2030-03-31T05:15:00"),
        ):
            stand.move_to(before)
            assert stand.told("HVAC_SUMMARY")["status"] == "OFF"
            stand.move_to(during)
            assert stand.told("HVAC_SUMMARY")["status"] != "OFF"
        assert stand.told("TIMERS")["list"][0]["enabled"] is True


def test_a_timer_that_is_disabled_is_not_waited_for(stand: Stand) -> None:
    stand.timers(MORNING)
    assert stand.told("TIMERS")["list"][0]["id"] == 1
    stand.plugged(50)
    assert stand.status() == "WAITING_FOR_TIMER"
    stand.done("TIMERS_DISABLE", {"id": 1, "spin": None})
    assert (stand.status(), stand.told("TIMERS")["list"][0]["enabled"]) == ("CHARGING", False)


def test_a_stop_of_the_climate_before_a_departure_stays_one(stand: Stand) -> None:
    stand.timers(MORNING)
    stand.move_to("2030-03-05T06:12:00")
    assert stand.told("HVAC_SUMMARY")["status"] == "HEATING"
    stand.done("REMOTE_CLIMATIZER_STOP", {})
    stand.move_to("2030-03-05T06:20:00")
    assert (stand.told("HVAC_SUMMARY")["status"], stand.told("HVAC_SUMMARY")["endedBecause"]) == ("OFF", "STOPPED")


def test_a_timer_goes_on_after_a_restart_and_after_a_month(stand: Stand) -> None:
    stand.timers(
        {**MORNING, "repeatOn": ["TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY", "MONDAY"]}
    )
    stand.backend.stop()
    stand.backend._more = ("--car-time", "0")
    stand.backend.start()
    again = Stand(stand.backend)
    again.move("P31D")
    again.move_to("2030-04-05T05:15:00")
    until(lambda: again.told("HVAC_SUMMARY", wake=False)["status"] != "OFF")


def test_the_hybrid_has_timers_and_its_target_from_its_profile(stand: Stand) -> None:
    stand.plugged(45, HYBRID)
    told = stand.told(vin=HYBRID)
    assert (told["status"], told["targetSoC"], told["activeProfile"]) == ("CHARGING", 80, 4)
    assert told["chargingProfile"] == {"minSoC": 80}
    stand.timers(MORNING, vin=HYBRID)
    assert stand.told(vin=HYBRID)["status"] == "WAITING_FOR_TIMER"
    stand.move_to("2030-03-05T06:31:00")
    assert stand.percent(HYBRID) == 80


# -- profiles ---------------------------------------------------------------------------------------------------------


def test_at_home_its_profile_is_in_force_and_its_hours_are_kept(stand: Stand) -> None:
    stand.act("park", **HOME)
    stand.plugged(50)
    told = stand.told()
    assert (told["activeProfile"], told["activeReason"], told["targetSoC"]) == (2, "PLACE", 80)
    stand.timers({**MORNING, "metadata": {**DOES, "targetSoc": 90}})
    # Preferred are 22:00 to 06:00: done by 05:00 UTC, long before the departure.
    assert is_local(stand.told()["targetDateTimeWithOffset"], "2030-03-05T05:00:00")
    stand.move_to("2030-03-05T05:05:00")
    assert (stand.percent(), stand.status()) == (90, "CHARGING_COMPLETED")


def test_hours_that_are_too_short_are_not_kept(stand: Stand) -> None:
    stand.act("park", **HOME)
    profiles = stand.told("CHARGING_PROFILES")["list"]
    profiles[0]["preferredHours"] = [{"from": "22:00", "to": "23:00"}]
    stand.done("CHARGING_PROFILES_EDIT", {"list": profiles})
    stand.plugged(30)
    stand.timers(MORNING)
    assert is_local(stand.told()["targetDateTimeWithOffset"], "2030-03-05T06:29:00")


def test_profiles_are_added_changed_and_removed(stand: Stand) -> None:
    read = stand.told("CHARGING_PROFILES")
    assert read["maxCount"] == 5
    new = {**read["list"][0], "id": 0, "name": "Work", "latitude": 48.8003, "longitude": 9.0112, "targetSoc": 65}
    payload = {"list": [new, *read["list"]], "basedOn": read["lastModified"], "spin": None}
    stand.done("CHARGING_PROFILES_EDIT", payload)
    assert [one["id"] for one in stand.told("CHARGING_PROFILES")["list"]] == [3, 2, 1]
    assert (stand.told()["activeProfile"], stand.told()["targetSoC"]) == (3, 65)
    late = stand.owner.send("CHARGING_PROFILES_EDIT", payload)
    assert (late.status, late.json["message"]) == (409, "CONFLICT")
    stand.done("CHARGING_PROFILES_EDIT", {"list": read["list"]})
    assert [one["id"] for one in stand.told("CHARGING_PROFILES")["list"]] == [2, 1]


# -- climate and heater -----------------------------------------------------------------------------------------------


def test_the_climate_draws_from_the_battery_and_ends_where_that_is_low(stand: Stand) -> None:
    stand.act("battery", percent=10.2)
    stand.done("REMOTE_CLIMATIZER_START", {"climateZonesEnabled": ZONES, "targetTemperature": 295.15})
    stand.move("PT20M")
    until(lambda: stand.told("HVAC_SUMMARY", wake=False)["endedBecause"] == "BATTERY_LOW")
    assert stand.percent() == 10
    stand.plugged(60)
    stand.done("DIRECT_CHARGING_STOP", SPIN)
    stand.done("REMOTE_CLIMATIZER_START", {"climateZonesEnabled": ZONES, "targetTemperature": 295.15})
    stand.move("PT25M")
    assert stand.percent() == 60


def test_a_weak_twelve_volt_battery_keeps_climate_and_heater_off_until_the_car_feeds_it(stand: Stand) -> None:
    warm = {"climateZonesEnabled": ZONES, "targetTemperature": 295.15}
    stand.done("REMOTE_CLIMATIZER_START", warm)
    stand.act("twelve_volt", volts=11.8)
    assert stand.told("HVAC_SUMMARY")["status"] != "OFF"
    stand.act("twelve_volt", volts=11.7)
    told = stand.told("HVAC_SUMMARY")
    assert (told["status"], told["endedBecause"]) == ("OFF", "TWELVE_VOLT_LOW")
    ended = stand.owner.ended(stand.owner.send("REMOTE_CLIMATIZER_START", warm))
    assert (ended["result"], ended["details"]) == ("ERROR", {"reason": "TWELVE_VOLT_LOW"})
    stand.plugged(40)
    assert stand.status() == "CHARGING"
    stand.act("unplug")
    stand.done("REMOTE_CLIMATIZER_START", warm)
    stand.done("REMOTE_HEATING_START", SPIN, COMBUSTION)
    stand.act("twelve_volt", COMBUSTION, volts=11)
    assert stand.told("HEATING_STATE", COMBUSTION)["isOn"] is False
    ended = stand.owner.ended(stand.owner.send("REMOTE_HEATING_START", SPIN, COMBUSTION), COMBUSTION)
    assert ended["details"] == {"reason": "TWELVE_VOLT_LOW"}


def test_what_is_left_out_of_a_start_stays_as_it_was(stand: Stand) -> None:
    start = {"climateZonesEnabled": ZONES, "targetTemperature": 295.15}
    stand.done("REMOTE_CLIMATIZER_START", {**start, "seatHeating": {"frontLeft": 3}, "defrost": True})
    stand.done("REMOTE_CLIMATIZER_START", {**start, "steeringWheelHeating": True})
    told = stand.told("HVAC_SUMMARY")
    assert told["seatHeating"] == {"frontLeft": 3, "frontRight": 0, "rearLeft": 0, "rearRight": 0}
    assert (told["steeringWheelHeating"], told["defrost"]) == (True, True)
    assert (
        stand.owner.send("REMOTE_CLIMATIZER_START", {**start, "seatHeating": {"frontLeft": 4}}).json["field"]
        == "seatHeating"
    )


def test_the_heater_of_the_combustion_car_runs_half_an_hour(stand: Stand) -> None:
    assert stand.told("HEATING_STATE", COMBUSTION)["isOn"] is False
    stand.done("REMOTE_HEATING_START", SPIN, COMBUSTION)
    told = stand.told("HEATING_STATE", COMBUSTION)
    assert (told["isOn"], told["remainingTime"]) == (True, 30)
    stand.move("PT31M")
    until(lambda: stand.told("HEATING_STATE", COMBUSTION, wake=False)["isOn"] is False)
    stand.done("REMOTE_HEATING_START", SPIN, COMBUSTION)
    stand.done("REMOTE_HEATING_STOP", SPIN, COMBUSTION)
    assert stand.told("HEATING_STATE", COMBUSTION)["isOn"] is False
    stand.act("fuel", COMBUSTION, percent=5)
    ended = stand.owner.ended(stand.owner.send("REMOTE_HEATING_START", SPIN, COMBUSTION), COMBUSTION)
    assert ended["details"] == {"reason": "FUEL_LOW"}
    for key in ("CHARGING_SUMMARY", "TIMERS", "HVAC_SUMMARY"):
        assert stand.told(key, COMBUSTION) == "NOT_SUPPORTED"
    assert stand.told("HEATING_STATE", VIN) == "NOT_SUPPORTED"
    assert stand.told("TIMEZONE", COMBUSTION)["name"] == "Europe/Berlin"


# -- the plan ---------------------------------------------------------------------------------------------------------


def test_a_plan_says_when_how_much_and_whether_and_is_kept_nowhere(stand: Stand) -> None:
    stand.plugged(40)
    answer = stand.plan(timer=MORNING, profile=None, targetSoc=None, minSoc=45, departure=None)
    plan = answer.json
    assert (answer.status, plan["feasible"], plan["reason"]) == (200, True, None)
    assert [slot["kind"] for slot in plan["slots"]] == ["minimum", "charge", "charge", "climate"]
    first, last = plan["slots"][0], plan["slots"][-1]
    assert (first["percent_from"], first["percent_to"], first["kw"]) == (40, 45, 11)
    assert is_local(last["to"], "2030-03-05T06:30:00", 0)
    assert plan["reached"]["percent"] == 80
    assert plan["curve"] == sorted(plan["curve"])
    assert (plan["curve"][0][1], plan["curve"][-1][1]) == (40, 80)
    assert is_local(plan["departure"], "2030-03-05T06:30:00", 0)
    assert (plan["target"], plan["minimum"]) == (80, 45)
    assert (plan["power"][0], plan["power"][-1][0], len(plan["power"])) == ([0, 11], 100, 21)
    assert stand.owner.observe("holdings", "?q=charging_plan").json["total"] == 0
    trace = answer.headers["traceresponse"].split("-")[1]
    edges = stand.owner.observe("edges", f"?trace={trace}").json["edges"]
    assert [(edge["to"], edge["activity"]) for edge in edges] == [("vehicle", "product.charging_plan")]
    assert stand.status() == "CHARGING"


def test_a_plan_that_does_not_fit_says_why(stand: Stand) -> None:
    assert stand.plan(timer=MORNING).json["reason"] == "NOT_PLUGGED"
    stand.plugged(20)
    late = stand.plan(targetSoc=100, departure="2030-03-04T20:00:00").json
    assert (late["feasible"], late["reason"]) == (False, "TOO_LATE")
    assert late["reached"]["percent"] < 35
    none = stand.plan("car-911").json
    assert (none["feasible"], none["reason"], none["slots"], none["curve"]) == (False, "NO_BATTERY", [], [])
    at_once = stand.plan(targetSoc=30).json
    assert (at_once["feasible"], at_once["reached"]["percent"]) == (True, 30)
    assert stand.plan(profile=2, timer=MORNING).json["slots"][-2]["to"] <= "2030-03-05T05:00:00+00:00"


def test_a_plan_for_other_timers_than_the_car_has(stand: Stand) -> None:
    stand.plugged(40)
    before = stand.told("TIMERS")["list"]
    planned = stand.plan(timers=[MORNING]).json
    assert is_local(planned["departure"], "2030-03-05T06:30:00", 0), planned
    assert stand.plan(timers=[{**MORNING, "enabled": False}]).json["departure"] is None
    assert stand.plan(timers=[]).json["departure"] is None
    assert stand.told("TIMERS")["list"] == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"targetSoc": 24}, "targetSoc"), ({"minSoc": 90, "targetSoc": 80}, "minSoc"), ({"profile": 9}, "profile"),
        ({"departure": "2030-03-03T20:00:00"}, "departure"), ({"departure": "2030-03-31T02:30:00"}, "departure"),
        ({"departure": "2030-03-07T20:00:00+01:00"}, "departure"), ({"timer": 7}, "timer"), ({"timers": 7}, "list"),
        ({"timers": [{**MORNING, "repeatOn": ["FRITAG"]}]}, "repeatOn"), ({"more": 1}, "more"),
        ({"timer": {**MORNING, "repeatOn": ["FRITAG"]}}, "repeatOn"), ({"timer": {**MORNING, "id": 6}}, "id"),
    ],
)  # fmt: skip
def test_a_wrong_question_names_its_field(shared: Stand, body: Any, field: str) -> None:
    answer = shared.owner.post(PLAN.format("car-taycan"), body)
    assert (answer.status, answer.json["message"], answer.json["field"]) == (400, "BAD_PAYLOAD", field)


def test_no_plan_is_made_behind_a_switch_that_is_off(stand: Stand) -> None:
    stand.act("service", id="e_control", on=False)
    assert (stand.plan().status, stand.plan().json["reason"]) == (405, "SERVICE_OFF")
    stand.act("service", id="e_control", on=True)
    assert stand.plan().status == 200
    stand.act("private_mode", on=True)
    assert (stand.plan().status, stand.plan().json["reason"]) == (405, "PRIVATE_MODE")
    assert stand.owner.post(PLAN.format("none"), {}).status == 404


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with Backend(tmp_path_factory.mktemp("shared"), "--clock", EVENING) as backend:
        yield Stand(backend)


LATER = {**MORNING, "triggerDateTime": "2030-03-05T07:55:00"}
WEEKLY = {**MORNING, "triggerDateTime": "2030-03-05T07:45:00", "repeatOn": ["TUESDAY"]}
WRONG_TIMERS: list[tuple[Any, str]] = [
    (None, "list"), ([MORNING] * 6, "list"), ([7], "list"), ([{**MORNING, "id": True}], "id"), ([{**MORNING, "id": 6}], "id"),
    ([{**MORNING, "id": 2}, {**LATER, "id": 2, "enabled": False}], "id"), ([{**MORNING, "more": 1}], "more"),
    ([{**MORNING, "enabled": 1}], "enabled"), ([{**MORNING, "type": "CHARGING"}], "type"),
    ([{**MORNING, "triggerType": "START"}], "triggerType"), ([{**MORNING, "repeatOn": ["FRITAG"]}], "repeatOn"),
    ([{**MORNING, "repeatOn": ["MONDAY", "MONDAY"]}], "repeatOn"), ([{**MORNING, "repeatOn": None}], "repeatOn"),
    ([{**MORNING, "triggerDateTime": "2030-03-04T18:30:00"}], "triggerDateTime"),
    ([{**MORNING, "triggerDateTime": "2030-03-31T02:30:00"}], "triggerDateTime"),
    ([{**MORNING, "triggerDateTime": "2030-02-30T07:30:00"}], "triggerDateTime"),
    ([{**MORNING, "triggerDateTime": "2030-03-05T07:30:00Z"}], "triggerDateTime"),
    ([{**MORNING, "triggerDateTime": 7}], "triggerDateTime"), ([MORNING, LATER], "triggerDateTime"),
    ([MORNING, WEEKLY], "triggerDateTime"), ([{**MORNING, "metadata": None}], "metadata"),
    ([{**MORNING, "metadata": {**DOES, "targetSoc": 101}}], "targetSoc"),
    ([{**MORNING, "metadata": {**DOES, "isChargingEnabled": None}}], "isChargingEnabled"),
    ([{**MORNING, "metadata": {"targetSoc": 80, "isChargingEnabled": True}}], "isClimatizationEnabled"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "field"), WRONG_TIMERS)
def test_a_wrong_timer_names_its_field_and_changes_nothing(shared: Stand, rows: Any, field: str) -> None:
    before = shared.told("TIMERS")
    answer = shared.owner.send("TIMERS_EDIT", {"list": rows, "spin": None})
    assert (answer.status, answer.json["message"], answer.json["field"]) == (400, "BAD_PAYLOAD", field)
    assert shared.told("TIMERS") == before


ELSEWHERE: dict[str, Any] = {
    "id": 1, "name": "Everywhere else", "isEnabled": True, "minSoc": 20, "targetSoc": 85, "latitude": None, "longitude": None,
    "radius": 0, "preferredHours": [], "isOptimised": False,
}  # fmt: skip
PLACE = {**ELSEWHERE, **HOME, "id": 0, "name": "Work", "radius": 100}
WRONG_PROFILES: list[tuple[Any, str]] = [
    ([], "list"), ([PLACE], "list"), ([ELSEWHERE, PLACE], "list"), ([PLACE] * 5 + [ELSEWHERE], "list"),
    ([{**PLACE, "id": 9}, ELSEWHERE], "id"), ([{**PLACE, "minSoc": 90}, ELSEWHERE], "minSoc"),
    ([{**PLACE, "targetSoc": 20}, ELSEWHERE], "targetSoc"), ([{**PLACE, "latitude": None}, ELSEWHERE], "latitude"),
    ([{**PLACE, "longitude": 181}, ELSEWHERE], "longitude"), ([{**PLACE, "radius": 5}, ELSEWHERE], "radius"),
    ([{**PLACE, "preferredHours": [{"from": "24:00", "to": "06:00"}]}, ELSEWHERE], "preferredHours"),
    ([{**PLACE, "isOptimised": 1}, ELSEWHERE], "isOptimised"), ([{**PLACE, "name": 7}, ELSEWHERE], "name"),
    ([{**ELSEWHERE, "latitude": 48.0}], "latitude"), ([{**PLACE, "isEnabled": 0}, ELSEWHERE], "isEnabled"),
    ([{key: value for key, value in PLACE.items() if key != "radius"}, ELSEWHERE], "radius"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "field"), WRONG_PROFILES)
def test_a_wrong_profile_names_its_field_and_changes_nothing(shared: Stand, rows: Any, field: str) -> None:
    before = shared.told("CHARGING_PROFILES")
    answer = shared.owner.send("CHARGING_PROFILES_EDIT", {"list": rows})
    assert (answer.status, answer.json["message"], answer.json["field"]) == (400, "BAD_PAYLOAD", field)
    assert shared.told("CHARGING_PROFILES") == before


@pytest.mark.parametrize(
    ("key", "payload", "field"),
    [
        ("CHARGING_SETTINGS_EDIT", {"targetSoc": 60, "minSoc": 61, "spin": None}, "minSoc"),
        ("CHARGING_SETTINGS_EDIT", {"targetSoc": None, "minSoc": 86, "spin": None}, "minSoc"),
        ("CHARGING_SETTINGS_EDIT", {"targetSoc": 60, "batteryCare": 1, "spin": None}, "batteryCare"),
        ("TIMERS_DISABLE", {"id": 4, "spin": None}, "id"), ("TIMERS_DISABLE", {"id": True, "spin": None}, "id"),
        ("TIMERS_EDIT", {"list": [], "spin": None, "basedOn": 7}, "basedOn"), ("TIMERS_EDIT", {"list": []}, "spin"),
    ],
)  # fmt: skip
def test_a_wrong_payload_names_its_field(shared: Stand, key: str, payload: Any, field: str) -> None:
    answer = shared.owner.send(key, payload)
    assert (answer.status, answer.json["message"], answer.json["field"]) == (400, "BAD_PAYLOAD", field)


def test_timers_that_were_changed_meanwhile_are_not_overwritten(stand: Stand) -> None:
    read = stand.told("TIMERS")
    stand.timers(MORNING)
    answer = stand.owner.send("TIMERS_EDIT", {"list": [], "spin": None, "basedOn": read["lastModified"]})
    assert (answer.status, answer.json["message"]) == (409, "CONFLICT")
    assert len(stand.told("TIMERS")["list"]) == 1
    half_an_hour = {**MORNING, "triggerDateTime": "2030-03-05T08:00:00", "id": 4}
    current = stand.told("TIMERS")
    payload = {"list": [*current["list"], half_an_hour], "spin": None, "basedOn": current["lastModified"]}
    stand.done("TIMERS_EDIT", payload)
    assert [one["id"] for one in stand.told("TIMERS")["list"]] == [1, 4]


def test_an_hour_that_comes_twice_is_the_first_one(tmp_path: Path) -> None:
    with Backend(tmp_path / "data", "--clock", "2030-10-26T20:00:00+00:00") as backend:
        stand = Stand(backend)
        stand.timers({**MORNING, "triggerDateTime": "2030-10-27T02:30:00"})
        stand.move_to("2030-10-27T00:20:00")
        assert stand.told("HVAC_SUMMARY")["status"] != "OFF"
        stand.move_to("2030-10-27T01:20:00")
        assert stand.told("HVAC_SUMMARY")["status"] == "OFF"
        assert stand.told("TIMERS")["list"][0]["enabled"] is False
