"""Damaged answers: a relay in front of a real backend that gives its own answer where it was told to, and what it gives."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from hypothesis import strategies as st

Headers = tuple[tuple[str, str], ...]
FRAMING = ("content-length", "transfer-encoding", "connection")
JSON_HEADERS: Headers = (("content-type", "application/json"),)
STREAM_HEADERS: Headers = (("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-store"))


@dataclass(frozen=True, repr=False)
class Answer:
    """What goes over the wire. `said`: the length that the head tells, None for one that ends with the connection."""

    status: int
    headers: Headers
    body: bytes
    said: int | None = -1
    chunked: bool = False

    def wire(self) -> bytes:
        framing: Headers = (("transfer-encoding", "chunked"),) if self.chunked else ()
        if not self.chunked and self.said is not None:
            framing = (("content-length", str(len(self.body) if self.said == -1 else self.said)),)
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers + framing)
        return f"HTTP/1.1 {self.status} Answer\r\n{lines}connection: close\r\n\r\n".encode("latin-1") + self.body

    def __repr__(self) -> str:
        body = self.body if len(self.body) < 6000 else self.body[:3000] + b"..."
        return f"Answer({self.status}, {self.headers}, {body!r}, said={self.said}, chunked={self.chunked})"


# -- the relay ----------------------------------------------------------------------------------------------------


class Relay:
    """`next[route]` are answers given instead of the backend's; `seen[route]` are the backend's good ones."""

    def __init__(self, parties: Mapping[str, str]) -> None:
        self._parties = parties
        self.origins: dict[str, str] = {}
        self.next: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self.seen: dict[str, Answer] = {}
        self._told = b""
        self.opened = 0
        """How many streams the backend opened."""
        self._streams: set[asyncio.StreamWriter] = set()

    @property
    def events(self) -> list[tuple[str, Any]]:
        """Kind and data of what the backend's stream told."""
        found = re.findall(rb"event: ?(\w+)\r?\n(?:id:[^\n]*\n)?data: ?([^\n]*)\n", self._told)
        return [(kind.decode(), json.loads(data)) for kind, data in found]

    def hang_up(self) -> None:
        """Ends every event stream."""
        for writer in self._streams:
            writer.close()

    async def serve(self, party: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await _head(reader):
                lines = head.decode("latin-1").split("\r\n")
                body = await reader.readexactly(int(_value(lines, "content-length") or 0))
                route = route_of(lines[0], body)
                if self.next[route]:
                    writer.write(self.next[route].popleft().wire())
                    await writer.drain()
                    return
                await self._pass_on(party, route, lines, body, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._streams.discard(writer)
            writer.close()

    async def _pass_on(
        self, party: str, route: str, lines: list[str], body: bytes, writer: asyncio.StreamWriter
    ) -> None:
        url = urlsplit(self._parties[party])
        upstream, to = await asyncio.open_connection(url.hostname, url.port)
        try:
            kept = [line for line in lines[1:] if line and line.partition(":")[0].lower() not in ("host", "connection")]
            head = "\r\n".join([lines[0], f"Host: {url.netloc}", *kept, "Connection: close"])
            to.write(head.encode("latin-1") + b"\r\n\r\n" + body)
            if route == "events":
                await self._stream(upstream, writer)
                return
            answer = _answer(await upstream.read())
            if route == "discovery":
                answer = replace(answer, body=json.dumps({**json.loads(answer.body), "parties": self.origins}).encode())
            if answer.status < 400:
                self.seen[route] = answer
            writer.write(answer.wire().replace(b"connection: close\r\n", b"", 1))
            await writer.drain()
        finally:
            to.close()

    async def _stream(self, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._streams.add(writer)
        self.opened += 1
        while not writer.is_closing() and (piece := await upstream.read(65536)):
            self._told += piece
            writer.write(piece)


AnyRelay = TypeVar("AnyRelay", bound=Relay)


@asynccontextmanager
async def relaying(parties: Mapping[str, str], kind: type[AnyRelay] = Relay) -> AsyncIterator[AnyRelay]:
    relay, servers = kind(parties), []
    for party in ("porsche_system", "identity", "console"):

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, party: str = party) -> None:
            await relay.serve(party, reader, writer)

        server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20)
        servers.append(server)
        relay.origins[party] = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield relay
    finally:
        relay.hang_up()
        for server in servers:
            server.close()


def route_of(line: str, body: bytes) -> str:
    """A name for what the app asks."""
    _, target, _ = line.split(" ")
    path, _, query = target.partition("?")
    last = path.rpartition("/")[2]
    if path.endswith("/commands"):
        return str(json.loads(body)["key"])
    if "/commands/" in path:
        return "status"
    if path == "/oauth/token":
        return "token" if b"grant_type=refresh_token" in body else "code"
    if "/connect/v1/vehicles/" in path:
        return "capabilities" if "cf=" in query else "overview"
    if path.startswith("/observer/"):
        return last if "trace=" in query or last == "receipt" else f"all {last}"
    return {"companion": "discovery"}.get(last, last)


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return (await reader.readuntil(b"\r\n\r\n"))[:-2]
    except asyncio.IncompleteReadError:
        return b""


def _value(lines: list[str], name: str) -> str:
    return next((line.partition(":")[2].strip() for line in lines if line.lower().startswith(name + ":")), "")


def _answer(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    if "chunked" in _value(lines, "transfer-encoding"):
        body = _unchunked(body)
    pairs = [line.partition(": ")[::2] for line in lines[1:]]
    kept = tuple((name.lower(), value) for name, value in pairs if name.lower() not in FRAMING)
    return Answer(int(lines[0].split(" ")[1]), kept, body)


def _unchunked(body: bytes) -> bytes:
    found = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        found, body = found + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return found


# -- JSON that json.dumps would not write ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Raw:
    """A piece of text at the place of a value."""

    text: str


class Pairs(list[tuple[str, Any]]):
    """An object's members in their order, with repeats."""


def write(tree: Any) -> str:
    if isinstance(tree, Raw):
        return tree.text
    if isinstance(tree, dict | Pairs):
        pairs = tree.items() if isinstance(tree, dict) else tree
        return "{" + ",".join(f"{json.dumps(key)}:{write(value)}" for key, value in pairs) + "}"
    if isinstance(tree, list):
        return "[" + ",".join(write(value) for value in tree) + "]"
    return json.dumps(tree, ensure_ascii=False)


Path = tuple[str | int, ...]


def places(tree: Any, here: Path = ()) -> Iterator[Path]:
    """Every place of a tree, the whole first."""
    yield here
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inner:
        yield from places(value, (*here, key))


def put(tree: Any, path: Path, change: Any) -> Any:
    """The tree with `change(value)` at a place."""
    if not path:
        return change(tree)
    key, rest = path[0], path[1:]
    if isinstance(tree, Pairs):
        return tree
    try:
        inner = tree[key]
    except (LookupError, TypeError):
        return tree  # an earlier change took this place away
    if isinstance(tree, dict):
        return {**tree, key: put(inner, rest, change)}
    return [put(one, rest, change) if place == key else one for place, one in enumerate(tree)]


def deep(levels: int, shape: str) -> Raw:
    start, end = {"[": ("[", "]"), "{": ('{"a":', "}")}[shape]
    return Raw(start * levels + "1" + end * levels)


TIMES = (
    "0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00-12:00", "9999-12-31T23:59:59.999999+00:00", "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59-12:00", "2999-01-01T00:00:00Z", "2024-01-01", "not a time", "2024-13-01T00:00:00Z",
)  # fmt: skip
WORDS = (
    "", " ", "A_WORD_FROM_TOMORROW", "x" * 5000, "\N{DEVANAGARI LETTER KA}\u0301\u202e", "../..", "a/b?c#d", "\x00\x1f", "12",
    "²", "http://127.0.0.1:99999", "http://127.0.0.1:abc", "http://127.0.0.1:0", "https://127.0.0.1:1", "http://[", "ftp://127.0.0.1",
    "https://" + "a" * 70 + ".invalid", "https://a..invalid",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 1.5, 10**18, 10**400, -(10**400), Raw("NaN"), Raw("Infinity"), Raw("-Infinity"), Raw("1e999"), Raw("-0.0"),
    Raw("1e-999"), Raw("9" * 5000),
)  # fmt: skip
SHAPES: tuple[Any, ...] = (None, True, False, [], {}, [[]], [None], {"a": 1}, [1, "a"], {"": {}})
STRANGE = (Raw('"\\ud800"'), Raw('"a\\udfff"'), Raw('"\\u0000"'), Raw("tru"), Raw("'a'"), Raw(""), Raw("01"))
values = st.one_of(
    st.sampled_from(SHAPES), st.sampled_from(NUMBERS), st.sampled_from(WORDS), st.sampled_from(TIMES),
    st.sampled_from(STRANGE), st.builds(deep, st.integers(50, 3000), st.sampled_from("[{")),
)  # fmt: skip


@st.composite
def trees(draw: st.DrawFn, golden: Any) -> str:
    """A good tree with one to three changes, as text."""
    tree, all_places = golden, list(places(golden))
    for _ in range(draw(st.integers(1, 3))):
        tree = put(tree, draw(st.sampled_from(all_places)), draw(changes()))
    return write(tree)


@st.composite
def changes(draw: st.DrawFn) -> Any:
    kind = draw(st.sampled_from(("value", "value", "value", "missing", "more", "twice")))
    value = draw(values)

    def change(old: Any) -> Any:
        if kind == "value" or isinstance(old, Pairs) or not isinstance(old, dict | list) or not old:
            return value
        if isinstance(old, list):
            return {"missing": old[1:], "more": [*old, value], "twice": [*old, *old]}[kind]
        first = next(iter(old))
        if kind == "missing":
            return {key: one for key, one in old.items() if key != first}
        return {**old, "addedTomorrow": value} if kind == "more" else Pairs([(first, value), *old.items()])

    return change


def _encodings(text: str) -> st.SearchStrategy[bytes]:
    marked = text.replace(":", ': "ü",', 1) if text.startswith("[") else text.replace("{", '{"ü":"é€",', 1)
    return st.sampled_from(
        (
            marked.encode("latin-1", "replace"), text.encode("utf-16"), text.encode("utf-16-le"), text.encode("utf-32"),
            b"\xef\xbb\xbf" + text.encode(), marked.encode().replace(b"\xc3", b"\xff"),
            text.encode().replace(b'"', b'"\xed\xa0\x80', 1),
            text.encode("utf-7"), b"\x00" + text.encode(), text.encode().replace(b'"', b'"\xc0\x80', 1),
        )
    )  # fmt: skip


BOMB = gzip.compress(gzip.compress(bytes(24 << 20)))
HEADS: tuple[Headers, ...] = (
    (), (("content-type", "text/html"),), (("content-type", "application/json; charset=utf-16"),),
    (("content-type", "text/event-stream"),), (("content-type", ""),),
    (("content-type", "application/json"), ("set-cookie", "a=\xb2\x01; Max-Age=" + "9" * 400)),
    (("content-type", "application/json"), ("traceresponse", "00-" + "z\xe9" * 16 + "-1-1")),
    (("content-type", "application/json"), ("retry-after", "\xb2")),
    (("content-type", "application/json"), ("retry-after", "9" * 500)),
    (("content-type", "application/json"), ("content-encoding", "gzip")),
    (("content-type", "application/json"), ("content-encoding", "gzip, deflate, identity")),
    (("content-type", "application/json"), ("content-encoding", "x-tomorrow")),
)  # fmt: skip
STATUSES = (200, 201, 204, 205, 206, 301, 304, 400, 402, 408, 410, 418, 429, 431, 500, 502, 503, 599)


def answers(golden: Answer) -> st.SearchStrategy[Answer]:
    """The good answer, damaged in one way."""
    good, text = golden.body, golden.body.decode()
    damaged_tree = trees(json.loads(text)).map(
        lambda written: replace(golden, body=written.encode("utf-8", "surrogatepass"))
    )
    return st.one_of(
        damaged_tree, damaged_tree, damaged_tree, _broken(golden),
        _encodings(text).map(lambda body: replace(golden, body=body)),
        st.tuples(st.sampled_from(STATUSES), st.sampled_from(HEADS), st.sampled_from((good, b"", b"null", BOMB))).map(
            lambda one: replace(golden, status=one[0], headers=one[1], body=b"" if one[0] in (204, 304) else one[2])
        ),
    )  # fmt: skip


@st.composite
def _broken(draw: st.DrawFn, golden: Answer) -> Answer:
    """Cut, patched or wrongly framed."""
    body, at = golden.body, draw(st.integers(0, len(golden.body)))
    kind = draw(st.sampled_from(("cut", "short", "long", "open", "byte", "more", "chunks", "empty")))
    match kind:
        case "cut":
            return replace(golden, body=body[:at])
        case "short":
            return replace(golden, body=body[:at], said=len(body) + 1)
        case "long":
            return replace(golden, said=at)
        case "open":
            return replace(golden, body=body[:at], said=None)
        case "byte":
            return replace(golden, body=body[:at] + draw(st.binary(max_size=3)) + body[at + 1 :])
        case "more":
            return replace(golden, body=body + draw(st.sampled_from((b"\n", b"}", b" null", b"\x00", b",{}"))))
        case "chunks":
            size = draw(st.sampled_from((b"%x" % len(body), b"%x" % (at + 1), b"-1", b"zz", b"f" * 30, b"0")))
            return replace(golden, body=size + b"\r\n" + body + b"\r\n0\r\n\r\n", chunked=True)
    return replace(golden, body=b"")


# -- event streams --------------------------------------------------------------------------------------------------

STREAM_TYPES = (
    "text/event-stream", "text/event-stream; charset=utf-16", "text/event-stream; charset=hex", "text/event-stream; charset=zip",
    "text/event-stream; charset=idna", "text/event-stream; charset=undefined", "application/json", "",
)  # fmt: skip
JUNK = (
    b"retry: \xb2\n\n", b"id: \x00\n\n", b"id: " + b"9" * 4000 + b"\n\n", b":\n\n", b"data\n\n", b"event: vehicle\n\n", b"\r\r\r",
    b"\xff\xfe\n\n", b"event: tomorrow\ndata: {}\n\n", b"data: null\n\n", b"event: reset\ndata: []\n\n",
)  # fmt: skip


@st.composite
def streams(draw: st.DrawFn, golden: list[tuple[str, Any]]) -> Answer:
    """A stream of some events, most of them damaged, that ends."""
    pieces = []
    for _ in range(draw(st.integers(1, 4))):
        kind, table = draw(st.sampled_from(golden))
        data = draw(trees(table)) if draw(st.integers(0, 3)) else write(table)
        pieces.append(f"id: {len(pieces)}\nevent: {kind}\ndata: {data}\n\n".encode("utf-8", "surrogatepass"))
        if draw(st.booleans()):
            pieces.append(draw(st.sampled_from(JUNK)))
    body = b"".join(pieces)
    if draw(st.booleans()):
        body = body[: draw(st.integers(0, len(body)))]
    if draw(st.integers(0, 4)) == 0:
        body = body.replace(b"\n", draw(st.sampled_from((b"\r", b"\r\n"))))
    answer = Answer(200, STREAM_HEADERS, body, said=None)
    if draw(st.integers(0, 4)) == 0:
        answer = replace(answer, headers=(("content-type", draw(st.sampled_from(STREAM_TYPES))),))
    if draw(st.integers(0, 6)) == 0:
        answer = replace(answer, said=len(body) + draw(st.integers(-1, 1)))
    return answer
