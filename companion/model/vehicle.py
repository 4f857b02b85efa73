"""One car as the app last heard of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from companion.model import geo
from companion.model.alarms import Alarms
from companion.model.body import Body
from companion.model.charging import Charging
from companion.model.climate import Climate
from companion.model.energy import Energy, Engine
from companion.model.position import Position, Sighting
from companion.model.service import Service
from companion.model.tyres import Tyres

LONGEST_WAY = timedelta(minutes=2)
"""An answer is not longer on its way; what it says of an older report is then how things stand."""

PARKED = ("DRIVE_OFF", "DOOR")
"""Why a car tells its place that stands (notice line 415)."""
SAME_PLACE = 50.0
"""Metres that two fixes of a parked car may be apart."""
STANDSTILL = timedelta(minutes=1)
"""A place this much older than its report is one where the car stayed."""


def with_valet_place(known: Vehicle, told: Vehicle) -> Vehicle:
    """Where the valet alarm was switched on, which the car tells nobody: where it stood then, if this app knows that."""
    valet, before, place = told.alarms.valet, known.alarms.valet, told.position
    if valet is None or not valet.is_active or valet.since is None:
        return told
    around = before.around if before is not None and before.since == valet.since else None
    was_before = place is not None and place.since is not None and place.since <= valet.since
    if around is None and place is not None and was_before and _stands(told):
        around = place.latitude, place.longitude
    return replace(told, alarms=replace(told.alarms, valet=replace(valet, around=around)))


def was_elsewhere(told: Vehicle) -> bool:
    """Whether something that happened after it was seen tells of another place."""
    place = told.position
    if place is None or place.since is None:
        return False
    newer = [one.place for one in told.alarms.events if one.place is not None and one.at > place.since]
    return any(geo.distance(one, (place.latitude, place.longitude)) > SAME_PLACE for one in newer)


def _stands(told: Vehicle) -> bool:
    """Whether it stood still where it was last seen, and nothing says that it was somewhere else since."""
    place, seen = told.position, told.sighting
    if place is None or place.since is None or was_elsewhere(told):
        return False
    if seen is None or seen.at is None or seen.trigger in PARKED:
        return True
    # Asked for its place, a parked car gives an old one, and one on its way that of the moment.
    return seen.trigger != "DRIVE_ON" and seen.at - place.since >= STANDSTILL


def is_overtaken(told: datetime | None, known: datetime | None, asked: bool) -> bool:
    """Whether a report of `told` comes too late, as one of `known` is here. `asked`: it is the answer to a question; one that
    says much less than is known corrects what cannot be, such as a report from the future.
    """
    if told is None or known is None or told >= known:
        return False
    return not asked or known - told <= LONGEST_WAY


@dataclass(frozen=True, slots=True)
class Switches:
    """The head unit's switches as the car reported them; None where it has not said."""

    private_mode: bool | None = None
    remote_access: bool | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Vehicle:
    vin: str
    name: str
    model_name: str = ""
    year: str = ""
    engine: Engine = Engine.UNKNOWN
    colour: str | None = None
    """The paint as six hex digits without '#'."""
    connected: bool | None = None
    reported_at: datetime | None = None
    """When the car last reported, on the backend's clock; None before the first overview."""
    body: Body = Body()
    energy: Energy = Energy()
    position: Position | None = None
    tyres: Tyres = Tyres()
    service: Service = Service()
    switches: Switches = Switches()
    capabilities: frozenset[str] = frozenset()
    unavailable: tuple[tuple[str, str], ...] = field(default=())
    """Measurements the car did not give, with the cause in the backend's words."""
    climate: Climate = Climate()
    charging: Charging = Charging()
    alarms: Alarms = Alarms()
    handle: str = ""
    """What our own routes know the car by; empty where the backend tells none."""
    zone: str = ""
    """Time zone of the car's clock, as in the tz database; empty where it has not said."""
    sighting: Sighting | None = None
