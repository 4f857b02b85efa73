"""Settings: one column, labels over fields; each change is in force at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSystemTrayIcon, QWidget

from companion import __version__
from companion.model.message import MessageKind, Topic
from companion.model.settings import LANGUAGES, LEDGER_DAYS, THEMES, Settings
from companion.model.state import SignInStage, State
from companion.ui import notice as words_of
from companion.ui.pages.map_source_card import MapSourceCard
from companion.ui.parts.buttons import ROOM, Button
from companion.ui.parts.column import Column
from companion.ui.parts.entry import NumberEntry, name_it
from companion.ui.parts.field import Wrong
from companion.ui.parts.labels import Label
from companion.ui.parts.popover import Card
from companion.ui.parts.segmented import Segmented
from companion.ui.parts.toggle import Toggle
from companion.ui.text import text

WIDE = 560

if TYPE_CHECKING:
    from companion.ui.pages.account_cards import DeletionCard


class SettingsPage(QScrollArea):
    """
    Signals:
        settings_changed(Settings): one of them was changed.
        sign_out_requested(): end the session. sign_in_asked(): the page for that.
        erase_ledger_requested(): erase this app's own record.
        deletion_drafted(str), deletion_requested(str): the password typed so far; delete the account with it.
        map_source_requested(MapSource, str | None): another source of map pictures, and the key of a server.
        focus_requested(str): the panel should follow this action.
    """

    settings_changed = Signal(object)
    sign_out_requested = Signal()
    sign_in_asked = Signal()
    erase_ledger_requested = Signal()
    deletion_drafted = Signal(str)
    deletion_requested = Signal(str)
    map_source_requested = Signal(object, object)
    focus_requested = Signal(str)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.setAccessibleName(text("page.settings"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setObjectName("page")
        self._column = Column(page)
        self._column.setContentsMargins(28, 8, 28, 48)
        self.setWidget(page)
        self._account()
        self._looks()
        self._map()
        self._notices()
        self._ledger()
        self._backend()
        self._about()
        self._column.addStretch()

    # -- sections -----------------------------------------------------------------------------------------------

    def _head(self, key: str) -> None:
        if self._column.count():
            self._column.addSpacing(32)
        self._column.put(Label(text(key), "section"))
        self._column.addSpacing(12)

    def _label(self, words: str, widget: QWidget, note: str = "") -> None:
        label = Label(words, "caption", "text-2")
        label.setBuddy(widget)
        name_it(widget, words)
        self._column.put(label)
        # A segmented control has its ring's room too.
        self._column.addSpacing(6 - ROOM if isinstance(widget, Segmented) else 6)
        self._column.put(widget, QWidget())
        if note:
            self._note(note)
        self._column.addSpacing(16)

    def _note(self, words: str) -> Label:
        note = Label(words, "caption", "text-3", wrap=True)
        note.setFixedWidth(WIDE)
        self._column.addSpacing(4)
        self._column.put(note, QWidget())
        return note

    def _account(self) -> None:
        self._head("settings.account")
        self._who = Label("", "name")
        self._column.put(self._who)
        self._kept = self._note("")
        self._column.addSpacing(12)
        self._out = Button(text("settings.sign_out"), "secondary")
        self._out.clicked.connect(self.sign_out_requested)
        self._out.pressed.connect(lambda: self.focus_requested.emit("sign_out"))
        self._end = Button(text("account.delete"), "danger")
        self._end.clicked.connect(self._ask_deletion)
        self._ending: DeletionCard | None = None
        self._not_ended = Wrong()
        self._not_ended.setFixedWidth(WIDE)
        self._in = Button(text("sign_in.go"), "primary")
        self._in.clicked.connect(self.sign_in_asked)
        self._column.put(self._out, self._end, gap=8)
        self._column.put(self._in)
        self._column.put(self._not_ended, QWidget())

    def _looks(self) -> None:
        self._head("settings.looks")
        self._choice("language", LANGUAGES)
        self._choice("theme", THEMES)
        motion = self._switch(text("settings.reduced_motion"), self._settings.reduced_motion)
        motion.toggled.connect(lambda on: self._change(reduced_motion=on))

    def _map(self) -> None:
        self._head("map_source.title")
        card = MapSourceCard(self._settings.map_source)
        card.setFixedWidth(WIDE + 2 * ROOM)
        card.map_source_requested.connect(self.map_source_requested)
        # Its controls keep the room for their ring themselves.
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(card)
        row.addStretch()
        self._column.addLayout(row)

    def _switch(self, words: str, on: bool) -> Toggle:
        toggle = Toggle(words)
        toggle.setChecked(on)
        self._column.put(toggle, Label(words, "body"), gap=6)
        return toggle

    def _notices(self) -> None:
        """Each kind of message is said or not; all of them come into the list."""
        self._head("settings.notices")
        desktop = self._switch(text("settings.desktop_notices"), self._settings.desktop_notices)
        desktop.setObjectName("setting_desktop_notices")
        desktop.toggled.connect(lambda on: self._change(desktop_notices=on))
        self._desktop = desktop
        if not QSystemTrayIcon.isSystemTrayAvailable():
            self._note(text("settings.no_tray"))
        for topic in Topic:
            self._column.addSpacing(16)
            self._column.put(Label(text(f"settings.notices_of_{topic.value}"), "caption", "text-2"))
            self._column.addSpacing(2)
            for kind in (one for one in MessageKind if one.topic is topic):
                said = self._switch(text(f"message.{kind}_bare"), self._settings.says(kind))
                said.setObjectName(f"setting_says_{kind}")
                said.toggled.connect(partial(self._say, kind))
        self._note(text("settings.notices_note"))

    def _say(self, kind: MessageKind, on: bool) -> None:
        others = tuple(one for one in self._settings.muted if one != kind)
        self._change(muted=others if on else (*others, kind.value))

    def _choice(self, name: str, values: tuple[str, ...]) -> None:
        choice = Segmented()
        choice.setObjectName(f"setting_{name}")
        choice.show_parts([(one, text(f"settings.{name}_{one}")) for one in values], getattr(self._settings, name))
        choice.chosen.connect(lambda value: self._change(**{name: value}))
        self._label(text(f"settings.{name}"), choice)

    def _ledger(self) -> None:
        self._head("settings.ledger")
        days = NumberEntry(LEDGER_DAYS.start, LEDGER_DAYS.stop - 1, text("settings.days"), wide=132)
        days.setValue(self._settings.ledger_days)
        days.setKeyboardTracking(False)
        days.valueChanged.connect(lambda value: self._change(ledger_days=value))
        self._label(text("settings.ledger_days"), days, text("settings.ledger_note"))
        erase = Button(text("settings.erase"), "danger")
        erase.clicked.connect(self._confirm_erase)
        self._column.put(erase)

    def _backend(self) -> None:
        self._head("settings.backend")
        self._where = Label("", "name")
        self._column.put(self._where)
        self._demo = self._note(text("settings.demo_note"))

    def _about(self) -> None:
        self._head("settings.about")
        self._column.put(Label(f"Companion {__version__}", "name"))
        self._note(text("about.independent"))
        self._note(text("about.notice"))

    # -- state --------------------------------------------------------------------------------------------------

    def take_focus(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_notices(self) -> None:
        """The section with the messages, from its head."""
        QTimer.singleShot(0, lambda: self.verticalScrollBar().setValue(self._desktop.y() - 56))
        self._desktop.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_state(self, state: State, now: datetime) -> None:
        account = state.account
        inside = account.stage is SignInStage.SIGNED_IN
        self._who.setText((account.email or text("settings.signed_in")) if inside else text("settings.signed_out"))
        kept = "settings.remembered" if account.remembered else "settings.not_remembered"
        self._kept.setText(text(kept) if inside else "")
        self._kept.setVisible(inside)
        self._out.setVisible(inside)
        self._end.setVisible(inside)
        self._show_end(state)
        self._in.setVisible(not inside)
        self._where.setText(state.link.backend_name or text("settings.no_backend"))
        self._demo.setVisible(state.link.is_demo)

    def _change(self, **change: object) -> None:
        self._settings = replace(self._settings, **change)  # type: ignore[arg-type]
        self.settings_changed.emit(self._settings)

    def _confirm_erase(self) -> None:
        card = Card(self.window(), 380, text("settings.erase"), modal=True)
        card.body.put(Label(text("settings.erase_title"), "panel-title", wrap=True))
        card.body.addSpacing(8)
        card.body.put(Label(text("settings.erase_note"), "body", "text-2", wrap=True))
        card.body.addSpacing(20)
        row = QHBoxLayout()
        row.addStretch()
        cancel, erase = Button(text("action.cancel"), "quiet"), Button(text("settings.erase_go"), "danger")
        row.addWidget(cancel)
        row.addWidget(erase)
        card.body.addLayout(row)
        cancel.clicked.connect(card.close_card)
        erase.clicked.connect(self.erase_ledger_requested)
        erase.clicked.connect(card.close_card)
        card.show_centred()

    def _ask_deletion(self) -> None:
        from companion.ui.pages.account_cards import DeletionCard

        self.focus_requested.emit("delete_account")
        self.deletion_drafted.emit("")
        self._ending = DeletionCard(self.window(), self.deletion_drafted.emit, self.deletion_requested.emit)
        self._ending.closed.connect(self._ending_gone)

    def hideEvent(self, event: QHideEvent) -> None:
        """The account is gone, and its page with it."""
        if self._ending is not None:
            self._ending.close_card()
        super().hideEvent(event)

    def _ending_gone(self) -> None:
        self._ending = None

    def _show_end(self, state: State) -> None:
        """Why the account is still there: where its password is asked for, or under the button."""
        words = words_of.sentence(state.end_failed, state.end_params) if state.end_failed is not None else ""
        if self._ending is not None:
            self._ending.show_failed(words)
        self._not_ended.say(words if self._ending is None else "")
