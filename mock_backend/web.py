"""Reading requests and answering them: precise errors, JSON only, one trace a request."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from mock_backend.wire import new_trace

MAX_BODY = 256 * 1024
PROBLEM = "application/problem+json"
_TRACE = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"[0-9]{1,15}")


class Refused(Exception):
    """An answer other than 2xx. `body` is the public interface's shape; without it a problem document is sent, with `more`."""

    def __init__(
        self, status: int, title: str, *, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(title)
        self.status = status
        self.title = title
        self.body = body
        self.headers = dict(headers or {})
        self.more = dict(more or {})


class Json(JSONResponse):
    """The same bytes, sooner: an answer with all of a car is a few thousand of them."""

    def render(self, content: Any) -> bytes:
        return msgspec.json.encode(content)


def problem(
    status: int, title: str, headers: Mapping[str, str] | None = None, more: Mapping[str, str] | None = None
) -> JSONResponse:
    """An RFC 9457 problem document."""
    content = {"type": "about:blank", "title": title, "status": status, **(more or {})}
    return JSONResponse(content, status, headers=dict(headers or {}), media_type=PROBLEM)


async def on_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if error.body is not None:
        return JSONResponse(dict(error.body), error.status, headers=error.headers)
    return problem(error.status, error.title, error.headers, error.more)


async def on_http(request: Request, error: Exception) -> Response:
    """Routes and methods that there are not."""
    assert isinstance(error, HTTPException)
    return problem(error.status_code, f"{error.detail}.", error.headers)


def application(routes: Sequence[BaseRoute]) -> Starlette:
    """A party's routes; addresses are taken as they are, never redirected to a likely one."""
    app = Starlette(routes=routes, exception_handlers={Refused: on_refused, HTTPException: on_http})
    app.router.redirect_slashes = False
    return app


async def read_json(request: Request, *fields: str, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """The body's object with exactly these fields. Raises Refused 400, 413, 415."""
    table = await read_object(request)
    check_fields(table, fields, optional)
    return table


async def read_object(request: Request) -> dict[str, Any]:
    """An object with whatever fields; who takes it checks them."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "The body must be application/json.")
    try:
        table = json.loads((await read_body(request)).decode("utf-8"), object_pairs_hook=_unique)
        # What cannot be written back cannot be kept either: NaN, endless numbers, halves of characters.
        json.dumps(table, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeError as error:
        raise Refused(400, "The body is not text.") from error
    except (ValueError, RecursionError) as error:
        raise Refused(400, f"The body is not JSON: {error}.") from error
    if not isinstance(table, dict):
        raise Refused(400, "The body must be a JSON object.")
    return table


def check_fields(table: Mapping[str, Any], fields: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    missing = [name for name in fields if name not in table]
    extra = [name for name in table if name not in fields and name not in optional]
    if missing:
        raise Refused(400, f"Missing field: {missing[0]}.")
    if extra:
        raise Refused(400, f"Unknown field: {extra[0]}.")


async def read_form(request: Request) -> dict[str, str]:
    """A form's fields, each once. Raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise Refused(415, "The body must be a form.")
    try:
        pairs = parse_qsl((await read_body(request)).decode("ascii"), keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        raise Refused(400, "The form cannot be read.") from error
    if len(dict(pairs)) != len(pairs):
        raise Refused(400, "A field of the form comes twice.")
    return dict(pairs)


async def read_body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise Refused(413, "The body is too large.")
    return body


def bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else ""


def same(given: str, wanted: str) -> bool:
    """Compares secrets in a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def whole(text: str, name: str) -> int:
    """A number in an address or a header. Raises Refused."""
    if not _NUMBER.fullmatch(text):
        raise Refused(400, f"{name} must be a number.")
    return int(text)


def trace_of(request: Request) -> str:
    """The trace of this request: of the edge it came by, or a new one that the answer tells."""
    parts = request.headers.get("traceparent", "").split("-")
    if len(parts) == 4 and _TRACE.fullmatch(parts[1]):
        return parts[1]
    if not hasattr(request.state, "trace"):
        request.state.trace = new_trace()
    trace: str = request.state.trace
    return trace


def traced(request: Request, response: Response) -> Response:
    response.headers["traceresponse"] = f"00-{trace_of(request)}-{new_trace()[-16:]}-01"
    return response


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key comes twice")
    return table
