"""Small pictures that are put on the map again and again: painted once a theme and fineness, as round shapes cost most."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from companion.ui.theme import theme

MOST = 200


class Stamps:
    def __init__(self) -> None:
        self._made: dict[tuple[object, str, float], QPixmap] = {}

    def put(
        self,
        painter: QPainter,
        at: QPointF,
        what: object,
        size: int,
        paint: Callable[[QPainter], None],
        whole: bool = False,
    ) -> None:
        """`paint` paints around (0, 0), within a square of `size` pixels; `what` names the result. `whole`: on whole pixels."""
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        key = (what, theme().name, ratio)
        if key not in self._made:
            if len(self._made) >= MOST:
                self._made.clear()
            self._made[key] = _made(size, ratio, paint)
        x, y = at.x() - size / 2, at.y() - size / 2
        painter.drawPixmap(QPointF(round(x), round(y)) if whole else QPointF(x, y), self._made[key])


def _made(size: int, ratio: float, paint: Callable[[QPainter], None]) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(size / 2, size / 2)
    paint(painter)
    painter.end()
    return pixmap
