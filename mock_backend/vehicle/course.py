"""What becomes of a car by itself: from event to event, without ticks. After anything that changes a car comes `decide`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mock_backend.localtime import windows
from mock_backend.vehicle import charging, climate, diary, timers
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.charging import MARK, NEAR, Source
from mock_backend.vehicle.plan import CLIMATE_KW, EARLY, Ask, Plan, plan
from mock_backend.vehicle.profiles import Wish, wish
from mock_backend.vehicle.state import CarState

LIVED = timedelta(days=7)
"""A car that nobody asked for longer slept through the rest."""
STEP = timedelta(seconds=1)
"""Events are at least so far apart: no rounding makes a car stand still in time."""
RESTING = timedelta(hours=12)
"""Full and plugged in for longer: the car only keeps its charge."""
PAUSE = 300.0
"""Seconds: a shorter one is not worth it."""
OF_CHARGE = ("BATTERY_LEVEL", "E_RANGE", "RANGE", "CHARGING_RATE", "CHARGING_SUMMARY")


def settle(car: CarState, build: Build, now: datetime) -> None:
    """Brings the car up to `now`, through all that happened meanwhile."""
    start = datetime.fromisoformat(car.settled)
    if now <= start:
        return
    lived = min(now, start + LIVED)
    while (moment := next_change(car, build)) is not None and moment <= lived:
        _pass_time(car, build, moment)
        decide(car, build, moment)
    _pass_time(car, build, now)
    if now > lived:
        decide(car, build, now)


def decide(car: CarState, build: Build, now: datetime) -> None:
    timers.depart(car, now)
    timers.note(car, now)
    climate.decide(car, build, now)
    if build.battery:
        wanted, was_charging = wish(car, now), car.is_charging
        car.is_charging = (
            _may_charge(car) and car.charge < wanted.target - NEAR and _should_charge(car, build, wanted, now)
        )
        if car.is_charging:
            car.twelve_volt = max(car.twelve_volt, climate.CHARGED)
        diary.note_charge(car, was_charging, wanted.target, now)
        is_full = car.outlet > 0 and car.charge >= wanted.target - NEAR
        car.full_since = (car.full_since or now.isoformat()) if is_full else ""
    _note(car, build, now)


def next_change(car: CarState, build: Build) -> datetime | None:
    """When the car will have something to say by itself."""
    now = datetime.fromisoformat(car.settled)
    found = climate.changes(car, build, now)
    if car.departure:
        found.append(datetime.fromisoformat(car.departure))
    if build.battery and car.outlet:
        found += _charging_changes(car, build, now)
    found = [one for one in found if one > now]
    return max(min(found), now + STEP) if found else None


def status(car: CarState, build: Build, now: datetime) -> str:
    if not car.outlet:
        return "NOT_PLUGGED"
    if car.post_fault:
        return "CHARGING_ERROR"
    if car.is_charging:
        return "CHARGING"
    if car.full_since:
        return "CONSERVATION" if now > datetime.fromisoformat(car.full_since) + RESTING else "CHARGING_COMPLETED"
    return "WAITING_FOR_TIMER" if wish(car, now).timer is not None and not car.halted else "NOT_CHARGING"


def plug(car: CarState) -> str:
    """Locked with the car, and while current flows."""
    if not car.outlet:
        return "DISCONNECTED"
    return "LOCKED" if car.locked or car.is_charging else "CONNECTED"


def source(car: CarState, build: Build) -> Source:
    return Source(build, car.outlet or build.outlet, car.outside)


def source_now(car: CarState, build: Build) -> Source:
    here = source(car, build)
    return here.beside(CLIMATE_KW) if car.is_climate_on else here


def planned(car: CarState, build: Build, wanted: Wish, now: datetime) -> Plan:
    """How it charges from here, if nobody changes anything."""
    return plan(ask(car, wanted, now), source(car, build))


def ask(car: CarState, wanted: Wish, now: datetime) -> Ask:
    departure = wanted.departure
    hours = None
    if departure is not None and wanted.hours is not None:
        preferred = windows(wanted.hours, car.zone, now, departure)
        hours = [(0.0, opens.timestamp(), closes.timestamp()) for opens, closes in preferred]
    return Ask(
        now.timestamp(), car.charge, wanted.minimum, wanted.target, departure.timestamp() if departure else None,
        wanted.timer is not None and wanted.timer["metadata"]["isClimatizationEnabled"], hours,
    )  # fmt: skip


# -- charging ---------------------------------------------------------------------------------------------------------


def _may_charge(car: CarState) -> bool:
    return car.outlet > 0 and not car.post_fault and (car.direct or not car.halted)


def _should_charge(car: CarState, build: Build, wanted: Wish, now: datetime) -> bool:
    """A slot that begins within a moment has begun, and no charge under way stops for a few minutes."""
    if wanted.departure is None:
        return True
    soon = now.timestamp() + (PAUSE if car.is_charging else EARLY / 2)
    return any(slot.start <= soon for slot in planned(car, build, wanted, now).charging)


def _charging_changes(car: CarState, build: Build, now: datetime) -> list[datetime]:
    found = []
    if car.full_since:
        found.append(datetime.fromisoformat(car.full_since) + RESTING + STEP)
    if not _may_charge(car):
        return found
    wanted = wish(car, now)
    if car.is_charging:
        mark = min(wanted.target, ((car.charge + NEAR) // MARK + 1) * MARK)
        found.append(now + timedelta(seconds=charging.duration(source_now(car, build), car.charge, mark)))
    if wanted.departure is not None:
        slots = planned(car, build, wanted, now).charging
        # What has begun is not begun again: worked out anew, its start is always a little ahead.
        turns = [slot.end if car.is_charging else slot.start for slot in slots]
        found += [datetime.fromtimestamp(moment, UTC) for moment in turns]
    return found


def _pass_time(car: CarState, build: Build, now: datetime) -> None:
    start, before = datetime.fromisoformat(car.settled), car.charge
    seconds = max(0.0, (now - start).total_seconds())
    if car.is_charging:
        target = wish(car, start).target
        grown = charging.after(source_now(car, build), car.charge, target, seconds)
        car.charge = target if grown >= target - NEAR else grown
    climate.pass_time(car, build, seconds)
    if car.is_charging or round(car.charge) != round(before):
        car.stamp(now, *OF_CHARGE)
    car.settled = now.isoformat()


def _note(car: CarState, build: Build, now: datetime) -> None:
    """Whatever is different now is told as changed now."""
    subjects = {"CHARGING_SUMMARY": [], "HVAC_SUMMARY": [climate.status(car)]}
    if build.battery:
        wanted = wish(car, now)
        aims = [str(wanted.target), str(wanted.minimum), wanted.mode, wanted.reason, str(wanted.profile)]
        subjects["CHARGING_SUMMARY"] = [status(car, build, now), plug(car), *aims]
    said = [" ".join(words) for words in subjects.values()]
    before = car.said or said
    if said[0] != before[0]:
        car.stamp(now, "CHARGING_SUMMARY", "CHARGING_RATE")
    if said[1] != before[1]:
        car.stamp(now, *climate.KEYS)
    car.said = said
