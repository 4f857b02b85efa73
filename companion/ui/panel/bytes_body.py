"""The first two stages: the bytes that will leave, or that left, and what each part of them is."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from companion.model.privacy import Gap, Outcome, Transmission, together
from companion.ui import format as fmt
from companion.ui.panel.fields import Fields
from companion.ui.panel.inspector import Inspector
from companion.ui.panel.lists import Section
from companion.ui.panel.summary import ByteBar, Chain, group_sentence
from companion.ui.parts.labels import Label, Link
from companion.ui.parts.segmented import Segmented
from companion.ui.text import localized, plural, text


class Bytes(QWidget):
    """One or more requests of an action: chain, byte bar, inspector, fields, what the notice leaves open.

    Many alike are one: the first is shown byte for byte, and the others one after the other on demand.
    """

    def __init__(self) -> None:
        super().__init__()
        self._groups: tuple[tuple[Transmission, ...], ...] = ()
        self._at = 0
        self._number = 0
        """Of the entry in its group."""
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
        self._next = Link(text("panel.next_alike"))
        self._next.activated_by_user.connect(self._step)
        column.addWidget(self._next)
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
        groups = together(entries)
        moved = _requests(groups) != _requests(self._groups) or is_before is not self._is_before
        self._groups, self._is_before = groups, is_before
        if moved or self._at >= len(groups):
            # A challenge leads to its command; of a longer walk the beginning comes first.
            self._at, self._number = (len(groups) - 1 if len(groups) < 3 else 0), 0
        self._show()

    @property
    def current(self) -> Transmission | None:
        if not self._groups:
            return None
        group = self._groups[self._at]
        return group[self._number % len(group)]

    def _pick(self, key: str) -> None:
        self._at, self._number = int(key), 0
        self._show()

    def _step(self) -> None:
        """The next of many alike; after the last the first."""
        self._number = (self._number + 1) % len(self._groups[self._at])
        self._show()

    def _show(self) -> None:
        entry = self.current
        if entry is None:
            return
        self._show_which()
        stopped = entry.outcome is Outcome.BLOCKED
        self._title.setText(
            text("panel.will_be_sent" if self._is_before else "panel.stopped" if stopped else "panel.what_left")
        )
        group = self._groups[self._at]
        words, token = group_sentence(group, entry)
        self._next.setVisible(len(group) > 1)
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
        self._fields.show_facts(entry.fields, carried(entry))
        self._missing.show_facts(entry.not_seen)
        self._show_open(entry.gaps)

    def _show_which(self) -> None:
        """Titles where they fit, else numbers."""
        self._which.setVisible(len(self._groups) > 1)
        words = [f"{n} {localized(one[0].title) or one[0].method}" for n, one in enumerate(self._groups, 1)]
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
            self._open.say(f"{localized(gap.text)} ({fmt.lines(gap.lines)})", "text-2")
            self._open.column.addSpacing(4)


def _requests(groups: tuple[tuple[Transmission, ...], ...]) -> tuple[str, ...]:
    return tuple(group[0].request for group in groups)


def carried(entry: Transmission) -> frozenset[int]:
    """Places of the fields that have bytes in it: a request may go without some that it is declared with."""
    return frozenset(span.field for span in entry.spans if span.field is not None)
