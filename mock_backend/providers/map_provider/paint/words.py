"""Words on the map: measured and drawn with a halo, each shape made once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter, QPainterPath, QPen

FACE, OTHERWISE = "Inter", "sans-serif"
RIM = 3.0
"""Pixels of halo, both sides together."""


@dataclass(frozen=True, slots=True)
class Hand:
    pixels: int
    weight: int = 500
    italic: bool = False
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Word:
    """A label in pixels of its zoom: its middle, its turn in degrees, and the colours by name in `Look`."""

    text: str
    hand: Hand
    x: float
    y: float
    turn: float
    colour: str

    @property
    def box(self) -> QRectF:
        """What it covers, however it is turned."""
        if self.hand is SIGN:
            return sign_box(self.text, self.x, self.y)
        wide, high = size(self.text, self.hand)
        if self.turn:
            wide = high = max(wide, high)
        return QRectF(self.x - wide / 2, self.y - high / 2, wide, high)


@lru_cache(maxsize=64)
def font(hand: Hand) -> QFont:
    found = QFont(FACE if FACE in QFontDatabase.families() else OTHERWISE)
    found.setPixelSize(hand.pixels)
    found.setWeight(QFont.Weight(hand.weight))
    found.setItalic(hand.italic)
    found.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, hand.spacing)
    found.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return found


@lru_cache(maxsize=20_000)
def size(text: str, hand: Hand) -> tuple[float, float]:
    measure = QFontMetricsF(font(hand))
    return measure.horizontalAdvance(text) + RIM, measure.capHeight() + hand.pixels * 0.5


@lru_cache(maxsize=4_000)
def shape(text: str, hand: Hand) -> QPainterPath:
    """With its middle at the origin."""
    measure, path = QFontMetricsF(font(hand)), QPainterPath()
    start = QPointF(-measure.horizontalAdvance(text) / 2, measure.capHeight() / 2)
    path.addText(start, font(hand), text)
    return path


def write(painter: QPainter, word: Word, colour: str, halo: str) -> None:
    path = shape(word.text, word.hand)
    painter.save()
    painter.translate(word.x, word.y)
    painter.rotate(word.turn)
    painter.strokePath(path, _rim(halo))
    painter.fillPath(path, QColor(colour))
    painter.restore()


@lru_cache(maxsize=8)
def _rim(halo: str) -> QPen:
    colour = QColor(halo)
    colour.setAlphaF(0.85)
    return QPen(colour, RIM, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


SIGN = Hand(10, 600)
PADDING, HEIGHT, ROUND = 5.0, 16.0, 3.0


def sign_box(text: str, x: float, y: float) -> QRectF:
    wide = size(text, SIGN)[0] - RIM + 2 * PADDING
    return QRectF(x - wide / 2, y - HEIGHT / 2, wide, HEIGHT)


def sign(painter: QPainter, word: Word, ground: str, letters: str) -> None:
    """A road's number on a plate."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(sign_box(word.text, word.x, word.y), ROUND, ROUND)
    painter.fillPath(shape(word.text, SIGN).translated(word.x, word.y), QColor(letters))
