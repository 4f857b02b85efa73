"""Where the shared data lies: beside the code in a source tree, in `companion_resources` when installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_SOURCE = Path(__file__).resolve().parent.parent / "resources"


def resource(*parts: str) -> Traversable:
    if _SOURCE.is_dir():
        return _SOURCE.joinpath(*parts)
    from importlib.resources import files

    return files("companion_resources").joinpath(*parts)
