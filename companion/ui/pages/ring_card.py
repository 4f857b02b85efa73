"""A ring in hand: its name, what it tells of, its radius in figures. What a hand does on the map stands here too."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSlider, QWidget

from companion.model.alarms import LARGEST, LONGEST_NAME, SMALLEST, Ring
from companion.ui.pages.edit_card import EditCard
from companion.ui.parts.entry import NumberEntry, name_it
from companion.ui.parts.field import Wrong
from companion.ui.parts.labels import Label
from companion.ui.parts.toggle import Toggle
from companion.ui.text import text

STEPS = 1000


class RingCard(EditCard):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(text("alarms.ring"))
        self._ring: Ring | None = None
        grid = QGridLayout(self)
        grid.setContentsMargins(20, 14, 20, 14)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        self.name, self.wrong = QLineEdit(), Wrong()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAccessibleName(text("alarms.name"))
        self.enters, self.leaves = Toggle(text("alarms.enters")), Toggle(text("alarms.leaves"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.radius = NumberEntry(SMALLEST, LARGEST, "m", 50, 124)
        self.slider.setRange(0, STEPS)
        self.slider.setAccessibleName(text("alarms.radius"))
        self.radius.setGroupSeparatorShown(True)
        name_it(self.radius, text("alarms.radius"))
        parts = (("name", self.name, 0, 0, 1), ("tell", self._when(), 0, 1, 1), ("radius", self._size(), 2, 0, 2))
        for key, widget, row, column, span in parts:
            grid.addWidget(Label(text(f"alarms.{key}"), "caption", "text-2"), row, column, 1, span)
            grid.addWidget(widget, row + 1, column, 1, span)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.wrong, 4, 0, 1, 2)
        grid.addLayout(self.buttons(), 5, 0, 1, 2)
        self.name.textEdited.connect(lambda words: self._change(name=words))
        self.enters.clicked.connect(lambda on: self._change(enters=on))
        self.leaves.clicked.connect(lambda on: self._change(leaves=on))
        self.slider.valueChanged.connect(lambda at: self._change(radius=_metres(at)))
        self.radius.valueChanged.connect(lambda metres: self._change(radius=metres))

    def _when(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for toggle, key in ((self.enters, "enters"), (self.leaves, "leaves")):
            row.addWidget(toggle)
            row.addWidget(Label(text(f"alarms.{key}"), "body"))
            row.addSpacing(8)
        return holder

    def _size(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.slider, 1)
        row.addWidget(self.radius)
        return holder

    def show_ring(self, ring: Ring, wrong: str, is_new: bool) -> None:
        """`wrong`: what stands against it, as a sentence."""
        self._ring = ring
        if self.name.text() != ring.name:
            self.name.setText(ring.name)
        for control, value in ((self.slider, _step(ring.radius)), (self.radius, ring.radius)):
            control.blockSignals(True)
            control.setValue(value)
            control.blockSignals(False)
        self.enters.setChecked(ring.enters)
        self.leaves.setChecked(ring.leaves)
        self.delete.setVisible(not is_new)
        self.wrong.say(wrong)

    def _change(self, **change: object) -> None:
        if self._ring is not None:
            self.changed.emit(replace(self._ring, **change))  # type: ignore[arg-type]


def _metres(step: int) -> int:
    """Evenly in size: a small ring is set as finely as a large one."""
    metres = SMALLEST * exp(log(LARGEST / SMALLEST) * step / STEPS)
    place = 10 if metres < 1000 else 100 if metres < 10_000 else 1000
    return round(metres / place) * place


def _step(metres: int) -> int:
    return round(log(metres / SMALLEST) / log(LARGEST / SMALLEST) * STEPS)
