"""The held table's rows, painted: seven columns, hairlines, one row with the focus."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from companion.model.held import HeldRecord
from companion.ui.pages import held_columns as columns
from companion.ui.pages import held_faces as faces
from companion.ui.pages.held_model import HeldModel, Index
from companion.ui.parts import chip, paint
from companion.ui.theme import theme

ROW = 40
AHEAD = 60
"""Rows before the last at which the next page is asked for."""
NOTICE = faces.COLUMNS.index("notice")
STEPS = {"body": 17, "name": 17}
"""Between two lines of a row; a little less than a paragraph's."""

PIECES = re.compile(r"[^\s-]*-+|[^\s-]+|\s+")


def fit(painter: QPainter, box: QRectF, words: str, token: str, role: str = "body") -> float:
    """One line or two of the same size; three small ones where a word is too long for that. Returns the width used."""
    folded = lines(words, role, box.width())
    if len(folded) > 2 or any(paint.width_of(line.rstrip(), role) > box.width() for line in folded):
        folded, role = lines(words, "micro", box.width()), "micro"
        folded = [*folded[:2], *(["".join(folded[2:])] if len(folded) > 2 else [])]
    high = theme().line_height(role)
    step = STEPS.get(role, high - 1)
    top = box.center().y() - (step * (len(folded) - 1) + high) / 2
    used = [
        paint.write(painter, box.x(), top + step * place, line.strip(), role, token, box.width())
        for place, line in enumerate(folded)
    ]
    return max(used)


def lines(words: str, role: str, width: float) -> list[str]:
    """Words folded to `width`, at spaces and behind hyphens."""
    found = [""]
    for piece in PIECES.findall(words):
        if found[-1] and paint.width_of((found[-1] + piece).rstrip(), role) > width:
            found.append("")
        found[-1] += piece
    return found


