"""Kill -9 at random points of a command, the backend or the app: on return the state is true and nothing acted twice."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app_driver import Driver, running
from backend_process import ROOT, Backend, free_base, kill
from companion.core import effort, observe
from companion.model.command import FINAL, Command, Kind, Phase
from companion.model.privacy import Outcome
from owner_client import VIN, until

HERE = Path(__file__).resolve().parent
CAR_TIME, LATE = "0.05", 0.05
SETTLED = {Outcome.DONE, Outcome.CUT, Outcome.LOST, Outcome.FAILED}
FEW_AND_MANY = [
    pytest.param(2, id="few"),
    pytest.param(25, id="many", marks=[pytest.mark.slow, pytest.mark.timeout(400)]),
]


class Counting(Backend):
    """Each act of a car is also written down where no restart forgets it."""

    program = (str(HERE / "counting_backend.py"),)

    def start(self) -> None:
        """A car that works for a while, acts, and says so a while later: each may be cut off."""
        super().start()
        self.stage("POST", "/demo/faults", {"kind": "late", "seconds": LATE})

    @property
    def acts(self) -> list[str]:
        file = self.data_dir / "acts.log"
        return file.read_text("utf-8").split() if file.exists() else []

    @property
    def sent_again(self) -> list[str]:
        """Commands that a car was given more than once, or by another process than the one that took them."""
        file = self.data_dir / "orders.log"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        taken = Counter(line.removeprefix("taken ") for line in lines if line.startswith("taken "))
        given = Counter(line.removeprefix("given ") for line in lines if line.startswith("given "))
        return sorted(given - taken)

    @property
    def is_locked(self) -> bool:
        """What the car itself says."""
        cars = self.stage("GET", "/demo/state")["vehicles"]
        return bool(next(car["locked"] for car in cars if car["vin"] == VIN))

    def wish(self) -> Kind:
        """The command that would change the car."""
        return Kind.UNLOCK if self.is_locked else Kind.LOCK

    def open_commands(self) -> int:
        """How many the maker still takes for under way."""
        return sum(json.loads(content)["result"] == "ACCEPTED" for (content,) in self.rows("lock_unlock.command"))

    def rows(self, activity: str) -> list[tuple[str]]:
        database = sqlite3.connect(f"file:{self.data_dir / 'porsche_system.db'}?mode=ro", uri=True)
        try:
            return database.execute("SELECT content FROM record WHERE activity=?", (activity,)).fetchall()
        finally:
            database.close()


@pytest.fixture
def counting(tmp_path: Path) -> Iterator[Counting]:
    backend = Counting(tmp_path / "data", "--port-base", str(free_base()), car_time=CAR_TIME)
    backend.start()
    yield backend
    if backend.process is not None and backend.process.poll() is None:
        backend.stop()


def points(count: int, life: float) -> Iterator[float]:
    """Delays after the press, in seconds: one somewhere in each equal part of a command's life, in a drawn order."""
    draw = random.Random(1948)
    places = list(range(count))
    draw.shuffle(places)
    return ((place + draw.random()) / count * life for place in places)


def check_acts(backend: Counting, before: list[str], wish: Kind, where: str) -> None:
    new = backend.acts[len(before) :]
    assert new in ([], [wish.value.upper()]), f"{where}: one press of {wish}, the car did {new}"
    assert backend.sent_again == [], f"{where}: a command of before the restart went to the car"


def check_stores(folder: Path) -> None:
    stores = sorted(folder.rglob("*.db"))
    assert stores
    for file in stores:
        database = sqlite3.connect(file)
        found = database.execute("PRAGMA integrity_check").fetchall()
        database.close()
        assert found == [("ok",)], file.name


# -- the backend is killed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", FEW_AND_MANY)
def test_after_the_backend_was_killed_the_state_is_true_and_nothing_acted_twice(
    count: int, counting: Counting, tmp_path: Path, aio: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observe, "SETTLING", (0.0,))
    monkeypatch.setattr(effort, "WAITS", (0.02, 0.05, 0.1, 0.3))

    async def body() -> None:
        async with running(tmp_path / "app", {"porsche_system": counting.parties["porsche_system"]}) as driver:
            await driver.sign_in()
            life = max([await undisturbed(driver, counting) for _ in range(2)])
            ends = {await kill_backend(driver, counting, delay) for delay in points(count, life)}
            assert count < 10 or ends == FINAL, "it was killed before the car acted, and after"
            assert {entry.outcome for entry in driver.entries if entry.method == "POST"} <= SETTLED

    aio(body(), 380)
    counting.stop()
    check_stores(tmp_path)


async def undisturbed(driver: Driver, backend: Counting) -> float:
    """Seconds that a command lives, up to its end on screen."""
    start = time.monotonic()
    assert (await driver.command(backend.wish())).phase is Phase.DONE
    return time.monotonic() - start


