"""What the import rules of `pyproject.toml` cannot say: which part of Qt is used where, and that only `net` goes out."""

from __future__ import annotations

import ast
import subprocess
import sys
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
CALLS_OUT = {
    "openUrl",
    "open_connection",
    "create_connection",
    "create_datagram_endpoint",
    "sock_connect",
    "getaddrinfo",
}
HANDS_OVER = "ui/parts/place_links.py"
HTTP = {
    "httpx": {"Response", "Request", "AsyncByteStream", "Cookies", "Timeout", "HTTPError"},
    "httpcore": {
        "AsyncConnectionPool", "AsyncNetworkBackend", "AsyncNetworkStream", "Request", "Response", "URL", "NetworkError",
        "ProtocolError", "TimeoutException", "UnsupportedProtocol", "ConnectError", "ConnectTimeout", "ReadError",
        "ReadTimeout", "WriteError", "WriteTimeout",
    },
    "httpx_sse": {"EventSource", "ServerSentEvent", "SSEError"},
}  # fmt: skip
"""All that is used of them: no client, no transport, no function that sends."""
POOL = {"network_backend", "keepalive_expiry", "max_connections", "ssl_context"}
"""All that the one pool is made with: by others (proxy, uds, http2) something else than the door would decide."""


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
            found += [called] if called in CALLS_OUT and not net and not _hands_over(node, where) else []
            found += _odd_pool(node, where) if called == "AsyncConnectionPool" else []
        else:
            found += _odd_use(node)
    return found


def _hands_over(node: ast.Call, where: str) -> bool:
    """The one place that gives another program something: an address that the owner was shown and pressed for."""
    return where == HANDS_OVER and ast.unparse(node) == "QDesktopServices.openUrl(QUrl(self.address))"


def _odd_pool(node: ast.Call, where: str) -> list[str]:
    named = {word.arg or "**" for word in node.keywords}
    fits = where == "net/pool.py" and not node.args and "network_backend" in named and named <= POOL
    return [] if fits else ["AsyncConnectionPool"]


def _odd_use(node: ast.AST) -> list[str]:
    """What is used of an HTTP library beyond the list; another name for the library, or for a part, would hide it."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        library = HTTP.get(node.value.id)
        return [] if library is None or node.attr in library else [f"{node.value.id}.{node.attr}"]
    if isinstance(node, ast.Import):
        return [
            one.name for one in node.names if one.name.partition(".")[0] in HTTP and (one.asname or "." in one.name)
        ]
    if isinstance(node, ast.ImportFrom):
        return [node.module for _ in node.names if node.module and node.module.partition(".")[0] in HTTP]
    return []


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
        ("ui/page.py", "QDesktopServices.openUrl(QUrl(self.address))"),
        ("ui/parts/place_links.py", "QDesktopServices.openUrl(QUrl(self.other))"),
        ("core/keys.py", "def f():\n    import urllib.request"),
        ("api/events.py", "async def f():\n    await asyncio.open_connection('a', 1)"),
        ("net/door.py", "httpx.AsyncClient(trust_env=False)"),
        ("net/door.py", "httpx.post(url)"),
        ("net/door.py", "send = httpx.get"),
        ("net/door.py", "from httpx import AsyncClient"),
        ("net/door.py", "import httpx as h"),
        ("net/door.py", "import httpcore._async"),
        ("net/door.py", "httpcore.AsyncConnectionPool(network_backend=RecordingBackend())"),
        ("net/pool.py", "httpcore.AsyncConnectionPool()"),
        ("net/pool.py", "httpcore.AsyncConnectionPool(network_backend=RecordingBackend(), proxy=proxy)"),
        ("net/pool.py", "httpcore.AsyncConnectionPool(network_backend=RecordingBackend(), **more)"),
        ("net/pool.py", "httpcore.AsyncHTTPProxy(proxy_url=url)"),
    ],
)
def test_the_scan_sees_each_way_around_the_rule(where: str, source: str) -> None:
    assert len(faults(source, where)) == 1


def test_the_scan_lets_through_what_is_allowed() -> None:
    assert faults("from PySide6.QtWidgets import QWidget", "ui/window.py") == []
    assert faults("from PySide6.QtCore import QObject", "core/store.py") == []
    assert faults("import socket\nimport httpx\nhttpx.Response(200)", "net/wire.py") == []
    assert faults("httpcore.AsyncConnectionPool(network_backend=RecordingBackend())", "net/pool.py") == []


def test_the_backend_itself_never_loads_qt() -> None:
    """Tiles are painted in a process of its own; the world, the keys and the provider's routes do without."""
    source = (
        "import sys, mock_backend.server, mock_backend.cli\n"
        "from mock_backend.world.world import World; from mock_backend.world.plane import point\n"
        "assert World().address(point(48.8003, 9.0112))\n"
        "print([name for name in sys.modules if name.startswith(('PySide6', 'shiboken6'))])"
    )
    told = subprocess.run([sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_only_the_painter_of_tiles_imports_qt_in_the_backend() -> None:
    found = {
        file.relative_to(ROOT).parent.as_posix()
        for file in sorted((ROOT / "mock_backend").rglob("*.py"))
        if any(name.startswith("PySide6") for name in imported(ast.parse(file.read_text("utf-8"))))
    }
    assert found == {"mock_backend/providers/map_provider/paint"}
