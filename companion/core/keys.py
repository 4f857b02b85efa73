"""The refresh token in the system keyring, asked off the window's thread: a real keyring may ask its owner first."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

log = logging.getLogger(__name__)
SERVICE = "Companion"


class Keys(Protocol):
    """`name` binds a token to a backend and its sign-in origin: another backend never gets it."""

    async def load(self, name: str) -> str | None: ...
    async def save(self, name: str, token: str) -> bool: ...
    async def forget(self, name: str) -> None: ...


class SystemKeys:
    """One thread of its own, so that calls stay in order."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "keyring")

    async def load(self, name: str) -> str | None:
        token: str | None = await self._run(_load, name)
        return token

    async def save(self, name: str, token: str) -> bool:
        return bool(await self._run(_save, name, token))

    async def forget(self, name: str) -> None:
        await self._run(_forget, name)

    async def _run(self, function, *args: str):  # type: ignore[no-untyped-def]
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *args)


class MemoryKeys:
    """For the tour and tests: never the owner's keyring."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}

    async def load(self, name: str) -> str | None:
        return self.held.get(name)

    async def save(self, name: str, token: str) -> bool:
        self.held[name] = token
        return True

    async def forget(self, name: str) -> None:
        self.held.pop(name, None)


def _load(name: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, name)
    except (KeyringError, OSError, RuntimeError):
        return None


def _save(name: str, token: str) -> bool:
    """True only if the token can be read back: some backends accept and forget."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, name, token)
        return bool(keyring.get_password(SERVICE, name) == token)
    except (KeyringError, OSError, RuntimeError) as error:
        log.info("no keyring: %s", type(error).__name__)
        return False


def _forget(name: str) -> None:
    import contextlib

    import keyring
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError, OSError, RuntimeError):
        keyring.delete_password(SERVICE, name)
