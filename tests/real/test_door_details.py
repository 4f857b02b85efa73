"""The door against a server that behaves as no good server does; each test writes the server's side by hand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from companion.api.events import ClockTold, EventsApi, Unreadable
from companion.errors import AccessError, AnswerError, DoorError, NetworkError
from companion.model.privacy import Outcome, Transmission
from companion.net import door as door_module
from companion.net.auth import TokenBox
from companion.net.call import Call
from companion.net.catalogue import Catalogue
from companion.net.client import Client
from companion.net.door import Door
from companion.net.ledger import Ledger
from companion.net.wire import Flight, RecordingBackend, current

CATALOGUE = Catalogue()
LIST = Call("porsche_system", "GET", "/app/connect/v1/vehicles", authorised=True)
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Clock:
    def demo_now(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC)


@asynccontextmanager
async def facing(serve: Serve, token: str = "t" * 43) -> AsyncIterator[Client]:
    """A client whose every party is this one server."""
    handlers: set[asyncio.Task[Any]] = set()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    place = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    box = TokenBox()
    box.put(token, 3600, None)
    ledger = Ledger(None, lambda request: {"fields": (), "title": {}, "not_seen": ()})
    door = Door(CATALOGUE, ledger, {"porsche_system": place}, box, Clock(), "test")
    door._timeout = httpx.Timeout(3.0)
    try:
        yield Client(door, box)
    finally:
        await door.aclose()
        ledger.close()
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)
        server.close()
        await server.wait_closed()


def run(serve: Serve, use: Callable[[Client], Awaitable[None]], token: str = "t" * 43) -> None:
    async def body() -> None:
        async with facing(serve, token) as client:
            await use(client)

    asyncio.run(asyncio.wait_for(body(), 15))


def only(client: Client) -> Transmission:
    (entry,) = client.door.ledger
    return entry


async def head(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def answering(*parts: bytes) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                await head(reader)
            except asyncio.IncompleteReadError:
                return
            for part in parts:
                writer.write(part)
            await writer.drain()

    return serve


def upload(size: int) -> Call:
    return Call("porsche_system", "POST", "/app/connect/v1/vehicles/V/commands", chunks=(b"x" * size,), authorised=True)


def test_an_answer_before_the_whole_request_was_taken_is_an_answer_to_a_cut_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server refuses at the head and resets: what it did not take has not left, whatever was answered."""
    monkeypatch.setattr(door_module, "attribute", declared(door_module.attribute))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.transport.abort()

    async def use(client: Client) -> None:
        frozen = client.freeze(upload(30_000_000))
        answered = 413
        with contextlib.suppress(NetworkError):  # the reset may overtake the answer
            answered = (await client.door.send(frozen)).status
        assert answered == 413
        entry = only(client)
        assert entry.outcome is Outcome.CUT
        assert 0 < entry.sent < len(frozen.raw)
        assert sum(len(span) for span in entry.spans) == entry.sent

    run(serve, use)


def test_an_answer_does_not_make_bytes_leave_that_the_transport_still_held() -> None:
    async def use(client: Client) -> None:
        door, frozen = client.door, client.freeze(LIST)
        entry = door._open(frozen)
        flight = Flight(frozen.raw, written=len(frozen.raw), unsent=20)
        settled = door._settle(entry, flight, Outcome.DONE, httpx.Response(413))
        assert (settled.outcome, settled.status, settled.sent) == (Outcome.CUT, 413, len(frozen.raw) - 20)
        assert only(client).raw == entry.raw[:-20]

    run(silent, use)


def declared(attribute: Callable[..., Any]) -> Callable[..., Any]:
    """As if any body were declared: the catalogue has no large one."""
    from dataclasses import replace

    return lambda *given: replace(attribute(*given), problem=None)


def test_bytes_that_differ_from_the_preview_do_not_leave_and_are_entered_as_blocked() -> None:
    async def use(client: Client) -> None:
        frozen = client.freeze(LIST)
        client.tokens.put("another length", 3600, None)
        with pytest.raises(DoorError) as raised:
            await client.door.send(frozen)
        assert raised.value.key == "door.differs"
        entry = only(client)
        assert (entry.outcome, entry.sent, entry.blocked) == (Outcome.BLOCKED, 0, ("request", "differs"))
        assert client.tokens.access_token.encode() not in entry.raw

    run(silent, use)


def test_a_stream_writes_nothing_for_nobody_and_nothing_that_was_not_announced() -> None:
    got: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await reader.read())

    async def use(client: Client) -> None:
        port = int(client.door.origins["porsche_system"].rpartition(":")[2])
        stream = await RecordingBackend().connect_tcp("127.0.0.1", port)
        with pytest.raises(DoorError):
            await stream.write(b"GET / HTTP/1.1\r\n")
        flight = Flight(b"announced")
        place = current.set(flight)
        await stream.write(b"annou")
        with pytest.raises(DoorError):
            await stream.write(b"NCED")
        current.reset(place)
        await stream.aclose()
        assert flight.left_count == 5
        while not got:
            await asyncio.sleep(0.01)
        assert got == [b"annou"]

    run(serve, use)


