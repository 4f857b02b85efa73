"""A place that was found: what it is called, what it is, how far and which way."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from companion.model.place import FoundPlace
from companion.ui import place_faces as faces
from companion.ui.parts import paint
from companion.ui.parts.buttons import ListRow
from companion.ui.theme import theme

INSET, TEXT = 12, 40


class PlaceRow(ListRow):
    """`wide`: pixels it has; a long name takes two lines."""

    def __init__(self, place: FoundPlace, near: tuple[float, float], wide: int) -> None:
        super().__init__(faces.name(place))
        self.place = place
        self.is_current = False
        self._second = faces.second(place, near)
        self._lines = paint.lines(self.text(), "name", wide - TEXT - INSET)
        self.setAccessibleName(f"{self.text()}, {self._second}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(32 + 20 * len(self._lines))

    def show_current(self, is_current: bool) -> None:
        if is_current != self.is_current:
            self.is_current = is_current
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = paint.begin(self), float(self.width())
        if self.is_current or self.is_hovered:
            paint.surface(painter, QRectF(4, 1, wide - 8, self.height() - 2), 8, "raised")
        token = "accent" if self.is_current else "text-2"
        theme().draw_icon(painter, faces.icon(self.place), token, INSET, self.height() / 2 - 9, 18)
        room = wide - TEXT - INSET
        for number, line in enumerate(self._lines):
            paint.write(painter, TEXT, 7 + 20 * number, line, "name", "text-1", room)
        paint.write(painter, TEXT, 8 + 20 * len(self._lines), self._second, "caption", "text-3", room)
        if self.shows_ring:
            paint.surface(painter, QRectF(5, 2, wide - 10, self.height() - 4), 8, None, "accent", 2)
