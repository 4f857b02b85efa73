"""Alarms on a real backend and a moved clock: out of a ring and back, a valet that goes too far, a break-in, each told once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend_process import Backend, kill
from owner_client import HYBRID, PASSWORD, VIN, Answer, Stream, ask, stage, until
from stand import EVENING, SPIN, Stand

HOME = {
    "id": 0, "name": "Home", "enabled": True, "latitude": 48.8003, "longitude": 9.0112, "radius": 500, "enter": True,
    "leave": True,
}  # fmt: skip
OUT, BACK = [[48.8003, 9.0312, 60]], [[48.8003, 9.0112, 60]]
"""1.46 km, a minute and a half."""
PRESET = {"radius": 1000, "speed": 50, "spin": None}
ACKNOWLEDGED = "/app/companion/v1/vehicles/{}/alarms/{}/acknowledged"
FIELDS = {"id", "at", "kind", "name", "latitude", "longitude", "heading", "speed", "limit", "acknowledged", "trace"}


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with Backend(tmp_path / "data", "--clock", EVENING) as backend:
        stand = Stand(backend)
        areas(stand, HOME)
        yield stand


@pytest.fixture
def stream(stand: Stand) -> Iterator[Stream]:
    with stand.owner.listen() as stream:
        stream.next("clock")
        yield stream


def areas(stand: Stand, *rows: dict[str, Any], vin: str = VIN) -> None:
    stand.done("LOCATION_ALARMS_EDIT", {"list": list(rows), "spin": None}, vin)


def drive(stand: Stand, path: list[list[float]], period: str = "PT5M") -> None:
    stand.act("drive", path=path)
    stand.move(period)


def history(stand: Stand, key: str = "LOCATION_ALARMS_HISTORY", vin: str = VIN) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = stand.told(key, vin)["list"]
    return rows


def phones(stand: Stand) -> list[list[tuple[str, str]]]:
    """(carrier, kind) of each phone's messages."""
    stand.told("MILEAGE")
    until(lambda: all(phone["waiting"] == 0 for phone in stand.backend.stage("GET", "/demo/phones")["phones"]))
    rows = stand.backend.stage("GET", "/demo/phones")["phones"]
    return [[(one["carrier"], one["kind"]) for one in phone["messages"]] for phone in rows]


def short(messages: list[dict[str, Any]]) -> list[tuple[str, Any, Any]]:
    return [(one["kind"], one["reason"], one["values"]) for one in messages]


def edges(stand: Stand) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = stand.backend.stage("GET", "/demo/edges")["edges"]
    return rows


def alarms_sent(stand: Stand) -> list[str]:
    return [row["activity"] for row in edges(stand) if row["path"] == "/intake/alarm"]


# -- areas ------------------------------------------------------------------------------------------------------------


def test_out_of_a_ring_and_back_is_told_once_each_everywhere(stand: Stand, stream: Stream) -> None:
    began = datetime.fromisoformat(stand.backend.stage("GET", "/demo/state")["now"])
    drive(stand, OUT)
    left = stream.next("message").data
    assert left.keys() == {"vin", "kind", "reason", "values", "at", "service", "place", "event"}
    assert (left["vin"], left["service"]) == (VIN, "location_alarm")
    assert short([left]) == [("location_left", None, {"name": "Home"})]
    # 530 m at 60 km/h, and two fixes.
    seconds = (datetime.fromisoformat(left["at"]) - began) / timedelta(seconds=1)
    assert 32 < seconds < 46
    assert (left["place"]["latitude"], left["place"]["longitude"]) == pytest.approx((48.8003, 9.0191), abs=0.0015)
    drive(stand, BACK)
    assert short(stand.messages(stream)) == [("location_entered", None, {"name": "Home"})]
    entered, first = history(stand)
    assert first.keys() == FIELDS
    assert (first["kind"], first["id"], first["at"], first["name"]) == ("LEFT", left["event"], left["at"], "Home")
    assert (first["latitude"], first["longitude"]) == (left["place"]["latitude"], left["place"]["longitude"])
    assert (entered["kind"], entered["speed"], entered["limit"], entered["acknowledged"]) == (
        "ENTERED",
        None,
        None,
        False,
    )
    kinds = ("location_left", "location_entered")
    assert phones(stand) == [[("push_google", kind) for kind in kinds], [("push_apple", kind) for kind in kinds]]
    assert alarms_sent(stand) == ["location_alarm.crossing_event"] * 2


