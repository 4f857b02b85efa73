"""The painter at work: a process of its own, started when it is first needed, made anew when it dies, ended when nobody asks."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections import OrderedDict
from dataclasses import asdict, dataclass

from mock_backend.tasks import spawn

HEAD = struct.Struct(">II")
"""Before each picture: number of the order, length; no picture where it could not be painted."""
LIMIT = 30.0
"""Seconds that an order may take, with all that were given before it."""
IDLE = 600.0
KEPT = 32 * 1024 * 1024
"""Bytes of pictures that are kept in memory."""
ENDING = 2.0


class NotPainted(Exception):
    """The painter died twice over it, or could not. Says nothing of where: such a place stays out of every log."""


class _Died(Exception):
    """Whoever waited may ask again."""


@dataclass(frozen=True, slots=True)
class Order:
    z: int
    x: int
    y: int
    scale: int = 1
    style: str = "dark"


class Painting:
    def __init__(self) -> None:
        self._process: Process | None = None
        self._starting = asyncio.Lock()
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._under_way: dict[Order, asyncio.Future[bytes]] = {}
        self._pictures: OrderedDict[Order, bytes] = OrderedDict()
        self._size = 0
        self._numbers = itertools.count(1)
        self._idle: asyncio.TimerHandle | None = None
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    async def warm(self) -> None:
        """Whoever has got a key will soon ask for pictures."""
        with contextlib.suppress(OSError, _Died):
            await self._ready()

    async def png(self, order: Order) -> bytes:
        """Raises NotPainted."""
        if order in self._pictures:
            self._pictures.move_to_end(order)
            return self._pictures[order]
        if order not in self._under_way:
            task = spawn(self._painted(order), name="tile")
            self._under_way[order] = task
            task.add_done_callback(lambda done: self._under_way.pop(order, None))
        # Whoever goes away does not take it from others who wait for the same.
        content: bytes = await asyncio.shield(self._under_way[order])
        if not content:
            raise NotPainted
        return content

    async def _painted(self, order: Order) -> bytes:
        """Nothing where it cannot be painted."""
        for _ in range(2):
            try:
                content = await asyncio.wait_for(self._ask(order), LIMIT)
            except TimeoutError:
                await self._kill()
            except (_Died, OSError):
                continue
            else:
                if content:
                    self._keep(order, content)
                return content
        return b""

    async def _ask(self, order: Order) -> bytes:
        process, number = await self._ready(), next(self._numbers)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps({"id": number, **asdict(order)}).encode() + b"\n")
            await process.stdin.drain()
            return await answer
        except ConnectionError as error:
            raise _Died from error
        finally:
            self._waiting.pop(number, None)

    def _keep(self, order: Order, content: bytes) -> None:
        self._size += len(content) - len(self._pictures.pop(order, b""))
        self._pictures[order] = content
        while self._size > KEPT:
            self._size -= len(self._pictures.popitem(last=False)[1])

    # -- the process --------------------------------------------------------------------------------------------

    async def _ready(self) -> Process:
        async with self._starting:
            if self._is_closed:
                raise _Died
            if self._process is None:
                env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
                self._process = await asyncio.create_subprocess_exec(*_program(), stdin=PIPE, stdout=PIPE, env=env)
                spawn(self._read(self._process), name="painter")
            self._rest()
            return self._process

    async def _read(self, process: Process) -> None:
        """Hands out pictures until the process is gone."""
        assert process.stdout is not None
        try:
            while True:
                number, size = HEAD.unpack(await process.stdout.readexactly(HEAD.size))
                content = await process.stdout.readexactly(size)
                answer = self._waiting.get(number)
                if answer is not None and not answer.done():
                    answer.set_result(content)
        except asyncio.IncompleteReadError:
            await process.wait()
        finally:
            if self._process is process:
                self._gone()

    def _gone(self) -> None:
        self._process = None
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(_Died())

    def _rest(self) -> None:
        """The process ends when nobody has asked for long: it has a world of its own in memory."""
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE, self._end_if_idle)

    def _end_if_idle(self) -> None:
        if self._waiting:
            self._rest()
        elif self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    async def _kill(self) -> None:
        """One that hangs; the next order gets another."""
        process = self._process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            if self._process is process:
                self._gone()

    def stop(self) -> None:
        """Nothing is painted any more; whoever waits is told so."""
        self._is_closed = True
        for answer in tuple(self._waiting.values()):
            if not answer.done():
                answer.set_exception(_Died())

    async def close(self) -> None:
        """The process has ended when this is done."""
        self.stop()
        if self._idle is not None:
            self._idle.cancel()
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), ENDING)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _program() -> list[str]:
    """This program's own second face; a frozen one is its own interpreter."""
    is_frozen = getattr(sys, "frozen", False)
    return [sys.executable, *(() if is_frozen else ("-m", "mock_backend")), "paint-tiles"]
