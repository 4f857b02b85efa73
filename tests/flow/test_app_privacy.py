"""The Privacy page against a real backend: its figures are the ledger's and the backend's, and the clock does what it says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app_driver import VIN, Driver, running
from backend_process import Backend
from companion.core import observe
from companion.model.command import Kind
from companion.model.state import SignInStage

Aio = Callable[..., Any]


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, "SETTLING", (0.0,))


@pytest.fixture
def drive(tmp_path: Path, aio: Aio) -> Callable[..., None]:
    """Runs a coroutine function with a signed-in app that may move the clock."""

    def run(use: Callable[[Driver, Backend], Any], told: bool = True) -> None:
        async def body() -> None:
            with Backend(tmp_path / "backend") as backend:
                origins = {"porsche_system": backend.parties["porsche_system"]}
                key = backend.console_token if told else ""
                async with running(tmp_path / "app", origins, stage_key=key) as driver:
                    await driver.sign_in()
                    await driver.observed("read_stored")
                    await use(driver, backend)

        aio(body(), 40)

    return run


async def look(driver: Driver) -> None:
    before = driver.state.today
    driver.session.look_at_privacy()
    await driver.until(lambda s: s.today is not before and s.today.read_at is not None)


def test_what_left_is_what_the_ledger_has_and_looks_are_not_in_it(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await driver.command(Kind.LOCK)
        await driver.observed("lock")
        await look(driver)
        entries = [one for one in driver.app.ledger if one.group != "observation"]
        assert driver.state.today.sent_here == sum(one.sent for one in entries) > 1000
        assert sum(driver.state.today.hours) == driver.state.today.sent_here
        assert any(one.group == "observation" for one in driver.app.ledger)

    drive(use)


def test_what_is_held_and_who_got_it_is_what_the_backend_says(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await driver.command(Kind.LOCK)
        await driver.observed("lock")
        await look(driver)
        today = driver.state.today
        held = await asyncio.to_thread(backend.stage, "GET", "/demo/holdings")
        assert today.total == held["total"] == sum(today.held.values()) == sum(today.rules.values())
        edges = await asyncio.to_thread(backend.stage, "GET", "/demo/edges")
        ways = {(one["from"], one["to"]) for one in edges["edges"]}
        assert {(flow.source.id, flow.target.id) for flow in today.flows if not flow.observed} == ways
        assert sum(flow.size for flow in today.flows if not flow.observed) == sum(
            one["bytes"] for one in edges["edges"]
        )
        lock = next(one for one in today.services if one.id == "lock_unlock")
        assert lock.seen > 0
        assert lock.size > 0
        assert len(today.gaps) == 43

    drive(use)


def test_a_month_erases_what_it_says_and_signs_nobody_out(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await driver.command(Kind.LOCK)
        await driver.observed("lock")
        await look(driver)
        before, offset = driver.state.today, driver.state.link.clock_offset
        ending = sum(due.rows for due in before.dues if due.at <= before.read_at + timedelta(days=31))  # type: ignore[operator]
        driver.session.move_clock("P31D")
        await driver.until(lambda s: s.today is not before and s.today.total == before.total - ending)
        await driver.until(lambda s: s.link.clock_offset - offset > timedelta(days=30, hours=23))
        assert ending > 0
        assert driver.state.account.stage is SignInStage.SIGNED_IN
        assert "clock.moved_gone" in driver.said_keys()
        await driver.read("read_stored")
        assert driver.state.read_failed is None
        driver.session.draft_deletion("another")
        assert driver.state.end_failed is None

    drive(use)


def test_the_next_end_is_reached_and_then_there_is_none(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await driver.command(Kind.LOCK)
        await driver.observed("lock")
        for _ in range(60):
            await look(driver)
            if not driver.state.today.dues:
                break
            before = driver.state.today
            driver.session.move_clock("next")
            # What is due within the second may go by itself before the clock is moved to it.
            await driver.until(
                lambda s, before=before: s.today is not before or "clock.nothing_due" in driver.said_keys()
            )
        assert driver.state.link.clock_offset > timedelta(days=300)
        assert driver.state.today.dues == ()
        assert driver.state.today.total > 0
        # What is due is shown no more, and may not have been deleted yet: then that was the next end.
        for _ in range(5):
            told = len(driver.said)
            driver.session.move_clock("next")
            await driver.until(lambda s, told=told: len(driver.said) > told)
        assert driver.said_keys()[-1] == "clock.nothing_due"

    drive(use)


def test_without_the_key_no_stage_is_offered(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        assert driver.state.link.is_demo
        assert not driver.state.link.stage_open

    drive(use, told=False)


# -- erasure, proved ---------------------------------------------------------------------------------------------------


async def receipt(driver: Driver) -> None:
    before = driver.state.receipts
    driver.session.take_receipt()
    await driver.until(lambda s: s.receipts is not before)


def test_a_receipt_counts_the_owners_values_in_every_file(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await receipt(driver)
        one = driver.state.receipts[-1]
        assert one.total > 0
        assert {kind for _, kind, _ in one.values} >= {"vin", "email", "account"}
        assert not any(VIN in value for _, _, value in one.values)
        assert {"porsche_system.db", "identity.db", "vehicle.db"} <= {file.name for file in one.files}
        assert all(len(file.sha256) == 64 for file in one.files)

    drive(use)


def test_after_a_year_the_records_for_statistics_are_out_of_the_files(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await driver.command(Kind.LOCK)
        await driver.observed("lock")
        await receipt(driver)
        driver.session.move_clock("P1Y")
        await driver.until(lambda s: len(s.receipts) == 2)
        before, after = driver.state.receipts
        assert 0 < after.total < before.total
        seals = [{file.name: file.sha256 for file in one.files} for one in (before, after)]
        assert seals[0]["porsche_system.db"] != seals[1]["porsche_system.db"]

    drive(use)


def test_a_deleted_account_leaves_nothing_in_any_file_and_says_what_was_promised(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await driver.command(Kind.LOCK)
        await driver.observed("lock")
        driver.session.focus("delete_account")
        driver.session.draft_deletion("demo-drive")
        (preview,) = driver.state.privacy.actions["delete_account"].previews
        assert b"demo-drive" not in preview.raw
        driver.session.delete_account("demo-drive")
        await driver.until(lambda s: s.deletion is not None)
        deletion = driver.state.deletion
        assert deletion is not None
        assert deletion.rows == sum(one.rows for one in deletion.erased) > 0
        assert deletion.before.total > 0
        assert deletion.after.total == 0
        assert {line for _, line, _ in deletion.promised} == {47, 417}
        assert driver.state.account.stage is SignInStage.SIGNED_OUT
        assert list(driver.app.ledger) == []
        assert [
            path.name for path in backend.data_dir.rglob("*") if path.is_file() and VIN.encode() in path.read_bytes()
        ] == []
        # The stand goes on.
        driver.session.sign_in_demo()
        await driver.until(lambda s: s.account.error == "sign_in.demo_gone")
        driver.session.fresh_demo()
        await driver.until(lambda s: "demo.fresh" in driver.said_keys())
        assert driver.state.account.error is None
        driver.session.sign_in_demo()
        await driver.ready()

    drive(use)


def test_nobody_looks_while_the_account_ends(drive: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A look would be refused for want of an account, and ask for a new token in its name."""
    monkeypatch.setattr(observe, "SETTLING", (0.0,) * 60)

    async def use(driver: Driver, backend: Backend) -> None:
        ended: list[bool] = []

        async def look() -> None:
            while not ended:
                driver.session.look_at_privacy()
                driver.session.look_into_car()
                await asyncio.sleep(0.001)

        await driver.command(Kind.LOCK)
        looking = asyncio.create_task(look())
        driver.app.ledger.erase = lambda: 0  # type: ignore[method-assign]
        driver.session.delete_account("demo-drive")
        await driver.until(lambda s: s.deletion is not None)
        ended.append(True)
        await looking
        rows = [(one.request, one.status) for one in driver.entries]
        assert ("account.delete", 200) in rows
        assert sum(name.startswith("observation.") for name, _ in rows) > 3, "they did look before"
        assert [one for one in rows if one[1] == 401 or one[0] == "session.refresh"] == []

    drive(use)


def test_a_wrong_password_deletes_nothing(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        driver.session.delete_account("wrong")
        await driver.until(lambda s: s.end_failed == "account.wrong_password")
        assert "account.wrong_password" not in driver.said_keys(), "it is said where it is typed"
        assert driver.state.account.stage is SignInStage.SIGNED_IN
        assert driver.state.deletion is None
        await driver.read("read_stored")
        assert driver.state.read_failed is None

    drive(use)
