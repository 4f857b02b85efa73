"""The world is the same each time and hangs together: nodes, roads, streets, ways, addresses."""

from __future__ import annotations

import heapq
import math
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_backend.world import gazetteer
from mock_backend.world.dice import field, noise
from mock_backend.world.gazetteer import Size, Town
from mock_backend.world.plane import (
    METRE,
    Point,
    apart,
    between,
    crossing,
    degrees,
    flat,
    foot,
    length,
    place,
    point,
    smooth,
)
from mock_backend.world.roads import LIMITS, Kind, Road, split
from mock_backend.world.route import Route
from mock_backend.world.world import ORDINARY, World

ROOT = Path(__file__).resolve().parents[3]
THE_WORLD = ["a2b06551f454702043400a255df682fd", "542854b64ff5eeb6c9052eed600fa997"]
"""Of all that is made at once, and of Leonberg's streets: on every machine the same. Others only where the world is meant to
change.
"""
HOME = point(48.8003, 9.0112)
TOWNS = ("Leonberg", "Ditzingen", "Stuttgart", "Tübingen", "Heimsheim", "Perouse", "Ulm", "Bad Wimpfen")
places = st.tuples(st.integers(475 * 10**6, 502 * 10**6), st.integers(75 * 10**6, 119 * 10**6))


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def town(world: World, name: str) -> Town:
    return next(one for one in world.towns if one.name == name)


# -- the same again ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_another_process_with_other_hashes_makes_the_same_world(hash_seed: str) -> None:
    source = (
        "from mock_backend.world.world import World; w = World()\n"
        "print(w.digest(), w.town_digest(w.find('Leonberg')[0]))"
    )
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", source], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    here = World()
    assert told.stdout.split() == [here.digest(), here.town_digest(here.find("Leonberg")[0])]
    assert told.stdout.split() == THE_WORLD


@pytest.mark.slow
def test_another_seed_makes_another_world_with_the_same_towns(world: World) -> None:
    other = World(replace(gazetteer.load(), seed=7))
    assert other.digest() != world.digest()
    real = [one for one in other.network.towns if one.size is not Size.VILLAGE]
    assert real == [one for one in world.network.towns if one.size is not Size.VILLAGE]
    assert other.town_digest(town(other, "Leonberg")) != world.town_digest(town(world, "Leonberg"))


@pytest.mark.slow
def test_towns_come_out_the_same_in_whatever_order_they_are_made() -> None:
    one, other = World(), World()
    forwards = {name: one.town_digest(town(one, name)) for name in TOWNS}
    backwards = {name: other.town_digest(town(other, name)) for name in reversed(TOWNS)}
    assert forwards == backwards
    assert len(set(forwards.values())) == len(TOWNS)


@pytest.mark.slow
def test_what_was_forgotten_comes_back_the_same(world: World) -> None:
    before = world.town_digest(town(world, "Stuttgart"))
    for one in world.towns[:60]:
        world.town_digest(one)
    assert world.town_digest(town(world, "Stuttgart")) == before


# -- towns and roads --------------------------------------------------------------------------------------------------


def test_no_two_places_have_a_name(world: World) -> None:
    # Two of Stuttgart's parts are called as other towns are.
    names = [one.name for one in world.network.towns if one.size is not Size.SUBURB]
    assert len(set(names)) == len(names)


def test_real_towns_lie_where_they_are_and_villages_between(world: World) -> None:
    real = [one for one in world.network.towns if one.size in (Size.CITY, Size.TOWN)]
    villages = [one for one in world.network.towns if one.size is Size.VILLAGE]
    assert 150 <= len(real) <= 260
    assert len(villages) > 1000
    assert degrees(town(world, "Stuttgart").at) == (48.776, 9.182)
    assert all(world.holds(one.at) for one in world.network.towns)


def test_every_road_joins_two_nodes_and_is_known_at_both(world: World) -> None:
    net = world.network
    for number, road in enumerate(net.roads):
        assert road.number == number
        assert road in net.at[road.start]
        assert road in net.at[road.end]
        assert road.start != road.end
        assert all(one != other for one, other in pairwise(road.points)), road.name


