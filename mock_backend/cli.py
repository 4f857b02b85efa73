"""`mock-backend serve` and `mock-backend reset`."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

IN_USE = 3
"""Exit code: another backend has the data directory; whoever started this one may use that."""


def main(argv: list[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    if given.command == "paint-tiles":
        from mock_backend.providers.map_provider.paint.child import main as paint

        return paint()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    for noisy in ("httpx", "httpcore", "uvicorn.error"):
        # They would print addresses, and with them vehicle ids.
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    return _reset(given.data_dir) if given.command == "reset" else _serve(given)


def _serve(given: argparse.Namespace) -> int:
    import asyncio
    import sqlite3

    from mock_backend.clock import ClockError
    from mock_backend.server import Options, serve

    with _data_dir(given.data_dir) as data_dir, _locked(data_dir) as free:
        if not free:
            print("mock-backend: another backend is using this data directory", file=sys.stderr)
            return IN_USE
        options = Options(
            given.host, given.port_base, data_dir, given.clock, given.car_time, given.exit_with_stdin, given.through
        )
        try:
            asyncio.run(serve(options))
        except (ClockError, OSError, sqlite3.Error) as error:
            print(f"mock-backend: {error}", file=sys.stderr)
            return 2
    return 0


def _reset(data_dir: Path) -> int:
    if not data_dir.is_dir():
        print("mock-backend: there is no such data directory", file=sys.stderr)
        return 2
    with _locked(data_dir) as free:
        if not free:
            print("mock-backend: stop the backend that is using this data directory first", file=sys.stderr)
            return 2
        for file in data_dir.iterdir():
            if file.suffix in (".db", ".json", ".log") or file.name.endswith("-journal") or file.name == "id":
                file.unlink()
    return 0


@contextlib.contextmanager
def _data_dir(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(0o700, parents=True, exist_ok=True)
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="mock-backend-") as place:
        yield Path(place)


@contextlib.contextmanager
def _locked(data_dir: Path) -> Iterator[bool]:
    """Whether this process is the only one on the directory; the lock goes with the process."""
    with (data_dir / "lock").open("a+") as file:
        yield _try_lock(file)


def _try_lock(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mock-backend", description="Plays every party of the data-protection notice."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run until told to stop; prints one line of JSON when ready")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument(
        "--port-base", type=_port_base, default=0, metavar="N", help="first of the parties' ports; 0: free ones"
    )
    serve.add_argument("--data-dir", type=Path, metavar="DIR", help="kept between runs; without it, a passing one")
    serve.add_argument("--clock", type=_clock, default=None, metavar="live|ISO8601", help="where the demo clock starts")
    serve.add_argument("--car-time", type=float, metavar="SECONDS", help="how long a car works on a command")
    serve.add_argument("--json", action="store_true", help="the ready line is JSON (it always is)")
    serve.add_argument("--exit-with-stdin", action="store_true", help="end when standard input closes")
    serve.add_argument(
        "--through", type=_through, default={}, metavar="FILE",
        help='JSON {"vehicle": URL, ...}: requests between parties go there, e.g. to a recording relay',
    )  # fmt: skip
    commands.add_parser("paint-tiles")  # for the map provider only, so without help
    reset = commands.add_parser("reset", help="erase a data directory's stores and its clock")
    reset.add_argument("--data-dir", type=Path, required=True, metavar="DIR")
    return parser


def _port_base(text: str) -> int:
    """The parties need 21 ports from here on; 0 stands for free ones."""
    number = int(text)
    if number and not 1 <= number <= 65535 - 20:
        raise argparse.ArgumentTypeError("a port from 1 to 65515, or 0")
    return number


def _through(name: str) -> dict[str, str]:
    """Parties that it does not know are ignored."""
    try:
        table = json.loads(Path(name).read_text("utf-8"))
        return {str(party): str(url).rstrip("/") for party, url in table.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise argparse.ArgumentTypeError(f"not a JSON object of parties and addresses: {name}") from error


def _clock(text: str) -> datetime | None:
    if text == "live":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"neither live nor an ISO 8601 time: {text}") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
