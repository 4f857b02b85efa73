"""Target, minimum and battery care: the setting and what is in force side by side."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from companion.model.charging import HIGHEST, LOWEST, STEP, Charging, ChargingWish
from companion.model.command import Kind
from companion.model.state import State
from companion.ui import format as fmt
from companion.ui.pages import charging_faces as faces
from companion.ui.pages.surface import Surface
from companion.ui.pages.unsent import Unsent
from companion.ui.pages.unsent_rows import UnsentRows
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Label
from companion.ui.parts.toggle import Toggle
from companion.ui.text import text


class ChargeSettingCard(Surface):
    """
    Signals:
        wished(Kind, ChargingWish | None): what sending would ask for now; None: it is given up.
    """

    wished = Signal(object, object)

    def __init__(self, button: CommandButton, unsent: Unsent[ChargingWish]) -> None:
        super().__init__(text("charging.setting"))
        self._charging = Charging()
        self._state = State()
        self._is_shown = (False, False)
        self.unsent = unsent
        self._sliders: dict[str, tuple[QSlider, Label, QWidget]] = {}
        for name, low in (("target", LOWEST), ("minimum", 0)):
            self._slider(name, low)
        self._care_row, self._care = QWidget(), Toggle(text("charging.care"))
        self._care.clicked.connect(lambda on: self._change(battery_care=on))
        row = QHBoxLayout(self._care_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Label(text("charging.care"), "body"), 1)
        row.addWidget(self._care)
        self.body.addWidget(self._care_row)
        self._differs = Label("", "caption", "text-3", wrap=True)
        self.body.addWidget(self._differs)
        self.body.addSpacing(8)
        self._unsent_rows = UnsentRows(button, text("charging.setting_stale"))
        self._unsent_rows.discarded.connect(self.discard)
        self.body.addWidget(self._unsent_rows)
        self.body.addStretch()

    def _slider(self, name: str, low: int) -> None:
        holder, slider, value = QWidget(), QSlider(Qt.Orientation.Horizontal), Label("", "section", tabular=True)
        slider.setRange(low // STEP, HIGHEST // STEP)
        slider.setPageStep(2)
        slider.setAccessibleName(text(f"charging.{name}"))
        slider.valueChanged.connect(lambda at: self._slid(name, at * STEP))
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        label = Label(text(f"charging.{name}"), "body")
        label.setFixedWidth(96)
        value.setFixedWidth(56)
        row.addWidget(label)
        row.addWidget(slider, 1)
        row.addWidget(value)
        self._sliders[name] = slider, value, holder
        self.body.addWidget(holder)

    def show_charging(self, charging: Charging, state: State, *, enabled: bool, can: bool) -> None:
        self._charging, self._state, self._is_shown = charging, state, (enabled, can)
        self.unsent.settle(state)
        enabled = enabled and not self.unsent.runs(state)
        self.setVisible(can and charging.set_target is not None)
        wish = self.unsent.wish or self._usual()
        for name, value in (("target", wish.target), ("minimum", wish.minimum)):
            slider, label, holder = self._sliders[name]
            holder.setVisible(value is not None)
            slider.blockSignals(True)
            slider.setValue((value or 0) // STEP)
            slider.blockSignals(False)
            slider.setEnabled(enabled)
            label.setText(fmt.percent(value or 0))
        self._care_row.setVisible(wish.battery_care is not None)
        self._care.setChecked(bool(wish.battery_care))
        self._care.setEnabled(enabled)
        self._differs.setText(faces.effective(charging))
        self._differs.setVisible(bool(self._differs.text()))
        self._unsent_rows.show_unsent(self.unsent, state, wish.based_on == charging.setting_as_of)

    def discard(self) -> None:
        self.unsent.forget()
        self.wished.emit(Kind.CHARGE_SET, None)
        enabled, can = self._is_shown
        self.show_charging(self._charging, self._state, enabled=enabled, can=can)

    def _usual(self) -> ChargingWish:
        charging, least = self._charging, self._charging.set_minimum
        return ChargingWish(
            round(charging.set_target or HIGHEST), None if least is None else round(least), charging.battery_care,
            charging.setting_as_of,
        )  # fmt: skip

    def _slid(self, name: str, value: int) -> None:
        """A minimum is never above its target."""
        wish = self.unsent.wish or self._usual()
        if name == "target":
            self._change(target=value, minimum=None if wish.minimum is None else min(wish.minimum, value))
        else:
            self._change(minimum=value, target=max(value, wish.target, LOWEST))

    def _change(self, **change: object) -> None:
        wish = replace(self.unsent.wish or self._usual(), **change)  # type: ignore[arg-type]
        self.unsent.take(wish, self._state)
        self.wished.emit(Kind.CHARGE_SET, wish)
