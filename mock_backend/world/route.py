"""A way from one place to another, and where one is after some distance of it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from mock_backend.world.plane import Point, between, length
from mock_backend.world.roads import Kind, Road


@dataclass(frozen=True, slots=True)
class OnRoad:
    """`along` in centimetres from the road's start; `off` is how far the place that was asked for lies from it."""

    at: Point
    road: Road
    along: int
    off: int


@dataclass(frozen=True, slots=True)
class Leg:
    """A road from `begin` to `end`, both in centimetres from its start; against its direction where `end` is less."""

    road: Road
    begin: int
    end: int

    @property
    def length(self) -> int:
        return abs(self.end - self.begin)

    @property
    def time(self) -> int:
        return self.road.time_between(min(self.begin, self.end), max(self.begin, self.end))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a car is on a route: `limit` in kilometres an hour, `next_limit` and `next_place` what comes then and where."""

    at: Point
    towards: Point
    limit: int
    kind: Kind
    name: str
    until: int
    """Centimetres from the route's start to where the limit or the road changes."""


@dataclass(frozen=True)
class Route:
    legs: tuple[Leg, ...]

    @cached_property
    def length(self) -> int:
        return sum(leg.length for leg in self.legs)

    @cached_property
    def time(self) -> int:
        """Milliseconds at the limits."""
        return sum(leg.time for leg in self.legs)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        found: list[Point] = []
        for leg in self.legs:
            found += [at for at in course(leg) if not found or at != found[-1]]
        return tuple(found)

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        return tuple(accumulate(leg.length for leg in self.legs))

    def at(self, distance: int) -> Spot:
        """After so many centimetres; at its end for more."""
        distance = min(max(0, distance), self.length)
        number = min(bisect_right(self._ends, distance), len(self.legs) - 1)
        leg, gone = self.legs[number], distance - (self._ends[number] - self.legs[number].length)
        step = 1 if leg.end >= leg.begin else -1
        along = leg.begin + step * gone
        here, ahead = place_on(leg.road, along, step)
        # Backwards the stretch that is left lies before, not behind.
        limit = leg.road.limit_at(along if step > 0 else max(0, along - 1))
        return Spot(
            here,
            ahead,
            limit,
            leg.road.kind,
            leg.road.name,
            min(self._ends[number], distance + _same(leg, along, step)),
        )


def _same(leg: Leg, along: int, step: int) -> int:
    """How far the limit stays as it is, at most to the road's end."""
    edges = [0, *(end for end, _ in leg.road.stretches())]
    ahead = [abs(edge - along) for edge in edges if (edge - along) * step > 0]
    return min(ahead, default=leg.length)


def place_on(road: Road, along: int, step: int = 1) -> tuple[Point, Point]:
    """The place so far along a road, and the next bend in the direction of `step`."""
    points = road.points
    for one, other in pairwise(points):
        piece = length(one, other)
        if along <= piece or other is points[-1]:
            here = between(one, other, min(along, piece), piece)
            return here, other if step > 0 else one
        along -= piece
    return points[-1], points[-1]


def course(leg: Leg) -> list[Point]:
    """Its bends, with the exact places of its ends."""
    low, high = min(leg.begin, leg.end), max(leg.begin, leg.end)
    first, last = place_on(leg.road, low)[0], place_on(leg.road, high)[0]
    gone, inside = 0, []
    for one, other in pairwise(leg.road.points):
        gone += length(one, other)
        if low < gone < high:
            inside.append(other)
    line = [first, *inside, last]
    return line if leg.end >= leg.begin else line[::-1]
