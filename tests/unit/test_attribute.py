"""Every byte of every declared request has a meaning, and what is not declared is seen wherever it hides."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.model.privacy import SpanKind
from companion.net.attribute import Attribution, attribute
from companion.net.catalogue import Catalogue, Request, Rule

CATALOGUE = Catalogue()
REQUESTS = sorted(CATALOGUE.requests)
WITH_BODY = [
    name for name in REQUESTS if any(locator.startswith(("form", "body")) for locator in CATALOGUE.requests[name].rules)
]
EXAMPLES = {
    "[0-9]{1,2}": "14", "[0-9]{1,7}": "8602", "(@2x)?": "@2x", "[1-9][0-9]{0,7}": "1400", "E-[0-9]{1,15}": "E-12",
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z": "2026-11-25T14:32:07Z",
    r"-?[0-9]{1,2}\.[0-9]{1,2}": "48.8", r"-?[0-9]{1,3}\.[0-9]{1,2}": "-109.01",
}  # fmt: skip
"""A value for each pattern that is not a list of words."""
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass
class Raw:
    """A request in pieces, written by this test's own hand: shares nothing with the code that the app writes with."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    cookies: list[tuple[str, str]] = field(default_factory=list)
    form: list[tuple[str, str]] = field(default_factory=list)
    body: dict[str, object] = field(default_factory=dict)
    is_json: bool = False

    def content(self) -> bytes:
        if self.body or self.is_json:
            return json.dumps(self.body, separators=(",", ":"), ensure_ascii=False).encode()
        return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in self.form).encode()

    def __bytes__(self) -> bytes:
        query = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in self.query)
        lines = [f"{self.method} {self.path}{'?' + query if query else ''} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies))
        content = self.content()
        if content:
            lines += [f"Content-Type: {JSON if self.body or self.is_json else FORM}", f"Content-Length: {len(content)}"]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


def build(request: Request, leave_out: str = "") -> Raw:
    """The request with every field it may have, each with a value of its own."""
    raw = Raw(
        request.method, re.sub(r"\{\w+\}", lambda found: path_value(request, found[0]), "/".join(request.template))
    )
    for locator, rule in request.rules.items():
        place, _, name = locator.partition(".")
        if locator == leave_out or locator in (
            "header.content-type",
            "header.content-length",
            "header.transfer-encoding",
        ):
            continue
        pair = (name, value_of(rule))
        if locator == "body":
            raw.is_json = True
        elif place == "body" and pair[1] == "[]":
            # A list that is empty and one that is not are not the same request.
            continue
        elif place == "body":
            put(raw.body, name.split("."), None if pair[1] == "null" else pair[1])
        elif place == "header":
            raw.headers.append((name.title(), pair[1]))
        elif place != "path":
            getattr(raw, {"cookie": "cookies"}.get(place, place)).extend([pair] * (2 if rule.repeated else 1))
    return raw


def path_value(request: Request, name: str) -> str:
    rule = request.rules[f"path.{name.strip('{}')}"]
    return value_of(rule) if rule.pattern else quote(sample(name), safe="")


def value_of(rule: Rule) -> str:
    if rule.equals is not None:
        return rule.equals
    if rule.pattern and rule.pattern.pattern in EXAMPLES:
        return EXAMPLES[rule.pattern.pattern]
    return rule.prefix + (rule.pattern.pattern.split("|")[0] if rule.pattern else sample(rule.locator))


def sample(locator: str) -> str:
    """With everything that has to be escaped somewhere."""
    return (
        f"<{locator.strip('{}')}> é&=+;/?"
        if locator.startswith(("query", "form", "body", "{"))
        else f"value-of-{locator}"
    )


def put(table: dict[str, object], keys: list[str], value: object) -> None:
    """`name[]` is a list; one of objects has two."""
    key, rest = keys[0], keys[1:]
    if key.endswith("[]"):
        rows = table.setdefault(key[:-2], [{}, {}] if rest else [value])
        assert isinstance(rows, list)
        for row in rows if rest else ():
            put(row, rest, value)
    elif rest:
        inner = table.setdefault(key, {})
        assert isinstance(inner, dict)
        put(inner, rest, value)
    else:
        table[key] = value


def read(request: Request, raw: Raw) -> Attribution:
    """Map pictures are the same bytes for several services: the app says for which."""
    found = attribute(CATALOGUE, request.party, bytes(raw), request.activity if request.many else "")
    whole(found, bytes(raw))
    return found


def whole(found: Attribution, raw: bytes) -> None:
    """The spans follow each other without a gap and add up."""
    assert sum(len(span) for span in found.spans) == len(raw)
    assert all(one.end == other.start for one, other in pairwise(found.spans))
    assert not raw or (found.spans[0].start, found.spans[-1].end) == (0, len(raw))
    assert all(len(span) > 0 for span in found.spans)


@pytest.mark.parametrize("name", REQUESTS)
def test_a_declared_request_is_known_and_its_spans_add_up(name: str) -> None:
    request = CATALOGUE.requests[name]
    found = read(request, build(request))
    assert found.problem is None
    assert found.request is request


@pytest.mark.parametrize("name", REQUESTS)
def test_every_items_bytes_are_exactly_its_value(name: str) -> None:
    request = CATALOGUE.requests[name]
    raw = build(request)
    content = bytes(raw)
    pieces = [content[span.start : span.end] for span in read(request, raw).spans if span.kind is SpanKind.ITEM]
    expected = []
    for locator, rule in request.rules.items():
        if rule.kind is SpanKind.ITEM:
            place = locator.partition(".")[0]
            if place == "path":
                expected.append(path_value(request, "{" + locator.removeprefix("path.") + "}").encode())
                continue
            value = value_of(rule)[len(rule.prefix) :]
            written = quote_plus(value) if place in ("query", "form") else value
            # Two of each list of objects, in each of the lists that it lies in.
            expected += [written.encode()] * (2 ** max(1, locator.count("[].")) if rule.repeated else 1)
    if request.many:
        # A place on the map is one, with the slashes in it.
        numbers = [request.rules[f"path.{name}"] for name in ("z", "x", "y")]
        expected = [b"/".join(value_of(rule).encode() for rule in numbers), *_without(expected, numbers)]
    assert sorted(pieces) == sorted(expected)


def _without(values: list[bytes], rules: list[Rule]) -> list[bytes]:
    left = list(values)
    for rule in rules:
        left.remove(value_of(rule).encode())
    return left


@pytest.mark.parametrize("name", REQUESTS)
def test_each_missing_field_is_missed(name: str) -> None:
    request = CATALOGUE.requests[name]
    for locator in request.required:
        if not locator.startswith("path."):
            found = read(request, build(request, leave_out=locator))
            # Without its wake-up job a request is the declared one that only reads.
            assert found.problem is not None or found.request is not request, locator


@pytest.mark.parametrize("name", REQUESTS)
def test_an_undeclared_header_query_cookie_or_path_is_seen(name: str) -> None:
    request = CATALOGUE.requests[name]
    for place, locator in (("query", "query.speed"), ("headers", "header.x-speed"), ("cookies", "cookie.speed")):
        raw = build(request)
        getattr(raw, place).append(("speed" if place != "headers" else "X-Speed", "87"))
        assert read(request, raw).problem is not None
        if place != "query":
            assert read(request, raw).problem == (locator, "undeclared")
    raw = build(request)
    raw.path += "/87/88"
    assert read(request, raw).problem == ("path", "undeclared")
    raw = build(request)
    raw.method = "PUT"
    assert read(request, raw).problem == ("path", "undeclared")
    assert attribute(CATALOGUE, "sms_carrier", bytes(build(request))).problem == ("path", "undeclared")


@pytest.mark.parametrize("name", WITH_BODY)
def test_an_undeclared_field_of_the_body_is_seen_at_any_depth(name: str) -> None:
    request = CATALOGUE.requests[name]
    raw = build(request)
    if raw.body or raw.is_json:
        raw.body["speed"] = 87
        assert read(request, raw).problem == ("body.speed", "undeclared")
        raw = build(request)
        raw.body["deep"] = {"speed": [{"a": 1}]}
        assert read(request, raw).problem == ("body.deep.speed[].a", "undeclared")
        raw = build(request)
        raw.body["speed"] = {}
        assert read(request, raw).problem == ("body.speed", "undeclared")
    else:
        raw.form.append(("speed", "87"))
        assert read(request, raw).problem == ("form.speed", "undeclared")


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_field_that_comes_twice_is_seen(name: str) -> None:
    request = CATALOGUE.requests[name]
    raw = build(request)
    raw.headers.append(raw.headers[0])
    assert read(request, raw).problem == (f"header.{raw.headers[0][0].lower()}", "repeated")
    raw = build(request)
    if raw.form:
        raw.form.append(raw.form[0])
        assert read(request, raw).problem == (f"form.{raw.form[0][0]}", "repeated")
    elif raw.body:
        first = next(iter(raw.body)).encode()
        twice = bytes(raw).replace(b'"%b":' % first, b'"%b":"A","%b":' % (first, first))
        found = attribute(CATALOGUE, request.party, twice)
        assert found.problem == ("request", "form")
        whole(found, twice)


def test_another_value_where_one_is_allowed_is_seen() -> None:
    request = CATALOGUE.requests["lock_unlock.lock"]
    raw = build(request)
    raw.body["payload"] = {"spin": "WP0ZZZY1ZSSA10001"}
    assert read(request, raw).problem is not None
    raw.body = {"key": "TRUNK_UNLOCK", "payload": {"spin": None}}
    assert read(request, raw).problem is not None


def test_a_body_where_none_is_declared_is_seen() -> None:
    request = CATALOGUE.requests["vehicles.list"]
    raw = build(request)
    raw.body["speed"] = 87
    assert read(request, raw).problem == ("body.speed", "undeclared")


def test_a_body_in_another_form_than_this_app_writes_is_not_read() -> None:
    request = CATALOGUE.requests["lock_unlock.lock"]
    content = bytes(build(request))
    for wrong in (
        content.replace(b'":', b'": '),
        content.replace(b"application/json", b"text/plain"),
        content.replace(b" HTTP/1.1", b" HTTP/1.0"),
        content.replace(b"LOCK", b"LOC\\u004b"),
        content[:-1],
    ):
        found = attribute(CATALOGUE, request.party, wrong)
        assert found.problem is not None
        whole(found, wrong)


def test_requests_of_one_address_are_told_apart() -> None:
    for names in (("vehicles.stored", "vehicles.current", "vehicles.capabilities"), ("sign_in.token", "session.refresh"),
                  ("lock_unlock.lock", "lock_unlock.challenge", "lock_unlock.unlock")):  # fmt: skip
        for name in names:
            request = CATALOGUE.requests[name]
            found = read(request, build(request)).request
            assert found is not None
            assert found.id == name


def test_map_pictures_of_one_address_are_those_of_the_service_they_are_for() -> None:
    """Without that being said, two services' requests are the same bytes."""
    raws = {
        service: bytes(build(CATALOGUE.requests[f"{service}.map_dark"]))
        for service in ("location_alarm", "valet_alarm")
    }
    assert raws["location_alarm"] == raws["valet_alarm"]
    for service, raw in raws.items():
        found = attribute(CATALOGUE, "map_provider", raw, f"{service}.map_section_request").request
        assert found is not None
        assert found.id == f"{service}.map_dark"
    strange = attribute(CATALOGUE, "map_provider", raws["location_alarm"], "lock_unlock.lock")
    assert strange.problem == ("path", "undeclared")


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/14/8602/5640@3x.png",
        "/tiles/14/8602/x5.png",
        "/tiles/144/1/1.png",
        "/tiles/14/86/5.webp",
        "/tiles/1/2/3.png/",
    ],
)
def test_a_map_picture_has_numbers_where_numbers_belong(path: str) -> None:
    request = CATALOGUE.requests["location_alarm.map_dark"]
    raw = build(request)
    raw.path = path
    assert read(request, raw).problem is not None


