from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_backend.clock import FULLY, LATEST, Clock, ClockError, add


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2024-02-29T12:00:00", "P12M", "2025-02-28T12:00:00"),
        ("2024-02-29T12:00:00", "P1Y", "2025-02-28T12:00:00"),
        ("2024-02-29T12:00:00", "P4Y", "2028-02-29T12:00:00"),
        ("2023-02-28T23:59:59", "P12M", "2024-02-28T23:59:59"),
        ("2023-03-01T00:00:00", "P12M", "2024-03-01T00:00:00"),
        ("2023-03-01T00:00:00", "P365D", "2024-02-29T00:00:00"),
        ("2024-01-31T00:00:00", "P1M", "2024-02-29T00:00:00"),
        ("2023-12-31T00:00:00", "P2M", "2024-02-29T00:00:00"),
        ("2024-12-15T00:00:00", "P1M", "2025-01-15T00:00:00"),
        ("2024-01-01T00:00:00", "P30D", "2024-01-31T00:00:00"),
        ("2024-01-01T00:00:00", "P1Y2M3W4DT5H6M7S", "2025-03-26T05:06:07"),
        ("2024-03-31T01:30:00", "P1D", "2024-04-01T01:30:00"),
        ("2024-01-01T00:00:00", "PT1M", "2024-01-01T00:01:00"),
        ("1999-02-28T00:00:00", "P30Y", "2029-02-28T00:00:00"),
    ],
)
def test_periods_are_added_as_a_calendar_does(start: str, period: str, end: str) -> None:
    assert add(at(start), period) == at(end)


@pytest.mark.parametrize(
    "period",
    ["", "P", "PT", "1D", "P1", "-P1D", "P-1D", "P1.5D", "P1H", "p1d", "P1D ", "P9999Y", "P" + "9" * 6000 + "D"],
)
def test_what_is_no_period_or_too_far_is_refused(period: str) -> None:
    with pytest.raises(ClockError):
        add(at("2024-01-01T00:00:00"), period)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)), st.integers(0, 600))
def test_months_never_skip_a_month(start: datetime, months: int) -> None:
    end = add(start, f"P{months}M")
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.time() == start.time()
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


def move(clock: Clock, period: str, stopped: Callable[[], None] = lambda: None) -> tuple[datetime, datetime, int]:
    """Calls `stopped` at each stop."""
    start, target, skipped = clock.depart(lambda now: add(now, period))
    for _ in clock.stops(target):
        stopped()
    clock.arrive(target)
    return start, target, skipped


def test_calls_and_deletions_come_in_the_order_of_their_time() -> None:
    """What is due at a stop goes before what is called there."""
    clock, order = Clock(), list[str]()
    start = clock.now()
    dues = [2, 3, 4]
    for days in (3, 1):
        clock.at(start + timedelta(days=days), lambda: order.append(f"call {(clock.now() - start).days}"))

    def expire() -> None:
        while dues and start + timedelta(days=dues[0]) <= clock.now():
            order.append(f"due {dues.pop(0)}")

    moved = move(clock, "P5D", expire)
    assert order == ["call 1", "due 2", "due 3", "call 3", "due 4"]
    assert moved[2] == 0
    assert clock.now() >= moved[1] == moved[0] + timedelta(days=5)


def test_beyond_a_week_calls_are_skipped_and_counted() -> None:
    clock, called = Clock(), list[int]()
    clock.at(clock.now() + timedelta(days=1), lambda: called.append(1))
    clock.at(clock.now() + timedelta(days=30), lambda: called.append(2))
    moved = move(clock, "P8D")
    assert timedelta(days=8) > FULLY
    assert (moved[2], called) == (1, [])
    move(clock, "P7D")
    assert called == []


def test_a_call_that_plans_itself_into_the_past_does_not_hold_up_the_clock() -> None:
    clock, called = Clock(), list[datetime]()

    def again() -> None:
        called.append(clock.now())
        clock.at(clock.now() - timedelta(days=1), again)

    clock.at(clock.now(), again)
    move(clock, "PT1M")
    assert 2 < len(called) <= 61
    assert called == sorted(set(called))
    clock.run_due()
    assert len(called) <= 62


def test_a_call_that_fails_does_not_leave_the_clock_believing_it_is_calling() -> None:
    clock = Clock()

    def fail() -> None:
        raise ZeroDivisionError

    clock.at(clock.now(), fail)
    with pytest.raises(ZeroDivisionError):
        clock.run_due()
    soon = clock.now() + timedelta(milliseconds=1)
    clock.at(soon, lambda: None)
    assert clock.next_call() == soon


def test_the_offset_lasts_and_the_clock_does_not_go_back(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    clock = Clock(file)
    _, target, _ = move(clock, "P1Y")
    assert Clock(file).now() >= target
    with pytest.raises(ClockError):
        Clock(file, target - timedelta(seconds=1))
    later = target + timedelta(days=1)
    assert Clock(file, later).now() >= later
    assert [one.name for one in tmp_path.iterdir()] == ["clock.json"]


def test_a_move_that_is_dropped_has_arrived_after_a_restart(tmp_path: Path) -> None:
    """What was deleted on the way would otherwise have been deleted early."""
    clock = Clock(tmp_path / "clock.json")
    start, target, _ = clock.depart(lambda now: add(now, "P1Y"))
    assert clock.now() == start
    assert Clock(tmp_path / "clock.json").now() >= target


def test_a_move_goes_back_never() -> None:
    clock = Clock()
    with pytest.raises(ClockError):
        clock.depart(lambda now: now - timedelta(microseconds=1))
    before = clock.now()
    start, target, _ = clock.depart(lambda now: now)
    assert start == target >= before


def test_it_ends_where_periods_still_fit_behind_it() -> None:
    clock = Clock(start=LATEST - timedelta(days=1))
    with pytest.raises(ClockError):
        move(clock, "P2D")
    assert clock.now() < LATEST
    assert add(LATEST, "P30Y").year == 9030


def test_the_session_clock_is_not_moved() -> None:
    clock = Clock()
    before = clock.session()
    move(clock, "P30Y")
    assert clock.session() - before < 60
