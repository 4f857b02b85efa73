"""Map pictures over the network: from the maker's map provider with a key that ends, or from a server the owner entered."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Protocol

from companion.api.mbtiles import FilePictures
from companion.errors import AccessError, AnswerError, RefusedError, ServerError
from companion.model.map_pictures import Look, MapSource, Picture, SourceKind, Supply, is_picture
from companion.model.map_server import Template, TemplateError, parse
from companion.model.mercator import TileId
from companion.net.call import Call
from companion.net.client import UNREADABLE, Client, refusal, seconds
from companion.net.door import Answer, Frozen

PROVIDER, MAKER, OWN = "map_provider", "porsche_system", "own_map"
DARK, LIGHT = "/tiles/{z}/{x}/{y}{r}.png", "/tiles/light/{z}/{x}/{y}{r}.png"
ACTIVITIES = {
    "car_finder": "car_finder.map_display", "location_alarm": "location_alarm.map_section_request",
    "valet_alarm": "valet_alarm.map_section_request",
}  # fmt: skip
EARLY = 5.0
"""Seconds before its end at which a key is exchanged for a new one."""
LARGEST = 2 * 1024 * 1024
USUAL, LONGEST = 3600.0, 30 * 86400.0
"""Seconds for which a picture is good whose giver does not say, and at most."""
_KEY = re.compile(r"[A-Za-z0-9_-]{16,128}")


Before = Callable[[Frozen], None]


def unseen(frozen: Frozen) -> None:
    """One of many that are alike."""


class Giver(Protocol):
    """Where pictures come from. `picture` is None if the one that is known by its mark is still the right one.

    Raises CompanionError; RefusedError("map.none") where there is no picture. `before` sees each request, frozen, before it goes.
    """

    supply: Supply
    action: str
    """The action of the panel to which a service's pictures belong, `{service}` in it; "": nothing is sent."""

    def name(self, tile: TileId, look: Look) -> str: ...
    async def picture(
        self, tile: TileId, look: Look, mark: str, action_id: str, before: Before = unseen
    ) -> Picture | None: ...
    def forget(self) -> None: ...


@dataclass(frozen=True, slots=True)
class MapKey:
    key: str
    ends: float
    """On the real, monotonic clock."""
    supply: Supply


