"""The embedded backend: started with the app, found by a second app, ended with its pipe."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app_driver import running
from backend_process import ROOT
from companion.backend import PLACE, BackendFailed, EmbeddedBackend
from companion.model.command import Kind, Phase

HOLDER = """
import sys, time
from pathlib import Path
from companion.backend import EmbeddedBackend

backend = EmbeddedBackend(Path(sys.argv[1]))
backend.start()
print(backend.wait(), flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def source_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child is started by module name, as from a checkout."""
    monkeypatch.chdir(ROOT)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedBackend]:
    backend = EmbeddedBackend(tmp_path / "data", more=("--car-time", "0"))
    backend.start()
    yield backend
    backend.stop()


def answers(address: str) -> Any:
    with urllib.request.urlopen(f"{address}/.well-known/companion", timeout=5) as answer:
        return json.loads(answer.read())


def test_it_serves_an_app_and_ends_with_its_pipe(
    embedded: EmbeddedBackend, tmp_path: Path, aio: Callable[..., Any]
) -> None:
    address = embedded.wait()

    async def body() -> None:
        async with running(tmp_path / "app", {"porsche_system": address}) as driver:
            await driver.sign_in()
            assert (await driver.command(Kind.LOCK)).phase is Phase.DONE

    aio(body(), 20)
    process = embedded.process
    assert process is not None
    assert process.poll() is None
    embedded.stop()
    assert process.poll() == 0
    assert not (tmp_path / "data" / PLACE).exists()
    with pytest.raises(OSError, match=r"refused"):
        answers(address)


def test_it_ends_when_its_app_is_killed(tmp_path: Path) -> None:
    """A killed app closes nothing itself: the system closes its end of the pipe."""
    app = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "data")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert app.stdout is not None
    address = app.stdout.readline().strip()
    assert answers(address)["demo"] is True
    app.kill()
    app.wait()
    app.stdout.close()
    wait_for(lambda: not (tmp_path / "data" / PLACE).exists())
    wait_for(lambda: not is_open(address))


def is_open(address: str) -> bool:
    try:
        answers(address)
    except OSError:
        return False
    return True


def wait_for(true: Callable[[], bool]) -> None:
    for _ in range(100):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("never came")


def test_a_second_app_attaches_to_the_running_backend_and_leaves_it_running(
    embedded: EmbeddedBackend, tmp_path: Path
) -> None:
    first = embedded.wait()
    second = EmbeddedBackend(tmp_path / "data")
    second.start()
    assert second.wait() == first
    assert second.parties == embedded.parties
    second.stop()
    assert answers(first)["demo"] is True


def test_what_was_kept_is_there_at_the_next_start(embedded: EmbeddedBackend, tmp_path: Path) -> None:
    ident = answers(embedded.wait())["backend_id"]
    embedded.stop()
    again = EmbeddedBackend(tmp_path / "data")
    again.start()
    try:
        assert answers(again.wait())["backend_id"] == ident
    finally:
        again.stop()


def test_one_that_cannot_start_says_so(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path / "data", more=("--clock", "never"))
    backend.start()
    try:
        with pytest.raises(BackendFailed):
            backend.wait()
    finally:
        backend.stop()
    assert "never" in (tmp_path / "data" / "backend.log").read_text("utf-8")


def test_a_place_left_by_a_killed_backend_is_not_attached_to(tmp_path: Path) -> None:
    """Its lock is free again, so a new backend starts and writes its own."""
    killed = EmbeddedBackend(tmp_path / "data")
    killed.start()
    old = killed.wait()
    assert killed.process is not None
    killed.process.kill()
    killed.process.wait()
    assert (tmp_path / "data" / PLACE).exists()
    again = EmbeddedBackend(tmp_path / "data")
    again.start()
    assert again.process is not None
    try:
        new = again.wait()
        assert new == old, "the addresses last"
        assert json.loads((tmp_path / "data" / PLACE).read_text("utf-8"))["pid"] == again.process.pid
        assert answers(new)["demo"] is True
    finally:
        again.stop()
        killed.stop()
