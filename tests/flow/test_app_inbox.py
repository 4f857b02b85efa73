"""Messages against a backend that tells them: heard once, in order, kept with the sign-in and gone with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app_driver import VIN, Driver, running
from backend_process import Backend
from canary import copies
from companion.api.commands import Report
from companion.api.events import CommandTold, MessageTold
from companion.api.messages import message_of
from companion.core import effort, observe
from companion.core.keys import MemoryKeys
from companion.core.sign_in import DEMO_PASSWORD
from companion.model.command import Kind, Phase
from companion.model.message import Message
from companion.model.settings import Settings
from companion.model.state import SignInStage, State
from damage import relaying
from teller import Teller, told

Aio = Callable[..., Any]
FILE = "inbox.json"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, "SETTLING", (0.0,))
    monkeypatch.setattr(effort, "WAITS", (0.02, 0.05, 0.1))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with Backend(tmp_path_factory.mktemp("backend")) as backend:
        yield backend


class Desk:
    """One computer: the app's folder and its keyring."""

    def __init__(self, folder: Path, backend: Backend) -> None:
        self.folder = folder
        self.backend = backend
        self.keys = MemoryKeys()
        self.settings = Settings()

    @asynccontextmanager
    async def sit(self, teller: Teller) -> AsyncIterator[Driver]:
        origins = {"porsche_system": teller.origins["porsche_system"]}
        async with running(self.folder, origins, self.keys, self.settings) as driver:
            if self.keys.held:
                await driver.session.start()
                await driver.ready()
            else:
                await driver.sign_in()
            yield driver

    @property
    def file(self) -> Path:
        return self.folder / FILE

    def rows(self) -> list[Any]:
        return json.loads(self.file.read_text("utf-8"))["messages"]  # type: ignore[no-any-return]


@pytest.fixture
def desk(tmp_path: Path, shared: Backend) -> Desk:
    return Desk(tmp_path / "app", shared)


def ids(state: State) -> list[str]:
    return [one.id for one in state.messages]


async def heard(driver: Driver, *numbers: int) -> None:
    """Newest first."""
    await driver.until(lambda s: ids(s) == [str(number) for number in numbers])


def said(driver: Driver) -> list[str]:
    """Numbers of the messages that were said, in order."""
    return [one.message.id for one in driver.said if one.message is not None]


# -- told once, in order ----------------------------------------------------------------------------------------------


def test_a_message_is_heard_said_and_kept_once(desk: Desk, aio: Aio) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller, desk.sit(teller) as driver:
            number = teller.tell(told("charging_started", percent=41, target=85))
            await heard(driver, number)
            message = driver.state.messages[0]
            assert (message.vin, message.values, message.is_read) == (VIN, {"percent": 41.0, "target": 85.0}, False)
            assert message.heard_at is not None
            assert [one["id"] for one in desk.rows()] == [str(number)]
            teller.tell(told("charging_started", percent=42, target=85), number)
            second = teller.tell(told("charging_completed", percent=85))
            await heard(driver, second, number)
            assert driver.state.messages[1] == message
            assert said(driver) == [str(number), str(second)]

    aio(use(), 20)


def test_what_was_told_while_the_link_was_lost_comes_in_order_and_once(desk: Desk, aio: Aio) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller, desk.sit(teller) as driver:
            first = teller.tell(told("charging_started"))
            await heard(driver, first)
            teller.shut()
            await driver.until(lambda s: not s.link.online)
            missed = [teller.tell(told(kind)) for kind in ("charging_stopped", "climate_started", "climate_finished")]
            teller.is_shut = False
            await heard(driver, *reversed(missed), first)
            assert teller.resumed[-1] == str(first)
            assert said(driver) == [str(number) for number in (first, *missed)]

    aio(use(), 20)


def test_what_was_told_while_the_app_was_closed_comes_when_it_starts_again(desk: Desk, aio: Aio) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller:
            async with desk.sit(teller) as driver:
                first = teller.tell(told("charging_started"))
                await heard(driver, first)
                driver.session.read_messages(frozenset({str(first)}))
                # An event that is no message moves on how far was heard, too.
                later = teller.tell({"vin": VIN}, kind="switches")
                await until(lambda: driver.app.context.apis.events.last_id == str(later))
            missed = [teller.tell(told(kind)) for kind in ("charging_stopped", "climate_started")]
            async with desk.sit(teller) as driver:
                await heard(driver, *reversed(missed), first)
                assert teller.resumed[-1] == str(later)
                assert [one.is_read for one in driver.state.messages] == [False, False, True]
                assert said(driver) == [str(number) for number in missed]

    aio(use(), 30)


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.01)


def test_a_message_that_cannot_be_read_is_said_and_the_next_one_comes(desk: Desk, aio: Aio) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller, desk.sit(teller) as driver:
            teller.tell({**told("charging_started"), "values": 7})
            teller.tell({**told("charging_started"), "kind": "location_alarm"})
            number = teller.tell(told("charging_completed"))
            await heard(driver, number)
            assert driver.said_keys() == ["answer.malformed", "message.told"]

    aio(use(), 20)


