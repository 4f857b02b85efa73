"""A road between two nodes: its class, its course, its limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from itertools import pairwise

from mock_backend.world.plane import Box, Point, box_of, path_length

IN_TOWN = 50


class Kind(IntEnum):
    """The larger, the more important."""

    STREET = 0
    LANE = 1
    """A wider street of a town, between its quarters."""
    COUNTY = 2
    STATE = 3
    FEDERAL = 4
    RAMP = 5
    MOTORWAY = 6


LIMITS = {
    Kind.STREET: 30, Kind.LANE: 50, Kind.COUNTY: 80, Kind.STATE: 90, Kind.FEDERAL: 100, Kind.RAMP: 60, Kind.MOTORWAY: 130,
}  # fmt: skip
"""Kilometres an hour; on motorways the advised speed."""


@dataclass(frozen=True, eq=False)
class Road:
    """`slow`: centimetres at its start and at its end that lie in a town. `towns`: names of those that it joins, or none."""

    kind: Kind
    name: str
    points: tuple[Point, ...]
    slow: tuple[int, int] = (0, 0)
    towns: tuple[str, str] = ("", "")
    number: int = field(default=-1)
    """Its place among the roads between towns; -1 for a street, or a part of a road."""

    @property
    def start(self) -> Point:
        return self.points[0]

    @property
    def end(self) -> Point:
        return self.points[-1]

    @cached_property
    def length(self) -> int:
        """Centimetres."""
        return path_length(self.points)

    @cached_property
    def box(self) -> Box:
        return box_of(self.points)

    def pieces(self, box: Box) -> Iterator[tuple[int, Point, Point]]:
        """The straight pieces that may reach into a box, each behind which point."""
        south, west, north, east = box
        for index, (one, other) in enumerate(pairwise(self.points)):
            above, below = one[0] > north and other[0] > north, one[0] < south and other[0] < south
            if not (above or below or (one[1] > east and other[1] > east) or (one[1] < west and other[1] < west)):
                yield index, one, other

    @cached_property
    def time(self) -> int:
        """Milliseconds from end to end at the limits."""
        return self.time_between(0, self.length)

    def limit_at(self, along: int) -> int:
        return self.stretches()[_which(self.stretches(), along)][1]

    def stretches(self) -> list[tuple[int, int]]:
        """(where it ends, kilometres an hour), in order."""
        first, last = self.slow
        limit, whole = LIMITS[self.kind], self.length
        slowed = min(IN_TOWN, limit)
        if first + last >= whole:
            return [(whole, slowed if first + last else limit)]
        return [(end, speed) for end, speed in ((first, slowed), (whole - last, limit), (whole, slowed)) if end]

    def time_between(self, low: int, high: int) -> int:
        """Milliseconds between two places along it; parts add up to the whole but for a millisecond each."""
        total, before = 0, 0
        for end, speed in self.stretches():
            inside = min(end, high) - max(before, low)
            if inside > 0:
                total += inside * 36 // speed
            before = end
        return total


Stop = tuple[int, Point]
"""A place on a road: behind which of its points, and where."""


def split(road: Road, stops: Iterable[Stop]) -> Iterator[Road]:
    """The parts of a road between places on it; what of it lies in a town still does."""
    points, begin, done, last = road.points, [road.points[0]], 0, 0
    cuts = sorted(set(stops), key=lambda one: (one[0], _off(points, one)))
    if not cuts:
        yield road
        return
    for index, at in (*cuts, (len(points) - 2, points[-1])):
        begin += points[last + 1 : index + 1]
        last = index
        if begin[-1] != at:
            begin.append(at)
        if len(begin) > 1:
            part = _part(road, tuple(begin), done)
            yield part
            done += part.length if any(road.slow) else 0
        begin = [at]


def _off(points: tuple[Point, ...], stop: Stop) -> int:
    index, at = stop
    return (at[0] - points[index][0]) ** 2 + (at[1] - points[index][1]) ** 2


def _part(road: Road, points: tuple[Point, ...], done: int) -> Road:
    if not any(road.slow):
        return Road(road.kind, road.name, points, (0, 0), road.towns)
    whole = path_length(points)
    slow = max(0, min(whole, road.slow[0] - done)), max(0, min(whole, done + whole - road.length + road.slow[1]))
    return Road(road.kind, road.name, points, slow, road.towns)


def _which(stretches: list[tuple[int, int]], along: int) -> int:
    return next((index for index, (end, _) in enumerate(stretches) if along < end), len(stretches) - 1)
