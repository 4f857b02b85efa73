"""What the climate page says, computed from the snapshot: no widgets here."""

from __future__ import annotations

import math

from companion.model.climate import COOLEST, STEP, WARMEST, Climate
from companion.model.energy import Energy
from companion.model.state import State
from companion.ui import format as fmt
from companion.ui.pages.command_faces import why_shut
from companion.ui.text import has, text

WORDS = ("OFF", "ON", "HEATING", "COOLING", "VENTILATING")
TOO_LOW = ("BATTERY_LOW", "TWELVE_VOLT_LOW")
"""Ends that ask something of the owner."""
CAN, HEATS = "REMOTE_CLIMATIZER_START", "REMOTE_HEATING_START"


def status(climate: Climate) -> str:
    """How it runs, and how long still; a word that this version does not know is shown as it is."""
    if climate.status is None:
        return text("climate.unknown")
    known = climate.status in WORDS
    words = text(f"climate.is_{climate.status.lower()}") if known else climate.status.replace("_", " ").capitalize()
    if climate.is_on and climate.minutes_left is not None:
        return text("climate.running", words=words, minutes=fmt.number(climate.minutes_left))
    return words


def ended(climate: Climate) -> str:
    """Why it stopped, where that is worth a word."""
    if climate.is_on or climate.ended_because is None:
        return ""
    name = f"climate.ended_{climate.ended_because.lower()}"
    return text(name) if has(name) else text("climate.ended_other", reason=climate.ended_because)


def cost(climate: Climate) -> str:
    return "" if climate.range_cost is None else text("climate.cost", km=fmt.kilometres(climate.range_cost))


def why_not(state: State) -> str:
    """Why nothing can be set here; empty if it can. A car that only has a heater can be heated."""
    vehicle = state.vehicle
    heats = vehicle is not None and HEATS in vehicle.capabilities and CAN not in vehicle.capabilities
    return why_shut(state, HEATS if heats else CAN, "climate.cannot")


def heater(climate: Climate) -> str:
    if climate.heater is None:
        return text("climate.heater_unknown")
    if climate.heater and climate.heater_minutes is not None:
        return text("climate.heater_left", minutes=fmt.number(climate.heater_minutes))
    return text("climate.heater_on" if climate.heater else "climate.heater_off")


def heater_fuel(energy: Energy) -> str:
    """What the heater takes from."""
    return "" if energy.fuel_percent is None else text("climate.heater_fuel", percent=fmt.percent(energy.fuel_percent))


def degrees(value: float | None) -> str:
    return "–" if value is None else fmt.temperature(value)


# The slider goes in half degrees Celsius or in whole degrees Fahrenheit, as the region counts.


def positions() -> tuple[int, int]:
    """The slider's first and last place."""
    if fmt.is_fahrenheit():
        return math.ceil(fmt.fahrenheit(COOLEST)), math.floor(fmt.fahrenheit(WARMEST))
    return round(COOLEST / STEP), round(WARMEST / STEP)


def position(celsius: float) -> int:
    return round(fmt.fahrenheit(celsius)) if fmt.is_fahrenheit() else round(celsius / STEP)


def celsius(position: int) -> float:
    return round((position - 32) / 1.8, 2) if fmt.is_fahrenheit() else position * STEP
