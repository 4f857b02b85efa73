"""Who finds places: gets the words and a place, never who asks, and keeps neither."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import cached_property
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mock_backend.places import PLACE, SEARCH, Wish, wish
from mock_backend.vault import Vault
from mock_backend.web import Refused, application, read_json, same
from mock_backend.wire import Wire

NOBODY = "nobody"
"""Whose search it is, as far as this party knows."""


class PoiProvider:
    def __init__(self, vault: Vault, wire: Wire) -> None:
        self._vault = vault
        self._wire = wire
        self._atlas = Atlas()

    def app(self) -> Starlette:
        return application([Route("/searches", self.search, methods=["POST"])])

    async def search(self, request: Request) -> Response:
        if not same(request.headers.get("x-system-key", ""), self._wire.key):
            raise Refused(403, "Only the maker may search.")
        wanted = wish(await read_json(request, "term", "near"))
        with self._vault.handling(SEARCH, NOBODY), self._vault.handling(PLACE, NOBODY):
            found = await _aside(lambda: self._atlas.find(wanted))
        return JSONResponse({"places": found})


class Atlas:
    """The demo's world, made when somebody first searches: a second's work. One search at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    @cached_property
    def _world(self) -> Any:
        from mock_backend.world.world import World

        return World()

    def find(self, wanted: Wish) -> list[dict[str, Any]]:
        from mock_backend.world import lookup
        from mock_backend.world.plane import degrees, point

        with self._turn:
            found = lookup.find(self._world, wanted.term, point(*wanted.near))
        places = [(one, *degrees(one.at)) for one in found]
        return [
            {
                "id": f"{one.sort}-{one.at[0]}-{one.at[1]}", "kind": one.sort.value, "name": one.name, "town": one.town,
                "latitude": latitude, "longitude": longitude,
            }
            for one, latitude, longitude in places
        ]  # fmt: skip


async def _aside(call: Callable[[], Any]) -> Any:
    """In a thread that nobody waits for when the backend ends."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def settle(found: Any, error: Exception | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(found)
        else:
            done.set_exception(error)

    def run() -> None:
        found, failed = None, None
        try:
            found = call()
        except Exception as error:
            failed = error
        with contextlib.suppress(RuntimeError):
            # The loop may have ended meanwhile.
            loop.call_soon_threadsafe(settle, found, failed)

    threading.Thread(target=run, name="atlas", daemon=True).start()
    return await done
