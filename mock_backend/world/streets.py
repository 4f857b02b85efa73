"""The streets of a quarter, made when somebody looks: rows and cross streets inside, lanes along its sides, joined to the roads
that run through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

from mock_backend.world import names
from mock_backend.world.dice import Dice
from mock_backend.world.grid import Grid
from mock_backend.world.kept import Kept
from mock_backend.world.network import KILOMETRE, Network
from mock_backend.world.plane import METRE, Flat, Point, apart, box_of, crossing, flat, foot, length, place
from mock_backend.world.quarters import SPACING, Cell, Ground, Quarters, Slot
from mock_backend.world.roads import Kind, Road, Stop, split
from mock_backend.world.water import Stream

THOUSAND = 1000
INSIDE, OFF = 33 * METRE, 9 * METRE
"""How far a street crossing is from a quarter's side before it is moved, and how far it may be moved each way."""
BESIDE = 2200
"""Centimetres: a street does not run nearer beside a road."""
WIDER = 48
"""Percent of the streets between quarters that are wide."""
ROWS = {Ground.HOUSES: ((82, 122), (120, 190)), Ground.WORKS: ((170, 230), (190, 260))}
"""Metres from row to row, and from one cross street to the next."""
Piece = tuple[Point, Point, str]
"""A straight street, from where to where, and its name."""
Pair = tuple[Slot, Slot]
Segment = tuple[Road, int]
"""A road, and behind which of its points."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A quarter before anything crosses it: streets, and where they reach its sides."""

    pieces: tuple[Piece, ...]
    ends: tuple[tuple[Slot, Point], ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """`stops`: where roads between towns are crossed, by their number."""

    roads: tuple[Road, ...]
    stops: tuple[tuple[int, Stop], ...]


NOTHING = Laid((), ())


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`through`: pieces of roads that are joined; `barriers`: motorways, ramps and rivers, which only lanes cross."""

    through: tuple[Segment, ...] = ()
    barriers: tuple[tuple[Point, Point], ...] = ()


class Streets:
    def __init__(self, seed: int, network: Network, quarters: Quarters, streams: Sequence[Stream]) -> None:
        self._seed = seed
        self._network = network
        self._quarters = quarters
        self._streams: Grid[tuple[Point, Point]] = Grid(KILOMETRE)
        for stream in streams:
            for one, other in pairwise(stream.points):
                self._streams.put((one, other), *_spans(one, other))
        self._plan: Kept[Slot, Plan] = Kept(self._planned, 3_000)
        self._near: Kept[Slot, Surroundings] = Kept(self._surroundings, 3_000)
        self.side: Kept[Pair, Laid] = Kept(self._side, 8_000)
        """The lane between two quarters."""
        self.inner: Kept[Slot, Laid] = Kept(self._inner, 3_000)
        """What lies inside a quarter."""
        self.parts: Kept[int, tuple[Road, ...]] = Kept(self._parts, 2_000)
        """A road between towns, by its number, cut where streets join it."""

    def pairs(self, slot: Slot) -> list[Pair]:
        if self._quarters.town(slot) is None:
            return []
        beyond = (other for other in self._quarters.cell(slot).beyond if other is not None)
        return [(min(slot, other), max(slot, other)) for other in beyond if self._quarters.town(other) is not None]

    def of(self, slot: Slot) -> Iterator[Road]:
        """Streets and lanes of a quarter; a lane is of both its sides."""
        yield from self.inner(slot).roads
        for pair in self.pairs(slot):
            yield from self.side(pair).roads

    # -- a quarter by itself ------------------------------------------------------------------------------------

    def _planned(self, slot: Slot) -> Plan:
        ground = self._quarters.ground(slot)
        if ground not in ROWS:
            return Plan((), ())
        return _Raster(
            self._seed, slot, self._quarters.cell(slot), ROWS[ground], self._heading(slot), self._is_built
        ).plan()

    def _is_built(self, slot: Slot) -> bool:
        return self._quarters.town(slot) is not None

    def _heading(self, slot: Slot) -> Flat:
        """Along the road that runs through, where there is one."""
        seed = self._quarters.cell(slot).seed
        found, nearest = None, SPACING * 3 // 4
        for road, index in self._near(slot).through:
            one, other = flat(road.points[index]), flat(road.points[index + 1])
            far = apart(seed, flat(foot(place(seed), road.points[index], road.points[index + 1])[0]))
            if far < nearest and one != other:
                found, nearest = (other[0] - one[0], other[1] - one[1]), far
        dice = Dice(self._seed, "heading", *slot)
        return found or (dice.between(300, 1000), dice.around(1000))

    # -- what crosses it ----------------------------------------------------------------------------------------

    def _surroundings(self, slot: Slot) -> Surroundings:
        ring = self._quarters.cell(slot).ring
        box = box_of(ring, 2_000)
        low, high = flat(box[:2]), flat(box[2:])
        through: list[Segment] = []
        barriers: list[tuple[Point, Point]] = []
        for road in self._network.grid.within(low, high):
            for index, one, other in road.pieces(box):
                if road.kind in (Kind.MOTORWAY, Kind.RAMP):
                    barriers.append((one, other))
                else:
                    through.append((road, index))
        return Surroundings(tuple(through), (*barriers, *self._streams.within(low, high)))

    def _inner(self, slot: Slot) -> Laid:
        plan, near = self._plan(slot), self._near(slot)
        roads: list[Road] = []
        stops: list[tuple[int, Stop]] = []
        for one, other, name in plan.pieces:
            if any(crossing(one, other, *barrier) is not None for barrier in near.barriers):
                continue
            met = list(_met(one, other, near.through))
            if met or not _is_beside(one, other, near.through):
                stops += [(number, stop) for number, _, stop in met]
                street = Road(Kind.STREET, name, (one, other))
                roads += split(street, ((0, stop[1]) for _, _, stop in met))
        return Laid(_joined(roads, {at for _, at in plan.ends}, {stop[1] for _, stop in stops}), tuple(stops))

    def lane(self, pair: Pair) -> Road | None:
        """Between two quarters, from corner to corner; None where they touch in a point only."""
        one, other = pair
        found = [
            (place(start), place(end)) for start, end, beyond in self._quarters.cell(one).sides() if beyond == other
        ]
        if not found or found[0][0] == found[0][1]:
            return None
        dice = Dice(self._seed, "lane", *one, *other)
        name, kind = names.street(dice, wide=True), Kind.LANE if dice.has(WIDER) else Kind.STREET
        return Road(kind, name, (min(found[0]), max(found[0])))

    def _side(self, pair: Pair) -> Laid:
        """The lane, cut wherever a street of either quarter ends or a road crosses."""
        lane = self.lane(pair)
        if lane is None:
            return NOTHING
        ends = {at for slot, beyond in (pair, pair[::-1]) for to, at in self._plan(slot).ends if to == beyond}
        line = [lane.start, *sorted(ends - set(lane.points), key=lambda at: (length(lane.start, at), at)), lane.end]
        through = list(dict.fromkeys((*self._near(pair[0]).through, *self._near(pair[1]).through)))
        roads: list[Road] = []
        stops: list[tuple[int, Stop]] = []
        for low, high in pairwise(line):
            met = list(_met(low, high, through))
            stops += [(number, stop) for number, _, stop in met]
            roads += split(Road(lane.kind, lane.name, (low, high)), ((0, stop[1]) for _, _, stop in met))
        return Laid(tuple(road for road in roads if road.start != road.end), tuple(stops))

    def _parts(self, number: int) -> tuple[Road, ...]:
        road = self._network.roads[number]
        if road.kind in (Kind.MOTORWAY, Kind.RAMP):
            return (road,)
        slots = {slot for one, other in pairwise(road.points) for slot in self._beside(one, other)}
        stops: set[Stop] = set()
        for slot in sorted(slots):
            laid = [self.inner(slot), *map(self.side, self.pairs(slot))]
            stops |= {stop for one in laid for crossed, stop in one.stops if crossed == number}
        return tuple(split(road, stops)) if stops else (road,)

    def _beside(self, one: Point, other: Point) -> Iterator[Slot]:
        box = box_of((one, other))
        slots = self._quarters.slots(flat(box[:2]), flat(box[2:]))
        return (slot for slot in slots if self._is_built(slot))


class _Raster:
    """Rows along a heading, `gaps` apart, and cross streets between them, inside a cell."""

    def __init__(
        self, seed: int, slot: Slot, cell: Cell, gaps: tuple[tuple[int, int], ...], heading: Flat,
        is_built: Callable[[Slot], bool],
    ) -> None:  # fmt: skip
        self._name = (seed, "streets", *slot)
        self._dice = Dice(*self._name)
        self._cell = cell
        size = max(1, isqrt(heading[0] ** 2 + heading[1] ** 2))
        self._along: Flat = heading[0] * THOUSAND // size, heading[1] * THOUSAND // size
        self._across: Flat = -self._along[1], self._along[0]
        self._row_gap, self._gap = (self._dice.between(*one) * METRE for one in gaps)
        self._is_built = is_built
        self._lines = [_inward(one, other) for one, other, _ in cell.sides()]

    def plan(self) -> Plan:
        nodes = self._nodes()
        pieces: list[Piece] = []
        ends: list[tuple[Slot, Point]] = []
        for (column, row), at in nodes.items():
            name = names.street(Dice(*self._name, "row", row))
            for step in (1, -1):
                if (beside := nodes.get((column + step, row))) is None:
                    self._reach(at, step, self._along, name, pieces, ends)
                elif step == 1:
                    pieces.append((place(at), place(beside), name))
            self._cross(column, row, nodes, pieces, ends)
        return Plan(tuple(pieces), tuple(ends))

    def _cross(
        self,
        column: int,
        row: int,
        nodes: dict[tuple[int, int], Flat],
        pieces: list[Piece],
        ends: list[tuple[Slot, Point]],
    ) -> None:
        name = names.street(Dice(*self._name, "column", column))
        if (above := nodes.get((column, row + 1))) is not None:
            if Dice(*self._name, column, row).has(72):
                pieces.append((place(nodes[column, row]), place(above), name))
        elif Dice(*self._name, column, row).has(60):
            self._reach(nodes[column, row], 1, self._across, name, pieces, ends)

    def _nodes(self) -> dict[tuple[int, int], Flat]:
        far = 2 * SPACING
        rows, columns = far // self._row_gap, far // self._gap
        found = {}
        for row in range(-rows, rows + 1):
            for column in range(-columns, columns + 1):
                at = self._at(column, row)
                if all(line(at) >= INSIDE for line in self._lines):
                    dice = Dice(*self._name, "node", column, row)
                    found[column, row] = at[0] + dice.around(OFF), at[1] + dice.around(OFF)
        return found

    def _at(self, column: int, row: int) -> Flat:
        east = (column * self._gap * self._along[0] + row * self._row_gap * self._across[0]) // THOUSAND
        north = (column * self._gap * self._along[1] + row * self._row_gap * self._across[1]) // THOUSAND
        return self._cell.seed[0] + east, self._cell.seed[1] + north

    def _reach(
        self, at: Flat, step: int, way: Flat, name: str, pieces: list[Piece], ends: list[tuple[Slot, Point]]
    ) -> None:
        """From the last crossing of a row to the lane at the quarter's side."""
        target = at[0] + way[0] * step * SPACING // 250, at[1] + way[1] * step * SPACING // 250
        for one, other, beyond in self._cell.sides():
            hit = crossing(at, target, one, other)
            if hit is not None and beyond is not None and self._is_built(beyond):
                pieces.append((place(at), place(hit), name))
                ends.append((beyond, place(hit)))


def _inward(one: Flat, other: Flat) -> Callable[[Flat], int]:
    """How far inside of a side a place lies."""
    east, north = other[0] - one[0], other[1] - one[1]
    size = max(1, isqrt(east * east + north * north))
    return lambda at: (east * (at[1] - one[1]) - north * (at[0] - one[0])) // size


def _spans(one: Point, other: Point) -> tuple[Flat, Flat]:
    """The corners of the box around a straight line, on the plane."""
    (east, north), (right, top) = flat(one), flat(other)
    return (min(east, right), min(north, top)), (max(east, right), max(north, top))


def _met(one: Point, other: Point, through: Sequence[Segment]) -> Iterator[tuple[int, int, Stop]]:
    for road, index in through:
        at = crossing(one, other, road.points[index], road.points[index + 1])
        if at is not None:
            yield road.number, index, (index, at)


def _is_beside(one: Point, other: Point, through: Sequence[Segment]) -> bool:
    middle = (one[0] + other[0]) // 2, (one[1] + other[1]) // 2
    return any(
        length(middle, foot(middle, road.points[index], road.points[index + 1])[0]) < BESIDE for road, index in through
    )


def _joined(roads: Sequence[Road], ends: set[Point], crossings: set[Point]) -> tuple[Road, ...]:
    """Without streets that lead to no lane and no road."""
    at: dict[Point, list[Road]] = {}
    for road in roads:
        at.setdefault(road.start, []).append(road)
        at.setdefault(road.end, []).append(road)
    todo = [node for node in at if node in ends or node in crossings]
    seen = set(todo)
    while todo:
        for road in at[todo.pop()]:
            for node in (road.start, road.end):
                if node not in seen:
                    seen.add(node)
                    todo.append(node)
    return tuple(road for road in roads if road.start in seen and road.start != road.end)