def test_all_roads_between_towns_hang_together(world: World) -> None:
    net = world.network
    seen, todo = {town(world, "Leonberg").at}, [town(world, "Leonberg").at]
    while todo:
        for road in net.at[todo.pop()]:
            for node in {road.start, road.end} - seen:
                seen.add(node)
                todo.append(node)
    assert {one.name for one in net.towns if one.at not in seen} == set()
    assert {road.name for road in net.roads if road.start not in seen} == set()


def test_motorways_are_reached_at_junctions_and_meet_each_other(world: World) -> None:
    net = world.network
    refs = {road.name for road in net.roads if road.kind is Kind.MOTORWAY}
    assert refs == {one.ref for one in world.gazetteer.motorways}
    for ref in refs:
        nodes = {node for road in net.roads if road.name == ref for node in (road.start, road.end)}
        others = {road.kind for node in nodes for road in net.at[node] if road.name != ref}
        assert others & {Kind.RAMP, Kind.STATE, Kind.COUNTY, Kind.FEDERAL}, ref
    meeting = {road.name for road in net.at[point(48.782, 9.020)]}
    assert meeting == {"A8", "A81"}


def test_federal_roads_run_from_town_to_town_as_told(world: World) -> None:
    for ref, names in world.gazetteer.federal.items():
        joined = {name for road in world.network.roads if road.name == ref for name in road.towns}
        # Two may share a stretch; then it has the number of the first.
        assert len(set(names) & joined) >= len(names) - 3, ref


@pytest.mark.parametrize("name", TOWNS)
def test_every_street_of_a_town_leads_to_its_middle(world: World, name: str) -> None:
    here = town(world, name)
    streets, lost = streets_of(world, here)
    assert len(lost) <= len(streets) // 200, (len(lost), len(streets))


def test_a_street_that_leads_nowhere_is_left_by_the_next_road(world: World) -> None:
    _, lost = streets_of(world, town(world, "Salmbrunn"))
    assert lost
    route = world.route(lost[0].start, HOME)
    assert route is not None
    assert length(route.points[0], lost[0].start) < 2_000 * 100


def streets_of(world: World, here: Town) -> tuple[list[Road], list[Road]]:
    """All, and those from which the town's middle is not reached."""
    streets = {road.points: road for slot in world.quarters.of(here) for road in world.streets.of(slot)}
    reach = here.radius + 1500 * METRE
    at: dict[Point, list[Road]] = {}
    for road in [*world.roads_around(here.at, reach), *world.network.at[here.at]]:
        for node in (road.start, road.end):
            at.setdefault(node, []).append(road)
    seen, todo = {here.at}, [here.at]
    while todo:
        for road in at[todo.pop()]:
            for node in {road.start, road.end} - seen:
                seen.add(node)
                todo.append(node)
    return list(streets.values()), [road for road in streets.values() if road.start not in seen]


@pytest.mark.slow
def test_parts_of_a_road_are_the_road(world: World) -> None:
    """Cut where streets join it, it is as long and takes as long, but for a centimetre at each cut."""
    cut = 0
    for road in world.network.roads[:1500]:
        parts = world.streets.parts(road.number)
        cut += len(parts) > 1
        assert parts[0].start == road.start
        assert parts[-1].end == road.end
        assert all(one.end == other.start for one, other in pairwise(parts))
        assert abs(sum(one.length for one in parts) - road.length) <= 6 * len(parts)
        assert abs(sum(one.time for one in parts) - road.time) <= 20 * len(parts)
    assert cut > 500


# -- ways -------------------------------------------------------------------------------------------------------------


def ways(world: World, number: int = 12) -> Iterable[Route]:
    dice = random.Random(3)
    towns = [one for one in world.network.towns if one.size is not Size.VILLAGE]
    for _ in range(number):
        one, other = dice.sample(towns, 2)
        found = world.route(nudged(one.at, dice), nudged(other.at, dice))
        assert found is not None, (one.name, other.name)
        yield found


def nudged(at: Point, dice: random.Random) -> Point:
    return at[0] + dice.randint(-40_000, 40_000), at[1] + dice.randint(-40_000, 40_000)


