"""What the map shows: pictures below; the car, rings, routes and places above; and what stands on it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QMargins, QPointF, QRectF, QSize, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from companion.model.map_pictures import Look, SourceKind, Supply
from companion.model.mercator import TileId
from companion.ui import notice
from companion.ui.parts import paint
from companion.ui.parts.map import furniture, marks, rings, tiles
from companion.ui.parts.map.camera import Camera
from companion.ui.parts.map.content import MapContent, Ring, Route
from companion.ui.parts.map.hands import MAP, RINGS, Spot, place_of
from companion.ui.parts.map.layer import StillLayer
from companion.ui.parts.map.pictures import Key, Pictures
from companion.ui.parts.map.shapes import Track
from companion.ui.parts.map.stamps import Stamps
from companion.ui.text import has, text
from companion.ui.theme import theme

SETTLE = 80
"""Milliseconds of rest after which pictures are asked for, and painted smoothly."""
BEARING = 57.0
"""Where a ring's handle stands before a hand has moved it."""
OVERZOOM = 2.0


class Surface(QWidget):
    """
    Signals:
        looked(Look): the pictures that are missing; an empty look when nobody looks any more.
        retry_requested(): once more, now.
        spoilt(TileId): what was given for it is no picture.
        moved(): another part of the map is seen.
    """

    looked = Signal(object)
    retry_requested = Signal()
    spoilt = Signal(object)
    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.content = MapContent()
        self.supply = Supply()
        self.camera = Camera()
        self.clear = QMargins()
        self.spot = MAP
        """What the keys are on."""
        self.shows_spot = False
        self.hovered = MAP
        self.in_hand = ""
        """The ring that a hand is changing: it is painted by itself."""
        self._bearings: dict[str, float] = {}
        self._tracks: dict[tuple[tuple[float, float], ...], Track] = {}
        self._waits = False
        self._stamps = Stamps()
        self._layer = StillLayer(self._paint_still)
        self._build()

    def _build(self) -> None:
        self.setAccessibleName(text("map.name"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.pictures = Pictures()
        self.pictures.decoded.connect(self._decoded)
        self.pictures.spoilt.connect(self.spoilt)
        self.buttons, self.notice = furniture.MapButtons(self), furniture.MapNotice(self)
        self.buttons.zoomed.connect(lambda by: self.zoom(by))
        self.buttons.located.connect(self.locate)
        self.notice.retry_requested.connect(self._retry)
        self._settle = QTimer(self, interval=SETTLE, singleShot=True)
        self._settle.timeout.connect(self._settled)
        self._flight = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=240)
        self._flight.valueChanged.connect(self._fly)
        self._flight_by, self._flight_at, self._flown = 0.0, QPointF(), 0.0
        theme().changed.connect(self._dressed)

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    # -- what is shown ------------------------------------------------------------------------------------------

    def show_content(self, content: MapContent) -> None:
        if content == self.content:
            return
        asked = _asks(content) != _asks(self.content)
        self.content = content
        routes = {route.points: route for route in content.routes}
        self._tracks = {points: self._tracks.get(points) or Track(points) for points in routes}
        self.buttons.locate.setEnabled(content.car is not None)
        if asked:
            self._settle.start()
        self.update()

    def show_supply(self, supply: Supply) -> None:
        """What the source can give; another number is another source."""
        if supply == self.supply:
            return
        if supply.number != self.supply.number:
            self.pictures.clear()
        before, self.supply = self.supply, supply
        if before.trouble is not None and supply.trouble is None:
            self.pictures.forget_missing()
        self.notice.say(self._trouble())
        self._place_furniture()
        self._set(replace(self.camera, low=max(1.0, supply.min_zoom - 1.0), high=supply.max_zoom + OVERZOOM).kept())
        self._settle.start()
        self.update()

    def show_picture(self, number: int, tile: TileId, is_light: bool, content: bytes | None) -> None:
        """As the source gave it; None: there is none, or none that can be had now."""
        self.pictures.give(Key(number, is_light, tile), content)

    def keep_clear(self, margins: QMargins) -> None:
        """Edges that something else lies on: scale, buttons and the middle keep off them."""
        self.clear = margins
        self._place_furniture()
        self.update()

    def look_at(self, latitude: float, longitude: float, zoom: float | None = None) -> None:
        """That place in the middle of what is clear."""
        self._take_over()
        target = self.camera.at(latitude, longitude, zoom)
        right, down = (self.clear.right() - self.clear.left()) / 2, (self.clear.bottom() - self.clear.top()) / 2
        self._set(target.moved(right, down))

    @property
    def middle_place(self) -> tuple[float, float]:
        """Latitude and longitude of the middle of what is clear."""
        return self.camera.place_at(self._middle)

    def wait(self) -> None:
        """Nobody knows yet what is to be seen: no picture is asked for until somebody moves the map."""
        self._waits = True

    def _take_over(self) -> None:
        if self._waits:
            self._waits = False
            self._settle.start()

    def locate(self) -> None:
        if (car := self.content.car) is not None:
            self.look_at(car.latitude, car.longitude, max(self.camera.zoom, 14.0))

    def look_at_ring(self, ring: Ring) -> None:
        """The whole ring."""
        room = min(
            self.width() - self.clear.left() - self.clear.right(),
            self.height() - self.clear.top() - self.clear.bottom(),
        )
        camera = self.camera.at(ring.latitude, ring.longitude)
        wanted = ring.radius * 2.6 / max(64.0, room)
        while camera.metres_per_pixel > wanted and camera.zoom < camera.high:
            camera = replace(camera, zoom=camera.zoom + 0.25)
        while camera.metres_per_pixel < wanted and camera.zoom > camera.low:
            camera = replace(camera, zoom=camera.zoom - 0.25)
        self.look_at(ring.latitude, ring.longitude, camera.kept().zoom)

    def zoom(self, by: float, around: QPointF | None = None) -> None:
        """In one go where motion is not wanted."""
        self._take_over()
        at = around if around is not None else self._middle
        if theme().reduced_motion:
            self._set(self.camera.zoomed(by, at))
            return
        self._flight.stop()
        self._flight_by, self._flight_at, self._flown = by, at, 0.0
        self._flight.start()

    def bearing_of(self, ring: Ring) -> float:
        return self._bearings.get(ring.id, BEARING)

    @property
    def is_light(self) -> bool:
        return self.supply.has_styles and theme().name == "light"

    @property
    def _middle(self) -> QPointF:
        inner = self.rect().toRectF().marginsRemoved(self.clear.toMarginsF())
        return inner.center()

    def _set(self, camera: Camera) -> None:
        if camera != self.camera:
            self.camera = camera
            self._settle.start()
            self.update()
            self.moved.emit()

    def _fly(self, done: float) -> None:
        part, self._flown = self._flight_by * (done - self._flown), done
        self._set(self.camera.zoomed(part, self._flight_at))

    # -- pictures -----------------------------------------------------------------------------------------------

    @property
    def is_complete(self) -> bool:
        """Every picture of what is looked at is there."""
        return self.supply.number > 0 and not tiles.wanted(self.camera, self.supply, self.pictures, self.is_light)

    def _settled(self) -> None:
        self.update()
        if not self.isVisible() or self._waits:
            return
        missing = tiles.wanted(self.camera, self.supply, self.pictures, self.is_light)
        is_fine = self.supply.has_fine and self.devicePixelRatioF() > 1
        self.looked.emit(Look(
            self.content.service, missing, self.camera.radius, self.is_light, is_fine, self.content.seen_at,
            self.content.vehicle,
        ))  # fmt: skip

    def _decoded(self, key: Key) -> None:
        self.update()

    def _retry(self) -> None:
        self.pictures.forget_missing()
        self.retry_requested.emit()
        self._settle.start()

    def _trouble(self) -> str:
        trouble = self.supply.trouble
        if trouble is None:
            return ""
        return (
            text(f"map.trouble.{trouble}")
            if has(f"map.trouble.{trouble}")
            else notice.sentence(trouble, self.supply.params)
        )

    def _dressed(self) -> None:
        self._layer.forget()
        self._settle.start()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        self._settle.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._settle.stop()
        self._flight.stop()
        self.looked.emit(Look(self.content.service))
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.pictures.close()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._set(self.camera.sized(self.width(), self.height()))
        self._place_furniture()

    def _place_furniture(self) -> None:
        inner = self.rect().marginsRemoved(self.clear)
        self.buttons.move(inner.right() - 16 - self.buttons.width() + 1, inner.top() + 16)
        self.notice.place(inner.left() + 16, inner.bottom() - 44, max(160.0, inner.width() - 32))

    # -- paint --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        is_still = not self._settle.isActive()
        tiles.paint_ground(painter, self.camera, self.supply, self.pictures, self.is_light, is_still)
        self._paint_overlays(painter)
        self._paint_spot(painter)
        self._paint_furniture(painter)

    def _paint_overlays(self, painter: QPainter) -> None:
        content, edited = self.content, self.content.edited_ring
        if edited is not None and edited.id == self.in_hand:
            rings.paint_edited(painter, edited, self.camera, self.camera.frame)
            edited = None
        still = (content.rings, content.routes, content.places, edited, theme().name)
        if content.rings or content.routes or content.places:
            self._layer.draw(painter, self.camera, still)
        ring = content.edited_ring
        if ring is not None:
            spot = self.spot if self.shows_spot else self.hovered
            lit = spot.kind if spot.id == ring.id else ""
            rings.paint_grips(painter, ring, self.bearing_of(ring), self.camera, lit, self._stamps)
        if content.car is not None:
            marks.paint_car(painter, content.car, self.camera, self.hovered.kind == "car", self._stamps)

    def _paint_still(self, painter: QPainter, camera: Camera, frame: QRectF) -> None:
        edited = self.content.edited_ring
        if edited is not None and edited.id != self.in_hand:
            rings.paint_edited(painter, edited, camera, frame)
        for ring in self.content.rings:
            if ring.id != self.content.edited:
                rings.paint_other(painter, ring, camera, frame)
        for route in sorted(self.content.routes, key=_is_picked):
            marks.paint_route(painter, route, self._tracks[route.points], camera, frame)
        marks.paint_places(painter, self.content.places, camera, frame, self._stamps)

    def at(self, spot: Spot) -> QPointF | None:
        """Where it is on the screen; None for the map itself."""
        ring = self.ring_of(spot)
        if ring is not None and spot.kind == "handle":
            return rings.handle(ring, self.bearing_of(ring), self.camera)
        place = place_of(self.content, spot)
        return None if place is None else self.camera.pixel_at(*place)

    def ring_of(self, spot: Spot) -> Ring | None:
        return next((one for one in self.content.rings if one.id == spot.id), None) if spot.kind in RINGS else None

    def _paint_spot(self, painter: QPainter) -> None:
        if not self.shows_spot:
            return
        at = self.at(self.spot)
        if at is None:
            paint.ring(painter, self.rect().toRectF().adjusted(5, 5, -5, -5), 10)
        else:
            paint.ring(painter, QRectF(at.x() - 17, at.y() - 17, 34, 34), 17)

    def _paint_furniture(self, painter: QPainter) -> None:
        inner = self.rect().toRectF().marginsRemoved(self.clear.toMarginsF())
        furniture.paint_scale(painter, self.camera, inner.left() + 20, inner.bottom() - 20)
        words = text("map.attribution") if self.supply.kind is SourceKind.PROVIDER else self.supply.attribution
        most = max(80.0, inner.width() - 220)
        furniture.paint_attribution(painter, words, inner.right() - 16, inner.bottom() - 18, most)


def _is_picked(route: Route) -> bool:
    return route.is_picked


def _asks(content: MapContent) -> tuple[object, ...]:
    """What of it goes into the requests for pictures."""
    return content.service, content.seen_at, content.vehicle
