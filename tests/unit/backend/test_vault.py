"""Kept as the catalogue says, not a second longer, and erased for good."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mock_backend import store
from mock_backend.catalogue import Activity, Rule, load
from mock_backend.retention import Retention
from mock_backend.vault import Vault, VaultError
from standing_vault import LEAP, Owned, Stopped

CANARY = "WP0ZZZY1ZSSA1CANARY"
STATISTICS = "car_control.usage_statistics"
SECOND = timedelta(seconds=1)


def made(kind: str, duration: str | None) -> Activity:
    return Activity(f"made.{kind}", "made", ("vin",), (Rule(kind, duration, None, True),))


ACTIVITIES = load() | {
    one.id: one
    for one in (made("until_unused_for", "P1Y"), made("until_replaced", None), made("transient_on_device", None))
}


@pytest.fixture
def clock() -> Stopped:
    return Stopped()


@pytest.fixture
def vault(tmp_path: Path, clock: Stopped) -> Iterator[Vault]:
    vault = Owned("party", tmp_path / "party.db", ACTIVITIES, clock)
    yield vault
    vault.close()


def seen(vault: Vault, number: int) -> bool:
    """By every way of reading; they have to agree."""
    rows = vault.after(0, 100)
    ways = {
        vault.get(number) is not None, any(row.id == number for row in rows), vault.size() > 0,
        vault.newest(STATISTICS, CANARY) is not None,
    }  # fmt: skip
    assert len(ways) == 1
    return ways.pop()


def copies(place: Path) -> int:
    return sum(file.read_bytes().count(CANARY.encode()) for file in place.iterdir())


# -- how long ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("moment", "kept"), [(-SECOND, True), (timedelta(), False), (SECOND, False)])
def test_twelve_months_end_on_the_second(vault: Vault, clock: Stopped, moment: timedelta, kept: bool) -> None:
    """From 29 February the end is 28 February at the same time. Due is never shown, even before it is deleted."""
    number = vault.keep(STATISTICS, CANARY, {})
    clock.moment = datetime(2025, 2, 28, 12, 0, 0, tzinfo=UTC) + moment
    assert seen(vault, number) is kept
    assert len(vault.expire()) == (0 if kept else 1)
    assert seen(vault, number) is kept


@pytest.mark.parametrize(
    ("activity", "period"), [("product.events", timedelta(hours=1)), ("product.idempotency", timedelta(days=1))]
)
def test_shorter_periods_end_on_the_second_too(vault: Vault, clock: Stopped, activity: str, period: timedelta) -> None:
    number = vault.keep(activity, CANARY, {})
    clock.moment = LEAP + period - SECOND
    assert vault.get(number) is not None
    assert vault.expire() == []
    clock.moment += SECOND
    assert vault.get(number) is None
    assert vault.expire() == [(activity, (LEAP + period).timestamp())]


def test_what_has_no_period_outlives_thirty_years(vault: Vault, clock: Stopped) -> None:
    kept = [
        vault.keep(one, CANARY, {}) for one in ("car_control.vehicle_status", "lock_unlock.command", "product.account")
    ]
    clock.moment = LEAP + timedelta(days=365 * 31)
    assert vault.next_due() is None
    assert vault.expire() == []
    assert all(vault.get(number) for number in kept)


def test_a_status_is_one_row_however_often_it_comes(vault: Vault, clock: Stopped) -> None:
    first = vault.keep("car_control.vehicle_status", CANARY, {"km": 1}, trace="a")
    clock.moment += SECOND
    assert vault.keep("car_control.vehicle_status", CANARY, {"km": 2}, trace="b") == first
    row = vault.get(first)
    assert row is not None
    assert (row.values, row.trace, row.stored_at, vault.size()) == ({"km": 2}, "b", clock.moment, 1)
    assert vault.keep("car_control.vehicle_status", "another", {}) != first


def test_a_use_starts_the_unused_time_anew(vault: Vault, clock: Stopped) -> None:
    number = vault.keep("made.until_unused_for", CANARY, {})
    clock.moment = datetime(2025, 2, 28, 11, 59, 59, tzinfo=UTC)
    vault.touch(number)
    clock.moment += 2 * SECOND
    assert vault.get(number) is not None
    clock.moment = datetime(2026, 2, 28, 11, 59, 59, tzinfo=UTC)
    assert vault.get(number) is not None, "more than a year, the notice says"
    clock.moment += SECOND
    assert vault.get(number) is None


def test_a_use_of_something_else_changes_no_period(vault: Vault) -> None:
    number = vault.keep(STATISTICS, CANARY, {})
    due = vault.next_due()
    vault.touch(number)
    vault.change(number, {"more": 1}, tag="t")
    assert vault.next_due() == due


def test_expiry_works_in_batches_oldest_first(vault: Vault, clock: Stopped) -> None:
    for _ in range(5):
        vault.keep("product.events", CANARY, {})
        clock.moment += SECOND
    clock.moment += timedelta(hours=2)
    dues = [due for _, due in vault.expire(limit=3) + vault.expire(limit=3)]
    assert dues == sorted(dues)
    assert len(dues) == 5
    assert vault.expire() == []


def test_each_deletion_is_logged_without_what_was_deleted(
    vault: Vault, clock: Stopped, aio: Callable[..., Any]
) -> None:
    for _ in range(3):
        vault.keep(STATISTICS, CANARY, {})
    retention = Retention(clock, {"party": vault})
    due = retention.next_due()
    assert due == datetime(2025, 2, 28, 12, tzinfo=UTC)
    clock.moment = due + SECOND
    (found,) = aio(retention.expire()).lines()
    assert (found.party, found.activity, found.rows, found.due, found.at) == ("party", STATISTICS, 3, due, clock.moment)
    assert CANARY not in repr(found)
    assert retention.next_due() is None


# -- what may be kept at all ------------------------------------------------------------------------------------------


def test_what_has_no_rule_is_not_kept(vault: Vault) -> None:
    for way in (lambda: vault.keep("none.such", CANARY, {}), lambda: vault.handling("none.such", CANARY).__enter__()):
        with pytest.raises(VaultError):
            way()
    assert vault.size() == 0


@pytest.mark.parametrize("activity", ["product.sign_in", "product.app_read", "made.transient_on_device"])
def test_what_lasts_for_a_request_never_touches_the_file(vault: Vault, tmp_path: Path, activity: str) -> None:
    with pytest.raises(VaultError):
        vault.keep(activity, CANARY, {"value": CANARY})
    assert copies(tmp_path) == 0


def test_a_request_is_held_in_memory_while_it_lasts(vault: Vault, tmp_path: Path) -> None:
    with vault.handling("product.sign_in", CANARY), vault.handling("product.sign_in", CANARY):
        assert len(vault._passing) == 2
        assert copies(tmp_path) == 0
    assert vault._passing == {}
    with pytest.raises(VaultError), vault.handling(STATISTICS, CANARY):
        pass


def test_numbers_are_not_given_twice(vault: Vault, clock: Stopped) -> None:
    """Whoever goes on from a number must not miss a later record."""
    number = vault.keep("product.events", CANARY, {})
    vault.erase(number)
    assert vault.keep("product.events", CANARY, {}) > number


def test_readers_can_be_narrowed(vault: Vault) -> None:
    vault.keep("product.events", "a", {}, owner="one", trace="x")
    vault.keep("product.events", "b", {}, owner="two", trace="y")
    vault.keep(STATISTICS, "a", {}, owner="one", trace="y")
    assert [row.subject for row in vault.after(0, 9, owner="one")] == ["a", "a"]
    assert [row.subject for row in vault.traced(("y", "z"), "one")] == ["a"]
    assert [row.subject for row in vault.traced(("y", "z"))] == ["b", "a"]
    assert [row.subject for row in vault.after(0, 9, activities=("product.events",))] == ["a", "b"]
    assert [row.id for row in vault.after(1, 1)] == [2]
    assert vault.size("two") == 1


# -- gone is gone -----------------------------------------------------------------------------------------------------


def fill(vault: Vault) -> None:
    """Enough rows, of many lengths, that pages split and are joined again."""
    with vault.together():
        for number in range(400):
            vault.keep("product.events", CANARY, {"more": CANARY * (1 + number % 7)}, tag=f"{CANARY}-{number}")
            vault.keep("lock_unlock.command", f"stays-{number}", {"more": "y" * (number % 90)})


def test_expired_rows_leave_no_copy_in_any_file(vault: Vault, clock: Stopped, tmp_path: Path) -> None:
    fill(vault)
    assert copies(tmp_path) > 1000
    clock.moment += timedelta(hours=2)
    while vault.expire(limit=70):
        pass
    vault.scrub()
    assert copies(tmp_path) == 0
    assert vault.size() == 400


def test_live_expiry_rewrites_the_file_too(
    vault: Vault, clock: Stopped, tmp_path: Path, aio: Callable[..., None]
) -> None:
    fill(vault)
    clock.moment += timedelta(hours=2)

    async def live() -> None:
        running = asyncio.get_running_loop().create_task(Retention(clock, {"party": vault}).run())
        while copies(tmp_path):
            assert not running.done()
            await asyncio.sleep(0.01)
        running.cancel()

    aio(live(), 10)


def test_erased_replaced_and_changed_rows_leave_no_copy(vault: Vault, tmp_path: Path) -> None:
    erased = vault.keep("lock_unlock.command", CANARY, {"value": CANARY})
    assert copies(tmp_path) == 5, "the value, the subject, and the subject in three indexes"
    vault.erase(erased)
    assert copies(tmp_path) == 0, "at once, before the file is rewritten"
    for value in (CANARY * 50, CANARY, "short", "x" * 500):
        vault.keep("car_control.vehicle_status", "car", {"value": value})
    changed = vault.keep("product.session", "a", {"value": CANARY}, tag=CANARY)
    vault.change(changed, {"value": "other"}, tag="other")
    vault.scrub()
    assert copies(tmp_path) == 0


def test_without_secure_delete_copies_stay(tmp_path: Path, clock: Stopped, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the search above would see it."""
    monkeypatch.setattr(store, "PRAGMAS", {**store.PRAGMAS, "secure_delete": 0})
    vault = Owned("party", tmp_path / "party.db", ACTIVITIES, clock)
    fill(vault)
    clock.moment += timedelta(hours=2)
    while vault.expire(limit=70):
        pass
    assert vault.size() == 400
    vault.scrub()
    assert copies(tmp_path) > 100, "what was not overwritten when it was deleted is not between the cells alone"
    vault.close()


