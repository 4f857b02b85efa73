from __future__ import annotations

import pytest

from backend_process import Backend
from owner_client import CARS, VIN, Owner, proof, until


def locked(owner: Owner) -> bool:
    return bool(owner.overview("LOCK_STATE_VEHICLE")["LOCK_STATE_VEHICLE"]["isLocked"])


def kept(owner: Owner, activity: str) -> int:
    return sum(row["activity"] == activity for row in owner.held("porsche_system"))


def sent_to_car(backend: Backend, trace: str) -> int:
    edges = backend.stage("GET", f"/demo/edges?trace={trace}")["edges"]
    return sum(edge["path"].endswith("/commands") for edge in edges)


def test_the_proof_is_that_of_the_published_vector() -> None:
    assert proof("1234", "ABCDEF0123456789") == (
        "1BBA1D16BAFCB2AFD1AD7E2C1A747906B79092DC97E625874CE9ACB1BB94C6DD"
        "1D3DE23DC1FA0D79C87E9A6F1A3DB21FED884886EFA7825B6B484B8265F0E0D0"
    )


def test_unlock_with_proof_then_lock(owner: Owner) -> None:
    accepted = owner.unlock()
    assert accepted.status == 201
    assert accepted.json["status"]["result"] == "ACCEPTED"
    assert owner.ended(accepted)["result"] == "PERFORMED"
    assert not locked(owner)
    assert owner.ended(owner.command("LOCK"))["result"] == "PERFORMED"
    assert locked(owner)


def test_the_car_changes_only_when_the_car_says_so(backend: Backend, owner: Owner) -> None:
    backend.stage("POST", "/demo/faults", {"kind": "lost"})
    accepted = owner.unlock()
    until(lambda: not backend.stage("GET", "/demo/state")["vehicles"][0]["locked"])
    assert owner.status(accepted.json["status"]["id"])["result"] == "ACCEPTED"
    assert locked(owner)


def test_lock_with_an_open_door_fails_with_the_door(backend: Backend, owner: Owner) -> None:
    backend.stage("POST", f"/demo/vehicles/{VIN}/open", {"part": "DOOR_FRONT_RIGHT"})
    ended = owner.ended(owner.command("LOCK"))
    assert ended["result"] == "ERROR"
    assert ended["details"] == {"reason": "DOOR_OPEN", "part": "DOOR_FRONT_RIGHT"}


def test_an_open_window_does_not_keep_the_car_from_locking(owner: Owner) -> None:
    assert owner.overview("OPEN_STATE_WINDOW_FRONT_LEFT")["OPEN_STATE_WINDOW_FRONT_LEFT"]["isOpen"]
    ended = owner.ended(owner.command("LOCK"))
    assert (ended["result"], ended["details"]) == ("PERFORMED", {})


def test_a_car_refuses_with_its_own_reason(backend: Backend, owner: Owner) -> None:
    backend.stage("POST", "/demo/faults", {"kind": "refuse", "reason": "IGNITION_ON"})
    assert owner.ended(owner.command("LOCK"))["details"] == {"reason": "IGNITION_ON"}


def test_a_command_the_car_cannot_do_is_refused_at_once(owner: Owner) -> None:
    answer = owner.command("TRUNK_UNLOCK")
    assert (answer.status, answer.json) == (400, {"message": "NOT_SUPPORTED", "key": "TRUNK_UNLOCK"})


def test_an_unknown_command_number_is_404(owner: Owner) -> None:
    assert owner.get(f"{CARS}/{VIN}/commands/ODP-LOCK-0000000000000000").status == 404


def test_every_party_that_took_part_keeps_what_the_catalogue_says(backend: Backend, owner: Owner) -> None:
    accepted = owner.command("LOCK", guard="0123456789")
    owner.ended(accepted)
    trace = accepted.headers["traceresponse"].split("-")[1]
    rows = owner.observe("holdings", f"?trace={trace}").json["rows"]
    assert {row["activity"] for row in rows} == {
        "lock_unlock.command", "lock_unlock.vehicle_assignment", "lock_unlock.status_message",
        "lock_unlock.usage_statistics", "product.idempotency", "product.events", "car_control.vehicle_status",
        "product.vehicle_extras", "product.vehicle_memory",
    }  # fmt: skip


# -- repeats ----------------------------------------------------------------------------------------------------------


def test_a_repeat_gets_the_same_answer_and_acts_once(backend: Backend, owner: Owner) -> None:
    commands = kept(owner, "lock_unlock.command")
    first = owner.command("LOCK", guard="guard-of-a-test")
    again = owner.command("LOCK", guard="guard-of-a-test")
    owner.ended(first)
    assert again.json == first.json
    assert owner.command("LOCK", guard="guard-of-a-test").json == first.json
    assert kept(owner, "lock_unlock.command") == commands + 1
    traces = [one.headers["traceresponse"].split("-")[1] for one in (first, again)]
    assert [sent_to_car(backend, trace) for trace in traces] == [1, 0]


