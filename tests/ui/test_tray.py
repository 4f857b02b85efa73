"""What the desktop is told, and when not: a tray that writes down what it is given."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from backend_process import ROOT
from companion.model.message import Message, MessageKind
from companion.model.state import Notice, State, Tone
from companion.ui import tray
from companion.ui.parts.mark import SIZES, app_icon
from companion.ui.tray import Herald, Tray
from companion.ui.window import Window
from ui.snapshots import notice
from ui.test_inbox import ALL, OTHER, message, shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise", "systemTrayWindowChanged")
"""A screen that is none has nothing to raise and no tray to watch."""


class FakeTray(QObject):
    opened = Signal()
    quit_asked = Signal()
    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str]] = []
        self.words = ""
        self.is_closed = False

    def show_message(self, title: str, words: str) -> None:
        self.told.append((title, words))

    def show_words(self, words: str) -> None:
        self.words = words

    def close(self) -> None:
        self.is_closed = True


class Desktop:
    """`trays`: all that were made, in order. `has_place`: whether there is one for another."""

    def __init__(self) -> None:
        self.trays: list[FakeTray] = []
        self.has_place = True

    def make(self) -> FakeTray | None:
        if self.has_place:
            self.trays.append(FakeTray())
        return self.trays[-1] if self.has_place else None

    @property
    def told(self) -> list[tuple[str, str]]:
        return [one for tray in self.trays for one in tray.told]


@pytest.fixture
def desktop() -> Desktop:
    return Desktop()


@pytest.fixture
def front(window: Window, monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Whether the window is in front; at first it is not."""

    def put(on: bool) -> None:
        monkeypatch.setattr(window, "isActiveWindow", lambda: on)

    put(False)
    return put


@pytest.fixture
def herald(window: Window, desktop: Desktop, front: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch) -> Herald:
    monkeypatch.setattr(tray, "TOGETHER", 10)
    return Herald(window, desktop.make)  # type: ignore[arg-type]


def saying(*messages: Message) -> State:
    """As after these were heard, the last of them last; the newest is said."""
    told = Notice(int(messages[-1].id), "message.told", (), Tone.INFO, "show", message=messages[-1])
    return shown(*reversed(messages), notices=(told,))


def hear(window: Window, herald: Herald, *messages: Message) -> None:
    for count in range(1, len(messages) + 1):
        state = saying(*messages[:count])
        window.show_state(state)
        herald.show_state(state)


ONE = message(MessageKind.CHARGING_STARTED, 30)
TWO = message(MessageKind.CHARGING_STOPPED, 31, "UNPLUGGED", vin=OTHER)
SAID = ("Taycan", "Charging started at 62\u202f%, to 85\u202f%.")


def test_a_message_is_told_by_the_desktop_while_the_window_is_not_in_front(
    qtbot: QtBot, window: Window, herald: Herald, desktop: Desktop
) -> None:
    hear(window, herald, ONE)
    qtbot.waitUntil(lambda: desktop.told == [SAID])
    assert desktop.trays[0].words == "Companion · 1 unread"
    # The same snapshot again, and one with another notice, tell nothing again.
    herald.show_state(saying(ONE))
    lost = replace(notice("link.lost", time="2026-01-01T00:00:00+00:00"), id=40)
    herald.show_state(replace(saying(ONE), notices=(*saying(ONE).notices, lost)))
    qtbot.wait(60)
    assert desktop.told == [SAID]


def test_in_front_the_window_says_it_itself(
    qtbot: QtBot, window: Window, herald: Herald, desktop: Desktop, front: Callable[[bool], None]
) -> None:
    front(True)
    hear(window, herald, ONE)
    front(False)
    qtbot.wait(60)
    assert desktop.told == []
    hear(window, herald, ONE, TWO)
    qtbot.waitUntil(lambda: len(desktop.told) == 1)
    assert desktop.told[0] == ("Cayenne", "Charging stopped at 62\u202f%: unplugged.")


def test_who_comes_back_in_time_is_not_told(
    qtbot: QtBot, window: Window, herald: Herald, desktop: Desktop, front: Callable[[bool], None]
) -> None:
    hear(window, herald, ONE)
    front(True)
    qtbot.wait(60)
    assert desktop.told == []


def test_several_at_once_are_told_as_one(qtbot: QtBot, window: Window, herald: Herald, desktop: Desktop) -> None:
    hear(window, herald, ONE, TWO)
    qtbot.waitUntil(lambda: desktop.told == [("2 new messages", "Charging stopped at 62\u202f%: unplugged.")])
    desktop.trays[0].pressed.emit()
    assert window.glass.inbox is not None


def test_another_notice_is_none_of_the_desktops_business(
    qtbot: QtBot, window: Window, herald: Herald, desktop: Desktop
) -> None:
    herald.show_state(shown(*ALL, notices=(notice("link.lost", time="2026-01-01T00:00:00+00:00"),)))
    qtbot.wait(60)
    assert desktop.told == []


def test_a_press_on_it_raises_the_window_on_the_page(
    qtbot: QtBot, window: Window, herald: Herald, desktop: Desktop
) -> None:
    hear(window, herald, TWO)
    qtbot.waitUntil(lambda: len(desktop.told) == 1)
    window.showMinimized()
    with qtbot.waitSignal(window.vehicle_selected) as asked:
        desktop.trays[0].pressed.emit()
    assert asked.args == [OTHER]
    assert window.glass.shown == "charging"
    assert not window.isMinimized()
    assert window.isVisible()


