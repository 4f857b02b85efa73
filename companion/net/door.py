"""The door: freezes a request, shows it, and lets out exactly those bytes, or none.

    freeze  Call -> Frozen        serialised in memory as the library that sends will write it, every byte attributed
    send    Frozen -> Answer      slots filled, entry opened, bytes compared at the socket, entry settled

What is not declared in the catalogue is entered as blocked, and nothing is written.
"""

from __future__ import annotations

import uuid
import warnings
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol

import httpcore
import httpx

from companion.errors import AnswerError, DoorError, NetworkError
from companion.model.change import changed
from companion.model.privacy import Outcome, Span, Transmission
from companion.net.attribute import Attribution, attribute
from companion.net.call import Call, write
from companion.net.catalogue import Catalogue
from companion.net.frozen import Frozen as Frozen
from companion.net.frozen import masked, outline
from companion.net.frozen import serialise as serialise
from companion.net.ledger import Ledger
from companion.net.pool import BROKEN, Pool
from companion.net.wire import Flight

MAX_ANSWER = 8 * 1024 * 1024
MEANINGS = 64
"""How many requests without a body are known by heart."""
SILENCE = 45.0
"""Seconds without a sign of life (three beats) after which an event stream counts as lost."""


class Clock(Protocol):
    def demo_now(self) -> datetime: ...


