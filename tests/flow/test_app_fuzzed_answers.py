"""Damaged answers, thousands of kinds of them: the app goes on, knows what it knew or something whole, and says what failed."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import tomllib
import types
import typing
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import qasync
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app_driver import Driver, running
from backend_process import ROOT, Backend
from companion.api.events import LEVELS
from companion.core import commands, effort, observe
from companion.core.happenings import BackendFound, VehicleRead
from companion.model.command import Kind, Phase
from companion.model.privacy import Outcome, Transmission
from companion.model.state import Reading, SignInStage, State
from companion.model.vehicle import Vehicle
from damage import BOMB, JSON_HEADERS, STREAM_HEADERS, Answer, Relay, answers, deep, relaying, streams, write

often = pytest.mark.parametrize("times", [1, pytest.param(10, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
KNOWN_KEYS = tomllib.loads((ROOT / "resources/text/en.toml").read_text("utf-8"))["notice"]
ALWAYS = ("keep", "events")
"""Tasks of the app that have no end."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with Backend(tmp_path_factory.mktemp("backend")) as backend:
        yield backend


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, "SETTLING", (0.0,))
    monkeypatch.setattr(effort, "WAITS", (0.002,))
    monkeypatch.setattr(effort, "LONGEST", 0.002)


def known(relay: Relay) -> dict[str, str]:
    """The one address that the app is told; it asks there for the others."""
    return {"porsche_system": relay.origins["porsche_system"]}


@pytest.fixture(scope="module")
def golden(shared: Backend, qloop: qasync.QEventLoop, tmp_path_factory: pytest.TempPathFactory) -> Relay:
    """A relay that saw every good answer once."""

    async def record() -> Relay:
        folder = tmp_path_factory.mktemp("golden")
        async with relaying(shared.parties) as relay, running(folder, known(relay)) as driver:
            await driver.sign_in()
            for kind in (Kind.LOCK, Kind.UNLOCK, Kind.FLASH, Kind.HORN):
                await driver.command(kind)
            driver.app.context.tokens._ends = 0.0
            await driver.read("read_current")
            driver.session.look_at_privacy()
            driver.session.take_receipt()
            driver.session.look_into_car()
            await driver.until(lambda s: s.receipts and s.today.read_at and s.in_car.switches)
            await quiet(driver)
            return relay

    return qloop.run_until_complete(asyncio.wait_for(record(), 4))


@pytest.fixture
def fuzz(shared: Backend, golden: Relay, tmp_path: Path, qloop: qasync.QEventLoop, aio: Any) -> Callable[..., None]:
    """`fuzz(strategy, examples, body)`: one signed-in app, and each damaged answer after the other."""

    def run(strategy: st.SearchStrategy[Any], examples: int, body: Callable[..., Coroutine[Any, Any, None]]) -> None:
        holder: dict[str, Any] = {}

        async def begin() -> None:
            holder["relay"] = relaying(shared.parties)
            relay = await holder["relay"].__aenter__()
            holder["app"] = running(tmp_path / "app", known(relay))
            driver = await holder["app"].__aenter__()
            await driver.sign_in()
            await quiet(driver)
            holder["given"] = (driver, relay, Watch(driver))

        async def end() -> None:
            try:
                await holder["app"].__aexit__(None, None, None)
            finally:
                await holder["relay"].__aexit__(None, None, None)

        @settings(
            max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )  # fmt: skip
        @given(strategy)
        def examples_of(damaged: Any) -> None:
            with the_apps_stack():
                qloop.run_until_complete(in_time(body(*holder["given"], damaged), holder["given"][0]))

        qloop.run_until_complete(asyncio.wait_for(begin(), 4))
        try:
            examples_of()
        finally:
            SOUND.clear()
            qloop.run_until_complete(asyncio.wait_for(end(), 4))

    return run


async def in_time(work: Coroutine[Any, Any, None], driver: Driver) -> None:
    # In a task of its own and shielded: on Python 3.13 a limit around the task itself ended one that was not late.
    try:
        await asyncio.wait_for(asyncio.shield(asyncio.ensure_future(work)), 10)
    except TimeoutError:
        raise AssertionError(driver._where()) from None


