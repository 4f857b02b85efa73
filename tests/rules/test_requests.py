"""Catalogue = requests the code makes: every place in `api` that makes a request is driven against a door that sends nothing."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import sys
from base64 import b64encode
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest

import companion.api
from companion.api.account import AccountApi
from companion.api.alarms import AlarmsApi
from companion.api.commands import CommandsApi
from companion.api.discovery import DiscoveryApi
from companion.api.events import EventsApi
from companion.api.holdings import HoldingsApi
from companion.api.identity import IdentityApi, Letters
from companion.api.in_car import InCarApi
from companion.api.map_pictures import MapsApi
from companion.api.observer import ObserverApi
from companion.api.places import PlacesApi
from companion.api.planning import PlanningApi
from companion.api.previews import PreviewsApi
from companion.api.stage import StageApi
from companion.api.today import TodayApi
from companion.api.vehicles import VehiclesApi
from companion.app import facts
from companion.errors import AnswerError
from companion.model.alarms import Ring, RingsWish, SpeedAlarm, SpeedsWish
from companion.model.charge_plan import PlanAsk
from companion.model.charging import ChargingWish, Profile, ProfilesWish, Timer, TimersWish
from companion.model.climate import ClimateWish
from companion.model.held import HeldQuery
from companion.model.in_car import SWITCHES
from companion.model.map_pictures import SERVICES, Look, MapSource, SourceKind
from companion.model.mercator import TileId
from companion.model.privacy import Outcome, Transmission
from companion.model.vehicle import Vehicle
from companion.net.auth import TokenBox
from companion.net.call import Call
from companion.net.catalogue import Catalogue
from companion.net.client import Client
from companion.net.door import Answer, Door, Frozen
from companion.net.ledger import Ledger

FOLDER = Path(companion.api.__file__).parent
MODULES = [f"companion.api.{file.stem}" for file in sorted(FOLDER.glob("*.py")) if file.stem != "__init__"]
VIN = "WP0ZZZY1ZSSA10001"
STATE = "s" * 32
ACCEPTED = {"status": {"id": "ODP-1", "result": "ACCEPTED"}}
NOW = "2026-01-01T00:00:00+00:00"
OFFER = b'<script>atob("%b")</script>' % b64encode(json.dumps({"transaction": {"state": STATE}}).encode())
PNG = b"\x89PNG\r\n\x1a\n"
RECEIPT: dict[str, Any] = {"at": NOW, "files": [], "values": [], "counts": [], "total": 0}
ANSWERS: dict[str, tuple[int, dict[str, str], Any]] = {
    "product.discovery": (
        200, {}, {"backend_id": "b", "name": "n", "demo": True, "now": NOW, "parties": {"console": "http://127.0.0.1:9"}}
    ),
    "sign_in.authorize": (302, {"location": f"/u/login/identifier?state={STATE}"}, None),
    "sign_in.identifier": (302, {"location": f"/u/login/password?state={STATE}"}, None),
    "sign_in.password": (302, {"location": f"/authorize/resume?state={STATE}"}, None),
    "sign_in.resume": (302, {"location": f"/u/passkey-enrollment?state={STATE}"}, None),
    "sign_in.passkey_offer": (200, {}, OFFER),
    "sign_in.passkey_declined": (302, {"location": f"/authorize/resume?state={STATE}"}, None),
    "sign_in.token": (200, {}, {"access_token": "a", "expires_in": 60, "refresh_token": "r"}),
    "session.refresh": (200, {}, {"access_token": "a", "expires_in": 60, "refresh_token": "r"}),
    "session.revoke": (200, {}, {}),
    "vehicles.list": (200, {}, []),
    "vehicles.stored": (200, {}, {"vin": VIN, "modelName": "m", "measurements": []}),
    "vehicles.current": (200, {}, {"vin": VIN, "modelName": "m", "measurements": []}),
    "vehicles.capabilities": (200, {}, {"commands": []}),
    "lock_unlock.lock": (201, {}, ACCEPTED),
    **dict.fromkeys(
        ("location_alarm.rings", "speed_alarm.limits", "valet_alarm.on", "valet_alarm.off"), (201, {}, ACCEPTED)
    ),
    "climate.start": (201, {}, ACCEPTED),
    **{f"e_control.{name}": (201, {}, ACCEPTED) for name in ("start", "stop", "settings", "timers", "profiles")},
    **{f"climate.heater_{name}": (201, {}, ACCEPTED) for name in ("start", "stop")},
    "climate.stop": (201, {}, ACCEPTED),
    "horn_and_flash.flash": (201, {}, ACCEPTED),
    "horn_and_flash.horn": (201, {}, ACCEPTED),
    "lock_unlock.challenge": (200, {}, {"data": {"challenge": "AB" * 16}}),
    "lock_unlock.unlock": (201, {}, ACCEPTED),
    "commands.status": (200, {}, ACCEPTED),
    "observation.holdings": (200, {}, {"now": NOW, "total": 0, "counts": {"party": {}, "rule": {}, "service": {}}, "rows": []}),
    "vehicle_alarm.acknowledge": (200, {}, {}),
    "in_car.switches": (
        200, {}, {"vin": VIN, "now": NOW, "heard_at": None, "no_answer_since": None, "switches": [], "services": []}
    ),
    **dict.fromkeys((f"{service}.map_key" for service in SERVICES), (200, {}, {
        "key": "k" * 32, "expires_in": 900, "tiles": "/tiles/{z}/{x}/{y}{r}.png",
        "tiles_light": "/tiles/light/{z}/{x}/{y}{r}.png", "min_zoom": 5, "max_zoom": 17, "tile_size": 256, "attribution": "a",
    })),
    **dict.fromkeys((f"{service}.map_{style}" for service in SERVICES for style in ("dark", "light")), (200, {}, PNG)),
    "own_map.picture": (200, {}, PNG), "own_map.keyed_picture": (200, {}, PNG),
    "charging.plan": (200, {}, {
        "now": NOW, "feasible": True, "reason": None, "slots": [], "reached": {"percent": 80, "at": NOW}, "departure": None,
        "target": 80, "minimum": 20, "curve": [[NOW, 40]], "power": [[0, 11]],
    }),
    "finder.sign_on": (200, {}, {}), "finder.search": (200, {}, {"places": []}),
    "observation.edges": (200, {}, {"edges": []}),
    "observation.receipt": (200, {}, RECEIPT),
    "account.delete": (200, {}, {"rows": 0, "erased": [], "promised": [], "receipt": {"before": RECEIPT, "after": RECEIPT}}),
    "stage.fresh": (200, {}, {}),
    **{f"stage.{name}": (200, {}, {"vin": VIN}) for name in (*SWITCHES, "service", "plug", "unplug")},
    "stage.clock": (200, {}, {"to": NOW, "deleted": [], "rows": 0, "skipped": 0}),
    "stage.next": (200, {}, {"to": NOW, "deleted": [], "rows": 0, "skipped": 0}),
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """One request, and the place in `api` that made it."""

    place: str
    request: str
    problem: tuple[str, str] | None
    action: str


class SilentDoor(Door):
    """Freezes and fills like the door; answers by itself. `made_at` maps a call to the place that made it."""

    def __init__(self, catalogue: Catalogue, tokens: TokenBox, made_at: Mapping[int, str]) -> None:
        origins = dict.fromkeys(catalogue.parties, "http://127.0.0.1:9")
        clock: Any = type("Clock", (), {"demo_now": staticmethod(lambda: datetime.now(UTC))})
        ledger = Ledger(None, lambda request: facts(catalogue, request))
        super().__init__(catalogue, ledger, origins, tokens, clock, "companion/0")
        self._made_at = made_at
        self.made: list[Made] = []

    async def send(self, frozen: Frozen, fills: Mapping[str, str] | None = None, exact: bool = True) -> Answer:
        status, headers, body = self._answer(frozen, fills or {}, exact)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Answer(status, headers, content, self._entry(frozen, Outcome.DONE))

    @asynccontextmanager
    async def stream(
        self, frozen: Frozen, fills: Mapping[str, str] | None = None, exact: bool = True
    ) -> AsyncIterator[tuple[httpx.Response, Transmission]]:
        self._answer(frozen, fills or {}, exact)
        told = b"id: 7\nevent: reset\ndata: {}\n\n"
        response = httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=httpx.ByteStream(told))
        yield response, self._entry(frozen, Outcome.DONE)

    def _answer(self, frozen: Frozen, fills: Mapping[str, str], exact: bool) -> tuple[int, dict[str, str], Any]:
        filled = self._filled(frozen, fills, exact)
        request = filled.attribution.request
        name = request.id if request else f"{frozen.call.method} {frozen.call.path}"
        self.made.append(Made(self._made_at[id(frozen.call)], name, filled.attribution.problem, frozen.call.action))
        if name == "sign_in.authorize":
            self._jar("identity").set("sign_in", "c" * 43)
        declined = any(one.request == "sign_in.passkey_declined" for one in self.made)
        if name == "sign_in.resume" and declined:
            return 302, {"location": f"my-porsche-app://auth0/callback?code={'k' * 43}&state={fills['own']}"}, None
        return ANSWERS.get(name, (404, {}, None))


@dataclass
class Drive:
    """All clients of `api` over the silent door. Each step drives the methods it is named after."""

    client: Client
    tokens: TokenBox

    async def discovery_find(self) -> None:
        await DiscoveryApi(self.client).find()

    async def identity_prepare_sign_in(self) -> None:
        api = IdentityApi(self.client, self.tokens)
        attempt = api.prepare("owner@demo.example", "demo-drive", "press")
        door = self.client.door
        send = door.send

        async def telling(frozen: Frozen, fills: Mapping[str, str] | None = None, exact: bool = True) -> Answer:
            return await send(frozen, {**(fills or {}), "own": attempt.state}, exact)

        door.send = telling  # type: ignore[method-assign]
        await api.sign_in(attempt)
        door._jar("identity").set("sign_in", "c" * 43)
        letters = Letters("K7QX", attempt, STATE)
        await api.sign_in(api.prepare("owner@demo.example", "demo-drive", "press", letters))
        door.send = send  # type: ignore[method-assign]

    async def identity_forget_attempt(self) -> None:
        IdentityApi(self.client, self.tokens).forget_attempt()

    async def identity_renew(self) -> None:
        await IdentityApi(self.client, self.tokens).renew()

    async def identity_prepare_sign_out_sign_out(self) -> None:
        tokens = TokenBox()
        tokens.put("a", 60, "r")
        api = IdentityApi(self.client, tokens)
        await api.sign_out(api.prepare_sign_out("press"))

    async def vehicles_list(self) -> None:
        await VehiclesApi(self.client).list()

    async def vehicles_prepare_stored_overview(self) -> None:
        api = VehiclesApi(self.client)
        await api.overview(api.prepare_stored(VIN, "press"), Vehicle(VIN, "m"))

    async def vehicles_prepare_current(self) -> None:
        api = VehiclesApi(self.client)
        await api.overview(api.prepare_current(VIN, "press"), Vehicle(VIN, "m"))

    async def vehicles_capabilities(self) -> None:
        await VehiclesApi(self.client).capabilities(VIN)

    async def commands_prepare_lock_run(self) -> None:
        api = CommandsApi(self.client)
        await api.run(api.prepare_lock(VIN, "press"))

    async def commands_prepare_honk_flash(self) -> None:
        api = CommandsApi(self.client)
        for mode in ("FLASH", "HONK_AND_FLASH"):
            await api.run(api.prepare_honk_flash(VIN, mode, "press"))

    async def commands_prepare_climate_start(self) -> None:
        """A car with everything, and one with the least."""
        api = CommandsApi(self.client)
        full = ClimateWish(21.0, ("frontLeft",), (("frontLeft", 2),), wheel=True, defrost=False)
        for wish in (full, ClimateWish(21.0, ())):
            await api.run(api.prepare_climate_start(VIN, wish, "press"))

    async def commands_prepare_charge(self) -> None:
        api = CommandsApi(self.client)
        for on in (True, False):
            await api.run(api.prepare_charge(VIN, on, "press"))

    async def commands_prepare_charge_set(self) -> None:
        api = CommandsApi(self.client)
        for wish in (ChargingWish(80), ChargingWish(80, 30, battery_care=True, based_on=NOW)):
            await api.run(api.prepare_charge_set(VIN, wish, "press"))

    async def commands_prepare_timers_set(self) -> None:
        """None, one that repeats, one for once."""
        api, at = CommandsApi(self.client), datetime(2026, 11, 28, 7, 30)
        weekly = Timer(1, at, ("MONDAY", "FRIDAY"), target=85, climatises=True)
        for wish in (TimersWish(()), TimersWish((weekly, Timer(0, at)), NOW)):
            await api.run(api.prepare_timers_set(VIN, wish, "press"))

    async def commands_prepare_profiles_set(self) -> None:
        """By place, with and without hours; those of an older car."""
        api = CommandsApi(self.client)
        home = Profile(2, "Home", True, 50, 85, (48.8, 9.0, 250.0), True, (("22:00", "06:00"),))
        older = Profile(4, "General", True, None, 80, older=True)
        for wish in (ProfilesWish((home, Profile(1, "Everywhere else", True, 25, 80)), NOW), ProfilesWish((older,))):
            await api.run(api.prepare_profiles_set(VIN, wish, "press"))

    async def commands_prepare_heater(self) -> None:
        api = CommandsApi(self.client)
        for on in (True, False):
            await api.run(api.prepare_heater(VIN, on, "press"))

    async def commands_prepare_rings_set_prepare_speeds_set_prepare_valet(self) -> None:
        """None, and one of each; on and off."""
        api, ring = CommandsApi(self.client), Ring(0, "Home", 48.8, 9.01, 850)
        for rings in (RingsWish(()), RingsWish((ring,), NOW)):
            await api.run(api.prepare_rings_set(VIN, rings, "press"))
        for speeds in (SpeedsWish(()), SpeedsWish((SpeedAlarm(1, 130),), NOW)):
            await api.run(api.prepare_speeds_set(VIN, speeds, "press"))
        for on in (True, False):
            await api.run(api.prepare_valet(VIN, on, "press"))

    async def commands_prepare_climate_stop(self) -> None:
        api = CommandsApi(self.client)
        await api.run(api.prepare_climate_stop(VIN, "press"))

    async def commands_prepare_unlock_unlock(self) -> None:
        api = CommandsApi(self.client)
        await api.unlock(api.prepare_unlock(VIN, "press"), "1948")

    async def commands_prepare_status_status(self) -> None:
        api = CommandsApi(self.client)
        await api.status(api.prepare_status(VIN, "ODP-1", "press"))

    async def events_stream(self) -> None:
        """Without and with the number of the last event."""
        api = EventsApi(self.client)
        for _ in range(2):
            async with api.stream() as events:
                assert len([event async for event in events]) == 1
        assert api.last_id == "7"

    async def observer_holdings(self) -> None:
        await ObserverApi(self.client).holdings(["t" * 32, "u" * 32])

    async def observer_edges(self) -> None:
        await ObserverApi(self.client).edges(["t" * 32])

    async def observer_fetch(self) -> None:
        await ObserverApi(self.client).fetch("edges", (("after", "7"),))

    async def holdings_page_pages(self) -> None:
        """Without and with everything that a page can be asked for."""
        api = HoldingsApi(ObserverApi(self.client), self.client.door.catalogue)
        await api.page(HeldQuery("duration", "identity", "lock", "party"), "a")
        assert len([page async for page in api.pages(HeldQuery())]) == 1

    async def today_look(self) -> None:
        await TodayApi(ObserverApi(self.client), self.client.door.catalogue).look((), datetime.now(UTC))

    async def today_own(self) -> None:
        """Asks nobody."""
        await TodayApi(ObserverApi(self.client), self.client.door.catalogue).own((), AnswerError("answer.malformed"))

    async def account_receipt(self) -> None:
        await AccountApi(self.client, ObserverApi(self.client)).receipt()

    async def account_delete_prepare_deletion(self) -> None:
        api = AccountApi(self.client, ObserverApi(self.client))
        await api.delete(api.prepare_deletion("demo-drive", "press-1"))

    async def alarms_acknowledge_prepare_acknowledge(self) -> None:
        api = AlarmsApi(self.client)
        await api.acknowledge(api.prepare_acknowledge("car-x", "E-12", "press-1"))

    async def incar_look(self) -> None:
        await InCarApi(self.client, ObserverApi(self.client), self.client.door.catalogue).look(VIN, "car-x")

    async def planning_plan(self) -> None:
        """As it stands, with other aims, without timers, with some."""
        api, at = PlanningApi(self.client), datetime(2026, 11, 28, 7, 30)
        weekly = Timer(1, at, ("MONDAY", "FRIDAY"), target=85, climatises=True)
        for ask in (PlanAsk(), PlanAsk(None, 1, 80, 30), PlanAsk(()), PlanAsk((weekly, Timer(0, at)))):
            await api.plan(VIN, "car-x", ask, "press")

    async def maps_giver(self) -> None:
        """The provider for each service and theme, new and known by its mark; own servers with and without a key."""
        api, tile = MapsApi(self.client), TileId(14, 8602, 5640)
        provider = await api.giver(MapSource(), "")
        for service, is_light, mark in product(SERVICES, (False, True), ("", '"7"')):
            vehicle = "car-x" if mark else ""
            look = Look(service, (tile,), 1400, is_light, not is_light, datetime.now(UTC), vehicle)
            await provider.picture(tile, look, mark, "press")
        for template in ("http://127.0.0.1:9/m/{z}/{x}/{y}{r}.png?key={key}", "https://{s}.maps.example/{z}/{y}/{x}"):
            own = await api.giver(MapSource(SourceKind.SERVER, template), "secret")
            await own.picture(tile, Look(), "", "press")

    async def places_prepare_find_forget(self) -> None:
        """The first of a session signs on, the second does not, and another session does again."""
        api, near = PlacesApi(self.client), (48.80031, 9.0)
        for number in (2, 1):
            steps = api.prepare("owner@demo.example", "Café Römer", near, "press")
            assert len(steps) == number
            await api.find(steps)
        api.forget()
        assert len(api.prepare("owner@demo.example", "Café Römer", near, "press")) == 2

    async def stage_plug(self) -> None:
        for on in (True, False):
            await StageApi(self.client, "k" * 32).plug(VIN, on)

    async def stage_flip(self) -> None:
        for name in (*SWITCHES, "car_finder"):
            await StageApi(self.client, "k" * 32).flip(VIN, name, True)

    async def stage_fresh(self) -> None:
        await StageApi(self.client, "k" * 32).fresh()

    async def stage_advance(self) -> None:
        await StageApi(self.client, "k" * 32).advance("P31D")

    async def stage_advance_to_next(self) -> None:
        await StageApi(self.client, "k" * 32).advance_to_next()


SPEAKING = (
    DiscoveryApi, IdentityApi, VehiclesApi, CommandsApi, EventsApi, ObserverApi, TodayApi, StageApi, AccountApi, InCarApi,
    HoldingsApi, PlanningApi, MapsApi, AlarmsApi, PlacesApi,
)  # fmt: skip


@pytest.fixture
def driven(monkeypatch: pytest.MonkeyPatch, aio: Callable[[Awaitable[Any]], Any]) -> tuple[list[Made], set[str]]:
    """Every request made by every step, and the places of `api` that were passed."""
    places: dict[int, str] = {}
    kept: list[Call] = []

    def noting(*args: Any, **words: Any) -> Call:
        frame = sys._getframe(1)
        call = Call(*args, **words)
        kept.append(call)
        places[id(call)] = f"{Path(frame.f_code.co_filename).stem}:{_site(frame.f_code.co_filename, frame.f_lineno)}"
        return call

    for name in MODULES:
        module = importlib.import_module(name)
        if hasattr(module, "Call"):
            monkeypatch.setattr(module, "Call", noting)
    tokens = TokenBox()
    tokens.put("a" * 43, 3600, "r" * 43)
    door = SilentDoor(Catalogue(), tokens, places)
    drive = Drive(Client(door, tokens), tokens)
    for _, step in inspect.getmembers(drive, inspect.iscoroutinefunction):
        aio(step())
    door.ledger.close()
    return door.made, set(places.values())


def _sites(file: str) -> dict[str, tuple[int, int]]:
    """Every place where a module makes a call: its first line -> first and last line."""
    tree = ast.parse(Path(file).read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Call"]
    return {str(node.lineno): (node.lineno, node.end_lineno or node.lineno) for node in calls}


def _site(file: str, line: int) -> str:
    return next(name for name, (first, last) in _sites(file).items() if first <= line <= last)


def test_every_public_verb_of_api_is_driven() -> None:
    steps = [name for name, _ in inspect.getmembers(Drive, inspect.iscoroutinefunction)]
    missing = [
        f"{cls.__name__}.{verb}"
        for cls in SPEAKING
        for verb, _ in inspect.getmembers(cls, inspect.isfunction)
        if not verb.startswith("_")
        and not any(step.startswith(cls.__name__.removesuffix("Api").lower()) and verb in step for step in steps)
    ]
    assert missing == []


def test_no_client_of_api_is_forgotten() -> None:
    found = {
        cls
        for name in MODULES
        for _, cls in inspect.getmembers(importlib.import_module(name), inspect.isclass)
        if cls.__module__ == name and cls.__name__.endswith("Api")
    }
    assert found == {*SPEAKING, PreviewsApi}


def test_every_place_that_makes_a_request_is_passed(driven: tuple[list[Made], set[str]]) -> None:
    written = {f"{file.stem}:{line}" for file in FOLDER.glob("*.py") for line in _sites(str(file))}
    assert driven[1] == written


def test_calls_are_made_in_api_only() -> None:
    """Elsewhere a `Call` would pass the door too, but not this test."""
    root = FOLDER.parent
    strays = [
        file for file in root.rglob("*.py") if file.parent != FOLDER and file.name != "call.py" and _sites(str(file))
    ]
    assert strays == []


def test_the_code_makes_the_declared_requests_and_no_other(driven: tuple[list[Made], set[str]]) -> None:
    made, _ = driven
    assert {one.request for one in made} == set(Catalogue().requests)
    assert [one for one in made if one.problem] == []


def test_each_request_is_made_in_one_place(driven: tuple[list[Made], set[str]]) -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for one in driven[0]:
        places[one.request].add(one.place)
    assert {name: found for name, found in places.items() if len(found) != 1} == {}


def test_each_action_lists_the_requests_that_it_takes_in_their_order(driven: tuple[list[Made], set[str]]) -> None:
    made: dict[str, list[str]] = defaultdict(list)
    for one in driven[0]:
        if one.request not in made[one.action]:
            made[one.action].append(one.request)
    listed = {name: list(row["requests"]) for name, row in Catalogue().actions.items()}
    in_order = {"sign_in", "unlock"}
    assert {name: made[name] for name in in_order} == {name: listed[name] for name in in_order}
    assert {name: set(found) for name, found in made.items()} == {name: set(found) for name, found in listed.items()}


def test_each_request_belongs_to_one_action() -> None:
    owners: dict[str, list[str]] = defaultdict(list)
    catalogue = Catalogue()
    for name, row in catalogue.actions.items():
        for request in row["requests"]:
            owners[request].append(name)
    assert {name: len(found) for name, found in owners.items()} == dict.fromkeys(catalogue.requests, 1)
