"""What a page keeps between its cells is taken out in place, and nothing else is."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from mock_backend import scrub, store
from mock_backend.store import Store

CANARY = "WP0ZZZY1ZSSA1CANARY"
EVERYWHERE = "owner || activity || subject || content || tag || coalesce(trace, '')"


def pieces(place: Path) -> int:
    """How many eight letters in a row of it are in any file."""
    texts = [file.read_bytes() for file in place.iterdir()]
    return sum(text.count(CANARY[start : start + 8].encode()) for text in texts for start in range(len(CANARY) - 7))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "a.db")
    yield opened
    opened.close()


def churn(opened: Store, seed: int, times: int = 1500) -> dict[int, str]:
    """Records of all lengths come, change and go; returns what is there at last: id -> content."""
    dice, there = random.Random(seed), dict[int, str]()
    opened.hurry()
    for _ in range(times):
        act = dice.random()
        if act < 0.75 or not there:
            content = (CANARY if dice.random() < 0.6 else "stays") * dice.choice((1, 1, 2, 5, 40, 400))
            place = [dice.choice((CANARY, "a", "b" * 60, "c", "d")) for _ in range(3)]
            row = (place[0], content, dice.choice((None, CANARY)), dice.random(), dice.choice((None, 1.0)),
                   place[1], place[2], content[:60])  # fmt: skip
            there[opened.insert(row)] = content
        elif act < 0.88:
            number = dice.choice(list(there))
            opened.erase("id=?", (number,), 1)
            del there[number]
        else:
            number = dice.choice(list(there))
            there[number] = "x" * dice.choice((0, 3, 70, 900, 9000))
            opened.write("UPDATE record SET content=?, tag=? WHERE id=?", (there[number], there[number][:9], number))
    return there


def is_sound(file: Path, there: dict[int, str]) -> bool:
    database = sqlite3.connect(file)
    try:
        (said,) = database.execute("PRAGMA integrity_check").fetchone()
        return bool(said == "ok") and dict(database.execute("SELECT id, content FROM record")) == there
    finally:
        database.close()


def test_what_is_kept_stays_and_what_went_leaves_not_even_a_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Making the file shorter would take out everything too.
    monkeypatch.setattr(store, "SMALL", 0)
    found = 0
    for seed in range(6):
        place = tmp_path / str(seed)
        place.mkdir()
        opened = Store(place / "a.db")
        there = churn(opened, seed)
        for row in opened.erase(f"{EVERYWHERE} LIKE '%CANARY%'", (), -1):
            del there[row[0]]
        found += pieces(place)
        scrub_it_and_write_on(opened, place, there)
        opened.close()
    assert found > 10, "nothing was there to be taken out: this would prove nothing"


def scrub_it_and_write_on(opened: Store, place: Path, there: dict[int, str]) -> None:
    for _ in opened.scrubbing():
        pass
    assert pieces(place) == 0
    assert is_sound(place / "a.db", there)
    assert len(there) > 10
    # What SQLite still had in memory must not come back with the next write on the same page.
    opened.write("UPDATE record SET expires_at = id, stored_at = stored_at + 1, tag = substr(tag, 2)", ())
    assert pieces(place) == 0


def test_writes_between_two_steps_are_not_lost(opened: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrub, "STEP", 3)
    there = churn(opened, 99)
    for number, _ in enumerate(opened.scrubbing()):
        content = CANARY * (number % 50)
        there[opened.insert(("o", content, None, 1.0, None, "a", "s", "t"))] = content
        if number > 100:
            break
    assert is_sound(tmp_path / "a.db", there)


@pytest.mark.parametrize("way", ["erased", "overwritten"])
def test_what_went_after_a_scrub_is_taken_out_by_the_next(
    opened: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """A store that was looked through is so again when something went, and only then."""
    monkeypatch.setattr(store, "SMALL", 0)
    dice = random.Random(5)
    for _ in opened.scrubbing():
        pass
    with opened.together():
        for _ in range(900):
            text = dice.choice((CANARY, CANARY, "stays")) * dice.choice((1, 1, 2, 5, 40))
            row = (
                dice.choice(("o", "p")),
                text,
                text[:20],
                dice.random(),
                None,
                text[:30],
                f"{dice.random()}",
                text[:60],
            )
            opened.insert(row)
    assert list(opened.scrubbing()) == []
    if way == "erased":
        opened.erase(f"{EVERYWHERE} LIKE '%CANARY%'", (), -1)
    else:
        for (number,) in list(opened.read(f"SELECT id FROM record WHERE {EVERYWHERE} LIKE '%CANARY%'")):
            new = "x" * dice.choice((0, 3, 70, 900))
            opened.write(
                "UPDATE record SET activity=?, trace='', content=?, tag=? WHERE id=?", (new[:9], new, new[:9], number)
            )
    assert pieces(tmp_path) > 0, "nothing was there to be taken out: this would prove nothing"
    for _ in opened.scrubbing():
        pass
    assert pieces(tmp_path) == 0


class Dropping:
    """A store's file whose third write is cut in the middle: as the folder lies there then, it is copied away."""

    def __init__(self, file: BinaryIO, drop: Callable[[], object]) -> None:
        self.read, self.seek, self.close = file.read, file.seek, file.close
        self._write, self._drop = file.write, drop
        self.writes = 0

    def write(self, data: bytes) -> None:
        self.writes += 1
        self._write(data[: len(data) // 2])
        if self.writes == 3:
            self._drop()
        self._write(data[len(data) // 2 :])


def test_a_process_dropped_in_the_middle_leaves_it_to_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "SMALL", 0)
    here, dropped = tmp_path / "here", tmp_path / "dropped"
    here.mkdir()
    opened = Store(here / "a.db")
    there = churn(opened, 3)
    for row in opened.erase(f"{EVERYWHERE} LIKE '%CANARY%'", (), -1):
        del there[row[0]]
    monkeypatch.setattr(opened, "_raw", Dropping(opened._raw, lambda: shutil.copytree(here, dropped)))
    for _ in opened.scrubbing():
        pass
    opened.close()
    assert pieces(dropped) > 0, "nothing was left to be taken out: this would prove nothing"
    again = Store(dropped / "a.db")
    scrub_it_and_write_on(again, dropped, there)
    again.close()


def test_a_page_that_is_full_or_no_tree_is_left_alone() -> None:
    for page in (
        b"\x0d" + bytes(4095),
        bytes(4096),
        b"\x02" * 4096,
        b"\xff" * 4096,
        b"\x0d\0\0\xff\xff\x01\x00" + bytes(4089),
    ):
        assert scrub._room(page, 0) is None
    stale = bytearray(4096)
    stale[0], stale[3:5], stale[5:7], stale[2000:2005] = 13, b"\0\x01", b"\x0f\x00", b"stale"
    assert scrub._room(bytes(stale), 0) == range(10, 0xF00)


def test_a_file_that_is_mostly_empty_becomes_short_again(opened: Store, tmp_path: Path) -> None:
    churn(opened, 1)
    long = (tmp_path / "a.db").stat().st_size
    opened.erase("1=1", (), -1)
    for _ in opened.scrubbing():
        pass
    assert (tmp_path / "a.db").stat().st_size < long / 4


def test_a_long_file_is_made_short_at_the_next_start_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it."""
    monkeypatch.setattr(store, "SMALL", 10)
    file = tmp_path / "a.db"
    opened = Store(file)
    churn(opened, 1)
    long = file.stat().st_size
    opened.erase("1=1", (), -1)
    for _ in opened.scrubbing():
        pass
    assert file.stat().st_size == long
    opened.close()
    Store(file).close()
    assert file.stat().st_size < long / 4