def test_a_way_is_found_between_any_two_towns_and_its_time_is_that_of_its_roads(world: World) -> None:
    for route in ways(world):
        assert route.time == sum(leg.time for leg in route.legs)
        assert route.length == sum(leg.length for leg in route.legs)
        for leg in route.legs:
            low, high = sorted((leg.begin, leg.end))
            assert leg.time == leg.road.time_between(low, high)
            assert 0 <= low <= high <= leg.road.length
        for one, other in pairwise(route.legs):
            assert one.road.points[-1 if one.end else 0] == other.road.points[-1 if other.begin else 0]


def test_along_a_way_one_is_on_its_line_and_goes_on(world: World) -> None:
    for route in ways(world, 4):
        before, step = route.at(0).at, max(1, route.length // 400)
        assert before == route.points[0]
        for distance in range(step, route.length, step):
            spot = route.at(distance)
            assert length(before, spot.at) <= step + 5
            assert 20 <= spot.limit <= 130
            assert spot.limit in (50, LIMITS[spot.kind])
            assert distance <= spot.until <= route.length
            near = min(length(spot.at, foot(spot.at, one, other)[0]) for one, other in pairwise(route.points))
            assert near <= 100, "within a metre"
            before = spot.at
        assert route.at(route.length + 999).at == route.points[-1]


def test_the_time_of_a_way_is_that_of_driving_it_at_its_limits(world: World) -> None:
    """Walked from change to change of the limit, as a car drives it."""
    for route in ways(world, 4):
        spent, gone = 0.0, 0
        while gone < route.length:
            spot = route.at(gone)
            end = max(gone + 1, spot.until)
            spent += (end - gone) * 36 / spot.limit
            gone = end
        assert spent == pytest.approx(route.time, abs=3 * len(route.legs) + 10)


@pytest.mark.slow
def test_no_other_way_is_quicker(world: World) -> None:
    """Against plain Dijkstra, which knows no straight line."""
    net, dice = world.network, random.Random(5)
    towns = [one for one in net.towns if one.size is Size.CITY]
    for _ in range(6):
        one, other = dice.sample(towns, 2)
        best, queue = {one.at: 0}, [(0, one.at)]
        while queue:
            spent, node = heapq.heappop(queue)
            if spent > best[node]:
                continue
            for road in net.at[node]:
                there = road.end if road.start == node else road.start
                if spent + road.time < best.get(there, math.inf):
                    best[there] = spent + road.time
                    heapq.heappush(queue, (best[there], there))
        route = world.route(one.at, other.at)
        assert route is not None
        # By streets it may even be a little quicker.
        assert route.time <= best[other.at] + 5 * len(route.legs), (one.name, other.name)


def test_far_outside_there_is_no_road_and_no_way(world: World) -> None:
    assert world.nearest(point(12.345678, 87.654321)) is None
    assert world.route(HOME, point(12.345678, 87.654321)) is None
    assert world.address(point(12.345678, 87.654321)) is None


def test_a_way_along_one_street_is_that_street(world: World) -> None:
    here = world.nearest(HOME, ORDINARY)
    assert here is not None
    road = here.road
    route = world.route(between(road.start, road.end, 1, 4), between(road.start, road.end, 3, 4))
    assert route is not None
    assert [leg.road.points for leg in route.legs] == [road.points]
    assert route.length == pytest.approx(road.length / 2, abs=200)


# -- what is near -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_in_a_town_a_road_is_never_far(world: World) -> None:
    dice = random.Random(11)
    for name in TOWNS:
        for slot in world.quarters.of(town(world, name)):
            ring = world.quarters.cell(slot).ring
            one, other = dice.choice(ring), dice.choice(ring)
            found = world.nearest(between(one, other, dice.randint(1, 9), 10))
            assert found is not None
            assert found.off < 400 * 100, (name, found.off)


def test_the_nearest_is_the_nearest_of_all_around(world: World) -> None:
    dice = random.Random(13)
    for _ in range(15):
        here = nudged(HOME, dice)
        found = world.nearest(here)
        assert found is not None
        every = world.roads_around(here, 2000 * METRE)
        best = min(length(here, foot(here, *piece)[0]) for road in every for piece in pairwise(road.points))
        assert found.off == best
        assert length(found.at, here) == found.off


def test_addresses_are_as_on_a_sign_and_stay(world: World) -> None:
    again, dice = World(), random.Random(17)
    for _ in range(20):
        here = nudged(HOME, dice)
        told = world.address(here)
        assert told is not None
        assert re.fullmatch(r"[A-ZÄÖÜ][\w ßäöü-]+ [1-9]\d{0,2}, (Leonberg|Eltingen)", str(told)), str(told)
        assert again.address(here) == told


def test_far_from_streets_the_nearest_place_is_named(world: World) -> None:
    told = world.address(point(48.762, 9.052))
    assert told is not None
    assert (told.street, str(told)) == ("", told.town)


def test_towns_are_found_by_how_they_begin_the_larger_first(world: World) -> None:
    found = [one.name for one in world.find("leon", 3)]
    assert found[0] == "Leonberg"
    assert [one.name for one in world.find("stuttgart")][:1] == ["Stuttgart"]
    assert "Bad Cannstatt" in [one.name for one in world.find("cannst")]
    assert "Villingen-Schwenningen" in [one.name for one in world.find("schwenn")]
    assert world.find("  ") == world.find("nowhere at all") == []
    assert world.find("S", 5) == sorted(world.find("S", 5), key=lambda one: -one.people)


# -- the plane --------------------------------------------------------------------------------------------------------


@given(places, places)
def test_lengths_are_those_of_the_ellipsoid(one: Point, other: Point) -> None:
    """Against an independent formula with the library's own functions."""
    middle = math.radians((one[0] + other[0]) / 2e7)
    root = math.sqrt(1 - 0.00669437999 * math.sin(middle) ** 2)
    north = math.radians((one[0] - other[0]) / 1e7) * 6378137 * (1 - 0.00669437999) / root**3
    east = math.radians((one[1] - other[1]) / 1e7) * 6378137 * math.cos(middle) / root
    assert length(one, other) == length(other, one)
    assert length(one, other) / 100 == pytest.approx(math.hypot(north, east), rel=3e-4, abs=0.02)


@given(places, places, places, places)
def test_lines_cross_at_the_same_place_from_either_side(one: Point, other: Point, first: Point, second: Point) -> None:
    met = crossing(one, other, first, second)
    assert crossing(first, second, one, other) == met
    if met is not None:
        for start, end in ((one, other), (first, second)):
            assert length(met, foot(met, start, end)[0]) <= length(start, end) // 1000 + 5


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(1, 10**6), st.integers(2, 10**7))
def test_a_field_at_once_is_the_field_one_by_one(east: int, north: int, step: int, width: int) -> None:
    at_once = field(7, "what", (east, north), step, 5, width)
    assert at_once == [[noise(7, "what", east + x * step, north + y * step, width) for x in range(5)] for y in range(5)]


