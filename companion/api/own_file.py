"""A file of this app's own that holds something of its owner: replaced in one step, for the owner's eyes only."""

from __future__ import annotations

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)


def draft_of(path: Path) -> Path:
    return path.with_suffix(".new")


def replace_file(path: Path, content: bytes) -> None:
    """Raises OSError; then the old content stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_of(path)
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(draft, path)


def erase_file(path: Path, what: str) -> None:
    """With a draft that a crash may have left; a disk that cannot is no reason to stop."""
    for one in (path, draft_of(path)):
        try:
            one.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s not erased: %s", what, type(error).__name__)
