"""A start without a connection: the cars as last known, said once; and everything anew, said once, when it is back."""

from __future__ import annotations

import asyncio
import base64
import urllib.parse
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app_driver import VIN, Driver, running
from backend_process import Backend, kill
from companion.core import effort, observe
from companion.core.keys import MemoryKeys
from companion.errors import NetworkError
from companion.model.command import Kind, Phase
from companion.model.privacy import Outcome
from companion.model.state import SignInStage, State

Aio = Callable[..., Any]
Use = Callable[[Driver], Coroutine[Any, Any, None]]
FILE = "last_known.json"
EMAIL = "owner@demo.example"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, "SETTLING", (0.0,))
    monkeypatch.setattr(effort, "WAITS", (0.02, 0.05, 0.1, 0.3))


class Desk:
    """One computer: the app's folder, its keyring and the one address it knows."""

    def __init__(self, backend: Backend, folder: Path) -> None:
        self.backend = backend
        self.folder = folder
        self.keys = MemoryKeys()
        self.place = {"porsche_system": backend.parties["porsche_system"]}

    async def sit(self, use: Use) -> State:
        """The app from its start to its end; what it showed last."""
        async with running(self.folder, self.place, self.keys) as driver:
            await use(driver)
        return driver.state

    async def sign_in(self) -> State:
        return await self.sit(Driver.sign_in)

    def files_with(self, *words: str) -> set[str]:
        return {
            path.name
            for path in self.folder.rglob("*")
            if path.is_file() and any(form in path.read_bytes().lower() for word in words for form in forms(word))
        }


def forms(word: str) -> set[bytes]:
    raw = word.encode()
    shifted = {base64.b64encode(b"x" * at + raw)[2 * at : -4] for at in range(3)}
    quoted = urllib.parse.quote(word, safe="").encode()
    return {one.lower() for one in {raw, raw.hex().encode(), raw[::-1], word.encode("utf-16-le"), quoted} | shifted}


@pytest.fixture
def desk(mortal: Backend, tmp_path: Path) -> Desk:
    return Desk(mortal, tmp_path / "app")


async def recalled(driver: Driver) -> None:
    """Started, and the cars are shown as last known."""
    await driver.session.start()
    await driver.until(lambda s: s.account.stage is not SignInStage.STARTING)
    assert driver.state.account.stage is SignInStage.SIGNED_IN


def left(driver: Driver) -> list[str]:
    """Requests of which anything left this computer."""
    return [one.request for one in driver.entries if one.outcome is not Outcome.BLOCKED and one.connection is not None]


def test_without_a_connection_the_cars_are_shown_as_last_known_and_anew_when_it_is_back(desk: Desk, aio: Aio) -> None:
    async def offline(driver: Driver) -> None:
        sent = len(left(driver))
        await recalled(driver)
        state = driver.state
        assert state.vehicles == tuple(cars(before))
        assert state.selected == VIN
        assert state.vehicle is not None
        assert state.vehicle.reported_at is not None
        assert state.account.email == EMAIL
        assert not state.link.online
        assert not state.link.streaming
        assert state.link.since is not None
        assert driver.on_screen() == ["link.lost"]
        # Whatever is pressed: nothing leaves, nobody is signed out, nothing is forgotten.
        driver.session.select_vehicle(state.vehicles[-1].vin)
        driver.session.select_vehicle(VIN)
        for kind in Kind:
            driver.press(kind)
        for press in (driver.session.read_stored, driver.session.read_current, driver.session.retry):
            press()
            await tried(driver)
        assert driver.state.commands == ()
        assert driver.state.vehicles == state.vehicles
        assert driver.state.account == state.account
        assert driver.state.link.since == state.link.since
        assert driver.on_screen() == ["link.lost"]
        assert len(left(driver)) == sent
        assert len(desk.keys.held) == 1
        # Asked for by the notice's own button, it is said again when it still is so.
        lost = driver.state.notices[0]
        driver.session.act_on_notice(lost.id, lost.action or "")
        await driver.until(lambda s: s.notices and s.notices[0].id != lost.id)
        assert dict(driver.state.notices[0].params)["time"] == state.link.since.isoformat()
        desk.backend.start()
        await driver.ready()
        assert driver.on_screen() == ["link.back"]
        assert driver.state.link.online
        await driver.until(lambda s: s.vehicle is not None and s.vehicle.reported_at > reported(state))
        assert (await driver.command(Kind.FLASH)).phase is Phase.DONE
        assert driver.said_keys() == ["link.lost", "link.lost", "link.back", "command.flashed"]

    before = aio(desk.sign_in(), 20)
    kill(desk.backend)
    aio(desk.sit(offline), 30)


def cars(state: State) -> list[Any]:
    """What a car can do is asked anew; everything else is known."""
    return [replace(one, capabilities=frozenset()) for one in state.vehicles]


