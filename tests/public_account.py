"""The account of the public client of the maker's interface, unmodified, against a backend here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from pyporscheconnectapi.account import PorscheConnectAccount
from pyporscheconnectapi.connection import Connection

from backend_process import Backend

T = TypeVar("T")
EMAIL, PASSWORD = "owner@demo.example", "demo-drive"


class Loopback(httpx.AsyncHTTPTransport):
    """The client's two hosts are the two parties here; any other is not reached."""

    def __init__(self, parties: dict[str, str]) -> None:
        super().__init__(trust_env=False)
        self._places = {"identity.porsche.com": parties["identity"], "api.ppa.porsche.com": parties["porsche_system"]}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        place = urlsplit(self._places[request.url.host])
        url = request.url.copy_with(scheme="http", host=place.hostname, port=place.port)
        others = [pair for pair in request.headers.multi_items() if pair[0] != "host"]
        headers = [("Host", place.netloc), *others]
        # The client's own request stays as it is: its cookies belong to the address that it believes in.
        local = httpx.Request(
            request.method, url, headers=headers, stream=request.stream, extensions=request.extensions
        )
        return await super().handle_async_request(local)


def with_account(
    backend: Backend, use: Callable[[PorscheConnectAccount], Coroutine[Any, Any, T]], password: str = PASSWORD
) -> T:
    """Runs `use` with the public client's account, on a plain loop of its own."""

    async def body() -> T:
        async with httpx.AsyncClient(transport=Loopback(backend.parties), trust_env=False) as http:
            return await use(PorscheConnectAccount(connection=Connection(EMAIL, password, async_client=http)))

    return asyncio.run(asyncio.wait_for(body(), 30))
