"""The place search behind the app: who gets what, what stays, and when a second person's same search is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_backend.app import Backend
from mock_backend.clock import add
from mock_backend.places import MARK, SHARED, Wish, wish
from mock_backend.porsche_system.places import Finder
from mock_backend.providers.poi_provider import Atlas
from mock_backend.web import Refused
from mock_backend.wire import new_trace
from parties_inside import inside

OWNER, EMAIL, OTHER = "owner-1", "owner@demo.example", "somebody-else"
WISH = Wish("Ludwigsburg", (48.8, 9.01))
FOUND = [{"id": "a", "kind": "city", "name": "Ludwigsburg", "town": "", "latitude": 48.9, "longitude": 9.19}]
STORES = ("porsche_system", "poi_provider", "request_cache_provider")


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    backend = Backend(tmp_path, None, 0.0)
    inside(backend, monkeypatch)
    monkeypatch.setattr(Atlas, "find", lambda self, wanted: FOUND)
    yield backend
    backend.close()


@pytest.fixture
def finder(backend: Backend) -> Finder:
    return Finder(
        backend.vaults["porsche_system"], backend.clock, backend.accounts, backend.garage, backend.board, backend.wire,
        backend.backend_id,
    )  # fmt: skip


def search(finder: Finder, account: str, wanted: Wish = WISH) -> list[dict[str, Any]]:
    return asyncio.run(finder.search(account, wanted, new_trace()))


def edges(backend: Backend) -> list[tuple[str, str]]:
    return [(edge.target, edge.path) for edge in backend.wire.edges()]


def shared(backend: Backend) -> list[str]:
    return [row.owner for row in backend.vaults["request_cache_provider"].after(0, 99)]


def test_one_persons_searches_go_to_who_finds_places_and_leave_a_mark_only(backend: Backend, finder: Finder) -> None:
    assert [search(finder, OWNER), search(finder, OWNER)] == [FOUND, FOUND]
    assert edges(backend) == [("poi_provider", "/searches")] * 2
    assert backend.vaults["poi_provider"].size() == backend.vaults["request_cache_provider"].size() == 0
    (mark,) = backend.vaults["porsche_system"].find(MARK)
    assert (mark.owner, set(mark.values)) == (OWNER, {"mark"})
    assert mark.expires_at == add(mark.stored_at, "P30D")
    assert "udwigsburg" not in repr(mark).casefold()


def test_the_same_search_of_a_second_person_is_stored_and_a_third_time_not_looked_up_again(
    backend: Backend, finder: Finder
) -> None:
    search(finder, OWNER)
    assert search(finder, OTHER, Wish(" LUDWIGSBURG ", WISH.near)) == FOUND
    assert shared(backend) == [OTHER]
    (row,) = backend.vaults["request_cache_provider"].after(0, 9)
    assert (row.activity, row.expires_at) == (SHARED, add(row.stored_at, "P30D"))
    before = edges(backend).count(("poi_provider", "/searches"))
    assert search(finder, OWNER) == FOUND
    assert edges(backend).count(("poi_provider", "/searches")) == before == 2
    assert sorted(shared(backend)) == [OWNER, OTHER]


def test_neither_other_words_nor_another_place_are_the_same_search(backend: Backend, finder: Finder) -> None:
    search(finder, OWNER)
    search(finder, OTHER, Wish("Ludwigsburger", WISH.near))
    search(finder, OTHER, Wish("Ludwigsburg", (48.8, 9.02)))
    assert shared(backend) == []


def test_after_the_period_a_second_person_is_the_first_again(backend: Backend, finder: Finder) -> None:
    search(finder, OWNER)
    search(finder, OTHER)
    assert shared(backend) == [OTHER]
    asyncio.run(backend.retention.move(lambda start: add(start, "P31D")))
    assert shared(backend) == []
    search(finder, OTHER)
    assert shared(backend) == []


def test_the_end_of_an_account_takes_its_rows_everywhere_and_nobody_elses(backend: Backend, finder: Finder) -> None:
    finder.sign_on(OWNER, EMAIL, new_trace())
    for account in (OWNER, OTHER, OWNER):
        search(finder, account)
    asyncio.run(backend.deletion.delete(OWNER))
    assert [backend.vaults[party].size(OWNER) for party in STORES] == [0, 0, 0]
    assert shared(backend) == [OTHER]


def test_who_finds_places_gets_words_and_a_place_and_nothing_about_a_person(
    backend: Backend, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    real = backend.wire.send

    async def noting(source: str, target: str, path: str, body: Any, **more: Any) -> Any:
        sent.append({"to": target, **body})
        return await real(source, target, path, body, **more)

    monkeypatch.setattr(backend.wire, "send", noting)
    search(finder, OWNER)
    assert sent == [{"to": "poi_provider", "term": "Ludwigsburg", "near": {"latitude": 48.8, "longitude": 9.01}}]


def test_a_store_that_does_not_answer_keeps_nobody_from_finding(
    backend: Backend, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    search(finder, OWNER)
    monkeypatch.setitem(backend.wire.origins, "request_cache_provider", "http://poi-provider")
    assert search(finder, OTHER) == FOUND


def test_a_search_that_cannot_be_looked_up_is_refused(
    backend: Backend, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(backend.wire.origins, "poi_provider", "http://request-cache-provider/none")
    with pytest.raises(Refused) as refused:
        search(finder, OWNER)
    assert refused.value.status == 504


def test_an_account_without_a_car_has_no_such_service(backend: Backend, finder: Finder) -> None:
    backend.accounts.create("second", "second@demo.example", "demo-drive", "1948")
    with pytest.raises(Refused) as refused:
        finder.sign_on("second", "second@demo.example", new_trace())
    assert refused.value.status == 404
    for wrong in (EMAIL.upper() + "x", "second@demo.example", 7, None, [EMAIL]):
        with pytest.raises(Refused) as refused:
            finder.sign_on(OWNER, wrong, new_trace())
        assert refused.value.status == 403
    assert list(backend.vaults["porsche_system"].find("finder.app_sign_on")) == []


@pytest.mark.parametrize(
    ("term", "near"),
    [
        ("", {"latitude": 1, "longitude": 2}), ("  \t", {"latitude": 1, "longitude": 2}),
        ("x" * 81, {"latitude": 1, "longitude": 2}), (7, {"latitude": 1, "longitude": 2}), ("x", None), ("x", []),
        ("x", {"latitude": 90.1, "longitude": 2}), ("x", {"latitude": 1, "longitude": -181}), ("x", {"latitude": 1}),
        ("x", {"latitude": True, "longitude": 2}), ("x", {"latitude": "1", "longitude": 2}),
        ("x", {"latitude": 10**400, "longitude": 2}), ("x", {"latitude": float("nan"), "longitude": 2}),
        ("x", {"latitude": 1, "longitude": 2, "more": 3}),
    ],
)  # fmt: skip
def test_what_is_no_search_is_refused(term: object, near: object) -> None:
    with pytest.raises(Refused) as refused:
        wish({"term": term, "near": near})
    assert refused.value.status == 400


def test_only_the_makers_own_systems_may_ask_the_providers(backend: Backend) -> None:
    async def ask(party: str, path: str, key: str, body: dict[str, Any]) -> int:
        transport = httpx.ASGITransport(backend.apps()[party])
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return (await client.post(path, json=body, headers={"x-system-key": key})).status_code

    bodies = {
        ("poi_provider", "/searches"): WISH.body, ("request_cache_provider", "/searches/known"): WISH.body,
        ("request_cache_provider", "/searches"): {**WISH.body, "account": OWNER, "places": FOUND},
    }  # fmt: skip
    for (party, path), body in bodies.items():
        assert asyncio.run(ask(party, path, "guessed", body)) == 403
        assert asyncio.run(ask(party, path, backend.wire.key, {**body, "more": 1})) == 400
        assert asyncio.run(ask(party, path, backend.wire.key, body)) in (200, 201)
    gone = {**WISH.body, "account": OWNER, "places": FOUND}
    backend.vaults["request_cache_provider"].refuse(OWNER)
    assert asyncio.run(ask("request_cache_provider", "/searches", backend.wire.key, gone)) == 410
    wrong = {**WISH.body, "account": OWNER, "places": "all"}
    assert asyncio.run(ask("request_cache_provider", "/searches", backend.wire.key, wrong)) == 400
