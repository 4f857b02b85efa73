"""The golden exchanges of `exchanges.toml`, judged by both sides: neither may drift away from the wire alone."""

from __future__ import annotations

import contextlib
import json
import re
import tomllib
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backend_process import Backend
from companion.api.commands import CommandsApi
from companion.api.identity import IdentityApi
from companion.api.observer import ObserverApi
from companion.api.vehicles import VehiclesApi
from companion.errors import AnswerError, RefusedError
from companion.model.command import Phase
from companion.model.privacy import Outcome
from companion.net.auth import TokenBox
from companion.net.catalogue import Catalogue
from companion.net.client import Client
from companion.net.door import Answer, Door, Frozen
from companion.net.ledger import Ledger
from owner_client import VIN, Owner, proof, raw

EXCHANGES: dict[str, dict[str, Any]] = {
    row["id"]: row for row in tomllib.loads((Path(__file__).parent / "exchanges.toml").read_text("utf-8"))["exchange"]
}
SAMPLES = {"<text>": "00FF", "<time>": "2026-01-02T03:04:05+00:00", "<number>": 3}
CHALLENGE, TOKEN, REFRESH, TRACE = "AB" * 16, "a" * 43, "r" * 43, "ab" * 16


def request_of(name: str, values: Mapping[str, str]) -> bytes:
    """The golden request with the values of this run in it, as bytes."""
    text = EXCHANGES[name]["request"].removeprefix("\n")
    for key, value in values.items():
        text = text.replace(f"<{key}>", value)
    head, _, body = text.partition("\n\n")
    return f"{head}\n\n".replace("\n", "\r\n").encode() + body.encode()


def sample(pattern: Any) -> Any:
    """A value that a golden answer describes."""
    if isinstance(pattern, dict):
        return {key: sample(value) for key, value in pattern.items() if key != "..."}
    if isinstance(pattern, list):
        return [sample(value) for value in pattern if value != "..."]
    return SAMPLES.get(pattern, pattern) if isinstance(pattern, str) else pattern


def differences(pattern: Any, value: Any, place: str = "") -> Iterator[str]:
    """Where a value is not what a golden answer describes."""
    if isinstance(pattern, dict) and isinstance(value, dict):
        wanted = pattern.keys() - {"..."}
        yield from (f"{place}.{key} is missing" for key in wanted - value.keys())
        yield from (f"{place}.{key} is too much" for key in value.keys() - wanted if "..." not in pattern)
        for key in wanted & value.keys():
            yield from differences(pattern[key], value[key], f"{place}.{key}")
    elif isinstance(pattern, list) and isinstance(value, list):
        wanted_rows = [one for one in pattern if one != "..."]
        if len(value) < len(wanted_rows) or (len(value) > len(wanted_rows) and "..." not in pattern):
            yield f"{place} has {len(value)} elements"
        for number, (one, other) in enumerate(zip(wanted_rows, value, strict=False)):
            yield from differences(one, other, f"{place}[{number}]")
    elif not fits(pattern, value):
        yield f"{place} is {value!r}, not {pattern!r}"


def fits(pattern: Any, value: Any) -> bool:
    if pattern == "<text>":
        return isinstance(value, str) and bool(value)
    if pattern == "<number>":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if pattern == "<time>":
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    return type(pattern) is type(value) and bool(pattern == value)


# -- the app ----------------------------------------------------------------------------------------------------------


class GoldenDoor(Door):
    """Holds the bytes that would leave; gives the golden answers one after the other."""

    def __init__(self, tokens: TokenBox) -> None:
        clock: Any = type("Clock", (), {"demo_now": staticmethod(lambda: datetime.now(UTC))})
        origins = dict.fromkeys(("identity", "porsche_system", "console"), "http://127.0.0.1:1")
        super().__init__(Catalogue(), Ledger(None, lambda request: {}), origins, tokens, clock, "companion/0")
        self.sent: list[bytes] = []
        self.answers: list[str] = []

    async def send(self, frozen: Frozen, fills: Mapping[str, str] | None = None, exact: bool = True) -> Answer:
        self.sent.append(self._filled(frozen, fills or {}, exact).raw)
        golden = EXCHANGES[self.answers.pop(0)]
        content = sample(json.loads(golden["answer"]))
        if "data" in content:
            content = {"data": {"challenge": CHALLENGE}}
        return Answer(golden["status"], {}, json.dumps(content).encode(), self._entry(frozen, Outcome.DONE))


async def unlock(api: CommandsApi) -> Any:
    return await api.unlock(api.prepare_unlock(VIN, "press"), "1948")


async def wrong(api: CommandsApi) -> Any:
    with pytest.raises(RefusedError, match=r"code\.wrong") as caught:
        await api.unlock(api.prepare_unlock(VIN, "press"), "0000")
    return caught.value.param("tries")


