"""What every painted widget needs: text by role, rounded surfaces, the focus ring."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from companion.ui.theme import theme

LEFT = Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignRight
MIDDLE = Qt.AlignmentFlag.AlignVCenter


def begin(widget: QWidget) -> QPainter:
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def surface(
    painter: QPainter, rect: QRectF, radius: float, fill: str | None, line: str | None = None, width: float = 1.0
) -> None:
    """A rounded rectangle of one token; its line lies inside the rectangle."""
    painter.setPen(Qt.PenStyle.NoPen if line is None else QPen(theme().color(line), width))
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else theme().color(fill))
    inset = 0.0 if line is None else width / 2
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


def write(
    painter: QPainter, x: float, y: float, words: str, role: str, token: str, width: float | None = None,
    align: Qt.AlignmentFlag = LEFT, tabular: bool = False,
) -> float:  # fmt: skip
    """One line of text with its line box's top at `y`; elided to `width`; returns the width used."""
    font = theme().font(role, tabular)
    measure = QFontMetricsF(font)
    if width is not None:
        words = measure.elidedText(words, Qt.TextElideMode.ElideRight, width + 0.5)
    used = measure.horizontalAdvance(words)
    left = x if align == LEFT or width is None else x + width - used
    box = theme().line_height(role)
    baseline = y + (box - measure.height()) / 2 + measure.ascent()
    painter.setFont(font)
    painter.setPen(theme().color(token))
    painter.drawText(QPointF(left, baseline), words)
    return used


def width_of(words: str, role: str, tabular: bool = False) -> float:
    return QFontMetricsF(theme().font(role, tabular)).horizontalAdvance(words)


def lines(words: str, role: str, width: float) -> list[str]:
    """Words folded to `width`, at spaces."""
    measure = QFontMetricsF(theme().font(role))
    found: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and measure.horizontalAdvance(longer) > width:
                found.append(line)
                line = word
            else:
                line = longer
        found.append(line)
    return found


def paragraph(
    painter: QPainter, x: float, y: float, words: str, role: str, token: str, width: float, most: int = 99
) -> float:
    """Folded text; returns its height. A text longer than `most` lines ends with an ellipsis."""
    folded = lines(words, role, width)
    if len(folded) > most:
        folded = [*folded[: most - 1], " ".join(folded[most - 1 :])]
    step = theme().line_height(role)
    for number, line in enumerate(folded):
        write(painter, x, y + number * step, line, role, token, width)
    return step * len(folded)


def ring(painter: QPainter, rect: QRectF, radius: float) -> None:
    """The focus ring: 2 px, 2 px away from `rect`; a widget leaves 4 px around what it rings."""
    painter.setPen(QPen(theme().color("accent"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), radius + 3, radius + 3)


def hairline(painter: QPainter, x: float, y: float, width: float, token: str = "hairline") -> None:
    painter.setPen(QPen(theme().color(token), 1))
    painter.drawLine(QPointF(x, y + 0.5), QPointF(x + width, y + 0.5))


def font_height(font: QFont) -> float:
    return QFontMetricsF(font).height()
