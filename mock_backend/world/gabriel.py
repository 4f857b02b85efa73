"""Who is whose neighbour: a road joins two places if no third lies in the circle between them. Such roads never cross."""

from __future__ import annotations

from collections.abc import Sequence

from mock_backend.world.grid import Grid
from mock_backend.world.plane import Flat, apart


def neighbours(places: Sequence[Flat], reach: int) -> list[tuple[int, int]]:
    """Pairs of indices, the smaller first, sorted. Nobody farther than `reach` is a neighbour."""
    grid: Grid[int] = Grid(reach // 3)
    for index, at in enumerate(places):
        grid.put(index, at, at)
    found = []
    for index, at in enumerate(places):
        near = sorted((apart(at, places[other]), other) for other in grid.around(at, reach) if other != index)
        for far, other in near:
            if other > index and far <= reach and not _is_between(places, index, other, near):
                found.append((index, other))
    return found


def _is_between(places: Sequence[Flat], one: int, other: int, near: Sequence[tuple[int, int]]) -> bool:
    """`near` are those around `one`, nearest first: only nearer ones than `other` can lie in the circle."""
    (ax, ay), (bx, by) = places[one], places[other]
    for _, third in near:
        if third == other:
            return False
        cx, cy = places[third]
        if (ax - cx) * (bx - cx) + (ay - cy) * (by - cy) < 0:
            return True
    return False
