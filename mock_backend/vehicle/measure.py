"""How a car says what it knows: the maker's measurements, those that this car has and no other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from mock_backend.vehicle import charging, climate, course, profiles
from mock_backend.vehicle.build import Build
from mock_backend.vehicle.cabin import RUNS, ZERO
from mock_backend.vehicle.plan import CLIMATE_KW
from mock_backend.vehicle.state import CarState
from mock_backend.vehicle.timers import MOST

Values = dict[str, dict[str, Any]]
NOT_FUEL = "avgKwhPerHundredKm", "avgLitersPerHundredKm"


def measurements(car: CarState, build: Build, now: datetime) -> Values:
    """Key -> value of everything this car measures, each with `lastModified`. Trips and timers go on their own."""
    found = {**_body(car, build), **_care(car), **_switches(car)}
    found |= _battery(car, build, now) if build.battery else {}
    found |= _fuel(car, build) if build.full_fuel_range else {}
    found |= _climate(car, build, now) if build.has_climate else {}
    found |= _heater(car, now) if build.has_heater else {}
    return {
        **stamped(found, car, now),
        "GLOBAL_TIMESTAMP": {"timestamp": now.isoformat(), "lastModified": now.isoformat()},
    }


def stamped(found: Values, car: CarState, now: datetime) -> Values:
    for key, value in found.items():
        value["lastModified"] = car.since.get(key, car.since.get("", now.isoformat()))
    return found


def timers(car: CarState, build: Build) -> Values:
    """`DEPARTURES` is the sign by which clients know that the target is a setting, not a profile."""
    if "TIMERS_EDIT" not in build.commands:
        return {}
    rows = [dict(one) for one in car.timers]
    plan = {"timerSubmitType": "CLIMATIZER_CHARGING", "timerSubmitMaxCount": MOST, "list": rows}
    return {"TIMERS": plan} | ({"DEPARTURES": {"list": []}} if "CHARGING_SETTINGS_EDIT" in build.commands else {})


def trips(car: CarState) -> Values:
    """Each drive, newest first; since the last charge; altogether."""
    every = sorted(car.trips, key=lambda one: str(one["tripEndTime"]), reverse=True)
    rows = {"SHORT_TERM": every[:1], "SHORT_TERM_HISTORY": every, "CYCLIC": _sum(every[:2]), "CYCLIC_HISTORY": _sum(every[:2]),
            "LONG_TERM": _sum(every), "LONG_TERM_HISTORY": _sum(every)}  # fmt: skip
    return {f"TRIP_STATISTICS_{key}": {"list": [dict(one) for one in value]} for key, value in rows.items()}


def _sum(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not rows:
        return []
    kilometres, minutes = (
        round(sum(one["distanceKm"] for one in rows), 1),
        sum(one["drivingTimeMinutes"] for one in rows),
    )
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
        "PARKING_BRAKE": {"isOn": not car.ignition},
        "TIMEZONE": {"name": car.zone},
        "GPS_LOCATION": {"location": f"{car.latitude},{car.longitude}", "direction": car.heading},
        "MILEAGE": {"kilometers": round(car.mileage)},
    }


def electric_range(car: CarState, build: Build) -> float:
    return car.charge / 100 * build.full_range


def _battery(car: CarState, build: Build, now: datetime) -> Values:
    here = course.source_now(car, build)
    flow = round(charging.power(here, car.charge), 1) if car.is_charging else 0
    rate = round(flow / build.battery * build.full_range / 60, 2) if flow else 0
    found: Values = {
        "BATTERY_LEVEL": {"percent": round(car.charge)},
        "E_RANGE": {"kilometers": round(electric_range(car, build))},
        "CHARGING_SUMMARY": _charging(car, build, now),
        "CHARGING_RATE": {
            "chargingRate": rate, "chargingPower": flow, "chargingRatekmPerMin": rate, "chargingPowerkW": flow,
            "maxChargingPowerkW": max(kw for _, kw in build.curve),
        },
        "CHARGING_SETTINGS": {
            "targetSoc": round(car.target), "minSoc": round(car.min_soc), "batteryCare": car.battery_care,
        },
    }  # fmt: skip
    if car.profiles:
        more = {"maxCount": MOST} if profiles.is_by_place(car) else {}
        found["CHARGING_PROFILES"] = {"list": [dict(one) for one in car.profiles], **more}
    return found


def _charging(car: CarState, build: Build, now: datetime) -> dict[str, Any]:
    wanted, status = profiles.wish(car, now), course.status(car, build, now)
    found: dict[str, Any] = {
        "status": status, "mode": wanted.mode, "minSoC": round(wanted.minimum), "targetSoC": round(wanted.target),
        "plug": course.plug(car), "current": car.current if car.outlet else None, "activeProfile": wanted.profile,
        "activeReason": wanted.reason, "showTimestamp": car.is_charging,
        "lastCharge": car.last_charge or None, "missedDeparture": car.missed or None,
    }  # fmt: skip
    if wanted.mode == "PROFILE" and not profiles.is_by_place(car):
        found["chargingProfile"] = {"minSoC": round(wanted.target)}
    if status == "CHARGING_ERROR":
        found["reason"] = "POST_FAULT"
    if status in ("CHARGING", "WAITING_FOR_TIMER"):
        reached = datetime.fromtimestamp(course.planned(car, build, wanted, now).at, UTC)
        found["targetDateTimeWithOffset"] = reached.isoformat(timespec="seconds")
        found["remainingTime"] = max(0, round((reached - now).total_seconds() / 60))
    return found


def _fuel(car: CarState, build: Build) -> Values:
    fuel_range = car.fuel / 100 * build.full_fuel_range
    found: Values = {
        "FUEL_LEVEL": {"percent": round(car.fuel)},
        "RANGE": {"kilometers": round(fuel_range)},
    }
    return found | _service("OIL_SERVICE", car.oil_service)


def _climate(car: CarState, build: Build, now: datetime) -> Values:
    shared = {
        "targetTemperature": round(car.climate_target + ZERO, 2), "insideTemperature": round(car.inside + ZERO, 1),
        "cabinTemperature": round(car.inside + ZERO, 1), "outsideTemperature": round(car.outside + ZERO, 1),
        "climateZonesEnabled": dict(car.zones),
    }  # fmt: skip
    summary = {
        "status": climate.status(car), "remainingTime": _minutes(car.climate_ends if car.is_climate_on else "", now),
        "seatHeating": dict(car.seats), "steeringWheelHeating": car.wheel_heating, "defrost": car.defrost,
        "endedBecause": car.ended_because, "lastRun": car.last_run or None, "notPossible": car.not_possible or None,
    }  # fmt: skip
    if build.battery:
        summary["rangeCostKm"] = round(CLIMATE_KW * RUNS / 3600 / build.battery * build.full_range, 1)
    return {"HVAC_SUMMARY": {**summary, **shared}, "CLIMATIZER_STATE": {"isOn": car.is_climate_on, **shared}}


def _heater(car: CarState, now: datetime) -> Values:
    return {"HEATING_STATE": {"isOn": car.is_heating, "remainingTime": _minutes(car.heating_ends, now)}}


def _minutes(ends: str, now: datetime) -> int:
    return max(0, round((datetime.fromisoformat(ends) - now).total_seconds() / 60)) if ends else 0


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
