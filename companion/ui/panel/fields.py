"""What each part is: a row a data item, with its verdict, its source in the notice and how long it is kept."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from companion.model.privacy import Basis, FieldFact, Period, SpanKind, Verdict
from companion.ui.panel.inspector import disc
from companion.ui.parts import chip, paint
from companion.ui.parts.details import Detail, show_details
from companion.ui.text import localized, text
from companion.ui.theme import theme


class FieldRow(QWidget):
    """
    Signals:
        pointed(int): the pointer or the focus is on this field; -1: no longer.
    """

    pointed = Signal(int)

    def __init__(self, place: int, fact: FieldFact) -> None:
        super().__init__()
        self._place = place
        self._fact = fact
        self._lit = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(spoken(fact))

    def sizeHint(self) -> QSize:
        return QSize(300, 50 + 18 * (len(self._name()) - 1))

    def resizeEvent(self, event: QEvent) -> None:
        self.updateGeometry()

    def light(self, on: bool) -> None:
        self._lit = on
        self.update()

    def _name(self) -> list[str]:
        room = self.width() - 24 - chip.width(self._fact.verdict) - 8
        return paint.lines(localized(self._fact.name), "name", max(80.0, room))[:2]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, fact = paint.begin(self), self._fact
        if self._lit or self.hasFocus():
            paint.surface(painter, self.rect().toRectF().adjusted(-8, 1, 8, -1), 8, "accent-fill")
        if fact.number:
            disc(painter, 7.5, 16, fact.number, "accent" if fact.kind is SpanKind.ITEM else "envelope", 15)
        mark = chip.width(fact.verdict)
        names = self._name()
        for number, line in enumerate(names):
            paint.write(painter, 24, 6 + 18 * number, line, "name", "text-1", self.width() - 24 - mark - 8)
        chip.draw(painter, fact.verdict, self.width() - mark, 6)
        low = 28 + 18 * (len(names) - 1)
        used = draw_period(painter, fact, self.width(), low)
        _source(painter, fact, 24, low, self.width() - 24 - used - 10)
        paint.hairline(painter, 0, self.height() - 1, self.width())

    def enterEvent(self, event: QEnterEvent) -> None:
        self.pointed.emit(self._place)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(-1)

    def focusInEvent(self, event: QEvent) -> None:
        self.pointed.emit(self._place)
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.pointed.emit(-1)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._explain()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._explain()
        else:
            super().keyPressEvent(event)

    def _explain(self) -> None:
        """The French term, our reading, and every period with its line."""
        fact = self._fact
        rows = [Detail(text("field.verdict"), text(f"chip.{fact.verdict}"))]
        if fact.french:
            rows.append(Detail(text("field.french"), f"«{fact.french}»", text("field.on_line", line=fact.line)))
        elif fact.related_line:
            rows.append(Detail(text("field.elsewhere"), text("line.short", line=fact.related_line)))
        rows.append(Detail(text("field.place"), fact.locator or "–"))
        rows += [Detail(text("field.kept") if not n else "", *_period_words(p)) for n, p in enumerate(fact.periods)]
        if not fact.periods:
            rows.append(Detail(text("field.kept"), text("chip.not_stated")))
        show_details(self.window(), self, localized(fact.name), rows, localized(fact.note))


def draw_period(painter: QPainter, fact: FieldFact, right: float, y: float) -> float:
    """The shortest honest word on how long: right-aligned at `right`; returns the width used."""
    period = fact.periods[0] if fact.periods else None
    if period is None or period.basis is Basis.NOT_STATED:
        wide = chip.width("not_stated")
        chip.draw(painter, "not_stated", right - wide, y - 1, 18)
        return wide
    words = localized(period.text)
    if period.basis is Basis.CHOICE:
        wide = min(paint.width_of(words, "caption"), right * 0.52)
        theme().draw_icon(painter, "pencil", "choice", right - wide - 17, y + 2, 12)
        paint.write(painter, right - wide, y, words, "caption", "choice", wide)
        return wide + 17
    line = ", " + text("line.short", line=period.line) if period.line else ""
    wide = paint.width_of(words + line, "caption")
    paint.write(painter, right - wide, y, words, "caption", "text-2")
    paint.write(painter, right - paint.width_of(line, "caption"), y, line, "caption", "accent")
    return wide


def _source(painter: QPainter, fact: FieldFact, x: float, y: float, room: float) -> None:
    lead, line = "", None
    if fact.line is not None:
        lead, line = text("field.notice"), fact.line
    elif fact.verdict is not Verdict.CHOICE and fact.related_line is not None:
        lead, line = text("field.only_elsewhere"), fact.related_line
    elif fact.note:
        lead = localized(fact.note)
    elif fact.verdict is Verdict.NOT_LISTED:
        lead = text("field.nowhere")
    tail = " " + text("line.short", line=line) if line else ""
    tail_wide = paint.width_of(tail, "caption")
    used = paint.write(painter, x, y, lead, "caption", "text-3", room - tail_wide)
    paint.write(painter, x + used, y, tail, "caption", "accent")


def _period_words(period: Period) -> tuple[str, str]:
    if period.basis is Basis.NOT_STATED:
        return text("chip.not_stated"), text("field.on_line", line=period.line) if period.line else ""
    if period.basis is Basis.CHOICE:
        return localized(period.text), text("chip.choice")
    return localized(period.text), text("field.on_line", line=period.line) if period.line else ""


def spoken(fact: FieldFact) -> str:
    period = fact.periods[0] if fact.periods else None
    kept = text("chip.not_stated") if period is None else _period_words(period)[0]
    return ", ".join((localized(fact.name), text(f"chip.{fact.verdict}"), kept))


class Fields(QWidget):
    """
    Signals:
        pointed(int): see FieldRow.
    """

    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._facts: tuple[FieldFact, ...] | None = None
        self._rows: list[FieldRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_facts(self, facts: tuple[FieldFact, ...]) -> None:
        if facts == self._facts:
            return
        self._facts = facts
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows = [FieldRow(place, fact) for place, fact in enumerate(facts)]
        for row in self._rows:
            row.pointed.connect(self.pointed)
            self._column.addWidget(row)

    def point(self, field: int) -> None:
        for place, row in enumerate(self._rows):
            row.light(place == field)

