"""The ring that says "under way": one turn a second, three still steps with reduced motion."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from companion.ui.theme import theme


class Sweep(QObject):
    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._timer = QTimer(self)
        self._timer.timeout.connect(widget.update)
        self._since = QElapsedTimer()

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def run(self, on: bool) -> None:
        if on and not self.is_running:
            self._since.start()
            self._timer.start(333 if theme().reduced_motion else 33)
        elif not on:
            self._timer.stop()

    def paint(self, painter: QPainter, box: QRectF, token: str = "accent") -> None:
        turn = self._since.elapsed() % 1000 / 1000
        if theme().reduced_motion:
            turn = int(turn * 3) / 3
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = box.adjusted(1, 1, -1, -1)
        painter.setPen(QPen(theme().color("hairline"), 2))
        painter.drawEllipse(box)
        pen = QPen(theme().color(token), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(box, round((90 - turn * 360) * 16), -100 * 16)
