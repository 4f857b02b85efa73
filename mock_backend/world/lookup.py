"""Places found by words: towns, villages, the streets around, and invented shops and posts of the towns near by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from math import isqrt

from mock_backend.world.dice import Dice
from mock_backend.world.gazetteer import Size, Town
from mock_backend.world.network import KILOMETRE
from mock_backend.world.plane import METRE, Flat, Point, flat, length, place
from mock_backend.world.world import ORDINARY, World

MOST = 8
STREETS, SHOPS = 2_500 * METRE, 12 * KILOMETRE
"""So far around streets are looked through, and towns with what there is in them."""
FEWEST = 3
"""Letters of a word that is looked for inside of others too."""


class Sort(StrEnum):
    CITY = "city"
    TOWN = "town"
    SUBURB = "suburb"
    VILLAGE = "village"
    STREET = "street"
    CHARGING = "charging"
    PETROL = "petrol"
    BAKERY = "bakery"
    PARKING = "parking"


@dataclass(frozen=True, slots=True)
class Found:
    """`town`: where it is; empty for a town itself."""

    sort: Sort
    name: str
    town: str
    at: Point


SIGNS = {
    Sort.CHARGING: ("Ladepark", "charging station charger borne recharge ladestation ladesäule strom"),
    Sort.PETROL: ("Tankstelle", "petrol gas fuel station essence carburant benzin diesel"),
    Sort.BAKERY: ("Bäckerei", "bakery bread café boulangerie pain brot brötchen"),
    Sort.PARKING: ("Parkhaus", "car park parking garage stationnement parkplatz"),
}
"""What stands on it, and other words that find it."""
NUMBERS = {Size.CITY: (4, 4, 4, 3), Size.TOWN: (2, 2, 2, 1), Size.SUBURB: (1, 1, 1, 1), Size.VILLAGE: (0, 0, 1, 0)}
"""How many of each a place has."""
SIDES = (("Nord", 0, 1), ("Süd", 0, -1), ("Ost", 1, 0), ("West", -1, 0))
BAKERS = ("Baumann", "Eberle", "Frick", "Haas", "Kienzle", "Lutz", "Rapp", "Schäfer", "Trautwein", "Vogel", "Wörner")
UMLAUTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u"})


def folded(words: str) -> str:
    """As it is compared: small, without accents, an umlaut as its vowel however it was written, one space between words."""
    small = unicodedata.normalize("NFC", words.casefold()).translate(UMLAUTS)
    bare = "".join(one for one in unicodedata.normalize("NFD", small) if not unicodedata.combining(one))
    return " ".join(re.findall(r"[^\W_]+", re.sub("([aou])e", r"\1", bare)))


_known = lru_cache(maxsize=20_000)(folded)
"""Of the world's own names; what somebody looks for is kept nowhere."""


def find(world: World, term: str, near: Point, most: int = MOST) -> list[Found]:
    """What is called so first, then what begins so, then later words, then the inside of words; the nearer first."""
    wanted = folded(term)
    ranked = [(rank, length(one.at, near), one) for one, rank in _matching(world, wanted, near)]
    ranked.sort(key=lambda row: (row[0], row[1], row[2].name, row[2].at))
    best: dict[tuple[str, str], Found] = {}
    for _, _, one in ranked:
        # Of a street the nearest piece.
        best.setdefault((one.name, one.town), one)
    return [_at_a_road(world, one) for one in list(best.values())[:most]]


def _matching(world: World, wanted: str, near: Point) -> Iterator[tuple[Found, int]]:
    for one, more in _everything(world, wanted, near):
        rank = _rank(wanted, _known(one.name), _known(f"{one.town} {more}"))
        if rank is not None:
            yield one, rank


def _everything(world: World, wanted: str, near: Point) -> Iterator[tuple[Found, str]]:
    """With the other words that find it."""
    for town in world.network.towns:
        yield Found(Sort(town.size), town.name, "", town.at), ""
    here = flat(near)
    named = [town for town in world.network.towns if f" {_known(town.name)} " in f" {wanted} "]
    for town in dict.fromkeys([*world.network.places.around(here, SHOPS), *named]):
        for one in shops(world.gazetteer.seed, town):
            yield one, SIGNS[one.sort][1]
    for slot in world.quarters.around(here, STREETS):
        if (owner := world.quarters.town(slot)) is not None:
            for road in world.streets.of(slot):
                yield Found(Sort.STREET, road.name, owner.name, road.points[len(road.points) // 2]), ""


def _rank(wanted: str, name: str, more: str) -> int | None:
    if not wanted:
        return None
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    words = wanted.split()
    if all(f" {word}" in f" {name} {more}" for word in words):
        return 2
    return 3 if all(len(word) >= FEWEST and word in name for word in words) else None


def shops(seed: int, town: Town) -> Iterator[Found]:
    """Each on the side of its town that its name says; the same whoever asks first."""
    for (sort, (sign, _)), number in zip(SIGNS.items(), NUMBERS[town.size], strict=True):
        dice = Dice(seed, "shops", sort, town.name, *town.at)
        first = dice.below(4)
        for turn in range(number):
            side, east, north = SIDES[(first + turn) % 4]
            name = (
                f"{sign} {BAKERS[(dice.below(99) + turn) % len(BAKERS)]}" if sort is Sort.BAKERY else f"{sign} {side}"
            )
            yield Found(sort, name, town.name, place(_beside(dice, town, (east, north))))


def _beside(dice: Dice, town: Town, side: Flat) -> Flat:
    """From a quarter of the way to the edge on, to one side and a little off it."""
    far = town.radius * dice.between(25, 70) // 100
    off = far * dice.around(40) // 100
    straight = isqrt(far * far - off * off)
    east, north = side
    return town.flat[0] + straight * east + off * north, town.flat[1] + straight * north + off * east


def _at_a_road(world: World, one: Found) -> Found:
    """Where one can drive up to it."""
    if one.sort not in SIGNS:
        return one
    near = world.nearest(one.at, ORDINARY)
    return one if near is None else replace(one, at=near.at)
