"""Where the parties are: asked once of the backend's one known address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from companion.api.values import moment, word
from companion.errors import AnswerError
from companion.net.call import Call
from companion.net.client import UNREADABLE, Client


@dataclass(frozen=True, slots=True)
class Backend:
    id: str
    name: str
    is_demo: bool
    now: datetime
    parties: dict[str, str]


class DiscoveryApi:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def find(self) -> Backend:
        table, _ = await self._client.json(Call("porsche_system", "GET", "/.well-known/companion"))
        try:
            now = moment(table["now"])
            if now is None or not isinstance(table["demo"], bool):
                raise AnswerError("answer.malformed")
            parties = {str(name): safe_origin(url) for name, url in table["parties"].items()}
            return Backend(word(table["backend_id"]), word(table["name"]), table["demo"], now, parties)
        except UNREADABLE as error:
            raise AnswerError("answer.malformed") from error


def safe_origin(url: str) -> str:
    """An origin without a path. Anything but loopback needs https; raises ValueError."""
    parts = urlsplit(url)
    loopback = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if parts.scheme not in ("http", "https") or not parts.hostname or (parts.scheme == "http" and not loopback):
        raise ValueError(f"not a safe address: {url}")
    if parts.path not in ("", "/") or parts.query or parts.username:
        raise ValueError(f"not an origin: {url}")
    # Both raise ValueError for what no connection could be opened to.
    _ = parts.port, parts.hostname.encode("idna")
    return f"{parts.scheme}://{parts.netloc}"
