"""Fixtures of tests that need a running backend. State that a test cannot put back asks for `own_backend`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend_process import Backend
from owner_client import CARS, Owner


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


@pytest.fixture(scope="session")
def signed_in() -> list[Owner]:
    return []


@pytest.fixture
def owner(backend: Backend, signed_in: list[Owner]) -> Owner:
    """Signed in once for all, and again where a test ended that session."""
    if not signed_in or signed_in[-1].get(CARS).status != 200:
        signed_in.append(Owner(backend))
    return signed_in[-1]


@pytest.fixture
def own_backend(tmp_path: Path) -> Iterator[Backend]:
    with Backend(tmp_path / "data") as backend:
        yield backend


__all__ = ["backend", "own_backend", "owner", "shared_backend", "signed_in"]
