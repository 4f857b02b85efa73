"""The refresh token in a real Secret Service, and the app on a computer that has no keyring."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app_driver import Driver, running
from backend_process import ROOT, Backend
from companion.core.keys import SystemKeys
from companion.model.command import Kind, Phase
from companion.model.state import SignInStage

SAVE_LOAD_FORGET = """
import asyncio, sys
from companion.core.keys import SystemKeys

async def main():
    keys = SystemKeys()
    assert await keys.load("here") is None
    assert await keys.save("here", "first token")
    assert await keys.save("here", "second token")
    assert await SystemKeys().load("here") == "second token"
    assert await keys.load("elsewhere") is None
    await keys.forget("here")
    assert await keys.load("here") is None
    await keys.forget("here")

asyncio.run(main())
import keyring
print(type(keyring.get_keyring()).__module__)
"""
SIGN_IN = """
import asyncio, sys
sys.path[:0] = sys.argv[1:3]
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app_driver import running
from companion.core.keys import SystemKeys
from companion.model.state import SignInStage

async def main():
    async with running(Path(sys.argv[3]), {"porsche_system": sys.argv[4]}, SystemKeys()) as driver:
        if sys.argv[5] == "sign_in":
            await driver.sign_in()
            assert driver.state.account.remembered is True
        elif sys.argv[5] == "resume":
            await driver.session.start()
            await driver.ready()
            await driver.sign_out()
        else:
            await driver.session.start()
            await driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT)
            assert driver.state.account.error is None

qt = QCoreApplication([])
asyncio.run(main())
print("done", sys.argv[5])
"""


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with Backend(tmp_path_factory.mktemp("backend")) as backend:
        yield backend


@pytest.fixture
def in_session(tmp_path: Path) -> Callable[..., str]:
    """Runs scripts, one after the other, in a D-Bus session of their own with an unlocked keyring of its own."""

    def run(script: str, *calls: tuple[str, ...]) -> str:
        (tmp_path / "script.py").write_text(script, "utf-8")
        python = f"{sys.executable} {tmp_path / 'script.py'}"
        lines = " && ".join(f"{python} {' '.join(call)}" for call in calls)
        unlock = "printf ci | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "PYTHON_KEYRING"))
        }
        places = {name: str(tmp_path) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR")}
        done = subprocess.run(
            ["dbus-run-session", "--", "sh", "-c", f"{unlock}; {lines}"], cwd=ROOT,
            env=environment | places | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=50,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.needs("keyring")
def test_a_real_keyring_saves_loads_and_forgets(in_session: Callable[..., str]) -> None:
    assert in_session(SAVE_LOAD_FORGET, ()) == "keyring.backends.SecretService\n"


@pytest.mark.needs("keyring")
def test_the_next_start_signs_in_again_and_after_a_sign_out_no_more(
    in_session: Callable[..., str], backend: Backend, tmp_path: Path
) -> None:
    tests = str(ROOT / "tests")
    place = (str(ROOT), tests, str(tmp_path / "app"), backend.parties["porsche_system"])
    steps = [(*place, step) for step in ("sign_in", "resume", "out")]
    assert in_session(SIGN_IN, *steps) == "done sign_in\ndone resume\ndone out\n"


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


def test_without_a_keyring_nothing_is_saved_and_nothing_breaks(no_keyring: None) -> None:
    async def body() -> None:
        keys = SystemKeys()
        assert await keys.save("here", "token") is False
        assert await keys.load("here") is None
        await keys.forget("here")

    asyncio.run(body())


def test_its_libraries_do_not_stay_in_the_app() -> None:
    script = "import asyncio, sys; from companion.core.keys import SystemKeys; asyncio.run(SystemKeys().load('here')); "
    script += "print('keyring' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_keyring_program_that_fails_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.core.keys.sys.executable", "/nonexistent/python")
    assert asyncio.run(SystemKeys().save("here", "token")) is False
    assert asyncio.run(SystemKeys().load("here")) is None


def test_a_keyring_that_accepts_and_forgets_counts_as_none() -> None:
    """The tests' own backend is such a one."""
    assert asyncio.run(SystemKeys().save("here", "token")) is False


def test_without_a_keyring_the_app_says_so_once_and_works(
    no_keyring: None, backend: Backend, tmp_path: Path, aio: Callable[..., Any]
) -> None:
    async def body(driver: Driver) -> None:
        await driver.sign_in()
        assert driver.state.account.remembered is False
        assert driver.said_keys() == ["keyring.unavailable"]
        backend.stage("POST", "/demo/faults", {"kind": "expire_tokens"})
        await driver.read()
        assert (await driver.command(Kind.LOCK)).phase is Phase.DONE
        await driver.sign_out()
        driver.session.sign_in_demo()
        await driver.ready()
        assert driver.said_keys() == ["keyring.unavailable", "command.locked"]

    async def whole() -> None:
        async with running(tmp_path, {"porsche_system": backend.parties["porsche_system"]}, SystemKeys()) as driver:
            await body(driver)
        async with running(tmp_path, {"porsche_system": backend.parties["porsche_system"]}, SystemKeys()) as driver:
            await driver.session.start()
            await driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT)

    aio(whole(), 20)