# -- what is said -----------------------------------------------------------------------------------------------------


def test_what_the_owner_does_not_want_to_be_told_comes_into_the_list_only(desk: Desk, aio: Aio) -> None:
    desk.settings = Settings(muted=("charging_started",))

    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller, desk.sit(teller) as driver:
            quiet, loud = teller.tell(told("charging_started")), teller.tell(told("charging_completed"))
            await heard(driver, loud, quiet)
            assert said(driver) == [str(loud)]
            assert not any(one.is_read for one in driver.state.messages)
            driver.session.change_settings(replace(desk.settings, muted=()))
            third = teller.tell(told("charging_started"))
            await heard(driver, third, loud, quiet)
            assert said(driver) == [str(loud), str(third)]

    aio(use(), 20)


def message(number: int, kind: str, reason: str | None = None, at: datetime | None = None) -> MessageTold:
    found = message_of(told(kind, reason, at=at), str(number))
    assert isinstance(found, Message)
    return MessageTold(found)


def test_what_was_just_pressed_here_is_not_said_a_second_time(desk: Desk, aio: Aio) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller, desk.sit(teller) as driver:
            take = driver.session._listener._take
            driver.press(Kind.CLIMATE_STOP)
            command = await driver.ended(Kind.CLIMATE_STOP, Phase.ACCEPTED)
            take(message(1, "climate_stopped", "STOPPED"))
            take(message(2, "climate_stopped", "BATTERY_LOW"))
            take(message(3, "charging_stopped", "STOPPED"))
            assert command.remote_id is not None
            take(CommandTold(VIN, Report(command.remote_id, Phase.DONE), None, ()))
            now = driver.app.context.demo_now
            take(message(4, "climate_stopped", "STOPPED", now))
            take(message(5, "climate_stopped", "STOPPED", now + timedelta(minutes=5)))
            assert said(driver) == ["2", "3", "5"]
            assert len(driver.state.messages) == 5

    aio(use(), 20)


def test_the_panel_counts_the_message_among_what_is_held_here(desk: Desk, aio: Aio) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller, desk.sit(teller) as driver:
            driver.press(Kind.CLIMATE_STOP)
            command = await driver.ended(Kind.CLIMATE_STOP, Phase.ACCEPTED)
            driver.session._listener._take(message(1, "climate_stopped", "STOPPED"))
            driver.session._listener._take(CommandTold(VIN, Report(command.remote_id or "", Phase.DONE), None, ()))
            await driver.observed("climate_stop")
            held = [
                one.activity
                for one in driver.state.privacy.actions["climate_stop"].holdings
                if one.party == "companion_app"
            ]
            assert held == ["product.ledger", "product.inbox"]

    aio(use(), 20)


# -- kept, and gone ---------------------------------------------------------------------------------------------------


def test_signing_out_erases_the_messages_and_nothing_brings_them_back(desk: Desk, aio: Aio) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller:
            async with desk.sit(teller) as driver:
                await heard(driver, teller.tell(told("charging_started")))
                assert FILE in copies(desk.folder, VIN)
                await driver.sign_out()
                assert driver.state.messages == ()
                assert copies(desk.folder, VIN).keys() <= {"ledger.db"}
                driver.session.read_messages(frozenset({"1"}))
                assert not desk.file.exists()
            assert not desk.file.exists()
            async with desk.sit(teller) as driver:
                assert driver.state.messages == ()
                assert teller.resumed[-1] == ""

    aio(use(), 30)


def test_a_session_that_was_ended_elsewhere_erases_them(desk: Desk, aio: Aio) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller, desk.sit(teller) as driver:
            await heard(driver, teller.tell(told("charging_started")))
            await driver.observed("read_stored")
            desk.backend.stage("POST", "/demo/faults", {"kind": "revoke_tokens"})
            driver.session.read_stored()
            await driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT)
            assert driver.state.messages == ()
        assert copies(desk.folder, VIN).keys() <= {"ledger.db"}

    aio(use(), 20)


def test_erasing_the_record_erases_them_too(desk: Desk, aio: Aio) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller, desk.sit(teller) as driver:
            await heard(driver, teller.tell(told("charging_started")))
            driver.session.erase_ledger()
            assert driver.state.messages == ()
            assert desk.rows() == []
            assert FILE not in copies(desk.folder, VIN)
            assert "ledger.db" not in copies(desk.folder, VIN)
            number = teller.tell(told("charging_completed"))
            await heard(driver, number)
            driver.session.clear_messages()
            assert desk.rows() == []

    aio(use(), 20)


