"""The composition root: the only place where objects are made and joined."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from companion import __version__
from companion.api.account import AccountApi
from companion.api.alarms import AlarmsApi
from companion.api.commands import CommandsApi
from companion.api.discovery import DiscoveryApi, safe_origin
from companion.api.events import EventsApi
from companion.api.holdings import HoldingsApi
from companion.api.identity import IdentityApi
from companion.api.in_car import InCarApi
from companion.api.inbox_file import InboxFile
from companion.api.last_known import LastKnown
from companion.api.map_pictures import MapsApi
from companion.api.observer import ObserverApi
from companion.api.picture_store import PictureStore
from companion.api.places import PlacesApi
from companion.api.planning import PlanningApi
from companion.api.previews import PreviewsApi
from companion.api.stage import StageApi
from companion.api.today import TodayApi
from companion.api.vehicles import VehiclesApi
from companion.core import settings_file
from companion.core.context import Apis, Context
from companion.core.entries import Entries
from companion.core.keys import Keys
from companion.core.session import Session
from companion.core.store import Store
from companion.model.settings import Settings
from companion.net.auth import TokenBox
from companion.net.catalogue import Catalogue
from companion.net.client import Client
from companion.net.door import Door
from companion.net.ledger import Ledger
from companion.tasks import Tasks

log = logging.getLogger(__name__)
OWN_MAP = "own_map"


@dataclass(frozen=True, slots=True)
class Place:
    """Where this app keeps its files, and which addresses it was told."""

    settings: Path
    ledger: Path | None
    origins: Mapping[str, str]
    """Party -> origin; at least `porsche_system`. These win over what the backend says."""
    last_known: Path | None
    stage_key: str = ""
    """Opens the demo's stage; only a backend of this app's own tells it."""
    inbox: Path | None = None
    pictures: Path | None = None
    """Map pictures."""


@dataclass(slots=True)
class App:
    """A running app without its window: what the window and the tour work with."""

    store: Store
    session: Session
    context: Context
    door: Door
    ledger: Ledger
    catalogue: Catalogue
    entries: Entries

    async def close(self) -> None:
        """Ends tasks, then connections, then the ledger; whatever was under way is settled first."""
        self.session.maps.leave()
        await self.context.tasks.close()
        await self.door.aclose()
        self.entries.flush()
        self.ledger.close()
        self.context.apis.pictures.close()


class _DemoClock:
    def __init__(self, store: Store) -> None:
        self._store = store

    def demo_now(self) -> datetime:
        return datetime.now(UTC) + self._store.state.link.clock_offset


def build(place: Place, keys: Keys, settings: Settings, ssl_context: object | None = None) -> App:
    """Everything behind the window. Needs a running event loop's thread, no network yet."""
    store, tasks, tokens, catalogue = Store(), Tasks(), TokenBox(), Catalogue()
    ledger = Ledger(place.ledger, lambda request: facts(catalogue, request))
    ledger.expire(settings.ledger_days)
    told = {party: safe_origin(url) for party, url in place.origins.items() if party in catalogue.parties}
    door = Door(catalogue, ledger, told, tokens, _DemoClock(store), f"companion/{__version__}", ssl_context=ssl_context)
    client = Client(door, tokens)
    observer = ObserverApi(client)
    apis = Apis(
        DiscoveryApi(client), IdentityApi(client, tokens), VehiclesApi(client), CommandsApi(client), EventsApi(client),
        observer, PreviewsApi(door), LastKnown(place.last_known),
        TodayApi(observer, catalogue), HoldingsApi(observer, catalogue), StageApi(client, place.stage_key),
        AccountApi(client, observer), InCarApi(client, observer, catalogue), AlarmsApi(client), PlanningApi(client),
        InboxFile(place.inbox), MapsApi(client), PictureStore(place.pictures), PlacesApi(client),
    )  # fmt: skip
    context = Context(store, apis, tasks, keys, tokens, ledger, settings)

    def on_parties(parties: dict[str, str]) -> str:
        # Where the owner's own map server is, no backend says.
        entered = {OWN_MAP: door.origins[OWN_MAP]} if OWN_MAP in door.origins else {}
        door.origins = {**{name: url for name, url in parties.items() if name != OWN_MAP}, **told, **entered}
        return door.origins.get("identity", "")

    entries = Entries(store, apis.previews.frame)
    door.on_entry = entries.take
    apis.vehicles.on_list, apis.vehicles.on_overview = apis.last_known.listed, apis.last_known.overview
    session = Session(context, on_parties, lambda new: settings_file.save(place.settings, new))
    client.renew = session.renew
    return App(store, session, context, door, ledger, catalogue, entries)


