"""A small real HTTP server of the tests' own: the maker's key route and the map provider's pictures, as the contract has them.

It shares no code with the app; its pictures are made here, byte by byte.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import struct
import threading
import time
import zlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

ATTRIBUTION = "Fictional road network. Not for navigation."
NOTHING: tuple[int, dict[str, str], bytes] = (0, {}, b"")


def png(width: int, height: int, rgb: tuple[int, int, int] = (40, 60, 80)) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(rgb) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def colour(zoom: int, x: int, y: int) -> tuple[int, int, int]:
    """Neighbours and zooms differ."""
    return 30 + zoom * 8, 40 + x * 37 % 150, 40 + y * 53 % 150


@dataclass
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    raw: bytes
    """As it came over the socket, head and body."""


@dataclass
class MapServer:
    """`refuse` answers every picture with this; `delay` in seconds; `keys` that are good now."""

    lifetime: float = 900
    delay: float = 0.0
    refuse: tuple[int, dict[str, str], bytes] = NOTHING
    refuse_times: int = 10**9
    caching: str = "private, max-age=86400"
    has_marks: bool = True
    sets_cookie: bool = False
    keys: set[str] = field(default_factory=set)
    asked: list[Asked] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0

    def __enter__(self) -> MapServer:
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pictures(self) -> list[Asked]:
        return [one for one in self.asked if one.method == "GET"]

    @property
    def exchanges(self) -> list[Asked]:
        return [one for one in self.asked if one.method == "POST"]

    # -- answers ------------------------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        with self._lock:
            self.asked.append(asked)
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if asked.method == "POST":
                return self._key(asked)
            time.sleep(self.delay)
            return self._picture(asked)
        finally:
            with self._lock:
                self.under_way -= 1

    def _key(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        if not asked.headers.get("authorization", "").startswith("Bearer ") or "service" not in json.loads(asked.body):
            return 401, {}, b"{}"
        key = secrets.token_urlsafe(24)
        self.keys.add(key)
        told = {
            "key": key, "expires_in": self.lifetime, "tiles": "/tiles/{z}/{x}/{y}{r}.png",
            "tiles_light": "/tiles/light/{z}/{x}/{y}{r}.png", "min_zoom": 5, "max_zoom": 17, "tile_size": 256,
            "attribution": ATTRIBUTION,
        }  # fmt: skip
        return 200, {"Content-Type": "application/json"}, json.dumps(told).encode()

    def _picture(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        if self.refuse[0] and self.refuse_times > 0:
            self.refuse_times -= 1
            return self.refuse
        parts = urlsplit(asked.target)
        if parts.path.startswith("/tiles/") and parse_qs(parts.query).get("key", [""])[-1] not in self.keys:
            return 401, {"Content-Type": "application/problem+json"}, b'{"key": "map.key_expired"}'
        names = parts.path.removesuffix(".png").split("/")[-3:]
        fine = names[2].endswith("@2x")
        zoom, x, y = int(names[0]), int(names[1]), int(names[2].removesuffix("@2x"))
        mark = f'"{zoom}-{x}-{y}-{fine}"'
        if self.has_marks and asked.headers.get("if-none-match") == mark:
            return 304, {"ETag": mark}, b""
        size = 512 if fine else 256
        headers = {"Content-Type": "image/png", **({"ETag": mark} if self.has_marks else {})}
        if self.caching:
            headers["Cache-Control"] = self.caching
        if self.sets_cookie:
            headers["Set-Cookie"] = "track=s3cret-cookie; Path=/"
        return 200, headers, png(size, size, colour(zoom, x, y))


def _handler(server: MapServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            # As http.server gives the head's fields in their order and spelling, this is the head as it came.
            head = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
            raw = f"{self.requestline}\r\n{head}\r\n".encode("latin-1") + body
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                status, told, content = server.answer(Asked(self.command, self.path, headers, body, raw))
                self.send_response(status)
                for name, value in told.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                self.close_connection = True

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def mbtiles(path: Path, tiles: dict[tuple[int, int, int], bytes], **metadata: str) -> str:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    db.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
    db.executemany("INSERT INTO metadata VALUES (?,?)", metadata.items())
    db.executemany("INSERT INTO tiles VALUES (?,?,?,?)", [(*place, content) for place, content in tiles.items()])
    db.commit()
    db.close()
    return str(path)
