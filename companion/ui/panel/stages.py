"""The bodies of the panel: bytes (before and after), receivers, records held, recent requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from companion.model.privacy import ActionView, Gap, Outcome, Transmission
from companion.ui import format as fmt
from companion.ui.panel.fields import Fields
from companion.ui.panel.inspector import Inspector
from companion.ui.panel.rows import HoldingRow, HopRow, ReceiverRow, RecentRow, Row
from companion.ui.panel.summary import ByteBar, Chain, sentence
from companion.ui.parts.labels import Label, Link
from companion.ui.parts.segmented import Segmented
from companion.ui.text import localized, plural, text


class Section(QWidget):
    """A column of rows under a heading; rows are made anew only when what they show changed."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self._shown: object = None
        self.rows: list[Row] = []

    def is_new(self, content: object) -> bool:
        """Whether `content` differs from what is shown; then the column is emptied for it."""
        if content == self._shown:
            return False
        self._shown = content
        self.rows = []
        while (item := self.column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        return True

    def head(self, words: str, note: str = "") -> None:
        self.column.addWidget(Label(words, "name", "text-1"))
        if note:
            self.column.addSpacing(2)
            self.column.addWidget(Label(note, "caption", "text-3", wrap=True))
        self.column.addSpacing(4)

    def add(self, row: Row) -> None:
        self.rows.append(row)
        self.column.addWidget(row)

    def say(self, words: str, token: str = "text-3") -> None:
        self.column.addWidget(Label(words, "caption", token, wrap=True))


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


class Received(Section):
    def show_view(self, view: ActionView) -> None:
        sent = tuple(entry for entry in view.entries if entry.sent)
        if not self.is_new((sent, view.hops, view.observed_at is None)):
            return
        self.head(text("received.observed"), text("received.observed_note"))
        for entry in sent:
            self.add(ReceiverRow(entry))
        if not sent:
            self.say(text("received.nobody"))
        self.column.addSpacing(20)
        self.head(text("received.behind"), text("received.behind_note"))
        for hop in view.hops:
            self.add(HopRow(hop))
        if not view.hops:
            self.say(text("received.reading" if sent and view.observed_at is None else "received.no_hops"))
        self.column.addStretch()


class Held(Section):
    def show_view(self, view: ActionView, now: datetime) -> None:
        if not self.is_new((view.holdings, view.observed_at)):
            return
        read = text("held.read_at", time=fmt.clock(view.observed_at, seconds=True)) if view.observed_at else ""
        self.head(plural("held.records", len(view.holdings)) if view.observed_at else text("held.head"), read)
        for holding in view.holdings:
            self.add(HoldingRow(holding, now))
        if view.observed_at is None:
            self.say(text("held.reading"))
        else:
            self._nobody(view)
        self.column.addStretch()

    def _nobody(self, view: ActionView) -> None:
        """Receivers that keep nothing of it."""
        holders = {holding.party for holding in view.holdings}
        names = {p.id: localized(p.name) for e in view.entries if e.sent for p in e.receivers if p.id not in holders}
        for name in names.values():
            self.column.addSpacing(8)
            self.say(text("held.nothing", party=name))

    def tick(self, now: datetime) -> None:
        for row in self.rows:
            if isinstance(row, HoldingRow):
                row.tick(now)


class Recent(Section):
    """
    Signals:
        opened(str): an entry was picked, by its id.
    """

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._all = False
        self._recent: Sequence[Transmission] = ()

    def show_recent(self, recent: tuple[Transmission, ...]) -> None:
        self._recent = recent
        shown = tuple(e for e in recent if self._all or e.group != "observation")[:40]
        if not self.is_new(((len(recent) - len(shown)) > 0, tuple((e.id, e.outcome, e.sent) for e in shown))):
            return
        looks = sum(1 for entry in recent if entry.group == "observation")
        self.column.addWidget(self._switch(looks))
        self.column.addSpacing(8)
        for entry in shown:
            row = RecentRow(entry)
            row.opened.connect(self.opened)
            self.add(row)
        if not shown:
            self.say(text("recent.empty"))
        self.column.addStretch()

    def _switch(self, looks: int) -> Segmented:
        which = Segmented(36, "caption")
        which.setAccessibleName(text("recent.which"))
        parts = [("sent", text("recent.sent")), ("all", text("recent.with_looks", n=looks))]
        which.show_parts(parts, "all" if self._all else "sent")
        which.chosen.connect(self._choose)
        return which

    def _choose(self, key: str) -> None:
        self._all = key == "all"
        self.show_recent(tuple(self._recent))


