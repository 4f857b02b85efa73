"""Where the marks of an axis stand, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, floor, log10

from PySide6.QtCore import QDate, QTime

from companion.model import local_time
from companion.ui import format as fmt

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
STEPS = (
    5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY,
    30 * DAY, 60 * DAY, 120 * DAY,
)  # fmt: skip
ROOM = 84.0
"""Pixels between two marks at least."""


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Seconds since 1970, told as the clock of a time zone shows them; "" is the computer's own."""

    zone: str = ""
    name = "time"

    def ticks(self, first: float, last: float, width: float) -> list[tuple[float, str]]:
        step = next((one for one in STEPS if (last - first) / one * ROOM <= width), STEPS[-1])
        start = self._local(first)
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        local = midnight + timedelta(seconds=floor((start - midnight).total_seconds() / step) * step)
        found: list[tuple[float, str]] = []
        while (at := local_time.moment(local, self.zone).timestamp()) <= last:
            # Of an hour that the clocks leave out there is no mark.
            if at >= first and local_time.exists(local, self.zone):
                found.append((at, self._tick(local, step)))
            local += timedelta(seconds=step)
        return found

    def words(self, x: float) -> str:
        local = self._local(x)
        day = fmt.written(QDate(local.year, local.month, local.day), "ddd d MMM")
        return f"{day} {QTime(local.hour, local.minute).toString('HH:mm')}"

    def plain(self, x: float) -> str:
        """For a file: ISO 8601 with its offset."""
        moment = datetime.fromtimestamp(round(x), UTC)
        return moment.astimezone(local_time.zone(self.zone)).isoformat()

    def _local(self, x: float) -> datetime:
        return local_time.shown(datetime.fromtimestamp(x, UTC), self.zone)

    @staticmethod
    def _tick(local: datetime, step: float) -> str:
        if step >= DAY or (local.hour, local.minute) == (0, 0):
            return fmt.written(QDate(local.year, local.month, local.day), "d MMM" if step >= DAY else "ddd d")
        return QTime(local.hour, local.minute).toString("HH:mm")


@dataclass(frozen=True, slots=True)
class NumberAxis:
    """Numbers with a unit."""

    unit: str
    decimals: int = 0

    @property
    def name(self) -> str:
        return self.unit

    def ticks(self, first: float, last: float, width: float) -> list[tuple[float, str]]:
        step = _round_step((last - first) * ROOM / max(ROOM, width))
        numbers = range(ceil(first / step - 1e-9), floor(last / step + 1e-9) + 1)
        return [(number * step, fmt.number(number * step, 0 if step >= 1 else 1)) for number in numbers]

    def words(self, x: float) -> str:
        return fmt.unit(x, self.unit, self.decimals)

    def plain(self, x: float) -> str:
        return f"{x:.{self.decimals + 1}f}"


Axis = TimeAxis | NumberAxis


def _round_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, at least `least`."""
    if least <= 0:
        return 1.0
    base = 10.0 ** floor(log10(least))
    return next(base * times for times in (1, 2, 5, 10) if base * times >= least - 1e-9)