class ProviderPictures:
    """A key a service and car; whoever finds it refused waits for the one new key that is fetched."""

    action = "map_{service}"

    def __init__(self, client: Client) -> None:
        self._client = client
        self._keys: dict[tuple[str, str], MapKey] = {}
        """By service and handle of the car: each car's own switches say whether there is a map of it."""
        self._turn = asyncio.Lock()
        self.supply = Supply()

    def name(self, tile: TileId, look: Look) -> str:
        return f"provider {look.is_light} {look.is_fine} {tile}"

    def forget(self) -> None:
        self._keys.clear()

    async def picture(
        self, tile: TileId, look: Look, mark: str, action_id: str, before: Before = unseen
    ) -> Picture | None:
        key = await self._key(look, "", action_id, before)
        answer = await self._send(self._call(tile, look, key, mark, action_id), before)
        if answer.status == 401:
            key = await self._key(look, key, action_id, before)
            answer = await self._send(self._call(tile, look, key, mark, action_id), before)
        if answer.status == 401:
            self._keys.pop((look.service, look.vehicle), None)
            raise AccessError("map.key_refused")
        return picture_of(answer)

    async def _send(self, call: Call, before: Before) -> Answer:
        frozen = self._client.freeze(call)
        before(frozen)
        return await self._client.send(frozen)

    async def _key(self, look: Look, stale: str, action_id: str, before: Before) -> str:
        async with self._turn:
            of = look.service, look.vehicle
            known = self._keys.get(of)
            if known is None or known.key == stale or time.monotonic() > known.ends - EARLY:
                known = self._keys[of] = await self._exchange(*of, action_id, before)
                self.supply = known.supply
            return known.key

    async def _exchange(self, service: str, vehicle: str, action_id: str, before: Before) -> MapKey:
        body = {"service": service, **({"vehicle": vehicle} if vehicle else {})}
        call = Call(
            MAKER, "POST", "/app/companion/v1/map-key", body=body, authorised=True,
            action=self.action.format(service=service), action_id=action_id,
        )  # fmt: skip
        frozen = self._client.freeze(call)
        before(frozen)
        table, _ = await self._client.json(frozen)
        try:
            return key_of(table)
        except UNREADABLE as error:
            raise AnswerError("answer.malformed", may_have_happened=False) from error

    def _call(self, tile: TileId, look: Look, key: str, mark: str, action_id: str) -> Call:
        fine = "@2x" if look.is_fine else ""
        path = f"/tiles/{'light/' if look.is_light else ''}{tile.zoom}/{tile.x}/{tile.y}{fine}.png"
        query = [("radius", str(look.radius))]
        if look.service == "car_finder" and look.seen_at is not None:
            query.append(("date", look.seen_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
        return Call(
            PROVIDER, "GET", path, query=[*query, ("key", key)], headers=_marked(mark), accept="image/png",
            action=self.action.format(service=look.service), action_id=action_id, activity=ACTIVITIES[look.service],
        )  # fmt: skip


class ServerPictures:
    """A server that the owner entered: only what stands in its address is sent, and never a token of the maker's."""

    action = "map_own"

    def __init__(self, client: Client, source: MapSource, key: str) -> None:
        self._client = client
        self._template: Template = parse(source.template)
        self._key = key
        names = self._template.names
        self._request = "own_map.keyed_picture" if "key" in names else "own_map.picture"
        if "key" in names and not key:
            raise RefusedError("map_server.no_key")
        client.door.entered(self._request, OWN, self._template.origin, self._template.path, self._template.query)
        self.supply = Supply(
            SourceKind.SERVER, source.attribution, 0, source.max_zoom, source.tile_size, False, "r" in names,
        )  # fmt: skip

    def name(self, tile: TileId, look: Look) -> str:
        return f"{self._template.origin}{self._template.path}{self._template.query} {look.is_fine} {tile}"

    def forget(self) -> None:
        pass

    async def picture(
        self, tile: TileId, look: Look, mark: str, action_id: str, before: Before = unseen
    ) -> Picture | None:
        fine = "@2x" if look.is_fine and self.supply.has_fine else ""
        values = {"z": str(tile.zoom), "x": str(tile.x), "y": str(tile.y), "r": fine, "key": self._key}
        path, query = self._template.filled(values)
        call = Call(
            OWN, "GET", path, query=query, headers=_marked(mark), accept="image/*", action=self.action,
            action_id=action_id, activity="product.own_map",
        )  # fmt: skip
        frozen = self._client.freeze(call)
        before(frozen)
        answer = await self._client.send(frozen)
        if answer.status in (401, 403):
            raise AccessError("map.server_refused")
        return picture_of(answer)


class MapsApi:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def giver(self, source: MapSource, key: str) -> Giver:
        """Raises RefusedError for a source that cannot be used, with what is wrong with it."""
        if source.kind is SourceKind.PROVIDER:
            return ProviderPictures(self._client)
        if source.kind is SourceKind.FILE:
            return await asyncio.to_thread(FilePictures, source.file)
        try:
            return ServerPictures(self._client, source, key)
        except TemplateError as error:
            raise RefusedError(error.key, name=error.name) from error


def _marked(mark: str) -> list[tuple[str, str]]:
    return [("If-None-Match", mark)] if mark else []


def key_of(table: Any) -> MapKey:
    """Raises what a table of another shape raises."""
    low, high, size, lasts = (table[name] for name in ("min_zoom", "max_zoom", "tile_size", "expires_in"))
    if any(isinstance(one, bool) or not isinstance(one, int) for one in (low, high, size)) or isinstance(lasts, bool):
        raise TypeError("not a number")
    if not _KEY.fullmatch(table["key"]) or (table["tiles"], table["tiles_light"]) != (DARK, LIGHT):
        raise ValueError("not a key of this app's")
    if not 0 <= low <= high <= 22 or size not in (256, 512) or not 0 < lasts < 1e7:
        raise ValueError("not a map")
    supply = Supply(SourceKind.PROVIDER, str(table["attribution"])[:200], low, high, size)
    return MapKey(table["key"], time.monotonic() + lasts, supply)


def picture_of(answer: Answer) -> Picture | None:
    """Raises CompanionError for an answer that brings no picture."""
    if answer.status == 304:
        return None
    if answer.status in (204, 404, 410):
        raise RefusedError("map.none")
    if answer.status == 429:
        raise ServerError("server.too_many_requests", seconds=seconds(answer.headers.get("retry-after", ""), 60))
    if answer.status in (500, 502, 503, 504):
        raise ServerError(
            "server.error", status=answer.status, seconds=seconds(answer.headers.get("retry-after", ""), 0)
        )
    if answer.status != 200:
        raise refusal(answer)
    if len(answer.content) > LARGEST or not is_picture(answer.content):
        raise AnswerError("map.no_picture")
    rules = answer.headers.get("cache-control", "").lower()
    mark = answer.headers.get("etag", "")
    return Picture(answer.content, mark if _MARK.fullmatch(mark) else "", _fresh(rules), "no-store" not in rules)


_MARK = re.compile(r'(?:W/)?"[!#-~]{0,200}"')
_AGE = re.compile(r"(?:^|[,\s])max-age=\"?(\d{1,10})")


def _fresh(rules: str) -> float:
    if "no-cache" in rules or "no-store" in rules:
        return 0.0
    found = _AGE.search(rules)
    return min(float(found[1]), LONGEST) if found else USUAL
