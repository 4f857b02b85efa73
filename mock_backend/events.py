"""What the app is told without asking: records of an hour, so that a lost stream can be taken up again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from mock_backend.clock import Clock
from mock_backend.vault import Vault

BEAT = 15.0
ACTIVITY = "product.events"


class Events:
    """Streams of one backend, by account."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self._streams: dict[asyncio.Queue[str | None], str] = {}

    def tell(self, account: str, kind: str, data: Mapping[str, Any], vin: str, trace: str | None = None) -> None:
        """Keeps an event and sends it to every stream of the account."""
        number = self._vault.keep(ACTIVITY, vin, {"kind": kind, "data": data}, owner=account, trace=trace)
        self._send(account, _line(kind, data, number))

    def say(self, kind: str, data: Mapping[str, Any]) -> None:
        """Tells everybody something that is about nobody: kept nowhere."""
        self._send(None, _line(kind, data))

    def say_clock(self) -> None:
        self.say("clock", {"now": self._clock.now().isoformat()})

    def end(self, account: str | None = None) -> None:
        """Ends the streams of an account, or all."""
        for queue, owner in tuple(self._streams.items()):
            if account is None or owner == account:
                queue.put_nowait(None)

    async def stream(self, account: str, after: int) -> AsyncIterator[str]:
        queue: asyncio.Queue[str | None] = asyncio.Queue(1000)
        self._streams[queue] = account
        try:
            yield _line("clock", {"now": self._clock.now().isoformat()})
            if after:
                for row in self._vault.after(after, 1000, owner=account):
                    if row.activity == ACTIVITY:
                        yield _line(row.values["kind"], row.values["data"], row.id)
            while True:
                try:
                    line = await asyncio.wait_for(queue.get(), BEAT)
                except TimeoutError:
                    line = ": beat\n\n"
                if line is None:
                    return
                yield line
        finally:
            del self._streams[queue]

    def _send(self, account: str | None, line: str) -> None:
        for queue, owner in tuple(self._streams.items()):
            if account in (None, owner):
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(line)


def _line(kind: str, data: Mapping[str, Any], number: int | None = None) -> str:
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
