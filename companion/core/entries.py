"""How the ledger's entries come into the snapshot: at once, but many alike a few times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from companion.core.happenings import EntriesMoved, EntryMoved
from companion.core.store import Store
from companion.model.privacy import ActionView, Transmission

PAUSE = 0.1


class Entries:
    """`frame` is the head of an action, for the first entry of a press."""

    def __init__(self, store: Store, frame: Callable[[str, str], ActionView]) -> None:
        self._store = store
        self._frame = frame
        self._waiting: dict[str, EntryMoved] = {}
        self._handle: asyncio.TimerHandle | None = None

    def take(self, entry: Transmission) -> None:
        moved = EntryMoved(entry, self._frame(entry.action, entry.action_id))
        if entry.many:
            self._waiting[entry.id] = moved
            if self._handle is None:
                self._handle = asyncio.get_running_loop().call_later(PAUSE, self.flush)
            return
        self.flush()
        self._store.apply(moved)

    def flush(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if self._waiting:
            moved, self._waiting = tuple(self._waiting.values()), {}
            self._store.apply(EntriesMoved(moved))
