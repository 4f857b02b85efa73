"""The stage is for whoever holds its token, on this machine; the owner sees the owner's own."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from backend_process import Backend
from owner_client import CARS, GARAGE, JSON, VIN, Owner, ask, post_form, stage, until

STAFF = [
    ("GET", "/demo/state", None), ("GET", "/demo/holdings", None), ("GET", "/demo/edges", None),
    ("POST", "/demo/clock", {"advance": "P1D"}), ("POST", f"/demo/vehicles/{VIN}/open", {"part": "DOOR_FRONT_LEFT"}),
    ("POST", "/demo/faults", {"kind": "lost"}), ("POST", "/demo/scenarios/fresh", {}),
    ("POST", "/demo/undeclared", {"field": "speed", "value": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "target", "body"), STAFF)
def test_every_stage_route_wants_the_console_token(
    backend: Backend, owner: Owner, method: str, target: str, body: Any
) -> None:
    before = stage(backend, "GET", "/demo/state").json["vehicles"]
    for given in (
        "",
        "Bearer ",
        "Bearer wrong",
        f"Basic {backend.console_token}",
        f"Bearer {owner.access}",
        "Bearer \xe9",
    ):
        assert stage(backend, method, target, body, Authorization=given).status == 401
    assert stage(backend, "GET", "/demo/state").json["vehicles"] == before


@pytest.mark.parametrize(("method", "target", "body"), STAFF)
def test_no_page_of_another_site_drives_the_stage(backend: Backend, method: str, target: str, body: Any) -> None:
    before = stage(backend, "GET", "/demo/state").json["vehicles"]
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil.example"):
        assert stage(backend, method, target, body, Origin=origin).status == 403
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "127.0.0.1@evil.example", ""):
        assert stage(backend, method, target, body, Host=host).status == 403
    assert stage(backend, "GET", "/demo/state").json["vehicles"] == before


def test_its_own_page_and_any_loopback_name_may(backend: Backend) -> None:
    console = backend.parties["console"]
    assert stage(backend, "GET", "/demo/state", Origin=console).status == 200
    for host in ("localhost", "localhost:8080", "127.0.0.1:1", "[::1]", "[::1]:99"):
        assert stage(backend, "GET", "/demo/state", Host=host).status == 200


@pytest.mark.parametrize(("method", "target", "body"), [row for row in STAFF if row[0] == "POST"])
def test_the_stage_takes_json_only(backend: Backend, method: str, target: str, body: Any) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""):
        assert stage(backend, method, target, body, Content_Type=kind).status == 415


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("/demo/clock", {}),
        ("/demo/clock", {"advance": "P1D", "more": 1}),
        ("/demo/clock", b'{"advance": "P1D", "advance": "P2D"}'),
        ("/demo/clock", b"[]"),
        ("/demo/clock", b"\xff\xfe"),
        ("/demo/scenarios/fresh", {"more": 1}),
        ("/demo/faults", {"kind": "unheard of"}),
        ("/demo/faults", {"kind": ["lost"]}),
        ("/demo/faults", {"kind": "late"}),
        ("/demo/faults", {"kind": "late", "seconds": -1}),
        ("/demo/faults", {"kind": "late", "seconds": True}),
        ("/demo/faults", b'{"kind": "late", "seconds": NaN}'),
        ("/demo/faults", b'{"kind": "late", "seconds": 1e999}'),
        ("/demo/faults", {"kind": "lost", "more": 1}),
        ("/demo/faults", {"kind": "answer", "route": "list", "mode": "status", "value": 200}),
        ("/demo/faults", {"kind": "answer", "route": "list", "mode": "die", "times": 0}),
        ("/demo/faults", {"kind": "answer", "route": {}, "mode": "die"}),
        ("/demo/undeclared", {"field": "no word", "value": 1}),
        ("/demo/undeclared", {"field": 7, "value": 1}),
        ("/demo/undeclared", b'{"field": "speed", "value": "\\ud800"}'),
        (f"/demo/vehicles/{VIN}/open", {"part": "BONNET"}),
        (f"/demo/vehicles/{VIN}/open", {"part": ["DOOR_FRONT_LEFT"]}),
        (f"/demo/vehicles/{VIN}/battery", {"percent": 101}),
        (f"/demo/vehicles/{VIN}/battery", {"percent": "full"}),
        (f"/demo/vehicles/{VIN}/tyre", {"wheel": {}, "bar": 2}),
        (f"/demo/vehicles/{VIN}/park", {"latitude": 91, "longitude": 0}),
        (f"/demo/vehicles/{VIN}/warn", {"key": "", "severity": "info"}),
        (f"/demo/vehicles/{VIN}/warn", {"key": "OIL", "severity": []}),
        (f"/demo/vehicles/{VIN}/lights", {"on": "yes"}),
    ],
)
def test_a_wrong_body_is_400_and_changes_nothing(backend: Backend, target: str, body: Any) -> None:
    before = stage(backend, "GET", "/demo/state").json["vehicles"]
    answer = stage(backend, "POST", target, body)
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == 400
    assert stage(backend, "GET", "/demo/state").json["vehicles"] == before


@pytest.mark.parametrize(
    "target", ["/demo/vehicles/NONE/open", f"/demo/vehicles/{VIN}/fly", "/demo/scenarios/none", "/none"]
)
def test_what_there_is_not_is_404(backend: Backend, target: str) -> None:
    answer = stage(backend, "POST", target, {})
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_planted_field_is_told_to_the_app(backend: Backend, owner: Owner) -> None:
    with owner.listen() as stream:
        stream.next("clock")
        assert stage(backend, "POST", "/demo/undeclared", {"field": "speed", "value": 87}).status == 200
        assert stream.next("plant").data == {"field": "speed", "value": 87}


def test_a_fresh_start_puts_the_cars_back(backend: Backend, owner: Owner) -> None:
    stage(backend, "POST", f"/demo/vehicles/{VIN}/open", {"part": "DOOR_FRONT_LEFT"})
    stage(backend, "POST", f"/demo/vehicles/{VIN}/battery", {"percent": 5})
    stage(backend, "POST", "/demo/scenarios/fresh", {})
    assert stage(backend, "GET", "/demo/state").json["vehicles"][0]["open"] == ["WINDOW_FRONT_LEFT"]
    until(lambda: owner.overview("BATTERY_LEVEL")["BATTERY_LEVEL"]["percent"] == 78)


@pytest.mark.parametrize(
    ("mode", "value", "status"),
    [
        ("status", 503, 503),
        ("status", 429, 429),
        ("truncated", None, 200),
        ("malformed", None, 200),
        ("wrong_type", None, 200),
    ],
)
def test_a_bad_answer_comes_as_often_as_ordered(
    backend: Backend, owner: Owner, mode: str, value: Any, status: int
) -> None:
    order = {"kind": "answer", "route": "list", "mode": mode, "times": 2} | ({"value": value} if value else {})
    assert stage(backend, "POST", "/demo/faults", order).status == 200
    good = [{"vin": VIN}]
    for _ in range(2):
        bad = owner.get(CARS)
        assert bad.status == status
        assert status != 200 or mode != "wrong_type" or bad.json != good
    assert owner.get(CARS).json[0]["vin"] == VIN


# -- the owner's reads ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["holdings", "edges", "erasures"])
def test_the_owners_reads_want_the_owners_token(backend: Backend, what: str) -> None:
    for token in ("", "wrong", backend.console_token):
        answer = ask(
            backend.parties["console"], "GET", f"/observer/{what}", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status == 401


def test_the_owner_sees_the_own_account_only(backend: Backend, owner: Owner) -> None:
    mine = owner.observe("holdings").json
    everything = stage(backend, "GET", "/demo/holdings").json
    assert {row["id"] for row in mine["rows"]} <= {row["id"] for row in everything["rows"]}
    assert {row["subject"] for row in mine["rows"]} <= {"owner-1", *GARAGE, "phone-android", "phone-iphone"}
    assert 0 < len(mine["rows"]) == min(mine["total"], 500)


def test_reads_can_be_narrowed_to_a_trace_and_to_a_party(owner: Owner) -> None:
    accepted = owner.command("LOCK")
    owner.ended(accepted)
    trace = accepted.headers["traceresponse"].split("-")[1]
    rows = owner.observe("holdings", f"?trace={trace}").json["rows"]
    assert rows
    assert {row["trace"] for row in rows} == {trace}
    edges = owner.observe("edges", f"?trace={trace}").json["edges"]
    assert {(edge["from"], edge["to"]) for edge in edges} == {
        ("porsche_system", "vehicle"),
        ("vehicle", "porsche_system"),
    }
    assert all(edge["bytes"] > 100 for edge in edges)
    at_home = owner.observe("holdings", "?party=vehicle").json
    assert {row["party"] for row in at_home["rows"]} == {"vehicle"}
    assert at_home["total"] == len(at_home["rows"])


def test_pages_give_every_row_once(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    owner.look(520)
    found: list[str] = []
    after = ""
    while after is not None:
        page = owner.observe("holdings", f"?after={after}").json
        found += [row["id"] for row in page["rows"]]
        assert len(page["rows"]) <= 500
        after = page["next"]
    assert len(found) == len(set(found)) == page["total"] > 520


@pytest.mark.parametrize("after", ["x", "1.x", "-1.2", "0.99999999999999999999", "\u00b2.1", "1", "."])
def test_an_after_that_is_none_is_400(owner: Owner, after: str) -> None:
    assert owner.observe("holdings", f"?after={quote(after)}").status == 400
    if after != "1":
        assert owner.observe("edges", f"?after={quote(after)}").status == 400


def test_a_holding_says_rule_age_end_and_line(owner: Owner) -> None:
    owner.get(f"{CARS}/{VIN}?mf=MILEAGE")
    rows = {row["activity"]: row for row in owner.held("porsche_system")}
    stated = rows["car_control.usage_statistics"]
    assert (stated["rule"], stated["duration"], stated["line"], stated["choice"]) == ("duration", "P12M", 343, False)
    assert stated["expires_at"] > stated["stored_at"]
    assert rows["car_control.vehicle_status"]["expires_at"] is None
    assert rows["car_control.vehicle_sign_on"]["choice"] is True
    assert rows["product.vehicle_registration"]["choice"] is True


def test_nobody_but_the_cars_may_report(backend: Backend) -> None:
    system, vehicle = backend.parties["porsche_system"], backend.parties["vehicle"]
    body = b'{"vin": "%s", "measurements": {}}' % VIN.encode()
    for headers in ({}, {"X-System-Key": "wrong"}, {"X-System-Key": "\xe9"}):
        given = {"Content-Type": JSON, **headers}
        for path in ("/intake/status", "/intake/sign-on", "/intake/assignment", "/intake/result"):
            assert ask(system, "POST", path, body, given).status == 403
        for path in ("/cars/car-taycan/commands", "/cars/car-taycan/report"):
            assert ask(vehicle, "POST", path, b"{}", given).status == 403


def test_parties_answer_at_their_own_address_only(backend: Backend) -> None:
    assert ask(backend.parties["identity"], "GET", "/.well-known/companion").status == 404
    assert ask(backend.parties["porsche_system"], "GET", "/demo/state").status == 404
    assert post_form(backend.parties["console"], "/oauth/token", {"client_id": "a"}).status == 404
