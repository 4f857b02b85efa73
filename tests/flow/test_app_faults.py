"""What goes wrong on the other side: the app goes on, keeps its last good state, says it once, and comes back by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app_driver import VIN, Driver, running
from backend_process import Backend, free_base, kill
from companion.api.commands import Report
from companion.api.events import CommandTold
from companion.core import commands, effort, listener, observe
from companion.core.keys import MemoryKeys
from companion.core.previews import Steps
from companion.model.command import Kind, Phase
from companion.model.state import SignInStage
from witness import Witness

Aio = Callable[..., Any]
BAD = {
    "malformed": "answer.malformed", "truncated": "answer.malformed", "wrong_type": "answer.malformed",
    "die": "network.lost", "403": "access.denied", "404": "vehicle.not_found", "408": "vehicle.unavailable",
    "429": "server.too_many_requests", "500": "server.error", "503": "server.maintenance", "504": "vehicle.unavailable",
}  # fmt: skip
"""A bad answer -> what the app says of it."""
NOT_DONE = ("403", "404", "429", "503")
"""Answers that tell for sure that a command was not carried out."""
KINDS = ("malformed", "die", "403", "500")
"""One of each kind: unreadable, broken off, refused, failed. The others take the same way and are run with `--all`."""
every_fault = pytest.mark.parametrize("bad", BAD)
each_kind = pytest.mark.parametrize(
    "bad", [one if one in KINDS else pytest.param(one, marks=pytest.mark.slow) for one in BAD]
)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are short, and the panel looks once after each press: no look meets a fault meant for another request."""
    monkeypatch.setattr(observe, "SETTLING", (0.0,))
    monkeypatch.setattr(effort, "WAITS", (0.02, 0.05, 0.1, 0.3))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with Backend(tmp_path_factory.mktemp("backend")) as backend:
        yield backend


@pytest.fixture
def backend(shared: Backend) -> Iterator[Backend]:
    yield shared
    fault(shared, "none")
    fault(shared, "car_time", seconds=0)
    shared.stage("POST", "/demo/scenarios/fresh", {})


def fault(backend: Backend, kind: str, **more: Any) -> None:
    backend.stage("POST", "/demo/faults", {"kind": kind, **more})


def answer(backend: Backend, route: str, bad: str, times: int = 1) -> None:
    """The next answers of a route are bad. A read is asked again when its connection broke: that fails too."""
    how: dict[str, Any] = {"mode": "status", "value": int(bad)} if bad.isdigit() else {"mode": bad}
    fault(backend, "answer", route=route, times=times, **how)


@pytest.fixture
def drive(backend: Backend, tmp_path: Path, aio: Aio) -> Callable[..., None]:
    """Runs a coroutine function with a signed-in app."""

    def run(use: Callable[[Driver], Any], timeout: float = 25) -> None:
        async def body() -> None:
            async with running(tmp_path / "app", {"porsche_system": backend.parties["porsche_system"]}) as driver:
                await driver.sign_in()
                await driver.observed("read_stored")
                await use(driver)

        aio(body(), timeout)

    return run


def requests(driver: Driver, name: str) -> int:
    return sum(entry.request == name for entry in driver.entries)


def sessions(backend: Backend) -> int:
    rows = backend.stage("GET", "/demo/holdings?party=identity")["rows"]
    return sum(row["activity"] == "product.session" for row in rows)


# -- bad answers, route by route ----------------------------------------------------------------------------------


@every_fault
def test_a_bad_list_changes_nothing_is_said_once_and_is_asked_again(
    backend: Backend, drive: Callable[..., None], bad: str
) -> None:
    async def body(driver: Driver) -> None:
        before = driver.state.vehicles
        answer(backend, "list", bad, times={"die": 4, "429": 1}.get(bad, 2))
        driver.session.retry()
        await driver.until(lambda s: BAD[bad] in driver.on_screen())
        assert driver.state.vehicles == before
        await driver.until(lambda s: not s.notices)
        assert driver.said_keys() == [BAD[bad]]
        assert driver.state.link.online

    drive(body)


