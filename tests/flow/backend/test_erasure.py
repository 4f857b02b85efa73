"""Erased is erased: canary values are looked for in every file of the data directory, before and after."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

from backend_process import Backend
from canary import copies, encodings
from owner_client import CARS, VIN, Owner, SignIn, stage

CANARY = "0f7a3c55-canary-of-a-guard"


def test_the_search_finds_what_is_there_in_every_encoding(tmp_path: Path) -> None:
    for number, content in enumerate(encodings(CANARY)):
        (tmp_path / f"{number}.bin").write_bytes(b"noise" + content.upper() + b"noise")
    assert len(copies(tmp_path, CANARY)) == len(encodings(CANARY))
    assert copies(tmp_path, "another canary entirely") == {}


def test_what_is_due_leaves_no_copy_in_any_file(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    # Of many lengths, so that pages are split: what was on them must not stay between the rows.
    for number in range(25):
        owner.look(number % 5)
        last = owner.command("LOCK", guard=f"{CANARY}-{number:02}" + "y" * (number * 7 % 36))
    owner.ended(last)
    assert copies(own_backend.data_dir, CANARY).keys() == {"porsche_system.db"}
    moved = stage(own_backend, "POST", "/demo/clock", {"advance": "P1DT1S"}).json
    assert sum(row["rows"] for row in moved["deleted"] if row["activity"] == "product.idempotency") == 25
    assert copies(own_backend.data_dir, CANARY) == {}
    assert owner.get(CARS).status == 200


def test_a_command_outlives_its_repeat_guard_as_the_catalogue_says(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    command = owner.command("LOCK", guard=CANARY)
    owner.ended(command)
    number = command.json["status"]["id"]
    stage(own_backend, "POST", "/demo/clock", {"advance": "P2D"})
    assert copies(own_backend.data_dir, CANARY) == {}
    assert copies(own_backend.data_dir, number).keys() == {"porsche_system.db"}


def test_a_position_that_was_overwritten_is_gone(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    stage(own_backend, "POST", f"/demo/vehicles/{VIN}/park", {"latitude": 12.345678, "longitude": 87.654321})
    owner.overview("GPS_LOCATION", more="&wakeUpJob=6c0d1f0e")
    found = {name.removesuffix("-journal") for name in copies(own_backend.data_dir, "12.345678")}
    assert found == {"porsche_system.db", "vehicle.db"}
    stage(own_backend, "POST", f"/demo/vehicles/{VIN}/park", {"latitude": 1.5, "longitude": 2.5})
    owner.overview("GPS_LOCATION", more="&wakeUpJob=6c0d1f0e")
    stage(own_backend, "POST", "/demo/clock", {"advance": "PT1H"})
    assert copies(own_backend.data_dir, "12.345678") == {}
    assert copies(own_backend.data_dir, "87.654321") == {}


def test_a_session_that_ended_leaves_no_trace_of_its_token(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    kept = hashlib.sha256(owner.refresh.encode()).hexdigest()
    assert copies(own_backend.data_dir, kept).keys() == {"identity.db"}
    owner.sign_out()
    assert copies(own_backend.data_dir, kept) == {}


def test_what_is_kept_for_the_request_only_never_reaches_a_file(own_backend: Backend) -> None:
    """State, code and verifier of a sign-in, challenge and proof, wake-up job and the keys that are asked for."""
    sign_in = SignIn(own_backend.parties["identity"]).up_to_code()
    owner = Owner(own_backend)
    challenge = owner.challenge()
    owner.unlock("0000", challenge)
    owner.ended(owner.unlock())
    owner.get(f"{CARS}/{VIN}?mf=CANARY_MEASUREMENT&wakeUpJob={CANARY}")
    owner.observe("holdings", f"?trace={CANARY}")
    assert sign_in.verifier is not None
    passing = (
        sign_in.state,
        sign_in.code,
        sign_in.verifier,
        sign_in.cookie[8:],
        challenge,
        CANARY,
        "CANARY_MEASUREMENT",
    )
    for value in (*passing, owner.access, owner.refresh):
        assert copies(own_backend.data_dir, value) == {}


def test_the_files_say_the_same_to_another_sqlite(own_backend: Backend) -> None:
    """Negative control of the search itself: the row is in the file as long as it is kept."""
    owner = Owner(own_backend)
    owner.ended(owner.command("LOCK", guard=CANARY))
    with sqlite3.connect(f"file:{own_backend.data_dir / 'porsche_system.db'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT tag FROM record WHERE activity = 'product.idempotency'").fetchall()
    database.close()
    assert rows == [(CANARY,)]
