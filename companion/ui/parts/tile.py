"""A status tile: icon and label, one value, one second line. The whole tile is one button."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, Pressable
from companion.ui.theme import theme


@dataclass(frozen=True, slots=True)
class TileFace:
    """`problem`: icon and second line in the warning colour, never the whole tile."""

    icon: str
    label: str
    value: str
    second: str = ""
    problem: bool = False
    shorter: str = ""
    """The value where it has less room."""


class Tile(Pressable):
    """Without a face it is a skeleton in its final geometry."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._face: TileFace | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(160, 112 + 2 * ROOM)

    def show_face(self, face: TileFace | None) -> None:
        self._face = face
        self.setEnabled(face is not None)
        if face is not None:
            self.setAccessibleName(f"{face.label}: {face.value}")
            self.setAccessibleDescription(face.second)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.box
        paint.surface(painter, box, 12, "raised" if self.is_hovered else "surface", self._line)
        self.paint_press(painter, 12)
        if self._face is None:
            _skeleton(painter, box)
        else:
            self._paint_face(painter, box, self._face)
        if self.shows_ring:
            paint.ring(painter, box.adjusted(1, 1, -1, -1), 11)

    @property
    def _line(self) -> str | None:
        """White on near-white needs an edge; dark surfaces do not."""
        return "hairline" if theme().name == "light" else None

    def _paint_face(self, painter: QPainter, box: QRectF, face: TileFace) -> None:
        room = box.width() - 32
        theme().draw_icon(painter, face.icon, "warn" if face.problem else "text-2", box.x() + 16, box.y() + 14, 20)
        paint.write(painter, box.x() + 46, box.y() + 16, face.label, "caption", "text-2", room - 30)
        fits = not face.shorter or paint.width_of(face.value, "section") <= room
        paint.write(
            painter, box.x() + 16, box.y() + 51, face.value if fits else face.shorter, "section", "text-1", room
        )
        token = "warn" if face.problem else "text-3"
        paint.paragraph(painter, box.x() + 16, box.y() + 74, face.second, "caption", token, room, most=2)


def _skeleton(painter: QPainter, box: QRectF) -> None:
    for y, wide, high in ((16, 0.5, 12), (53, 0.7, 16), (80, 0.4, 10)):
        paint.surface(painter, QRectF(box.x() + 16, box.y() + y, box.width() * wide, high), high / 2, "raised")
