from __future__ import annotations

import base64
import json
import re

import pytest

from backend_process import Backend
from owner_client import (
    CARS,
    CLIENT,
    Answer,
    Owner,
    SignIn,
    ask,
    post_form,
    refresh,
)


@pytest.fixture
def sign_in(backend: Backend) -> SignIn:
    return SignIn(backend.parties["identity"])


@pytest.fixture
def owner(backend: Backend) -> Owner:
    """One of this test alone, as sessions are ended here."""
    return Owner(backend)


def test_identifier_then_password_then_code_then_tokens(sign_in: SignIn) -> None:
    started = sign_in.authorize()
    assert started.status == 302
    assert started.headers["location"].startswith("/u/login/identifier?state=")
    assert sign_in.identifier().headers["location"] == f"/u/login/password?state={sign_in.state}"
    assert sign_in.password().headers["location"] == f"/authorize/resume?state={sign_in.state}"
    assert sign_in.resume().place["state"] == "mine"
    tokens = sign_in.token()
    assert tokens.status == 200
    assert tokens.headers["cache-control"] == "no-store"
    assert {"access_token", "refresh_token", "expires_in"} <= tokens.json.keys()


def test_the_sign_in_cookie_cannot_be_read_by_scripts_and_has_no_date(sign_in: SignIn) -> None:
    cookie = sign_in.authorize().headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "max-age" in cookie
    assert "expires" not in cookie


def test_a_client_without_pkce_may_sign_in(backend: Backend) -> None:
    assert SignIn(backend.parties["identity"], verifier=None).up_to_code().token().status == 200


def test_a_wrong_verifier_gets_no_token_and_burns_the_code(sign_in: SignIn) -> None:
    sign_in.up_to_code()
    assert sign_in.token(code_verifier="x" * 86).status == 403
    assert sign_in.token().json["error"] == "invalid_grant"


def test_a_missing_verifier_gets_no_token(sign_in: SignIn) -> None:
    sign_in.up_to_code()
    sign_in.verifier = None
    assert sign_in.token().status == 403


def test_a_code_is_used_once(sign_in: SignIn) -> None:
    sign_in.up_to_code()
    assert sign_in.token().status == 200
    assert sign_in.token().status == 403


def test_a_code_is_bound_to_its_redirect(sign_in: SignIn) -> None:
    assert sign_in.up_to_code().token(redirect_uri="https://elsewhere.example/").status == 400


def test_another_client_cannot_go_on_with_a_sign_in(sign_in: SignIn) -> None:
    sign_in.authorize()
    sign_in.cookie = "sign_in=" + "A" * 43
    assert sign_in.identifier().status == 403
    sign_in.cookie = "other=1"
    assert sign_in.password().status == 403
    assert sign_in.resume().status == 403


def test_a_cookie_that_is_not_ascii_is_refused(sign_in: SignIn) -> None:
    sign_in.authorize()
    answer = post_form(
        sign_in.identity, f"/u/login/identifier?state={sign_in.state}", {"state": sign_in.state, "username": "a"},
        {"Cookie": "sign_in=\xe9"},
    )  # fmt: skip
    assert answer.status == 403


def test_an_unknown_sign_in_is_gone(sign_in: SignIn) -> None:
    sign_in.authorize()
    sign_in.state = "unknown"
    assert sign_in.identifier().status == 410


def test_an_unknown_e_mail_is_401(sign_in: SignIn) -> None:
    sign_in.authorize()
    assert sign_in.identifier("nobody@demo.example").status == 401


def test_a_wrong_password_is_400_and_may_be_tried_again(sign_in: SignIn) -> None:
    sign_in.authorize()
    sign_in.identifier()
    assert sign_in.password("demo-walk").status == 400
    assert sign_in.resume().status == 403
    assert sign_in.password().status == 302


def test_the_password_step_wants_the_same_e_mail(sign_in: SignIn) -> None:
    sign_in.authorize()
    assert sign_in.password().status == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"response_type": "token"},
        {"client_id": ""},
        {"redirect_uri": "https://elsewhere.example/"},
        {"code_challenge": "short"},
        {"code_challenge_method": "plain"},
    ],
)
def test_a_wrong_start_is_400_and_never_a_redirect(sign_in: SignIn, wrong: dict[str, str]) -> None:
    assert sign_in.authorize(**wrong).status == 400


def test_state_in_address_and_form_must_agree(sign_in: SignIn) -> None:
    sign_in.authorize()
    form = {"state": "other", "username": "owner@demo.example"}
    target = f"/u/login/identifier?state={sign_in.state}"
    assert post_form(sign_in.identity, target, form, {"Cookie": sign_in.cookie}).status == 422


def test_tokens_never_repeat(backend: Backend) -> None:
    one, two = Owner(backend), Owner(backend)
    assert len({one.access, two.access, one.refresh, two.refresh}) == 4


def test_a_refresh_token_rotates_and_the_used_one_is_refused(owner: Owner) -> None:
    fresh = refresh(owner.identity, owner.refresh).json
    assert fresh["refresh_token"] != owner.refresh
    assert refresh(owner.identity, owner.refresh).status == 403
    assert owner.get(CARS).status == 401
    owner.access = fresh["access_token"]
    assert owner.get(CARS).status == 200
    assert refresh(owner.identity, fresh["refresh_token"]).status == 200


def test_an_access_token_is_no_refresh_token(owner: Owner) -> None:
    assert refresh(owner.identity, owner.access).status == 403


def test_a_token_request_needs_client_and_a_known_grant(owner: Owner) -> None:
    assert post_form(owner.identity, "/oauth/token", {"grant_type": "refresh_token"}).status == 400
    answer = post_form(owner.identity, "/oauth/token", {"client_id": CLIENT, "grant_type": "password"})
    assert answer.json["error"] == "unsupported_grant_type"


