"""What stands still on the map in one picture: moving the map moves it, and only another zoom or content paints it anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from companion.ui.parts.map.camera import Camera

MARGIN = 240
"""Pixels around the window that are painted too: so far the map can be moved."""


@dataclass(frozen=True, slots=True)
class _Made:
    what: object
    camera: Camera
    pixmap: QPixmap


class StillLayer:
    """`paint(painter, camera, frame)` paints it in a camera's pixels; the frame reaches beyond the window."""

    def __init__(self, paint: Callable[[QPainter, Camera, QRectF], None]) -> None:
        self._paint = paint
        self._made: _Made | None = None

    def draw(self, painter: QPainter, camera: Camera, what: object) -> None:
        """`what` is all that the picture hangs on besides the camera."""
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        made = self._made
        off = None if made is None or made.what != (what, ratio) else self._off(made.camera, camera)
        if made is None or off is None:
            made = self._made = _Made((what, ratio), camera, self._make(camera, ratio))
            off = QPointF(0, 0)
        painter.drawPixmap(QPointF(off.x() - MARGIN, off.y() - MARGIN), made.pixmap)

    def forget(self) -> None:
        self._made = None

    @staticmethod
    def _off(made: Camera, camera: Camera) -> QPointF | None:
        """How far the picture has moved since it was made; None: too far, or not only moved."""
        if replace(made, x=camera.x, y=camera.y) != camera:
            return None
        across = (made.x - camera.x + 0.5) % 1.0 - 0.5
        off = QPointF(round(across * camera.scale), round((made.y - camera.y) * camera.scale))
        return off if max(abs(off.x()), abs(off.y())) <= MARGIN else None

    def _make(self, camera: Camera, ratio: float) -> QPixmap:
        wide, high = camera.width + 2 * MARGIN, camera.height + 2 * MARGIN
        pixmap = QPixmap(round(wide * ratio), round(high * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(MARGIN, MARGIN)
        self._paint(painter, camera, QRectF(-MARGIN, -MARGIN, wide, high))
        painter.end()
        return pixmap