def test_the_deletion_of_the_account_leaves_nothing_of_it_on_this_computer(tmp_path: Path, aio: Aio) -> None:
    async def use(backend: Backend) -> None:
        desk = Desk(tmp_path / "app", backend)
        async with relaying(backend.parties, Teller) as teller, desk.sit(teller) as driver:
            await heard(driver, teller.tell(told("charging_started")))
            assert copies(desk.folder, VIN).keys() == {FILE, "ledger.db", "last_known.json"}
            driver.session.draft_deletion(DEMO_PASSWORD)
            driver.session.delete_account(DEMO_PASSWORD)
            await driver.until(lambda s: s.deletion is not None)
            assert driver.state.messages == ()
        assert copies(desk.folder, VIN) == {}
        assert copies(desk.folder, "owner@demo.example") == {}

    with Backend(tmp_path / "backend") as backend:
        aio(use(backend), 30)


def test_they_are_kept_as_long_as_the_record_of_what_was_sent(desk: Desk, aio: Aio) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller:
            async with desk.sit(teller) as driver:
                old, young = teller.tell(told("charging_started")), teller.tell(told("charging_completed"))
                await heard(driver, young, old)
            age(desk.file, str(old), timedelta(days=3))
            async with desk.sit(teller) as driver:
                await heard(driver, young, old)
                driver.session.change_settings(replace(desk.settings, ledger_days=3))
                await heard(driver, young)
                assert [one["id"] for one in desk.rows()] == [str(young)]
            age(desk.file, str(young), timedelta(days=30))
            async with desk.sit(teller) as driver:
                assert driver.state.messages == ()
                assert FILE not in copies(desk.folder, VIN)

    aio(use(), 40)


def age(file: Path, ident: str, by: timedelta) -> None:
    """As if a message had been heard earlier."""
    table = json.loads(file.read_text("utf-8"))
    for one in table["messages"]:
        if one["id"] == ident:
            one["heard_at"] = (datetime.fromisoformat(one["heard_at"]) - by).isoformat()
    file.write_text(json.dumps(table), "utf-8")


def test_without_a_connection_the_messages_of_before_are_shown(desk: Desk, aio: Aio) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller, desk.sit(teller) as driver:
            number = teller.tell(told("charging_started"))
            await heard(driver, number)
        async with running(desk.folder, {"porsche_system": "http://127.0.0.1:9"}, desk.keys) as driver:
            await driver.session.start()
            await heard(driver, number)
            assert driver.state.account.stage is SignInStage.SIGNED_IN
            assert said(driver) == []

    aio(use(), 30)


@pytest.mark.parametrize("change", [{"key_name": "another backend"}, {"email": "other@demo.example"}])
def test_messages_of_somebody_else_are_not_shown_and_go(desk: Desk, aio: Aio, change: dict[str, str]) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller:
            async with desk.sit(teller) as driver:
                await heard(driver, teller.tell(told("charging_started")))
            table = json.loads(desk.file.read_text("utf-8"))
            desk.file.write_text(json.dumps({**table, **change}), "utf-8")
            async with desk.sit(teller) as driver:
                assert driver.state.messages == ()
                assert teller.resumed[-1] == ""
                assert FILE not in copies(desk.folder, VIN)

    aio(use(), 30)


class NoKeys(MemoryKeys):
    async def save(self, name: str, token: str) -> bool:
        return False


def test_where_the_sign_in_is_not_kept_the_messages_are_not_either(desk: Desk, aio: Aio) -> None:
    desk.keys = NoKeys()

    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller, desk.sit(teller) as driver:
            await heard(driver, teller.tell(told("charging_started")))
            assert copies(desk.folder, VIN).keys() <= {"ledger.db"}

    aio(use(), 20)
    assert copies(desk.folder, VIN).keys() <= {"ledger.db"}


def test_a_keyring_that_takes_no_more_takes_the_messages_of_before_with_it(desk: Desk, aio: Aio) -> None:
    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller:
            async with desk.sit(teller) as driver:
                await heard(driver, teller.tell(told("charging_started")))
            kept = desk.keys.held
            desk.keys = NoKeys()
            desk.keys.held = kept
            async with desk.sit(teller) as driver:
                assert len(driver.state.messages) == 1
                assert copies(desk.folder, VIN).keys() <= {"ledger.db"}

    aio(use(), 30)


def test_the_clock_of_the_owner_counts_and_not_the_demos(desk: Desk, aio: Aio) -> None:
    """A message of next year is kept from when it was heard."""

    async def use() -> None:
        async with relaying(desk.backend.parties, Teller) as teller, desk.sit(teller) as driver:
            number = teller.tell(told("charging_started", at=datetime.now(UTC) + timedelta(days=400)))
            before = teller.tell(told("charging_started", at=datetime.now(UTC) - timedelta(days=400)))
            await heard(driver, number, before)
            driver.session.change_settings(replace(desk.settings, ledger_days=1))
            await heard(driver, number, before)

    aio(use(), 20)
