"""Private mode, remote access and services, watched by a relay on every edge between parties: what is off carries 0 bytes.

The relay stands before every party, and all that can be done at a car or asked of one is taken from the tables of the backend:
parties, verbs and commands that come later join by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mock_backend.addresses import PARTIES
from mock_backend.faults import CARRIERS
from mock_backend.services import SERVICE
from mock_backend.switches import EMERGENCY, PRIVATE_MESSAGE, WITHOUT_LOCATION
from mock_backend.vehicle import unit
from owner_client import CARS, GARAGE, VIN, stage, until
from watched import SWITCHES, Watched

PLACED = {"car_control", "car_finder", "vehicle_alarm"}
"""Services without a command. The speed alarm is none of the notice's, and has no switch of its own."""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with Watched(tmp_path) as watched:
        yield watched


def test_private_mode_carries_nothing_but_its_last_message_and_an_emergency_call(watched: Watched) -> None:
    assert watched.act("plug", {}) == 200
    watched.owner.ended(watched.owner.send("DIRECT_CHARGING_START", {"spin": None}))
    # The maker knows the end before the car knows that it has been heard; only then is it an edge.
    until(lambda: any(row["path"] == "/intake/result" for row in watched.edges()))
    before = watched.at_rest()
    known = len(watched.edges())
    assert watched.witness.open("vehicle") > 0
    for vin in GARAGE:
        assert watched.act("private_mode", {"on": True}, vin) == 200
    last = watched.edges()[known:]
    assert [(row["from"], row["to"], row["activity"]) for row in last] == [
        ("vehicle", "porsche_system", PRIVATE_MESSAGE)
    ] * 3
    assert set(watched.since(before)) == {"porsche_system"}
    until(lambda: not any(watched.witness.open(party) for party in PARTIES if party not in CARRIERS))

    silent = watched.sizes()
    answers = watched.do_everything()
    assert watched.since(silent) == {}
    assert set(answers) <= {400, 405}
    assert 405 in answers
    assert watched.act("emergency_call", {}) == 200
    assert set(watched.since(silent)) == {"emergency"}
    call = watched.since(silent)["emergency"]
    assert VIN.encode() in call
    assert b"47.123456" in call
    assert [row["activity"] for row in watched.edges()[known + 3 :]] == [EMERGENCY]


def test_what_waits_when_private_mode_begins_is_dropped(tmp_path: Path) -> None:
    """A command under way, a wake-up that waits for an answer, open connections, a report that waits for its turn."""
    with Watched(tmp_path, car_time="1") as watched:
        watched.at_rest()
        command = watched.owner.send("HONK_FLASH", {"mode": "FLASH", "spin": None})
        until(lambda: any(row["activity"] == "horn_and_flash.command" for row in watched.edges()))
        watched.witness.tell("stall", "porsche_system")
        for part in ("DOOR_FRONT_LEFT", "WINDOW_FRONT_RIGHT"):
            watched.act("open", {"part": part})
        watched.witness.tell("resume", "porsche_system")
        assert watched.act("private_mode", {"on": True}) == 200
        silent = watched.sizes()
        number = command.json["status"]["id"]
        car = next(one for one in stage(watched.backend, "GET", "/demo/state").json["vehicles"] if one["vin"] == VIN)
        assert car["switches"]["private_mode"] is True
        until(lambda: _car(watched)["switches"]["dropped"] > 0)
        watched.do_everything()
        assert watched.since(silent) == {}

        assert watched.act("private_mode", {"on": False}) == 200
        ended = until(lambda: (told := watched.owner.status(number))["result"] != "ACCEPTED" and told)
        assert ended["result"] == "PERFORMED"


def _car(watched: Watched) -> dict[str, Any]:
    cars: list[dict[str, Any]] = stage(watched.backend, "GET", "/demo/state").json["vehicles"]
    return next(one for one in cars if one["vin"] == VIN)


