"""Fixtures of tests that need a running backend. State that a test cannot put back asks for `own_backend`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend_process import Backend
from owner_client import Owner, until


@pytest.fixture(scope="session")
def shared_backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with Backend(tmp_path_factory.mktemp("backend")) as backend:
        yield backend


@pytest.fixture
def backend(shared_backend: Backend) -> Iterator[Backend]:
    """One process for all; the cars are as on the first day and nothing is wrong."""
    yield shared_backend
    shared_backend.stage("POST", "/demo/faults", {"kind": "none"})
    shared_backend.stage("POST", "/demo/faults", {"kind": "car_time", "seconds": 0})
    shared_backend.stage("POST", "/demo/scenarios/fresh", {})


@pytest.fixture
def owner(backend: Backend) -> Owner:
    owner = Owner(backend)
    until(lambda: owner.overview("LOCK_STATE_VEHICLE")["LOCK_STATE_VEHICLE"] != "NOT_SUPPORTED")
    return owner


@pytest.fixture
def own_backend(tmp_path: Path) -> Iterator[Backend]:
    with Backend(tmp_path / "data") as backend:
        yield backend


__all__ = ["backend", "own_backend", "owner", "shared_backend"]
