"""Signing in: OAuth 2 authorisation code with PKCE, identifier first; renewing; signing out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from companion.errors import (
    AccessError,
    AnswerError,
    CaptchaNeeded,
    CompanionError,
    DoorError,
    ServerError,
    SignInError,
)
from companion.net.auth import TokenBox
from companion.net.call import JSON, Call, Slot, Text
from companion.net.client import Client, parse, refusal
from companion.net.door import Answer, Frozen

PARTY = "identity"
CLIENT_ID = "XhygisuebbrqQ80byOuU5VncxLIm8E6H"
REDIRECT_URI = "my-porsche-app://auth0/callback"
AUDIENCE = "https://api.porsche.com"
SCOPE = "openid offline_access vin cars"
"""The public client asks for 25 scopes; this app asks for what it uses."""
PAGE = "text/html"
# Lengths that the maker's interface fills in later; a backend with others gets a new preview on the way.
STATE, CODE, COOKIE = 32, 43, 43
Pairs = Sequence[tuple[str, Text]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One prepared sign-in: its requests as frozen bytes, and the values drawn for it.

    Five requests, or four where the letters of a picture continue an earlier attempt (`transaction`).
    """

    steps: tuple[Frozen, ...]
    state: str
    verifier: str
    transaction: str = ""


@dataclass(frozen=True, slots=True)
class Letters:
    """What was read from the picture that an earlier attempt ended with."""

    text: str
    attempt: Attempt
    transaction: str


class IdentityApi:
    def __init__(self, client: Client, tokens: TokenBox) -> None:
        self._client = client
        self._tokens = tokens

    # -- sign in ------------------------------------------------------------------------------------------------

    def prepare(self, email: str, password: str, action_id: str, letters: Letters | None = None) -> Attempt:
        """Freezes a whole sign-in, or the rest of one; what the server will give stands open."""
        verifier = letters.attempt.verifier if letters else secrets.token_urlsafe(64)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        state = letters.attempt.state if letters else secrets.token_urlsafe(16)
        calls = _calls(email, password, state, challenge, verifier, action_id, letters.text if letters else None)
        steps = tuple(self._client.freeze(call) for call in (calls[1:] if letters else calls))
        return Attempt(steps, state, verifier, letters.transaction if letters else "")

    async def sign_in(self, attempt: Attempt) -> None:
        """Puts the tokens into the box. Raises CaptchaNeeded, SignInError, NetworkError, DoorError."""
        try:
            await self._walk(attempt)
        except CaptchaNeeded:
            # The attempt goes on with the letters, and so does its cookie.
            raise
        except BaseException:
            self._client.door.forget_cookies()
            raise
        # The cookie belonged to this one attempt: the next begins without, and a renewal does not need it.
        self._client.door.forget_cookies()

    def forget_attempt(self) -> None:
        """An attempt that waits for letters is given up."""
        self._client.door.forget_cookies()

    async def _walk(self, attempt: Attempt) -> None:
        *start, identifier, password, resume, token = attempt.steps
        query = {"state": [attempt.transaction]}
        if start:
            query = self._redirect(await self._step(start[0], {}))[1]
        if "code" not in query:
            fills = {"state": _one(query, "state")}
            answer = await self._step(identifier, fills)
            if answer.status == 400:
                raise CaptchaNeeded(_picture(answer.content), fills["state"])
            self._accepted(answer, wrong=(401,))
            answer = await self._step(password, fills)
            self._accepted(answer, wrong=(400, 401))
            path, query = self._redirect(answer)
            if path != "/authorize/resume":
                raise SignInError("sign_in.failed", step="password")
            query = self._redirect(await self._step(resume, {"state": _one(query, "state")}))[1]
        if _one(query, "state") != attempt.state:
            raise SignInError("sign_in.failed", step="state")
        await self._take(await self._step(token, {"code": _one(query, "code")}))

    async def _step(self, frozen: Frozen, fills: Mapping[str, str]) -> Answer:
        answer = await self._client.door.send(frozen, fills, exact=False)
        if answer.status >= 500 or answer.status == 429:
            raise _refused(answer)
        return answer

    @staticmethod
    def _accepted(answer: Answer, wrong: tuple[int, ...]) -> None:
        if answer.status in wrong:
            raise SignInError("sign_in.wrong_credentials")
        if answer.status >= 400:
            raise SignInError("sign_in.refused", status=answer.status)

    def _redirect(self, answer: Answer) -> tuple[str, dict[str, list[str]]]:
        """Path and query of where the server points; other origins than the party's own are refused."""
        location = answer.headers.get("location", "")
        if answer.status not in (302, 303, 307) or not location:
            raise SignInError("sign_in.failed", step=answer.entry.request, status=answer.status)
        url = urlsplit(location)
        own = self._client.door.origins[PARTY]
        if url.netloc and f"{url.scheme}://{url.netloc}" != own.rstrip("/") and url.scheme + ":" != REDIRECT_URI[:15]:
            raise DoorError("door.undeclared", field="redirect")
        return url.path, parse_qs(url.query)

    # -- afterwards ---------------------------------------------------------------------------------------------

    async def renew(self) -> None:
        """A new access token from the refresh token. Raises AccessError when the session is over."""
        held = self._tokens.refresh_token
        if not held:
            raise AccessError("access.signed_out")
        form = (("client_id", CLIENT_ID), ("grant_type", "refresh_token"), ("refresh_token", held))
        answer = await self._client.door.send(self._client.freeze(Call(PARTY, "POST", "/oauth/token", form=form)))
        if self._tokens.refresh_token != held:
            # Signed out while the answer was on its way: it must not bring the session back.
            raise AccessError("access.signed_out")
        if answer.status in (400, 401, 403):
            self._tokens.clear()
            raise AccessError("access.signed_out")
        await self._take(answer)

    def prepare_sign_out(self, action_id: str) -> Frozen:
        form = (("client_id", CLIENT_ID), ("token", self._tokens.refresh_token))
        return self._client.freeze(
            Call(PARTY, "POST", "/oauth/revoke", form=form, action="sign_out", action_id=action_id)
        )

    async def sign_out(self, frozen: Frozen) -> None:
        """Ends the session at the server; the tokens here go in any case."""
        try:
            answer = await self._client.door.send(frozen)
            if answer.status >= 400:
                raise refusal(answer)
        finally:
            self._tokens.clear()
            self._client.door.forget_cookies()

    async def _take(self, answer: Answer) -> None:
        if not 200 <= answer.status < 300:
            error = _refused(answer)
            raise error if error.temporary else SignInError("sign_in.failed", step="token", status=answer.status)
        table = parse(answer.content)
        try:
            access, seconds = table["access_token"], float(table["expires_in"])
            refresh = table.get("refresh_token")
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise AnswerError("answer.malformed") from error
        if not _is_token(access) or not (refresh is None or _is_token(refresh)):
            raise AnswerError("answer.malformed")
        self._tokens.put(access, seconds, refresh)


