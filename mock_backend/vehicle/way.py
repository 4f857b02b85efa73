"""A way that a car drives: straight pieces, each at a speed of its own; and where one is on it after some seconds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from mock_backend.vehicle import geodesy
from mock_backend.vehicle.geodesy import Point

Stop = tuple[float, float, float]
"""Latitude, longitude, and the km/h at which it is driven to."""
PIECE = 5_000.0
"""Metres: a longer piece is cut, so that what is straight through the ground is even over it."""
SHORTEST = 0.5
"""Metres below which two places are one."""


@dataclass(frozen=True, slots=True)
class Piece:
    start: Point
    end: Point
    metres: float
    kmh: float
    heading: float

    @property
    def seconds(self) -> float:
        return self.metres / self.kmh * 3.6


@dataclass(frozen=True, slots=True)
class Spot:
    """`metres` since the start of the way."""

    place: Point
    heading: float
    kmh: float
    metres: float


class Way:
    """Not empty. `seconds` and `metres` are those of the whole."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = tuple(pieces)
        self._begins = [0.0, *accumulate(piece.seconds for piece in pieces)]
        self._before = [0.0, *accumulate(piece.metres for piece in pieces)]
        self.seconds, self.metres = self._begins[-1], self._before[-1]

    def at(self, seconds: float) -> Spot:
        number = self._number(seconds)
        piece = self._pieces[number]
        share = min(1.0, (seconds - self._begins[number]) / piece.seconds)
        place = geodesy.between(piece.start, piece.end, share)
        return Spot(place, piece.heading, piece.kmh, self._before[number] + share * piece.metres)

    def speeds(self, begin: float, end: float) -> list[tuple[float, float]]:
        """(km/h, metres) of what is driven between two moments, piece by piece."""
        found = []
        for number in range(self._number(begin), self._number(end) + 1):
            piece = self._pieces[number]
            seconds = min(end, self._begins[number + 1]) - max(begin, self._begins[number])
            if seconds > 0:
                found.append((piece.kmh, seconds * piece.kmh / 3.6))
        return found

    def _number(self, seconds: float) -> int:
        return min(max(0, bisect_right(self._begins, seconds) - 1), len(self._pieces) - 1)


def length(start: tuple[float, float], stops: Iterable[Stop]) -> float:
    """Metres."""
    places = [geodesy.point(*start), *(geodesy.point(*one[:2]) for one in stops)]
    return sum(geodesy.distance(one, other) for one, other in pairwise(places))


def way(start: tuple[float, float], stops: Iterable[Stop], kmh: float | None = None) -> Way | None:
    """From where the car stands through all of them; `kmh` instead of each one's own. None where they are all here."""
    pieces: list[Piece] = []
    for first, last in pairwise([(*start, 0.0), *stops]):
        pieces += _cut(first, last, kmh or last[2])
    return Way(pieces) if pieces else None


def _cut(first: Stop, last: Stop, kmh: float) -> list[Piece]:
    begin, end = geodesy.point(*first[:2]), geodesy.point(*last[:2])
    metres = geodesy.distance(begin, end)
    if metres < SHORTEST:
        return []
    number = int(metres / PIECE) + 1
    marks = [_on_ground(geodesy.between(begin, end, step / number)) for step in range(number + 1)]
    return [
        Piece(
            one, other, geodesy.distance(one, other), kmh, geodesy.heading(geodesy.degrees(one), geodesy.degrees(other))
        )
        for one, other in pairwise(marks)
    ]


def _on_ground(place: Point) -> Point:
    return geodesy.point(*geodesy.degrees(place))