async def kill_backend(driver: Driver, backend: Counting, delay: float) -> Phase:
    """Presses, kills, starts again; how the command ended on screen, which has to be how it ended."""
    wish, before = backend.wish(), backend.acts
    where = f"{wish} {delay * 1000:.1f} ms after the press"
    driver.press(wish)
    # In a thread: it must hit the app in whatever it is doing, too.
    await asyncio.to_thread(kill_after, backend, delay)
    await asyncio.to_thread(backend.start)
    command = await driver.ended(wish)
    if command.phase is Phase.UNKNOWN:
        command = await ask_how_it_went(driver, wish)
    assert command.phase in FINAL
    await driver.until(lambda s: s.link.streaming)
    own = await asyncio.to_thread(lambda: backend.is_locked)
    assert (command.phase is Phase.DONE) is (own is (wish is Kind.LOCK)), f"{where}: {command.phase} {command.reason}"
    await driver.until(lambda s: s.vehicle is not None and s.vehicle.body.is_locked is own)
    assert await asyncio.to_thread(backend.open_commands) == 0, where
    check_acts(backend, before, wish, where)
    assert sendings(driver, command) <= 1, f"{where}: sent again, and nobody asked for it"
    return command.phase


def sendings(driver: Driver, command: Command) -> int:
    """How often a press was sent, but for a challenge and for what was turned away until the sign-in was renewed."""
    entries = [one for one in driver.entries if one.action_id == command.id and one.status != 401]
    return sum(b"\r\nIdempotency-Key: " in one.raw for one in entries)


def kill_after(backend: Counting, delay: float) -> None:
    time.sleep(delay)
    kill(backend)


async def ask_how_it_went(driver: Driver, kind: Kind) -> Command:
    """The screen says that it is not known, and offers to look."""
    notice = next(one for one in driver.state.notices if one.key == "command.unknown")
    assert notice.action == "check_now"
    await driver.until(lambda s: s.link.streaming)
    driver.session.act_on_notice(notice.id, notice.action)
    return await driver.ended(kind, *FINAL)


# -- the app is killed ------------------------------------------------------------------------------------------------


class Pressing:
    """The app as a process."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "pressing_app.py"), str(folder), origin], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        self.found = self._answer()
        """What the ledger held at the start."""

    def press(self, word: str) -> None:
        """Whoever is killed next does not answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def ask(self, word: str) -> Any:
        self.press(word)
        return self._answer()

    def kill(self) -> None:
        self._process.kill()
        self._end()

    def close(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        return self._end()

    def _end(self) -> int:
        self._process.communicate(timeout=20)
        return self._process.returncode

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"the app ended with {self._process.wait(10)}")
        return json.loads(line)


@pytest.mark.parametrize("count", FEW_AND_MANY)
def test_after_the_app_was_killed_the_state_is_true_and_nothing_acted_twice(
    count: int, counting: Counting, tmp_path: Path
) -> None:
    folder, origin = tmp_path / "app", counting.parties["porsche_system"]
    app = Pressing(folder, origin)
    try:
        life = max([lived(app, counting) for _ in range(2)])
        for delay in points(count, life):
            app = kill_app(app, counting, folder, delay)
        assert app.close() == 0
    finally:
        app.kill()
    assert counting.stop() == 0
    check_stores(tmp_path)


def lived(app: Pressing, backend: Counting) -> float:
    wish = backend.wish()
    start = time.monotonic()
    app.ask(wish.value)
    until(lambda: [wish.value, "done"] in app.ask("state")["commands"])
    return time.monotonic() - start


def kill_app(app: Pressing, backend: Counting, folder: Path, delay: float) -> Pressing:
    """Presses, kills; returns the app that was started after that."""
    wish, before = backend.wish(), backend.acts
    where = f"{wish} {delay * 1000:.1f} ms after the press"
    app.press(wish.value)
    time.sleep(delay)
    app.kill()
    again = Pressing(folder, backend.parties["porsche_system"])
    assert "sending" not in [outcome for _, _, outcome in again.found["before"]], where
    until(lambda: backend.open_commands() == 0)
    own = backend.is_locked
    until(lambda: again.ask("state")["locked"] is own)
    told = again.ask("state")
    assert presses(told["outcomes"]) == presses(again.found["before"]), f"{where}: sent again, and nobody asked for it"
    assert told["commands"] == [], where
    assert told["online"], where
    check_acts(backend, before, wish, where)
    return again


def presses(outcomes: list[list[str]]) -> int:
    """How many requests of presses a ledger holds."""
    return sum(action in ("lock", "unlock") and method == "POST" for action, method, _ in outcomes)
