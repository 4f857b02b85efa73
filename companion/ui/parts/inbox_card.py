"""The messages behind the bell: by day, filtered by what they are about and by car; read when they were on screen."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from companion.model.message import Message, Topic
from companion.model.state import State
from companion.ui import message_faces as faces
from companion.ui.parts import paint
from companion.ui.parts.buttons import Button, Pressable
from companion.ui.parts.labels import Label, Link
from companion.ui.parts.message_row import MessageRow
from companion.ui.parts.popover import Card
from companion.ui.parts.segmented import Segmented
from companion.ui.text import plural, text
from companion.ui.theme import theme

WIDE, AROUND = 440, 268
"""AROUND: the height that is not the list's, with the top bar."""
SEEN_AFTER = 500
"""Milliseconds on screen after which a message counts as read."""


class _Sign(QWidget):
    """The icon of an empty list."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(32, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme().draw_icon(paint.begin(self), "inbox", "text-3", 0, 0, 32)


class _CarChoice(Pressable):
    """Of which car; opens a menu."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str) -> None:
        self.setText(words)
        self.setAccessibleName(f"{text('inbox.which_car')}: {words}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(paint.width_of(self.text(), "caption")) + 38, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.box
        ink = "text-1" if self.is_hovered else "text-2"
        used = paint.write(painter, box.x() + 4, box.center().y() - 8, self.text(), "caption", ink)
        theme().draw_icon(painter, "chevron", "text-3", box.x() + 8 + used, box.center().y() - 8, 16)
        if self.shows_ring:
            paint.ring(painter, box.adjusted(1, 1, -1, -1), 7)


class InboxCard(Card):
    """
    Signals:
        read(frozenset[str]): these were on screen.
        opened(Message): one was picked.
        clear_requested(): all of them should go.
        notices_requested(): what is said and what is not should be chosen.
    """

    read = Signal(object)
    opened = Signal(object)
    clear_requested = Signal()
    notices_requested = Signal()

    def __init__(self, window: QWidget, days: int) -> None:
        super().__init__(window, WIDE, text("inbox.title"))
        self._state, self._now = State(), datetime.now().astimezone()
        self._topic, self._vin = "", ""
        self._shown: object = None
        self._new: set[str] = set()
        """Unread when they came on this card: they keep their mark until it is closed."""
        self.rows: list[MessageRow] = []
        self._timer = QTimer(self, singleShot=True, interval=SEEN_AFTER)
        self._timer.timeout.connect(self._seen)
        self.body.setContentsMargins(12, 16, 12, 14)
        self._head()
        self._list = QScrollArea()
        self._list.setObjectName("inbox")
        self._list.setWidgetResizable(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.verticalScrollBar().valueChanged.connect(self._timer.start)
        self.body.addWidget(self._list)
        self._foot(days)

    # -- parts --------------------------------------------------------------------------------------------------

    def _head(self) -> None:
        self._clear = Button(text("inbox.clear"), "link", height=32)
        self._clear.clicked.connect(self._confirm)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 0, 0)
        row.addWidget(Label(text("inbox.title"), "section"))
        row.addStretch()
        row.addWidget(self._clear)
        self.body.addLayout(row)
        self.filter = Segmented(32, "caption")
        self.filter.setAccessibleName(text("inbox.which"))
        self.filter.chosen.connect(self._choose_topic)
        self.car = _CarChoice()
        self.car.clicked.connect(self._cars)
        row = QHBoxLayout()
        row.setContentsMargins(4, 2, 0, 6)
        row.addWidget(self.filter)
        row.addStretch()
        row.addWidget(self.car)
        self.body.addLayout(row)

    def _foot(self, days: int) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(8, 12, 8, 0)
        self._choose = Link(text("inbox.choose"))
        self._choose.setAccessibleName(text("inbox.choose"))
        self._choose.activated_by_user.connect(self._choose_notices)
        row.addWidget(Label(plural("inbox.kept", days), "caption", "text-3"))
        row.addStretch()
        row.addWidget(self._choose)
        self.body.addLayout(row)

    # -- state --------------------------------------------------------------------------------------------------

    def open_at(self, bell: QWidget, state: State, now: datetime) -> None:
        self.show_state(state, now)
        self.show_near(bell, right=True)
        if self.rows:
            self.rows[0].setFocus(Qt.FocusReason.PopupFocusReason)
        self._timer.start()

    def show_state(self, state: State, now: datetime) -> None:
        self._state, self._now = state, now
        self._new |= {one.id for one in state.messages if not one.is_read}
        shown = (
            tuple(one.id for one in state.messages),
            tuple(one.name for one in state.vehicles),
            now.astimezone().date(),
        )
        if shown != self._shown:
            self._shown = shown
            self._fill()

    def _messages(self) -> list[Message]:
        return [
            one
            for one in self._state.messages
            if (not self._topic or one.topic == self._topic) and (not self._vin or one.vin == self._vin)
        ]

    def _fill(self) -> None:
        """The list anew; where it was scrolled to stays."""
        at, here = self._list.verticalScrollBar().value(), self.window().focusWidget()
        focused = here.message.id if isinstance(here, MessageRow) else ""
        inside = QWidget()
        inside.setObjectName("inbox_list")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.rows = []
        messages = self._messages()
        if messages:
            self._days(column, messages)
        else:
            self._empty(column)
        column.addStretch()
        self._list.setWidget(inside)
        self._controls()
        self._resize(inside)
        self._list.verticalScrollBar().setValue(at)
        again = next((one for one in self.rows if one.message.id == focused), None)
        if again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)
        self._timer.start()

    def _days(self, column: QVBoxLayout, messages: list[Message]) -> None:
        head = ""
        for message in messages:
            day = faces.day(message.at, self._now)
            if day != head:
                label = Label(day, "caption", "text-2")
                label.setContentsMargins(8, 10 if not head else 16, 8, 4)
                column.addWidget(label)
            car, spoken = faces.car(message, self._state), faces.spoken(message, self._state, self._now)
            row = MessageRow(message, car, spoken, message.id in self._new, day != head)
            head = day
            row.clicked.connect(partial(self._open, message))
            row.focused.connect(partial(self._list.ensureWidgetVisible, row, 0, 8))
            self.rows.append(row)
            column.addWidget(row)

    def _empty(self, column: QVBoxLayout) -> None:
        is_filtered = bool(self._state.messages)
        inner = QVBoxLayout()
        inner.setContentsMargins(8, 16, 8, 16)
        inner.setSpacing(12)
        inner.addWidget(_Sign())
        inner.addWidget(
            Label(text("inbox.none_of_these" if is_filtered else "inbox.empty"), "body", "text-2", wrap=True)
        )
        words = text("inbox.show_all" if is_filtered else "inbox.choose")
        go = Link(words, "name")
        go.setAccessibleName(words)
        go.activated_by_user.connect(self._everything if is_filtered else self._choose_notices)
        inner.addWidget(go, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(inner)

    def _controls(self) -> None:
        topics = [("", text("inbox.all")), *((one.value, text(f"inbox.about_{one.value}")) for one in Topic)]
        self.filter.show_parts(topics, self._topic)
        names = self._names()
        words = names.get(self._vin, text("inbox.all_cars"))
        self.car.show_words(words)
        has_some = bool(self._state.messages)
        self.car.setVisible(has_some and len(names) > 1)
        for widget in (self.filter, self._clear):
            widget.setVisible(has_some)
        # The empty list has this as its button.
        self._choose.setVisible(has_some)

    def _names(self) -> dict[str, str]:
        return {one.vin: faces.car(one, self._state) for one in reversed(self._state.messages)}

    def _resize(self, inside: QWidget) -> None:
        """As high as its rows, as far as the window has room."""
        wide = WIDE - 24
        layout = inside.layout()
        assert layout is not None
        needed = layout.heightForWidth(wide) if layout.hasHeightForWidth() else inside.sizeHint().height()
        self._list.setFixedHeight(max(120, min(needed, self._over.height() - AROUND)))
        if self.isVisible():
            self._arrange()

    # -- what a person does -------------------------------------------------------------------------------------

    def _choose_topic(self, topic: str) -> None:
        self._topic = topic
        self._fill()

    def _choose_car(self, vin: str) -> None:
        self._vin = vin
        self._fill()

    def _everything(self) -> None:
        self._topic, self._vin = "", ""
        self._fill()
        self.filter.setFocus(Qt.FocusReason.OtherFocusReason)

    def _cars(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for vin, name in {"": text("inbox.all_cars"), **self._names()}.items():
            action = QAction(name, menu)
            action.setCheckable(True)
            action.setChecked(vin == self._vin)
            action.triggered.connect(partial(self._choose_car, vin))
            menu.addAction(action)
        menu.popup(self.car.mapToGlobal(QPoint(0, self.car.height())))

    def _open(self, message: Message) -> None:
        self.close_card()
        self.opened.emit(message)

    def _choose_notices(self) -> None:
        self.close_card()
        self.notices_requested.emit()

    def _confirm(self) -> None:
        card = Card(self._over, 380, text("inbox.clear"), modal=True)
        card.body.put(Label(text("inbox.clear_title"), "panel-title", wrap=True))
        card.body.addSpacing(8)
        card.body.put(Label(text("inbox.clear_note"), "body", "text-2", wrap=True))
        card.body.addSpacing(20)
        cancel, clear = Button(text("action.cancel"), "quiet"), Button(text("inbox.clear_go"), "danger")
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(clear)
        card.body.addLayout(row)
        cancel.clicked.connect(card.close_card)
        clear.clicked.connect(self.clear_requested)
        clear.clicked.connect(card.close_card)
        card.show_centred()

    # -- seen ---------------------------------------------------------------------------------------------------

    def _on_screen(self) -> frozenset[str]:
        view = self._list.viewport()
        middles = {row.message.id: row.mapTo(view, row.rect().center()) for row in self.rows}
        return frozenset(ident for ident, middle in middles.items() if view.rect().contains(middle))

    def _seen(self) -> None:
        """Only where somebody may be looking."""
        unread = {one.id for one in self._state.messages if not one.is_read}
        if self.window().isActiveWindow() and (ids := self._on_screen() & unread):
            self.read.emit(ids)

    def close_card(self) -> None:
        if not self.isHidden():
            self._timer.stop()
            self._seen()
        super().close_card()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._list.verticalScrollBar().maximum() > 0:
            end = self._list.mapTo(self, QPoint(8, self._list.height()))
            paint.begin(self).fillRect(end.x(), end.y(), WIDE - 40, 1, theme().color("line-strong", 0.35))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowActivate:
            self._timer.start()
        return super().eventFilter(watched, event)