class Tokens(Protocol):
    @property
    def access_token(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    entry: Transmission


class Door:
    """`origins` maps a party to its base URL; a party without one cannot be reached.

    `on_entry` hears of every entry when it opens and when it settles.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        ledger: Ledger,
        origins: Mapping[str, str],
        tokens: Tokens,
        clock: Clock,
        user_agent: str,
        on_entry: Callable[[Transmission], None] = lambda entry: None,
        ssl_context: object | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.ledger = ledger
        self.origins = dict(origins)
        self.on_entry = on_entry
        self._tokens = tokens
        self._clock = clock
        self._user_agent = user_agent
        self._pool = Pool(ssl_context)
        self._jars: dict[str, httpx.Cookies] = {}
        self._meanings: dict[tuple[str, str, bytes], Attribution] = {}
        self._timeout = httpx.Timeout(20.0, connect=5.0)
        self._stream_timeout = httpx.Timeout(20.0, connect=5.0, read=SILENCE)

    # -- before -------------------------------------------------------------------------------------------------

    def freeze(self, call: Call) -> Frozen:
        """The exact bytes `call` would be now. Undeclared calls freeze too; they are refused at `send`."""
        host, address = self._place(call.party)
        token = self._tokens.access_token if call.authorised else ""
        cookies = () if call.cookies else self._cookies(call.party)
        written = write(call, host, self._user_agent, token, cookies)
        raw = serialise(written)
        if written.parts:
            meaning = attribute(self.catalogue, call.party, raw, call.activity)
        else:
            meaning = self._meaning(call.party, raw, call.activity)
        return Frozen(call, address, raw, written, meaning, token, datetime.now(UTC), uuid.uuid4().hex)

    def preview(self, frozen: Frozen) -> Transmission:
        """The frozen request as the panel shows it: secrets masked, open slots marked."""
        return self._entry(frozen, Outcome.PREVIEW, frozen.attribution.problem)

    # -- sending ------------------------------------------------------------------------------------------------

    async def send(self, frozen: Frozen, fills: Mapping[str, str] | None = None, exact: bool = True) -> Answer:
        """Sends and reads the whole answer. Raises DoorError (nothing left) or NetworkError.

        `exact` False lets a slot come out longer or shorter than announced: another maker's sign-in has other lengths.
        """
        async with self.stream(frozen, fills, exact) as (response, entry):
            try:
                content = await content_of(response)
            except BROKEN as error:
                raise _translated(error, entry) from error
            return Answer(response.status_code, response.headers, content, entry)

    @asynccontextmanager
    async def stream(
        self, frozen: Frozen, fills: Mapping[str, str] | None = None, exact: bool = True
    ) -> AsyncIterator[tuple[httpx.Response, Transmission]]:
        """Sends and gives the answer while it arrives, with the entry as it stands then."""
        entry = self._open(frozen := self._filled(frozen, fills or {}, exact))
        flight = Flight(frozen.raw)
        response: httpx.Response | None = None
        try:
            response = await self._fly(frozen, flight)
            entry = self._settle(entry, flight, Outcome.DONE, response)
            if response.headers.get("content-encoding", "identity") != "identity":
                # It was not asked for, and a little of it can unfold to more than fits.
                raise AnswerError("answer.malformed")
            yield response, entry
        except BROKEN as error:
            raise _translated(error, entry, flight) from error
        except DoorError as error:
            entry = replace(entry, blocked=entry.blocked or ("request", error.key.removeprefix("door.")))
            raise
        finally:
            if response is None:
                self._settle(entry, flight, Outcome.LOST, None)
            else:
                await response.aclose()
                self._finish(entry, response)

    async def _fly(self, frozen: Frozen, flight: Flight) -> httpx.Response:
        party = frozen.call.party
        timeout = self._stream_timeout if "event-stream" in frozen.call.accept else self._timeout
        response = await self._pool.send(frozen, flight, self.origins[party], timeout)
        if "set-cookie" in response.headers and self.catalogue.takes_cookies(party):
            response.request = httpx.Request(frozen.written.method, self.origins[party] + frozen.written.target)
            with warnings.catch_warnings():
                # Of a cookie that it cannot read the standard library's jar says so at length, and goes on without.
                warnings.simplefilter("ignore")
                self._jar(party).extract_cookies(response)
        return response

    async def aclose(self) -> None:
        await self._pool.aclose()

    def forget_cookies(self) -> None:
        self._jars.clear()

    def entered(self, request: str, party: str, origin: str, path: str, query: Sequence[tuple[str, str]]) -> None:
        """From now on a party is where the owner says it is, and this is all that may be asked there."""
        self.catalogue.declare(request, path, query)
        self._meanings.clear()
        self.origins[party] = origin

    # -- inside -------------------------------------------------------------------------------------------------

    def _place(self, party: str) -> tuple[str, str]:
        """What the Host header says, and host and port."""
        if party not in self.origins:
            raise NetworkError("network.unreachable", party=party)
        scheme, _, netloc = self.origins[party].partition("://")
        has_port = netloc.rpartition(":")[2].isdigit()
        return netloc, netloc if has_port else f"{netloc}:{443 if scheme == 'https' else 80}"

    def _jar(self, party: str) -> httpx.Cookies:
        """One cookie jar a party: cookies ignore ports."""
        return self._jars.setdefault(party, httpx.Cookies())

    def _cookies(self, party: str) -> tuple[tuple[str, str], ...]:
        return tuple((one.name, one.value or "") for one in self._jar(party).jar if not one.is_expired())

    def _meaning(self, party: str, raw: bytes, activity: str) -> Attribution:
        """What bytes mean hangs on nothing but them, and a read is the same bytes each time; a digest keeps no secret."""
        key = party, activity, sha256(raw).digest()
        if key not in self._meanings:
            if len(self._meanings) >= MEANINGS:
                self._meanings.clear()
            self._meanings[key] = attribute(self.catalogue, party, raw, activity)
        return self._meanings[key]

    def _filled(self, frozen: Frozen, fills: Mapping[str, str], exact: bool) -> Frozen:
        """The same request with its slots filled; every other byte must stay what the preview showed."""
        token = self._tokens.access_token if frozen.call.authorised else ""
        if not frozen.call.slots and token == frozen.token:
            return frozen
        jar = {f"cookie.{name}": value for name, value in self._cookies(frozen.call.party)}
        call = frozen.call.filled({**jar, **fills})
        if not exact:
            call = replace(call, cookies=[(name, value) for name, value in call.cookies if isinstance(value, str)])
        filled = replace(self.freeze(call), id=frozen.id)
        if filled.call.slots or (exact and outline(filled) != outline(frozen)):
            self._enter(frozen, ("request", "differs"))
            raise DoorError("door.differs")
        return filled

    def _open(self, frozen: Frozen) -> Transmission:
        problem = frozen.attribution.problem
        entry = self._enter(frozen, problem)
        if problem:
            name = problem[0].rpartition(".")[2]
            raise DoorError("door.undeclared", field=name, place=problem[0], reason=problem[1])
        return entry

    def _enter(self, frozen: Frozen, problem: tuple[str, str] | None) -> Transmission:
        """A new entry in the ledger; with a problem it is one of a request that does not leave."""
        entry = self._entry(frozen, Outcome.BLOCKED if problem else Outcome.SENDING, problem)
        self.ledger.open(entry)
        self.on_entry(entry)
        return entry

    def _settle(
        self, entry: Transmission, flight: Flight, outcome: Outcome, response: httpx.Response | None
    ) -> Transmission:
        # A server may answer before it took the whole request: then too only a part has left.
        if (left := flight.left_count) < len(entry.raw):
            outcome = Outcome.CUT if left else Outcome.BLOCKED if entry.blocked else Outcome.FAILED
            if outcome is Outcome.CUT:
                entry = replace(entry, raw=entry.raw[:left], spans=_clip(entry.spans, left))
        entry = changed(entry, {
            "outcome": outcome, "connection": flight.connection, "ended_at": datetime.now(UTC),
            "status": response.status_code if response else None,
            "trace": _trace(response.headers.get("traceresponse")) if response else None,
        })  # fmt: skip
        self.ledger.settle(entry)
        self.on_entry(entry)
        return entry

    def _finish(self, entry: Transmission, response: httpx.Response) -> None:
        """The answer is over: how much came back. Not worth a disk write of its own."""
        self.on_entry(changed(entry, {"received": response.num_bytes_downloaded, "ended_at": datetime.now(UTC)}))

    def _entry(self, frozen: Frozen, outcome: Outcome, problem: tuple[str, str] | None = None) -> Transmission:
        seen, call = frozen.attribution, frozen.call
        raw = masked(frozen.raw, seen.spans)
        preview = outcome is Outcome.PREVIEW
        spans = seen.spans if preview else seen.closed
        request = seen.request
        return Transmission(
            id=frozen.id, action=call.action, action_id=call.action_id or frozen.id, request=request.id if request else "",
            activity=request.activity if request else "", party=call.party, address=frozen.address, method=call.method,
            path=raw[: raw.index(b" HTTP/1.1")].partition(b" ")[2].decode("ascii"), raw=raw, spans=spans,
            fields=seen.fields, outcome=outcome, blocked=problem, group=request.group if request else "action",
            started_at=datetime.now(UTC), demo_time=self._clock.demo_now(), title=request.title if request else {},
            valid_until=frozen.valid_until if preview else None,
            not_seen=self.catalogue.not_seen(request) if request else (),
            receivers=self.catalogue.receivers(request) if request else (self.catalogue.party(call.party),),
            gaps=self.catalogue.open_questions(request) if request else (), many=bool(request and request.many),
            silence=self.catalogue.silence(request) if request else {},
        )  # fmt: skip


async def content_of(response: httpx.Response) -> bytes:
    """The whole content. Raises AnswerError for one that is too long, or has no end."""
    parts: list[bytes] = []
    async for part in response.aiter_raw():
        parts.append(part)
        if response.num_bytes_downloaded > MAX_ANSWER:
            # Before the iterators that are given up here.
            await response.aclose()
            raise AnswerError("answer.malformed")
    return b"".join(parts)


def _clip(spans: tuple[Span, ...], end: int) -> tuple[Span, ...]:
    return tuple(replace(span, end=min(span.end, end)) for span in spans if span.start < end)


def _trace(header: str | None) -> str | None:
    """The trace id of a W3C `traceresponse` header."""
    parts = (header or "").split("-")
    return parts[1] if len(parts) == 4 and len(parts[1]) == 32 else None


def _translated(error: Exception, entry: Transmission, flight: Flight | None = None) -> NetworkError:
    left = flight is None or flight.left_count > 0
    if isinstance(error, httpcore.TimeoutException) and left:
        return NetworkError("network.timeout", may_have_happened=True, party=entry.party)
    return NetworkError("network.lost" if left else "network.unreachable", may_have_happened=left, party=entry.party)
