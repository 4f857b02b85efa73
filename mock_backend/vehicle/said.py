"""What a report under an activity may say, as the car and its switches stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mock_backend.services import ALARMS, CHARGING, SERVICE
from mock_backend.switches import Services
from mock_backend.vehicle import alarms, measure
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.measure import Values
from mock_backend.vehicle.state import CarState

TRIPS, TIMERS, FINDER = "trip_control.trip_upload", "e_control.timer_feedback", "car_finder.position_upload"
SETTINGS = {one.report for one in ALARMS.values()}


def values(car: CarState, build: Build, services: Services, activity: str, now: datetime) -> Values:
    """Under the activity of an alarm its settings alone: where the car is does not belong there."""
    if activity in SETTINGS:
        return measure.stamped(alarms.settings(car, activity), car, now)
    service = activity.partition(".")[0]
    found = measure.measurements(car, build, now)
    if service == CHARGING.id:
        found |= measure.stamped(measure.timers(car, build), car, now)
    return services.reported(car.switches, service, found)


def position(car: CarState, build: Build, services: Services, trigger: str, now: datetime) -> Mapping[str, Any]:
    """The body of a report for Car Finder: where it is, and which of the notice's reasons (line 415) it is told for."""
    place = measure.only(values(car, build, services, FINDER, now), "GPS_LOCATION")
    why = {"trigger": trigger, "lastModified": now.isoformat()}
    return {"measurements": {**place, **({"POSITION_TRIGGER": why} if place else {})}}


def trips(car: CarState, now: datetime) -> Mapping[str, Any]:
    return {"measurements": measure.stamped(measure.trips(car), car, now)}


def at_sign_on(car: CarState, build: Build, now: datetime) -> dict[str, Mapping[str, Any]]:
    """Activity -> the body of a report of its own, where this car has something to say under it."""
    mine = sorted({SERVICE[key].report for key in ALARMS if key in build.commands})
    found = {TIMERS: measure.timers(car, build), **{activity: alarms.settings(car, activity) for activity in mine}}
    more = {activity: {"measurements": measure.stamped(said, car, now)} for activity, said in found.items() if said}
    return {TRIPS: trips(car, now), **more}
