from __future__ import annotations

import contextlib
import http.client
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend_process import Backend, kill
from canary import copies
from mock_backend.catalogue import load
from mock_backend.clock import Clock
from mock_backend.vault import Vault
from owner_client import CARS, VIN, Owner, ask, refresh, stage, until


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


def test_step_by_step_to_the_next_expiry(own_backend: Backend) -> None:
    """Each step lands on the moment at which something goes, until nothing is left that ends."""
    owner = Owner(own_backend)
    owner.overview("MILEAGE")
    owner.ended(owner.command("LOCK", guard="0123456789"))
    gone: set[str] = set()
    while (answer := stage(own_backend, "POST", "/demo/clock", {"to": "next"})).status == 200:
        moved = answer.json
        assert moved["rows"] == sum(row["rows"] for row in moved["deleted"]) > 0
        dues, lasts = {row["due"] for row in moved["deleted"]}, {row["last"] for row in moved["deleted"]}
        # What fell due by itself between two steps goes with the next one, which then does not move.
        assert dues == lasts == {moved["to"]} or (moved["from"] == moved["to"] and max(lasts) < moved["to"])
        gone |= {row["activity"] for row in moved["deleted"]}
    assert gone == {
        "car_control.usage_statistics",
        "lock_unlock.usage_statistics",
        "product.events",
        "product.idempotency",
    }
    assert answer.status == 409
    assert answer.json["title"].startswith("Nothing")
    assert owner.get(CARS).status == 200
    assert all(row["expires_at"] is None for row in own_backend.stage("GET", "/demo/holdings")["rows"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"to": "NEXT"}, 422), ({"to": None}, 422), ({"to": ["next"]}, 422), ({"to": "2099-01-01"}, 422),
        ({"to": "next", "advance": "P1D"}, 400), ({"to": "next", "more": 1}, 400),
    ],
)  # fmt: skip
def test_another_aim_than_the_next_expiry_is_refused(backend: Backend, body: Any, status: int) -> None:
    before = backend.stage("GET", "/demo/state")["now"]
    assert stage(backend, "POST", "/demo/clock", body).status == status
    assert backend.stage("GET", "/demo/state")["now"][:16] == before[:16]


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


# -- dropped and started again ----------------------------------------------------------------------------------------

ROWS = 30_000
CANARY = "canary-of-a-dropped-process"


def fill(place: Path) -> None:
    """As many records that end in an hour as take a while to delete, and some that must stay."""
    clock = Clock(place / "clock.json")
    vault = Vault("porsche_system", place / "porsche_system.db", load(), clock)
    with vault.together():
        for number in range(ROWS):
            vault.keep("product.events", VIN, {"kind": CANARY, "data": number}, owner="owner-1")
        for number in range(100):
            vault.keep("product.idempotency", VIN, {"answer": number}, owner="owner-1", tag=f"kept-{number}")
    vault.close()


def rows(place: Path) -> dict[str, int]:
    with sqlite3.connect(place / "porsche_system.db") as database:
        found = dict(database.execute("SELECT activity, COUNT(*) FROM record GROUP BY 1"))
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    return found


def test_a_process_that_is_killed_in_the_middle_of_deleting_goes_on_after_the_restart(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.mkdir()
    fill(place)
    backend = Backend(place)
    backend.start()
    console = backend.parties["console"]
    move = threading.Thread(target=lambda: _ask_and_be_dropped(console, backend.console_token))
    move.start()
    until(lambda: (place / "clock.json").exists())
    until(lambda: _left(place) < ROWS)
    kill(backend)
    move.join()
    left = rows(place)
    assert 0 < left["product.events"] < ROWS, "it was not killed in the middle"
    assert left["product.idempotency"] == 100
    backend.start()
    try:
        shown = {row["activity"] for row in backend.stage("GET", "/demo/holdings?q=product.events")["rows"]}
        until(lambda: not copies(place, CANARY), 30)
        assert rows(place)["product.idempotency"] == 100
        assert rows(place).get("product.events", 0) < 100, "only what the cars have told since"
        assert shown <= {"product.events"}
        backend.stage("POST", "/demo/clock", {"advance": "P1D"})
        assert "product.idempotency" not in rows(place)
    finally:
        backend.stop()


def _left(place: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{place / 'porsche_system.db'}?mode=ro", uri=True)) as database:
        try:
            return int(database.execute("SELECT COUNT(*) FROM record WHERE activity = 'product.events'").fetchone()[0])
        except sqlite3.OperationalError:
            return ROWS


def _ask_and_be_dropped(console: str, token: str) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        body = b'{"advance": "PT2H"}'
        ask(
            console,
            "POST",
            "/demo/clock",
            body,
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )


def test_a_restart_with_a_later_clock_deletes_what_fell_due_meanwhile(tmp_path: Path) -> None:
    place = tmp_path / "data"
    with Backend(place) as backend:
        owner = Owner(backend)
        owner.ended(owner.command("LOCK", guard=CANARY))
        before = held(backend)
    assert copies(place, CANARY)
    later = datetime.now(UTC) + timedelta(days=2)
    with Backend(place, "--clock", later.isoformat()) as backend:
        after = held(backend)
        assert before["product.idempotency"] == 1
        assert "product.idempotency" not in after
        assert after["lock_unlock.command"] == 1
        until(lambda: not copies(place, CANARY))


def test_a_restart_with_an_earlier_clock_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "data"
    with Backend(place) as backend:
        advance(backend, "P1Y")
    earlier = datetime.now(UTC) + timedelta(days=30)
    refused = Backend(place, "--clock", earlier.isoformat())
    with pytest.raises(AssertionError, match="does not go back"):
        refused.start()
    assert refused.stop() == 2
