"""One Qt loop for all tests, no keyring, no display; and what a run leaves out is said at its end."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
# Dates, numbers and degrees are the region's: tests are in none.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest
import qasync
from PySide6.QtWidgets import QApplication

T = TypeVar("T")
PROGRAMS = {"xvfb": ("Xvfb", "xdotool", "import"), "keyring": ("dbus-run-session", "gnome-keyring-daemon")}
"""Short names of `needs` that stand for several programs; any other name is the program itself."""
LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run the slow tests too, and fail where a program is missing")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what this run cannot or should not do; with `--all` such a test is run and fails for its program."""
    kept = []
    for item in items:
        reason = _reason(item)
        if reason is None or config.getoption("--all"):
            kept.append(item)
        else:
            config.stash[LEFT_OUT][reason] += 1
    out = [item for item in items if item not in set(kept)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = kept


def _reason(item: pytest.Item) -> str | None:
    if missing := _missing(item):
        return f"needs {', '.join(missing)}"
    return "slow" if item.get_closest_marker("slow") else None


def _missing(item: pytest.Item) -> list[str]:
    wanted = [str(name) for marker in item.iter_markers("needs") for name in marker.args]
    programs = [program for name in wanted for program in PROGRAMS.get(name, (name,))]
    return sorted({program for program in programs if shutil.which(program) is None})


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if missing := _missing(item):
        pytest.fail(f"needs {', '.join(missing)}, which this machine does not have", pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Workers collect; who started them speaks."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["left_out"] = dict(session.config.stash[LEFT_OUT])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every worker collects all: what one of them left out, all did."""
    node.config.stash[LEFT_OUT] |= Counter(getattr(node, "workeroutput", {}).get("left_out", {}))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The very last line of a run."""
    left_out = config.stash.get(LEFT_OUT, Counter())
    if hasattr(config, "workerinput") or config.getoption("--collect-only"):
        return
    said = "; ".join(f"{count} ({reason})" for reason, count in sorted(left_out.items()))
    print(f"not run: {said}; python3 dev.py test --all runs them" if said else "not run: nothing was left out")


@pytest.fixture(scope="session")
def qloop(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    """The one loop of this process. Never `qtbot.waitUntil` inside a coroutine: it hangs."""
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)
    yield loop
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def aio(qloop: qasync.QEventLoop) -> Iterator[Callable[..., Any]]:
    """`aio(coro, timeout=5)` runs a coroutine on that loop; what it left running is cancelled after the test."""

    def run(coro: Coroutine[Any, Any, T], timeout: float = 5) -> T:
        return qloop.run_until_complete(asyncio.wait_for(coro, timeout))  # type: ignore[no-any-return]

    yield run
    left = asyncio.all_tasks(qloop)
    for task in left:
        task.cancel()
    if left:
        qloop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
