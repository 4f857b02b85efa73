"""The real window on a real screen, behind another one, as a message is heard. Prints what becomes of it, a word a line.

`told`: the message was heard; `PAGE active`: the window came to the front on that page. Ends when its standard input does.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QSocketNotifier, QTimer

from companion.model.message import MessageKind
from companion.model.settings import Settings
from companion.model.state import Notice, Tone
from companion.ui.start import first_window
from companion.ui.tray import Herald, desktop_tray
from ui.test_inbox import message, shown


def main() -> int:
    qt, window = first_window(Settings(language="en", theme="dark"))
    window.complete()
    herald = Herald(window, desktop_tray)
    one = message(MessageKind.CHARGING_STOPPED, 7, "UNPLUGGED")
    state = shown(one, notices=(Notice(1, "message.told", (), Tone.WARN, "show", message=one),))
    window.showMinimized()

    def hear() -> None:
        window.show_state(state)
        herald.show_state(state)
        print("told", flush=True)

    def look() -> None:
        if window.glass.shown == "charging":
            print(f"charging {'hidden' if window.isMinimized() or not window.isVisible() else 'shown'}", flush=True)
            timer.stop()

    timer = QTimer(interval=50)
    timer.timeout.connect(look)
    timer.start()
    QTimer.singleShot(500, hear)
    end = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    end.activated.connect(qt.quit)
    return int(qt.exec())


if __name__ == "__main__":
    sys.exit(main())
