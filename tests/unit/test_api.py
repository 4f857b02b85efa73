"""What `api` makes of answers: proofs, redirects, refusals, events."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.api import events
from companion.api.commands import CommandsApi, proof
from companion.api.discovery import safe_origin
from companion.api.identity import IdentityApi
from companion.errors import AccessError, AnswerError, CompanionError, DoorError, RefusedError, ServerError, SignInError
from companion.model.command import Phase
from companion.model.privacy import Outcome
from companion.net.auth import TokenBox
from companion.net.catalogue import Catalogue
from companion.net.client import Client, parse
from companion.net.door import Answer, Door, Frozen
from companion.net.ledger import Ledger

Aio = Callable[..., Any]
VIN = "WP0ZZZY1ZSSA10001"
STATE = "s" * 32
Given = tuple[int, Mapping[str, str], bytes]


class Answering(Door):
    """Sends nothing; gives the next of its answers, and holds what would have left."""

    def __init__(self, tokens: TokenBox) -> None:
        clock: Any = type("Clock", (), {"demo_now": staticmethod(lambda: datetime.now(UTC))})
        origins = dict.fromkeys(("identity", "porsche_system"), "http://127.0.0.1:9")
        super().__init__(Catalogue(), Ledger(None, lambda request: {}), origins, tokens, clock, "companion/0")
        self.answers: list[Given] = []
        self.sent: list[Frozen] = []

    async def send(self, frozen: Frozen, fills: Mapping[str, str] | None = None, exact: bool = True) -> Answer:
        self.sent.append(self._filled(frozen, fills or {}, exact))
        if frozen.call.path == "/authorize":
            self._jar("identity").set("sign_in", "c" * 43)
        status, headers, content = self.answers.pop(0)
        entry: Any = type("Entry", (), {"request": "r", "party": "p", "outcome": Outcome.DONE})
        return Answer(status, headers, content, entry)


@pytest.fixture
def tokens() -> TokenBox:
    tokens = TokenBox()
    tokens.put("a" * 43, 3600, "r" * 43)
    return tokens


@pytest.fixture
def door(tokens: TokenBox) -> Iterator[Answering]:
    door = Answering(tokens)
    yield door
    door.ledger.close()


def told(table: Any, status: int = 200) -> Given:
    return status, {}, json.dumps(table).encode()


def to(location: str, status: int = 302) -> Given:
    return status, {"location": location}, b""


# -- the security code ------------------------------------------------------------------------------------------------


def test_the_proof_is_that_of_the_published_vector() -> None:
    assert proof("1234", "ABCDEF0123456789") == (
        "1BBA1D16BAFCB2AFD1AD7E2C1A747906B79092DC97E625874CE9ACB1BB94C6DD"
        "1D3DE23DC1FA0D79C87E9A6F1A3DB21FED884886EFA7825B6B484B8265F0E0D0"
    )


def unlock(door: Answering, tokens: TokenBox, aio: Aio, *answers: Given) -> Any:
    api = CommandsApi(Client(door, tokens))
    door.answers = list(answers)
    return aio(api.unlock(api.prepare_unlock(VIN, "press"), "1948"))


def test_unlock_sends_the_proof_and_never_the_code(door: Answering, tokens: TokenBox, aio: Aio) -> None:
    challenge = "AB" * 16
    accepted = told({"status": {"id": "R", "result": "ACCEPTED"}})
    report = unlock(door, tokens, aio, told({"data": {"challenge": challenge}}), accepted)
    assert (report.remote_id, report.phase) == ("R", Phase.ACCEPTED)
    spin = json.loads(door.sent[1].raw.partition(b"\r\n\r\n")[2])["payload"]["spin"]
    assert spin == {"challenge": challenge, "hash": proof("1948", challenge)}
    assert not any(b"1948" in frozen.raw for frozen in door.sent)


@pytest.mark.parametrize(
    "table", [None, [], {}, {"data": None}, {"data": {}}, {"data": {"challenge": 7}}, {"data": {"challenge": "xyz"}}]
)
def test_a_challenge_that_is_none_stops_the_unlock_before_it(
    door: Answering, tokens: TokenBox, aio: Aio, table: Any
) -> None:
    with pytest.raises(AnswerError) as caught:
        unlock(door, tokens, aio, told(table))
    assert len(door.sent) == 1
    assert not caught.value.may_have_happened


def test_a_challenge_of_another_length_is_not_what_the_preview_showed(
    door: Answering, tokens: TokenBox, aio: Aio
) -> None:
    with pytest.raises(DoorError):
        unlock(door, tokens, aio, told({"data": {"challenge": "AB" * 17}}))
    assert len(door.sent) == 1


@pytest.mark.parametrize(
    ("body", "status", "key", "params"),
    [
        ({"message": "WRONG_SPIN", "remainingTries": 3}, 403, "code.wrong", {"tries": "3"}),
        ({"message": "WRONG_SPIN"}, 403, "code.wrong", {"tries": "?"}),
        ({"message": "SPIN_LOCKED", "retryAfterSeconds": 61}, 423, "code.locked", {"seconds": "61", "minutes": "2"}),
        (
            {"message": "SPIN_LOCKED", "retryAfterSeconds": "soon"},
            423,
            "code.locked",
            {"seconds": "900", "minutes": "15"},
        ),
        ({"message": "SPIN_LOCKED", "retryAfterSeconds": -5}, 423, "code.locked", {"seconds": "900", "minutes": "15"}),
        ({"message": "SPIN_LOCKED"}, 423, "code.locked", {"seconds": "900", "minutes": "15"}),
        ({"message": "CHALLENGE_EXPIRED"}, 409, "code.challenge_expired", {}),
        ({"message": ["WRONG_SPIN"]}, 403, "access.denied", {}),
    ],
)
def test_refusals_of_the_code_are_said_in_its_own_words(
    door: Answering, tokens: TokenBox, aio: Aio, body: Any, status: int, key: str, params: dict[str, str]
) -> None:
    with pytest.raises(CompanionError) as caught:
        unlock(door, tokens, aio, told({"data": {"challenge": "AB" * 16}}), told(body, status))
    assert caught.value.key == key
    assert dict(caught.value.params) == params


@pytest.mark.parametrize(
    "table",
    [None, 7, [], {}, {"status": None}, {"status": {}}, {"status": {"id": "R"}}, {"status": {"result": "DONE"}}],
)
def test_an_answer_to_a_command_that_cannot_be_read_leaves_it_unknown(
    door: Answering, tokens: TokenBox, aio: Aio, table: Any
) -> None:
    api = CommandsApi(Client(door, tokens))
    door.answers = [told(table)]
    with pytest.raises(AnswerError) as caught:
        aio(api.run(api.prepare_lock(VIN, "press")))
    assert caught.value.may_have_happened


def test_an_unknown_result_is_still_under_way(door: Answering, tokens: TokenBox, aio: Aio) -> None:
    api = CommandsApi(Client(door, tokens))
    door.answers = [told({"status": {"id": "R", "result": "THINKING"}})]
    assert aio(api.run(api.prepare_lock(VIN, "press"))).phase is Phase.ACCEPTED


# -- signing in -------------------------------------------------------------------------------------------------------


def sign_in(door: Answering, tokens: TokenBox, aio: Aio, *answers: Given, state: bool = True) -> None:
    tokens.clear()
    api = IdentityApi(Client(door, tokens), tokens)
    attempt = api.prepare("owner@demo.example", "demo-drive", "press")
    mine = attempt.state if state else "another"
    door.answers = [(s, {k: v.replace("MINE", mine) for k, v in h.items()}, b) for s, h, b in answers]
    aio(api.sign_in(attempt))


def offer(transaction: dict[str, str]) -> bytes:
    """A page that offers a passkey, as the maker's carries it."""
    return b'<script>atob("%b")</script>' % base64.b64encode(json.dumps({"transaction": transaction}).encode())


