"""A request as the bytes it will be: made by the library that will write it, shown, and sent as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import h11

from companion.errors import DoorError
from companion.model.privacy import Span
from companion.net.attribute import Attribution
from companion.net.call import Call, Written

VALID = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Frozen:
    """`raw` has real values where they are known, `0` in open slots."""

    call: Call
    address: str
    raw: bytes
    written: Written
    attribution: Attribution
    token: str
    made_at: datetime
    id: str

    @property
    def valid_until(self) -> datetime:
        return self.made_at + VALID


def serialise(written: Written) -> bytes:
    """The bytes of a request as h11, which httpcore writes with, makes them."""
    machine = h11.Connection(h11.CLIENT)
    try:
        headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in written.headers]
        raw = machine.send(h11.Request(method=written.method, target=written.target, headers=headers)) or b""
        for part in written.parts:
            raw += machine.send(h11.Data(data=part)) or b""
        return raw + (machine.send(h11.EndOfMessage()) or b"")
    except (h11.LocalProtocolError, UnicodeError) as error:
        # A value that came from outside and cannot be part of a request.
        raise DoorError("door.undeclared", field="request", reason="form") from error


def masked(raw: bytes, spans: tuple[Span, ...]) -> bytes:
    """The bytes with `*` in place of each byte of a secret."""
    covered = bytearray(raw)
    for span in spans:
        if span.secret:
            covered[span.start : span.end] = b"*" * (span.end - span.start)
    return bytes(covered)


def outline(frozen: Frozen) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """What may not change between preview and sending: every byte outside a slot, and where the slots are."""
    spans = [span for span in frozen.attribution.spans if span.slot]
    blank = bytearray(frozen.raw)
    for span in spans:
        blank[span.start : span.end] = b"\0" * (span.end - span.start)
    return bytes(blank), tuple((span.start, span.end) for span in spans)
