"""What the maker tells an owner: each kind of message on a clock that is moved, once, and nothing from behind a switch."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend_process import Backend, kill
from owner_client import HYBRID, VIN, Owner, Stream, stage, until
from stand import DOES, EVENING, MORNING, SPIN, ZONES, Stand

WARM = {"climateZonesEnabled": ZONES, "targetTemperature": 295.15}
FIELDS = {"vin", "kind", "reason", "values", "at", "service"}
DEPARTURE = "2030-03-05T06:30:00+00:00"


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with Backend(tmp_path / "data", "--clock", EVENING) as backend:
        yield Stand(backend)


@pytest.fixture
def stream(stand: Stand) -> Iterator[Stream]:
    with stand.owner.listen() as stream:
        stream.next("clock")
        yield stream


def short(messages: list[dict[str, Any]]) -> list[tuple[str, Any, Any]]:
    return [(one["kind"], one["reason"], one["values"]) for one in messages]


def kinds(messages: list[dict[str, Any]]) -> list[str]:
    return [one["kind"] for one in messages]


# -- charging ---------------------------------------------------------------------------------------------------------


def test_a_charge_that_begins_and_reaches_its_target(stand: Stand, stream: Stream) -> None:
    stand.plugged(80)
    begun = stream.next("message")
    assert begun.data.keys() == FIELDS
    assert (begun.data["vin"], begun.data["service"]) == (VIN, "e_control")
    assert short([begun.data]) == [("charging_started", None, {"percent": 80, "target": 85})]
    stand.move("PT2H")
    ended = stream.next("message")
    assert short([ended.data]) == [("charging_completed", None, {"percent": 85})]
    assert int(ended.id or 0) > int(begun.id or 0) > 0
    # When it happened, not when the clock had arrived.
    assert "2030-03-04T18:25" < ended.data["at"] < "2030-03-04T18:30"


def test_a_charge_that_is_stopped_by_hand(stand: Stand, stream: Stream) -> None:
    stand.plugged(50)
    stand.done("DIRECT_CHARGING_STOP", SPIN)
    told = stand.messages(stream)
    assert short(told)[1:] == [("charging_stopped", "STOPPED", {"percent": 50})]
    stand.act("unplug")
    assert stand.messages(stream) == []


def test_a_charge_that_ends_because_the_cable_is_pulled(stand: Stand, stream: Stream) -> None:
    stand.plugged(50)
    stand.move("PT1H")
    stand.act("unplug")
    assert short(stand.messages(stream))[1:] == [("charging_stopped", "UNPLUGGED", {"percent": 61})]


def test_a_cable_that_is_pulled_at_once_is_told_with_its_charge(stand: Stand, stream: Stream) -> None:
    """Both lie in one report or in two: told are both."""
    stand.plugged(50)
    stand.act("unplug")
    assert kinds(stand.messages(stream)) == ["charging_started", "charging_stopped"]


def test_a_post_that_fails_while_it_charges_and_while_it_is_waited_for(stand: Stand, stream: Stream) -> None:
    stand.plugged(50)
    stand.act("post_fault", on=True)
    assert short(stand.messages(stream))[1:] == [("charging_failed", "POST_FAULT", {"percent": 50})]
    stand.act("post_fault", on=False)
    stand.timers(MORNING)
    assert kinds(stand.messages(stream)) == ["charging_started"], "the car waits for its timer: no charge has failed"
    stand.act("post_fault", on=True)
    assert short(stand.messages(stream)) == [("charging_failed", "POST_FAULT", {"percent": 50})]


def test_a_post_that_fails_when_nothing_was_to_be_charged_is_not_told(stand: Stand, stream: Stream) -> None:
    stand.plugged(90)
    stand.act("post_fault", on=True)
    assert stand.messages(stream) == []


@pytest.mark.parametrize("plug", [{"kw": 1}, None], ids=["too slow", "not plugged in"])
def test_a_departure_that_comes_before_its_target(stand: Stand, stream: Stream, plug: dict[str, Any] | None) -> None:
    stand.act("battery", percent=30)
    if plug:
        stand.act("plug", **plug)
    stand.timers({**MORNING, "metadata": {**DOES, "isClimatizationEnabled": False}})
    stand.move_to("2030-03-05T06:31:00")
    (missed,) = [one for one in stand.messages(stream) if one["kind"] == "target_not_reached"]
    assert (missed["at"], missed["reason"], missed["values"]["target"]) == (DEPARTURE, None, 80)
    assert 30 <= missed["values"]["percent"] < 50
    stand.move("P1D")
    assert "target_not_reached" not in kinds(stand.messages(stream))


def test_a_night_is_told_in_its_order_and_a_departure_in_time_is_no_message(stand: Stand, stream: Stream) -> None:
    stand.plugged(60)
    stand.timers({**MORNING, "metadata": {**DOES, "targetSoc": 85}})
    assert kinds(stand.messages(stream)) == ["charging_started"], "now it waits: that is no end"
    stand.move_to("2030-03-05T06:35:00")
    told = stand.messages(stream)
    assert short(told) == [
        ("charging_started", None, {"percent": 60, "target": 85}), ("climate_started", None, {"target": 21}),
        ("charging_completed", None, {"percent": 85}), ("climate_finished", None, {}),
    ]  # fmt: skip
    assert [one["at"] for one in told] == sorted(one["at"] for one in told)


def test_each_car_tells_its_own(stand: Stand, stream: Stream) -> None:
    stand.plugged(45, HYBRID)
    (told,) = stand.messages(stream, HYBRID)
    assert (told["vin"], told["kind"], told["values"]) == (HYBRID, "charging_started", {"percent": 45, "target": 80})


# -- climate ----------------------------------------------------------------------------------------------------------


def test_a_climate_that_begins_and_ends_by_itself_or_by_hand(stand: Stand, stream: Stream) -> None:
    stand.done("REMOTE_CLIMATIZER_START", WARM)
    stand.done("REMOTE_CLIMATIZER_START", {**WARM, "targetTemperature": 293.15})
    told = stand.messages(stream)
    assert short(told) == [("climate_started", None, {"target": 22})], "other settings are no beginning"
    assert told[0]["service"] == "climate"
    stand.move("PT31M")
    assert short(stand.messages(stream)) == [("climate_finished", None, {})]
    stand.done("REMOTE_CLIMATIZER_START", WARM)
    stand.done("REMOTE_CLIMATIZER_STOP", {})
    stand.done("REMOTE_CLIMATIZER_STOP", {})
    assert short(stand.messages(stream))[1:] == [("climate_stopped", "STOPPED", {})]


def test_a_climate_that_the_battery_ends(stand: Stand, stream: Stream) -> None:
    stand.act("battery", percent=10.2)
    stand.done("REMOTE_CLIMATIZER_START", WARM)
    stand.move("PT20M")
    assert short(stand.messages(stream))[1:] == [("climate_stopped", "BATTERY_LOW", {})]


def test_a_timer_that_wants_climate_of_an_empty_battery(stand: Stand, stream: Stream) -> None:
    stand.act("battery", percent=5)
    stand.timers({**MORNING, "metadata": {**DOES, "isChargingEnabled": False}})
    stand.move_to("2030-03-05T06:35:00")
    (told,) = stand.messages(stream)
    assert short([told]) == [("climate_not_possible", "BATTERY_LOW", {})]
    assert "2030-03-05T06:10:00" <= told["at"] <= "2030-03-05T06:10:02"


def test_a_timer_that_wants_climate_of_a_weak_twelve_volt_battery(stand: Stand, stream: Stream) -> None:
    stand.act("twelve_volt", volts=11)
    stand.timers({**MORNING, "metadata": {**DOES, "isChargingEnabled": False}})
    stand.move_to("2030-03-05T06:35:00")
    assert short(stand.messages(stream)) == [("climate_not_possible", "TWELVE_VOLT_LOW", {})]


def test_a_command_that_the_car_refuses_is_no_message(stand: Stand, stream: Stream) -> None:
    stand.act("battery", percent=5)
    assert stand.owner.ended(stand.owner.send("REMOTE_CLIMATIZER_START", WARM))["details"] == {"reason": "BATTERY_LOW"}
    assert stand.owner.ended(stand.owner.send("DIRECT_CHARGING_START", SPIN))["result"] == "ERROR"
    assert stand.messages(stream) == []


# -- once -------------------------------------------------------------------------------------------------------------


def test_what_a_car_says_twice_is_told_once(stand: Stand, stream: Stream) -> None:
    stand.backend.stage("POST", "/demo/faults", {"kind": "duplicate"})
    stand.done("REMOTE_CLIMATIZER_START", WARM)
    for _ in range(3):
        stand.told()
    assert kinds(stand.messages(stream)) == ["climate_started"]


def test_a_first_start_a_restart_and_a_fresh_stand_tell_nothing(stand: Stand, stream: Stream) -> None:
    assert stand.messages(stream) == []
    stand.plugged(50)
    assert kinds(stand.messages(stream)) == ["charging_started"]
    again = restarted(stand)
    with again.owner.listen() as other:
        other.next("clock")
        assert again.messages(other) == []
        again.backend.stage("POST", "/demo/scenarios/fresh", {})
        assert again.messages(other) == []


def test_what_happened_while_the_maker_was_away_is_told_on_its_return(stand: Stand) -> None:
    stand.act("battery", percent=84.9)
    stand.act("plug", kw=1)
    stand.told()
    stand.backend.stop()
    stand.backend._more = ("--clock", "2030-03-04T20:00:00+00:00", "--car-time", "0")
    stand.backend.start()
    again = Stand(stand.backend)
    with again.owner.listen(after="1") as stream:
        assert short(again.messages(stream))[1:] == [("charging_completed", None, {"percent": 85})]


def restarted(stand: Stand) -> Stand:
    stand.backend.stop()
    stand.backend._more = ("--car-time", "0")
    stand.backend.start()
    return Stand(stand.backend)


def test_what_was_missed_comes_once_and_in_order_for_a_day(stand: Stand, stream: Stream) -> None:
    stand.plugged(80)
    seen = stream.next("message")
    stream.response.close()
    stand.move("PT3H")
    stand.done("REMOTE_CLIMATIZER_START", WARM)
    stand.done("REMOTE_CLIMATIZER_STOP", {})
    stand.move("PT12H")
    with stand.owner.listen(after=seen.id) as late:
        missed = stand.messages(late)
        assert kinds(missed) == ["charging_completed", "climate_started", "climate_stopped"]
        stand.act("unplug")
        assert stand.messages(late) == []
    with stand.owner.listen(after=seen.id) as again:
        assert stand.messages(again) == missed, "the same again: an app knows them by their numbers"
    stand.move("P1D")
    with stand.owner.listen(after=seen.id) as too_late:
        assert stand.messages(too_late) == []


@pytest.mark.timeout(120)
def test_after_a_kill_no_message_is_missing_and_none_comes_twice(tmp_path: Path) -> None:
    """Cut off at drawn moments of a plug and an unplug; what the car then says of itself is what was told."""
    draw, told = random.Random(503), []
    with Backend(tmp_path / "data") as backend:
        for number in range(8):
            verb = "unplug" if number % 2 else "plug"
            thread = threading.Thread(target=lambda verb=verb: cut_off(backend, verb))
            thread.start()
            time.sleep(draw.random() * 0.04)
            kill(backend)
            thread.join()
            backend.start()
            owner = Owner(backend)
            charge = (
                owner.overview("CHARGING_SUMMARY", more="&wakeUpJob=6c0d1f0e")["CHARGING_SUMMARY"]["lastCharge"] or {}
            )
            until(lambda: all(phone["waiting"] == 0 for phone in stage(backend, "GET", "/demo/phones").json["phones"]))
            told = kept(tmp_path / "data")
            assert len(told) == len(set(told)), "twice"
            assert {charge.get("startedAt"), charge.get("endedAt")} - {None} <= {at for _, at in told}, "missing"
            for phone in stage(backend, "GET", "/demo/phones").json["phones"]:
                assert [(one["kind"], one["at"]) for one in phone["messages"]] == told
    assert len(told) >= 3


def cut_off(backend: Backend, verb: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        stage(backend, "POST", f"/demo/vehicles/{VIN}/{verb}", {})


def kept(folder: Path) -> list[tuple[str, str]]:
    """(kind, when) of every message, as the maker's file has them."""
    database = sqlite3.connect(f"file:{folder / 'porsche_system.db'}?mode=ro", uri=True)
    query = (
        "SELECT json_extract(content, '$.data.kind'), json_extract(content, '$.data.at') FROM record"
        " WHERE activity='product.message' ORDER BY id"
    )
    rows = database.execute(query).fetchall()
    database.close()
    return rows


