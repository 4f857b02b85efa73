"""What the car says about its own upkeep: service intervals and warnings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Interval:
    """Distance and days to the next service; negative means overdue."""

    kilometres: float | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Warning:
    """A warning shown in the instrument cluster. `key` is the car's own name of it, shown as it is when unknown."""

    key: str
    severity: str = "info"
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Service:
    main: Interval = Interval()
    oil: Interval = Interval()
    intermediate: Interval = Interval()
    warnings: tuple[Warning, ...] | None = None
    """None: the car has not said; empty: it said there are none."""
