"""Charging: how full, how it goes on, direct charging, the setting, and the departure timers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from companion.model.charging import (
    HIGHEST,
    LOWEST,
    MOST_TIMERS,
    STEP,
    Charging,
    ChargingWish,
    Profile,
    Timer,
    TimersWish,
    trouble,
)
from companion.model.command import Kind
from companion.model.energy import Energy
from companion.model.state import State
from companion.ui import format as fmt
from companion.ui.pages import charging_faces as faces
from companion.ui.pages.climate import Fact
from companion.ui.pages.command_faces import command_face, press
from companion.ui.pages.surface import Surface
from companion.ui.pages.timer_card import TimerCard
from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, Button, Pressable
from companion.ui.parts.car import Car
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Label, Link
from companion.ui.parts.page import Page
from companion.ui.parts.toggle import Toggle
from companion.ui.text import text
from companion.ui.theme import theme

WIDEST, NARROW = 1080, 800
PRESSED = ("charge_start", "charge_stop", "charge_set", "timers_set")


class Level(QWidget):
    """The charge as the page's one large number, and its bar with minimum and target."""

    def __init__(self) -> None:
        super().__init__()
        self._percent: float | None = None
        self._charging = Charging()
        self.setFixedHeight(168)
        self.setMinimumWidth(310)

    def show_level(self, percent: float | None, charging: Charging) -> None:
        self._percent, self._charging = percent, charging
        self.setAccessibleName("–" if percent is None else f"{text('charging.level')} {fmt.percent(percent)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, level = paint.begin(self), self._percent
        used = paint.write(painter, -5, 0, "–" if level is None else fmt.number(level), "hero", "text-1")
        paint.write(painter, used + 4, 66, "%", "stat", "text-2")
        bar = QRectF(0, 124, 300, 8)
        paint.surface(painter, bar, 4, "raised")
        if level is not None:
            paint.surface(painter, QRectF(0, 124, 3 * max(1.0, level), 8), 4, "accent")
        marks = {value for value in (self._charging.minimum, self._charging.target) if value}
        for value in sorted(marks):
            paint.surface(painter, QRectF(3 * value - 1, 120, 2, 16), 1, "text-1")
            words = fmt.number(value)
            paint.write(painter, 3 * value - paint.width_of(words, "caption") / 2, 140, words, "caption", "text-2")


class TimerRow(Pressable):
    """
    Signals:
        switched(bool): on or off.
    """

    switched = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._one: Timer | None = None
        self.flipper = Toggle("", self)
        self.flipper.clicked.connect(self.switched)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(300, 60)

    def show_timer(self, one: Timer, enabled: bool) -> None:
        self._one = one
        self.setAccessibleName(f"{faces.clock(one)}, {faces.days(one)}")
        self.setAccessibleDescription(faces.does(one))
        self.flipper.setAccessibleName(text("timers.switch", time=faces.clock(one)))
        self.flipper.setChecked(one.enabled)
        self.setEnabled(enabled)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.flipper.move(self.width() - self.flipper.width(), (self.height() - self.flipper.height()) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = paint.begin(self), float(self.width())
        if self._one is None:
            return
        if self.is_hovered:
            paint.surface(painter, QRectF(-8, 1, wide + 16, 58), 8, "raised")
        else:
            paint.hairline(painter, 0, 0, wide)
        ink = "text-1" if self._one.enabled else "text-3"
        used = paint.write(painter, 0, 16, faces.clock(self._one), "stat", ink, tabular=True)
        room = wide - used - 24 - self.flipper.width()
        paint.write(painter, used + 18, 10, faces.days(self._one), "name", ink, room)
        paint.write(painter, used + 18, 32, faces.does(self._one), "caption", "text-3", room)
        if self.shows_ring:
            paint.surface(painter, QRectF(1, 2, wide - 2, 56), 8, None, "accent", 2)


class ChargingPage(Page):
    """
    Signals:
        wished(Kind, ChargingWish | TimersWish): what a command would ask for now.
        charge_start_requested(), charge_stop_requested(), charge_set_requested(), timers_set_requested(): pressed.
        plug_requested(bool): at a stand, somebody plugs the cable in or out.
        check_command_requested(Kind): how an unknown command went.
        focus_requested(str): the panel should follow this action.
    """

    wished = Signal(object, object)
    charge_start_requested = Signal()
    charge_stop_requested = Signal()
    charge_set_requested = Signal()
    timers_set_requested = Signal()
    plug_requested = Signal(bool)
    check_command_requested = Signal(object)
    focus_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__(text("page.charging"), WIDEST, gutter=32 - ROOM, top=4)
        self._state, self._now, self._of = State(), datetime.now().astimezone(), ""
        self._target: ChargingWish | None = None
        self._timers: TimersWish | None = None
        """What was changed here and not sent."""
        self._rows: list[TimerRow] = []
        self._profiles: list[ProfileRow] = []
        self._buttons = {action: CommandButton(action) for action in PRESSED}
        self._build()

    # -- what is on it ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._top, self._left, self._car = QGridLayout(), QWidget(), Car()
        self._top.setContentsMargins(ROOM, 0, ROOM, 0)
        self._top.setHorizontalSpacing(24)
        self._numbers(QVBoxLayout(self._left))
        self.column.addLayout(self._top)
        self.column.addSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(4)
        for action in ("charge_start", "charge_stop"):
            row.addWidget(self._buttons[action])
        self.column.addLayout(row)
        self.column.addSpacing(12)
        self._lower = QGridLayout()
        self._lower.setSpacing(12)
        self._lower.setContentsMargins(ROOM, 0, ROOM, 0)
        self._setting, self._plan = Surface(text("charging.setting")), Surface(text("timers.title"))
        self._places = Surface(text("profiles.title"))
        self._fill_setting()
        self._fill_timers()
        self._profile_rows = QVBoxLayout()
        self._profile_rows.setSpacing(0)
        self._places.body.addLayout(self._profile_rows)
        self.column.addLayout(self._lower)
        self.column.addStretch()
        for action, button in self._buttons.items():
            button.looked_at.connect(self.focus_requested)
            button.clicked.connect(lambda _=False, action=action: self._press(action))
        self._arrange()

    def _numbers(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(0)
        self._status, self._why = Label("", "body", "accent"), Label("", "body", "text-2", wrap=True)
        self._level = Level()
        column.addWidget(self._status)
        column.addSpacing(4)
        column.addWidget(self._level)
        facts = self._known = QGridLayout()
        facts.setHorizontalSpacing(28)
        facts.setVerticalSpacing(8)
        self._facts = {name: Fact(text(f"charging.{name}")) for name in ("power", "range", "reached", "cable")}
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

    def _plug(self) -> None:
        vehicle = self._state.vehicle
        self.plug_requested.emit(vehicle is not None and not vehicle.charging.is_plugged)

    def _fill_setting(self) -> None:
        """Target and minimum, each a slider with its number; the setting and what is in force side by side."""
        self._sliders: dict[str, tuple[QSlider, Label, QWidget]] = {}
        for name, low in (("target", LOWEST), ("minimum", 0)):
            holder, slider, value = QWidget(), QSlider(Qt.Orientation.Horizontal), Label("", "section", tabular=True)
            slider.setRange(low // STEP, HIGHEST // STEP)
            slider.setPageStep(2)
            slider.setAccessibleName(text(f"charging.{name}"))
            slider.valueChanged.connect(lambda at, name=name: self._slid(name, at * STEP))
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(12)
            label = Label(text(f"charging.{name}"), "body")
            label.setFixedWidth(96)
            row.addWidget(label)
            row.addWidget(slider, 1)
            value.setFixedWidth(56)
            row.addWidget(value)
            self._sliders[name] = slider, value, holder
            self._setting.body.addWidget(holder)
        self._care_row, self._care = QWidget(), Toggle(text("charging.care"))
        self._care.clicked.connect(lambda on: self._wish(battery_care=on))
        row = QHBoxLayout(self._care_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Label(text("charging.care"), "body"), 1)
        row.addWidget(self._care)
        self._setting.body.addWidget(self._care_row)
        self._differs = Label("", "caption", "text-3", wrap=True)
        self._setting.body.addWidget(self._differs)
        self._setting.body.addSpacing(8)
        self._setting.body.addWidget(self._buttons["charge_set"])
        self._setting.body.addStretch()

    def _fill_timers(self) -> None:
        self._none = Label(text("timers.none"), "body", "text-2", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._plan.body.addWidget(self._none)
        self._plan.body.addLayout(self._list)
        self._new = Link(f"+ {text('timers.new')}", "name")
        self._new.setAccessibleName(text("timers.new"))
        self._new.activated_by_user.connect(lambda: self._edit(None))
        self._plan.head.addWidget(self._new)
        self._changed = QWidget()
        row = QHBoxLayout(self._changed)
        row.setContentsMargins(0, 8, 0, 0)
        row.addWidget(self._buttons["timers_set"], 1)
        discard = Button(text("timers.discard"), "quiet")
        discard.clicked.connect(self._discard)
        row.addWidget(discard)
        self._plan.body.addWidget(self._changed)
        self._plan.body.addStretch()

    def _arrange(self) -> None:
        narrow = self.width() < NARROW
        self._top.addWidget(self._left, 0, 0)
        self._top.addWidget(self._car, 1 if narrow else 0, 0 if narrow else 1)
        self._top.setColumnStretch(0, 4)
        self._top.setColumnStretch(1, 0 if narrow else 5)
        self._lower.addWidget(self._plan, 0, 0, 1 if narrow else 2, 1)
        self._lower.addWidget(self._setting, 1 if narrow else 0, 0 if narrow else 1)
        self._lower.addWidget(self._places, 2 if narrow else 1, 0 if narrow else 1)
        for column in range(2):
            self._lower.setColumnStretch(column, 0 if narrow and column else 1)

    # -- state --------------------------------------------------------------------------------------------------

    def show_state(self, state: State, now: datetime) -> None:
        self._state, self._now = state, now
        vehicle = state.vehicle
        hidden = vehicle is None or vehicle.switches.private_mode
        charging, energy = (Charging(), Energy()) if hidden or vehicle is None else (vehicle.charging, vehicle.energy)
        if state.selected != self._of:
            self._of, self._target, self._timers = state.selected or "", None, None
        why, can = faces.why_not(state), vehicle.capabilities if vehicle is not None else frozenset()
        self._car.show_vehicle(vehicle, now)
        self._status.setText(faces.status(charging) if charging.is_known or why == "" else why)
        self._status.tint("accent" if charging.is_charging else "danger" if charging.error else "text-2")
        self._level.show_level(energy.charge_percent, charging)
        self._show_facts(charging, energy)
        fuel = faces.fuel(vehicle) if vehicle is not None and not hidden and not charging.is_known else ""
        self._why.setText(fuel or (why if charging.is_known else "") or faces.mode(charging))
        self._cable.setText(text("charging.unplug" if charging.is_plugged else "charging.plug"))
        self._cable.setAccessibleName(self._cable.text())
        self._cable.setVisible(state.link.stage_open and charging.is_known)
        for action, button in self._buttons.items():
            button.show_face(command_face(action, state), state.privacy.focus == action)
        # A car that has no battery gets nothing of one.
        for widget in (self._level, self._buttons["charge_start"], self._buttons["charge_stop"]):
            widget.setVisible(not can or faces.CAN in can)
        self._show_setting(charging, enabled=not why, can=faces.SETS in can and charging.set_target is not None)
        self._show_timers(charging, enabled=not why, can=faces.TIMES in can)
        self._show_profiles(charging)

    def _show_facts(self, charging: Charging, energy: Energy) -> None:
        at, left = faces.reached(charging, self._now)
        power = "" if charging.power is None else fmt.unit(charging.power, "kW", 1)
        values = {
            "power": power if charging.is_plugged else "",
            "range": "" if energy.electric_range_km is None else fmt.kilometres(energy.electric_range_km),
            "cable": faces.plug(charging)[1] if charging.is_known else "", "reached": at,
        }  # fmt: skip
        place = 0
        for name, fact in self._facts.items():
            # What is not known leaves no hole.
            self._known.addWidget(fact, place // 3, place % 3)
            fact.show_value(values[name])
            fact.setToolTip(left if name == "reached" else "")
            place += bool(values[name])

    def _show_setting(self, charging: Charging, *, enabled: bool, can: bool) -> None:
        self._setting.setVisible(can)
        if not can:
            return
        wish = self._target or self._usual(charging)
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
        self._buttons["charge_set"].setVisible(self._target is not None or self._runs(Kind.CHARGE_SET))

    @staticmethod
    def _usual(charging: Charging) -> ChargingWish:
        least = charging.set_minimum
        return ChargingWish(round(charging.set_target or HIGHEST), None if least is None else round(least), charging.battery_care)

    def _show_timers(self, charging: Charging, *, enabled: bool, can: bool) -> None:
        self._plan.setVisible(can or bool(charging.timers))
        timers = self._timers.timers if self._timers is not None else charging.timers
        while len(self._rows) < len(timers):
            row, place = TimerRow(), len(self._rows)
            row.clicked.connect(lambda _=False, place=place: self._edit(place))
            row.switched.connect(lambda on, place=place: self._switch(place, on))
            self._rows.append(row)
            self._list.addWidget(row)
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(timers))
            if place < len(timers):
                row.show_timer(timers[place], enabled and can)
        self._none.setVisible(not timers)
        self._new.setVisible(enabled and can and len(timers) < MOST_TIMERS)
        self._changed.setVisible(self._timers is not None or self._runs(Kind.TIMERS_SET))

    def _show_profiles(self, charging: Charging) -> None:
        self._places.setVisible(bool(charging.profiles))
        while len(self._profiles) < len(charging.profiles):
            self._profiles.append(ProfileRow())
            self._profile_rows.addWidget(self._profiles[-1])
        for place, row in enumerate(self._profiles):
            row.setVisible(place < len(charging.profiles))
            if place < len(charging.profiles):
                one = charging.profiles[place]
                row.show_profile(one, one.id == charging.profile)

    def _runs(self, kind: Kind) -> bool:
        command = self._state.command(kind)
        return command is not None and command.phase != "done"

    # -- wishes -------------------------------------------------------------------------------------------------

    def _slid(self, name: str, value: int) -> None:
        """A minimum is never above its target."""
        charging = self._state.vehicle.charging if self._state.vehicle is not None else Charging()
        wish = self._target or self._usual(charging)
        if name == "target":
            least = None if wish.minimum is None else min(wish.minimum, value)
            self._wish(target=value, minimum=least)
        else:
            self._wish(minimum=value, target=max(value, wish.target, LOWEST))

    def _wish(self, **change: object) -> None:
        charging = self._state.vehicle.charging if self._state.vehicle is not None else Charging()
        self._target = replace(self._target or self._usual(charging), **change)  # type: ignore[arg-type]
        self._send_wish(Kind.CHARGE_SET, self._target)

    def _send_wish(self, kind: Kind, wish: ChargingWish | TimersWish) -> None:
        self.wished.emit(kind, wish)
        self.focus_requested.emit(kind.value)
        self.show_state(self._state, self._now)

    def _current(self) -> tuple[Timer, ...]:
        if self._timers is not None:
            return self._timers.timers
        return self._state.vehicle.charging.timers if self._state.vehicle is not None else ()

    def _take(self, timers: tuple[Timer, ...]) -> None:
        based_on = self._state.vehicle.charging.timers_as_of if self._state.vehicle is not None else None
        if self._timers is not None:
            based_on = self._timers.based_on
        self._timers = TimersWish(timers, based_on)
        self._send_wish(Kind.TIMERS_SET, self._timers)

    def _switch(self, place: int, on: bool) -> None:
        timers = self._current()
        changed = tuple(replace(one, enabled=on) if at == place else one for at, one in enumerate(timers))
        if self._wrong(changed):
            # It is past: a new time is needed before it can be on.
            self.show_state(self._state, self._now)
            self._edit(place)
            return
        self._take(changed)

    def _edit(self, place: int | None) -> None:
        timers = self._current()
        local = self._now.astimezone().replace(tzinfo=None)
        fresh = Timer(0, (local + timedelta(days=1)).replace(hour=7, minute=30, second=0, microsecond=0), climatises=True)
        one = fresh if place is None else timers[place]
        if not one.days and one.at <= local:
            one = replace(one, at=fresh.at.replace(hour=one.at.hour, minute=one.at.minute))

        def placed(new: Timer) -> tuple[Timer, ...]:
            return (*timers, new) if place is None else (*timers[:place], new, *timers[place + 1 :])

        gone = None if place is None else (lambda: self._take((*timers[:place], *timers[place + 1 :])))
        self.editor = TimerCard(
            self.window(), one, lambda new: self._wrong(placed(new)), lambda new: self._take(placed(new)), gone
        )

    def _wrong(self, timers: tuple[Timer, ...]) -> str:
        found = trouble(timers, self._now.astimezone().replace(tzinfo=None))
        return "" if found is None else text(f"timers.wrong_{found[0].removeprefix('timers.')}")

    def _discard(self) -> None:
        self._timers = None
        self.show_state(self._state, self._now)

    # -- pressed ------------------------------------------------------------------------------------------------

    def _press(self, action: str) -> None:
        signals = {
            "charge_start": self.charge_start_requested, "charge_stop": self.charge_stop_requested,
            "charge_set": self.charge_set_requested, "timers_set": self.timers_set_requested,
        }  # fmt: skip
        is_sent = press(self, self._buttons[action], self._state, signals[action])
        if is_sent and action == "charge_set":
            self._target = None
        if is_sent and action == "timers_set":
            self._timers = None

    def take_focus(self) -> None:
        self._buttons["charge_start"].setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


class ProfileRow(QWidget):
    """A place, how it charges there, and whether that is in force."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._second, self._target, self._icon, self._here = "", "", "", "home", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(300, 56)

    def show_profile(self, one: Profile, here: bool) -> None:
        self._name, self._second, self._here = one.name, faces.place(one), here
        self._icon = "globe" if one.place is None else "home"
        self._target = "" if one.target is None else fmt.percent(one.target)
        self.setAccessibleName(f"{one.name}, {self._target}, {self._second}, {text('profiles.active') if here else ''}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = paint.begin(self), float(self.width())
        paint.hairline(painter, 0, 0, wide)
        theme().draw_icon(painter, self._icon, "accent" if self._here else "text-2", 0, 18, 18)
        right = paint.width_of(self._target, "name") + 12
        used = paint.write(painter, 32, 9, self._name, "name", "text-1", wide - right - 32)
        if self._here:
            paint.write(painter, 32 + used + 10, 11, text("profiles.active"), "caption", "accent", wide - right - used - 42)
        paint.write(painter, 32, 31, self._second, "caption", "text-3", wide - right - 32)
        paint.write(painter, 0, 18, self._target, "name", "text-1", wide, paint.RIGHT)
