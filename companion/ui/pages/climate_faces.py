"""What the climate page says, computed from the snapshot: no widgets here."""

from __future__ import annotations

from companion.model.climate import Climate
from companion.model.state import State
from companion.ui import format as fmt
from companion.ui.pages.command_faces import why_shut
from companion.ui.text import has, text

WORDS = ("OFF", "ON", "HEATING", "COOLING", "VENTILATING")
CAN = "REMOTE_CLIMATIZER_START"


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
    """Why nothing can be set here; empty if it can."""
    return why_shut(state, CAN, "climate.cannot")


def degrees(value: float | None) -> str:
    return "–" if value is None else fmt.unit(value, "°C", 1)
