"""The table of what is held against a real backend: what it shows is what the parties hold, however it is asked for."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app_driver import VIN, Driver, running
from backend_process import Backend
from companion.core import observe
from companion.model.command import Kind
from companion.model.held import HeldPage, HeldQuery, HeldRecord
from mock_backend.catalogue import load
from mock_backend.vault import Vault
from standing_vault import Stopped

Aio = Callable[..., Any]
MANY = 1100
"""More than two of the server's pages."""
BAD = {"kind": "answer", "route": "holdings", "mode": "status", "value": 503, "times": 1}


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, "SETTLING", (0.0,))


@pytest.fixture
def drive(tmp_path: Path, aio: Aio) -> Callable[..., None]:
    """Runs a coroutine function with a signed-in app that may move the clock; `rows` were held before."""

    def run(use: Callable[[Driver, Backend], Any], rows: int = 0) -> None:
        async def body() -> None:
            backend = Backend(tmp_path / "backend")
            if rows:
                backend.start()
                backend.stop()
                fill(backend.data_dir, rows)
            with backend:
                origins = {"porsche_system": backend.parties["porsche_system"]}
                async with running(tmp_path / "app", origins, stage_key=backend.console_token) as driver:
                    await driver.sign_in()
                    await driver.observed("read_stored")
                    await use(driver, backend)

        aio(body(), 60)

    return run


def fill(folder: Path, rows: int) -> None:
    """Records of before: half of them with an end, a minute apart."""
    clock = Stopped(datetime.now(UTC) - timedelta(days=2))
    vault = Vault("porsche_system", folder / "porsche_system.db", load(), clock)
    owner = next(iter(vault.places()))[0]
    with vault.together():
        for number in range(rows):
            clock.moment += timedelta(minutes=1)
            vault.keep(
                ("lock_unlock.command", "lock_unlock.usage_statistics")[number % 2], VIN, {"n": number}, owner=owner
            )
    vault.close()


async def show(driver: Driver, query: HeldQuery) -> list[HeldRecord]:
    driver.session.show_holdings(query)
    await driver.until(lambda s: s.held.query == query and s.held.is_read and not s.held.is_reading)
    return rows(driver)


def rows(driver: Driver) -> list[HeldRecord]:
    return [record for page in driver.state.held.pages for record in page]


async def everything(backend: Backend) -> list[dict[str, Any]]:
    """What the stage tells of the owner's records, page by page."""
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        answer = await asyncio.to_thread(backend.stage, "GET", f"/demo/holdings?after={after}")
        found += answer["rows"]
        after = answer["next"]
    return found


async def whole(driver: Driver) -> list[HeldRecord]:
    """Goes on to the last page."""
    while driver.state.held.after:
        before = len(driver.state.held.pages)
        driver.session.more_holdings()
        await driver.until(lambda s, before=before: len(s.held.pages) > before)
    return rows(driver)


