"""The preferred hours of a charging profile: spans from and to, which may go over midnight."""

from __future__ import annotations

from PySide6.QtCore import QTime, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from companion.model.profiles import MOST_SPANS, overlaps
from companion.ui.parts.buttons import IconButton
from companion.ui.parts.entry import TimeEntry, name_it
from companion.ui.parts.field import Wrong
from companion.ui.parts.labels import Label, Link
from companion.ui.parts.toggle import Toggle
from companion.ui.text import text

Hours = tuple[tuple[str, str], ...]
USUAL = ("22:00", "06:00")


class Span(QWidget):
    """
    Signals:
        changed(): another time.
        removed(): no longer wanted.
    """

    changed = Signal()
    removed = Signal()

    def __init__(self, hours: tuple[str, str]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.edits = [TimeEntry(QTime.fromString(at, "HH:mm")) for at in hours]
        for edit in self.edits:
            edit.setFixedWidth(88)
            edit.timeChanged.connect(self.changed)
        self.remove = IconButton("close", "")
        self.remove.clicked.connect(self.removed)
        row.addWidget(self.edits[0])
        row.addWidget(Label("–", "body", "text-2"))
        row.addWidget(self.edits[1])
        row.addWidget(self.remove)
        row.addStretch()

    def number(self, number: int) -> None:
        """Its place in the list, for who hears it."""
        for edit, key in zip(self.edits, ("from", "to"), strict=True):
            name_it(edit, text(f"profiles.hours_{key}", number=number))
        self.remove.setAccessibleName(text("profiles.hours_remove", number=number))
        self.remove.setToolTip(self.remove.accessibleName())

    @property
    def hours(self) -> tuple[str, str]:
        start, end = (edit.time().toString("HH:mm") for edit in self.edits)
        return start, end


class HoursEditor(QWidget):
    """
    Signals:
        resized(): it needs more room, or less.
    """

    resized = Signal()

    def __init__(self, hours: Hours, optimised: bool) -> None:
        super().__init__()
        self.spans: list[Span] = []
        self.toggle = Toggle(text("profiles.optimised"))
        self.toggle.setChecked(optimised)
        self.toggle.clicked.connect(self._switched)
        column, row, adds = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row.addWidget(Label(text("profiles.optimised"), "body", wrap=True), 1)
        row.addWidget(self.toggle)
        self._list, self.wrong = QVBoxLayout(), Wrong()
        self._list.setSpacing(0)
        self.add = Link(f"+ {text('profiles.hours_add')}", "name")
        self.add.setAccessibleName(text("profiles.hours_add"))
        self.add.activated_by_user.connect(lambda: self._append(USUAL))
        adds.addWidget(self.add)
        adds.addStretch()
        self.overlap = Label(text("profiles.hours_overlap"), "caption", "warn", wrap=True)
        column.addWidget(Label(text("profiles.hours"), "section"))
        column.addSpacing(8)
        column.addLayout(row)
        column.addSpacing(4)
        column.addWidget(Label(text("profiles.hours_note"), "caption", "text-3", wrap=True))
        column.addSpacing(8)
        column.addLayout(self._list)
        column.addWidget(self.wrong)
        column.addWidget(self.overlap)
        column.addSpacing(8)
        column.addLayout(adds)
        column.addStretch()
        for span in hours:
            self._append(span)
        self._look()

    @property
    def hours(self) -> Hours:
        return tuple(span.hours for span in self.spans)

    def say(self, words: str) -> None:
        self.wrong.say(words)
        self.resized.emit()

    def _switched(self, on: bool) -> None:
        if on and not self.spans:
            self._append(USUAL)

    def _append(self, hours: tuple[str, str]) -> None:
        span = Span(hours)
        span.changed.connect(self._look)
        span.removed.connect(lambda: self._remove(span))
        self.spans.append(span)
        self._list.addWidget(span)
        self._look()

    def _remove(self, span: Span) -> None:
        self.spans.remove(span)
        self._list.removeWidget(span)
        span.hide()
        span.deleteLater()
        self.add.show()
        self.add.setFocus()
        self._look()

    def _look(self) -> None:
        for number, span in enumerate(self.spans, 1):
            span.number(number)
        self.add.setVisible(len(self.spans) < MOST_SPANS)
        self.overlap.setVisible(overlaps(self.hours))
        self.resized.emit()