@contextmanager
def the_apps_stack() -> Iterator[None]:
    """Hypothesis lets its tests go deeper than a program may."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)


# -- what has to be so after every answer ---------------------------------------------------------------------------


class Watch:
    """Every entry of the ledger as it stands, and everything that was said since `begin`."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self.entries: dict[str, Transmission] = {}
        told = driver.app.door.on_entry
        self._said = len(driver.said)

        def on_entry(entry: Transmission) -> None:
            self.entries[entry.id] = entry
            told(entry)

        driver.app.door.on_entry = on_entry

    def begin(self) -> State:
        self.entries.clear()
        self._driver.failures.clear()
        self._said = len(self._driver.said)
        return self._driver.state

    @property
    def said(self) -> list[str]:
        return [one.key for one in self._driver.said[self._said :]]

    async def settled(self) -> None:
        """Nothing is under way; nothing broke; whatever is on screen can be shown, and is of the kind that it is said to be."""
        driver = self._driver
        await quiet(driver)
        assert driver.failures == []
        assert [one.path for one in self.entries.values() if one.outcome is Outcome.SENDING] == []
        assert [key for key in self.said if not has_words(key)] == []
        assert list(mistyped(driver.state, State)) == []


async def quiet(driver: Driver) -> None:
    """Until the app has nothing to do."""
    while busy := [one for one in driver.app.context.tasks._tasks if one.get_name() not in ALWAYS]:
        await asyncio.wait(busy)
        await asyncio.sleep(0)


def has_words(key: str) -> bool:
    table: Any = KNOWN_KEYS
    for part in key.split("."):
        table = table.get(part) if isinstance(table, dict) else None
    return isinstance(table, str)


SOUND: dict[int, Any] = {}
"""Values of the model that were found to be what they should be; they never change, and most of them stay."""


