"""The only source of time: the demo clock of the notice's world, and the session clock that nobody can move."""

from __future__ import annotations

import calendar
import heapq
import itertools
import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
FULLY = timedelta(days=7)
"""Up to here the cars live through a move; beyond they sleep."""
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""The demo clock ends here, so that every period still fits behind it."""


class ClockError(ValueError):
    """A period that is none, or a way back."""


def add(moment: datetime, period: str) -> datetime:
    """Calendar arithmetic: a month later is the same day of the next month, or its last. Raises ClockError."""
    match = _PERIOD.fullmatch(period)
    if match is None or not any(match.groups()):
        raise ClockError("not an ISO 8601 period")
    try:
        years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        whole = moment.month - 1 + months + 12 * years
        year, month = moment.year + whole // 12, whole % 12 + 1
        day = min(moment.day, calendar.monthrange(year, month)[1])
        exact = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        return moment.replace(year=year, month=month, day=day) + exact
    except (OverflowError, ValueError) as error:
        raise ClockError("too far") from error


class Clock:
    """`offset` persists in `file`; `start` sets the demo clock once, never back."""

    def __init__(self, file: Path | None = None, start: datetime | None = None) -> None:
        self._file = file
        self._frozen: datetime | None = None
        self._calls: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
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
        heapq.heappush(self._calls, (moment, next(self._numbers), call))

    def next_call(self) -> datetime | None:
        return self._calls[0][0] if self._calls else None

    def run_due(self) -> None:
        while self._calls and self._calls[0][0] <= self.now():
            heapq.heappop(self._calls)[2]()

    def advance(
        self, period: str, next_due: Callable[[], datetime | None], expire: Callable[[], object]
    ) -> tuple[datetime, datetime, int]:
        """Moves on by `period`, running calls and deletions in the order of their time; returns (from, to, calls skipped).

        `next_due` tells when the next record expires; `expire` deletes what is due now. Raises ClockError; then nothing
        moved.
        """
        start, skipped = self.now(), 0
        target = add(start, period)
        _check(target, start)
        if target - start > FULLY:
            late = [call for call in self._calls if call[0] <= target]
            self._calls = [call for call in self._calls if call[0] > target]
            heapq.heapify(self._calls)
            skipped = len(late)
        while (due := _first(next_due(), self.next_call())) is not None and due <= target:
            self._frozen = max(due, self._frozen or start)
            expire()
            self.run_due()
        self._frozen = None
        # Deleting took its time; the clock went on meanwhile.
        self._set(max(target, self.now()))
        return start, target, skipped

    def _set(self, moment: datetime) -> None:
        self._offset = moment - datetime.now(UTC)
        if self._file is not None:
            self._file.write_text(json.dumps({"offset": self._offset.total_seconds()}), "utf-8")


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


def _first(*moments: datetime | None) -> datetime | None:
    known = [moment for moment in moments if moment is not None]
    return min(known) if known else None
