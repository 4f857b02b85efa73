"""Map pictures against a running backend: the key, the tiles, what is kept of them, and what happens when the painter dies."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend_process import Backend, kill
from canary import copies
from mock_backend.maps import MAPS
from owner_client import GARAGE, PASSWORD, VIN, Answer, Owner, ask, stage, until

ROUTE = "/app/companion/v1/map-key"
TILE = "14/8602/5640"
DATE = "2026-11-23T14:32:07Z"
SHUT = {
    "private_mode": ({"on": True}, "PRIVATE_MODE"), "remote_access": ({"on": False}, "REMOTE_ACCESS_OFF"),
    "service": ({"id": "car_finder", "on": False}, "SERVICE_OFF"),
}  # fmt: skip


class Map:
    """An owner who looks at the map for a service."""

    def __init__(self, owner: Owner, backend: Backend, service: str = "car_finder") -> None:
        self.provider = backend.parties["map_provider"]
        self.told = owner.post(ROUTE, {"service": service, "vehicle": "car-taycan"}).json
        self.key: str = self.told["key"]

    def warm(self) -> Map:
        """The world is there: on a busy machine making it takes longer than a request waits."""
        for _ in range(4):
            with contextlib.suppress(TimeoutError):
                assert self.tile("5/16/11").status == 200
                break
        return self

    def tile(self, tile: str = TILE, query: str = "radius=1400", style: str = "", **headers: str) -> Answer:
        target = f"/tiles/{style}{tile}.png?{query}&key={self.key}"
        return ask(
            self.provider, "GET", target, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


@pytest.fixture
def seen(owner: Owner, backend: Backend) -> Map:
    return Map(owner, backend).warm()


def size(answer: Answer) -> tuple[int, int]:
    assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", answer.content[16:24])
    return wide, high


def problem(answer: Answer) -> tuple[int, str | None]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == answer.status
    return answer.status, answer.json.get("key")


# -- the key ----------------------------------------------------------------------------------------------------------


def test_a_key_is_handed_out_and_says_where_the_map_is(owner: Owner) -> None:
    answer = owner.post(ROUTE, {"service": "car_finder"})
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    told = answer.json
    assert re.fullmatch("[A-Za-z0-9_-]{32}", told.pop("key"))
    assert told == {
        "expires_in": 900, "tiles": "/tiles/{z}/{x}/{y}{r}.png", "tiles_light": "/tiles/light/{z}/{x}/{y}{r}.png", "min_zoom": 5,
        "max_zoom": 17, "tile_size": 256, "attribution": "Fictional road network, not for navigation.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"service": "finder"}, 400), ({"service": 7}, 400), ({}, 400), ({"service": "car_finder", "radius": 5}, 400),
        ({"service": "car_finder", "vehicle": "car-of-another"}, 404), ({"service": "car_finder", "vehicle": None}, 404),
        (b"{", 400),
    ],
)  # fmt: skip
def test_a_wrong_wish_gets_no_key(body: Any, status: int, owner: Owner) -> None:
    assert problem(owner.post(ROUTE, body)) == (status, None)


def test_without_a_session_there_is_no_key(backend: Backend) -> None:
    answer = ask(backend.parties["porsche_system"], "POST", ROUTE, b"{}", {"Content-Type": "application/json"})
    assert answer.status == 401


@pytest.mark.parametrize("verb", sorted(SHUT))
def test_a_switch_in_the_car_shuts_the_service(verb: str, owner: Owner, backend: Backend) -> None:
    body, reason = SHUT[verb]
    stage(backend, "POST", f"/demo/vehicles/{VIN}/{verb}", body)
    try:
        answer = owner.post(ROUTE, {"service": "car_finder", "vehicle": "car-taycan"})
        assert (answer.status, answer.json["reason"], answer.json["service"]) == (405, reason, "car_finder")
        # The other cars are open; whoever names none asks for them, too.
        assert owner.post(ROUTE, {"service": "car_finder", "vehicle": "car-911"}).status == 200
        assert owner.post(ROUTE, {"service": "car_finder"}).status == 200
        for vin in GARAGE[1:]:
            stage(backend, "POST", f"/demo/vehicles/{vin}/{verb}", body)
        assert owner.post(ROUTE, {"service": "car_finder"}).json["reason"] == reason
    finally:
        for vin in GARAGE:
            stage(backend, "POST", f"/demo/vehicles/{vin}/{verb}", {**body, "on": not body["on"]})


def test_another_service_stays_open(owner: Owner, backend: Backend) -> None:
    body = {"id": "car_finder", "on": False}
    stage(backend, "POST", f"/demo/vehicles/{VIN}/service", body)
    assert owner.post(ROUTE, {"service": "location_alarm", "vehicle": "car-taycan"}).status == 200
    stage(backend, "POST", f"/demo/vehicles/{VIN}/service", {**body, "on": True})


def test_only_the_maker_makes_keys_known(backend: Backend) -> None:
    body = json.dumps({"key": "k" * 32, "service": "car_finder", "account": "owner-1", "expires_in": 900}).encode()
    answer = ask(backend.parties["map_provider"], "POST", "/keys", body, {"Content-Type": "application/json"})
    assert answer.status == 403


@pytest.mark.parametrize("service", sorted(MAPS))
def test_the_key_goes_over_a_recorded_edge_of_its_service(service: str, owner: Owner, backend: Backend) -> None:
    answer = owner.post(ROUTE, {"service": service})
    trace = answer.headers["traceresponse"].split("-")[1]
    (edge,) = owner.observe("edges", f"?trace={trace}").json["edges"]
    assert (edge["from"], edge["to"], edge["status"]) == ("porsche_system", "map_provider", 201)
    assert edge["activity"] == MAPS[service].key
    assert answer.json["key"] not in json.dumps(edge)


def test_the_statistics_have_the_car_that_was_named(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    owner.post(ROUTE, {"service": "location_alarm", "vehicle": "car-taycan"})
    owner.post(ROUTE, {"service": "valet_alarm"})
    rows = {row["activity"]: row for row in owner.held("porsche_system")}
    assert rows["location_alarm.usage_statistics"]["subject"] == VIN
    assert rows["valet_alarm.usage_statistics"]["subject"] == "owner-1"
    assert rows["valet_alarm.usage_statistics"]["duration"] == "P12M"


# -- tiles ------------------------------------------------------------------------------------------------------------


def test_a_tile_is_a_picture_of_its_size_in_both_styles(seen: Map) -> None:
    answers = [seen.tile(), seen.tile(f"{TILE}@2x"), seen.tile(style="light/"), seen.tile(f"{TILE}@2x", style="light/")]
    assert [answer.status for answer in answers] == [200] * 4
    assert [size(answer) for answer in answers] == [(256, 256), (512, 512), (256, 256), (512, 512)]
    assert len({answer.content for answer in answers}) == 4
    for answer in answers:
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["cache-control"] == "private, max-age=86400"
        assert re.fullmatch('"[0-9a-f]{24}"', answer.headers["etag"])


def test_whoever_has_it_is_told_so(seen: Map) -> None:
    first = seen.tile()
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = seen.tile(If_None_Match=given)
        assert (again.status, again.content, again.headers["etag"]) == (304, b"", tag), given
        assert again.headers["cache-control"] == "private, max-age=86400"
    assert seen.tile(If_None_Match='"other"').content == first.content
    assert seen.tile("14/8603/5640").headers["etag"] != tag


@pytest.mark.slow
def test_another_backend_paints_the_same(seen: Map, own_backend: Backend) -> None:
    other = Map(Owner(own_backend), own_backend).warm()
    for tile in (TILE, "10/537/352", "16/34410/22562@2x"):
        assert other.tile(tile).content == seen.tile(tile).content


@pytest.mark.parametrize("tile", [
    "4/8/5", "18/137632/90240", "14/16384/5640", "14/8602/16384", "014/8602/5640", "14/-1/5640", "14/8602/5640@3x", "14/8602/x",
    "14/8602/5640@2x@2x", "14/8602/05640", "5/0/32", "14/8602/",
])  # fmt: skip
def test_what_is_no_tile_is_not_there(tile: str, seen: Map) -> None:
    assert problem(seen.tile(tile)) == (404, None)


@pytest.mark.parametrize("query", [
    "", "radius=", "radius=0", "radius=-5", "radius=1.5", "radius=20000001", "radius=1400&radius=1400", "radius=1400&zoom=3",
    "radius=1400&date=yesterday", "radius=1400&date=2026-11-23", "radius=1400&date=2026-11-23T14:32:07",
    "radius=1400&date=2026-13-23T14:32:07Z", "radius=1400&style=dark", "radius=%d9%a1",
])  # fmt: skip
def test_a_wrong_query_is_refused(query: str, seen: Map) -> None:
    assert problem(seen.tile(query=query)) == (400, None)


def test_the_date_belongs_to_the_cars_position_only(owner: Owner, backend: Backend) -> None:
    assert Map(owner, backend).tile(query=f"radius=1400&date={DATE}").status == 200
    for service in sorted(set(MAPS) - {"car_finder"}):
        assert Map(owner, backend, service).tile(query=f"radius=1400&date={DATE}").status == 400
        assert Map(owner, backend, service).tile().status == 200


def test_where_the_notice_lists_no_radius_none_is_needed(owner: Owner, backend: Backend) -> None:
    needed = {service for service in MAPS if Map(owner, backend, service).tile(query="").status == 400}
    assert needed == {"car_finder", "location_alarm", "valet_alarm"}


@pytest.mark.parametrize("key", ["", "x" * 32, "%00", "a" * 5000])
def test_a_key_that_never_was_is_not_known(key: str, seen: Map) -> None:
    seen.key = key
    assert problem(seen.tile()) == (401, "map.key_unknown")


def test_a_key_that_was_left_out_is_not_known_either(seen: Map) -> None:
    assert problem(ask(seen.provider, "GET", f"/tiles/{TILE}.png?radius=1400")) == (401, "map.key_unknown")


def test_a_key_expires_and_a_new_one_helps(seen: Map, owner: Owner, backend: Backend) -> None:
    assert seen.tile().status == 200
    stage(backend, "POST", "/demo/faults", {"kind": "expire_map_keys"})
    assert problem(seen.tile()) == (401, "map.key_expired")
    assert Map(owner, backend).tile().status == 200
    assert problem(seen.tile()) == (401, "map.key_expired")


def test_the_demo_clock_ends_no_key(own_backend: Backend) -> None:
    seen = Map(Owner(own_backend), own_backend).warm()
    stage(own_backend, "POST", "/demo/clock", {"advance": "P1Y"})
    assert seen.tile().status == 200


def test_whoever_signs_out_sees_no_more(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    seen = Map(owner, own_backend).warm()
    owner.sign_out()
    assert problem(seen.tile()) == (401, "map.key_unknown")


def test_staff_can_make_tiles_and_keys_go_wrong(seen: Map, owner: Owner, backend: Backend) -> None:
    bad = {"kind": "answer", "mode": "status", "value": 500}
    stage(backend, "POST", "/demo/faults", {**bad, "route": "tiles"})
    stage(backend, "POST", "/demo/faults", {**bad, "route": "map_key"})
    assert [seen.tile().status, seen.tile().status] == [500, 200]
    assert [owner.post(ROUTE, {"service": "car_finder"}).status for _ in range(2)] == [500, 200]


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_the_provider_keeps_what_the_notice_lists_and_of_it_the_last(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    seen = Map(owner, own_backend).warm()
    for number, radius in enumerate((1400, 77_123, 2222)):
        seen.tile(f"14/{8602 + number}/5640", f"radius={radius}&date={DATE}")
    (row,) = owner.held("map_provider")
    assert (row["activity"], row["rule"], row["line"]) == ("car_finder.map_display", "until_replaced", 417)
    assert (row["erased_with_account"], row["choice"], row["subject"]) == (417, False, "owner-1")
    files = own_backend.data_dir
    until(lambda: copies(files, f'"date":"{DATE}"').keys() == {"map_provider.db"})
    assert copies(files, '"radius":2222')
    stage(own_backend, "POST", "/demo/receipt", {"values": ["nothing"]})  # rewrites what is stale
    assert copies(files, '"radius":77123') == {}
    for secret in (seen.key, "14/8602/5640", "14/8604/5640", "8602/5640"):
        assert copies(files, secret) == {}, secret


def test_each_service_keeps_by_its_own_rule(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    Map(owner, own_backend).warm()
    for service in MAPS:
        seen = Map(owner, own_backend, service)
        for tile in ("14/8600/5640", TILE):
            assert seen.tile(tile).status == 200
    held = owner.held("map_provider")
    rows = {row["activity"]: row for row in held}
    assert len(rows) == len(held), "the last of each only"
    assert set(rows) == {one.shown for one in MAPS.values() if one.shown is not None}
    rules = {name: (row["rule"], row["choice"]) for name, row in rows.items()}
    assert rules.pop("car_finder.map_display") == ("until_replaced", False)
    assert set(rules.values()) == {("unspecified", True)}
    # The one service whose section lists a position keeps the last section, and no other does.
    until(lambda: len(copies(own_backend.data_dir, TILE)) == 1)


def test_what_a_picture_left_is_found_by_its_trace(seen: Map, owner: Owner) -> None:
    trace = seen.tile(query=f"radius=1400&date={DATE}").headers["traceresponse"].split("-")[1]
    rows = owner.observe("holdings", f"?trace={trace}").json["rows"]
    assert [(row["party"], row["activity"]) for row in rows] == [("map_provider", "car_finder.map_display")]


def test_all_of_it_goes_with_the_account(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    seen = Map(owner, own_backend).warm()
    seen.tile(query=f"radius=54321&date={DATE}")
    until(lambda: copies(own_backend.data_dir, DATE))
    body = json.dumps({"password": PASSWORD}).encode()
    headers = {**owner.headers, "Content-Type": "application/json"}
    table = ask(owner.identity, "DELETE", "/app/companion/v1/account", body, headers).json
    assert {"activity": "car_finder.map_display", "service": "car_finder", "line": 417, "rows": 1} in table["promised"]
    for value in (DATE, '"radius":54321', "owner-1"):
        assert copies(own_backend.data_dir, value) == {}, value
    assert problem(seen.tile()) == (401, "map.key_unknown")


# -- the painter ------------------------------------------------------------------------------------------------------


def painters(backend: Backend) -> list[int]:
    """Processes of this backend that paint."""
    assert backend.process is not None
    told = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(backend.process.pid)], capture_output=True, text=True
    )
    return [int(line.split()[0]) for line in told.stdout.splitlines() if "paint-tiles" in line]


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"


@pytest.fixture
def looked(tmp_path: Path) -> Iterator[tuple[Backend, Map]]:
    with Backend(tmp_path / "data") as backend:
        assert painters(backend) == []
        seen = Map(Owner(backend), backend).warm()
        assert seen.tile().status == 200
        yield backend, seen


def test_a_painter_that_is_killed_is_made_anew(looked: tuple[Backend, Map]) -> None:
    backend, seen = looked
    (first,) = painters(backend)
    os.kill(first, signal.SIGKILL)
    assert seen.tile("14/8600/5640").status == 200
    (second,) = painters(backend)
    assert second != first


def test_the_painter_ends_with_the_backend_in_order(looked: tuple[Backend, Map]) -> None:
    backend, _ = looked
    (pid,) = painters(backend)
    assert backend.stop() == 0
    assert is_gone(pid)
    assert "Traceback" not in (backend.data_dir / "stderr.log").read_text("utf-8")
    backend.start()


def test_the_painter_ends_with_a_backend_that_is_killed(looked: tuple[Backend, Map]) -> None:
    backend, _ = looked
    (pid,) = painters(backend)
    kill(backend)
    until(lambda: is_gone(pid))
    backend.start()


def test_while_tiles_are_painted_the_backend_answers_others(looked: tuple[Backend, Map]) -> None:
    """Two dozen cold tiles at once; the whole time the list of cars comes at once, before the next tile is done."""
    backend, seen = looked
    done: list[float] = []
    threads = [
        threading.Thread(target=lambda x=x, y=y: done.append(seen.tile(f"13/{4290 + x}/{2810 + y}@2x").status))
        for x in range(6) for y in range(4)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    answered = 0
    while any(thread.is_alive() for thread in threads):
        before = len(done)
        assert ask(backend.parties["porsche_system"], "GET", "/.well-known/companion").status == 200
        answered += len(done) - before <= 2
        time.sleep(0.01)
    assert done == [200] * 24
    assert answered >= 12


def test_no_place_and_no_key_is_in_any_log(looked: tuple[Backend, Map]) -> None:
    backend, seen = looked
    seen.tile("99/1/2")
    os.kill(painters(backend)[0], signal.SIGKILL)
    seen.tile("14/8599/5640")
    log = (backend.data_dir / "stderr.log").read_text("utf-8")
    assert not re.search("8602|5640|8599|1400", log)
    assert seen.key not in log
