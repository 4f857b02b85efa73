"""Says of every byte of a request what it is: a data item, the connection's envelope, or syntax."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import unquote, unquote_plus

from companion.model.privacy import FieldFact, Span, SpanKind
from companion.net.call import FORM, JSON, dump, length_of
from companion.net.catalogue import Catalogue, Request, Rule

CREDENTIALS = ("cookie.", "header.authorization")
"""What is a secret wherever it stands, declared or not."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value at its place: `ranges` are byte ranges of the request (several where chunk framing cuts through)."""

    locator: str
    value: str
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Attribution:
    """`problem` is (locator, reason) of what is not declared: `undeclared`, `value`, `missing`, `repeated`, `form`."""

    request: Request | None
    spans: tuple[Span, ...]
    fields: tuple[FieldFact, ...]
    problem: tuple[str, str] | None
    closed: tuple[Span, ...] = ()
    """The spans once their slots are filled."""


class NotReadable(Exception):
    """The bytes are not in the one form this app writes."""


def attribute(catalogue: Catalogue, party: str, raw: bytes, activity: str = "") -> Attribution:
    """Every byte of `raw` (one HTTP/1.1 request) in spans that add up to its length.

    `activity`: what it is made for, where the same bytes can be made for several things.
    """
    try:
        line, found = _split(raw)
    except (NotReadable, ValueError):
        return _nothing(raw, "request", "form")
    method, segments = line
    candidates = catalogue.candidates(party, method, [value for value, _, _ in segments])
    if activity:
        candidates = [one for one in candidates if one.activity == activity]
    if not candidates:
        return _nothing(raw, "path", "undeclared")
    request = candidates[0]
    if len(candidates) > 1:
        values = {one.locator: one.value for one in found}
        request = next((one for one in candidates if _told_apart(one, values)), request)
    named = _path(request, segments) + found
    fields = catalogue.facts(request)
    spans = _spans(catalogue, request, fields, named, len(raw))
    closed = tuple([replace(span, slot=None) if span.slot else span for span in spans])
    return Attribution(request, spans, fields, _problem(request, named), closed)


def _nothing(raw: bytes, place: str, reason: str) -> Attribution:
    spans = tuple(_unread(raw))
    return Attribution(None, spans, (), (place, reason), spans)


def _told_apart(request: Request, values: dict[str, str]) -> bool:
    if any(values.get(rule.locator) != rule.equals for rule in request.fixed):
        return False
    asked = {name for name in values if name.startswith("query.")}
    return request.asks <= asked <= request.rules.keys()


def _path(request: Request, segments: list[tuple[str, int, int]]) -> list[Found]:
    found: list[Found] = []
    for shape, (value, start, _) in zip(request.segments, segments, strict=True):
        match = None if isinstance(shape, str) else shape.fullmatch(value)
        for name, inner in match.groupdict().items() if match else ():
            first, last = match.span(name) if match else (0, 0)
            found.append(Found(f"path.{name}", unquote(inner), ((start + first, start + last),)))
    return found


def _problem(request: Request, found: list[Found]) -> tuple[str, str] | None:
    seen: set[str] = set()
    for one in found:
        rule = request.rules.get(one.locator)
        if rule is None:
            return one.locator, "undeclared"
        if one.locator in seen and not rule.repeated:
            return one.locator, "repeated"
        seen.add(one.locator)
        if not one.value.startswith(rule.prefix) or not rule.allows(one.value[len(rule.prefix) :]):
            return one.locator, "value"
    return next(((name, "missing") for name in request.required if name not in seen), None)


def _spans(
    catalogue: Catalogue, request: Request, fields: tuple[FieldFact, ...], found: list[Found], length: int
) -> tuple[Span, ...]:
    index = {fact.item: place for place, fact in enumerate(fields)}
    marked: list[Span] = []
    for one in found:
        rule = request.rules.get(one.locator)
        if rule is None and one.locator.startswith(CREDENTIALS):
            marked += [Span(start, end, SpanKind.SYNTAX, secret=True) for start, end in one.ranges if start < end]
        elif rule is None:
            marked += [Span(start, end, SpanKind.SYNTAX, undeclared=True) for start, end in one.ranges if start < end]
        elif rule.kind is not SpanKind.SYNTAX:
            secret = catalogue.is_secret(rule.item)
            marked += _marks(rule, one.ranges, index[rule.item], secret)
    marked.sort(key=lambda span: span.start)
    return tuple(_fill(_joined(marked, at_most=_path_end(found)), length))


def _path_end(found: list[Found]) -> int:
    return max((one.ranges[-1][1] for one in found if one.locator.startswith("path.")), default=0)


def _joined(marked: list[Span], at_most: int) -> list[Span]:
    """Values of one item in neighbouring segments of the path, with the slash between them, are one: a place of the map."""
    found: list[Span] = []
    for span in marked:
        before = found[-1] if found else None
        if before and span.end <= at_most and span.item and span.item == before.item and span.start == before.end + 1:
            found[-1] = replace(before, end=span.end)
        else:
            found.append(span)
    return found


def _marks(rule: Rule, ranges: tuple[tuple[int, int], ...], place: int, secret: bool) -> Iterator[Span]:
    skip = len(rule.prefix)
    for start, end in ranges:
        if start + skip < end:
            yield Span(start + skip, end, rule.kind, rule.item, place, secret, rule.slot)
        skip = 0


