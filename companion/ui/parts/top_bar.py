"""Whose data this is and how old: car, vehicle id, private mode, link, age, refresh; and the bell with the messages."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from companion.model.state import Reading, SignInStage, State
from companion.model.vehicle import Vehicle
from companion.ui import format as fmt
from companion.ui.parts import paint
from companion.ui.parts.bell import Bell
from companion.ui.parts.buttons import IconButton, Pressable
from companion.ui.parts.car_switcher import open_switcher
from companion.ui.parts.labels import Label
from companion.ui.parts.pill import Pill
from companion.ui.text import text
from companion.ui.theme import theme

STALE, OLD = timedelta(minutes=15), timedelta(hours=2)


class _Name(Pressable):
    """The car's name; with several cars a switcher."""

    def __init__(self) -> None:
        super().__init__("")
        self.can_switch = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_name(self, name: str, can_switch: bool) -> None:
        self.can_switch = can_switch
        self.setText(name)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if can_switch else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if can_switch else Qt.CursorShape.ArrowCursor)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(paint.width_of(self.text(), "title")) + (36 if self.can_switch else 8), 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        wide = paint.write(painter, 0, 6, self.text(), "title", "text-1")
        if self.can_switch:
            theme().draw_icon(painter, "chevron", "text-3", wide + 10, 12, 16)
        if self.shows_ring:
            paint.surface(painter, self.rect().toRectF(), 8, None, "accent", 2)


class _Age(QWidget):
    """A dot and the age of the data: hollow after 15 minutes, a warning after two hours."""

    def __init__(self) -> None:
        super().__init__()
        self._words, self._token, self._dot = "", "text-2", "ok"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_age(self, reported: datetime | None, now: datetime) -> None:
        if reported is None:
            self._words, self._token, self._dot = text("age.none"), "text-3", ""
        else:
            age = max(timedelta(), now - reported)
            self._words = text("age.data", time=fmt.day(reported, now), age=fmt.ago(age))
            self._token = "warn" if age > OLD else "text-1" if age > STALE else "text-2"
            self._dot = "warn" if age > OLD else "hollow" if age > STALE else "ok"
        self.setAccessibleName(self._words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(paint.width_of(self._words, "caption", tabular=True)) + 24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        dot = QRectF(1, 8, 8, 8)
        if self._dot == "hollow":
            painter.setPen(QPen(theme().color("text-2"), 1.5))
            painter.drawEllipse(dot)
        elif self._dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color(self._dot))
            painter.drawEllipse(dot)
        paint.write(painter, 17, 4, self._words, "caption", self._token, tabular=True)


class TopBar(QWidget):
    """
    Signals:
        refresh_requested(): read the stored data again.
        vehicle_selected(str): another car, by its VIN.
        inbox_requested(): the bell was pressed.
    """

    inbox_requested = Signal()
    refresh_requested = Signal()
    vehicle_selected = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(72)
        self._state: State | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 0, 28, 0)
        row.setSpacing(8)
        self._name = _Name()
        self._about = Label("", "caption", "text-3")
        self._private, self._link, self._planted, self._age = Pill(), Pill(), Pill(), _Age()
        self._refresh = IconButton("refresh", text("action.refresh"))
        for widget in (self._name, self._about, self._private, self._link, self._planted):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._age)
        row.addWidget(self._refresh)
        self.bell = Bell()
        row.addWidget(self.bell)
        self.bell.clicked.connect(self.inbox_requested)
        self._name.clicked.connect(self._switch)
        self._refresh.clicked.connect(self.refresh_requested)

    def show_state(self, state: State, now: datetime, title: str | None = None) -> None:
        """`title` replaces the car's name on pages that are not about the car."""
        self._state = state
        # On the sign-in page no car is shown, whatever is still known of one.
        vehicle = None if title == "" else state.vehicle
        self._name.show_name(title or (vehicle.name if vehicle else ""), title is None and len(state.vehicles) > 1)
        # Where the page has the title, the car is still named: the pill and the age are about it.
        self._about.setText("" if vehicle is None else vehicle.name if title else self._line(vehicle))
        self._show_private(vehicle)
        self._show_link(state)
        planted = text("pill.planted", field=state.link.planted) if state.link.planted else ""
        self._planted.show_words("warning", planted, "warn", text("pill.planted_detail"))
        for widget in (self._age, self._refresh):
            widget.setVisible(vehicle is not None)
        if vehicle is not None:
            self._age.show_age(vehicle.reported_at, now)
        self._refresh.set_busy(state.reading is Reading.STORED)
        self.bell.setVisible(state.account.stage is SignInStage.SIGNED_IN)
        self.bell.show_unread(sum(not one.is_read for one in state.messages))
        self._fit()

    def _fit(self) -> None:
        """The vehicle id gives way first."""
        others = [self._name, self._private, self._link, self._planted, self._age, self._refresh, self.bell]
        wide = (max(one.sizeHint().width(), one.minimumWidth()) for one in others if one.isVisibleTo(self))
        taken = sum(one + 8 for one in wide) + 60
        self._about.setVisible(bool(self._about.text()) and taken + self._about.sizeHint().width() <= self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @staticmethod
    def _line(vehicle: Vehicle) -> str:
        return f"{text(f'engine.{vehicle.engine.value.lower()}')} · {vehicle.vin}"

    def _show_private(self, vehicle: Vehicle | None) -> None:
        switches = vehicle.switches if vehicle else None
        if switches is None or switches.private_mode is None:
            self._private.show_words("eyeoff", "")
            return
        seen = text("pill.seen", when=fmt.at(switches.seen_at)) if switches.seen_at else ""
        if switches.private_mode:
            self._private.show_words("eyeoff", text("pill.private_on"), "choice", seen)
        else:
            self._private.show_words("eyeoff", text("pill.private_off"), "plain", seen)

    def _show_link(self, state: State) -> None:
        if state.link.online or state.link.since is None:
            self._link.show_words("globe", "")
        else:
            self._link.show_words("globe", text("pill.offline", time=fmt.day(state.link.since)), "warn")

    def _switch(self) -> None:
        if self._state is None or not self._name.can_switch:
            return
        open_switcher(self._name, self._state.vehicles, self._state.selected, self.vehicle_selected.emit)
