"""Private mode, remote access and services, watched by a relay on every edge between parties: what is off carries 0 bytes.

The relay stands before every party, and all that can be done at a car or asked of one is taken from the tables of the backend:
parties, verbs and commands that come later join by themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend_process import Backend, free_base
from mock_backend.addresses import PARTIES
from mock_backend.faults import CARRIERS
from mock_backend.services import SERVICE
from mock_backend.switches import EMERGENCY, ON_BOARD, PRIVATE_MESSAGE, WITHOUT_LOCATION
from mock_backend.vehicle import acts, unit
from owner_client import CARS, GARAGE, VIN, Owner, stage, until
from witness import Witness

BODIES: dict[str, dict[str, Any]] = {
    "open": {"part": "DOOR_FRONT_LEFT"}, "close": {"part": "DOOR_FRONT_LEFT"}, "lights": {"on": True},
    "warn": {"key": "WASHER_FLUID_LOW"}, "tyre": {"wheel": "REAR_LEFT", "bar": 2.1}, "battery": {"percent": 33},
    "fuel": {"percent": 12}, "park": {"latitude": 47.123456, "longitude": 8.654321}, "plug": {},
    "post_fault": {"on": True}, "unplug": {}, "weather": {"celsius": -4},
}  # fmt: skip
"""Verb -> body. Connections that the maker holds to its carriers are no car's; that nothing goes there either is seen below."""
SWITCHES = "/app/companion/v1/vehicles/car-taycan/switches"
ROOT = Path(__file__).resolve().parents[2]


class Watched:
    def __init__(self, folder: Path, *more: str, car_time: str = "0") -> None:
        base = free_base()
        origins = {party: f"http://127.0.0.1:{base + place}" for place, party in enumerate(PARTIES)}
        self.witness = Witness(folder / "relay", origins, PARTIES)
        (folder / "through.json").write_text(json.dumps(self.witness.origins), "utf-8")
        through = ("--port-base", str(base), "--through", str(folder / "through.json"))
        self.backend = Backend(folder / "data", *through, *more, car_time=car_time)

    def __enter__(self) -> Watched:
        try:
            self.backend.start()
            self.owner = Owner(self.backend)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.backend.stop()
        self.witness.__exit__(None, None, None)

    def act(self, verb: str, body: Any, vin: str = VIN) -> int:
        return stage(self.backend, "POST", f"/demo/vehicles/{vin}/{verb}", body).status

    def edges(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = stage(self.backend, "GET", "/demo/edges").json["edges"]
        return [row for row in rows if {row["from"], row["to"]} & set(ON_BOARD)]

    def at_rest(self) -> dict[str, int]:
        """What has passed once nothing more comes."""
        return until(lambda: (before := self.sizes()) == self._later() and before, 20)  # type: ignore[no-any-return]

    def _later(self) -> dict[str, int]:
        assert stage(self.backend, "POST", "/demo/clock", {"advance": "PT1S"}).status == 200
        return self.sizes()

    def sizes(self) -> dict[str, int]:
        return {name: size for name, size in self.witness.sizes().items() if size}

    def since(self, before: dict[str, int]) -> dict[str, bytes]:
        return self.witness.passed(before)

    def shut(self) -> set[str]:
        """Services for which nothing passes, as the maker tells the owner."""
        return {row["id"] for row in self.owner.get(SWITCHES).json["services"] if not row["working"]}

    def do_everything(self) -> list[int]:
        """All that staff can do at the car and its owner can ask of it; returns how the owner's commands were answered."""
        assert set(BODIES) == set(acts.VERBS), "a new verb needs a body here"
        for verb, body in BODIES.items():
            self.act(verb, body)
        answers = [self.owner.send(key, {"spin": None}).status for key in SERVICE]
        self.owner.get(f"{CARS}/{VIN}?mf=MILEAGE&mf=GPS_LOCATION&wakeUpJob=6c0d1f0e")
        self.owner.get(f"{CARS}/{VIN}/pictures")
        for period in ("PT10M", "PT5H", "P2D"):
            stage(self.backend, "POST", "/demo/clock", {"advance": period})
        return answers


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
    assert [(row["from"], row["to"], row["activity"]) for row in last] == [("vehicle", "porsche_system", PRIVATE_MESSAGE)] * 3
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


@pytest.mark.parametrize("service", sorted({one.id for one in SERVICE.values()} | {"car_control"}))
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
