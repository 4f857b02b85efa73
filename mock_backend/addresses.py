"""Where the parties are: a socket each, on loopback, at addresses that last."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from pathlib import Path

PARTIES = (
    "identity", "porsche_system", "vehicle", "pcm", "map_provider", "navigation_provider", "poi_provider",
    "charging_provider", "request_cache_provider", "voice_provider", "nav_search_provider", "calendar_provider", "harman",
    "radio_provider", "push_google", "push_apple", "sms_carrier", "dealer", "manual_provider", "emergency", "console",
)  # fmt: skip
"""The fixed order of addresses; a party's port is the base plus its place."""


def listen(host: str, port_base: int, parties: Iterable[str], file: Path) -> dict[str, socket.socket]:
    """A socket a party, in the fixed order: at the base's ports, else where `file` says it was last, else at free ones.

    The app binds its stored sign-in to the address of the identity, so addresses should last.
    """
    before = {} if port_base else _last_ports(file)
    found: dict[str, socket.socket] = {}
    for party in sorted(parties, key=PARTIES.index):
        port = port_base + PARTIES.index(party) if port_base else before.get(party, 0)
        try:
            found[party] = _bound(host, port)
        except OSError as error:
            if port_base:
                for sock in found.values():
                    sock.close()
                raise OSError(f"{party} cannot have port {port}: {error.strerror}") from error
            found[party] = _bound(host, 0)
    file.write_text(json.dumps({party: sock.getsockname()[1] for party, sock in found.items()}), "utf-8")
    return found


def origin(host: str, sock: socket.socket) -> str:
    host = "127.0.0.1" if host in ("0.0.0.0", "") else host
    return f"http://{f'[{host}]' if ':' in host else host}:{sock.getsockname()[1]}"


def _bound(host: str, port: int) -> socket.socket:
    """Made as IPPROTO_TCP: asyncio sets TCP_NODELAY only on those (44 ms a request otherwise)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


def _last_ports(file: Path) -> dict[str, int]:
    """A damaged file tells nothing."""
    try:
        table = json.loads(file.read_text("utf-8"))
        return {party: port for party, port in table.items() if isinstance(port, int) and 1024 <= port <= 65535}
    except (OSError, ValueError, AttributeError):
        return {}
