"""The only source of time: the demo clock of the notice's world, and the session clock that nobody can move."""

from __future__ import annotations

import calendar
import heapq
import itertools
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
FULLY = timedelta(days=7)
"""Up to here the cars live through a move; beyond they sleep."""
STEP = timedelta(seconds=1)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""The demo clock ends here, so that every period still fits behind it."""


class ClockError(ValueError):
    """A period that is none, or a way back."""


def add(moment: datetime, period: str) -> datetime:
    """Calendar arithmetic: a month later is the same day of the next month, or its last. Raises ClockError."""
    try:
        years, months, weeks, days, hours, minutes, seconds = _parts(period)
        whole = moment.month - 1 + months + 12 * years
        year, month = moment.year + whole // 12, whole % 12 + 1
        day = min(moment.day, calendar.monthrange(year, month)[1])
        exact = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        return moment.replace(year=year, month=month, day=day) + exact
    except ClockError:
        raise
    except (OverflowError, ValueError) as error:
        raise ClockError("too far") from error


@lru_cache(maxsize=64)
def _parts(period: str) -> tuple[int, ...]:
    match = _PERIOD.fullmatch(period)
    if match is None or not any(match.groups()):
        raise ClockError("not an ISO 8601 period")
    return tuple(int(part or 0) for part in match.groups())


class Clock:
    """`offset` persists in `file`; `start` sets the demo clock once, never back."""

    def __init__(self, file: Path | None = None, start: datetime | None = None) -> None:
        self._file = file
        self._frozen: datetime | None = None
        self._calls: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._is_calling = False
        self._offset = timedelta()
        if file is not None and file.exists():
            self._offset = _load(file)
        if start is not None:
            _check(start, self.now())
            self._set(start)

    def now(self) -> datetime:
        return self._frozen or datetime.now(UTC) + self._offset

    @staticmethod
    def session() -> float:
        """Seconds, real and monotonic: tokens, challenges, lockouts, limits."""
        return time.monotonic()

    def at(self, moment: datetime, call: Callable[[], None]) -> None:
        """What a call plans is at least `STEP` later: nothing runs for ever at one moment."""
        if self._is_calling:
            moment = max(moment, self.now() + STEP)
        heapq.heappush(self._calls, (moment, next(self._numbers), call))

    def next_call(self) -> datetime | None:
        return self._calls[0][0] if self._calls else None

    def run_due(self) -> None:
        self._is_calling = True
        try:
            while self._calls and self._calls[0][0] <= self.now():
                heapq.heappop(self._calls)[2]()
        finally:
            self._is_calling = False

    def depart(self, choose: Callable[[datetime], datetime]) -> tuple[datetime, datetime, int]:
        """Begins a move from now to where `choose` says; returns (from, to, calls skipped). Raises ClockError.

        The target is written down first: whoever is dropped on the way is there after a restart, and what was deleted on
        the way was not deleted early. Until `arrive` the clock stands where `stops` puts it.
        """
        start, skipped = self.now(), 0
        target = choose(start)
        _check(target, start)
        self._set(target)
        self._frozen = start
        if target - start > FULLY:
            kept = [call for call in self._calls if call[0] > target]
            skipped = len(self._calls) - len(kept)
            self._calls = kept
            heapq.heapify(self._calls)
        return start, target, skipped

    def stops(self, target: datetime) -> Iterator[datetime]:
        """Stands at each moment of a call, runs it when taken on, and stands at `target` at last."""
        while (call := self.next_call()) is not None and call <= target:
            assert self._frozen is not None
            self._frozen = max(call, self._frozen)
            yield self._frozen
            self.run_due()
        self._frozen = target
        yield target

    def arrive(self, target: datetime) -> None:
        """Deleting took its time; the clock goes on from the target."""
        self._frozen = None
        self._set(target)

    def _set(self, moment: datetime) -> None:
        offset = moment - datetime.now(UTC)
        if self._file is not None:
            # Whole or not at all: a process may be dropped at any time.
            beside = self._file.with_name(self._file.name + ".new")
            beside.write_text(json.dumps({"offset": offset.total_seconds()}), "utf-8")
            os.replace(beside, self._file)
        self._offset = offset


def _check(moment: datetime, now: datetime) -> None:
    if moment < now:
        raise ClockError("the clock does not go back; reset the data to start earlier")
    if moment > LATEST:
        raise ClockError("too far")


def _load(file: Path) -> timedelta:
    try:
        return timedelta(seconds=json.loads(file.read_text("utf-8"))["offset"])
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise ClockError(f"{file.name} is damaged; reset the data") from error
