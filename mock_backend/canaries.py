"""How often a value lies in a file, however it is written there."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, quote_plus

BLOCK = 1 << 20
TRIES = 5
LETTERS = 6
"""Fewer letters of base64 are found by chance."""


@dataclass(frozen=True, slots=True)
class Searched:
    """`settled`: nobody wrote while it was read."""

    size: int
    sha256: str
    occurrences: Mapping[str, int]
    settled: bool


@lru_cache(maxsize=256)
def forms(value: str) -> tuple[bytes, ...]:
    """Plain, wide, hex, percent, JSON escapes, base64 at each of its three offsets; in small letters, each once.

    None lies within another, so that a value is not counted twice at one place.
    """
    plain = value.encode()
    # Without the outer zeros: both ways of writing it wide are then found by the same bytes, once.
    wide = [value.encode("utf-16-le").removesuffix(b"\0"), value.encode("utf-16-be").removeprefix(b"\0")]
    found = [
        plain, *wide, plain.hex().encode(),
        quote(value, safe="").encode(), quote_plus(value).encode(), "".join(f"%{byte:02x}" for byte in plain).encode(),
        json.dumps(value)[1:-1].encode(), "".join(f"\\u{ord(one):04x}" for one in value if ord(one) < 0x10000).encode(),
        *(one for skip in range(3) if len(one := _based(plain, skip)) >= LETTERS),
    ]  # fmt: skip
    small = sorted({one.lower() for one in found if one}, key=len)
    return tuple(one for place, one in enumerate(small) if not any(other in one for other in small[:place]))


def search(file: Path, values: Iterable[str]) -> Searched:
    """Reads a file whole, block by block. A file that changes meanwhile is read again."""
    wanted = tuple(values)
    attempt = 1
    while True:
        before = file.stat()
        size, digest, found = _read(file, wanted)
        after = file.stat()
        is_settled = (before.st_mtime_ns, before.st_size) == (
            after.st_mtime_ns,
            after.st_size,
        ) and size == after.st_size
        if is_settled or attempt == TRIES:
            return Searched(size, digest, found, is_settled)
        attempt += 1


def _read(file: Path, values: tuple[str, ...]) -> tuple[int, str, Counter[str]]:
    keep = max((len(one) for value in values for one in forms(value)), default=1) - 1
    digest, found, size, tail = hashlib.sha256(), Counter[str](), 0, b""
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
            size += len(block)
            if not tail.strip(b"\0") and not block.strip(b"\0"):
                tail = b""
                continue
            text = (tail + block).lower()
            for value in values:
                for form in forms(value):
                    # What lies in the tail as a whole was counted with the block before.
                    found[value] += text.count(form) - text.count(form, 0, len(tail))
            tail = text[-keep:] if keep else b""
    return size, digest.hexdigest(), found


def _based(plain: bytes, skip: int) -> bytes:
    """The letters of base64 that only this value decides, where it begins `skip` bytes into a group of three."""
    letters = base64.b64encode(b"\0" * skip + plain)
    return letters[-(-skip * 8 // 6) : (skip + len(plain)) * 8 // 6]
