"""The roads between towns, made at once: ordinary ones from neighbour to neighbour, and motorways over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from mock_backend.world import course, gabriel, names, villages
from mock_backend.world.dice import Dice
from mock_backend.world.gazetteer import Gazetteer, Motorway, Size, Town
from mock_backend.world.grid import Grid
from mock_backend.world.plane import METRE, Point, apart, box_of, crossing, flat, place, smooth
from mock_backend.world.roads import Kind, Road, Stop, split
from mock_backend.world.search import quickest

KILOMETRE = 1000 * METRE
REACH, FAR = 14 * KILOMETRE, 40 * KILOMETRE
"""Neighbours are no farther apart; large towns may be."""
MOTORWAY_STEP = 110 * METRE
JUNCTION, RAMP = 2 * KILOMETRE, 4 * KILOMETRE
"""How far from its place a junction may be where a road crosses, and how long a ramp may be where none does."""
LARGE = 5_000
"""Inhabitants of a town that a state road leads to."""
Pair = tuple[int, int]


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
    roads = _numbered(_joined(ordinary, gazetteer.motorways))
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
    kinds = dict.fromkeys(pairs, Kind.COUNTY)
    refs: dict[Pair, str] = {}
    net = _by_node(plain.values())
    back = {id(road): pair for pair, road in plain.items()}
    for one, other in _large_neighbours(towns):
        for pair in _way(towns[one], towns[other], net, back):
            kinds[pair] = Kind.STATE
    index = {town.name: town for town in reversed(towns) if town.size in (Size.CITY, Size.TOWN)}
    for ref, line in gazetteer.federal.items():
        for start, end in pairwise(line):
            for pair in _way(index[start], index[end], net, back):
                kinds[pair], refs[pair] = Kind.FEDERAL, refs.get(pair, ref)
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


def _joined(ordinary: list[Road], given: Iterable[Motorway]) -> list[Road]:
    """A junction is where an ordinary road crosses near by; where none does, a ramp leads to the nearest. Motorways meet where
    their junctions have the same place.
    """
    grid, motorways = _grid(ordinary), [_whole(one) for one in given]
    met = _met_twice(motorways)
    cuts: dict[Road, set[Stop]] = {}
    parts: list[Road] = []
    ramps: dict[Point, Road] = {}
    for road, junctions in motorways:
        stops: list[Stop] = []
        for number, (index, name) in enumerate(junctions):
            at, is_end = road.points[index], number in (0, len(junctions) - 1)
            crossed = None if at in met or is_end else _nearest_crossing(road, index, grid)
            stops.append((index, at) if crossed is None else crossed[0])
            if crossed is not None:
                cuts.setdefault(crossed[1], set()).add(crossed[2])
            elif at not in met and (near := _nearest_bend(at, grid)) is not None:
                cuts.setdefault(near[0], set()).add((near[1], near[0].points[near[1]]))
                ramps[at] = Road(Kind.RAMP, name, (at, near[0].points[near[1]]))
        parts += split(road, stops)
    cut = (part for road in ordinary for part in (split(road, cuts[road]) if road in cuts else (road,)))
    return [*cut, *ramps.values(), *parts]


def _whole(motorway: Motorway) -> tuple[Road, list[tuple[int, str]]]:
    """From end to end, and at which of its points the junctions are."""
    flats = [flat(one.at) for one in motorway.junctions]
    line = tuple(place(at) for at in smooth(flats, MOTORWAY_STEP))
    found, behind = [], 0
    for at, junction in zip(flats, motorway.junctions, strict=True):
        behind = line.index(place(at), behind)
        found.append((behind, junction.name))
    return Road(Kind.MOTORWAY, motorway.ref, line), found


def _met_twice(motorways: Iterable[tuple[Road, list[tuple[int, str]]]]) -> set[Point]:
    seen = Counter(road.points[index] for road, junctions in motorways for index, _ in junctions)
    return {at for at, times in seen.items() if times > 1}


def _nearest_crossing(road: Road, index: int, grid: Grid[Road]) -> tuple[Stop, Road, Stop] | None:
    """Where on the motorway, which ordinary road, and where on that."""
    steps = JUNCTION // MOTORWAY_STEP
    for off in range(steps):
        for at in (index + off, index - off - 1):
            if 0 <= at < len(road.points) - 1:
                one, other = road.points[at], road.points[at + 1]
                for crossed in grid.around(flat(one), MOTORWAY_STEP):
                    for place_of, start, end in crossed.pieces(box_of((one, other))):
                        if (met := crossing(one, other, start, end)) is not None:
                            return (at, met), crossed, (place_of, met)
    return None


def _nearest_bend(at: Point, grid: Grid[Road]) -> tuple[Road, int] | None:
    middle, found, nearest = flat(at), None, RAMP
    for road in grid.around(middle, RAMP):
        for index, bend in enumerate(road.points):
            if (far := apart(middle, flat(bend))) < nearest:
                found, nearest = (road, index), far
    return found
