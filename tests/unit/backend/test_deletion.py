"""The end of an account that does not go smoothly: dropped half-way, failing half-way, or met by somebody else."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from canary import copies
from mock_backend.app import Backend
from mock_backend.clock import Clock
from mock_backend.receipt import Receipts, Value
from mock_backend.retention import Retention
from mock_backend.wire import Wire

ACCOUNT, EMAIL, PASSWORD = "owner-1", "owner@demo.example", "demo-drive"
CANARY = "WP0ZZZY1ZSSA1CANARY"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    place = tmp_path / "here"
    place.mkdir()
    return place


@pytest.fixture
def backend(here: Path) -> Iterator[Backend]:
    backend = Backend(here, None, 0.0)
    for party in ("porsche_system", "vehicle", "emergency"):
        for number in range(3):
            backend.vaults[party].keep("product.emergency_call", CANARY, {"value": CANARY * number}, owner=ACCOUNT)
    yield backend
    backend.close()


def hook(backend: Backend, monkeypatch: pytest.MonkeyPatch, party: str, call: Callable[[], Any]) -> None:
    """Is called when all parties before this one have erased their records."""
    vault = backend.vaults[party]
    forget = vault.forget
    monkeypatch.setattr(vault, "forget", lambda owner, limit=500: (call(), forget(owner, limit))[1])


@pytest.mark.parametrize("party", ["porsche_system", "vehicle", "emergency", "identity"])
def test_dropped_half_way_its_owner_can_sign_in_and_delete_again(
    backend: Backend, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, party: str
) -> None:
    dropped = tmp_path / "dropped"
    hook(backend, monkeypatch, party, lambda: dropped.exists() or shutil.copytree(here, dropped))
    before = backend.accounts.by_email(EMAIL)
    asyncio.run(backend.deletion.delete(ACCOUNT))
    assert copies(here, CANARY) == copies(here, EMAIL) == {}
    again = Backend(dropped, None, 0.0)
    assert again.accounts.by_email(EMAIL) == before, "the same one, not the demo account made anew"
    answer = asyncio.run(again.deletion.delete(ACCOUNT))
    assert answer["receipt"]["after"]["total"] == 0
    assert copies(dropped, CANARY) == copies(dropped, EMAIL) == copies(dropped, ACCOUNT) == {}
    again.close()


def test_an_account_with_more_records_than_fit_in_a_batch_goes_as_a_whole(backend: Backend, here: Path) -> None:
    vault = backend.vaults["emergency"]
    with vault.together():
        for number in range(1100):
            vault.keep("product.emergency_call", CANARY, {"value": number}, owner=ACCOUNT)
    answer = asyncio.run(backend.deletion.delete(ACCOUNT))
    assert {row["party"]: row["rows"] for row in answer["parties"]}["emergency"] == 1103
    assert (vault.size(), copies(here, CANARY)) == (0, {})


def test_failing_half_way_its_owner_can_sign_in_and_delete_again(
    backend: Backend, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        monkeypatch.undo()
        raise sqlite3.OperationalError("database or disk is full")

    hook(backend, monkeypatch, "vehicle", fail)
    with pytest.raises(sqlite3.OperationalError):
        asyncio.run(backend.deletion.delete(ACCOUNT))
    assert backend.accounts.check(EMAIL, PASSWORD) == ACCOUNT
    assert backend.accounts.open(ACCOUNT, "").access_token
    asyncio.run(backend.deletion.delete(ACCOUNT))
    assert copies(here, CANARY) == copies(here, ACCOUNT) == {}


def test_an_account_is_made_anew_only_when_all_of_the_old_one_is_gone(
    backend: Backend, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise cars would go on for an account that is not there."""
    hook(backend, monkeypatch, "identity", lambda: order.append("erasing"))
    order: list[str] = []

    async def fresh() -> None:
        await asyncio.sleep(0)
        await backend._fresh()
        order.append("anew")

    async def sign_on() -> None:
        pass

    for car in backend.cars.values():
        monkeypatch.setattr(car, "sign_on", sign_on)

    async def both() -> None:
        answer, _ = await asyncio.gather(backend.deletion.delete(ACCOUNT), fresh())
        assert answer["receipt"]["after"]["total"] == 0

    asyncio.run(both())
    assert order[-1] == "anew"
    assert backend.accounts.check(EMAIL, PASSWORD) == ACCOUNT
    assert len(backend.garage.of(ACCOUNT)) == 3
    assert copies(here, CANARY) == {}


def test_an_edge_that_is_under_way_when_the_account_ends_is_not_remembered() -> None:
    wire = Wire(Clock())
    wire.origins["emergency"] = "http://127.0.0.1:9"
    ending: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        for owner in ending:
            assert wire.forget(owner) == 2
        return httpx.Response(200, json={})

    async def send(owner: str) -> None:
        await wire.send("porsche_system", "emergency", "/", {}, activity="a", trace="t", owner=owner)

    async def body() -> None:
        wire._clients[""] = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        await send("gone")
        await send("other")
        assert [edge.owner for edge in wire.edges()] == ["gone", "other"]
        ending.append("gone")
        await send("gone")
        assert list(wire.edges()) == []
        ending.clear()
        await send("other")
        await wire.close()

    asyncio.run(body())
    assert [edge.owner for edge in wire.edges()] == ["other"]


def test_a_receipt_does_without_a_file_that_was_there_for_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock writes beside its file; an erasure must not fail by that."""
    (tmp_path / "there").write_text(CANARY, "utf-8")
    receipts = Receipts(tmp_path, Clock(), {}, Retention(Clock(), {}))
    monkeypatch.setattr(receipts, "_files", lambda: [tmp_path / "clock.json.new", tmp_path / "there"])
    answer = asyncio.run(receipts.take((Value("given", CANARY, CANARY),)))
    assert [row["name"] for row in answer["files"]] == ["there"]
    assert answer["total"] == 1
