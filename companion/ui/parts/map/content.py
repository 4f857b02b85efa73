"""What lies on the map, as values: the widget shows them and changes none of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

SMALLEST, LARGEST = 200.0, 100_000.0
"""Metres that a ring's radius may have."""


@dataclass(frozen=True, slots=True)
class CarMark:
    latitude: float
    longitude: float
    heading: float | None = None
    label: str = ""
    """"Taycan · 14:32": which car, and when it was there."""


@dataclass(frozen=True, slots=True)
class Ring:
    id: str
    name: str
    latitude: float
    longitude: float
    radius: float
    words: str = ""
    """For a screen reader, beyond name and radius: "Leaves"."""
    token: str = "text-2"
    """Of its line."""


@dataclass(frozen=True, slots=True)
class Place:
    id: str
    name: str
    latitude: float
    longitude: float
    icon: str = "charge"
    is_picked: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """`points`: latitude and longitude. `is_picked` False: one of several that could be."""

    points: tuple[tuple[float, float], ...]
    is_picked: bool = True


@dataclass(frozen=True, slots=True)
class MapContent:
    """`edited`: the ring with handles; "" for none. `service`, `seen_at`, `vehicle` (handle): what the pictures are asked for."""

    car: CarMark | None = None
    rings: tuple[Ring, ...] = ()
    edited: str = ""
    routes: tuple[Route, ...] = ()
    places: tuple[Place, ...] = ()
    service: str = "car_finder"
    seen_at: datetime | None = None
    vehicle: str = ""

    @property
    def edited_ring(self) -> Ring | None:
        return next((ring for ring in self.rings if ring.id == self.edited), None)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the map, for a list that is its twin. `kind` is `car`, `ring` or `place`."""

    kind: str
    id: str
    name: str
    latitude: float
    longitude: float
    radius: float | None = None


def items(content: MapContent) -> Iterator[Item]:
    """Everything that can be reached on the map, in the order of its keys."""
    if content.car is not None:
        yield Item("car", "", content.car.label, content.car.latitude, content.car.longitude)
    for ring in content.rings:
        yield Item("ring", ring.id, ring.name, ring.latitude, ring.longitude, ring.radius)
    for place in content.places:
        yield Item("place", place.id, place.name, place.latitude, place.longitude)