def test_remote_access_that_is_off_shuts_the_app_out_and_lets_the_car_speak(watched: Watched) -> None:
    watched.at_rest()
    assert watched.act("remote_access", {"on": False}) == 200
    before = watched.at_rest()
    for key in SERVICE:
        assert watched.owner.send(key, {"spin": None}).status in (400, 405)
    assert watched.owner.get(f"{CARS}/{VIN}?mf=MILEAGE&wakeUpJob=6c0d1f0e").status == 405
    assert watched.owner.get(f"{CARS}/{VIN}?mf=MILEAGE").json["reason"] == "REMOTE_ACCESS_OFF"
    assert watched.since(before) == {}
    watched.act("open", {"part": "DOOR_FRONT_LEFT"})
    until(lambda: watched.since(before))


def test_the_group_without_location_carries_nothing_once_it_is_off(watched: Watched) -> None:
    watched.at_rest()
    assert watched.act("without_location", {"on": False}) == 200
    before = watched.at_rest()
    known = len(watched.edges())
    watched.do_everything()
    watched.at_rest()
    assert {row["activity"].partition(".")[0] for row in watched.edges()[known:]}.isdisjoint(WITHOUT_LOCATION)
    assert b"TRIP_STATISTICS" not in b"".join(watched.since(before).values())
    assert watched.shut() == set(WITHOUT_LOCATION)


def test_services_without_location_go_on_without_a_position(watched: Watched) -> None:
    """Everything with a position among its data is off, one by one: what still goes holds none."""
    watched.at_rest()
    table = watched.owner.get(SWITCHES).json["services"]
    placed = {row["id"] for row in table if row["positions"]}
    assert {"car_control", "car_finder", "location_alarm", "navigation_plus"} <= placed
    assert placed.isdisjoint(WITHOUT_LOCATION)
    for service in placed:
        assert watched.act("service", {"id": service, "on": False}) == 200
    before = watched.at_rest()
    known = len(watched.edges())
    watched.do_everything()
    watched.at_rest()
    said = b"".join(watched.since(before).values())
    assert b"REMOTE_CLIMATIZER_STOP" in said
    for name in (b"47.123456", b"8.654321", b"GPS_LOCATION"):
        assert name not in said
    assert watched.shut() == placed
    assert {row["activity"].partition(".")[0] for row in watched.edges()[known:]}.isdisjoint(placed)


@pytest.mark.parametrize("service", sorted({one.id for one in SERVICE.values() if one.statistics} | PLACED))
def test_a_service_that_is_off_carries_nothing(watched: Watched, service: str) -> None:
    watched.at_rest()
    assert watched.act("service", {"id": service, "on": False}) == 200
    watched.at_rest()
    known = len(watched.edges())
    for key, one in SERVICE.items():
        answer = watched.owner.send(key, {"spin": None})
        if one.id == service:
            assert answer.status in (400, 405)
    watched.do_everything()
    watched.at_rest()
    assert service not in {row["activity"].partition(".")[0] for row in watched.edges()[known:]}
    assert watched.act("service", {"id": service, "on": True}) == 200
    until(lambda: watched.owner.get(f"{CARS}/{VIN}?mf=MILEAGE").status == 200)


def test_every_switch_is_flipped_here() -> None:
    assert set(unit.FLIPS) == {"private_mode", "remote_access", "without_location", "service"}


def test_only_the_wire_speaks_to_other_parties() -> None:
    """Whoever opened a connection beside it would not be asked by the gate."""
    clients = r"httpx|httpcore|http\.client|urllib\.request|aiohttp|requests|websockets"
    speaks = re.compile(rf"^\s*(?:import|from) (?:{clients})\b", re.M)
    found = {file.name for file in (ROOT / "mock_backend").rglob("*.py") if speaks.search(file.read_text("utf-8"))}
    assert found == {"wire.py"}
    sockets = re.compile(r"^\s*(?:import|from) socket\b|open_connection|create_connection", re.M)
    found = {file.name for file in (ROOT / "mock_backend").rglob("*.py") if sockets.search(file.read_text("utf-8"))}
    assert found == {"addresses.py"}
