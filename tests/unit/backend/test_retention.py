"""Expiry as it happens: in order, in short batches, while others go on, and after a process was dropped."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from canary import copies
from mock_backend import retention as module
from mock_backend.catalogue import Activity, Rule
from mock_backend.clock import Clock, ClockError, add
from mock_backend.retention import MOST, Retention
from mock_backend.store import Store
from standing_vault import LEAP, Owned, Stopped, to

CANARY = "WP0ZZZY1ZSSA1CANARY"
SECOND = timedelta(seconds=1)


def made(name: str, kind: str, duration: str | None = None) -> Activity:
    return Activity(name, "made", (), (Rule(kind, duration, None, False),))


ACTIVITIES = {
    one.id: one
    for one in (
        made("day", "duration", "P1D"), made("month", "duration", "P1M"), made("years", "duration", "P30Y"),
        made("unused", "until_unused_for", "P1Y"), made("status", "until_next_status"), made("stays", "unspecified"),
        made("asked", "request"),
    )
}  # fmt: skip
PARTIES = ("identity", "porsche_system", "dealer")


@pytest.fixture
def clock() -> Stopped:
    return Stopped()


@pytest.fixture
def vaults(tmp_path: Path, clock: Stopped) -> Iterator[dict[str, Owned]]:
    vaults = {party: Owned(party, tmp_path / f"{party}.db", ACTIVITIES, clock) for party in PARTIES}
    yield vaults
    for vault in vaults.values():
        vault.close()


@pytest.fixture
def retention(clock: Stopped, vaults: dict[str, Owned]) -> Retention:
    return Retention(clock, vaults)


def test_a_jump_over_many_rules_deletes_each_at_its_time(
    clock: Stopped, vaults: dict[str, Owned], retention: Retention, tmp_path: Path
) -> None:
    for hour, (party, activity) in enumerate(
        itertools.product(PARTIES, ("day", "month", "unused", "years", "status", "stays"))
    ):
        clock.moment = LEAP + timedelta(hours=hour)
        vaults[party].keep(activity, f"{CANARY}-{activity}", {}, tag=str(hour))
    target = add(clock.moment, "P2Y")
    moved = asyncio.run(retention.move(to(target)))
    assert (moved.rows, moved.target, clock.now()) == (9, target, target)
    assert [one.due for one in moved.deleted] == sorted(one.due for one in moved.deleted)
    assert all(moved.start < one.due == one.last == one.at <= target for one in moved.deleted)
    assert {(one.party, one.activity) for one in moved.deleted} == set(
        itertools.product(PARTIES, ("day", "month", "unused"))
    )
    for gone in ("day", "month", "unused"):
        assert not copies(tmp_path, f"{CANARY}-{gone}")
    for kept in ("years", "status", "stays"):
        assert len(copies(tmp_path, f"{CANARY}-{kept}")) == 3
    assert CANARY not in repr(retention.log)


def test_a_move_that_is_refused_deletes_nothing(clock: Stopped, vaults: dict[str, Owned], retention: Retention) -> None:
    vaults["dealer"].keep("day", "a", {})
    with pytest.raises(ClockError):
        asyncio.run(retention.move(to(LEAP - SECOND)))
    assert (clock.now(), vaults["dealer"].size()) == (LEAP, 1)


def test_two_moves_at_once_come_one_after_the_other(
    clock: Stopped, vaults: dict[str, Owned], retention: Retention
) -> None:
    vaults["dealer"].keep("day", "a", {})

    async def both() -> list[module.Move]:
        return list(await asyncio.gather(*(retention.move(lambda now: add(now, "P20D")) for _ in range(2))))

    first, second = asyncio.run(both())
    assert (first.start, first.target, second.start, second.target) == (
        LEAP, LEAP + timedelta(days=20), LEAP + timedelta(days=20), LEAP + timedelta(days=40),
    )  # fmt: skip
    assert (first.rows, second.rows) == (1, 0)


def test_very_many_deletions_are_told_in_few_lines(
    clock: Stopped, vaults: dict[str, Owned], retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is left out: from so many on, a line tells of all records of one activity at one party."""
    monkeypatch.setattr(module, "LINES", 20)
    rows = 800
    with vaults["dealer"].together():
        for number in range(rows):
            clock.moment = LEAP + number * SECOND
            vaults["dealer"].keep("day" if number % 2 else "month", "a", {})
    few = asyncio.run(retention.move(lambda now: LEAP + timedelta(days=1, seconds=39)))
    assert [(one.due, one.rows) for one in few.deleted] == [
        (LEAP + timedelta(days=1, seconds=number), 1) for number in range(1, 40, 2)
    ]  # fmt: skip
    moved = asyncio.run(retention.move(lambda now: add(now, "P2M")))
    assert moved.rows == rows - 20
    assert [(one.activity, one.rows) for one in moved.deleted] == [("day", rows // 2 - 20), ("month", rows // 2)]
    day = moved.deleted[0]
    assert (day.due, day.last) == (
        LEAP + 41 * SECOND + timedelta(days=1),
        LEAP + (rows - 1) * SECOND + timedelta(days=1),
    )
    assert sum(one.rows for one in retention.log) == rows


def fill(vault: Owned, rows: int, **more: Any) -> None:
    with vault.together():
        for _ in range(rows):
            vault.keep("day", CANARY, {"value": CANARY}, **more)


def fill_among_others(vault: Owned) -> None:
    """Of many lengths: pages are split and joined, and keep stale copies."""
    with vault.together():
        for number in range(400):
            vault.keep("day", CANARY, {"value": CANARY * (1 + number % 7)}, tag=str(number))
            vault.keep("month", f"later {number}", {"value": "y" * (number % 90)})


def test_a_move_has_ended_when_nothing_that_went_is_in_a_file(
    vaults: dict[str, Owned], retention: Retention, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_among_others(vaults["dealer"])
    scrub, before = retention.scrub, list[bool]()

    async def watched() -> None:
        before.append(bool(copies(tmp_path, CANARY)))
        await scrub()

    monkeypatch.setattr(retention, "scrub", watched)
    assert asyncio.run(retention.move(lambda now: add(now, "P2D"))).rows == 400
    assert copies(tmp_path, CANARY) == {}
    assert before == [True], "deleting alone would have left some"


def test_between_two_batches_everybody_else_has_a_turn(
    clock: Stopped, vaults: dict[str, Owned], retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for more than one batch, and a batch has a bounded number of records."""
    order: list[int] = []
    fill(vaults["dealer"], 3 * MOST)
    expire = vaults["dealer"].expire
    monkeypatch.setattr(vaults["dealer"], "expire", lambda limit: order.append(limit) or expire(limit))

    async def other() -> None:
        while True:
            order.append(0)
            await asyncio.sleep(0)

    async def both() -> None:
        task = asyncio.get_running_loop().create_task(other())
        await retention.move(lambda now: add(now, "P2D"))
        task.cancel()

    asyncio.run(both())
    sizes = [one for one in order if one]
    assert vaults["dealer"].size() == 0
    assert len(sizes) >= 3
    assert max(sizes) <= MOST
    assert all(0 in pair for pair in itertools.pairwise(order)), "two batches without a turn between"


def test_what_others_write_meanwhile_is_kept_and_not_undone(
    clock: Stopped, vaults: dict[str, Owned], retention: Retention
) -> None:
    vault = vaults["dealer"]
    fill(vault, 1000)
    kept: list[int] = []

    async def other() -> None:
        for number in itertools.count():
            with pytest.raises(ZeroDivisionError), vault.together():  # noqa: PT012
                vault.keep("stays", "undone", {})
                _ = 1 / 0
            kept.append(vault.keep("stays", "written meanwhile", {"number": number}))
            await asyncio.sleep(0)

    async def both() -> None:
        task = asyncio.get_running_loop().create_task(other())
        await retention.move(lambda now: add(now, "P2D"))
        task.cancel()

    asyncio.run(both())
    assert len(kept) > 2
    assert all(vault.get(number) for number in kept)
    assert vault.places() == {("somebody", "stays", "written meanwhile"): len(kept)}


def test_the_disk_is_waited_for_again_after_many_deletions(
    vaults: dict[str, Owned], retention: Retention, clock: Stopped
) -> None:
    fill(vaults["dealer"], 500)
    asyncio.run(retention.move(lambda now: add(now, "P2D")))
    for vault in vaults.values():
        assert vault._store._value("synchronous") == 1


def test_a_request_that_is_open_while_the_clock_moves_goes_on(vaults: dict[str, Owned], retention: Retention) -> None:
    vault = vaults["porsche_system"]
    number = vault.keep("day", CANARY, {})

    async def both() -> None:
        with vault.handling("asked", CANARY):
            await retention.move(lambda now: add(now, "P30Y"))
            assert vault.get(number) is None
            vault.change(number, {"too": "late"})
            vault.touch(number)
            vault.erase(number)
            assert len(vault._passing) == 1

    asyncio.run(both())
    assert (vault._passing, vault.size()) == ({}, 0)


def test_calls_see_what_is_held_at_their_time(clock: Stopped, vaults: dict[str, Owned], retention: Retention) -> None:
    seen: list[tuple[int, int, int]] = []
    dealer = vaults["dealer"]
    dealer.keep("day", "a", {})
    for days in (1, 0, 2):
        clock.at(
            LEAP + timedelta(days=days),
            lambda days=days: seen.append((days, dealer.size(), dealer._store.places.total())),
        )
    asyncio.run(retention.move(to(LEAP + timedelta(days=3))))
    assert seen == [(0, 1, 1), (1, 0, 0), (2, 0, 0)], "not shown, and deleted"


# -- dropped and started again ----------------------------------------------------------------------------------------


def test_what_fell_due_while_nobody_ran_goes_at_once(tmp_path: Path) -> None:
    """A restart after a long time: the file's own clock is what counts."""
    before = Owned("dealer", tmp_path / "dealer.db", ACTIVITIES, Stopped())
    before.keep("day", CANARY, {"value": CANARY})
    before.keep("stays", "other", {})
    before.close()
    later = Stopped(add(LEAP, "P1D"))
    after = Owned("dealer", tmp_path / "dealer.db", ACTIVITIES, later)
    assert [row.subject for row in after.after(0, 9)] == ["other"], "never shown, even before it is deleted"

    async def start() -> None:
        running = asyncio.get_running_loop().create_task(Retention(later, {"dealer": after}).run())
        while copies(tmp_path, CANARY):
            await asyncio.sleep(0)
        running.cancel()

    asyncio.run(asyncio.wait_for(start(), 10))
    assert after.size() == 1
    after.close()


def test_a_move_that_is_dropped_half_way_is_finished_after_the_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The directory as it lay there in the middle is started anew: nothing early, nothing too long."""
    here, dropped = tmp_path / "here", tmp_path / "dropped"
    here.mkdir()
    clock = Clock(here / "clock.json")
    start = clock.now()
    vault = Owned("dealer", here / "dealer.db", ACTIVITIES, clock)
    fill(vault, 400)
    for number in range(3):
        vault.keep("month", f"stays {number}", {})
    expire = vault.expire
    rounds = itertools.count(1)

    def drop(limit: int) -> Any:
        if next(rounds) == 3:
            shutil.copytree(here, dropped)
        return expire(limit)

    monkeypatch.setattr(vault, "expire", drop)
    asyncio.run(Retention(clock, {"dealer": vault}).move(lambda now: add(now, "P2D")))
    vault.close()
    again = Clock(dropped / "clock.json")
    assert again.now() >= start + timedelta(days=2), "what was deleted would have been deleted early"
    rest = Owned("dealer", dropped / "dealer.db", ACTIVITIES, again)
    assert 3 < sum(rest._store.places.values()) < 403, "it was dropped in the middle"
    assert rest.size() == 3
    tally = asyncio.run(Retention(again, {"dealer": rest}).expire())
    rest.scrub()
    assert {one.activity for one in tally.lines()} == {"day"}
    assert (rest.size(), copies(dropped, CANARY)) == (3, {})
    rest.close()


def test_a_clock_file_is_whole_or_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clock.json"
    clock = Clock(file)
    clock.depart(lambda now: add(now, "P1D"))
    before = json.loads(file.read_text("utf-8"))
    monkeypatch.setattr(os, "replace", lambda *files: (_ for _ in ()).throw(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        Clock(file).depart(lambda now: add(now, "P1Y"))
    assert json.loads(file.read_text("utf-8")) == before


def test_a_move_that_cannot_be_written_down_leaves_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(tmp_path / "clock.json")
    monkeypatch.setattr(os, "replace", lambda *files: (_ for _ in ()).throw(OSError("no space left")))
    with pytest.raises(OSError, match="space"):
        clock.depart(lambda now: add(now, "P1Y"))
    assert (clock.now() - datetime.now(UTC)) < timedelta(days=1)


def test_live_expiry_goes_on_after_a_failure(
    clock: Stopped, vaults: dict[str, Owned], retention: Retention, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """A disk that was full for a moment must not end every deletion to come."""
    vaults["dealer"].keep("day", CANARY, {})
    clock.moment += timedelta(days=2)
    expire, waits = vaults["dealer"].expire, []

    def fail(limit: int) -> Any:
        monkeypatch.setattr(vaults["dealer"], "expire", expire)
        raise sqlite3.OperationalError("database or disk is full")

    async def sleep(seconds: float) -> None:
        if seconds:
            waits.append(seconds)
            if len(waits) == 2:
                raise KeyboardInterrupt

    monkeypatch.setattr(vaults["dealer"], "expire", fail)
    monkeypatch.setattr(module.asyncio, "sleep", sleep)
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(retention.run())
    assert vaults["dealer"].size() == 0
    assert not vaults["dealer"]._store.places
    assert waits[0] == module.LONGEST_SLEEP
    assert "expiry failed" in caplog.text


@pytest.mark.parametrize("synced", [True, False], ids=["before the file was changed", "to be rolled back"])
def test_what_was_dropped_in_the_middle_of_a_batch_leaves_no_copy_beside_the_file(tmp_path: Path, synced: bool) -> None:
    """The journal of a batch holds the pages as they were, with what lies stale between their cells."""
    here, dropped = tmp_path / "here", tmp_path / "dropped"
    here.mkdir()
    clock = Stopped()
    vault = Owned("dealer", here / "dealer.db", ACTIVITIES, clock)
    fill_among_others(vault)
    clock.moment += timedelta(days=2)
    vault.expire(1000)
    assert copies(here, CANARY), "stale copies, which are not looked through yet"
    if not synced:
        vault._store.hurry()
    with vault.together():
        vault._store._db.execute("DELETE FROM record WHERE activity='month'")
        shutil.copytree(here, dropped)
        assert copies(dropped, CANARY).keys() == {"dealer.db", "dealer.db-journal"}
    vault.close()
    again = Owned("dealer", dropped / "dealer.db", ACTIVITIES, clock)
    assert again.size() == 400
    again.scrub()
    assert copies(dropped, CANARY) == {}
    again.close()


# -- looking through the files ------------------------------------------------------------------------------------------


def test_live_scrubbing_rests_longer_than_it_works(
    vaults: dict[str, Owned], retention: Retention, clock: Stopped, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A big store is looked through at most for a twentieth of the time, however often something goes."""
    now, passes = [0.0], []

    async def scrub() -> None:
        passes.append(now[0])
        now[0] += 3.0

    async def sleep(seconds: float) -> None:
        now[0] += 1.0
        if now[0] > 300:
            raise KeyboardInterrupt

    monkeypatch.setattr(retention, "scrub", scrub)
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(module.asyncio, "sleep", sleep)
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(retention.run())
    assert all(later - earlier >= 3.0 + module.REST * 3.0 for earlier, later in itertools.pairwise(passes))
    assert len(passes) == 5


def test_a_file_is_scrubbed_in_steps_with_turns_for_others(
    vaults: dict[str, Owned], retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The share of one step does not grow with the store."""
    monkeypatch.setattr("mock_backend.scrub.STEP", 8)
    fill(vaults["dealer"], 3000)
    vaults["dealer"].forget("somebody", 5)
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def both() -> None:
        task = asyncio.get_running_loop().create_task(other())
        await retention.scrub()
        task.cancel()

    asyncio.run(both())
    pages = os.stat(vaults["dealer"]._store._raw.fileno()).st_size / 4096
    assert turns >= pages / 8 > 10


def test_a_scrub_that_is_broken_off_is_done_again(vaults: dict[str, Owned], monkeypatch: pytest.MonkeyPatch) -> None:
    store: Store = vaults["dealer"]._store
    steps = vaults["dealer"].scrubbing()
    next(steps)
    assert store._is_stale is False
    del steps
    assert store._is_stale is True


@pytest.mark.parametrize("wait", [Retention.expire, Retention.scrub])
def test_nothing_to_do_is_done_without_a_write(
    vaults: dict[str, Owned], retention: Retention, tmp_path: Path, wait: Callable[[Retention], Any]
) -> None:
    asyncio.run(retention.scrub())
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    asyncio.run(wait(retention))
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before
