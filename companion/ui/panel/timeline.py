"""The four stages: before you press, what left, who got it, held now. Clickable once reached; Left and Right move."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from companion.model.privacy import Stage
from companion.ui.parts import paint
from companion.ui.parts.buttons import BY_KEY
from companion.ui.text import text
from companion.ui.theme import theme

ORDER = tuple(Stage)
LAST = 62


class Timeline(QWidget):
    """
    Signals:
        chosen(Stage): a reached stage was picked.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.current = Stage.BEFORE
        self._reached = Stage.BEFORE
        self._first = Stage.BEFORE
        self._ring = False
        self.setFixedHeight(62)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(text("stage.name"))

    def show_stage(self, current: Stage, reached: Stage, first: Stage = Stage.BEFORE) -> None:
        self.current, self._reached, self._first = current, reached, first
        self.setAccessibleDescription(text(f"stage.{current}"))
        self.update()

    def _is_open(self, stage: Stage) -> bool:
        return ORDER.index(self._first) <= ORDER.index(stage) <= ORDER.index(self._reached)

    @property
    def _step(self) -> float:
        """From node to node; the last label keeps its room at the right."""
        return (self.width() - 48 - LAST) / 3

    def _x(self, place: int) -> float:
        return 30 + place * self._step

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        for place, stage in enumerate(ORDER):
            if place:
                reached = ORDER.index(self._reached) >= place
                painter.setPen(QPen(theme().color("accent" if reached else "hairline"), 2))
                painter.drawLine(QPointF(self._x(place - 1) + 10, 11), QPointF(self._x(place) - 10, 11))
            self._node(painter, place, stage)
        if self._ring:
            place = ORDER.index(self.current)
            box = QRectF(self._x(place) - 12, 1, self._room(place) + 10, self.height() - 6)
            paint.surface(painter, box, 8, None, "accent", 2)

    def _node(self, painter: QPainter, place: int, stage: Stage) -> None:
        x, here, is_open = self._x(place), stage is self.current, self._is_open(stage)
        dot = QRectF(x - 5, 6, 10, 10)
        painter.setPen(QPen(theme().color("accent" if is_open else "text-3"), 2))
        painter.setBrush(theme().color("accent") if is_open else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot)
        if here:
            painter.setPen(QPen(theme().color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(dot.adjusted(-3.5, -3.5, 3.5, 3.5))
        token = "text-1" if here else "text-2" if is_open else "text-3"
        paint.paragraph(painter, x - 6, 24, text(f"stage.{stage}"), "micro", token, self._room(place), 2)

    def _room(self, place: int) -> float:
        return LAST + 12 if place == 3 else self._step - 8

    # -- choosing -----------------------------------------------------------------------------------------------

    def _at(self, x: float) -> Stage:
        return ORDER[min(3, max(0, int((x - 24) / self._step)))]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        can = self._is_open(self._at(event.position().x()))
        self.setCursor(Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        place = ORDER.index(self.current) + (step or 0)
        if step is None or not 0 <= place < 4:
            super().keyPressEvent(event)
        else:
            self._choose(ORDER[place])

    def _choose(self, stage: Stage) -> None:
        if self._is_open(stage) and stage is not self.current:
            self.chosen.emit(stage)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            assert isinstance(event, QFocusEvent)
            self._ring = event.gotFocus() and event.reason() in BY_KEY
            self.update()
        return super().event(event)