START, IDENTIFIED = to(f"/u/login/identifier?state={STATE}"), to(f"/u/login/password?state={STATE}")
SIGNED = to(f"/authorize/resume?state={STATE}")
BACK = to("my-porsche-app://auth0/callback?code=" + "k" * 43 + "&state=MINE")
OFFERED = to(f"/u/passkey-enrollment?state={STATE}")
TOKENS = told({"access_token": "new", "expires_in": 60, "refresh_token": "fresh"})


def test_five_steps_bring_the_tokens(door: Answering, tokens: TokenBox, aio: Aio) -> None:
    sign_in(door, tokens, aio, START, IDENTIFIED, SIGNED, BACK, TOKENS)
    assert (tokens.access_token, tokens.refresh_token) == ("new", "fresh")
    assert [frozen.attribution.problem for frozen in door.sent] == [None] * 5


@pytest.mark.parametrize("walk", [(SIGNED, OFFERED), (OFFERED,)], ids=["after the code page", "at once"])
def test_an_offered_passkey_is_declined_and_the_sign_in_goes_on(
    door: Answering, tokens: TokenBox, aio: Aio, walk: tuple[Given, ...]
) -> None:
    page = (200, {}, offer({"state": "t" * 32}))
    sign_in(door, tokens, aio, START, IDENTIFIED, *walk, page, SIGNED, BACK, TOKENS)
    assert tokens.access_token == "new"
    assert [frozen.attribution.problem for frozen in door.sent] == [None] * (6 + len(walk))
    (declined,) = [one for one in door.sent if one.call.path == "/u/passkey-enrollment" and one.call.method == "POST"]
    assert b"state=" + b"t" * 32 in declined.raw.partition(b"\r\n\r\n")[2]


