"""Where the shared data lies: beside the code in a source tree, in `companion_resources` when installed."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_SOURCE = Path(__file__).resolve().parent.parent / "resources"


def resource(*parts: str) -> Traversable:
    root: Traversable = _SOURCE if _SOURCE.is_dir() else files("companion_resources")
    return root.joinpath(*parts)
