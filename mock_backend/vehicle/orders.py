"""What a car does on its owner's command, and why it sometimes does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from mock_backend.vehicle import cabin
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.state import CarState

Details = dict[str, str]
LOWEST = 10.0
"""Percent of charge below which the climate stays off while the car is not plugged in."""


def carry_out(car: CarState, build: Build, key: str, payload: Mapping[str, Any], now: datetime) -> Details:
    """Changes the car and returns nothing, or the reason, with the part that is in the way."""
    return ORDERS[key](car, build, payload, now)


def _lock(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    for part in car.open:
        if part in build.doors:
            return {"reason": "DOOR_OPEN", "part": part}
        if part in build.lids:
            return {"reason": "LID_OPEN", "part": part}
    return _set_lock(car, True, now)


def _unlock(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    return _set_lock(car, False, now)


def _set_lock(car: CarState, locked: bool, now: datetime) -> Details:
    car.locked = locked
    car.stamp(now, "LOCK_STATE_VEHICLE")
    return {}


def _honk(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    return {}


def _climate_on(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    if car.charge < LOWEST and not car.outlet:
        return {"reason": "BATTERY_LOW"}
    car.is_climate_on = True
    car.climate_target = round(payload["targetTemperature"] - cabin.ZERO, 2)
    car.zones = {zone: payload["climateZonesEnabled"][zone] for zone in cabin.ZONES}
    car.climate_ends = (now + timedelta(seconds=cabin.RUNS)).isoformat()
    return _climate_changed(car, now)


def _climate_off(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    car.is_climate_on = False
    return _climate_changed(car, now)


def _climate_changed(car: CarState, now: datetime) -> Details:
    car.stamp(now, "HVAC_SUMMARY", "CLIMATIZER_STATE")
    return {}


def _charge(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    if not car.outlet:
        return {"reason": "NOT_PLUGGED"}
    if car.charge >= car.target:
        return {"reason": "TARGET_REACHED"}
    car.is_charging = True
    car.stamp(now, "CHARGING_SUMMARY", "CHARGING_RATE")
    return {}


def _stop_charging(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    car.is_charging = False
    car.stamp(now, "CHARGING_SUMMARY", "CHARGING_RATE")
    return {}


def _edit_settings(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    """Without a target nothing is to be changed."""
    return {} if payload["targetSoc"] is None else _aim(car, payload["targetSoc"], now)


def _edit_profiles(car: CarState, build: Build, payload: Mapping[str, Any], now: datetime) -> Details:
    car.profiles = [dict(one) for one in payload["list"]]
    car.stamp(now, "CHARGING_PROFILES")
    active = next((one for one in car.profiles if one["isEnabled"]), None)
    return {} if active is None else _aim(car, active["minSoc"], now)


def _aim(car: CarState, target: float, now: datetime) -> Details:
    car.target = float(target)
    car.is_charging = car.is_charging and car.charge < car.target
    car.stamp(now, "CHARGING_SETTINGS", "CHARGING_SUMMARY")
    return {}


ORDERS: dict[str, Callable[[CarState, Build, Mapping[str, Any], datetime], Details]] = {
    "LOCK": _lock, "UNLOCK": _unlock, "HONK_FLASH": _honk, "REMOTE_CLIMATIZER_START": _climate_on,
    "REMOTE_CLIMATIZER_STOP": _climate_off, "DIRECT_CHARGING_START": _charge, "DIRECT_CHARGING_STOP": _stop_charging,
    "CHARGING_SETTINGS_EDIT": _edit_settings, "CHARGING_PROFILES_EDIT": _edit_profiles,
}  # fmt: skip
