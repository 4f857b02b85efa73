"""Signing in: two fields, or the demo account in one press. The panel shows the bytes while they are typed."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from companion.model.state import SignInStage, State
from companion.ui import notice as words_of
from companion.ui.parts import paint
from companion.ui.parts.buttons import Button
from companion.ui.parts.captcha import Captcha, mark
from companion.ui.parts.column import Column
from companion.ui.parts.labels import Label
from companion.ui.text import text

TYPING = 250
"""Milliseconds after the last key before the preview is frozen anew."""


class _Divider(QWidget):
    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self.setFixedHeight(20)

    def sizeHint(self) -> QSize:
        return QSize(352, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        wide = paint.width_of(self._words, "caption")
        paint.write(painter, 0, 2, self._words, "caption", "text-3")
        paint.hairline(painter, wide + 12, 10, self.width() - wide - 12)


class SignInPage(QWidget):
    """
    Signals:
        sign_in_requested(str, str, str): e-mail, password and the letters of a picture, if one is shown.
        demo_sign_in_requested(): with the demo account.
        draft_changed(str, str, str): what is typed so far.
        demo_draft_requested(): the demo account is looked at: show what it would send.
        focus_requested(str): the panel should follow signing in.
        retry_requested(): look for the backend again.
        fresh_demo_requested(): make the demo account anew, which somebody deleted.
    """

    sign_in_requested = Signal(str, str, str)
    demo_sign_in_requested = Signal()
    draft_changed = Signal(str, str, str)
    demo_draft_requested = Signal()
    focus_requested = Signal(str)
    retry_requested = Signal()
    fresh_demo_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._typing.timeout.connect(self._typed)
        self._email, self._password = QLineEdit(), QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._captcha = Captcha()
        self._lead = Label(text("sign_in.lead"), "body", "text-2", wrap=True)
        self._error = Label("", "caption", "danger", wrap=True)
        self._go = Button(text("sign_in.go"), "primary")
        self._demo = Button(text("sign_in.demo"), "secondary")
        self._retry = Button(text("action.retry"), "secondary")
        self._fresh = Button(text("account.fresh"), "secondary")
        self._build()
        self._wire()

    def _build(self) -> None:
        column = Column()
        column.addStretch(2)
        column.put(Label(text("sign_in.title"), "statement"))
        column.addSpacing(8)
        column.put(self._lead)
        column.addSpacing(32)
        for words, line in ((text("sign_in.email"), self._email), (text("sign_in.password"), self._password)):
            label = Label(words, "caption", "text-2")
            label.setBuddy(line)
            line.setAccessibleName(words)
            line.installEventFilter(self)
            column.put(label)
            column.addSpacing(6)
            column.put(line)
            column.addSpacing(16)
        column.addWidget(self._captcha)
        column.put(self._error)
        column.addSpacing(12)
        column.put(self._go, self._retry, self._fresh)
        column.addSpacing(32)
        self._add_demo(column)
        column.addStretch(3)
        column.put(Label(text("about.independent"), "caption", "text-3", wrap=True))
        self._place(column)

    def _add_demo(self, column: Column) -> None:
        self._demo_part = QWidget()
        inner = Column(self._demo_part)
        inner.put(_Divider(text("sign_in.or")))
        inner.addSpacing(20)
        inner.put(Label(text("sign_in.demo_lead"), "body", "text-2", wrap=True))
        inner.addSpacing(12)
        inner.put(self._demo)
        column.addWidget(self._demo_part)

    def _place(self, column: Column) -> None:
        holder = QWidget()
        holder.setLayout(column)
        holder.setFixedWidth(368)
        row = QHBoxLayout(self)
        row.setContentsMargins(64, 24, 32, 24)
        row.addWidget(holder)
        row.addStretch()

    def _wire(self) -> None:
        self._email.textChanged.connect(self._edited)
        self._password.textChanged.connect(self._edited)
        self._email.returnPressed.connect(self._password.setFocus)
        self._password.returnPressed.connect(self._enter)
        self._captcha.edited.connect(self._edited)
        self._captcha.entered.connect(self._enter)
        self._captcha.reload_requested.connect(self._another)
        self._go.clicked.connect(self._enter)
        self._demo.clicked.connect(self.demo_sign_in_requested)
        self._demo.installEventFilter(self)
        self._retry.clicked.connect(self.retry_requested)
        self._fresh.clicked.connect(self.fresh_demo_requested)

    def show_state(self, state: State, now: datetime) -> None:
        account = state.account
        busy = account.stage is SignInStage.SIGNING_IN
        ready = account.stage is SignInStage.SIGNED_OUT
        unfound = ready and not state.link.backend_name
        self._go.set_busy(busy)
        self._go.setEnabled(ready and self._is_filled)
        self._demo.setEnabled(ready)
        self._captcha.show_picture(account.captcha)
        # The picture needs the room in the smallest window.
        self._lead.setVisible(account.captcha is None)
        self._demo_part.setVisible(state.link.is_demo and account.captcha is None)
        if account.email and not self._email.text():
            self._email.setText(account.email)
        self._retry.setVisible(unfound)
        self._fresh.setVisible(account.error == "sign_in.demo_gone" and state.link.stage_open)
        self._say("" if busy else self._told(state))
        # Being asked for letters is no fault.
        self._error.tint("text-2" if account.error == "sign_in.captcha" else "danger")
        wrong = account.error == "sign_in.wrong_credentials" and not busy
        self._captcha.mark(account.error == "sign_in.captcha_wrong" and not busy)
        for line in (self._email, self._password):
            mark(line, wrong)
            line.setReadOnly(busy)

    @staticmethod
    def _told(state: State) -> str:
        account = state.account
        if account.error is None:
            return ""
        if account.error == "network.unreachable" and not state.link.backend_name:
            return text("sign_in.not_found")
        return words_of.at_sign_in(account.error, account.error_params)

    def _say(self, words: str) -> None:
        """Read aloud when it changes: the focus is elsewhere."""
        if words != self._error.text():
            self._error.setText(words)
            if words:
                event = QAccessibleAnnouncementEvent(self._error, words)
                event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
                QAccessible.updateAccessibility(event)

    @property
    def _is_filled(self) -> bool:
        letters = self._captcha.isHidden() or bool(self._captcha.letters)
        return bool(self._email.text().strip() and self._password.text()) and letters

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._demo:
            if kind in (QEvent.Type.Enter, QEvent.Type.FocusIn) and self._demo.isEnabled():
                self._typing.stop()
                self.demo_draft_requested.emit()
            elif kind in (QEvent.Type.Leave, QEvent.Type.FocusOut) and self._demo.isEnabled():
                self._typing.start()
        elif kind is QEvent.Type.FocusIn:
            self.focus_requested.emit("sign_in")
        return False

    def _edited(self) -> None:
        self._go.setEnabled(self._is_filled)
        self._typing.start()

    def _typed(self) -> None:
        self.draft_changed.emit(self._email.text().strip(), self._password.text(), self._captcha.letters)

    def take_focus(self) -> None:
        """The first field that is still empty."""
        (self._password if self._email.text() else self._email).setFocus(Qt.FocusReason.OtherFocusReason)

    def _enter(self) -> None:
        if self._is_filled:
            self._typing.stop()
            self.sign_in_requested.emit(self._email.text().strip(), self._password.text(), self._captcha.letters)

    def _another(self) -> None:
        """A new attempt, and with it a new picture."""
        self._typing.stop()
        self.sign_in_requested.emit(self._email.text().strip(), self._password.text(), "")
