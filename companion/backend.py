"""The embedded mock backend: a process of its own that ends with this app, or a running one to attach to."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

PLACE = "backend.json"
"""Written by a running backend into its data directory: {"parties": {...}, "pid": ...}."""

IN_USE = 3
"""The backend's exit code when another one has its data directory."""


class BackendFailed(Exception):
    """The embedded backend did not start; the text is its last line."""


@dataclass
class EmbeddedBackend:
    """`parties` is known after `wait`. Closing the pipe ends the process."""

    data_dir: Path | None
    process: subprocess.Popen[bytes] | None = None
    parties: dict[str, str] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    stage_key: str = ""
    """The console token: the owner of the backend's folder may drive its stage."""

    def start(self) -> None:
        """Starts the process and returns at once."""
        place = () if self.data_dir is None else ("--data-dir", str(self.data_dir))
        log: int | object = subprocess.DEVNULL
        if self.data_dir is not None:
            self.data_dir.mkdir(0o700, parents=True, exist_ok=True)
            log = (self.data_dir / "backend.log").open("ab")
        self.process = subprocess.Popen(
            [*_program(), "serve", "--json", "--port-base", "0", "--exit-with-stdin", *place, *self.more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,  # type: ignore[arg-type]
        )  # fmt: skip
        if log is not subprocess.DEVNULL:
            log.close()  # type: ignore[union-attr]

    def wait(self) -> str:
        """Blocks until the backend is ready; returns the address of `porsche_system`."""
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        with contextlib.suppress(ValueError, KeyError, TypeError):
            table = json.loads(line)
            if table["ready"]:
                self.parties, self.stage_key = table["parties"], str(table.get("console_token", ""))
                return self.parties["porsche_system"]
        with contextlib.suppress(subprocess.TimeoutExpired):
            if self.process.wait(5) == IN_USE:
                return self._attach()
        raise BackendFailed("the embedded backend did not start; see backend.log in its folder")

    def _attach(self) -> str:
        """Another app of the same owner runs the backend already."""
        try:
            assert self.data_dir is not None
            table = json.loads((self.data_dir / PLACE).read_text("utf-8"))
            self.parties, self.stage_key = table["parties"], str(table.get("console_token", ""))
            return self.parties["porsche_system"]
        except (AssertionError, OSError, ValueError, KeyError) as error:
            raise BackendFailed("no answer from the embedded backend") from error

    def stop(self) -> None:
        if self.process is None:
            return
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def _program() -> list[str]:
    """The backend's program: a sibling of a frozen app, else this interpreter's module."""
    if getattr(sys, "frozen", False):
        suffix = ".exe" if sys.platform == "win32" else ""
        return [str(Path(sys.executable).with_name(f"mock-backend{suffix}"))]
    return [sys.executable, "-m", "mock_backend"]
