"""One JSON file for the owner's settings; a damaged one is passed over, never fatal."""

from __future__ import annotations

import json
import os
from pathlib import Path

from companion.model.settings import Settings


def load(path: Path) -> Settings:
    try:
        table = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return Settings()
    return Settings.from_dict(table) if isinstance(table, dict) else Settings()


def save(path: Path, settings: Settings) -> None:
    """Replaces the file in one step, so that a crash leaves the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(settings.to_dict(), indent=2) + "\n", "utf-8")
    os.replace(draft, path)
