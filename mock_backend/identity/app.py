"""The sign-in server: authorisation code with PKCE, identifier first, as the public client walks it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from mock_backend.clock import Clock
from mock_backend.faults import Faults
from mock_backend.identity import captcha
from mock_backend.identity.accounts import Accounts, Grant, digest
from mock_backend.identity.ending import Ending
from mock_backend.vault import Vault
from mock_backend.web import Refused, application, read_form, same, trace_of, traced

REDIRECT_URI = "my-porsche-app://auth0/callback"
LIFE = 600.0
"""Seconds that a started sign-in, or its code, may take."""
COOKIE = "sign_in"
PASSKEY = "/u/passkey-enrollment"
_S256 = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(slots=True)
class Transaction:
    """A sign-in under way; in memory, gone when it is over."""

    guard: str
    client_state: str
    challenge: str
    ends: float
    email: str = ""
    account: str = ""
    captcha: str = ""
    """The letters that are to be copied; empty while none are wanted."""
    is_passkey_declined: bool = False


class Identity:
    def __init__(self, accounts: Accounts, vault: Vault, clock: Clock, faults: Faults) -> None:
        self._accounts = accounts
        self._vault = vault
        self._clock = clock
        self._faults = faults
        self._open: dict[str, Transaction] = {}
        self._codes: dict[str, Transaction] = {}
        self.last_captcha = ""
        """For demo staff, who may be scripts."""
        self.on_ended: Callable[[str | None], None] = lambda account: None
        self.ending = Ending(accounts, clock)
        self.ending.on_ended = self._end

    def app(self) -> Starlette:
        routes = [
            Route("/authorize", self.authorize),
            Route("/u/login/identifier", self.identifier, methods=["POST"]),
            Route("/u/login/password", self.password, methods=["POST"]),
            Route(PASSKEY, self.passkey),
            Route(PASSKEY, self.no_passkey, methods=["POST"]),
            Route("/authorize/resume", self.resume),
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/oauth/revoke", self.revoke, methods=["POST"]),
            Route("/app/companion/v1/account", self.ending.handle, methods=["DELETE"]),
            Route("/openapi.json", self.openapi),
        ]
        return application(routes)

    async def authorize(self, request: Request) -> Response:
        query = request.query_params
        if (
            query.get("response_type") != "code"
            or query.get("redirect_uri") != REDIRECT_URI
            or not query.get("client_id")
        ):
            raise Refused(400, "response_type, client_id or redirect_uri is missing or wrong.")
        challenge = query.get("code_challenge", "")
        if challenge and (query.get("code_challenge_method") != "S256" or not _S256.fullmatch(challenge)):
            raise Refused(400, "code_challenge must be S256.")
        with self._vault.handling("product.sign_in", "sign-in"):
            self._forget_old()
            number, guard = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
            ends = self._clock.session() + LIFE
            self._open[number] = Transaction(guard, query.get("state", ""), challenge, ends)
            answer = RedirectResponse(f"/u/login/identifier?state={number}", 302)
            answer.set_cookie(COOKIE, guard, max_age=int(LIFE), httponly=True, samesite="lax")
            return traced(request, answer)

    async def identifier(self, request: Request) -> Response:
        if (bad := await self._faults.answer("identifier")) is not None:
            return traced(request, bad)
        form, transaction, number = await self._step(request, "username")
        if self._faults.captcha and not captcha.matches(form.get("captcha", ""), transaction.captcha):
            # A new picture each time: the letters of the last one are worth nothing any more.
            transaction.captcha = self.last_captcha = captcha.new_text()
            return traced(request, HTMLResponse(captcha.page(transaction.captcha), 400))
        transaction.captcha = ""
        transaction.email = form["username"]
        if self._accounts.by_email(transaction.email) is None:
            return traced(request, HTMLResponse("<p>Unknown user</p>", 401))
        return traced(request, RedirectResponse(f"/u/login/password?state={number}", 302))

    async def password(self, request: Request) -> Response:
        """400 means a wrong password, and nothing else does: clients say so to their owner."""
        if (bad := await self._faults.answer("password")) is not None:
            return traced(request, bad)
        form, transaction, number = await self._step(request, "username", "password")
        if form["username"] != transaction.email:
            raise Refused(422, "The user name differs from that of the first step.")
        account = self._accounts.check(form["username"], form["password"])
        if account is None:
            return traced(request, HTMLResponse("<p>Wrong e-mail or password</p>", 400))
        transaction.account = account
        return traced(request, RedirectResponse(f"/authorize/resume?state={number}", 302))

    async def passkey(self, request: Request) -> Response:
        """The offer of a passkey, as the maker's page carries it: a context that its script decodes."""
        _, number = self._signed_in(request, request.query_params.get("state", ""))
        context = {"transaction": {"state": number}, "untrustedData": {"submittedFormData": {}}}
        encoded = base64.b64encode(json.dumps(context).encode()).decode()
        return traced(request, HTMLResponse(f'<script>const context = JSON.parse(atob("{encoded}"));</script>'))

    async def no_passkey(self, request: Request) -> Response:
        form, transaction, number = await self._step(request, "action")
        self._signed_in(request, number)
        if form["action"] != "abort-passkey-enrollment":
            raise Refused(422, "There are no passkeys here; action must be abort-passkey-enrollment.")
        transaction.is_passkey_declined = True
        return traced(request, RedirectResponse(f"/authorize/resume?state={number}", 302))

    async def resume(self, request: Request) -> Response:
        transaction, number = self._signed_in(request, request.query_params.get("state", ""))
        # Older clients, known by having no challenge, cannot pass the offer.
        if self._faults.passkey and transaction.challenge and not transaction.is_passkey_declined:
            return traced(request, RedirectResponse(f"{PASSKEY}?state={number}", 302))
        del self._open[number]
        code = secrets.token_urlsafe(32)
        self._codes[digest(code)] = transaction
        query = urlencode({"code": code, "state": transaction.client_state})
        answer = RedirectResponse(f"{REDIRECT_URI}?{query}", 302)
        return traced(request, answer)

    async def token(self, request: Request) -> Response:
        if (bad := await self._faults.answer("token")) is not None:
            return traced(request, bad)
        form = await read_form(request)
        if not form.get("client_id"):
            raise _oauth(400, "invalid_request", "client_id is missing.")
        if form.get("grant_type") == "authorization_code":
            grant = self._by_code(form, trace_of(request))
        elif form.get("grant_type") == "refresh_token":
            renewed = self._accounts.renew(form.get("refresh_token", ""))
            if renewed is None:
                raise _oauth(403, "invalid_grant", "The refresh token is not known or was used.")
            grant = renewed
        else:
            raise _oauth(400, "unsupported_grant_type", "grant_type must be authorization_code or refresh_token.")
        return traced(request, _granted(grant))

    async def revoke(self, request: Request) -> Response:
        form = await read_form(request)
        if not form.get("client_id") or not form.get("token"):
            raise _oauth(400, "invalid_request", "client_id and token are needed.")
        account = self._accounts.revoke(form["token"])
        if account is not None:
            self.on_ended(account)
        return traced(request, JSONResponse({}))

    async def openapi(self, request: Request) -> Response:
        from mock_backend.identity.openapi import document

        return JSONResponse(document())

    def _end(self, account: str) -> None:
        """An account that is going: its sign-ins under way, and whatever listens."""
        self._open = {key: one for key, one in self._open.items() if one.account != account}
        self._codes = {key: one for key, one in self._codes.items() if one.account != account}
        self.on_ended(account)

    async def _step(self, request: Request, *fields: str) -> tuple[dict[str, str], Transaction, str]:
        form = await read_form(request)
        for name in ("state", *fields):
            if not form.get(name):
                raise Refused(422, f"Missing field: {name}.")
        if request.query_params.get("state") != form["state"]:
            raise Refused(422, "The state in address and form differ.")
        transaction, number = self._find(request, form["state"])
        return form, transaction, number

    def _find(self, request: Request, number: str) -> tuple[Transaction, str]:
        """The transaction, if the same client goes on with it."""
        transaction = self._open.get(number)
        if transaction is None or transaction.ends < self._clock.session():
            raise Refused(410, "This sign-in is not known or took too long; start again.")
        if not same(request.cookies.get(COOKIE, ""), transaction.guard):
            raise Refused(403, "This sign-in was started by another client.")
        return transaction, number

    def _signed_in(self, request: Request, number: str) -> tuple[Transaction, str]:
        transaction, number = self._find(request, number)
        if not transaction.account:
            raise Refused(403, "The password is still missing.")
        return transaction, number

    def _by_code(self, form: dict[str, str], trace: str) -> Grant:
        transaction = self._codes.pop(digest(form.get("code", "")), None)
        if transaction is None or transaction.ends < self._clock.session():
            raise _oauth(403, "invalid_grant", "The code is not known, was used or is too old.")
        verifier = form.get("code_verifier", "").encode()
        made = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).decode().rstrip("=")
        if transaction.challenge and not same(made, transaction.challenge):
            raise _oauth(403, "invalid_grant", "code_verifier does not fit.")
        if form.get("redirect_uri") != REDIRECT_URI:
            raise _oauth(400, "invalid_request", "redirect_uri differs.")
        return self._accounts.open(transaction.account, trace)

    def _forget_old(self) -> None:
        now = self._clock.session()
        self._open = {key: one for key, one in self._open.items() if one.ends > now}
        self._codes = {key: one for key, one in self._codes.items() if one.ends > now}


def _granted(grant: Grant) -> JSONResponse:
    content = {
        "access_token": grant.access_token, "refresh_token": grant.refresh_token, "expires_in": grant.expires_in,
        "token_type": "Bearer", "scope": "openid offline_access",
    }  # fmt: skip
    return JSONResponse(content, headers={"cache-control": "no-store"})


def _oauth(status: int, error: str, text: str) -> Refused:
    return Refused(status, text, body={"error": error, "error_description": text})
