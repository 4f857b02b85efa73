"""Erasure in the files: how often each of the owner's values lies in them, before and now, and each file's seal."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.model.receipt import Receipt
from companion.ui import format as fmt
from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, Button
from companion.ui.parts.column import Column
from companion.ui.text import has, localized, text
from companion.ui.theme import theme

ROW, HEAD = 40, 26
COUNT = 152


class ReceiptTable(QWidget):
    """Values first, then files. One receipt: what lies there now; two: before and now."""

    def __init__(self) -> None:
        super().__init__()
        self._receipts: tuple[Receipt, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text("receipt.title"))

    def show_receipts(self, receipts: tuple[Receipt, ...]) -> None:
        if receipts != self._receipts:
            self._receipts = receipts
            self.setAccessibleDescription(". ".join(f"{name}: {', '.join(cells)}" for name, _, cells in self._rows()))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        files = len(self._receipts[-1].files) if self._receipts else 0
        rows = len(self._rows())
        return QSize(640, (HEAD + ROW * rows + 20 + HEAD + ROW * files) if self._receipts else 32)

    def _rows(self) -> list[tuple[str, str, list[str]]]:
        """(kind in words, masked value, a count for each receipt)."""
        if not self._receipts:
            return []
        values = {key: (kind, value) for receipt in self._receipts for key, kind, value in receipt.values}
        return [
            (_kind(kind), value, [fmt.number(receipt.count(key)) for receipt in self._receipts])
            for key, (kind, value) in values.items()
        ]

    def heads(self) -> list[str]:
        """When each search was. The hour tells two of one day apart; if the clock was moved between them, each has its date."""
        if len(self._receipts) < 2:
            return [text("receipt.now", time=fmt.day(one.at)) for one in self._receipts]
        first, last = self._receipts[0].at, self._receipts[-1].at
        return [text("receipt.before", time=fmt.day(first, last)), text("receipt.now", time=fmt.day(last, first))]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = paint.begin(self), float(self.width())
        if not self._receipts:
            paint.write(painter, 0, 4, text("receipt.none"), "body", "text-2", wide)
            return
        y = self._values(painter, wide)
        self._files(painter, y + 20, wide)

    def _values(self, painter: QPainter, wide: float) -> float:
        count = len(self._receipts)
        for place, words in enumerate(self.heads()):
            right = wide - (count - 1 - place) * COUNT
            paint.write(painter, right - COUNT, 4, words, "caption", "text-2", COUNT, paint.RIGHT, tabular=True)
        paint.write(painter, 0, 4, text("receipt.value"), "caption", "text-2")
        y = float(HEAD)
        for name, value, cells in self._rows():
            paint.hairline(painter, 0, y, wide)
            used = paint.write(painter, 0, y + 10, name, "name", "text-1", 200)
            paint.write(
                painter, used + 12, y + 10, value, "body", "text-3", wide - used - 20 - COUNT * count, tabular=True
            )
            for place, words in enumerate(cells):
                gone = words == "0" and place == count - 1
                right = wide - (count - 1 - place) * COUNT
                side = paint.write(
                    painter,
                    right - COUNT,
                    y + 10,
                    words,
                    "body",
                    "ok" if gone else "text-1",
                    COUNT,
                    paint.RIGHT,
                    tabular=True,
                )
                if gone:
                    theme().draw_icon(painter, "check", "ok", right - side - 20, y + 13, 12)
            y += ROW
        return y

    def _files(self, painter: QPainter, y: float, wide: float) -> None:
        paint.write(painter, 0, y + 4, text("receipt.files"), "caption", "text-2")
        before = {one.name: one.sha256 for one in self._receipts[0].files} if len(self._receipts) > 1 else {}
        y += HEAD
        for one in self._receipts[-1].files:
            paint.hairline(painter, 0, y, wide)
            used = paint.write(painter, 0, y + 10, one.name, "name", "text-1", 220)
            paint.write(
                painter, used + 12, y + 12, f"{localized(one.party)} · {fmt.size(one.size)}", "caption", "text-3", 260
            )
            seal = f"sha256 {one.sha256[:12]}…"
            side = paint.write(painter, 0, y + 12, seal, "caption", "text-2", wide, paint.RIGHT, tabular=True)
            if before and before.get(one.name) != one.sha256:
                words = text("receipt.rewritten")
                paint.write(painter, 0, y + 12, words, "caption", "text-3", wide - side - 16, paint.RIGHT)
            y += ROW


def _kind(kind: str) -> str:
    name = f"receipt.kind_{kind}"
    return text(name) if has(name) else kind


class ReceiptCard(QWidget):
    """
    Signals:
        receipt_requested(): search the files now.
    """

    receipt_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._table = ReceiptTable()
        self._take = Button(text("receipt.take"), height=32)
        self._take.clicked.connect(self.receipt_requested)
        self.setAccessibleName(text("receipt.title"))
        column = Column(self)
        column.setContentsMargins(16 - ROOM, 44, 16 - ROOM, 12)
        column.put(self._table)
        column.addSpacing(8)
        column.put(self._take)

    def show_receipts(self, receipts: tuple[Receipt, ...]) -> None:
        self._table.show_receipts(receipts)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = paint.begin(self), float(self.width())
        line = "hairline" if theme().name == "light" else None
        paint.surface(painter, QRectF(self.rect()), 12, "surface", line)
        used = paint.write(painter, 16, 14, text("receipt.title"), "section", "text-1", wide - 32)
        note = text("receipt.note")
        if used + paint.width_of(note, "caption") + 48 < wide:
            paint.write(painter, 32 + used, 18, note, "caption", "text-3")
