"""What lies near: things sorted into squares of the plane."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from mock_backend.world.plane import Flat

T = TypeVar("T")


class Grid(Generic[T]):
    """Things come back in the order in which they were put in, each once."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._squares: dict[tuple[int, int], list[tuple[int, T]]] = {}
        self._count = 0

    def put(self, thing: T, low: Flat, high: Flat) -> None:
        for column in range(low[0] // self._width, high[0] // self._width + 1):
            for row in range(low[1] // self._width, high[1] // self._width + 1):
                self._squares.setdefault((column, row), []).append((self._count, thing))
        self._count += 1

    def within(self, low: Flat, high: Flat) -> Iterator[T]:
        found: dict[int, T] = {}
        for column in range(low[0] // self._width, high[0] // self._width + 1):
            for row in range(low[1] // self._width, high[1] // self._width + 1):
                found.update(self._squares.get((column, row), ()))
        return (found[number] for number in sorted(found))

    def around(self, at: Flat, reach: int) -> Iterator[T]:
        return self.within((at[0] - reach, at[1] - reach), (at[0] + reach, at[1] + reach))