def test_the_icon_leads_there_too_and_once(qtbot: QtBot, window: Window, herald: Herald, desktop: Desktop) -> None:
    hear(window, herald, TWO)
    qtbot.waitUntil(lambda: len(desktop.told) == 1)
    desktop.trays[0].opened.emit()
    assert window.glass.shown == "charging"
    window.show_page("overview")
    desktop.trays[0].opened.emit()
    assert window.glass.shown == "overview"


def test_what_was_read_meanwhile_is_not_shown_again(
    qtbot: QtBot, window: Window, herald: Herald, desktop: Desktop
) -> None:
    hear(window, herald, ONE, TWO)
    qtbot.waitUntil(lambda: len(desktop.told) == 1)
    herald.show_state(shown(TWO, replace(ONE, is_read=True)))
    desktop.trays[0].opened.emit()
    assert window.glass.inbox is None
    assert window.glass.shown == "charging"


def test_its_menu_opens_and_quits(qtbot: QtBot, window: Window, herald: Herald, desktop: Desktop) -> None:
    window.showMinimized()
    desktop.trays[0].opened.emit()
    assert not window.isMinimized()
    with qtbot.waitSignal(window.closed):
        desktop.trays[0].quit_asked.emit()
    assert desktop.trays[0].is_closed


def test_the_owner_switches_it_off_and_on(qtbot: QtBot, window: Window, herald: Herald, desktop: Desktop) -> None:
    window.change_settings(replace(window.settings, desktop_notices=False))
    assert [one.is_closed for one in desktop.trays] == [True]
    hear(window, herald, ONE)
    qtbot.wait(60)
    assert desktop.told == []
    window.change_settings(replace(window.settings, desktop_notices=True))
    assert [one.is_closed for one in desktop.trays] == [True, False]
    hear(window, herald, ONE, TWO)
    qtbot.waitUntil(lambda: len(desktop.told) == 1)


def test_a_desktop_may_offer_its_place_later(qtbot: QtBot, window: Window, herald: Herald, desktop: Desktop) -> None:
    desktop.trays.clear()
    herald._tray = None
    desktop.has_place = False
    hear(window, herald, ONE)
    qtbot.wait(60)
    assert desktop.told == []
    desktop.has_place = True
    hear(window, herald, ONE, TWO)
    qtbot.waitUntil(lambda: len(desktop.told) == 1)


def test_another_language_makes_the_menu_anew(qtbot: QtBot, window: Window, herald: Herald, desktop: Desktop) -> None:
    window.change_settings(replace(window.settings, language="de"))
    qtbot.waitUntil(lambda: len(desktop.trays) == 2)
    assert desktop.trays[0].is_closed
    hear(window, herald, ONE)
    qtbot.waitUntil(lambda: desktop.told == [("Taycan", "Laden hat bei 62\u202f% begonnen, bis 85\u202f%.")])


FIRST_FRAME = """
import sys
from companion.model.settings import Settings
from companion.ui.start import first_window
first_window(Settings())
print([name for name in sys.modules for part in ("message", "inbox", "tray") if name.startswith("companion.") and part in name])
"""


def test_the_first_frame_waits_for_nothing_of_it() -> None:
    command = [sys.executable, "-c", FIRST_FRAME]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[]"


# -- the tray itself --------------------------------------------------------------------------------------------------


def test_the_menu_and_the_icon_of_the_tray(qtbot: QtBot, window: Window) -> None:
    real = Tray()
    actions = {one.text(): one for one in real._menu.actions()}
    assert list(actions) == ["Open Companion", "Quit"]
    with qtbot.waitSignal(real.quit_asked):
        actions["Quit"].trigger()
    with qtbot.waitSignal(real.opened):
        actions["Open Companion"].trigger()
    with qtbot.waitSignal(real.opened):
        real._icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    with qtbot.assertNotEmitted(real.opened):
        real._icon.activated.emit(QSystemTrayIcon.ActivationReason.Context)
    with qtbot.waitSignal(real.pressed):
        real._icon.messageClicked.emit()
    real.show_words("Companion · 2 unread")
    assert real._icon.toolTip() == "Companion · 2 unread"
    given: list[tuple[str, str, bool, int]] = []
    real._icon.showMessage = lambda title, words, icon, time: given.append((title, words, icon.isNull(), time))  # type: ignore[method-assign]
    real.show_message(*SAID)
    assert given == [(*SAID, False, tray.SHOWN_FOR)]
    real.close()


def test_the_icon_is_our_own_in_every_size(qtbot: QtBot, window: Window) -> None:
    icon = app_icon()
    assert isinstance(icon, QIcon)
    for size in SIZES:
        image = icon.pixmap(size, size).toImage()
        middle = image.pixelColor(size // 2, size // 2)
        assert middle.blue() > middle.red() + 40, size
        assert image.pixelColor(0, 0).alpha() < 255, size


def test_without_a_place_on_the_desktop_there_is_no_tray(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    assert tray.desktop_tray() is None
