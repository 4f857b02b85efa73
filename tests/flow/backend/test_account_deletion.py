"""The end of an account: nothing of it is left in any file, and the answer says what was promised and what is our choice."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from backend_process import Backend
from canary import copies
from mock_backend.catalogue import load
from owner_client import (
    CARS,
    CODE,
    EMAIL,
    GARAGE,
    JSON,
    PASSWORD,
    VIN,
    Answer,
    Owner,
    SignIn,
    ask,
    refresh,
    stage,
    until,
)

ROUTE = "/app/companion/v1/account"
GUARD = "canary-of-a-guard"


def end(owner: Owner, body: Any = None, **more: str) -> Answer:
    headers = {**owner.headers, "Content-Type": JSON, **{name.replace("_", "-"): value for name, value in more.items()}}
    content = body if isinstance(body, bytes) else json.dumps({"password": PASSWORD} if body is None else body).encode()
    return ask(owner.identity, "DELETE", ROUTE, content, headers)


def busy(backend: Backend) -> Owner:
    """An owner who has used this and that."""
    owner = Owner(backend)
    owner.look(20)
    owner.ended(owner.command("LOCK", guard=GUARD))
    owner.ended(owner.unlock())
    stage(backend, "POST", f"/demo/vehicles/{VIN}/park", {"latitude": 12.345678, "longitude": 87.654321})
    owner.overview("GPS_LOCATION", more="&wakeUpJob=6c0d1f0e")
    return owner


def holdings(backend: Backend) -> int:
    return int(stage(backend, "GET", "/demo/holdings").json["total"])


def test_nothing_is_left_in_any_file_and_the_answer_counts_it(own_backend: Backend) -> None:
    owner = busy(own_backend)
    values = (*GARAGE, EMAIL, "owner-1", "12.345678", "87.654321", "48.7665", GUARD, CODE)
    assert all(copies(own_backend.data_dir, value) for value in values[:-1])
    held = holdings(own_backend)
    answer = end(owner)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert {value: copies(own_backend.data_dir, value) for value in values[:-1]} == {value: {} for value in values[:-1]}
    for party in ("identity", "porsche_system", "vehicle"):
        with sqlite3.connect(f"file:{own_backend.data_dir / party}.db?mode=ro", uri=True) as database:
            assert database.execute("SELECT COUNT(*) FROM record").fetchone() == (0,)
        database.close()
    table = answer.json
    assert (
        table["rows"]
        == held
        == sum(row["rows"] for row in table["parties"])
        == sum(row["rows"] for row in table["erased"])
    )
    assert {row["party"] for row in table["parties"]} >= {"identity", "porsche_system", "vehicle"}
    assert table["edges"] > 0
    assert stage(own_backend, "GET", "/demo/edges").json["edges"] == []
    assert holdings(own_backend) == 0


def test_the_answer_tells_promises_of_the_notice_from_our_choice(own_backend: Backend) -> None:
    table = end(busy(own_backend)).json
    promised = {
        one.id: rule.line for one in load().values() for rule in one.rules
        if rule.kind == "until_account_deletion" and one.service != "product"
    }  # fmt: skip
    assert {row["activity"]: row["line"] for row in table["promised"]} == promised
    assert set(promised.values()) <= {47, 417}
    for row in table["erased"]:
        assert row["promised"] == (row["activity"] in promised)
        assert row["line"] == promised.get(row["activity"])
    assert {row["rule"] for row in table["erased"]} >= {
        "unspecified",
        "until_next_status",
        "duration",
        "until_account_deletion",
    }


def test_the_receipts_in_the_answer_go_to_zero(own_backend: Backend) -> None:
    receipt = end(busy(own_backend)).json["receipt"]
    assert receipt["before"]["total"] > 20
    assert (receipt["after"]["total"], receipt["after"]["counts"]) == (0, [])
    assert receipt["after"]["values"] == receipt["before"]["values"]


def test_afterwards_no_token_is_worth_anything_and_nobody_can_sign_in(own_backend: Backend) -> None:
    owner, other = busy(own_backend), Owner(own_backend)
    with other.listen() as stream:
        stream.next("clock")
        assert end(owner).status == 200
        assert list(stream) == []
    for one in (owner, other):
        assert one.get(CARS).status == 401
        assert one.observe("receipt").status == 401
        assert refresh(one.identity, one.refresh).status == 403
        assert end(one).status == 401
    sign_in = SignIn(owner.identity)
    sign_in.authorize()
    assert sign_in.identifier().status == 401


def test_what_the_cars_do_afterwards_is_nobodys_and_kept_nowhere(own_backend: Backend) -> None:
    stage(own_backend, "POST", f"/demo/vehicles/{VIN}/plug", {"kw": 11})
    end(busy(own_backend))
    stage(own_backend, "POST", f"/demo/vehicles/{VIN}/unplug", {})
    stage(own_backend, "POST", f"/demo/vehicles/{VIN}/open", {"part": "DOOR_FRONT_LEFT"})
    stage(own_backend, "POST", "/demo/clock", {"advance": "P1D"})
    assert stage(own_backend, "GET", "/demo/edges").json["edges"] == []
    assert holdings(own_backend) == 0
    assert not copies(own_backend.data_dir, VIN)
    assert "Traceback" not in (own_backend.data_dir / "stderr.log").read_text("utf-8")


@pytest.mark.parametrize("way", ["fresh", "restart"])
def test_the_demo_account_is_made_anew(own_backend: Backend, way: str) -> None:
    answer = end(busy(own_backend)).json
    assert answer["again"] == "POST /demo/scenarios/fresh"
    if way == "fresh":
        assert stage(own_backend, "POST", "/demo/scenarios/fresh", {}).status == 200
    else:
        own_backend.stop()
        own_backend.start()
    owner = Owner(own_backend)
    assert [car["vin"] for car in owner.get(CARS).json] == list(GARAGE)
    until(lambda: owner.overview("BATTERY_LEVEL")["BATTERY_LEVEL"]["percent"] == 78)
    assert owner.ended(owner.unlock())["result"] == "PERFORMED"
    assert not copies(own_backend.data_dir, "12.345678")
    assert not copies(own_backend.data_dir, GUARD)
    assert end(owner).status == 200


def test_a_wrong_password_deletes_nothing_and_five_lock_it(own_backend: Backend) -> None:
    owner = busy(own_backend)
    held = holdings(own_backend)
    assert [end(owner, {"password": "wrong"}).status for _ in range(5)] == [403, 403, 403, 403, 423]
    locked = end(owner)
    assert locked.status == 423
    assert 800 < int(locked.headers["retry-after"]) <= 900
    assert locked.headers["content-type"] == "application/problem+json"
    assert holdings(own_backend) == held
    assert owner.get(CARS).status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"password": 7}, 400),
        ({"password": "x" * 201}, 400),
        ({"password": PASSWORD, "more": 1}, 400),
        (b"[]", 400),
    ],
)
def test_a_wrong_body_deletes_nothing(backend: Backend, owner: Owner, body: Any, status: int) -> None:
    assert end(owner, body).status == status
    assert owner.get(CARS).status == 200


def test_it_wants_a_token_and_json(backend: Backend, owner: Owner) -> None:
    assert end(owner, Authorization="Bearer wrong").status == 401
    assert end(owner, Content_Type="text/plain").status == 415
    assert owner.get(CARS).status == 200


def test_of_two_at_once_one_deletes(own_backend: Backend) -> None:
    import threading

    owner, other, answers = busy(own_backend), Owner(own_backend), list[int]()
    threads = [threading.Thread(target=lambda one=one: answers.append(end(one).status)) for one in (owner, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(200) == 1
    assert set(answers) <= {200, 401, 409}


def test_no_row_of_any_party_is_without_an_owner(own_backend: Backend) -> None:
    busy(own_backend)
    for file in Path(own_backend.data_dir).glob("*.db"):
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            assert database.execute("SELECT COUNT(*) FROM record WHERE owner = ''").fetchone() == (0,)
        database.close()
