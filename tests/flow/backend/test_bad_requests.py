"""Malformed requests get a precise 4xx and change nothing: neither what is held nor the cars."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from backend_process import Backend
from owner_client import CARS, EVENTS, FORM, JSON, VIN, Owner, ask, raw, stage

COMMANDS = f"{CARS}/{VIN}/commands"
LOCK = {"key": "LOCK", "payload": {"spin": None}}
DEEP = 100_000


@pytest.fixture
def unchanged(backend: Backend, owner: Owner) -> Iterator[None]:
    """Compares everything held, and the cars, before and after."""
    before = world(backend)
    yield
    assert world(backend) == before


def world(backend: Backend) -> Any:
    rows, after = [], ""
    while after is not None:
        page = stage(backend, "GET", f"/demo/holdings?after={after}").json
        rows += page["rows"]
        after = page["next"]
    return rows, stage(backend, "GET", "/demo/state").json["vehicles"]


BODIES = {
    "nothing": b"",
    "no JSON": b"lock",
    "cut off": b'{"key": "LOCK", "payload": {"spin"',
    "two values": b'{"key": "LOCK", "payload": {"spin": null}} {}',
    "a list": b'[{"key": "LOCK"}]',
    "a word": b'"LOCK"',
    "null": b"null",
    "a key twice": b'{"key": "LOCK", "key": "UNLOCK", "payload": {"spin": null}}',
    "an inner key twice": b'{"key": "LOCK", "payload": {"spin": 1, "spin": null}}',
    "no payload": b'{"key": "LOCK"}',
    "no key": b'{"payload": {"spin": null}}',
    "an unknown field": b'{"key": "LOCK", "payload": {"spin": null}, "speed": 87}',
    "an unknown inner field": b'{"key": "LOCK", "payload": {"spin": null, "speed": 87}}',
    "a number as key": b'{"key": 7, "payload": {"spin": null}}',
    "a list as key": b'{"key": ["LOCK"], "payload": {"spin": null}}',
    "a lower-case key": b'{"key": "lock", "payload": {"spin": null}}',
    "a list as payload": b'{"key": "LOCK", "payload": [null]}',
    "no spin": b'{"key": "LOCK", "payload": {}}',
    "a spin that is not null": b'{"key": "LOCK", "payload": {"spin": false}}',
    "no mode": b'{"key": "HONK_FLASH", "payload": {"spin": null}}',
    "an unknown mode": b'{"key": "HONK_FLASH", "payload": {"mode": "HONK", "spin": null}}',
    "a list as mode": b'{"key": "HONK_FLASH", "payload": {"mode": ["FLASH"], "spin": null}}',
    "NaN": b'{"key": "LOCK", "payload": {"spin": NaN}}',
    "half a character": b'{"key": "\\ud800", "payload": {"spin": null}}',
    "half a character as field": b'{"key": "LOCK", "payload": {"spin": null}, "\\ud800": 1}',
    "other encoding": '{"key": "LOCK", "payload": {"spin": null}}'.encode("utf-16-le"),
    "not UTF-8": b'{"key": "\xff", "payload": {"spin": null}}',
    "an endless number": b'{"key": ' + b"9" * 5000 + b', "payload": {"spin": null}}',
    "deep lists": b'{"key": "LOCK", "payload": {"spin": ' + b"[" * DEEP + b"]" * DEEP + b"}}",
    "deep objects": b'{"a":' * (DEEP // 4) + b"1" + b"}" * (DEEP // 4),
    "rather deep": b'{"key": "LOCK", "payload": {"spin": ' + b"[" * 900 + b"]" * 900 + b"}}",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_wrong_command_body_is_400(owner: Owner, unchanged: None, body: bytes) -> None:
    answer = owner.post(COMMANDS, body)
    assert answer.status == 400
    assert answer.json["message"] in ("BAD_REQUEST", "BAD_PAYLOAD", "NOT_SUPPORTED")


@pytest.mark.parametrize("kind", ["text/plain", FORM, "application/jsonx", "application/xml", ""])
def test_another_content_type_is_415(owner: Owner, unchanged: None, kind: str) -> None:
    assert owner.post(COMMANDS, LOCK, {"Content-Type": kind}).status == 415


def test_a_huge_body_is_413(owner: Owner, unchanged: None) -> None:
    body = json.dumps({**LOCK, "more": "x" * 400_000}).encode()
    assert owner.post(COMMANDS, body).status == 413
    assert ask(owner.identity, "POST", "/oauth/token", b"a=" + b"x" * 400_000, {"Content-Type": FORM}).status == 413


def test_a_huge_head_is_refused(owner: Owner, unchanged: None) -> None:
    head = f"GET {CARS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {owner.access}\r\nX-More: {'x' * 100_000}"
    assert raw(owner.system, head.encode()).status in (400, 431)


@pytest.mark.parametrize(
    "target",
    [
        f"{CARS}/../vehicles/{VIN}/commands",
        f"{CARS}/%2e%2e/vehicles/{VIN}/commands",
        f"{CARS}/{VIN}%2fcommands",
        f"{CARS}/{VIN}/commands/",
        f"{CARS}/{VIN}/commands/x/y",
        f"{CARS}/{VIN.lower()}/commands",
        f"{CARS}/{VIN}%00/commands",
        f"{CARS}/%ff/commands",
        f"{CARS}/*/commands",
        f"/APP/connect/v1/vehicles/{VIN}/commands",
        "/app/connect/v1/vehicles//commands",
        "/intake/../app",
    ],
)
def test_other_ways_of_writing_an_address_lead_nowhere(owner: Owner, unchanged: None, target: str) -> None:
    assert owner.post(target, LOCK).status in (404, 405)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "GET"])
def test_another_method_is_405_and_says_which_there_is(owner: Owner, unchanged: None, method: str) -> None:
    answer = ask(owner.system, method, COMMANDS, b"{}", {"Content-Type": JSON, **owner.headers})
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "query", ["speed=87", "mf=MILEAGE&speed=87", "&".join(["mf=A"] * 201), "&".join(["cf=A"] * 201)]
)
def test_unknown_or_too_many_query_keys_are_400(owner: Owner, unchanged: None, query: str) -> None:
    assert owner.get(f"{CARS}/{VIN}?{query}").status == 400


@pytest.mark.parametrize(
    "form",
    [b"", b"a", b"client_id=a&client_id=b", b"client_id=a&grant_type=%zz", b"\xff=1", b"client_id=a", b"{}"],
)
def test_a_wrong_form_is_400(owner: Owner, unchanged: None, form: bytes) -> None:
    for path in ("/oauth/token", "/oauth/revoke"):
        assert ask(owner.identity, "POST", path, form, {"Content-Type": FORM}).status in (400, 403)
    answer = ask(owner.identity, "POST", "/u/login/identifier?state=a", form, {"Content-Type": FORM})
    assert answer.status in (400, 422)


def test_a_form_in_json_is_415(owner: Owner, unchanged: None) -> None:
    for path in ("/oauth/token", "/oauth/revoke", "/u/login/identifier", "/u/login/password"):
        assert ask(owner.identity, "POST", path, b"{}", {"Content-Type": JSON}).status == 415


def test_what_is_no_http_is_400(owner: Owner, unchanged: None) -> None:
    assert raw(owner.system, b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n").status == 400
    assert raw(owner.system, b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n").status == 400


def test_a_trace_of_somebody_elses_making_is_not_taken(owner: Owner) -> None:
    for trace in ("x" * 32, VIN + "0" * 15, "A" * 32):
        answer = owner.get(EVENTS + "x", {"traceparent": f"00-{trace}-0011223344556677-01"})
        assert trace not in str(answer.headers)
        answer = owner.get(CARS, {"traceparent": f"00-{trace}-0011223344556677-01"})
        assert trace not in answer.headers["traceresponse"]


def test_after_all_of_it_the_backend_still_works_and_has_no_failure_in_its_log(
    shared_backend: Backend, owner: Owner
) -> None:
    assert owner.ended(owner.command("LOCK"))["result"] == "PERFORMED"
    assert "Traceback" not in (shared_backend.data_dir / "stderr.log").read_text("utf-8")