def facts(catalogue: Catalogue, request: str) -> dict[str, Any]:
    """What the catalogue adds to a stored entry."""
    known = catalogue.requests.get(request)
    if known is None:
        return {"fields": (), "title": {}, "not_seen": (), "silence": {}}
    return {
        "fields": catalogue.facts(known), "title": known.title, "not_seen": catalogue.not_seen(known),
        "receivers": catalogue.receivers(known), "gaps": catalogue.open_questions(known), "many": known.many,
        "silence": catalogue.silence(known),
    }  # fmt: skip


def read_endpoints(path: Path) -> dict[str, str]:
    """The file of `--endpoints`: a JSON object of party -> origin. Raises ValueError with what is wrong."""
    table = json.loads(path.read_text("utf-8"))
    if not isinstance(table, dict) or not all(isinstance(url, str) for url in table.values()):
        raise ValueError("not an object of addresses")
    for url in table.values():
        safe_origin(url)
    return table


def join(app: App, window: Any) -> None:
    """Wires the window's requests to the session's verbs and the snapshot to the window."""
    session = app.session
    window.sign_in_requested.connect(session.sign_in)
    window.demo_sign_in_requested.connect(session.sign_in_demo)
    window.sign_out_requested.connect(session.sign_out)
    window.draft_changed.connect(session.draft)
    window.demo_draft_requested.connect(session.draft_demo)
    window.retry_requested.connect(session.retry)
    window.command_requested.connect(session.command)
    window.unlock_requested.connect(session.unlock)
    window.wished.connect(session.wish)
    window.read_stored_requested.connect(session.read_stored)
    window.read_current_requested.connect(session.read_current)
    window.check_command_requested.connect(session.check_command)
    window.focus_requested.connect(session.focus)
    window.vehicle_selected.connect(session.select_vehicle)
    window.notice_dismissed.connect(session.dismiss)
    window.notice_action_requested.connect(session.act_on_notice)
    window.settings_changed.connect(session.change_settings)
    window.erase_ledger_requested.connect(session.erase_ledger)
    window.messages_read.connect(session.read_messages)
    window.clear_messages_requested.connect(session.clear_messages)
    window.look_again_requested.connect(session.look_again)
    window.privacy_look_requested.connect(session.look_at_privacy)
    window.clock_move_requested.connect(session.move_clock)
    window.holdings_requested.connect(session.show_holdings)
    window.more_holdings_requested.connect(session.more_holdings)
    window.holdings_again_requested.connect(session.holdings_again)
    window.holdings_export_requested.connect(session.export_holdings)
    window.receipt_requested.connect(session.take_receipt)
    window.in_car_look_requested.connect(session.look_into_car)
    window.flip_requested.connect(session.flip)
    window.plug_requested.connect(session.plug)
    window.plan_requested.connect(session.plan)
    window.event_picked.connect(session.pick_event)
    window.acknowledge_requested.connect(session.acknowledge)
    window.map_looked.connect(session.look_at_map)
    window.map_retry_requested.connect(session.retry_map)
    window.map_spoilt.connect(session.maps.spoilt)
    window.map_source_requested.connect(session.use_map)
    window.place_drafted.connect(session.draft_place)
    window.place_wanted.connect(session.find_place)
    window.places_cleared.connect(session.clear_places)
    session.maps.on_picture = window.show_picture
    window.deletion_drafted.connect(session.draft_deletion)
    window.deletion_requested.connect(session.delete_account)
    window.deletion_read.connect(session.deletion_read)
    window.fresh_demo_requested.connect(session.fresh_demo)
    app.store.state_changed.connect(window.show_state)
    window.show_state(app.store.state)


async def live(app: App, closed: asyncio.Event) -> None:
    """From the first request to an orderly end."""
    app.context.tasks.spawn(app.session.start(), name="start")
    try:
        await closed.wait()
    finally:
        await app.close()
