"""What the maker makes of a car's alarm: one event for one key, the right record, and nothing of what is not understood."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_backend.app import Backend
from mock_backend.porsche_system.alarms import HISTORY, KINDS
from mock_backend.services import TOPICS
from mock_backend.vehicle.alarms import REASONS
from mock_backend.vehicle.teller import ACTIVITY

VIN = "WP0ZZZY1ZSSA10001"
AT = "2030-03-04T18:00:00+00:00"
LEFT = {"key": "k1", "kind": "LEFT", "at": AT, "area": 2, "latitude": 48.8, "longitude": 9.01}
AREA = {"id": 2, "name": "Work"}
VALET = {"isActive": True, "radius": 1000, "speed": 50}


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    backend = Backend(tmp_path, None, 0.0)
    car = backend.garage.any_car(VIN)
    assert car is not None
    backend.garage.hear(car, {}, {"LOCATION_ALARMS": {"list": [AREA]}, "VALET_ALARM": VALET}, "trace")
    yield backend
    backend.close()


def post(backend: Backend, *alarms: Any, key: str | None = None) -> list[int]:
    async def send() -> list[int]:
        transport = httpx.ASGITransport(backend.apps()["porsche_system"])
        headers = {"x-system-key": backend.wire.key if key is None else key}
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            bodies = [{"vin": VIN, "alarm": alarm} for alarm in alarms]
            return [(await client.post("/intake/alarm", json=body, headers=headers)).status_code for body in bodies]

    return asyncio.run(send())


def held(backend: Backend, activity: str) -> list[dict[str, Any]]:
    return [row.values for row in backend.vaults["porsche_system"].find(activity)]


def test_a_report_that_is_brought_twice_is_one_event_and_one_message(backend: Backend) -> None:
    assert post(backend, LEFT, LEFT, {**LEFT, "key": "k2"}, LEFT) == [200] * 4
    assert len(held(backend, "location_alarm.event_history")) == 2
    told = held(backend, "product.message")
    assert [one["data"]["kind"] for one in told] == ["location_left"] * 2
    assert len({one["data"]["event"] for one in told}) == 2


def test_a_name_and_a_limit_are_what_the_maker_knows(backend: Backend) -> None:
    place = {"latitude": 48.8, "longitude": 9.01, "speed": 72}
    breach = {"key": "v", "kind": "VALET_SPEED", "at": AT, **place}
    too_far = {**breach, "key": "w", "kind": "VALET_RADIUS", "distance": 1040}
    assert post(backend, LEFT, {**LEFT, "key": "k2", "area": 7}, breach, too_far) == [200] * 4
    assert [one["name"] for one in held(backend, "location_alarm.event_history")] == ["Work", None]
    assert [one["limit"] for one in held(backend, "valet_alarm.breach_event")] == [50, 1000]
    assert held(backend, "valet_alarm.limits_store") == [{"radius": 1000, "speed": 50}]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "FLOWN"}, {"kind": None}, {"key": ""}, {"key": 7}, {"at": None}, {"more": 1}, {"kind": "DOOR"},
    ],
)  # fmt: skip
def test_what_is_not_understood_leaves_nothing(backend: Backend, wrong: dict[str, Any]) -> None:
    assert post(backend, {**LEFT, **wrong}, "LEFT", {name: LEFT[name] for name in ("key", "kind")}) == [400] * 3
    assert all(held(backend, activity) == [] for activity in (*HISTORY.values(), "product.message"))


def test_only_a_car_may_report(backend: Backend) -> None:
    assert post(backend, LEFT, key="wrong") == [403]


def test_every_kind_has_a_history_carriers_and_a_way_from_the_car() -> None:
    assert set(HISTORY.values()) == {kind.activity for kind in KINDS.values()}
    assert ACTIVITY.keys() == {kind.service for kind in KINDS.values()} <= TOPICS.keys()
    assert set(REASONS) <= KINDS.keys()
