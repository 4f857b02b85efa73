"""The car with its cable, and what the car says of the cable where it ends."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from companion.model.charging import Charging
from companion.model.vehicle import Vehicle
from companion.ui.pages import charging_faces as faces
from companion.ui.parts import paint
from companion.ui.parts.car import Car
from companion.ui.theme import theme

HIGH = 40


class PluggedCar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._car = Car(self, hangs_cable=True)
        self._pill = _Pill(self)
        self.setMinimumSize(300, 240 + HIGH)

    def show_vehicle(self, vehicle: Vehicle | None, charging: Charging, now: datetime) -> None:
        """`charging`: as far as it may be shown."""
        self._car.show_vehicle(vehicle, now)
        self._pill.setVisible(charging.is_known)
        if charging.is_known:
            self._pill.show_charging(charging)
            self._place()

    def _place(self) -> None:
        high = self.height() - HIGH
        self._car.setGeometry(0, 0, self.width(), high)
        wide = self._pill.wide()
        left = min(max(0.0, self._car.flap().x() - wide / 2), self.width() - wide)
        self._pill.setGeometry(round(left), high, round(wide), HIGH)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()


class _Pill(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words, self._token = "", "line-strong"

    def show_charging(self, charging: Charging) -> None:
        self._words = faces.plug(charging)[1]
        self._token = "warn" if charging.error else "accent" if charging.is_charging else "line-strong"
        self.setAccessibleName(self._words)
        self.update()

    def wide(self) -> float:
        return paint.width_of(self._words, "name") + 58

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.rect().toRectF()
        paint.surface(painter, QRectF(box).adjusted(1, 1, -1, -1), HIGH / 2 - 1, "canvas", self._token, 1.5)
        ink = "text-2" if self._token == "line-strong" else self._token
        theme().draw_icon(painter, "plug", ink, 18, 11, 18)
        paint.write(painter, 42, 10, self._words, "name", "text-1")