def test_driving_along_the_edge_is_not_told(stand: Stand, stream: Stream) -> None:
    areas(stand, {**HOME, "longitude": HOME["longitude"] - 495 / 73_270})
    wobble = [[48.8003 + number * 1e-6, 9.0112 + (20 if number % 2 else -20) / 73_270, 20] for number in range(1, 300)]
    drive(stand, wobble, "PT2H")
    assert stand.messages(stream) == []
    assert history(stand) == []


@pytest.mark.parametrize(("around", "wanted"), [(True, ["location_left"]), (False, [])])
def test_a_ring_that_is_set_around_a_moving_car_begins_with_the_side_that_it_is_on(
    stand: Stand, stream: Stream, around: bool, wanted: list[str]
) -> None:
    areas(stand)
    stand.act("drive", path=[[48.8003, 9.0712, 60]])
    stand.move("PT1M")
    longitude = 9.0249 if around else 9.0112
    areas(stand, {**HOME, "longitude": longitude})
    stand.move("PT1S")
    assert stand.messages(stream) == []
    stand.move("PT10M")
    assert [one["kind"] for one in stand.messages(stream)] == wanted


def test_a_ring_around_a_parked_car_a_ring_elsewhere_and_a_car_that_is_put_elsewhere_tell_nothing(
    stand: Stand, stream: Stream
) -> None:
    areas(stand, HOME, {**HOME, "name": "Far", "latitude": -48.0})
    stand.move("P2D")
    stand.act("park", latitude=12.345678, longitude=98.765432)
    drive(stand, [[12.35, 98.77, 60]])
    assert stand.messages(stream) == []
    assert alarms_sent(stand) == []


def test_a_name_that_was_changed_on_the_way_is_the_one_that_is_told(stand: Stand, stream: Stream) -> None:
    (row,) = stand.told("LOCATION_ALARMS")["list"]
    areas(stand, {**row, "name": "At home"})
    drive(stand, OUT)
    assert short(stand.messages(stream)) == [("location_left", None, {"name": "At home"})]


# -- what an edit may hold --------------------------------------------------------------------------------------------


def refusal(answer: Answer) -> tuple[int, str, str | None, int | None]:
    table = answer.json
    return answer.status, table["message"], table.get("field"), table.get("index")


def test_the_smallest_and_the_largest_ring_are_taken(stand: Stand) -> None:
    rows = [{**HOME, "id": 0, "name": name, "radius": radius} for name, radius in (("Small", 200), ("Large", 100_000))]
    stand.done("LOCATION_ALARMS_EDIT", {"list": rows, "spin": None})
    assert [one["radius"] for one in stand.told("LOCATION_ALARMS")["list"]] == [200, 100_000]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"radius": 199}, "radius"), ({"radius": 100_001}, "radius"), ({"radius": 500.5}, "radius"), ({"radius": True}, "radius"),
        ({"latitude": 90.1}, "latitude"), ({"latitude": None}, "latitude"),
        ({"longitude": -180.5}, "longitude"), ({"latitude": "48"}, "latitude"),
        ({"name": ""}, "name"), ({"name": " "}, "name"), ({"name": "a" * 41}, "name"), ({"name": 7}, "name"),
        ({"name": "hOME"}, "name"), ({"enter": False, "leave": False}, "enter"), ({"enabled": 1}, "enabled"), ({"id": 9}, "id"),
        ({"id": -1}, "id"), ({"more": 1}, "more"),
    ],
)  # fmt: skip
def test_a_wrong_area_is_refused_by_field_and_row_and_nothing_changes(
    stand: Stand, change: dict[str, Any], field: str
) -> None:
    (first,) = stand.told("LOCATION_ALARMS")["list"]
    second = {**HOME, "name": "Work", **change}
    answer = stand.owner.send("LOCATION_ALARMS_EDIT", {"list": [first, second], "spin": None})
    assert refusal(answer) == (400, "BAD_PAYLOAD", field, 1)
    assert stand.told("LOCATION_ALARMS")["list"] == [first]


