"""A simulated car: it takes its time, changes, and reports; its state is its own until the stand is reset."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mock_backend.clock import Clock
from mock_backend.faults import Faults
from mock_backend.services import CHARGING, CLIMATE, SERVICE
from mock_backend.switches import ALWAYS, EMERGENCY, MESSAGE, PRIVATE_MESSAGE, Services
from mock_backend.tasks import spawn
from mock_backend.vault import Vault
from mock_backend.vehicle import acts, alarms, course, driver, measure, motion, orders, said, unit
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.driver import Driver
from mock_backend.vehicle.motion import Step
from mock_backend.vehicle.outbox import Outbox, Report, Sent
from mock_backend.vehicle.outlook import outlook
from mock_backend.vehicle.said import FINDER, TIMERS, TRIPS
from mock_backend.vehicle.state import CarState
from mock_backend.vehicle.teller import Teller
from mock_backend.web import Refused, check_fields
from mock_backend.wire import LIMIT, EdgeFailed, Wire, new_trace

MEMORY = "product.vehicle_memory"
STATUS, RANGE_MAP = "car_control.vehicle_status", "e_control.range_map_position"
TOLD = {
    CLIMATE.report: ("HVAC_SUMMARY", "CLIMATIZER_STATE", "HEATING_STATE"),
    CHARGING.report: ("CHARGING_", "BATTERY_LEVEL", "E_RANGE"), TIMERS: ("TIMERS", "DEPARTURES"),
}  # fmt: skip
"""Report -> measurements that it is for when they change by themselves."""
LAST_WORD = 3.0
"""Seconds that the last message before private mode may take."""


class Car:
    """`owner` is the account; on edges the car is known by `handle`, its VIN only travels in bodies."""

    def __init__(
        self, vin: str, handle: str, owner: str, build: Build, state: CarState, vault: Vault, wire: Wire, clock: Clock,
        faults: Faults, services: Services,
    ) -> None:  # fmt: skip
        self.vin = vin
        self.handle = handle
        self.owner = owner
        self.build = build
        self.state = state
        self._vault = vault
        self._wire = wire
        self._clock = clock
        self._faults = faults
        self._services = services
        self._random = random.Random(vin)
        self._outbox = Outbox(wire, vin, owner, lambda: self.state.network)
        self._driver = Driver(clock, lambda: self._drive_on(clock.now()))
        self._teller = Teller(self._outbox, clock, self._is_shut, self._remember)
        self._at_unit = asyncio.Lock()
        self._is_leaving = False
        self._plans = 0
        kept = vault.newest(MEMORY, vin)
        if kept is not None:
            self.state = CarState.load(kept.values, state)
            motion.resume(self.state, clock.now())
        self._begin()
        self._number = kept.id if kept else vault.keep(MEMORY, vin, state.dump(), owner=owner)
        self._plan()

    # -- what the maker's system asks ---------------------------------------------------------------------------

    def take_command(self, key: str, number: str, payload: Mapping[str, Any], trace: str) -> None:
        """Accepts; carries it out in a task of its own."""
        spawn(self._carry_out(key, number, payload, trace), name=f"{self.handle} {key}")

    async def report_now(self, trace: str, place_for: str = "") -> None:
        """`place_for`: where it is, too, and why that is told."""
        await self._report(STATUS, "/intake/status", {"measurements": self._measured(STATUS)}, trace)
        if place_for:
            await self._report(FINDER, "/intake/position", self._position(place_for, self._settle()), trace)

    def outlook(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Changes nothing. Raises Refused where the service is off in the car."""
        if self._services.why_off(self.state.switches, CHARGING.id):
            raise Refused(403, "This service is off in the car.")
        now, state = self._clock.now(), CarState.load(self.state.dump(), self.state)
        course.settle(state, self.build, now)
        return outlook(state, self.build, asked, now)

    async def sign_on(self) -> None:
        """The service is active in the car: it announces itself and says how it stands.

        What it did and could not say before it was switched off comes first: the maker takes the rest for not done.
        """
        await self._say_switches(MESSAGE)
        await self._announce()

    async def _announce(self) -> None:
        for number, done in tuple(self.state.untold.items()):
            await self._tell(number, done)
        self._teller.tell(self.state)
        trace = new_trace()
        for service in self._active():
            await self._report(f"{service}.vehicle_sign_on", "/intake/sign-on", {"service": service}, trace)
        await self.report_now(trace, "SERVICE_ON")
        for activity, body in said.at_sign_on(self.state, self.build, self._clock.now()).items():
            await self._report(activity, "/intake/status", body, trace)

    def _active(self) -> list[str]:
        """Services that announce themselves: those that this car has and that are on."""
        has = {CHARGING.id: bool(self.build.battery), CLIMATE.id: self.build.has_climate or self.build.has_heater}
        found = ["car_control", "car_finder", "vehicle_alarm", *(name for name, is_there in has.items() if is_there)]
        return [name for name in found if not self._services.why_off(self.state.switches, name)]

    def reset(self, state: CarState) -> None:
        """As on the first day, and so it stays; remembered anew where a reset or the end of an account erased it."""
        self._driver.forget()
        self._outbox.drop(lambda activity: True)
        self.state = state
        self._begin()
        self._number = self._vault.keep(MEMORY, self.vin, state.dump(), owner=self.owner, replaces=True)
        self._plan()

    async def _carry_out(self, key: str, number: str, payload: Mapping[str, Any], trace: str) -> None:
        service = SERVICE[key]
        if service.assignment:
            await self._report(service.assignment, "/intake/assignment", {"command": number}, trace)
        await asyncio.sleep(self._random.uniform(*self._faults.car_time))
        done = self._obey(key, number, payload, trace)
        if self._faults.lost:
            return
        await asyncio.sleep(self._faults.late)
        for _ in range(2 if self._faults.duplicate else 1):
            await self._tell(number, done)

    def _obey(self, key: str, number: str, payload: Mapping[str, Any], trace: str) -> dict[str, Any]:
        """What it does and how that went are remembered in one step: no restart can repeat the one or forget the other."""
        now = self._settle()
        if self._faults.refuse:
            details = {"reason": self._faults.refuse}
        else:
            details = orders.carry_out(self.state, self.build, key, payload, now)
        done = self.state.untold[number] = {"key": key, "details": details, "trace": trace}
        self._note_drive(trace)
        self._remember(trace)
        return done

    async def _tell(self, number: str, done: Mapping[str, Any]) -> None:
        details = done["details"]
        result = {"command": number, "result": "ERROR" if details else "PERFORMED", "details": details}
        activity = SERVICE[done["key"]].report
        body = {**result, "measurements": self._measured(activity)}
        if await self._report(activity, "/intake/result", body, done["trace"]):
            self.state.untold.pop(number, None)
            self._remember()

    # -- what happens at the car --------------------------------------------------------------------------------

    async def act(self, verb: str, body: Mapping[str, Any]) -> None:
        """By the hand of demo staff. Raises Refused; then nothing changed."""
        if verb in unit.FLIPS:
            return await self._flip(verb, body)
        if verb == "emergency_call":
            return await self._call_for_help(body)
        if verb in driver.VERBS:
            now = self._settle()
            return self._happens(driver.VERBS[verb](self._driver, self.state, self.build, body, now))
        acts.act(self.state, self.build, verb, body, self._settle())
        self._note_drive(new_trace())
        self._teller.drop(self.state)
        self._remember()
        self._teller.tell(self.state)
        trace = new_trace()
        spawn(self.report_now(trace), name=f"{self.handle} report")
        if verb == "park" or _is_door(self.build, body):
            trigger = "DRIVE_OFF" if verb == "park" else "DOOR"
            self._say(FINDER, "/intake/position", self._position(trigger, self._clock.now()), trace)

    async def _flip(self, verb: str, body: Mapping[str, Any]) -> None:
        """A switch of the head unit; done when the car has said so, or could not."""
        async with self._at_unit:
            before = self.state.switches.dump()
            if not unit.flip(self.state, self._services, verb, body, self._clock.now()):
                return
            self._remember()
            if self.state.switches.private_mode and not before["private_mode"]:
                await self._leave()
            else:
                self._teller.drop(self.state)
                self._remember()
                await self._say_switches(MESSAGE)
                spawn(self._announce(), name=f"{self.handle} announces")

    async def _leave(self) -> None:
        """Private mode: what is under way ends, what waits is dropped, one last message, and no connection stays open."""
        self.state.dropped = 0
        self._teller.drop(self.state)
        self._remember()
        await self._wire.cut(self.vin)
        self._is_leaving = True
        try:
            await self._say_switches(PRIVATE_MESSAGE, LAST_WORD)
        finally:
            self._is_leaving = False
        await self._wire.cut(self.vin)

    def _is_shut(self, activity: str) -> bool:
        return bool(self._services.why_closed(self.state.switches, "vehicle", "porsche_system", activity))

    def why_closed(self, source: str, target: str, activity: str) -> str:
        """Why nothing may pass on an edge from or to this car now; empty if it may."""
        if not self.state.network:
            return "NO_NETWORK"
        if self._is_leaving and (source, target, activity) == ("vehicle", "porsche_system", PRIVATE_MESSAGE):
            return ""
        return self._services.why_closed(self.state.switches, source, target, activity)

    async def _call_for_help(self, body: Mapping[str, Any]) -> None:
        check_fields(body, ())
        if not self.state.network:
            raise Refused(409, "Without a network nothing leaves the car, not even an emergency call.")
        call = {
            "vin": self.vin, "latitude": self.state.latitude, "longitude": self.state.longitude,
            "at": self._clock.now().isoformat(),
        }  # fmt: skip
        try:
            await self._wire.send(
                "vehicle",
                "emergency",
                "/calls",
                call,
                activity=EMERGENCY,
                trace=new_trace(),
                owner=self.owner,
                car=self.vin,
            )
        except EdgeFailed as error:
            raise Refused(502, "Nobody answers the emergency call.") from error

    def _plan(self) -> None:
        """The next thing that the car has to say by itself; an older plan is void."""
        self._plans += 1
        number, moment = self._plans, course.next_change(self.state, self.build)
        if moment is not None:
            self._clock.at(moment, lambda: self._due(number))

    def _due(self, number: int) -> None:
        if number != self._plans:
            return
        self.wake()

    def wake(self) -> None:
        """Lives through what is due and says what is different."""
        before = dict(self.state.since)
        self._settle()
        self._note_drive(new_trace())
        self._remember()
        changed = {key for key, since in self.state.since.items() if before.get(key) != since}
        for activity, keys in TOLD.items():
            if any(key.startswith(keys) for key in changed):
                # Measured here, not when the report leaves: a demo clock that is moved is further on by then.
                body = {"measurements": measure.only(self._measured(activity), *keys)}
                spawn(self._report(activity, "/intake/status", body, new_trace()), name=f"{self.handle} change")

    def _settle(self) -> datetime:
        """What began or ended meanwhile is remembered before anybody is told: no restart lives through it again."""
        now, before = self._clock.now(), self.state.happened
        self._drive_on(now)
        course.settle(self.state, self.build, now)
        if self.state.happened != before:
            self._remember()
        return now

    # -- on its way ---------------------------------------------------------------------------------------------

    def _drive_on(self, now: datetime) -> None:
        for step in self._driver.live(self.state, self.build, now):
            self._happens(step)

    def _happens(self, step: Step) -> None:
        """Said as it is at that moment, whenever it leaves: first its alarms, then what starting, stopping and levels bring."""
        self.state.reports += step.reports
        self._teller.drop(self.state)
        self._remember()
        self._teller.tell(self.state)
        if step.is_level or step.is_end or not step.reports:
            trigger = "DRIVE_OFF" if step.is_end else "BATTERY" if step.is_level else "DRIVE_ON"
            self._say_all(trigger, step.at)
        if step.is_end:
            self._say(TRIPS, "/intake/status", said.trips(self.state, step.at), new_trace())
        self._remember()

    def _say_all(self, trigger: str, now: datetime) -> None:
        """What goes when the drive starts or stops, and at levels of the battery."""
        trace = new_trace()
        self._note_drive(trace)
        self._say(STATUS, "/intake/status", {"measurements": self._values(STATUS, now)}, trace)
        self._say(FINDER, "/intake/position", self._position(trigger, now), trace)
        if self.build.battery:
            charge = measure.only(self._values(CHARGING.report, now), *TOLD[CHARGING.report])
            self._say(CHARGING.report, "/intake/status", {"measurements": charge}, trace)

    def _position(self, trigger: str, now: datetime) -> Mapping[str, Any]:
        return said.position(self.state, self.build, self._services, trigger, now)

    @property
    def compares(self) -> list[str]:
        """What it looks at its place for now, by the notice's names; in memory, never told."""
        areas = self.state.ignition and any(one["enabled"] for one in self.state.location_alarms)
        found = {"location_alarm.onboard_comparison": areas, "valet_alarm.onboard_monitoring": bool(self.state.valet)}
        return [name for name, is_done in found.items() if is_done]

    def end(self) -> None:
        """The backend ends: whoever drives stops here, and says so at the next start."""
        for step in self._driver.halt(self.state, self.build, self._clock.now()):
            self.state.reports += step.reports
            self._teller.drop(self.state)
            self._remember()

    def _begin(self) -> None:
        """As it stands now is nothing new."""
        missing = [one for one in self.state.location_alarms if str(one["id"]) not in self.state.sides]
        self.state.sides |= alarms.sides(self.state, missing)
        self.state.drive = self.state.drive or self._drive_state(self._clock.now())

    def _note_drive(self, trace: str) -> None:
        """A drive system that changes its state sends the position for the range map, and nothing else does (line 497)."""
        now = self._clock.now()
        state = self._drive_state(now)
        if self.build.battery and state != self.state.drive:
            self.state.drive = state
            place = {"latitude": self.state.latitude, "longitude": self.state.longitude, "at": now.isoformat()}
            spawn(self._report(RANGE_MAP, "/intake/range-position", place, trace), name=f"{self.handle} position")

    def _drive_state(self, now: datetime) -> str:
        return "ON" if self.state.ignition else course.status(self.state, self.build, now)

    # -- reporting ----------------------------------------------------------------------------------------------

    def _measured(self, activity: str) -> measure.Values:
        """What a report under an activity may say now."""
        return self._values(activity, self._settle())

    def _values(self, activity: str, now: datetime) -> measure.Values:
        return said.values(self.state, self.build, self._services, activity, now)

    async def _say_switches(self, activity: str, limit: float = LIMIT) -> None:
        body = {"switches": self.state.switches.dump(), "measurements": measure.only(self._measured(activity), *ALWAYS)}
        await self._report(activity, "/intake/switches", body, new_trace(), limit)

    def _say(self, activity: str, path: str, body: Mapping[str, Any], trace: str) -> None:
        spawn(self._report(activity, path, body, trace), name=f"{self.handle} {activity}")

    async def _report(
        self, activity: str, path: str, more: Mapping[str, Any], trace: str, limit: float = LIMIT
    ) -> bool:
        """One after the other, in their order; whether it came there.

        A car without an answer goes on; the maker's system knows less then. What a switch keeps back is dropped and counted.
        """

        def ended(sent: Sent) -> None:
            self.state.dropped += sent is Sent.CLOSED

        return await self._outbox.send(Report(activity, path, more, trace, ended, limit)) is Sent.YES

    def _remember(self, trace: str | None = None) -> None:
        """`trace`: of the command that it was told by."""
        self._vault.change(self._number, self.state.dump(), trace=trace)
        self._plan()


def _is_door(build: Build, body: Mapping[str, Any]) -> bool:
    return body.get("part") in build.doors + build.lids
