"""What is where: towns, motorways, rivers and woods as they stand in the shared data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import isqrt
from typing import Any

from mock_backend.catalogue import resource
from mock_backend.world.plane import METRE, Box, Flat, Point, flat, point

NARROW, WIDE = 200, 4300
"""Metres from the middle of a village and of a large town to its edge."""


class Size(StrEnum):
    CITY = "city"
    TOWN = "town"
    SUBURB = "suburb"
    VILLAGE = "village"


@dataclass(frozen=True)
class Town:
    name: str
    at: Point
    people: int
    size: Size

    @cached_property
    def flat(self) -> Flat:
        return flat(self.at)

    @cached_property
    def radius(self) -> int:
        """As far as it is built, in units of the plane."""
        return min(WIDE, max(NARROW, 72 * isqrt(self.people) // 10)) * METRE


@dataclass(frozen=True, slots=True)
class Junction:
    name: str
    at: Point


@dataclass(frozen=True, slots=True)
class Motorway:
    ref: str
    junctions: tuple[Junction, ...]


@dataclass(frozen=True, slots=True)
class Water:
    """A river's `width` is that at its mouth, in metres; a lake has none and its line goes around it."""

    name: str
    line: tuple[Point, ...]
    width: int = 0


@dataclass(frozen=True, slots=True)
class Wood:
    """`across` and `along` in metres; `dense` in thousandths."""

    name: str
    at: Point
    across: int
    along: int
    dense: int


@dataclass(frozen=True, slots=True)
class Gazetteer:
    seed: int
    bounds: Box
    towns: tuple[Town, ...]
    motorways: tuple[Motorway, ...]
    federal: Mapping[str, tuple[str, ...]]
    rivers: tuple[Water, ...]
    lakes: tuple[Water, ...]
    ponds: tuple[tuple[str, Point, int], ...]
    woods: tuple[Wood, ...]


def load() -> Gazetteer:
    table = tomllib.loads(resource("demo", "world.toml").read_text("utf-8"))
    towns = [_town(row, Size.CITY if row[3] >= 90_000 else Size.TOWN) for row in table["towns"]]
    south, west, north, east = table["bounds"]
    return Gazetteer(
        table["seed"], (*point(south, west), *point(north, east)),
        (*towns, *(_town(row, Size.SUBURB) for row in table["suburbs"])),
        tuple(Motorway(row["ref"], tuple(map(_junction, row["junctions"]))) for row in table["motorway"]),
        {ref: tuple(names) for ref, names in table["federal"].items()},
        tuple(Water(row["name"], _line(row["line"]), row["width"]) for row in table["river"]),
        tuple(Water(row["name"], _line(row["line"])) for row in table["lake"]),
        tuple((name, point(latitude, longitude), across) for name, latitude, longitude, across in table["ponds"]),
        tuple(map(_wood, table["woods"])),
    )  # fmt: skip


def _town(row: Sequence[Any], size: Size) -> Town:
    name, latitude, longitude, people = row
    return Town(name, point(latitude, longitude), people, size)


def _junction(row: Sequence[Any]) -> Junction:
    name, latitude, longitude = row
    return Junction(name, point(latitude, longitude))


def _line(rows: Sequence[Sequence[float]]) -> tuple[Point, ...]:
    return tuple(point(latitude, longitude) for latitude, longitude in rows)


def _wood(row: Sequence[Any]) -> Wood:
    name, latitude, longitude, across, along, dense = row
    return Wood(name, point(latitude, longitude), round(across * 1000), round(along * 1000), round(dense * 1000))
