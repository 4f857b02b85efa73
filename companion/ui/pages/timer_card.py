"""One departure timer, edited: when, on which days, and what should be ready by then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QDate, QLocale, QRectF, QSize, QTime
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QSpinBox, QTimeEdit, QWidget

from companion.model import local_time
from companion.model.charging import DAYS, HIGHEST, LOWEST, STEP, Timer
from companion.ui.parts import paint
from companion.ui.parts.buttons import Button, Pressable
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
        body = self.card.body
        body.put(Label(text("timers.edit" if gone is not None else "timers.new"), "panel-title"))
        body.addSpacing(12)
        self.time = QTimeEdit(QTime(one.at.hour, one.at.minute))
        self.time.setDisplayFormat("HH:mm")
        self.time.setAccessibleName(text("timers.time"))
        self.time.setFixedWidth(112)
        self.often = Segmented()
        kinds = [("once", text("timers.one_off")), ("weekly", text("timers.weekly"))]
        self.often.show_parts(kinds, "weekly" if one.days else "once")
        self.often.chosen.connect(self._often)
        body.put(self.time, self.often, gap=12)
        body.addSpacing(12)
        self.date = QDateEdit(QDate(one.at.year, one.at.month, one.at.day))
        self.date.setCalendarPopup(False)
        self.date.setDisplayFormat(QLocale().dateFormat(QLocale.FormatType.ShortFormat))
        self.date.setAccessibleName(text("timers.date"))
        self.date.setFixedWidth(160)
        body.put(self.date, QWidget())
        self.days = [Day(day) for day in DAYS]
        self._week = QWidget()
        row = QHBoxLayout(self._week)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for day in self.days:
            day.setChecked(day.day in one.days)
            row.addWidget(day)
        row.addStretch()
        body.put(self._week)
        body.addSpacing(8)
        self.charge, self.climate = Toggle(text("timers.charge")), Toggle(text("timers.climate"))
        self.charge.setChecked(one.charges)
        self.climate.setChecked(one.climatises)
        self.target = QSpinBox()
        self.target.setRange(LOWEST, HIGHEST)
        self.target.setSingleStep(STEP)
        self.target.setValue(one.target if one.target is not None else 80)
        self.target.setSuffix("\u202f%")
        self.target.setFixedWidth(96)
        self.target.lineEdit().setAccessibleName(text("charging.target"))
        body.put(self.charge, Label(text("timers.charge_to"), "body"), self.target, gap=8)
        body.put(self.climate, Label(text("timers.climate"), "body"), gap=8)
        self.wrong = Label("", "caption", "danger", wrap=True)
        body.put(self.wrong)
        self._twice = Label(text("timers.comes_twice"), "caption", "text-2", wrap=True)
        body.put(self._twice)
        body.addSpacing(12)
        body.addLayout(self._buttons(gone))
        self._often("weekly" if one.days else "once")
        self.date.dateChanged.connect(lambda _: self._look())
        self.time.timeChanged.connect(lambda _: self._look())
        self.card.show_centred()

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
        self.date.setVisible(which == "once")
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
            self.wrong.setText(text("timers.no_day"))
        elif words := self._check(one):
            self.wrong.setText(words)
        else:
            self.card.close_card()
            self._done(one)