def test_signing_out_ends_tokens_and_the_event_stream(owner: Owner) -> None:
    with owner.listen() as stream:
        stream.next("clock")
        assert owner.sign_out().status == 200
        assert [event.kind for event in stream if event.kind != "vehicle"] == []
    assert owner.get(CARS).status == 401
    assert refresh(owner.identity, owner.refresh).status == 403
    assert owner.sign_out().status == 200


def test_signing_out_with_the_access_token_ends_the_session_too(owner: Owner) -> None:
    assert post_form(owner.identity, "/oauth/revoke", {"client_id": CLIENT, "token": owner.access}).status == 200
    assert refresh(owner.identity, owner.refresh).status == 403


def test_without_a_token_nothing_is_told(backend: Backend) -> None:
    system = backend.parties["porsche_system"]
    for target in (CARS, f"{CARS}/WP0ZZZY1ZSSA10001", "/app/companion/v1/events"):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic b3duZXI6"}):
            assert ask(system, "GET", target, headers=headers).status == 401


def test_nothing_secret_is_on_disk_in_clear(shared_backend: Backend, owner: Owner) -> None:
    """Only hashes of passwords and tokens; logs hold no addresses."""
    files = [file.read_bytes() for file in shared_backend.data_dir.iterdir() if file.is_file()]
    for secret in (owner.access, owner.refresh, "demo-drive"):
        assert not any(secret.encode() in content for content in files)
    log = (shared_backend.data_dir / "stderr.log").read_text("utf-8")
    assert not re.search(r"WP0ZZZY|/vehicles|Traceback", log)


# -- what demo staff can put in the way ---------------------------------------------------------------------------------


def picture(answer: Answer) -> str:
    """The captcha of a refused step, found as clients find it."""
    found = re.search(r'<img alt="captcha" src="data:image/svg\+xml;base64,([^",]+)">', answer.content.decode())
    assert found
    return base64.b64decode(found[1]).decode()


def letters(backend: Backend) -> str:
    """What a person would read off the picture."""
    return str(backend.stage("GET", "/demo/state")["captcha"])


def test_a_captcha_is_asked_for_with_the_same_state_until_it_is_right(backend: Backend, sign_in: SignIn) -> None:
    backend.stage("POST", "/demo/faults", {"kind": "captcha"})
    sign_in.authorize()
    first = sign_in.identifier()
    assert first.status == 400
    assert 'width="150" height="50"' in picture(first)
    old = letters(backend)
    wrong = sign_in.identifier(captcha="0O1I0")
    assert wrong.status == 400
    assert picture(wrong) != picture(first)
    # The letters of a picture that was answered wrongly are worth nothing.
    assert old == letters(backend) or sign_in.identifier(captcha=old).status == 400
    assert sign_in.identifier(captcha=f" {letters(backend).lower()} ").status == 302
    assert sign_in.password().status == 302
    assert sign_in.resume().status == 302
    assert sign_in.token().status == 200


def test_no_captcha_is_asked_for_unless_ordered(sign_in: SignIn) -> None:
    sign_in.authorize()
    assert sign_in.identifier(captcha="WHATEVER").status == 302


def test_a_captcha_of_another_sign_in_is_worth_nothing(backend: Backend, sign_in: SignIn) -> None:
    backend.stage("POST", "/demo/faults", {"kind": "captcha"})
    sign_in.authorize()
    sign_in.identifier()
    other = SignIn(sign_in.identity)
    other.authorize()
    assert other.identifier(captcha=letters(backend)).status == 400


def test_a_passkey_is_offered_once_and_may_be_declined(backend: Backend, sign_in: SignIn) -> None:
    backend.stage("POST", "/demo/faults", {"kind": "passkey"})
    sign_in.authorize()
    sign_in.identifier()
    sign_in.password()
    offered = sign_in.resume()
    assert (offered.status, sign_in.code) == (302, "")
    assert offered.headers["location"].startswith("/u/passkey-enrollment?state=")
    page = sign_in.passkey()
    context = json.loads(base64.b64decode(re.findall(r'atob\("([^"]+)"\)', page.content.decode())[0]))
    assert (page.status, context["transaction"]) == (200, {"state": sign_in.state})
    assert sign_in.no_passkey("enroll").status == 422
    assert sign_in.no_passkey().status == 302
    assert sign_in.resume().place["code"]
    assert sign_in.token().status == 200


def test_a_passkey_is_not_offered_to_clients_that_cannot_pass_it(backend: Backend) -> None:
    backend.stage("POST", "/demo/faults", {"kind": "passkey"})
    assert SignIn(backend.parties["identity"], None).up_to_code().code


def test_the_passkey_page_is_no_way_around_the_password(backend: Backend, sign_in: SignIn) -> None:
    backend.stage("POST", "/demo/faults", {"kind": "passkey"})
    sign_in.authorize()
    sign_in.identifier()
    assert sign_in.passkey().status == 403
    assert sign_in.no_passkey().status == 403
    assert sign_in.resume().status == 403


@pytest.mark.parametrize("route", ["identifier", "password"])
def test_an_unwell_sign_in_is_never_called_a_wrong_password(backend: Backend, sign_in: SignIn, route: str) -> None:
    sign_in.authorize()
    backend.stage("POST", "/demo/faults", {"kind": "answer", "route": route, "mode": "status", "value": 503})
    statuses = [sign_in.identifier().status, sign_in.password().status]
    assert 503 in statuses
    assert not {400, 401} & set(statuses)
