"""What the app does when nobody does anything: nothing; and how much memory it takes once it shows data."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tests.backend_process import Backend
from tests.bench.measure import Amount, Finding, Ratio, Sample
from tests.bench.processes import compiled, on_platform, told

MEMORY, CPU_PERCENT = 1.8, 1.0
SECONDS = 20


def idle(times: int = 3, seconds: int = SECONDS) -> list[Finding]:
    platform = "xcb" if shutil.which("Xvfb") else "offscreen"
    with (
        compiled() as env, on_platform(env, platform) as here, tempfile.TemporaryDirectory() as place,
        Backend(Path(place) / "backend", car_time="0") as backend,
    ):  # fmt: skip
        more = ("--backend", backend.parties["porsche_system"], "--data-dir", str(Path(place) / "app"))
        told(here, "idle_app", "0", *more)
        told(here, "bare_window")
        runs, bare = [], []
        for _ in range(times):
            runs.append(told(here, "idle_app", str(seconds), *more))
            bare.append(float(told(here, "bare_window")["mb"]))
    app = Sample("companion", tuple(float(run["mb"]) for run in runs), "MB")
    percent = sorted(run["cpu_seconds"] / seconds * 100 for run in runs)
    figures = f"{percent[0]:.2f} to {percent[-1]:.2f} % in {times} runs of {seconds} s, {platform}"
    entries = max(run["entries"] for run in runs)
    seen = ", ".join(sorted({name for run in runs for name in run["requests"]}))
    return [
        Amount("idle, requests", entries, 0, f"in {seconds} s", seen),
        Amount("idle, processor", percent[len(percent) // 2], CPU_PERCENT, "%", figures),
        Ratio(f"memory with data, {platform}", app, Sample("bare window", tuple(bare), "MB"), MEMORY),
    ]
