"""The land as quarters: the cells around scattered seeds, the same for every town, so that neighbours share their borders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from mock_backend.world.dice import Dice
from mock_backend.world.gazetteer import Size, Town
from mock_backend.world.grid import Grid
from mock_backend.world.kept import Kept
from mock_backend.world.plane import METRE, Flat, Point, apart, place

SPACING = 520 * METRE
SCATTER = 38
"""Percent of the spacing that a seed may be off to each side."""
SMALL = 260 * METRE
"""A village no wider than this has a part of its cell only."""
WOBBLE = (86, 112)
"""Percent of its radius that a town reaches at each quarter."""
REACH = 5_500 * METRE
NEIGHBOURS = tuple((column, row) for column in range(-2, 3) for row in range(-2, 3) if (column, row) != (0, 0))
BEYOND = tuple((column, row) for column in range(-3, 4) for row in range(-3, 4) if max(abs(column), abs(row)) == 3)
FARTHER = (SPACING * (300 - 2 * SCATTER) // 100) ** 2
"""The square of how near a seed of BEYOND can be."""
Slot = tuple[int, int]
Corner = tuple[float, float, Slot | None]
"""East, north, and who lies across the side that begins there."""


class Ground(StrEnum):
    HOUSES = "houses"
    WORKS = "works"
    PARK = "park"


@dataclass(frozen=True)
class Cell:
    """`beyond[i]` lies across the side from corner i to the next; None where the cell was cut."""

    seed: Flat
    corners: tuple[Flat, ...]
    beyond: tuple[Slot | None, ...]

    @cached_property
    def ring(self) -> tuple[Point, ...]:
        return tuple(map(place, self.corners))

    def sides(self) -> Iterator[tuple[Flat, Flat, Slot | None]]:
        yield from zip(self.corners, (*self.corners[1:], self.corners[0]), self.beyond, strict=True)


class Quarters:
    """`towns` by where they are."""

    def __init__(self, seed: int, towns: Grid[Town]) -> None:
        self._seed = seed
        self._towns = towns
        self._seeds: Kept[Slot, Flat] = Kept(self._scattered, 200_000)
        self.cell: Kept[Slot, Cell] = Kept(self._cell, 8_000)
        self._owner: Kept[Slot, Town | None] = Kept(self._reaching, 60_000)
        self.town: Kept[Slot, Town | None] = Kept(self._town, 60_000)
        self.ground: Kept[Slot, Ground | None] = Kept(self._ground, 60_000)

    def slots(self, low: Flat, high: Flat, more: int = 2) -> Iterator[Slot]:
        """Those whose cells may reach into a part of the plane: as far as `more` squares beyond it."""
        for column in range(low[0] // SPACING - more, high[0] // SPACING + more + 1):
            for row in range(low[1] // SPACING - more, high[1] // SPACING + more + 1):
                yield column, row

    def around(self, at: Flat, reach: int) -> Iterator[Slot]:
        return self.slots((at[0] - reach, at[1] - reach), (at[0] + reach, at[1] + reach))

    def of(self, town: Town) -> list[Slot]:
        """Seeds lie in their own squares: only those so near can be a town's, and its middle."""
        reach = town.radius * WOBBLE[1] // 100
        (east, north), middle = town.flat, self.at(town.flat)
        near = {slot for slot in self.slots((east - reach, north - reach), (east + reach, north + reach), 0)
                if apart(self._seeds(slot), town.flat) <= reach}  # fmt: skip
        return [slot for slot in sorted({*near, middle}) if self.town(slot) is town]

    def at(self, where: Flat) -> Slot:
        """Whose cell a place lies in."""
        far, found = min((apart(where, self._seeds(slot)), slot) for slot in self.slots(where, where, 1))
        if far < SPACING + SPACING * (50 - SCATTER) // 100:
            # Seeds of farther squares are farther away than that.
            return found
        return min((apart(where, self._seeds(slot)), slot) for slot in self.slots(where, where))[1]

    def _scattered(self, slot: Slot) -> Flat:
        dice = Dice(self._seed, "quarter", *slot)
        off = SPACING * SCATTER // 100
        return (
            slot[0] * SPACING + SPACING // 2 + dice.around(off),
            slot[1] * SPACING + SPACING // 2 + dice.around(off),
        )

    # -- who lives there ----------------------------------------------------------------------------------------

    def _town(self, slot: Slot) -> Town | None:
        """A town's quarters touch each other: what would lie alone is left out, but for its middle."""
        town = self._owner(slot)
        if town is None or self.at(town.flat) == slot:
            return town
        return town if any(other is not None and self._owner(other) for other in self.cell(slot).beyond) else None

    def _reaching(self, slot: Slot) -> Town | None:
        """The town that reaches farthest beyond the seed; a town's own middle is always its own."""
        at, wobble = self._seeds(slot), Dice(self._seed, "edge", *slot).between(*WOBBLE)
        found, least = None, 0
        for town in self._towns.around(at, REACH):
            far = apart(at, town.flat)
            if far < 2 * SPACING and self.at(town.flat) == slot:
                return town
            if (gap := far - town.radius * wobble // 100) < least:
                found, least = town, gap
        return found

    def _ground(self, slot: Slot) -> Ground | None:
        town = self.town(slot)
        if town is None:
            return None
        dice = Dice(self._seed, "ground", *slot)
        is_large, part = town.size in (Size.CITY, Size.TOWN) and town.people > 9_000, dice.below(100)
        if not is_large or self.at(town.flat) == slot:
            return Ground.HOUSES
        outside = apart(self._seeds(slot), town.flat) * 2 > town.radius
        if part < 6:
            return Ground.PARK
        return Ground.WORKS if part < 20 and outside else Ground.HOUSES

    # -- its shape ----------------------------------------------------------------------------------------------

    def _cell(self, slot: Slot) -> Cell:
        at = self._seeds(slot)
        wide = 3.0 * SPACING
        ring: list[Corner] = [(-wide, -wide, None), (wide, -wide, None), (wide, wide, None), (-wide, wide, None)]
        for rings in (NEIGHBOURS, BEYOND):
            offs = []
            for column, row in rings:
                other = slot[0] + column, slot[1] + row
                east, north = self._seeds(other)[0] - at[0], self._seeds(other)[1] - at[1]
                offs.append((east * east + north * north, other, east, north))
            for square, other, east, north in sorted(offs):
                if square > 4 * max(one[0] * one[0] + one[1] * one[1] for one in ring):
                    # It and all that come after are too far away to cut anything off.
                    break
                ring = _clipped(ring, east, north, square / 2, other)
            if 4 * max(one[0] * one[0] + one[1] * one[1] for one in ring) < FARTHER:
                break
        cell = self._exact(slot, at, ring)
        return self._trimmed(slot, cell)

    def _exact(self, slot: Slot, at: Flat, ring: list[Corner]) -> Cell:
        """A corner belongs to three cells; all three find the very same."""
        corners, beyond = [], []
        for index, (_, _, other) in enumerate(ring):
            before = ring[index - 1][2]
            assert before is not None
            assert other is not None
            one, two, three = sorted((slot, before, other))
            corners.append(_middle(self._seeds(one), self._seeds(two), self._seeds(three)))
            beyond.append(other)
        return Cell(at, tuple(corners), tuple(beyond))

    def _trimmed(self, slot: Slot, cell: Cell) -> Cell:
        """A village that stands alone is small and round."""
        town = self._owner(slot)
        if town is None or town.radius > SMALL or any(other and self._owner(other) for other in cell.beyond):
            return cell
        ring = [
            (float(east), float(north), other) for (east, north), other in zip(cell.corners, cell.beyond, strict=True)
        ]
        east, north = town.flat
        reach = max(town.radius, SMALL * 4 // 5)
        for across, up in ((10, 0), (7, 7), (0, 10), (-7, 7), (-10, 0), (-7, -7), (0, -10), (7, -7)):
            ring = _clipped(ring, across, up, across * east + up * north + reach * 10, None)
        return Cell(cell.seed, tuple((round(one[0]), round(one[1])) for one in ring), tuple(one[2] for one in ring))


def _clipped(ring: list[Corner], east: float, north: float, most: float, beyond: Slot | None) -> list[Corner]:
    """What of a ring lies on this side of a straight line; the new side leads to `beyond`."""
    found: list[Corner] = []
    for index, one in enumerate(ring):
        other = ring[(index + 1) % len(ring)]
        here, there = most - one[0] * east - one[1] * north, most - other[0] * east - other[1] * north
        if here >= 0:
            found.append(one)
        if (here >= 0) != (there >= 0):
            part = here / (here - there)
            at = one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part
            found.append((*at, beyond if here >= 0 else one[2]))
    return found


def _middle(one: Flat, two: Flat, three: Flat) -> Flat:
    """As far from each of the three."""
    bx, by, cx, cy = two[0] - one[0], two[1] - one[1], three[0] - one[0], three[1] - one[1]
    whole, second, third = 2 * (bx * cy - by * cx), bx * bx + by * by, cx * cx + cy * cy
    return one[0] + (cy * second - by * third) // whole, one[1] + (bx * third - cx * second) // whole
