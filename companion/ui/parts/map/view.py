"""The map, moved, zoomed and edited by mouse, touch and keys.

It shows what it is given and changes none of it: what a hand does to a ring goes up as a signal and comes down as content.
"""

from __future__ import annotations

from math import log2

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture

from companion.ui.parts.buttons import BY_KEY
from companion.ui.parts.map import hands, rings
from companion.ui.parts.map.content import MapContent, Ring
from companion.ui.parts.map.hands import MAP, Spot
from companion.ui.parts.map.surface import BEARING, Surface
from companion.ui.text import text

NOTCH = 0.5
"""Zooms a notch of the wheel."""
PAN = 0.15
"""Part of the window that an arrow moves the map."""
SHAPES = {
    "map": Qt.CursorShape.OpenHandCursor, "handle": Qt.CursorShape.SizeAllCursor, "centre": Qt.CursorShape.SizeAllCursor,
}  # fmt: skip


class MapView(Surface):
    """
    Signals:
        ring_moved(str, float, float), ring_resized(str, float): what a hand does to the edited ring.
        ring_clicked(str), place_clicked(str), car_clicked(), map_clicked(float, float): pressed, or Enter.
    """

    ring_moved = Signal(str, float, float)
    ring_resized = Signal(str, float)
    ring_clicked = Signal(str)
    place_clicked = Signal(str)
    car_clicked = Signal()
    map_clicked = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._held: Spot | None = None
        self._pressed = QPointF()
        self._last = QPointF()
        self._offset = QPointF()
        self._dragging = False
        self.grabGesture(Qt.GestureType.PinchGesture)

    def show_content(self, content: MapContent) -> None:
        super().show_content(content)
        if self.spot not in hands.stops(content, self.camera) and self.spot.kind != "place":
            self.spot = MAP
        self._describe()

    # -- hands --------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.angleDelta().x()
        if turn:
            self._take_over()
            self._flight.stop()
            self._set(self.camera.zoomed(turn / 120 * NOTCH, event.position()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._take_over()
            self._set(self.camera.zoomed(event.value(), event.position()))
            return True
        if isinstance(event, QGestureEvent) and isinstance(
            pinch := event.gesture(Qt.GestureType.PinchGesture), QPinchGesture
        ):
            self._pinch(pinch)
            return True
        return super().event(event)

    def _pinch(self, pinch: QPinchGesture) -> None:
        at = pinch.centerPoint() - QPointF(self.mapToGlobal(self.rect().topLeft()))
        moved = pinch.centerPoint() - pinch.lastCenterPoint()
        self._held, self.in_hand = None, ""
        self._take_over()
        self._set(self.camera.moved(-moved.x(), -moved.y()).zoomed(_doublings(pinch.scaleFactor()), at))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._flight.stop()
        self._pressed = self._last = event.position()
        self._held = hands.under(self.content, self.camera, self._bearing, event.position())
        ring = self.content.edited_ring
        if ring is not None:
            is_centre = self._held.kind == "centre"
            grip = rings.centre(ring, self.camera) if is_centre else rings.handle(ring, self._bearing, self.camera)
            self._offset = grip - event.position()
        self._dragging = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            self._hover(hands.under(self.content, self.camera, self._bearing, event.position()))
            return
        far = (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if not (self._dragging or far):
            return
        self._dragging = True
        self.in_hand = self._held.id if self._held.kind in ("centre", "handle") else ""
        self._drag(self._held, event.position())
        self._last = event.position()

    def _drag(self, held: Spot, at: QPointF) -> None:
        ring = self.content.edited_ring
        if held.kind == "handle" and ring is not None:
            radius, self._bearings[ring.id] = hands.resized(ring, self.camera, at + self._offset)
            self.update()
            self._resize(ring, radius)
        elif held.kind == "centre" and ring is not None:
            self._move(ring, hands.rounded(self.camera.place_at(at + self._offset)))
        else:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._take_over()
            self._set(self.camera.moved(self._last.x() - at.x(), self._last.y() - at.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, None
        if held is not None and not self._dragging and event.button() is Qt.MouseButton.LeftButton:
            self._press(held, event.position())
        self._dragging, self.in_hand = False, ""
        self._hover(hands.under(self.content, self.camera, self._bearing, event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        away = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self.zoom(-1 if away else 1, event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(MAP)

    def _hover(self, spot: Spot) -> None:
        self.setCursor(SHAPES.get(spot.kind, Qt.CursorShape.PointingHandCursor))
        if spot != self.hovered:
            self.hovered = spot
            self.update()

    def _press(self, spot: Spot, at: QPointF) -> None:
        if spot.kind == "car":
            self.car_clicked.emit()
        elif spot.kind in ("ring", "centre", "handle"):
            self.ring_clicked.emit(spot.id)
        elif spot.kind == "place":
            self.place_clicked.emit(spot.id)
        else:
            self.map_clicked.emit(*hands.rounded(self.camera.place_at(at)))

    def _resize(self, ring: Ring, radius: float) -> None:
        if radius != ring.radius:
            self.ring_resized.emit(ring.id, radius)

    def _move(self, ring: Ring, place: tuple[float, float]) -> None:
        if place != (ring.latitude, ring.longitude):
            self.ring_moved.emit(ring.id, *place)

    @property
    def _bearing(self) -> float:
        ring = self.content.edited_ring
        return self.bearing_of(ring) if ring is not None else BEARING

    # -- keys ---------------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Tab goes through what lies on the map, then on."""
        stops = hands.stops(self.content, self.camera)
        at = next((n for n, stop in enumerate(stops) if stop == self.spot or stop.kind == self.spot.kind == "place"), 0)
        at += 1 if forwards else -1
        if self.hasFocus() and 0 <= at < len(stops):
            self._go(stops[at])
            return True
        return super().focusNextPrevChild(forwards)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.shows_spot = event.reason() in BY_KEY
        if event.reason() is Qt.FocusReason.TabFocusReason:
            self.spot = MAP
        elif event.reason() is Qt.FocusReason.BacktabFocusReason:
            self.spot = hands.stops(self.content, self.camera)[-1]
        self._describe()
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.shows_spot = False
        self.update()
        super().focusOutEvent(event)

    def _go(self, spot: Spot) -> None:
        self.spot, self.shows_spot = spot, True
        self._bring_in(spot)
        self._describe()
        said = QAccessibleAnnouncementEvent(self, self.accessibleDescription())
        said.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(said)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = hands.COARSE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if key in hands.SIDES:
            self._arrow(key, steps)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1)
        elif key == Qt.Key.Key_Minus:
            self.zoom(-1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and self.spot.kind == "handle":
            self._grow(hands.COARSE if key == Qt.Key.Key_PageUp else -hands.COARSE)
        elif key == Qt.Key.Key_Home:
            self.locate()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._press(self.spot, self._middle)
        elif key == Qt.Key.Key_Escape and self.spot != MAP:
            self._go(MAP)
        else:
            event.ignore()
            return
        self.shows_spot = True
        self._describe()
        self.update()

    def _arrow(self, key: Qt.Key, steps: int) -> None:
        side = hands.SIDES[key]
        ring = self.content.edited_ring
        if self.spot.kind == "centre" and ring is not None:
            self._move(ring, hands.nudged(ring, side, steps, self.camera))
        elif self.spot.kind == "handle":
            self._grow(steps if side in (0, 90) else -steps)
        elif self.spot.kind == "place":
            self._next_place(1 if side in (90, 180) else -1)
        else:
            self._take_over()
            far = min(self.width(), self.height()) * (PAN if steps == 1 else 3 * PAN)
            self._set(self.camera.moved(*{0: (0, -far), 90: (far, 0), 180: (0, far), 270: (-far, 0)}[side]))

    def _grow(self, steps: int) -> None:
        if (ring := self.content.edited_ring) is not None:
            self._resize(ring, hands.grown(ring, steps))

    def _next_place(self, by: int) -> None:
        ids = [place.id for place in hands.seen(self.content.places, self.camera)]
        if ids:
            at = ids.index(self.spot.id) + by if self.spot.id in ids else 0
            self._go(Spot("place", ids[at % len(ids)]))

    def _bring_in(self, spot: Spot) -> None:
        at = self.at(spot)
        inner = self.camera.frame.marginsRemoved(self.clear.toMarginsF()).adjusted(24, 24, -24, -24)
        if at is not None and not inner.contains(at):
            middle = self._middle
            self._set(self.camera.moved(at.x() - middle.x(), at.y() - middle.y()))

    def _describe(self) -> None:
        self.setAccessibleDescription(self._words(self.spot))

    def _words(self, spot: Spot) -> str:
        ring = self.ring_of(spot)
        if spot.kind == "car" and self.content.car is not None:
            return text("map.on_car", label=self.content.car.label)
        if ring is not None:
            return text(
                f"map.on_{spot.kind}", name=ring.name, radius=rings.words_of(ring.radius), words=ring.words
            ).strip(" ,.")
        place = next((one for one in self.content.places if spot.kind == "place" and one.id == spot.id), None)
        return text("map.on_place", name=place.name) if place is not None else text("map.on_map")


def _doublings(factor: float) -> float:
    return log2(factor) if factor > 0 else 0.0
