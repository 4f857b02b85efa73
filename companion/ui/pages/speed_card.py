"""A speed alarm in hand: how fast is too fast."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from companion.model.alarms import FASTEST, SLOWEST, SpeedAlarm
from companion.ui.pages.edit_card import EditCard
from companion.ui.parts.entry import NumberEntry, name_it
from companion.ui.parts.field import Wrong
from companion.ui.parts.labels import Label
from companion.ui.text import text

STEP = 10


class SpeedCard(EditCard):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(text("alarms.speed_alarm"))
        self._one: SpeedAlarm | None = None
        self.speed, self.wrong = NumberEntry(SLOWEST, FASTEST, "km/h", STEP, 124), Wrong()
        name_it(self.speed, text("alarms.faster"))
        self.speed.valueChanged.connect(self._change)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(6)
        column.addWidget(Label(text("alarms.faster"), "caption", "text-2"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.speed)
        row.addLayout(self.buttons(), 1)
        column.addLayout(row)
        column.addWidget(self.wrong)

    def show_speed(self, one: SpeedAlarm, wrong: str, is_new: bool) -> None:
        """`wrong`: what stands against it, as a sentence."""
        self._one = one
        self.speed.blockSignals(True)
        self.speed.setValue(one.speed)
        self.speed.blockSignals(False)
        self.delete.setVisible(not is_new)
        self.wrong.say(wrong)

    def _change(self, speed: int) -> None:
        if self._one is not None:
            self.changed.emit(replace(self._one, speed=speed))