@every_fault
def test_a_bad_overview_keeps_the_last_good_state_and_a_good_one_takes_the_notice_back(
    backend: Backend, drive: Callable[..., None], bad: str
) -> None:
    async def body(driver: Driver) -> None:
        before = driver.state.vehicle
        for action in ("read_stored", "read_current"):
            answer(backend, "overview", bad, times=2 if bad == "die" else 1)
            await driver.read(action)
            assert driver.state.read_failed == BAD[bad]
            assert driver.on_screen() == [BAD[bad]]
        assert driver.state.vehicle is not None
        assert before is not None
        assert driver.state.vehicle.body.openings == before.body.openings
        assert driver.state.vehicle.energy == before.energy
        await driver.read()
        assert driver.on_screen() == []
        assert driver.state.read_failed is None
        assert driver.state.vehicle.capabilities == before.capabilities != frozenset()
        assert driver.said_keys() == [BAD[bad], BAD[bad]]

    drive(body)


@each_kind
def test_an_overview_that_fails_at_sign_in_is_read_without_being_asked_for(
    backend: Backend, tmp_path: Path, aio: Aio, bad: str
) -> None:
    async def body() -> None:
        async with running(tmp_path / "app", {"porsche_system": backend.parties["porsche_system"]}) as driver:
            answer(backend, "overview", bad, times=1 if bad == "429" else 2)
            await driver.sign_in()
            await driver.until(lambda s: not s.notices)
            # A stream that is not up yet says a broken connection itself: then nothing more is said here.
            assert driver.said_keys() in ([BAD[bad]], [] if bad == "die" else [BAD[bad]])

    aio(body(), 25)


@every_fault
def test_a_bad_answer_to_a_command_is_said_once_and_never_repeated(
    backend: Backend, drive: Callable[..., None], bad: str
) -> None:
    async def body(driver: Driver) -> None:
        assert (await driver.command(Kind.UNLOCK)).phase is Phase.DONE
        answer(backend, "command", bad)
        command = await driver.command(Kind.LOCK)
        assert command.phase is (Phase.FAILED if bad in NOT_DONE else Phase.UNKNOWN)
        assert command.reason == BAD[bad]
        said = BAD[bad] if bad in NOT_DONE else "command.unknown"
        assert driver.said_keys() == ["command.unlocked", said]
        assert driver.state.vehicle is not None
        assert driver.state.vehicle.body.is_locked is False
        if command.phase is Phase.UNKNOWN:
            await check_now(driver, Phase.FAILED)
            assert driver.said_keys()[2:] == ["command.no_effect"]
            assert "command.unknown" not in driver.on_screen()
        assert requests(driver, "lock_unlock.lock") == 1
        assert (await driver.command(Kind.LOCK)).phase is Phase.DONE
        assert said not in driver.on_screen()

    drive(body)


async def check_now(driver: Driver, *wanted: Phase) -> None:
    """Presses the one action that the notice offers."""
    notice = next(one for one in driver.state.notices if one.key == "command.unknown")
    assert notice.action == "check_now"
    driver.session.act_on_notice(notice.id, notice.action)
    await driver.ended(Kind.LOCK, *wanted)


@each_kind
def test_a_bad_challenge_fails_the_unlock_as_nothing_was_asked_of_the_car(
    backend: Backend, drive: Callable[..., None], bad: str
) -> None:
    async def body(driver: Driver) -> None:
        answer(backend, "command", bad)
        command = await driver.command(Kind.UNLOCK)
        assert (command.phase, command.reason) == (Phase.FAILED, BAD[bad])
        assert driver.said_keys() == [BAD[bad]]
        assert requests(driver, "lock_unlock.unlock") == 0

    drive(body)


