"""Verdict chips: a glyph and words carry the meaning, colour only helps."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.ui.parts import paint
from companion.ui.text import text
from companion.ui.theme import theme

LOOKS: dict[str, tuple[str, str, str | None]] = {
    # kind: (glyph, ink, fill)
    "declared": ("check", "ok", "ok-fill"),
    "not_listed": ("up", "warn", "warn-fill"),
    "not_seen": ("dash", "text-2", "mute-fill"),
    "choice": ("pencil", "choice", "choice-fill"),
    "not_stated": ("question", "text-2", None),
    "reported": ("server", "text-2", "mute-fill"),
    "observed": ("check", "ok", "ok-fill"),
    "blocked": ("close", "danger", "danger-fill"),
}


def width(kind: str, words: str | None = None) -> float:
    return paint.width_of(words or text(f"chip.{kind}"), "micro") + 32


def draw(painter: QPainter, kind: str, x: float, y: float, height: float = 20, words: str | None = None) -> float:
    """Paints a chip with its left top corner at (x, y); returns its width."""
    words = words or text(f"chip.{kind}")
    glyph, ink, fill = LOOKS[kind]
    wide = width(kind, words)
    box = QRectF(x, y, wide, height)
    if fill is None:
        pen = QPen(theme().color("line-strong"), 1)
        pen.setDashPattern([2.5, 2.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), height / 2, height / 2)
    else:
        paint.surface(painter, box, height / 2, fill)
    theme().draw_icon(painter, glyph, ink, x + 8, y + (height - 12) / 2, 12)
    paint.write(painter, x + 23, y + (height - 14) / 2, words, "micro", ink)
    return wide


class Chip(QWidget):
    def __init__(self, kind: str, words: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._words = words or text(f"chip.{kind}")
        self.setAccessibleName(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(width(self._kind, self._words)) + 1, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        draw(paint.begin(self), self._kind, 0, 0, 20, self._words)
