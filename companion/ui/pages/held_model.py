"""The rows of the held table as far as they were read; what lies behind them is asked for when somebody goes there."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from companion.model.held import HeldRecord, HeldTable, Page
from companion.ui.pages import held_faces as faces
from companion.ui.text import text

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
FEW = 8
"""Rows that go one by one; of more the table is set anew."""


class HeldModel(QAbstractTableModel):
    """
    Signals:
        more_wanted(): the rows behind the last one.
    """

    more_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = datetime.now(UTC)
        self.cars: Mapping[str, str] = {}
        """Vehicle id -> name, where there are several."""
        self._records: list[HeldRecord] = []
        self._pages: tuple[Page, ...] = ()
        self._after = ""
        self._ends: list[tuple[datetime, str]] = []
        """A heap of what has an end."""

    def show_table(self, table: HeldTable) -> None:
        """New pages are added to those that are there; other ones take their place."""
        self._after = table.after
        old, new = self._pages, table.pages
        if old is new:
            return
        self._pages = new
        if old and len(new) > len(old) and all(one is other for one, other in zip(old, new, strict=False)):
            self._append([record for page in new[len(old) :] for record in page])
        else:
            self._reset([record for page in new for record in page])

    def record(self, row: int) -> HeldRecord:
        return self._records[row]

    def row_of(self, ident: str) -> int | None:
        return next((row for row, record in enumerate(self._records) if record.id == ident), None)

    @property
    def next_end(self) -> datetime | None:
        return self._ends[0][0] if self._ends else None

    def drop_due(self, now: datetime) -> bool:
        """What has reached its end is not shown; True if something went."""
        self.now = now
        due: set[str] = set()
        while self._ends and self._ends[0][0] <= now:
            due.add(heapq.heappop(self._ends)[1])
        if not due:
            return False
        if len(due) > FEW:
            self._reset([record for record in self._records if record.id not in due])
        else:
            self._remove(due)
        return True

    def _remove(self, due: set[str]) -> None:
        rows = [row for row, record in enumerate(self._records) if record.id in due]
        for row in reversed(rows):
            self.beginRemoveRows(NOWHERE, row, row)
            del self._records[row]
            self.endRemoveRows()

    def _append(self, records: Sequence[HeldRecord]) -> None:
        first = len(self._records)
        self.beginInsertRows(NOWHERE, first, first + len(records) - 1)
        self._records.extend(records)
        for record in records:
            if record.expires_at is not None:
                heapq.heappush(self._ends, (record.expires_at, record.id))
        self.endInsertRows()

    def _reset(self, records: list[HeldRecord]) -> None:
        self.beginResetModel()
        self._records = records
        self._ends = [(one.expires_at, one.id) for one in records if one.expires_at is not None]
        heapq.heapify(self._ends)
        self.endResetModel()

    # -- Qt's names ---------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(faces.COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._records):
            return None
        record, column = self._records[index.row()], faces.COLUMNS[index.column()]
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return faces.spoken(column, record, self.now, self.cars.get(record.subject, ""))
        if role == Qt.ItemDataRole.ToolTipRole and column == "what" and record.kind.items:
            return text("held.items", items=faces.items(record.kind))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return text(f"held_table.{faces.COLUMNS[section]}")
        return None

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and bool(self._after)

    def fetchMore(self, parent: Index) -> None:
        self.more_wanted.emit()
