"""Who answers the emergency call: the only party that a car in private mode still reaches."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mock_backend.switches import EMERGENCY
from mock_backend.vault import Vault
from mock_backend.web import Refused, application, read_json, same, trace_of
from mock_backend.wire import Wire


class Emergency:
    """`owner_of`: VIN -> account, None where there is no such car."""

    def __init__(self, vault: Vault, wire: Wire, owner_of: Callable[[str], str | None]) -> None:
        self._vault = vault
        self._wire = wire
        self._owner_of = owner_of

    def app(self) -> Starlette:
        return application([Route("/calls", self.call, methods=["POST"])])

    async def call(self, request: Request) -> Response:
        if not same(request.headers.get("x-system-key", ""), self._wire.key):
            raise Refused(403, "Only a car may call.")
        body = await read_json(request, "vin", "latitude", "longitude", "at")
        owner = self._owner_of(body["vin"]) if isinstance(body["vin"], str) else None
        if owner is None:
            raise Refused(404, "No such car.")
        if (
            not _is_place(body["latitude"], 90)
            or not _is_place(body["longitude"], 180)
            or not isinstance(body["at"], str)
        ):
            raise Refused(400, "latitude and longitude must be degrees, at a time.")
        values = {name: body[name] for name in ("latitude", "longitude", "at")}
        number = self._vault.keep(EMERGENCY, body["vin"], values, trace=trace_of(request), owner=owner)
        return JSONResponse({"call": f"E-{number}"}, 201)


def _is_place(value: Any, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.fabs(value) <= most
