"""Who carries messages to the owner's phones: Google, Apple, and a network that sends SMS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mock_backend.faults import Faults
from mock_backend.services import TOPICS
from mock_backend.vault import Vault, VaultError
from mock_backend.web import Refused, application, read_json, same, trace_of
from mock_backend.wire import Wire

LEAST = {"kind", "at", "car"}
Device = tuple[str, str]
"""Phone and owner."""


class Carrier:
    """`device_of`: address -> the phone that it reaches, None where there is none."""

    def __init__(
        self, party: str, vault: Vault, wire: Wire, faults: Faults, device_of: Callable[[str], Device | None]
    ) -> None:
        self._party = party
        self._vault = vault
        self._wire = wire
        self._faults = faults
        self._device_of = device_of

    def app(self) -> Starlette:
        return application([Route("/messages", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        """Keeps a copy, once for each number: whoever got no answer asks again."""
        if not same(request.headers.get("x-system-key", ""), self._wire.key):
            raise Refused(403, "Only a known sender may send.")
        await self._faults.carried(self._party)
        body = await read_json(request, "id", "to", "topic", "message")
        device = self._device_of(body["to"]) if isinstance(body["to"], str) else None
        if device is None:
            raise Refused(410, "No phone has this address.")
        if not isinstance(body["topic"], str) or body["topic"] not in TOPICS:
            raise Refused(400, f"topic must be one of {', '.join(TOPICS)}.")
        if type(body["id"]) is not int or not isinstance(body["message"], dict) or not body["message"].keys() >= LEAST:
            raise Refused(400, f"id must be a number, message must hold {', '.join(sorted(LEAST))}.")
        self._keep(device, body, trace_of(request))
        return JSONResponse({"taken": body["id"]})

    def _keep(self, device: Device, body: dict[str, Any], trace: str) -> None:
        (phone, owner), activity, tag = device, TOPICS[body["topic"]], str(body["id"])
        if next(self._vault.find(activity, phone, tag), None) is not None:
            return
        try:
            self._vault.keep(activity, phone, {"to": body["to"], **body["message"]}, trace=trace, owner=owner, tag=tag)
        except VaultError as error:
            raise Refused(410, "The account of this phone is gone.") from error
