"""The demo clock: what time the demo has, what is erased next, and the buttons that move it on."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QDate, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from companion.model.today import Due, Today
from companion.ui import format as fmt
from companion.ui.parts import paint
from companion.ui.parts.buttons import Button
from companion.ui.text import localized, plural, text
from companion.ui.theme import theme

STEPS = (("P1D", "clock.day"), ("P31D", "clock.days"), ("P1Y", "clock.year"), ("P30Y", "clock.years"))
MONTH = timedelta(days=31)
SHOWN = 3


class ClockCard(QWidget):
    """
    Signals:
        clock_move_requested(str): on by this ISO 8601 period, or "next".
    """

    clock_move_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._today, self._now, self._offset = Today(), datetime.now().astimezone(), timedelta()
        self.setAccessibleName(text("clock.title"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 112, 12, 12)
        grid = QGridLayout()
        grid.setSpacing(0)
        self._buttons = [Button(text(key), height=32) for _, key in STEPS]
        for place, (button, (period, _)) in enumerate(zip(self._buttons, STEPS, strict=True)):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, period=period: self.clock_move_requested.emit(period))
            grid.addWidget(button, place // 2, place % 2)
        self._next = Button(text("clock.next"), icon="clock", height=32)
        self._next.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._next.clicked.connect(lambda: self.clock_move_requested.emit("next"))
        grid.addWidget(self._next, 2, 0, 1, 2)
        column.addLayout(grid)
        column.addStretch()

    def sizeHint(self) -> QSize:
        return QSize(300, 480 if self._next.isVisibleTo(self) else 340)

    def show_today(self, today: Today, now: datetime, offset: timedelta, stage_open: bool) -> None:
        """`now`: the backend's clock; `offset`: how far it is from ours."""
        self._today, self._now, self._offset = today, now, offset
        for button in (*self._buttons, self._next):
            button.setVisible(stage_open)
        self._next.setEnabled(bool(today.dues))
        self.setMinimumHeight(self.sizeHint().height())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = paint.begin(self), float(self.width())
        paint.surface(painter, self.rect().toRectF(), 12, "surface", "hairline" if theme().name == "light" else None)
        paint.write(painter, 16, 14, text("clock.title"), "section", "text-1", wide - 32)
        used = paint.write(painter, 16, 44, fmt.clock(self._now), "clock", "text-1", tabular=True)
        date = self._now.astimezone().date()
        day = fmt.written(QDate(date.year, date.month, date.day), "ddd d MMM yyyy")
        live = "clock.live" if abs(self._offset) < timedelta(minutes=1) else "clock.moved_on"
        paint.write(painter, 26 + used, 56, day, "body", "text-2", wide - used - 42)
        paint.write(painter, 26 + used, 74, text(live), "caption", "text-3", wide - used - 42)
        y = self._next.geometry().bottom() + 12.0 if self._next.isVisible() else 112.0
        self._dues(painter, y, wide)

    def _dues(self, painter: QPainter, y: float, wide: float) -> None:
        paint.write(painter, 16, y, text("clock.to_be_erased"), "caption", "text-2", wide - 32)
        y += 22
        for due in self._today.dues[:SHOWN]:
            paint.hairline(painter, 16, y, wide - 32)
            self._due(painter, due, y, wide)
            y += 44
        if not self._today.dues:
            words = text("clock.nothing" if self._today.read_at else "privacy.not_known")
            paint.write(painter, 16, y, words, "caption", "text-3", wide - 32)
            return
        words = self._forecast()
        lines = paint.lines(words, "caption", wide - 56)[:4]
        box = QRectF(16, y + 4, wide - 32, 16 + 16 * len(lines))
        paint.surface(painter, box, 8, "accent-fill")
        paint.paragraph(painter, 28, box.y() + 8, words, "caption", "text-1", wide - 56, most=4)

    def _due(self, painter: QPainter, due: Due, y: float, wide: float) -> None:
        when = fmt.day(due.at, self._now)
        side = paint.width_of(when, "caption", tabular=True)
        name = localized(due.title) if due.rows == 1 else f"{due.rows} × {localized(due.title)}"
        paint.write(painter, 16, y + 5, name, "caption-strong", "text-1", wide - 32)
        paint.write(painter, 16, y + 22, localized(due.party), "caption", "text-3", wide - 44 - side)
        paint.write(painter, wide - 16 - side, y + 22, when, "caption", "text-2", tabular=True)

    def _forecast(self) -> str:
        """What a month would erase; of the records looked at, which are those that end first."""
        going = [due for due in self._today.dues if due.at <= self._now + MONTH]
        rows, parties = sum(due.rows for due in going), len({localized(due.party) for due in going})
        words = {"parties": plural("clock.parties", parties), "stay": fmt.number(self._today.total - rows)}
        return plural("clock.forecast", rows, rows=fmt.number(rows), **words)
