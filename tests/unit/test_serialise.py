"""The app writes a request by its own hand; h11, which puts it on the wire, has the last word on every byte."""

from __future__ import annotations

from typing import Any

import h11
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from companion.errors import DoorError
from companion.net.call import Call, Written, segment, write
from companion.net.catalogue import Catalogue, Request
from companion.net.frozen import serialise

CATALOGUE = Catalogue()
BY_ITSELF = {"host", "user-agent", "accept", "authorization", "content-type", "content-length", "transfer-encoding"}
VALUES = st.one_of(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40),
    st.text(st.characters(max_codepoint=255), max_size=12),
    st.text(st.sampled_from("a \t\r\n\x00\x1f\x7f\xa0é€:"), max_size=5),
)
CHUNKS = st.lists(st.binary(max_size=300), max_size=4)


def by_h11(written: Written) -> bytes | None:
    """What goes on the wire; None for what h11 refuses to write."""
    machine = h11.Connection(h11.CLIENT)
    try:
        headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in written.headers]
        raw = machine.send(h11.Request(method=written.method, target=written.target, headers=headers)) or b""
        for part in written.parts:
            raw += machine.send(h11.Data(data=part)) or b""
        return raw + (machine.send(h11.EndOfMessage()) or b"")
    except (h11.LocalProtocolError, UnicodeError):
        return None


def by_us(written: Written) -> bytes | None:
    try:
        return serialise(written)
    except DoorError:
        return None


def call_of(request: Request, values: dict[str, str], chunks: list[bytes] | None = None) -> Call:
    """A call with every field that the request may have."""
    places: dict[str, list[tuple[str, str]]] = {"query": [], "header": [], "cookie": [], "form": []}
    body: dict[str, Any] = {}
    for locator, value in values.items():
        place, _, name = locator.partition(".")
        if place == "body":
            *outer, last = name.split(".")
            table = body
            for key in outer:
                table = table.setdefault(key, {})
            table[last] = value
        elif place in places:
            places[place].append((name.title() if place == "header" else name, value))
    path = "/".join(segment(values[f"path.{part[1:-1]}"]) if part[:1] == "{" else part for part in request.template)
    return Call(
        request.party, request.method, path, places["query"], places["header"], places["form"] or None, body or None,
        chunks, places["cookie"], authorised="header.authorization" in request.rules,
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(CATALOGUE.requests))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_declared_request_is_written_as_h11_writes_it_or_refused_as_it_refuses(
    name: str, data: st.DataObject
) -> None:
    request = CATALOGUE.requests[name]
    names = [one for one in request.rules if one.removeprefix("header.") not in BY_ITSELF]
    names += [f"path.{part[1:-1]}" for part in request.template if part[:1] == "{"]
    values = {one: data.draw(VALUES, label=one) for one in names}
    token = data.draw(VALUES, label="token")
    call = call_of(request, values, data.draw(st.none() | CHUNKS, label="chunks"))
    written = write(call, "127.0.0.1:1", "companion/0", token, ())
    assert by_us(written) == by_h11(written)


@settings(max_examples=200, deadline=None)
@given(method=VALUES, target=VALUES, name=VALUES, value=VALUES)
@example("A B", "a b", "a b", " a")
def test_no_piece_can_be_anything_that_h11_would_refuse(method: str, target: str, name: str, value: str) -> None:
    for written in (
        Written(method, "/", (("Host", "h"),)), Written("GET", target, (("Host", "h"),)),
        Written("GET", "/", (("Host", "h"), (f"X-{name}", "1"))), Written("GET", "/", (("Host", "h"), ("X", value))),
    ):  # fmt: skip
        assert by_us(written) == by_h11(written)


@settings(max_examples=100, deadline=None)
@given(chunks=CHUNKS)
def test_chunks_are_framed_as_h11_frames_them(chunks: list[bytes]) -> None:
    written = write(Call("p", "POST", "/a", chunks=chunks), "h", "companion/0", None, ())
    assert by_h11(written) is not None
    assert by_us(written) == by_h11(written)
