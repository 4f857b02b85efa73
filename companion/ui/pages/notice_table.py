"""The notice against what was seen: each section's totals, and every place where the text leaves something open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.model.today import GapNote, ServiceTotals
from companion.ui import format as fmt
from companion.ui.parts import paint
from companion.ui.text import localized, plural, text
from companion.ui.theme import theme

ROW, HEAD = 48, 52
COLUMNS = ("declared", "seen", "not_listed", "not_seen", "not_stated", "sent")
NARROW = 92


class TotalsTable(QWidget):
    """A row a section; numbers at the right. What differs from nothing is set stronger."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[ServiceTotals, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_totals(self, rows: tuple[ServiceTotals, ...]) -> None:
        if rows != self._rows:
            self._rows = rows
            self.setAccessibleName(text("totals.title"))
            self.setAccessibleDescription(". ".join(_spoken(row) for row in rows))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, HEAD + ROW * len(self._rows) + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = paint.begin(self), float(self.width())
        columns = min(NARROW, (wide - 262) / len(COLUMNS))
        for place, name in enumerate(COLUMNS):
            self._heading(painter, name, wide - (len(COLUMNS) - place) * columns, columns)
        for number, row in enumerate(self._rows):
            y = HEAD + number * ROW
            paint.hairline(painter, 0, y, wide)
            paint.write(painter, 0, y + 5, localized(row.name), "name", "text-1", wide - columns * len(COLUMNS))
            lines = plural("gap.lines", 2, lines=f"{row.lines[0]}–{row.lines[1]}")
            paint.write(painter, 0, y + 26, lines, "caption", "text-3", tabular=True)
            for place, words in enumerate(_cells(row)):
                token = "text-3" if words in ("0", fmt.size(0)) else _token(COLUMNS[place])
                right = wide - (len(COLUMNS) - 1 - place) * columns
                paint.write(
                    painter, right - columns, y + 14, words, "body", token, columns - 4, paint.RIGHT, tabular=True
                )

    @staticmethod
    def _heading(painter: QPainter, name: str, x: float, columns: float) -> None:
        lines = paint.lines(text(f"totals.{name}"), "caption", columns - 8)[:3]
        y = HEAD - 4 - 16 * len(lines)
        for number, line in enumerate(lines):
            paint.write(painter, x, y + 16 * number, line, "caption", "text-2", columns - 4, paint.RIGHT)


def _cells(row: ServiceTotals) -> tuple[str, ...]:
    numbers = (row.declared, row.seen, row.not_listed, row.not_seen, row.not_stated)
    return (*(fmt.number(one) for one in numbers), fmt.size(row.size))


def _token(column: str) -> str:
    return "warn" if column == "not_listed" else "text-1"


def _spoken(row: ServiceTotals) -> str:
    cells = zip(COLUMNS, _cells(row), strict=True)
    return f"{localized(row.name)}: " + ", ".join(f"{text(f'totals.{name}')} {words}" for name, words in cells)


KINDS = {"not_stated": "question", "contradictory": "repeat", "ambiguous": "info", "translation": "globe"}
"""Kind of gap -> its mark."""


class GapList(QWidget):
    """Every gap: its number, what kind, what it means for the owner, and the lines it is about."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps: tuple[GapNote, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_gaps(self, gaps: tuple[GapNote, ...]) -> None:
        if gaps != self._gaps:
            self._gaps = gaps
            self.setAccessibleName(text("gaps.title"))
            self.setAccessibleDescription(" ".join(f"{gap.id}: {localized(gap.text)}" for gap in gaps))
            self.updateGeometry()
            self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(sum(self._high(gap, width) for gap in self._gaps)) + 4

    def sizeHint(self) -> QSize:
        return QSize(640, self.heightForWidth(max(480, self.width())))

    def _room(self, wide: float) -> float:
        return wide - 52 - 216

    def _high(self, gap: GapNote, wide: float) -> float:
        return max(54.0, 24 + 20 * len(paint.lines(localized(gap.text), "body", self._room(wide))))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide, y = paint.begin(self), float(self.width()), 0.0
        for gap in self._gaps:
            high = self._high(gap, wide)
            if QRectF(0, y, wide, high).intersects(event.rect().toRectF()):
                self._gap(painter, gap, y, wide)
            y += high

    def _gap(self, painter: QPainter, gap: GapNote, y: float, wide: float) -> None:
        paint.hairline(painter, 0, y, wide)
        paint.write(painter, 0, y + 12, gap.id, "caption", "text-3", tabular=True)
        paint.paragraph(painter, 52, y + 11, localized(gap.text), "body", "text-1", self._room(wide))
        x = wide - 198
        theme().draw_icon(painter, KINDS.get(gap.kind, "info"), "text-2", x, y + 12, 12)
        paint.write(painter, x + 18, y + 10, text(f"gap.{gap.kind}"), "caption", "text-2", 180)
        shown = ", ".join(str(line) for line in sorted(gap.lines)[:4]) + (" …" if len(gap.lines) > 4 else "")
        words = plural("gap.lines", len(gap.lines), lines=shown)
        paint.write(painter, x + 18, y + 27, words, "caption", "accent", 180, tabular=True)


def summary(gaps: Sequence[GapNote]) -> str:
    """How many of each kind."""
    counts = {kind: sum(gap.kind == kind for gap in gaps) for kind in KINDS}
    return " · ".join(f"{text(f'gap.{kind}')} {count}" for kind, count in counts.items() if count)
