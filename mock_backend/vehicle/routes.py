"""How one gets from here to there: by the roads of the demo's world; where it has none, straight ahead."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mock_backend.vehicle.way import Stop
from mock_backend.world.plane import degrees, point

if TYPE_CHECKING:
    from mock_backend.world.route import Leg
    from mock_backend.world.world import World

ORDINARY = 50.0
"""km/h where there is no road."""
Place = tuple[float, float]


@lru_cache(maxsize=1)
def _world() -> World:
    """Read and made when a car first asks the way: a second's work."""
    from mock_backend.world.world import World

    return World()


def town(name: str) -> Place | None:
    wanted = name.strip().casefold()
    found = next((one for one in _world().find(name) if one.name.casefold() == wanted), None)
    return None if found is None else degrees(found.at)


def route(start: Place, end: Place) -> list[Stop]:
    """Behind the start, the end included; each with the km/h at which it is driven to."""
    found = _world().route(point(*start), point(*end))
    stops = [stop for leg in found.legs for stop in _stops(leg)] if found is not None else []
    return [*stops, (*end, stops[-1][2] if stops else ORDINARY)]


def _stops(leg: Leg) -> list[Stop]:
    """Centimetres and milliseconds make the speed."""
    from mock_backend.world.route import course

    speed = leg.length / max(1, leg.time) * 36
    return [(*degrees(at), speed) for at in course(leg)[1:]]
