"""Flags -> options -> the window, the tour or the printed catalogue.

The window is painted before anything of the network, the keyring or the catalogue is imported.
"""

from __future__ import annotations

import argparse
import builtins
import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    command: str = "run"
    backend: str | None = None
    endpoints: Path | None = None
    data_dir: Path | None = None
    lang: str | None = None
    theme: str | None = None
    out: Path | None = None
    scale: float | None = None


def main(argv: list[str] | None = None) -> int:
    options = _parse(sys.argv[1:] if argv is None else argv)
    if options.command == "notice":
        from companion.notice_json import print_notice

        return print_notice()
    if not _has_display() and "QT_QPA_PLATFORM" not in os.environ:
        if options.command == "run":
            print("companion: no display; try `companion tour --out DIR`", file=sys.stderr)
            return 2
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if options.scale is not None:
        os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    _keep_imports_plain()
    if options.command == "tour":
        from companion.tour import main as tour

        return tour(options)
    from companion.run import main as run

    return run(options)


def _keep_imports_plain() -> None:
    """PySide6 replaces `__import__` to look for `__feature__`, and from then on reads and keeps the source of every module."""
    plain = builtins.__import__
    import PySide6.QtCore  # noqa: F401

    builtins.__import__ = plain


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _parse(argv: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="companion", description="A desktop app for the owner of a connected car.")
    _common(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    tour = commands.add_parser(
        "tour", help="drive the window through every page and action, write pictures and the ledger"
    )
    tour.add_argument("--out", type=Path, required=True, metavar="DIR")
    tour.add_argument("--scale", type=float, metavar="N")
    _common(tour, argparse.SUPPRESS)
    notice = commands.add_parser("notice", help="print the catalogue of the data-protection notice as the app uses it")
    notice.add_argument("--json", action="store_true", required=True)
    given = vars(parser.parse_args(argv))
    given.pop("json", None)
    if given.get("backend") and given.get("endpoints"):
        parser.error("--backend and --endpoints exclude each other")
    return Options(**{**given, "command": given["command"] or "run"})


def _common(parser: argparse.ArgumentParser, default: object = None) -> None:
    parser.add_argument(
        "--backend", metavar="URL", default=default, help="the porsche_system address of a running backend"
    )
    parser.add_argument("--endpoints", type=Path, metavar="FILE", default=default, help="JSON of party -> address")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", default=default, help="where the app keeps its files")
    parser.add_argument("--lang", choices=("en", "fr", "de"), default=default)
    parser.add_argument("--theme", choices=("dark", "light"), default=default)