def reported(state: State) -> Any:
    assert state.vehicle is not None
    return state.vehicle.reported_at


def test_a_start_without_a_connection_says_so_once(desk: Desk, aio: Aio) -> None:
    async def offline(driver: Driver) -> None:
        await recalled(driver)
        tries = len(driver.entries)
        await driver.until(lambda s: len(driver.entries) > tries + 3)
        assert driver.said_keys() == ["link.lost"]
        desk.backend.start()
        await driver.ready()
        assert driver.said_keys() == ["link.lost", "link.back"]

    aio(desk.sign_in(), 20)
    kill(desk.backend)
    aio(desk.sit(offline), 30)


def test_what_the_car_told_by_itself_is_known_after_a_restart_too(desk: Desk, aio: Aio) -> None:
    async def unlocked(driver: Driver) -> None:
        await driver.sign_in()
        await driver.command(Kind.UNLOCK)
        await driver.until(lambda s: s.vehicle is not None and s.vehicle.body.is_locked is False)
        kill(desk.backend)

    async def offline(driver: Driver) -> None:
        await recalled(driver)
        assert driver.state.vehicle is not None
        assert driver.state.vehicle.body.is_locked is False

    aio(desk.sit(unlocked), 20)
    aio(desk.sit(offline), 20)


def test_ages_count_on_by_the_backends_clock_after_a_restart_too(desk: Desk, aio: Aio) -> None:
    async def travel(driver: Driver) -> None:
        await driver.sign_in()
        desk.backend.stage("POST", "/demo/clock", {"advance": "P3D"})
        await driver.until(lambda s: s.link.clock_offset > timedelta(days=2))
        kill(desk.backend)

    async def offline(driver: Driver) -> None:
        await recalled(driver)
        assert abs(driver.state.link.clock_offset - before.link.clock_offset) < timedelta(seconds=2)

    before = aio(desk.sit(travel), 20)
    aio(desk.sit(offline), 20)


def test_without_a_stream_of_events_the_link_is_back_all_the_same(
    desk: Desk, aio: Aio, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def offline(driver: Driver) -> None:
        await recalled(driver)
        monkeypatch.setattr(effort, "WAITS", (60.0,))
        await tried(driver)
        desk.backend.start()
        fault(desk.backend, "events", 404, 9)
        driver.session.retry()
        await driver.until(lambda s: s.vehicle is not None and s.vehicle.capabilities)
        assert driver.state.link.online
        assert driver.said_keys() == ["link.lost", "link.back"]

    aio(desk.sign_in(), 20)
    kill(desk.backend)
    aio(desk.sit(offline), 30)


async def tried(driver: Driver) -> None:
    """One more try, so that the next one comes after the new wait or when it is asked for."""
    tries = len(driver.entries)
    driver.session.retry()
    await driver.until(lambda s: len(driver.entries) > tries)


def fault(backend: Backend, route: str, status: int, times: int) -> None:
    table = {"kind": "answer", "route": route, "times": times, "mode": "status", "value": status}
    backend.stage("POST", "/demo/faults", table)


def test_a_token_server_that_cannot_leaves_the_cars_on_screen_until_it_can(
    desk: Desk, aio: Aio, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def offline(driver: Driver) -> None:
        await recalled(driver)
        monkeypatch.setattr(effort, "WAITS", (60.0,))
        await tried(driver)
        desk.backend.start()
        fault(desk.backend, "token", 500, 2)
        for failed in (1, 2):
            driver.session.retry()
            await driver.until(lambda s, n=failed: sum(one.status == 500 for one in s.privacy.recent) == n)
        assert driver.state.account.stage is SignInStage.SIGNED_IN
        assert not driver.state.link.online
        with pytest.raises(NetworkError):
            await driver.session.renew()
        assert reported(driver.state) == reported(before)
        driver.session.retry()
        await driver.ready()
        assert driver.said_keys().count("link.back") == 1
        assert len(desk.keys.held) == 1

    before = aio(desk.sign_in(), 20)
    kill(desk.backend)
    aio(desk.sit(offline), 30)


def test_without_a_token_in_the_keyring_there_is_the_sign_in_page(desk: Desk, aio: Aio) -> None:
    async def offline(driver: Driver) -> None:
        await driver.session.start()
        await driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT)
        assert driver.state.account.error == "network.unreachable"
        assert driver.state.vehicles == ()
        assert driver.said_keys() == []
        desk.backend.start()
        await driver.until(lambda s: s.link.backend_name and s.account.error is None)
        async with asyncio.timeout(10):
            while (desk.folder / FILE).exists():
                await asyncio.sleep(0.01)
        assert driver.state.vehicles == ()

    aio(desk.sign_in(), 20)
    kill(desk.backend)
    desk.keys.held.clear()
    aio(desk.sit(offline), 30)


def test_signing_out_erases_it(desk: Desk, aio: Aio) -> None:
    async def out(driver: Driver) -> None:
        await driver.sign_in()
        assert FILE in desk.files_with(VIN)
        assert FILE in desk.files_with(EMAIL)
        await driver.sign_out()

    aio(desk.sit(out), 20)
    assert desk.files_with(VIN, EMAIL) <= {"ledger.db"}


def test_signing_out_without_a_connection_erases_it_and_nothing_brings_it_back(desk: Desk, aio: Aio) -> None:
    async def offline(driver: Driver) -> None:
        await recalled(driver)
        driver.session.dismiss(driver.state.notices[0].id)
        await driver.sign_out()
        assert driver.state.vehicles == ()
        assert driver.on_screen() == ["link.lost"]
        assert desk.keys.held == {}
        desk.backend.start()
        await driver.until(lambda s: s.link.backend_name)
        await driver.until(lambda s: s.link.online and not s.notices)
        assert driver.state.account.stage is SignInStage.SIGNED_OUT

    aio(desk.sign_in(), 20)
    kill(desk.backend)
    aio(desk.sit(offline), 30)
    assert desk.files_with(VIN, EMAIL) <= {"ledger.db"}


def test_a_session_that_was_ended_elsewhere_erases_it(desk: Desk, aio: Aio) -> None:
    async def ended(driver: Driver) -> None:
        await driver.sign_in()
        desk.backend.stage("POST", "/demo/faults", {"kind": "revoke_tokens"})
        await driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT)

    aio(desk.sit(ended), 20)
    assert desk.files_with(VIN, EMAIL) <= {"ledger.db"}


