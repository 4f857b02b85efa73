"""What the notice says beside an action: that something stays where it is."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from companion.model.privacy import ActionView, Stage
from companion.ui import format as fmt
from companion.ui.parts import paint
from companion.ui.parts.labels import Label
from companion.ui.text import localized, text
from companion.ui.theme import theme

STAGES = (Stage.BEFORE, Stage.LEFT)


class NoteCard(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._title, self._words = (
            Label(text("panel.on_board"), "name", wrap=True),
            Label("", "caption", "text-2", wrap=True),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 30, 16, 14)
        column.setSpacing(6)
        self._title.setContentsMargins(30, 0, 0, 0)
        column.addWidget(self._title)
        column.addWidget(self._words)
        self.hide()

    def show_view(self, view: ActionView | None, stage: Stage) -> None:
        """Only where somebody looks at what is sent."""
        shown = view is not None and bool(view.note) and stage in STAGES
        self.setVisible(shown)
        if shown and view is not None:
            line = "" if view.note_line is None else f" ({fmt.lines((view.note_line,))})"
            self._words.setText(f"{localized(view.note)}{line}")
            self.setAccessibleName(f"{self._title.text()}. {self._words.text()}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.rect().toRectF().adjusted(0, 16, 0, 0)
        paint.surface(painter, box, 8, "surface", "hairline" if theme().name == "light" else None)
        theme().draw_icon(painter, "privacy", "ok", 16, 30, 20)
