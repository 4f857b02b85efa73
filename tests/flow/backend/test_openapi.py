"""The documents of our own routes are complete and true: schemathesis asks every route what it says and what it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend_process import Backend
from owner_client import VIN, Owner, ask, stage

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ROUTES = re.compile(r'Route\((?:PICTURES \+ )?f?"(/(?:demo|observer|\.well-known|app/companion|tiles)[^"]*)"')


def test_every_route_of_ours_is_described(backend: Backend) -> None:
    described = set()
    for party in ("porsche_system", "map_provider", "console"):
        table = ask(backend.parties[party], "GET", "/openapi.json").json
        assert table["openapi"].startswith("3.1")
        described |= set(table["paths"])
    root = Path(__file__).resolve().parents[3] / "mock_backend"
    served = {path for file in ("console/app.py", "porsche_system/app.py", "providers/map_provider/app.py")
              for path in ROUTES.findall((root / file).read_text("utf-8"))}  # fmt: skip
    assert len(served) > 10
    for path in served:
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
        assert any(pattern.fullmatch(one) for one in described), path


def test_every_verb_of_a_car_and_every_fault_is_described(backend: Backend) -> None:
    table = ask(backend.parties["console"], "GET", "/openapi.json").json
    verbs = {path.rpartition("/")[2] for path in table["paths"] if path.startswith("/demo/vehicles/")}
    answer = stage(backend, "POST", "/demo/faults", {"kind": "unheard of"})
    kinds = set(answer.json["title"].partition("one of ")[2].rstrip(".").split(", "))
    described = {one["properties"]["kind"]["enum"][0] for one in table["components"]["schemas"].values()
                 if len(one.get("properties", {}).get("kind", {}).get("enum", ())) == 1}  # fmt: skip
    assert described == kinds
    assert {"open", "close", "plug", "unplug", "weather"} <= verbs


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with Backend(tmp_path_factory.mktemp("fuzzed")) as backend:
        yield backend


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("party", ["porsche_system", "map_provider", "console"])
def test_every_route_keeps_what_its_document_says(fuzzed: Backend, party: str) -> None:
    origin = fuzzed.parties[party]
    schema = schemathesis.openapi.from_dict(ask(origin, "GET", "/openapi.json").json)
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path.endswith("/events"):
            # A stream does not end by itself; its refusals are among the tests of events.
            continue
        # What went before may have ordered bad answers and ended sessions.
        stage(fuzzed, "POST", "/demo/faults", {"kind": "none"})
        token = Owner(fuzzed).access if operation.path.startswith("/observer") else fuzzed.console_token
        run(operation, origin, {"Authorization": f"Bearer {token}"}, fuzzed)
    assert "Traceback" not in (fuzzed.data_dir / "stderr.log").read_text("utf-8")


def run(operation: Any, origin: str, headers: dict[str, str], backend: Backend) -> None:
    """Valid requests and, where there is a body, broken ones; a refused one leaves the cars as they were."""
    modes = [schemathesis.GenerationMode.POSITIVE]
    modes += [schemathesis.GenerationMode.NEGATIVE] if operation.body else []
    fixed = {"vin": VIN} if "{vin}" in operation.path else None
    for mode in modes:

        @settings(
            max_examples=15, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(operation.as_strategy(generation_mode=mode, path_parameters=fixed))
        def ask_it(case: Any) -> None:
            before = cars(backend)
            response = case.call(base_url=origin, headers=headers)
            case.validate_response(response, checks=CHECKS)
            if response.status_code >= 400:
                assert cars(backend) == before, (case.method, case.path, case.body)

        ask_it()


def cars(backend: Backend) -> Any:
    """Without the charge, which may grow meanwhile."""
    rows = stage(backend, "GET", "/demo/state").json["vehicles"]
    return [{key: value for key, value in car.items() if key != "charge"} for car in rows]
