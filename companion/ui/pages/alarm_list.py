"""The list beside the map: everything on it can be done here too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from companion.model.alarms import MOST_RINGS, MOST_SPEEDS, AlarmEvent, Ring, SpeedAlarm, Valet
from companion.ui import format as fmt
from companion.ui.pages import map_faces as faces
from companion.ui.pages.alarm_rows import AlarmRow, EventRow
from companion.ui.parts.buttons import Button
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Label, Link
from companion.ui.text import plural, text

Row = TypeVar("Row", bound=QWidget)
SHOWN = 30
"""Events in the list at most."""


class AlarmList(QScrollArea):
    """
    Signals:
        ring_picked(int), ring_switched(int, bool): by its place in the list. ring_wanted(): a new one.
        speed_picked(int), speed_switched(int, bool), speed_wanted(): the same of speeds.
        valet_picked(): it is looked at; valet_looked_at(): the pointer or the keyboard rests on its switch; valet_switched(bool).
        event_picked(str): by its number.
        rings_discarded(), speeds_discarded(): what was changed and not sent is given up.
        rings_undone(), speeds_undone(): the last change of it is taken back.
    """

    ring_picked = Signal(int)
    ring_switched = Signal(int, bool)
    ring_wanted = Signal()
    speed_picked = Signal(int)
    speed_switched = Signal(int, bool)
    speed_wanted = Signal()
    valet_picked = Signal()
    valet_looked_at = Signal()
    valet_switched = Signal(bool)
    event_picked = Signal(str)
    rings_discarded = Signal()
    speeds_discarded = Signal()
    rings_undone = Signal()
    speeds_undone = Signal()

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
        self._ring_head, self._new_ring = self._head("alarms.title", "alarms.new", self.ring_wanted)
        self._ring_rows = self._rows()
        self._no_ring = self._caption(text("alarms.no_ring"))
        self._used = self._caption("")
        self._stale = self._caption(text("profiles.stale"), "warn")
        self._unsent = self._send(rings, self.rings_discarded, self.rings_undone)
        self.valet = AlarmRow()
        self.valet.switched.connect(self.valet_switched)
        self.valet.clicked.connect(lambda _=False: self.valet_picked.emit())
        self.valet.looked_at.connect(self.valet_looked_at)
        self._column.addWidget(self.valet)
        self._speed_head, self._new_speed = self._head("alarms.speeds", "alarms.new_speed", self.speed_wanted, 20)
        self._speed_rows = self._rows()
        self._no_speed = self._caption(text("alarms.no_speed"))
        self._full_speeds = self._caption(text("alarms.wrong_too_many_speeds"))
        self._stale_speeds = self._caption(text("profiles.stale"), "warn")
        self._unsent_speeds = self._send(speeds, self.speeds_discarded, self.speeds_undone)
        self._build_events()

    def _build_events(self) -> None:
        self._event_head = QWidget()
        head = QHBoxLayout(self._event_head)
        head.setContentsMargins(12, 20, 12, 6)
        head.addWidget(Label(text("alarms.events"), "section"), 1)
        self._count = Label("", "caption", "text-2")
        head.addWidget(self._count)
        self._column.addWidget(self._event_head)
        self._event_rows = self._rows()
        self._quiet = self._caption(text("alarms.no_event"))
        self._kept = self._caption(text("alarms.kept"))
        self._column.addStretch()

    def _head(self, title: str, new: str, wanted: object, above: int = 0) -> tuple[QWidget, Link]:
        """A title, and beside it how one more is made."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(12, above, 12, 6)
        row.addWidget(Label(text(title), "section"), 1)
        link = Link(f"+ {text(new)}", "name")
        link.setAccessibleName(text(new))
        link.activated_by_user.connect(wanted)
        row.addWidget(link)
        self._column.addWidget(holder)
        return holder, link

    def _rows(self) -> QVBoxLayout:
        rows = QVBoxLayout()
        self._column.addLayout(rows)
        return rows

    def _caption(self, words: str, token: str = "text-3") -> Label:
        label = Label(words, "caption", token, wrap=True)
        label.setContentsMargins(12, 6, 12, 6)
        self._column.addWidget(label)
        return label

    def _send(self, button: CommandButton, discarded: object, undone: object) -> tuple[QWidget, Button, Button]:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 4, 0, 8)
        column.setSpacing(0)
        column.addWidget(button)
        undo, discard = Button(text("timers.undo"), "quiet"), Button(text("timers.discard"), "quiet")
        undo.setToolTip(QKeySequence(QKeySequence.StandardKey.Undo).toString(QKeySequence.SequenceFormat.NativeText))
        undo.clicked.connect(undone)
        discard.clicked.connect(discarded)
        row = QHBoxLayout()
        row.addWidget(undo)
        row.addWidget(discard)
        row.addStretch()
        column.addLayout(row)
        self._column.addWidget(holder)
        return holder, discard, undo

    # -- state --------------------------------------------------------------------------------------------------

    def show_rings(self, rings: tuple[Ring, ...] | None, picked: int | None, *, enabled: bool, stale: bool) -> None:
        """As they are shown, changed or not; None: the car has none."""
        shown = rings or ()
        _grow(self._rings, len(shown), self._ring_rows, self._ring_row)
        for number, row in enumerate(self._rings):
            row.setVisible(number < len(shown))
            if number < len(shown):
                one, here = shown[number], number == picked
                row.show_row(faces.icon(one), one.name, faces.does(one), one.enabled, picked=here, enabled=enabled)
        self._ring_head.setVisible(rings is not None)
        self._no_ring.setVisible(rings is not None and not shown)
        self._stale.setVisible(stale)
        self._new_ring.setVisible(enabled and len(shown) < MOST_RINGS)
        full = f"\n{text('alarms.wrong_too_many')}" if len(shown) >= MOST_RINGS else ""
        self._used.setText(faces.used(shown, MOST_RINGS) + full)
        self._used.setVisible(bool(shown))

    def show_valet(self, valet: Valet | None, now: datetime, *, enabled: bool) -> None:
        self.valet.setVisible(valet is not None)
        if valet is not None:
            words = faces.valet(valet, now)
            self.valet.show_row("valet", text("alarms.valet"), words, valet.is_active, enabled=enabled)

    def show_speeds(
        self, speeds: tuple[SpeedAlarm, ...] | None, picked: int | None, *, enabled: bool, stale: bool
    ) -> None:
        shown = speeds or ()
        _grow(self._speeds, len(shown), self._speed_rows, self._speed_row)
        for number, row in enumerate(self._speeds):
            row.setVisible(number < len(shown))
            if number < len(shown):
                one, here = shown[number], number == picked
                row.show_row("speed", text("alarms.speed"), faces.speed(one), one.enabled, picked=here, enabled=enabled)
        self._speed_head.setVisible(speeds is not None)
        self._no_speed.setVisible(speeds is not None and not shown)
        self._full_speeds.setVisible(len(shown) >= MOST_SPEEDS)
        self._stale_speeds.setVisible(stale)
        self._new_speed.setVisible(enabled and len(shown) < MOST_SPEEDS)

    def show_unsent(self, rings: tuple[bool, bool, bool], speeds: tuple[bool, bool, bool]) -> None:
        """Whether there is something to send or to tell of, whether it can be given up, and its last change taken back."""
        for widgets, shown in ((self._unsent, rings), (self._unsent_speeds, speeds)):
            for widget, is_shown in zip(widgets, shown, strict=True):
                widget.setVisible(is_shown)

    def show_events(
        self, events: tuple[AlarmEvent, ...], picked: str, new: frozenset[str], now: datetime, has: bool
    ) -> None:
        """`new`: what nobody has looked at, by its number. `has`: the car has alarms at all."""
        shown = events[:SHOWN]
        self._keys = [one.id for one in shown]
        _grow(self._events, len(shown), self._event_rows, self._event_row)
        for number, row in enumerate(self._events):
            row.setVisible(number < len(shown))
            if number < len(shown):
                one = shown[number]
                icon, token = faces.ICONS.get(one.kind, ("bell", "text-2"))
                row.show_event(
                    icon, token, *faces.event(one), fmt.day(one.at, now), one.id == picked, is_new=one.id in new
                )
        count = sum(one.id in new for one in events)
        self._count.setText(plural("alarms.new_events", count) if count else "")
        self._event_head.setVisible(has)
        self._quiet.setVisible(has and not shown)
        self._kept.setVisible(bool(shown))

    def _ring_row(self, number: int) -> AlarmRow:
        row = AlarmRow()
        row.clicked.connect(lambda _=False: self.ring_picked.emit(number))
        row.switched.connect(lambda on: self.ring_switched.emit(number, on))
        return row

    def _speed_row(self, number: int) -> AlarmRow:
        row = AlarmRow()
        row.clicked.connect(lambda _=False: self.speed_picked.emit(number))
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
