"""The roads between towns, made at once: ordinary ones from neighbour to neighbour, and motorways over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from mock_backend.world import course, gabriel, names, villages
from mock_backend.world.dice import Dice
from mock_backend.world.gazetteer import Gazetteer, Motorway, Size, Town
from mock_backend.world.grid import Grid
from mock_backend.world.plane import METRE, Point, apart, flat, place, smooth
from mock_backend.world.roads import Kind, Road, Stop, split
from mock_backend.world.search import quickest

KILOMETRE = 1000 * METRE
REACH, FAR = 14 * KILOMETRE, 40 * KILOMETRE
"""Neighbours are no farther apart; large towns may be."""
MOTORWAY_STEP = 300 * METRE
RAMP = 4 * KILOMETRE
"""A junction's ramp is no longer than this."""
LARGE = 5_000
"""Inhabitants of a town that a state road leads to."""
Pair = tuple[int, int]
Place = tuple[Road, int]
"""A road, and which of its points."""


@dataclass(frozen=True)
class Network:
    """`towns` are real ones and villages; `roads[i].number == i`."""

    towns: tuple[Town, ...]
    roads: tuple[Road, ...]
    at: Mapping[Point, tuple[Road, ...]] = field(repr=False)
    """A node's roads."""

    @cached_property
    def grid(self) -> Grid[Road]:
        return _grid(self.roads)

    @cached_property
    def places(self) -> Grid[Town]:
        grid: Grid[Town] = Grid(8 * KILOMETRE)
        for town in self.towns:
            grid.put(town, town.flat, town.flat)
        return grid


def _grid(roads: Iterable[Road]) -> Grid[Road]:
    grid: Grid[Road] = Grid(4 * KILOMETRE)
    for road in roads:
        grid.put(road, flat(road.box[:2]), flat(road.box[2:]))
    return grid


def build(gazetteer: Gazetteer) -> Network:
    towns = (*gazetteer.towns, *villages.between(gazetteer))
    ordinary = _ordinary(gazetteer, towns)
    motorways = list(_motorways(gazetteer.motorways))
    roads = _numbered(_with_ramps(ordinary, motorways))
    return Network(towns, roads, _by_node(roads))


def _by_node(roads: Iterable[Road]) -> dict[Point, tuple[Road, ...]]:
    found: dict[Point, list[Road]] = {}
    for road in roads:
        found.setdefault(road.start, []).append(road)
        if road.end != road.start:
            found.setdefault(road.end, []).append(road)
    return {node: tuple(some) for node, some in found.items()}


def _numbered(roads: Iterable[Road]) -> tuple[Road, ...]:
    return tuple(
        Road(one.kind, one.name, one.points, one.slow, one.towns, number) for number, one in enumerate(roads)
    )  # fmt: skip


# -- ordinary roads ---------------------------------------------------------------------------------------------------


def _ordinary(gazetteer: Gazetteer, towns: Sequence[Town]) -> list[Road]:
    pairs = gabriel.neighbours([town.flat for town in towns], REACH)
    plain = {pair: _straight(towns, pair) for pair in pairs}
    kinds = {pair: Kind.COUNTY for pair in pairs}
    refs: dict[Pair, str] = {}
    net = _by_node(plain.values())
    back = {id(road): pair for pair, road in plain.items()}
    for one, other in _large_neighbours(towns):
        for pair in _way(towns[one], towns[other], net, back):
            kinds[pair] = Kind.STATE
    index = {town.name: town for town in reversed(towns) if town.size in (Size.CITY, Size.TOWN)}
    for ref, line in gazetteer.federal.items():
        for start, end in zip(line, line[1:], strict=False):
            for pair in _way(index[start], index[end], net, back):
                kinds[pair], refs[pair] = Kind.FEDERAL, refs.get(pair, f"{ref[0]} {ref[1:]}")
    return [_road(gazetteer.seed, towns, pair, kinds[pair], refs.get(pair)) for pair in pairs]


