"""The map: where things lie, what hands and keys do to them, what is asked for, and what is painted."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QMargins, QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QNativeGestureEvent,
    QPainter,
    QPixmap,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from companion.model import geo
from companion.model.map_pictures import Look, SourceKind, Supply
from companion.model.mercator import LIMIT, TileId
from companion.model.settings import Settings
from companion.ui.parts.map import furniture, hands, rings, shapes, tiles
from companion.ui.parts.map.camera import Camera
from companion.ui.parts.map.content import CarMark, MapContent, Place, Ring, Route, items
from companion.ui.parts.map.hands import MAP, Spot
from companion.ui.parts.map.pictures import Key, Pictures, decode
from companion.ui.parts.map.view import MapView
from companion.ui.start import dress
from companion.ui.theme import theme
from map_server import png

HERE = (48.8, 9.013)
HOME = Ring("home", "Home", *HERE, 850, "Leaves")
WORK = Ring("work", "Work", 48.8095, 9.033, 600)
CAR = CarMark(48.7985, 9.015, 52, "Taycan · 14:32")
POSTS = tuple(Place(str(n), f"Post {n}", 48.797 + 0.004 * n, 9.005 + 0.006 * n) for n in range(3))
SEEN = datetime(2026, 11, 25, 14, 32, tzinfo=UTC)
CONTENT = MapContent(CAR, (HOME, WORK), "home", places=POSTS, service="location_alarm", seen_at=SEEN)
PLAIN = Qt.KeyboardModifier.NoModifier


@dataclass
class Owner:
    """Does what the page does: what the map says a hand did becomes its content."""

    view: MapView
    said: list[tuple[str, Any]] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    def __post_init__(self) -> None:
        view = self.view
        view.ring_moved.connect(self._move)
        view.ring_resized.connect(self._resize)
        view.looked.connect(self.looks.append)
        for name in ("ring_clicked", "place_clicked", "car_clicked", "map_clicked", "retry_requested"):
            getattr(view, name).connect(lambda *args, name=name: self.said.append((name, args)))

    def ring(self, ident: str = "home") -> Ring:
        return next(ring for ring in self.view.content.rings if ring.id == ident)

    def _move(self, ident: str, latitude: float, longitude: float) -> None:
        self._put(replace(self.ring(ident), latitude=latitude, longitude=longitude))

    def _resize(self, ident: str, radius: float) -> None:
        self._put(replace(self.ring(ident), radius=radius))

    def _put(self, changed: Ring) -> None:
        rings = tuple(changed if ring.id == changed.id else ring for ring in self.view.content.rings)
        self.view.show_content(replace(self.view.content, rings=rings))


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    dress(qapp, Settings(language="en", theme="dark", reduced_motion=True))
    return qapp


@pytest.fixture
def view(dressed: QApplication, qtbot: QtBot) -> Iterator[MapView]:
    made = MapView()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show_supply(Supply(number=1))
    made.show_content(CONTENT)
    made.look_at(*HERE, 14)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.pictures.close()


@pytest.fixture
def owner(view: MapView) -> Owner:
    return Owner(view)


def drag(view: MapView, start: QPointF, *ends: QPointF) -> None:
    QTest.mousePress(view, Qt.MouseButton.LeftButton, PLAIN, start.toPoint())
    for end in ends:
        QTest.mouseMove(view, end.toPoint())
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, PLAIN, ends[-1].toPoint())


def click(view: MapView, at: QPointF) -> None:
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, PLAIN, at.toPoint())


def wheel(view: MapView, at: QPointF, turn: int) -> None:
    QApplication.sendEvent(
        view,
        QWheelEvent(
            at,
            view.mapToGlobal(at),
            QPoint(),
            QPoint(0, turn),
            Qt.MouseButton.NoButton,
            PLAIN,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


def picture_of(view: QWidget, ratio: float = 1.0) -> QImage:
    image = QImage(view.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    view.render(image)
    return image


# -- geometry -------------------------------------------------------------------------------------------------------------

cameras = st.builds(
    lambda lat, lon, zoom, wide, high: Camera(width=wide, height=high).at(lat, lon, zoom),
    st.floats(-90, 90), st.floats(-540, 540), st.floats(-3, 30), st.integers(1, 3000), st.integers(1, 2000),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(cameras)
def test_a_camera_never_shows_what_is_not_there(camera: Camera) -> None:
    assert 0 <= camera.x < 1
    assert camera.low <= camera.zoom <= max(camera.high, math.log2(camera.height / 256))
    half = camera.height / camera.scale / 2
    assert half <= 0.5 + 1e-9
    assert half - 1e-9 <= camera.y <= 1 - half + 1e-9
    assert camera.kept() == camera


@settings(max_examples=200, deadline=None)
@given(cameras, st.floats(0, 1), st.floats(0, 1))
def test_pixels_and_places_are_each_others_way_back(camera: Camera, across: float, down: float) -> None:
    at = QPointF(across * camera.width, down * camera.height)
    place = camera.place_at(at)
    assert abs(place[0]) <= LIMIT + 1e-9
    back = camera.pixel_at(*place)
    if camera.width < camera.scale / 2:
        assert (back - at).manhattanLength() < 1e-3 * max(1.0, camera.scale / 1e8)


@settings(max_examples=200, deadline=None)
@given(cameras, st.floats(0, 1), st.floats(0, 1), st.floats(-3, 3))
def test_zooming_keeps_what_is_under_the_cursor(camera: Camera, across: float, down: float, by: float) -> None:
    at = QPointF(across * camera.width, down * camera.height)
    zoomed = camera.zoomed(by, at)
    before, after = camera.world_at(at), zoomed.world_at(at)
    off = abs((before[0] - after[0] + 0.5) % 1 - 0.5) * zoomed.scale
    assert off < 1e-3 * max(1.0, zoomed.scale / 1e8)
    if zoomed.height / zoomed.scale / 2 + 1e-9 < zoomed.y < 1 - zoomed.height / zoomed.scale / 2 - 1e-9:
        assert abs(before[1] - after[1]) * zoomed.scale < 1e-3 * max(1.0, zoomed.scale / 1e8)


def test_the_world_goes_on_beyond_the_antimeridian() -> None:
    camera = Camera(width=800, height=600).at(0, 179.9, 10)
    assert camera.pixel_at(0, -179.9).x() > camera.width / 2
    assert camera.moved(2000, 0).place[1] < 0
    columns = {tile.x for _, tile in tiles.shown(camera, 10)}
    assert {0, 1023} <= columns


def test_the_radius_that_is_asked_for_reaches_the_corners_and_is_no_finer_than_needed() -> None:
    camera = Camera(width=1280, height=800).at(48.8, 9, 14)
    exact = geo.distance(camera.place, camera.place_at(QPointF(0, 0)))
    assert exact <= camera.radius <= exact * 1.12
    assert str(camera.radius).rstrip("0") in {str(n) for n in range(1, 100)}


@settings(max_examples=100, deadline=None)
@given(cameras, st.integers(0, 20))
def test_the_pictures_of_a_window_cover_it_once(camera: Camera, zoom: int) -> None:
    found = tiles.shown(camera, zoom)
    if not found:
        return
    assert len(set(found)) == len(found)
    side = camera.scale / 2**zoom
    left = camera.width / 2 - camera.x * camera.scale
    xs = [left + column * side for column, _ in found]
    assert min(xs) <= 1e-3
    assert max(xs) + side >= camera.width - 1e-3
    assert all(0 <= tile.x < 2**zoom and 0 <= tile.y < 2**zoom and column % 2**zoom == tile.x for column, tile in found)
    far = [math.hypot(column + 0.5 - camera.x * 2**zoom, tile.y + 0.5 - camera.y * 2**zoom) for column, tile in found]
    assert far == sorted(far)


@pytest.mark.parametrize(
    ("zoom", "size", "level"),
    [(14, 256, 14), (14.4, 256, 14), (14.6, 256, 15), (14, 512, 13), (19, 256, 17), (2, 256, 5)],
)
def test_the_nearest_zoom_of_the_source_is_taken(zoom: float, size: int, level: int) -> None:
    assert tiles.level(Camera(zoom=zoom), Supply(tile_size=size)) == level


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=200), st.floats(1e-4, 0.2))
def test_a_simplified_line_leaves_out_nothing_that_is_far_from_it(
    points: list[tuple[float, float]], close: float
) -> None:
    found = shapes.simplified(points, close)
    assert found[:1] == points[:1]
    assert found[-1:] == points[-1:]
    for point in points:
        pairs = list(pairwise(found)) or [(found[0], found[0])]
        assert min(_off(point, a, b) for a, b in pairs) <= 1.6 * close


def _off(point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    long = dx * dx + dy * dy
    along = 0.0 if long == 0 else max(0.0, min(1.0, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / long))
    return math.hypot(point[0] - a[0] - along * dx, point[1] - a[1] - along * dy)


def test_a_ring_is_drawn_where_its_places_are_even_beyond_the_antimeridian() -> None:
    ring = Ring("a", "A", 0.1, 179.995, 5000)
    camera = Camera(width=800, height=600).at(0.1, 179.995, 12)
    shape = rings.outline(ring, camera)
    assert len(shape) == shapes.FINE
    box = shape.boundingRect()
    assert box.center().x() == pytest.approx(400, abs=1)
    assert box.width() == pytest.approx(10_000 / camera.metres_per_pixel, rel=0.01)


# -- hands ----------------------------------------------------------------------------------------------------------------


def test_dragging_moves_the_map_with_the_hand(view: MapView, owner: Owner) -> None:
    at = QPointF(40, 60)
    place = view.camera.place_at(at)
    drag(view, at, QPointF(80, 90), QPointF(190, 160))
    assert view.camera.place_at(QPointF(190, 160)) == pytest.approx(place, abs=1e-6)
    assert owner.said == []


def test_a_press_that_does_not_move_is_a_click_on_what_lies_there(view: MapView, owner: Owner) -> None:
    click(view, view.camera.pixel_at(CAR.latitude, CAR.longitude))
    click(view, view.camera.pixel_at(POSTS[1].latitude, POSTS[1].longitude))
    click(view, view.camera.pixel_at(WORK.latitude, WORK.longitude))
    click(view, rings.centre(HOME, view.camera))
    click(view, QPointF(20, 300))
    assert [(name, args) for name, args in owner.said[:4]] == [
        ("car_clicked", ()), ("place_clicked", ("1",)), ("ring_clicked", ("work",)), ("ring_clicked", ("home",)),
    ]  # fmt: skip
    name, place = owner.said[4]
    assert name == "map_clicked"
    assert place == pytest.approx(view.camera.place_at(QPointF(20, 300)), abs=1e-5)


def test_of_rings_in_each_other_the_smaller_is_meant(view: MapView, owner: Owner) -> None:
    around = Ring("all", "All", *HERE, 3000)
    view.show_content(MapContent(rings=(around, HOME)))
    click(view, view.camera.pixel_at(*HERE))
    assert owner.said == [("ring_clicked", ("home",))]


def test_the_wheel_zooms_about_the_cursor(view: MapView) -> None:
    at = QPointF(100, 400)
    place = view.camera.place_at(at)
    wheel(view, at, 240)
    assert view.camera.zoom == pytest.approx(15)
    assert view.camera.place_at(at) == pytest.approx(place, abs=1e-7)
    for _ in range(40):
        wheel(view, at, -240)
    assert view.camera.zoom == 4.0
    for _ in range(40):
        wheel(view, at, 240)
    assert view.camera.zoom == 19.0


def test_a_double_click_goes_nearer_and_with_shift_away(view: MapView) -> None:
    at = QPointF(500, 100)
    place = view.camera.place_at(at)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, PLAIN, at.toPoint())
    assert view.camera.zoom == 15
    assert view.camera.place_at(at) == pytest.approx(place, abs=1e-7)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, at.toPoint())
    assert view.camera.zoom == 14


def test_two_fingers_zoom_about_the_place_between_them(view: MapView) -> None:
    at = QPointF(200, 150)
    place = view.camera.place_at(at)
    device = QPointingDevice.primaryPointingDevice()
    kind = Qt.NativeGestureType.ZoomNativeGesture
    QApplication.sendEvent(view, QNativeGestureEvent(kind, device, 2, at, at, view.mapToGlobal(at), 0.75, QPointF()))
    assert view.camera.zoom == pytest.approx(14.75)
    assert view.camera.place_at(at) == pytest.approx(place, abs=1e-7)


def test_with_motion_a_zoom_takes_its_time_and_arrives(view: MapView, qtbot: QtBot) -> None:
    theme().reduced_motion = False
    view.zoom(1)
    assert view.camera.zoom < 15
    qtbot.waitUntil(lambda: view.camera.zoom == pytest.approx(15), timeout=2000)


def test_a_ring_is_resized_by_its_handle_and_stays_where_it_is(view: MapView, owner: Owner) -> None:
    handle = rings.handle(HOME, view.bearing_of(HOME), view.camera)
    centre = rings.centre(HOME, view.camera)
    out = centre + (handle - centre) * 1.5
    drag(view, handle, handle + QPointF(8, -4), out)
    ring = owner.ring()
    assert ring.radius == pytest.approx(850 * 1.5, abs=30)
    assert ring.radius % 10 == 0
    assert (ring.latitude, ring.longitude) == HERE
    assert owner.said == []
    held = rings.handle(ring, view.bearing_of(ring), view.camera)
    assert (held - out).manhattanLength() < 6


def test_a_radius_ends_at_its_limits(view: MapView, owner: Owner) -> None:
    handle = rings.handle(HOME, view.bearing_of(HOME), view.camera)
    drag(view, handle, handle + QPointF(-20, 10), rings.centre(HOME, view.camera) + QPointF(2, 2))
    assert owner.ring().radius == 200
    view.look_at(*HERE, 5)
    handle = rings.handle(owner.ring(), view.bearing_of(HOME), view.camera)
    drag(view, handle, handle + QPointF(50, 0), handle + QPointF(300, 0))
    assert owner.ring().radius == 100_000


def test_a_ring_is_moved_by_its_centre_and_keeps_its_size(view: MapView, owner: Owner) -> None:
    centre = rings.centre(HOME, view.camera) + QPointF(3, -2)
    before = view.camera
    drag(view, centre, centre + QPointF(-10, 5), centre + QPointF(-60, 40))
    ring = owner.ring()
    assert ring.radius == 850
    assert (rings.centre(ring, view.camera) - (centre + QPointF(-63, 42))).manhattanLength() < 2
    assert view.camera == before


def test_another_ring_than_the_edited_one_cannot_be_dragged_away(view: MapView, owner: Owner) -> None:
    at = view.camera.pixel_at(WORK.latitude, WORK.longitude)
    drag(view, at, at + QPointF(20, 0), at + QPointF(40, 0))
    assert owner.view.content == CONTENT
    assert view.camera.pixel_at(WORK.latitude, WORK.longitude).x() == pytest.approx(at.x() + 40, abs=1)


def test_what_nobody_takes_up_does_not_change(view: MapView) -> None:
    """The map says what a hand does; without an owner nothing comes of it."""
    centre = rings.centre(HOME, view.camera)
    drag(view, centre, centre + QPointF(30, 30), centre + QPointF(60, 40))
    assert view.content == CONTENT


# -- keys -----------------------------------------------------------------------------------------------------------------


def press(view: MapView, key: Qt.Key, shift: bool = False) -> None:
    QTest.keyClick(view, key, Qt.KeyboardModifier.ShiftModifier if shift else PLAIN)


def test_tab_goes_through_everything_on_the_map_and_on(dressed: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    before, view, after = QPushButton("before"), MapView(), QPushButton("after")
    for widget, top, high in ((before, 0, 40), (view, 40, 480), (after, 520, 40)):
        widget.setParent(window)
        widget.setGeometry(0, top, 640, high)
    qtbot.addWidget(window)
    window.resize(640, 560)
    view.show_supply(Supply(number=1))
    view.show_content(CONTENT)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    view.look_at(*HERE, 14)
    before.setFocus()
    seen: list[Spot] = []
    for _ in range(12):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if not view.hasFocus():
            break
        seen.append(view.spot)
    assert [spot.kind for spot in seen] == ["map", "car", "centre", "handle", "ring", "place"]
    names = []
    while (focused := QApplication.focusWidget()) is not after:
        names.append(focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert names == ["Zoom in", "Zoom out", "Show the car"]
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert view.hasFocus()
    assert view.spot.kind == "place"
    view.pictures.close()


def test_arrows_move_the_map_and_signs_zoom_it(view: MapView) -> None:
    before = view.camera
    press(view, Qt.Key.Key_Right)
    press(view, Qt.Key.Key_Up)
    assert view.camera.x > before.x
    assert view.camera.y < before.y
    press(view, Qt.Key.Key_Plus)
    assert view.camera.zoom == 15
    press(view, Qt.Key.Key_Minus)
    press(view, Qt.Key.Key_Minus)
    assert view.camera.zoom == 13
    press(view, Qt.Key.Key_Home)
    assert view.camera.place == pytest.approx((CAR.latitude, CAR.longitude), abs=1e-6)


def go(view: MapView, kind: str) -> None:
    view.setFocus()
    for _ in range(9):
        if view.spot.kind == kind:
            return
        view.focusNextPrevChild(True)
    raise AssertionError(kind)


def test_keys_grow_a_ring_by_steps_and_with_shift_by_more(view: MapView, owner: Owner) -> None:
    go(view, "handle")
    press(view, Qt.Key.Key_Right)
    assert owner.ring().radius == 860
    press(view, Qt.Key.Key_Down)
    assert owner.ring().radius == 850
    press(view, Qt.Key.Key_Up, shift=True)
    assert owner.ring().radius == 950
    press(view, Qt.Key.Key_PageDown)
    assert owner.ring().radius == 850
    assert "850" in view.accessibleDescription()
    for _ in range(20):
        press(view, Qt.Key.Key_Left, shift=True)
    assert owner.ring().radius == 200
    for _ in range(60):
        press(view, Qt.Key.Key_Up, shift=True)
    assert owner.ring().radius == 100_000


@pytest.mark.parametrize("radius", [200.0, 990.0, 1000.0, 4950.0, 5000.0, 49_500.0, 50_000.0, 99_000.0, 100_000.0])
def test_a_step_out_and_a_step_back_is_no_step(radius: float) -> None:
    ring = replace(HOME, radius=radius)
    out = replace(ring, radius=hands.grown(ring, 1))
    assert (out.radius > radius) or radius == 100_000
    assert hands.grown(out, -1) == radius or radius == 100_000


def test_keys_move_a_ring_to_each_side(view: MapView, owner: Owner) -> None:
    go(view, "centre")
    for key, azimuth in ((Qt.Key.Key_Up, 0), (Qt.Key.Key_Right, 90), (Qt.Key.Key_Down, 180), (Qt.Key.Key_Left, 270)):
        before = owner.ring()
        press(view, key)
        after = owner.ring()
        metres = geo.distance((before.latitude, before.longitude), (after.latitude, after.longitude))
        assert metres == pytest.approx(4 * view.camera.metres_per_pixel, abs=0.5)
        found = geo.bearing((before.latitude, before.longitude), (after.latitude, after.longitude))
        assert abs((found - azimuth + 180) % 360 - 180) < 1
    before = owner.ring()
    press(view, Qt.Key.Key_Up, shift=True)
    assert (owner.ring().latitude - before.latitude) > 5 * 4 * view.camera.metres_per_pixel / 111_000


def test_enter_presses_what_the_keys_are_on(view: MapView, owner: Owner) -> None:
    for kind, said in (("car", "car_clicked"), ("ring", "ring_clicked"), ("place", "place_clicked")):
        go(view, kind)
        press(view, Qt.Key.Key_Return)
        assert owner.said[-1][0] == said
    press(view, Qt.Key.Key_Right)
    press(view, Qt.Key.Key_Space)
    assert owner.said[-2:] == [("place_clicked", ("0",)), ("place_clicked", ("1",))]
    press(view, Qt.Key.Key_Escape)
    assert view.spot == MAP


def test_what_the_keys_are_on_comes_into_the_window(view: MapView) -> None:
    view.look_at(48.9, 9.2, 14)
    go(view, "car")
    assert view.camera.frame.contains(view.camera.pixel_at(CAR.latitude, CAR.longitude))


def test_everything_says_what_it_is(view: MapView) -> None:
    assert view.accessibleName() == "Map"
    said = []
    for kind in ("map", "car", "centre", "handle", "ring", "place"):
        go(view, kind)
        said.append(view.accessibleDescription())
    assert len(set(said)) == 6
    assert "Taycan · 14:32" in said[1]
    assert all("Home" in one and "850" in one and "Leaves" in one for one in said[2:4])


def test_a_list_can_be_the_maps_twin() -> None:
    found = list(items(CONTENT))
    assert [(one.kind, one.id) for one in found] == [
        ("car", ""), ("ring", "home"), ("ring", "work"), ("place", "0"), ("place", "1"), ("place", "2"),
    ]  # fmt: skip
    assert found[1].radius == 850


def test_a_ring_that_goes_takes_the_keys_back_to_the_map(view: MapView) -> None:
    go(view, "handle")
    view.show_content(replace(CONTENT, edited=""))
    assert view.spot == MAP


def test_other_keys_go_on_to_the_window(view: MapView) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F5, PLAIN)
    QApplication.sendEvent(view, event)
    assert not event.isAccepted()


# -- pictures ---------------------------------------------------------------------------------------------------------------


def rest(qtbot: QtBot, owner: Owner) -> Look:
    owner.looks.clear()
    qtbot.waitUntil(lambda: bool(owner.looks), timeout=2000)
    return owner.looks[-1]


def test_what_is_missing_is_asked_for_when_the_map_rests(view: MapView, owner: Owner, qtbot: QtBot) -> None:
    view.look_at(*HERE, 13.2)
    look = rest(qtbot, owner)
    assert (look.service, look.seen_at, look.radius, look.is_light) == (
        "location_alarm",
        SEEN,
        view.camera.radius,
        False,
    )
    assert {tile.zoom for tile in look.tiles} == {13}
    assert set(look.tiles) == {tile for _, tile in tiles.shown(view.camera, 13)}
    middle = TileId(13, int(view.camera.x * 8192), int(view.camera.y * 8192))
    assert look.tiles[0] == middle
    view.show_picture(1, middle, False, png(256, 256))
    qtbot.waitUntil(lambda: view.pictures.get(Key(1, False, middle)) is not None)
    view.look_at(HERE[0] + 1e-4, HERE[1], 13.2)
    assert middle not in rest(qtbot, owner).tiles


def test_while_the_map_moves_nothing_is_asked_for(view: MapView, owner: Owner, qtbot: QtBot) -> None:
    view._settle.setInterval(1500)
    view._set(view.camera.moved(1, 0))
    owner.looks.clear()
    for _ in range(12):
        view._set(view.camera.moved(30, 0))
        qtbot.wait(150)
    assert owner.looks == []
    qtbot.waitUntil(lambda: len(owner.looks) == 1, timeout=4000)


def test_nobody_looks_at_a_hidden_map(view: MapView, owner: Owner, qtbot: QtBot) -> None:
    view.hide()
    assert owner.looks[-1].tiles == ()
    owner.looks.clear()
    view.look_at(0, 0, 8)
    qtbot.wait(150)
    assert owner.looks == []


def test_the_light_theme_asks_for_light_pictures_if_there_are_any(view: MapView, owner: Owner, qtbot: QtBot) -> None:
    theme().use("light")
    assert rest(qtbot, owner).is_light
    view.show_supply(Supply(SourceKind.SERVER, has_styles=False, number=2))
    assert not rest(qtbot, owner).is_light


def give(view: MapView, tile: TileId, colour: str) -> None:
    pixmap = QPixmap(256, 256)
    pixmap.fill(QColor(colour))
    view.pictures._newest = 1
    view.pictures._put(Key(1, False, tile), pixmap)


def test_where_a_picture_is_missing_a_part_of_a_coarser_one_stands_in(view: MapView) -> None:
    view.show_content(MapContent())
    shown = [tile for _, tile in tiles.shown(view.camera, 14)]
    parent = shown[0].parent
    red, blue = "#ff0000", "#0000ff"
    give(view, parent, red)
    give(view, shown[0], blue)
    image = picture_of(view)

    seen = {image.pixelColor(x, y).name() for x in range(0, 640, 8) for y in range(60, 440, 8)}
    assert {red, blue} <= seen
    at = view.camera.pixel_of(((shown[0].x + 0.5) / 2**14, (shown[0].y + 0.5) / 2**14))
    assert image.pixelColor(at.toPoint()).name() == blue
    others = [tile for tile in shown[1:] if tile.parent == parent]
    assert others
    for tile in others:
        box = QRectF(view.camera.pixel_of((tile.x / 2**14, tile.y / 2**14)), QSizeF(256, 256)).intersected(
            view.camera.frame
        )
        assert image.pixelColor(box.center().toPoint()).name() == red


def test_the_part_that_stands_in_is_the_right_one(view: MapView) -> None:
    """A coarser picture of four colours, two zooms up."""
    view.show_content(MapContent())
    colours = ["#ff0000", "#00ff00", "#0000ff", "#ffff00"]
    parents = {tile.parent.parent for _, tile in tiles.shown(view.camera, 14)}
    for parent in parents:
        pixmap = QPixmap(256, 256)
        painter = QPainter(pixmap)
        for n, colour in enumerate(colours):
            painter.fillRect(n % 2 * 128, n // 2 * 128, 128, 128, QColor(colour))
        painter.end()
        view.pictures._newest = 1
        view.pictures._put(Key(1, False, parent), pixmap)
    image = picture_of(view)
    for _, tile in tiles.shown(view.camera, 14):
        box = QRectF(view.camera.pixel_of((tile.x / 2**14, tile.y / 2**14)), QSizeF(256, 256)).intersected(
            view.camera.frame
        )
        if box.width() > 40 and box.height() > 40:
            wanted = colours[tile.x // 2 % 2 + 2 * (tile.y // 2 % 2)]
            at = box.center().toPoint()
            if view.childAt(at) is None:
                assert image.pixelColor(at).name() == wanted, tile


def test_beyond_the_finest_zoom_its_pictures_are_drawn_larger(view: MapView) -> None:
    view.show_content(MapContent())
    view.look_at(*HERE, 19)
    tile = tiles.shown(view.camera, 17)[0][1]
    give(view, tile, "#00ff00")
    assert picture_of(view).pixelColor(320, 200).name() == "#00ff00"


def test_without_any_picture_there_is_a_grid_that_moves_with_the_map(view: MapView) -> None:
    view.show_content(MapContent())
    first = picture_of(view)
    view._set(view.camera.moved(10, 0))
    second = picture_of(view)
    assert first.copy(20, 150, 300, 200) == second.copy(10, 150, 300, 200)
    assert len({first.pixelColor(x, 200).name() for x in range(100)}) == 2


def test_another_source_has_other_pictures(view: MapView, qtbot: QtBot) -> None:
    tile = tiles.shown(view.camera, 14)[0][1]
    give(view, tile, "#00ff00")
    view.show_supply(Supply(number=2))
    assert view.pictures.get(Key(1, False, tile)) is None
    view.show_picture(2, tile, False, png(256, 256))
    view.show_picture(1, tile, False, png(256, 256))
    qtbot.wait(100)
    assert view.pictures.get(Key(2, False, tile)) is None or view.pictures.get(Key(1, False, tile)) is None


def test_bytes_that_are_no_picture_are_said_to_be_none(view: MapView, qtbot: QtBot) -> None:
    spoilt: list[TileId] = []
    view.spoilt.connect(spoilt.append)
    tile = TileId(14, 1, 1)
    view.show_picture(1, tile, False, png(256, 256)[:60])
    qtbot.waitUntil(lambda: spoilt == [tile])
    assert view.pictures.is_known(Key(1, False, tile))
    assert view.pictures.get(Key(1, False, tile)) is None


def test_a_small_file_that_unfolds_to_a_huge_picture_is_not_unfolded() -> None:
    assert decode(png(3000, 3, (0, 0, 0))).isNull()
    assert not decode(png(512, 512)).isNull()
    assert decode(b"").isNull()


def test_decoded_pictures_keep_to_their_room(dressed: QApplication) -> None:
    pictures = Pictures(room=256 * 256 * 4 * 3)
    pictures._newest = 1
    keys = [Key(1, False, TileId(5, n, 0)) for n in range(5)]
    for key in keys[:3]:
        pictures._put(key, QPixmap(256, 256))
    assert pictures.get(keys[0]) is not None
    for key in keys[3:]:
        pictures._put(key, QPixmap(256, 256))
    assert [pictures.get(key) is not None for key in keys] == [True, False, False, True, True]
    assert pictures.size == 256 * 256 * 4 * 3


def test_a_picture_that_cannot_be_had_leaves_the_old_one(dressed: QApplication) -> None:
    pictures = Pictures()
    key = Key(0, False, TileId(5, 1, 0))
    pictures._put(key, QPixmap(256, 256))
    pictures.give(key, None)
    assert pictures.get(key) is not None


def test_trouble_is_one_sentence_with_a_way_on_and_the_map_stays(view: MapView, owner: Owner) -> None:
    assert view.notice.isHidden()
    view.show_supply(replace(view.supply, trouble="no_connection"))
    assert view.notice.words.startswith("No map pictures: there is no connection.")
    view.show_supply(replace(view.supply, trouble="access.private_mode"))
    assert view.notice.words.startswith("Private mode is on in the car.")
    view.show_supply(replace(view.supply, trouble="map_file.damaged"))
    assert "damaged" in view.notice.words
    view.notice._again.click()
    assert owner.said[-1] == ("retry_requested", ())
    before = view.camera
    drag(view, QPointF(40, 60), QPointF(80, 90), QPointF(100, 100))
    assert view.camera.place != before.place, "it is moved all the same"
    view.show_supply(replace(view.supply, trouble=None))
    assert view.notice.isHidden()


def test_after_trouble_what_was_missing_is_asked_for_again(view: MapView, owner: Owner, qtbot: QtBot) -> None:
    tile = tiles.shown(view.camera, 14)[0][1]
    view.show_supply(replace(view.supply, trouble="failing"))
    view.show_picture(1, tile, False, None)
    assert tile not in rest(qtbot, owner).tiles
    view.show_supply(replace(view.supply, trouble=None))
    assert tile in rest(qtbot, owner).tiles


# -- looks ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [5, 9.3, 14, 19])
def test_the_scale_is_round_and_true(dressed: QApplication, zoom: float) -> None:
    camera = Camera(width=640, height=480).at(*HERE, zoom)
    long, words = furniture.scale_of(camera)
    assert 40 <= long <= 110
    number = float(words.split("\u202f")[0].replace(",", ""))
    metres = number * (1000 if "km" in words else 1)
    assert long * camera.metres_per_pixel == pytest.approx(metres)
    assert f"{metres:g}".lstrip("0.")[0] in "125"


def test_outside_of_an_edited_ring_it_is_darker(view: MapView) -> None:
    for _, tile in tiles.shown(view.camera, 14):
        give(view, tile, "#808080")
    view.show_content(MapContent(rings=(HOME,)))
    before = picture_of(view)
    view.show_content(MapContent(rings=(HOME,), edited="home"))
    after = picture_of(view)
    corner, inside = QPoint(30, 200), (rings.centre(HOME, view.camera) + QPointF(-30, 40)).toPoint()
    assert after.pixelColor(corner).lightness() < before.pixelColor(corner).lightness() - 20
    assert after.pixelColor(inside).lightness() > after.pixelColor(corner).lightness() + 20


def test_moving_the_map_moves_everything_on_it(view: MapView) -> None:
    """What stands still is painted once and moved: it must lie where it would be painted."""
    view.show_content(replace(CONTENT, routes=(Route(tuple((48.79 + n * 1e-4, 9.0 + n * 1e-4) for n in range(200))),)))
    picture_of(view)
    view._set(view.camera.moved(37, -21))
    moved = picture_of(view)
    view._layer.forget()
    assert _differing(moved, picture_of(view)) < 0.002


def test_a_ring_in_hand_looks_as_it_will_when_it_is_let_go(view: MapView) -> None:
    let_go = picture_of(view)
    view.in_hand = "home"
    assert _differing(let_go, picture_of(view)) < 0.002


def _differing(one: QImage, other: QImage) -> float:
    pixels = [(x, y) for x in range(0, one.width(), 2) for y in range(0, one.height(), 2)]
    far = sum(abs(one.pixelColor(x, y).lightness() - other.pixelColor(x, y).lightness()) > 12 for x, y in pixels)
    return far / len(pixels)


def test_scale_and_buttons_keep_off_what_lies_on_the_map(view: MapView) -> None:
    view.keep_clear(QMargins(100, 20, 50, 140))
    assert view.buttons.geometry().right() <= 640 - 50 - 15
    assert view.buttons.geometry().top() >= 36
    view.show_supply(replace(view.supply, trouble="slow"))
    assert view.notice.geometry().bottom() <= 480 - 140
    view.look_at(*HERE, 14)
    assert view.camera.pixel_at(*HERE) == QPointF(100 + 490 / 2, 20 + 320 / 2)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("name", ["dark", "light"])
def test_every_part_is_painted_in_each_theme_and_fineness(view: MapView, name: str, ratio: float) -> None:
    theme().use(name)
    image = picture_of(view, ratio)
    for at in (
        view.camera.pixel_at(CAR.latitude, CAR.longitude) + QPointF(0, 11),
        rings.handle(HOME, view.bearing_of(HOME), view.camera), rings.centre(HOME, view.camera),
    ):  # fmt: skip
        colour = image.pixelColor((at * ratio).toPoint())
        assert colour.name() != image.pixelColor(QPoint(2, 2)).name()


def test_random_hands_never_break_it(view: MapView, owner: Owner) -> None:
    chance = random.Random(7)
    keys = [*hands.SIDES, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_PageUp]
    for _ in range(150):
        at = QPointF(chance.uniform(0, 639), chance.uniform(0, 479))
        choice = chance.randrange(4)
        if choice == 0:
            wheel(view, at, chance.choice([-480, -120, 120, 480]))
        elif choice == 1:
            drag(view, at, *(QPointF(chance.uniform(-50, 700), chance.uniform(-50, 500)) for _ in range(3)))
        elif choice == 2:
            press(view, chance.choice(keys), chance.random() < 0.3)
        else:
            view.look_at(chance.uniform(-89, 89), chance.uniform(-180, 180), chance.uniform(0, 22))
        view.render(QPixmap(64, 64))
        ring = owner.ring()
        assert 200 <= ring.radius <= 100_000
        assert abs(ring.latitude) <= 85
    assert QRectF(view.rect()) == view.camera.frame
