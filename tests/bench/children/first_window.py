"""`companion` up to its first painted window, on its own way: flags, embedded backend, first frame."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from companion.cli import main
from tests.bench.children.after_import import after_import

STARTED = float(os.environ["BENCH_STARTED"])


def watch(start: Any) -> None:
    """`start` is the module of the first frame."""
    painting, first = start.Window.paintEvent, start.first_window
    painted: list[float] = []

    def paint(self: Any, event: Any) -> None:
        painting(self, event)
        painted.append((time.monotonic() - STARTED) * 1000)

    def stop(*args: Any) -> Any:
        first(*args)
        print(json.dumps({"ms": painted[0]}))
        sys.exit()

    start.Window.paintEvent = paint
    start.first_window = stop


after_import("companion.ui.start", watch)
main(sys.argv[1:])
