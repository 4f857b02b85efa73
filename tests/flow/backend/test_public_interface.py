"""The public interface, asked what its clients send and what they would not: no 5xx, answers as documented, and a refused
request changes nothing.

What a refusal may change is in memory only and passes with time: wrong codes and passwords are counted, a challenge is
used up by its first proof, a captcha's letters by their first copy, a code of a sign-in by its first use.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend_process import Backend
from mock_backend.identity import public as identity
from mock_backend.porsche_system import public as porsche_system
from owner_client import CARS, EMAIL, GARAGE, PASSWORD, REDIRECT, Owner, SignIn, stage, until

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
DOCUMENTS = {"identity": identity.document, "porsche_system": porsche_system.document}
OPERATIONS = [
    pytest.param(party, operation.method.upper(), operation.path, id=f"{operation.method} {operation.path}")
    for party, module in (("identity", identity), ("porsche_system", porsche_system)) for operation in module.OPERATIONS
]  # fmt: skip
FEW, MANY = 8, 60
FIXED = "activity NOT LIKE '%.usage_statistics'"
"""Those go to the disk a little later; how many there are is asked of the backend itself."""


class Fuzzed:
    """A backend, a signed-in owner, and sign-ins at every step."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.owner = Owner(backend)
        self.command = str(self.owner.command("LOCK").json["status"]["id"])

    def content(self) -> tuple[str, int, Any]:
        """What the stores hold, and how the cars are; without the charge, which may grow meanwhile."""
        digest = hashlib.sha256()
        for file in sorted(self.backend.data_dir.glob("*.db")):
            database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
            query = (
                f"SELECT id, activity, subject, owner, tag, content, expires_at FROM record WHERE {FIXED} ORDER BY id"
            )
            digest.update(repr(database.execute(query).fetchall()).encode())
            database.close()
        cars = stage(self.backend, "GET", "/demo/state").json["vehicles"]
        cars = [{key: value for key, value in car.items() if key != "charge"} for car in cars]
        return digest.hexdigest(), int(stage(self.backend, "GET", "/demo/holdings").json["total"]), cars

    def at_rest(self) -> Any:
        """The content once the cars have said all they had to."""
        return until(lambda: (before := self.content()) == self.content() and before)

    def sign_in(self, step: int) -> SignIn:
        """One that has come so far: begun, named, with its password."""
        begun = SignIn(self.owner.identity)
        for go in (begun.authorize, begun.identifier, begun.password)[: step + 1]:
            assert go().status == 302
        return begun


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    with Backend(tmp_path_factory.mktemp("public")) as backend:
        yield Fuzzed(backend)
        log = (backend.data_dir / "stderr.log").read_text("utf-8")
    assert "Traceback" not in log


def test_every_public_route_is_described() -> None:
    root = Path(identity.__file__).resolve().parents[1]
    found = set()
    for file, names in (
        ("identity", {"PASSKEY": '"/u/passkey-enrollment"'}),
        ("porsche_system", {"PUBLIC": f'"{CARS}"'}),
    ):
        text = (root / file / "app.py").read_text("utf-8")
        for name, value in names.items():
            text = re.sub(rf"Route\({name}\b", f"Route({value}", text).replace('" + "', "")
        found |= set(re.findall(r'Route\("(/[^"]+)"', text))
    ours = re.compile(r"/(openapi|intake|\.well-known|app/companion)\b")
    described = {operation.path for module in (identity, porsche_system) for operation in module.OPERATIONS}
    assert {path for path in found if not ours.match(path)} == described


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("party", "method", "path"), OPERATIONS)
def test_a_route_keeps_what_is_written_of_it(fuzzed: Fuzzed, party: str, method: str, path: str) -> None:
    fuzz(fuzzed, party, method, path, FEW)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("party", "method", "path"), OPERATIONS)
def test_a_route_keeps_what_is_written_of_it_however_often_it_is_asked(
    fuzzed: Fuzzed, party: str, method: str, path: str
) -> None:
    fuzz(fuzzed, party, method, path, MANY)


def fuzz(fuzzed: Fuzzed, party: str, method: str, path: str, times: int) -> None:
    operation = schemathesis.openapi.from_dict(DOCUMENTS[party]())[path][method]
    origin = fuzzed.backend.parties[party]
    content = [fuzzed.at_rest()]
    modes = [schemathesis.GenerationMode.POSITIVE]
    modes += [schemathesis.GenerationMode.NEGATIVE] if operation.body or operation.query else []
    for mode in modes:

        @settings(
            max_examples=times, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(operation.as_strategy(generation_mode=mode), st.randoms(use_true_random=False))
        def ask_it(case: Any, draw: Any) -> None:
            # Headers that are no HTTP are refused before any route is asked.
            case.headers = {}
            headers = completed(fuzzed, case, draw) if party == "porsche_system" else taken_up(fuzzed, case, draw)
            content[0] = fuzzed.at_rest() if party == "identity" else content[0]
            response = case.call(base_url=origin, headers=headers, allow_redirects=False)
            case.validate_response(response, checks=CHECKS)
            if response.status_code >= 400:
                assert fuzzed.content() == content[0], (response.status_code, case.as_curl_command())
            else:
                content[0] = fuzzed.at_rest()

        ask_it()


def completed(fuzzed: Fuzzed, case: Any, draw: Any) -> dict[str, str]:
    """Mostly the owner's own cars and commands, and mostly signed in."""
    if "vin" in case.path_parameters and draw.random() < 0.9:
        case.path_parameters["vin"] = draw.choice(GARAGE)
    if "number" in case.path_parameters and draw.random() < 0.5:
        case.path_parameters |= {"vin": GARAGE[0], "number": fuzzed.command}
    return fuzzed.owner.headers if draw.random() < 0.9 else {}


def taken_up(fuzzed: Fuzzed, case: Any, draw: Any) -> dict[str, str]:
    """Mostly a sign-in that is under way, and often what its owner would fill in, whatever else is sent with it."""
    form = case.body if isinstance(case.body, dict) else {}
    if draw.random() < 0.2 or case.path == "/authorize":
        return {}
    fitting = {"username": EMAIL, "password": PASSWORD, "action": "abort-passkey-enrollment"}
    if case.path.startswith("/oauth"):
        tokens = SignIn(fuzzed.owner.identity).up_to_code()
        fitting = {"code": tokens.code, "code_verifier": tokens.verifier, "redirect_uri": REDIRECT}
        if form.get("grant_type") == "refresh_token" or "token" in form:
            refresh = tokens.token().json["refresh_token"]
            fitting = {"refresh_token": refresh, "token": refresh}
    form |= {name: value for name, value in fitting.items() if name in form and draw.random() < 0.6}
    if "state" not in (case.query or {}):
        return {}
    begun = fuzzed.sign_in(draw.randrange(3))
    case.query["state"] = begun.state
    if "state" in form:
        form["state"] = begun.state
    case.cookies = {}
    return {"Cookie": begun.cookie} if draw.random() < 0.9 else {}
