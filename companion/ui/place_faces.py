"""What is said of places that were found, from the snapshot: no widgets here."""

from __future__ import annotations

from companion.model import geo
from companion.model.place import FoundPlace, Search
from companion.model.state import State
from companion.ui import format as fmt
from companion.ui import notice
from companion.ui.parts.map.content import Place
from companion.ui.text import has, text

ICONS = {"street": "road", "charging": "charge", "petrol": "fuel", "bakery": "bread", "parking": "parking"}
"""Kind -> icon; a town and what is not known have a pin."""
ZOOMS = {"city": 12.0, "town": 13.0, "suburb": 14.0, "village": 14.0}
CLOSE = 16.0
HERE = 50.0
"""Metres within which no direction is told."""


def why_not(state: State) -> str:
    """Why nothing can be searched for; empty if it can."""
    if not state.link.online:
        return text("place.offline")
    return text("place.private") if is_shut(state) else ""


def is_shut(state: State) -> bool:
    """The map is that of a car, and in private mode it shows and asks nothing."""
    return state.vehicle is not None and state.vehicle.switches.private_mode is True


def icon(place: FoundPlace) -> str:
    return ICONS.get(place.kind, "pin")


def name(place: FoundPlace) -> str:
    return f"{place.name}, {place.town}" if place.town else place.name


def second(place: FoundPlace, near: tuple[float, float]) -> str:
    """What it is, how far, and which way."""
    kind = text(f"place.kind_{place.kind}") if has(f"place.kind_{place.kind}") else text("place.kind_other")
    return f"{kind} · {_way(place, near)}"


def _way(place: FoundPlace, near: tuple[float, float]) -> str:
    there = (place.latitude, place.longitude)
    metres = geo.distance(near, there)
    if metres < HERE:
        return fmt.distance(metres)
    point = fmt.point(geo.bearing(near, there))
    return f"{fmt.distance(metres)} {''.join(text(f'compass.{letter}') for letter in point)}"


def told(search: Search) -> str:
    """How a search went that brought no places; empty where it brought some."""
    if search.is_running:
        return text("place.searching")
    if search.failed is not None:
        return notice.sentence(search.failed, (*search.params, ("of", "find_place")))
    return "" if search.places else text("place.nothing", term=search.term)


def zoom(place: FoundPlace) -> float:
    return ZOOMS.get(place.kind, CLOSE)


def marks(search: Search, picked: str) -> tuple[Place, ...]:
    """As they lie on the map."""
    return tuple(
        Place(one.id, f"{name(one)}, {second(one, search.near)}", one.latitude, one.longitude, icon(one), one.id == picked)
        for one in search.places
    )  # fmt: skip