@each_kind
def test_a_bad_command_status_leaves_the_command_unknown_and_can_be_asked_again(
    backend: Backend, drive: Callable[..., None], bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(driver: Driver) -> None:
        fault(backend, "lost")
        monkeypatch.setattr(commands, "PATIENCE", 0.3)
        assert (await driver.command(Kind.LOCK)).phase is Phase.UNKNOWN
        assert driver.said_keys() == ["command.unknown"]
        answer(backend, "status", bad, times=2 if bad == "die" else 1)
        driver.session.check_command(Kind.LOCK)
        await driver.until(lambda s: BAD[bad] in driver.on_screen())
        assert driver.said_keys() == ["command.unknown", BAD[bad]]
        command = driver.state.command(Kind.LOCK)
        assert command is not None
        assert command.phase is Phase.UNKNOWN
        # The backend still waits for the car: so does the app once more, and does not send the command again.
        driver.session.check_command(Kind.LOCK)
        await driver.ended(Kind.LOCK, Phase.ACCEPTED)
        await driver.ended(Kind.LOCK, Phase.UNKNOWN)
        assert requests(driver, "lock_unlock.lock") == 1

    drive(body)


@every_fault
def test_a_bad_event_stream_is_opened_again_and_a_lost_link_said_once(
    backend: Backend, tmp_path: Path, aio: Aio, bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "POLL", 0.1)

    async def body() -> None:
        async with running(tmp_path / "app", {"porsche_system": backend.parties["porsche_system"]}) as driver:
            answer(backend, "events", bad, times=2)
            await driver.sign_in()
            said = {"403": ["access.denied"], "404": []}.get(bad, ["link.lost", "link.back"])
            await driver.until(lambda s: s.link.streaming and s.link.online)
            assert driver.said_keys() == said
            assert set(driver.on_screen()) <= {"link.back"}
            assert requests(driver, "events.stream") == 3
            assert (await driver.command(Kind.LOCK)).phase is Phase.DONE

    aio(body(), 25)


def test_a_lost_link_is_tried_at_once_when_somebody_asks(
    backend: Backend, tmp_path: Path, aio: Aio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effort, "WAITS", (0.02, 60.0))

    async def body() -> None:
        async with running(tmp_path / "app", {"porsche_system": backend.parties["porsche_system"]}) as driver:
            await driver.find()
            answer(backend, "events", "500", times=2)
            driver.session.sign_in_demo()
            await driver.until(lambda s: not s.link.online)
            lost = next(one for one in driver.state.notices if one.key == "link.lost")
            assert lost.action == "retry"
            driver.session.act_on_notice(lost.id, "retry")
            await driver.until(lambda s: s.link.online)
            assert driver.said_keys() == ["link.lost", "link.back"]

    aio(body(), 25)


@pytest.mark.parametrize("bad", [*BAD, "400", "401"])
def test_a_bad_renewal_is_said_once_and_only_a_refusal_ends_the_session(
    backend: Backend, drive: Callable[..., None], bad: str
) -> None:
    async def body(driver: Driver) -> None:
        before = driver.state.vehicle
        fault(backend, "expire_tokens")
        answer(backend, "token", bad, times=2 if bad == "die" else 1)
        driver.session.read_stored()
        if bad in ("400", "401", "403"):
            await driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT)
            assert driver.said_keys() == ["session.signed_out"]
            driver.session.sign_in_demo()
            await driver.ready()
            return
        await driver.until(lambda s: s.read_failed)
        said = {"404": "sign_in.failed", "408": "server.error", "504": "server.error"}.get(bad, BAD[bad])
        assert driver.said_keys() == [said]
        assert driver.state.vehicle == before
        await driver.read()
        assert driver.on_screen() == []

    drive(body)


@pytest.mark.parametrize("bad", ["die", "500"])
def test_a_command_whose_renewal_failed_was_not_sent_and_says_so(
    backend: Backend, drive: Callable[..., None], bad: str
) -> None:
    async def body(driver: Driver) -> None:
        fault(backend, "expire_tokens")
        answer(backend, "token", bad)
        assert (await driver.command(Kind.LOCK)).phase is Phase.FAILED
        assert driver.said_keys() == [BAD[bad]]
        assert (await driver.command(Kind.LOCK)).phase is Phase.DONE

    drive(body)


@each_kind
def test_bad_holdings_leave_the_panel_as_it_was_and_disturb_nobody(
    backend: Backend, drive: Callable[..., None], bad: str
) -> None:
    async def body(driver: Driver) -> None:
        answer(backend, "holdings", bad, times=2)
        before = requests(driver, "observation.holdings")
        await driver.command(Kind.LOCK)
        await driver.until(lambda s: requests(driver, "observation.holdings") >= before + 1)
        assert driver.said_keys() == ["command.locked"]
        await driver.read()
        fault(backend, "none")
        fault(backend, "car_time", seconds=0)
        await driver.command(Kind.LOCK)
        await driver.observed("lock")

    drive(body)