def _unread(raw: bytes) -> Iterator[Span]:
    """Bytes whose meaning is not known, and that do not leave: but for method and path any of them may be a secret."""
    line = raw.find(b"\r\n") + 2 if b"\r\n" in raw else len(raw)
    version = raw.rfind(b" HTTP/1.1", 0, line)
    version = line if version < 0 else version
    query = raw.find(b"?", 0, version)
    places = (0, version if query < 0 else query, version, line, len(raw))
    for place, (start, end) in enumerate(pairwise(places)):
        if start < end:
            yield Span(start, end, SpanKind.SYNTAX, secret=place in (1, 3))


def _fill(marked: list[Span], length: int) -> Iterator[Span]:
    """The marked spans with syntax between them."""
    at = 0
    for span in marked:
        if span.start > at:
            yield Span(at, span.start, SpanKind.SYNTAX)
        yield span
        at = span.end
    if at < length:
        yield Span(at, length, SpanKind.SYNTAX)


# -- reading the bytes --------------------------------------------------------------------------------------------

RequestLine = tuple[str, list[tuple[str, int, int]]]


def _split(raw: bytes) -> tuple[RequestLine, list[Found]]:
    """The request line (method, path segments with their places) and every named value behind it."""
    end = raw.index(b"\r\n\r\n")
    head = raw[:end].decode("latin-1")
    first, *lines = head.split("\r\n")
    method, target, version = first.split(" ")
    if version != "HTTP/1.1":
        raise NotReadable
    at = len(method) + 1
    path, _, query = target.partition("?")
    found = list(_pairs("query", query, at + len(path) + 1))
    segments = list(_segments(path, at))
    headers: dict[str, str] = {}
    at = len(first) + 2
    for line in lines:
        name, colon, value = line.partition(": ")
        if not colon:
            raise NotReadable
        found += _header(name.lower(), value, at + len(name) + 2)
        headers[name.lower()] = value
        at += len(line) + 2
    found += _body(headers, raw, end + 4)
    return (method, segments), found


def _segments(path: str, at: int) -> Iterator[tuple[str, int, int]]:
    for part in path.split("/"):
        yield part, at, at + len(part)
        at += len(part) + 1


def _pairs(kind: str, text: str, at: int) -> Iterator[Found]:
    for part in text.split("&") if text else ():
        name, _, value = part.partition("=")
        start = at + len(name) + 1
        yield Found(f"{kind}.{_plain(name)}", _plain(value), ((start, start + len(value)),))
        at += len(part) + 1


def _plain(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


def _header(name: str, value: str, at: int) -> Iterator[Found]:
    if name != "cookie":
        yield Found(f"header.{name}", value, ((at, at + len(value)),))
        return
    for part in value.split("; "):
        key, _, inner = part.partition("=")
        start = at + len(key) + 1
        yield Found(f"cookie.{key}", inner, ((start, start + len(inner)),))
        at += len(part) + 2


def _body(headers: dict[str, str], raw: bytes, at: int) -> list[Found]:
    pieces = list(_chunks(raw, at)) if headers.get("transfer-encoding") == "chunked" else [(at, len(raw))]
    content = b"".join(raw[a:b] for a, b in pieces)
    if not content:
        return []
    kind = headers.get("content-type")
    if kind == FORM:
        inner = list(_pairs("form", content.decode("ascii"), 0))
    elif kind == JSON:
        value = json.loads(content)
        if dump(value) != content:
            raise NotReadable
        inner = list(_json("body", value, 0))
    else:
        raise NotReadable
    return [Found(one.locator, one.value, tuple(_outer(pieces, *one.ranges[0]))) for one in inner]


_SIZE = re.compile(rb"([0-9a-f]+)\r\n")


def _chunks(raw: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Where the data of each chunk lies."""
    while True:
        size = _SIZE.match(raw, at)
        if size is None:
            raise NotReadable
        start, length = size.end(), int(size[1], 16)
        if raw[start + length : start + length + 2] != b"\r\n":
            raise NotReadable
        if length == 0:
            if start + 2 != len(raw):
                raise NotReadable
            return
        yield start, start + length
        at = start + length + 2


def _outer(pieces: list[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Content range -> ranges of the request."""
    offset = 0
    for a, b in pieces:
        first, last = max(start, offset), min(end, offset + b - a)
        if first < last:
            yield a + first - offset, a + last - offset
        offset += b - a


def _json(locator: str, value: object, at: int) -> Generator[Found, None, int]:
    """Every scalar of a JSON value with its place, walking exactly as `dump` writes; returns where the value ends."""
    if isinstance(value, dict | list) and not value:
        yield Found(locator, "{}" if isinstance(value, dict) else "[]", ((at, at + 2),))
        return at + 2
    if isinstance(value, dict):
        for key, inner in value.items():
            at = yield from _json(f"{locator}.{key}", inner, at + 1 + length_of(key) + 1)
        return at + 1
    if isinstance(value, list):
        for inner in value:
            at = yield from _json(f"{locator}[]", inner, at + 1)
        return at + 1
    if isinstance(value, str):
        end = at + length_of(value)
        yield Found(locator, value, ((at + 1, end - 1),))
    else:
        written = dump(value).decode()
        end = at + len(written)
        yield Found(locator, written, ((at, end),))
    return end