def test_a_repeated_unlock_needs_no_second_challenge(owner: Owner) -> None:
    challenge = owner.challenge()
    first = owner.unlock(challenge=challenge, guard="guard-of-an-unlock")
    assert owner.unlock(challenge=challenge, guard="guard-of-an-unlock").json == first.json
    owner.ended(first)


def test_the_same_key_for_another_body_is_422(owner: Owner) -> None:
    owner.ended(owner.command("LOCK", guard="guard-for-two"))
    answer = owner.unlock(guard="guard-for-two")
    assert (answer.status, answer.json) == (422, {"message": "KEY_REUSED"})


def test_without_a_key_each_press_is_its_own(owner: Owner) -> None:
    first, second = owner.command("LOCK"), owner.command("LOCK")
    assert first.json["status"]["id"] != second.json["status"]["id"]
    owner.ended(second)


@pytest.mark.parametrize("guard", ["short", "x" * 65])
def test_a_key_of_another_length_is_400(owner: Owner, guard: str) -> None:
    assert owner.command("LOCK", guard=guard).status == 400


# -- the security code ------------------------------------------------------------------------------------------------


def test_a_wrong_code_counts_down_and_the_right_one_starts_anew(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    for left in (4, 3):
        answer = owner.unlock("0000")
        assert (answer.status, answer.json) == (403, {"message": "WRONG_SPIN", "remainingTries": left})
    owner.ended(owner.unlock())
    assert owner.unlock("0000").json["remainingTries"] == 4


def test_five_wrong_codes_lock_the_code_but_not_the_lock(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    challenges = [owner.challenge() for _ in range(6)]
    for challenge in challenges[:4]:
        assert owner.unlock("0000", challenge).status == 403
    fifth = owner.unlock("0000", challenges[4])
    assert fifth.status == 423
    assert fifth.json == {"message": "SPIN_LOCKED", "retryAfterSeconds": 900}
    assert fifth.headers["retry-after"] == "900"
    assert owner.unlock(challenge=challenges[5]).status == 423
    assert owner.command("SPIN_CHALLENGE").status == 423
    assert locked(owner)
    assert owner.ended(owner.command("LOCK"))["result"] == "PERFORMED"


def test_moving_the_demo_clock_does_not_end_a_lockout(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    for challenge in [owner.challenge() for _ in range(5)]:
        owner.unlock("0000", challenge)
    own_backend.stage("POST", "/demo/clock", {"advance": "P1D"})
    assert owner.command("SPIN_CHALLENGE").status == 423


def test_a_challenge_is_used_once_right_or_wrong(owner: Owner) -> None:
    challenge = owner.challenge()
    owner.ended(owner.unlock(challenge=challenge))
    for used in (challenge, challenge.lower(), "AB" * 16):
        answer = owner.unlock(challenge=used)
        assert (answer.status, answer.json["message"]) == (409, "CHALLENGE_EXPIRED")
    burned = owner.challenge()
    assert owner.unlock("0000", burned).status == 403
    assert owner.unlock(challenge=burned).status == 409
    owner.ended(owner.unlock())


def test_unlock_without_proof_does_not_unlock(owner: Owner) -> None:
    for spin in (None, {}, {"challenge": "AB" * 16}, {"challenge": 7, "hash": 8}, "1948", ["AB", "CD"]):
        assert owner.command("UNLOCK", spin).status == 400
    assert owner.command("UNLOCK", {"challenge": owner.challenge(), "hash": "\u00e9"}).status == 403
    assert locked(owner)
    owner.ended(owner.unlock())


def test_the_code_itself_is_not_a_proof(owner: Owner) -> None:
    assert owner.command("UNLOCK", {"challenge": owner.challenge(), "hash": "1948"}).status == 403
    owner.ended(owner.unlock())


def test_lock_with_a_proof_is_refused(owner: Owner) -> None:
    assert owner.command("LOCK", {"challenge": "AB" * 16, "hash": "CD"}).status == 400


def test_an_end_that_the_car_tells_twice_is_told_once(backend: Backend, owner: Owner) -> None:
    backend.stage("POST", "/demo/faults", {"kind": "duplicate"})
    with owner.listen() as stream:
        stream.next("clock")
        accepted = owner.command("LOCK")
        number = accepted.json["status"]["id"]
        trace = accepted.headers["traceresponse"].split("-")[1]
        results = until(lambda: (found := reported(backend, trace)) >= 2 and found)
        assert results == 2
        backend.stage("POST", "/demo/undeclared", {"field": "after", "value": 1})
        told = []
        for event in stream:
            told.append(event)
            if event.kind == "plant":
                break
    assert [event.data["id"] for event in told if event.kind == "command"] == [number]
    rows = owner.observe("holdings", f"?trace={trace}").json["rows"]
    assert [row["activity"] for row in rows].count("lock_unlock.status_message") == 1


def reported(backend: Backend, trace: str) -> int:
    edges = backend.stage("GET", f"/demo/edges?trace={trace}")["edges"]
    return sum(edge["path"] == "/intake/result" for edge in edges)
