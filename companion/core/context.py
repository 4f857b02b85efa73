"""What every verb works with: the clients, the store and the tasks of one running app."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from companion.api.account import AccountApi
from companion.api.alarms import AlarmsApi
from companion.api.commands import CommandsApi
from companion.api.discovery import DiscoveryApi
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
from companion.api.today import Sent, TodayApi
from companion.api.vehicles import VehiclesApi
from companion.core.happenings import NoticeRaised
from companion.core.keys import Keys
from companion.core.looks import Looks
from companion.core.store import Store
from companion.errors import CompanionError, NetworkError
from companion.model.message import Message
from companion.model.settings import Settings
from companion.model.state import Notice, State, Tone
from companion.tasks import Tasks


class LedgerStore(Protocol):
    def expire(self, days: int) -> int: ...
    def erase(self) -> int: ...

    def sums(self, since: datetime) -> Sequence[Sent]: ...


class TokenState(Protocol):
    refresh_token: str

    def clear(self) -> None: ...


@dataclass
class Apis:
    discovery: DiscoveryApi
    identity: IdentityApi
    vehicles: VehiclesApi
    commands: CommandsApi
    events: EventsApi
    observer: ObserverApi
    previews: PreviewsApi
    last_known: LastKnown
    today: TodayApi
    holdings: HoldingsApi
    stage: StageApi
    account: AccountApi
    in_car: InCarApi
    alarms: AlarmsApi
    planning: PlanningApi
    inbox: InboxFile
    maps: MapsApi
    pictures: PictureStore
    places: PlacesApi


@dataclass
class Context:
    store: Store
    apis: Apis
    tasks: Tasks
    keys: Keys
    tokens: TokenState
    ledger: LedgerStore
    settings: Settings = field(default_factory=Settings)
    looks: Looks = field(default_factory=Looks)
    on_expelled: Callable[[], None] = lambda: None
    """The other side has ended the session."""
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def state(self) -> State:
        return self.store.state

    @property
    def now(self) -> datetime:
        """The owner's real clock, UTC."""
        return datetime.now(UTC)

    @property
    def demo_now(self) -> datetime:
        """The backend's clock as far as the app knows it, UTC."""
        return self.now + self.state.link.clock_offset

    def notice(self, key: str, tone: Tone, *, action: str | None = None, sticky: bool = False, **params: str) -> None:
        pairs = tuple(params.items())
        self.store.apply(NoticeRaised(Notice(next(self._numbers), key, pairs, tone, action, sticky)))

    def tell(self, message: Message, tone: Tone, car: str) -> None:
        """Says a message; `car` is its name where the owner has several."""
        notice = Notice(next(self._numbers), "message.told", (("car", car),), tone, "show", message=message)
        self.store.apply(NoticeRaised(notice))

    def says(self, key: str) -> bool:
        """Whether a notice is on screen."""
        return any(one.key == key for one in self.state.notices)

    def failed(self, error: CompanionError, doing: str = "", action: str | None = None) -> None:
        """One notice for a failure; the page that asked says nothing of its own. `doing`: what was under way."""
        if error.key == "access.signed_out":
            self.on_expelled()
            return
        if isinstance(error, NetworkError) and not self.state.link.online:
            self.say_lost()
            return
        params = (*error.params, ("of", doing)) if doing else error.params
        notice = Notice(next(self._numbers), error.key, params, Tone.DANGER, action, True)
        self.store.apply(NoticeRaised(notice))

    def say_lost(self) -> None:
        """The one notice of a lost link, however many requests fail for it."""
        since = self.state.link.since or self.now
        vehicle = self.state.vehicle
        known = vehicle is not None and vehicle.reported_at is not None
        blank = {} if known else {"of": "offline_blank"}
        self.notice("link.lost", Tone.WARN, action="retry", sticky=True, time=since.isoformat(), **blank)
