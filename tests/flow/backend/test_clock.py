from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from backend_process import Backend
from owner_client import CARS, VIN, Owner, refresh, stage, until


def advance(backend: Backend, period: Any) -> dict[str, Any]:
    table: dict[str, Any] = backend.stage("POST", "/demo/clock", {"advance": period})
    return table


def held(backend: Backend) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in backend.stage("GET", "/demo/holdings")["rows"]:
        found[row["activity"]] = found.get(row["activity"], 0) + 1
    return found


def test_a_year_later_the_statistics_are_gone_and_the_status_is_not(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    owner.overview("MILEAGE")
    owner.ended(owner.command("LOCK", guard="0123456789"))
    before = held(own_backend)
    moved = advance(own_backend, "P12M")
    after = held(own_backend)
    gone = {"car_control.usage_statistics", "lock_unlock.usage_statistics", "product.events", "product.idempotency"}
    assert gone <= before.keys()
    assert after == {activity: count for activity, count in before.items() if activity not in gone}
    assert after["car_control.vehicle_status"] == after["product.vehicle_registration"] == 3
    assert {row["activity"] for row in moved["deleted"]} == gone
    assert sum(row["rows"] for row in moved["deleted"]) == sum(before[activity] for activity in gone)


def test_what_is_deleted_is_deleted_in_the_order_of_its_time(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    owner.overview("MILEAGE")
    owner.ended(owner.command("LOCK", guard="0123456789"))
    moved = advance(own_backend, "P13M")
    dues = [datetime.fromisoformat(row["due"]) for row in moved["deleted"]]
    assert dues == sorted(dues)
    for row in moved["deleted"]:
        assert moved["from"] < row["due"] <= row["at"] <= moved["to"]
        assert "VIN" not in str(row)


def test_thirty_years_leave_the_parked_position(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    parked = owner.overview("GPS_LOCATION")["GPS_LOCATION"]
    advance(own_backend, "P30Y")
    assert owner.overview("GPS_LOCATION")["GPS_LOCATION"] == parked


def test_moving_the_clock_signs_nobody_out(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    with owner.listen() as stream:
        first = stream.next("clock")
        advance(own_backend, "P10Y")
        assert stream.next("clock").data["now"] > first.data["now"]
        assert owner.get(CARS).status == 200
    assert refresh(owner.identity, owner.refresh).status == 200


def test_a_challenge_lives_through_a_move(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    challenge = owner.challenge()
    advance(own_backend, "P1D")
    assert owner.ended(owner.unlock(challenge=challenge))["result"] == "PERFORMED"


@pytest.mark.parametrize(
    "period", ["-P1D", "P-1D", "P", "", "PT", "P1", "1D", "P1.5D", "P9999Y", "P" + "9" * 5000 + "D", None, 7, [], {}]
)
def test_a_way_back_or_no_period_is_refused_and_nothing_moves(backend: Backend, period: Any) -> None:
    before = backend.stage("GET", "/demo/state")["now"]
    assert stage(backend, "POST", "/demo/clock", {"advance": period}).status == 422
    assert backend.stage("GET", "/demo/state")["now"][:16] == before[:16]


def test_a_move_of_nothing_is_no_way_back(backend: Backend) -> None:
    assert advance(backend, "PT0S")["deleted"] == []


def test_at_the_end_of_the_clock_the_parties_still_work(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    advance(own_backend, "P6970Y")
    assert owner.overview("MILEAGE")["MILEAGE"]["kilometers"] == 18240
    assert owner.ended(owner.command("LOCK", guard="0123456789"))["result"] == "PERFORMED"


def test_the_clock_runs_on_from_where_it_was_moved(own_backend: Backend) -> None:
    target = advance(own_backend, "P30D")["to"]
    until(lambda: own_backend.stage("GET", "/demo/state")["now"] > target)


def test_live_expiry_needs_nobody_to_move_the_clock(own_backend: Backend) -> None:
    """An hour of events: moved to one second before its end, the last second runs by itself."""
    Owner(own_backend)
    own_backend.stage("POST", f"/demo/vehicles/{VIN}/lights", {"on": True})
    until(lambda: held(own_backend).get("product.events", 0) >= 2)
    advance(own_backend, "PT59M59S")
    assert "product.events" in held(own_backend)
    until(lambda: "product.events" not in held(own_backend))
