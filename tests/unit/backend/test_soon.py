"""Records of looks go to the disk together, a moment later; whoever asks sees them at once, and none is lost on the way."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from mock_backend import scrub, store
from mock_backend.catalogue import load
from mock_backend.vault import Vault
from standing_vault import Owned, Stopped

CAR = "WP0ZZZY1ZSSA1CANARY"
STATISTICS, OTHER = "car_control.usage_statistics", "product.events"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    vault = Owned("party", tmp_path / "party.db", load(), Stopped())
    yield vault
    vault.close()


@pytest.fixture
def on_disk(tmp_path: Path) -> Callable[[], int]:
    """How many records a program sees that opens the file anew."""

    def count() -> int:
        database = sqlite3.connect(tmp_path / "party.db")
        rows = database.execute("SELECT COUNT(*) FROM record").fetchone()[0]
        database.close()
        return int(rows)

    return count


def run(body: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(body())


def test_it_is_seen_at_once_and_on_the_disk_a_moment_later(vault: Vault, on_disk: Callable[[], int]) -> None:
    async def body() -> None:
        for _ in range(3):
            vault.keep(STATISTICS, CAR, {})
        assert len(list(vault.find(STATISTICS, CAR))) == vault.size() == vault.counted()["car_control"] == 3
        assert on_disk() == 0
        async with asyncio.timeout(10):
            while on_disk() != 3:
                await asyncio.sleep(store.SOON / 4)

    run(body)


def test_without_a_loop_nothing_is_put_off(vault: Vault, on_disk: Callable[[], int]) -> None:
    vault.keep(STATISTICS, CAR, {})
    assert on_disk() == 1


WRITES: dict[str, Callable[[Vault], object]] = {
    "keep": lambda vault: vault.keep(OTHER, CAR, {}),
    "keep together": lambda vault: together(vault),
    "change": lambda vault: vault.change(1, {"new": True}),
    "count": lambda vault: vault.count("something"),
    "scrub": lambda vault: vault.scrub(),
}


def together(vault: Vault) -> None:
    with vault.together():
        vault.keep(OTHER, CAR, {})


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_whatever_else_is_written_takes_it_along(
    vault: Vault, on_disk: Callable[[], int], write: Callable[[Vault], object]
) -> None:
    async def body() -> None:
        vault.keep(STATISTICS, CAR, {})
        assert on_disk() == 0
        write(vault)
        assert on_disk() == vault.size() > 0

    run(body)


def test_an_erasure_takes_what_was_put_off_too(vault: Vault, tmp_path: Path) -> None:
    async def body() -> None:
        vault.keep(STATISTICS, CAR, {})
        assert len(vault.forget("somebody")) == 1
        vault.scrub()

    run(body)
    assert vault.size() == 0
    assert [file.name for file in tmp_path.iterdir() if CAR.encode() in file.read_bytes()] == []


@pytest.mark.parametrize("when", ["before the scrub", "between its steps"])
def test_what_is_put_off_does_not_bring_back_what_a_scrub_took_out(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """SQLite has such pages in memory, with what lies stale on them, and writes them later."""
    monkeypatch.setattr(scrub, "STEP", 3 if when == "between its steps" else 500)
    for number in range(400):
        vault.keep(OTHER, CAR, {"more": CAR * (1 + number % 7)}, tag=f"{CAR}-{number}", owner="gone")
        vault.keep("lock_unlock.command", f"stays-{number}", {"more": "y" * (number % 90)})
    while vault.forget("gone", 70):
        pass
    numbers = itertools.count()

    def look() -> None:
        """Beside the places that were emptied, in each index."""
        vault.keep(STATISTICS, f"looks-{next(numbers)}", {})
        with vault._store.soon():
            vault._store._db.execute(
                "UPDATE record SET stored_at=stored_at+1, expires_at=1e12, trace='t', tag='t' || id"
            )

    async def body() -> None:
        assert found(tmp_path)
        if when == "before the scrub":
            look()
        for number, _ in enumerate(vault.scrubbing()):
            if when == "between its steps" and number % 5 == 1:
                look()
        vault._store.commit()

    run(body)
    assert not found(tmp_path)


def found(place: Path) -> int:
    return sum(file.read_bytes().count(CAR.encode()) for file in place.iterdir())


def test_one_that_fails_leaves_the_others_and_no_trace(vault: Vault, on_disk: Callable[[], int]) -> None:
    async def body() -> None:
        vault.keep(STATISTICS, CAR, {})
        with pytest.raises(ZeroDivisionError), vault._store.soon():  # noqa: PT012
            vault.keep(STATISTICS, CAR, {"lost": True})
            _ = 1 / 0
        assert vault.places() == {("somebody", STATISTICS, CAR): 1}
        assert vault.counted() == {"car_control": 1}
        vault._store.commit()
        assert on_disk() == 1

    run(body)


def test_a_full_disk_takes_back_what_was_put_off_and_the_store_goes_on(
    vault: Vault, on_disk: Callable[[], int]
) -> None:
    """SQLite itself ends the transaction then; what is counted follows, and later records are kept again."""
    database = vault._store._db

    async def body() -> None:
        vault.keep(OTHER, CAR, {})
        vault.keep(STATISTICS, CAR, {})
        database.execute(f"PRAGMA max_page_count={database.execute('PRAGMA page_count').fetchone()[0]}")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            vault.keep(STATISTICS, CAR, {"more": "x" * 50_000})
        database.execute("PRAGMA max_page_count=100000")
        assert vault.places() == {("somebody", OTHER, CAR): 1}
        vault.keep(STATISTICS, CAR, {})
        vault.keep(OTHER, CAR, {})
        assert on_disk() == vault.size() == len(vault.after(0, 9)) == 3
        assert vault.counted() == {"car_control": 1}

    run(body)


def test_a_disk_that_is_full_when_it_is_written_loses_that_and_no_more(
    vault: Vault, on_disk: Callable[[], int]
) -> None:
    async def body() -> None:
        vault.keep(STATISTICS, CAR, {})
        vault._store._db.execute("ROLLBACK")  # as SQLite does it where writing fails
        with pytest.raises(sqlite3.OperationalError):
            vault.keep(OTHER, CAR, {})
        assert vault.places() == {}
        vault.keep(OTHER, CAR, {})
        assert on_disk() == vault.size() == 1

    run(body)


def test_the_end_of_the_backend_loses_nothing(tmp_path: Path, on_disk: Callable[[], int]) -> None:
    vault = Owned("party", tmp_path / "party.db", load(), Stopped())

    async def body() -> None:
        vault.keep(STATISTICS, CAR, {})
        vault.close()

    run(body)
    assert on_disk() == 1


def test_a_disk_that_is_taken_for_a_while_is_tried_again(
    vault: Vault, tmp_path: Path, on_disk: Callable[[], int]
) -> None:
    vault._store._db.execute("PRAGMA busy_timeout=0")

    async def body() -> None:
        vault.keep(STATISTICS, CAR, {})
        reader = sqlite3.connect(tmp_path / "party.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM record").fetchone()
        with pytest.raises(sqlite3.OperationalError):
            vault.keep(OTHER, CAR, {})
        reader.close()
        vault.keep(OTHER, CAR, {})
        assert on_disk() == vault.size() == 2

    run(body)
