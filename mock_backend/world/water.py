"""Rivers with their bends, and lakes with their shores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from mock_backend.world.dice import Dice, noise
from mock_backend.world.gazetteer import Gazetteer
from mock_backend.world.plane import METRE, Box, Flat, Point, box_of, flat, place, smooth

STEP = 220 * METRE
AROUND = 16
MEANDER = 110 * METRE
SOURCE = 40
"""Percent of its width that a river has at its source."""


@dataclass(frozen=True, eq=False)
class Stream:
    name: str
    points: tuple[Point, ...]
    width: int
    """Metres at the mouth."""

    @cached_property
    def box(self) -> Box:
        return box_of(self.points)

    def width_at(self, index: int) -> float:
        return self.width * (SOURCE + (100 - SOURCE) * index / max(1, len(self.points) - 1)) / 100


@dataclass(frozen=True, eq=False)
class Lake:
    name: str
    ring: tuple[Point, ...]

    @cached_property
    def box(self) -> Box:
        return box_of(self.ring)


def streams(gazetteer: Gazetteer) -> tuple[Stream, ...]:
    return tuple(
        Stream(river.name, tuple(map(place, _meandering(gazetteer.seed, river.name, list(map(flat, river.line))))), river.width)
        for river in gazetteer.rivers
    )  # fmt: skip


def _meandering(seed: int, name: str, line: Sequence[Flat]) -> Iterator[Flat]:
    """Bends grow with the way from one given place to the next, so that what is told of its course stays true."""
    for east, north in smooth(line, STEP):
        yield (
            east + (noise(seed, name + "/east", east, north, 900 * METRE) - 500) * MEANDER // 500,
            north + (noise(seed, name + "/north", east, north, 900 * METRE) - 500) * MEANDER // 500,
        )


def lakes(gazetteer: Gazetteer) -> tuple[Lake, ...]:
    large = [
        Lake(one.name, tuple(map(place, smooth([*map(flat, one.line), flat(one.line[0])], 400 * METRE))))
        for one in gazetteer.lakes
    ]  # fmt: skip
    return (*large, *(_pond(gazetteer.seed, name, at, across) for name, at, across in gazetteer.ponds))


def _pond(seed: int, name: str, at: Point, across: int) -> Lake:
    """A round shore with dents; longer than wide."""
    dice, middle = Dice(seed, "pond", name), flat(at)
    ring = []
    for turn in range(AROUND):
        east, north = _direction(turn)
        far = across * METRE * dice.between(38, 56) // 100
        ring.append((middle[0] + east * far // 1000, middle[1] + north * far * 7 // 10_000))
    return Lake(name, tuple(map(place, smooth([*ring, ring[0]], 40 * METRE))))


def _direction(turn: int) -> tuple[int, int]:
    """The sixteenths of a circle, in thousandths."""
    quarter = ((1000, 0), (924, 383), (707, 707), (383, 924))
    east, north = quarter[turn % 4]
    for _ in range(turn // 4):
        east, north = -north, east
    return east, north
