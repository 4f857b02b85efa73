"""The one truth about where things are. Made when it is first asked, the same from the same data on every machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import pairwise

from mock_backend.world import gazetteer, names, network, water
from mock_backend.world.dice import Dice
from mock_backend.world.gazetteer import Gazetteer, Size, Town
from mock_backend.world.network import KILOMETRE, Network
from mock_backend.world.plane import METRE, Point, apart, flat, foot, inside, length
from mock_backend.world.quarters import Quarters
from mock_backend.world.roads import Kind, Road
from mock_backend.world.route import Leg, OnRoad, Route
from mock_backend.world.search import quickest
from mock_backend.world.streets import Streets

AROUND = 2_600 * METRE
"""So far around both ends of a route streets are used; farther away only the roads between towns."""
NEARBY = (700, 2_500, 9_000)
"""Metres in which a road is looked for, one after the other."""
PLOT = 1_800
"""Centimetres of street that a house has."""
ORDINARY = frozenset(Kind) - {Kind.MOTORWAY, Kind.RAMP}
"""Where one can stop."""
BETWEEN = ORDINARY - {Kind.STREET, Kind.LANE}


@dataclass(frozen=True, slots=True)
class Address:
    """`street` is empty far from any town."""

    street: str
    number: int
    town: str

    def __str__(self) -> str:
        return f"{self.street} {self.number}, {self.town}" if self.street else self.town


class World:
    """Whole numbers inside: places in ten-millionths of a degree, lengths in centimetres, times in milliseconds."""

    def __init__(self, given: Gazetteer | None = None) -> None:
        self.gazetteer = given or gazetteer.load()

    @cached_property
    def network(self) -> Network:
        return network.build(self.gazetteer)

    @cached_property
    def streams(self) -> tuple[water.Stream, ...]:
        return water.streams(self.gazetteer)

    @cached_property
    def lakes(self) -> tuple[water.Lake, ...]:
        return water.lakes(self.gazetteer)

    @cached_property
    def quarters(self) -> Quarters:
        return Quarters(self.gazetteer.seed, self.network.places)

    @cached_property
    def streets(self) -> Streets:
        return Streets(self.gazetteer.seed, self.network, self.quarters, self.streams)

    # -- towns --------------------------------------------------------------------------------------------------

    @property
    def towns(self) -> tuple[Town, ...]:
        """Real ones, the larger first, then villages; for a search."""
        return tuple(
            sorted(self.network.towns, key=lambda town: (town.size is Size.VILLAGE, -town.people, town.name, town.at))
        )

    def find(self, text: str, most: int = 10) -> list[Town]:
        """Towns whose name begins so; then those in which a later word does."""
        wanted = text.casefold().strip()
        if not wanted:
            return []
        names = [(town, f" {town.name.casefold()}".replace("-", " ")) for town in self.towns]
        first = [town for town, name in names if name.startswith(f" {wanted}")]
        later = [town for town, name in names if name.find(f" {wanted}") > 0]
        return [*first, *later][:most]

    def town_at(self, place: Point) -> Town | None:
        """Whose ground it is; outside of towns the nearest within some kilometres."""
        where = flat(place)
        owner = self.quarters.town(self.quarters.at(where))
        if owner is not None:
            return owner
        near = self.network.places.around(where, 12 * KILOMETRE)
        return min(near, key=lambda town: (apart(where, town.flat) - town.radius, town.name), default=None)

    # -- roads --------------------------------------------------------------------------------------------------

    def roads_around(self, place: Point, reach: int) -> Iterator[Road]:
        """Streets, and the roads between towns cut where streets join them; `reach` in units of the plane."""
        seen: set[tuple[Point, ...]] = set()
        for slot in self.quarters.around(flat(place), reach):
            for road in self.streets.of(slot):
                if road.points not in seen:
                    seen.add(road.points)
                    yield road
        for road in self.network.grid.around(flat(place), reach):
            yield from self.streets.parts(road.number)

    def nearest(self, place: Point, kinds: frozenset[Kind] = frozenset(Kind)) -> OnRoad | None:
        """The nearest place on a road; None far outside of the world."""
        for metres in NEARBY:
            reach = metres * METRE
            found = self._nearest((road for road in self.roads_around(place, reach) if road.kind in kinds), place)
            if found is not None and found.off <= metres * 100:
                return found
        return None

    @staticmethod
    def _nearest(roads: Iterable[Road], place: Point) -> OnRoad | None:
        best: tuple[int, Road, int, Point] | None = None
        for road in roads:
            for index, (one, other) in enumerate(pairwise(road.points)):
                at = foot(place, one, other)[0]
                off = length(place, at)
                if best is None or off < best[0]:
                    best = (off, road, index, at)
        if best is None:
            return None
        off, road, index, at = best
        along = sum(length(*pair) for pair in zip(road.points[:index], road.points[1 : index + 1], strict=True))
        return OnRoad(at, road, min(road.length, along + length(road.points[index], at)), off)

    def address(self, place: Point) -> Address | None:
        """As on a sign: "Lindenweg 8, Leonberg"."""
        town, near = self.town_at(place), self.nearest(place, ORDINARY)
        if town is None:
            return None
        if near is None or self.quarters.town(self.quarters.at(flat(near.at))) is None:
            return Address("", 0, town.name)
        return Address(self._street(near.road, town), 1 + 2 * (near.along // PLOT) + Dice(*near.at).below(2), town.name)

    @staticmethod
    def _street(road: Road, town: Town) -> str:
        """A road that runs on to another town is called after it."""
        if road.kind in (Kind.STREET, Kind.LANE):
            return road.name
        one, other = road.towns
        return names.towards(one if other == town.name else other)

    # -- ways ---------------------------------------------------------------------------------------------------

    def route(self, start: Point, end: Point) -> Route | None:
        """The quickest way by road at the limits, without traffic; None where one of both is far from any road."""
        for kinds in (ORDINARY, BETWEEN):
            # A few streets lead nowhere; then the way begins at the next road between towns.
            one, other = self.nearest(start, kinds), self.nearest(end, kinds)
            if one is not None and other is not None and (found := self._way(one, other)) is not None:
                return found
        return None

    def _way(self, one: OnRoad, other: OnRoad) -> Route | None:
        if one.road.points == other.road.points:
            return Route((Leg(one.road, one.along, other.along),))
        local = self._local(one.at, other.at)
        roads = self.network.at
        first, last = _ways_out(one), _ways_out(other)
        found = quickest(
            ((node, leg.time) for node, leg in first.items()), {node: leg.time for node, leg in last.items()}, other.at,
            lambda node: (*local.get(node, ()), *roads.get(node, ())),
        )  # fmt: skip
        if found is None:
            return None
        way, begin, finish = found
        legs = [Leg(road, road.length if is_back else 0, 0 if is_back else road.length) for road, is_back in way]
        arriving = last[finish]
        return Route(
            tuple(leg for leg in (first[begin], *legs, Leg(arriving.road, arriving.end, arriving.begin)) if leg.length)
        )

    def _local(self, *places: Point) -> dict[Point, list[Road]]:
        found: dict[Point, list[Road]] = {}
        seen: set[tuple[Point, ...]] = set()
        for place in places:
            for road in self.roads_around(place, AROUND):
                if road.points not in seen:
                    seen.add(road.points)
                    found.setdefault(road.start, []).append(road)
                    found.setdefault(road.end, []).append(road)
        return found

    # -- the same again -----------------------------------------------------------------------------------------

    def holds(self, place: Point) -> bool:
        return inside(place, self.gazetteer.bounds)

    def digest(self) -> str:
        """Of all that is made at once: towns, roads between them, rivers and lakes."""
        told = blake2b(digest_size=16)
        for town in self.network.towns:
            told.update(f"{town.name}|{town.at}|{town.people}|{town.size}\n".encode())
        told.update(_told(self.network.roads))
        for one in self.streams:
            told.update(f"{one.name}|{one.points}\n".encode())
        for lake in self.lakes:
            told.update(f"{lake.name}|{lake.ring}\n".encode())
        return told.hexdigest()

    def town_digest(self, town: Town) -> str:
        """Of a town's streets; whichever town was made before."""
        roads = (road for slot in self.quarters.of(town) for road in self.streets.of(slot))
        return blake2b(_told(roads), digest_size=16).hexdigest()


def _told(roads: Iterable[Road]) -> bytes:
    return "\n".join(f"{road.kind}|{road.name}|{road.points}|{road.slow}" for road in roads).encode()


def _ways_out(here: OnRoad) -> dict[Point, Leg]:
    """To both ends of the road: node -> the leg there. Of a road that ends where it began the shorter."""
    back, on = Leg(here.road, here.along, 0), Leg(here.road, here.along, here.road.length)
    return {here.road.start: back, here.road.end: on}
