from __future__ import annotations

import json
import os
import sqlite3
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from companion.app import facts
from companion.model.privacy import Connection, Outcome, Span, SpanKind, Transmission
from companion.net.catalogue import Catalogue
from companion.net.ledger import Ledger, export_line

CATALOGUE = Catalogue()
CANARY = b"WP0ZZZY1ZSSA1CANARY"
HEAD = Span(0, 5, SpanKind.SYNTAX)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.skipif(os.name == "nt", reason="no such permissions")
def test_nobody_else_on_the_computer_reads_it(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        ledger = Ledger(tmp_path / "ledger.db", lambda request: facts(CATALOGUE, request))
    finally:
        os.umask(before)
    ledger.close()
    assert (tmp_path / "ledger.db").stat().st_mode & 0o077 == 0


def entry(number: int = 1, raw: bytes = b"GET /" + CANARY + b" HTTP/1.1", started: datetime = NOW) -> Transmission:
    end = 5 + len(CANARY)
    spans = (HEAD, Span(5, end, SpanKind.ITEM, "vin", 0), Span(end, len(raw), SpanKind.SYNTAX))
    return Transmission(
        id=f"{number:032x}", action="lock", action_id="press", request="vehicles.list", activity="product.app_read",
        party="porsche_system", address="127.0.0.1:1", method="GET", path="/x", raw=raw, spans=spans, fields=(),
        outcome=Outcome.SENDING, started_at=started, demo_time=NOW + timedelta(days=400),
    )  # fmt: skip


def settled(one: Transmission, outcome: Outcome = Outcome.DONE) -> Transmission:
    connection = Connection("127.0.0.1:5", "127.0.0.1:1", 3)
    return replace(
        one, outcome=outcome, status=200, ended_at=NOW + timedelta(seconds=1), connection=connection, trace="t" * 32
    )


def open_ledger(place: Path | None) -> Ledger:
    return Ledger(place, lambda request: facts(CATALOGUE, request))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "ledger.db"


def test_an_entry_comes_back_as_it_went_in(place: Path) -> None:
    ledger = open_ledger(place)
    ledger.open(entry())
    ledger.settle(settled(entry()))
    ledger.close()
    again = open_ledger(place)
    (found,) = again
    expected = settled(entry())
    known = facts(CATALOGUE, "vehicles.list")
    assert found == replace(expected, **known)
    again.close()


def test_it_is_on_disk_before_the_first_byte_leaves(place: Path) -> None:
    ledger = open_ledger(place)
    ledger.open(entry())
    other = sqlite3.connect(place)
    assert other.execute("SELECT bytes FROM entry").fetchone()[0] == entry().raw
    other.close()
    ledger.close()


def test_what_a_crash_left_open_is_lost_not_done(place: Path) -> None:
    ledger = open_ledger(place)
    ledger.open(entry(1))
    ledger.open(entry(2))
    ledger.settle(settled(entry(2)))
    ledger.close()
    again = open_ledger(place)
    assert {one.id[-1]: one.outcome for one in again} == {"1": Outcome.LOST, "2": Outcome.DONE}
    assert next(iter(again)).sent == len(entry().raw)
    again.close()


def test_of_a_cut_request_only_what_left_is_kept(place: Path) -> None:
    ledger = open_ledger(place)
    ledger.open(entry())
    spans = (HEAD, Span(5, 8, SpanKind.ITEM, "vin", 0))
    part = replace(settled(entry(), Outcome.CUT), raw=entry().raw[:8], spans=spans)
    ledger.settle(part)
    (found,) = ledger
    assert (found.raw, found.spans, found.sent) == (part.raw, part.spans, 8)
    ledger.close()
    assert CANARY not in place.read_bytes()


@pytest.mark.parametrize(("seconds", "kept"), [(-1, 0), (0, 0), (1, 1)])
def test_it_expires_at_the_end_of_its_period(place: Path, seconds: int, kept: int) -> None:
    ledger = open_ledger(place)
    ledger.open(entry(started=NOW - timedelta(days=30) + timedelta(seconds=seconds)))
    assert ledger.expire(30, NOW) == 1 - kept
    assert len(list(ledger)) == kept
    ledger.close()


def test_a_fraction_of_a_second_does_not_mislead_it(place: Path) -> None:
    ledger = open_ledger(place)
    ledger.open(entry(1, started=NOW - timedelta(days=1) + timedelta(microseconds=1)))
    ledger.open(entry(2, started=NOW - timedelta(days=1)))
    assert ledger.expire(1, NOW) == 1
    assert [one.id[-1] for one in ledger] == ["1"]
    ledger.close()


def test_erased_and_expired_bytes_are_not_in_the_file(place: Path) -> None:
    ledger = open_ledger(place)
    for number in range(200):
        # Of many lengths, so that pages are split and joined.
        raw = b"GET /" + CANARY + b" HTTP/1.1" + b"y" * (number % 90) * 7
        ledger.open(entry(number, raw, NOW if number % 2 else NOW - timedelta(days=40)))
    assert place.read_bytes().count(CANARY) >= 200
    assert ledger.expire(30, NOW) == 100
    assert place.read_bytes().count(CANARY) == 100
    assert ledger.erase() == 100
    assert list(ledger) == []
    assert sum(file.read_bytes().count(CANARY) for file in place.parent.iterdir()) == 0
    ledger.close()


def test_without_secure_delete_the_same_bytes_would_stay(tmp_path: Path) -> None:
    """Negative control: the search finds what a plain DELETE leaves behind."""
    place = tmp_path / "plain.db"
    plain = sqlite3.connect(place, isolation_level=None)
    plain.execute("PRAGMA secure_delete=OFF")
    plain.execute("CREATE TABLE entry (bytes BLOB)")
    for _ in range(200):
        plain.execute("INSERT INTO entry VALUES (?)", (entry().raw,))
    plain.execute("DELETE FROM entry")
    plain.close()
    assert place.read_bytes().count(CANARY) > 0


def test_the_newest_come_first_and_no_more_than_asked(place: Path) -> None:
    ledger = open_ledger(place)
    for number in range(5):
        ledger.open(entry(number, started=NOW + timedelta(seconds=number)))
    assert [one.id[-1] for one in ledger.newest(3)] == ["4", "3", "2"]
    ledger.close()


def test_an_entry_of_a_request_the_catalogue_no_longer_knows_still_opens(place: Path) -> None:
    ledger = open_ledger(place)
    ledger.open(replace(entry(), request="gone.request"))
    assert next(iter(ledger)).fields == ()
    ledger.close()


def test_a_ledger_in_memory_leaves_no_file(tmp_path: Path) -> None:
    ledger = open_ledger(None)
    ledger.open(entry())
    assert len(list(ledger)) == 1
    ledger.close()
    assert list(tmp_path.iterdir()) == []


def test_an_exported_line_has_the_bytes_and_spans_that_left() -> None:
    row = json.loads(export_line(settled(entry())))
    assert b64decode(row["bytes_b64"]) == entry().raw
    assert row["spans"][1] == {"start": 5, "end": 5 + len(CANARY), "kind": "item", "item": "vin"}
    assert row["connection"] == {"local": "127.0.0.1:5", "remote": "127.0.0.1:1", "seq": 3}
    assert (row["cut"], row["outcome"], row["started_at"]) == (False, "done", NOW.isoformat())
    assert row["demo_time"] == (NOW + timedelta(days=400)).isoformat()


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.FAILED])
def test_an_exported_line_of_what_did_not_leave_has_no_bytes(outcome: Outcome) -> None:
    row = json.loads(export_line(replace(entry(), outcome=outcome, blocked=("body.speed", "undeclared"))))
    assert (row["bytes_b64"], row["spans"]) == ("", [])
    assert row["blocked"] == {"field": "body.speed", "reason": "undeclared"}


