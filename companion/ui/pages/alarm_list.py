"""The list beside the map: everything on it can be done here too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from companion.model.alarms import MOST_RINGS, AlarmEvent, Alarms, Ring
from companion.ui import format as fmt
from companion.ui.pages import map_faces as faces
from companion.ui.pages.alarm_rows import AlarmRow, EventRow
from companion.ui.parts.buttons import Button
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Label, Link
from companion.ui.text import text

Row = TypeVar("Row", bound=QWidget)
SHOWN = 30
"""Events in the list at most."""


class AlarmList(QScrollArea):
    """
    Signals:
        ring_picked(int), ring_switched(int, bool): by its place in the list. ring_wanted(): a new one.
        speed_switched(int, bool), valet_switched(bool): on or off.
        event_picked(str): by its number.
        discarded(): what was changed and not sent is given up.
    """

    ring_picked = Signal(int)
    ring_switched = Signal(int, bool)
    ring_wanted = Signal()
    speed_switched = Signal(int, bool)
    valet_switched = Signal(bool)
    event_picked = Signal(str)
    discarded = Signal()

    def __init__(self, rings: CommandButton, speeds: CommandButton) -> None:
        super().__init__()
        self.setAccessibleName(text("alarms.title"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setObjectName("page")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(20, 8, 12, 24)
        self._column.setSpacing(0)
        self.setWidget(page)
        self._rings: list[AlarmRow] = []
        self._speeds: list[AlarmRow] = []
        self._events: list[EventRow] = []
        self._keys: list[str] = []
        self._build(rings, speeds)

    def _build(self, rings: CommandButton, speeds: CommandButton) -> None:
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(12, 0, 12, 6)
        head.addWidget(Label(text("alarms.title"), "section"), 1)
        self._new = Link(f"+ {text('alarms.new')}", "name")
        self._new.setAccessibleName(text("alarms.new"))
        self._new.activated_by_user.connect(self.ring_wanted)
        head.addWidget(self._new)
        self._column.addWidget(self._head)
        self._ring_rows, self._speed_rows = QVBoxLayout(), QVBoxLayout()
        self._column.addLayout(self._ring_rows)
        self._none = self._caption(text("alarms.no_ring"))
        self._stale = self._caption(text("profiles.stale"), "warn")
        self._unsent = self._send(rings)
        self.valet = AlarmRow()
        self.valet.switched.connect(self.valet_switched)
        self.valet.clicked.connect(lambda: self.valet.flipper.click())
        self._column.addWidget(self.valet)
        self._column.addLayout(self._speed_rows)
        self._unsent_speeds = self._send(speeds)
        self._used = self._caption("")
        self._column.addSpacing(20)
        self._title = Label(text("alarms.events"), "section")
        self._title.setContentsMargins(12, 0, 12, 6)
        self._column.addWidget(self._title)
        self._event_rows = QVBoxLayout()
        self._column.addLayout(self._event_rows)
        self._quiet = self._caption(text("alarms.no_event"))
        self._kept = self._caption(text("alarms.kept"))
        self._column.addStretch()

    def _caption(self, words: str, token: str = "text-3") -> Label:
        label = Label(words, "caption", token, wrap=True)
        label.setContentsMargins(12, 6, 12, 6)
        self._column.addWidget(label)
        return label

    def _send(self, button: CommandButton) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 4, 0, 8)
        column.setSpacing(0)
        column.addWidget(button)
        discard = Button(text("timers.discard"), "quiet")
        discard.clicked.connect(self.discarded)
        column.addWidget(discard)
        self._column.addWidget(holder)
        return holder

    # -- state --------------------------------------------------------------------------------------------------

    def show_alarms(
        self, alarms: Alarms, rings: tuple[Ring, ...] | None, picked: int | None, *, enabled: bool, stale: bool
    ) -> None:  # fmt: skip
        """`rings`: as they are shown, changed or not; None: the car has none."""
        has = rings is not None
        for widget in (self._head, self._used):
            widget.setVisible(has)
        shown = rings or ()
        _grow(self._rings, len(shown), self._ring_rows, self._ring_row)
        for number, row in enumerate(self._rings):
            row.setVisible(number < len(shown))
            if number < len(shown):
                one = shown[number]
                row.show_row(
                    faces.icon(one), one.name, faces.does(one), one.enabled, picked=number == picked, enabled=enabled
                )
        self._none.setVisible(has and not shown)
        self._stale.setVisible(stale)
        self._new.setVisible(enabled and len(shown) < MOST_RINGS)
        self._used.setText(faces.used(shown, MOST_RINGS))

    def show_others(
        self, alarms: Alarms, speeds: tuple[tuple[str, bool], ...], now: datetime, *, enabled: bool
    ) -> None:
        """`speeds`: words and whether on, as they are shown."""
        self.valet.setVisible(alarms.valet is not None)
        if (valet := alarms.valet) is not None:
            self.valet.show_row(
                "valet", text("alarms.valet"), faces.valet(valet, now), valet.is_active, enabled=enabled
            )
        _grow(self._speeds, len(speeds), self._speed_rows, self._speed_row)
        for number, row in enumerate(self._speeds):
            row.setVisible(number < len(speeds))
            if number < len(speeds):
                row.show_row("speed", text("alarms.speed"), *speeds[number], enabled=enabled)

    def show_unsent(self, rings: bool, speeds: bool) -> None:
        self._unsent.setVisible(rings)
        self._unsent_speeds.setVisible(speeds)

    def show_events(self, events: tuple[AlarmEvent, ...], picked: str, now: datetime, has: bool) -> None:
        """`has`: the car has alarms at all."""
        shown = events[:SHOWN]
        self._keys = [one.id for one in shown]
        _grow(self._events, len(shown), self._event_rows, self._event_row)
        for number, row in enumerate(self._events):
            row.setVisible(number < len(shown))
            if number < len(shown):
                one = shown[number]
                icon, token = faces.ICONS.get(one.kind, ("bell", "text-2"))
                row.show_event(icon, token, *faces.event(one), fmt.day(one.at, now), one.id == picked)
        self._title.setVisible(has)
        self._quiet.setVisible(has and not shown)
        self._kept.setVisible(bool(shown))

    def _ring_row(self, number: int) -> AlarmRow:
        row = AlarmRow()
        row.clicked.connect(lambda _=False: self.ring_picked.emit(number))
        row.switched.connect(lambda on: self.ring_switched.emit(number, on))
        return row

    def _speed_row(self, number: int) -> AlarmRow:
        row = AlarmRow()
        row.clicked.connect(lambda _=False: row.flipper.click())
        row.switched.connect(lambda on: self.speed_switched.emit(number, on))
        return row

    def _event_row(self, number: int) -> EventRow:
        row = EventRow()
        row.clicked.connect(lambda _=False: self.event_picked.emit(self._keys[number]))
        return row


def _grow(rows: list[Row], count: int, layout: QVBoxLayout, make: Callable[[int], Row]) -> None:
    while len(rows) < count:
        rows.append(make(len(rows)))
        layout.addWidget(rows[-1])
