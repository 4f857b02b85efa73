"""The map while it is moved: the time of a frame with everything on it, against the same pictures alone."""

from __future__ import annotations

import time
from itertools import count
from math import cos, sin

from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QApplication

from companion.model.map_pictures import Look, Supply
from companion.model.settings import Settings
from companion.ui.parts.map import tiles
from companion.ui.parts.map.content import CarMark, MapContent, Place, Ring, Route
from companion.ui.parts.map.pictures import Key
from companion.ui.parts.map.view import MapView
from companion.ui.start import dress
from tests.bench.measure import Amount, Finding, Ratio, Sample, in_turns

FRAME, TIMES = 12.0, 4.0
"""Milliseconds of a frame at most, and how often the pictures alone may go into it."""
HERE = (48.8, 9.01)
POINTS, PLACES, RINGS = 5000, 200, 4


def maps(frames: int = 120) -> list[Finding]:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    dress(application, Settings(language="en", theme="dark", reduced_motion=True))
    full, bare = _map(content()), _map(MapContent())
    found: list[Finding] = []
    taken = _panned(full, bare, frames)
    ours, base = (Sample(name, times) for name, times in zip(("with everything", "pictures alone"), taken, strict=True))
    name = f"map of 1280x800 moved, {RINGS} rings, {POINTS} points, {PLACES} places"
    found += [Ratio(name, ours, base, TIMES), Amount(name, ours.middle, FRAME, "ms a frame", str(ours))]
    zoomed = Sample("zoomed", tuple(_zoomed(full, frames // 3)))
    found.append(Amount("the same map zoomed", zoomed.middle, 60.0, "ms a frame", str(zoomed)))
    edited = Sample("a ring drawn larger", tuple(_edited(full, frames // 3)))
    found.append(Amount("the same map while a ring is edited", edited.middle, 40.0, "ms a frame", str(edited)))
    for one in (full, bare):
        one.close()
    return found


def content() -> MapContent:
    rings = tuple(
        Ring(str(n), f"Ring {n}", HERE[0] + 0.01 * n, HERE[1] - 0.012 * n, 600 + 250 * n) for n in range(RINGS)
    )
    points = tuple(
        (HERE[0] - 0.05 + n * 2e-5 + 4e-4 * sin(n / 9), HERE[1] - 0.06 + n * 2.4e-5 + 5e-4 * cos(n / 7))
        for n in range(POINTS)
    )
    places = tuple(
        Place(str(n), f"Place {n}", HERE[0] + 0.03 * sin(n * 1.3), HERE[1] + 0.05 * cos(n * 2.1)) for n in range(PLACES)
    )
    return MapContent(CarMark(*HERE, 52, "Taycan · 14:32"), rings, "0", (Route(points),), places)


def _map(shown: MapContent) -> MapView:
    view = MapView()
    view.resize(1280, 800)
    view.show_supply(Supply(number=1))
    view.show_content(shown)
    view.look_at(*HERE, 14)
    view.looked.connect(lambda look: _give(view, look))
    return view


def _give(view: MapView, look: Look) -> None:
    """Pictures of one colour: what they show costs nothing to paint."""
    for tile in look.tiles:
        image = QImage(256, 256, QImage.Format.Format_RGB32)
        image.fill(QColor(20 + tile.x % 5 * 3, 24, 28 + tile.y % 5 * 3))
        key = Key(1, view.is_light, tile)
        view.pictures._newest = 1
        view.pictures._put(key, QPixmap.fromImage(image))


def _frame(view: MapView, image: QImage) -> float:
    started = time.perf_counter()
    view.render(image)
    return (time.perf_counter() - started) * 1000


def _panned(full: MapView, bare: MapView, frames: int) -> list[tuple[float, ...]]:
    """Both in turns, frame by frame: the machine's other work falls on both."""
    image = QImage(full.size(), QImage.Format.Format_ARGB32_Premultiplied)
    for view in (full, bare):
        view.look_at(*HERE, 14)
    steps = {full: count(), bare: count()}

    def one(view: MapView) -> float:
        view._set(view.camera.moved(9 * (-1) ** (next(steps[view]) // 40), 4))
        _look(view)
        return _frame(view, image)

    return in_turns(frames, lambda: one(full), lambda: one(bare))


def _zoomed(view: MapView, frames: int) -> list[float]:
    image = QImage(view.size(), QImage.Format.Format_ARGB32_Premultiplied)
    view.look_at(*HERE, 13)
    times = []
    for _ in range(frames):
        view._set(view.camera.zoomed(0.04, view._middle))
        _look(view)
        times.append(_frame(view, image))
    return times


def _edited(view: MapView, frames: int) -> list[float]:
    image = QImage(view.size(), QImage.Format.Format_ARGB32_Premultiplied)
    view.look_at(*HERE, 14)
    view.in_hand = "0"
    times = []
    for number in range(frames):
        first, *others = content().rings
        larger = Ring(first.id, first.name, first.latitude, first.longitude, first.radius + 10 * number)
        view.show_content(
            MapContent(view.content.car, (larger, *others), "0", view.content.routes, view.content.places)
        )
        times.append(_frame(view, image))
    view.in_hand = ""
    return times


def _look(view: MapView) -> None:
    """What the timer does when the map rests, so that no frame lacks its pictures."""
    _give(view, Look(tiles=tiles.wanted(view.camera, view.supply, view.pictures, view.is_light)))