@pytest.mark.parametrize(
    ("path", "query", "section", "key"),
    [
        ("/{z}/{x}/{y}.png", (), b"14/8602/5640", b""),
        ("/arc/{z}/{y}/{x}", (("token", "{key}"),), b"14/5640/8602", b"s3cret"),
        ("/{key}/m/{z}-{x}-{y}{r}.jpg", (("style", "dark"),), b"14-8602-5640", b"s3cret"),
        ("/get", (("x", "{x}"), ("y", "{y}"), ("zoom", "{z}")), b"8602564014", b""),
    ],
)
def test_an_address_that_the_owner_entered_is_declared_to_the_letter(
    path: str, query: tuple[tuple[str, str], ...], section: bytes, key: bytes
) -> None:
    catalogue = Catalogue()
    name = "own_map.keyed_picture" if key else "own_map.picture"
    catalogue.declare(name, path, query)
    values = {"z": "14", "x": "8602", "y": "5640", "r": "@2x", "key": "s3cret"}
    target = (path + ("?" + "&".join(f"{a}={b}" for a, b in query) if query else "")).format(**values)
    head = b"Host: a\r\nUser-Agent: b\r\nAccept: image/*\r\n"

    def seen(target: str) -> tuple[bytes, Attribution]:
        raw = f"GET {target} HTTP/1.1\r\n".encode() + head + b"\r\n"
        found = attribute(catalogue, "own_map", raw, "product.own_map")
        whole(found, raw)
        return raw, found

    raw, found = seen(target)
    assert found.problem is None
    assert b"".join(raw[one.start : one.end] for one in found.spans if one.item == "map_tile") == section
    assert b"".join(raw[one.start : one.end] for one in found.spans if one.secret) == key
    for wrong in (target + "&more=1" if query else target + "?more=1", "/x" + target, target.replace("14", "1x4")):
        assert seen(wrong)[1].problem is not None, wrong
    if ("style", "dark") in query:
        assert seen(target.replace("dark", "light"))[1].problem == ("query.style", "value")


