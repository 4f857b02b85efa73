"""What staff see of the owner's phones: those that are registered, and what each of them got."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mock_backend.clock import Clock
from mock_backend.identity.accounts import Accounts
from mock_backend.porsche_system.delivery import Delivery
from mock_backend.porsche_system.phones import CARRIER, SMS, Phone, Phones
from mock_backend.services import TOPICS
from mock_backend.vault import Record, Vault
from mock_backend.web import Refused, read_json

NAME = 60
"""Characters of a phone's name."""
MOST = 10
"""Phones of an account."""
NUMBER = r"(\+[0-9 ]{6,20})?"


class PhoneStage:
    """What a phone got is what its carriers hold: a phone keeps nothing of its own here."""

    def __init__(
        self,
        clock: Clock,
        phones: Phones,
        delivery: Delivery,
        vaults: Mapping[str, Vault],
        accounts: Accounts,
        owner: str,
    ) -> None:
        self._clock = clock
        self._phones = phones
        self._delivery = delivery
        self._vaults = {party: vaults[party] for party in (*CARRIER.values(), SMS)}
        self._accounts = accounts
        self._owner = owner

    async def show(self, request: Request) -> Response:
        rows = [self._row(phone) for phone in self._phones.of(None)]
        return JSONResponse({"now": self._clock.now().isoformat(), "phones": rows})

    async def register(self, request: Request) -> Response:
        body = await read_json(request, "name", "system", optional=("number",))
        name, system, number = body["name"], body["system"], body.get("number", "")
        if not isinstance(name, str) or not 0 < len(name) <= NAME:
            raise Refused(400, f"name must be 1 to {NAME} characters.")
        if not isinstance(system, str) or system not in CARRIER:
            raise Refused(400, f"system must be one of {', '.join(CARRIER)}.")
        if not isinstance(number, str) or re.fullmatch(NUMBER, number) is None:
            raise Refused(400, "number must be + and 6 to 20 digits or spaces, or nothing.")
        return JSONResponse({"id": self._new(name, system, number).id}, 201)

    def _new(self, name: str, system: str, number: str) -> Phone:
        if not self._accounts.exists(self._owner):
            raise Refused(409, "There is no account that a phone could belong to.")
        if len(self._phones.of(self._owner)) >= MOST:
            raise Refused(409, f"There are {MOST} phones already.")
        return self._phones.new(self._owner, name, system, number)

    async def unregister(self, request: Request) -> Response:
        """What the carriers hold stays with them."""
        await read_json(request)
        number = request.path_params["id"]
        if not self._phones.remove(number):
            raise Refused(404, "No such phone.")
        return JSONResponse({"id": number})

    def _row(self, phone: Phone) -> dict[str, Any]:
        found = [
            (record, _message(party, topic, record))
            for party, vault in self._vaults.items() for topic, activity in TOPICS.items()
            for record in vault.find(activity, phone.id)
        ]  # fmt: skip
        found.sort(key=lambda one: (one[0].stored_at, int(one[0].tag)))
        return {
            "id": phone.id, "name": phone.name, "system": phone.system, "token": _end(phone.token),
            "number": _end(phone.number) if phone.number else None, "waiting": self._delivery.waiting(phone.id),
            "messages": [message for _, message in found],
        }  # fmt: skip


def _message(party: str, topic: str, record: Record) -> dict[str, Any]:
    values = record.values
    return {
        "id": int(record.tag), "carrier": party, "service": topic, "received_at": record.stored_at.isoformat(),
        **{name: values.get(name) for name in ("car", "kind", "reason", "values", "at")},
    }  # fmt: skip


def _end(address: str) -> str:
    """Enough to know it by, and no more."""
    return f"…{address[-4:]}"
