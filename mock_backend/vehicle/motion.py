"""A car on its way, fix by fix on the demo clock. All of it is in memory: where it drove touches no disk.

Cars take their fixes at the same moments, every FIX seconds of the day, so that the clock stops once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import floor
from typing import Any

from mock_backend.vehicle import alarms, climate, energy, geodesy, measure
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.charging import MARK, NEAR
from mock_backend.vehicle.course import LIVED, OF_CHARGE
from mock_backend.vehicle.state import CarState
from mock_backend.vehicle.watch import Fix, Report, Watch
from mock_backend.vehicle.way import Spot, Way

FIX = 5
"""Seconds."""
REMEMBERED = 100
"""Trips at most."""
LEAST_KM = 0.05
"""What is shorter is no trip."""
OF_THE_TANK = ("FUEL_LEVEL", "RANGE")


@dataclass
class Journey:
    """`settled`: up to when it is driven; `metres`: how far that was."""

    way: Way
    began: datetime
    settled: datetime
    was_locked: bool
    watch: Watch
    metres: float = 0.0
    kwh: float = 0.0
    litres: float = 0.0
    arrives: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.arrives = self.began + timedelta(seconds=self.way.seconds)

    @property
    def next(self) -> datetime:
        seconds = (floor(self.settled.timestamp() / FIX) + 1) * FIX
        return min(datetime.fromtimestamp(seconds, UTC), self.arrives)

    def is_over(self) -> bool:
        return self.settled >= self.arrives


@dataclass(frozen=True, slots=True)
class Step:
    """What a car has to say something about: its alarms, a level of its battery, the end of its drive."""

    at: datetime
    reports: list[Report]
    is_level: bool = False
    is_end: bool = False


def begin(car: CarState, way: Way, now: datetime) -> Journey:
    """Doors lock while it drives."""
    journey = Journey(way, now, now, car.locked, Watch(car))
    journey.watch.start(geodesy.point(car.latitude, car.longitude))
    car.ignition = True
    _lock(car, True, now)
    car.stamp(now, "PARKING_BRAKE", "GPS_LOCATION")
    return journey


def resume(car: CarState, now: datetime) -> None:
    """A car that was dropped on its way stands where it last remembered to be."""
    if car.ignition:
        car.ignition = False
        car.stamp(now, "PARKING_BRAKE")


def live(car: CarState, build: Build, journey: Journey, now: datetime) -> Iterator[Step]:
    """Drives up to now and stops at each thing to be told, the car being there; the last one may be its end."""
    if car.ignition and now - journey.settled > LIVED:
        yield _sleep(car, build, journey)
        return
    while car.ignition and (moment := journey.next) <= now:
        step = _move(car, build, journey, moment)
        if step.reports or step.is_level or step.is_end:
            yield step


def end(car: CarState, journey: Journey, now: datetime) -> list[Report]:
    """Stands still where it is and is a parked car again; it looks once more there, for no further fix would tell."""
    car.ignition = False
    car.twelve_volt = max(car.twelve_volt, climate.CHARGED)
    _lock(car, journey.was_locked, now)
    car.stamp(now, "PARKING_BRAKE", "GPS_LOCATION")
    if journey.metres >= LEAST_KM * 1000:
        car.trips = [_trip(journey, now), *car.trips][:REMEMBERED]
        car.stamp(now, *measure.trips(car))
    return _watch(car, journey).check(car, Fix(geodesy.point(car.latitude, car.longitude), now))


def _move(car: CarState, build: Build, journey: Journey, now: datetime) -> Step:
    before, driven = car.charge, _driven(journey, now)
    metres = _burn(car, build, journey, driven, now)
    _put(car, journey.way.at((now - journey.began).total_seconds()), now)
    journey.settled = now
    fix = Fix(geodesy.point(car.latitude, car.longitude), now, max((kmh for kmh, _ in driven), default=0.0), metres)
    found = _watch(car, journey).check(car, fix)
    is_end = journey.is_over() or energy.is_empty(car, build)
    found += end(car, journey, now) if is_end else []
    return Step(now, found, _mark(before) != _mark(car.charge), is_end)


def _sleep(car: CarState, build: Build, journey: Journey) -> Step:
    """A clock that was moved far: it has arrived, and what it passed while nobody lived through it is not told."""
    journey.settled = journey.arrives
    _burn(car, build, journey, journey.way.speeds(0.0, journey.way.seconds), journey.settled)
    _put(car, journey.way.at(journey.way.seconds), journey.settled)
    alarms.begin_here(car)
    return Step(journey.settled, end(car, journey, journey.settled), is_end=True)


def _driven(journey: Journey, now: datetime) -> list[tuple[float, float]]:
    """(km/h, metres) since it was settled."""
    return journey.way.speeds((journey.settled - journey.began).total_seconds(), (now - journey.began).total_seconds())


def _burn(car: CarState, build: Build, journey: Journey, driven: list[tuple[float, float]], now: datetime) -> float:
    """What the way took out of battery and tank; returns its metres."""
    charge, fuel, mileage = round(car.charge), round(car.fuel), round(car.mileage)
    metres = 0.0
    for kmh, part in driven:
        kwh, litres = energy.use(car, build, kmh, part / 1000)
        journey.kwh, journey.litres, metres = journey.kwh + kwh, journey.litres + litres, metres + part
    journey.metres += metres
    car.mileage += metres / 1000
    car.stamp(
        now, *(OF_CHARGE if charge != round(car.charge) else ()), *(OF_THE_TANK if fuel != round(car.fuel) else ())
    )
    car.stamp(now, *(("MILEAGE",) if mileage != round(car.mileage) else ()))
    return metres


def _put(car: CarState, spot: Spot, now: datetime) -> None:
    latitude, longitude = geodesy.degrees(spot.place)
    car.latitude, car.longitude, car.heading = round(latitude, 6), round(longitude, 6), round(spot.heading) % 360
    car.stamp(now, "GPS_LOCATION")


def _watch(car: CarState, journey: Journey) -> Watch:
    """Alarms may be edited on the way."""
    if not journey.watch.is_of(car):
        journey.watch = Watch(car)
    return journey.watch


def _lock(car: CarState, locked: bool, now: datetime) -> None:
    if car.locked != locked:
        car.locked = locked
        car.stamp(now, "LOCK_STATE_VEHICLE")


def _mark(charge: float) -> int:
    """Levels of the battery that a car tells."""
    return floor(max(0.0, charge - NEAR) / MARK)


def _trip(journey: Journey, now: datetime) -> dict[str, Any]:
    kilometres, minutes = journey.metres / 1000, max(1, round((now - journey.began).total_seconds() / 60))
    hours = max((now - journey.began).total_seconds(), 1.0) / 3600
    trip = {
        "tripEndTime": now.isoformat(timespec="seconds"), "distanceKm": round(kilometres, 1),
        "drivingTimeMinutes": minutes, "avgSpeedKmh": round(kilometres / hours),
    }  # fmt: skip
    used = {"avgKwhPerHundredKm": journey.kwh, "avgLitersPerHundredKm": journey.litres}
    return trip | {name: round(amount / kilometres * 100, 1) for name, amount in used.items() if amount}
