"""A page: a column of a greatest width that scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from companion.ui.parts.buttons import ROOM


class Page(QScrollArea):
    """`column` is the layout to fill; `gutter` and `top` are the room around it in pixels."""

    def __init__(self, name: str, widest: int, gutter: int, top: int = 8) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page, inside = QWidget(), QWidget()
        page.setObjectName("page")
        outer = QHBoxLayout(page)
        outer.setContentsMargins(gutter, top, gutter, 40)
        inside.setMaximumWidth(widest)
        outer.addWidget(inside, 1)
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.setWidget(page)

    def put(self, widget: QWidget) -> None:
        """On a page whose gutter is less by ROOM: with its edges where painted controls have theirs."""
        row = QHBoxLayout()
        row.setContentsMargins(ROOM, 0, ROOM, 0)
        row.addWidget(widget)
        self.column.addLayout(row)