@cache
def hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def mistyped(value: Any, kind: Any, at: str = "") -> Iterator[str]:
    """Where a value of the model is not what its annotation says."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any or kind is object:
        return
    if origin in (typing.Union, types.UnionType):
        if not any(not list(mistyped(value, one)) for one in inner):
            yield f"{at}: {value!r} is not {kind}"
    elif origin is not None and not isinstance(value, origin):
        yield f"{at}: {type(value)} is not {kind}"
    elif origin is tuple:
        every = inner[:1] * len(value) if inner[1:] == (...,) else inner
        for place, (one, its) in enumerate(zip(value, every, strict=True)):
            yield from mistyped(one, its, f"{at}[{place}]")
    elif origin is frozenset:
        for one in value:
            yield from mistyped(one, inner[0], f"{at}{{}}")
    elif origin is not None and issubclass(origin, Mapping):
        for key, one in value.items():
            yield from mistyped(key, inner[0], f"{at} key")
            yield from mistyped(one, inner[1], f"{at}[{key}]")
    elif is_dataclass(kind) and isinstance(value, kind):
        if SOUND.get(id(value)) is not value:
            faults = [
                one for field in fields(kind)
                for one in mistyped(getattr(value, field.name), hints(kind)[field.name], f"{at}.{field.name}")
            ]  # fmt: skip
            yield from faults
            if not faults:
                SOUND[id(value)] = value
    elif isinstance(kind, type) and issubclass(kind, Enum):
        if type(value) is not kind:
            yield f"{at}: {value!r} is not {kind}"
    elif type(value) is not (type(None) if kind is None else kind) and not (kind is float and type(value) is int):
        yield f"{at}: {type(value)} is not {kind}"
    elif isinstance(value, str) and not writable(value):
        yield f"{at}: {value!r} cannot be written"


def writable(text: str) -> bool:
    try:
        return bool(text.encode()) or not text
    except UnicodeEncodeError:
        return False


def whole(vehicle: Vehicle | None) -> Vehicle | None:
    """The car without what other answers tell of it."""
    return vehicle and replace(vehicle, capabilities=frozenset(), connected=None)


# -- route by route -------------------------------------------------------------------------------------------------


@often
def test_a_damaged_overview_is_whole_or_nothing(golden: Relay, fuzz: Any, times: int) -> None:
    async def body(driver: Driver, relay: Relay, watch: Watch, damaged: Answer) -> None:
        before = watch.begin()
        relay.next["overview"].append(damaged)
        await driver.read()
        await watch.settled()
        if driver.state.read_failed is not None:
            assert driver.state.vehicles == before.vehicles
            assert driver.on_screen() == [driver.state.read_failed]
        relay.next["overview"].append(golden.seen["overview"])
        await works(driver, watch)
        assert driver.state.vehicle == before.vehicle

    fuzz(answers(golden.seen["overview"]), 25 * times, body)


async def works(driver: Driver, watch: Watch) -> None:
    """A good answer is taken at once."""
    await driver.read()
    await watch.settled()
    assert (driver.state.read_failed, driver.on_screen()) == (None, [])


@often
def test_a_damaged_list_is_whole_or_nothing(golden: Relay, fuzz: Any, times: int) -> None:
    good = golden.seen["vehicles"]
    vins = [row["vin"] for row in json.loads(good.body)]

    async def body(driver: Driver, relay: Relay, watch: Watch, damaged: Answer) -> None:
        before = watch.begin()
        relay.next["vehicles"].append(damaged)
        driver.session.retry()
        await watch.settled()
        if watch.said and "answer.malformed" in watch.said:
            assert [one.vin for one in driver.state.vehicles] == [one.vin for one in before.vehicles]
        relay.next["vehicles"].append(good)
        driver.session.retry()
        await watch.settled()
        assert [one.vin for one in driver.state.vehicles] == vins
        driver.session.select_vehicle(vins[0])
        await works(driver, watch)

    fuzz(answers(good), 10 * times, body)


@often
def test_damaged_capabilities_are_asked_for_again(golden: Relay, fuzz: Any, times: int) -> None:
    async def body(driver: Driver, relay: Relay, watch: Watch, damaged: Answer) -> None:
        before = watch.begin()
        assert before.vehicle is not None
        driver.app.store.apply(VehicleRead(replace(before.vehicle, capabilities=frozenset()), asked=False))
        relay.next["capabilities"].append(damaged)
        driver.session.retry()
        await watch.settled()
        if watch.said:
            assert driver.state.vehicle is not None
            assert driver.state.vehicle.capabilities == before.vehicle.capabilities
        driver.app.store.apply(VehicleRead(replace(before.vehicle, capabilities=frozenset()), asked=False))
        driver.session.retry()
        await watch.settled()
        assert driver.state.vehicle is not None
        assert driver.state.vehicle.capabilities

    fuzz(answers(golden.seen["capabilities"]), 10 * times, body)


@often
def test_a_damaged_answer_to_a_command_ends_it(
    golden: Relay, fuzz: Any, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(driver: Driver, relay: Relay, watch: Watch, given: tuple[str, Answer]) -> None:
        route, damaged = given
        kind = Kind.LOCK if route == "LOCK" else Kind.UNLOCK
        watch.begin()
        monkeypatch.setattr(commands, "PATIENCE", 0.01)
        relay.next[route].append(damaged)
        command = await driver.command(kind)
        await watch.settled()
        if route == "SPIN_CHALLENGE":
            assert command.phase is not Phase.UNKNOWN
        monkeypatch.setattr(commands, "PATIENCE", 20.0)
        assert (await driver.command(kind)).phase is Phase.DONE
        await watch.settled()
        assert watch.said[-1] in ("command.locked", "command.unlocked")

    fuzz(one_of(golden, "LOCK", "SPIN_CHALLENGE", "UNLOCK"), 15 * times, body)


@often
def test_a_damaged_command_status_leaves_it_unknown_or_ends_it(
    golden: Relay, fuzz: Any, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = json.loads(golden.seen["LOCK"].body)
    ident = accepted["status"]["id"]
    table = {"status": {"id": ident, "result": "PERFORMED", "details": {"reason": "x"}}}
    done = Answer(200, JSON_HEADERS, json.dumps(table).encode())
    monkeypatch.setattr(commands, "PATIENCE", 0.01)

    async def body(driver: Driver, relay: Relay, watch: Watch, damaged: Answer) -> None:
        watch.begin()
        relay.next["LOCK"].append(golden.seen["LOCK"])
        assert (await driver.command(Kind.LOCK)).phase is Phase.UNKNOWN
        await quiet(driver)
        relay.next["status"].append(damaged)
        driver.session.check_command(Kind.LOCK)
        await watch.settled()
        relay.next["status"].append(done)
        driver.session.check_command(Kind.LOCK)
        await watch.settled()
        command = driver.state.command(Kind.LOCK)
        assert command is not None
        assert command.phase in (Phase.DONE, Phase.FAILED)
        relay.next["status"].clear()

    fuzz(answers(done), 15 * times, body)


@often
def test_damaged_observations_leave_the_panel_as_it_was(golden: Relay, fuzz: Any, times: int) -> None:
    async def body(driver: Driver, relay: Relay, watch: Watch, given: tuple[str, Answer]) -> None:
        route, damaged = given
        watch.begin()
        relay.next[route].append(damaged)
        await driver.read()
        await watch.settled()
        assert watch.said == []
        relay.next[route].clear()
        await driver.read()
        await driver.observed("read_stored")
        await watch.settled()

    fuzz(one_of(golden, "holdings", "edges"), 15 * times, body)


@often
def test_a_damaged_report_keeps_the_last_look_on_the_privacy_page(golden: Relay, fuzz: Any, times: int) -> None:
    async def body(driver: Driver, relay: Relay, watch: Watch, given: tuple[str, Answer]) -> None:
        route, damaged = given
        before = watch.begin().today
        relay.next[route].append(damaged)
        driver.session.look_at_privacy()
        await watch.settled()
        if driver.state.today.failed is not None and before.read_at is not None:
            assert replace(driver.state.today, failed=None, failed_params=()) == before
        relay.next[route].clear()
        driver.session.look_at_privacy()
        await watch.settled()
        assert driver.state.today.failed is None

    fuzz(one_of(golden, "all holdings", "all edges"), 25 * times, body)


@often
def test_a_damaged_answer_about_the_switches_keeps_the_last_look(golden: Relay, fuzz: Any, times: int) -> None:
    async def body(driver: Driver, relay: Relay, watch: Watch, given: tuple[str, Answer]) -> None:
        route, damaged = given
        before = watch.begin().in_car
        relay.next[route].append(damaged)
        driver.session.look_into_car()
        await watch.settled()
        if driver.state.in_car.failed is not None and before.switches:
            assert replace(driver.state.in_car, failed=None) == before
        relay.next[route].clear()
        driver.session.look_into_car()
        await watch.settled()
        assert driver.state.in_car.failed is None

    fuzz(one_of(golden, "switches", "all holdings"), 15 * times, body)


@often
def test_a_damaged_receipt_is_said_and_not_shown(golden: Relay, fuzz: Any, times: int) -> None:
    async def body(driver: Driver, relay: Relay, watch: Watch, damaged: Answer) -> None:
        before = watch.begin().receipts
        relay.next["receipt"].append(damaged)
        driver.session.take_receipt()
        await watch.settled()
        if watch.said:
            assert driver.state.receipts == before
        relay.next["receipt"].append(golden.seen["receipt"])
        driver.session.take_receipt()
        await watch.settled()
        assert driver.state.receipts[-1].values

    fuzz(answers(golden.seen["receipt"]), 15 * times, body)


@often
def test_a_damaged_discovery_is_asked_again(golden: Relay, fuzz: Any, times: int) -> None:
    async def body(driver: Driver, relay: Relay, watch: Watch, damaged: Answer) -> None:
        if driver.state.account.stage is not SignInStage.SIGNED_OUT:
            await driver.sign_out()
        watch.begin()
        driver.app.store.apply(BackendFound("", False, timedelta(), False))
        relay.next["discovery"].append(damaged)
        driver.session.retry()
        await watch.settled()
        driver.session.sign_in_demo()
        await watch.settled()
        if driver.state.account.stage is not SignInStage.SIGNED_OUT:
            await driver.sign_out()
        driver.app.store.apply(BackendFound("", False, timedelta(), False))
        driver.session.retry()
        await watch.settled()
        assert driver.state.link.backend_name
        assert driver.state.account.error is None

    fuzz(answers(golden.seen["discovery"]), 10 * times, body)


@often
def test_a_damaged_renewal_keeps_the_session_or_ends_it(golden: Relay, fuzz: Any, times: int) -> None:
    async def body(driver: Driver, relay: Relay, watch: Watch, damaged: Answer) -> None:
        watch.begin()
        driver.app.context.tokens._ends = 0.0
        relay.next["token"].append(damaged)
        driver.session.read_stored()
        await driver.until(lambda s: s.reading is Reading.IDLE)
        await watch.settled()
        relay.next["token"].clear()
        if driver.state.account.stage is SignInStage.SIGNED_IN:
            await driver.read()
        if driver.state.account.stage is not SignInStage.SIGNED_IN:
            driver.session.sign_in_demo()
            await driver.ready()
        await watch.settled()
        await driver.read()
        assert driver.state.read_failed is None

    fuzz(answers(golden.seen["token"]), 15 * times, body)


LOCATIONS = (
    "",
    "http://[",
    "//[::",
    "/authorize/resume",
    "?state=\xb2",
    "my-porsche-app://auth0/callback",
    "http://127.0.0.1:abc/x?code=1&state=2",
)


@often
def test_a_damaged_step_of_the_sign_in_ends_it(golden: Relay, fuzz: Any, times: int) -> None:
    async def body(driver: Driver, relay: Relay, watch: Watch, given: tuple[str, Answer]) -> None:
        if driver.state.account.stage is not SignInStage.SIGNED_OUT:
            await driver.sign_out()
        watch.begin()
        route, damaged = given
        relay.next[route].append(damaged)
        driver.session.sign_in_demo()
        await watch.settled()
        relay.next[route].clear()
        if driver.state.account.stage is SignInStage.SIGNED_OUT:
            driver.session.sign_in_demo()
        await driver.ready()
        await watch.settled()

    steps = ("authorize", "identifier", "password", "resume", "code")
    elsewhere = st.sampled_from(steps).flatmap(
        lambda step: st.tuples(
            st.just(step), st.sampled_from(LOCATIONS).map(lambda to: pointing(golden.seen[step], to))
        )
    )
    fuzz(st.one_of(elsewhere, one_of(golden, *steps)), 12 * times, body)


def pointing(answer: Answer, to: str) -> Answer:
    return replace(answer, headers=tuple((name, to if name == "location" else one) for name, one in answer.headers))


def one_of(golden: Relay, *routes: str) -> st.SearchStrategy[tuple[str, Answer]]:
    """A route and a damaged answer of it; what is no JSON is damaged as if it were an empty object."""
    return st.one_of([st.tuples(st.just(route), answers(as_json(golden.seen[route]))) for route in routes])


def as_json(answer: Answer) -> Answer:
    return answer if answer.body[:1] in (b"{", b"[") else replace(answer, body=b"{}")


# -- the event stream -----------------------------------------------------------------------------------------------

MORE_EVENTS: list[tuple[str, Any]] = [
    ("plant", {"field": "speed", "value": 88}), ("reset", {}), ("clock", {"now": "2026-01-01T00:00:00Z"}),
]  # fmt: skip


@often
def test_a_damaged_event_stream_changes_nothing_that_is_not_whole(golden: Relay, fuzz: Any, times: int) -> None:
    async def body(driver: Driver, relay: Relay, watch: Watch, damaged: Answer) -> None:
        watch.begin()
        await broken(driver, relay, damaged)
        await watch.settled()
        await driver.command(Kind.LOCK)  # takes what was planted with it
        await works_again(driver, watch)

    fuzz(streams([*golden.events, *MORE_EVENTS]), 15 * times, body)


async def broken(driver: Driver, relay: Relay, damaged: Answer) -> None:
    """The stream ends, the next one is damaged, and the one after it is good."""
    opened = relay.opened
    relay.next["events"].append(damaged)
    relay.hang_up()
    await driver.until(lambda s: relay.opened > opened and s.link.streaming and s.link.online)


async def works_again(driver: Driver, watch: Watch) -> None:
    await watch.settled()
    assert driver.state.link.planted is None
    assert (await driver.command(Kind.LOCK)).phase is Phase.DONE
    await driver.read()
    await watch.settled()
    assert driver.state.read_failed is None


# -- without an end -------------------------------------------------------------------------------------------------

HUGE = b"[" + b"1," * (10 << 20) + b"1]"
LIMIT = 10 << 20
"""More than this is not read of any answer."""


def test_a_compressed_answer_is_refused_however_small(golden: Relay, fuzz: Any) -> None:
    async def one(driver: Driver, relay: Relay, watch: Watch, damaged: Answer) -> None:
        watch.begin()
        relay.next["overview"].append(damaged)
        await driver.read()
        assert driver.state.read_failed == "answer.malformed"
        await works(driver, watch)

    good = golden.seen["overview"]
    fuzz(
        st.just(replace(good, headers=(*JSON_HEADERS, ("content-encoding", "gzip")), body=gzip.compress(good.body))),
        1,
        one,
    )


@pytest.mark.parametrize("body", [HUGE, b'"' + b"x" * (20 << 20) + b'"', BOMB], ids=["list", "string", "bomb"])
def test_a_huge_answer_is_given_up(golden: Relay, fuzz: Any, body: bytes) -> None:
    headers = (*JSON_HEADERS, ("content-encoding", "gzip, gzip")) if body is BOMB else JSON_HEADERS

    async def one(driver: Driver, relay: Relay, watch: Watch, damaged: Answer) -> None:
        before = watch.begin()
        relay.next["overview"].append(damaged)
        await driver.read()
        await watch.settled()
        assert driver.state.read_failed == "answer.malformed"
        assert driver.state.vehicles == before.vehicles
        assert max(entry.received for entry in watch.entries.values()) < LIMIT
        await works(driver, watch)

    fuzz(st.just(Answer(200, headers, body)), 1, one)


@pytest.mark.parametrize("status", [200, 500])
def test_a_stream_of_one_event_without_an_end_is_given_up(golden: Relay, fuzz: Any, status: int) -> None:
    async def one(driver: Driver, relay: Relay, watch: Watch, damaged: Answer) -> None:
        watch.begin()
        await broken(driver, relay, damaged)
        await watch.settled()
        assert max(entry.received for entry in watch.entries.values()) < LIMIT

    fuzz(st.just(Answer(status, STREAM_HEADERS, b"data: " + b"x" * (20 << 20), said=None)), 1, one)


def test_a_planted_value_that_is_too_deep_to_be_written_is_not_taken(golden: Relay, fuzz: Any) -> None:
    async def one(driver: Driver, relay: Relay, watch: Watch, given: tuple[str, int]) -> None:
        shape, levels = given
        watch.begin()
        event = write({"field": "speed", "value": deep(levels, shape)})
        await broken(driver, relay, Answer(200, STREAM_HEADERS, f"event: plant\ndata: {event}\n\n".encode(), said=None))
        await watch.settled()
        assert (driver.state.link.planted is not None) is (levels < LEVELS)
        if levels < LEVELS:
            await driver.command(Kind.LOCK)
        await watch.settled()

    fuzz(st.tuples(st.sampled_from("[{"), st.sampled_from((LEVELS - 2, LEVELS + 2, 300, 700))), 8, one)
