"""Where everything of the flow diagram lies: columns of parties, the way of each edge, the place of its label.

Between two columns every edge has a slot of its own, and its label lies there: so labels lie neither on each other nor on a
party. An edge that passes a column has a lane there, above or below the parties.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from companion.model.privacy import ON_BOARD, Party
from companion.model.today import Flow
from companion.ui.parts.flow_lines import arc, curve, spread

SOURCES = ("companion_app", *ON_BOARD)
MAKER = ("identity", "porsche_system")
WIDEST, HIGH, LINE, GAP, EDGE_GAP = 184.0, 56.0, 18.0, 14.0, 3.0
BESIDE = 50.0
"""What of a party's width is not its name's."""
SLOT = 26.0
"""A label and the room around it."""
PER_KB, THINNEST, THICKEST = 2.6, 2.0, 28.0


def place_of(party: str) -> int:
    """What sends stands first, then the maker, then the others."""
    return 0 if party in SOURCES else 1 if party in MAKER else 2


def thickness(size: int) -> float:
    return max(THINNEST, min(THICKEST, PER_KB * size / 1000))


@dataclass(frozen=True, slots=True)
class Way:
    """Where an edge goes, and the middle of its label."""

    path: QPainterPath
    label: QPointF


class Face(Protocol):
    """How a party is written."""

    def widest(self, party: Party) -> float:
        """Its longest word, or the line under its name."""

    def lines(self, party: Party, room: float) -> list[str]:
        """Its name folded to `room`."""


class Plan:
    """`pill` is the widest label."""

    def __init__(self, flows: Sequence[Flow], width: float, pill: float, face: Face) -> None:
        self._flows = flows
        self._columns = _columns(flows)
        self._column = {party.id: at for at, column in enumerate(self._columns) for party in column}
        self.parties = {party.id: party for column in self._columns for party in column}
        self.boxes: dict[str, QRectF] = {}
        self._measure(width, pill, face)
        self._sides = self._ends()
        passing = [number for number in range(len(flows)) if abs(self._from(number) - self._to(number)) > 1]
        self._lanes = sorted(passing, key=self._lane_order)
        self._highs = {
            ident: self._high(party, len(face.lines(party, self._wides[self._column[ident]] - BESIDE)))
            for ident, party in self.parties.items()
        }

    def _measure(self, width: float, pill: float, face: Face) -> None:
        """Columns as wide as their words need, and what is left over among them; labels fit between them."""
        needs = [max(face.widest(party) for party in column) + BESIDE for column in self._columns]
        count = max(1, len(needs) - 1)
        spare = (width - count * (pill + 12) - sum(needs)) / max(1, len(needs))
        self._wides = [min(max(WIDEST, need), need + spare) for need in needs]
        gap = max(pill + 12, (width - sum(self._wides)) / count)
        self._lefts = [sum(self._wides[:at]) + at * gap for at in range(len(needs))]
        self._gaps = [
            (left + wide, left + wide + gap)
            for left, wide in zip(self._lefts[:count], self._wides[:count], strict=True)
        ]

    def _from(self, number: int) -> int:
        return self._column[self._flows[number].source.id]

    def _to(self, number: int) -> int:
        return self._column[self._flows[number].target.id]

    def _lane_order(self, number: int) -> int:
        """As the others stand, so that lanes do not cross."""
        ids = [party.id for party in self._columns[2]]
        flow = self._flows[number]
        return ids.index(flow.target.id if flow.target.id in ids else flow.source.id)

    def _ends(self) -> dict[tuple[str, bool], list[tuple[int, int]]]:
        """(edge, end) at each side of each party; True is the right side."""
        sides: dict[tuple[str, bool], list[tuple[int, int]]] = defaultdict(list)
        for number, flow in enumerate(self._flows):
            start, end = self._from(number), self._to(number)
            right = start < end or (start == end and start < max(1, len(self._columns) - 1))
            sides[flow.source.id, right].append((number, 0))
            sides[flow.target.id, right if start == end else not right].append((number, 1))
        return sides

    def _high(self, party: Party, lines: int) -> float:
        """As high as its name and the edges at either side take."""
        rooms = [self._room(ends) for (ident, _), ends in self._sides.items() if ident == party.id]
        return max(HIGH + (lines - 1) * LINE, *(room + 12 for room in rooms))

    def _room(self, ends: Sequence[tuple[int, int]]) -> float:
        return sum(thickness(self._flows[number].size) + EDGE_GAP for number, _ in ends) - EDGE_GAP

    # -- heights ------------------------------------------------------------------------------------------------

    def _stack(self, column: int) -> list[tuple[str | int, float]]:
        """What stands in a column from the top: (party or lane, its height)."""
        nodes: list[tuple[str | int, float]] = [(one.id, self._highs[one.id]) for one in self._columns[column]]
        if column != 1:
            return nodes
        lanes = [(number, max(SLOT, thickness(self._flows[number].size) + 6)) for number in self._lanes]
        over = [lane for lane in lanes if self._is_over(lane[0])]
        return [*over, *nodes, *(lane for lane in lanes if lane not in over)]

    def _is_over(self, number: int) -> bool:
        """What the app sends passes over the maker, what the car sends below."""
        flow = self._flows[number]
        return SOURCES[0] in (flow.source.id, flow.target.id)

    def _crossing(self, gap: int) -> list[int]:
        return [number for number in range(len(self._flows)) if gap in self._passed(number)]

    def _passed(self, number: int) -> list[int]:
        """The gaps that an edge goes through, in its direction."""
        start, end = self._from(number), self._to(number)
        if start == end:
            return [min(start, len(self._gaps) - 1)]
        return list(range(start, end)) if start < end else list(range(start - 1, end - 1, -1))

    def _slot(self, number: int) -> float:
        wide = thickness(self._flows[number].size) + 4
        return wide if number in self._lanes else max(SLOT, wide)

    def height(self) -> float:
        """The least that it takes."""
        stacks = [self._stack(column) for column in range(len(self._columns))]
        columns = [sum(high for _, high in stack) + GAP * (len(stack) + 1) for stack in stacks]
        gaps = [sum(self._slot(number) for number in self._crossing(gap)) + GAP for gap in range(len(self._gaps))]
        return max([*columns, *gaps], default=0)

    # -- places -------------------------------------------------------------------------------------------------

    def ways(self, height: float) -> list[Way]:
        """Places everything in `height` and leads the edges."""
        lanes = self._stand(height)
        ports = self._ports(lanes)
        slots = self._slots(ports, lanes, height)
        return [self._way(number, ports[number], slots, lanes) for number in range(len(self._flows))]

    def _stand(self, height: float) -> dict[int, float]:
        """The parties get their boxes; returns the heights of the lanes."""
        lanes = {}
        for column, left in enumerate(self._lefts):
            stack = self._stack(column)
            space = (height - sum(high for _, high in stack)) / len(stack)
            y = space / 2
            for one, high in stack:
                if isinstance(one, int):
                    lanes[one] = y + high / 2
                else:
                    self.boxes[one] = QRectF(left, y, self._wides[column], high)
                y += high + space
        return lanes

    def _ports(self, lanes: dict[int, float]) -> list[list[QPointF]]:
        """Where each edge leaves and arrives: stacked along a side in the order of where they come from."""
        found = [[QPointF(), QPointF()] for _ in self._flows]
        for (party, right), ends in self._sides.items():
            box = self.boxes[party]
            y = box.center().y() - self._room(ends) / 2
            for number, end in sorted(ends, key=lambda one: (self._far(one[0], one[1], lanes), one[0])):
                wide = thickness(self._flows[number].size)
                found[number][end] = QPointF(box.right() if right else box.left(), y + wide / 2)
                y += wide + EDGE_GAP
        return found

    def _far(self, number: int, end: int, lanes: dict[int, float]) -> float:
        flow = self._flows[number]
        other = flow.source if end else flow.target
        return lanes.get(number, self.boxes[other.id].center().y())

    def _slots(
        self, ports: list[list[QPointF]], lanes: dict[int, float], height: float
    ) -> dict[tuple[int, int], QPointF]:
        """The middle of each edge in each gap that it goes through."""
        slots = {}
        for gap, (left, right) in enumerate(self._gaps):
            crossing = self._crossing(gap)
            wanted = [self._wish(number, gap, ports[number], lanes) for number in crossing]
            places = spread(wanted, [self._slot(number) for number in crossing], height)
            slots.update({(n, gap): QPointF((left + right) / 2, y) for n, y in zip(crossing, places, strict=True)})
        return slots

    def _wish(self, number: int, gap: int, ports: list[QPointF], lanes: dict[int, float]) -> float:
        start, end = ports[0].y(), ports[1].y()
        if number in lanes:
            start, end = (start, lanes[number]) if gap == self._passed(number)[0] else (lanes[number], end)
        return (start + end) / 2

    def _way(
        self, number: int, ports: list[QPointF], slots: dict[tuple[int, int], QPointF], lanes: dict[int, float]
    ) -> Way:
        start, end = ports
        passed = [slots[number, gap] for gap in self._passed(number)]
        if self._from(number) == self._to(number):
            return Way(arc(start, passed[0], end), passed[0])
        if number not in lanes:
            return Way(curve([start, passed[0], end]), passed[0])
        left, right = (QPointF(self._lefts[1] + x, lanes[number]) for x in (0.0, self._wides[1]))
        inside = [left, right] if start.x() < end.x() else [right, left]
        return Way(curve([start, passed[0], *inside, passed[1], end]), (left + right) / 2)


def _columns(flows: Sequence[Flow]) -> list[list[Party]]:
    """Those others first that hear from the app, then the maker's, then the car's: so the usual edges do not cross."""
    parties = {party.id: party for flow in flows for party in (flow.source, flow.target)}
    columns: list[list[Party]] = [[], [], []]
    for party in parties.values():
        columns[place_of(party.id)].append(party)
    columns[0].sort(key=lambda party: SOURCES.index(party.id))
    columns[1].sort(key=lambda party: MAKER.index(party.id))
    order = {ident: at for at, ident in enumerate((SOURCES[0], *MAKER, *SOURCES[1:]))}

    def first_heard(party: Party) -> float:
        heard = [order[flow.source.id] for flow in flows if flow.target.id == party.id and flow.source.id in order]
        return sum(heard) / len(heard) if heard else len(order)

    columns[2].sort(key=first_heard)
    return [column for column in columns if column]
