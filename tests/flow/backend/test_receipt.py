"""The erasure receipt: how often a value lies in each file, before and after, checked by another search."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from backend_process import Backend
from canary import copies
from owner_client import EMAIL, GARAGE, VIN, Owner, stage


def staff(backend: Backend, *values: str) -> dict[str, Any]:
    answer = stage(backend, "POST", "/demo/receipt", {"values": list(values)})
    assert answer.status == 200
    table: dict[str, Any] = answer.json
    return table


def by_file(receipt: dict[str, Any], value: str) -> dict[str, int]:
    return {row["file"]: row["occurrences"] for row in receipt["counts"] if row["value"] == value}


def test_it_counts_what_another_search_finds_and_hashes_what_is_there(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    owner.ended(owner.command("LOCK", guard="canary-of-a-guard"))
    receipt = staff(own_backend, VIN, "canary-of-a-guard", "nowhere at all")
    assert (
        by_file(receipt, VIN).keys() == copies(own_backend.data_dir, VIN).keys() == {"porsche_system.db", "vehicle.db"}
    )
    assert by_file(receipt, "canary-of-a-guard") == copies(own_backend.data_dir, "canary-of-a-guard")
    assert by_file(receipt, "nowhere at all") == {}
    assert receipt["total"] == sum(row["occurrences"] for row in receipt["counts"])
    files = {row["name"]: row for row in receipt["files"]}
    assert files.keys() == {file.name for file in own_backend.data_dir.iterdir()}
    content = (own_backend.data_dir / "clock.json").read_bytes() if "clock.json" in files else b""
    assert files["identity.db"]["party"] == "identity"
    assert files["ports.json"]["party"] is None
    for name in ("ports.json", "id"):
        content = (own_backend.data_dir / name).read_bytes()
        assert (files[name]["size"], files[name]["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert all(row["settled"] for row in receipt["files"])


def test_before_and_after_a_move_tell_what_went(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    owner.ended(owner.command("LOCK", guard="canary-of-a-guard"))
    before = staff(own_backend, "canary-of-a-guard", VIN)
    stage(own_backend, "POST", "/demo/clock", {"advance": "P2D"})
    after = staff(own_backend, "canary-of-a-guard", VIN)
    assert by_file(before, "canary-of-a-guard") != {}
    assert by_file(after, "canary-of-a-guard") == {}
    assert 0 < sum(by_file(after, VIN).values()) < sum(by_file(before, VIN).values())
    changed = {row["name"]: row["sha256"] for row in before["files"]}
    assert changed["porsche_system.db"] != {row["name"]: row["sha256"] for row in after["files"]}["porsche_system.db"]
    assert after["at"] > before["at"]


def test_an_owners_receipt_is_about_the_own_values_masked(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    receipt = owner.observe("receipt").json
    kinds = [row["kind"] for row in receipt["values"]]
    assert kinds.count("vin") == 3
    assert {"account", "email", "position"} <= set(kinds)
    told = str(receipt)
    assert not any(value in told for value in (*GARAGE, EMAIL, "48.8003"))
    assert {row["key"] for row in receipt["counts"]} == {row["key"] for row in receipt["values"]}, (
        "all of it is held somewhere"
    )


def test_an_owner_can_follow_a_position_that_was_overwritten(own_backend: Backend) -> None:
    """The second receipt looks for the values of the first one too."""
    owner = Owner(own_backend)
    before = owner.observe("receipt").json
    stage(own_backend, "POST", f"/demo/vehicles/{VIN}/park", {"latitude": 12.345678, "longitude": 87.654321})
    owner.overview("GPS_LOCATION", more="&wakeUpJob=6c0d1f0e")
    stage(own_backend, "POST", "/demo/clock", {"advance": "PT2H"})
    after = owner.observe("receipt").json
    old = {row["key"] for row in before["values"] if row["kind"] == "position"}
    assert old < {row["key"] for row in after["values"] if row["kind"] == "position"}
    gone = old - {row["key"] for row in after["counts"]}
    assert len(gone) == 2, "latitude and longitude of the one car that was moved"


@pytest.mark.parametrize("values", [[], ["ab"], ["x" * 201], [7], "text", None, {}, ["abc"] * 21, [["abc"]]])
def test_what_is_no_list_of_values_is_refused(backend: Backend, values: Any) -> None:
    assert stage(backend, "POST", "/demo/receipt", {"values": values}).status == 400


def test_the_backend_answers_others_while_it_searches(own_backend: Backend) -> None:
    """A large file beside the stores takes its time; reads go on meanwhile."""
    import threading

    (own_backend.data_dir / "large.log").write_bytes(bytes(range(1, 251)) * 400_000)
    done = threading.Event()

    def ask() -> None:
        staff(own_backend, *(f"canary number {number}" for number in range(20)))
        done.set()

    owner, answered = Owner(own_backend), 0
    thread = threading.Thread(target=ask)
    thread.start()
    while not done.is_set():
        assert owner.get("/app/connect/v1/vehicles").status == 200
        answered += 1
    thread.join()
    assert answered > 3