FIRST_FORM = """
CREATE TABLE entry (
    id TEXT PRIMARY KEY, started_at TEXT NOT NULL, request TEXT NOT NULL, about TEXT NOT NULL,
    bytes BLOB NOT NULL, spans TEXT NOT NULL, result TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX entry_started ON entry (started_at);
"""


def in_first_form(place: Path, *entries: Transmission) -> None:
    """A file as it was written before it had a version."""
    place.parent.mkdir(parents=True)
    old = sqlite3.connect(place, isolation_level=None)
    old.executescript(FIRST_FORM)
    for one in entries:
        names = ("action", "action_id", "activity", "party", "address", "method", "path", "group")
        about = {name: getattr(one, name) for name in names}
        result = {
            "outcome": one.outcome, "status": one.status, "received": one.received, "trace": one.trace, "blocked": None,
            "demo_time": one.demo_time and one.demo_time.isoformat(), "ended_at": one.ended_at and one.ended_at.isoformat(),
            "connection": one.connection and {"local": one.connection.local, "remote": one.connection.remote, "seq": 3},
        }  # fmt: skip
        spans = [(s.start, s.end, s.kind, s.item, s.field, s.secret) for s in one.spans]
        started = one.started_at.isoformat() if one.started_at else ""
        texts = (json.dumps(about), one.raw, json.dumps(spans), json.dumps(result))
        old.execute("INSERT INTO entry VALUES (?,?,?,?,?,?,?)", (one.id, started, one.request, *texts))
    old.close()


def test_a_file_of_the_first_form_is_taken_over_with_all_its_entries(place: Path) -> None:
    late, early = settled(entry(1, started=NOW)), settled(entry(2, started=NOW - timedelta(days=1)))
    in_first_form(place, late, early)
    for _ in range(2):
        ledger = open_ledger(place)
        known = facts(CATALOGUE, "vehicles.list")
        assert list(ledger) == [replace(early, **known), replace(late, **known)]
        ledger.close()
    ledger = open_ledger(place)
    ledger.open(entry(3))
    ledger.settle(settled(entry(3)))
    assert [one.id[-1] for one in ledger.newest()] == ["3", "1", "2"]
    assert ledger.erase() == 3
    ledger.close()
    assert CANARY not in place.read_bytes()


def test_an_entry_of_the_first_form_that_was_under_way_is_lost(place: Path) -> None:
    in_first_form(place, entry(1))
    ledger = open_ledger(place)
    assert [one.outcome for one in ledger] == [Outcome.LOST]
    ledger.close()


def test_of_every_span_all_comes_back(place: Path) -> None:
    ledger = open_ledger(place)
    masked, host = Span(5, 9, SpanKind.SYNTAX, secret=True), Span(9, 12, SpanKind.ENVELOPE, "host", 1)
    spans = (HEAD, masked, host, Span(12, 32, SpanKind.ITEM, "vin", 0, secret=True))
    ledger.open(replace(entry(), spans=spans))
    assert next(iter(ledger)).spans == spans
    ledger.close()


def test_what_was_frozen_is_entered_once_only() -> None:
    ledger = open_ledger(None)
    ledger.open(entry())
    ledger.settle(settled(entry()))
    with pytest.raises(sqlite3.IntegrityError):
        ledger.open(entry())
    ledger.close()