def test_a_server_that_leads_in_a_circle_is_left(door: Answering, tokens: TokenBox, aio: Aio) -> None:
    with pytest.raises(SignInError):
        sign_in(door, tokens, aio, START, IDENTIFIED, *[SIGNED] * 30)
    assert len(door.sent) < 20


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/u/login/identifier?state=" + STATE,
        "http://127.0.0.1:9.evil.example/?state=" + STATE,
        "//evil.example/?state=" + STATE,
        "http://127.0.0.1:10/?state=" + STATE,
        "https://127.0.0.1:9/?state=" + STATE,
    ],
)
def test_a_redirect_to_another_origin_is_not_followed(
    door: Answering, tokens: TokenBox, aio: Aio, location: str
) -> None:
    for before in ([], [START, IDENTIFIED]):
        door.sent.clear()
        with pytest.raises(DoorError):
            sign_in(door, tokens, aio, *before, to(location))
        assert len(door.sent) == len(before) + 1
        assert tokens.access_token == ""


def test_a_redirect_to_its_own_full_address_is_its_own(door: Answering, tokens: TokenBox, aio: Aio) -> None:
    full = to(f"http://127.0.0.1:9/u/login/identifier?state={STATE}")
    sign_in(door, tokens, aio, full, IDENTIFIED, SIGNED, BACK, TOKENS)
    assert tokens.access_token == "new"


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ([told({}, 200)], "sign_in.failed"),
        ([to("")], "sign_in.failed"),
        ([to("/u/login/identifier")], "sign_in.failed"),
        ([to(f"/u/login/identifier?state={STATE}&state=b")], "sign_in.failed"),
        ([START, (401, {}, b"")], "sign_in.wrong_credentials"),
        ([START, (400, {}, b"")], "sign_in.no_picture"),
        ([START, (400, {}, b'<p>atob("e30=")</p>')], "sign_in.no_picture"),
        (
            [START, (400, {}, b'<img alt="captcha" src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=">')],
            "sign_in.captcha",
        ),
        ([START, IDENTIFIED, (400, {}, b"")], "sign_in.wrong_credentials"),
        ([START, IDENTIFIED, (403, {}, b"")], "sign_in.refused"),
        ([START, IDENTIFIED, OFFERED, (403, {}, b"")], "sign_in.failed"),
        ([START, IDENTIFIED, OFFERED, (200, {}, b"<p>no offer</p>")], "sign_in.failed"),
        ([START, IDENTIFIED, OFFERED, (200, {}, offer({"state": "a b"}))], "sign_in.failed"),
        ([START, IDENTIFIED, to("/u/never-heard-of?state=" + STATE)], "sign_in.failed"),
        ([START, IDENTIFIED, SIGNED, to("my-porsche-app://auth0/callback?state=MINE")], "sign_in.failed"),
        ([START, IDENTIFIED, SIGNED, to("my-porsche-app://auth0/callback?code=k&state=other")], "sign_in.failed"),
        ([START, IDENTIFIED, SIGNED, BACK, told({"error": "invalid_grant"}, 403)], "sign_in.failed"),
    ],
)
def test_each_step_that_fails_ends_the_sign_in_and_says_how(
    door: Answering, tokens: TokenBox, aio: Aio, answers: list[Given], key: str
) -> None:
    with pytest.raises(SignInError) as caught:
        sign_in(door, tokens, aio, *answers)
    assert caught.value.key == key
    assert len(door.sent) == len(answers)
    assert (tokens.access_token, tokens.refresh_token) == ("", "")


@pytest.mark.parametrize(
    "table",
    [None, [], {}, {"access_token": "a"}, {"access_token": 7, "expires_in": 60}, {"access_token": "a\r\nX: y", "expires_in": 60},
     {"access_token": "a", "expires_in": "soon"}, {"access_token": "a", "expires_in": 60, "refresh_token": 7},
     {"access_token": "", "expires_in": 60}],
)  # fmt: skip
def test_tokens_that_are_none_are_not_taken(door: Answering, tokens: TokenBox, aio: Aio, table: Any) -> None:
    with pytest.raises(AnswerError):
        sign_in(door, tokens, aio, START, IDENTIFIED, SIGNED, BACK, told(table))
    assert (tokens.access_token, tokens.refresh_token) == ("", "")


