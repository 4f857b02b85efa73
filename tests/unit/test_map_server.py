"""The address of a map server as an owner enters it: taken, or refused with the one sentence that helps."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.model.map_pictures import MapSource, SourceKind, is_picture
from companion.model.map_server import TemplateError, parse
from companion.model.mercator import LIMIT, project, unproject
from companion.model.settings import Settings


@pytest.mark.parametrize(
    ("text", "origin", "path", "query"),
    [
        ("https://tile.example/{z}/{x}/{y}.png", "https://tile.example", "/{z}/{x}/{y}.png", ()),
        (" https://{s}.Tile.example:8443/v1/{z}/{y}/{x}{r}.jpg ", "https://a.tile.example:8443", "/v1/{z}/{y}/{x}{r}.jpg", ()),
        ("http://127.0.0.1:80/{z}/{x}/{y}@2x.png?k={key}", "http://127.0.0.1:80", "/{z}/{x}/{y}@2x.png", (("k", "{key}"),)),
        ("http://localhost/t?z={z}&x={x}&y={y}&style=a%20b", "http://localhost", "/t",
         (("z", "{z}"), ("x", "{x}"), ("y", "{y}"), ("style", "a b"))),
        ("https://[::1]/{z}-{x}-{y}.png", "https://[::1]", "/{z}-{x}-{y}.png", ()),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart(text: str, origin: str, path: str, query: tuple[tuple[str, str], ...]) -> None:
    found = parse(text)
    assert (found.origin, found.path, found.query) == (origin, path, query)


@pytest.mark.parametrize(
    ("text", "key", "name"),
    [
        ("", "no_address", ""), ("tile.example/{z}/{x}/{y}", "no_address", ""), ("ftp://a/{z}/{x}/{y}", "no_address", ""),
        ("https://a b/{z}/{x}/{y}", "no_address", ""), ("https:///{z}/{x}/{y}", "no_address", ""),
        ("https://a:99999/{z}/{x}/{y}", "no_address", ""), ("https://a/{z}/{x}/{y}\r\nX: y", "no_address", ""),
        ("https://a/é/{z}/{x}/{y}", "no_address", ""), ("https://a//{z}/{x}/{y}", "no_address", ""),
        ("http://tile.example/{z}/{x}/{y}.png", "not_https", ""), ("http://127.0.0.1.evil.example/{z}/{x}/{y}", "not_https", ""),
        ("https://me:pw@a/{z}/{x}/{y}", "password", ""), ("https://{z}.a/{z}/{x}/{y}", "host_varies", ""),
        ("https://a/{z}/{x}", "missing", "y"), ("https://a/map.png", "missing", "z"),
        ("https://a/{z}/{x}/{y}/{lang}", "unknown_name", "lang"), ("https://a/{z}/{x}/{-y}", "unknown_name", "-y"),
        ("https://a/{z}/{x}/{y}/{}", "unknown_name", "{}"), ("https://a/{z}/{x}/{y", "braces", ""),
        ("https://a/{z}/{x}/{y}?x={x}", "twice", ""), ("https://a/{z}/{x}/{y}?a=1&a=2", "twice", ""),
        ("https://a/{z}{x}/{y}", "joined", ""), ("https://a/k{key}/{z}/{x}/{y}", "joined", ""),
        ("https://a/{z}/{x}/{y}?q=z{r}", "mixed", "q"), ("https://a/{z}/{x}/{y}?apikey=123", "bare_key", "apikey"),
        ("https://a/{z}/{x}/{y}?access_token=123", "bare_key", "access_token"), ("https://a/{z}/{x}/{y}#top", "fragment", ""),
    ],
)  # fmt: skip
def test_what_cannot_or_should_not_be_asked_is_refused_with_its_reason(text: str, key: str, name: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse(text)
    assert (caught.value.key, caught.value.name) == (f"map_server.{key}", name)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["https://a/", "http://127.0.0.1/", ""]))
def test_any_text_is_taken_or_refused_and_never_leaves_a_secret_or_another_host(text: str, start: str) -> None:
    try:
        found = parse(start + text + "{z}/{x}/{y}")
    except TemplateError:
        return
    assert found.origin.startswith(("https://", "http://127.0.0.1"))
    assert found.path.startswith("/")
    path, _ = found.filled({"z": "1", "x": "2", "y": "3", "r": "", "key": "a/b?c#d e"})
    assert not set(path) & set("?# {}")


def test_a_key_in_a_path_stays_one_part_of_it() -> None:
    path, query = parse("https://a/{key}/{z}/{x}/{y}?k=1").filled(
        {"z": "1", "x": "2", "y": "3", "r": "", "key": "a/b c"}
    )
    assert (path, query) == ("/a%2Fb%20c/1/2/3", (("k", "1"),))


def test_a_source_is_remembered_whole_or_not_at_all() -> None:
    source = MapSource(SourceKind.SERVER, "https://a/{z}/{x}/{y}", "© A", 512, 18)
    assert Settings.from_dict(Settings(map_source=source).to_dict()).map_source == source
    good = Settings(map_source=source).to_dict()["map_source"]
    assert isinstance(good, dict)
    for name, wrong in (
        ("kind", "x"),
        ("template", 3),
        ("tile_size", 300),
        ("max_zoom", 99),
        ("max_zoom", True),
        ("more", 1),
    ):
        assert Settings.from_dict({"map_source": {**good, name: wrong}}).map_source == MapSource()
    assert Settings.from_dict({"map_source": "x"}).map_source == MapSource()


def test_only_bytes_that_begin_as_a_picture_are_one() -> None:
    assert is_picture(b"\x89PNG\r\n\x1a\nrest")
    assert is_picture(b"\xff\xd8\xff\xe0")
    assert is_picture(b"RIFF\x10\0\0\0WEBPVP8 ")
    assert not is_picture(b"RIFF\x10\0\0\0WAVEfmt ")
    assert not any(is_picture(one) for one in (b"", b"<html>", b"\x1f\x8b\x08", b"\x1a\x05\x0a"))


@given(st.floats(-LIMIT, LIMIT), st.floats(-180, 179.999))
def test_a_place_comes_back_from_the_projection(latitude: float, longitude: float) -> None:
    found = unproject(*project(latitude, longitude))
    assert found == pytest.approx((latitude, longitude), abs=1e-9)


def test_the_projections_edges() -> None:
    assert project(0, 0) == (0.5, 0.5)
    assert project(90, -180) == pytest.approx((0, 0), abs=1e-12)
    assert project(-90, 180) == pytest.approx((1, 1), abs=1e-12)
    assert unproject(1.25, 0.5) == pytest.approx((0, -90))
    assert unproject(-0.25, 0.5) == pytest.approx((0, 90))
    with pytest.raises(ValueError, match="not a number"):
        project(float("nan"), 0)
