"""A question card: the question, its answer in one large number, one line more, and a small picture of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, Pressable
from companion.ui.theme import theme

SIZES = (("answer", 38), ("title", 40), ("section", 42))
"""The answer's type and place: the largest that has room for it."""


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    answer: str
    second: str
    icons: tuple[str, ...] = ()
    """Receivers."""
    bars: tuple[int, ...] = ()
    """Bytes by hour."""
    shares: tuple[tuple[str, int], ...] = ()
    """(token, how many); the token "" is drawn dashed."""


class Question(Pressable):
    def __init__(self) -> None:
        super().__init__()
        self._answer = Answer("", "", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(210, 112 + 2 * ROOM)

    def show_answer(self, answer: Answer) -> None:
        self._answer = answer
        self.setAccessibleName(f"{answer.question} {answer.answer}")
        self.setAccessibleDescription(answer.second)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box, one = paint.begin(self), self.box, self._answer
        line = "hairline" if theme().name == "light" else None
        paint.surface(painter, box, 12, "raised" if self.is_hovered else "surface", line)
        self.paint_press(painter, 12)
        left, room = box.x() + 16, box.width() - 32
        self._picture(painter, box)
        paint.write(painter, left, box.y() + 16, one.question, "caption", "text-2", room)
        role, y = next((size for size in SIZES if paint.width_of(one.answer, size[0]) <= room), SIZES[-1])
        paint.write(painter, left, box.y() + y, one.answer, role, "text-1", room)
        paint.paragraph(painter, left, box.y() + 74, one.second, "caption", "text-3", room, most=2)
        if self.shows_ring:
            paint.ring(painter, box.adjusted(1, 1, -1, -1), 11)

    def _picture(self, painter: QPainter, box: QRectF) -> None:
        """At the right of the answer, where there is room beside it."""
        used = paint.width_of(self._answer.answer, "answer")
        place = QRectF(box.right() - 16 - 88, box.y() + 40, 88, 28)
        if place.x() < box.x() + 16 + used + 12:
            return
        if self._answer.bars:
            _bars(painter, place, self._answer.bars)
        elif self._answer.icons:
            self._icons(painter, place)
        elif self._answer.shares:
            _shares(painter, QRectF(place.x(), place.center().y() - 3, place.width(), 7), self._answer.shares)

    def _icons(self, painter: QPainter, place: QRectF) -> None:
        shown = self._answer.icons[:4]
        x = place.right() - len(shown) * 22
        for icon in shown:
            theme().draw_icon(painter, icon, "text-2", x + 4, place.center().y() - 8, 16)
            x += 22


def _bars(painter: QPainter, place: QRectF, bars: tuple[int, ...]) -> None:
    most, step = max(bars) or 1, place.width() / len(bars)
    for number, value in enumerate(bars):
        high = place.height() * value / most
        token = "accent" if value else "line-strong"
        height = max(2.0, high) if value else 1.0
        paint.surface(painter, QRectF(place.x() + number * step, place.bottom() - height, step - 1, height), 1, token)


def _shares(painter: QPainter, place: QRectF, shares: tuple[tuple[str, int], ...]) -> None:
    total, x = sum(count for _, count in shares) or 1, place.x()
    for token, count in shares:
        wide = place.width() * count / total
        if wide < 2:
            continue
        part = QRectF(x, place.y(), wide - 2, place.height())
        if token:
            paint.surface(painter, part, 3, token)
        else:
            pen = QPen(theme().color("line-strong"), 1)
            pen.setDashPattern([2.5, 2.0])
            painter.setPen(pen)
            painter.setBrush(theme().color("surface"))
            painter.drawRoundedRect(part.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        x += wide
