"""Charging: how full, how it goes on, direct charging, the setting, the profiles and the departure timers."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from companion.model.charge_plan import PlanAsk
from companion.model.charging import Charging, ChargingWish, ProfilesWish, TimersWish
from companion.model.command import Kind
from companion.model.energy import Energy
from companion.model.state import State
from companion.ui import format as fmt
from companion.ui.pages import charging_faces as faces
from companion.ui.pages.charge_level import Level
from companion.ui.pages.charge_setting_card import ChargeSettingCard
from companion.ui.pages.climate import Fact
from companion.ui.pages.command_faces import command_face, press
from companion.ui.pages.departures_card import DeparturesCard
from companion.ui.pages.plan_card import PlanCard
from companion.ui.pages.plugged_car import PluggedCar
from companion.ui.pages.profiles_card import ProfilesCard
from companion.ui.pages.surface import REACH
from companion.ui.pages.unsent import Edits
from companion.ui.parts.buttons import ROOM
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Label, Link
from companion.ui.parts.page import Page
from companion.ui.text import text
from companion.ui.theme import theme

WIDEST, NARROW = 1080, 800
PRESSED = ("charge_start", "charge_stop", "charge_set", "timers_set", "profiles_set")


PRIMARY = ("charge_start", "charge_set", "timers_set", "profiles_set")
"""What is sent, and what the page is for."""


class ChargingPage(Page):
    """
    Signals:
        wished(Kind, ChargingWish | TimersWish | ProfilesWish | None): what a command would ask for now; None: nothing.
        command_requested(Kind): it was pressed.
        plan_requested(PlanAsk): the car should be asked how it would charge.
        plug_requested(bool): at a stand, somebody plugs the cable in or out.
        check_command_requested(Kind): how an unknown command went.
        focus_requested(str): the panel should follow this action.
    """

    wished = Signal(object, object)
    plan_requested = Signal(object)
    plug_requested = Signal(bool)
    command_requested = Signal(object)
    check_command_requested = Signal(object)
    focus_requested = Signal(str)

    def __init__(self, edits: Edits) -> None:
        """`edits`: what was changed and not sent; the departures are shown by another page too."""
        super().__init__(text("page.charging"), WIDEST + 2 * REACH, gutter=32 - REACH, top=4)
        self._state, self._now, self._of = State(), datetime.now().astimezone(), ""
        self._buttons = {action: CommandButton(action, is_primary=action in PRIMARY) for action in PRESSED}
        self.setting = ChargeSettingCard(self._buttons["charge_set"], edits.of(Kind.CHARGE_SET))
        self.departures = DeparturesCard(self._buttons["timers_set"], edits.of(Kind.TIMERS_SET))
        self.profiles = ProfilesCard(self._buttons["profiles_set"], edits.of(Kind.PROFILES_SET))
        self.plan = PlanCard()
        self.plan.plan_requested.connect(self.plan_requested)
        self._build()

    # -- what is on it ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._top, self._left, self._car = QGridLayout(), QWidget(), PluggedCar()
        self._top.setContentsMargins(REACH, 0, REACH, 0)
        self._top.setHorizontalSpacing(24)
        self._numbers(QVBoxLayout(self._left))
        self.column.addLayout(self._top)
        self.column.addSpacing(12)
        row = QHBoxLayout()
        row.setContentsMargins(REACH - ROOM, 0, REACH - ROOM, 0)
        row.setSpacing(4)
        for action in ("charge_start", "charge_stop"):
            row.addWidget(self._buttons[action])
        self.column.addLayout(row)
        self.column.addSpacing(12)
        plan = QHBoxLayout()
        plan.setContentsMargins(REACH, 0, REACH, 0)
        plan.addWidget(self.plan)
        self.column.addLayout(plan)
        self.column.addSpacing(12)
        self._lower = QGridLayout()
        self._lower.setHorizontalSpacing(32 - 2 * REACH)
        self._lower.setVerticalSpacing(16)
        # Lists reach a little further than the words in them.
        self._lower.setContentsMargins(0, 0, 0, 0)
        self._setting_place = QWidget()
        inset = QVBoxLayout(self._setting_place)
        inset.setContentsMargins(REACH, 0, REACH, 0)
        inset.addWidget(self.setting)
        self.column.addLayout(self._lower)
        self.column.addStretch()
        for action, button in self._buttons.items():
            button.looked_at.connect(self.focus_requested)
            button.clicked.connect(lambda _=False, action=action: self._press(action))
        for card in (self.setting, self.departures, self.profiles):
            card.wished.connect(self._wish)
        self._arrange()

    def _numbers(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(0)
        self._status, self._why = Label("", "body", "accent", wrap=True), Label("", "body", "text-2", wrap=True)
        self._level = Level()
        column.addWidget(self._status)
        column.addSpacing(4)
        column.addWidget(self._level)
        facts = self._known = QGridLayout()
        facts.setHorizontalSpacing(28)
        facts.setVerticalSpacing(8)
        self._facts = {name: Fact(text(f"charging.{name}")) for name in ("power", "rate", "range", "left", "reached")}
        facts.setColumnStretch(3, 1)
        column.addSpacing(6)
        column.addLayout(facts)
        column.addSpacing(8)
        column.addWidget(self._why)
        column.addSpacing(4)
        self._cable = Link("", "caption")
        self._cable.activated_by_user.connect(self._plug)
        row = QHBoxLayout()
        row.addWidget(self._cable)
        row.addStretch()
        column.addLayout(row)
        column.addStretch()

    def _arrange(self) -> None:
        narrow = self.width() < NARROW
        self._top.addWidget(self._left, 0, 0)
        self._top.addWidget(self._car, 1 if narrow else 0, 0 if narrow else 1)
        self._top.setColumnStretch(0, 4)
        self._top.setColumnStretch(1, 0 if narrow else 5)
        self._lower.addWidget(self.profiles, 0, 0)
        self._lower.addWidget(self.departures, 1 if narrow else 0, 0 if narrow else 1, 1 if narrow else 2, 1)
        self._lower.addWidget(self._setting_place, 2 if narrow else 1, 0)
        for column in range(2):
            self._lower.setColumnStretch(column, 0 if narrow and column else 1)

    # -- state --------------------------------------------------------------------------------------------------

    def show_state(self, state: State, now: datetime) -> None:
        self._state, self._now = state, now
        vehicle = state.vehicle
        hidden = vehicle is None or vehicle.switches.private_mode
        charging, energy = (Charging(), Energy()) if hidden or vehicle is None else (vehicle.charging, vehicle.energy)
        if state.selected != self._of:
            self._of = state.selected or ""
            self.profiles.forget()
        why, can = faces.why_not(state), vehicle.capabilities if vehicle is not None else frozenset()
        self._car.show_vehicle(vehicle, charging, now)
        self._status.setText(faces.status(charging) if charging.is_known or why == "" else why)
        rest = "text-1" if hidden else "text-2"
        self._status.tint("accent" if charging.is_charging else "danger" if charging.error else rest)
        if energy.charge_percent is not None:
            self._level.show_level(energy.charge_percent, charging)
        # Where the number is not known, why that is so is the first thing to see.
        self._status.setFont(theme().font("statement" if hidden else "body"))
        self._show_facts(charging, energy)
        fuel = faces.fuel(vehicle) if vehicle is not None and not hidden and not charging.is_known else ""
        self._why.setText(fuel or (why if charging.is_known else "") or faces.mode(charging))
        self._cable.setText(text("charging.unplug" if charging.is_plugged else "charging.plug"))
        self._cable.setAccessibleName(self._cable.text())
        self._cable.setVisible(state.link.stage_open and charging.is_known)
        for action, button in self._buttons.items():
            button.show_face(command_face(action, state), state.privacy.focus == action)
        # A car that has no battery gets nothing of one.
        charges = not can or faces.CAN in can
        self._level.setVisible(charges and energy.charge_percent is not None)
        for action in ("charge_start", "charge_stop"):
            self._buttons[action].setVisible(charges)
        self.setting.show_charging(charging, state, enabled=not why, can=faces.SETS in can)
        self.departures.show_state(state, now, enabled=not why)
        self.profiles.show_state(state, now, enabled=not why)
        self.plan.show_state(state, now, self._ask(), enabled=not why)

    def _ask(self) -> PlanAsk:
        """What is wished here and not sent, so that its plan is seen before. Aims only where the setting is in force."""
        timers, aims = self.departures.unsent.wish, self.setting.unsent.wish
        vehicle = self._state.vehicle
        if vehicle is None or not faces.is_by_setting(vehicle.charging):
            aims = None
        return PlanAsk(
            timers.timers if timers is not None else None, None, aims.target if aims is not None else None,
            aims.minimum if aims is not None else None,
        )  # fmt: skip

    def _show_facts(self, charging: Charging, energy: Energy) -> None:
        vehicle = self._state.vehicle
        at, left = faces.reached(charging, self._now, vehicle.zone if vehicle is not None else "")
        values = {
            "power": faces.power(charging), "rate": faces.rate(charging), "left": left, "reached": at,
            "range": "" if energy.electric_range_km is None else fmt.kilometres(energy.electric_range_km),
        }  # fmt: skip
        place = 0
        for name, fact in self._facts.items():
            # What is not known leaves no hole.
            self._known.addWidget(fact, place // 3, place % 3)
            fact.show_value(values[name])
            place += bool(values[name])

    # -- wishes and presses -------------------------------------------------------------------------------------

    def _wish(self, kind: Kind, wish: ChargingWish | TimersWish | ProfilesWish | None) -> None:
        self.wished.emit(kind, wish)
        if wish is not None:
            self.focus_requested.emit(kind.value)
        self.show_state(self._state, self._now)

    def _plug(self) -> None:
        vehicle = self._state.vehicle
        self.plug_requested.emit(vehicle is not None and not vehicle.charging.is_plugged)

    def _press(self, action: str) -> None:
        cards: dict[str, ChargeSettingCard | DeparturesCard | ProfilesCard] = {
            "charge_set": self.setting, "timers_set": self.departures, "profiles_set": self.profiles,
        }  # fmt: skip
        if press(self, self._buttons[action], self._state, unsent=cards[action].unsent if action in cards else None):
            self.show_state(self._state, self._now)

    def take_focus(self) -> None:
        self._buttons["charge_start"].setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
