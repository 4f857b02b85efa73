"""The refresh token in the system keyring, asked off the window's thread: a real keyring may ask its owner first."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

log = logging.getLogger(__name__)


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
    token = _ask("load", name)["token"]
    return token if isinstance(token, str) else None


def _save(name: str, token: str) -> bool:
    """True only if the token can be read back."""
    saved = _ask("save", name, token)["saved"] is True
    if not saved:
        log.info("no keyring")
    return saved


def _forget(name: str) -> None:
    _ask("forget", name)


def _ask(do: str, name: str, token: str = "") -> dict[str, object]:
    """In a program of its own, by its pipes: no other program sees the token. A keyring may wait for its owner: no limit."""
    question = {"do": do, "name": name, "token": token}
    if getattr(sys, "frozen", False):
        from companion.keyring_child import answer

        return answer(question)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "companion.keyring_child"], input=json.dumps(question) + "\n", stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, check=True,
        )  # fmt: skip
        found: dict[str, object] = json.loads(done.stdout)
        return found
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        log.warning("keyring not asked: %s", type(error).__name__)
        return {"token": None, "saved": False}
