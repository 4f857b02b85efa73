"""The switches of a car's head unit, what the notice says of each, and what lies at the parties for it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from companion.api.observer import ObserverApi
from companion.api.values import moment, whole, word
from companion.errors import AnswerError
from companion.model.in_car import (
    REMOTE_ACCESS,
    WITHOUT_LOCATION,
    InCar,
    ServiceSwitch,
    Switch,
    Way,
    WhatIf,
)
from companion.model.privacy import ON_BOARD, Localized
from companion.net.call import Call, segment
from companion.net.catalogue import Catalogue
from companion.net.client import UNREADABLE, Client
from companion.net.sections import Table

PARTY = "porsche_system"
APP = ("companion_app", "owner_device")


class InCarApi:
    def __init__(self, client: Client, observer: ObserverApi, catalogue: Catalogue) -> None:
        self._client = client
        self._observer = observer
        self._catalogue = catalogue

    async def look(self, vin: str, handle: str) -> InCar:
        """How the switches of a car stand and what each would stop. Raises CompanionError."""
        # All sections of the notice may be read here for the first time: not in the window's way.
        await asyncio.to_thread(list, self._catalogue.services.values())
        path = f"/app/companion/v1/vehicles/{segment(handle)}/switches"
        table, _ = await self._client.json(Call(PARTY, "GET", path, authorised=True, action="in_car"))
        held = await self._observer.fetch("holdings", ())
        try:
            if table["vin"] != vin:
                raise AnswerError("answer.unexpected")
            counts = {word(name): whole(rows) for name, rows in held["counts"]["service"].items()}
            return self._put_together(table, counts)
        except UNREADABLE as error:
            raise AnswerError("answer.malformed") from error

    def _put_together(self, table: Mapping[str, Any], held: Mapping[str, int]) -> InCar:
        switches = tuple(_switch(row) for row in table["switches"])
        services = tuple(sorted(map(self._service, table["services"]), key=lambda one: one.line))
        what_ifs = [self._general(one, services, held) for one in switches]
        what_ifs += [self._single(one, held) for one in services]
        return InCar(
            word(table["vin"]), moment(table["now"]), moment(table["heard_at"]), moment(table["no_answer_since"]), switches,
            services, tuple(what_ifs),
        )  # fmt: skip

    def _service(self, row: Mapping[str, Any]) -> ServiceSwitch:
        section = self._catalogue.services.get(row["id"])
        name: Localized = section["name"] if section is not None else {"en": word(row["id"])}
        because = row["because"]
        return ServiceSwitch(
            word(row["id"]), name, section["lines"][0] if section is not None else 0, _flag(row["on"]),
            None if because is None else word(because), _flag(row["positions"]), row["group"] and word(row["group"]),
            moment(row["since"]), _said(row),
        )  # fmt: skip

    # -- what if ------------------------------------------------------------------------------------------------

    def _general(self, one: Switch, services: Iterable[ServiceSwitch], held: Mapping[str, int]) -> WhatIf:
        """Private mode closes every way of the car; remote access the app's; the group those of its services."""
        hit = [row for row in services if one.id != WITHOUT_LOCATION or row.group == one.id]
        sections = [self._catalogue.services[row.id] for row in hit if row.id in self._catalogue.services]
        if one.id == REMOTE_ACCESS:
            sections = [row for row in sections if row["remote_access"]["stated"]]
        ends = APP if one.id == REMOTE_ACCESS else ON_BOARD
        rows = [section.get(one.id, {}) for section in sections]
        # What reaches furthest says most.
        stated = sorted(
            (row for row in rows if row.get("stated")), key=lambda row: row.get("scope") != "vehicle_exchange"
        )
        said: Table = stated[0] if stated else {}
        lines = [section["disable"]["group_line"] for section in sections if one.id == WITHOUT_LOCATION]
        return WhatIf(
            one.id, not one.on, tuple(row["name"] for row in sections), self._ways(sections, ends),
            sum(held.get(row["id"], 0) for row in sections), said.get("effect", {}), said.get("line", min(lines, default=None)),
        )  # fmt: skip

    def _single(self, one: ServiceSwitch, held: Mapping[str, int]) -> WhatIf:
        section = self._catalogue.services.get(one.id)
        if section is None:
            return WhatIf(one.id, not one.on, (one.name,), (), held.get(one.id, 0), {}, None)
        told: Table = section["disable"]
        said: Localized = told.get("warning") or told.get("other") or {}
        line = told.get("warning_line") or told.get("pcm_line")
        return WhatIf(one.id, not one.on, (one.name,), self._ways([section], ON_BOARD), held.get(one.id, 0), said, line)

    def _ways(self, sections: Iterable[Table], ends: tuple[str, ...]) -> tuple[Way, ...]:
        """Those that begin or end at one of `ends`, the busiest first."""
        found: Counter[tuple[str, str]] = Counter()
        for section in sections:
            for activity in section["activity"]:
                found.update({(a, b) for a, b in activity.get("flow", []) if {a, b} & {*ends}})
        party = self._catalogue.party
        return tuple(Way(party(a), party(b), count) for (a, b), count in found.most_common())


def _switch(row: Mapping[str, Any]) -> Switch:
    return Switch(word(row["id"]), _flag(row["on"]), moment(row["since"]), _said(row))


def _said(row: Mapping[str, Any]) -> Any:
    return moment(row["at"]) if row["evidence"] == "message" else None


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not a truth value")
    return value
