"""The painter's process: orders come on standard input, pictures go to standard output; it ends with whoever holds the pipe."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from typing import Any

from PySide6.QtGui import QGuiApplication

from mock_backend.providers.map_provider.paint.painter import Painter
from mock_backend.providers.map_provider.paint.sheet import Tile
from mock_backend.providers.map_provider.painting import HEAD
from mock_backend.world.world import World

log = logging.getLogger(__name__)


def main() -> int:
    # Ctrl+C goes to every process of a terminal: the backend decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QGuiApplication([])
    painter = Painter(World())
    try:
        for line in sys.stdin.buffer:
            order = json.loads(line)
            content = _painted(painter, order)
            sys.stdout.buffer.write(HEAD.pack(order["id"], len(content)) + content)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Nobody is left to look; Python must not try to write the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    del application
    return 0


def _painted(painter: Painter, order: dict[str, Any]) -> bytes:
    try:
        return painter.png(Tile(order["z"], order["x"], order["y"]), order["scale"], order["style"])
    except Exception:
        log.exception("a tile could not be painted")
        return b""
