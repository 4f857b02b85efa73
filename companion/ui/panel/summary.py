"""Who gets a request, and what its bytes are made of: the chain of parties and the byte bar."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QPointF, QRectF, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from companion.model.privacy import Outcome, SpanKind, Transmission
from companion.ui import format as fmt
from companion.ui.parts import paint
from companion.ui.text import localized, text
from companion.ui.theme import theme

TOKENS = {SpanKind.ITEM: "accent", SpanKind.ENVELOPE: "envelope", SpanKind.SYNTAX: "line-strong"}


class Chain(QWidget):
    """This app -> receiver -> whom it is passed on to. The receiver of the bytes is set stronger."""

    def __init__(self) -> None:
        super().__init__()
        self._names: list[tuple[str, str]] = []
        self.setFixedHeight(26)

    def show_entry(self, entry: Transmission) -> None:
        names = [("laptop", text("party.this_app"))]
        names += [(party.icon, localized(party.name)) for party in entry.receivers]
        self._names = names
        self.setAccessibleName(" → ".join(words for _, words in names))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        roles = ["caption-strong" if place == 1 else "caption" for place in range(len(self._names))]
        widths = [22 + paint.width_of(words, role) for (_, words), role in zip(self._names, roles, strict=True)]
        arrow = max(16.0, min(44.0, (self.width() - sum(widths)) / max(1, len(widths) - 1)))
        x = 0.0
        for place, (icon, words) in enumerate(self._names):
            theme().draw_icon(painter, icon, "text-1" if place == 1 else "text-2", x, 5, 16)
            room = self.width() - x - 22
            paint.write(painter, x + 22, 5, words, roles[place], "text-1" if place == 1 else "text-2", room)
            x += widths[place]
            if place + 1 < len(widths):
                _arrow(painter, x + 5, x + arrow - 5, 13)
                x += arrow


def _arrow(painter: QPainter, left: float, right: float, y: float) -> None:
    painter.setPen(QPen(theme().color("text-3"), 1.2))
    painter.drawLine(QPointF(left, y), QPointF(right, y))
    painter.drawPolyline([QPointF(right - 4, y - 3), QPointF(right, y), QPointF(right - 4, y + 3)])


class ByteBar(QWidget):
    """Items, envelope and syntax as one bar with its legend. Fills once while the bytes leave."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: Counter[SpanKind] = Counter()
        self._filled = 1.0
        self._entry = ""
        self.setFixedHeight(34)
        self._fill = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=400)
        self._fill.valueChanged.connect(self._grow)

    def show_entry(self, entry: Transmission) -> None:
        self._counts = Counter()
        for span in entry.spans:
            self._counts[span.kind] += len(span)
        self.setAccessibleName(", ".join(words for _, words in self._legend()))
        if entry.outcome is Outcome.SENDING and entry.id != self._entry and not theme().reduced_motion:
            self._fill.start()
        self._entry = entry.id
        self.update()

    def _grow(self, value: float) -> None:
        self._filled = value
        self.update()

    def _legend(self) -> list[tuple[SpanKind, str]]:
        return [(kind, f"{text(f'span.{kind}')} {fmt.size(self._counts[kind])}") for kind in SpanKind]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        paint.surface(painter, QRectF(0, 0, self.width(), 6), 3, "hairline")
        total = sum(self._counts.values()) or 1
        x = 0.0
        for kind in SpanKind:
            wide = self._counts[kind] / total * self.width() * self._filled
            if wide >= 1 and kind is not SpanKind.SYNTAX:
                paint.surface(painter, QRectF(x, 0, wide - 1, 6), 3, TOKENS[kind])
            x += wide
        x = 0.0
        for kind, words in self._legend():
            hollow = kind is SpanKind.SYNTAX
            paint.surface(painter, QRectF(x, 20, 8, 8), 2, None if hollow else TOKENS[kind], TOKENS[kind])
            x += 14 + paint.write(painter, x + 14, 16, words, "caption", "text-2", tabular=True) + 16


def sentence(entry: Transmission) -> tuple[str, str]:
    """One line on what happens, or happened, to these bytes, and its token."""
    count = fmt.number(len(entry.raw))
    further = len(entry.receivers) > 1
    if entry.outcome is Outcome.PREVIEW and entry.blocked:
        return text("summary.will_block", field=entry.blocked[0].rpartition(".")[2]), "danger"
    if entry.outcome is Outcome.PREVIEW:
        key = "summary.will_on" if further else "summary.will"
        name = localized(entry.receivers[-1].name) if entry.receivers else entry.party
        return text(key, count=count, party=name), "text-2"
    if entry.outcome is Outcome.BLOCKED:
        place = entry.blocked[0].rpartition(".")[2] if entry.blocked else ""
        return text("summary.blocked", field=place), "danger"
    time = fmt.clock(entry.started_at, seconds=True) if entry.started_at else ""
    token = {Outcome.DONE: "text-2", Outcome.SENDING: "text-2"}.get(entry.outcome, "warn")
    return text(f"summary.{entry.outcome}", count=count, time=time, status=entry.status or ""), token


def group_sentence(group: tuple[Transmission, ...], entry: Transmission) -> tuple[str, str]:
    """The same for many alike: how many, how much, and which of them is shown."""
    if len(group) == 1:
        return sentence(entry)
    token = "text-2" if all(one.outcome in (Outcome.DONE, Outcome.SENDING) for one in group) else "warn"
    total = fmt.number(sum(one.sent for one in group))
    place = group.index(entry) + 1
    told = text("summary.many", requests=fmt.number(len(group)), count=total)
    if place == 1:
        return f"{told} {text('summary.first')}", token
    return f"{told} {text('summary.nth', n=fmt.number(place))}", token
