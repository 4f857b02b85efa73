"""Trying again: politely, one try at a time, until it works."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

from companion.errors import CompanionError
from companion.tasks import Tasks

WAITS = (0.3, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before the next try; the last repeats, each with up to a fifth more."""
LONGEST = 120.0


class Backoff:
    def __init__(self) -> None:
        self._tries = 0

    def reset(self) -> None:
        self._tries = 0

    def next(self, error: CompanionError | None = None) -> float:
        """Seconds to wait; not less than the receiver asked for."""
        wait = WAITS[min(self._tries, len(WAITS) - 1)] * random.uniform(1.0, 1.2)
        self._tries += 1
        asked = error.param("seconds") if error is not None else None
        return max(wait, min(float(asked or 0), LONGEST))


class Effort:
    """`attempt` raises CompanionError when it has to be tried again; `tell` hears of each."""

    def __init__(
        self, tasks: Tasks, name: str, attempt: Callable[[], Awaitable[None]], tell: Callable[[CompanionError], None]
    ) -> None:
        self._tasks = tasks
        self._name = name
        self._attempt = attempt
        self._tell = tell
        self._task: asyncio.Task[None] | None = None
        self._again = asyncio.Event()

    def wake(self) -> None:
        """Tries now; if a try is under way, once more after it, as it may have come too early."""
        self._again.set()
        if self._task is None or self._task.done():
            self._task = self._tasks.spawn(self._run(), name=self._name)

    def stop(self) -> None:
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
        self._task = None

    async def _run(self) -> None:
        backoff = Backoff()
        while self._again.is_set():
            self._again.clear()
            try:
                await self._attempt()
            except CompanionError as error:
                self._tell(error)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(backoff.next(error)):
                        await self._again.wait()
                self._again.set()