# -- behind a switch --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "off", "on"),
    [
        ("private_mode", {"on": True}, {"on": False}), ("remote_access", {"on": False}, {"on": True}),
        ("service", {"id": "e_control", "on": False}, {"id": "e_control", "on": True}),
    ],
)  # fmt: skip
def test_what_happens_behind_a_switch_is_not_told_and_not_later_either(
    stand: Stand, verb: str, off: dict[str, Any], on: dict[str, Any]
) -> None:
    stand.plugged(50)
    stand.told()
    until(lambda: len(phones(stand)[0]["messages"]) == 1)
    stand.act(verb, **off)
    with stand.owner.listen() as stream:
        stream.next("clock")
        stand.move("PT1H")
        stand.act("unplug")
        stand.act("plug")
        stand.move("PT1H")
        stand.act(verb, **on)
        assert stand.messages(stream) == []
        assert [len(phone["messages"]) for phone in phones(stand)] == [1, 1]
        stand.act("unplug")
        assert kinds(stand.messages(stream)) == ["charging_stopped"], "from here on it is told again"


def test_a_service_that_is_off_leaves_the_other_alone(stand: Stand, stream: Stream) -> None:
    stand.act("service", id="climate", on=False)
    stand.timers(MORNING)
    stand.plugged(60)
    stand.move_to("2030-03-05T06:35:00")
    assert {one["service"] for one in stand.messages(stream)} == {"e_control"}


