"""Messages as they are told and as they are kept: whole or not at all, and never a reason to fail."""

from __future__ import annotations

import copy
import json
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.api import events
from companion.api.events import MessageTold
from companion.api.inbox_file import InboxFile, Kept
from companion.api.last_known import Owner
from companion.api.messages import message_of, table_of
from companion.errors import AnswerError
from companion.model.message import VALUES, Message, MessageKind, Topic
from unit.test_last_known import ANYTHING, spots

VIN = "WP0ZZZY1ZSSA10001"
OWNER = Owner("backend-1 http://127.0.0.1:9", "owner@demo.example")
HEARD = datetime(2026, 1, 2, 4, 0, 1, tzinfo=UTC)
STARTED = {
    "vin": VIN, "kind": "charging_started", "reason": None, "values": {"percent": 41, "target": 85},
    "at": "2026-01-02T05:00:00+01:00", "service": "e_control",
}  # fmt: skip


def told(**more: Any) -> dict[str, Any]:
    return {**STARTED, **more}


def read(table: Any, ident: str = "7") -> Message:
    event = events.read("message", json.dumps(table), ident)
    assert isinstance(event, MessageTold)
    return event.message


# -- as they are told -------------------------------------------------------------------------------------------------


def test_a_message_is_read_with_its_number() -> None:
    assert read(STARTED) == Message(
        "7", VIN, MessageKind.CHARGING_STARTED, None, {"percent": 41.0, "target": 85.0},
        datetime(2026, 1, 2, 4, tzinfo=UTC), "e_control",
    )  # fmt: skip


@pytest.mark.parametrize("kind", list(MessageKind))
def test_of_every_kind_its_values_and_its_reason_are_read_and_nothing_else(kind: MessageKind) -> None:
    values = dict.fromkeys(("percent", "target", "distance", "speed", "limit"), 21.5)
    message = read(told(kind=kind.value, reason="A_WORD", values={**values, "more": [1]}))
    assert (message.kind, message.reason) == (kind, "A_WORD")
    assert message.values == dict.fromkeys(VALUES.get(kind, ()), 21.5)
    topics = {"climate": Topic.CLIMATE, "charging": Topic.CHARGING, "target": Topic.CHARGING}
    assert message.topic is topics.get(kind.partition("_")[0], Topic.ALARMS)


def test_a_ring_is_named_as_its_owner_named_it_and_so_it_is_kept() -> None:
    told_of = read(told(kind="location_left", values={"name": "Grandma's"}))
    assert told_of.name == "Grandma's"
    assert table_of(told_of)["values"] == {"name": "Grandma's"}
    for wrong in (7, "x" * 41):
        with pytest.raises(AnswerError):
            read(told(kind="location_left", values={"name": wrong}))


def test_a_value_that_is_not_known_is_left_out() -> None:
    assert read(told(values={"percent": 41, "target": None})).values == {"percent": 41.0}
    assert read(told(values={})).values == {}


def test_a_kind_of_a_later_version_is_passed_over() -> None:
    assert events.read("message", json.dumps(told(kind="location_alarm", values=7)), "7") is None


DAMAGED = {
    "no kind": {"kind": None}, "a kind in a list": {"kind": ["charging_started"]}, "no vin": {"vin": None},
    "no values": {"values": None}, "values in a list": {"values": [1]}, "a text": {"values": {"percent": "41"}},
    "a truth": {"values": {"percent": True}}, "no end": {"values": {"percent": 10**400}}, "no time": {"at": None},
    "no day": {"at": "2026-13-01"}, "a number for a time": {"at": 7}, "too early": {"at": "0001-01-01T00:00:00Z"},
    "a reason's number": {"reason": 7}, "an empty reason": {"reason": ""}, "a long reason": {"reason": "X" * 65},
    "a reason over lines": {"reason": "A\nB"}, "no service": {"service": None}, "a service's list": {"service": []},
}  # fmt: skip