class Cells(QStyledItemDelegate):
    """Paints a cell of the model; `hovered` is the row under the pointer."""

    def __init__(self, view: HeldView) -> None:
        super().__init__(view)
        self._view = view
        self.hovered = -1

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect)
        here = self._view.hasFocus() and index.row() == self._view.currentIndex().row()
        if here or index.row() == self.hovered:
            painter.fillRect(rect, theme().color("accent-fill" if here else "raised"))
        painter.fillRect(QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1), theme().color("hairline"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        column = faces.COLUMNS[index.column()]
        box = rect.adjusted(columns.SIDE if column == "what" else 0, 0, -columns.GAP, -1)
        record = self._view.rows.record(index.row())
        drawn: dict[str, Callable[[QPainter, QRectF, HeldRecord], None]] = {
            "what": self._what, "kept": self._kept, "since": self._since, "left": self._left, "notice": self._notice,
        }  # fmt: skip
        if column in drawn:
            drawn[column](painter, box, record)
        else:
            words = faces.holder(record.kind) if column == "holder" else faces.service(record.kind)
            fit(painter, box, words, "text-2")

    def _what(self, painter: QPainter, box: QRectF, record: HeldRecord) -> None:
        """Of several cars which one is said too."""
        name, car = faces.what(record.kind), self._view.rows.cars.get(record.subject, "")
        if car and paint.width_of(name, "name") <= box.width():
            paint.write(painter, box.x(), box.y() + 2, name, "name", "text-1", box.width())
            paint.write(painter, box.x(), box.y() + 21, car, "caption", "text-3", box.width())
        else:
            fit(painter, box, f"{name} · {car}" if car else name, "text-1", "name")

    def _kept(self, painter: QPainter, box: QRectF, record: HeldRecord) -> None:
        """What the notice states, in words; else what it is, with how long we keep it behind."""
        marks, words = faces.chips(record.kind), faces.kept(record.kind)
        if not marks:
            fit(painter, box, words, "text-1")
            return
        taken = self._chips(painter, box, marks)
        rest = box.adjusted(taken, 0, 0, 0)
        longest = max(paint.width_of(one, "caption") for one in words.split())
        if longest <= rest.width() and len(lines(words, "caption", rest.width())) <= 2:
            fit(painter, rest, words, "text-2", "caption")

    @staticmethod
    def _chips(painter: QPainter, box: QRectF, marks: tuple[str, ...]) -> float:
        """Beside each other, or one over the other; returns the width that they take with a gap."""
        wides = [chip.width(name) for name in marks]
        if sum(wides) + 8 * (len(marks) - 1) <= box.width():
            x = box.x()
            for name in marks:
                x += chip.draw(painter, name, x, box.center().y() - 10) + 8
            return x - box.x()
        for place, name in enumerate(marks):
            chip.draw(painter, name, box.x(), box.y() + 1 + 19 * place, 18)
        return max(wides) + 8

    def _since(self, painter: QPainter, box: QRectF, record: HeldRecord) -> None:
        words = faces.since(record, self._view.rows.now)
        paint.write(painter, box.x(), box.center().y() - 10, words, "body", "text-2", box.width(), tabular=True)

    def _left(self, painter: QPainter, box: QRectF, record: HeldRecord) -> None:
        now, y = self._view.rows.now, box.center().y()
        words = faces.left(record, now)
        if record.expires_at is None:
            theme().draw_icon(painter, "clock", "text-2", box.x(), y - 8, 16)
            paint.write(painter, box.x() + 24, y - 10, words, "body", "text-2", box.width() - 24, tabular=True)
            return
        is_beside = columns.is_beside(box.width())
        share, bar = faces.share(record, now), y - 2 if is_beside else y + 9
        paint.surface(painter, QRectF(box.x(), bar, columns.BAR, 4), 2, "hairline")
        if share > 0:
            paint.surface(painter, QRectF(box.x(), bar, max(3.0, columns.BAR * share), 4), 2, "accent")
        x, top = (box.x() + columns.BAR + 10, y - 10) if is_beside else (box.x(), y - 15)
        paint.write(painter, x, top, words, "body", "text-1", box.right() - x, tabular=True)

    def _notice(self, painter: QPainter, box: QRectF, record: HeldRecord) -> None:
        right = box.right() + columns.GAP - self._view.right - box.x()
        words = faces.notice(record.kind)
        paint.write(painter, box.x(), box.center().y() - 10, words, "body", "accent", right, paint.RIGHT, tabular=True)


class HeldView(QTableView):
    """Arrows move the row; Home, End, PageUp and PageDown too. Enter, a double press or a press on the line opens it.

    Signals:
        opened(int): this row's details.
        arranged(): the columns have other widths.
    """

    opened = Signal(int)
    arranged = Signal()

    def __init__(self, rows: HeldModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = rows
        self._cells = Cells(self)
        self._place: tuple[str, str, int, int] = "", "", 0, 0
        self.setModel(rows)
        self.setItemDelegate(self._cells)
        self._look()
        rows.modelAboutToBeReset.connect(self._keep_place)
        rows.modelReset.connect(self._find_place)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.clicked.connect(self._pressed)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self.viewport().setMouseTracking(True)

    def _look(self) -> None:
        self.setObjectName("held")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(0)
        lines = self.verticalHeader()
        lines.hide()
        lines.setMinimumSectionSize(ROW)
        lines.setDefaultSectionSize(ROW)
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    # -- place --------------------------------------------------------------------------------------------------

    def _keep_place(self) -> None:
        """The row with the focus, the first one on screen and how much of it, by what they are."""
        top, current = self.rowAt(0), self.currentIndex().row()
        shown = self.rows.record(top).id if top >= 0 else ""
        at = self.rows.record(current).id if 0 <= current < self.rows.rowCount() else ""
        self._place = at, shown, self.verticalScrollBar().value() - top * ROW if top >= 0 else 0, max(0, top)

    def _find_place(self) -> None:
        at, shown, rest, was = self._place
        last = self.rows.rowCount() - 1
        if last < 0:
            return
        row = self.rows.row_of(at) if at else None
        if row is not None:
            self.setCurrentIndex(self.rows.index(row, 0))
        top = self.rows.row_of(shown) if shown else 0
        self.verticalScrollBar().setValue((min(was, last) if top is None else top) * ROW + rest)

    def to_top(self) -> None:
        """Another filter or order: the place of before means nothing in it."""
        self.setCurrentIndex(self.rows.index(0, 0) if self.hasFocus() else QModelIndex())
        self.verticalScrollBar().setValue(0)

    def _scrolled(self) -> None:
        last = self.rows.rowCount() - 1
        bottom = self.rowAt(self.viewport().height() - 1)
        if bottom >= last - AHEAD and self.rows.canFetchMore(QModelIndex()):
            self.rows.fetchMore(QModelIndex())

    # -- columns ------------------------------------------------------------------------------------------------

    @property
    def right(self) -> int:
        return columns.SIDE - min(columns.SIDE - 4, self.width() - self.viewport().width())

    def widths(self) -> Mapping[str, int]:
        return columns.widths(self.viewport().width(), self.right)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        found = self.widths()
        for place, name in enumerate(faces.COLUMNS):
            self.setColumnHidden(place, name not in found)
            if name in found:
                self.setColumnWidth(place, found[name])
        self.arranged.emit()

    # -- pressed ------------------------------------------------------------------------------------------------

    def _pressed(self, index: QModelIndex) -> None:
        if index.column() == NOTICE:
            self.opened.emit(index.row())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel is the page's until somebody has gone into the table."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.currentIndex().isValid():
                self.opened.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: self.rows.rowCount() - 1,
        }
        if action in ends and self.rows.rowCount():
            return self.rows.index(ends[action], max(0, self.currentIndex().column()))
        return super().moveCursor(action, modifiers)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.rows.rowCount():
            self.setCurrentIndex(self.rows.index(max(0, self.rowAt(0)), 0))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._hover(index.row())
        shape = (
            Qt.CursorShape.PointingHandCursor
            if index.isValid() and index.column() == NOTICE
            else Qt.CursorShape.ArrowCursor
        )
        self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def _hover(self, row: int) -> None:
        if row != self._cells.hovered:
            self._cells.hovered = row
            self.viewport().update()
