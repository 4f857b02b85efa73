"""How soon the first window is painted, and how soon the embedded backend answers."""

from __future__ import annotations

import shutil
import tempfile

from tests.bench.measure import Finding, Ratio, Sample, in_turns
from tests.bench.processes import compiled, on_platform, ready_after, told

WINDOW, BACKEND = 1.6, 5.0


def first_window(times: int = 15) -> list[Finding]:
    """Both platforms: with a screen only where there is an X server to make one."""
    platforms = ["offscreen"] + (["xcb"] if shutil.which("Xvfb") else [])
    return [_first_window(platform, times) for platform in platforms]


def _first_window(platform: str, times: int) -> Ratio:
    with compiled() as env, on_platform(env, platform) as here, tempfile.TemporaryDirectory() as data:
        ours, bare = in_turns(
            times,
            lambda: float(told(here, "first_window", "--data-dir", data)["ms"]),
            lambda: float(told(here, "bare_window")["ms"]),
        )
    return Ratio(f"first window, {platform}", Sample("companion", ours), Sample("bare window", bare), WINDOW)


def backend_ready(times: int = 11) -> list[Finding]:
    """With the data of earlier runs, and with none yet: the first start of all creates stores, account and cars."""
    with compiled() as env, tempfile.TemporaryDirectory() as data:
        serve = ("-m", "mock_backend", "serve", "--json", "--port-base", "0", "--exit-with-stdin")
        again, fresh, bare = in_turns(
            times,
            lambda: ready_after(env, *serve, "--data-dir", data),
            lambda: ready_after(env, *serve),
            lambda: ready_after(env, "-m", "tests.bench.children.bare_server"),
        )
    base = Sample("bare Starlette", bare)
    return [
        Ratio("backend ready", Sample("backend", again), base, BACKEND),
        Ratio("backend ready, first start", Sample("backend", fresh), base, BACKEND),
    ]
