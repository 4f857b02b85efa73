"""Takes what is stale out of a store's file, in place and step by step.

`secure_delete` overwrites what is deleted, but a page that is split or joined keeps old copies of its cells between the
list of cells and the cells (measured). That room holds nothing by SQLite's file format, so it may be overwritten, also
half of it, while no transaction is open. VACUUM would do it too, but holds up everybody for 20 ms a megabyte.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from
from typing import BinaryIO

STEP = 500
"""Pages a step: about two megabytes, read and looked through in a few milliseconds."""
TREES = {2: 12, 5: 12, 10: 8, 13: 8}
"""Kinds of pages that hold cells -> length of their head. Any other page is wholly used or was overwritten when freed."""
HEADER = 100


def steps(file: BinaryIO, page_size: int) -> Iterator[int]:
    """Cleans STEP pages at a time; yields how many were changed. SQLite's own copies have to be dropped after each."""
    at, number = 0, 0
    while True:
        file.seek(at)
        block = file.read(STEP * page_size)
        if not block:
            return
        changed = 0
        for start in range(0, len(block) - page_size + 1, page_size):
            page = block[start : start + page_size]
            if (room := _room(page, HEADER if number == 0 else 0)) is not None:
                file.seek(at + start + room.start)
                file.write(bytes(len(room)))
                changed += 1
            number += 1
        at += len(block)
        yield changed


def _room(page: bytes, head: int) -> range | None:
    """What lies between the list of cells and the first cell, if there is anything in it."""
    length = TREES.get(page[head])
    if length is None:
        return None
    cells, first = unpack_from(">HH", page, head + 3)
    room = range(head + length + 2 * cells, first or 65536)
    if room.start > room.stop or room.stop > len(page) or not page[room.start : room.stop].strip(b"\0"):
        return None
    return room