def test_more_than_four_areas_or_speeds_are_refused(stand: Stand) -> None:
    many = [{**HOME, "name": str(number)} for number in range(5)]
    assert refusal(stand.owner.send("LOCATION_ALARMS_EDIT", {"list": many, "spin": None}))[:3] == (
        400,
        "BAD_PAYLOAD",
        "list",
    )
    areas(stand, *many[:4])
    assert [row["id"] for row in stand.told("LOCATION_ALARMS")["list"]] == [1, 2, 3, 4]
    speeds = [{"id": 0, "speed": 100 + number, "enabled": True} for number in range(5)]
    assert refusal(stand.owner.send("SPEED_ALARMS_EDIT", {"list": speeds, "spin": None}))[:3] == (
        400,
        "BAD_PAYLOAD",
        "list",
    )


@pytest.mark.parametrize(
    "row",
    [{"speed": 9}, {"speed": 301}, {"speed": 99.5}, {"speed": 130}, {"speed": None}],
    ids=lambda row: str(row["speed"]),
)
def test_a_wrong_speed_is_refused(stand: Stand, row: dict[str, Any]) -> None:
    (first,) = stand.told("SPEED_ALARMS")["list"]
    answer = stand.owner.send("SPEED_ALARMS_EDIT", {"list": [first, {"id": 0, "enabled": True, **row}], "spin": None})
    assert refusal(answer) == (400, "BAD_PAYLOAD", "speed", 1)


def test_the_valets_limits_are_preset(stand: Stand) -> None:
    for name, value in (("radius", 2000), ("speed", 60), ("speed", 50.0), ("radius", None)):
        assert refusal(stand.owner.send("VALET_ALARM_EDIT", {**PRESET, name: value}))[2] == name
    assert stand.told("VALET_ALARM")["isActive"] is False


@pytest.mark.parametrize("key", ["LOCATION_ALARMS", "SPEED_ALARMS"])
def test_an_edit_that_is_based_on_an_older_list_is_a_conflict(stand: Stand, key: str) -> None:
    known = stand.told(key)
    stand.move("PT1S")
    stand.done(f"{key}_EDIT", {"list": known["list"], "basedOn": known["lastModified"], "spin": None})
    late = stand.owner.send(f"{key}_EDIT", {"list": [], "basedOn": known["lastModified"], "spin": None})
    assert refusal(late)[:2] == (409, "CONFLICT")
    assert stand.told(key)["list"] == known["list"]


# -- speed and valet --------------------------------------------------------------------------------------------------


def test_a_speed_is_told_once_with_its_limit_and_without_a_place(stand: Stand, stream: Stream) -> None:
    areas(stand)
    drive(stand, [[48.8003, 9.0612, 141], [48.8003, 9.1112, 141]])
    (told,) = stand.messages(stream)
    assert short([told]) == [("speed_exceeded", None, {"speed": 141, "limit": 130})]
    assert (told["service"], told["place"]) == ("speed_alarm", None)
    (row,) = history(stand, "SPEED_ALARMS_HISTORY")
    assert (row["kind"], row["speed"], row["limit"], row["latitude"]) == ("SPEED", 141, 130, None)
    assert phones(stand) == [[("push_google", "speed_exceeded")], [("push_apple", "speed_exceeded")]]


