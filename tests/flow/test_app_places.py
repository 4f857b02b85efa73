"""Finding places in the app against a real backend: shown before it is sent, sent as shown, explained afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from app_driver import Driver
from backend_process import Backend
from companion.core.places import PAUSE
from companion.model.place import FoundPlace, Search
from companion.model.privacy import Transmission, Verdict
from owner_client import GARAGE

HERE = (48.80312, 9.01187)
TOWN = "Ludwigsburg"


def previews(driver: Driver) -> tuple[Transmission, ...]:
    view = driver.state.privacy.actions.get("find_place")
    return () if view is None else view.previews


def sent(driver: Driver) -> list[Transmission]:
    return [one for one in driver.entries if one.action == "find_place"]


async def stage(backend: Backend, path: str, **body: Any) -> Any:
    return await asyncio.to_thread(backend.stage, "POST", path, body)


async def drafted(driver: Driver, term: str, near: tuple[float, float] = HERE) -> tuple[Transmission, ...]:
    driver.session.focus("find_place")
    driver.session.draft_place(term, near)
    await driver.until(lambda s: previews(driver) and term.encode() in previews(driver)[-1].raw)
    return previews(driver)


async def found(driver: Driver, term: str, near: tuple[float, float] = HERE) -> tuple[FoundPlace, ...]:
    driver.session.find_place(term, near)
    assert driver.state.found.is_running
    await driver.until(lambda s: not s.found.is_running)
    assert (driver.state.found.term, driver.state.found.failed) == (term, None)
    return driver.state.found.places


def test_a_town_is_found_and_what_left_is_what_was_shown(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        shown = await drafted(driver, TOWN)
        assert [one.request for one in shown] == ["finder.sign_on", "finder.search"]
        assert sent(driver) == []
        first, *others = await found(driver, TOWN)
        assert (first.kind, first.name, first.town) == ("city", TOWN, "")
        assert abs(first.latitude - 48.897) + abs(first.longitude - 9.192) < 0.02
        assert len(others) == 7
        assert [one.raw for one in sent(driver)] == [one.raw for one in shown]
        assert [[(s.start, s.end, s.item) for s in one.spans] for one in sent(driver)] == [
            [(s.start, s.end, s.item) for s in one.spans] for one in shown
        ]

    drive(use)


def test_every_byte_is_explained(drive: Callable[..., None]) -> None:
    """Neither this computer's place nor the car is named, and the middle of the map to a kilometre."""

    async def use(driver: Driver, backend: Backend) -> None:
        sign_on, search = await drafted(driver, "Café „Römer“")
        assert b'"porsche_id":"owner@demo.example"' in sign_on.raw
        assert '{"term":"Café „Römer“","near":{"latitude":48.8,"longitude":9.01}}'.encode() in search.raw
        facts = {fact.item: fact for fact in search.fields}
        assert (facts["search_term"].verdict, facts["search_term"].line) == (Verdict.DECLARED, 287)
        assert facts["map_middle"].verdict is Verdict.NOT_LISTED
        assert facts["map_middle"].note["en"] == "The map’s middle, not this computer’s place"
        assert [fact.item for fact in search.not_seen] == ["device_position", "destination", "route"]
        assert {fact.item: fact.verdict for fact in sign_on.fields}["porsche_id"] is Verdict.DECLARED
        assert [one.id for one in search.receivers] == ["porsche_system", "poi_provider"]
        assert [gap.id for gap in search.gaps] == ["G04"]
        assert [(one.basis.value, one.rule) for one in facts["map_middle"].periods] == [("choice", "request")]
        kept = {(period.basis.value, period.rule, period.duration) for period in facts["search_term"].periods}
        assert kept == {("stated", "request", None), ("choice", "duration", "P30D")}
        for vin in (*GARAGE, "car-taycan"):
            assert vin.encode() not in search.raw

    drive(use)


