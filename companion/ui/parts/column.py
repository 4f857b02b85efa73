"""A column whose left edge is one line: painted controls keep room for their focus ring, so the rest is moved by it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from companion.ui.parts.buttons import ROOM, Pressable
from companion.ui.parts.segmented import Segmented


class Column(QVBoxLayout):
    def __init__(self, parent: QWidget | None = None) -> None:
        if parent is None:
            super().__init__()
        else:
            super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(0)

    def put(self, *widgets: QWidget, stretch: bool = True, gap: int = 0) -> None:
        """Widgets side by side, left-aligned; a single label or field may take the whole width."""
        row = QHBoxLayout()
        row.setSpacing(gap)
        painted = isinstance(widgets[0], Pressable | Segmented)
        row.setContentsMargins(0 if painted else ROOM, 0, 0 if painted else ROOM, 0)
        for widget in widgets:
            row.addWidget(widget)
        if painted or (stretch and len(widgets) > 1):
            row.addStretch()
        self.addLayout(row)