def test_a_filter_an_order_and_a_search_are_the_servers(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await driver.command(Kind.LOCK)
        await driver.observed("lock")
        all_rows = await show(driver, HeldQuery())
        told = await everything(backend)
        assert {one.id for one in all_rows} == {one["id"] for one in told}
        assert [one.stored_at for one in all_rows] == sorted((one.stored_at for one in all_rows), reverse=True)
        silent = await show(driver, HeldQuery(rule="unspecified"))
        assert {one.id for one in silent} == {one["id"] for one in told if one["rule"] == "unspecified"} != set()
        assert all(one.kind.period.rule == "unspecified" for one in silent)
        table = driver.state.held
        assert table.everything == len(told)
        assert table.rules["unspecified"] == table.total == len(silent)
        driver.session.holdings_again()
        await driver.until(lambda s: s.held.number > table.number and not s.held.is_reading)
        # Read anew under a filter, what the filter leaves out is counted anew too.
        assert (driver.state.held.everything, driver.state.held.rules) == (table.everything, table.rules)
        identity = await show(driver, HeldQuery(party="identity"))
        assert {one.kind.party for one in identity} == {"identity"}
        assert set(driver.state.held.parties) == {one["party"] for one in told}
        by_end = await show(driver, HeldQuery(rule="duration", sort="expires_at", is_down=False))
        ends = [one.expires_at for one in by_end if one.expires_at]
        assert ends == sorted(ends)
        assert len(ends) == len(by_end) > 1
        german = await show(driver, HeldQuery(text="entriegeln"))
        assert {one.kind.service for one in german} == {"lock_unlock"}
        assert await show(driver, HeldQuery(text="nobody holds this")) == []

    drive(use)


def test_pages_are_read_one_after_the_other_to_the_last_and_then_no_more(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        first = await show(driver, HeldQuery())
        assert len(first) == 500 < MANY < driver.state.held.total
        found = await whole(driver)
        told = await everything(backend)
        assert len(found) == len(told) == driver.state.held.total
        assert {one.id for one in found} == {one["id"] for one in told}
        assert tuple(first) == driver.state.held.pages[0]
        before = driver.state.held
        driver.session.more_holdings()
        assert driver.state.held is before

    drive(use, MANY)


def test_a_moved_clock_reads_as_many_rows_anew_under_the_same_filter(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        query = HeldQuery(text="unlock", sort="stored_at", is_down=False)
        await show(driver, query)
        before = await whole(driver)
        ending = {one.id for one in before if one.expires_at is not None}
        assert len(ending) > 500
        driver.session.move_clock("P2Y")
        await driver.until(lambda s: s.held.total == len(before) - len(ending) and not s.held.is_reading)
        after = rows(driver)
        assert driver.state.held.query == query
        assert {one.id for one in after} == {one.id for one in before} - ending
        assert driver.state.held.everything == driver.state.held.total

    drive(use, MANY)


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_the_export_has_every_row_that_the_filter_finds_and_no_secret(
    drive: Callable[..., None], tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"held{suffix}"

    async def use(driver: Driver, backend: Backend) -> None:
        query = HeldQuery(rule="unspecified")
        await show(driver, query)
        driver.session.export_holdings(str(file), "de")
        assert driver.state.held.is_exporting or await driver.until(lambda s: s.held.is_exporting)
        await driver.until(lambda s: not s.held.is_exporting)
        text = file.read_text("utf-8")
        written = list(csv.DictReader(text.splitlines())) if suffix == ".csv" else json.loads(text)["rows"]
        told = {one["id"] for one in await everything(backend) if one["rule"] == "unspecified"}
        assert len(written) == len(told) > 500
        assert {one["id"] for one in written} == told
        lock = next(one for one in written if one["activity"] == "lock_unlock.command")
        assert (lock["what"], lock["kept"], lock["about"]) == (
            "Befehl zum Ver- oder Entriegeln",
            "Nicht angegeben",
            VIN,
        )
        tokens = driver.app.context.tokens
        secrets = [tokens.refresh_token, *(one.trace for one in driver.entries if one.trace)]
        assert [one for one in secrets if one in text] == []
        assert [notice.params for notice in driver.said if notice.key == "held.exported"] == [
            (("rows", str(len(told))), ("file", file.name))
        ]

    drive(use, MANY)
    assert [one.name for one in tmp_path.glob("held*")] == [file.name]


def test_an_export_that_fails_leaves_the_file_of_before_and_no_half_one(
    drive: Callable[..., None], tmp_path: Path
) -> None:
    file = tmp_path / "held.csv"
    file.write_text("of before", "utf-8")

    async def use(driver: Driver, backend: Backend) -> None:
        await show(driver, HeldQuery())
        api, pages = driver.app.context.apis.holdings, []
        real = api.page

        async def page(query: HeldQuery, after: str = "") -> Any:
            pages.append(after)
            if after:
                await asyncio.to_thread(backend.stage, "POST", "/demo/faults", BAD)
            return await real(query, after)

        api.page = page  # type: ignore[method-assign]
        driver.session.export_holdings(str(file), "en")
        await driver.until(lambda s: "held.not_exported" in driver.said_keys() and not s.held.is_exporting)
        assert len(pages) == 2
        driver.session.export_holdings(str(tmp_path / "no" / "such" / "held.csv"), "en")
        await driver.until(lambda s: [one.key for one in driver.said].count("held.not_exported") == 2)

    drive(use, MANY)
    assert file.read_text("utf-8") == "of before"
    assert [one.name for one in tmp_path.glob("held*")] == [file.name]


def test_a_failed_reading_keeps_the_rows_and_works_again(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        before = await show(driver, HeldQuery())
        await asyncio.to_thread(backend.stage, "POST", "/demo/faults", BAD)
        driver.session.holdings_again()
        await driver.until(lambda s: s.held.failed is not None)
        assert rows(driver) == before
        driver.session.holdings_again()
        await driver.until(lambda s: s.held.failed is None and not s.held.is_reading)

    drive(use)


def kept_back(driver: Driver, which: Callable[[HeldQuery], bool]) -> tuple[asyncio.Event, asyncio.Event]:
    """(an answer to such a question is here, it may go on): until the second is set it does not."""
    here, late, real = asyncio.Event(), asyncio.Event(), driver.app.context.apis.holdings.page

    async def page(query: HeldQuery, after: str = "") -> HeldPage:
        found = await real(query, after)
        if which(query):
            here.set()
            await late.wait()
        return found

    driver.app.context.apis.holdings.page = page  # type: ignore[method-assign]
    return here, late


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_the_answer_to_an_older_question_is_dropped(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        here, late = kept_back(driver, lambda query: query.party == "identity")
        driver.session.show_holdings(HeldQuery(party="identity"))
        await here.wait()
        found = await show(driver, HeldQuery(party="vehicle"))
        assert {one.kind.party for one in found} == {"vehicle"}
        late.set()
        await settle()
        assert rows(driver) == found

    drive(use)


def test_after_signing_out_no_row_is_left(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await show(driver, HeldQuery())
        here, late = kept_back(driver, lambda query: True)
        driver.session.holdings_again()
        await here.wait()
        await driver.sign_out()
        late.set()
        await settle()
        assert driver.state.held.pages == ()

    drive(use)
