"""How the map looks: colours of the dark and the light style, widths and letters by zoom."""

from __future__ import annotations

from dataclasses import dataclass

from mock_backend.world.gazetteer import Size
from mock_backend.world.quarters import Ground
from mock_backend.world.roads import Kind

STYLES = ("dark", "light")
CLOSEST = 17


@dataclass(frozen=True, slots=True)
class Stroke:
    """`case` lies under it and is wider by `rim` on each side; far away it is a line in the colour `thin`, without a case.
    `seam` is the middle of a road with two carriageways.
    """

    fill: str
    case: str
    rim: float = 1.0
    seam: str = ""
    thin: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    land: str
    wood: str
    water: str
    grounds: dict[Ground, str]
    roads: dict[Kind, Stroke]
    words: dict[Size, str]
    halo: str
    of_water: str
    of_wood: str
    of_street: str
    motorway_sign: tuple[str, str]
    """Ground and letters."""
    federal_sign: tuple[str, str]


DARK = Look(
    land="#13181D", wood="#15211D", water="#15293D",
    grounds={Ground.HOUSES: "#1A2025", Ground.WORKS: "#1B2129", Ground.PARK: "#16241F"},
    roads={
        Kind.STREET: Stroke("#282F36", ""),
        Kind.LANE: Stroke("#2E363E", ""),
        Kind.COUNTY: Stroke("#323B44", "#14191E", 0.8),
        Kind.STATE: Stroke("#3A444E", "#14191E"),
        Kind.FEDERAL: Stroke("#48535F", "#12171C"),
        Kind.RAMP: Stroke("#45505B", "#12171C"),
        Kind.MOTORWAY: Stroke("#5A6774", "#10151A", 1.2, "#262E36"),
    },
    words={Size.CITY: "#E3E7EC", Size.TOWN: "#CDD3DA", Size.SUBURB: "#98A2AE", Size.VILLAGE: "#838D99"},
    halo="#13181D", of_water="#4F7DA6", of_wood="#5E7A6C", of_street="#7C8692",
    motorway_sign=("#2A4675", "#CFE2FF"), federal_sign=("#2C343C", "#AEB7C2"),
)  # fmt: skip
LIGHT = Look(
    land="#F3F4F2", wood="#DCEADD", water="#C3DBF0",
    grounds={Ground.HOUSES: "#E8EAED", Ground.WORKS: "#E3E5EC", Ground.PARK: "#D6E8D7"},
    roads={
        Kind.STREET: Stroke("#FFFFFF", "#D8DCE1", 0.7),
        Kind.LANE: Stroke("#FFFFFF", "#CFD5DC", 0.8),
        Kind.COUNTY: Stroke("#FFFFFF", "#C3CAD3", 0.8, thin="#DADEE3"),
        Kind.STATE: Stroke("#FFFFFF", "#B7C0CB", thin="#CBD1D9"),
        Kind.FEDERAL: Stroke("#DCE4EE", "#9FACBC", thin="#ACB7C5"),
        Kind.RAMP: Stroke("#C6D0DE", "#93A1B3"),
        Kind.MOTORWAY: Stroke("#A9B9CF", "#7C8DA3", 1.2, "#E6ECF4", "#8297B6"),
    },
    words={Size.CITY: "#14181C", Size.TOWN: "#262D34", Size.SUBURB: "#56606B", Size.VILLAGE: "#626B76"},
    halo="#F6F7F7", of_water="#3F74A6", of_wood="#52795F", of_street="#5A646F",
    motorway_sign=("#2E64B5", "#FFFFFF"), federal_sign=("#FFFFFF", "#48515B"),
)  # fmt: skip
LOOKS = {"dark": DARK, "light": LIGHT}

FIRST = {
    Kind.STREET: 13, Kind.LANE: 13, Kind.COUNTY: 10, Kind.STATE: 9, Kind.FEDERAL: 7, Kind.RAMP: 12, Kind.MOTORWAY: 5,
}  # fmt: skip
"""The zoom from which on a class is drawn."""
_WIDTHS = {
    Kind.STREET: (0.7, 1.6, 3.2, 6.0, 11.0),
    Kind.LANE: (1.2, 2.4, 4.6, 8.0, 13.0),
    Kind.COUNTY: (0.6, 0.9, 1.3, 2.0, 3.4, 5.8, 9.0, 14.0),
    Kind.STATE: (0.6, 0.9, 1.3, 1.9, 2.9, 4.6, 7.2, 11.0, 16.0),
    Kind.FEDERAL: (0.7, 1.0, 1.3, 1.7, 2.2, 3.0, 4.2, 6.2, 9.0, 13.0, 18.0),
    Kind.RAMP: (1.4, 2.2, 3.6, 6.0, 9.0, 13.0),
    Kind.MOTORWAY: (0.9, 1.2, 1.6, 2.1, 2.6, 3.1, 3.7, 4.7, 6.2, 8.4, 12.0, 17.0, 24.0),
}
CASED = {Kind.STREET: 15, Kind.LANE: 15}
"""From here on roads have a rim; others from 11."""
SEAMED = 12
PEOPLE = {5: 250_000, 6: 250_000, 7: 120_000, 8: 85_000, 9: 40_000, 10: 14_000, 11: 7_000}
"""The smallest town with a name; closer up every town has one."""
LETTERS = {Size.CITY: (15, 600), Size.TOWN: (13, 600), Size.SUBURB: (12, 500), Size.VILLAGE: (11, 500)}
"""Pixels and weight."""


def width(kind: Kind, zoom: int) -> float:
    """Pixels; 0 where it is not drawn."""
    index = min(zoom, CLOSEST) - FIRST[kind]
    return _WIDTHS[kind][index] if index >= 0 else 0.0


def letters(size: Size, people: int, zoom: int) -> tuple[int, int]:
    pixels, weight = LETTERS[size]
    if size is Size.CITY and (people >= 250_000 or zoom >= 12):
        return pixels + 2, weight
    return (pixels, weight) if size is not Size.TOWN or zoom >= 11 else (12, 500)


def is_named(size: Size, people: int, zoom: int) -> bool:
    if size is Size.SUBURB:
        return zoom >= (12 if people >= 25_000 else 13)
    if size is Size.VILLAGE:
        return zoom >= 12
    return people >= PEOPLE.get(zoom, 0)
