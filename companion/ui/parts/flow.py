"""Who got what, drawn: parties in three columns, an edge for each pair, as thick as the bytes that went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.model.privacy import Party
from companion.model.today import Flow
from companion.ui import format as fmt
from companion.ui.parts import paint
from companion.ui.parts.flow_plan import BESIDE, LINE, SOURCES, Plan, place_of, thickness
from companion.ui.text import localized, plural, text
from companion.ui.theme import theme


@dataclass(slots=True)
class Edge:
    flow: Flow
    path: QPainterPath
    width: float
    label: QRectF
    words: str


class FlowDiagram(QWidget):
    """
    Signals:
        flow_chosen(Flow): an edge was pressed, or Enter with it in focus.
    """

    flow_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._flows: tuple[Flow, ...] = ()
        self._held: Mapping[str, int] = {}
        self._plan = Plan((), 480, 0, self)
        self._edges: list[Edge] = []
        self._empty, self._is_known = "", True
        self._at = -1
        self._hover = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self.setAccessibleName(text("privacy.flow"))

    def show_flows(self, flows: Sequence[Flow], held: Mapping[str, int], known: bool = True) -> None:
        """`held`: records by party. `known` False: that there is no flow says nothing."""
        self._is_known = known
        self._empty = text("privacy.flow_empty" if known else "privacy.flow_unknown")
        shown = tuple(flow for flow in flows if flow.source.id != flow.target.id)
        if (shown, held) != (self._flows, self._held):
            self._flows, self._held = shown, held
            self._at = self._hover = -1
            self._arrange()
            self.setAccessibleDescription(". ".join(sentence(flow) for flow in shown) or self._empty)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, max(232, ceil(self._plan.height()) + 16))

    def _arrange(self) -> None:
        words = [self._words(flow) for flow in self._flows]
        wides = [paint.width_of(one, "micro", tabular=True) + 20 for one in words]
        self._plan = Plan(self._flows, self.width(), max(wides, default=0), self)
        ways = self._plan.ways(max(self.height(), self._plan.height()))
        self._edges = [
            Edge(flow, way.path, thickness(flow.size), _around(way.label, wide), said)
            for flow, way, wide, said in zip(self._flows, ways, wides, words, strict=True)
        ]
        self.updateGeometry()

    def _words(self, flow: Flow) -> str:
        back = place_of(flow.source.id) > place_of(flow.target.id)
        return ("← " if back else "") + ("↑ " if flow.unlisted else "") + fmt.size(flow.size)

    def widest(self, party: Party) -> float:
        words = localized(party.name).replace("-", "- ").split(" ")
        below = min(paint.width_of(words, "caption", tabular=True) for words in self._seconds(party))
        return max(below, *(paint.width_of(one, "name") for one in words)) + 1

    def lines(self, party: Party, room: float) -> list[str]:
        """A word that is wider than `room` is broken at its hyphen."""
        words = localized(party.name).split(" ")
        whole = " ".join(one if paint.width_of(one, "name") <= room else one.replace("-", "- ") for one in words)
        return paint.lines(whole, "name", room)

    # -- painting -----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        if not self._flows:
            theme().draw_icon(painter, "laptop", "text-3", 0, 4, 32)
            paint.write(painter, 0, 48, self._empty, "body", "text-2", self.width())
            return
        for number, edge in enumerate(self._edges):
            self._edge(painter, edge, number in (self._hover, self._at if self.hasFocus() else -1))
        for ident, box in self._plan.boxes.items():
            self._node(painter, self._plan.parties[ident], box)
        for number, edge in enumerate(self._edges):
            self._label(painter, edge, number == self._at and self.hasFocus())

    def _edge(self, painter: QPainter, edge: Edge, strong: bool) -> None:
        token = "warn" if edge.flow.unlisted else "accent"
        pen = QPen(theme().color(token, 0.75 if strong else 0.30 if edge.width > 5 else 0.60), edge.width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(edge.path)

    def _label(self, painter: QPainter, edge: Edge, focused: bool) -> None:
        ink = "warn" if edge.flow.unlisted else "accent"
        paint.surface(painter, edge.label, 10, "surface", "hairline")
        paint.write(painter, edge.label.x() + 10, edge.label.y() + 3, edge.words, "micro", ink, tabular=True)
        if focused:
            paint.ring(painter, edge.label, 10)

    def _node(self, painter: QPainter, party: Party, box: QRectF) -> None:
        ours = party.id in SOURCES
        name, below, icon = ("action-on", "action-on", "action-on") if ours else ("text-1", "text-3", "text-2")
        paint.surface(painter, box, 8, "action" if ours else "surface", None if ours else "line-strong")
        theme().draw_icon(painter, party.icon, icon, box.x() + 12, box.center().y() - 9, 18)
        room = box.width() - BESIDE
        lines = self.lines(party, room)
        y = box.center().y() - (len(lines) * LINE + 18) / 2
        for line in lines:
            paint.write(painter, box.x() + 40, y - 1, line, "name", name, room)
            y += LINE
        seconds = self._seconds(party)
        fits = (one for one in seconds if paint.width_of(one, "caption", tabular=True) <= room)
        paint.write(painter, box.x() + 40, y + 1, next(fits, seconds[-1]), "caption", below, room, tabular=True)

    def _seconds(self, party: Party) -> tuple[str, ...]:
        """The line under its name; then what of it is enough where there is less room."""
        if party.id in SOURCES:
            size = fmt.size(sum(flow.size for flow in self._flows if flow.source.id == party.id))
            return text("privacy.sent", size=size), size
        held = plural("privacy.holds", self._held.get(party.id, 0)) if self._is_known else text("privacy.not_known")
        return (held,)

    # -- choosing -----------------------------------------------------------------------------------------------

    def _under(self, place: QPointF) -> int:
        for number, edge in enumerate(self._edges):
            if edge.label.contains(place):
                return number
        stroker = QPainterPathStroker()
        for number, edge in enumerate(self._edges):
            stroker.setWidth(max(12.0, edge.width))
            if stroker.createStroke(edge.path).contains(place):
                return number
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._under(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._hover >= 0 else Qt.CursorShape.ArrowCursor)
        self.setToolTip(sentence(self._edges[self._hover].flow) if self._hover >= 0 else "")
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._under(event.position())
        if number >= 0:
            self._at = number
            self.flow_chosen.emit(self._edges[number].flow)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}.get(
            Qt.Key(event.key()), 0
        )
        if step and self._edges:
            self._at = max(0, min(len(self._edges) - 1, self._at + step))
            self.setAccessibleDescription(sentence(self._edges[self._at].flow))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._at >= 0:
            self.flow_chosen.emit(self._edges[self._at].flow)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._at = max(0, self._at) if self._edges else -1
        super().focusInEvent(event)
        self.update()

    def resizeEvent(self, event: object) -> None:
        self._arrange()


def _around(middle: QPointF, wide: float) -> QRectF:
    return QRectF(middle.x() - wide / 2, middle.y() - 10, wide, 20)


def sentence(flow: Flow) -> str:
    """One edge as words."""
    way = f"{localized(flow.source.name)} → {localized(flow.target.name)}"
    listed = text("privacy.some_unlisted" if flow.unlisted else "privacy.all_listed")
    seen = text("chip.observed" if flow.observed else "chip.reported")
    return f"{way}: {fmt.size(flow.size)}, {plural('privacy.requests', flow.requests)}, {listed}, {seen}"
