"""Programs that are measured from outside: each sample is a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CHILDREN = Path(__file__).resolve().parent / "children"
STARTED = "BENCH_STARTED"
"""Tells a child when it was started, on the monotonic clock that all processes share."""


@contextmanager
def compiled() -> Iterator[dict[str, str]]:
    """An environment in which the second start finds every module compiled, as after any installation."""
    with tempfile.TemporaryDirectory(prefix="companion-bench-") as place:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": place}
        env |= {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        yield env


def told(env: dict[str, str], child: str, *args: str) -> Any:
    """Runs a child to its end; what its one line of JSON says."""
    command = [sys.executable, "-m", f"tests.bench.children.{child}", *args]
    mine = {**env, STARTED: repr(time.monotonic())}
    done = subprocess.run(command, cwd=ROOT, env=mine, stdout=subprocess.PIPE, text=True, timeout=120, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def ready_after(env: dict[str, str], *command: str) -> float:
    """Milliseconds until a server says a line; then its standard input is closed and its end awaited."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    line = process.stdout.readline()
    took = (time.monotonic() - started) * 1000
    process.stdin.close()
    process.wait(20)
    process.stdout.close()
    if not line:
        raise RuntimeError(f"did not start: {' '.join(command)}")
    return took


@contextmanager
def server(env: dict[str, str], child: str) -> Iterator[Any]:
    """A child that serves until its standard input closes; what its first line of JSON says."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.bench.children.{child}"],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


@contextmanager
def display() -> Iterator[str]:
    """A screen of our own that nobody sees; its name for DISPLAY."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        yield f":{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


@contextmanager
def on_platform(env: dict[str, str], platform: str) -> Iterator[dict[str, str]]:
    """The environment for windows of a Qt platform."""
    if platform != "xcb":
        yield {**env, "QT_QPA_PLATFORM": platform}
        return
    with display() as name:
        yield {**env, "QT_QPA_PLATFORM": platform, "DISPLAY": name}
