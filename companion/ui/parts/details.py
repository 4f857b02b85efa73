"""What stands behind a tile: each part with its state, as a card near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.ui.parts import paint
from companion.ui.parts.labels import Label
from companion.ui.parts.popover import Card
from companion.ui.theme import theme


@dataclass(frozen=True, slots=True)
class Detail:
    name: str
    value: str
    second: str = ""
    problem: bool = False


class DetailRow(QWidget):
    def __init__(self, detail: Detail, last: bool) -> None:
        super().__init__()
        self._detail, self._last = detail, last
        self.setAccessibleName(f"{detail.name}: {detail.value} {detail.second}".strip())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(240, 56 if self._detail.second else 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, one = paint.begin(self), self._detail
        top = 8 if one.second else 10
        value = paint.width_of(one.value, "name")
        paint.write(painter, 0, top, one.name, "body", "text-2", self.width() - value - 12)
        paint.write(painter, 0, top, one.value, "name", "warn" if one.problem else "text-1", self.width(), paint.RIGHT)
        if one.second:
            paint.write(painter, 0, top + 22, one.second, "caption", "text-3", self.width(), paint.RIGHT)
        if not self._last:
            painter.fillRect(0, self.height() - 1, self.width(), 1, theme().color("line-strong", 0.35))


def show_details(window: QWidget, near: QWidget, title: str, details: Sequence[Detail], note: str = "") -> Card:
    card = Card(window, 340, title)
    card.body.put(Label(title, "section"))
    card.body.addSpacing(8)
    for number, detail in enumerate(details, 1):
        card.body.put(DetailRow(detail, number == len(details)))
    if note:
        card.body.addSpacing(8)
        card.body.put(Label(note, "caption", "text-3", wrap=True))
    card.show_near(near)
    return card