def test_a_valet_that_goes_too_far_and_too_fast_is_told_once_each_and_again_after_it_was_back(
    stand: Stand, stream: Stream
) -> None:
    areas(stand)
    stand.done("VALET_ALARM_EDIT", PRESET)
    armed = stand.told("VALET_ALARM")
    assert {name: armed[name] for name in ("isActive", "radius", "speed")} == {
        "isActive": True,
        "radius": 1000,
        "speed": 50,
    }
    assert armed.keys() == {"isActive", "since", "radius", "speed", "lastModified"}, (
        "where it was armed is nobody's business"
    )
    drive(stand, [[48.8003, 9.0312, 45], [48.8003, 9.0412, 72], [48.8003, 9.0512, 72]])
    far, fast = stand.messages(stream)
    assert (far["kind"], fast["kind"]) == ("valet_radius", "valet_speed")
    assert 1030 < far["values"]["distance"] < 1200
    assert fast["values"] == {"speed": 72}
    assert far["place"]["longitude"] == pytest.approx(9.0112 + 1060 / 73_270, abs=0.002)
    drive(stand, [[48.8003, 9.0112, 45]], "PT10M")
    assert stand.messages(stream) == []
    drive(stand, [[48.8003, 9.0312, 45]])
    assert [one["kind"] for one in stand.messages(stream)] == ["valet_radius"]
    rows = history(stand, "VALET_ALARM_HISTORY")
    assert [(row["kind"], row["speed"], row["limit"]) for row in rows] == [
        ("VALET_RADIUS", 45, 1000), ("VALET_SPEED", 72, 50), ("VALET_RADIUS", 45, 1000),
    ]  # fmt: skip
    stand.done("VALET_ALARM_DISABLE", SPIN)
    assert stand.told("VALET_ALARM")["isActive"] is False
    drive(stand, [[48.8003, 9.1112, 90]])
    assert stand.messages(stream) == []


def test_a_valets_breach_goes_by_sms_where_a_number_is_known_and_by_push_where_the_app_is(stand: Stand) -> None:
    areas(stand)
    stand.done("VALET_ALARM_EDIT", PRESET)
    drive(stand, OUT)
    android, iphone = phones(stand)
    assert sorted(android) == [
        ("push_google", "valet_radius"), ("push_google", "valet_speed"),
        ("sms_carrier", "valet_radius"), ("sms_carrier", "valet_speed"),
    ]  # fmt: skip
    assert sorted(iphone) == [("push_apple", "valet_radius"), ("push_apple", "valet_speed")]
    kept = [
        row for row in stand.owner.held("porsche_system") if row["service"] == "valet_alarm" and row["subject"] == VIN
    ]
    activities = [row["activity"] for row in kept]
    assert activities.count("valet_alarm.breach_event") == 2
    assert activities.count("valet_alarm.limits_store") == 1
    assert {row["rule"] for row in kept if row["activity"] == "valet_alarm.breach_event"} == {"unspecified"}


# -- break-in ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["DOOR", "TILT", "INTERIOR", "TOW"])
def test_a_break_in_is_told_with_its_reason_and_when(stand: Stand, stream: Stream, reason: str) -> None:
    stand.act("alarm", reason=reason)
    (told,) = stand.messages(stream)
    assert short([told]) == [("vehicle_alarm", reason, {})]
    assert told["at"].startswith("2030-03-04T18:0")
    assert (told["place"]["latitude"], told["place"]["longitude"]) == (48.8003, 9.0112)
    (row,) = history(stand, "CAR_ALARMS_HISTORY")
    assert (row["kind"], row["id"], row["at"]) == (reason, told["event"], told["at"])
    assert phones(stand) == [[("push_google", "vehicle_alarm")], [("push_apple", "vehicle_alarm")]]


def test_a_reason_that_there_is_not_is_refused(stand: Stand) -> None:
    assert stage(stand.backend, "POST", f"/demo/vehicles/{VIN}/alarm", {"reason": "FIRE"}).status == 400


def test_an_alarm_is_acknowledged_once_and_for_all(stand: Stand) -> None:
    stand.act("alarm", reason="TILT")
    (row,) = history(stand, "CAR_ALARMS_HISTORY")
    for _ in range(2):
        answer = stand.owner.post(ACKNOWLEDGED.format("car-taycan", row["id"]), {})
        assert (answer.status, answer.json) == (200, {})
    assert [one["acknowledged"] for one in history(stand, "CAR_ALARMS_HISTORY")] == [True]
    for number in ("E-1", "E-99999999", "E-", "7", "E-1x", "E-99999999999999999999"):
        assert stand.owner.post(ACKNOWLEDGED.format("car-taycan", number), {}).status == 404
    assert stand.owner.post(ACKNOWLEDGED.format("car-cayenne", row["id"]), {}).status == 404, "that is another car's"
    assert stand.owner.post(ACKNOWLEDGED.format("car-taycan", row["id"]), {"more": 1}).status == 400
    target = ACKNOWLEDGED.format("car-taycan", row["id"])
    assert ask(stand.owner.system, "POST", target, b"{}", {"Content-Type": "application/json"}).status == 401


