"""The app as a person has it: a real window on a real screen, its own backend, mouse and keyboard."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from companion.model.settings import Settings
from companion.ui.parts.buttons import Button
from companion.ui.parts.command_button import CommandButton
from companion.ui.start import dress
from companion.ui.window import Window
from ui.snapshots import EVERYTHING

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.needs("xvfb")


def until(true: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.05)


class Screen:
    """An X server of its own, with the app on it."""

    def __init__(self, place: Path) -> None:
        self._data = place / "data"
        self._log = (place / "app.log").open("wb")
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            pass_fds=[write], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as line:
            display = ":" + line.readline().strip()
        left_out = ("QT_QPA_PLATFORM", "QT_SCALE_FACTOR")
        self._env = {key: value for key, value in os.environ.items() if key not in left_out}
        self._env |= {"DISPLAY": display, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "xcb"}
        self._app = subprocess.Popen(
            [sys.executable, "-m", "companion", "--data-dir", str(self._data), "--lang", "en", "--theme", "dark"],
            env=self._env, stdout=self._log, stderr=self._log,
        )  # fmt: skip

    def run(self, *command: str) -> str:
        return subprocess.run(command, env=self._env, check=True, capture_output=True, text=True, timeout=20).stdout

    def click(self, place: QPoint) -> None:
        self.run("xdotool", "mousemove", str(place.x()), str(place.y()), "click", "1")

    def picture(self, file: Path) -> QImage:
        self.run("import", "-window", "root", str(file))
        return QImage(str(file))

    def sent(self) -> dict[str, str]:
        """Declared request -> outcome of its newest entry, from the app's own ledger on disk."""
        file = self._data / "ledger.db"
        if not file.exists():
            return {}
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as ledger:
            rows = ledger.execute("SELECT request, result FROM entry ORDER BY started_at").fetchall()
        return {request: json.loads(result)["outcome"] for request, result in rows}

    def is_locked(self) -> bool:
        place = json.loads((self._data / "backend" / "backend.json").read_text("utf-8"))
        request = urllib.request.Request(place["parties"]["console"] + "/demo/state")
        request.add_header("Authorization", f"Bearer {place['console_token']}")
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bool(json.load(answer)["vehicles"][0]["locked"])

    def stop(self) -> int:
        self._app.send_signal(signal.SIGTERM)
        try:
            return self._app.wait(10)
        finally:
            if self._app.poll() is None:
                self._app.kill()
                self._app.wait()
            self._server.terminate()
            self._server.wait(10)
            self._log.close()


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    made = Screen(tmp_path)
    yield made
    made.stop()


def places(qapp: QApplication) -> tuple[QPoint, QPoint]:
    """Where the demo sign-in and the unlock button are in a window of the same size, language and fonts."""
    settings = Settings(language="en", theme="dark")
    dress(qapp, settings)
    window = Window(settings)
    window.resize(1280, 800)
    window.complete()
    window.show()

    def middle(widget: QWidget) -> QPoint:
        qapp.processEvents()
        return widget.mapTo(window, widget.rect().center())

    window.show_state(EVERYTHING["signed out"])
    demo = middle(next(one for one in window.findChildren(Button) if one.text() == "Use the demo account"))
    window.show_state(EVERYTHING["window"])
    unlock = middle(next(one for one in window.findChildren(CommandButton) if one.action == "unlock"))
    window.close()
    window.deleteLater()
    return demo, unlock


def test_signing_in_and_unlocking_with_mouse_and_keyboard(qapp: QApplication, screen: Screen, tmp_path: Path) -> None:
    demo, unlock = places(qapp)
    until(lambda: screen.sent().get("product.discovery") == "done", "the backend found")
    screen.run("xdotool", "search", "--sync", "--onlyvisible", "--name", "^Companion$")
    until(lambda: _demo_offered(screen, demo, tmp_path), "the demo account offered")
    until(lambda: _is_pressed(screen, demo), "the demo account taken")
    until(lambda: screen.sent().get("vehicles.capabilities") == "done", "the car read")
    assert screen.is_locked()
    before = screen.picture(tmp_path / "locked.png")
    screen.click(unlock)
    until(lambda: _differ(before, screen.picture(tmp_path / "pad.png")), "the code pad, which dims the page")
    screen.run("xdotool", "type", "--delay", "60", "1948")
    assert "lock_unlock.challenge" not in screen.sent(), "something left before the last button"
    screen.run("xdotool", "key", "Return")
    until(lambda: not screen.is_locked(), "the car unlocked")
    assert screen.sent()["lock_unlock.unlock"] == "done"
    until(lambda: _differ(before, screen.picture(tmp_path / "unlocked.png")), "the window to show it")
    assert screen.stop() == 0


def _is_pressed(screen: Screen, demo: QPoint) -> bool:
    """The first picture of the window may stand there before what is in it: a person would press again."""
    screen.click(demo)
    end = time.monotonic() + 3
    while "sign_in.authorize" not in screen.sent() and time.monotonic() < end:
        time.sleep(0.1)
    return "sign_in.authorize" in screen.sent()


def _demo_offered(screen: Screen, demo: QPoint, place: Path) -> bool:
    """The button's surface is lighter than the page around it."""
    image = screen.picture(place / "start.png")
    return (
        image.pixelColor(demo.x() - 60, demo.y() - 14).lightness()
        > image.pixelColor(demo.x() + 300, demo.y()).lightness()
    )


def _differ(one: QImage, other: QImage) -> bool:
    """The statement at the top left of the page is another."""
    return one.copy(120, 80, 280, 34) != other.copy(120, 80, 280, 34)