@given(places)
def test_a_place_on_the_plane_is_the_place(here: Point) -> None:
    assert length(place(flat(here)), here) <= 3


def test_a_smooth_line_goes_through_all_its_places() -> None:
    line = [flat(point(*one)) for one in ((48.7, 9.0), (48.75, 9.1), (48.7501, 9.1002), (48.9, 9.0))]
    found = list(smooth(line, 100 * METRE))
    assert [at for at in found if at in line] == line
    assert max(apart(one, other) for one, other in pairwise(found)) < 260 * METRE


def test_a_road_is_cut_where_it_is_told() -> None:
    line = (point(48.8, 9.0), point(48.81, 9.0), point(48.82, 9.0))
    road = Road(Kind.COUNTY, "K1", line, slow=(50_000, 20_000))
    middle, end = (488_050_000, 90_000_000), (488_150_000, 90_000_000)
    parts = list(split(road, [(1, end), (0, middle), (1, line[1])]))
    assert [part.points for part in parts] == [(line[0], middle), (middle, line[1]), (line[1], end), (end, line[2])]
    assert [part.slow for part in parts] == [(50_000, 0), (0, 0), (0, 0), (0, 20_000)]
    assert parts[0].limit_at(49_999) == 50
    assert parts[0].limit_at(50_001) == 80
    assert list(split(road, [])) == [road]
