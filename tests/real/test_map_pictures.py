"""Map pictures end to end, against a real server: keys that end, marks, failures, the owner's own server, what is kept."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app_driver import Driver, running
from canary import copies
from companion.api.last_known import Owner, Recalled
from companion.api.map_pictures import Giver
from companion.core import map_pictures
from companion.core.happenings import AccountMoved
from companion.core.keys import MemoryKeys
from companion.model.map_pictures import Look, MapSource, SourceKind
from companion.model.mercator import TileId
from companion.model.privacy import Outcome, SpanKind
from companion.model.settings import Settings
from companion.model.state import Account, SignInStage, State
from companion.net.ledger import export_line
from companion.ui.parts.map import tiles
from companion.ui.parts.map.content import MapContent
from companion.ui.parts.map.pictures import Key
from companion.ui.parts.map.view import MapView
from companion.ui.start import dress
from map_server import ATTRIBUTION, MapServer, colour, mbtiles, png
from witness import Witness, differences, secret_items

TOKEN = "access-token-of-the-maker"
SEEN = datetime(2026, 11, 25, 14, 32, 7, tzinfo=UTC)
FOUR = tuple(TileId(14, 8600 + x, 5640 + y) for x, y in product(range(2), range(2)))
TWELVE = tuple(TileId(14, 8600 + x, 5640 + y) for x, y in product(range(4), range(3)))


@dataclass
class Viewer:
    """Looks at the map as the widget does: what it has, it does not ask for again."""

    driver: Driver
    got: dict[TileId, bytes | None] = field(default_factory=dict)
    told: list[TileId] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._changed = asyncio.Event()
        self.driver.session.maps.on_picture = self._take

    def _take(self, number: int, tile: TileId, is_light: bool, content: bytes | None) -> None:
        self.got[tile] = content
        self.told.append(tile)
        self._changed.set()

    def look(self, tiles: tuple[TileId, ...], **more: Any) -> None:
        usual: dict[str, Any] = {"service": "location_alarm", "radius": 1400, "seen_at": SEEN}
        self.driver.session.look_at_map(Look(tiles=tiles, **{**usual, **more}))

    async def have(self, tiles: tuple[TileId, ...], timeout: float = 10.0) -> None:
        async with asyncio.timeout(timeout):
            while not all(tile in self.got for tile in tiles):
                self._changed.clear()
                await self._changed.wait()

    async def see(self, tiles: tuple[TileId, ...], **more: Any) -> None:
        self.got.clear()
        self.look(tiles, **more)
        await self.have(tiles)

    @property
    def trouble(self) -> str | None:
        return self.driver.state.map_supply.trouble

    def forget(self) -> None:
        """As if the app had been started anew: nothing decoded, and what is kept has grown old."""
        self.got.clear()


@asynccontextmanager
async def viewing(
    folder: Path, server: MapServer, origins: dict[str, str] | None = None, source: MapSource | None = None,
    keys: MemoryKeys | None = None, remembered: bool = True,
) -> AsyncIterator[Viewer]:  # fmt: skip
    told = origins or {"porsche_system": server.origin, "map_provider": server.origin}
    settings = Settings(map_source=source) if source else Settings()
    async with running(folder, told, keys, settings) as driver:
        driver.app.context.tokens.put(TOKEN, 3600, "refresh")  # type: ignore[attr-defined]
        account = Account(SignInStage.SIGNED_IN, "owner@demo.example", remembered=remembered)
        driver.app.store.apply(AccountMoved(account))
        if remembered:
            driver.app.context.apis.pictures.begin()
        yield Viewer(driver)


@pytest.fixture
def server() -> Any:
    with MapServer() as server:
        yield server


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_pictures, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(map_pictures, "QUIET", 0.3)


Aio = Callable[..., Any]


def test_pictures_come_with_one_key_four_at_a_time_and_are_those_asked_for(
    server: MapServer, tmp_path: Path, aio: Aio
) -> None:
    async def body() -> None:
        server.delay = 0.3
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(TWELVE)
            assert all(viewer.got.values())
            assert viewer.driver.state.map_supply.attribution == ATTRIBUTION
        assert len(server.exchanges) == 1
        assert json.loads(server.exchanges[0].body) == {"service": "location_alarm"}
        assert sorted(one.target.partition("?")[0] for one in server.pictures) == sorted(
            f"/tiles/14/{tile.x}/{tile.y}.png" for tile in TWELVE
        )
        assert server.most_under_way == 4
        assert {one.target.partition("?")[2].partition("&")[0] for one in server.pictures} == {"radius=1400"}

    aio(body(), 20)


def test_what_the_first_picture_of_a_look_takes_was_shown_before_it_went(
    server: MapServer, tmp_path: Path, aio: Aio
) -> None:
    def shown(state: State) -> int:
        view = state.privacy.actions.get("map_location_alarm")
        return 0 if view is None else len(view.previews)

    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            seen: list[tuple[int, int]] = []
            """How many requests were shown, and how many had left, at each change."""
            viewer.driver.app.store.state_changed.connect(
                lambda state: seen.append((shown(state), len(viewer.driver.entries)))
            )
            await viewer.see(FOUR)
            entries = viewer.driver.entries
            key, picture = viewer.driver.state.privacy.actions["map_location_alarm"].previews
        assert (1, 0) in seen
        assert (2, 1) in seen
        assert [one.raw for one in entries if one.request == "location_alarm.map_key"] == [key.raw]
        (first,) = [one for one in entries if b"/tiles/14/8600/5640.png" in one.raw]
        assert first.raw == picture.raw

    aio(body(), 20)


def test_each_car_has_a_key_of_its_own_that_names_it(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR[:1], vehicle="car-one")
            await viewer.see(FOUR[1:2], vehicle="car-two")
            await viewer.see(FOUR[2:3], vehicle="car-one")
        named = [json.loads(one.body) for one in server.exchanges]
        assert named == [{"service": "location_alarm", "vehicle": f"car-{one}"} for one in ("one", "two")]

    aio(body(), 20)


def test_the_most_wanted_come_first(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        server.delay = 0.3
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(TWELVE)
        targets = [one.target for one in server.pictures]
        assert all(any(f"/{tile.x}/{tile.y}." in one for one in targets[:4]) for tile in TWELVE[:4])

    aio(body(), 20)


@pytest.mark.parametrize(
    ("service", "names"),
    [
        ("car_finder", ["radius", "date", "key"]),
        ("location_alarm", ["radius", "key"]),
        ("valet_alarm", ["radius", "key"]),
    ],
)
def test_each_service_sends_what_the_notice_lists_for_it(
    server: MapServer, tmp_path: Path, aio: Aio, service: str, names: list[str]
) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR[:1], service=service)
            await viewer.see(FOUR[:1], service=service, is_light=True, is_fine=True)
            entries = viewer.driver.entries
        assert [one.partition("=")[0] for one in server.pictures[0].target.partition("?")[2].split("&")] == names
        assert ("date=2026-11-25T14%3A32%3A07Z" in server.pictures[0].target) == (service == "car_finder")
        assert server.pictures[1].target.startswith("/tiles/light/14/8600/5640@2x.png?")
        assert {one.request for one in entries} == {f"{service}.map_key", f"{service}.map_dark", f"{service}.map_light"}
        assert {one.activity.partition(".")[0] for one in entries if one.many} == {service}
        assert {one.outcome for one in entries} == {Outcome.DONE}

    aio(body(), 20)


def test_the_section_is_one_span_and_the_key_is_never_shown(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR[:1], is_fine=True)
            entry = next(one for one in viewer.driver.entries if one.many)
            exported = "".join(export_line(one) for one in viewer.driver.entries)
        said = {span.item: entry.raw[span.start : span.end] for span in entry.spans if span.kind is SpanKind.ITEM}
        assert said["map_tile"] == b"14/8600/5640"
        assert said["map_radius"] == b"1400"
        assert said["authorisation_key"] == b"*" * 32
        key = next(iter(server.keys))
        assert key not in exported
        assert TOKEN not in exported
        for file in tmp_path.iterdir():
            assert key.encode() not in file.read_bytes()
            assert TOKEN.encode() not in file.read_bytes()

    aio(body(), 20)


def test_no_token_of_the_maker_goes_to_a_map_host(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR)
        assert all(TOKEN.encode() not in one.raw for one in server.pictures)
        assert all(TOKEN.encode() in one.raw for one in server.exchanges)

    aio(body(), 20)


def test_a_key_that_ended_is_exchanged_once_for_all_that_wait(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR[:1])
            server.keys.clear()
            await viewer.see(TWELVE[3:])
            assert all(viewer.got.values())
            assert viewer.trouble is None
        assert len(server.exchanges) == 2

    aio(body(), 20)


def test_a_key_is_exchanged_before_it_ends(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        server.lifetime = 4
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR[:1])
            await viewer.see(FOUR[1:2])
        assert len(server.exchanges) == 2
        assert len(server.pictures) == 2

    aio(body(), 20)


def test_a_key_refused_twice_is_said_once_and_not_tried_again(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        server.refuse = (401, {}, b'{"key": "map.key_unknown"}')
        async with viewing(tmp_path, server) as viewer:
            viewer.look(TWELVE)
            await viewer.driver.until(lambda s: s.map_supply.trouble == "key_refused")
            await asyncio.sleep(0.3)
            count = len(server.asked)
            viewer.look(TWELVE)
            await asyncio.sleep(0.3)
            assert len(server.asked) == count <= 4 * 3
            server.refuse = (0, {}, b"")
            viewer.got.clear()
            viewer.driver.session.retry_map()
            await viewer.driver.until(lambda s: s.map_supply.trouble is None)
            await viewer.have(TWELVE)
            assert all(viewer.got.values())

    aio(body(), 20)


def gone(status: int, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, b"<html>no</html>"


def test_a_place_without_a_picture_is_no_trouble_and_not_asked_for_again(
    server: MapServer, tmp_path: Path, aio: Aio
) -> None:
    async def body() -> None:
        server.refuse = gone(404)
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR)
            assert list(viewer.got.values()) == [None] * 4
            await viewer.see(FOUR)
            assert viewer.trouble is None
        assert len(server.pictures) == 4

    aio(body(), 20)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [(gone(500), "failing"), (gone(503, Retry_After="0"), "failing"), (gone(429, Retry_After="0"), "busy")],
)
def test_a_server_that_fails_is_left_alone_and_asked_again_by_itself(
    server: MapServer, tmp_path: Path, aio: Aio, answer: Any, trouble: str
) -> None:
    async def body() -> None:
        server.refuse, server.refuse_times = answer, 4
        async with viewing(tmp_path, server) as viewer:
            viewer.look(FOUR)
            await viewer.driver.until(lambda s: s.map_supply.trouble == trouble)
            await viewer.have(FOUR)
            assert all(viewer.got.values())
            assert viewer.trouble is None

    aio(body(), 20)


def test_it_waits_as_long_as_it_is_told(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        server.refuse, server.refuse_times = gone(503, Retry_After="1"), 1
        async with viewing(tmp_path, server) as viewer:
            viewer.look(FOUR[:1])
            await viewer.driver.until(lambda s: s.map_supply.trouble == "failing")
            await asyncio.sleep(0.7)
            assert len(server.pictures) == 1
            await viewer.have(FOUR[:1])

    aio(body(), 20)


def test_pauses_grow(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        server.refuse = gone(500)
        async with viewing(tmp_path, server) as viewer:
            viewer.look(FOUR[:1])
            await asyncio.sleep(1.0)
        # At 0, 0.05, 0.15, 0.35, 0.75 s.
        assert 3 <= len(server.pictures) <= 6

    aio(body(), 20)


def test_without_a_connection_the_map_says_so_and_comes_back(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        with MapServer() as other:
            origins = {"porsche_system": server.origin, "map_provider": other.origin}
        async with viewing(tmp_path, server, origins) as viewer:
            viewer.look(FOUR[:1])
            await viewer.driver.until(lambda s: s.map_supply.trouble == "no_connection")
            viewer.driver.app.door.origins["map_provider"] = server.origin
            await viewer.have(FOUR[:1])
            assert viewer.got[FOUR[0]]
            assert viewer.trouble is None

    aio(body(), 20)


def test_a_slow_server_is_said_to_be_slow(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        server.delay = 1.0
        async with viewing(tmp_path, server) as viewer:
            viewer.driver.app.door._timeout = type(viewer.driver.app.door._timeout)(0.2, connect=1.0)
            viewer.look(FOUR[:1])
            await viewer.driver.until(lambda s: s.map_supply.trouble == "slow")

    aio(body(), 20)


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}, b"<html>a portal</html>"),
        (200, {}, b""),
        (200, {}, b"\x1a\x0bvector"),
        (302, {"Location": "/other"}, b""),
    ],
)
def test_what_is_no_picture_is_neither_shown_nor_kept(server: MapServer, tmp_path: Path, aio: Aio, answer: Any) -> None:
    async def body() -> None:
        server.refuse = answer
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR[:1])
            assert viewer.got == {FOUR[0]: None}
            assert viewer.trouble is not None
            assert viewer.driver.app.context.apis.pictures.size == 0

    aio(body(), 20)


def test_a_picture_that_cannot_be_decoded_is_dropped_and_said(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR[:1])
            viewer.driver.session.maps.spoilt(FOUR[0])
            assert viewer.trouble == "no_picture"
            assert viewer.driver.app.context.apis.pictures.size == 0
            await viewer.see(FOUR[:1])
            assert viewer.got == {FOUR[0]: None}

    aio(body(), 20)


def test_what_is_no_longer_looked_at_is_given_up(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        server.delay = 0.3
        async with viewing(tmp_path, server) as viewer:
            viewer.look(TWELVE)
            while len(server.pictures) < 4:
                await asyncio.sleep(0.01)
            elsewhere = (TileId(14, 100, 100),)
            await viewer.see(elsewhere)
            await asyncio.sleep(0.4)
            assert set(viewer.got) == set(elsewhere)
        assert len(server.pictures) == 5

    aio(body(), 20)


# -- what is kept ---------------------------------------------------------------------------------------------------------


def test_a_fresh_picture_is_not_asked_for_again(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR)
        before = len(server.asked)
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR)
            assert all(viewer.got.values())
        assert len(server.asked) == before

    aio(body(), 20)


def test_an_old_picture_is_shown_at_once_and_asked_for_by_its_mark(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        server.caching = "max-age=0"
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR[:1])
            server.delay = 0.2
            viewer.got.clear()
            viewer.look(FOUR[:1])
            assert viewer.got[FOUR[0]] is not None
            await viewer.driver.until(lambda s: len([e for e in s.privacy.recent if e.status == 304]) == 1)
            entry = next(one for one in viewer.driver.entries if one.status == 304)
        assert server.pictures[1].headers["if-none-match"] == '"14-8600-5640-False"'
        assert {span.item for span in entry.spans} >= {"picture_mark"}

    aio(body(), 20)


def test_what_may_not_be_kept_is_not(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        server.caching = "no-store"
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR)
            assert viewer.driver.app.context.apis.pictures.size == 0

    aio(body(), 20)


def test_signing_out_erases_the_pictures(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR)
            picture = viewer.got[FOUR[0]]
            assert picture is not None
            canary = picture[20:60].hex()
            assert any(bytes.fromhex(canary) in file.read_bytes() for file in tmp_path.iterdir())
            viewer.driver.session.sign_out()
            await viewer.driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT)
            assert not any(bytes.fromhex(canary) in file.read_bytes() for file in tmp_path.iterdir())
            assert not (tmp_path / "map.db").exists()

    aio(body(), 20)


def test_the_end_of_the_account_erases_the_pictures(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR)
            assert (tmp_path / "map.db").exists()
            await viewer.driver.session._account_gone()
            assert not (tmp_path / "map.db").exists()
            assert viewer.driver.state.account.stage is SignInStage.SIGNED_OUT

    aio(body(), 20)


def test_a_car_as_last_known_has_its_map_as_last_seen(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    """The app starts without a connection: what lies on this computer is shown."""

    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR)
        async with running(tmp_path, {"porsche_system": "http://127.0.0.1:9"}) as driver:
            viewer = Viewer(driver)
            driver.session._sign_in._known = _recalled()
            await driver.app.context.keys.save("backend", "refresh")
            assert await driver.session._sign_in.recall()
            await viewer.see(FOUR)
            assert all(viewer.got.values())

    aio(body(), 20)


def _recalled() -> Recalled:
    return Recalled(Owner("backend", "owner@demo.example"), timedelta(), ())


def test_erasing_the_record_erases_the_pictures_too(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR)
            content = (tmp_path / "map.db").read_bytes()
            picture = viewer.got[FOUR[0]]
            assert picture is not None
            assert picture[20:60] in content
            viewer.driver.session.erase_ledger()
            assert picture[20:60] not in (tmp_path / "map.db").read_bytes()
            assert copies(tmp_path, "8600/5640") == {}
            await viewer.see(FOUR)
            assert viewer.driver.app.context.apis.pictures.size > 0

    aio(body(), 20)


def test_who_is_not_remembered_leaves_no_picture_on_the_disk(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server, remembered=False) as viewer:
            await viewer.see(FOUR)
            assert all(viewer.got.values())
            assert not (tmp_path / "map.db").exists()

    aio(body(), 20)


def test_no_place_can_be_read_from_the_names_of_what_is_kept(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR)
        db = sqlite3.connect(tmp_path / "map.db")
        names = [row[0] for row in db.execute("SELECT name FROM picture")]
        db.close()
        assert [len(name) for name in names] == [20] * 4
        assert all(b"8600" not in name for name in names)

    aio(body(), 20)


# -- the owner's own server --------------------------------------------------------------------------------------------


def own(server: MapServer, tail: str = "/m/{z}/{x}/{y}{r}.png?style=dark&apikey={key}") -> MapSource:
    return MapSource(SourceKind.SERVER, f"{server.origin}{tail}", "© Somebody", 512, 16)


def test_an_own_server_gets_its_address_filled_in_and_nothing_else(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        keys = MemoryKeys()
        await keys.save(f"map {server.origin}", "own-secret-key+/")
        async with viewing(tmp_path, server, source=own(server), keys=keys) as viewer:
            await viewer.see(FOUR[:2], is_fine=True)
            assert all(viewer.got.values())
            supply = viewer.driver.state.map_supply
            assert (supply.attribution, supply.tile_size, supply.max_zoom, supply.has_fine) == (
                "© Somebody",
                512,
                16,
                True,
            )
            entries = viewer.driver.entries
            exported = "".join(export_line(one) for one in entries)
        first = min(server.pictures, key=lambda one: one.target)
        assert first.target == "/m/14/8600/5640@2x.png?style=dark&apikey=own-secret-key%2B%2F"
        assert list(first.headers) == ["host", "user-agent", "accept"]
        assert server.exchanges == []
        assert {one.party for one in entries} == {"own_map"}
        assert {one.request for one in entries} == {"own_map.keyed_picture"}
        assert "own-secret" not in exported
        assert "14/8600/5640" in exported

    aio(body(), 20)


def test_only_what_varies_in_an_own_address_may_vary(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        keys = MemoryKeys()
        await keys.save(f"map {server.origin}", "own")
        async with viewing(tmp_path, server, source=own(server), keys=keys) as viewer:
            await viewer.see(FOUR[:1])
            giver = viewer.driver.session.maps._giver
            good = giver._template  # type: ignore[union-attr]
            for wrong in (
                replace(good, path=good.path.replace("/m/", "/n/")), replace(good, path=good.path + "/{z}"),
                replace(good, query=(("style", "light"), good.query[1])), replace(good, query=(*good.query, ("more", "x"))),
            ):  # fmt: skip
                giver._template = wrong  # type: ignore[union-attr]
                before = len(server.asked)
                viewer.driver.session.retry_map()
                await viewer.see((TileId(14, 9000, before),))
                assert viewer.trouble == "blocked"
                assert len(server.asked) == before

    aio(body(), 20)


def test_a_cookie_of_a_map_host_is_not_taken(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        server.sets_cookie = True
        async with viewing(tmp_path, server) as viewer:
            await viewer.see(FOUR[:1])
            await viewer.see(FOUR[1:2])
            assert viewer.got[FOUR[1]]
        assert all("cookie" not in one.headers for one in server.pictures)

    aio(body(), 20)


def test_a_backend_cannot_say_where_the_owners_map_server_is(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server, source=own(server, "/{z}/{x}/{y}.png")) as viewer:
            await viewer.see(FOUR[:1])
            on_parties = viewer.driver.session._on_parties
            on_parties({"own_map": "http://127.0.0.1:1", "identity": "http://127.0.0.1:2"})
            assert viewer.driver.app.door.origins["own_map"] == server.origin
            del viewer.driver.app.door.origins["own_map"]
            on_parties({"own_map": "http://127.0.0.1:1"})
            assert "own_map" not in viewer.driver.app.door.origins

    aio(body(), 20)


def test_another_source_is_checked_before_it_is_used_and_then_remembered(
    server: MapServer, tmp_path: Path, aio: Aio
) -> None:
    async def body() -> None:
        keys = MemoryKeys()
        async with viewing(tmp_path, server, keys=keys) as viewer:
            await viewer.see(FOUR[:1])
            number = viewer.driver.state.map_supply.number
            viewer.driver.session.use_map(replace(own(server), template="http://maps.example/{z}/{x}/{y}.png"))
            await viewer.driver.until(lambda s: "map_server.not_https" in viewer.driver.said_keys())
            assert viewer.driver.state.map_supply.number == number
            viewer.driver.session.use_map(own(server))
            await viewer.driver.until(lambda s: "map_server.no_key" in viewer.driver.said_keys())
            viewer.driver.session.use_map(own(server), "k3y-of-mine")
            await viewer.driver.until(lambda s: s.map_supply.kind is SourceKind.SERVER)
            await viewer.see(FOUR[:1])
            assert "apikey=k3y-of-mine" in server.pictures[-1].target
            stored = (tmp_path / "settings.json").read_text()
            assert "apikey={key}" in stored
            assert "k3y-of-mine" not in stored
            assert keys.held == {f"map {server.origin}": "k3y-of-mine"}

    aio(body(), 20)


def test_a_file_is_shown_and_nothing_is_sent(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        content = png(256, 256, (7, 7, 7))
        place = FOUR[0]
        file = mbtiles(tmp_path / "m.mbtiles", {(14, place.x, 2**14 - 1 - place.y): content}, format="png")
        async with viewing(tmp_path / "app", server, source=MapSource(SourceKind.FILE, file=file)) as viewer:
            await viewer.see(FOUR[:2])
            assert viewer.got == {FOUR[0]: content, FOUR[1]: None}
            assert viewer.driver.entries == []
            assert viewer.driver.app.context.apis.pictures.size == 0
        assert server.asked == []

    aio(body(), 20)


@pytest.mark.parametrize(
    ("source", "trouble"),
    [
        (MapSource(SourceKind.FILE, file="/nowhere/at.all"), "map_file.missing"),
        (MapSource(SourceKind.SERVER, "http://far.example/{z}/{x}/{y}"), "map_server.not_https"),
        (MapSource(SourceKind.SERVER, "https://far.example/{z}/{x}/{y}?k={key}"), "map_server.no_key"),
    ],
)
def test_a_source_that_cannot_be_used_is_said_and_not_tried_on_and_on(
    server: MapServer, tmp_path: Path, aio: Aio, source: MapSource, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body() -> None:
        changes: list[State] = []
        async with viewing(tmp_path, server, source=source) as viewer:
            maps, tried = viewer.driver.app.context.apis.maps, []
            real = maps.giver

            async def giver(source: MapSource, key: str) -> Giver:
                tried.append(source)
                return await real(source, key)

            monkeypatch.setattr(maps, "giver", giver)
            viewer.look(FOUR)
            await viewer.driver.until(lambda s: s.map_supply.trouble == trouble)
            viewer.driver.app.store.state_changed.connect(changes.append)
            for _ in range(3):
                viewer.look(FOUR)
                await asyncio.sleep(0.05)
            assert changes == []
            assert len(tried) == 1
            viewer.driver.session.use_map(MapSource())
            await viewer.driver.until(lambda s: s.map_supply.trouble is None)
            await viewer.have(FOUR)

    aio(body(), 20)


def test_the_maps_widget_and_the_app_find_each_other(
    server: MapServer, tmp_path: Path, aio: Aio, qapp: QApplication
) -> None:
    """From the widget's wish to its painted picture, with a key that ends meanwhile."""

    async def body() -> None:
        dress(qapp, Settings(language="en", theme="dark", reduced_motion=True))
        view = MapView()
        view.resize(640, 480)
        async with viewing(tmp_path, server) as viewer:
            session = viewer.driver.session
            session.maps.on_picture = view.show_picture
            view.looked.connect(session.look_at_map)
            view.spoilt.connect(session.maps.spoilt)
            view.retry_requested.connect(session.retry_map)
            viewer.driver.app.store.state_changed.connect(lambda state: view.show_supply(state.map_supply))
            view.show_content(MapContent(service="location_alarm", seen_at=SEEN))
            view.look_at(48.8, 9.01, 14)
            view.show()
            await until_shown(view)
            server.keys.clear()
            view.look_at(48.7, 9.3, 12.4)
            await until_shown(view)
            view.hide()
        view.close()

    async def until_shown(view: MapView) -> None:
        async with asyncio.timeout(10):
            image = QImage(view.size(), QImage.Format.Format_ARGB32_Premultiplied)
            while True:
                view.render(image)
                zoom = tiles.level(view.camera, view.supply)
                keys = [Key(view.supply.number, False, tile) for _, tile in tiles.shown(view.camera, zoom)]
                if view.supply.number and all(view.pictures.get(key) for key in keys):
                    break
                await asyncio.sleep(0.02)
        tile = keys[0].tile
        at = view.camera.pixel_of(((tile.x + 0.5) / 2**zoom, (tile.y + 0.5) / 2**zoom))
        view.render(image)
        assert image.pixelColor(at.toPoint()).getRgb()[:3] == colour(*tile)

    aio(body(), 30)