def test_a_session_that_was_ended_while_the_app_was_away_leads_to_the_sign_in_page(desk: Desk, aio: Aio) -> None:
    async def offline(driver: Driver) -> None:
        await recalled(driver)
        desk.backend.start()
        await driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT and s.link.online)
        assert driver.said_keys() == ["link.lost", "session.signed_out", "link.back"]
        assert driver.state.account.email == EMAIL
        assert desk.keys.held == {}
        driver.session.sign_in_demo()
        await driver.ready()

    aio(desk.sign_in(), 20)
    desk.backend.stage("POST", "/demo/faults", {"kind": "revoke_tokens"})
    kill(desk.backend)
    aio(desk.sit(offline), 30)
    assert FILE in desk.files_with(VIN)


def test_another_backend_at_the_same_address_gets_neither_the_cars_nor_the_token(desk: Desk, aio: Aio) -> None:
    async def offline(driver: Driver) -> None:
        await recalled(driver)
        renewals = sum(one.request == "session.refresh" for one in driver.entries)
        desk.backend.start()
        await driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT and s.link.online)
        assert driver.state.vehicles == ()
        assert sum(one.request == "session.refresh" for one in driver.entries) == renewals
        assert driver.app.context.tokens.refresh_token == ""
        assert len(desk.keys.held) == 1

    aio(desk.sign_in(), 20)
    kill(desk.backend)
    (desk.backend.data_dir / "id").unlink()
    aio(desk.sit(offline), 30)
    assert FILE not in desk.files_with(VIN)


def test_another_backend_that_knows_the_owner_too_does_not_show_the_first_ones_cars(
    desk: Desk, aio: Aio, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def offline(driver: Driver) -> None:
        await recalled(driver)
        monkeypatch.setattr(effort, "WAITS", (60.0,))
        await tried(driver)
        name.write_bytes(first)
        desk.backend.start()
        fault(desk.backend, "token", 500, 1)
        driver.session.retry()
        await driver.until(lambda s: s.account.error == "server.error")
        assert driver.state.vehicles == ()
        assert driver.state.account.stage is SignInStage.SIGNED_OUT
        driver.session.retry()
        await driver.ready()

    name = desk.backend.data_dir / "id"
    first = name.read_bytes()
    aio(desk.sign_in(), 20)
    kill(desk.backend)
    name.unlink()
    desk.backend.start()
    aio(desk.sign_in(), 20)
    assert len(desk.keys.held) == 2
    kill(desk.backend)
    aio(desk.sit(offline), 30)


def test_after_a_restart_with_a_connection_the_e_mail_is_known_and_nothing_is_said(desk: Desk, aio: Aio) -> None:
    async def again(driver: Driver) -> None:
        await driver.session.start()
        await driver.ready()
        assert driver.state.account.email == EMAIL
        assert driver.said_keys() == []

    aio(desk.sign_in(), 20)
    aio(desk.sit(again), 20)
    assert FILE in desk.files_with(EMAIL)


class NoKeys(MemoryKeys):
    async def save(self, name: str, token: str) -> bool:
        return False


def test_where_the_sign_in_is_not_kept_the_cars_are_not_either(desk: Desk, aio: Aio) -> None:
    desk.keys = NoKeys()
    state = aio(desk.sign_in(), 20)
    assert state.vehicle is not None
    assert desk.files_with(VIN, EMAIL) <= {"ledger.db"}
