"""Lines of the flow diagram: where they pass between two columns, and how they run through given points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath


def spread(wanted: Sequence[float], sizes: Sequence[float], height: float) -> list[float]:
    """Middles as near to `wanted` as can be, `sizes` apart, in its order, inside `height`."""
    order = sorted(range(len(wanted)), key=lambda at: (wanted[at], at))
    before, offsets = 0.0, {}
    for at in order:
        offsets[at] = before + sizes[at] / 2
        before += sizes[at]
    blocks: list[list[int]] = []
    for at in order:
        blocks.append([at])
        while len(blocks) > 1 and _mean(blocks[-2], wanted, offsets) >= _mean(blocks[-1], wanted, offsets):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    spare = max(0.0, height - before)
    places = {at: min(spare, max(0.0, _mean(one, wanted, offsets))) + offsets[at] for one in blocks for at in one}
    return [places[at] for at in range(len(wanted))]


def _mean(block: Sequence[int], wanted: Sequence[float], offsets: dict[int, float]) -> float:
    return sum(wanted[at] - offsets[at] for at in block) / len(block)


def curve(points: Sequence[QPointF]) -> QPainterPath:
    """Through all points, level at both ends, without a swing beyond them (Fritsch and Carlson's slopes)."""
    path = QPainterPath(points[0])
    slopes = list(_slopes(points))
    for (start, rise), (end, fall) in pairwise(zip(points, slopes, strict=True)):
        third = (end.x() - start.x()) / 3
        path.cubicTo(start + QPointF(third, rise * third), end - QPointF(third, fall * third), end)
    return path


def _slopes(points: Sequence[QPointF]) -> Iterator[float]:
    steps = [(b.y() - a.y()) / (b.x() - a.x()) for a, b in pairwise(points)]
    yield 0.0
    for before, after in pairwise(steps):
        sign = 1 if before > 0 else -1
        steepest = 3 * min(abs(before), abs(after))
        yield 0.0 if before * after <= 0 else sign * min(0.75 * abs(before + after), steepest)
    yield 0.0


def arc(start: QPointF, middle: QPointF, end: QPointF) -> QPainterPath:
    """Out of a side and back into the same one, or into another below it."""
    path = QPainterPath(start)
    for here, there, out in ((start, middle, True), (middle, end, False)):
        side = here if out else there
        corner = QPointF(middle.x(), side.y())
        lean = QPointF(middle.x(), (middle.y() + side.y()) / 2)
        path.cubicTo(*((corner, lean, there) if out else (lean, corner, there)))
    return path
