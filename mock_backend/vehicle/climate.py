"""The climate of a car that has one, and the auxiliary heater of a car that burns fuel: on, off, and what they draw."""

from __future__ import annotations

from datetime import datetime, timedelta

from mock_backend.vehicle import cabin, charging, diary, timers
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.plan import CLIMATE_KW, CLIMATE_TIME
from mock_backend.vehicle.state import CarState

LOWEST = 10.0
"""Percent of charge below which the climate stays off while nothing but the battery feeds it."""
WEAK, CHARGED = 11.8, 12.6
"""Volts of the 12 V battery, invented: below the first nothing that draws from it runs; a drive or a charge fills it."""
EMPTY = 10.0
"""Percent in the tank below which the heater stays off."""
CLOSE = 0.5
"""Degrees from the wanted temperature within which the air is only moved."""
HEATER_WANTED, HEATER_TIME, HEATER_USES = 22.0, 30 * 60.0, 1.0
"""Invented: degrees Celsius, seconds, and percent of the tank an hour."""
KEYS, HEATER_KEY = ("HVAC_SUMMARY", "CLIMATIZER_STATE"), "HEATING_STATE"


def start(car: CarState, now: datetime, ends: datetime) -> None:
    was_on = car.is_climate_on
    car.is_climate_on, car.climate_ends, car.ended_because = True, ends.isoformat(), None
    if not was_on:
        diary.note_climate(car, now)
    car.stamp(now, *KEYS)


def stop(car: CarState, now: datetime, because: str) -> None:
    """What is off already stays as it ended."""
    if car.is_climate_on:
        car.is_climate_on, car.ended_because = False, because
        diary.note_climate(car, now)
        car.stamp(now, *KEYS)


def status(car: CarState) -> str:
    if not car.is_climate_on:
        return "OFF"
    if abs(car.climate_target - car.inside) <= CLOSE:
        return "VENTILATING"
    return "HEATING" if car.climate_target > car.inside else "COOLING"


def is_fed(car: CarState) -> bool:
    """By a post that works, not by the battery."""
    return car.outlet > 0 and not car.post_fault


def why_not(car: CarState, build: Build) -> str | None:
    """What keeps the climate off."""
    if build.battery and car.charge < LOWEST and not is_fed(car):
        return "BATTERY_LOW"
    return "TWELVE_VOLT_LOW" if _is_weak(car) else None


def _is_weak(car: CarState) -> bool:
    """A car that charges or is driven feeds its own 12 V battery."""
    return car.twelve_volt < WEAK and not (car.is_charging or car.ignition)


def why_no_heat(car: CarState) -> str | None:
    """What keeps the heater off."""
    if car.fuel < EMPTY:
        return "FUEL_LOW"
    return "TWELVE_VOLT_LOW" if _is_weak(car) else None


def decide(car: CarState, build: Build, now: datetime) -> None:
    """Ends what is over, and begins what a timer asks for, once for each departure: a stop by hand stays one."""
    if car.is_climate_on and datetime.fromisoformat(car.climate_ends) <= now:
        stop(car, now, "FINISHED")
    if car.is_climate_on and (why := why_not(car, build)):
        stop(car, now, why)
    if car.is_heating and (datetime.fromisoformat(car.heating_ends) <= now or why_no_heat(car)):
        heat(car, now, False)
    departure = next_conditioned(car, build, now)
    if departure is not None and departure - timedelta(seconds=CLIMATE_TIME) <= now:
        _condition(car, build, now, departure)


def next_conditioned(car: CarState, build: Build, now: datetime) -> datetime | None:
    """The departure that the cabin is still to be made ready for."""
    if not build.has_climate:
        return None
    after = max(now, datetime.fromisoformat(car.conditioned)) if car.conditioned else now
    first = timers.following(car, after, "isClimatizationEnabled")
    return None if first is None else first[0]


def _condition(car: CarState, build: Build, now: datetime, departure: datetime) -> None:
    car.conditioned = departure.isoformat()
    if why := why_not(car, build):
        car.ended_because = why
        diary.note_not_possible(car, departure, now)
        car.stamp(now, *KEYS)
    elif not car.is_climate_on or datetime.fromisoformat(car.climate_ends) < departure:
        start(car, now, departure)


def heat(car: CarState, now: datetime, on: bool) -> None:
    car.is_heating = on
    car.heating_ends = (now + timedelta(seconds=HEATER_TIME)).isoformat() if on else ""
    car.stamp(now, HEATER_KEY)


def pass_time(car: CarState, build: Build, seconds: float) -> None:
    """Cabin, tank and battery that many seconds later."""
    wanted = car.climate_target if car.is_climate_on else HEATER_WANTED if car.is_heating else car.outside
    car.inside = cabin.after(car.inside, wanted, seconds, car.is_climate_on or car.is_heating)
    if car.is_heating:
        car.fuel = max(0.0, car.fuel - HEATER_USES * seconds / 3600)
    if car.is_climate_on and build.battery and not is_fed(car):
        car.charge = max(0.0, car.charge - charging.drained(build, CLIMATE_KW, seconds))


def changes(car: CarState, build: Build, now: datetime) -> list[datetime]:
    """When something of it is different by itself; with what it draws told in steps of `step` percent."""
    found = []
    if car.is_climate_on:
        found.append(datetime.fromisoformat(car.climate_ends))
        apart = abs(car.climate_target - car.inside)
        if apart > CLOSE:
            found.append(now + timedelta(seconds=cabin.until(apart, CLOSE)))
        if build.battery and not is_fed(car):
            found.append(_lower(car, build, now))
    if car.is_heating:
        found.append(datetime.fromisoformat(car.heating_ends))
    departure = next_conditioned(car, build, now)
    return found if departure is None else [*found, departure - timedelta(seconds=CLIMATE_TIME)]


def _lower(car: CarState, build: Build, now: datetime) -> datetime:
    """When the battery is so far down that the car says so, or ends the climate."""
    percent = max(car.charge % charging.MARK, charging.NEAR)
    return now + timedelta(seconds=percent / charging.drained(build, CLIMATE_KW, 1) + 1)
