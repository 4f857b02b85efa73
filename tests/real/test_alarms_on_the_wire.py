"""Where a car is stays in the car until it crosses a border: every byte between the parties is looked at by a relay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from owner_client import VIN, stage, until
from watched import Watched

AREA = {
    "id": 0, "name": "Home", "enabled": True, "latitude": 48.8, "longitude": 9.01, "radius": 2000, "enter": False, "leave": True,
}  # fmt: skip
INSIDE, OUTSIDE = [[48.812345, 9.0112, 80]], [[48.834567, 9.0112, 80]]
"""To the north, 1.3 and 3.8 km from where the demo car stands."""
PLACES = re.compile(rb"48\.8[0-9]{4,}")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with Watched(tmp_path) as watched:
        yield watched


def settle(watched: Watched, *offs: str) -> dict[str, int]:
    """With these services off nothing else has a reason to say where the car is."""
    for service in ("car_control", "car_finder", "e_control", *offs):
        assert watched.act("service", {"id": service, "on": False}) == 200
    return watched.at_rest()


def areas(watched: Watched, *rows: dict[str, Any]) -> None:
    answer = watched.owner.send("LOCATION_ALARMS_EDIT", {"list": list(rows), "spin": None})
    assert watched.owner.ended(answer)["result"] == "PERFORMED"


def drive(watched: Watched, path: list[list[float]]) -> None:
    assert watched.act("drive", {"path": path}) == 200
    assert stage(watched.backend, "POST", "/demo/clock", {"advance": "PT10M"}).status == 200


def test_before_a_crossing_no_byte_tells_where_the_car_is_and_then_one_report_does(watched: Watched) -> None:
    areas(watched, AREA)
    before = settle(watched)
    drive(watched, INSIDE)
    watched.at_rest()
    said = watched.since(before)
    assert not PLACES.findall(b"".join(said.values())), "it drove, compared, and told nobody"
    edges = {row["activity"] for row in watched.edges() if row["activity"].startswith("location_alarm")}
    assert edges == {"location_alarm.area_setup"}

    before = watched.at_rest()
    drive(watched, OUTSIDE)
    watched.at_rest()
    said = watched.since(before)
    reports = re.findall(rb"POST /intake/alarm .*?\r\n\r\n(\{.*?\}\})", said["porsche_system"], re.S)
    (report,) = [json.loads(one) for one in reports]
    assert report["vin"] == VIN
    listed = {"at", "latitude", "longitude"}
    assert report["alarm"].keys() == {*listed, "key", "kind", "area"}, "what the notice lists, and what of it happened"
    assert report["alarm"]["latitude"] == pytest.approx(48.8 + 2040 / 111_200, abs=0.002)
    others = {party: PLACES.findall(data) for party, data in said.items() if party != "porsche_system"}
    assert not any(others.values()), "no carrier learns it"
    until(lambda: {"push_google", "push_apple"} <= set(watched.since(before)))


def test_what_the_car_answers_to_an_edit_is_its_setting_and_nothing_else(watched: Watched) -> None:
    """With everything on, a report of another service would say where the car is."""
    before = watched.at_rest()
    areas(watched, AREA)
    for key, payload in (("VALET_ALARM_EDIT", {"radius": 1000, "speed": 50}), ("SPEED_ALARMS_EDIT", {"list": []})):
        assert watched.owner.ended(watched.owner.send(key, {**payload, "spin": None}))["result"] == "PERFORMED"
    watched.at_rest()
    said = watched.since(before)["porsche_system"]
    results = re.findall(rb"POST /intake/result .*?\r\n\r\n(.*?)(?=HTTP/1|POST |$)", said, re.S)
    measured = [set(json.loads(one)["measurements"]) for one in results]
    assert measured == [{"LOCATION_ALARMS"}, {"VALET_ALARM"}, {"SPEED_ALARMS"}]


def test_where_the_valet_got_the_car_never_leaves_it(watched: Watched) -> None:
    """The place at which it was armed is the place of no report."""
    areas(watched)
    before = settle(watched)
    assert watched.act("park", {"latitude": 48.876543, "longitude": 9.0112}) == 200
    answer = watched.owner.send("VALET_ALARM_EDIT", {"radius": 1000, "speed": 50, "spin": None})
    assert watched.owner.ended(answer)["result"] == "PERFORMED"
    drive(watched, [[48.8612, 9.0112, 45]])
    watched.at_rest()
    said = b"".join(watched.since(before).values())
    assert b"VALET_RADIUS" in said
    assert b"VALET_SPEED" not in said
    assert b"48.876543" not in said


def test_with_the_service_off_a_crossing_carries_nothing(watched: Watched) -> None:
    areas(watched, AREA)
    before = settle(watched, "location_alarm", "trip_control")
    drive(watched, OUTSIDE)
    watched.at_rest()
    assert not PLACES.findall(b"".join(watched.since(before).values()))
    assert b"/intake/alarm" not in b"".join(watched.since(before).values())


def test_an_alarm_whose_answer_is_lost_is_sent_again_and_told_once(watched: Watched) -> None:
    """Cut off behind the maker: the car cannot know that it came there."""
    watched.at_rest()
    with watched.owner.listen() as stream:
        stream.next("clock")
        watched.witness.tell("mute", "porsche_system")
        assert watched.act("alarm", {"reason": "TILT"}) == 200
        watched.at_rest()
        for _ in range(3):
            assert stage(watched.backend, "POST", "/demo/clock", {"advance": "PT2M"}).status == 200
            watched.at_rest()
        rows = watched.owner.overview("CAR_ALARMS_HISTORY")["CAR_ALARMS_HISTORY"]["list"]
        assert [row["kind"] for row in rows] == ["TILT"]
        assert stage(watched.backend, "POST", "/demo/undeclared", {"field": "end", "value": 1}).status == 200
        told = []
        for event in stream:
            if event.kind == "plant":
                break
            told += [event.data["kind"]] if event.kind == "message" else []
        assert told == ["vehicle_alarm"]
    assert watched.witness.all_bytes("porsche_system").count(b"POST /intake/alarm ") == 2
