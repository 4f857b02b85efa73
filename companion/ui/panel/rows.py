"""Rows of the later stages: who got it, what they hold now, and the recent requests."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.model.privacy import Basis, Holding, Hop, Outcome, Transmission
from companion.ui import format as fmt
from companion.ui.parts import chip, paint
from companion.ui.text import localized, plural, text
from companion.ui.theme import theme


class Row(QWidget):
    """Fixed height, hairline below."""

    high = 66

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(300, self.high)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        self.draw(painter)
        paint.hairline(painter, 0, self.height() - 1, self.width())

    def draw(self, painter: QPainter) -> None:
        raise NotImplementedError


class ReceiverRow(Row):
    """A request, or many alike, with the address it went to, as this app's own socket saw it."""

    def __init__(self, entry: Transmission, size: int, count: int = 1) -> None:
        super().__init__()
        self._entry, self._size, self._count = entry, size, count
        self._name = localized(entry.receivers[0].name) if entry.receivers else entry.party
        self.setAccessibleName(f"{self._name}, {self._facts()}, {text('chip.observed')}")

    def _facts(self) -> str:
        address = self._entry.connection.remote if self._entry.connection else self._entry.address
        time = fmt.clock(self._entry.started_at, seconds=True) if self._entry.started_at else ""
        amount = fmt.size(self._size)
        if self._count > 1:
            amount = f"{plural('recent.requests', self._count)}, {amount}"
        return " · ".join(part for part in (address, amount, time) if part)

    def draw(self, painter: QPainter) -> None:
        icon = self._entry.receivers[0].icon if self._entry.receivers else "server"
        theme().draw_icon(painter, icon, "text-1", 0, 10, 16)
        mark = chip.width("observed")
        paint.write(painter, 24, 8, self._name, "name", "text-1", self.width() - 24 - mark - 8)
        chip.draw(painter, "observed", self.width() - mark, 8)
        paint.write(painter, 24, 30, self._facts(), "caption", "text-2", self.width() - 24, tabular=True)
        paint.write(painter, 24, 46, self._outcome(), "caption", "text-3", self.width() - 24)

    def _outcome(self) -> str:
        title = localized(self._entry.title)
        if self._entry.outcome is Outcome.DONE:
            return text("received.answered", title=title, status=self._entry.status or "")
        return f"{title}: {text(f'outcome.{self._entry.outcome}')}"


class HopRow(Row):
    """A request between two parties behind the receiver: reported by the backend, not seen by this app."""

    def __init__(self, hop: Hop) -> None:
        super().__init__()
        self._hop = hop
        self._way = f"{localized(hop.source_name)}  →  {localized(hop.target_name)}"
        self.setAccessibleName(f"{self._way}, {localized(hop.activity_name)}, {text('chip.reported')}")

    def draw(self, painter: QPainter) -> None:
        mark, hop = chip.width("reported"), self._hop
        paint.write(painter, 0, 8, self._way, "name", "text-1", self.width() - mark - 8)
        chip.draw(painter, "reported", self.width() - mark, 8)
        line = text("line.short", line=hop.line) if hop.line else ""
        wide = paint.width_of(line, "caption")
        paint.write(
            painter, 0, 30, localized(hop.activity_name) or hop.path, "caption", "text-2", self.width() - wide - 10
        )
        paint.write(painter, self.width() - wide, 30, line, "caption", "accent")
        facts = " · ".join(
            (fmt.size(hop.size), fmt.clock(hop.at, seconds=True), text("received.status", status=hop.status))
        )
        paint.write(painter, 0, 46, facts, "caption", "text-3", self.width(), tabular=True)


