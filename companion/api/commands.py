"""Commands to the car: lock, unlock with the security code's proof, and how a command went."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from companion.api.values import word
from companion.errors import AnswerError, CompanionError, RefusedError
from companion.model.alarms import VALET_RADIUS, VALET_SPEED, Ring, RingsWish, SpeedsWish
from companion.model.charging import ChargingWish, Profile, ProfilesWish, Timer, TimersWish
from companion.model.climate import SEATS, ClimateWish
from companion.model.command import Phase
from companion.net.call import Call, Slot, segment
from companion.net.client import UNREADABLE, Client
from companion.net.door import Frozen

PARTY = "porsche_system"
CHALLENGE, PROOF = 32, 128
RESULTS = {"ACCEPTED": Phase.ACCEPTED, "IN_PROGRESS": Phase.ACCEPTED, "PERFORMED": Phase.DONE, "ERROR": Phase.FAILED}
REASONS = {"DOOR_OPEN": "car.door_open", "LID_OPEN": "car.lid_open", "NO_ANSWER": "car.no_answer"}


@dataclass(frozen=True, slots=True)
class Report:
    """Where a command stands. `reason` is an error key, with its values."""

    remote_id: str
    phase: Phase
    reason: str | None = None
    params: tuple[tuple[str, str], ...] = ()


class CommandsApi:
    """`planted` is a field that demo staff put into the next command, to see the door stop it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.planted: Mapping[str, object] = {}

    def prepare_lock(self, vin: str, action_id: str) -> tuple[Frozen, ...]:
        return (self._freeze(vin, "LOCK", {"spin": None}, "lock", action_id),)

    def prepare_unlock(self, vin: str, action_id: str) -> tuple[Frozen, ...]:
        """Challenge, then unlock; the challenge and the proof made from the code stand open."""
        spin = {"challenge": Slot("challenge", CHALLENGE), "hash": Slot("hash", PROOF)}
        first = self._freeze(vin, "SPIN_CHALLENGE", {"spin": None}, "unlock", action_id, guarded=False)
        return first, self._freeze(vin, "UNLOCK", {"spin": spin}, "unlock", action_id)

    def prepare_honk_flash(self, vin: str, mode: str, action_id: str) -> tuple[Frozen, ...]:
        """`mode`: FLASH or HONK_AND_FLASH."""
        action = "flash" if mode == "FLASH" else "horn"
        return (self._freeze(vin, "HONK_FLASH", {"mode": mode, "spin": None}, action, action_id),)

    def prepare_climate_start(self, vin: str, wish: ClimateWish, action_id: str) -> tuple[Frozen, ...]:
        payload: dict[str, object] = {
            "climateZonesEnabled": {seat: seat in wish.zones for seat in SEATS},
            "targetTemperature": round(wish.target + 273.15, 2), "spin": None,
        }  # fmt: skip
        if wish.seats is not None:
            payload["seatHeating"] = dict(wish.seats)
        for name, value in (("steeringWheelHeating", wish.wheel), ("defrost", wish.defrost)):
            if value is not None:
                payload[name] = value
        return (self._freeze(vin, "REMOTE_CLIMATIZER_START", payload, "climate_start", action_id),)

    def prepare_climate_stop(self, vin: str, action_id: str) -> tuple[Frozen, ...]:
        return (self._freeze(vin, "REMOTE_CLIMATIZER_STOP", {}, "climate_stop", action_id),)

    def prepare_charge(self, vin: str, on: bool, action_id: str) -> tuple[Frozen, ...]:
        """Direct charging, at once and whatever the timers."""
        key, action = ("DIRECT_CHARGING_START", "charge_start") if on else ("DIRECT_CHARGING_STOP", "charge_stop")
        return (self._freeze(vin, key, {"spin": None}, action, action_id),)

    def prepare_charge_set(self, vin: str, wish: ChargingWish, action_id: str) -> tuple[Frozen, ...]:
        payload: dict[str, object] = {"targetSoc": wish.target, "spin": None}
        for name, value in (("minSoc", wish.minimum), ("batteryCare", wish.battery_care), ("basedOn", wish.based_on)):
            if value is not None:
                payload[name] = value
        return (self._freeze(vin, "CHARGING_SETTINGS_EDIT", payload, "charge_set", action_id),)

    def prepare_timers_set(self, vin: str, wish: TimersWish, action_id: str) -> tuple[Frozen, ...]:
        payload = _with_base([timer_json(one) for one in wish.timers], wish.based_on)
        return (self._freeze(vin, "TIMERS_EDIT", payload, "timers_set", action_id),)

    def prepare_profiles_set(self, vin: str, wish: ProfilesWish, action_id: str) -> tuple[Frozen, ...]:
        payload = _with_base([_profile(one) for one in wish.profiles], wish.based_on)
        return (self._freeze(vin, "CHARGING_PROFILES_EDIT", payload, "profiles_set", action_id),)

    def prepare_heater(self, vin: str, on: bool, action_id: str) -> tuple[Frozen, ...]:
        """The auxiliary heater of a car that burns fuel."""
        key, action = ("REMOTE_HEATING_START", "heater_start") if on else ("REMOTE_HEATING_STOP", "heater_stop")
        return (self._freeze(vin, key, {"spin": None}, action, action_id),)

    def prepare_rings_set(self, vin: str, wish: RingsWish, action_id: str) -> tuple[Frozen, ...]:
        payload = _with_base([_ring(one) for one in wish.rings], wish.based_on)
        return (self._freeze(vin, "LOCATION_ALARMS_EDIT", payload, "rings_set", action_id),)

    def prepare_speeds_set(self, vin: str, wish: SpeedsWish, action_id: str) -> tuple[Frozen, ...]:
        rows: list[dict[str, object]] = [
            {"id": one.id, "speed": one.speed, "enabled": one.enabled} for one in wish.speeds
        ]
        return (self._freeze(vin, "SPEED_ALARMS_EDIT", _with_base(rows, wish.based_on), "speeds_set", action_id),)

    def prepare_valet(self, vin: str, on: bool, action_id: str) -> tuple[Frozen, ...]:
        """On with the presets, which the notice says are sent (line 469)."""
        if on:
            payload = {"radius": VALET_RADIUS, "speed": VALET_SPEED, "spin": None}
            return (self._freeze(vin, "VALET_ALARM_EDIT", payload, "valet_on", action_id),)
        return (self._freeze(vin, "VALET_ALARM_DISABLE", {"spin": None}, "valet_off", action_id),)

    async def run(self, steps: tuple[Frozen, ...]) -> Report:
        """A command that needs no code."""
        return await self._command(steps[0], {})

    async def unlock(self, steps: tuple[Frozen, ...], code: str) -> Report:
        """`code`: four digits; they stay here. Raises RefusedError `code.wrong`, `code.locked`, `code.challenge_expired`."""
        first, second = steps
        try:
            table, _ = await self._send(first, {})
        except CompanionError as error:
            # Only the challenge was asked for: the car has not been told anything.
            error.may_have_happened = False
            raise
        try:
            challenge = table["data"]["challenge"]
            digest = proof(code, challenge)
        except UNREADABLE as error:
            raise AnswerError("answer.malformed", may_have_happened=False) from error
        return await self._command(second, {"challenge": challenge, "hash": digest})

    def prepare_status(self, vin: str, remote_id: str, action_id: str) -> Frozen:
        path = f"/app/connect/v1/vehicles/{segment(vin)}/commands/{segment(remote_id)}"
        call = Call(PARTY, "GET", path, authorised=True, action="check_command", action_id=action_id)
        return self._client.freeze(call)

    async def status(self, frozen: Frozen) -> Report:
        table, _ = await self._client.json(frozen)
        return _status(table)

    def _freeze(
        self, vin: str, key: str, payload: Mapping[str, object], action: str, action_id: str, guarded: bool = True
    ) -> Frozen:
        body: dict[str, object] = {"key": key, "payload": payload}
        if guarded:
            body |= self.planted
        call = Call(
            PARTY, "POST", f"/app/connect/v1/vehicles/{segment(vin)}/commands", body=body, authorised=True,
            headers=(("Idempotency-Key", str(uuid.uuid4())),) if guarded else (), action=action, action_id=action_id,
        )  # fmt: skip
        return self._client.freeze(call)

    async def _command(self, frozen: Frozen, fills: Mapping[str, str]) -> Report:
        table, _ = await self._send(frozen, fills)
        return _status(table)

    async def _send(self, frozen: Frozen, fills: Mapping[str, str]) -> tuple[Any, object]:
        try:
            return await self._client.json(frozen, fills)
        except CompanionError as error:
            raise _code_error(error) from error


