"""The first two stages: the bytes that will leave, or that left, and what each part of them is."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from companion.model.privacy import Gap, Outcome, Transmission
from companion.ui.panel.fields import Fields
from companion.ui.panel.inspector import Inspector
from companion.ui.panel.lists import Section
from companion.ui.panel.summary import ByteBar, Chain, sentence
from companion.ui.parts.labels import Label, Link
from companion.ui.parts.segmented import Segmented
from companion.ui.text import localized, plural, text


class Bytes(QWidget):
    """One or more requests of an action: chain, byte bar, inspector, fields, what the notice leaves open."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Transmission, ...] = ()
        self._at = 0
        self._is_before = True
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._title = Label("", "name")
        self._which = Segmented(28, "caption")
        self._which.setAccessibleName(text("panel.which_request"))
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._which)
        column.addLayout(head)
        self._chain = Chain()
        column.addWidget(self._chain)
        self._sentence = Label("", "caption", "text-2", wrap=True)
        column.addWidget(self._sentence)
        # Before the fields, each of which says it again of itself.
        self._silence = Label("", "caption", "warn", wrap=True)
        column.addWidget(self._silence)
        column.addSpacing(8)
        self._bar = ByteBar()
        column.addWidget(self._bar)
        column.addSpacing(10)
        self._inspector = Inspector()
        column.addWidget(self._inspector)
        self._more = Link("")
        self._more.activated_by_user.connect(self._inspector.show_all)
        column.addWidget(self._more)
        column.addSpacing(14)
        heads = QHBoxLayout()
        self._parts, self._kept = Label("", "name"), Label("", "caption", "text-3")
        heads.addWidget(self._parts, 1)
        heads.addWidget(self._kept)
        column.addLayout(heads)
        self._fields, self._missing, self._open = Fields(), Fields(), Section()
        for widget in (self._fields, self._missing, self._open):
            column.addWidget(widget)
        column.addStretch()
        self._which.chosen.connect(self._pick)
        self._inspector.field_pointed.connect(self._fields.point)
        self._inspector.unfolded.connect(self._fold_line)
        self._fields.pointed.connect(self._inspector.point_field)

    def show_entries(self, entries: tuple[Transmission, ...], is_before: bool) -> None:
        moved = tuple(e.request for e in entries) != tuple(e.request for e in self._entries) or is_before is not self._is_before
        self._entries, self._is_before = entries, is_before
        if moved or self._at >= len(entries):
            # A challenge leads to its command; of a longer walk the beginning comes first.
            self._at = len(entries) - 1 if len(entries) < 3 else 0
        self._show()

    @property
    def current(self) -> Transmission | None:
        return self._entries[self._at] if self._entries else None

    def _pick(self, key: str) -> None:
        self._at = int(key)
        self._show()

    def _show(self) -> None:
        entry = self.current
        if entry is None:
            return
        self._show_which()
        stopped = entry.outcome is Outcome.BLOCKED
        self._title.setText(text("panel.will_be_sent" if self._is_before else "panel.stopped" if stopped else "panel.what_left"))
        words, token = sentence(entry)
        self._sentence.setText(words)
        self._sentence.tint(token)
        self._silence.setText(text("panel.nothing_listed", note=localized(entry.silence)) if entry.silence else "")
        self._silence.setVisible(bool(entry.silence))
        self._chain.show_entry(entry)
        self._bar.show_entry(entry)
        self._bar.setVisible(entry.outcome not in (Outcome.BLOCKED, Outcome.FAILED))
        self._inspector.show_entry(entry)
        self._fold_line()
        self._parts.setText(text("panel.each_part") if entry.fields else "")
        self._kept.setText(text("panel.kept_for") if entry.fields else "")
        self._fields.show_facts(entry.fields)
        self._missing.show_facts(entry.not_seen)
        self._show_open(entry.gaps)

    def _show_which(self) -> None:
        """Titles where they fit, else numbers."""
        many = len(self._entries) > 1
        self._which.setVisible(many)
        words = [f"{n} {localized(e.title) or e.method}" for n, e in enumerate(self._entries, 1)]
        if sum(map(len, words)) > 26:
            words = [word if place == self._at else word.split(" ")[0] for place, word in enumerate(words)]
        self._which.show_parts([(str(place), word) for place, word in enumerate(words)], str(self._at))

    def _fold_line(self) -> None:
        hidden = self._inspector.hidden_lines
        self._more.setVisible(bool(hidden))
        if hidden:
            self._more.setText(plural("inspector.show_all", hidden))

    def _show_open(self, gaps: tuple[Gap, ...]) -> None:
        if not self._open.is_new(gaps) or not gaps:
            return
        self._open.column.addSpacing(16)
        self._open.head(text("panel.left_open"))
        for gap in gaps:
            lines = ", ".join(str(line) for line in gap.lines)
            self._open.say(f"{localized(gap.text)} ({text('line.many', lines=lines)})", "text-2")
            self._open.column.addSpacing(4)
