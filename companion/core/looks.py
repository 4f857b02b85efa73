"""Looks at what others report and hold: any number at a time, and none while the account is being ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

PATIENCE = 2.0
"""Seconds that the end of the account waits for looks under way; one that hangs does not keep anybody's data."""


class Looks:
    """A look under way at the end would be refused for want of an account, and ask for a new token in its name."""

    def __init__(self) -> None:
        self._open, self._idle = asyncio.Event(), asyncio.Event()
        self._open.set()
        self._idle.set()
        self._under_way = 0

    @contextlib.asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        await self._open.wait()
        self._under_way += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    @contextlib.asynccontextmanager
    async def none(self) -> AsyncIterator[None]:
        self._open.clear()
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._idle.wait()
            yield
        finally:
            self._open.set()
