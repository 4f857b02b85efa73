"""A status read at the backend against a bare endpoint of the same framework that returns the same bytes."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backend_process import Backend
from companion.api.readings import MEASUREMENTS
from owner_client import VIN, Owner
from tests.bench.measure import Finding, Ratio, Sample, in_turns
from tests.bench.processes import ROOT

SHARE = 0.5
ROUND = 100
"""Reads of one sample, one after the other over one connection."""


def serving(times: int = 15) -> list[Finding]:
    path = f"/app/connect/v1/vehicles/{VIN}?" + "&".join(f"mf={key}" for key in MEASUREMENTS)
    with tempfile.TemporaryDirectory() as place, Backend(Path(place) / "backend", car_time="0") as backend:
        owner = Owner(backend)
        content = owner.get(path).content
        with bare(content) as port:
            system = backend.parties["porsche_system"].rpartition(":")[2]
            head = {"Authorization": f"Bearer {owner.access}"}
            ours, base = in_turns(times, _reading(int(system), path, head), _reading(port, path, head))
    note = f"{ROUND} reads of {len(content)} bytes"
    return [Ratio("status read", Sample("backend", ours), Sample("bare endpoint", base), SHARE, faster=True, note=note)]


def _reading(port: int, path: str, head: dict[str, str]) -> Callable[[], float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def run() -> float:
        started = time.perf_counter()
        for _ in range(ROUND):
            connection.request("GET", path, headers=head)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
        return (time.perf_counter() - started) * 1000

    return run


@contextmanager
def bare(content: bytes) -> Iterator[int]:
    """The port of a bare endpoint."""
    command = [sys.executable, "-m", "tests.bench.children.bare_bytes"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(content.hex() + "\n")
        process.stdin.flush()
        try:
            yield int(json.loads(process.stdout.readline())["port"])
        finally:
            process.terminate()