_SCREEN = re.compile(rb'atob\("([A-Za-z0-9+/=]{1,400000})"')
_SOURCE = re.compile(rb'(data:image/(?:svg\+xml|png);base64,)([A-Za-z0-9+/=]{1,400000})')


def _picture(page: bytes) -> bytes:
    """The picture in the sign-in service's page, in either of the two ways it is given there. Raises SignInError."""
    try:
        screen = _SCREEN.search(page)
        if screen is not None:
            table = json.loads(base64.b64decode(screen[1], validate=True))
            page = str(table["screen"]["captcha"]["image"]).encode()
        source = _SOURCE.search(page)
        if source is None:
            raise ValueError("no picture")
        return base64.b64decode(source[2], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SignInError("sign_in.no_picture") from error


def _calls(
    email: str, password: str, state: str, challenge: str, verifier: str, action_id: str, letters: str | None = None
) -> tuple[Call, ...]:
    """The five requests; slots `state`, `cookie.sign_in` and `code` come from the server."""

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
    code = (
        ("client_id", CLIENT_ID), ("grant_type", "authorization_code"), ("code", Slot("code", CODE)),
        ("redirect_uri", REDIRECT_URI), ("code_verifier", verifier),
    )  # fmt: skip
    return (
        ours("GET", "/authorize", query),
        ours("POST", "/u/login/identifier", (open_state,), identifier, cookie),
        ours("POST", "/u/login/password", (open_state,), login, cookie),
        ours("GET", "/authorize/resume", (open_state,), None, cookie),
        ours("POST", "/oauth/token", (), code, cookie),
    )


def _refused(answer: Answer) -> CompanionError:
    """No car is behind the sign-in server: its 504 is its own."""
    if answer.status in (408, 504):
        return ServerError("server.error", status=answer.status)
    return refusal(answer)


def _is_token(value: object) -> bool:
    """Printable ASCII: it becomes part of a header."""
    return isinstance(value, str) and re.fullmatch("[!-~]+", value) is not None


def _one(query: dict[str, list[str]], name: str) -> str:
    values = query.get(name, [])
    if len(values) != 1:
        raise SignInError("sign_in.failed", step=name)
    return values[0]
