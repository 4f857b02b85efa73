"""Which car: a card under the car's name, a row for each car with its silhouette, drive and vehicle id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.model.vehicle import Vehicle
from companion.ui.parts import car_shape, paint
from companion.ui.parts.buttons import Pressable
from companion.ui.parts.popover import Card
from companion.ui.text import text
from companion.ui.theme import theme

HIGH, INSET, SIDE, GAP = 56, 8, 12, 16
SILHOUETTE, CHECK = QSize(96, 32), 16


class CarRow(Pressable):
    """`names` and `ids`: room for the longest of them, so that all begin at one line."""

    def __init__(self, vehicle: Vehicle, is_chosen: bool, names: float, ids: float) -> None:
        super().__init__(vehicle.name)
        self.vin = vehicle.vin
        self._drive = _drive(vehicle)
        self._is_chosen, self._names, self._ids = is_chosen, names, ids
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        chosen = f" {text('held_table.chosen')}." if is_chosen else ""
        self.setAccessibleDescription(f"{self._drive}, {self.vin}.{chosen}")

    def sizeHint(self) -> QSize:
        wide = SIDE + SILHOUETTE.width() + GAP + self._names + GAP + self._ids + GAP + CHECK + SIDE
        return QSize(ceil(wide), HIGH)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.rect().toRectF()
        if self.is_hovered or self.isDown():
            paint.surface(painter, box, 8, "surface")
        _silhouette(painter, QPointF(SIDE, (HIGH - SILHOUETTE.height()) / 2), "accent" if self._is_chosen else "text-2")
        left = SIDE + SILHOUETTE.width() + GAP
        id_left = left + self._names + GAP
        role = "body-strong" if self._is_chosen else "name"
        paint.write(painter, left, 9, self.text(), role, "text-1", self._names)
        paint.write(painter, left, 30, self._drive, "caption", "text-3", self._names)
        paint.write(painter, id_left, 20, self.vin, "caption", "text-2", self._ids, tabular=True)
        if self._is_chosen:
            theme().draw_icon(painter, "check", "accent", box.width() - SIDE - CHECK, (HIGH - CHECK) / 2, CHECK)
        if self.shows_ring:
            paint.surface(painter, box.adjusted(1, 1, -1, -1), 7, None, "accent", 2)


def _drive(vehicle: Vehicle) -> str:
    return text(f"engine.{vehicle.engine.value.lower()}")


def _silhouette(painter: QPainter, corner: QPointF, token: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color(token))
    painter.drawPath(car_shape.side().translated(corner))


def open_switcher(
    near: QWidget, vehicles: Sequence[Vehicle], selected: str | None, choose: Callable[[str], None]
) -> Card:
    names = max(paint.width_of(one.name, "body-strong") for one in vehicles)
    drives = max(paint.width_of(_drive(one), "caption") for one in vehicles)
    ids = max(paint.width_of(one.vin, "caption", tabular=True) for one in vehicles)
    rows = [CarRow(one, one.vin == selected, max(names, drives), ids) for one in vehicles]
    card = Card(near.window(), rows[0].sizeHint().width() + 2 * INSET, text("inbox.all_cars"))
    card.body.setContentsMargins(INSET, INSET, INSET, INSET)
    for row in rows:
        row.clicked.connect(card.close_card)
        row.clicked.connect(lambda _=False, vin=row.vin: choose(vin))
        card.body.addWidget(row)
    card.show_near(near, room=0)
    return card
