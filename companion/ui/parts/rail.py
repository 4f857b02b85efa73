"""The navigation rail: one item a page, 88 wide; Privacy and Settings stand apart."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from companion.ui.parts import paint
from companion.ui.parts.buttons import Pressable
from companion.ui.parts.mark import paint_mark
from companion.ui.text import text
from companion.ui.theme import theme

PAGES = (
    ("overview", "overview"), ("climate", "climate"), ("charging", "charge"), ("map", "map"),
    ("in_car", "incar"), ("privacy", "privacy"),
    ("settings", "settings"),
)  # fmt: skip
"""(page, icon) in the rail's order."""
OPEN = ("overview", "settings")
"""Without a sign-in the overview is the page to sign in on."""
APART = "privacy"
"""From here on they stand apart."""


class RailItem(Pressable):
    def __init__(self, page: str, icon: str, number: int) -> None:
        super().__init__(text(f"page.{page}"))
        self.page = page
        self._icon = icon
        self.is_current = False
        self.setToolTip(text("rail.shortcut", n=number))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(88, 62)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        if self.is_current:
            paint.surface(painter, QRectF(-3, 13, 6, 36), 3, "accent")
        ink = "text-1" if self.is_current or self.is_hovered else "text-3"
        if not self.isEnabled():
            painter.setOpacity(0.5)
        theme().draw_icon(painter, self._icon, ink, 32, 9, 24)
        wide = min(80.0, paint.width_of(self.text(), "micro"))
        paint.write(painter, 44 - wide / 2, 38, self.text(), "micro", ink, 82)
        if self.shows_ring:
            paint.surface(painter, QRectF(6, 2, 76, 58), 8, None, "accent", 2)


class Rail(QWidget):
    """
    Signals:
        page_requested(str): a page was picked.
    """

    page_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(88)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 77, 1, 16)
        column.setSpacing(0)
        self.items = [RailItem(page, icon, number) for number, (page, icon) in enumerate(PAGES, 1)]
        for item in self.items:
            if item.page == APART:
                column.addSpacing(34)
            item.clicked.connect(lambda _=False, page=item.page: self.page_requested.emit(page))
            column.addWidget(item)
        column.addStretch()

    def show_page(self, page: str, can_drive: bool) -> None:
        """`can_drive`: somebody is signed in; without, there are Settings, and where one signs in."""
        for item in self.items:
            item.is_current = item.page == page
            item.setEnabled(can_drive or item.page in OPEN)
            item.setAccessibleDescription(text("rail.current") if item.is_current else "")
            item.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        painter.fillRect(self.rect(), theme().color("rail"))
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), theme().color("hairline"))
        paint_mark(painter, QRectF(31, 25, 26, 26), theme().color("text-1"), theme().color("accent"))
