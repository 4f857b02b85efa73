"""The panel's head: which action it follows, and where the notice speaks of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from companion.model.privacy import ActionView
from companion.ui.parts import paint
from companion.ui.parts.buttons import IconButton
from companion.ui.text import localized, text
from companion.ui.theme import theme


class Head(QWidget):
    """
    Signals:
        collapse_requested(): the panel should become a strip.
        list_requested(): show all requests.
    """

    collapse_requested = Signal()
    list_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._icon, self._title, self._line, self._tail = "privacy", "", "", ""
        self.setFixedHeight(72)
        self.collapse = IconButton("panel", text("panel.collapse"))
        self.collapse.clicked.connect(self.collapse_requested)
        self.all = IconButton("inbox", text("panel.all_requests"))
        self.all.clicked.connect(self.list_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 12, 0)
        row.setSpacing(0)
        row.addStretch()
        row.addWidget(self.all)
        row.addWidget(self.collapse)

    def show_view(self, view: ActionView | None) -> None:
        """None: the list of recent requests."""
        if view is None:
            self._icon, self._title = "privacy", text("panel.recent")
            self._line, self._tail = text("panel.recent_line"), ""
        else:
            self._icon, self._title = view.icon, localized(view.title)
            self._line, self._tail = source(view)
        self.all.setVisible(view is not None)
        self.setAccessibleName(self._title)
        self.setAccessibleDescription(self._line + self._tail)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        paint.surface(painter, QRectF(24, 18, 36, 36), 8, "accent-fill")
        theme().draw_icon(painter, self._icon, "accent", 32, 26, 20)
        room = self.width() - 72 - (104 if self.all.isVisibleTo(self) else 60)
        paint.write(painter, 72, 17, self._title, "panel-title", "text-1", room)
        tail_room = min(room, paint.width_of(self._tail, "caption"))
        used = paint.write(painter, 72, 39, self._line, "caption", "text-3", room - tail_room)
        paint.write(painter, 72 + used, 39, self._tail, "caption", "text-3", tail_room)


def source(view: ActionView) -> tuple[str, str]:
    """The notice's section and, never cut short, its lines; or that the notice does not speak of it."""
    if view.lines is None:
        return text("panel.not_in_notice"), ""
    first, last = view.lines
    return localized(view.service_name), text("panel.section", first=first, last=last)