# -- sessions -----------------------------------------------------------------------------------------------------


def test_many_refused_requests_renew_the_sign_in_once(backend: Backend, drive: Callable[..., None]) -> None:
    async def body(driver: Driver) -> None:
        fault(backend, "expire_tokens")
        await asyncio.gather(*(driver.app.context.apis.vehicles.list() for _ in range(6)))
        assert requests(driver, "session.refresh") == 1
        assert driver.said_keys() == []

    drive(body)


def test_a_request_frozen_before_a_renewal_is_renewed_for_too(backend: Backend, drive: Callable[..., None]) -> None:
    """The frozen request's token is two generations old when it is refused."""

    async def body(driver: Driver) -> None:
        driver.session.focus("lock")
        fault(backend, "expire_tokens")
        await driver.read()
        fault(backend, "expire_tokens")
        assert (await driver.command(Kind.LOCK)).phase is Phase.DONE
        assert requests(driver, "session.refresh") == 2

    drive(body)


def test_of_requests_refused_at_once_each_hears_that_the_session_is_over(
    backend: Backend, drive: Callable[..., None]
) -> None:
    """The first one's renewal is refused; the second must not be sent as if there were a token."""

    async def body(driver: Driver) -> None:
        fault(backend, "revoke_tokens")
        reads = [driver.app.context.apis.vehicles.list() for _ in range(3)]
        ended = await asyncio.gather(*reads, return_exceptions=True)
        assert [getattr(error, "key", error) for error in ended] == ["access.signed_out"] * 3
        assert [entry.blocked for entry in driver.entries if entry.blocked] == []

    drive(body)


def test_a_session_that_was_ended_elsewhere_leads_to_the_sign_in_page(
    backend: Backend, tmp_path: Path, aio: Aio
) -> None:
    keys = MemoryKeys()

    async def body() -> None:
        async with running(tmp_path / "app", {"porsche_system": backend.parties["porsche_system"]}, keys) as driver:
            await driver.sign_in()
            assert len(keys.held) == 1
            fault(backend, "revoke_tokens")
            await driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT)
            assert driver.said_keys() == ["session.signed_out"]
            assert driver.state.account.email == "owner@demo.example"
            assert driver.state.vehicle is not None, "what was known is still there when the owner is back"
            assert keys.held == {}
            sent = len(driver.entries)
            # Nobody listens any more: a listener that went on would try again within this time.
            await asyncio.sleep(0.8)
            assert len(driver.entries) == sent
            driver.session.sign_in_demo()
            await driver.ready()
            assert driver.on_screen() == [], "nobody is told to sign in who has"

    aio(body(), 20)


def test_what_failed_before_a_session_ended_is_not_said_after_it(backend: Backend, drive: Callable[..., None]) -> None:
    async def body(driver: Driver) -> None:
        answer(backend, "overview", "500")
        await driver.read()
        assert driver.on_screen() == ["server.error"]
        fault(backend, "revoke_tokens")
        await driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT)
        assert driver.on_screen() == ["session.signed_out"]

    drive(body)


@pytest.mark.parametrize(("bad", "params"), [("500", {"status": "500"}), ("429", {"seconds": "2"})])
def test_a_sign_in_that_the_service_cannot_do_keeps_what_the_service_said(
    backend: Backend, tmp_path: Path, aio: Aio, bad: str, params: dict[str, str]
) -> None:
    async def body() -> None:
        async with running(tmp_path / "app", {"porsche_system": backend.parties["porsche_system"]}) as driver:
            await driver.find()
            answer(backend, "identifier", bad)
            driver.session.sign_in_demo()
            state = await driver.until(lambda s: s.account.error)
            assert (state.account.error, dict(state.account.error_params)) == (BAD[bad], params)
            driver.session.sign_in_demo()
            await driver.ready()
            assert driver.state.account.error_params == ()

    aio(body(), 25)


