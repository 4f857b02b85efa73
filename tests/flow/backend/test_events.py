from __future__ import annotations

from collections.abc import Iterator

import pytest

from backend_process import Backend
from owner_client import CARS, EVENTS, VIN, Owner, Stream


@pytest.fixture
def stream(owner: Owner) -> Iterator[Stream]:
    with owner.listen() as stream:
        stream.next("clock")
        yield stream


def test_the_stream_begins_with_the_backends_clock(owner: Owner) -> None:
    with owner.listen() as stream:
        assert stream.response.getheader("content-type", "").startswith("text/event-stream")
        assert stream.response.getheader("cache-control") == "no-store"
        first = next(iter(stream))
    assert first.kind == "clock"
    assert first.id is None
    assert set(first.data) == {"now"}


def test_a_commands_end_brings_the_new_lock_state_with_it(owner: Owner, stream: Stream) -> None:
    accepted = owner.unlock()
    event = stream.next("command")
    assert event.data["id"] == accepted.json["status"]["id"]
    assert event.data["result"] == "PERFORMED"
    assert event.data["vin"] == VIN
    told = {row["key"]: row["value"] for row in event.data["measurements"]}
    assert told["LOCK_STATE_VEHICLE"]["isLocked"] is False


def test_an_event_tells_only_what_changed(backend: Backend, owner: Owner, stream: Stream) -> None:
    backend.stage("POST", f"/demo/vehicles/{VIN}/battery", {"percent": 41})
    told = {row["key"] for row in stream.next("vehicle").data["measurements"]}
    assert told == {"BATTERY_LEVEL", "E_RANGE", "GLOBAL_TIMESTAMP"}


def test_a_lost_stream_is_taken_up_without_gap_or_repeat(backend: Backend, owner: Owner, stream: Stream) -> None:
    backend.stage("POST", f"/demo/vehicles/{VIN}/battery", {"percent": 60})
    seen = stream.next("vehicle")
    stream.response.close()
    for percent in (59, 58):
        backend.stage("POST", f"/demo/vehicles/{VIN}/battery", {"percent": percent})
        owner.get(f"{CARS}/{VIN}?mf=BATTERY_LEVEL&wakeUpJob=6c0d1f0e")
    with owner.listen(after=seen.id) as again:
        backend.stage("POST", f"/demo/vehicles/{VIN}/battery", {"percent": 57})
        heard, percents = [], []
        while 57 not in percents:
            event = again.next("vehicle")
            heard.append(int(event.id or 0))
            percents += [r["value"]["percent"] for r in event.data["measurements"] if r["key"] == "BATTERY_LEVEL"]
    assert percents == [59, 58, 57]
    assert heard == sorted(set(heard))
    assert heard[0] > int(seen.id or 0)


def test_many_other_records_do_not_hide_missed_events(backend: Backend, owner: Owner, stream: Stream) -> None:
    backend.stage("POST", f"/demo/vehicles/{VIN}/battery", {"percent": 30})
    seen = stream.next("vehicle")
    owner.look(120)
    backend.stage("POST", f"/demo/vehicles/{VIN}/battery", {"percent": 29})
    stream.next("vehicle")
    with owner.listen(after=seen.id) as again:
        assert again.next("vehicle").data["measurements"][-1]["key"] == "GLOBAL_TIMESTAMP"


def test_without_a_last_id_nothing_old_is_told(backend: Backend, owner: Owner, stream: Stream) -> None:
    backend.stage("POST", f"/demo/vehicles/{VIN}/lights", {"on": True})
    stream.next("vehicle")
    with owner.listen() as other:
        backend.stage("POST", "/demo/undeclared", {"field": "speed", "value": 1})
        assert [next(iter(other)).kind, next(iter(other)).kind] == ["clock", "plant"]


def test_a_last_id_from_another_backend_does_no_harm(backend: Backend, owner: Owner) -> None:
    with owner.listen(after="999999999999999") as stream:
        stream.next("clock")
        backend.stage("POST", f"/demo/vehicles/{VIN}/lights", {"on": True})
        assert stream.next("vehicle").data["vin"] == VIN


@pytest.mark.parametrize("last", ["abc", "-1", "1.5", "\xb2", "9" * 16, "1 OR 1=1"])
def test_a_last_id_that_is_no_number_is_400(owner: Owner, last: str) -> None:
    answer = owner.get(EVENTS, {"Last-Event-ID": last})
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_two_streams_hear_the_same(backend: Backend, owner: Owner, stream: Stream) -> None:
    with owner.listen() as other:
        other.next("clock")
        backend.stage("POST", f"/demo/vehicles/{VIN}/lights", {"on": True})
        assert stream.next("vehicle") == other.next("vehicle")


def test_revoked_sessions_end_every_stream(backend: Backend, owner: Owner, stream: Stream) -> None:
    backend.stage("POST", "/demo/faults", {"kind": "revoke_tokens"})
    assert list(stream) == []
    assert owner.get(EVENTS).status == 401


def test_an_ended_access_token_leaves_the_stream_and_the_refresh_token(
    backend: Backend, owner: Owner, stream: Stream
) -> None:
    backend.stage("POST", "/demo/faults", {"kind": "expire_tokens"})
    assert owner.get(CARS).status == 401
    backend.stage("POST", f"/demo/vehicles/{VIN}/lights", {"on": True})
    assert stream.next("vehicle").data["vin"] == VIN
