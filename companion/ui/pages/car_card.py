"""Where the car is: how old that is, which way it looks, how far from what the owner named; ask now, flash, copy."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from companion.model.alarms import Ring
from companion.model.vehicle import Vehicle
from companion.ui import format as fmt
from companion.ui.pages import map_faces as faces
from companion.ui.pages.foot_card import FootCard
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Label
from companion.ui.parts.place_links import PlaceLinks
from companion.ui.text import text


class CarCard(FootCard):
    def __init__(self, parent: QWidget, buttons: tuple[CommandButton, ...]) -> None:
        super().__init__(parent)
        self.setAccessibleName(text("finder.title"))
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 12, 12, 12)
        row.setSpacing(4)
        column = QVBoxLayout()
        column.setSpacing(4)
        self._title, self._seen = Label("", "section"), Label("", "caption", "text-2", wrap=True)
        self._near = Label("", "caption", "text-2", wrap=True)
        self._place = Label("", "caption", "text-3", wrap=True, tabular=True)
        self._why, self.links = Label("", "caption", "text-2", wrap=True), PlaceLinks()
        for widget in (self._title, self._seen, self._why, self._near, self._place, self.links):
            column.addWidget(widget)
        row.addLayout(column, 1)
        pile = QVBoxLayout()
        pile.setSpacing(0)
        for button in buttons:
            button.setFixedWidth(184)
            pile.addWidget(button)
        row.addLayout(pile)

    def show_car(self, vehicle: Vehicle, rings: tuple[Ring, ...], now: datetime) -> None:
        place = vehicle.position
        self._title.setText(vehicle.name)
        if place is None:
            self._seen.setText(text("finder.unknown"))
        else:
            self._seen.setText(faces.seen(place, now))
            self.links.show_place(place.latitude, place.longitude)
        self._why.setText(faces.why_told(vehicle.sighting, now) if place is not None else "")
        self._why.setVisible(bool(self._why.text()))
        self._near.setText("" if place is None else faces.near(place, rings))
        self._near.setVisible(bool(self._near.text()))
        self._place.setText("" if place is None else fmt.coordinates(place.latitude, place.longitude))
        self.links.setVisible(place is not None)