def test_secure_delete_alone_leaves_copies_where_pages_were_split(vault: Vault, clock: Stopped, tmp_path: Path) -> None:
    """Why the file is rewritten: if this ever fails, SQLite has become better and `scrub` may go."""
    fill(vault)
    clock.moment += timedelta(hours=2)
    while vault.expire(limit=70):
        pass
    assert copies(tmp_path) > 0


def test_a_file_without_changes_is_not_rewritten(vault: Vault, tmp_path: Path) -> None:
    vault.scrub()
    vault.keep("lock_unlock.command", "a", {})
    before = (tmp_path / "party.db").stat()
    vault.scrub()
    assert (tmp_path / "party.db").stat().st_mtime_ns == before.st_mtime_ns


def test_a_sqlite_that_cannot_erase_is_refused(tmp_path: Path, clock: Stopped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PRAGMAS", {"secure_delete": 7})
    with pytest.raises(VaultError):
        Owned("party", tmp_path / "party.db", ACTIVITIES, clock)


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path, clock: Stopped) -> None:
    first = Owned("party", tmp_path / "party.db", ACTIVITIES, clock)
    number = first.keep(STATISTICS, CANARY, {"a": 1}, owner="o", tag="t", trace="x")
    row = first.get(number)
    first.close()
    second = Owned("party", tmp_path / "party.db", ACTIVITIES, clock)
    assert second.get(number) == row
    second.close()
    database = sqlite3.connect(tmp_path / "party.db")
    assert database.execute("PRAGMA journal_mode").fetchone()[0] != "wal"
    database.close()
