"""What the app is told without asking: records of an hour, of a day for messages, so that a lost stream can be taken up again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from mock_backend.clock import Clock
from mock_backend.vault import Record, Vault

BEAT = 15.0
SLOWEST = 1000
"""Events that a stream may be behind."""
ACTIVITY, MESSAGE = TOLD = ("product.events", "product.message")
"""What can be read again is kept for an hour, a message for longer."""
DUE = "due"
"""Tag of a message that has not reached every phone."""


class Events:
    """Streams of one backend, by account."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self._streams: dict[asyncio.Queue[tuple[int, str] | None], str] = {}

    def tell(self, account: str, kind: str, data: Mapping[str, Any], vin: str, trace: str | None = None) -> None:
        """Keeps an event and sends it to every stream of the account."""
        self._tell(account, ACTIVITY, {"kind": kind, "data": data}, vin, trace)

    def message(self, account: str, data: Mapping[str, Any], vin: str, trace: str, ways: Sequence[str]) -> None:
        """An event that also goes to phones: `ways` are those that it still has to take."""
        self._tell(account, MESSAGE, {"kind": "message", "data": data, "ways": ways}, vin, trace, DUE if ways else "")

    def _tell(
        self, account: str, activity: str, values: Mapping[str, Any], vin: str, trace: str | None, tag: str = ""
    ) -> None:
        number = self._vault.keep(activity, vin, values, owner=account, trace=trace, tag=tag)
        self._send(account, _line(values["kind"], values["data"], number), number)

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
        queue: asyncio.Queue[tuple[int, str] | None] = asyncio.Queue()
        self._streams[queue] = account
        try:
            yield _line("clock", {"now": self._clock.now().isoformat()})
            told = 0
            for row in self._missed(account, after):
                yield _line(row.values["kind"], row.values["data"], row.id)
                told = row.id
            while (event := await self._next(queue)) is not None:
                # What came while the missed ones were told was among them.
                if event[0] == 0 or event[0] > told:
                    yield event[1]
        finally:
            self._streams.pop(queue, None)

    def _missed(self, account: str, after: int) -> Iterator[Record]:
        while after and (rows := self._vault.after(after, 100, owner=account, activities=TOLD)):
            yield from rows
            after = rows[-1].id

    @staticmethod
    async def _next(queue: asyncio.Queue[tuple[int, str] | None]) -> tuple[int, str] | None:
        try:
            return await asyncio.wait_for(queue.get(), BEAT)
        except TimeoutError:
            return 0, ": beat\n\n"

    def _send(self, account: str | None, line: str, number: int = 0) -> None:
        for queue, owner in tuple(self._streams.items()):
            if account in (None, owner):
                queue.put_nowait((number, line))
                if queue.qsize() > SLOWEST:
                    self._cut(queue)

    def _cut(self, queue: asyncio.Queue[tuple[int, str] | None]) -> None:
        """Whoever does not read has to take the stream up again: nothing is left out silently."""
        self._streams.pop(queue, None)
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)


def _line(kind: str, data: Mapping[str, Any], number: int | None = None) -> str:
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
