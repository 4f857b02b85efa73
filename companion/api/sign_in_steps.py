"""The requests of a sign-in, and what its pages hold."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from typing import Any

from companion.errors import SignInError
from companion.net.call import JSON, Call, Slot, Text

PARTY = "identity"
CLIENT_ID = "XhygisuebbrqQ80byOuU5VncxLIm8E6H"
REDIRECT_URI = "my-porsche-app://auth0/callback"
AUDIENCE = "https://api.porsche.com"
SCOPE = "openid offline_access vin cars"
"""The public client asks for 25 scopes; this app asks for what it uses."""
PAGE = "text/html"
RESUME, PASSKEY = "/authorize/resume", "/u/passkey-enrollment"
SCRIPT = "@auth0/auth0-acul-js@1.2.0"
"""What the page's own script calls itself when it declines."""
# Lengths that the maker's interface fills in later; a backend with others gets a new preview on the way.
STATE, CODE, COOKIE = 32, 43, 43
Pairs = Sequence[tuple[str, Text]]


def calls_of(
    email: str, password: str, state: str, challenge: str, verifier: str, action_id: str, letters: str | None = None
) -> tuple[Call, ...]:
    """The five requests, then two for a passkey's offer.

    Slots, filled by the server: `state`, `offered`, `cookie.sign_in`, `code`.
    """

    def ours(method: str, path: str, query: Pairs = (), form: Pairs | None = None, cookies: Pairs = ()) -> Call:
        accept = JSON if path == "/oauth/token" else PAGE
        return Call(
            PARTY, method, path, query=query, form=form, cookies=cookies, accept=accept, action="sign_in", action_id=action_id
        )  # fmt: skip

    open_state = ("state", Slot("state", STATE))
    cookie = (("sign_in", Slot("cookie.sign_in", COOKIE)),)
    query = (
        ("response_type", "code"), ("client_id", CLIENT_ID), ("redirect_uri", REDIRECT_URI), ("audience", AUDIENCE),
        ("scope", SCOPE), ("state", state), ("code_challenge", challenge), ("code_challenge_method", "S256"),
    )  # fmt: skip
    read = () if letters is None else (("captcha", letters),)
    identifier = (open_state, ("username", email), *read)
    login = (open_state, ("username", email), ("password", password))
    declined = (("state", Slot("offered", STATE)), ("action", "abort-passkey-enrollment"), ("acul-sdk", SCRIPT))
    code = (
        ("client_id", CLIENT_ID), ("grant_type", "authorization_code"), ("code", Slot("code", CODE)),
        ("redirect_uri", REDIRECT_URI), ("code_verifier", verifier),
    )  # fmt: skip
    return (
        ours("GET", "/authorize", query),
        ours("POST", "/u/login/identifier", (open_state,), identifier, cookie),
        ours("POST", "/u/login/password", (open_state,), login, cookie),
        ours("GET", RESUME, (open_state,), None, cookie),
        ours("POST", "/oauth/token", (), code, cookie),
        ours("GET", PASSKEY, (open_state,), None, cookie),
        ours("POST", PASSKEY, (open_state,), declined, cookie),
    )


_SCREEN = re.compile(rb'atob\("([A-Za-z0-9+/=]{1,400000})"')
_SOURCE = re.compile(rb"(data:image/(?:svg\+xml|png);base64,)([A-Za-z0-9+/=]{1,400000})")


def _context(page: bytes) -> Any:
    """What a page of the sign-in service gives its script, None if there is nothing; raises ValueError or RecursionError."""
    screen = _SCREEN.search(page)
    return None if screen is None else json.loads(base64.b64decode(screen[1], validate=True))


def offered(page: bytes) -> str:
    """The transaction that a page offers a passkey in. Raises SignInError."""
    try:
        state = _context(page)["transaction"]["state"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SignInError("sign_in.failed", step="passkey") from error
    if not isinstance(state, str) or not re.fullmatch("[!-~]+", state):
        raise SignInError("sign_in.failed", step="passkey")
    return state


def picture(page: bytes) -> bytes:
    """The picture in the sign-in service's page, in either of the two ways it is given there. Raises SignInError."""
    try:
        table = _context(page)
        if table is not None:
            page = str(table["screen"]["captcha"]["image"]).encode()
        source = _SOURCE.search(page)
        if source is None:
            raise ValueError("no picture")
        return base64.b64decode(source[2], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SignInError("sign_in.no_picture") from error
