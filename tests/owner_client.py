"""What a person's app asks of a backend, with the standard library alone: shares no code with either side."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import json
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from backend_process import Backend

VIN, HYBRID, COMBUSTION = GARAGE = ("WP0ZZZY1ZSSA10001", "WP1ZZZ9YZSDA20002", "WP0ZZZ99ZSS230003")
EMAIL, PASSWORD, CODE = "owner@demo.example", "demo-drive", "1948"
CLIENT, REDIRECT = "a-client", "my-porsche-app://auth0/callback"
CARS = "/app/connect/v1/vehicles"
PASSKEY = "/u/passkey-enrollment"
EVENTS = "/app/companion/v1/events"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """Header names are lower-case; a repeated header has its last value."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def place(self) -> dict[str, str]:
        """The query of where a redirect points."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.headers["location"]).query).items()}


def ask(
    origin: str, method: str, target: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """One request over a connection of its own."""
    parts = urlsplit(origin)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    try:
        connection.putrequest(method, target, skip_host="Host" in (headers or {}), skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        if body is not None:
            connection.send(body)
        return _answer(connection.getresponse())
    finally:
        connection.close()


def stage(backend: Backend, method: str, target: str, body: Any = None, **more: str) -> Answer:
    """The stage's answer, refusals too; `more` are headers with `_` for `-`."""
    headers = {"Authorization": f"Bearer {backend.console_token}"}
    if body is not None:
        headers["Content-Type"] = JSON
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    return ask(backend.parties["console"], method, target, content, headers)


def raw(origin: str, data: bytes) -> Answer:
    """Bytes as they are, for what no library would send."""
    parts = urlsplit(origin)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), 10) as sock:
        with contextlib.suppress(ConnectionError):
            # An answer may come before all is sent.
            sock.sendall(data)
        with contextlib.closing(http.client.HTTPResponse(sock)) as response:
            response.begin()
            return _answer(response)


def _answer(response: http.client.HTTPResponse) -> Answer:
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


