"""What began and ended at a car is remembered before anybody hears of it, and a mere question changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mock_backend.app import Backend
from mock_backend.vehicle.car import MEMORY
from mock_backend.wire import new_trace
from parties_inside import inside

VIN = "WP0ZZZY1ZSSA10001"


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    """The car charges; three hours later it would be full, and nothing has told it the time yet."""
    backend = Backend(tmp_path, None, 0.0)
    inside(backend, monkeypatch)
    asyncio.run(begin(backend))
    later = backend.clock.now() + timedelta(hours=3)
    monkeypatch.setattr(backend.clock, "now", lambda: later)
    yield backend
    backend.close()


async def begin(backend: Backend) -> None:
    car = backend.cars[VIN]
    await car.sign_on()
    await car.act("plug", {})
    await car.report_now(new_trace())


def remembered(backend: Backend) -> dict[str, Any]:
    row = backend.vaults["vehicle"].newest(MEMORY, VIN)
    assert row is not None
    return dict(row.values["last_charge"])


def test_what_a_car_says_of_its_last_charge_it_has_remembered(backend: Backend) -> None:
    """A car that was dropped now would live through the same hours again, in other steps: not to the same moment."""
    assert remembered(backend)["endedAt"] is None
    asyncio.run(backend.cars[VIN].report_now(new_trace()))
    said = backend.garage.known(VIN)["CHARGING_SUMMARY"]["lastCharge"]
    assert said["endedBecause"] == "TARGET_REACHED"
    assert remembered(backend) == said


def test_a_question_for_a_plan_leaves_the_car_to_say_what_happened(backend: Backend) -> None:
    before = backend.cars[VIN].state.dump()
    backend.cars[VIN].outlook({})
    assert backend.cars[VIN].state.dump() == before
    asyncio.run(wake(backend))
    kinds = [row.values["data"]["kind"] for row in backend.vaults["porsche_system"].find("product.message")]
    assert kinds == ["charging_started", "charging_completed"]


async def wake(backend: Backend) -> None:
    backend.cars[VIN].wake()
    await asyncio.sleep(0.2)