def test_a_failure_says_what_was_not_done_and_why(backend: Backend, drive: Callable[..., None]) -> None:
    async def body(driver: Driver) -> None:
        fault(backend, "refuse", reason="IGNITION_ON")
        await driver.command(Kind.LOCK)
        assert dict(driver.said[-1].params) == {"reason": "IGNITION_ON", "of": "lock"}
        fault(backend, "none")
        fault(backend, "car_time", seconds=0)
        answer(backend, "command", "500")
        await driver.command(Kind.HORN)
        told = driver.said[-1]
        assert (told.key, told.action) == ("command.unknown", "check_now")
        assert dict(told.params) == {"status": "500", "of": "unsure_horn", "why": "server.error"}
        answer(backend, "overview", "500")
        await driver.read()
        assert (driver.said[-1].action, dict(driver.said[-1].params)["of"]) == ("retry", "read")

    drive(body)


def test_a_failed_lock_is_of_no_concern_once_the_car_is_to_be_unlocked(
    backend: Backend, drive: Callable[..., None]
) -> None:
    async def body(driver: Driver) -> None:
        fault(backend, "refuse", reason="IGNITION_ON")
        await driver.command(Kind.LOCK)
        assert driver.on_screen() == ["car.refused"]
        fault(backend, "none")
        fault(backend, "car_time", seconds=0)
        await driver.command(Kind.UNLOCK)
        assert driver.on_screen() == ["command.unlocked"]

    drive(body)


def test_a_look_at_what_is_held_that_fails_is_said_and_can_be_repeated(
    backend: Backend, drive: Callable[..., None]
) -> None:
    async def body(driver: Driver) -> None:
        answer(backend, "holdings", "500", times=9)
        await driver.command(Kind.FLASH)
        await driver.until(lambda s: s.privacy.actions["flash"].unread)
        fault(backend, "none")
        fault(backend, "car_time", seconds=0)
        driver.session.look_again("flash")
        await driver.observed("flash")
        assert driver.state.privacy.actions["flash"].unread is False

    drive(body)


def test_the_privacy_page_knows_what_this_app_sent_though_nothing_could_be_read(
    backend: Backend, drive: Callable[..., None]
) -> None:
    async def body(driver: Driver) -> None:
        answer(backend, "holdings", "500", times=9)
        driver.session.look_at_privacy()
        today = (await driver.until(lambda s: s.today.failed)).today
        assert (today.failed, today.failed_params, today.read_at) == ("server.error", (("status", "500"),), None)
        assert today.sent_here > 0
        assert today.held == {}

    drive(body)


def test_signing_out_ends_the_session_that_was_renewed_after_the_preview(
    backend: Backend, drive: Callable[..., None]
) -> None:
    before = sessions(backend)

    async def body(driver: Driver) -> None:
        driver.session.focus("sign_out")
        fault(backend, "expire_tokens")
        await driver.read()
        await driver.sign_out()
        assert sessions(backend) == before

    drive(body)


def test_a_renewal_under_way_does_not_outlive_the_sign_out(backend: Backend, tmp_path: Path, aio: Aio) -> None:
    before, keys = sessions(backend), MemoryKeys()

    async def body(witness: Witness) -> None:
        async with running(tmp_path / "app", witness.origins, keys) as driver:
            await driver.sign_in()
            fault(backend, "expire_tokens")
            witness.tell("slow", "identity")
            driver.session.read_stored()
            await driver.until(lambda s: any(e.request == "session.refresh" for e in s.privacy.recent))
            # The token has been exchanged for another one by now; the answer is on its way.
            await asyncio.sleep(0.2)
            await driver.sign_out()
            assert (driver.app.context.tokens.refresh_token, keys.held) == ("", {})
            assert sessions(backend) == before

    with Witness(tmp_path / "relay", backend.parties) as witness:
        aio(body(witness), 20)


# -- commands that take their time --------------------------------------------------------------------------------


def holding_back(driver: Driver, kind: Kind, until: Callable[[], bool]) -> None:
    """The answer to the command reaches the app's core only after `until`: whatever the stream brings is faster."""
    api = driver.app.context.apis.commands
    name = "unlock" if kind is Kind.UNLOCK else "run"
    real = getattr(api, name)

    async def slow(steps: Steps, *code: str) -> Report:
        report = await real(steps, *code)
        await driver.until(lambda s: until())
        return report  # type: ignore[no-any-return]

    setattr(api, name, slow)


