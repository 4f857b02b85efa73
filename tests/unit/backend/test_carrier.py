"""Carriers by themselves, and which of them a message of a service takes: what no message of today uses is tried here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_backend.app import Backend
from mock_backend.porsche_system import delivery
from mock_backend.porsche_system.phones import Phone
from mock_backend.wire import new_trace
from parties_inside import inside

OWNER, VIN, NUMBER = "owner-1", "WP0ZZZY1ZSSA10001", "+44 7700 900142"
TOKEN = "invented-android-7c1e52d09b8f46a3e1f0"
TEXT = {"car": "Taycan", "kind": "speed_exceeded", "reason": None, "values": {}, "at": "2030-03-04T18:00:00+00:00"}


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    backend = Backend(tmp_path, None, 0.0)
    yield backend
    backend.close()


def post(backend: Backend, party: str, body: dict[str, Any]) -> int:
    async def send() -> int:
        transport = httpx.ASGITransport(backend.apps()[party])
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            answer = await client.post("/messages", json=body, headers={"x-system-key": backend.wire.key})
            return answer.status_code

    return asyncio.run(send())


def held(backend: Backend, party: str) -> list[dict[str, Any]]:
    return [row.values for row in backend.vaults[party].after(0, 99)]


def test_a_message_that_is_brought_twice_is_kept_once(backend: Backend) -> None:
    body = {"id": 7, "to": TOKEN, "topic": "e_control", "message": TEXT}
    assert [post(backend, "push_google", body) for _ in range(3)] == [200] * 3
    assert post(backend, "push_google", {**body, "id": 8}) == 200
    assert held(backend, "push_google") == [{"to": TOKEN, **TEXT}] * 2


@pytest.mark.parametrize(
    ("party", "more", "status"),
    [
        ("push_apple", {}, 410), ("sms_carrier", {"to": ""}, 410), ("push_google", {"to": 7}, 410),
        ("push_google", {"topic": "trip_control"}, 400), ("push_google", {"topic": []}, 400), ("push_google", {"id": "7"}, 400),
        ("push_google", {"message": {}}, 400), ("push_google", {"message": "text"}, 400), ("push_google", {"more": 1}, 400),
    ],
)  # fmt: skip
def test_a_wrong_message_or_address_leaves_nothing(
    backend: Backend, party: str, more: dict[str, Any], status: int
) -> None:
    assert post(backend, party, {"id": 7, "to": TOKEN, "topic": "e_control", "message": TEXT, **more}) == status
    assert held(backend, party) == []


def test_a_message_that_meets_the_end_of_its_account_is_refused(backend: Backend) -> None:
    backend.vaults["push_google"].refuse(OWNER)
    assert post(backend, "push_google", {"id": 7, "to": TOKEN, "topic": "e_control", "message": TEXT}) == 410


def test_an_sms_goes_to_a_number_and_for_the_valet_alarm_only(backend: Backend) -> None:
    ways = {service: set(backend.delivery.ways(OWNER, service)) for service in delivery.CARRIERS}
    assert ways["e_control"] == ways["climate"] == {"push_google/phone-android", "push_apple/phone-iphone"}
    assert ways["valet_alarm"] == ways["climate"] | {"sms_carrier/phone-android"}
    backend.phones.register(OWNER, Phone("third", "Third", "ios", "invented", "+44 7700 900143"))
    assert {"push_apple/third", "sms_carrier/third"} <= set(backend.delivery.ways(OWNER, "valet_alarm"))
    assert backend.delivery.ways("somebody else", "valet_alarm") == []


def test_an_sms_is_kept_by_its_carrier_under_the_notices_activity(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def bring() -> None:
        told = {
            "vin": VIN,
            "service": "valet_alarm",
            **{name: TEXT[name] for name in ("kind", "reason", "values", "at")},
        }
        backend.events.message(OWNER, told, VIN, new_trace(), ["sms_carrier/phone-android"])
        backend.delivery.resume()
        while backend.delivery.waiting("phone-android"):
            await asyncio.sleep(0.01)

    inside(backend, monkeypatch)
    asyncio.run(asyncio.wait_for(bring(), 5))
    (row,) = backend.vaults["sms_carrier"].after(0, 9)
    assert (row.activity, row.subject, row.owner) == ("valet_alarm.breach_message", "phone-android", OWNER)
    assert row.values == {"to": NUMBER, **TEXT}


def test_tries_have_an_end_and_the_next_message_takes_the_waiting_ones_along(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "TRIES", (0.0, 0.01, 0.01))
    told = {"vin": VIN, "service": "climate", **{name: TEXT[name] for name in ("kind", "reason", "values", "at")}}
    way = "push_google/phone-android"

    async def bring() -> None:
        backend.events.message(OWNER, told, VIN, new_trace(), [way])
        backend.delivery.bring([way])
        await asyncio.sleep(0.3)

    inside(backend, monkeypatch)
    backend.faults.carriers["push_google"] = "down"
    asyncio.run(bring())
    tried = [edge.status for edge in backend.wire.edges()]
    assert (tried, backend.delivery.waiting("phone-android")) == ([503] * 3, 1)
    backend.faults.carriers.clear()
    asyncio.run(bring())
    assert [edge.status for edge in backend.wire.edges()][3:] == [200, 200]
    messages = [str(row.id) for row in backend.vaults["porsche_system"].find("product.message")]
    assert [row.tag for row in backend.vaults["push_google"].after(0, 9)] == messages
