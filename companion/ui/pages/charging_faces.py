"""What the charging page says, computed from the snapshot: no widgets here."""

from __future__ import annotations

from datetime import datetime

from companion.model import local_time
from companion.model.charging import Charging, Profile
from companion.model.state import State
from companion.model.vehicle import Vehicle
from companion.ui import format as fmt
from companion.ui.pages.command_faces import why_shut
from companion.ui.pages.profile_faces import name as profile_name
from companion.ui.text import has, text

CAN, SETS = "DIRECT_CHARGING_START", "CHARGING_SETTINGS_EDIT"


def why_not(state: State) -> str:
    """Why nothing can be set here; empty if it can."""
    return why_shut(state, CAN, "charging.cannot")


def status(charging: Charging) -> str:
    """How it stands; a word that this version does not know is shown as it is."""
    if charging.status is None:
        return text("charging.unknown")
    if charging.is_charging and charging.target is not None:
        aim = charging.target
        return text("charging.to", percent=fmt.percent(aim))
    name = f"charging.is_{charging.status.lower()}"
    words = text(name) if has(name) else charging.status.replace("_", " ").capitalize()
    return f"{words}: {text('charging.post_fault')}" if charging.error == "POST_FAULT" else words


def plug(charging: Charging) -> tuple[str, str]:
    """Icon and words of the cable."""
    name = f"charging.plug_{charging.plug.lower()}" if charging.plug is not None else ""
    if name and has(name):
        return "plug", text(name)
    return "plug", text("charging.plug_connected" if charging.is_plugged else "charging.plug_disconnected")


def reached(charging: Charging, now: datetime, zone: str = "") -> tuple[str, str]:
    """When the target is reached by the clock in the car, as the plan has it, and the hours and minutes until then."""
    if charging.reached_at is None:
        return "", ""
    left = charging.reached_at - now
    seconds = max(0, round(left.total_seconds()))
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    there = local_time.moment(local_time.shown(charging.reached_at, zone), "")
    here = local_time.moment(local_time.shown(now, zone), "")
    return fmt.day(there, here), f"{hours}:{minutes:02}{fmt.THIN}h"


def power(charging: Charging) -> str:
    return "" if charging.power is None or not charging.is_charging else fmt.unit(charging.power, "kW", 1)


def rate(charging: Charging) -> str:
    """The car tells kilometres a minute; people think of an hour."""
    return "" if not charging.rate or not charging.is_charging else fmt.unit(charging.rate * 60, "km/h")


def mode(charging: Charging) -> str:
    """Why this target is in force."""
    if charging.reason is None:
        return ""
    profile = next((one for one in charging.profiles if one.id == charging.profile), None)
    name = f"charging.because_{charging.reason.lower()}"
    if profile is not None and charging.reason == "SETTING":
        # Where there are profiles, one of them is in force.
        name = "charging.because_profile" if profile.older else "charging.because_elsewhere"
    elif profile is None and charging.reason == "PLACE":
        name = "charging.because_place_unknown"
    if not has(name):
        return ""
    words = text(name, profile=profile_name(profile) if profile is not None else "")
    return f"{words} {_care(charging, profile)}".strip()


def _care(charging: Charging, profile: Profile | None) -> str:
    """That battery care ends a charge before the profile would; a timer's charge it lets be."""
    target = None if profile is None else profile.target
    if not charging.battery_care or charging.reason == "TIMER" or None in (target, charging.target):
        return ""
    return text("charging.because_care", percent=fmt.percent(charging.target)) if charging.target < target else ""  # type: ignore[operator, arg-type]


def is_by_setting(charging: Charging) -> bool:
    """Whether the setting is what it charges by now: no departure, and no profile of a place."""
    here = next((one for one in charging.profiles if one.id == charging.profile), None)
    return charging.reason in ("SETTING", "DIRECT") and (here is None or here.place is None)


def effective(charging: Charging) -> str:
    """The setting and what is in force, where they differ."""
    if charging.set_target is None or charging.target is None or charging.set_target == charging.target:
        return ""
    return text("charging.differs", set=fmt.percent(charging.set_target), now=fmt.percent(charging.target))


def fuel(vehicle: Vehicle) -> str:
    energy = vehicle.energy
    if energy.fuel_percent is None:
        return ""
    reach = fmt.kilometres(energy.fuel_range_km) if energy.fuel_range_km is not None else "–"
    return text("charging.fuel", percent=fmt.percent(energy.fuel_percent), reach=reach)
