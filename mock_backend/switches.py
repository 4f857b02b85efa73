"""The switches of a car's head unit, and what each of them closes. The car lives by them; the maker knows what the car said.

private mode        nothing passes between the car and anybody, but the emergency call
remote access       off: only the owner's app is shut out, at the maker; the car goes on reporting (our choice)
a service           off: nothing passes for this service
without location    off: nothing passes for the services of that group, as far as the notice names them
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from mock_backend.catalogue import Activity, resource

PRIVATE_MESSAGE, MESSAGE = "product.private_mode_message", "product.switch_message"
EMERGENCY = "product.emergency_call"
WITHOUT_LOCATION = ("software_update", "smart_service", "trip_control")
"""The group as far as the notice names it."""
ON_BOARD = ("vehicle", "pcm")
"""The parties that ride in the car: an edge from or to one of them is an edge of that car."""
ALWAYS = ("GLOBAL_PRIVACY_MODE", "REMOTE_ACCESS_AUTHORIZATION", "GLOBAL_TIMESTAMP")
"""Measurements that say how the switches stand; they hide nothing and are never hidden."""
OWN = {
    "lock_unlock": ("LOCK_STATE_VEHICLE",),
    "climate": ("HVAC_SUMMARY", "CLIMATIZER_STATE", "HEATING_STATE"),
    "e_control": ("CHARGING_", "BATTERY_LEVEL", "E_RANGE", "TIMERS", "DEPARTURES"),
    "trip_control": ("TRIP_STATISTICS_",),
    "car_finder": ("GPS_LOCATION", "POSITION_TRIGGER"),
}
"""Measurements that a service may report for itself, beside car_control, which reports everything."""
SHARED = ("LOCK_STATE_VEHICLE", "BATTERY_LEVEL", "E_RANGE", "GPS_LOCATION")
"""Those of them that belong to car_control as well."""


@dataclass
class Switches:
    """`since`: switch or service -> when it was last flipped, ISO 8601. `off`: the services switched off one by one."""

    private_mode: bool = False
    remote_access: bool = True
    without_location: bool = True
    off: list[str] = field(default_factory=list)
    since: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, table: Mapping[str, Any]) -> Switches:
        return cls(**{key: value for key, value in table.items() if key in cls.__dataclass_fields__})

    def dump(self) -> dict[str, Any]:
        return asdict(self)


class Services:
    """Every service that can be switched -> whether a position is among its data."""

    def __init__(self, activities: Mapping[str, Activity]) -> None:
        rows = tomllib.loads(resource("privacy", "items.toml").read_text("utf-8"))["item"]
        places = {row["id"] for row in rows if row["category"] == "location"}
        found: dict[str, bool] = {}
        for activity in activities.values():
            if activity.kind in ("service", "sub_service"):
                found[activity.service] = found.get(activity.service, False) or not places.isdisjoint(activity.items)
        self.positions = {name: found[name] for name in sorted(found)}

    def why_off(self, switches: Switches, service: str) -> str:
        """Why nothing passes for a service; empty if it may. What is of no service has no switch."""
        if not switches.without_location and service in WITHOUT_LOCATION:
            return "GROUP_OFF"
        return "SERVICE_OFF" if service in switches.off else ""

    def why_closed(self, switches: Switches, source: str, target: str, activity: str) -> str:
        """Why an edge from or to a car is closed; empty if it is open."""
        if (source, target, activity) == ("vehicle", "emergency", EMERGENCY):
            return ""
        if switches.private_mode:
            return "PRIVATE_MODE"
        return self.why_off(switches, activity.partition(".")[0])

    def reported(self, switches: Switches, service: str, measured: Mapping[str, Any]) -> dict[str, Any]:
        """The measurements that a report for a service may carry."""
        if self.why_off(switches, "car_control"):
            mine = ALWAYS + OWN.get(service, ())
            return {key: value for key, value in measured.items() if key.startswith(mine)}
        hidden = tuple(key for name, keys in OWN.items() if self.why_off(switches, name) for key in keys)
        return {key: value for key, value in measured.items() if key.startswith(SHARED) or not key.startswith(hidden)}