# -- the panel ------------------------------------------------------------------------------------------------------------


def test_one_look_is_one_press_in_the_panel(server: MapServer, tmp_path: Path, aio: Aio) -> None:
    async def body() -> None:
        async with viewing(tmp_path, server) as viewer:
            viewer.driver.session.focus("map_location_alarm")
            await viewer.see(TWELVE)
            await viewer.driver.until(lambda s: _shown(s, "map_location_alarm") == 13)
            view = viewer.driver.state.privacy.actions["map_location_alarm"]
            assert [one.many for one in view.entries] == [False] + [True] * 12
            assert len({one.action_id for one in view.entries}) == 1
            await asyncio.sleep(0.5)
            await viewer.see((TileId(14, 1, 1),))
            await viewer.driver.until(lambda s: _shown(s, "map_location_alarm") == 1)

    aio(body(), 20)


def _shown(state: State, action: str) -> int:
    view = state.privacy.actions.get(action)
    return sum(one.outcome is Outcome.DONE for one in view.entries) if view else 0


def test_every_request_for_a_picture_is_in_the_ledger_as_it_was_on_the_wire(
    server: MapServer, tmp_path: Path, aio: Aio
) -> None:
    """A relay before each party sees the bytes; a key that ends, an old picture and given-up ones are among them."""

    async def body() -> None:
        parties = {"porsche_system": server.origin, "map_provider": server.origin, "own_map": server.origin}
        with Witness(tmp_path / "relay", parties, tuple(parties)) as witness:
            folder = tmp_path / "app"
            origins = {name: url for name, url in witness.origins.items() if name != "own_map"}
            keys = MemoryKeys()
            async with viewing(folder, server, origins, keys=keys) as viewer:
                for service, is_light in product(("car_finder", "location_alarm", "valet_alarm"), (False, True)):
                    await viewer.see(FOUR, service=service, is_light=is_light)
                    viewer.driver.app.context.apis.pictures.erase()
                    viewer.driver.app.context.apis.pictures.begin()
                server.keys.clear()
                server.caching = "max-age=0"
                await viewer.see(TWELVE)
                viewer.look(TWELVE)
                server.delay = 0.2
                await asyncio.sleep(0.1)
                await viewer.see((TileId(14, 5, 5),))
                for tail, key in (("/{z}/{x}/{y}.png", None), ("/m/{z}/{x}/{y}{r}.png?k={key}", "own-secret")):
                    viewer.driver.session.use_map(
                        MapSource(SourceKind.SERVER, witness.origins["own_map"] + tail, "", 256, 16), key
                    )
                    number = viewer.driver.state.map_supply.number
                    await viewer.driver.until(lambda s, number=number: s.map_supply.number > number)
                    await viewer.see(FOUR)
                entries = viewer.driver.entries
            lines = [export_line(one) for one in entries]
            assert differences(lines, witness.seen(), secret_items()) == []
            wire = witness.all_bytes()
        made = {one.request for one in entries}
        assert made == requests_of_maps()
        # Those given up had left, or had not even begun to.
        assert {one.outcome for one in entries} <= {Outcome.DONE, Outcome.LOST, Outcome.CUT, Outcome.FAILED}
        text = "".join(lines) + "".join(one.raw.decode("latin-1") for one in entries)
        for secret in (TOKEN, "own-secret", *server.keys):
            assert secret not in text
        assert b"own-secret" in wire

    aio(body(), 40)


def requests_of_maps() -> set[str]:
    services = product(("car_finder", "location_alarm", "valet_alarm"), ("map_key", "map_dark", "map_light"))
    return {f"{service}.{what}" for service, what in services} | {"own_map.picture", "own_map.keyed_picture"}


def test_the_tests_own_pictures_are_pictures() -> None:
    assert png(2, 2)[:8] == b"\x89PNG\r\n\x1a\n"