def test_bytes_for_a_connection_that_is_gone_have_not_left() -> None:
    async def use(client: Client) -> None:
        port = int(client.door.origins["porsche_system"].rpartition(":")[2])
        stream = await RecordingBackend().connect_tcp("127.0.0.1", port)
        flight = Flight(b"announced")
        place = current.set(flight)
        await stream.aclose()
        import httpcore

        with pytest.raises(httpcore.WriteError):
            await stream.write(b"announced")
        current.reset(place)
        assert flight.left_count == 0

    run(silent, use)


def test_an_answer_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "MAX_ANSWER", 5_000_000)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + b"[" * 65536 + b"\r\n")
            await writer.drain()

    async def use(client: Client) -> None:
        with pytest.raises(AnswerError):
            await client.json(LIST)

    run(serve, use)


@pytest.mark.parametrize("answer", [b"[" * 200_000, b"\xff\xfe[\x00", b"", b"NaN("])
def test_what_is_not_plain_json_is_malformed(answer: bytes) -> None:
    async def use(client: Client) -> None:
        with pytest.raises(AnswerError):
            await client.json(LIST)

    run(answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer), answer), use)


def test_a_token_that_would_break_a_header_is_stopped_before_the_socket() -> None:
    async def use(client: Client) -> None:
        with pytest.raises(DoorError):
            await client.send(LIST)
        assert list(client.door.ledger) == []

    run(silent, use, token="a\r\nX-More: b")


def test_nobody_signed_in_is_said_before_anything_is_made() -> None:
    async def use(client: Client) -> None:
        with pytest.raises(AccessError):
            await client.send(LIST)

    run(silent, use, token="")


def test_a_cookie_that_a_server_invents_is_neither_sent_back_nor_kept() -> None:
    async def use(client: Client) -> None:
        await client.send(LIST)
        with pytest.raises(DoorError):
            await client.send(LIST)
        blocked = list(client.door.ledger)[-1]
        assert blocked.blocked == ("cookie.track", "undeclared")
        assert b"s3cret" not in blocked.raw
        assert client.tokens.access_token.encode() not in blocked.raw

    run(answering(b"HTTP/1.1 200 OK\r\nSet-Cookie: track=s3cret\r\nContent-Length: 2\r\n\r\n[]"), use)


EVENTS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    b'id: 7\nevent: clock\ndata: {"now": "2026-01-01T00:00:00Z"}\n\n'
    b": beat\n\n"
    b"id: 8\nevent: vehicle\ndata: {not json\n\n"
    b'id: 9\nevent: command\ndata: ["wrong"]\n\n'
    b'id: 10\nevent: clock\ndata: {"now": 3}\n\n'
    b"id: 11\nevent: clock\ndata: " + b"[" * 100_000 + b"\n\n"
    b'id: \xc3\xa9\nevent: unheard_of\ndata: {"a": 1}\n\n'
    b'id: 12\nevent: clock\ndata: {"now": "2026-01-02T00:00:00Z"}\n\n'
)


def test_an_unreadable_event_does_not_end_the_stream_nor_come_again() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await head(reader))
        writer.write(EVENTS)

    asked: list[bytes] = []

    async def use(client: Client) -> None:
        api = EventsApi(client)
        async with api.stream() as events:
            told = [event async for event in events]
        days = [event.now.day for event in told if isinstance(event, ClockTold)]
        assert days == [1, 2]
        assert [type(event) for event in told[1:-1]] == [Unreadable] * 4
        assert api.last_id == "12"
        async with api.stream() as events:
            pass
        assert b"Last-Event-ID" not in asked[0]
        assert b"Last-Event-ID: 12\r\n" in asked[1]

    run(serve, use)


def test_an_answer_that_is_no_event_stream_is_malformed_at_once() -> None:
    async def use(client: Client) -> None:
        with pytest.raises(AnswerError):
            async with EventsApi(client).stream():
                raise AssertionError("opened")

    run(answering(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"), use)


def test_a_stream_refused_for_its_token_is_opened_again_with_a_new_one() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await head(reader)
        good = b"Bearer nnn\r\n" in asked
        writer.write(EVENTS if good else b"HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    async def use(client: Client) -> None:
        async def renew() -> None:
            client.tokens.put("nnn", 3600, None)

        client.renew = renew
        async with EventsApi(client).stream() as events:
            assert isinstance(await anext(events), ClockTold)
        assert [entry.status for entry in client.door.ledger] == [401, 200]

    run(serve, use)


def test_bytes_refused_for_no_known_reason_keep_no_secret_in_the_ledger_file(tmp_path: Path) -> None:
    async def body() -> None:
        box = TokenBox()
        box.put("s3cret" * 7, 3600, None)
        ledger = Ledger(tmp_path / "ledger.db", lambda request: {"fields": (), "title": {}, "not_seen": ()})
        door = Door(CATALOGUE, ledger, {"porsche_system": "http://127.0.0.1:9"}, box, Clock(), "test")
        for path in ("/elsewhere?a=s3cret", "/app/connect/v1/vehicles//commands"):
            with pytest.raises(DoorError):
                await door.send(
                    door.freeze(Call("porsche_system", "POST", path, body={"a": "s3cret"}, authorised=True))
                )
        ledger.close()
        await door.aclose()

    asyncio.run(body())
    assert b"s3cret" not in (tmp_path / "ledger.db").read_bytes()
    assert b"/elsewhere" in (tmp_path / "ledger.db").read_bytes()
