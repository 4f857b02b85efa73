"""What the import rules of `pyproject.toml` cannot say: which part of Qt is used where, and that only `net` goes out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GLASS = {"PySide6.QtWidgets", "PySide6.QtGui", "PySide6.QtSvg"}
"""Only in `ui` and `app.py`. QtCore also where the app is started and in the store, which has a signal."""
CORE_ALLOWED = {"app.py", "cli.py", "run.py", "tour.py", "core/store.py"}
WAYS_OUT = {
    "webbrowser", "urllib.request", "http.client", "socket", "ftplib", "smtplib", "PySide6.QtNetwork", "PySide6.QtWebSockets",
    "PySide6.QtWebEngineCore", "PySide6.QtWebEngineWidgets", "PySide6.QtWebView",
}  # fmt: skip
CALLS_OUT = {"openUrl", "open_connection", "create_connection", "create_datagram_endpoint", "sock_connect", "getaddrinfo"}
DOOR_KEYWORDS = {"mounts", "trust_env", "follow_redirects", "http2"}
"""Settings of httpx by which something else than the door would decide where bytes go."""


def imported(tree: ast.Module) -> Iterator[str]:
    """Dotted names; of `from a import b` both `a` and `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def faults(source: str, where: str) -> list[str]:
    """What a module of the app, by its path inside `companion`, may not do."""
    tree = ast.parse(source)
    names = set(imported(tree))
    glass, net = where.startswith("ui/"), where.startswith("net/")
    found = [name for name in names & GLASS if not glass and where != "app.py"]
    found += ["PySide6.QtCore" for _ in names & {"PySide6.QtCore"} if not glass and where not in CORE_ALLOWED]
    found += [name for name in names & WAYS_OUT if not net]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found += [called] if called in CALLS_OUT and not net else []
            found += [word.arg for word in node.keywords if word.arg in DOOR_KEYWORDS and _lets_go(word.value)]
    return found


def _lets_go(value: ast.expr) -> bool:
    return not (isinstance(value, ast.Constant) and value.value is False)


def test_qt_is_for_the_glass_and_only_net_goes_out() -> None:
    app = ROOT / "companion"
    wrong = {
        file.relative_to(app).as_posix(): found
        for file in sorted(app.rglob("*.py"))
        if (found := faults(file.read_text("utf-8"), file.relative_to(app).as_posix()))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("core/session.py", "from PySide6.QtCore import QTimer"),
        ("tour.py", "from PySide6 import QtGui"),
        ("ui/page.py", "from PySide6.QtNetwork import QNetworkAccessManager"),
        ("ui/page.py", "QDesktopServices.openUrl(url)"),
        ("core/keys.py", "def f():\n    import urllib.request"),
        ("api/events.py", "async def f():\n    await asyncio.open_connection('a', 1)"),
        ("net/door.py", "httpx.AsyncClient(trust_env=True)"),
        ("net/door.py", "httpx.AsyncClient(mounts={})"),
    ],
)
def test_the_scan_sees_each_way_around_the_rule(where: str, source: str) -> None:
    assert len(faults(source, where)) == 1


def test_the_scan_lets_through_what_is_allowed() -> None:
    assert faults("from PySide6.QtWidgets import QWidget", "ui/window.py") == []
    assert faults("from PySide6.QtCore import QObject", "core/store.py") == []
    assert faults("import socket\nhttpx.AsyncClient(trust_env=False)", "net/wire.py") == []
