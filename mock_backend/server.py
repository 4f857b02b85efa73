"""Sockets, signals, and the line that says that all are ready."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import uvicorn

from mock_backend.addresses import listen, origin
from mock_backend.app import Backend
from mock_backend.faults import Died
from mock_backend.tasks import end_all, spawn

PLACE, PORTS = "backend.json", "ports.json"


@dataclass(frozen=True, slots=True)
class Options:
    host: str
    port_base: int
    data_dir: Path
    start: datetime | None
    car_time: float | None
    exit_with_stdin: bool
    through: Mapping[str, str]
    """Party -> where requests of other parties to it go instead."""


class _Server(uvicorn.Server):
    """Signals are ours: streams have to be closed before the server stops."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


async def serve(options: Options) -> None:
    backend = Backend(options.data_dir, options.start, options.car_time)
    apps = backend.apps()
    sockets = listen(options.host, options.port_base, apps, options.data_dir / PORTS)
    by_port = {sock.getsockname()[1]: apps[party] for party, sock in sockets.items()}
    for party, sock in sockets.items():
        backend.wire.origins[party] = origin(options.host, sock)
    backend.wire.through |= options.through
    # Connections are kept longer than the app keeps them: a request must not meet a server that is just closing.
    config = uvicorn.Config(
        _dispatch(by_port), lifespan="off", access_log=False, log_config=None, timeout_graceful_shutdown=2, timeout_keep_alive=75,
        server_header=False, http="h11", ws="none", h11_max_incomplete_event_size=64 * 1024,
    )  # fmt: skip
    server = _Server(config)
    stop = _stopper(backend, server)
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop)
    if options.exit_with_stdin:
        _watch_stdin(stop)
    spawn(backend.retention.run(), name="retention")
    ready = spawn(_ready(backend, server, options), name="ready")
    ready.add_done_callback(lambda task: None if task.cancelled() or task.exception() is None else stop())
    try:
        await server.serve(sockets=list(sockets.values()))
        if ready.done():
            ready.result()
    finally:
        await backend.painting.close()
        await end_all()
        await backend.wire.close()
        backend.close()
        (options.data_dir / PLACE).unlink(missing_ok=True)


def _dispatch(by_port: dict[int, Any]) -> Any:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        # Older clients write a double slash; the public interface takes it.
        scope["path"] = _path(scope["raw_path"]).replace("//", "/")
        try:
            await by_port[scope["server"][1]](scope, receive, send)
        except Died:
            raise asyncio.CancelledError from None

    return application


def _path(raw: bytes) -> str:
    """The path decoded, but for an encoded slash: that one is part of a value."""
    return unquote(re.sub("(?i)%2f", "%252F", raw.decode("ascii")))


def _stopper(backend: Backend, server: uvicorn.Server) -> Any:
    def stop() -> None:
        backend.events.end()
        backend.painting.stop()
        server.should_exit = True

    return stop


async def _ready(backend: Backend, server: uvicorn.Server, options: Options) -> None:
    while not server.started:
        await asyncio.sleep(0.005)
    backend.delivery.resume()
    fresh = [car for car in backend.cars.values() if not backend.garage.known(car.vin)]
    for car in fresh:
        # A car that never reported does so first: whoever looks at once sees data.
        await car.sign_on()
    parties = dict(backend.wire.origins)
    line = {"ready": True, "parties": parties, "console_token": backend.console_token}
    place = options.data_dir / PLACE
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({**line, "backend_id": backend.backend_id, "pid": os.getpid()}, file)
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    for car in backend.cars.values():
        if car not in fresh:
            await car.sign_on()


def _watch_stdin(stop: Any) -> None:
    """Ends the backend when whoever holds the other end of the pipe is gone."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        loop.call_soon_threadsafe(stop)

    threading.Thread(target=read, daemon=True).start()
