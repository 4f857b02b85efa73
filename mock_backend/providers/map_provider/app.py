"""The map provider on the wire: pictures for whoever has a key. What a picture's address gives away it keeps nowhere."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mock_backend.faults import Faults
from mock_backend.maps import KEY_LIFE, MAPS, SECTION, MapService
from mock_backend.providers.map_provider.keys import Key, Keys
from mock_backend.providers.map_provider.openapi import document
from mock_backend.providers.map_provider.painting import NotPainted, Order, Painting
from mock_backend.tasks import spawn
from mock_backend.vault import Vault, VaultError
from mock_backend.web import Refused, application, read_json, same, trace_of, traced
from mock_backend.wire import Wire

FARTHEST, CLOSEST = 5, 17
WIDEST = 20_000_000
"""Metres: half around the earth."""
QUERY = ("radius", "date", "key")
_ADDRESS = re.compile(r"(?P<y>0|[1-9][0-9]{0,5})(?P<twice>@2x)?")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,7}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
CACHE = {"cache-control": "private, max-age=86400"}


class MapProvider:
    def __init__(self, keys: Keys, painting: Painting, vault: Vault, wire: Wire, faults: Faults) -> None:
        self._keys = keys
        self._painting = painting
        self._vault = vault
        self._wire = wire
        self._faults = faults

    def app(self) -> Starlette:
        return application([
            Route("/keys", self.key, methods=["POST"]),
            Route("/tiles/{z}/{x}/{y}.png", self.dark),
            Route("/tiles/light/{z}/{x}/{y}.png", self.light),
            Route("/openapi.json", self.openapi),
        ])  # fmt: skip

    async def key(self, request: Request) -> Response:
        """The maker makes a key known, and whose it is: what is kept could not be erased with the account otherwise."""
        if not same(request.headers.get("x-system-key", ""), self._wire.key):
            raise Refused(403, "Only the maker makes keys known.")
        body = await read_json(request, "key", "service", "account", "expires_in")
        if (
            not all(isinstance(body[name], str) for name in ("key", "service", "account"))
            or body["service"] not in MAPS
        ):
            raise Refused(400, "key, service and account must be words.")
        life = body["expires_in"]
        if not isinstance(life, int) or isinstance(life, bool) or not 0 < life <= KEY_LIFE:
            raise Refused(400, f"expires_in must be from 1 to {KEY_LIFE}.")
        self._keys.put(body["key"], body["account"], MAPS[body["service"]], life)
        spawn(self._painting.warm(), name="warm")
        return JSONResponse({}, 201)

    async def dark(self, request: Request) -> Response:
        return await self._tile(request, "dark")

    async def light(self, request: Request) -> Response:
        return await self._tile(request, "light")

    async def _tile(self, request: Request, style: str) -> Response:
        order, query = _order(request.path_params, style), request.query_params
        _check_names(query)
        key = self._keys.check(query.get("key", ""))
        wanted = _wanted(query, key.service)
        if (bad := await self._faults.answer("tiles")) is not None:
            return traced(request, bad)
        with self._vault.handling(SECTION, key.account):
            content = await self._content(order)
        self._keep(key, wanted, order, trace_of(request))
        headers = {**CACHE, "etag": f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'}
        if _has_it(request.headers.get("if-none-match", ""), headers["etag"]):
            return traced(request, Response(status_code=304, headers=headers))
        return traced(request, Response(content, media_type="image/png", headers=headers))

    async def _content(self, order: Order) -> bytes:
        try:
            return await self._painting.png(order)
        except NotPainted as error:
            raise Refused(503, "This part of the map cannot be painted now.", headers={"retry-after": "2"}) from error

    def _keep(self, key: Key, wanted: Mapping[str, Any], order: Order, trace: str) -> None:
        """What the notice lists for the service, and of that the last only."""
        if key.service.shown is None:
            return
        values = {**wanted, **({"section": f"{order.z}/{order.x}/{order.y}"} if key.service.section else {})}
        try:
            self._vault.keep(
                key.service.shown, key.account, values, trace=trace, owner=key.account, replaces=True, is_soon=True
            )  # fmt: skip
        except VaultError as error:
            # The account was deleted while this was painted.
            raise Refused(401, "This map key is not known.", more={"key": "map.key_unknown"}) from error

    async def openapi(self, request: Request) -> Response:
        return JSONResponse(document())


def _order(params: Mapping[str, str], style: str) -> Order:
    """Raises Refused 404 for what is no tile of this map; each tile has one address."""
    address = _ADDRESS.fullmatch(params["y"])
    if address is None or not _NUMBER.fullmatch(params["x"]) or not _NUMBER.fullmatch(params["z"]):
        raise Refused(404, "No such tile.")
    z, x, y = int(params["z"]), int(params["x"]), int(address["y"])
    if not FARTHEST <= z <= CLOSEST or x >= 1 << z or y >= 1 << z:
        raise Refused(404, "No such tile.")
    return Order(z, x, y, 2 if address["twice"] else 1, style)


def _check_names(query: QueryParams) -> None:
    names = [name for name, _ in query.multi_items()]
    if set(names) - set(QUERY) or len(set(names)) != len(names):
        raise Refused(400, f"The query has each of {', '.join(QUERY)} once at most, and nothing else.")


def _wanted(query: QueryParams, service: MapService) -> dict[str, Any]:
    """What is kept of the query: what the notice lists for the service. Raises Refused 400."""
    radius, date = query.get("radius"), query.get("date")
    if radius is None and service.radius:
        raise Refused(400, "radius is missing: whole metres.")
    if radius is not None and not (_NUMBER.fullmatch(radius) and 1 <= int(radius) <= WIDEST):
        raise Refused(400, f"radius must be whole metres, from 1 to {WIDEST}.")
    if date is not None and not service.date:
        raise Refused(400, f"date does not belong to {service.id}.")
    if date is not None and not _is_moment(date):
        raise Refused(400, "date must be a moment as ISO 8601 has it, with its zone.")
    kept = {"radius": int(radius)} if radius is not None and service.radius else {}
    return kept if date is None else {**kept, "date": date}


def _is_moment(text: str) -> bool:
    try:
        return _MOMENT.fullmatch(text) is not None and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _has_it(given: str, tag: str) -> bool:
    """Whether the asker's own copy is this one."""
    return given.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in given.split(",")]
