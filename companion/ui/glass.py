"""All that is on the window in one language and theme: rail, top bar, pages, panel, toast, code pad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from companion.model.command import Command, Kind, Phase
from companion.model.mercator import TileId
from companion.model.message import Message
from companion.model.state import SignInStage, State
from companion.ui import notice as words_of
from companion.ui.pages.unsent import Edits
from companion.ui.panel.panel import Panel
from companion.ui.panel.strip import Strip
from companion.ui.parts import paint
from companion.ui.parts.code_pad import CodePad
from companion.ui.parts.popover import Card
from companion.ui.parts.rail import Rail
from companion.ui.parts.toast import Toast
from companion.ui.parts.top_bar import TopBar
from companion.ui.text import text
from companion.ui.theme import theme

if TYPE_CHECKING:
    from companion.ui.pages.charging import ChargingPage
    from companion.ui.pages.climate import ClimatePage
    from companion.ui.pages.in_car import InCarPage
    from companion.ui.pages.map import MapPage
    from companion.ui.pages.overview import OverviewPage
    from companion.ui.pages.privacy import PrivacyPage
    from companion.ui.pages.settings import SettingsPage
    from companion.ui.pages.sign_in import SignInPage
    from companion.ui.parts.inbox_card import InboxCard
    from companion.ui.window import Window

    Page = SignInPage | OverviewPage | ClimatePage | ChargingPage | MapPage | InCarPage | PrivacyPage | SettingsPage

RAIL, STRIP = 88, 56
NARROW = 1180
"""Below this width the panel opens over the content."""


class _Scrim(QWidget):
    """Dims the content under an overlaid panel; a press closes it."""

    def __init__(self, glass: Glass) -> None:
        super().__init__(glass)
        self._glass = glass

    def mousePressEvent(self, event: object) -> None:
        self._glass.toggle_panel()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.begin(self).fillRect(self.rect(), theme().color("canvas", 0.4))


class Glass(QWidget):
    def __init__(self, window: Window, page: str, edits: Edits | None = None) -> None:
        """`edits`: what was changed on the pages of before and is not sent."""
        super().__init__(window)
        self._window = window
        self.page = page
        self._state, self._now = State(), datetime.now().astimezone()
        self._pad: CodePad | None = None
        self._told: Card | None = None
        self.inbox: InboxCard | None = None
        self._is_ready = self._was_inside = False
        self._is_open = window.settings.panel_open and window.width() >= NARROW
        self._rail, self.panel, self._strip = Rail(), Panel(), Strip()
        self._content = QWidget()
        self._content.setObjectName("content")
        self._top, self._stack = TopBar(), QStackedWidget()
        self.edits = edits or Edits()
        self._pages: dict[str, Page] = {}
        """Made when first shown: a page that nobody looks at costs nothing."""
        self.shown = ""
        self._scrim = _Scrim(self)
        self._toast = Toast(self._content)
        self._build()
        self._wire()

    def _build(self) -> None:
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addWidget(self._stack, 1)
        for widget in (self._rail, self._content, self._scrim, self._strip, self.panel):
            widget.setParent(self)
        self.setTabOrder(self._rail, self._content)

    def _wire(self) -> None:
        window = self._window
        self._rail.page_requested.connect(self.go)
        self._top.refresh_requested.connect(window.read_stored_requested)
        self._top.vehicle_selected.connect(window.vehicle_selected)
        self._top.inbox_requested.connect(self.open_inbox)
        self.panel.focus_requested.connect(window.focus_requested)
        self._toast.dismissed.connect(window.notice_dismissed)
        self._toast.action_requested.connect(self._act_on_notice)
        self.panel.look_again_requested.connect(window.look_again_requested)
        self.panel.collapse_requested.connect(self.toggle_panel)
        self._strip.expand_requested.connect(self.toggle_panel)

    # -- pages --------------------------------------------------------------------------------------------------

    def _page(self, name: str) -> Page:
        if name not in self._pages:
            makers: dict[str, Callable[[], Page]] = {
                "sign_in": self._sign_in, "overview": self._overview, "settings": self._settings,
                "privacy": self._privacy, "in_car": self._in_car, "climate": self._climate, "charging": self._charging,
                "map": self._map,
            }  # fmt: skip
            page = makers[name]()
            page.focus_requested.connect(self._window.focus_requested)
            self._pages[name] = page
            self._stack.addWidget(page)
        return self._pages[name]

    def _sign_in(self) -> SignInPage:
        from companion.ui.pages.sign_in import SignInPage

        page = SignInPage()
        self._pass_up(
            page, "sign_in_requested", "demo_sign_in_requested", "draft_changed", "demo_draft_requested",
            "retry_requested", "fresh_demo_requested",
        )  # fmt: skip
        return page

    def _overview(self) -> OverviewPage:
        from companion.ui.pages.overview import OverviewPage

        page = OverviewPage()
        self._pass_up(
            page, "command_requested", "read_stored_requested",
            "read_current_requested", "check_command_requested",
        )  # fmt: skip
        page.unlock_asked.connect(self.open_code_pad)
        page.page_requested.connect(self.go)
        return page

    def _climate(self) -> ClimatePage:
        from companion.ui.pages.climate import ClimatePage

        page = ClimatePage(self.edits)
        self._pass_up(
            page, "wished", "command_requested", "check_command_requested",
        )  # fmt: skip
        return page

    def _charging(self) -> ChargingPage:
        from companion.ui.pages.charging import ChargingPage

        page = ChargingPage(self.edits)
        self._pass_up(
            page, "wished", "command_requested", "plug_requested", "plan_requested", "check_command_requested",
        )  # fmt: skip
        return page

    def _map(self) -> MapPage:
        from companion.ui.pages.map import MapPage

        page = MapPage(self.edits)
        page.edges_moved.connect(lambda *edges: self._toast.keep_clear(*edges) if self.shown == "map" else None)
        self._pass_up(
            page, "wished", "command_requested", "read_current_requested", "check_command_requested", "map_looked",
            "map_retry_requested", "map_spoilt", "event_picked", "acknowledge_requested", "place_drafted",
            "place_wanted", "places_cleared",
        )  # fmt: skip
        return page

    def show_picture(self, number: int, tile: TileId, is_light: bool, content: bytes | None) -> None:
        """A picture of the map, for the page that asked for it."""
        if "map" in self._pages:
            self._pages["map"].show_picture(number, tile, is_light, content)  # type: ignore[union-attr]

    def _in_car(self) -> InCarPage:
        from companion.ui.pages.in_car import InCarPage

        page = InCarPage()
        self._pass_up(page, "in_car_look_requested", "flip_requested")
        return page

    def _privacy(self) -> PrivacyPage:
        from companion.ui.pages.privacy import PrivacyPage

        page = PrivacyPage()
        self._pass_up(page, "privacy_look_requested", "clock_move_requested", "receipt_requested")
        self._pass_up(
            page.held, "holdings_requested", "more_holdings_requested", "holdings_again_requested",
            "holdings_export_requested",
        )  # fmt: skip
        page.page_requested.connect(self.go)
        page.focus_requested.connect(self._open_panel)
        return page

    def _pass_up(self, page: QWidget, *signals: str) -> None:
        """What a page asks for under the same name as the window."""
        for name in signals:
            getattr(page, name).connect(getattr(self._window, name))

    def _open_panel(self) -> None:
        """Somebody asked for what only the panel shows."""
        if not self._is_open:
            self.toggle_panel()

    def _settings(self) -> SettingsPage:
        from companion.ui.pages.settings import SettingsPage

        page, window = SettingsPage(self._window.settings), self._window
        self._pass_up(page, "sign_out_requested", "erase_ledger_requested", "deletion_drafted", "deletion_requested")
        self._pass_up(page, "map_source_requested")
        page.sign_in_asked.connect(lambda: self.go("overview"))
        page.settings_changed.connect(window.change_settings)
        return page

    # -- state --------------------------------------------------------------------------------------------------

    def show_state(self, state: State, now: datetime) -> None:
        """`now`: the backend's clock."""
        self._state, self._now = state, now
        inside = state.account.stage is SignInStage.SIGNED_IN
        if self._was_inside and not inside and self.page == "settings":
            # Nobody is left there without a way on.
            self.page = "overview"
        self._was_inside = inside
        shown = self.page if inside or self.page == "settings" else "sign_in"
        page = self._page(shown)
        page.show_state(state, now)
        self._turn(shown, page, state)
        self._rail.show_page(shown, inside)
        titles = {"settings": text("page.settings"), "privacy": text("page.privacy"), "sign_in": ""}
        self._top.show_state(state, now, titles.get(shown))
        if not self.panel.isHidden():
            # A glass that is made anew is not on screen yet.
            self.panel.show_privacy(state.privacy, now)
        self._strip.show_privacy(state.privacy)
        # The sign-in page says this itself, where it is needed.
        told = tuple(one for one in state.notices if shown != "sign_in" or one.key != "session.signed_out")
        self._toast.show_notices(told)
        self._follow_code(state)
        if self.inbox is not None:
            self.inbox.show_state(state, now)
        if state.deletion is not None and self._told is None:
            self._tell_deletion(state)

    def _tell_deletion(self, state: State) -> None:
        """What went with the account stays on screen until it has been read."""
        from companion.ui.pages.account_cards import tell

        assert state.deletion is not None
        fresh = self._window.fresh_demo_requested.emit if state.link.stage_open else None
        self._told = tell(self, state.deletion, fresh)
        self._told.closed.connect(self._deletion_read)

    def _deletion_read(self) -> None:
        self._told = None
        self._window.deletion_read.emit()

    def _turn(self, shown: str, page: Page, state: State) -> None:
        """Another page: it gets the focus, and the panel follows what it is for."""
        ready = state.account.stage is not SignInStage.STARTING and bool(state.link.backend_name)
        moved = shown != self.shown
        if moved and "privacy" in (shown, self.shown):
            # The page is about what the panel shows one of: it needs the room.
            self._is_open = shown != "privacy" and self._window.settings.panel_open and self.width() >= NARROW
            self._place()
        self.shown = shown
        self._toast.keep_clear(*(page.edges if shown == "map" else (0, 0)))  # type: ignore[union-attr]
        self._stack.setCurrentWidget(page)
        can_begin = shown == "sign_in" and ready and not self._is_ready
        if moved or can_begin:
            page.take_focus()
        if can_begin:
            # Not from inside the snapshot's own signal.
            QTimer.singleShot(0, lambda: self._window.focus_requested.emit("sign_in"))
        self._is_ready = ready and shown == "sign_in"
        if state.account.stage is SignInStage.SIGNED_IN and (left := self._pages.pop("sign_in", None)) is not None:
            # What was typed does not outlive the sign-in.
            self._stack.removeWidget(left)
            left.deleteLater()

    def go(self, page: str) -> None:
        self.page = page
        self._window.show_state(self._state)

    # -- messages -----------------------------------------------------------------------------------------------

    def open_inbox(self) -> None:
        if self.inbox is not None or self._state.account.stage is not SignInStage.SIGNED_IN:
            return
        from companion.ui.parts.inbox_card import InboxCard

        self.inbox = card = InboxCard(self, self._window.settings.ledger_days)
        card.read.connect(self._window.messages_read)
        card.clear_requested.connect(self._window.clear_messages_requested)
        card.opened.connect(self.show_message)
        card.notices_requested.connect(self._show_notices)
        card.closed.connect(self._inbox_gone)
        card.open_at(self._top.bell, self._state, self._now)

    def close_inbox(self) -> None:
        if self.inbox is not None:
            self.inbox.close_card()

    def _inbox_gone(self) -> None:
        self.inbox = None

    def _show_notices(self) -> None:
        from companion.ui.pages.settings import SettingsPage

        self.go("settings")
        page = self._page("settings")
        assert isinstance(page, SettingsPage)
        page.show_notices()

    def show_message(self, message: Message) -> None:
        """The page that it is about, of the car that it is about."""
        self._window.messages_read.emit(frozenset({message.id}))
        if all(one.vin != message.vin for one in self._state.vehicles):
            return
        if message.vin != self._state.selected:
            self._window.vehicle_selected.emit(message.vin)
        self.go(message.topic.value)
        if message.event is not None:
            self._page("map").replay(message.event)  # type: ignore[union-attr]

    def _act_on_notice(self, ident: int, action: str) -> None:
        told = next((one.message for one in self._state.notices if one.id == ident), None)
        self._window.notice_action_requested.emit(ident, action)
        if told is not None:
            self.show_message(told)

    # -- security code ------------------------------------------------------------------------------------------

    def open_code_pad(self) -> None:
        self.close_code_pad()
        pad = CodePad(self)
        pad.code_entered.connect(self._window.unlock_requested)
        pad.closed.connect(self._pad_gone)
        self._pad = pad
        self._say_pause(pad)
        pad.show_centred()

    def _say_pause(self, pad: CodePad) -> None:
        """While too many wrong codes hold it up, the pad says so before anything is typed."""
        command = self._state.command(Kind.UNLOCK)
        if command is None or command.reason != "code.locked" or command.ended_at is None:
            return
        minutes = int(dict(command.params).get("minutes", "15"))
        left = command.ended_at + timedelta(minutes=minutes) - self._now
        if left > timedelta():
            rest = str(-(-left // timedelta(minutes=1)))
            pad.show_wrong(words_of.sentence("code.locked", (("minutes", rest),)), locked=True)

    def close_code_pad(self) -> None:
        if self._pad is not None:
            self._pad.close_card()

    def _pad_gone(self) -> None:
        self._pad = None

    def _follow_code(self, state: State) -> None:
        """The pad stays while the code is under way: it closes when accepted, and says what was wrong with it."""
        command = state.command(Kind.UNLOCK)
        if self._pad is None or command is None or not self._is_of_pad(command):
            return
        if command.phase is Phase.SENDING:
            self._pad.show_busy()
        elif command.phase is Phase.FAILED and command.reason in (
            "code.wrong",
            "code.locked",
            "code.challenge_expired",
        ):
            words = words_of.sentence(command.reason, command.params)
            self._pad.show_wrong(words, locked=command.reason == "code.locked")
        else:
            self._pad.close_card()

    def _is_of_pad(self, command: Command) -> bool:
        """A command of before the pad was opened is not its business; each end is told once."""
        assert self._pad is not None
        return self._pad.takes(command.id, command.phase)

    # -- geometry -----------------------------------------------------------------------------------------------

    def toggle_panel(self) -> None:
        self._is_open = not self._is_open
        self._place()
        self._window.show_state(self._state)
        if self.width() >= NARROW and self.shown != "privacy":
            self._window.change_settings(replace(self._window.settings, panel_open=self._is_open))

    def next_area(self) -> None:
        """F6: rail, top bar, content, panel."""
        areas = [self._rail, self._top, self._stack, self.panel if self.panel.isVisible() else self._strip]
        here = QApplication.focusWidget()
        at = next((place for place, area in enumerate(areas) if here is not None and area.isAncestorOf(here)), -1)
        for step in range(1, len(areas) + 1):
            stops = areas[(at + step) % len(areas)].findChildren(QWidget)
            for one in stops:
                if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible() and one.isEnabled():
                    one.setFocus(Qt.FocusReason.ShortcutFocusReason)
                    return

    def resizeEvent(self, event: QResizeEvent) -> None:
        old, new = event.oldSize().width(), event.size().width()
        if old > 0 and (old >= NARROW) is not (new >= NARROW):
            self._is_open = self._window.settings.panel_open and new >= NARROW
        self._place()

    def _place(self) -> None:
        wide, high = self.width(), self.height()
        panel = 400 if wide >= 1360 else 368 if wide >= 1024 else 344
        over = self._is_open and wide < NARROW
        taken = panel if self._is_open and not over else STRIP
        self._rail.setGeometry(0, 0, RAIL, high)
        self._content.setGeometry(RAIL, 0, wide - RAIL - taken, high)
        self._strip.setGeometry(wide - STRIP, 0, STRIP, high)
        self.panel.setGeometry(QRect(wide - panel, 0, panel, high))
        self._scrim.setGeometry(RAIL, 0, wide - RAIL - panel, high)
        self.panel.setVisible(self._is_open)
        self._strip.setVisible(not self._is_open)
        self._scrim.setVisible(over)
        if over:
            self._scrim.raise_()
            self.panel.raise_()
        self._toast.place()
