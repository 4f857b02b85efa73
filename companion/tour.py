"""`companion tour`: drives the real window through every page and action, without a person, in a profile of its own.

Writes a picture a step, `ledger.ndjson` (an entry a line) and `tour.json`; exits 0 only if every step did what it should.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from companion.app import App, Place, build, join
from companion.backend import BackendFailed, EmbeddedBackend
from companion.cli import Options
from companion.core.keys import MemoryKeys
from companion.core.sign_in import DEMO_EMAIL, DEMO_PASSWORD
from companion.model.alarms import Ring, RingsWish
from companion.model.charging import ChargingWish, Profile, ProfilesWish, TimersWish
from companion.model.climate import ClimateWish
from companion.model.command import Kind, Phase
from companion.model.held import HeldQuery
from companion.model.privacy import Outcome, Stage
from companion.model.profiles import fresh_id, placed
from companion.model.settings import Settings
from companion.model.state import Reading, SignInStage, State
from companion.net.ledger import export_line
from companion.run import _origins

CODE, PLACE = "1948", "Ludwigsburg"
PATIENCE = 20.0


class StepFailed(Exception):
    pass


@dataclass
class Tour:
    """Steps in order; a step that fails is written down and the tour goes on."""

    app: App
    window: Any
    out: Path
    steps: list[dict[str, str]] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    """The ledger's lines that went with the account: this tour's report has them all the same."""

    def keep_what_is_erased(self) -> None:
        erase = self.app.ledger.erase

        def kept() -> int:
            self.erased += [export_line(entry) for entry in self.app.ledger]
            return erase()

        self.app.ledger.erase = kept  # type: ignore[method-assign]

    async def run(self) -> None:
        self.keep_what_is_erased()
        await self.step("sign-in", "sign_in", "", self.signed_out)
        await self.step("sign-in-before", "sign_in", "sign_in", self.before_sign_in)
        await self.step("signed-in", "overview", "sign_in", self.sign_in)
        await self.step("read-stored-before", "overview", "read_stored", lambda: self.focus("read_stored"))
        await self.step("read-stored-left", "overview", "read_stored", self.read_stored)
        await self.step("read-current-before", "overview", "read_current", lambda: self.focus("read_current"))
        await self.step("read-current-held", "overview", "read_current", self.read_current)
        await self.step("unlock-before", "overview", "unlock", lambda: self.focus("unlock"))
        await self.step("unlock-code", "overview", "unlock", self.code_pad)
        await self.step("unlock-left", "overview", "unlock", self.unlock)
        await self.step("unlock-received", "overview", "unlock", lambda: self.stage(Stage.RECEIVED))
        await self.step("unlock-held", "overview", "unlock", lambda: self.stage(Stage.HELD))
        await self.step("lock-before", "overview", "lock", lambda: self.focus("lock"))
        await self.step("lock-held", "overview", "lock", self.lock)
        await self.step("flash-before", "overview", "flash", lambda: self.focus("flash"))
        await self.step("flash-held", "overview", "flash", self.flash)
        await self.step("horn-left", "overview", "horn", self.horn)
        await self.step("lock-blocked", "overview", "lock", self.blocked)
        await self.step("recent", "overview", "", lambda: self.focus(""))
        await self.step("climate-before", "climate", "climate_start", self.before_climate)
        await self.step("climate-on", "climate", "climate_start", self.climate_on)
        await self.step("climate-off", "climate", "climate_stop", self.climate_off)
        await self.step("charging", "charging", "", self.charging)
        await self.step("charging-setting-before", "charging", "charge_set", self.before_setting)
        await self.step("charging-setting-held", "charging", "charge_set", self.charge_set)
        await self.step("charging-timers", "charging", "timers_set", self.timers_set)
        await self.step("charging-profiles-before", "charging", "profiles_set", self.before_profiles)
        await self.step("charging-profiles-held", "charging", "profiles_set", self.profiles_set)
        if self.app.store.state.link.stage_open:
            await self.step("charging-now", "charging", "charge_start", self.charge_now)
            await self.step("charging-stopped", "charging", "charge_stop", self.charge_stop)
        await self.step("map", "map", "", self.map)
        await self.step("map-rings-before", "map", "rings_set", self.before_rings)
        await self.step("map-rings-held", "map", "rings_set", self.rings_set)
        await self.step("map-valet", "map", "valet_on", self.valet)
        await self.step("map-place-before", "map", "find_place", self.before_place)
        await self.step("map-place-found", "map", "find_place", self.find_place)
        await self.step("map-place-held", "map", "find_place", self.place_picked)
        await self.step("inbox", "map", "", self.inbox)
        await self.step("in-car", "in_car", "in_car", self.in_car)
        if self.app.store.state.link.stage_open:
            await self.step("in-car-private-mode", "in_car", "flip", self.private_mode)
            await self.step("overview-private-mode", "overview", "flip", self.private_overview)
            await self.step("in-car-private-mode-off", "in_car", "flip", self.private_mode_off)
            await self.step("in-car-others", "in_car", "flip", self.other_switches)
        await self.step("privacy", "privacy", "", self.privacy)
        await self.step("held", "privacy", "observe", self.held)
        await self.step("privacy-receipt", "privacy", "observe", self.receipt)
        if self.app.store.state.link.stage_open:
            await self.step("privacy-clock", "privacy", "move_clock", self.move_clock)
            await self.step("privacy-next", "privacy", "move_clock", self.next_erasure)
        for number, vehicle in enumerate(self.app.store.state.vehicles[1:], 2):
            await self.step(f"car-{number}", "overview", "", partial(self.select, vehicle.vin))
        if _can(self.app.store.state, "REMOTE_HEATING_START"):
            await self.step("heater-before", "climate", "heater_start", self.before_heater)
            await self.step("heater-on", "climate", "heater_start", self.heater_on)
            await self.step("heater-off", "climate", "heater_stop", self.heater_off)
        await self.step("settings", "settings", "", self.settings)
        await self.step("signed-out", "sign_in", "sign_out", self.sign_out)
        if self.app.store.state.link.stage_open:
            # Only beside a backend of this app's own: nobody else's account is deleted by a tour.
            await self.step("signed-in-again", "settings", "sign_in", self.sign_in)
            await self.step("delete-account-before", "settings", "delete_account", self.before_deletion)
            await self.step("account-deleted", "settings", "delete_account", self.delete_account)
            await self.step("fresh-demo", "sign_in", "fresh_demo", self.fresh_demo)

    async def step(self, name: str, page: str, action: str, do: Callable[[], Awaitable[None]]) -> None:
        try:
            await do()
            outcome = "done"
        except (StepFailed, TimeoutError) as error:
            outcome = f"failed: {error or 'took too long'}"
        await asyncio.sleep(0.35)
        number = len(self.steps) + 1
        self.window.grab().save(str(self.out / f"{number:02}-{name}.png"))
        self.steps.append({"name": name, "page": page, "action": action, "outcome": outcome})
        sys.stdout.write(f"{number:02} {name}: {outcome}\n")

    # -- what a person would do ---------------------------------------------------------------------------------

    async def signed_out(self) -> None:
        await self.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT and bool(s.link.backend_name))

    async def before_sign_in(self) -> None:
        self.app.session.draft(DEMO_EMAIL, DEMO_PASSWORD)
        await self.focus("sign_in")

    async def sign_in(self) -> None:
        self.app.session.sign_in_demo()
        await self.until(lambda s: s.account.stage is SignInStage.SIGNED_IN or s.account.error is not None)
        if (error := self.app.store.state.account.error) is not None:
            raise StepFailed(error)
        await self.until(_has_data)
        await self.until(lambda s: s.link.streaming)

    async def focus(self, action: str) -> None:
        self.app.session.focus(action)

    async def read_stored(self) -> None:
        self.app.session.read_stored()
        await self._read("read_stored")
        await self.stage(Stage.LEFT)

    async def read_current(self) -> None:
        self.app.session.read_current()
        await self._read("read_current")
        await self.stage(Stage.HELD)

    async def code_pad(self) -> None:
        self.window.open_code_pad()

    async def unlock(self) -> None:
        self.window.close_code_pad()
        self.app.session.unlock(CODE)
        await self._command(Kind.UNLOCK, Phase.DONE)
        await self.stage(Stage.LEFT)

    async def lock(self) -> None:
        self.app.session.command(Kind.LOCK)
        await self._command(Kind.LOCK, Phase.DONE)
        await self.stage(Stage.HELD)

    async def flash(self) -> None:
        self.app.session.command(Kind.FLASH)
        await self._command(Kind.FLASH, Phase.DONE)
        await self.stage(Stage.HELD)

    async def horn(self) -> None:
        await self.focus("horn")
        self.app.session.command(Kind.HORN)
        await self._command(Kind.HORN, Phase.DONE)
        await self.stage(Stage.LEFT)

    async def blocked(self) -> None:
        """A field that the catalogue does not know, planted into the next command: nothing may leave."""
        self.app.context.apis.commands.planted = {"speed": 87}
        await self.focus("lock")
        self.app.session.command(Kind.LOCK)
        await self.until(lambda s: _phase(s, Kind.LOCK) is Phase.FAILED)
        self.app.context.apis.commands.planted = {}
        entry = self.app.store.state.privacy.recent[0]
        if entry.outcome is not Outcome.BLOCKED or entry.sent:
            raise StepFailed("the planted field was not stopped")

    async def select(self, vin: str) -> None:
        """Another car of the garage, with what the maker last heard of it."""
        self.window.show_page("overview")
        self.app.session.select_vehicle(vin)
        await self.until(lambda s: s.selected == vin and _has_data(s))

    async def privacy(self) -> None:
        """What left today, to whom, and what is held: read for this page."""
        self.window.show_page("privacy")
        await self.until(lambda s: s.today.read_at is not None and s.today.total > 0)

    async def before_climate(self) -> None:
        """What starting the climate would send, which the notice lists nothing of."""
        self.window.show_page("climate")
        self.app.session.wish(Kind.CLIMATE_START, ClimateWish(21.5, ("frontLeft", "frontRight")))
        await self.focus("climate_start")

    async def climate_on(self) -> None:
        self.app.session.command(Kind.CLIMATE_START)
        await self._command(Kind.CLIMATE_START, Phase.DONE)
        await self.until(lambda s: s.vehicle is not None and s.vehicle.climate.is_on)
        await self.stage(Stage.HELD)

    async def climate_off(self) -> None:
        self.app.session.command(Kind.CLIMATE_STOP)
        await self._command(Kind.CLIMATE_STOP, Phase.DONE)
        await self.stage(Stage.LEFT)

    async def charging(self) -> None:
        self.window.show_page("charging")
        await self.until(lambda s: s.vehicle is not None and s.vehicle.charging.is_known)

    async def before_setting(self) -> None:
        self.app.session.wish(Kind.CHARGE_SET, ChargingWish(90))
        await self.focus("charge_set")

    async def charge_set(self) -> None:
        self.app.session.command(Kind.CHARGE_SET)
        await self._command(Kind.CHARGE_SET, Phase.DONE)
        await self.until(lambda s: s.vehicle is not None and s.vehicle.charging.set_target == 90)
        await self.stage(Stage.HELD)

    async def timers_set(self) -> None:
        """The first departure, switched on."""
        vehicle = self.app.store.state.vehicle
        if vehicle is None or not vehicle.charging.timers:
            raise StepFailed("no departure")
        first, *others = vehicle.charging.timers
        wish = TimersWish((replace(first, enabled=True), *others), vehicle.charging.timers_as_of)
        self.app.session.wish(Kind.TIMERS_SET, wish)
        self.app.session.command(Kind.TIMERS_SET)
        await self._command(Kind.TIMERS_SET, Phase.DONE)
        await self.stage(Stage.LEFT)

    async def before_profiles(self) -> None:
        """A new profile for where the car stands: the place is among what would leave."""
        vehicle = self.app.store.state.vehicle
        if vehicle is None or vehicle.position is None or not vehicle.charging.profiles:
            raise StepFailed("no place")
        known, place = vehicle.charging, (vehicle.position.latitude, vehicle.position.longitude, 150.0)
        here = Profile(fresh_id(known.profiles), "Work", True, 30, 85, place)
        self.app.session.wish(Kind.PROFILES_SET, ProfilesWish(placed(known.profiles, here), known.profiles_as_of))
        await self.focus("profiles_set")

    async def profiles_set(self) -> None:
        self.app.session.command(Kind.PROFILES_SET)
        await self._command(Kind.PROFILES_SET, Phase.DONE)
        await self.until(
            lambda s: s.vehicle is not None and any(one.name == "Work" for one in s.vehicle.charging.profiles)
        )
        await self.stage(Stage.HELD)

    async def before_heater(self) -> None:
        """The auxiliary heater of a car that burns fuel."""
        self.window.show_page("climate")
        await self.focus("heater_start")

    async def heater_on(self) -> None:
        self.app.session.command(Kind.HEATER_START)
        await self._command(Kind.HEATER_START, Phase.DONE)
        await self.until(lambda s: s.vehicle is not None and s.vehicle.climate.heater is True)
        await self.stage(Stage.HELD)

    async def heater_off(self) -> None:
        self.app.session.command(Kind.HEATER_STOP)
        await self._command(Kind.HEATER_STOP, Phase.DONE)
        await self.stage(Stage.LEFT)

    async def charge_now(self) -> None:
        """Somebody plugs the car in, and its owner charges at once."""
        self.app.session.plug(True)
        await self.until(lambda s: s.vehicle is not None and s.vehicle.charging.is_plugged)
        self.app.session.command(Kind.CHARGE_START)
        await self._command(Kind.CHARGE_START, Phase.DONE)
        await self.until(lambda s: s.vehicle is not None and s.vehicle.charging.is_charging)
        await self.stage(Stage.HELD)

    async def charge_stop(self) -> None:
        self.app.session.command(Kind.CHARGE_STOP)
        await self._command(Kind.CHARGE_STOP, Phase.DONE)

    async def map(self) -> None:
        """Where the car is, with the pictures of the map around it."""
        self.window.show_page("map")
        await self._painted()

    async def _painted(self) -> None:
        for _ in range(100):
            if self._map_page().view.is_complete:
                return
            await asyncio.sleep(0.1)
        raise StepFailed("map pictures are missing")

    def _map_page(self) -> Any:
        from companion.ui.pages.map import MapPage

        page = self.window.findChild(MapPage)
        assert page is not None
        return page

    async def before_place(self) -> None:
        """What is typed would leave, with the middle of the map."""
        field = self._map_page().search.field.line
        field.setFocus()
        field.setText(PLACE)
        field.textEdited.emit(PLACE)
        await self.until(lambda s: "find_place" in s.privacy.actions and bool(s.privacy.actions["find_place"].previews))

    async def find_place(self) -> None:
        self._map_page().search.field.line.returnPressed.emit()
        await self.until(lambda s: s.found.term == PLACE and not s.found.is_running)
        if self.app.store.state.found.failed or not self.app.store.state.found.places:
            raise StepFailed(self.app.store.state.found.failed or "nothing was found")

    async def place_picked(self) -> None:
        """The map goes there."""
        self._map_page().search.field.line.returnPressed.emit()
        await self.until(lambda s: _observed(s, "find_place"))
        await self.stage(Stage.HELD)
        await self._painted()

    async def before_rings(self) -> None:
        """A ring around the car: its place is what would leave."""
        vehicle = self.app.store.state.vehicle
        if vehicle is None or vehicle.position is None or vehicle.alarms.rings is None:
            raise StepFailed("no rings")
        ring = Ring(0, "Tour", vehicle.position.latitude, vehicle.position.longitude, 700)
        wish = RingsWish((*vehicle.alarms.rings[:3], ring), vehicle.alarms.rings_as_of)
        self.app.session.wish(Kind.RINGS_SET, wish)
        await self.focus("rings_set")

    async def rings_set(self) -> None:
        self.app.session.command(Kind.RINGS_SET)
        await self._command(Kind.RINGS_SET, Phase.DONE)
        await self.until(
            lambda s: s.vehicle is not None and any(one.name == "Tour" for one in s.vehicle.alarms.rings or ())
        )
        await self.stage(Stage.HELD)

    async def valet(self) -> None:
        """On, and off again."""
        for kind, on in ((Kind.VALET_ON, True), (Kind.VALET_OFF, False)):
            self.app.session.command(kind)
            await self._command(kind, Phase.DONE)
            await self.until(partial(_is_watched, on))

    async def inbox(self) -> None:
        """What the maker told of all that by itself, behind the bell."""
        self.window.open_inbox()
        card = self.window.glass.inbox
        if card is None or len(card.rows) != len(self.app.store.state.messages):
            raise StepFailed("the list does not show the messages")

    async def in_car(self) -> None:
        """How the car's switches stand, and what each would stop."""
        self.window.close_inbox()
        self.window.show_page("in_car")
        await self.until(lambda s: bool(s.in_car.switches) and s.in_car.failed is None)

    async def private_mode(self) -> None:
        """Somebody in the car switches private mode on: the app shows nothing of the car any more."""
        await self._flip("private_mode", True)
        await self.until(lambda s: s.vehicle is not None and s.vehicle.switches.private_mode is True)

    async def private_overview(self) -> None:
        self.window.show_page("overview")

    async def private_mode_off(self) -> None:
        self.window.show_page("in_car")
        await self._flip("private_mode", False)
        await self.until(lambda s: s.vehicle is not None and s.vehicle.switches.private_mode is False)

    async def other_switches(self) -> None:
        """Remote access, a group and a single service, off and on again."""
        for name, usual in (("remote_access", True), ("without_location", True), ("car_finder", True)):
            await self._flip(name, not usual)
            await self._flip(name, usual)

    async def _flip(self, name: str, on: bool) -> None:
        self.app.session.flip(name, on)
        await self.until(lambda s: _is_on(s, name) is on)

    async def held(self) -> None:
        """Every record whose period the notice does not state, then all of them again."""
        everything = self.app.store.state.held.query
        self.app.session.show_holdings(HeldQuery(rule="unspecified"))
        await self.until(lambda s: s.held.is_read and 0 < s.held.total < s.held.everything)
        self.app.session.show_holdings(everything)
        await self.until(lambda s: s.held.is_read and s.held.total == s.held.everything)
        from companion.ui.pages.privacy import PrivacyPage

        self.window.findChild(PrivacyPage).show_held()

    async def receipt(self) -> None:
        """How often the owner's values lie in the files."""
        self.app.session.take_receipt()
        await self.until(lambda s: bool(s.receipts))

    async def move_clock(self) -> None:
        """A year on: records for statistics go, and are out of the files."""
        before = self.app.store.state.link.clock_offset
        self.app.session.move_clock("P1Y")
        await self.until(lambda s: s.link.clock_offset > before and len(s.receipts) > 1)
        first, last = self.app.store.state.receipts
        if not last.total < first.total:
            raise StepFailed("nothing went out of the files")

    async def next_erasure(self) -> None:
        """To the next end, where there still is one."""
        self.app.session.command(Kind.LOCK)
        await self._command(Kind.LOCK, Phase.DONE)
        before = self.app.store.state.today.read_at
        self.app.session.move_clock("next")
        await self.until(
            lambda s: s.today.read_at != before and any(n.key.startswith("clock.moved") for n in s.notices)
        )

    async def before_deletion(self) -> None:
        self.app.session.draft_deletion(DEMO_PASSWORD)
        await self.focus("delete_account")

    async def delete_account(self) -> None:
        self.app.session.delete_account(DEMO_PASSWORD)
        await self.until(lambda s: s.deletion is not None)
        deletion = self.app.store.state.deletion
        if deletion is None or deletion.after.total:
            raise StepFailed("something of the account is still in the files")

    async def fresh_demo(self) -> None:
        self.app.session.deletion_read()
        self.app.session.fresh_demo()
        await self.until(lambda s: any(notice.key == "demo.fresh" for notice in s.notices))

    async def settings(self) -> None:
        self.window.show_page("settings")

    async def sign_out(self) -> None:
        await self.focus("sign_out")
        self.app.session.sign_out()
        await self.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT)

    async def stage(self, stage: Stage) -> None:
        self.window.show_stage(stage)

    # -- waiting ------------------------------------------------------------------------------------------------

    async def _read(self, action: str) -> None:
        await asyncio.sleep(0)
        await self.until(lambda s: s.reading is Reading.IDLE and _observed(s, action))
        if (failed := self.app.store.state.read_failed) is not None:
            raise StepFailed(failed)

    async def _command(self, kind: Kind, wanted: Phase) -> None:
        await self.until(lambda s: _phase(s, kind) in (Phase.DONE, Phase.FAILED, Phase.UNKNOWN))
        command = self.app.store.state.command(kind)
        if command is None or command.phase is not wanted:
            raise StepFailed(command.reason or command.phase if command else "no command")
        await self.until(lambda s: _observed(s, kind.value))

    async def until(self, true: Callable[[State], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true(self.app.store.state):
                await asyncio.sleep(0.02)


def _has_data(state: State) -> bool:
    vehicle = state.vehicle
    return vehicle is not None and vehicle.reported_at is not None and state.reading is Reading.IDLE


def _can(state: State, key: str) -> bool:
    return state.vehicle is not None and key in state.vehicle.capabilities


def _is_on(state: State, name: str) -> bool | None:
    """A switch, or a service's."""
    table = {one.id: one.on for one in state.in_car.switches} | {one.id: one.on for one in state.in_car.services}
    return table.get(name)


def _phase(state: State, kind: Kind) -> Phase | None:
    command = state.command(kind)
    return command.phase if command else None


def _is_watched(on: bool, state: State) -> bool:
    """The valet alarm is on, or off."""
    valet = state.vehicle.alarms.valet if state.vehicle is not None else None
    return valet is not None and valet.is_active is on


def _observed(state: State, action: str) -> bool:
    """The panel read what is held after the newest press of an action."""
    view = state.privacy.actions.get(action)
    return view is not None and view.observed_at is not None


def main(options: Options) -> int:
    assert options.out is not None
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="companion-tour-") as profile:
        embedded = None
        if options.backend is None and options.endpoints is None:
            embedded = EmbeddedBackend(Path(profile) / "backend")
            embedded.start()
        try:
            return _run(options, Path(profile), embedded)
        except (BackendFailed, OSError, ValueError) as error:
            print(f"companion: {error}", file=sys.stderr)
            return 1
        finally:
            if embedded is not None:
                embedded.stop()


def _run(options: Options, profile: Path, embedded: EmbeddedBackend | None) -> int:
    import qasync

    from companion.ui.start import first_window

    assert options.out is not None
    settings = Settings(language=options.lang or "en", theme=options.theme or "dark", reduced_motion=True)
    qt, window = first_window(settings, settings.language, settings.theme)
    window.resize(1440, 900)
    window.complete()
    loop = qasync.QEventLoop(qt)
    asyncio.set_event_loop(loop)
    with loop:
        origins = _origins(options, embedded)
        place = Place(
            profile / "settings.json", profile / "ledger.db", origins, profile / "last_known.json", _key(embedded),
            profile / "inbox.json",
        )  # fmt: skip
        steps, entries = loop.run_until_complete(_drive(place, settings, window, options.out))
    return _report(options.out, steps, entries)


def _key(embedded: EmbeddedBackend | None) -> str:
    return embedded.stage_key if embedded is not None else ""


async def _drive(place: Place, settings: Settings, window: Any, out: Path) -> tuple[list[dict[str, str]], list[str]]:
    app = build(place, MemoryKeys(), settings)
    join(app, window)
    tour = Tour(app, window, out)
    app.context.tasks.spawn(app.session.start(), name="start")
    await tour.run()
    window.close()
    await app.context.tasks.close()
    await app.door.aclose()
    entries = [*tour.erased, *(export_line(entry) for entry in app.ledger)]
    app.ledger.close()
    return tour.steps, entries


def _report(out: Path, steps: list[dict[str, str]], entries: list[str]) -> int:
    (out / "ledger.ndjson").write_text("".join(line + "\n" for line in entries), "utf-8")
    (out / "tour.json").write_text(json.dumps({"steps": steps}, indent=1) + "\n", "utf-8")
    rows = [json.loads(line) for line in entries]
    for row in rows:
        size = sum(span["end"] - span["start"] for span in row["spans"])
        sys.stdout.write(f"{row['party']:15} {row['request'] or row['method']:24} {size:6} bytes  {row['outcome']}\n")
    failed = [step for step in steps if step["outcome"] != "done"]
    sys.stdout.write(
        f"{len(steps)} steps, {len(failed)} failed; {len(rows)} requests written to {out / 'ledger.ndjson'}\n"
    )
    return 1 if failed else 0
