"""Who got what, drawn: parties in three columns, an edge for each pair, as thick as the bytes that went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
from companion.ui.text import localized, plural, text
from companion.ui.theme import theme

SOURCES = ("companion_app", "vehicle", "pcm")
MAKER = ("identity", "porsche_system")
HIGH, GAP, TOP = 56, 14, 8
PER_KB, THINNEST, THICKEST = 2.6, 2.0, 28.0


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
        self._nodes: dict[str, tuple[Party, QRectF]] = {}
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
            self.updateGeometry()
            self._arrange()
            self.setAccessibleDescription(". ".join(sentence(flow) for flow in shown) or self._empty)
        self.update()

    def sizeHint(self) -> QSize:
        most = max((len(column) for column in self._columns()), default=0)
        return QSize(480, max(200, TOP * 2 + most * HIGH + max(0, most - 1) * GAP))

    # -- where everything is ------------------------------------------------------------------------------------

    def _columns(self) -> list[list[Party]]:
        parties = {party.id: party for flow in self._flows for party in (flow.source, flow.target)}
        columns: list[list[Party]] = [[], [], []]
        for party in parties.values():
            columns[0 if party.id in SOURCES else 1 if party.id in MAKER else 2].append(party)
        # The same order whoever spoke first: sign-in over the maker, so that the usual edges do not cross.
        columns[0].sort(key=lambda party: SOURCES.index(party.id))
        columns[1].sort(key=lambda party: MAKER.index(party.id))
        return columns

    def _arrange(self) -> None:
        columns = self._columns()
        wide = min(184.0, (self.width() - 96) / 3)
        lefts = (0.0, (self.width() - wide) / 2, self.width() - wide)
        if not columns[2]:
            lefts = (0.0, self.width() - wide, 0.0)
        self._nodes = {}
        for left, column in zip(lefts, columns, strict=True):
            step = self.height() / max(1, len(column))
            for place, party in enumerate(column):
                y = min(step * (place + 0.5), self.height() - HIGH / 2) - HIGH / 2
                self._nodes[party.id] = (party, QRectF(left, y, wide, HIGH))
        self._edges = self._drawn()

    def _drawn(self) -> list[Edge]:
        ports = self._ports()
        edges = []
        for number, flow in enumerate(self._flows):
            start, end = ports[number]
            path = QPainterPath(start)
            bend = abs(end.x() - start.x()) * 0.5 + (0 if start.x() != end.x() else 60)
            away = 1 if start.x() <= end.x() else -1
            path.cubicTo(start + QPointF(away * bend, 0), end - QPointF(away * bend, 0), end)
            words = ("← " if away < 0 else "") + ("↑ " if flow.unlisted else "") + fmt.size(flow.size)
            wide = paint.width_of(words, "micro", tabular=True) + 20
            middle = path.pointAtPercent(0.32 if abs(end.x() - start.x()) > self.width() / 2 else 0.5)
            edges.append(
                Edge(flow, path, thickness(flow.size), QRectF(middle.x() - wide / 2, middle.y() - 10, wide, 20), words)
            )
        self._keep_apart(edges)
        return edges

    def _ports(self) -> list[tuple[QPointF, QPointF]]:
        """Where each edge leaves and arrives: stacked along the sides that face each other."""
        sides: dict[tuple[str, bool], list[tuple[float, int, int]]] = defaultdict(list)
        for number, flow in enumerate(self._flows):
            source, target = self._nodes[flow.source.id][1], self._nodes[flow.target.id][1]
            right = source.x() <= target.x()
            sides[flow.source.id, right].append((target.center().y(), number, 0))
            sides[flow.target.id, not right].append((source.center().y(), number, 1))
        found = [[QPointF(), QPointF()] for _ in self._flows]
        for (party, right), ends in sides.items():
            box = self._nodes[party][1]
            widths = [thickness(self._flows[number].size) for _, number, _ in sorted(ends)]
            room = sum(widths) + 3 * (len(widths) - 1)
            squeeze = min(1.0, (HIGH - 8) / room)
            y = box.center().y() - room * squeeze / 2
            for (_, number, end), wide in zip(sorted(ends), widths, strict=True):
                found[number][end] = QPointF(box.right() if right else box.left(), y + wide * squeeze / 2)
                y += (wide + 3) * squeeze
        return [(start, end) for start, end in found]

    @staticmethod
    def _keep_apart(edges: list[Edge]) -> None:
        """Labels that would lie on each other slide along their edges."""
        placed: list[QRectF] = []
        for edge in edges:
            for share in (0.0, *(step * sign / 100 for step in range(6, 40, 6) for sign in (1, -1))):
                at = edge.path.pointAtPercent(0.5 + share)
                box = QRectF(edge.label)
                if share or any(box.intersects(other) for other in placed):
                    box.moveCenter(at)
                if not any(box.adjusted(-2, -2, 2, 2).intersects(other) for other in placed):
                    break
            edge.label = box
            placed.append(box)

    # -- painting -----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        if not self._flows:
            theme().draw_icon(painter, "laptop", "text-3", 0, 4, 32)
            paint.write(painter, 0, 48, self._empty, "body", "text-2", self.width())
            return
        for number, edge in enumerate(self._edges):
            self._edge(painter, edge, number in (self._hover, self._at if self.hasFocus() else -1))
        for party, box in self._nodes.values():
            self._node(painter, party, box)
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
        theme().draw_icon(painter, party.icon, icon, box.x() + 12, box.y() + 19, 18)
        room = box.width() - 50
        lines = paint.lines(localized(party.name), "name", room)[:2]
        y = box.y() + (8 if len(lines) == 1 else 1)
        for line in lines:
            paint.write(painter, box.x() + 40, y, line, "name", name, room)
            y += 17
        paint.write(painter, box.x() + 40, y + 4, self._second(party, ours), "caption", below, room, tabular=True)

    def _second(self, party: Party, ours: bool) -> str:
        if ours:
            return text(
                "privacy.sent", size=fmt.size(sum(flow.size for flow in self._flows if flow.source.id == party.id))
            )
        return plural("privacy.holds", self._held.get(party.id, 0)) if self._is_known else text("privacy.not_known")

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


def thickness(size: int) -> float:
    return max(THINNEST, min(THICKEST, PER_KB * size / 1000))


def sentence(flow: Flow) -> str:
    """One edge as words."""
    way = f"{localized(flow.source.name)} → {localized(flow.target.name)}"
    listed = text("privacy.some_unlisted" if flow.unlisted else "privacy.all_listed")
    seen = text("chip.observed" if flow.observed else "chip.reported")
    return f"{way}: {fmt.size(flow.size)}, {plural('privacy.requests', flow.requests)}, {listed}, {seen}"