def test_an_event_that_overtakes_the_answer_ends_its_command(backend: Backend, drive: Callable[..., None]) -> None:
    async def body(driver: Driver) -> None:
        await driver.command(Kind.UNLOCK)
        holding_back(driver, Kind.LOCK, lambda: driver.state.vehicle.body.is_locked is True)  # type: ignore[union-attr]
        assert (await driver.command(Kind.LOCK)).phase is Phase.DONE
        assert requests(driver, "commands.status") == 0

    drive(body, 10)


def test_the_end_of_one_command_does_not_lose_the_early_event_of_another(
    backend: Backend, drive: Callable[..., None]
) -> None:
    async def body(driver: Driver) -> None:
        await driver.command(Kind.LOCK)
        locked_again = asyncio.Event()
        holding_back(driver, Kind.UNLOCK, locked_again.is_set)
        driver.press(Kind.UNLOCK)
        await driver.until(lambda s: s.vehicle is not None and s.vehicle.body.is_locked is False)
        await driver.command(Kind.LOCK)
        await driver.until(lambda s: s.vehicle is not None and s.vehicle.body.is_locked is True)
        await driver.observed("lock")  # the whole of that command is over
        locked_again.set()
        await driver.read()
        assert (await driver.ended(Kind.UNLOCK)).phase is Phase.DONE

    drive(body, 12)


