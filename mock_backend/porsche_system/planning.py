"""The charging plan that the owner asks about: checked, passed on to the car, kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mock_backend import localtime
from mock_backend.porsche_system import timers
from mock_backend.porsche_system.checks import HIGHEST, LOWEST, Known, bad, has_fields, is_whole
from mock_backend.porsche_system.garage import Registered
from mock_backend.porsche_system.switchboard import Switchboard
from mock_backend.services import CHARGING
from mock_backend.web import Refused
from mock_backend.wire import EdgeFailed, Wire

ACTIVITY = "product.charging_plan"
FIELDS = {"timer", "timers", "profile", "targetSoc", "minSoc", "departure"}


async def ask(
    car: Registered, body: Mapping[str, Any], known: Known, now: datetime, board: Switchboard, wire: Wire, trace: str
) -> dict[str, Any]:
    """Raises Refused."""
    check(body, known, now)
    board.check(car, CHARGING.id)
    path = f"/cars/{car.handle}/plan"
    try:
        return await wire.send(
            "porsche_system",
            "vehicle",
            path,
            body,
            activity=ACTIVITY,
            trace=trace,
            owner=car.owner,
            car=car.vin,
            limit=8.0,
        )
    except EdgeFailed as error:
        board.unanswered(car.vin)
        raise Refused(504, "The car does not answer.") from error


def check(body: Mapping[str, Any], known: Known, now: datetime) -> None:
    """Everything may be null or left out."""
    has_fields(body, set(), FIELDS)
    zone, target = timers.zone_of(known), body.get("targetSoc")
    if target is not None and not is_whole(target, LOWEST, HIGHEST):
        raise bad("targetSoc", f"must be a whole number from {LOWEST} to {HIGHEST}, or null.")
    if body.get("minSoc") is not None and not is_whole(body["minSoc"], 0, HIGHEST if target is None else target):
        raise bad("minSoc", "must be a whole number from 0 to the target, or null.")
    profiles = [one["id"] for one in known.get("CHARGING_PROFILES", {}).get("list", [])]
    # The plan of a profile that is just being made: its number is 0, and its aims are in the other fields.
    if body.get("profile") is not None and (
        not is_whole(body["profile"], 0, 10**6) or body["profile"] not in [0, *profiles]
    ):
        raise bad("profile", "is none of the car's.")
    if body.get("departure") is not None:
        local = timers.read_local(body["departure"], "departure", zone)
        if localtime.moment(local, zone) <= now:
            raise bad("departure", "is past.")
    if body.get("timers") is not None:
        timers.check_list({"list": body["timers"]}, zone, now)
    if body.get("timer") is not None:
        _check_timer(body["timer"], zone, now)


def _check_timer(timer: object, zone: str, now: datetime) -> None:
    if not isinstance(timer, dict):
        raise bad("timer", "must be a timer, or null.")
    if not is_whole(timer.get("id"), 0, timers.MOST):
        raise bad("id", f"must be from 0 to {timers.MOST}.")
    timers.check_one(timer, zone, now)
