"""A request as the bytes it will be: as the library that sends it will write them, shown, and sent as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

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


_TOKEN = re.compile(r"[-!#$%&'*+.^_`|~0-9a-zA-Z]+")
_TARGET = re.compile(r"[!-~]+")
_VALUE = re.compile(r"(?:{0}(?:[ \t]+{0})*)?".format(r"[^\x00\s\u0100-\U0010ffff]+"), re.ASCII)


def serialise(written: Written) -> bytes:
    """The bytes of a request exactly as h11, which httpcore writes with, makes them; faster, as it is no state machine."""
    headers = written.headers
    fits = all(_TOKEN.fullmatch(name) and _VALUE.fullmatch(value) for name, value in headers)
    if not (fits and _TOKEN.fullmatch(written.method) and _TARGET.fullmatch(written.target)):
        # A value that came from outside and cannot be part of a request.
        raise DoorError("door.undeclared", field="request", reason="form")
    lines = [f"{written.method} {written.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    parts = (
        b"".join(_chunk(part) for part in written.parts) + b"0\r\n\r\n"
        if written.is_chunked
        else b"".join(written.parts)
    )
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + parts


def _chunk(part: bytes) -> bytes:
    """Nothing for an empty part, which would read as the end."""
    return b"%x\r\n%b\r\n" % (len(part), part) if part else b""


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