CASES: dict[str, tuple[Callable[[Client], Awaitable[Any]], tuple[str, ...], Callable[[Any], bool]]] = {
    "list": (lambda c: VehiclesApi(c).list(), ("list",), lambda cars: [car.vin for car in cars] == [VIN]),
    "capabilities": (lambda c: VehiclesApi(c).capabilities(VIN), ("capabilities",), lambda found: "UNLOCK" in found),
    "lock": (lambda c: (a := CommandsApi(c)).run(a.prepare_lock(VIN, "press")), ("lock",), lambda r: r.phase is Phase.ACCEPTED),
    "flash": (lambda c: (a := CommandsApi(c)).run(a.prepare_honk_flash(VIN, "FLASH", "press")), ("flash",), bool),
    "horn": (
        lambda c: (a := CommandsApi(c)).run(a.prepare_honk_flash(VIN, "HONK_AND_FLASH", "press")), ("horn",), bool
    ),
    "unlock": (lambda c: unlock(CommandsApi(c)), ("challenge", "unlock"), lambda r: r.remote_id == "00FF"),
    "wrong_code": (lambda c: wrong(CommandsApi(c)), ("challenge", "wrong_code"), lambda tries: tries == "3"),
    "status": (
        lambda c: (a := CommandsApi(c)).status(a.prepare_status(VIN, "ODP-1", "press")), ("status",),
        lambda r: r.phase is Phase.DONE,
    ),
    "refresh": (lambda c: IdentityApi(c, c.tokens).renew(), ("refresh",), lambda nothing: nothing is None),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_app_writes_the_golden_request_and_takes_the_golden_answer(name: str, aio: Callable[..., Any]) -> None:
    do, steps, judge = CASES[name]
    tokens = TokenBox()
    tokens.put(TOKEN, 3600, REFRESH)
    door = GoldenDoor(tokens)
    door.answers = list(steps)
    assert judge(aio(do(Client(door, tokens))))
    values = {
        "host": "127.0.0.1:1", "token": TOKEN, "refresh": REFRESH, "challenge": CHALLENGE, "command": "ODP-1",
        "proof": proof("1948", CHALLENGE), "wrong_proof": proof("0000", CHALLENGE),
    }  # fmt: skip
    for step, sent in zip(steps, door.sent, strict=True):
        guard = re.search(rb"Idempotency-Key: ([0-9a-f-]{36})\r\n", sent)
        assert sent == request_of(step, {**values, "guard": guard[1].decode() if guard else ""})
    door.ledger.close()


@pytest.mark.parametrize("name", ["holdings", "edges"])
def test_the_apps_own_looks_are_golden_too(name: str, aio: Callable[..., Any]) -> None:
    tokens = TokenBox()
    tokens.put(TOKEN, 3600, REFRESH)
    door = GoldenDoor(tokens)
    door.answers = [name]
    # Which activities a row names is the backend's affair: here only the request is judged.
    with contextlib.suppress(AnswerError):
        aio(getattr(ObserverApi(Client(door, tokens)), name)([TRACE]))
    assert door.sent == [request_of(name, {"host": "127.0.0.1:1", "token": TOKEN, "trace": TRACE})]
    door.ledger.close()


# -- the backend ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXCHANGES)
def test_the_backend_takes_the_golden_request_and_gives_the_golden_answer(name: str, backend: Backend) -> None:
    owner = Owner(backend)
    golden = EXCHANGES[name]
    origin = backend.parties[golden.get("party", "porsche_system")]
    values = {
        "host": origin.partition("//")[2],
        "token": owner.access,
        "refresh": owner.refresh,
        "guard": str(uuid.uuid4()),
    }
    if name in ("unlock", "wrong_code"):
        values["challenge"] = challenge = owner.challenge()
        values |= {"proof": proof("1948", challenge), "wrong_proof": proof("0000", challenge)}
    if name in ("status", "holdings", "edges"):
        accepted = owner.command("LOCK")
        owner.ended(accepted)
        values |= {"command": accepted.json["status"]["id"], "trace": accepted.headers["traceresponse"].split("-")[1]}
    answer = raw(origin, request_of(name, values))
    assert answer.status == golden["status"]
    assert list(differences(json.loads(golden["answer"]), answer.json)) == []
    if name == "wrong_code":
        owner.ended(owner.unlock())


def test_the_judge_sees_what_is_missing_too_much_or_of_another_kind() -> None:
    pattern = {"a": "<number>", "b": [{"c": "<time>"}, "..."], "d": None, "e": True}
    good = {"a": 1, "b": [{"c": "2026-01-01T00:00:00Z"}, 7], "d": None, "e": True}
    assert list(differences(pattern, good)) == []
    for wrong in ({"a": "1"}, {"a": True}, {"b": []}, {"b": [{"c": "2026-01-01"}]}, {"d": 0}, {"e": 1}, {"f": 1}):
        assert len(list(differences(pattern, {**good, **wrong}))) == 1
    assert list(differences(pattern, {key: good[key] for key in "abd"})) == [".e is missing"]
