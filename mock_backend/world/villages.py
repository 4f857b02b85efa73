"""Invented villages between the towns: one a square at most, none too near to another place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mock_backend.world import names
from mock_backend.world.dice import Dice
from mock_backend.world.gazetteer import Gazetteer, Size, Town, Water
from mock_backend.world.grid import Grid
from mock_backend.world.plane import METRE, Flat, Point, apart, flat, inside, place

KILOMETRE = 1000 * METRE
WIDTH = 3 * KILOMETRE + 200 * METRE
"""Of a square. Far from the middle of the world only every fourth has a village."""
NEAR = (485_000_000, 86_000_000, 491_000_000, 97_000_000)
APART = 1500 * METRE
TRIES = 4


def between(gazetteer: Gazetteer) -> list[Town]:
    taken: Grid[Town] = Grid(8 * KILOMETRE)
    for town in gazetteer.towns:
        taken.put(town, town.flat, town.flat)
    low, high = flat(gazetteer.bounds[:2]), flat(gazetteer.bounds[2:])
    found: list[Town] = []
    used = {town.name for town in gazetteer.towns}
    for column in range(low[0] // WIDTH, high[0] // WIDTH + 1):
        for row in range(low[1] // WIDTH, high[1] // WIDTH + 1):
            village = _in_square(gazetteer, column, row, taken, used)
            if village is not None:
                found.append(village)
                used.add(village.name)
                taken.put(village, village.flat, village.flat)
    return found


def _in_square(gazetteer: Gazetteer, column: int, row: int, taken: Grid[Town], used: set[str]) -> Town | None:
    dice = Dice(gazetteer.seed, "village", column, row)
    for _ in range(TRIES):
        east, north = column * WIDTH + dice.below(WIDTH), row * WIDTH + dice.below(WIDTH)
        at = place((east, north))
        is_near = inside(at, NEAR)
        if not inside(at, gazetteer.bounds) or not (is_near or (column % 2 == 0 and row % 2 == 0)):
            return None
        if _is_free((east, north), taken) and not any(_holds(lake, at) for lake in gazetteer.lakes):
            people = 250 + dice.below(60) ** 2 + (dice.below(3000) if dice.has(15) else 0)
            return Town(_name(dice, used), at, people, Size.VILLAGE)
    return None


def _is_free(at: Flat, taken: Grid[Town]) -> bool:
    near = taken.around(at, 8 * KILOMETRE)
    return all(apart(at, town.flat) > APART + town.radius for town in near)


def _name(dice: Dice, used: set[str]) -> str:
    """One that no other place has: the more are taken, the longer they get."""
    name = names.village(dice)
    while name in used:
        name = names.part(dice, names.village(dice))
    return name


def _holds(lake: Water, at: Point) -> bool:
    return holds(lake.line, at)


def holds(ring: Sequence[Point], at: Point) -> bool:
    """Whether a place lies inside a ring: an odd number of its sides lie east of it."""
    return sum(_is_west(at, one, other) for one, other in sides(ring)) % 2 == 1


def sides(ring: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    yield from zip(ring, (*ring[1:], ring[0]), strict=True)


def _is_west(at: Point, one: Point, other: Point) -> bool:
    if (one[0] > at[0]) == (other[0] > at[0]):
        return False
    low, high = (one, other) if one[0] < other[0] else (other, one)
    return (at[0] - low[0]) * (high[1] - low[1]) > (at[1] - low[1]) * (high[0] - low[0])
