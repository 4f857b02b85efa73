"""A percentage under its name: a slider, and beside it the number to type."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from companion.ui.parts.entry import NumberEntry, name_it
from companion.ui.parts.field import Wrong
from companion.ui.parts.labels import Label


class Percent(QWidget):
    """The slider goes in steps of `step`; the number takes every whole one from `low` to 100."""

    def __init__(self, name: str, value: int, low: int, step: int) -> None:
        super().__init__()
        self.slider, self.number, self.wrong = QSlider(Qt.Orientation.Horizontal), NumberEntry(low, 100, "%"), Wrong()
        self._step = step
        self.slider.setRange(low // step, 100 // step)
        self.slider.setPageStep(2)
        self.slider.setAccessibleName(name)
        name_it(self.number, name)
        self.number.valueChanged.connect(self._typed)
        self.slider.valueChanged.connect(lambda at: self.number.setValue(at * step))
        self.number.setValue(value)
        self._typed(value)
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        row.setSpacing(16)
        row.addWidget(self.slider, 1)
        row.addWidget(self.number)
        column.addWidget(Label(name, "caption", "text-2"))
        column.addLayout(row)
        column.addWidget(self.wrong)

    @property
    def value(self) -> int:
        return self.number.value()

    def _typed(self, value: int) -> None:
        """What was typed stays as typed: the slider only stands near it."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(value / self._step))
        self.slider.blockSignals(False)
