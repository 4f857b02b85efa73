"""The departure timers: one list that is changed here, shown as it would be, and sent as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from companion.model import local_time
from companion.model.charging import MOST_TIMERS, Timer, TimersWish, trouble
from companion.model.command import Kind
from companion.model.state import State
from companion.ui.pages.surface import REACH, Surface
from companion.ui.pages.timer_card import TimerCard
from companion.ui.pages.timer_row import TimerRow
from companion.ui.pages.unsent import Unsent
from companion.ui.pages.unsent_rows import UnsentRows
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Label, Link
from companion.ui.text import text

CAN = "TIMERS_EDIT"


class DeparturesCard(Surface):
    """
    Signals:
        wished(Kind, TimersWish | None): what sending would ask for now; None: it is given up.
    """

    wished = Signal(object, object)

    def __init__(self, button: CommandButton, unsent: Unsent[TimersWish]) -> None:
        super().__init__(text("timers.title"), plain=True)
        self.unsent = unsent
        self._state, self._now = State(), datetime.now().astimezone()
        self._is_open = False
        self._rows: list[TimerRow] = []
        self._none = Label(text("timers.none"), "body", "text-2", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._there = Label("", "caption", "text-3", wrap=True)
        self._there.setContentsMargins(REACH, 0, REACH, 8)
        self._none.setContentsMargins(REACH, 0, REACH, 0)
        self.body.addWidget(self._there)
        self.body.addWidget(self._none)
        self.body.addLayout(self._list)
        self._new = Link(f"+ {text('timers.new')}", "name")
        self._new.setAccessibleName(text("timers.new"))
        self._new.activated_by_user.connect(lambda: self.edit(None))
        self.head.addWidget(self._new)
        self._changed = UnsentRows(button, text("profiles.stale"), REACH)
        self._changed.discarded.connect(self.discard)
        self.body.addWidget(self._changed)
        self.body.addStretch()

    def show_state(self, state: State, now: datetime, *, enabled: bool) -> None:
        """`enabled`: nothing shuts the page."""
        vehicle = state.vehicle
        can = vehicle is not None and CAN in vehicle.capabilities
        self.unsent.settle(state)
        runs = self.unsent.runs(state)
        # What is under way is not changed under its feet.
        self._state, self._now, self._is_open = state, now, enabled and can and not runs
        timers = self._timers()
        # In private mode nothing is known of them: not even that there are none.
        is_hidden = vehicle is not None and bool(vehicle.switches.private_mode)
        self.setVisible((can or bool(timers)) and not is_hidden)
        while len(self._rows) < len(timers):
            self._add_row()
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(timers))
            if place < len(timers):
                row.show_timer(timers[place], self._is_open)
        self._none.setVisible(not timers)
        self._there.setText(text("timers.elsewhere", zone=self._zone().replace("_", " ")))
        self._there.setVisible(bool(timers) and local_time.is_elsewhere(now, self._zone()))
        self._new.setVisible(self._is_open and len(timers) < MOST_TIMERS)
        wish, as_of = self.unsent.wish, vehicle.charging.timers_as_of if vehicle is not None else None
        self._changed.show_unsent(self.unsent, state, wish is None or wish.based_on == as_of)

    def _add_row(self) -> None:
        row, place = TimerRow(), len(self._rows)
        row.clicked.connect(lambda _=False: self.edit(place))
        row.switched.connect(lambda on: self._switch(place, on))
        self._rows.append(row)
        self._list.addWidget(row)

    # -- wishes -------------------------------------------------------------------------------------------------

    def discard(self) -> None:
        self.unsent.forget()
        self.wished.emit(Kind.TIMERS_SET, None)
        self._again()

    def _again(self) -> None:
        self.show_state(self._state, self._now, enabled=self._is_open)

    def _timers(self) -> tuple[Timer, ...]:
        if self.unsent.wish is not None:
            return self.unsent.wish.timers
        vehicle = self._state.vehicle
        return vehicle.charging.timers if vehicle is not None and not vehicle.switches.private_mode else ()

    def _based_on(self) -> str | None:
        vehicle, before = self._state.vehicle, self.unsent.wish
        if before is not None:
            return before.based_on
        return vehicle.charging.timers_as_of if vehicle is not None else None

    def _take(self, timers: tuple[Timer, ...], based_on: str | None) -> None:
        wish = TimersWish(timers, based_on)
        self.unsent.take(wish, self._state)
        self.wished.emit(Kind.TIMERS_SET, wish)
        self._again()

    def _switch(self, place: int, on: bool) -> None:
        changed = tuple(replace(one, enabled=on) if at == place else one for at, one in enumerate(self._timers()))
        if self._wrong(changed):
            # It is past: a new time is needed before it can be on.
            self._again()
            self.edit(place)
            return
        self._take(changed, self._based_on())

    def edit(self, place: int | None) -> None:
        """A new one, or the one at `place`."""
        # While it is edited the list may change elsewhere: what is sent stays based on what was seen.
        timers, based_on, local = self._timers(), self._based_on(), self._local()
        fresh = Timer(
            0, (local + timedelta(days=1)).replace(hour=7, minute=30, second=0, microsecond=0), climatises=True
        )
        one = fresh if place is None else timers[place]
        if not one.days and one.at <= local:
            one = replace(one, at=fresh.at.replace(hour=one.at.hour, minute=one.at.minute))

        def placed(new: Timer) -> tuple[Timer, ...]:
            return (*timers, new) if place is None else (*timers[:place], new, *timers[place + 1 :])

        gone = None if place is None else (lambda: self._take((*timers[:place], *timers[place + 1 :]), based_on))
        self.editor = TimerCard(
            self.window(),
            one,
            lambda new: self._wrong(placed(new)),
            lambda new: self._take(placed(new), based_on),
            gone,
            self._zone(),
        )

    def _wrong(self, timers: tuple[Timer, ...]) -> str:
        found = trouble(timers, self._local(), self._zone())
        return "" if found is None else text(f"timers.wrong_{found[0].removeprefix('timers.')}")

    def _zone(self) -> str:
        return self._state.vehicle.zone if self._state.vehicle is not None else ""

    def _local(self) -> datetime:
        """What the clock in the car shows."""
        return local_time.shown(self._now, self._zone())