def until(true: Callable[[], Any], seconds: float = 10) -> Any:
    """The first true value; fails when it takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := true():
            return value
        time.sleep(0.01)
    raise AssertionError("did not happen")


def proof(code: str, challenge: str) -> str:
    return hashlib.sha512(bytes.fromhex(code + challenge)).hexdigest().upper()


class SignIn:
    """The five steps, one by one; `verifier` None leaves PKCE out, as older clients do."""

    def __init__(self, identity: str, verifier: str | None = "") -> None:
        self.identity = identity
        self.verifier = secrets.token_urlsafe(64) if verifier == "" else verifier
        self.state = self.cookie = self.code = ""

    def authorize(self, **more: str) -> Answer:
        query = {"response_type": "code", "client_id": CLIENT, "redirect_uri": REDIRECT, "state": "mine"}
        if self.verifier is not None:
            made = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")
            query |= {"code_challenge": made, "code_challenge_method": "S256"}
        answer = ask(self.identity, "GET", "/authorize?" + urlencode({**query, **more}))
        if answer.status == 302:
            self.state = answer.place["state"]
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer

    def identifier(self, email: str = EMAIL, **more: str) -> Answer:
        return self._step("/u/login/identifier", username=email, **more)

    def password(self, password: str = PASSWORD, email: str = EMAIL) -> Answer:
        return self._step("/u/login/password", username=email, password=password)

    def resume(self) -> Answer:
        answer = ask(self.identity, "GET", f"/authorize/resume?state={self.state}", headers={"Cookie": self.cookie})
        if answer.status == 302:
            self.code = answer.place.get("code", "")
        return answer

    def passkey(self) -> Answer:
        return ask(self.identity, "GET", f"{PASSKEY}?state={self.state}", headers={"Cookie": self.cookie})

    def no_passkey(self, action: str = "abort-passkey-enrollment") -> Answer:
        return self._step(PASSKEY, action=action)

    def token(self, **more: str) -> Answer:
        form = {"client_id": CLIENT, "grant_type": "authorization_code", "code": self.code, "redirect_uri": REDIRECT}
        if self.verifier is not None:
            form["code_verifier"] = self.verifier
        return post_form(self.identity, "/oauth/token", {**form, **more})

    def up_to_code(self) -> SignIn:
        assert self.authorize().status == 302
        assert self.identifier().status == 302
        assert self.password().status == 302
        assert self.resume().status == 302
        return self

    def _step(self, path: str, **form: str) -> Answer:
        target = f"{path}?state={self.state}"
        return post_form(self.identity, target, {"state": self.state, **form}, {"Cookie": self.cookie})


def post_form(origin: str, target: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
    return ask(origin, "POST", target, urlencode(form).encode(), {"Content-Type": FORM, **(headers or {})})


def refresh(identity: str, token: str) -> Answer:
    return post_form(
        identity, "/oauth/token", {"client_id": CLIENT, "grant_type": "refresh_token", "refresh_token": token}
    )


class Owner:
    """A signed-in person."""

    def __init__(self, backend: Backend) -> None:
        self.system = backend.parties["porsche_system"]
        self.identity = backend.parties["identity"]
        self.console = backend.parties["console"]
        tokens = SignIn(self.identity).up_to_code().token().json
        self.access: str = tokens["access_token"]
        self.refresh: str = tokens["refresh_token"]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"}

    def get(self, target: str, headers: Mapping[str, str] | None = None) -> Answer:
        return ask(self.system, "GET", target, headers={**self.headers, **(headers or {})})

    def post(self, target: str, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return ask(self.system, "POST", target, content, {"Content-Type": JSON, **self.headers, **(headers or {})})

    def overview(self, *keys: str, more: str = "", vin: str = VIN) -> dict[str, Any]:
        """Measurement -> value or, where it is disabled, the cause."""
        query = "&".join(f"mf={key}" for key in keys) + more
        rows = self.get(f"{CARS}/{vin}?{query}").json["measurements"]
        return {row["key"]: row["value"] if row["status"]["isEnabled"] else row["status"]["cause"] for row in rows}

    def look(self, times: int) -> None:
        """That many reads over one connection; each leaves a row of the usage statistics."""
        parts = urlsplit(self.system)
        with contextlib.closing(http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)) as connection:
            for _ in range(times):
                connection.request("GET", f"{CARS}/{VIN}?mf=MILEAGE", headers=self.headers)
                assert connection.getresponse().read()

    def command(self, key: str, spin: Any = None, guard: str | None = None) -> Answer:
        headers = {"Idempotency-Key": guard} if guard is not None else {}
        return self.post(f"{CARS}/{VIN}/commands", {"key": key, "payload": {"spin": spin}}, headers)

    def send(self, key: str, payload: Any, vin: str = VIN) -> Answer:
        return self.post(f"{CARS}/{vin}/commands", {"key": key, "payload": payload})

    def challenge(self) -> str:
        return str(self.command("SPIN_CHALLENGE").json["data"]["challenge"])

    def unlock(self, code: str = CODE, challenge: str | None = None, guard: str | None = None) -> Answer:
        challenge = challenge or self.challenge()
        return self.command("UNLOCK", {"challenge": challenge, "hash": proof(code, challenge)}, guard)

    def status(self, number: str, vin: str = VIN) -> dict[str, Any]:
        table: dict[str, Any] = self.get(f"{CARS}/{vin}/commands/{number}").json["status"]
        return table

    def ended(self, answer: Answer, vin: str = VIN) -> dict[str, Any]:
        """Waits for the end of an accepted command."""
        number = answer.json["status"]["id"]
        table: dict[str, Any] = until(lambda: (s := self.status(number, vin))["result"] != "ACCEPTED" and s)
        return table

    def observe(self, what: str, query: str = "") -> Answer:
        return ask(self.console, "GET", f"/observer/{what}{query}", headers=self.headers)

    def held(self, party: str) -> list[dict[str, Any]]:
        """Every row of the owner's at a party, page by page."""
        rows: list[dict[str, Any]] = []
        after = ""
        while after is not None:
            page = self.observe("holdings", f"?party={party}&after={after}").json
            rows, after = rows + page["rows"], page["next"]
        return rows

    def sign_out(self) -> Answer:
        return post_form(self.identity, "/oauth/revoke", {"client_id": CLIENT, "token": self.refresh})

    def listen(self, after: str | None = None) -> Stream:
        return Stream(self, after)


@dataclass(frozen=True, slots=True)
class Event:
    id: str | None
    kind: str
    data: Any


class Stream:
    """Server-sent events; reading waits at most ten seconds for each."""

    def __init__(self, owner: Owner, after: str | None) -> None:
        parts = urlsplit(owner.system)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
        headers = owner.headers | ({"Last-Event-ID": after} if after is not None else {})
        self._connection.request("GET", EVENTS, headers=headers)
        self.response = self._connection.getresponse()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.response.close()
        self._connection.close()

    def __iter__(self) -> Iterator[Event]:
        """Until the stream ends."""
        fields: dict[str, str] = {}
        while line := self.response.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if line != "\n":
                fields[name] = value
            elif "event" in fields:
                yield Event(fields.get("id"), fields["event"], json.loads(fields["data"]))
                fields = {}

    def next(self, kind: str) -> Event:
        return next(event for event in self if event.kind == kind)
