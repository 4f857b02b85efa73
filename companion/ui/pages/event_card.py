"""One event as it was told: what, when, where, how fast; with the ones before and after it, and the owner's own mark."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from companion.model.alarms import AlarmEvent
from companion.ui import format as fmt
from companion.ui.pages import map_faces as faces
from companion.ui.pages.foot_card import FootCard
from companion.ui.parts.buttons import IconButton
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Label
from companion.ui.parts.place_links import PlaceLinks
from companion.ui.text import text


class EventCard(FootCard):
    """
    Signals:
        stepped(int): to the next newer (-1) or older (1) event. closed(): it is not looked at any more.
    """

    stepped = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget, acknowledge: CommandButton) -> None:
        super().__init__(parent)
        self.setAccessibleName(text("alarms.event"))
        self._acknowledge = acknowledge
        acknowledge.setFixedWidth(176)
        self._title, self._when = Label("", "section"), Label("", "caption", "text-2", wrap=True)
        self._place = Label("", "caption", "text-3", wrap=True, tabular=True)
        self._seen, self.links = Label("", "caption", "ok"), PlaceLinks()
        told = QVBoxLayout()
        told.setSpacing(4)
        for widget in (self._when, self._place, self._seen, self.links):
            told.addWidget(widget)
        told.addStretch()
        head, row = self._steps(), QHBoxLayout()
        head.insertWidget(0, self._title, 1)
        row.addLayout(told, 1)
        row.addWidget(acknowledge)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 6, 12, 12)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(row)

    def _steps(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        self.newer, self.older = (
            IconButton("chevron_up", text("alarms.newer")),
            IconButton("chevron", text("alarms.older")),
        )
        close = IconButton("close", text("action.close"))
        self.newer.clicked.connect(lambda: self.stepped.emit(-1))
        self.older.clicked.connect(lambda: self.stepped.emit(1))
        close.clicked.connect(self.closed)
        for button in (self.newer, self.older, close):
            row.addWidget(button)
        return row

    def show_event(self, one: AlarmEvent, now: datetime, *, has_newer: bool, has_older: bool) -> None:
        self._title.setText(faces.event(one)[0])
        self._when.setText(faces.details(one, now))
        place = one.place
        self._place.setText(text("alarms.no_place") if place is None else fmt.coordinates(*place))
        self._seen.setText(text("alarms.acknowledged"))
        self._seen.setVisible(one.acknowledged)
        self._acknowledge.setVisible(one.is_theft and not one.acknowledged)
        self.links.setVisible(place is not None)
        if place is not None:
            self.links.show_place(*place)
        self.newer.setEnabled(has_newer)
        self.older.setEnabled(has_older)
