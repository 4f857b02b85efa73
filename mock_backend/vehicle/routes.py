"""How one gets from here to there. Straight ahead: the roads are invented elsewhere."""

from __future__ import annotations

from mock_backend.vehicle.way import Stop

ORDINARY = 50.0
"""km/h."""
TOWNS = {
    "Böblingen": (48.683, 9.011), "Esslingen": (48.739, 9.305), "Leonberg": (48.800, 9.013), "Ludwigsburg": (48.897, 9.192),
    "Pforzheim": (48.891, 8.703), "Sindelfingen": (48.708, 9.003), "Stuttgart": (48.775, 9.182), "Waiblingen": (48.830, 9.317),
}  # fmt: skip


def town(name: str) -> tuple[float, float] | None:
    return next((place for known, place in TOWNS.items() if known.casefold() == name.casefold()), None)


def route(start: tuple[float, float], end: tuple[float, float]) -> list[Stop]:
    """Behind the start, the end included."""
    return [(*end, ORDINARY)]
