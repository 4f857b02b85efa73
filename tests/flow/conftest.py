from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend_process import Backend, free_base


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Backend]:
    """A backend that can be killed and comes back at the same addresses."""
    backend = Backend(tmp_path / "data", "--port-base", str(free_base()))
    backend.start()
    yield backend
    if backend.process is not None and backend.process.poll() is None:
        backend.stop()
