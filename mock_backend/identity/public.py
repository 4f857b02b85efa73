"""The sign-in as an OpenAPI document: nobody is served it; it says what the routes keep to."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from mock_backend import describe
from mock_backend.describe import PROBLEM, Operation, Problem, parameter
from mock_backend.identity.app import PASSKEY, REDIRECT_URI

Word = Annotated[str, Meta(min_length=1)]
PAGE = "text/html"


class Identifier(Struct):
    state: Word
    username: Word


class Password(Identifier):
    password: Word


class NoPasskey(Struct):
    state: Word
    action: Literal["abort-passkey-enrollment"]


class Code(Struct, tag_field="grant_type", tag="authorization_code"):
    client_id: Word
    code: Word
    redirect_uri: Literal[REDIRECT_URI]  # type: ignore[valid-type]
    code_verifier: str = ""


class Refresh(Struct, tag_field="grant_type", tag="refresh_token"):
    client_id: Word
    refresh_token: Word


class Revocation(Struct):
    client_id: Word
    token: Word


class Grant(Struct):
    access_token: Word
    refresh_token: Word
    expires_in: Annotated[int, Meta(ge=1)]
    token_type: Literal["Bearer"]
    scope: str


class Nothing(Struct, forbid_unknown_fields=True):
    pass


class OAuthError(Struct):
    error: str
    error_description: str


STATE = parameter("state", "query", True)
COOKIE = parameter("sign_in", "cookie", True)
ASKED = (
    parameter("response_type", "query", True, const="code"), parameter("client_id", "query", True, minLength=1),
    parameter("redirect_uri", "query", True, const=REDIRECT_URI), parameter("state", "query"),
    parameter("code_challenge", "query", pattern="^[A-Za-z0-9_-]{43}$"),
    parameter("code_challenge_method", "query", const="S256"),
)  # fmt: skip
STEP = (403, 410, 415, 422)
FORM = "application/x-www-form-urlencoded"
REFUSED: dict[str, Any] = {PROBLEM: Problem, PAGE: None}
OAUTH: dict[str, Any] = {PROBLEM: Problem, "application/json": OAuthError}


def _step(path: str, summary: str, body: Any, *more: int) -> Operation:
    """A page that was filled in."""
    return Operation(
        "post", path, summary, None, body, (400, 413, *more, *STEP), (STATE, COOKIE), secured=False, status=302, media=FORM,
        refused=REFUSED,
    )  # fmt: skip


def _page(path: str, summary: str, answer: str | None = None) -> Operation:
    """A page of a sign-in under way, or where it goes on."""
    status = 302 if answer is None else 200
    return Operation(
        "get", path, summary, answer, refusals=(403, 410), parameters=(STATE, COOKIE), secured=False, status=status,
        refused=REFUSED,
    )  # fmt: skip


def _oauth(path: str, summary: str, answer: Any, body: Any, *refusals: int) -> Operation:
    return Operation(
        "post", path, summary, answer, body, (400, 413, 415, *refusals), secured=False, media=FORM, refused=OAUTH
    )


OPERATIONS = (
    Operation(
        "get", "/authorize", "Begins a sign-in", None, refusals=(400,), parameters=ASKED, secured=False, status=302,
        refused=REFUSED,
    ),
    _step("/u/login/identifier", "Who; 400 shows a picture to copy", Identifier, 401),
    _step("/u/login/password", "The password; 400: it is wrong", Password),
    _page(PASSKEY, "The offer of a passkey", PAGE),
    _step(PASSKEY, "No passkey", NoPasskey),
    _page("/authorize/resume", "Ends a sign-in with a code"),
    _oauth("/oauth/token", "Tokens for a code or for a refresh token", Grant, Code | Refresh, 403),
    _oauth("/oauth/revoke", "Ends a session", Nothing, Revocation),
)  # fmt: skip


def document() -> dict[str, Any]:
    return describe.document("The public interface: sign-in", OPERATIONS)