def test_a_command_that_the_car_never_reports_is_unknown_after_a_while(
    backend: Backend, drive: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(driver: Driver) -> None:
        fault(backend, "lost")
        monkeypatch.setattr(commands, "PATIENCE", 0.3)
        command = await driver.command(Kind.LOCK)
        assert (command.phase, command.reason) == (Phase.UNKNOWN, "command.unknown")
        assert driver.on_screen() == ["command.unknown"]
        assert requests(driver, "lock_unlock.lock") == 1

    drive(body)


def test_an_end_that_the_car_reports_twice_is_said_once(backend: Backend, drive: Callable[..., None]) -> None:
    fault(backend, "duplicate")

    async def use(driver: Driver) -> None:
        command = await driver.command(Kind.LOCK)
        assert command.phase is Phase.DONE
        assert command.remote_id is not None
        # This backend tells it once, whatever the car does; another might pass it on.
        again = CommandTold(VIN, Report(command.remote_id, Phase.DONE), None, ())
        driver.session._listener._take(again)
        assert (await driver.command(Kind.FLASH)).phase is Phase.DONE
        assert driver.said_keys() == ["command.locked", "command.flashed"]
        assert requests(driver, "lock_unlock.lock") == 1

    drive(use)


def test_a_car_that_sleeps_is_said_and_the_last_state_stays(
    backend: Backend, drive: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 0.3)
    fault(backend, "asleep")

    async def use(driver: Driver) -> None:
        before = driver.state.vehicle
        await driver.read("read_current")
        assert driver.state.read_failed == "vehicle.unavailable"
        assert driver.state.vehicle == before
        command = await driver.command(Kind.LOCK)
        assert (command.phase, requests(driver, "lock_unlock.lock")) == (Phase.UNKNOWN, 1)
        assert driver.on_screen()[-1] == "command.unknown"

    drive(use, timeout=40)


def test_a_late_report_still_ends_an_unknown_command_and_takes_its_notice_back(
    backend: Backend, drive: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(driver: Driver) -> None:
        fault(backend, "late", seconds=1)
        monkeypatch.setattr(commands, "PATIENCE", 0.2)
        assert (await driver.command(Kind.LOCK)).phase is Phase.UNKNOWN
        await driver.ended(Kind.LOCK, Phase.DONE)
        assert driver.on_screen() == ["command.locked"]

    drive(body)


def test_after_a_sign_out_nothing_is_said_of_a_command_that_was_under_way(
    backend: Backend, drive: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(driver: Driver) -> None:
        fault(backend, "lost")
        monkeypatch.setattr(commands, "PATIENCE", 0.5)
        driver.press(Kind.LOCK)
        await driver.ended(Kind.LOCK, Phase.ACCEPTED)
        await driver.sign_out()
        await asyncio.sleep(0.7)
        assert driver.said_keys() == []

    drive(body)


@pytest.mark.parametrize("kind", [Kind.LOCK])
def test_a_lost_answer_to_a_command_that_was_carried_out_is_found_out_by_asking_the_car(
    backend: Backend, tmp_path: Path, aio: Aio, kind: Kind
) -> None:
    async def body(witness: Witness) -> None:
        async with running(tmp_path / "app", witness.origins) as driver:
            await driver.sign_in()
            await driver.command(Kind.UNLOCK)
            witness.tell("mute", "porsche_system")
            assert (await driver.command(kind)).phase is Phase.UNKNOWN
            await check_now(driver, Phase.DONE)
            assert requests(driver, "lock_unlock.lock") == 1
            assert requests(driver, "vehicles.current") == 1
            assert driver.said_keys() == ["command.unlocked", "command.unknown", "command.locked"]

    with Witness(tmp_path / "relay", backend.parties) as witness:
        aio(body(witness), 20)


def test_a_command_that_ends_while_the_stream_is_away_is_asked_for_when_it_is_back(
    backend: Backend, tmp_path: Path, aio: Aio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effort, "WAITS", (0.5,))

    async def body(witness: Witness) -> None:
        async with running(tmp_path / "app", witness.origins) as driver:
            await driver.sign_in()
            witness.tell("drop", "porsche_system")
            await driver.until(lambda s: not s.link.streaming)
            assert (await driver.command(Kind.LOCK)).phase is Phase.DONE
            assert driver.said_keys() == ["command.locked"]
            assert requests(driver, "commands.status") == 1

    with Witness(tmp_path / "relay", backend.parties) as witness:
        aio(body(witness), 10)


def test_without_an_event_stream_the_end_of_a_command_is_asked_for_politely(
    backend: Backend, tmp_path: Path, aio: Aio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "POLLS", (0.1, 0.2))

    async def body() -> None:
        async with running(tmp_path / "app", {"porsche_system": backend.parties["porsche_system"]}) as driver:
            answer(backend, "events", "404", times=9)
            await driver.session.start()
            await driver.until(lambda s: s.link.backend_name)
            driver.session.sign_in_demo()
            await driver.until(lambda s: s.vehicle is not None and s.vehicle.capabilities)
            assert (await driver.command(Kind.LOCK)).phase is Phase.DONE
            assert not driver.state.link.streaming
            assert requests(driver, "commands.status") == 1
            assert requests(driver, "events.stream") == 1

    aio(body(), 15)


# -- a backend that hangs, dies and comes back --------------------------------------------------------------------


def test_a_read_without_an_answer_ends_in_time_and_a_command_without_one_is_unknown(
    backend: Backend, drive: Callable[..., None]
) -> None:
    async def body(driver: Driver) -> None:
        await driver.command(Kind.UNLOCK)
        driver.app.door._timeout = httpx.Timeout(0.4)
        fault(backend, "answer", route="overview", mode="delay", value=1)
        await driver.read()
        assert driver.state.read_failed == "network.timeout"
        fault(backend, "answer", route="command", mode="delay", value=1)
        assert (await driver.command(Kind.LOCK)).phase is Phase.UNKNOWN
        # The backend was only slow: the car is locked by now, or will be.
        await driver.until(lambda s: s.vehicle is not None and s.vehicle.body.is_locked is True)
        driver.app.door._timeout = httpx.Timeout(10.0)
        await check_now(driver, Phase.DONE)
        assert requests(driver, "lock_unlock.lock") == 1

    drive(body)


def test_a_stream_without_a_sign_of_life_is_opened_again(backend: Backend, drive: Callable[..., None]) -> None:
    async def body(driver: Driver) -> None:
        driver.app.door._stream_timeout = httpx.Timeout(5.0, read=0.3)
        fault(backend, "answer", route="events", mode="delay", value=0)
        driver.session._quiet()
        driver.session._enter()
        await driver.until(lambda s: requests(driver, "events.stream") >= 3)
        assert driver.said_keys() == []

    drive(body)


def test_a_killed_backend_is_a_lost_link_said_once_and_everything_works_when_it_is_back(
    mortal: Backend, tmp_path: Path, aio: Aio
) -> None:
    async def body() -> None:
        async with running(tmp_path / "app", {"porsche_system": mortal.parties["porsche_system"]}) as driver:
            await driver.sign_in()
            before = driver.state.vehicle
            kill(mortal)
            await driver.until(lambda s: not s.link.online)
            assert driver.on_screen() == ["link.lost"]
            await driver.read()
            assert driver.on_screen() == ["link.lost"]
            assert driver.state.vehicle == before
            assert (await driver.command(Kind.LOCK)).phase is Phase.FAILED
            assert driver.on_screen() == ["link.lost"]
            mortal.start()
            await driver.until(lambda s: s.link.online and s.link.streaming)
            assert driver.on_screen() == ["link.back"]
            # Its access tokens went with it: the session is renewed, nobody is signed out.
            await driver.until(lambda s: s.vehicle != before)
            assert (await driver.command(Kind.LOCK)).phase is Phase.DONE
            assert set(driver.said_keys()) == {"link.lost", "link.back", "command.locked"}
            assert driver.said_keys().count("link.back") == 1

    aio(body(), 40)


def test_a_command_under_way_when_the_backend_is_killed_is_not_sent_again(
    mortal: Backend, tmp_path: Path, aio: Aio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 4.0)

    async def body() -> None:
        async with running(tmp_path / "app", {"porsche_system": mortal.parties["porsche_system"]}) as driver:
            await driver.sign_in()
            fault(mortal, "car_time", seconds=60)
            driver.press(Kind.LOCK)
            await driver.ended(Kind.LOCK, Phase.ACCEPTED)
            kill(mortal)
            await driver.until(lambda s: not s.link.online)
            mortal.start()
            await driver.until(lambda s: s.link.online and s.link.streaming)
            # The car was cut off before it acted: the backend that is back says so, unless it is asked too late.
            ended = await driver.ended(Kind.LOCK)
            assert ended.phase is Phase.UNKNOWN or (ended.phase, ended.reason) == (Phase.FAILED, "car.no_answer")
            assert requests(driver, "lock_unlock.lock") == 1

    aio(body(), 40)


def test_a_backend_that_starts_after_the_app_is_found(tmp_path: Path, aio: Aio) -> None:
    base = free_base()
    keys = MemoryKeys()
    place = {"porsche_system": f"http://127.0.0.1:{base + 1}"}

    async def body(backend: Backend) -> None:
        async with running(tmp_path / "app", place, keys) as driver:
            await driver.session.start()
            await driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT)
            assert driver.state.account.error == "network.unreachable"
            backend.start()
            await driver.until(lambda s: s.link.backend_name)
            assert driver.state.account.error is None
            driver.session.sign_in_demo()
            await driver.ready()
        # And the sign-in that the keyring remembers is tried until the token server is well.
        async with running(tmp_path / "app", place, keys) as driver:
            answer(backend, "token", "500", times=2)
            await driver.session.start()
            await driver.until(lambda s: s.account.error == "server.error")
            await driver.ready()
            assert len(keys.held) == 1

    backend = Backend(tmp_path / "data", "--port-base", str(base))
    try:
        aio(body(backend), 30)
    finally:
        if backend.process is not None:
            backend.stop()


def test_an_open_door_is_said_and_taken_back_when_the_car_locks(backend: Backend, drive: Callable[..., None]) -> None:
    async def body(driver: Driver) -> None:
        backend.stage("POST", f"/demo/vehicles/{VIN}/open", {"part": "DOOR_FRONT_LEFT"})
        command = await driver.command(Kind.LOCK)
        assert (command.phase, command.reason) == (Phase.FAILED, "car.door_open")
        assert driver.on_screen() == ["car.door_open"]
        backend.stage("POST", f"/demo/vehicles/{VIN}/close", {"part": "DOOR_FRONT_LEFT"})
        assert (await driver.command(Kind.LOCK)).phase is Phase.DONE
        assert driver.on_screen() == ["command.locked"]

    drive(body)
