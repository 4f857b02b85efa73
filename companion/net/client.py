"""Sends calls through the door and turns what comes back into answers or errors; renews the sign-in on the way."""

from __future__ import annotations

import asyncio
import codecs
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import httpx_sse

from companion.errors import AccessError, AnswerError, CompanionError, NetworkError, RefusedError, ServerError
from companion.net.auth import TokenBox
from companion.net.call import Call
from companion.net.door import Answer, Door, Frozen, content_of
from companion.net.pool import BROKEN

MAX_BODY = 4 * 1024 * 1024
"""Bytes of an answer that is read as JSON, and of one event of a stream."""
UNREADABLE = (TypeError, LookupError, ValueError, AttributeError, AssertionError, ArithmeticError, RecursionError)
"""What reading JSON of another shape than expected raises."""
SHUT = ("private_mode", "remote_access_off", "service_off", "group_off")
"""Switches in the car that keep the app out, as a refusal names them."""


class Client:
    """`renew` gets a new access token into the box; it is set by the composition root."""

    def __init__(self, door: Door, tokens: TokenBox) -> None:
        self.door = door
        self.tokens = tokens
        self.renew: Callable[[], Awaitable[None]] | None = None
        self._renewing = asyncio.Lock()

    def freeze(self, call: Call) -> Frozen:
        return self.door.freeze(call)

    async def send(self, call: Call | Frozen, fills: Mapping[str, str] | None = None) -> Answer:
        """Any answer, whatever its status. A call is frozen here; a frozen one goes as it was shown."""
        given = call.call if isinstance(call, Frozen) else call
        if given.authorised:
            await self._fresh()
        frozen = call if isinstance(call, Frozen) else self.freeze(call)
        # Not the preview's token: it may have been renewed since, and this is the one that goes.
        token = self.tokens.access_token
        answer = await self.door.send(frozen, fills)
        if answer.status == 401 and given.authorised and self.renew is not None:
            await self._renew(token)
            answer = await self.door.send(self.freeze(given.filled(fills or {})))
        return answer

    async def json(self, call: Call | Frozen, fills: Mapping[str, str] | None = None) -> tuple[Any, Answer]:
        """The answer's JSON; raises for any status but 2xx and for what is not JSON."""
        answer = await self.read(call, fills)
        return parse(answer.content), answer

    async def read(self, call: Call | Frozen, fills: Mapping[str, str] | None = None) -> Answer:
        """The answer, if its status is 2xx. A read is asked again once over a new connection when the old one broke."""
        try:
            answer = await self.send(call, fills)
        except NetworkError as error:
            given = call.call if isinstance(call, Frozen) else call
            if error.key != "network.lost" or given.method != "GET":
                raise
            answer = await self.send(given, fills)
        if not 200 <= answer.status < 300:
            raise refusal(answer)
        return answer

    @asynccontextmanager
    async def events(self, call: Call) -> AsyncIterator[AsyncIterator[httpx_sse.ServerSentEvent]]:
        """A stream of server-sent events; ends or raises NetworkError when the stream does."""
        await self._fresh()
        async with AsyncExitStack() as stack:
            token = self.tokens.access_token
            response, entry = await stack.enter_async_context(self.door.stream(self.freeze(call)))
            if response.status_code == 401 and self.renew is not None:
                await stack.aclose()
                await self._renew(token)
                response, entry = await stack.enter_async_context(self.door.stream(self.freeze(call)))
            if response.status_code != 200:
                raise refusal(Answer(response.status_code, response.headers, await content_of(response), entry))
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                raise AnswerError("answer.malformed")
            try:
                yield _events(response)
            except httpx_sse.SSEError as error:
                raise AnswerError("answer.malformed") from error
            except BROKEN as error:
                raise NetworkError("network.lost", party=call.party) from error

    async def _fresh(self) -> None:
        """Raises AccessError when there is nobody to send for."""
        if not self.tokens.is_fresh and self.renew is not None and self.tokens.refresh_token:
            await self._renew(self.tokens.access_token)
        if not self.tokens.access_token:
            raise AccessError("access.signed_out")

    async def _renew(self, stale: str) -> None:
        """One renewal at a time; whoever waited finds it done. The request itself did not happen, whatever fails here."""
        assert self.renew is not None
        async with self._renewing:
            if self.tokens.access_token == stale:
                try:
                    await self.renew()
                except CompanionError as error:
                    error.may_have_happened = False
                    raise
            if not self.tokens.access_token:
                # Whoever came first was told that the session is over, and there is nothing to send with.
                raise AccessError("access.signed_out", may_have_happened=False)


class _Text:
    """A stream's answer as httpx-sse reads it: always UTF-8, whatever its head says, and no event without an end."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.headers = response.headers
        self.size = 0

    async def aiter_text(self) -> AsyncIterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        async for part in self._response.aiter_raw():
            self.size += len(part)
            if self.size > MAX_BODY:
                # Before the iterators that are given up here.
                await self._response.aclose()
                raise AnswerError("answer.malformed")
            if text := decoder.decode(part):
                yield text


async def _events(response: httpx.Response) -> AsyncIterator[httpx_sse.ServerSentEvent]:
    text = _Text(response)
    async for event in httpx_sse.EventSource(text).aiter_sse():  # type: ignore[arg-type]
        text.size = 0
        yield event


def parse(content: bytes) -> Any:
    """JSON of an answer; of a key that comes twice the last counts. Other encodings and huge bodies are malformed."""
    if len(content) > MAX_BODY:
        raise AnswerError("answer.malformed")
    try:
        table = json.loads(content.decode("utf-8"))
        if b"\\" in content:
            # Half a character can be escaped, but neither sent nor kept.
            json.dumps(table, ensure_ascii=False).encode()
        return table
    except (ValueError, RecursionError) as error:
        raise AnswerError("answer.malformed") from error


def refusal(answer: Answer) -> CompanionError:
    """The error for a status that is not 2xx; `detail` holds the answer's own object, if it is one."""
    error = _refusal(answer.status, answer.headers.get("retry-after", ""))
    try:
        body = parse(answer.content)
    except AnswerError:
        body = None
    detail = body if isinstance(body, dict) else {}
    if answer.status == 405 and (reason := str(detail.get("reason", "")).lower()) in SHUT:
        error = AccessError(f"access.{reason}")
    error.detail = detail
    return error


def seconds(told: str, otherwise: int) -> int:
    """What a `Retry-After` tells, if it tells seconds that somebody could wait."""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else otherwise


def _refusal(status: int, retry_after: str) -> CompanionError:
    if status == 401:
        return AccessError("access.signed_out")
    if status in (403, 405):
        return AccessError("access.denied")
    if status == 404:
        return RefusedError("vehicle.not_found")
    if status in (408, 504):
        return ServerError("vehicle.unavailable")
    if status == 429:
        return ServerError("server.too_many_requests", may_have_happened=False, seconds=seconds(retry_after, 60))
    if status == 503:
        return ServerError("server.maintenance", may_have_happened=False)
    if status >= 500:
        return ServerError("server.error", status=status)
    return RefusedError("answer.unexpected", status=status)
