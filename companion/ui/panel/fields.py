"""What each part is: a row a data item, with its verdict, its source in the notice and how long it is kept."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from companion.model.privacy import Basis, FieldFact, Period, SpanKind, Verdict
from companion.ui import format as fmt
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
        self.place = place
        self._fact = fact
        self._lit = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(spoken(fact))

    def sizeHint(self) -> QSize:
        return QSize(300, 34 + 18 * (len(self._name()) - 1) + 16 * len(self._lead()))

    def resizeEvent(self, event: QEvent) -> None:
        self.updateGeometry()

    def light(self, on: bool) -> None:
        self._lit = on
        self.update()

    def _name(self) -> list[str]:
        room = self.width() - 24 - chip.width(self._fact.verdict) - 8
        return paint.lines(localized(self._fact.name), "name", max(80.0, room))[:2]

    def _lead(self) -> list[str]:
        """The lower line's words at the left, folded beside the period."""
        words, line = source(self._fact)
        tail = paint.width_of(_tail(line), "caption")
        room = max(90.0, self.width() - 24 - period_width(self._fact, self.width()) - 10 - tail)
        return paint.lines(words, "caption", room)[:3]

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
        draw_period(painter, fact, self.width(), low)
        used = 0.0
        for number, line in enumerate(self._lead()):
            used = paint.write(painter, 24, low + 16 * number, line, "caption", "text-3")
        paint.write(painter, 24 + used, low + 16 * number, _tail(source(fact)[1]), "caption", "accent")
        paint.hairline(painter, 0, self.height() - 1, self.width())

    def enterEvent(self, event: QEnterEvent) -> None:
        self.pointed.emit(self.place)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(-1)

    def focusInEvent(self, event: QEvent) -> None:
        self.pointed.emit(self.place)
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
            quoted = f"«{fmt.THIN}{fact.french}{fmt.THIN}»"
            rows.append(Detail(text("field.french"), quoted, text("field.on_line", line=fact.line)))
        elif fact.related_line:
            rows.append(Detail(text("field.elsewhere"), text("line.short", line=fact.related_line)))
        rows.append(Detail(text("field.place"), fact.locator or "–"))
        rows += [Detail(text("field.kept") if not n else "", *_period_words(p)) for n, p in enumerate(fact.periods)]
        if not fact.periods:
            rows.append(Detail(text("field.kept"), text("chip.not_stated")))
        show_details(self.window(), self, localized(fact.name), rows, localized(fact.note))


def period_width(fact: FieldFact, right: float) -> float:
    """How much room `draw_period` takes."""
    period = fact.periods[0] if fact.periods else None
    if period is None or period.basis is Basis.NOT_STATED:
        return chip.width("not_stated")
    if period.basis is Basis.CHOICE:
        return min(paint.width_of(localized(period.text), "caption"), right * 0.52) + 17
    return paint.width_of(localized(period.text) + _period_tail(period), "caption")


def draw_period(painter: QPainter, fact: FieldFact, right: float, y: float) -> None:
    """The shortest honest word on how long, right-aligned at `right`."""
    period, wide = fact.periods[0] if fact.periods else None, period_width(fact, right)
    if period is None or period.basis is Basis.NOT_STATED:
        chip.draw(painter, "not_stated", right - wide, y - 1, 18)
    elif period.basis is Basis.CHOICE:
        theme().draw_icon(painter, "pencil", "choice", right - wide, y + 2, 12)
        paint.write(painter, right - wide + 17, y, localized(period.text), "caption", "choice", wide - 17)
    else:
        tail = _period_tail(period)
        paint.write(painter, right - wide, y, localized(period.text), "caption", "text-2")
        paint.write(painter, right - paint.width_of(tail, "caption"), y, tail, "caption", "accent")


def _period_tail(period: Period) -> str:
    return ", " + text("line.short", line=period.line) if period.line else ""


def source(fact: FieldFact) -> tuple[str, int | None]:
    """Where the notice lists a field, or what else is to be said of it."""
    if fact.line is not None:
        return text("field.notice"), fact.line
    if fact.verdict is not Verdict.CHOICE and fact.related_line is not None:
        return text("field.only_elsewhere"), fact.related_line
    if fact.note:
        return localized(fact.note), None
    return text("field.nowhere") if fact.verdict is Verdict.NOT_LISTED else "", None


def _tail(line: int | None) -> str:
    return " " + text("line.short", line=line) if line else ""


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
        self._carried: frozenset[int] | None = None
        self._rows: list[FieldRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_facts(self, facts: tuple[FieldFact, ...], carried: frozenset[int] | None = None) -> None:
        """`carried`: places of those that are there; None: all."""
        if (facts, carried) == (self._facts, self._carried):
            return
        self._facts, self._carried = facts, carried
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        shown = [(place, fact) for place, fact in enumerate(facts) if carried is None or place in carried]
        self._rows = [FieldRow(place, fact) for place, fact in shown]
        for row in self._rows:
            row.pointed.connect(self.pointed)
            self._column.addWidget(row)

    def point(self, field: int) -> None:
        for row in self._rows:
            row.light(row.place == field)
