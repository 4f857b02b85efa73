"""Climate: the wanted temperature, the zones, what the car says it does now, and starting or stopping it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from companion.model.charging import TimersWish
from companion.model.climate import SEATS, Climate, ClimateWish, usual_wish
from companion.model.command import Kind
from companion.model.energy import Energy
from companion.model.state import State
from companion.ui import format as fmt
from companion.ui.pages import climate_faces as faces
from companion.ui.pages.command_faces import command_face, press
from companion.ui.pages.departures_card import DeparturesCard
from companion.ui.pages.heater_card import HeaterCard
from companion.ui.pages.surface import REACH, Surface
from companion.ui.pages.unsent import Edits
from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, IconButton
from companion.ui.parts.cabin import Cabin
from companion.ui.parts.column import Column
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Label
from companion.ui.parts.page import Page
from companion.ui.parts.segmented import Segmented
from companion.ui.parts.toggle import Toggle
from companion.ui.text import text

ACTIONS, HEATER = ("climate_start", "climate_stop"), ("heater_start", "heater_stop")
WIDEST, NARROW = 1080, 760
ROW = 52
WITH_CABIN, ALONE = QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum


PRIMARY = ("climate_start", "heater_start", "timers_set")
"""What is sent, and what the page is for."""


class Wanted(QWidget):
    """The one large number of the page."""

    def __init__(self) -> None:
        super().__init__()
        self._value = 0.0
        self.setFixedHeight(112)
        self.setMinimumWidth(290)

    def show_value(self, value: float) -> None:
        self._value = value
        self.setAccessibleName(f"{text('climate.wanted')} {faces.degrees(value)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        words, sign = fmt.degrees(self._value)
        used = paint.write(painter, -5, 0, words, "hero", "text-1")
        paint.write(painter, used + 4, 66, sign, "stat", "text-2")


class Fact(QWidget):
    """A caption over a value."""

    def __init__(self, name: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._name, self._value = Label(name, "caption", "text-2"), Label("", "stat")
        column.addWidget(self._name)
        column.addWidget(self._value)

    def show_value(self, words: str) -> None:
        self._value.setText(words)
        self.setAccessibleName(f"{self._name.text()}: {words}")
        self.setVisible(bool(words))


def _steps() -> list[tuple[str, str]]:
    return [(str(step), text(f"seat.step_{step}")) for step in range(4)]


class ClimatePage(Page):
    """
    Signals:
        wished(Kind, ClimateWish | TimersWish | None): what a command would ask for now; None: nothing.
        command_requested(Kind): it was pressed.
        check_command_requested(Kind): how an unknown command went.
        focus_requested(str): the panel should follow this action.
    """

    wished = Signal(object, object)
    command_requested = Signal(object)
    check_command_requested = Signal(object)
    focus_requested = Signal(str)

    def __init__(self, edits: Edits) -> None:
        """`edits`: what was changed and not sent; the departures are shown by another page too."""
        super().__init__(text("page.climate"), WIDEST + 2 * REACH, gutter=32 - REACH, top=4)
        self._state, self._now, self._of = State(), datetime.now().astimezone(), ""
        self._wish, self._is_mine = ClimateWish(20.0, ()), False
        self._buttons = {
            action: CommandButton(action, is_primary=action in PRIMARY) for action in (*ACTIONS, *HEATER, "timers_set")
        }
        self.heater = HeaterCard(self._buttons[action] for action in HEATER)
        self.departures = DeparturesCard(self._buttons["timers_set"], edits.of(Kind.TIMERS_SET))
        self.departures.wished.connect(self._wish_departures)
        self._build()

    # -- what is on it ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._top = QGridLayout()
        self._top.setHorizontalSpacing(24)
        self._top.setContentsMargins(REACH - ROOM, 0, REACH, 0)
        self._left = QWidget()
        self._left.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._number(Column(self._left))
        self.cabin = Cabin()
        self.cabin.zones_changed.connect(lambda zones: self._change(zones=zones))
        self.column.addLayout(self._top)
        self.column.addSpacing(16)
        self._commands = QHBoxLayout()
        self._commands.setContentsMargins(REACH - ROOM, 0, REACH - ROOM, 0)
        self._commands.setSpacing(4)
        for action, button in self._buttons.items():
            button.looked_at.connect(self.focus_requested)
            button.clicked.connect(lambda _=False, action=action: self._press(action))
        for action in ACTIONS:
            self._commands.addWidget(self._buttons[action])
        self.column.addLayout(self._commands)
        self.column.addSpacing(16)
        self._more = Surface(text("climate.heating"), text("climate.heating_note"))
        self._comfort()
        # Each keeps as much room itself as what it draws beyond its words.
        for card, room in ((self.heater, REACH - ROOM), (self._more, REACH), (self.departures, 0)):
            row = QHBoxLayout()
            row.setContentsMargins(room, 0, room, 16)
            row.addWidget(card)
            self.column.addLayout(row)
        self.column.addStretch()
        self._arrange()

    def _number(self, column: Column) -> None:
        self._status, self._note = Label("", "body", "accent"), Label("", "body", "text-2", wrap=True)
        self._wanted = Wanted()
        column.addSpacing(6)
        column.put(self._status)
        column.addSpacing(4)
        column.put(self._wanted)
        self._set = QWidget()
        row = QHBoxLayout(self._set)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        step = "_fahrenheit" if fmt.is_fahrenheit() else ""
        self.cooler = IconButton("minus", text(f"climate.cooler{step}"), fill="surface")
        self.warmer = IconButton("plus", text(f"climate.warmer{step}"), fill="surface")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(*faces.positions())
        self.slider.setPageStep(4)
        self.slider.setAccessibleName(text("climate.wanted"))
        self.cooler.clicked.connect(lambda: self.slider.setValue(self.slider.value() - 1))
        self.warmer.clicked.connect(lambda: self.slider.setValue(self.slider.value() + 1))
        self.slider.valueChanged.connect(self._slid)
        row.addWidget(self.cooler)
        row.addWidget(self.slider, 1)
        row.addWidget(self.warmer)
        column.addWidget(self._set)
        column.addSpacing(16)
        facts = QHBoxLayout()
        facts.setSpacing(32)
        facts.setContentsMargins(ROOM, 0, 0, 0)
        self._inside, self._outside = Fact(text("climate.inside")), Fact(text("climate.outside"))
        facts.addWidget(self._inside)
        facts.addWidget(self._outside)
        facts.addStretch()
        column.addLayout(facts)
        column.addSpacing(10)
        column.put(self._note)
        column.addStretch()

    def _comfort(self) -> None:
        """Seats, wheel and windscreen, as far as the car has them."""
        self._heats: dict[str, Segmented] = {}
        self._rows: dict[str, QWidget] = {}
        for seat in SEATS:
            choice = Segmented()
            choice.show_parts(_steps(), "0")
            choice.chosen.connect(lambda step, seat=seat: self._heat(seat, int(step)))
            choice.setAccessibleName(text(f"seat.{seat}"))
            self._heats[seat] = choice
            self._row(seat, text(f"seat.{seat}"), choice)
        self._wheel, self._defrost = Toggle(text("climate.wheel")), Toggle(text("climate.defrost"))
        self._wheel.clicked.connect(lambda on: self._change(wheel=on))
        self._defrost.clicked.connect(lambda on: self._change(defrost=on))
        self._row("wheel", text("climate.wheel"), self._wheel)
        self._row("defrost", text("climate.defrost"), self._defrost)

    def _row(self, name: str, words: str, control: QWidget) -> None:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        holder.setMinimumHeight(ROW)
        row.addWidget(Label(words, "body"), 1)
        row.addWidget(control)
        self._rows[name] = holder
        self._more.body.addWidget(holder)

    def _arrange(self) -> None:
        narrow = self.width() < NARROW
        self._top.addWidget(self._left, 0, 0)
        self._top.addWidget(self.cabin, 1 if narrow else 0, 0 if narrow else 1)
        self._top.setColumnStretch(0, 4)
        self._top.setColumnStretch(1, 0 if narrow else 5)

    # -- state --------------------------------------------------------------------------------------------------

    def show_state(self, state: State, now: datetime) -> None:
        self._state, self._now = state, now
        vehicle = state.vehicle
        climate = vehicle.climate if vehicle is not None and not vehicle.switches.private_mode else Climate()
        if state.selected != self._of or not self._is_mine:
            # Until the owner changes something here, what the car has set is what starting asks for.
            self._of, self._is_mine = state.selected or "", False
            self._wish = usual_wish(climate)
        why = faces.why_not(state)
        self._status.setText(faces.status(climate))
        self._status.tint("accent" if climate.is_on else "text-2")
        self._note.setText(why or faces.ended(climate) or faces.cost(climate))
        self._note.tint(
            "warn" if not why and faces.ended(climate) and climate.ended_because in faces.TOO_LOW else "text-2"
        )
        self._inside.show_value(faces.degrees(climate.cabin) if climate.cabin is not None else "")
        self._outside.show_value(faces.degrees(climate.outside) if climate.outside is not None else "")
        for action, button in self._buttons.items():
            button.show_face(command_face(action, state), state.privacy.focus == action)
        can = vehicle is None or not vehicle.capabilities or faces.CAN in vehicle.capabilities
        heats = vehicle is not None and (faces.HEATS in vehicle.capabilities or climate.heater is not None)
        is_hidden = vehicle is not None and bool(vehicle.switches.private_mode)
        for widget in (self._status, self._wanted, self._set, self.cabin):
            # In private mode nothing is known of it, and no number is made up.
            widget.setVisible(can and not is_hidden)
        for action in ACTIONS:
            self._buttons[action].setVisible(can)
        # What is left of it then is a sentence: no room for a cabin beside it.
        self._left.setSizePolicy(QSizePolicy.Policy.Preferred, WITH_CABIN if can and not is_hidden else ALONE)
        self._left.setVisible(can or bool(self._note.text()))
        self.heater.setVisible(heats)
        self.heater.show_heater(climate, vehicle.energy if vehicle is not None else Energy())
        self._show_wish(climate, enabled=not why)
        self.departures.show_state(state, now, enabled=not why)

    def _show_wish(self, climate: Climate, *, enabled: bool) -> None:
        wish = self._wish
        self._wanted.show_value(wish.target)
        self.slider.blockSignals(True)
        self.slider.setValue(faces.position(wish.target))
        self.slider.blockSignals(False)
        for control in (self.slider, self.cooler, self.warmer):
            control.setEnabled(enabled)
        heats = dict(wish.seats or ())
        self.cabin.show_zones(wish.zones, heats, climate.is_on, enabled)
        for seat, choice in self._heats.items():
            self._rows[seat].setVisible(seat in heats)
            choice.show_parts(_steps(), str(heats.get(seat, 0)))
            choice.setEnabled(enabled)
        for name, toggle, on in (("wheel", self._wheel, wish.wheel), ("defrost", self._defrost, wish.defrost)):
            self._rows[name].setVisible(on is not None)
            toggle.setChecked(bool(on))
            toggle.setEnabled(enabled)
        self._more.setVisible(bool(heats) or wish.wheel is not None or wish.defrost is not None)

    def _slid(self, value: int) -> None:
        self._change(target=faces.celsius(value))

    def _heat(self, seat: str, step: int) -> None:
        self._change(seats=tuple((name, step if name == seat else old) for name, old in self._wish.seats or ()))

    def _change(self, **change: object) -> None:
        self._wish, self._is_mine = replace(self._wish, **change), True  # type: ignore[arg-type]
        vehicle = self._state.vehicle
        self._show_wish(vehicle.climate if vehicle is not None else Climate(), enabled=True)
        self.wished.emit(Kind.CLIMATE_START, self._wish)
        self.focus_requested.emit("climate_start")

    # -- pressed ------------------------------------------------------------------------------------------------

    def _wish_departures(self, kind: Kind, wish: TimersWish | None) -> None:
        self.wished.emit(kind, wish)
        if wish is not None:
            self.focus_requested.emit(kind.value)

    def _press(self, action: str) -> None:
        unsent = self.departures.unsent if action == "timers_set" else None
        if press(self, self._buttons[action], self._state, unsent=unsent):
            # The car then says what it has set: that is shown again.
            self._is_mine = self._is_mine and action not in ACTIONS
            self.show_state(self._state, self._now)

    def take_focus(self) -> None:
        self.slider.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
