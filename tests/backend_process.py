"""A real backend process for tests: free ports, its own data directory, ended by closing its pipe."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.error import HTTPError

ROOT = Path(__file__).resolve().parent.parent


class Backend:
    """Use as a context manager; `parties` maps a party to its origin."""

    program: tuple[str, ...] = ("-m", "mock_backend")

    def __init__(self, data_dir: Path, *more: str, car_time: str = "0") -> None:
        self.data_dir = data_dir
        self._more = ("--car-time", car_time, *more)
        self.process: subprocess.Popen[bytes] | None = None
        self.parties: dict[str, str] = {}
        self.console_token = ""

    def __enter__(self) -> Backend:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, *self.program, "serve", "--json", "--exit-with-stdin"]
        with (self.data_dir / "stderr.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--data-dir", str(self.data_dir), *self._more], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError((self.data_dir / "stderr.log").read_text("utf-8"))
        table = json.loads(line)
        self.parties, self.console_token = table["parties"], table["console_token"]

    def stop(self) -> int:
        """Closes the pipe and waits; returns the exit code."""
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        code = self.process.wait(10)
        self.process.stdout.close()
        return code

    def stage(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """The stage API's answer; raises HTTPError for a refusal."""
        request = urllib.request.Request(
            self.parties["console"] + path, method=method, data=None if body is None else json.dumps(body).encode()
        )
        request.add_header("Authorization", f"Bearer {token or self.console_token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())


WORKERS, PLACES = 8, 25


def free_base() -> int:
    """The first of enough free ports in a row for every party. Each worker of a run has a range of its own: what one has found
    free and not taken yet, another must not find; two runs at once begin at different places.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    for step in range(PLACES):
        base = 21000 + (worker * PLACES + (os.getpid() + step) % PLACES) * 40
        held = [socket.socket() for _ in range(21)]
        for one in held:
            # What has just ended holds nobody up, as it does not hold up the backend.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            for place, one in enumerate(held):
                one.bind(("127.0.0.1", base + place))
            return base
        except OSError:
            continue
        finally:
            for one in held:
                one.close()
    raise AssertionError("no free ports")


def kill(backend: Backend) -> None:
    assert backend.process is not None
    backend.process.kill()
    backend.process.wait()
    for pipe in (backend.process.stdin, backend.process.stdout):
        assert pipe is not None
        pipe.close()


__all__ = ["Backend", "HTTPError", "free_base", "kill"]
