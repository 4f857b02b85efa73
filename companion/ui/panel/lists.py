"""The later stages as lists: receivers, records held, recent requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from companion.model.privacy import ON_BOARD, ActionView, Stage, Transmission, together
from companion.ui import format as fmt
from companion.ui.panel.rows import HoldingRow, HopRow, ReceiverRow, RecentRow, Row
from companion.ui.parts.buttons import Button
from companion.ui.parts.labels import Label
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


class Received(Section):
    def show_view(self, view: ActionView) -> None:
        sent = tuple(entry for entry in view.entries if entry.sent)
        if not self.is_new((sent, view.hops, view.observed_at is None, view.unread)):
            return
        self.head(text("received.observed"), text("received.observed_note"))
        for group in together(sent):
            self.add(ReceiverRow(group[0], sum(one.sent for one in group), len(group)))
        if not sent:
            self.say(text("told.nobody" if view.told_by else "received.nobody"))
        self.column.addSpacing(20)
        self.head(text("received.behind"), text("received.behind_note"))
        for hop in view.hops:
            self.add(HopRow(hop))
        if not view.hops:
            unread = "received.failed" if view.unread else "received.reading"
            waits = (sent or view.told_by) and view.observed_at is None
            self.say(text(unread if waits else "received.no_hops"))
        self.column.addStretch()


class Told(Section):
    """The first two stages of what a car told by itself: nobody pressed, and this app sent nothing."""

    def show_view(self, view: ActionView, stage: Stage) -> None:
        hops = tuple(hop for hop in view.hops if hop.source in ON_BOARD)
        if not self.is_new((view.action, stage, hops, view.observed_at is None, view.unread)):
            return
        self.head(text(f"told.{stage}"), text(f"told.{stage}_note"))
        if stage is Stage.LEFT:
            self.column.addSpacing(12)
            self.head(text("told.car"), text("received.behind_note"))
            for hop in hops:
                self.add(HopRow(hop))
            if not hops:
                waits = "received.failed" if view.unread else "received.reading"
                self.say(text(waits if view.observed_at is None else "told.no_car"))
        self.column.addStretch()


class Held(Section):
    """
    Signals:
        look_again_requested(str): what an action left could not be read; once more.
    """

    look_again_requested = Signal(str)

    def show_view(self, view: ActionView, now: datetime) -> None:
        if not self.is_new((view.action, view.holdings, view.observed_at, view.unread)):
            return
        read = text("held.read_at", time=fmt.clock(view.observed_at, seconds=True)) if view.observed_at else ""
        self.head(plural("held.records", len(view.holdings)) if view.observed_at else text("held.head"), read)
        for holding in view.holdings:
            self.add(HoldingRow(holding, now))
        if view.observed_at is None and view.unread:
            self._offer_again(view.action)
        elif view.observed_at is None:
            self.say(text("held.reading"))
        else:
            self._nobody(view)
        self.column.addStretch()

    def _offer_again(self, action: str) -> None:
        self.say(text("held.failed"))
        self.column.addSpacing(4)
        again = Button(text("held.again"), "secondary", height=32)
        again.clicked.connect(lambda: self.look_again_requested.emit(action))
        row = QHBoxLayout()
        row.addWidget(again)
        row.addStretch()
        holder = QWidget()
        row.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(row)
        self.column.addWidget(holder)

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
        shown = together(e for e in recent if self._all or e.group != "observation")[:40]
        seen = tuple((group[0].id, group[0].outcome, sum(e.sent for e in group), len(group)) for group in shown)
        if not self.is_new((len(recent) > sum(len(group) for group in shown), seen)):
            return
        looks = sum(1 for entry in recent if entry.group == "observation")
        self.column.addWidget(self._switch(looks))
        self.column.addSpacing(8)
        for group in shown:
            row = RecentRow(group[0], sum(e.sent for e in group), len(group))
            row.opened.connect(self.opened)
            self.add(row)
        if not shown:
            self.say(text("recent.empty"))
        self.column.addStretch()

    def _switch(self, looks: int) -> Segmented:
        which = Segmented(36, "caption")
        which.setAccessibleName(text("recent.which"))
        parts = [("sent", text("recent.sent")), ("all", plural("recent.with_looks", looks))]
        which.show_parts(parts, "all" if self._all else "sent")
        which.chosen.connect(self._choose)
        return which

    def _choose(self, key: str) -> None:
        self._all = key == "all"
        self.show_recent(tuple(self._recent))
