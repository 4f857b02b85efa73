"""A simulated car: it takes its time, changes, and reports; its state is its own until the stand is reset."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from typing import Any

from mock_backend.clock import Clock
from mock_backend.faults import Faults
from mock_backend.tasks import spawn
from mock_backend.vault import Vault
from mock_backend.vehicle.state import DOORS, LIDS, PARTS, WHEELS, CarState
from mock_backend.web import Refused, check_fields
from mock_backend.wire import EdgeFailed, Wire, new_trace

MEMORY = "product.vehicle_memory"
SERVICE = {"LOCK": "lock_unlock", "UNLOCK": "lock_unlock", "HONK_FLASH": "horn_and_flash"}


class Car:
    """`owner` is the account; on edges the car is known by `handle`, its VIN only travels in bodies."""

    def __init__(
        self, vin: str, handle: str, owner: str, state: CarState, vault: Vault, wire: Wire, clock: Clock, faults: Faults
    ) -> None:
        self.vin = vin
        self.handle = handle
        self.owner = owner
        self.state = state
        self._vault = vault
        self._wire = wire
        self._clock = clock
        self._faults = faults
        self._random = random.Random(vin)
        kept = vault.newest(MEMORY, vin)
        if kept is not None:
            self.state = CarState.load(kept.values)
        self._number = kept.id if kept else vault.keep(MEMORY, vin, state.dump(), owner=owner)

    # -- what the maker's system asks ---------------------------------------------------------------------------

    def take_command(self, key: str, number: str, trace: str) -> None:
        """Accepts; carries it out in a task of its own."""
        spawn(self._carry_out(key, number, trace), name=f"{self.handle} {key}")

    async def report_now(self, trace: str) -> None:
        await self._report("car_control.vehicle_status", "/intake/status", {}, trace)

    def reset(self, state: CarState) -> None:
        """As on the first day, and so it stays."""
        self.state = state
        self._remember()

    async def sign_on(self) -> None:
        """The service is active in the car: it announces itself and says how it stands."""
        trace = new_trace()
        await self._report("car_control.vehicle_sign_on", "/intake/sign-on", {}, trace)
        await self.report_now(trace)

    async def _carry_out(self, key: str, number: str, trace: str) -> None:
        service = SERVICE[key]
        await self._report(f"{service}.vehicle_assignment", "/intake/assignment", {"command": number}, trace)
        await asyncio.sleep(self._random.uniform(*self._faults.car_time))
        details = self._obstacle(key)
        if not details and key in ("LOCK", "UNLOCK"):
            self._set_lock(key == "LOCK")
        if self._faults.lost:
            return
        await asyncio.sleep(self._faults.late)
        result = {"command": number, "result": "ERROR" if details else "PERFORMED", "details": details}
        await self._report(f"{service}.status_message", "/intake/result", result, trace)

    def _obstacle(self, key: str) -> dict[str, str]:
        """Why the car does not do it, with the part that is in the way."""
        if self._faults.refuse:
            return {"reason": self._faults.refuse}
        if key == "LOCK":
            for part in self.state.open:
                if part in DOORS:
                    return {"reason": "DOOR_OPEN", "part": part}
                if part in LIDS:
                    return {"reason": "LID_OPEN", "part": part}
        return {}

    def _set_lock(self, locked: bool) -> None:
        self.state.locked = locked
        self.state.stamp("LOCK_STATE_VEHICLE", self._clock.now())
        self._remember()

    # -- what happens at the car, by the hand of demo staff -----------------------------------------------------

    async def act(self, verb: str, body: Mapping[str, Any]) -> None:
        """Raises Refused for verbs and values that there are not; then nothing changed."""
        act = {
            "open": self._open, "close": self._close, "lights": self._lights, "warn": self._warn, "tyre": self._tyre,
            "battery": self._battery, "park": self._park,
        }.get(verb)  # fmt: skip
        if act is None:
            raise Refused(404, f"No such verb: {verb}.")
        act(body)
        self._remember()
        spawn(self.report_now(new_trace()), name=f"{self.handle} report")

    def _open(self, body: Mapping[str, Any]) -> None:
        part = _one_of(body, "part", PARTS)
        if part not in self.state.open:
            self.state.open.append(part)
            self.state.stamp(f"OPEN_STATE_{part}", self._clock.now())

    def _close(self, body: Mapping[str, Any]) -> None:
        part = _one_of(body, "part", PARTS)
        if part in self.state.open:
            self.state.open.remove(part)
            self.state.stamp(f"OPEN_STATE_{part}", self._clock.now())

    def _lights(self, body: Mapping[str, Any]) -> None:
        check_fields(body, ("on",))
        if not isinstance(body["on"], bool):
            raise Refused(400, "on must be true or false.")
        self.state.parking_light = body["on"]
        self.state.stamp("PARKING_LIGHT", self._clock.now())

    def _warn(self, body: Mapping[str, Any]) -> None:
        check_fields(body, ("key",), ("severity",))
        key, severity = body["key"], body.get("severity", "warning")
        if not isinstance(key, str) or not key or severity not in ("info", "warning", "danger"):
            raise Refused(400, "key must be a word, severity info, warning or danger.")
        now = self._clock.now()
        row = {"id": f"W{len(self.state.warnings) + 1}", "key": key, "severity": severity, "since": now.isoformat()}
        self.state.warnings = [one for one in self.state.warnings if one["key"] != key] + [row]
        self.state.stamp("INSTRUMENT_CLUSTER_ALERTS", now)

    def _tyre(self, body: Mapping[str, Any]) -> None:
        check_fields(body, ("wheel", "bar"))
        wheel = _one_of({"wheel": body["wheel"]}, "wheel", WHEELS)
        bar = _number(body["bar"], "bar", 0, 6)
        actual, difference = self.state.tyres[wheel]
        self.state.tyres[wheel] = [bar, round(bar - (actual - difference), 2)]
        self.state.stamp(f"TIRE_PRESSURE_{wheel}", self._clock.now())

    def _battery(self, body: Mapping[str, Any]) -> None:
        check_fields(body, ("percent",))
        percent = _number(body["percent"], "percent", 0, 100)
        per_percent = self.state.range / self.state.charge if self.state.charge else 4.0
        self.state.charge, self.state.range = percent, percent * per_percent
        for key in ("BATTERY_LEVEL", "E_RANGE"):
            self.state.stamp(key, self._clock.now())

    def _park(self, body: Mapping[str, Any]) -> None:
        check_fields(body, ("latitude", "longitude"), ("heading",))
        latitude = _number(body["latitude"], "latitude", -90, 90)
        longitude = _number(body["longitude"], "longitude", -180, 180)
        heading = _number(body.get("heading", self.state.heading), "heading", 0, 360)
        self.state.latitude, self.state.longitude, self.state.heading = latitude, longitude, heading
        self.state.stamp("GPS_LOCATION", self._clock.now())

    # -- reporting ----------------------------------------------------------------------------------------------

    async def _report(self, activity: str, path: str, more: Mapping[str, Any], trace: str) -> None:
        """A car without an answer goes on; the maker's system knows less then."""
        body: dict[str, Any] = {"vin": self.vin, **more}
        if path in ("/intake/status", "/intake/result"):
            body["measurements"] = self.state.measurements(self._clock.now())
        try:
            await self._wire.send("vehicle", "porsche_system", path, body, activity=activity, trace=trace, owner=self.owner)
        except EdgeFailed:
            return

    def _remember(self) -> None:
        self._vault.change(self._number, self.state.dump())


def _one_of(body: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    check_fields(body, (name,))
    value = body[name]
    if value not in allowed:
        raise Refused(400, f"{name} must be one of {', '.join(allowed)}.")
    return str(value)


def _number(value: object, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Refused(400, f"{name} must be a number from {low} to {high}.")
    return float(value)
