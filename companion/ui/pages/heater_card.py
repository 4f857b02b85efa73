"""The auxiliary heater of a car that burns fuel: whether it runs, how long still, and its start and stop."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from companion.model.climate import Climate
from companion.model.energy import Energy
from companion.ui.pages import climate_faces as faces
from companion.ui.parts.column import Column
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Label
from companion.ui.text import text


class HeaterCard(QWidget):
    """Words and buttons; these keep room for their focus ring, so that all edges stay one line."""

    def __init__(self, buttons: Iterable[CommandButton]) -> None:
        super().__init__()
        self.setAccessibleName(text("climate.heater"))
        self.status, self._fuel = Label("", "statement"), Label("", "body", "text-2", wrap=True)
        column, row = Column(self), QHBoxLayout()
        column.put(Label(text("climate.heater"), "section"))
        column.addSpacing(8)
        column.put(self.status)
        column.addSpacing(4)
        column.put(self._fuel)
        column.addSpacing(12)
        row.setSpacing(4)
        for button in buttons:
            row.addWidget(button)
        column.addLayout(row)

    def show_heater(self, climate: Climate, energy: Energy) -> None:
        self.status.setText(faces.heater(climate))
        self.status.tint("accent" if climate.heater else "text-1")
        self._fuel.setText(faces.heater_fuel(energy))
        self._fuel.setVisible(bool(self._fuel.text()))
