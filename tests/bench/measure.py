"""Two ways of doing the same thing, taken in turns in one run; what is judged is the ratio of their medians."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Sample:
    """Repetitions of one measurement, all in `unit`."""

    name: str
    values: tuple[float, ...]
    unit: str = "ms"

    @property
    def middle(self) -> float:
        return median(self.values)

    def __str__(self) -> str:
        return f"{self.name} {self.middle:.3g} {self.unit} [{min(self.values):.3g}-{max(self.values):.3g}]"


@dataclass(frozen=True, slots=True)
class Ratio:
    """How often `base` goes into `ours`; with `faster` how often `ours` goes into `base`, and then more is better."""

    name: str
    ours: Sample
    base: Sample
    limit: float
    faster: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        ours, base = self.ours.middle, self.base.middle
        return base / ours if self.faster else ours / base

    def holds(self, slack: float = 1.0) -> bool:
        """`slack` loosens the limit, for a machine that does other things meanwhile."""
        return self.ratio * slack >= self.limit if self.faster else self.ratio <= self.limit * slack

    def __str__(self) -> str:
        limit = f"at least {self.limit:g}" if self.faster else f"{self.limit:g}"
        verdict = "ok" if self.holds() else "MISSED"
        note = f"; {self.note}" if self.note else ""
        figures = f"{self.ours} / {self.base}, {len(self.ours.values)} times each{note}"
        return f"{self.name}: ratio {self.ratio:.2f} (limit {limit}) {verdict}\n    {figures}"


@dataclass(frozen=True, slots=True)
class Amount:
    """Where there is nothing to compare with: what should be next to nothing."""

    name: str
    value: float
    limit: float
    unit: str
    note: str = ""

    def holds(self, slack: float = 1.0) -> bool:
        return self.value <= self.limit * slack

    def __str__(self) -> str:
        verdict = "ok" if self.holds() else "MISSED"
        note = f"\n    {self.note}" if self.note else ""
        return f"{self.name}: {self.value:.3g} {self.unit} (limit {self.limit:g}) {verdict}{note}"


Finding = Ratio | Amount


def in_turns(times: int, *measured: Callable[[], float]) -> list[tuple[float, ...]]:
    """A B A B ...; the first round warms up and does not count."""
    rounds = [[one() for one in measured] for _ in range(times + 1)]
    return list(zip(*rounds[1:], strict=True))


async def async_in_turns(
    times: int, *measured: Callable[[], Awaitable[float]], warm_up: int = 1
) -> list[tuple[float, ...]]:
    """The same for coroutines, one at a time."""
    rounds = [[await one() for one in measured] for _ in range(times + warm_up)]
    return list(zip(*rounds[warm_up:], strict=True))
