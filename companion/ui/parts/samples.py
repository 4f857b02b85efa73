"""A line of many points, drawn with no more than a screen has columns."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

FACTOR = 8


class Samples:
    """Points in the order of x. What lies between two x is told as they are, or as the lowest and highest of groups."""

    def __init__(self, points: Iterable[tuple[float, float]]) -> None:
        pairs = sorted(points, key=lambda point: point[0])
        self.x, self.y = array("d", (x for x, _ in pairs)), array("d", (y for _, y in pairs))
        self._levels: list[tuple[array[float], array[float]]] = [(self.y, self.y)]
        """Lowest and highest of each group; a group of a level is FACTOR of the level before."""
        while len(self._levels[-1][0]) > 2 * FACTOR:
            low, high = self._levels[-1]
            groups = range(0, len(low), FACTOR)
            self._levels.append((
                array("d", (min(low[at : at + FACTOR]) for at in groups)),
                array("d", (max(high[at : at + FACTOR]) for at in groups)),
            ))  # fmt: skip

    def __len__(self) -> int:
        return len(self.x)

    def count(self, first: float, last: float) -> int:
        start, end = self._range(first, last)
        return end - start

    def between(self, first: float, last: float) -> list[tuple[float, float]]:
        """The points of a line, from the last one before `first` to the first one behind `last`."""
        start, end = self._range(first, last)
        return list(zip(self.x[start:end], self.y[start:end], strict=True))

    def columns(self, first: float, last: float, count: int) -> list[tuple[float, float, float]]:
        """Number, lowest and highest of each column that the line passes, the columns side by side from `first` to `last`; each
        reaches to its neighbour, so that they are one line.
        """
        start, end = self._range(first, last)
        level, size = 0, 1
        while (end - start) / size > FACTOR * count and level + 1 < len(self._levels):
            level, size = level + 1, size * FACTOR
        lows, highs = self._levels[level]
        found: dict[int, tuple[float, float]] = {}
        per = count / (last - first)
        for group in range(start // size, -(-end // size)):
            column = int((self.x[group * size] - first) * per)
            low, high = lows[group], highs[group]
            if (known := found.get(column)) is not None:
                low, high = min(low, known[0]), max(high, known[1])
            found[column] = low, high
        return [(n, low, high) for n, (low, high) in _touching(found).items() if 0 <= n < count]

    def _range(self, first: float, last: float) -> tuple[int, int]:
        return max(0, bisect_left(self.x, first) - 1), min(len(self.x), bisect_right(self.x, last) + 1)

    def at(self, x: float) -> float | None:
        """Between two points as on a straight line; None outside."""
        if not self.x or not self.x[0] <= x <= self.x[-1]:
            return None
        after = bisect_left(self.x, x)
        if self.x[after] == x:
            return self.y[bisect_right(self.x, x) - 1]
        before = after - 1
        share = (x - self.x[before]) / (self.x[after] - self.x[before])
        return self.y[before] + share * (self.y[after] - self.y[before])


def _touching(found: dict[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    before: tuple[float, float] | None = None
    touching = {}
    for column, (low, high) in found.items():
        touching[column] = (low, high) if before is None else (min(low, before[1]), max(high, before[0]))
        before = low, high
    return touching
