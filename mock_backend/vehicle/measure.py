"""How a car says what it knows: the maker's measurements, those that this car has and no other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mock_backend.vehicle import charging
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.cabin import ZERO
from mock_backend.vehicle.state import CarState

Values = dict[str, dict[str, Any]]
NOT_FUEL = "avgKwhPerHundredKm", "avgLitersPerHundredKm"


def measurements(car: CarState, build: Build, now: datetime) -> Values:
    """Key -> value of everything this car measures, each with `lastModified`. Trips and timers go on their own."""
    found = {**_body(car, build), **_care(car), **_switches(car)}
    found |= _battery(car, build) if build.battery else {}
    found |= _fuel(car, build) if build.full_fuel_range else {}
    found |= _climate(car, now) if build.has_climate else {}
    return {**stamped(found, car, now), "GLOBAL_TIMESTAMP": {"timestamp": now.isoformat(), "lastModified": now.isoformat()}}


def stamped(found: Values, car: CarState, now: datetime) -> Values:
    for key, value in found.items():
        value["lastModified"] = car.since.get(key, car.since.get("", now.isoformat()))
    return found


def timers(car: CarState) -> Values:
    """`DEPARTURES` is the sign by which clients know that the target is a setting, not a profile."""
    if car.profiles:
        return {}
    plan = {"timerSubmitType": "CLIMATIZER_CHARGING", "timerSubmitMaxCount": 5, "list": [dict(one) for one in car.timers]}
    return {"TIMERS": plan, "DEPARTURES": {"list": []}}


def trips(car: CarState) -> Values:
    """Each drive, newest first; since the last charge; altogether."""
    every = sorted(car.trips, key=lambda one: str(one["tripEndTime"]), reverse=True)
    rows = {"SHORT_TERM": every[:1], "SHORT_TERM_HISTORY": every, "CYCLIC": _sum(every[:2]), "CYCLIC_HISTORY": _sum(every[:2]),
            "LONG_TERM": _sum(every), "LONG_TERM_HISTORY": _sum(every)}  # fmt: skip
    return {f"TRIP_STATISTICS_{key}": {"list": [dict(one) for one in value]} for key, value in rows.items()}


def _sum(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not rows:
        return []
    kilometres, minutes = sum(one["distanceKm"] for one in rows), sum(one["drivingTimeMinutes"] for one in rows)
    used = {
        name: round(sum(one["distanceKm"] * one.get(name, 0) for one in rows) / kilometres, 1)
        for name in NOT_FUEL if any(name in one for one in rows)
    }  # fmt: skip
    return [
        {"tripEndTime": rows[0]["tripEndTime"], "distanceKm": kilometres, "drivingTimeMinutes": minutes,
         "avgSpeedKmh": round(kilometres / minutes * 60), **used}
    ]  # fmt: skip


def _body(car: CarState, build: Build) -> Values:
    return {
        **{f"OPEN_STATE_{part}": {"isOpen": part in car.open} for part in build.parts},
        "LOCK_STATE_VEHICLE": {"isLocked": car.locked},
        "PARKING_LIGHT": {"isOn": car.parking_light},
        "PARKING_BRAKE": {"isOn": True},
        "GPS_LOCATION": {"location": f"{car.latitude},{car.longitude}", "direction": car.heading},
        "MILEAGE": {"kilometers": round(car.mileage)},
    }


def electric_range(car: CarState, build: Build) -> float:
    return car.charge / 100 * build.full_range


def _battery(car: CarState, build: Build) -> Values:
    flow = round(charging.power(build, car.charge, car.outlet), 1) if car.is_charging else 0
    rate = round(flow / build.battery * build.full_range / 60, 2) if flow else 0
    found: Values = {
        "BATTERY_LEVEL": {"percent": round(car.charge)},
        "E_RANGE": {"kilometers": round(electric_range(car, build))},
        "CHARGING_SUMMARY": _charging(car, build),
        "CHARGING_RATE": {
            "chargingRate": rate, "chargingPower": flow, "chargingRatekmPerMin": rate, "chargingPowerkW": flow,
            "maxChargingPowerkW": max(kw for _, kw in build.curve),
        },
        "CHARGING_SETTINGS": {"targetSoc": round(car.target)},
    }  # fmt: skip
    if car.profiles:
        found["CHARGING_PROFILES"] = {"list": [dict(one) for one in car.profiles]}
    return found


def _charging(car: CarState, build: Build) -> dict[str, Any]:
    by_profile = bool(car.profiles) and not car.is_charging
    found: dict[str, Any] = {
        "status": charging_status(car), "mode": "PROFILE" if by_profile else "DIRECT", "targetSoC": round(car.target),
        "showTimestamp": car.is_charging,
    }  # fmt: skip
    if by_profile:
        found["chargingProfile"] = {"minSoC": round(car.target)}
    if car.is_charging:
        full = car.full_at(build)
        found["targetDateTimeWithOffset"] = full.isoformat(timespec="seconds")
        found["remainingTime"] = round((full - datetime.fromisoformat(car.settled)).total_seconds() / 60)
    return found


def charging_status(car: CarState) -> str:
    if not car.outlet:
        return "NOT_PLUGGED"
    if car.is_charging:
        return "CHARGING"
    return "CHARGING_COMPLETED" if car.charge >= car.target else "NOT_CHARGING"


def _fuel(car: CarState, build: Build) -> Values:
    fuel_range = car.fuel / 100 * build.full_fuel_range
    found: Values = {
        "FUEL_LEVEL": {"percent": round(car.fuel)},
        "RANGE": {"kilometers": round(fuel_range)},
    }
    return found | _service("OIL_SERVICE", car.oil_service)


def _climate(car: CarState, now: datetime) -> Values:
    left = (datetime.fromisoformat(car.climate_ends) - now).total_seconds() if car.is_climate_on else 0
    shared = {
        "targetTemperature": round(car.climate_target + ZERO, 2), "insideTemperature": round(car.inside + ZERO, 1),
        "outsideTemperature": round(car.outside + ZERO, 1),
    }  # fmt: skip
    summary = {"status": "ON" if car.is_climate_on else "OFF", "remainingTime": max(0, round(left / 60))}
    return {
        "HVAC_SUMMARY": {**summary, **shared, "climateZonesEnabled": dict(car.zones)},
        "CLIMATIZER_STATE": {"isOn": car.is_climate_on, **shared, "climateZonesEnabled": dict(car.zones)},
    }


def _care(car: CarState) -> Values:
    tyres = {w: {"actualPressureBar": bar, "differenceBar": diff} for w, (bar, diff) in car.tyres.items()}
    old = {"".join(part.title() for part in wheel.split("_")): value for wheel, value in tyres.items()}
    return {
        **{f"TIRE_PRESSURE_{wheel}": dict(value) for wheel, value in tyres.items()},
        "TIRE_PRESSURE": {f"{name[0].lower()}{name[1:]}Tire": dict(value) for name, value in old.items()},
        **_service("MAIN_SERVICE", car.main_service),
        **_service("INTERMEDIATE_SERVICE", car.intermediate_service),
        "INSTRUMENT_CLUSTER_ALERTS": {"list": [dict(one) for one in car.warnings]},
    }


def _service(name: str, left: Iterable[float]) -> Values:
    """Kilometres and days until a service; nothing where the car has none."""
    return {
        f"{name}_{kind}": {unit: value}
        for (kind, unit), value in zip((("RANGE", "kilometers"), ("TIME", "days")), left, strict=False)
    }


def _switches(car: CarState) -> Values:
    return {
        "GLOBAL_PRIVACY_MODE": {"isEnabled": car.switches.private_mode},
        "REMOTE_ACCESS_AUTHORIZATION": {"isEnabled": car.switches.remote_access},
        "DESTINATIONS": {"list": []},
    }


def only(found: Mapping[str, dict[str, Any]], *starts: str) -> Values:
    """The measurements whose keys begin so, and the time of them all."""
    return {key: value for key, value in found.items() if key.startswith((*starts, "GLOBAL_TIMESTAMP"))}
