"""Edges between parties: real requests over real sockets, each recorded in a bounded ring in memory."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import anyio

from mock_backend.clock import Clock
from mock_backend.switches import ON_BOARD

if TYPE_CHECKING:
    import httpx

KEPT = 5000
LIMIT = 10.0
"""Seconds an edge may take."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One request between two parties. `size` counts the request's head and body as they went out."""

    id: int
    trace: str
    source: str
    target: str
    method: str
    path: str
    at: datetime
    size: int
    status: int
    activity: str
    kind: str
    owner: str


class EdgeFailed(Exception):
    """The other party did not answer; `late`: it may still act."""

    def __init__(self, late: bool) -> None:
        super().__init__("late" if late else "refused")
        self.late = late


class EdgeClosed(EdgeFailed):
    """A switch in the car closes this edge: nothing was sent. `reason` names the switch."""

    def __init__(self, reason: str) -> None:
        super().__init__(late=False)
        self.reason = reason


Gate = Callable[[str, str, str, str], str]
"""(car, source, target, activity) -> why the edge is closed, empty if it is open."""


class Wire:
    """`origins` maps a party to its base URL, `key` is what the maker's own systems know each other by.

    `through`: where edges to a party go instead, e.g. by a proxy that counts. `gate` is asked before every edge of a car.
    """

    def __init__(self, clock: Clock) -> None:
        self.origins: dict[str, str] = {}
        self.through: dict[str, str] = {}
        self.gate: Gate = lambda car, source, target, activity: ""
        self.key = secrets.token_urlsafe(24)
        self._clock = clock
        self._ring: deque[Edge] = deque(maxlen=KEPT)
        self._numbers = itertools.count(1)
        self._gone: set[str] = set()
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._flying: dict[str, dict[anyio.CancelScope, asyncio.Event]] = {}

    async def send(
        self, source: str, target: str, path: str, body: Mapping[str, Any], *, activity: str, trace: str, owner: str = "",
        car: str = "", limit: float = LIMIT,
    ) -> dict[str, Any]:  # fmt: skip
        """POSTs JSON and returns the answer's object. An edge of a car names the car. Raises EdgeFailed."""
        import httpx

        self._check(source, target, activity, owner, car)
        headers = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01", "x-system-key": self.key}
        url = self.through.get(target, self.origins[target]) + path
        client = self._open(car)
        request = client.build_request("POST", url, json=dict(body), headers=headers, timeout=limit)
        status = 0
        try:
            with self._under_way(car):
                response = await client.send(request)
            status = response.status_code
            if status >= 400:
                raise EdgeFailed(late=False)
            answer: dict[str, Any] = response.json()
            return answer
        except httpx.HTTPError as error:
            raise EdgeFailed(late=isinstance(error, httpx.TimeoutException)) from error
        except ValueError as error:
            # Answered, but not with JSON: it may have been taken.
            raise EdgeFailed(late=True) from error
        finally:
            # Not of an account that was deleted while this was under way.
            if owner not in self._gone:
                edge = Edge(
                    next(self._numbers), trace, source, target, "POST", path, self._clock.now(), _size(request), status,
                    activity, "edge", owner,
                )  # fmt: skip
                self._ring.append(edge)

    def _check(self, source: str, target: str, activity: str, owner: str, car: str) -> None:
        """The one place that every edge passes before its first byte."""
        if owner in self._gone:
            raise EdgeFailed(late=False)
        if source in ON_BOARD or target in ON_BOARD:
            if not car:
                raise TypeError(f"{activity}: an edge of a car names the car")
            if reason := self.gate(car, source, target, activity):
                raise EdgeClosed(reason)

    @contextmanager
    def _under_way(self, car: str) -> Iterator[None]:
        with anyio.CancelScope() as scope:
            done = self._flying.setdefault(car, {})[scope] = asyncio.Event()
            try:
                yield
            finally:
                del self._flying[car][scope]
                done.set()
        if scope.cancelled_caught:
            raise EdgeFailed(late=True)

    async def cut(self, car: str) -> None:
        """Ends every request of a car that is under way and closes its connections; when done, no byte of them follows."""
        flying = self._flying.get(car, {}).copy()
        for scope in flying:
            scope.cancel()
        for done in flying.values():
            await done.wait()
        client = self._clients.pop(car, None)
        if client is not None:
            await client.aclose()

    def edges(self, after: int = 0, traces: tuple[str, ...] = (), owner: str | None = None) -> Iterator[Edge]:
        for edge in tuple(self._ring):
            if edge.id > after and (not traces or edge.trace in traces) and owner in (None, edge.owner):
                yield edge

    def forget(self, owner: str) -> int:
        """Account deletion: what went is forgotten, and nothing about this account goes any more; returns how many went."""
        self._gone.add(owner)
        edges = len(self._ring)
        self._ring.clear()
        return edges

    def welcome(self, owner: str) -> None:
        self._gone.discard(owner)

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()

    def _open(self, car: str) -> httpx.AsyncClient:
        """A car has connections of its own, which can be closed."""
        if car not in self._clients:
            import httpx

            # Edges are plain HTTP over loopback; loading certificates would double the backend's start.
            self._clients[car] = httpx.AsyncClient(
                verify=False, trust_env=False, headers={"user-agent": "mock-backend"}
            )
        return self._clients[car]


def _size(request: httpx.Request) -> int:
    """Request line, headers and body as HTTP/1.1 writes them."""
    target = request.url.raw_path
    head = len(request.method) + 1 + len(target) + len(" HTTP/1.1\r\n")
    head += sum(len(name) + len(value) + 4 for name, value in request.headers.raw) + 2
    return head + len(request.content)


def new_trace() -> str:
    """Later ones sort behind earlier ones: the vaults find and delete what was written together in the same place."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