def _straight(towns: Sequence[Town], pair: Pair) -> Road:
    return Road(Kind.STATE, "", (towns[pair[0]].at, towns[pair[1]].at))


def _large_neighbours(towns: Sequence[Town]) -> list[Pair]:
    large = [index for index, town in enumerate(towns) if town.people >= LARGE]
    pairs = gabriel.neighbours([towns[index].flat for index in large], FAR)
    return [(large[one], large[other]) for one, other in pairs]


def _way(start: Town, end: Town, net: Mapping[Point, tuple[Road, ...]], back: Mapping[int, Pair]) -> Iterator[Pair]:
    found = quickest([(start.at, 0)], {end.at: 0}, end.at, lambda node: net.get(node, ()))
    if found is not None:
        yield from (back[id(road)] for road, _ in found[0])


def _road(seed: int, towns: Sequence[Town], pair: Pair, kind: Kind, ref: str | None) -> Road:
    one, other = towns[pair[0]], towns[pair[1]]
    dice = Dice(seed, "road", *one.at, *other.at)
    line = course.bent(one.flat, other.flat, dice)
    points = (one.at, *(place(at) for at in line[1:-1]), other.at)
    slow = _slow(one, other)
    return Road(kind, ref or names.minor_ref(dice, kind is Kind.COUNTY), points, slow, (one.name, other.name))


def _slow(one: Town, other: Town) -> tuple[int, int]:
    """Centimetres in each town; where both reach farther than the road is long, all of it."""
    far = apart(one.flat, other.flat)
    first, last = min(one.radius, far // 2), min(other.radius, far // 2)
    return first * 100 // METRE, last * 100 // METRE


# -- motorways --------------------------------------------------------------------------------------------------------


def _motorways(given: Iterable[Motorway]) -> Iterator[Road]:
    """A road from junction to junction."""
    for motorway in given:
        ref = f"{motorway.ref[0]} {motorway.ref[1:]}"
        flats = [flat(one.at) for one in motorway.junctions]
        line = [place(at) for at in smooth(flats, MOTORWAY_STEP)]
        ends = [place(at) for at in flats]
        joints, begin = [one.name for one in motorway.junctions], 0
        for number, end in enumerate(ends[1:], 1):
            stop = line.index(end, begin + 1)
            yield Road(Kind.MOTORWAY, ref, tuple(line[begin : stop + 1]), (0, 0), (joints[number - 1], joints[number]))
            begin = stop


def _with_ramps(ordinary: list[Road], motorways: list[Road]) -> list[Road]:
    """Ordinary roads are cut where a ramp reaches them; each junction has one to the nearest."""
    grid = _grid(ordinary)
    cuts: dict[Road, set[Stop]] = {}
    ramps: list[Road] = []
    for at, name in _junctions(motorways).items():
        near = _nearest_bend(at, grid)
        if near is not None:
            road, index = near
            if 0 < index < len(road.points) - 1:
                cuts.setdefault(road, set()).add((index, road.points[index]))
            ramps.append(Road(Kind.RAMP, name, (at, road.points[index])))
    parts = (part for road in ordinary for part in (split(road, cuts[road]) if road in cuts else (road,)))
    return [*parts, *ramps, *motorways]


def _junctions(motorways: Iterable[Road]) -> dict[Point, str]:
    found: dict[Point, str] = {}
    for road in motorways:
        for at, name in ((road.start, road.towns[0]), (road.end, road.towns[1])):
            found.setdefault(at, name)
    return found


def _nearest_bend(at: Point, grid: Grid[Road]) -> Place | None:
    middle, found, nearest = flat(at), None, RAMP
    for road in grid.around(middle, RAMP):
        for index, bend in enumerate(road.points):
            if (far := apart(middle, flat(bend))) < nearest:
                found, nearest = (road, index), far
    return found

