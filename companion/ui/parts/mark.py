"""Companion's own mark: an open ring around a dot; and as an icon for the desktop, the same in both themes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

GROUND, RING, DOT = QColor("#0B0D10"), QColor("#F2F4F6"), QColor("#74B0FF")
SIZES = (16, 22, 24, 32, 48, 64, 128)


def paint_mark(painter: QPainter, box: QRectF, ring: QColor, dot: QColor) -> None:
    """Within a square of 26 units."""
    unit = box.width() / 26
    pen = QPen(ring, 3 * unit)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(box.x() + 2 * unit, box.y() + 2 * unit, 22 * unit, 22 * unit), 45 * 16, 270 * 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(dot)
    painter.drawEllipse(QRectF(box.x() + 9 * unit, box.y() + 9 * unit, 8 * unit, 8 * unit))


def app_icon() -> QIcon:
    """On a ground of its own, as nobody knows what a desktop's panel is made of."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(_icon(size))
    return icon


def _icon(size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GROUND)
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.22, size * 0.22)
    inset = size * 0.2
    paint_mark(painter, QRectF(inset, inset, size - 2 * inset, size - 2 * inset), RING, DOT)
    painter.end()
    return pixmap
