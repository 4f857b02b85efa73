"""Chance that is the same each time: every object draws from its own, whoever asks for it first."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """`what` names the object."""

    def __init__(self, *what: object) -> None:
        self._name = "|".join(map(str, what)).encode()
        self._drawn = b""
        self._block = 0

    def _four(self) -> int:
        if not self._drawn:
            self._drawn = blake2b(self._name, digest_size=64, salt=self._block.to_bytes(8, "big")).digest()
            self._block += 1
        taken, self._drawn = self._drawn[:4], self._drawn[4:]
        return int.from_bytes(taken, "big")

    def below(self, end: int) -> int:
        return self._four() * end >> 32

    def around(self, most: int) -> int:
        """From -most to most."""
        return self.below(2 * most + 1) - most

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def has(self, percent: int) -> bool:
        return self.below(100) < percent

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]


def noise(seed: int, what: str, east: int, north: int, width: int) -> int:
    """A smooth hilly field from 0 to 1000, with hills about `width` wide."""
    column, row = east // width, north // width
    across, up = _eased((east - column * width) * 1000 // width), _eased((north - row * width) * 1000 // width)
    low = _mixed(_corner(seed, what, column, row), _corner(seed, what, column + 1, row), across)
    high = _mixed(_corner(seed, what, column, row + 1), _corner(seed, what, column + 1, row + 1), across)
    return _mixed(low, high, up)


def field(seed: int, what: str, start: tuple[int, int], step: int, count: int, width: int) -> list[list[int]]:
    """The same field at `count` by `count` places, `step` apart, row by row: much sooner than one by one."""
    columns = [_part(start[0] + index * step, width) for index in range(count)]
    corners = {side for column, _ in columns for side in (column, column + 1)}
    found = []
    for index in range(count):
        row, up = _part(start[1] + index * step, width)
        low = {column: _corner(seed, what, column, row) for column in corners}
        high = {column: _corner(seed, what, column, row + 1) for column in corners}
        line = []
        for column, across in columns:
            below = low[column] + (low[column + 1] - low[column]) * across // 1000
            above = high[column] + (high[column + 1] - high[column]) * across // 1000
            line.append(below + (above - below) * up // 1000)
        found.append(line)
    return found


def _part(at: int, width: int) -> tuple[int, int]:
    """Which hill, and how far across it, eased."""
    return at // width, _eased(at % width * 1000 // width)


_corners: dict[tuple[int, str, int, int], int] = {}
MOST_CORNERS = 200_000


def _corner(seed: int, what: str, column: int, row: int) -> int:
    key = (seed, what, column, row)
    found = _corners.get(key)
    if found is None:
        if len(_corners) > MOST_CORNERS:
            _corners.clear()
        digest = blake2b(f"{seed}|{what}|{column}|{row}".encode(), digest_size=4).digest()
        found = _corners[key] = int.from_bytes(digest, "big") * 1001 >> 32
    return found


def _eased(part: int) -> int:
    return part * part * (3000 - 2 * part) // 1_000_000


def _mixed(one: int, other: int, part: int) -> int:
    return one + (other - one) * part // 1000