def _with_base(rows: list[dict[str, object]], based_on: str | None) -> dict[str, object]:
    """A whole list as it would be, and what it is based on."""
    payload: dict[str, object] = {"list": rows, "spin": None}
    if based_on is not None:
        payload["basedOn"] = based_on
    return payload


def _ring(one: Ring) -> dict[str, object]:
    return {
        "id": one.id, "name": one.name.strip(), "enabled": one.enabled, "latitude": round(one.latitude, 6),
        "longitude": round(one.longitude, 6), "radius": one.radius, "enter": one.enters, "leave": one.leaves,
    }  # fmt: skip


def timer_json(one: Timer) -> dict[str, object]:
    more: dict[str, object] = {"isChargingEnabled": one.charges, "isClimatizationEnabled": one.climatises}
    return {
        "id": one.id, "enabled": one.enabled, "type": "CLIMATIZER_CHARGING", "triggerType": "STOP",
        "triggerDateTime": one.at.isoformat(timespec="seconds"), "repeatOn": list(one.days),
        "metadata": more if one.target is None else {"targetSoc": one.target, **more},
    }  # fmt: skip


def _profile(one: Profile) -> dict[str, object]:
    """All that a profile of its kind must hold, and no more."""
    found: dict[str, object] = {"id": max(0, one.id), "name": one.name, "isEnabled": one.enabled}
    if one.older:
        return found | {"minSoc": one.target}
    latitude, longitude, radius = one.place or (None, None, one.idle_radius)
    return found | {
        "minSoc": one.minimum, "targetSoc": one.target, "latitude": _plain(latitude), "longitude": _plain(longitude),
        "radius": _plain(radius), "preferredHours": [{"from": start, "to": end} for start, end in one.hours],
        "isOptimised": one.optimised,
    }  # fmt: skip


