"""Snapshots for pages: a car in every state that the overview can show, and a press with all its stages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from companion.app import facts
from companion.model.body import Body, Opening, Part
from companion.model.charging import DAYS, Charging, Timer
from companion.model.climate import Climate
from companion.model.command import Command, Kind, Phase
from companion.model.energy import Energy, Engine
from companion.model.position import Position
from companion.model.privacy import ActionView, Connection, Holding, Hop, Outcome, Privacy, Stage, Transmission
from companion.model.service import Interval, Service, Warning
from companion.model.state import Account, Link, Notice, SignInStage, State, Tone
from companion.model.tyres import Tyre, Tyres
from companion.model.vehicle import Switches, Vehicle
from companion.net.attribute import attribute
from companion.net.call import Call, Slot, write
from companion.net.catalogue import Catalogue
from companion.net.door import serialise

NOW = datetime.now(UTC)
VIN = "WP0ZZZY1ZSSA10001"
CATALOGUE = Catalogue()
DRAWN = tuple(part for part in Part if part is not Part.SUNROOF)


def car(*opened: str, **more: Any) -> Vehicle:
    """`opened`: names of open parts; `more` replaces fields of the vehicle, `locked` and `light` those of its body."""
    openings = tuple(Opening(part, part.value in opened, NOW - timedelta(hours=2)) for part in DRAWN)
    body = Body(more.pop("locked", True), NOW, openings, more.pop("light", False))
    whole = Vehicle(
        VIN, "Taycan", "Taycan", "2025", Engine.BEV, "8D97A2", True, NOW - timedelta(minutes=3), body,
        Energy(78, 85, 312, None, None, 18240), Position(48.8003, 9.0112, 312, NOW - timedelta(hours=5)),
        Tyres(*[Tyre(2.5, 0.0)] * 4), Service(Interval(11800, 214), Interval(), Interval(), ()), Switches(False, True, NOW),
    )  # fmt: skip
    return replace(whole, **more)


def state(vehicle: Vehicle | None = None, **more: Any) -> State:
    """Signed in, connected, with one car; `more` replaces parts of the snapshot."""
    vehicle = vehicle or car()
    whole = State(
        account=Account(SignInStage.SIGNED_IN, "owner@demo.example", remembered=True),
        link=Link(True, None, True, "Companion demo backend", True), vehicles=(vehicle,), selected=vehicle.vin,
    )  # fmt: skip
    return replace(whole, **more)


def command(kind: Kind, phase: Phase, reason: str | None = None, **params: str) -> Command:
    ended = NOW if phase in (Phase.DONE, Phase.FAILED, Phase.UNKNOWN) else None
    return Command("press-1", kind, VIN, phase, "ODP-1", reason, tuple(params.items()), NOW, NOW, ended)


def notice(key: str, tone: Tone = Tone.DANGER, action: str | None = None, sticky: bool = True, **params: str) -> Notice:
    return Notice(1, key, tuple(params.items()), tone, action, sticky)


EVERYTHING: dict[str, State] = {
    "well": state(),
    "window": state(car("window_front_left")),
    "all open": state(
        car(
            *(part.value for part in DRAWN), locked=False, light=True,
            tyres=Tyres(Tyre(2.1, -0.5), Tyre(2.5, 0.0), Tyre(2.5, 0.0), Tyre(2.5, 0.0)),
            service=Service(Interval(-300, -4), warnings=(Warning("WASHER_FLUID_LOW"), Warning("NEVER_HEARD_OF"))),
        )
    ),  # fmt: skip
    "climate and charging": state(car(
        charging=Charging("CHARGING", target=85, power=10.9), climate=Climate("HEATING", cabin=17.5, minutes_left=12),
    )),
    "departures": state(car(
        charging=Charging("NOT_PLUGGED", timers=(Timer(1, datetime(2026, 11, 27, 7, 30), DAYS[:5], climatises=True),)),
        climate=Climate("OFF", cabin=17.5),
    )),
    "nothing said": state(Vehicle(VIN, "Taycan", reported_at=NOW)),
    "loading": state(vehicles=(), selected=None),
    "private mode": state(car(switches=Switches(True, True, NOW))),
    "remote access off": state(car(switches=Switches(False, False, NOW))),
    "offline": state(link=Link(False, NOW - timedelta(minutes=22), False, "Companion demo backend", True)),
    "old data": state(car(reported_at=NOW - timedelta(days=3))),
    "failed": state(
        car("door_front_left", locked=False),
        commands=(command(Kind.LOCK, Phase.FAILED, "car.door_open", part="door_front_left"),),
        notices=(notice("car.door_open", part="door_front_left"),),
    ),
    "unknown": state(
        commands=(command(Kind.UNLOCK, Phase.UNKNOWN, "command.unknown"),),
        notices=(notice("command.unknown", Tone.WARN, "check_now"),),
    ),
    "signed out": State(account=Account(SignInStage.SIGNED_OUT), link=Link(True, None, False, "Demo", True)),
    "wrong password": State(
        account=Account(SignInStage.SIGNED_OUT, error="sign_in.wrong_credentials"), link=Link(True, None, False, "Demo", True)
    ),
    "no backend": State(account=Account(SignInStage.SIGNED_OUT, error="network.unreachable"), link=Link(False, NOW)),
}  # fmt: skip


# -- the panel ------------------------------------------------------------------------------------------------------

TOKEN = "t" * 43
UNLOCK = Call(
    "porsche_system", "POST", f"/app/connect/v1/vehicles/{VIN}/commands",
    body={"key": "UNLOCK", "payload": {"spin": {"challenge": Slot("challenge", 32), "hash": Slot("hash", 128)}}},
    headers=(("Idempotency-Key", "5f0c41d2-7a3e-4c19-9b60-e2d8417ab305"),), authorised=True, action="unlock",
)  # fmt: skip


def transmission(call: Call = UNLOCK, outcome: Outcome = Outcome.PREVIEW, **more: Any) -> Transmission:
    """A call as the door would show it: attributed, secrets masked."""
    raw = serialise(write(call, "127.0.0.1:41002", "companion/0.1", TOKEN, ()))
    seen = attribute(CATALOGUE, call.party, raw, call.activity)
    masked = bytearray(raw)
    for span in seen.spans:
        if span.secret:
            masked[span.start : span.end] = b"*" * len(span)
    spans = seen.spans if outcome is Outcome.PREVIEW else tuple(replace(span, slot=None) for span in seen.spans)
    request = seen.request.id if seen.request else ""
    whole = Transmission(
        id=f"entry-{request}", action=call.action, action_id="press-1", request=request,
        activity=seen.request.activity if seen.request else "", party=call.party, address="127.0.0.1:41002",
        method=call.method, path=call.path, raw=bytes(masked), spans=spans, outcome=outcome, started_at=NOW,
        demo_time=NOW, status=201 if outcome is Outcome.DONE else None, trace="a" * 32,
        connection=None if outcome is Outcome.PREVIEW else Connection("127.0.0.1:53412", "127.0.0.1:41002", 1),
        blocked=seen.problem, **facts(CATALOGUE, request),
    )  # fmt: skip
    return replace(whole, **more)


def _holding(activity: str, rule: dict[str, Any], expires: timedelta | None) -> Holding:
    row = CATALOGUE.activities[activity]
    service = CATALOGUE.service_of(activity)
    return Holding(
        activity, "porsche_system", CATALOGUE.party("porsche_system").name, activity, row["name"],
        service["name"] if service else {}, ("vin",), (CATALOGUE.items["vin"]["name"],), CATALOGUE.period(activity, rule),
        NOW - timedelta(minutes=1), NOW + expires if expires else None, CATALOGUE.line_of(activity), "a" * 32,
    )  # fmt: skip


def unlock_view(entries: bool = True) -> ActionView:
    """Unlock, before the press or after it with everything reported."""
    frame = ActionView(
        "unlock", CATALOGUE.actions["unlock"]["title"], CATALOGUE.services["lock_unlock"]["name"], "unlock", (529, 543),
        "press-1", (transmission(),),
    )  # fmt: skip
    if not entries:
        return frame
    maker, vehicle = CATALOGUE.party("porsche_system").name, CATALOGUE.party("vehicle").name
    hop = Hop(
        "1", "a" * 32, "porsche_system", "vehicle", maker, vehicle, "POST", "/cars/car-taycan/commands", NOW, 387, 202,
        "lock_unlock.command", CATALOGUE.activities["lock_unlock.command"]["name"], 533,
    )  # fmt: skip
    holdings = (
        _holding("lock_unlock.command", {"kind": "unspecified", "lines": [533]}, None),
        _holding(
            "lock_unlock.usage_statistics",
            {"kind": "duration", "duration": "P12M", "lines": [539]},
            timedelta(days=364),
        ),
        _holding("product.idempotency", {"kind": "duration", "duration": "P1D"}, timedelta(hours=23, minutes=30)),
    )
    return replace(
        frame, entries=(transmission(outcome=Outcome.DONE),), hops=(hop,), holdings=holdings, stage=Stage.HELD,
        observed_at=NOW, result="done",
    )  # fmt: skip


def focused(view: ActionView, **more: Any) -> State:
    return state(privacy=Privacy(view.action, {view.action: view}, view.entries), **more)
