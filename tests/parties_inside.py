"""The parties of a backend within the test's own process: edges reach them without sockets."""

from __future__ import annotations

import httpx
import pytest

from mock_backend.app import Backend


def inside(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    apps = backend.apps()
    backend.wire.origins |= {party: f"http://{party.replace('_', '-')}" for party in apps}
    mounts = {f"all://{party.replace('_', '-')}": httpx.ASGITransport(app) for party, app in apps.items()}
    monkeypatch.setattr(backend.wire, "_open", lambda car: httpx.AsyncClient(mounts=mounts))
