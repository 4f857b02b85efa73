from __future__ import annotations

import pytest

from companion.net.call import Call, Slot, dump, segment, write
from companion.net.door import serialise

AGENT = "companion/0"


def lines(call: Call, token: str | None = None, cookies: tuple[tuple[str, str], ...] = ()) -> list[bytes]:
    return serialise(write(call, "127.0.0.1:1", AGENT, token, cookies)).split(b"\r\n")


def test_a_read_is_request_line_and_headers_in_one_order() -> None:
    call = Call(
        "p", "GET", "/a", query=(("mf", "A B"), ("mf", "C&D")), headers=(("Last-Event-ID", "7"),), authorised=True
    )
    assert lines(call, "tok", (("sign_in", "c"),)) == [
        b"GET /a?mf=A+B&mf=C%26D HTTP/1.1", b"Host: 127.0.0.1:1", b"User-Agent: companion/0", b"Accept: application/json",
        b"Authorization: Bearer tok", b"Last-Event-ID: 7", b"Cookie: sign_in=c", b"", b"",
    ]  # fmt: skip


def test_a_form_is_escaped_and_its_length_told() -> None:
    assert lines(Call("p", "POST", "/a", form=(("e", "a@b.c"), ("p", "x y&z"))))[4:] == [
        b"Content-Type: application/x-www-form-urlencoded", b"Content-Length: 19", b"", b"e=a%40b.c&p=x+y%26z"
    ]  # fmt: skip


def test_json_has_no_spare_byte() -> None:
    call = Call("p", "POST", "/a", body={"key": "LOCK", "payload": {"spin": None}})
    assert lines(call)[-1] == b'{"key":"LOCK","payload":{"spin":null}}'
    assert dump({"a": "é", "b": [1, 2.5, True]}) == '{"a":"é","b":[1,2.5,true]}'.encode()


def test_chunks_are_framed_one_by_one() -> None:
    found = serialise(write(Call("p", "POST", "/a", chunks=(b"abc", b"defg")), "h", AGENT, None, ()))
    assert found.partition(b"\r\n\r\n")[2] == b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"


def test_an_open_slot_has_its_length_and_is_filled_where_it_stands() -> None:
    call = Call("p", "POST", "/a", query=(("state", Slot("state", 4)),), body={"payload": {"spin": {"hash": Slot("hash", 6)}}},
                cookies=(("sign_in", Slot("cookie.sign_in", 3)),))  # fmt: skip
    assert call.slots == {"state": 4, "hash": 6, "cookie.sign_in": 3}
    assert lines(call)[0] == b"POST /a?state=0000 HTTP/1.1"
    assert b'{"payload":{"spin":{"hash":"000000"}}}' in lines(call)
    filled = call.filled({"state": "abcd", "hash": "ABCDEF"})
    assert filled.slots == {"cookie.sign_in": 3}
    assert lines(filled)[0] == b"POST /a?state=abcd HTTP/1.1"
    assert b"Cookie: sign_in=000" in lines(filled)
    assert call.slots == {"state": 4, "hash": 6, "cookie.sign_in": 3}


def test_a_filled_call_is_otherwise_the_same() -> None:
    pairs = (("q", "1"),), (("H", "2"),), (("f", "3"),)
    call = Call("p", "POST", "/a", *pairs, None, None, (("c", "4"),), "text/html", True, "lock", "id")
    assert call.filled({}) == call


@pytest.mark.parametrize(
    ("value", "written"), [("a/b", "a%2Fb"), ("..", ".."), ("a?b#c", "a%3Fb%23c"), ("é %", "%C3%A9%20%25")]
)
def test_a_value_in_a_path_stays_one_segment(value: str, written: str) -> None:
    assert segment(value) == written


def test_what_is_not_json_is_a_mistake_of_the_code() -> None:
    with pytest.raises(TypeError):
        dump({"a": object()})
