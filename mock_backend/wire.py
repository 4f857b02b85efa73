"""Edges between parties: real requests over real sockets, each recorded in a bounded ring in memory."""

from __future__ import annotations

import itertools
import secrets
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mock_backend.clock import Clock

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


class Wire:
    """`origins` maps a party to its base URL, `key` is what the maker's own systems know each other by."""

    def __init__(self, clock: Clock) -> None:
        self.origins: dict[str, str] = {}
        self.key = secrets.token_urlsafe(24)
        self._clock = clock
        self._ring: deque[Edge] = deque(maxlen=KEPT)
        self._numbers = itertools.count(1)
        self._gone: set[str] = set()
        self._client: httpx.AsyncClient | None = None

    async def send(
        self, source: str, target: str, path: str, body: Mapping[str, Any], *, activity: str, trace: str, owner: str = "",
        limit: float = LIMIT,
    ) -> dict[str, Any]:  # fmt: skip
        """POSTs JSON and returns the answer's object. Raises EdgeFailed."""
        import httpx

        if owner in self._gone:
            raise EdgeFailed(late=False)
        headers = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01", "x-system-key": self.key}
        client = self._open()
        request = client.build_request("POST", self.origins[target] + path, json=dict(body), headers=headers, timeout=limit)
        status = 0
        try:
            response = await client.send(request)
            status = response.status_code
            if status >= 400:
                raise EdgeFailed(late=False)
            answer: dict[str, Any] = response.json()
            return answer
        except httpx.HTTPError as error:
            raise EdgeFailed(late=isinstance(error, httpx.TimeoutException)) from error
        finally:
            edge = Edge(
                next(self._numbers), trace, source, target, "POST", path, self._clock.now(), _size(request), status,
                activity, "edge", owner,
            )  # fmt: skip
            self._ring.append(edge)

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
        if self._client is not None:
            await self._client.aclose()

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            import httpx

            # Edges are plain HTTP over loopback; loading certificates would double the backend's start.
            self._client = httpx.AsyncClient(verify=False, trust_env=False, headers={"user-agent": "mock-backend"})
        return self._client


def _size(request: httpx.Request) -> int:
    """Request line, headers and body as HTTP/1.1 writes them."""
    target = request.url.raw_path
    head = len(request.method) + 1 + len(target) + len(" HTTP/1.1\r\n")
    head += sum(len(name) + len(value) + 4 for name, value in request.headers.raw) + 2
    return head + len(request.content)


def new_trace() -> str:
    """Later ones sort behind earlier ones: the vaults find and delete what was written together in the same place."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
