"""The window: rail, content and the privacy panel. First an empty frame, then, once painted, all of it.

A change of language or theme makes the glass anew from the same snapshot: nothing on it holds a colour or a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QWidget

from companion.model.mercator import TileId
from companion.model.settings import Settings
from companion.ui.theme import theme

if TYPE_CHECKING:
    from companion.model.privacy import Stage
    from companion.model.state import State
    from companion.ui.glass import Glass

SMALLEST, USUAL = (1024, 700), (1280, 800)
AGE_TICK = 20_000


class Window(QWidget):
    """
    Signals (up):
        sign_in_requested(str, str, str), demo_sign_in_requested(), sign_out_requested(), draft_changed(str, str, str),
        demo_draft_requested(),
        retry_requested(), command_requested(Kind), unlock_requested(str),
        read_stored_requested(), read_current_requested(),
        check_command_requested(Kind), focus_requested(str), vehicle_selected(str), notice_dismissed(int),
        notice_action_requested(int, str), settings_changed(Settings), erase_ledger_requested(),
        wished(Kind, Wish),
        in_car_look_requested(), flip_requested(str, bool), plug_requested(bool), plan_requested(PlanAsk),
        event_picked(str), acknowledge_requested(),
        map_looked(Look), map_retry_requested(), map_spoilt(TileId),
        map_source_requested(MapSource, str | None), place_drafted(str, place), place_wanted(str, place), places_cleared(),
        privacy_look_requested(), clock_move_requested(str),
        receipt_requested(), look_again_requested(str), holdings_requested(HeldQuery),
        more_holdings_requested(), holdings_again_requested(), holdings_export_requested(str, str),
        messages_read(frozenset[str]), clear_messages_requested(),
        deletion_drafted(str), deletion_requested(str), deletion_read(), fresh_demo_requested(): verbs of the session.
        dressed(): another language or theme is in force.
        closed(): the window was closed.
    """

    sign_in_requested = Signal(str, str, str)
    demo_sign_in_requested = Signal()
    sign_out_requested = Signal()
    draft_changed = Signal(str, str, str)
    demo_draft_requested = Signal()
    retry_requested = Signal()
    command_requested = Signal(object)
    unlock_requested = Signal(str)
    read_stored_requested = Signal()
    read_current_requested = Signal()
    check_command_requested = Signal(object)
    focus_requested = Signal(str)
    vehicle_selected = Signal(str)
    notice_dismissed = Signal(int)
    notice_action_requested = Signal(int, str)
    settings_changed = Signal(object)
    erase_ledger_requested = Signal()
    wished = Signal(object, object)
    in_car_look_requested = Signal()
    flip_requested = Signal(str, bool)
    plug_requested = Signal(bool)
    plan_requested = Signal(object)
    event_picked = Signal(str)
    acknowledge_requested = Signal()
    map_looked = Signal(object)
    map_retry_requested = Signal()
    map_spoilt = Signal(object)
    map_source_requested = Signal(object, object)
    place_drafted = Signal(str, object)
    place_wanted = Signal(str, object)
    places_cleared = Signal()
    look_again_requested = Signal(str)
    privacy_look_requested = Signal()
    clock_move_requested = Signal(str)
    receipt_requested = Signal()
    holdings_requested = Signal(object)
    more_holdings_requested = Signal()
    holdings_again_requested = Signal()
    holdings_export_requested = Signal(str, str)
    messages_read = Signal(object)
    clear_messages_requested = Signal()
    deletion_drafted = Signal(str)
    deletion_requested = Signal(str)
    deletion_read = Signal()
    fresh_demo_requested = Signal()
    dressed = Signal()
    closed = Signal()

    def __init__(self, settings: Settings, dress: Callable[[Settings], None] = lambda settings: None) -> None:
        """`dress` puts language and theme in force."""
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("Companion")
        self.setMinimumSize(*SMALLEST)
        self.resize(*USUAL)
        self.settings = settings
        self._dress = dress
        self._glass: Glass | None = None
        self._state: State | None = None

    def complete(self) -> None:
        """Everything beyond the first frame."""
        from PySide6.QtCore import Qt

        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._make_glass("overview")
        self._ages = QTimer(self, interval=AGE_TICK)
        self._ages.timeout.connect(self._show_ages)
        self._ages.start()
        self._shortcuts()

    # -- state --------------------------------------------------------------------------------------------------

    def show_picture(self, number: int, tile: TileId, is_light: bool, content: bytes | None) -> None:
        """A picture of the map, as its source gave it; None: there is none, or none now."""
        if self._glass is not None:
            self._glass.show_picture(number, tile, is_light, content)

    def show_state(self, state: State) -> None:
        self._state = state
        if self._glass is not None:
            self._glass.show_state(state, datetime.now(UTC) + state.link.clock_offset)

    def _show_ages(self) -> None:
        if self._state is not None and self.isVisible():
            self.show_state(self._state)

    def show_page(self, page: str) -> None:
        self.glass.go(page)

    def show_stage(self, stage: Stage) -> None:
        self.glass.panel.show_stage(stage)

    def open_code_pad(self) -> None:
        self.glass.open_code_pad()

    def close_code_pad(self) -> None:
        self.glass.close_code_pad()

    def open_inbox(self) -> None:
        self.glass.open_inbox()

    def close_inbox(self) -> None:
        self.glass.close_inbox()

    @property
    def glass(self) -> Glass:
        assert self._glass is not None
        return self._glass

    # -- language and theme -------------------------------------------------------------------------------------

    def change_settings(self, settings: Settings) -> None:
        """Puts them in force and passes them on."""
        before, self.settings = self.settings, settings
        self.settings_changed.emit(settings)
        looks = ("language", "theme", "reduced_motion")
        if any(getattr(before, name) != getattr(settings, name) for name in looks):
            # Not while a widget of the old glass is still handling its own event.
            QTimer.singleShot(0, self.redress)

    def redress(self) -> None:
        self._dress(self.settings)
        if self._glass is not None:
            self._make_glass(self._glass.page)
        self.dressed.emit()

    def _make_glass(self, page: str) -> None:
        from companion.ui.glass import Glass

        old = self._glass
        focused = self.focusWidget().objectName() if self.focusWidget() is not None else ""
        self._glass = Glass(self, page, old.edits if old is not None else None)
        if old is not None:
            old.hide()
            old.deleteLater()
        self._glass.setGeometry(self.rect())
        if self._state is not None:
            self.show_state(self._state)
        self._glass.show()
        again = self._glass.findChild(QWidget, focused) if focused else None
        if again is not None:
            from PySide6.QtCore import Qt

            again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _shortcuts(self) -> None:
        def on(keys: str, call: Callable[[], None]) -> None:
            QShortcut(QKeySequence(keys), self).activated.connect(call)

        from companion.ui.parts.rail import PAGES

        for number, (page, _) in enumerate(PAGES, 1):
            on(f"Ctrl+{number}", partial(self._go, page))
        on("Ctrl+P", lambda: self.glass.toggle_panel())
        on("F6", lambda: self.glass.next_area())
        on("Ctrl+I", self.open_inbox)
        on("F5", self.read_stored_requested.emit)
        on("Ctrl+Q", self._quit)

    def _go(self, page: str) -> None:
        self.glass.go(page)

    def _quit(self) -> None:
        self.close()

    # -- events -------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._glass is not None:
            self._glass.setGeometry(self.rect())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        wanted = QEvent.Type.ThemeChange
        if event.type() is wanted and self._glass is not None and self.settings.theme == "system":
            QTimer.singleShot(0, self.redress)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def paintEvent(self, event: QEvent) -> None:
        from PySide6.QtGui import QPainter

        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("canvas"))
        painter.fillRect(0, 0, 88, self.height(), theme().color("rail"))