def test_a_server_that_cannot_is_no_wrong_password(door: Answering, tokens: TokenBox, aio: Aio) -> None:
    with pytest.raises(ServerError):
        sign_in(door, tokens, aio, START, (503, {}, b""))


def test_a_refused_renewal_ends_the_session(door: Answering, tokens: TokenBox, aio: Aio) -> None:
    door.answers = [told({"error": "invalid_grant"}, 403)]
    with pytest.raises(AccessError):
        aio(IdentityApi(Client(door, tokens), tokens).renew())
    assert (tokens.access_token, tokens.refresh_token) == ("", "")


# -- events and answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "data"),
    [("clock", "{}"), ("clock", '{"now": 7}'), ("clock", "null"), ("vehicle", "[]"),
     ("vehicle", '{"vin": "a", "measurements": 7}'),
     ("command", '{"vin": "a"}'), ("command", '{"vin": "a", "result": "DONE", "id": 1, "at": "?"}'), ("plant", "{}"),
     ("message", "{}"), ("message", '{"kind": ["charging_started"]}'), ("message", '{"kind": "charging_started", "vin": "a"}'),
     ("clock", "{"), ("clock", "[" * 100_000), ("clock", '{"now": "a", "now": "b"}')],
)  # fmt: skip
def test_an_event_that_cannot_be_read_is_an_answer_error(kind: str, data: str) -> None:
    with pytest.raises(AnswerError):
        events.read(kind, data)


def test_an_event_of_a_later_version_is_passed_over() -> None:
    assert events.read("fireworks", "{}") is None


def test_a_commands_event_has_reason_and_part() -> None:
    details = {"reason": "DOOR_OPEN", "part": "DOOR_REAR_LEFT"}
    event = events.read("command", json.dumps({"vin": VIN, "id": "R", "result": "error", "details": details}))
    assert isinstance(event, events.CommandTold)
    assert (event.report.phase, event.report.reason) == (Phase.FAILED, "car.door_open")
    assert event.report.params == (("part", "door_rear_left"),)


EVENT_KINDS = ("clock", "vehicle", "command", "plant", "reset", "message", "other")
EVENT_NAMES = (
    "now", "vin", "measurements", "id", "result", "details", "at", "field", "value", "kind", "values", "reason", "service",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(EVENT_KINDS), st.text(max_size=60) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(EVENT_NAMES), inner, max_size=6
    ),
    max_leaves=8,
).map(json.dumps))  # fmt: skip
def test_any_event_is_read_or_refused(kind: str, data: str) -> None:
    with contextlib.suppress(AnswerError):
        events.read(kind, data)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"<html>", b"\xff", '{"a": 1}'.encode("utf-16"), b"[" * 100_000,
     b'"' + b"x" * 5_000_000 + b'"'],
    ids=["empty", "cut", "html", "not utf-8", "utf-16", "deep", "huge"],
)  # fmt: skip
def test_content_that_is_not_the_jsons_we_take_is_malformed(content: bytes) -> None:
    with pytest.raises(AnswerError):
        parse(content)


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    assert parse(b'{"a": 1, "b": 2, "a": 3}') == {"a": 3, "b": 2}


@pytest.mark.parametrize(
    "url", ["http://192.168.0.1", "ftp://127.0.0.1", "http://127.0.0.1:1/path", "http://u@127.0.0.1", "http://", "127.0.0.1:1",
            "http://127.0.0.1.evil.example", "http://127.0.0.1?x=1"],
)  # fmt: skip
def test_only_loopback_may_be_spoken_to_in_clear(url: str) -> None:
    with pytest.raises(ValueError, match="not"):
        safe_origin(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1/", "https://cars.example"])
def test_a_safe_origin_is_taken_without_its_slash(url: str) -> None:
    assert safe_origin(url) == url.rstrip("/")


def test_a_refusal_tells_what_the_receiver_said(door: Answering, tokens: TokenBox, aio: Aio) -> None:
    api = CommandsApi(Client(door, tokens))
    door.answers = [told({"message": "NOT_SUPPORTED"}, 400)]
    with pytest.raises(RefusedError) as caught:
        aio(api.run(api.prepare_lock(VIN, "press")))
    assert caught.value.detail == {"message": "NOT_SUPPORTED"}
    assert not caught.value.may_have_happened