def phones(stand: Stand) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = stand.backend.stage("GET", "/demo/phones")["phones"]
    return rows


# -- the position for the range map, and who announces itself ---------------------------------------------------------


def test_the_position_for_the_range_map_goes_when_the_drive_system_changes_its_state_and_only_then(
    stand: Stand,
) -> None:
    def uploads() -> list[dict[str, Any]]:
        stand.told()
        edges = stand.backend.stage("GET", "/demo/edges")["edges"]
        return [edge for edge in edges if edge["activity"] == "e_control.range_map_position"]

    stand.act("park", latitude=47.123456, longitude=8.654321)
    stand.act("battery", percent=80)
    stand.act("lights", on=True)
    assert uploads() == []
    stand.act("plug")
    assert len(uploads()) == 1
    stand.act("battery", percent=81)
    assert len(uploads()) == 1
    stand.move("PT2H")
    found = uploads()
    ways = [(one["from"], one["to"], one["path"]) for one in found]
    assert ways == [("vehicle", "porsche_system", "/intake/range-position")] * 2
    (row,) = [one for one in stand.owner.held("porsche_system") if one["activity"] == "e_control.range_map_position"]
    assert (row["rule"], row["line"], row["choice"], row["trace"]) == (
        "until_next_status",
        501,
        False,
        found[-1]["trace"],
    )
    stand.act("service", id="e_control", on=False)
    stand.act("unplug")
    assert len(uploads()) == 2


