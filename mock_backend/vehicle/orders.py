"""What a car does on its owner's command, and why it sometimes does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from mock_backend.vehicle import alarms, cabin, climate, course, profiles, timers
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.charging import NEAR
from mock_backend.vehicle.profiles import wish
from mock_backend.vehicle.state import CarState

Details = dict[str, str]


def carry_out(car: CarState, build: Build, key: str, payload: Mapping[str, Any], now: datetime) -> Details:
    """Changes the car and returns nothing, or the reason, with the part that is in the way."""
    details = ORDERS[key](car, build, payload, now)
    course.decide(car, build, now)
    return details


def _lock(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    for part in car.open:
        if part in build.doors:
            return {"reason": "DOOR_OPEN", "part": part}
        if part in build.lids:
            return {"reason": "LID_OPEN", "part": part}
    return _set_lock(car, True, now)


def _unlock(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    if car.ignition:
        return {"reason": "IGNITION_ON"}
    return _set_lock(car, False, now)


def _set_lock(car: CarState, locked: bool, now: datetime) -> Details:
    car.locked = locked
    car.stamp(now, "LOCK_STATE_VEHICLE")
    return {}


def _honk(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    return {}


def _climate_on(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    """What is left out stays as it was set before."""
    if why := climate.why_not(car, build):
        return {"reason": why}
    car.climate_target = round(payload["targetTemperature"] - cabin.ZERO, 2)
    car.zones = {zone: payload["climateZonesEnabled"][zone] for zone in cabin.ZONES}
    car.seats |= payload.get("seatHeating", {})
    car.wheel_heating = payload.get("steeringWheelHeating", car.wheel_heating)
    car.defrost = payload.get("defrost", car.defrost)
    climate.start(car, now, now + timedelta(seconds=cabin.RUNS))
    return {}


def _climate_off(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    climate.stop(car, now, "STOPPED")
    return {}


def _heat(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    if why := climate.why_no_heat(car):
        return {"reason": why}
    climate.heat(car, now, True)
    return {}


def _stop_heating(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    climate.heat(car, now, False)
    return {}


def _charge(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    if not car.outlet:
        return {"reason": "NOT_PLUGGED"}
    if car.post_fault:
        return {"reason": "POST_FAULT"}
    was, car.direct = car.direct, True
    if car.charge >= wish(car, now).target - NEAR:
        car.direct = was
        return {"reason": "TARGET_REACHED"}
    car.halted = False
    return {}


def _stop_charging(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    car.direct, car.halted = False, car.outlet > 0
    car.stamp(now, "CHARGING_SUMMARY", "CHARGING_RATE")
    return {}


def _edit_settings(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    """What is null or left out stays as it is."""
    before = [dict(one) for one in car.profiles]
    profiles.aim(car, payload["targetSoc"], payload.get("minSoc"))
    car.battery_care = payload.get("batteryCare", car.battery_care)
    car.stamp(now, "CHARGING_SETTINGS", *(["CHARGING_PROFILES"] if car.profiles != before else []))
    return {}


def _edit_profiles(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    profiles.edit(car, payload["list"])
    car.stamp(now, "CHARGING_PROFILES", "CHARGING_SETTINGS")
    return {}


def _edit_timers(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    timers.edit(car, payload["list"])
    car.stamp(now, "TIMERS")
    return {}


def _disable_timer(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    timers.disable(car, payload["id"])
    car.stamp(now, "TIMERS")
    return {}


def _edit_areas(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    alarms.edit_areas(car, payload["list"])
    car.stamp(now, "LOCATION_ALARMS")
    return {}


def _edit_speeds(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    alarms.edit_speeds(car, payload["list"])
    car.stamp(now, "SPEED_ALARMS")
    return {}


def _arm_valet(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    alarms.arm_valet(car, payload, now)
    car.stamp(now, "VALET_ALARM")
    return {}


def _disarm_valet(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    """With it goes the place that was watched."""
    car.valet = {}
    car.stamp(now, "VALET_ALARM")
    return {}


ORDERS: dict[str, Callable[[CarState, Build, Mapping[str, Any], datetime], Details]] = {
    "LOCK": _lock, "UNLOCK": _unlock, "HONK_FLASH": _honk, "REMOTE_CLIMATIZER_START": _climate_on,
    "REMOTE_CLIMATIZER_STOP": _climate_off, "DIRECT_CHARGING_START": _charge, "DIRECT_CHARGING_STOP": _stop_charging,
    "CHARGING_SETTINGS_EDIT": _edit_settings, "CHARGING_PROFILES_EDIT": _edit_profiles, "TIMERS_EDIT": _edit_timers,
    "LOCATION_ALARMS_EDIT": _edit_areas, "SPEED_ALARMS_EDIT": _edit_speeds, "VALET_ALARM_EDIT": _arm_valet,
    "VALET_ALARM_DISABLE": _disarm_valet,
    "TIMERS_DISABLE": _disable_timer, "REMOTE_HEATING_START": _heat, "REMOTE_HEATING_STOP": _stop_heating,
}  # fmt: skip
