"""An overview: reading it into the model against `json.loads` of the same bytes."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backend_process import Backend
from companion.api.readings import MEASUREMENTS
from companion.api.vehicles import overview_of
from companion.model.vehicle import Vehicle
from companion.net.client import parse
from owner_client import VIN, Owner
from tests.bench.measure import Finding, Ratio, Sample, in_turns

READ = 3.0
ROUNDS = 300
"""Readings of one sample."""


def reading(times: int = 21) -> list[Finding]:
    with tempfile.TemporaryDirectory() as place, Backend(Path(place) / "backend", car_time="0") as backend:
        keys = "&".join(f"mf={key}" for key in MEASUREMENTS)
        content = Owner(backend).get(f"/app/connect/v1/vehicles/{VIN}?{keys}").content
    known = Vehicle(VIN, "Taycan")
    ours, base = in_turns(
        times, _timed(lambda: overview_of(parse(content), known)), _timed(lambda: json.loads(content.decode()))
    )
    note = f"{len(content)} bytes, {ROUNDS} times"
    return [Ratio("overview into the model", Sample("companion", ours), Sample("json.loads", base), READ, note=note)]


def _timed(call: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        started = time.perf_counter()
        for _ in range(ROUNDS):
            call()
        return (time.perf_counter() - started) * 1000

    return run