def test_the_app_is_told_the_history_with_each_alarm_and_each_mark_on_it(stand: Stand, stream: Stream) -> None:
    def told() -> list[tuple[str, bool]]:
        """The newest history of the theft alarm among the events, by kind and mark."""
        while True:
            for one in stream.next("vehicle").data["measurements"]:
                if one["key"] == "CAR_ALARMS_HISTORY":
                    return [(row["kind"], row["acknowledged"]) for row in one["value"]["list"]]

    stand.act("alarm", reason="TILT")
    assert told() == [("TILT", False)]
    stand.act("alarm", reason="DOOR")
    assert told() == [("DOOR", False), ("TILT", False)]
    (_, first) = history(stand, "CAR_ALARMS_HISTORY")
    assert stand.owner.post(ACKNOWLEDGED.format("car-taycan", first["id"]), {}).status == 200
    assert told() == [("DOOR", False), ("TILT", True)]


def test_a_history_shows_a_hundred_newest_first(stand: Stand) -> None:
    for number in range(103):
        stand.act("alarm", reason="TILT" if number else "DOOR")
    until(lambda: len(alarms_sent(stand)) == 103, 30)
    rows = history(stand, "CAR_ALARMS_HISTORY")
    assert len(rows) == 100
    assert {row["kind"] for row in rows} == {"TILT"}
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)


# -- a tunnel, switches, restarts -------------------------------------------------------------------------------------


def test_what_happens_in_a_tunnel_is_told_once_and_in_order_behind_it(stand: Stand, stream: Stream) -> None:
    stand.act("network", on=False)
    before = len(edges(stand))
    for path in (OUT, BACK, OUT):
        drive(stand, path)
    stand.act("alarm", reason="TOW")
    assert stand.owner.get(f"/app/connect/v1/vehicles/{VIN}?mf=MILEAGE&wakeUpJob=6c0d1f0e").status == 504
    answer = stand.owner.ended(stand.owner.send("HONK_FLASH", {"mode": "FLASH", "spin": None}))
    assert (answer["result"], answer["details"]) == ("ERROR", {"reason": "NO_ANSWER"})
    assert [row for row in edges(stand)[before:] if "vehicle" in (row["from"], row["to"])] == []
    assert stage(stand.backend, "POST", f"/demo/vehicles/{VIN}/emergency_call", {}).status == 409
    stand.act("network", on=True)
    told = stand.messages(stream)
    assert [one["kind"] for one in told] == ["location_left", "location_entered", "location_left", "vehicle_alarm"]
    assert [one["at"] for one in told] == sorted(one["at"] for one in told)
    assert told[0]["at"] < "2030-03-04T18:01", "when it happened, not when it was told"
    said = [row["activity"] for row in edges(stand)[before:] if row["from"] == "vehicle"]
    assert said.count("location_alarm.crossing_event") == 3
    assert said.count("trip_control.trip_upload") == 3
    assert said.index("location_alarm.crossing_event") < said.index("trip_control.trip_upload")
    stand.move("PT1H")
    assert stand.messages(stream) == []


@pytest.mark.parametrize(
    ("verb", "off", "on"),
    [
        ("private_mode", {"on": True}, {"on": False}),
        ("service", {"id": "location_alarm", "on": False}, {"id": "location_alarm", "on": True}),
    ],
)  # fmt: skip
def test_what_happens_behind_a_switch_is_never_told(
    stand: Stand, stream: Stream, verb: str, off: dict[str, Any], on: dict[str, Any]
) -> None:
    stand.act(verb, **off)
    drive(stand, OUT)
    stand.act(verb, **on)
    stand.move("PT1H")
    assert stand.messages(stream) == []
    assert history(stand) == []
    assert alarms_sent(stand) == []
    drive(stand, BACK)
    assert [one["kind"] for one in stand.messages(stream)] == ["location_entered"], (
        "the side it was on was not forgotten"
    )


