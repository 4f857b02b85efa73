"""A backend in front of the backend whose events are the test's own: numbered, kept, and told from where a stream ended."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from damage import Relay, _value

VIN = "WP0ZZZY1ZSSA10001"


def told(kind: str, reason: str | None = None, *, at: datetime | None = None, **values: float) -> dict[str, Any]:
    """The event `message`."""
    service = "climate" if kind.startswith("climate") else "e_control"
    moment = (at or datetime.now(UTC)).isoformat()
    return {"vin": VIN, "kind": kind, "reason": reason, "values": values, "at": moment, "service": service}


class Teller(Relay):
    """`resumed`: the number that each stream was opened with, "" for none. Everything but events is the backend's."""

    def __init__(self, parties: Any) -> None:
        super().__init__(parties)
        self.kept: list[tuple[int, str]] = []
        self.resumed: list[str] = []
        self.is_shut = False

    def tell(self, table: Any, number: int | None = None, kind: str = "message") -> int:
        number = number or (self.kept[-1][0] if self.kept else 100) + 1
        data = table if isinstance(table, str) else json.dumps(table)
        line = f"id: {number}\nevent: {kind}\ndata: {data}\n\n"
        self.kept.append((number, line))
        for writer in self._streams:
            writer.write(line.encode())
        return number

    def shut(self) -> None:
        """No stream from now on."""
        self.is_shut = True
        self.hang_up()

    async def _pass_on(
        self, party: str, route: str, lines: list[str], body: bytes, writer: asyncio.StreamWriter
    ) -> None:
        if route != "events":
            await super()._pass_on(party, route, lines, body, writer)
            return
        if self.is_shut:
            writer.close()
            return
        last = _value(lines, "last-event-id")
        self.resumed.append(last)
        head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
        clock = f'event: clock\ndata: {{"now": "{datetime.now(UTC).isoformat()}"}}\n\n'
        missed = "".join(line for number, line in self.kept if last and number > int(last))
        writer.write((head + clock + missed).encode())
        self._streams.add(writer)
        while not writer.is_closing():
            await asyncio.sleep(0.02)