def test_a_command_brings_its_position_along_under_its_own_trace(stand: Stand) -> None:
    stand.plugged(50)
    stand.told()
    answer = stand.done("DIRECT_CHARGING_STOP", SPIN)
    trace = answer.headers["traceresponse"].split("-")[1]
    activities = {
        "e_control.range_map_position",
        "e_control.event_push",
        "product.message",
        "e_control.charging_status",
    }
    until(
        lambda: (
            activities <= {row["activity"] for row in stand.owner.observe("holdings", f"?trace={trace}").json["rows"]}
        )
    )


def test_cars_announce_the_services_that_they_have_and_that_are_on(stand: Stand) -> None:
    def announced(vin: str) -> dict[str, int]:
        rows = [row for row in stand.owner.held("porsche_system") if row["subject"] == vin]
        names = [row["activity"].partition(".")[0] for row in rows if row["activity"].endswith(".vehicle_sign_on")]
        return {name: names.count(name) for name in names}

    everybody = {"car_control": 1, "car_finder": 1, "vehicle_alarm": 1, "climate": 1}
    assert announced(VIN) == announced(HYBRID) == {**everybody, "e_control": 1}
    assert announced("WP0ZZZ99ZSS230003") == everybody, "it burns fuel, and has a heater"
    stand.act("service", id="climate", on=False)
    twice = dict.fromkeys(("car_control", "car_finder", "vehicle_alarm", "e_control"), 2)
    until(lambda: announced(VIN) == {**twice, "climate": 1})
    stand.act("service", id="climate", on=True)
    until(lambda: announced(VIN) == {**dict.fromkeys(twice, 3), "climate": 2})