def test_with_remote_access_off_the_car_tells_its_maker_and_nobody_tells_the_owner(
    stand: Stand, stream: Stream
) -> None:
    stand.act("remote_access", on=False)
    drive(stand, OUT)
    until(lambda: alarms_sent(stand) == ["location_alarm.crossing_event"])
    assert stand.owner.post(ACKNOWLEDGED.format("car-taycan", "E-1"), {}).status == 405
    assert stand.owner.get(f"/app/connect/v1/vehicles/{VIN}?mf=LOCATION_ALARMS_HISTORY").status == 405
    stand.act("remote_access", on=True)
    assert stand.messages(stream) == []
    assert phones(stand) == [[], []]
    assert [row["kind"] for row in history(stand)] == ["LEFT"], "what the maker was told can be read again"


def test_what_waits_in_a_tunnel_when_its_service_goes_off_is_dropped(stand: Stand, stream: Stream) -> None:
    stand.act("network", on=False)
    drive(stand, OUT)
    stand.act("service", id="location_alarm", on=False)
    stand.act("service", id="location_alarm", on=True)
    stand.act("network", on=True)
    stand.move("PT1H")
    assert stand.messages(stream) == []
    assert alarms_sent(stand) == []


def test_what_waits_in_a_tunnel_is_told_after_a_kill_and_what_was_told_is_not_told_again(tmp_path: Path) -> None:
    with Backend(tmp_path / "data") as backend:
        stand = Stand(backend)
        areas(stand, HOME)
        stand.act("alarm", reason="DOOR")
        assert len(history(stand, "CAR_ALARMS_HISTORY")) == 1
        stand.act("network", on=False)
        drive(stand, OUT)
        kill(backend)
        backend.start()
        stand = Stand(backend)
        stand.act("network", on=True)
        until(lambda: [row["kind"] for row in history(stand)] == ["LEFT"])
        assert len(history(stand, "CAR_ALARMS_HISTORY")) == 1


def test_cars_are_watched_one_by_one(stand: Stand, stream: Stream) -> None:
    stand.act("alarm", HYBRID, reason="TOW")
    (told,) = stand.messages(stream, HYBRID)
    assert told["vin"] == HYBRID
    assert history(stand, "CAR_ALARMS_HISTORY") == []


# -- what it leaves ---------------------------------------------------------------------------------------------------


def test_no_position_leaves_the_car_for_an_area_or_the_valet_before_a_crossing(stand: Stand) -> None:
    """On the edges and in the records; with the bytes it is among the tests with a relay."""
    areas(stand, {**HOME, "radius": 50_000})
    stand.done("VALET_ALARM_EDIT", PRESET)
    drive(stand, [[48.8003, 9.0182, 40]], "PT1H")
    stand.told("MILEAGE")
    watching = ("location_alarm.", "valet_alarm.")
    sent = {
        row["activity"] for row in edges(stand) if row["from"] == "vehicle" and row["activity"].startswith(watching)
    }
    assert sent == {"location_alarm.area_setup", "valet_alarm.arming"}
    held = [row for row in stand.owner.held("porsche_system") if row["activity"].startswith(watching)]
    assert {row["activity"].partition(".")[2] for row in held} <= {"area_setup", "arming", "usage_statistics"}
    assert "vehicle_position" not in {item for row in held for item in row["items"]}


def test_a_carrier_learns_no_position_and_no_vin(stand: Stand) -> None:
    drive(stand, OUT)
    place = history(stand)[0]
    phones(stand)
    stand.move("PT1S")
    for carrier in ("push_google", "push_apple"):
        said = (stand.backend.data_dir / f"{carrier}.db").read_bytes()
        assert b"location_left" in said
        for value in (VIN, str(place["longitude"]), str(place["latitude"])):
            assert value.encode() not in said


def test_everything_of_it_goes_with_the_account(stand: Stand) -> None:
    drive(stand, OUT)
    place = str(history(stand)[0]["longitude"])
    stand.act("alarm", reason="TILT")
    phones(stand)
    answer = ask(stand.owner.identity, "DELETE", "/app/companion/v1/account", json.dumps({"password": PASSWORD}).encode(),
                 {**stand.owner.headers, "Content-Type": "application/json"})  # fmt: skip
    assert answer.status == 200
    activities = {row["activity"] for row in answer.json["erased"]}
    assert {"location_alarm.event_history", "location_alarm.push_message", "vehicle_alarm.alarm_history"} <= activities
    for file in stand.backend.data_dir.iterdir():
        assert place.encode() not in file.read_bytes(), file.name
