"""What a person can do, as verbs that return at once; each delegates to its subject."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from companion.core.acknowledging import Acknowledging
from companion.core.commands import Commands, Wish
from companion.core.context import Context
from companion.core.deletion import AccountEnd
from companion.core.effort import Effort
from companion.core.happenings import (
    AccountDeleted,
    AccountMoved,
    BackendFound,
    Focused,
    LedgerErased,
    LinkMoved,
    NoticeGone,
    Previewed,
    VehicleSelected,
)
from companion.core.held import HeldNow
from companion.core.in_car import InCarPage
from companion.core.inbox import Inbox
from companion.core.listener import Listener
from companion.core.map_pictures import MapPictures
from companion.core.observe import EVENT, Observer
from companion.core.places import Place, Places
from companion.core.planning import Planning
from companion.core.previews import Previews
from companion.core.privacy_page import PrivacyPage
from companion.core.reads import Reads
from companion.core.sign_in import DEMO_EMAIL, DEMO_PASSWORD, SignIn
from companion.errors import CompanionError
from companion.model.charge_plan import PlanAsk
from companion.model.command import Kind
from companion.model.held import HeldQuery
from companion.model.map_pictures import Look, MapSource
from companion.model.settings import Settings
from companion.model.state import SignInStage, Tone

RENEW_SHOWN = 5.0
"""Seconds between looks whether the shown preview is still valid."""
EXPIRE = 3600.0
OUT = (SignInStage.STARTING, SignInStage.SIGNED_OUT)


class Session:
    """`on_parties` hears where the parties are; `save_settings` stores them."""

    def __init__(
        self,
        context: Context,
        on_parties: Callable[[dict[str, str]], str],
        save_settings: Callable[[Settings], None],
    ) -> None:
        self._context = context
        self._on_parties = on_parties
        self._save_settings = save_settings
        self.previews = Previews(context)
        self._observer = Observer(context)
        self._in_car = InCarPage(context)
        self._planning = Planning(context)
        self._held = HeldNow(context)
        self._privacy_page = PrivacyPage(context, self._held)
        self._inbox = Inbox(context)
        self._sign_in = SignIn(context, self.previews, self._inbox)
        self._end = AccountEnd(context, self.previews, self._account_gone)
        self._reads = Reads(context, self.previews, self._observer)
        self._commands = Commands(context, self.previews, self._observer, lambda: self._reads.read("read_current"))
        self._acknowledging = Acknowledging(
            context, self.previews, self._observer, lambda: self._reads.read("read_stored")
        )
        self._listener = Listener(context, self._commands, self.previews, self._inbox, self._again, self._in_car.told)
        self.maps = MapPictures(context, self._observer, self._map_chosen)
        self._places = Places(context, self.previews, self._observer)
        self._listening: asyncio.Task[None] | None = None
        self._arrival = Effort(context.tasks, "arrive", self._arrive, self._not_arrived)
        self._asked = False
        """Somebody asked for the link that is missing since the start."""
        self._refreshing = Effort(context.tasks, "refresh", self._reads.list, self._reads.tell)
        context.on_expelled = self._on_expelled

    # -- life ---------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Finds the backend and signs in again if the keyring remembers; tries until both are done or a person signs in."""
        self._sign_in.look_back()
        self._context.tasks.spawn(self._keep(), name="keep")
        self._arrival.wake()

    async def _arrive(self) -> None:
        if not self._context.state.link.backend_name:
            await self._find()
        was_recalled = self._sign_in.is_recalled
        if was_recalled or self._context.state.account.stage in OUT:
            resumed = await self._sign_in.resume()
            if was_recalled:
                self._back()
            if resumed:
                self._enter()

    def _not_arrived(self, error: CompanionError) -> None:
        if self._asked and self._sign_in.is_recalled and not self._context.says("link.lost"):
            self._context.say_lost()
        self._asked = False

    def _back(self) -> None:
        """The link that was missing since the start is there."""
        self._context.store.apply(LinkMoved(online=True, streaming=False))
        self._context.store.apply(NoticeGone(key="link.lost"))
        self._context.notice("link.back", Tone.OK)

    async def _find(self) -> None:
        """Raises CompanionError; then the cars are shown as last known, or the sign-in page says so."""
        try:
            backend = await self._context.apis.discovery.find()
        except CompanionError as error:
            self._context.store.apply(LinkMoved(online=False, streaming=False, since=self._context.now))
            if await self._sign_in.recall():
                self._context.say_lost()
                self._context.store.apply(Focused(""))
            account = self._context.state.account
            if account.stage in OUT:
                out = replace(account, stage=SignInStage.SIGNED_OUT, error=error.key, error_params=error.params)
                self._context.store.apply(AccountMoved(out))
            raise
        if not self._sign_in.is_recalled:
            # Cars as last known stay offline until they can be read.
            self._context.store.apply(LinkMoved(online=True, streaming=False))
            self._context.store.apply(NoticeGone(key="link.lost"))
        self._sign_in.key_name = f"{backend.id} {self._on_parties(backend.parties)}"
        offset = backend.now - self._context.now
        stage_open = backend.is_demo and self._context.apis.stage.is_open
        self._context.store.apply(BackendFound(backend.name, backend.is_demo, offset, stage_open))
        if (account := self._context.state.account).error:
            self._context.store.apply(AccountMoved(replace(account, error=None)))

    def _enter(self) -> None:
        self._quiet()
        self._listening = self._context.tasks.spawn(self._listener.run(), name="events")
        self._context.store.apply(Focused(""))
        self._again()

    def _again(self) -> None:
        """Everything on screen, read anew until it works."""
        self._refreshing.wake()

    def _on_expelled(self) -> None:
        self._context.tasks.spawn(self._expelled(), name="expelled")

    async def _expelled(self) -> None:
        if self._context.state.account.stage is SignInStage.SIGNED_IN:
            self._quiet()
            for told in self._context.state.notices:
                # What went wrong before is of the session that is over.
                self._context.store.apply(NoticeGone(id=told.id))
            self._context.notice("session.signed_out", Tone.WARN, sticky=True)
            await self._sign_in.expelled()

    def _quiet(self) -> None:
        self._refreshing.stop()
        self.maps.leave()
        self._places.leave()
        if self._listening is not None:
            self._listening.cancel()
        self._listening = None

    async def _keep(self) -> None:
        """Small upkeep: shown previews stay valid, ledger and messages keep to their period."""
        waited = EXPIRE
        while True:
            if waited >= EXPIRE:
                self._expire()
                waited = 0.0
            await asyncio.sleep(RENEW_SHOWN)
            waited += RENEW_SHOWN
            self.previews.renew_shown()

    def _expire(self) -> None:
        self._context.ledger.expire(self._context.settings.ledger_days)
        self._inbox.expire()

    # -- account ------------------------------------------------------------------------------------------------

    def draft(self, email: str, password: str, letters: str = "") -> None:
        self._sign_in.draft(email, password, letters)

    def draft_demo(self) -> None:
        """Shows what signing in with the demo account would send."""
        self.draft(DEMO_EMAIL, DEMO_PASSWORD)

    def sign_in(self, email: str, password: str, letters: str = "") -> None:
        """`letters`: read from the picture that the attempt before ended with."""
        if self._context.state.account.stage is SignInStage.SIGNED_OUT:
            self._context.tasks.spawn(self._signing_in(email, password, letters), name="sign_in")

    def sign_in_demo(self) -> None:
        if self._context.state.account.stage is SignInStage.SIGNED_OUT:
            self._context.tasks.spawn(self._signing_in_demo(), name="sign_in")

    async def _signing_in_demo(self) -> None:
        """Nobody typed anything: where it is refused, a visitor has deleted the account."""
        await self._signing_in(DEMO_EMAIL, DEMO_PASSWORD, "")
        account = self._context.state.account
        if account.error == "sign_in.wrong_credentials":
            gone = replace(account, email="", error="sign_in.demo_gone")
            self._context.store.apply(AccountMoved(gone))

    async def _signing_in(self, email: str, password: str, letters: str) -> None:
        try:
            if not self._context.state.link.backend_name:
                await self._find()
        except CompanionError:
            return
        self._context.store.apply(Focused("sign_in"))
        if await self._sign_in.sign_in(email, password, letters):
            self._enter()

    def sign_out(self) -> None:
        self._quiet()
        self._context.tasks.spawn(self._signing_out(), name="sign_out")

    async def _signing_out(self) -> None:
        await self._sign_in.sign_out()
        # An arrival that was under way may have come in meanwhile.
        self._quiet()

    async def _account_gone(self) -> None:
        self._quiet()
        for told in self._context.state.notices:
            # What went wrong before went wrong for an account that is no more.
            self._context.store.apply(NoticeGone(id=told.id))
        await self._sign_in.account_gone()

    async def renew(self) -> None:
        """For the client: a new access token, kept in the keyring where there is one."""
        await self._sign_in.renew()

    def retry(self) -> None:
        """Looks for the backend again, or reads everything anew, now instead of after the next wait."""
        if self._context.state.account.stage is SignInStage.SIGNED_IN and not self._sign_in.is_recalled:
            self._listener.wake()
            self._again()
        else:
            if self._sign_in.is_recalled:
                self._asked = True
            self._arrival.wake()

    # -- car ----------------------------------------------------------------------------------------------------

    def select_vehicle(self, vin: str) -> None:
        self._context.store.apply(VehicleSelected(vin))
        self.previews.drop()
        if not self._sign_in.is_recalled:
            self._reads.show_selected()

    def read_stored(self) -> None:
        self._read("read_stored")

    def read_current(self) -> None:
        self._read("read_current")

    def _read(self, action: str) -> None:
        """Nothing is asked of a backend that has not been found to be the same: it is looked for, and then all is read."""
        if self._sign_in.is_recalled:
            self.retry()
        else:
            self._reads.start(action)

    def command(self, kind: Kind) -> None:
        """One that needs no code, as it was wished: all but unlocking."""
        self._commands.run(kind)

    def wish(self, kind: Kind, wish: Wish | None) -> None:
        """What a command would ask for: shown before it is pressed. None: it is given up."""
        self._commands.wish(kind, wish)

    def unlock(self, code: str) -> None:
        self._commands.unlock(code)

    def pick_event(self, number: str) -> None:
        """An event of the map that is looked at: what the maker told of it is read."""
        self._acknowledging.pick(number)
        told = frozenset(one.id for one in self._context.state.messages if number and one.event == number)
        if told:
            self._inbox.seen(told)
        for notice in self._context.state.notices:
            if notice.message is not None and notice.message.id in told:
                self._context.store.apply(NoticeGone(id=notice.id))
        self._show_event(number)

    def _show_event(self, number: str) -> None:
        """Who passed it on and who holds it: the panel follows what the car sent by itself."""
        vehicle = self._context.state.vehicle
        events = vehicle.alarms.events if vehicle is not None else ()
        one = next((each for each in events if each.id == number and each.trace is not None), None)
        if one is None or one.trace is None:
            return
        view = self._context.apis.previews.told(f"{EVENT}{number}", one.kind, one.trace)
        self._context.store.apply(Previewed(view))
        self.previews.focus(view.action)
        self._observer.look(view.action, view.action_id)

    def acknowledge(self) -> None:
        """The alarm that was picked."""
        self._acknowledging.run()

    def check_command(self, kind: Kind) -> None:
        """How an unknown command went."""
        self._commands.check(kind)

    # -- panel --------------------------------------------------------------------------------------------------

    def focus(self, action: str) -> None:
        """The panel follows an action, one entry (`entry:ID`), or with "" the list of recent requests."""
        if action.startswith("entry:"):
            self._focus_entry(action)
        else:
            self.previews.focus(action)

    def _focus_entry(self, key: str) -> None:
        """A press from the list, shown as it was."""
        recent = self._context.state.privacy.recent
        picked = next((one for one in recent if one.id == key.removeprefix("entry:")), None)
        if picked is None:
            return
        entries = tuple(one for one in reversed(recent) if one.action_id == picked.action_id)
        frame = self._context.apis.previews.frame(picked.action, picked.action_id)
        view = self._context.apis.previews.past(replace(frame, action=key), entries)
        self._context.store.apply(Previewed(view))
        self._context.store.apply(Focused(key))
        self._context.tasks.spawn(self._observer.once(view), name="observe entry")

    def look_again(self, action: str) -> None:
        """What the parties report of a press, when it could not be read."""
        view = self._context.state.privacy.actions.get(action)
        if view is not None and view.entries:
            self._observer.look(action, view.action_id)

    def look_at_privacy(self) -> None:
        """What left today, to whom, and what is held: for the Privacy page."""
        self._privacy_page.look()

    def show_holdings(self, query: HeldQuery) -> None:
        """What every party holds, from the first row."""
        self._held.show(query)

    def more_holdings(self) -> None:
        self._held.more()

    def holdings_again(self) -> None:
        self._held.again()

    def export_holdings(self, file: str, language: str) -> None:
        """All rows of the table as shown, into a file."""
        self._held.export(file, language)

    def move_clock(self, period: str) -> None:
        """Demo staff: on by an ISO 8601 period, or "next"."""
        self._privacy_page.advance(period)

    def look_into_car(self) -> None:
        """How the switches of the selected car stand, and what each would stop."""
        self._in_car.look()

    def flip(self, switch: str, on: bool) -> None:
        """Demo staff: a switch in the selected car."""
        self._in_car.flip(switch, on)

    def plug(self, on: bool) -> None:
        """Demo staff: the selected car's cable, in or out."""
        self._in_car.plug(on)

    def plan(self, ask: PlanAsk) -> None:
        """How the selected car would charge."""
        self._planning.ask(ask)

    def look_at_map(self, look: Look) -> None:
        """The pictures that are looked at; an empty look ends it."""
        self.maps.look(look)

    def retry_map(self) -> None:
        self.maps.retry()

    def use_map(self, source: MapSource, key: str | None = None) -> None:
        """Another source of map pictures; `key` None: the one that is in the keyring."""
        self.maps.use(source, key)

    def _map_chosen(self, source: MapSource) -> None:
        self._keep_settings(replace(self._context.settings, map_source=source))

    def draft_place(self, term: str, near: Place) -> None:
        """What is typed so far, and the middle of the map: shown before it is sent."""
        self._places.draft(term, near)

    def find_place(self, term: str, near: Place) -> None:
        """Places by words, the nearer first."""
        self._places.find(term, near)

    def clear_places(self) -> None:
        self._places.clear()

    def take_receipt(self) -> None:
        """How often the owner's own values lie in every party's files now."""
        self._privacy_page.take_receipt()

    def fresh_demo(self) -> None:
        """Demo staff: everything as on the first day; a deleted demo account is there again."""
        self._privacy_page.fresh_demo()

    def draft_deletion(self, password: str) -> None:
        self._end.draft(password)

    def delete_account(self, password: str) -> None:
        """The end of the account, with everything that every party has of it."""
        self._end.delete(password)

    def deletion_read(self) -> None:
        self._context.store.apply(AccountDeleted(None))

    def read_messages(self, ids: frozenset[str]) -> None:
        """They were on screen."""
        self._inbox.seen(ids)

    def clear_messages(self) -> None:
        self._inbox.clear()

    def erase_ledger(self) -> None:
        """What this computer keeps of what was sent and asked for, and the messages."""
        self._context.ledger.erase()
        self._inbox.clear()
        self.maps.erase()
        self._context.store.apply(LedgerErased())
        self._context.notice("ledger.erased", Tone.OK)

    # -- the rest -----------------------------------------------------------------------------------------------

    def change_settings(self, settings: Settings) -> None:
        """The map's source is not among what the window changes: it is taken only once it can be used."""
        self._keep_settings(replace(settings, map_source=self._context.settings.map_source))

    def _keep_settings(self, settings: Settings) -> None:
        self._context.settings = settings
        self._save_settings(settings)
        self._expire()

    def dismiss(self, notice: int) -> None:
        self._context.store.apply(NoticeGone(id=notice))

    def act_on_notice(self, notice: int, action: str) -> None:
        """The one action that a notice offers."""
        self._context.store.apply(NoticeGone(id=notice))
        if action == "check_now":
            for kind in Kind:
                command = self._context.state.command(kind)
                if command is not None and command.phase.value == "unknown":
                    self.check_command(kind)
        elif action == "retry":
            self.retry()
