"""The owner's phones: where messages go. The maker and the carrier know what they are addressed by, and show it to nobody."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mock_backend.vault import Record, Vault

ACTIVITY = "product.phone"
CARRIER = {"android": "push_google", "ios": "push_apple"}
"""System of a phone -> whose message service reaches it."""
SMS = "sms_carrier"


@dataclass(frozen=True, slots=True)
class Phone:
    """`token` is what its push service knows it by; `number` is empty where none is registered."""

    id: str
    name: str
    system: str
    token: str
    number: str = ""

    def address(self, carrier: str) -> str:
        """What a carrier finds this phone by; empty where it does not reach it."""
        if carrier == SMS:
            return self.number
        return self.token if carrier == CARRIER[self.system] else ""


class Phones:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def register(self, owner: str, phone: Phone) -> None:
        """One that is there already stays as it is."""
        if self.get(phone.id) is None:
            self._vault.keep(ACTIVITY, phone.id, asdict(phone), owner=owner)

    def new(self, owner: str, name: str, system: str, number: str) -> Phone:
        """With an invented token, as a push service would give it."""
        phone = Phone(f"phone-{secrets.token_hex(4)}", name, system, f"invented-{secrets.token_hex(24)}", number)
        self.register(owner, phone)
        return phone

    def remove(self, number: str) -> bool:
        rows = list(self._vault.find(ACTIVITY, number))
        for row in rows:
            self._vault.erase(row.id)
        return bool(rows)

    def get(self, number: str) -> Phone | None:
        return next((_phone(row) for row in self._vault.find(ACTIVITY, number)), None)

    def of(self, owner: str | None) -> list[Phone]:
        """None: of everybody."""
        return [_phone(row) for row in self._vault.find(ACTIVITY) if owner in (None, row.owner)]

    def device(self, carrier: str, address: str) -> tuple[str, str] | None:
        """(phone, owner) that a carrier reaches at an address: stands for the phone's own connection to it."""
        rows = ((_phone(row), row.owner) for row in self._vault.find(ACTIVITY))
        return next(((phone.id, owner) for phone, owner in rows if address and phone.address(carrier) == address), None)


def _phone(row: Record) -> Phone:
    values: Mapping[str, Any] = row.values
    return Phone(**values)
