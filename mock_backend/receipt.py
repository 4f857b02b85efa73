"""The erasure receipt: how often canary values lie in each file of the data directory, and what each file is."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mock_backend.canaries import Searched, search
from mock_backend.clock import Clock
from mock_backend.retention import Retention
from mock_backend.vault import Place, Vault

MOST = 40
"""Values of an owner's receipt."""
POSITION = re.compile(
    r'"(?:location|position)":"(-?\d+\.\d+),(-?\d+\.\d+)"|"(?:latitude|longitude|lat|lon)":(-?\d+\.\d+)'
)
SHORTEST = 3
"""Decimals; a number with fewer, such as 9.1, would be found by chance."""
NEWEST = 3


@dataclass(frozen=True, slots=True)
class Value:
    """`shown` instead of `text` where it goes to somebody's screen."""

    kind: str
    text: str
    shown: str


class Receipts:
    """Belongs to the stage: what an owner's last receipt looked for is in memory only, until the account or the process ends."""

    def __init__(self, data_dir: Path, clock: Clock, vaults: Mapping[str, Vault], retention: Retention) -> None:
        self._data_dir = data_dir
        self._clock = clock
        self._vaults = vaults
        self._retention = retention
        self._secret = secrets.token_bytes(16)
        self._last: dict[str, tuple[Value, ...]] = {}

    async def given(self, values: list[str]) -> dict[str, Any]:
        """For staff: whatever they look for, shown as they wrote it."""
        return await self.take(tuple(Value("given", text, text) for text in dict.fromkeys(values)))

    async def owned(self, account: str) -> dict[str, Any]:
        """For an owner: the own canaries, and those of the receipt before, so that the two can be compared."""
        values = self.values_of(account)
        self._last[account] = tuple(self._now_of(account))
        return await self.take(values)

    def values_of(self, account: str) -> tuple[Value, ...]:
        found = {one.text: one for one in (*self._now_of(account), *self._last.get(account, ()))}
        return tuple(found.values())[:MOST]

    def forget(self, account: str) -> None:
        self._last.pop(account, None)

    async def take(self, values: tuple[Value, ...]) -> dict[str, Any]:
        await self._retention.scrub()
        at = self._clock.now()
        texts = [one.text for one in values]
        looked = [
            (file, await asyncio.to_thread(_search, file, texts)) for file in await asyncio.to_thread(self._files)
        ]
        files = [(file, found) for file, found in looked if found is not None]
        counts = [
            self._count(file, one, found) for file, found in files for one in values if found.occurrences[one.text]
        ]
        return {
            "at": at.isoformat(), "files": [self._file(file, found) for file, found in files],
            "values": [{"key": self._key(one), "kind": one.kind, "value": one.shown} for one in values], "counts": counts,
            "total": sum(row["occurrences"] for row in counts),
        }  # fmt: skip

    def _files(self) -> list[Path]:
        return sorted(file for file in self._data_dir.rglob("*") if file.is_file())

    def _file(self, file: Path, found: Searched) -> dict[str, Any]:
        return {
            "party": self._party(file), "name": self._name(file), "size": found.size, "sha256": found.sha256,
            "settled": found.settled,
        }  # fmt: skip

    def _count(self, file: Path, value: Value, found: Searched) -> dict[str, Any]:
        return {
            "key": self._key(value), "kind": value.kind, "value": value.shown, "party": self._party(file),
            "file": self._name(file), "occurrences": found.occurrences[value.text],
        }  # fmt: skip

    def _name(self, file: Path) -> str:
        return file.relative_to(self._data_dir).as_posix()

    def _party(self, file: Path) -> str | None:
        name = file.name.partition(".")[0]
        return name if name in self._vaults else None

    def _key(self, value: Value) -> str:
        return hmac.new(self._secret, value.text.encode(), hashlib.sha256).hexdigest()[:8]

    def _now_of(self, account: str) -> Iterator[Value]:
        """Account, e-mail, cars, and the positions that are stored now."""
        yield _masked("account", account)
        for row in self._vaults["identity"].find("product.account", account):
            yield _masked("email", row.values["email"])
        for row in self._vaults["porsche_system"].find("product.vehicle_registration"):
            if row.owner == account:
                yield _masked("vin", row.subject)
        for row in self._vaults["porsche_system"].find("product.phone"):
            if row.owner == account:
                yield from (_masked("phone", row.values[name]) for name in ("token", "number") if row.values[name])
        for vault in self._vaults.values():
            for place in tuple(vault.places()):
                if place[0] == account:
                    yield from _positions(vault, place)


def _search(file: Path, texts: list[str]) -> Searched | None:
    """None: it was there for a moment only, as the file that the clock writes beside its own."""
    try:
        return search(file, texts)
    except FileNotFoundError:
        return None


def _positions(vault: Vault, place: Place) -> Iterator[Value]:
    """Of the newest records: of a long history these have to stand for all."""
    for row in itertools.islice(vault.lines(place, "stored_at", None, is_down=True), NEWEST):
        for parts in POSITION.findall(json.dumps(row.values, separators=(",", ":"))):
            for number in parts:
                if len(number.partition(".")[2]) >= SHORTEST:
                    yield _masked("position", number)


def _masked(kind: str, text: str) -> Value:
    """Enough to know one's own by."""
    shown = text if kind == "account" else f"{text[:3]}…{text[-4:] if kind == 'vin' else text[-2:]}"
    return Value(kind, text, shown)
