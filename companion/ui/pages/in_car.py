"""In the car: how the head unit's switches stand, from where that is known, and what each would stop."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from companion.model.in_car import SWITCHES, InCar, ServiceSwitch, Switch
from companion.model.state import State
from companion.model.today import Today
from companion.ui import format as fmt
from companion.ui.pages import in_car_faces as faces
from companion.ui.pages.surface import Surface
from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, Button, Pressable
from companion.ui.parts.chip import Chip
from companion.ui.parts.labels import Label, Link
from companion.ui.parts.page import Page
from companion.ui.parts.toggle import Toggle
from companion.ui.text import localized, text
from companion.ui.theme import theme

WIDEST = 1240
ROW = 56


class SwitchCard(QWidget):
    """
    Signals:
        what_if_requested(str): show what flipping this switch would do.
        flip_requested(str, bool): somebody at the stand sits in the car.
        resized(): it is wider or narrower.
    """

    what_if_requested = Signal(str)
    flip_requested = Signal(str, bool)
    resized = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.is_chosen = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 8)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(28, 0, 0, 0)
        head.setSpacing(12)
        self._title = Label(text(f"in_car.{name}"), "section", wrap=True)
        head.addWidget(self._title, 1)
        self.flipper = Toggle(text("in_car.flip", name=text(f"in_car.{name}")))
        self.flipper.clicked.connect(self._flipped)
        head.addWidget(self.flipper)
        column.addLayout(head)
        column.addSpacing(8)
        self._word = Label("", "answer")
        column.addWidget(self._word)
        self._since = Label("", "caption", "text-3")
        column.addWidget(self._since)
        column.addSpacing(10)
        column.addWidget(Label(text(f"in_car.{name}_note"), "body", "text-2", wrap=True))
        column.addStretch()
        column.addSpacing(8)
        self.button = Link(text("in_car.what_if"), "name")
        self.button.setAccessibleName(f"{text('in_car.what_if')} {text(f'in_car.{name}')}")
        self.button.activated_by_user.connect(lambda: self.what_if_requested.emit(self.name))
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 6)
        row.addWidget(self.button)
        row.addStretch()
        column.addLayout(row)

    def show_switch(self, one: Switch | None, now: datetime, can_flip: bool) -> None:
        word = fmt.capital(text("privacy.unknown" if one is None else "in_car.on" if one.on else "in_car.off"))
        self._word.setText(word)
        self._since.setText("" if one is None else faces.since(one.since, one.said_at, now))
        self._since.setVisible(one is not None)
        self.setAccessibleName(f"{text(f'in_car.{self.name}')}: {word}. {self._since.text()}")
        self.button.setVisible(one is not None)
        self.flipper.setVisible(can_flip and one is not None)
        self.flipper.setChecked(one is not None and one.on)
        self.flipper.setEnabled(True)

    def title_high(self) -> int:
        """As high with a switch as without."""
        return max(self.flipper.height(), self._title.heightForWidth(self._title.width()))

    def level(self, high: int) -> None:
        self._title.setFixedHeight(high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.resized.emit()

    def _flipped(self) -> None:
        """It shows what the car says, not what was wished: until then it stays and waits."""
        wanted = self.flipper.isChecked()
        self.flipper.setChecked(not wanted)
        self.flipper.setEnabled(False)
        self.flip_requested.emit(self.name, wanted)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.rect().toRectF()
        line = "accent" if self.is_chosen else "hairline" if theme().name == "light" else None
        paint.surface(painter, box, 12, "surface", line, 1.5 if self.is_chosen else 1.0)
        theme().draw_icon(painter, faces.ICONS[self.name], "text-2", 16, self._title.geometry().center().y() - 9, 20)


class ServiceRow(Pressable):
    """One service: its name, its line, whether it works; a press shows what switching it would do."""

    flip_requested = Signal(str, bool)

    def __init__(self, one: ServiceSwitch) -> None:
        super().__init__(localized(one.name))
        self.name = one.id
        self._one = one
        self.is_chosen = False
        self.flipper = Toggle(text("in_car.flip", name=localized(one.name)), self)
        self.flipper.clicked.connect(self._flipped)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(320, ROW)

    def show_service(self, one: ServiceSwitch, can_flip: bool) -> None:
        self._one = one
        self.flipper.setVisible(can_flip)
        self.flipper.setChecked(one.on)
        self.flipper.setEnabled(True)
        self.setAccessibleDescription(f"{faces.service_state(one)[1]}. {''.join(faces.service_line(one))}")
        self.update()

    def _flipped(self) -> None:
        wanted = self.flipper.isChecked()
        self.flipper.setChecked(not wanted)
        self.flipper.setEnabled(False)
        self.flip_requested.emit(self.name, wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.flipper.move(self.width() - self.flipper.width(), (self.height() - self.flipper.height()) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = paint.begin(self), float(self.width())
        if self.is_chosen or self.is_hovered:
            paint.surface(
                painter, QRectF(-8, 1, wide + 16, self.height() - 1), 8, "accent-fill" if self.is_chosen else "raised"
            )
        else:
            paint.hairline(painter, 0, 0, wide)
        icon, words, token = faces.service_state(self._one)
        right = wide - (self.flipper.width() + 8 if self.flipper.isVisibleTo(self) else 0)
        used = paint.width_of(words, "body") + 24
        paint.write(painter, 0, 9, localized(self._one.name), "name", "text-1", right - used - 12)
        line, rest = faces.service_line(self._one)
        begun = paint.write(painter, 0, 31, line, "caption", "accent")
        paint.write(painter, begun, 31, rest, "caption", "text-3", right - used - 12 - begun)
        theme().draw_icon(painter, icon, token, right - used, 20, 16)
        paint.write(painter, right - used + 24, 18, words, "body", token)
        if self.shows_ring:
            paint.surface(painter, QRectF(1, 2, wide - 2, self.height() - 4), 8, None, "accent", 2)


class WhatIfCard(Surface):
    """What one flip would close, what stays open, what stays held, and the notice on it."""

    def __init__(self) -> None:
        super().__init__("")
        self.title = Label("", "section")
        self.head.insertWidget(0, self.title)
        self.columns = QHBoxLayout()
        self.columns.setSpacing(32)
        self.body.addLayout(self.columns)
        self.body.addSpacing(12)
        self._said = QHBoxLayout()
        self._said.setSpacing(8)
        self.body.addLayout(self._said)
        self._told: faces.Told | None = None

    def show_told(self, told: faces.Told | None) -> None:
        self.setVisible(told is not None)
        if told is None or told == self._told:
            return
        self._told = told
        self.title.setText(told.title)
        self.setAccessibleName(told.title)
        _empty(self.columns)
        _empty(self._said)
        self._column(5, told.head, told.closes)
        self._column(4, text("in_car.stays"), told.stays)
        self._column(4, text("in_car.held"), told.held)
        self._said.addWidget(Label(text("in_car.notice"), "caption-strong", "text-2"), 0, Qt.AlignmentFlag.AlignTop)
        self._said.addWidget(Label(told.said, "caption", "text-2", wrap=True), 1)
        if told.is_silent:
            self._said.addWidget(Chip("not_stated"), 0, Qt.AlignmentFlag.AlignTop)
        elif told.line:
            self._said.addWidget(Label(told.line, "caption", "accent"), 0, Qt.AlignmentFlag.AlignTop)

    def _column(self, stretch: int, head: str, lines: tuple[faces.Line, ...]) -> None:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(Label(head, "caption-strong", "text-2"))
        for line in lines:
            column.addSpacing(8)
            column.addWidget(Label(line.name, "name", wrap=True))
            if line.second:
                column.addWidget(Label(line.second, "caption", "text-3", wrap=True))
        column.addStretch()
        self.columns.addLayout(column, stretch)


class InCarPage(Page):
    """
    Signals:
        in_car_look_requested(): read anew how the switches stand.
        flip_requested(str, bool): demo staff flip a switch, or a service by its id.
        focus_requested(str): the panel should follow this action.
    """

    in_car_look_requested = Signal()
    flip_requested = Signal(str, bool)
    focus_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__(text("page.in_car"), WIDEST, gutter=32 - ROOM)
        self._chosen = SWITCHES[0]
        self._seen, self._today, self._vin = InCar(), Today(), ""
        self._rows: dict[str, ServiceRow] = {}
        self._build()

    def _build(self) -> None:
        self._statement = Label("", "statement", wrap=True)
        self._evidence = Label("", "body", "text-2", wrap=True)
        self._retry = Button(text("action.retry"), "secondary", "refresh", 32)
        self._retry.clicked.connect(self.in_car_look_requested)
        self.put(self._statement)
        self.column.addSpacing(4)
        self.put(self._evidence)
        again = QHBoxLayout()
        again.setContentsMargins(0, 8, 0, 0)
        again.addWidget(self._retry)
        again.addStretch()
        self.column.addLayout(again)
        self.column.addSpacing(20)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(ROOM, 0, ROOM, 0)
        self._grid.setSpacing(12)
        self.cards = [SwitchCard(name) for name in SWITCHES]
        for card in self.cards:
            card.what_if_requested.connect(self._choose)
            card.flip_requested.connect(self.flip_requested)
            card.resized.connect(self._level)
        self.column.addLayout(self._grid)
        self.column.addSpacing(12)
        self.what_if = WhatIfCard()
        self.put(self.what_if)
        self.column.addSpacing(12)
        self._list = Surface(text("in_car.services"), text("in_car.services_note"))
        self.put(self._list)
        # All that is left over is below.
        self.column.addStretch(1)
        self._arrange()

    def _arrange(self) -> None:
        across = 1 if self.width() < 560 else 3
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, place // across, place % across)
        for column in range(len(self.cards)):
            self._grid.setColumnStretch(column, 1 if column < across else 0)

    def _level(self) -> None:
        """What stands below the titles stands on one line, though one of them takes two."""
        high = max(card.title_high() for card in self.cards)
        for card in self.cards:
            card.level(high)

    # -- state --------------------------------------------------------------------------------------------------

    def show_state(self, state: State, now: datetime) -> None:
        mine = state.in_car.vin == state.selected
        self._seen = state.in_car if mine else InCar(state.selected or "")
        self._today = state.today
        seen, can_flip = self._seen, state.link.stage_open
        self._statement.setText(faces.statement(seen))
        self._evidence.setText(faces.evidence(seen, now, can_flip))
        self._retry.setVisible(seen.failed is not None)
        for card in self.cards:
            card.show_switch(seen.switch(card.name), now, can_flip)
        self._show_services(seen, can_flip)
        self._show_chosen()
        if state.selected and state.selected != self._vin:
            # Another car: its switches are its own.
            self._vin = state.selected
            if self.isVisible():
                self.in_car_look_requested.emit()

    def _show_services(self, seen: InCar, can_flip: bool) -> None:
        if [*self._rows] != [one.id for one in seen.services]:
            for old in self._rows.values():
                old.deleteLater()
            self._rows = {}
            for one in seen.services:
                row = self._rows[one.id] = ServiceRow(one)
                row.clicked.connect(lambda _=False, name=one.id: self._choose(name))
                row.flip_requested.connect(self.flip_requested)
                self._list.body.addWidget(row)
        for one in seen.services:
            self._rows[one.id].show_service(one, can_flip)
        self._list.setVisible(bool(seen.services))

    def _choose(self, name: str) -> None:
        self._chosen = name
        self._show_chosen()
        self.ensureWidgetVisible(self.what_if, 0, 24)

    def _show_chosen(self) -> None:
        self.what_if.show_told(faces.what_if(self._seen, self._chosen, self._today))
        choices: list[SwitchCard | ServiceRow] = [*self.cards, *self._rows.values()]
        for one in choices:
            one.is_chosen = one.name == self._chosen
            one.update()

    def take_focus(self) -> None:
        self.cards[0].button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.verticalScrollBar().setValue(0)

    def showEvent(self, event: QShowEvent) -> None:
        self.in_car_look_requested.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


def _empty(layout: QGridLayout | QHBoxLayout | QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            _empty(inner)  # type: ignore[arg-type]
