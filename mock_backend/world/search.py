"""The quickest way through a net: A* with the straight line at motorway speed as the least that is left."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from typing import Any

from mock_backend.world.plane import Point, length
from mock_backend.world.roads import Road

FASTEST = 130
Exits = Callable[[Point], Iterable[Road]]
Cost = Callable[[Road], int]


def quickest(
    starts: Iterable[tuple[Point, int]], ends: dict[Point, int], goal: Point, exits: Exits, cost: Cost = lambda road: road.time
) -> tuple[list[tuple[Road, bool]], Point, Point] | None:  # fmt: skip
    """(road, whether against its direction) from one of `starts` to one of `ends`, each with what it costs to be there."""
    best: dict[Point, int] = {}
    came: dict[Point, tuple[Point, Road, bool] | None] = {}
    queue: list[tuple[int, int, Point]] = []
    for node, spent in starts:
        if spent < best.get(node, spent + 1):
            best[node], came[node] = spent, None
            heapq.heappush(queue, (spent + _least(node, goal), spent, node))
    found: tuple[int, Point] | None = None
    while queue and (found is None or queue[0][0] < found[0]):
        _, spent, node = heapq.heappop(queue)
        if spent > best[node]:
            continue
        if node in ends and (found is None or spent + ends[node] < found[0]):
            found = (spent + ends[node], node)
        for road in exits(node):
            other, after = (road.end, False) if road.start == node else (road.start, True)
            there = spent + cost(road)
            if there < best.get(other, there + 1):
                best[other], came[other] = there, (node, road, after)
                heapq.heappush(queue, (there + _least(other, goal), there, other))
    return None if found is None else _walked(came, found[1])


def _walked(came: dict[Point, Any], last: Point) -> tuple[list[tuple[Road, bool]], Point, Point]:
    way: list[tuple[Road, bool]] = []
    node = last
    while (step := came[node]) is not None:
        node, road, is_back = step
        way.append((road, is_back))
    return way[::-1], node, last


def _least(node: Point, goal: Point) -> int:
    """Milliseconds; a thousandth less than the straight line, which is measured on a plane only."""
    return length(node, goal) * 36 * 995 // (FASTEST * 1000)
