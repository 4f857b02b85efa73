"""A request as a value, before it is bytes: what `api` hands to the door."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from urllib.parse import quote, quote_plus

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that comes later, of a length known now; a preview has `0` in its place."""

    name: str
    length: int

    def __str__(self) -> str:
        return "0" * self.length


Text = str | Slot


@dataclass(frozen=True, slots=True)
class Call:
    """One request to one party.

    `target` pieces: `path` has the values already in place; `query` and `form` keep order and repeats; `body` is JSON.
    `chunks` sends a body of several parts with chunked framing. `action` and `action_id` say which press of which
    button it belongs to.
    """

    party: str
    method: str
    path: str
    query: Sequence[tuple[str, Text]] = ()
    headers: Sequence[tuple[str, Text]] = ()
    form: Sequence[tuple[str, Text]] | None = None
    body: Mapping[str, object] | None = None
    chunks: Sequence[bytes] | None = None
    cookies: Sequence[tuple[str, Text]] = ()
    accept: str = JSON
    authorised: bool = False
    """Carries the access token."""
    action: str = "background"
    action_id: str = ""
    activity: str = ""
    """What it is made for, where the same bytes could be made for several things."""

    def filled(self, fills: Mapping[str, str]) -> Call:
        """The same call with slots replaced by their values; slots without a value stay."""

        def pairs(given: Sequence[tuple[str, Text]]) -> tuple[tuple[str, Text], ...]:
            return tuple((name, _fill(value, fills)) for name, value in given)

        return Call(
            self.party, self.method, self.path, pairs(self.query), pairs(self.headers),
            None if self.form is None else pairs(self.form),
            None if self.body is None else {key: _fill_json(value, fills) for key, value in self.body.items()},
            self.chunks, pairs(self.cookies), self.accept, self.authorised, self.action, self.action_id, self.activity,
        )  # fmt: skip

    @property
    def slots(self) -> dict[str, int]:
        """Name -> length of every slot still open."""
        found: dict[str, int] = {}
        for value in (*_values(self.query), *_values(self.headers), *_values(self.form or ()), *_values(self.cookies)):
            if isinstance(value, Slot):
                found[value.name] = value.length
        _collect(self.body, found)
        return found


@dataclass(frozen=True, slots=True)
class Written:
    """A call as the pieces that HTTP/1.1 is made of."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    parts: tuple[bytes, ...] = field(default=())
    """Body parts; several only with chunked framing."""

    @property
    def is_chunked(self) -> bool:
        return any(name == "Transfer-Encoding" for name, _ in self.headers)


def write(call: Call, host: str, user_agent: str, token: str | None, cookies: Sequence[tuple[str, str]]) -> Written:
    """The call in the one order and form that this app writes; nothing is added behind its back."""
    headers: list[tuple[str, str]] = [("Host", host), ("User-Agent", user_agent), ("Accept", call.accept)]
    if call.authorised:
        headers.append(("Authorization", f"Bearer {token}"))
    headers += [(name, str(value)) for name, value in call.headers]
    jar = {name: str(value) for name, value in call.cookies} | dict(cookies)
    if jar:
        headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in jar.items())))
    parts = _body(call, headers)
    query = _urlencoded(call.query)
    return Written(call.method, call.path + ("?" + query if query else ""), tuple(headers), parts)


def segment(value: str) -> str:
    """A value as one path segment."""
    return quote(value, safe="")


def dump(value: object) -> bytes:
    """JSON in the one form this app writes."""
    return _JSON.encode(value).encode()


def length_of(text: str) -> int:
    """Bytes of a string as `dump` writes it, quotes included."""
    return len(encode_basestring(text).encode())


def _placeholder(value: object) -> str:
    if isinstance(value, Slot):
        return str(value)
    raise TypeError(f"not JSON: {type(value).__name__}")


_JSON = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=_placeholder)


def _urlencoded(pairs: Sequence[tuple[str, Text]]) -> str:
    """Name by name with `quote_plus`, which is slow; all at once where there is nothing to quote."""
    plain = "&".join([f"{name}={value}" for name, value in pairs])
    if _UNRESERVED.fullmatch(plain) and plain.count("=") == len(pairs) == plain.count("&") + 1:
        return plain
    return "&".join([f"{quote_plus(name)}={quote_plus(str(value))}" for name, value in pairs])


_UNRESERVED = re.compile(r"[A-Za-z0-9_.~=&-]*")


def _body(call: Call, headers: list[tuple[str, str]]) -> tuple[bytes, ...]:
    if call.chunks is not None:
        headers += [("Content-Type", JSON), ("Transfer-Encoding", "chunked")]
        return tuple(call.chunks)
    if call.form is not None:
        content = _urlencoded(call.form).encode()
        headers.append(("Content-Type", FORM))
    elif call.body is not None:
        content = dump(call.body)
        headers.append(("Content-Type", JSON))
    else:
        return ()
    headers.append(("Content-Length", str(len(content))))
    return (content,)


def _values(pairs: Sequence[tuple[str, Text]]) -> tuple[Text, ...]:
    return tuple(value for _, value in pairs)


def _fill(value: Text, fills: Mapping[str, str]) -> Text:
    return fills.get(value.name, value) if isinstance(value, Slot) else value


def _fill_json(value: object, fills: Mapping[str, str]) -> object:
    if isinstance(value, Slot):
        return _fill(value, fills)
    if isinstance(value, Mapping):
        return {key: _fill_json(inner, fills) for key, inner in value.items()}
    return value


def _collect(value: object, found: dict[str, int]) -> None:
    if isinstance(value, Slot):
        found[value.name] = value.length
    elif isinstance(value, Mapping):
        for inner in value.values():
            _collect(inner, found)