def test_secrets_are_marked_even_where_they_are_not_declared() -> None:
    request = CATALOGUE.requests["product.discovery"]
    raw = build(request)
    raw.headers.append(("Authorization", "Bearer of-somebody"))
    raw.cookies.append(("session", "of-somebody"))
    content = bytes(raw)
    secret = b"".join(content[span.start : span.end] for span in read(request, raw).spans if span.secret)
    assert secret.count(b"of-somebody") == 2


def test_chunked_bodies_keep_every_value_in_one_field() -> None:
    """A value that a chunk's border cuts through has two spans, and the framing between them is syntax."""
    request = CATALOGUE.requests["lock_unlock.lock"]
    raw = build(request)
    head, _, content = bytes(raw).partition(b"\r\n\r\n")
    length = b"Content-Length: %d" % len(content)
    cut = content.index(b"LOCK") + 2
    chunks = b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (cut, content[:cut], len(content) - cut, content[cut:])
    chunked = head.replace(length, b"Transfer-Encoding: chunked") + b"\r\n\r\n" + chunks
    found = attribute(CATALOGUE, request.party, chunked)
    whole(found, chunked)
    assert found.problem is None
    pieces = [chunked[span.start : span.end] for span in found.spans if span.item == "command"]
    assert pieces == [b"LO", b"CK"]
    for wrong in (chunked[:-2], chunked + b"x", chunked.replace(b"0\r\n\r\n", b"zz\r\n\r\n")):
        assert attribute(CATALOGUE, request.party, wrong).problem is not None


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(REQUESTS))
def test_any_bytes_are_refused_or_wholly_accounted_for(noise: bytes, name: str) -> None:
    request = CATALOGUE.requests[name]
    content = bytes(build(request))
    for raw in (
        noise,
        content + noise,
        noise + content,
        content[: len(content) // 2] + noise + content[len(content) // 2 :],
    ):
        found = attribute(CATALOGUE, request.party, raw)
        whole(found, raw)
        assert found.problem is not None or found.request is not None
