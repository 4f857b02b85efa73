"""A message as the desktop itself gets it: over a session bus, from a real window, and a press on the icon back to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
pytestmark = [pytest.mark.needs("xvfb", "dbus-daemon"), pytest.mark.timeout(60)]


@contextmanager
def program(*command: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """Ends when its standard input is closed, or is ended."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **env},
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        if command[0] != sys.executable:
            process.terminate()
        process.wait(10)
        process.stdout.close()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def screen() -> Iterator[dict[str, str]]:
    """A display and a session bus of its own, as environment."""
    read, write = os.pipe()
    with ExitStack() as stack:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            pass_fds=[write], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        stack.callback(lambda: (server.terminate(), server.wait(10)))
        os.close(write)
        with os.fdopen(read) as told:
            display = ":" + told.readline().strip()
        bus = stack.enter_context(program("dbus-daemon", "--session", "--nofork", "--print-address"))
        yield {
            "DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": line(bus), "QT_QPA_PLATFORM": "xcb",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}",
        }  # fmt: skip


def asked(desktop: subprocess.Popen[str], what: str) -> Any:
    """The next thing of this kind that the desktop was asked for."""
    while told := line(desktop):
        if what in (table := json.loads(told)):
            return table[what]
    raise AssertionError(f"never asked for: {what}")


def test_the_desktop_tells_a_message_and_a_press_on_the_icon_brings_the_window_back(screen: dict[str, str]) -> None:
    with program(sys.executable, str(HERE / "desktop.py"), **screen) as desktop:
        assert line(desktop) == "ready"
        with program(sys.executable, str(HERE / "telling_app.py"), **screen) as app:
            assert asked(desktop, "tray")
            assert line(app) == "told"
            assert asked(desktop, "notice") == ["Taycan", "Charging stopped at 62\u202f%: unplugged."]
            assert desktop.stdin is not None
            desktop.stdin.write("press\n")
            desktop.stdin.flush()
            assert line(app) == "charging shown"


def test_without_a_desktop_that_has_a_place_the_window_tells_it_alone(screen: dict[str, str]) -> None:
    with program(sys.executable, str(HERE / "telling_app.py"), **screen) as app:
        assert line(app) == "told"
