"""One choice of a few, side by side. Left and Right move it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.ui.parts import paint
from companion.ui.parts.buttons import BY_KEY, ROOM


class Segmented(QWidget):
    """
    Signals:
        chosen(str): another part was chosen; carries its key.
    """

    chosen = Signal(str)

    def __init__(
        self, height: int = 40, role: str = "name", track: str = "raised", parent: QWidget | None = None
    ) -> None:
        """`track`: a step away from what it stands on."""
        super().__init__(parent)
        self._track = track
        self._high = height
        self._role = role
        self._parts: list[tuple[str, str]] = []
        self.current = ""
        self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_parts(self, parts: Sequence[tuple[str, str]], current: str) -> None:
        """`parts`: (key, words) each."""
        changed = list(parts) != self._parts
        self._parts, self.current = list(parts), current
        words = dict(parts).get(current, "")
        self.setAccessibleDescription(words)
        if changed:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wide = sum(self._width(words) for _, words in self._parts) + 6
        return QSize(round(wide) + 2 * ROOM, self._high + 2 * ROOM)

    def _width(self, words: str) -> float:
        return paint.width_of(words, self._role) + (32 if self._high >= 36 else 18)

    def _boxes(self) -> list[QRectF]:
        x, found = float(ROOM + 3), []
        for _, words in self._parts:
            found.append(QRectF(x, ROOM + 3, self._width(words), self._high - 6))
            x += self._width(words)
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        box = self.rect().toRectF().adjusted(ROOM, ROOM, -ROOM, -ROOM)
        paint.surface(painter, box, 8, self._track)
        for part, (key, words) in zip(self._boxes(), self._parts, strict=True):
            here = key == self.current
            if here:
                paint.surface(painter, part, 6, "action")
            wide = paint.width_of(words, self._role)
            top = part.center().y() - (10 if self._role in ("name", "body") else 8)
            paint.write(
                painter, part.center().x() - wide / 2, top, words, self._role, "action-on" if here else "text-2"
            )
        if self._ring:
            paint.ring(painter, box, 8)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose_at(event.position())

    def _choose_at(self, place: QPointF) -> None:
        for part, (key, _) in zip(self._boxes(), self._parts, strict=True):
            if part.contains(place):
                self._choose(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = [key for key, _ in self._parts]
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or self.current not in keys:
            super().keyPressEvent(event)
            return
        place = keys.index(self.current) + step
        if 0 <= place < len(keys):
            self._choose(keys[place])

    def _choose(self, key: str) -> None:
        if key != self.current:
            self.current = key
            self.update()
            self.chosen.emit(key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in BY_KEY
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        super().focusOutEvent(event)
        self.update()
