"""Commands: sending -> accepted -> done, failed or unknown. The car's state changes only when the car says so."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from companion.api.commands import Report
from companion.api.events import CommandTold
from companion.core.context import Context
from companion.core.happenings import CommandMoved, CommandStarted, FieldArmed, NoticeGone
from companion.core.observe import Observer
from companion.core.previews import Previews, Steps
from companion.errors import AnswerError, CompanionError
from companion.model.alarms import RingsWish, SpeedsWish
from companion.model.charging import ChargingWish, ProfilesWish, TimersWish
from companion.model.climate import Climate, ClimateWish, usual_wish
from companion.model.command import FINAL, Command, Kind, Phase
from companion.model.state import Tone
from companion.model.vehicle import Vehicle

Wish = ClimateWish | ChargingWish | TimersWish | ProfilesWish | RingsWish | SpeedsWish
PATIENCE = 90.0
"""Seconds after which a command that nobody reported on is unknown."""
POLLS = (1.0, 2.0, 3.0, 5.0)
"""Polite waits between status reads while there is no event stream; the last repeats."""
SAID = {
    Kind.LOCK: "command.locked", Kind.UNLOCK: "command.unlocked", Kind.FLASH: "command.flashed", Kind.HORN: "command.honked",
    Kind.CLIMATE_START: "command.climate_on", Kind.CLIMATE_STOP: "command.climate_off",
    Kind.CHARGE_START: "command.charging_on", Kind.CHARGE_STOP: "command.charging_off",
    Kind.CHARGE_SET: "command.charging_set", Kind.TIMERS_SET: "command.timers_set",
    Kind.PROFILES_SET: "command.profiles_set", Kind.HEATER_START: "command.heater_on", Kind.HEATER_STOP: "command.heater_off",
    Kind.RINGS_SET: "command.rings_set", Kind.SPEEDS_SET: "command.speeds_set", Kind.VALET_ON: "command.valet_on",
    Kind.VALET_OFF: "command.valet_off",
}  # fmt: skip
OPPOSITE = {
    Kind.LOCK: Kind.UNLOCK, Kind.UNLOCK: Kind.LOCK, Kind.CLIMATE_START: Kind.CLIMATE_STOP,
    Kind.CLIMATE_STOP: Kind.CLIMATE_START, Kind.CHARGE_START: Kind.CHARGE_STOP, Kind.CHARGE_STOP: Kind.CHARGE_START,
    Kind.HEATER_START: Kind.HEATER_STOP, Kind.HEATER_STOP: Kind.HEATER_START,
    Kind.VALET_ON: Kind.VALET_OFF, Kind.VALET_OFF: Kind.VALET_ON,
}  # fmt: skip
CODE = ("code.wrong", "code.locked", "code.challenge_expired")
"""Told where the code is typed, not in a notice too."""


def as_meant(kind: Kind, vehicle: Vehicle) -> bool | None:
    """Whether the car is as a command wanted it; None where it has not said."""
    if kind in (Kind.LOCK, Kind.UNLOCK):
        return None if vehicle.body.is_locked is None else vehicle.body.is_locked is (kind is Kind.LOCK)
    if kind in (Kind.CLIMATE_START, Kind.CLIMATE_STOP):
        return None if not vehicle.climate.is_known else vehicle.climate.is_on is (kind is Kind.CLIMATE_START)
    if kind in (Kind.HEATER_START, Kind.HEATER_STOP):
        return None if vehicle.climate.heater is None else vehicle.climate.heater is (kind is Kind.HEATER_START)
    if kind in (Kind.CHARGE_START, Kind.CHARGE_STOP):
        return None if not vehicle.charging.is_known else vehicle.charging.is_charging is (kind is Kind.CHARGE_START)
    if kind in (Kind.VALET_ON, Kind.VALET_OFF):
        return None if vehicle.alarms.valet is None else vehicle.alarms.valet.is_active is (kind is Kind.VALET_ON)
    return None


class Commands:
    """`ask_car` reads the car's state now; raises CompanionError."""

    def __init__(
        self, context: Context, previews: Previews, observer: Observer, ask_car: Callable[[], Awaitable[None]]
    ) -> None:
        self._context = context
        self._ask_car = ask_car
        self._previews = previews
        self._observer = observer
        self._held: dict[str, CommandTold] = {}
        """Events that overtook the answer to their command, by the backend's id."""
        self._ended: dict[str, asyncio.Event] = {}
        self._checking: set[str] = set()
        self._wishes: dict[Kind, tuple[str, Any]] = {}
        """Car and wish, as last set on a page."""
        self._unread: set[str] = set()
        """What checks failed for: of no concern once nothing is unknown any more."""
        for kind in Kind:
            previews.offer(kind.value, partial(self._steps, kind))

    def run(self, kind: Kind) -> None:
        """A command that needs no code: all but unlocking."""
        self._start(kind, lambda steps: self._context.apis.commands.run(steps))

    def wish(self, kind: Kind, wish: Wish | None) -> None:
        """What a command would ask of the selected car; None: nothing any more."""
        if wish is None:
            if self._wishes.pop(kind, None) is not None:
                self._previews.withdraw(kind.value)
        elif (vin := self._context.state.selected) is not None and self._wishes.get(kind) != (vin, wish):
            self._wishes[kind] = vin, wish
            self._previews.outdated(kind.value)

    def unlock(self, code: str) -> None:
        """`code` goes into the proof and nowhere else."""
        self._start(Kind.UNLOCK, lambda steps: self._context.apis.commands.unlock(steps, code))

    def check(self, kind: Kind) -> None:
        """Asks how an unknown command went; without an id of the backend the car itself has to tell."""
        command = self._context.state.command(kind)
        if command is not None and command.phase is Phase.UNKNOWN and command.id not in self._checking:
            self._context.tasks.spawn(self._resolve(command), name="check_command")

    def told(self, event: CommandTold) -> None:
        """An event that brings a command's end."""
        if self._find(event.report.remote_id) is None and self._is_in(Phase.SENDING):
            self._held[event.report.remote_id] = event
            return
        self._report(event.report, event.at or self._context.demo_now)

    def catch_up(self) -> None:
        """The stream was away: what ended meanwhile has to be asked for."""
        for command in self._context.state.commands:
            if command.phase is Phase.ACCEPTED and command.remote_id:
                self._context.tasks.spawn(self._look(command, command.remote_id), name="catch_up")

    # -- one command --------------------------------------------------------------------------------------------

    def _start(self, kind: Kind, send: Callable[[Steps], Awaitable[Report]]) -> None:
        context, vin = self._context, self._context.state.selected
        running = context.state.command(kind)
        if vin is None or (running is not None and running.is_running):
            return
        taken = self._previews.take(kind.value)
        if taken is None:
            return
        action_id, steps = taken
        context.store.apply(CommandStarted(Command(action_id, kind, vin, sent_at=context.demo_now)))
        self._unsay(running)
        # What became of its opposite is of no concern any more.
        self._unsay(context.state.command(OPPOSITE[kind]) if kind in OPPOSITE else None)
        armed = bool(context.apis.commands.planted)
        context.tasks.spawn(self._run(action_id, kind, send(steps), armed), name=kind.value)

    async def _run(self, action_id: str, kind: Kind, sending: Awaitable[Report], armed: bool) -> None:
        try:
            report = await sending
        except CompanionError as error:
            self._refused(action_id, kind, error)
        else:
            self._move(action_id, report)
            await self._wait(report)
        finally:
            if armed:
                self._disarm()
            if not self._is_in(Phase.SENDING):
                self._held.clear()
        self._observer.look(kind.value, action_id)

    def _unsure(self, kind: Kind, why: str, params: Iterable[tuple[str, str]] = ()) -> None:
        told = {**dict(params), "of": f"unsure_{kind}", "why": why}
        self._context.notice("command.unknown", Tone.WARN, action="check_now", sticky=True, **told)

    def _refused(self, action_id: str, kind: Kind, error: CompanionError) -> None:
        phase = Phase.UNKNOWN if error.may_have_happened else Phase.FAILED
        moved = CommandMoved(phase, self._context.demo_now, id=action_id, reason=error.key, params=error.params)
        self._context.store.apply(moved)
        if phase is Phase.UNKNOWN:
            self._unsure(kind, error.key, error.params)
        elif error.key not in CODE:
            self._context.failed(error, kind.value)

    def _move(self, action_id: str, report: Report) -> None:
        now = self._context.demo_now
        if report.phase is not Phase.ACCEPTED:
            self._context.store.apply(CommandMoved(Phase.ACCEPTED, now, id=action_id, remote_id=report.remote_id))
            self._report(report, now)
            return
        self._ended[report.remote_id] = asyncio.Event()
        self._context.store.apply(CommandMoved(Phase.ACCEPTED, now, id=action_id, remote_id=report.remote_id))
        early = self._held.pop(report.remote_id, None)
        if early is not None:
            self._report(early.report, early.at or now)

    def _report(self, report: Report, at: datetime) -> None:
        """A command's end, from an event or a status read; said once."""
        before = self._find(report.remote_id)
        moved = CommandMoved(report.phase, at, "", report.remote_id, report.reason, report.params)
        self._context.store.apply(moved)
        after = self._find(report.remote_id)
        if after is None or after.phase not in FINAL or before is None or before.phase is after.phase:
            return
        if report.remote_id in self._ended:
            self._ended[report.remote_id].set()
        self._say(after)

    def _say(self, command: Command) -> None:
        self._unsay(None)
        if command.phase is Phase.DONE:
            ended = command.ended_at or self._context.demo_now
            self._context.notice(SAID[command.kind], Tone.OK, time=ended.isoformat())
        else:
            params: dict[str, Any] = dict(command.params)
            self._context.failed(CompanionError(command.reason or "car.no_answer", **params), command.kind.value)

    # -- waiting for the world ----------------------------------------------------------------------------------

    async def _wait(self, report: Report) -> None:
        ended = self._ended.get(report.remote_id)
        if ended is None:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self._poll_until(ended, report.remote_id)
        except TimeoutError:
            self._give_up(report.remote_id)
        finally:
            self._ended.pop(report.remote_id, None)

    def _give_up(self, remote_id: str) -> None:
        """Nobody told how it went; a command that is no longer on screen is nobody's concern."""
        if (command := self._find(remote_id)) is not None:
            moved = CommandMoved(Phase.UNKNOWN, self._context.demo_now, "", remote_id, "command.unknown")
            self._context.store.apply(moved)
            self._unsure(command.kind, "command.unknown", (("seconds", str(round(PATIENCE))),))

    async def _poll_until(self, ended: asyncio.Event, remote_id: str) -> None:
        """Waits for the event; asks politely only while no event stream is up."""
        waits = iter(POLLS)
        wait = next(waits)
        while not ended.is_set():
            try:
                async with asyncio.timeout(wait):
                    await ended.wait()
            except TimeoutError:
                wait = next(waits, wait)
                command = self._find(remote_id)
                if command is not None and not self._context.state.link.streaming:
                    await self._look(command, remote_id)

    async def _look(self, command: Command, remote_id: str) -> None:
        """A status read that nobody asked for; one that fails says nothing."""
        with contextlib.suppress(CompanionError):
            self._report(await self._status(command, remote_id), self._context.demo_now)

    # -- "check now" --------------------------------------------------------------------------------------------

    async def _resolve(self, command: Command) -> None:
        self._checking.add(command.id)
        try:
            if command.remote_id:
                await self._ask_backend(command, command.remote_id)
            else:
                await self._ask_car()
                self._compare(command)
        except CompanionError as error:
            self._unread.add(error.key)
            self._context.failed(error, "check", "check_now")
        finally:
            self._checking.discard(command.id)

    async def _ask_backend(self, command: Command, remote_id: str) -> None:
        report = await self._status(command, remote_id)
        if report.phase is Phase.ACCEPTED:
            # Still under way: somebody has to wait for its end again.
            self._move(command.id, report)
            self._unsay(None)
            await self._wait(report)
        else:
            self._report(report, self._context.demo_now)

    def _compare(self, command: Command) -> None:
        """The answer to the command was lost: whether the car is as it was meant to be, as it says now."""
        if command.kind in (Kind.FLASH, Kind.HORN):
            # Horn and lights leave nothing behind that could be read.
            self._context.notice("command.cannot_tell", Tone.WARN)
            return
        vehicle = next((one for one in self._context.state.vehicles if one.vin == command.vin), None)
        done = None if vehicle is None else as_meant(command.kind, vehicle)
        if done is None:
            return
        reason = None if done else "command.no_effect"
        moved = CommandMoved(Phase.DONE if done else Phase.FAILED, self._context.demo_now, id=command.id, reason=reason)
        self._context.store.apply(moved)
        after = next((one for one in self._context.state.commands if one.id == command.id), None)
        if after is not None and after.phase in FINAL:
            self._say(after)

    async def _status(self, command: Command, remote_id: str) -> Report:
        api = self._context.apis.commands
        report = await api.status(api.prepare_status(command.vin, remote_id, command.id + "-check"))
        if report.remote_id != remote_id:
            raise AnswerError("answer.unexpected")
        return report

    # -- helpers ------------------------------------------------------------------------------------------------

    def _steps(self, kind: Kind, action_id: str) -> Steps | None:
        vin = self._context.state.selected
        if vin is None:
            return None
        api = self._context.apis.commands
        wished: dict[Kind, Callable[[str, Any, str], Steps]] = {
            Kind.CHARGE_SET: api.prepare_charge_set, Kind.TIMERS_SET: api.prepare_timers_set,
            Kind.PROFILES_SET: api.prepare_profiles_set, Kind.RINGS_SET: api.prepare_rings_set,
            Kind.SPEEDS_SET: api.prepare_speeds_set,
        }  # fmt: skip
        if kind in wished:
            wish = self._wished(kind, vin)
            return None if wish is None else wished[kind](vin, wish, action_id)
        match kind:
            case Kind.LOCK:
                return api.prepare_lock(vin, action_id)
            case Kind.UNLOCK:
                return api.prepare_unlock(vin, action_id)
            case Kind.FLASH:
                return api.prepare_honk_flash(vin, "FLASH", action_id)
            case Kind.CLIMATE_START:
                return api.prepare_climate_start(vin, self._wished(kind, vin) or usual_wish(self._climate()), action_id)
            case Kind.CLIMATE_STOP:
                return api.prepare_climate_stop(vin, action_id)
            case Kind.CHARGE_START | Kind.CHARGE_STOP:
                return api.prepare_charge(vin, kind is Kind.CHARGE_START, action_id)
            case Kind.VALET_ON | Kind.VALET_OFF:
                return api.prepare_valet(vin, kind is Kind.VALET_ON, action_id)
            case Kind.HEATER_START | Kind.HEATER_STOP:
                return api.prepare_heater(vin, kind is Kind.HEATER_START, action_id)
        return api.prepare_honk_flash(vin, "HONK_AND_FLASH", action_id)

    def _wished(self, kind: Kind, vin: str) -> Any:
        """As last set on a page for this car; None where nothing was."""
        car, wish = self._wishes.get(kind, ("", None))
        return wish if car == vin else None

    def _climate(self) -> Climate:
        vehicle = self._context.state.vehicle
        return vehicle.climate if vehicle is not None else Climate()

    def _find(self, remote_id: str) -> Command | None:
        return next((one for one in self._context.state.commands if one.remote_id == remote_id), None)

    def _is_in(self, phase: Phase) -> bool:
        return any(command.phase is phase for command in self._context.state.commands)

    def _unsay(self, replaced: Command | None) -> None:
        """Takes back what is no longer so: how the command before went, and that one is unknown."""
        if replaced is not None and replaced.reason is not None:
            self._context.store.apply(NoticeGone(key=replaced.reason))
        if not self._is_in(Phase.UNKNOWN):
            for key in ("command.unknown", *self._unread):
                self._context.store.apply(NoticeGone(key=key))
            self._unread.clear()

    def _disarm(self) -> None:
        """A planted field is for one command."""
        if self._context.state.link.planted is not None:
            self._context.apis.commands.planted = {}
            self._context.store.apply(FieldArmed(None))
