"""One departure timer, edited: when, on which days, and what should be ready by then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QDate, QLocale, QRectF, QSize, QTime
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from companion.model import local_time
from companion.model.charging import DAYS, HIGHEST, LOWEST, STEP, Timer
from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, Button, Pressable
from companion.ui.parts.column import Column
from companion.ui.parts.entry import DateEntry, Named, NumberEntry, TimeEntry, name_it
from companion.ui.parts.field import Wrong
from companion.ui.parts.labels import Label
from companion.ui.parts.popover import Card
from companion.ui.parts.segmented import Segmented
from companion.ui.parts.toggle import Toggle
from companion.ui.text import text

WIDE = 400


class Day(Pressable):
    """A weekday, on or off."""

    def __init__(self, day: str) -> None:
        locale, number = QLocale(), DAYS.index(day) + 1
        super().__init__(locale.dayName(number, QLocale.FormatType.LongFormat))
        self.day = day
        self._short = locale.dayName(number, QLocale.FormatType.ShortFormat)[:2]
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        return QSize(44, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.rect().toRectF().adjusted(4, 4, -4, -4)
        on = self.isChecked()
        paint.surface(painter, box, 18, "accent" if on else "surface", None if on else "line-strong")
        wide = paint.width_of(self._short, "name")
        left, ink = box.center().x() - wide / 2, "accent-on" if on else "text-2"
        paint.write(painter, left, box.center().y() - 10, self._short, "name", ink)
        if self.shows_ring:
            paint.ring(painter, QRectF(box).adjusted(1, 1, -1, -1), 17)


class TimerCard:
    """`check` says what would be wrong with the timer, as a sentence, or nothing; `done` gets it; `gone` deletes it.
    `zone`: that of the clock in the car, which the time is meant by.
    """

    def __init__(
        self, window: QWidget, one: Timer, check: Callable[[Timer], str], done: Callable[[Timer], None],
        gone: Callable[[], None] | None, zone: str = "",
    ) -> None:  # fmt: skip
        self._one, self._check, self._done, self._zone = one, check, done, zone
        self.card = Card(window, WIDE, text("timers.edit"), modal=True)
        self.time = TimeEntry(QTime(one.at.hour, one.at.minute))
        self.date = DateEntry(QDate(one.at.year, one.at.month, one.at.day))
        self.often = Segmented(track="surface")
        kinds = [("once", text("timers.one_off")), ("weekly", text("timers.weekly"))]
        self.often.show_parts(kinds, "weekly" if one.days else "once")
        self.often.chosen.connect(self._often)
        self.days = [Day(day) for day in DAYS]
        self._week = self._weekdays(one)
        self.charge, self.climate = Toggle(text("timers.charge")), Toggle(text("timers.climate"))
        self.target = NumberEntry(LOWEST, HIGHEST, "%", STEP)
        name_it(self.target, text("charging.target"))
        self.target.setValue(one.target if one.target is not None else 80)
        self.charge.toggled.connect(self.target.setEnabled)
        self.charge.setChecked(one.charges)
        self.target.setEnabled(one.charges)
        self.climate.setChecked(one.climatises)
        self.wrong = Wrong()
        self._twice = Label(text("timers.comes_twice"), "caption", "text-2", wrap=True)
        self._fill(self.card.body, gone)
        self._often("weekly" if one.days else "once")
        self.date.dateChanged.connect(lambda _: self._look())
        self.time.timeChanged.connect(lambda _: self._look())
        self.card.show_centred()

    def _fill(self, body: Column, gone: Callable[[], None] | None) -> None:
        body.put(Label(text("timers.edit" if gone is not None else "timers.new"), "panel-title"))
        body.addSpacing(12)
        body.put(self.often)
        body.addSpacing(12)
        self._day = Named(text("timers.date"), self.date)
        when = QHBoxLayout()
        when.setContentsMargins(ROOM, 0, ROOM, 0)
        when.setSpacing(12)
        for widget in (Named(text("timers.time"), self.time), self._day):
            widget.setFixedWidth((WIDE - 40 - 2 * ROOM - 12) // 2)
            when.addWidget(widget)
        when.addStretch()
        body.addLayout(when)
        body.addWidget(self._week)
        body.addSpacing(16)
        body.addLayout(_row(text("timers.charge_to"), self.target, self.charge))
        body.addLayout(_row(text("timers.climate"), self.climate))
        body.put(self.wrong)
        body.put(self._twice)
        body.addSpacing(16)
        body.addLayout(self._buttons(gone))

    def _weekdays(self, one: Timer) -> QWidget:
        week = QWidget()
        row = QHBoxLayout(week)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(4)
        for day in self.days:
            day.setChecked(day.day in one.days)
            row.addWidget(day)
        row.addStretch()
        return week

    def _buttons(self, gone: Callable[[], None] | None) -> QHBoxLayout:
        row = QHBoxLayout()
        if gone is not None:
            delete = Button(text("timers.delete"), "danger")
            delete.clicked.connect(gone)
            delete.clicked.connect(self.card.close_card)
            row.addWidget(delete)
        row.addStretch()
        cancel, take = Button(text("action.cancel"), "quiet"), Button(text("timers.take"), "primary")
        cancel.clicked.connect(self.card.close_card)
        take.clicked.connect(self._take)
        row.addWidget(cancel)
        row.addWidget(take)
        return row

    def _often(self, which: str) -> None:
        self._day.setVisible(which == "once")
        self._week.setVisible(which == "weekly")
        self._look()

    def _look(self) -> None:
        """An hour that the clocks repeat is no mistake, but it is told which of the two is meant."""
        one = self.wished()
        self._twice.setVisible(not one.days and local_time.comes_twice(one.at, self._zone))
        self.card.refit()

    def wished(self) -> Timer:
        date, time, weekly = self.date.date(), self.time.time(), self.often.current == "weekly"
        at = datetime(date.year(), date.month(), date.day(), time.hour(), time.minute())
        days = tuple(day.day for day in self.days if day.isChecked()) if weekly else ()
        if weekly and not local_time.exists(at, self._zone):
            # Of a time that repeats the day is nobody's concern.
            at += timedelta(days=1)
        return replace(
            self._one, at=at, days=days, enabled=True, target=self.target.value(),
            charges=self.charge.isChecked(), climatises=self.climate.isChecked(),
        )  # fmt: skip

    def _take(self) -> None:
        """What is wrong is said here, beside what is wrong, and nothing is taken."""
        one = self.wished()
        if self.often.current == "weekly" and not one.days:
            self.wrong.say(text("timers.no_day"))
        elif words := self._check(one):
            self.wrong.say(words)
        else:
            self.card.close_card()
            self._done(one)


def _row(words: str, *controls: QWidget) -> QHBoxLayout:
    """What should be ready: its name, and at the right what sets it."""
    row = QHBoxLayout()
    row.setContentsMargins(ROOM, 4, 0, 4)
    row.setSpacing(12)
    row.addWidget(Label(words, "body"), 1)
    for control in controls:
        row.addWidget(control)
    return row
