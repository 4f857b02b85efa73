"""The central store of searches that several people made alike: 30 days, so that they need not be looked up again."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mock_backend.places import SHARED, wish
from mock_backend.vault import Vault, VaultError
from mock_backend.web import Refused, application, read_json, same, trace_of
from mock_backend.wire import Wire


class RequestCache:
    def __init__(self, vault: Vault, wire: Wire) -> None:
        self._vault = vault
        self._wire = wire

    def app(self) -> Starlette:
        return application([
            Route("/searches/known", self.known, methods=["POST"]), Route("/searches", self.keep, methods=["POST"]),
        ])  # fmt: skip

    async def known(self, request: Request) -> Response:
        """What the same search found before; null where it was never stored."""
        wanted = wish(await self._read(request, "term", "near"))
        row = next(self._vault.find(SHARED, tag=wanted.key), None)
        return JSONResponse({"places": None if row is None else row.values["places"]})

    async def keep(self, request: Request) -> Response:
        """One row a person and search; the same again takes the place of the older one."""
        body = await self._read(request, "account", "term", "near", "places")
        if not isinstance(body["account"], str) or not isinstance(body["places"], list):
            raise Refused(400, "account must be a word, places a list.")
        account, wanted = body["account"], wish(body)
        values = {**wanted.body, "places": body["places"]}
        try:
            self._vault.keep(
                SHARED, account, values, trace=trace_of(request), owner=account, tag=wanted.key, replaces=True
            )
        except VaultError as error:
            raise Refused(410, "This account is gone.") from error
        return JSONResponse({}, 201)

    async def _read(self, request: Request, *fields: str) -> dict[str, Any]:
        if not same(request.headers.get("x-system-key", ""), self._wire.key):
            raise Refused(403, "Only the maker uses this store.")
        return await read_json(request, *fields)