@pytest.mark.parametrize("change", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_message_is_not_read(change: dict[str, Any]) -> None:
    with pytest.raises(AnswerError):
        read(told(**change))


@pytest.mark.parametrize("name", STARTED)
def test_a_message_without_one_of_its_parts_is_not_read(name: str) -> None:
    with pytest.raises(AnswerError):
        read({key: value for key, value in STARTED.items() if key != name})


@pytest.mark.parametrize("ident", ["", "a b", "x" * 65, "ü"])
def test_a_message_without_a_number_could_not_be_told_once(ident: str) -> None:
    with pytest.raises(AnswerError):
        read(STARTED, ident)


# -- as they are kept -------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "app" / "inbox.json"


def some() -> tuple[Message, ...]:
    first = message_of(STARTED, "7")
    second = message_of(told(kind="climate_stopped", reason="BATTERY_LOW", values={}, service="climate"), "9")
    assert first is not None
    assert second is not None
    return replace(second, heard_at=HEARD), replace(first, heard_at=HEARD, is_read=True)


KEPT = Kept(OWNER, some(), "9")


def test_what_was_kept_comes_back_as_it_was(place: Path) -> None:
    InboxFile(place).keep(KEPT)
    assert InboxFile(place).load() == KEPT


def test_the_file_is_alone_and_its_owners_only(place: Path) -> None:
    InboxFile(place).keep(KEPT)
    assert [one.name for one in place.parent.iterdir()] == ["inbox.json"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_what_did_not_change_is_not_written_again(place: Path) -> None:
    file = InboxFile(place)
    file.keep(KEPT)
    place.unlink()
    file.keep(Kept(OWNER, some(), "9"))
    assert not place.exists()
    file.keep(Kept(OWNER, some(), "10"))
    assert place.exists()


def test_erased_with_the_draft_that_a_crash_left_and_written_again_after(place: Path) -> None:
    file = InboxFile(place)
    file.keep(KEPT)
    place.with_suffix(".new").write_text(VIN, "utf-8")
    file.erase()
    assert list(place.parent.iterdir()) == []
    file.erase()
    file.keep(KEPT)
    assert InboxFile(place).load() == KEPT


def test_without_a_place_nothing_is_kept() -> None:
    file = InboxFile(None)
    file.keep(KEPT)
    assert file.load() is None
    file.erase()


def test_a_folder_in_its_place_is_no_reason_to_stop(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    place.mkdir(parents=True)
    file = InboxFile(place)
    assert file.load() is None
    file.keep(KEPT)
    file.erase()
    assert "not kept: " in caplog.text
    assert "not erased: " in caplog.text
    assert VIN not in caplog.text


def changed(**more: Any) -> bytes:
    row = {**STARTED, "id": "7", "is_read": False, "heard_at": HEARD.isoformat()}
    good = {"version": 1, "key_name": "k", "email": "e", "last_event": "9", "messages": [row]}
    return json.dumps({**good, **more}).encode()


def row(**more: Any) -> list[dict[str, Any]]:
    return [{**json.loads(changed())["messages"][0], **more}]


def test_the_sound_file_of_the_next_tests_is_read(tmp_path: Path) -> None:
    place = tmp_path / "inbox.json"
    place.write_bytes(changed())
    found = InboxFile(place).load()
    assert found is not None
    assert [one.id for one in found.messages] == ["7"]
    place.write_bytes(changed(messages=row(kind="location_alarm") + row()))
    assert InboxFile(place).load() == found


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"7", b"\xff\xfe", b"{}", b"[" * 100_000, changed()[:-9], changed(version=2),
        changed(key_name=""), changed(key_name=7), changed(email=None), changed(last_event=7), changed(last_event="a b"),
        changed(messages=None), changed(messages={}), changed(messages=[7]), changed(messages=row(id="")),
        changed(messages=row(heard_at=None)), changed(messages=row(is_read=None)), changed(messages=row(is_read="yes")),
        changed(messages=row(at="soon")), changed(more="x" * 5_000_000),
    ],
    ids=range(24),
)  # fmt: skip
def test_a_damaged_or_foreign_file_is_passed_over_whole(place: Path, content: bytes) -> None:
    place.parent.mkdir()
    place.write_bytes(content)
    file = InboxFile(place)
    assert file.load() is None
    file.keep(KEPT)
    assert InboxFile(place).load() == KEPT


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_part_of_the_file_may_be_wrong(tmp_path: Path, data: st.DataObject) -> None:
    content = copy.deepcopy(json.loads(changed()))
    data.draw(st.sampled_from(spots(content)))(data.draw(ANYTHING))
    place = tmp_path / "inbox.json"
    place.write_bytes(json.dumps(content).encode())
    assert isinstance(InboxFile(place).load(), Kept | None)
