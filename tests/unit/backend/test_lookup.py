"""Places found by words: what comes first, however it is written, and the same each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mock_backend.world import lookup
from mock_backend.world.gazetteer import Size
from mock_backend.world.lookup import Found, Sort, folded
from mock_backend.world.plane import flat, inside, length, point
from mock_backend.world.world import World

ROOT = Path(__file__).resolve().parents[3]
HOME = point(48.80, 9.01)
KILOMETRE = 100_000


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def names(found: list[Found]) -> list[str]:
    return [one.name for one in found]


@pytest.mark.parametrize("written", ["Böblingen", "boblingen", "BOEBLINGEN", "  böblingen ", "Bo\u0308blingen"])
def test_a_town_is_found_however_it_is_written(world: World, written: str) -> None:
    first = lookup.find(world, written, HOME)[0]
    assert (first.sort, first.name, first.town) == (Sort.TOWN, "Böblingen", "")


def test_sharp_s_accents_and_signs_do_not_matter() -> None:
    assert folded("Römer-Straße 3") == folded("ROEMER strasse, 3") == "romer strasse 3"
    assert folded("Café") == "cafe"
    assert folded(" !? ") == ""


def test_what_is_called_so_comes_before_what_only_begins_so_and_that_before_the_rest(world: World) -> None:
    found = lookup.find(world, "Ludwigsburg", HOME)
    assert (found[0].sort, found[0].name) == (Sort.CITY, "Ludwigsburg")
    # It is farther away than what it has: that one is found by the town it is in.
    assert length(found[1].at, HOME) < length(found[0].at, HOME)
    assert {one.town for one in found[1:]} == {"Ludwigsburg"}
    begins = [folded(name).startswith("bad") for name in names(lookup.find(world, "bad", HOME))]
    assert begins == [True] * 8


def test_of_the_same_rank_the_nearer_comes_first_and_there_are_eight_at_most(world: World) -> None:
    for near in (HOME, point(48.40, 9.99)):
        found = lookup.find(world, "bakery", near)
        far = [length(one.at, near) for one in found]
        assert len(found) == 8
        assert far == pytest.approx(sorted(far), abs=KILOMETRE / 2)
    assert lookup.find(world, "bakery", HOME) != lookup.find(world, "bakery", point(48.40, 9.99))


def test_streets_of_the_towns_around_are_found_once_each(world: World) -> None:
    found = lookup.find(world, "linden", HOME)
    assert {one.sort for one in found} == {Sort.STREET}
    assert len({(one.name, one.town) for one in found}) == len(found) == 8
    one = found[0]
    (again, *_) = lookup.find(world, f"{one.name} {one.town}", HOME)
    assert again == one
    assert lookup.find(world, one.name, point(52.0, 13.0)) == []


def test_shops_are_found_by_their_sign_and_by_words_of_three_languages(world: World) -> None:
    for words in ("Bäckerei", "bakery", "boulangerie"):
        assert {one.sort for one in lookup.find(world, words, HOME)} == {Sort.BAKERY}
    (town, *_) = [one for one in world.towns if one.name == "Ludwigsburg"]
    found = lookup.find(world, "charging ludwigsburg", HOME)
    assert [one.sort for one in found] == [Sort.CHARGING] * 4
    assert all(inside(one.at, world.gazetteer.bounds) for one in found)
    assert all(length(one.at, town.at) < 4 * KILOMETRE for one in found)


def test_each_shop_lies_on_the_side_that_it_is_named_after(world: World) -> None:
    for town in (one for one in world.towns[:200] if one.size is not Size.VILLAGE):
        for one in lookup.shops(world.gazetteer.seed, town):
            east, north = (a - b for a, b in zip(flat(one.at), town.flat, strict=True))
            side = {"Nord": north, "Süd": -north, "Ost": east, "West": -east}.get(one.name.rpartition(" ")[2])
            assert side is None or side > max(abs(east), abs(north)) - 2, one
            assert abs(east) + abs(north) < town.radius * 3 // 2


@pytest.mark.parametrize("words", ["", "   ", "?!", "xqzxqz", "\0", "xqz leonberg"])
def test_nothing_is_found_for_words_that_nothing_is_called(world: World, words: str) -> None:
    assert lookup.find(world, words, HOME) == []


def test_the_inside_of_words_comes_last_and_takes_three_letters(world: World) -> None:
    assert names(lookup.find(world, "udwigsbur", HOME))[:1] == ["Ludwigsburg"]
    assert lookup.find(world, "zz", HOME) == []


def test_it_is_the_same_in_another_process_and_asked_in_another_order(world: World) -> None:
    lookup.find(world, "tanken", HOME)
    here = [lookup.find(world, words, HOME) for words in ("parking", "linden", "stutt")]
    code = (
        "from mock_backend.world import lookup\nfrom mock_backend.world.world import World\n"
        f"world = World()\nprint([lookup.find(world, one, {HOME}) for one in ('stutt', 'linden', 'parking')][::-1])"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env, cwd=ROOT)
    assert told.stdout.strip() == repr(here)
