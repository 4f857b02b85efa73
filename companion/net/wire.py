"""The socket's edge: where bytes are compared with what was announced, recorded, and only then written.

httpcore asks a network backend for streams; ours refuses any write that does not belong to a flight (one request under
way) or that differs from the flight's expected bytes. A transport wrapper alone would see header order and chunk framing
wrongly, hence the record here.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import httpcore

from companion.errors import DoorError
from companion.model.privacy import Connection

SLICE = 64 * 1024
"""Bytes handed over at a time: what broke on the way is known to this measure."""


@dataclass(slots=True)
class Flight:
    """One request on its way: what may be written, and what was."""

    expected: bytes
    written: int = 0
    unsent: int = 0
    """Bytes that the transport still held when the request was given up; they never left."""
    connection: Connection | None = None
    chunks: list[bytes] = field(default_factory=list)

    def take(self, data: bytes) -> None:
        """Records a write; raises before a byte that was not announced."""
        if self.expected[self.written : self.written + len(data)] != data:
            raise DoorError("door.differs")
        self.chunks.append(data)
        self.written += len(data)

    @property
    def left_count(self) -> int:
        return self.written - self.unsent


current: ContextVar[Flight | None] = ContextVar("flight", default=None)


class RecordingStream(httpcore.AsyncNetworkStream):
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._writer.transport.set_write_buffer_limits(high=0)
        self._requests = 0
        self._flight: Flight | None = None

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        flight = current.get()
        if flight is None:
            raise DoorError("door.undeclared", field="request")
        self._board(flight)
        try:
            for start in range(0, len(buffer), SLICE):
                if not self._hand_over(flight, bytes(buffer[start : start + SLICE])):
                    async with asyncio.timeout(timeout):
                        await self._writer.drain()
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except OSError as error:
            self._give_up()
            raise httpcore.WriteError(str(error)) from error

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            if timeout is None:
                return await self._reader.read(max_bytes)
            async with asyncio.timeout(timeout):
                return await self._reader.read(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def aclose(self) -> None:
        self._give_up()
        self._writer.close()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        self._writer.transport.set_write_buffer_limits(high=0)
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return self._is_readable()
        return self._writer.get_extra_info({"client_addr": "sockname", "server_addr": "peername"}.get(info, info))

    def _hand_over(self, flight: Flight, piece: bytes) -> bool:
        """Records and writes; True if the socket took all of it."""
        transport = self._writer.transport
        flight.take(piece)
        self._writer.write(piece)
        if transport.is_closing():
            # It swallows what it is given, silently.
            flight.unsent = len(piece)
            raise ConnectionResetError
        return transport.get_write_buffer_size() == 0

    def _board(self, flight: Flight) -> None:
        if flight is not self._flight:
            self._flight = flight
            self._requests += 1
            flight.connection = Connection(self._address("sockname"), self._address("peername"), self._requests)

    def _address(self, which: str) -> str:
        address = self._writer.get_extra_info(which)
        return f"{address[0]}:{address[1]}" if address else ""

    def _give_up(self) -> None:
        """Closing would still flush what the transport holds; those bytes must not leave."""
        held = self._writer.transport.get_write_buffer_size()
        if held and self._flight is not None:
            self._flight.unsent = held
            self._writer.transport.abort()

    def _is_readable(self) -> bool:
        """An idle connection that has something to read was closed by the other side."""
        sock = self._writer.get_extra_info("socket")
        if self._reader.at_eof() or sock is None or sock.fileno() < 0:
            return True
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(sock.fileno(), select.POLLIN)
            return bool(poll.poll(0))
        return bool(select.select([sock.fileno()], [], [], 0)[0])


class RecordingBackend(httpcore.AsyncNetworkBackend):
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                reader, writer = await asyncio.open_connection(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        return RecordingStream(reader, writer)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