class HoldingRow(Row):
    """A record that somebody holds now, with the rule that ends it and the time left or its age."""

    high = 70

    def __init__(self, holding: Holding, now: datetime) -> None:
        super().__init__()
        self._holding = holding
        self._now = now
        self.setAccessibleName(", ".join((localized(holding.title), self._holder(), rule(holding), self._left())))
        names = [localized(name) for name in holding.item_names]
        self.setToolTip(text("held.items", items=", ".join(names)) if names else "")

    def tick(self, now: datetime) -> None:
        self._now = now
        self.update()

    def _holder(self) -> str:
        service = localized(self._holding.service_name)
        return localized(self._holding.party_name) + (f" · {service}" if service else "")

    def _left(self) -> str:
        if self._holding.expires_at is not None:
            left = self._holding.expires_at - self._now
            return text("held.left", span=fmt.left(left)) if left > timedelta() else text("held.due")
        return text("held.age", span=fmt.span(self._now - self._holding.stored_at))

    def draw(self, painter: QPainter) -> None:
        left = self._left()
        wide = paint.width_of(left, "caption", tabular=True)
        paint.write(painter, 0, 8, localized(self._holding.title), "name", "text-1", self.width() - wide - 24)
        paint.write(painter, self.width() - wide, 10, left, "caption", "text-2", tabular=True)
        if self._holding.expires_at is None:
            theme().draw_icon(painter, "clock", "text-3", self.width() - wide - 18, 12, 12)
        paint.write(painter, 0, 28, self._holder(), "caption", "text-3", self.width() - 84)
        if self._holding.expires_at is not None:
            self._bar(painter, self.width() - 72, 34)
        self._rule(painter, 47)

    def _bar(self, painter: QPainter, x: float, y: float) -> None:
        """Filled: the time that is left of the whole period."""
        assert self._holding.expires_at is not None
        whole = self._holding.expires_at - self._holding.stored_at
        share = max(0.0, min(1.0, (self._holding.expires_at - self._now) / whole)) if whole else 0.0
        paint.surface(painter, QRectF(x, y, 72, 4), 2, "hairline")
        if share > 0:
            paint.surface(painter, QRectF(x, y, max(2.0, 72 * share), 4), 2, "accent")

    def _rule(self, painter: QPainter, y: float) -> None:
        period = self._holding.period
        x = 0.0
        if period.basis is Basis.NOT_STATED:
            x = chip.draw(painter, "not_stated", 0, y - 1, 18) + 6
            theme().draw_icon(painter, "pencil", "choice", x, y + 2, 12)
            x += 17
            paint.write(painter, x, y, text("held.our_choice"), "caption", "choice", self._room(x))
        elif period.basis is Basis.CHOICE:
            theme().draw_icon(painter, "pencil", "choice", 0, y + 2, 12)
            paint.write(painter, 17, y, localized(period.text), "caption", "choice", self._room(17))
        else:
            paint.write(painter, 0, y, localized(period.text), "caption", "text-2", self._room(0))
        line = self._line()
        paint.write(painter, self.width() - paint.width_of(line, "caption"), y, line, "caption", "accent")

    def _line(self) -> str:
        return text("line.short", line=self._holding.line) if self._holding.line else ""

    def _room(self, x: float) -> float:
        return self.width() - x - paint.width_of(self._line(), "caption") - 8


def rule(holding: Holding) -> str:
    """The rule as words, with who says so."""
    if holding.period.basis is Basis.NOT_STATED:
        return f"{text('chip.not_stated')}; {text('held.our_choice')}"
    words = localized(holding.period.text)
    return f"{words}, {text('chip.choice')}" if holding.period.basis is Basis.CHOICE else words


LOOKS = {
    Outcome.DONE: ("ok", "text-3"), Outcome.SENDING: ("repeat", "accent"), Outcome.BLOCKED: ("close", "danger"),
    Outcome.FAILED: ("warning", "warn"), Outcome.CUT: ("warning", "warn"), Outcome.LOST: ("question", "warn"),
}  # fmt: skip


class RecentRow(Row):
    """
    Signals:
        opened(str): the entry with this id should be shown.
    """

    high = 52
    opened = Signal(str)

    def __init__(self, entry: Transmission, size: int, count: int = 1) -> None:
        super().__init__()
        self._entry, self._size = entry, size
        self._name = localized(entry.title) or f"{entry.method} {entry.path}"
        if count > 1:
            self._name = f"{self._name}, {plural('recent.requests', count)}"
        self._to = localized(entry.receivers[0].name) if entry.receivers else entry.party
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        said = (self._name, self._to, fmt.size(size), text(f"outcome.{entry.outcome}"))
        self.setAccessibleName(", ".join(said))
        self.setToolTip(said[-1])

    def draw(self, painter: QPainter) -> None:
        if self.hasFocus() or self.underMouse():
            paint.surface(painter, self.rect().toRectF().adjusted(-8, 1, 8, -1), 8, "raised")
        icon, token = LOOKS.get(self._entry.outcome, ("info", "text-3"))
        theme().draw_icon(painter, icon, token, 0, 9, 16)
        amount = fmt.size(self._size)
        wide = paint.width_of(amount, "name", tabular=True)
        paint.write(painter, 26, 7, self._name, "name", "text-1", self.width() - 26 - wide - 10)
        paint.write(painter, self.width() - wide, 7, amount, "name", "text-1", tabular=True)
        time = fmt.clock(self._entry.started_at, seconds=True) if self._entry.started_at else ""
        paint.write(painter, 26, 28, text("recent.to", party=self._to), "caption", "text-3", self.width() - 100)
        paint.write(painter, 0, 28, time, "caption", "text-3", self.width(), paint.RIGHT, tabular=True)

    def enterEvent(self, event: QEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.opened.emit(self._entry.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self._entry.id)
        else:
            super().keyPressEvent(event)