def test_nothing_is_sent_while_typing_and_only_the_last_word_is_frozen(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        driver.session.focus("find_place")
        for length in range(1, len(TOWN) + 1):
            driver.session.draft_place(TOWN[:length], HERE)
        assert previews(driver) == ()
        await asyncio.sleep(3 * PAUSE)
        assert f'"term":"{TOWN}"'.encode() in previews(driver)[-1].raw
        # Another word in the same breath as Enter: what is frozen and sent is that one.
        driver.session.draft_place("Stuttgart", HERE)
        (first, *_) = await found(driver, "Stuttgart")
        assert first.name == "Stuttgart"
        assert [one.request for one in sent(driver)] == ["finder.sign_on", "finder.search"]
        assert b"Stuttgart" in sent(driver)[-1].raw
        assert not any(TOWN.encode() in one.raw for one in driver.entries)

    drive(use)


def test_what_is_cleared_is_neither_shown_nor_sent(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await drafted(driver, TOWN)
        driver.session.clear_places()
        assert previews(driver) == ()
        driver.session.find_place("   ", HERE)
        driver.session.find_place(TOWN, HERE)
        driver.session.clear_places()
        await asyncio.sleep(0.5)
        assert driver.state.found == Search()

    drive(use)


def test_the_second_search_of_a_session_signs_on_no_more_and_the_next_session_does(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await found(driver, TOWN)
        await found(driver, "bakery")
        names = [one.request for one in sent(driver)]
        assert names == ["finder.sign_on", "finder.search", "finder.search"]
        await driver.sign_out()
        assert driver.state.found == Search()
        driver.session.sign_in_demo()
        await driver.ready()
        await found(driver, TOWN)
        assert [one.request for one in sent(driver)][3:] == ["finder.sign_on", "finder.search"]

    drive(use)


def test_who_got_it_and_what_is_held_is_told(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await found(driver, TOWN)
        await driver.observed("find_place")
        view = driver.state.privacy.actions["find_place"]
        assert [(one.source, one.target) for one in view.hops] == [("porsche_system", "poi_provider")]
        held = {one.activity: (one.party, one.period.rule) for one in view.holdings}
        assert held == {
            "finder.app_sign_on": ("porsche_system", "unspecified"), "product.search_mark": ("porsche_system", "duration"),
            "product.ledger": ("companion_app", "duration"),
        }  # fmt: skip

    drive(use)


def test_the_same_search_of_somebody_else_puts_ours_into_the_shared_store(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        near = {"latitude": 48.8, "longitude": 9.01}
        theirs = (await stage(backend, "/demo/places", term=TOWN.upper(), near=near))["places"]
        places = await found(driver, TOWN)
        assert [one.id for one in places] == [one["id"] for one in theirs]
        await driver.observed("find_place")
        view = driver.state.privacy.actions["find_place"]
        (row,) = [one for one in view.holdings if one.party == "request_cache_provider"]
        assert (row.activity, row.period.duration, row.line) == ("finder.shared_request_cache", "P30D", 295)
        assert row.expires_at is not None
        assert (row.expires_at - row.stored_at).days == 30
        assert {one.target for one in view.hops} == {"poi_provider", "request_cache_provider"}
        moved = await stage(backend, "/demo/clock", advance="P31D")
        gone = {(one["party"], one["activity"]) for one in moved["deleted"]}
        assert ("request_cache_provider", "finder.shared_request_cache") in gone

    drive(use)


def test_with_every_car_in_private_mode_the_search_is_refused_and_says_why(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        for vin in GARAGE:
            await stage(backend, f"/demo/vehicles/{vin}/private_mode", on=True)
        driver.session.find_place(TOWN, HERE)
        await driver.until(lambda s: s.found.failed)
        assert driver.state.found.failed == "access.private_mode"
        await stage(backend, f"/demo/vehicles/{GARAGE[1]}/private_mode", on=False)
        assert (await found(driver, TOWN))[0].name == TOWN

    drive(use)


def test_what_goes_wrong_is_said_where_it_was_asked_and_the_next_try_works(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        for mode, key in (
            ("truncated", "answer.malformed"),
            ("wrong_type", "answer.malformed"),
            ("die", "network.lost"),
        ):
            await stage(backend, "/demo/faults", kind="answer", route="places", mode=mode, value=500, times=1)
            driver.session.find_place(TOWN, HERE)
            await driver.until(lambda s: not s.found.is_running)
            assert (mode, driver.state.found.failed) == (mode, key)
            assert driver.said == []
        assert (await found(driver, TOWN))[0].name == TOWN

    drive(use)


def test_pressed_again_while_it_is_under_way_it_is_sent_once(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await drafted(driver, TOWN)
        for _ in range(3):
            driver.session.find_place(TOWN, HERE)
        await driver.until(lambda s: not s.found.is_running)
        await asyncio.sleep(0.3)
        assert [one.request for one in sent(driver)] == ["finder.sign_on", "finder.search"]
        await found(driver, TOWN)

    drive(use)
