"""What lies under a hand, in which order keys reach it, and by how much a hand or a key changes a ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from PySide6.QtCore import QPointF, Qt

from companion.model import geo
from companion.ui.parts.map import rings
from companion.ui.parts.map.camera import Camera
from companion.ui.parts.map.content import LARGEST, SMALLEST, CarMark, MapContent, Place, Ring

CAR, PIN = 18.0, 15.0
"""Pixels around the middle that belong to it."""
EDGE = 8.0
SIDES = {Qt.Key.Key_Up: 0, Qt.Key.Key_Right: 90, Qt.Key.Key_Down: 180, Qt.Key.Key_Left: 270}
COARSE = 10
"""Steps that Shift makes of one."""


@dataclass(frozen=True, slots=True)
class Spot:
    """`kind` is `map`, `car`, `ring`, `place`, or of the edited ring `centre` and `handle`."""

    kind: str
    id: str = ""


MAP = Spot("map")
RINGS = ("ring", "centre", "handle")


def place_of(content: MapContent, spot: Spot) -> tuple[float, float] | None:
    """Latitude and longitude of a thing's middle."""
    marks: dict[Spot, CarMark | Ring | Place] = {Spot("place", place.id): place for place in content.places}
    if spot.kind in RINGS:
        marks = {Spot(spot.kind, ring.id): ring for ring in content.rings}
    elif content.car is not None:
        marks[Spot("car")] = content.car
    mark = marks.get(spot)
    return None if mark is None else (mark.latitude, mark.longitude)


def under(content: MapContent, camera: Camera, bearing: float, at: QPointF) -> Spot:
    """The topmost thing; of rings one inside another the smaller."""
    edited = content.edited_ring
    if edited is not None and _apart(rings.handle(edited, bearing, camera), at) <= rings.GRIP:
        return Spot("handle", edited.id)
    if content.car is not None and _apart(camera.pixel_at(content.car.latitude, content.car.longitude), at) <= CAR:
        return Spot("car")
    if edited is not None and _apart(rings.centre(edited, camera), at) <= rings.GRIP:
        return Spot("centre", edited.id)
    for place in sorted(content.places, key=lambda one: not one.is_picked):
        if _apart(camera.pixel_at(place.latitude, place.longitude), at) <= PIN:
            return Spot("place", place.id)
    reach = EDGE * camera.metres_per_pixel
    here = camera.place_at(at)
    inside = [
        ring for ring in content.rings if geo.distance((ring.latitude, ring.longitude), here) <= ring.radius + reach
    ]
    return Spot("ring", min(inside, key=lambda ring: ring.radius).id) if inside else MAP


def _apart(one: QPointF, other: QPointF) -> float:
    return hypot(one.x() - other.x(), one.y() - other.y())


def stops(content: MapContent, camera: Camera) -> list[Spot]:
    """Where Tab halts: the map itself, the car, each ring, the edited one's handle, and all places together."""
    found = [MAP]
    if content.car is not None:
        found.append(Spot("car"))
    for ring in content.rings:
        if ring.id == content.edited:
            found += [Spot("centre", ring.id), Spot("handle", ring.id)]
        else:
            found.append(Spot("ring", ring.id))
    if near := seen(content.places, camera):
        found.append(Spot("place", near[0].id))
    return found


def seen(places: Sequence[Place], camera: Camera) -> list[Place]:
    """The places in the window, from left to right."""
    at = {place.id: camera.pixel_at(place.latitude, place.longitude) for place in places}
    return sorted(
        (one for one in places if camera.frame.contains(at[one.id])), key=lambda one: (at[one.id].x(), at[one.id].y())
    )


def step_of(radius: float) -> float:
    """Metres by which a ring of this radius grows or shrinks at a time."""
    return 10.0 if radius < 1000 else 50.0 if radius < 5000 else 500.0 if radius < 50_000 else 1000.0


def fitting(radius: float) -> float:
    """Within the limits, and round."""
    step = step_of(radius)
    return min(max(round(radius / step) * step, SMALLEST), LARGEST)


def resized(ring: Ring, camera: Camera, at: QPointF) -> tuple[float, float]:
    """Radius and the handle's direction for a handle that is held at a pixel."""
    middle, here = (ring.latitude, ring.longitude), camera.place_at(at)
    return fitting(geo.distance(middle, here)), geo.bearing(middle, here)


def grown(ring: Ring, steps: int) -> float:
    return fitting(ring.radius + steps * step_of(ring.radius if steps > 0 else ring.radius - 1))


def nudged(ring: Ring, side: int, steps: int, camera: Camera) -> tuple[float, float]:
    """The centre a little to one side, the same on the screen at every zoom."""
    metres = max(5.0, 4 * camera.metres_per_pixel) * steps
    return rounded(geo.direct((ring.latitude, ring.longitude), side, metres))


def rounded(place: tuple[float, float]) -> tuple[float, float]:
    """To a tenth of a metre; no pole's ring is drawn."""
    return round(min(max(place[0], -85.0), 85.0), 6), round(place[1], 6)
