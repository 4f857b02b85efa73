"""Where messages go: what each carrier got, at its socket and in its store; carriers that are dead, slow or back again."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend_process import Backend, free_base, kill
from canary import copies
from mock_backend.addresses import PARTIES
from owner_client import GARAGE, JSON, PASSWORD, Answer, ask, stage, until
from stand import EVENING, SPIN, ZONES, Stand
from witness import Witness

ANDROID, IPHONE = "invented-android-7c1e52d09b8f46a3e1f0", "invented-ios-3fa94be6d7205c81b9e4"
NUMBER = "+44 7700 900142"
CARRIERS = {"push_google": ANDROID, "push_apple": IPHONE}
WARM = {"climateZonesEnabled": ZONES, "targetTemperature": 295.15}
PLACE = {"latitude": 47.123456, "longitude": 8.654321}


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with Backend(tmp_path / "data", "--clock", EVENING) as backend:
        yield Stand(backend)


def phones(backend: Backend) -> dict[str, dict[str, Any]]:
    return {row["system"]: row for row in stage(backend, "GET", "/demo/phones").json["phones"]}


def got(backend: Backend, system: str) -> list[str]:
    return [one["kind"] for one in phones(backend)[system]["messages"]]


def fault(stand: Stand, **more: str) -> None:
    stand.backend.stage("POST", "/demo/faults", {"kind": "carrier", **more})


# -- who gets what ----------------------------------------------------------------------------------------------------


def test_each_phone_gets_it_from_its_own_carrier_as_its_socket_saw_it(tmp_path: Path) -> None:
    base = free_base()
    origins = {party: f"http://127.0.0.1:{base + place}" for place, party in enumerate(PARTIES)}
    with Witness(tmp_path / "relay", origins, PARTIES) as witness:
        (tmp_path / "through.json").write_text(json.dumps(witness.origins), "utf-8")
        more = ("--port-base", str(base), "--through", str(tmp_path / "through.json"), "--clock", EVENING)
        with Backend(tmp_path / "data", *more) as backend:
            stand = Stand(backend)
            stand.act("park", **PLACE)
            stand.plugged(80)
            until(lambda: got(backend, "android") == got(backend, "ios") == ["charging_started"])
            edges = [one for one in backend.stage("GET", "/demo/edges")["edges"] if one["to"] in CARRIERS]
            for carrier, token in CARRIERS.items():
                check_what_went(witness.passed()[carrier], carrier, token, edges)
            assert "sms_carrier" not in witness.passed(), "an SMS is for valet alarms only"
        for carrier in CARRIERS:
            assert not any(
                copies(tmp_path / "data", value).get(f"{carrier}.db") for value in (*GARAGE, "47.123456", NUMBER)
            )


def check_what_went(said: bytes, carrier: str, token: str, edges: list[dict[str, Any]]) -> None:
    (edge,) = [one for one in edges if one["to"] == carrier]
    assert (edge["from"], edge["path"], edge["status"]) == ("porsche_system", "/messages", 200)
    assert (edge["activity"], edge["kind"]) == ("e_control.event_push", "edge")
    assert f"traceparent: 00-{edge['trace']}-".encode() in said
    body = json.loads(said.partition(b"POST /messages ")[2].partition(b"\r\n\r\n")[2])
    at = body["message"].pop("at")
    assert at.startswith("2030-03-04T18:00:0")
    assert body.pop("message") == {
        "car": "Taycan", "kind": "charging_started", "reason": None, "values": {"percent": 80, "target": 85},
    }  # fmt: skip
    assert (body["to"], body["topic"]) == (token, "e_control")
    for value in (*GARAGE, "47.123456", "8.654321", NUMBER, *(set(CARRIERS.values()) - {token})):
        assert value.encode() not in said


def test_a_carriers_copy_is_held_by_the_notices_rule_and_labelled(stand: Stand) -> None:
    stand.plugged(80)
    stand.done("REMOTE_CLIMATIZER_START", WARM)
    until(lambda: got(stand.backend, "android") == got(stand.backend, "ios") == ["charging_started", "climate_started"])
    for carrier in CARRIERS:
        charge, climate = stand.owner.held(carrier)
        assert (charge["activity"], charge["items"], charge["line"]) == ("e_control.event_push", ["notification"], 503)
        assert (climate["activity"], climate["items"], climate["line"]) == ("climate.climate_notification", [], 547)
        for row in (charge, climate):
            assert (row["rule"], row["duration"], row["expires_at"], row["choice"]) == ("unspecified", None, None, True)
    before = {row["id"] for carrier in CARRIERS for row in stand.owner.held(carrier)}
    stand.move("P30Y")
    after = {row["id"] for carrier in CARRIERS for row in stand.owner.held(carrier)}
    assert before <= after, "no period is stated: until the account ends"


def test_everything_of_the_climate_is_held_without_an_item_of_the_notice(stand: Stand) -> None:
    """Its section lists none: whoever shows what was held or sent has nothing to call listed."""
    stand.done("REMOTE_CLIMATIZER_START", WARM)
    until(lambda: got(stand.backend, "ios"))
    rows = [
        row for party in ("porsche_system", *CARRIERS) for row in stand.owner.held(party) if row["service"] == "climate"
    ]
    own = {row["activity"]: row["items"] for row in rows}
    assert own == {
        "climate.climate_command": [], "climate.climate_status": [], "climate.climate_notification": [],
        "climate.usage_statistics": ["vin", "timestamp"], "climate.vehicle_sign_on": ["vin"],
    }  # fmt: skip
    edges = {edge["activity"] for edge in stand.backend.stage("GET", "/demo/edges")["edges"]}
    assert {"climate.climate_command", "climate.climate_status", "climate.climate_notification"} <= edges


def test_addresses_of_phones_are_shown_nowhere(stand: Stand) -> None:
    stand.plugged(80)
    until(lambda: got(stand.backend, "android") and got(stand.backend, "ios"))
    shown = [
        stage(stand.backend, "GET", f"/demo/{what}").content.decode()
        for what in ("phones", "edges", "holdings", "state")
    ]
    shown += [stand.owner.observe(what).content.decode() for what in ("holdings", "edges", "receipt")]
    shown.append((stand.backend.data_dir / "stderr.log").read_text("utf-8"))
    for value in (ANDROID, IPHONE, NUMBER, NUMBER.replace(" ", "")):
        assert not any(value in text for text in shown)
    assert (phones(stand.backend)["android"]["token"], phones(stand.backend)["android"]["number"]) == ("…e1f0", "…0142")
    receipt = stand.owner.observe("receipt").json
    assert sum(one["kind"] == "phone" for one in receipt["values"]) == 3
    assert {row["file"] for row in receipt["counts"] if row["kind"] == "phone"} == {
        "porsche_system.db", "push_google.db", "push_apple.db",
    }  # fmt: skip


# -- erasure ----------------------------------------------------------------------------------------------------------


def delete_account(stand: Stand) -> Answer:
    headers = {**stand.owner.headers, "Content-Type": JSON}
    body = json.dumps({"password": PASSWORD}).encode()
    return ask(stand.owner.identity, "DELETE", "/app/companion/v1/account", body, headers)


def test_the_end_of_the_account_erases_phones_and_what_carriers_hold(stand: Stand) -> None:
    stand.plugged(80)
    until(lambda: got(stand.backend, "android") and got(stand.backend, "ios"))
    place = stand.backend.data_dir
    assert copies(place, ANDROID).keys() == {"porsche_system.db", "push_google.db"}
    assert copies(place, IPHONE).keys() == {"porsche_system.db", "push_apple.db"}
    assert copies(place, NUMBER).keys() == {"porsche_system.db"}
    table = delete_account(stand).json
    assert {row["party"]: row["rows"] for row in table["parties"] if row["party"] in CARRIERS} == dict.fromkeys(
        CARRIERS, 1
    )
    assert all(copies(place, value) == {} for value in (ANDROID, IPHONE, NUMBER, "charging_started"))
    assert stage(stand.backend, "GET", "/demo/phones").json["phones"] == []
    assert stage(stand.backend, "POST", "/demo/phones", {"name": "New", "system": "ios"}).status == 409
    stand.backend.stage("POST", "/demo/scenarios/fresh", {})
    assert {row["id"]: row["messages"] for row in phones(stand.backend).values()} == {
        "phone-android": [],
        "phone-iphone": [],
    }


def test_what_was_on_its_way_when_the_account_ended_reaches_nobody(stand: Stand) -> None:
    fault(stand, party="push_google", mode="down")
    stand.plugged(80)
    until(lambda: phones(stand.backend)["android"]["waiting"] == 1)
    delete_account(stand)
    stand.backend.stage("POST", "/demo/faults", {"kind": "none"})
    stand.backend.stage("POST", "/demo/scenarios/fresh", {})
    # Longer than the second and the third try wait: what they still had in hand was of the account that ended.
    time.sleep(5.5)
    assert [(row["waiting"], row["messages"]) for row in phones(stand.backend).values()] == [(0, [])] * 2
    assert "Traceback" not in (stand.backend.data_dir / "stderr.log").read_text("utf-8")


# -- carriers that do not answer --------------------------------------------------------------------------------------


def test_a_dead_carrier_delays_nothing_and_gets_it_after_a_restart(tmp_path: Path) -> None:
    (tmp_path / "through.json").write_text(json.dumps({"push_google": "http://127.0.0.1:9"}), "utf-8")
    with Backend(tmp_path / "data", "--through", str(tmp_path / "through.json"), "--clock", EVENING) as backend:
        stand = Stand(backend)
        with stand.owner.listen() as stream:
            stream.next("clock")
            stand.plugged(80)
            assert stream.next("message").data["kind"] == "charging_started"
            stand.move("PT1H")
            assert stream.next("message").data["kind"] == "charging_completed"
        until(lambda: got(backend, "ios") == ["charging_started", "charging_completed"], 3)
        assert (got(backend, "android"), phones(backend)["android"]["waiting"]) == ([], 2)
        stand.told()
        kill(backend)
        backend._more = ("--car-time", "0")
        backend.start()
        until(lambda: got(backend, "android") == ["charging_started", "charging_completed"])
        assert [row["waiting"] for row in phones(backend).values()] == [0, 0]
        assert got(backend, "ios") == ["charging_started", "charging_completed"]


def test_a_carrier_that_is_down_is_asked_again_and_gets_all_in_order(stand: Stand) -> None:
    fault(stand, party="push_apple", mode="down")
    stand.plugged(50)
    stand.done("DIRECT_CHARGING_STOP", SPIN)
    until(lambda: got(stand.backend, "android") == ["charging_started", "charging_stopped"])
    assert phones(stand.backend)["ios"]["waiting"] == 2
    stand.backend.stage("POST", "/demo/faults", {"kind": "none"})
    until(lambda: got(stand.backend, "ios") == ["charging_started", "charging_stopped"])
    tried = [one["status"] for one in stand.backend.stage("GET", "/demo/edges")["edges"] if one["to"] == "push_apple"]
    assert tried[0] == 503
    assert tried[-2:] == [200, 200]


@pytest.mark.timeout(60)
def test_a_slow_carrier_holds_nobody_up_and_keeps_one_copy(stand: Stand) -> None:
    fault(stand, party="push_apple", mode="slow")
    begun = time.monotonic()
    stand.plugged(50)
    until(lambda: got(stand.backend, "android") == ["charging_started"])
    stand.told()
    assert time.monotonic() - begun < 3
    stand.backend.stage("POST", "/demo/faults", {"kind": "none"})
    until(lambda: got(stand.backend, "ios") == ["charging_started"], 15)
    assert [row["waiting"] for row in phones(stand.backend).values()] == [0, 0]


def test_what_still_waits_when_private_mode_begins_is_dropped(stand: Stand) -> None:
    fault(stand, party="push_google", mode="down")
    stand.plugged(50)
    until(lambda: phones(stand.backend)["android"]["waiting"] == 1 and got(stand.backend, "ios"))
    stand.act("private_mode", on=True)
    stand.backend.stage("POST", "/demo/faults", {"kind": "none"})
    until(lambda: phones(stand.backend)["android"]["waiting"] == 0)
    stand.act("private_mode", on=False)
    stand.told()
    assert got(stand.backend, "android") == []
    edges = [one["status"] for one in stand.backend.stage("GET", "/demo/edges")["edges"] if one["to"] == "push_google"]
    assert set(edges) == {503}


# -- registering ------------------------------------------------------------------------------------------------------


def test_a_phone_that_is_unregistered_gets_nothing_more_and_a_new_one_does(stand: Stand) -> None:
    post = stand.backend.stage
    assert post("POST", "/demo/phones/phone-android/unregister", {}) == {"id": "phone-android"}
    new = post("POST", "/demo/phones", {"name": "Second", "system": "ios", "number": "+44 7700 900199"})["id"]
    stand.plugged(50)
    until(lambda: all(row["messages"] for row in post("GET", "/demo/phones")["phones"]))
    rows = post("GET", "/demo/phones")["phones"]
    assert {row["id"]: len(row["messages"]) for row in rows} == {"phone-iphone": 1, new: 1}
    assert {one["to"] for one in post("GET", "/demo/edges")["edges"] if one["path"] == "/messages"} == {"push_apple"}
    post("POST", "/demo/scenarios/fresh", {})
    assert "phone-android" in {row["id"] for row in post("GET", "/demo/phones")["phones"]}


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "system": "ios"}, {"name": "x" * 61, "system": "ios"}, {"name": "x", "system": "push_google"},
        {"name": 7, "system": "ios"}, {"name": "x", "system": "ios", "number": 0}, {"name": "x"},
        {"name": "x", "system": "ios", "number": "110"}, {"name": "x", "system": "ios", "token": "mine"},
    ],
)  # fmt: skip
def test_a_wrong_phone_is_refused(backend: Backend, body: dict[str, Any]) -> None:
    assert stage(backend, "POST", "/demo/phones", body).status == 400
    assert len(phones(backend)) == 2


def test_there_are_not_more_phones_than_a_person_has(stand: Stand) -> None:
    codes = [stage(stand.backend, "POST", "/demo/phones", {"name": "x", "system": "ios"}).status for _ in range(9)]
    assert codes == [201] * 8 + [409]
    assert stage(stand.backend, "POST", "/demo/phones/none/unregister", {}).status == 404


def test_only_known_senders_reach_a_carrier(backend: Backend) -> None:
    body = json.dumps(
        {"id": 1, "to": ANDROID, "topic": "e_control", "message": {"kind": "x", "at": "x", "car": "x"}}
    ).encode()
    for party in ("push_google", "push_apple", "sms_carrier"):
        assert ask(backend.parties[party], "POST", "/messages", body, {"Content-Type": JSON}).status == 403
        assert ask(backend.parties[party], "GET", "/messages").status == 405


def test_no_number_of_a_real_phone_is_in_the_demo(backend: Backend) -> None:
    """The range that the regulator keeps for fiction."""
    text = (Path(__file__).resolve().parents[3] / "resources" / "demo" / "garage.toml").read_text("utf-8")
    assert re.findall(r'number = "([^"]+)"', text) == [NUMBER]
    assert re.fullmatch(r"\+44 7700 900\d{3}", NUMBER)


def test_a_fault_of_a_carrier_names_who_and_how(backend: Backend) -> None:
    for wrong in (
        {"party": "dealer", "mode": "down"},
        {"party": "push_google", "mode": "off"},
        {"party": "push_google"},
    ):
        assert stage(backend, "POST", "/demo/faults", {"kind": "carrier", **wrong}).status == 400