def _plain(value: float | None) -> float | None:
    """As it came: a whole number without a fraction."""
    return int(value) if value is not None and value == int(value) else value


def proof(code: str, challenge: str) -> str:
    """SHA-512 over code and challenge read together as hexadecimal, in upper case."""
    return hashlib.sha512(bytes.fromhex(code + challenge)).hexdigest().upper()


def reason(details: object) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """The car's own reason as an error key with its values."""
    if not isinstance(details, dict) or "reason" not in details:
        return None, ()
    why = word(details["reason"])
    if why in REASONS:
        part = word(details.get("part", "")).lower()
        return REASONS[why], (("part", part),) if part else ()
    return "car.refused", (("reason", why),)


def _status(table: Any) -> Report:
    """An unknown result means that the command is still under way, as the public client reads it."""
    try:
        status = table["status"]
        phase = RESULTS.get(word(status["result"]).upper(), Phase.ACCEPTED)
        key, params = reason(status.get("details"))
        return Report(word(status["id"]), phase, key, params)
    except UNREADABLE as error:
        raise AnswerError("answer.malformed") from error


def _code_error(error: CompanionError) -> CompanionError:
    """Refusals of the code, of a list that was changed elsewhere, and of a value, by the receiver's own words."""
    said = error.detail.get("message")
    if said == "WRONG_SPIN":
        tries = error.detail.get("remainingTries")
        return RefusedError("code.wrong", tries=tries if type(tries) is int and 0 <= tries < 100 else "?")
    if said == "SPIN_LOCKED":
        given = error.detail.get("retryAfterSeconds")
        wait = given if type(given) is int and 0 <= given < 1e8 else 900
        return RefusedError("code.locked", seconds=wait, minutes=-(-wait // 60))
    if said == "CHALLENGE_EXPIRED":
        return RefusedError("code.challenge_expired")
    if said == "CONFLICT":
        return RefusedError("command.conflict")
    if said == "BAD_PAYLOAD":
        field = error.detail.get("field")
        return RefusedError("command.not_taken", field=field if isinstance(field, str) and len(field) < 40 else "?")
    return error
