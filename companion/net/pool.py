"""The connections, and the last gate before them: only frozen requests pass, straight to httpcore.

There is no httpx client in this app: nothing adds a header, follows a redirect, reads a proxy from the environment or
asks again. Of httpx only the answer is used, for its decoders and the event stream's reader, and the cookie jar.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpcore
import httpx

from companion.errors import DoorError
from companion.net.call import Written
from companion.net.frozen import Frozen
from companion.net.wire import Flight, RecordingBackend, current

BROKEN = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpx.HTTPError,
)
"""What is raised where the network, the answer's framing or its encoding breaks; timeouts are httpcore's."""


class Pool:
    def __init__(self, ssl_context: object | None = None) -> None:
        self._connections = httpcore.AsyncConnectionPool(
            network_backend=RecordingBackend(),
            keepalive_expiry=30.0,
            max_connections=20,
            ssl_context=ssl_context,  # type: ignore[arg-type]
        )

    async def send(self, frozen: Frozen, flight: Flight, origin: str, limits: httpx.Timeout) -> httpx.Response:
        """The answer with its content still to come; raises one of `BROKEN`."""
        if not isinstance(frozen, Frozen):
            raise DoorError("door.undeclared", field="request")
        request = _request(frozen.written, origin, limits)
        place = current.set(flight)
        try:
            answer = await self._connections.handle_async_request(request)
        finally:
            current.reset(place)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Content(answer))

    async def aclose(self) -> None:
        await self._connections.aclose()


class _Content(httpx.AsyncByteStream):
    """httpcore's stream under the name by which httpx knows one."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._answer.aiter_stream()

    async def aclose(self) -> None:
        await self._answer.aclose()


def _request(written: Written, origin: str, limits: httpx.Timeout) -> httpcore.Request:
    place = urlsplit(origin)
    host = place.hostname or ""
    url = httpcore.URL(
        scheme=place.scheme.encode("ascii"), host=host.encode("ascii" if host.isascii() else "idna"), port=place.port,
        target=written.target.encode("ascii"),
    )  # fmt: skip
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in written.headers]
    content = _parts(written.parts) if written.is_chunked else b"".join(written.parts)
    return httpcore.Request(
        written.method, url, headers=headers, content=content, extensions={"timeout": limits.as_dict()}
    )


async def _parts(parts: tuple[bytes, ...]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
