"""Signing in: OAuth 2 authorisation code with PKCE, identifier first; renewing; signing out."""

from __future__ import annotations

import base64
import hashlib
import math
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from companion.api.sign_in_steps import CLIENT_ID, PARTY, PASSKEY, REDIRECT_URI, RESUME, calls_of, offered, picture
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
from companion.net.call import Call
from companion.net.client import UNREADABLE, Client, parse, refusal
from companion.net.door import Answer, Frozen

HOPS = 10
"""As often the server may lead on after the password."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One prepared sign-in: its requests as frozen bytes, and the values drawn for it.

    Five requests, or four where the letters of a picture continue an earlier attempt (`transaction`).
    `offer` is what a passkey's offer takes, if there is one: to look at the page, and to decline.
    """

    steps: tuple[Frozen, ...]
    offer: tuple[Call, Call]
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
        calls = calls_of(email, password, state, challenge, verifier, action_id, letters.text if letters else None)
        *walk, look, decline = calls[1:] if letters else calls
        steps = tuple(self._client.freeze(call) for call in walk)
        return Attempt(steps, (look, decline), state, verifier, letters.transaction if letters else "")

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
                raise CaptchaNeeded(picture(answer.content), fills["state"])
            self._accepted(answer, wrong=(401,))
            answer = await self._step(password, fills)
            self._accepted(answer, wrong=(400, 401))
            query = await self._follow(*self._redirect(answer), resume, attempt.offer)
        if _one(query, "state") != attempt.state:
            raise SignInError("sign_in.failed", step="state")
        await self._take(await self._step(token, {"code": _one(query, "code")}))

    async def _follow(
        self, path: str, query: dict[str, list[str]], resume: Frozen, offer: tuple[Call, Call]
    ) -> dict[str, list[str]]:
        """Where the server leads on after the password, past any offer of a passkey, to the code."""
        ahead: Frozen | None = resume
        for _ in range(HOPS):
            if "code" in query:
                return query
            if path == RESUME:
                answer = await self._step(ahead or self._client.freeze(resume.call), {"state": _one(query, "state")})
                ahead = None
            elif path == PASSKEY:
                answer = await self._decline(_one(query, "state"), *offer)
            else:
                break
            path, query = self._redirect(answer)
        raise SignInError("sign_in.failed", step="redirect")

    async def _decline(self, state: str, look: Call, decline: Call) -> Answer:
        """The offer of a passkey: its page names the transaction, and the answer to it is no."""
        page = await self._step(self._client.freeze(look), {"state": state})
        if page.status != 200:
            raise SignInError("sign_in.failed", step="passkey", status=page.status)
        fills = {"state": state, "offered": offered(page.content)}
        return await self._step(self._client.freeze(decline), fills)

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
        try:
            url = urlsplit(location)
        except ValueError as error:
            raise SignInError("sign_in.failed", step="redirect") from error
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
        except UNREADABLE as error:
            raise AnswerError("answer.malformed") from error
        if not _is_token(access) or not math.isfinite(seconds) or not (refresh is None or _is_token(refresh)):
            raise AnswerError("answer.malformed")
        self._tokens.put(access, seconds, refresh)


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
