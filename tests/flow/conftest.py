from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app_driver import Driver, running
from backend_process import Backend, free_base
from companion.core import observe

Aio = Callable[..., Any]


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Backend]:
    """A backend that can be killed and comes back at the same addresses."""
    backend = Backend(tmp_path / "data", "--port-base", str(free_base()))
    backend.start()
    yield backend
    if backend.process is not None and backend.process.poll() is None:
        backend.stop()


@pytest.fixture
def drive(tmp_path: Path, aio: Aio, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """An app that is signed in at a backend on a moved clock, for as long as what is passed uses them."""
    monkeypatch.setattr(observe, "SETTLING", (0.0,))

    def run(use: Callable[[Driver, Backend], Any]) -> None:
        async def body() -> None:
            with Backend(tmp_path / "backend", "--clock", "2030-03-04T18:00:00+00:00") as backend:
                origins = {"porsche_system": backend.parties["porsche_system"]}
                async with running(tmp_path / "app", origins, stage_key=backend.console_token) as driver:
                    await driver.sign_in()
                    await use(driver, backend)

        aio(body(), 50)

    return run
