"""What a charging profile says: no widgets here."""

from __future__ import annotations

from datetime import datetime

from companion.model.charging import Profile
from companion.model.profiles import ELSEWHERE_NAME, LARGEST, LONGEST_NAME, SMALLEST, is_elsewhere
from companion.model.vehicle import Vehicle
from companion.ui import format as fmt
from companion.ui.text import text

NAMES = {
    "home": ("home", "zuhause", "daheim", "maison", "domicile", "chez moi"),
    "work": ("work", "office", "arbeit", "büro", "firma", "travail", "bureau"),
}
"""Icon -> words in a name that it stands for, in every language: a list is made in one and read in another."""


def icon(one: Profile) -> str:
    if is_elsewhere(one):
        return "globe"
    name = one.name.casefold()
    found = next((icon for icon, words in NAMES.items() if any(word in name for word in words)), None)
    return found or ("globe" if one.place is None else "locate")


def name(one: Profile) -> str:
    """As its owner named it; the one that nobody has named in the language in force."""
    return text("profiles.elsewhere") if is_elsewhere(one) and one.name == ELSEWHERE_NAME else one.name


def second(one: Profile) -> str:
    """Whether it is on, its minimum and how far it reaches, as far as that says something."""
    parts = [] if one.enabled and not one.older else [text("profiles.on" if one.enabled else "profiles.off")]
    if one.minimum is not None:
        parts.append(text("profiles.minimum", percent=fmt.percent(one.minimum)))
    if one.place is not None:
        parts.append(text("profiles.within", metres=fmt.unit(one.place[2], "m")))
    return " · ".join(parts)


def wrong(key: str) -> str:
    """What is wrong with a part of a profile, as `model.profiles.trouble` names it."""
    return text(f"profiles.wrong_{key}").format(most=LONGEST_NAME, low=fmt.number(SMALLEST), high=fmt.number(LARGEST))


def here(vehicle: Vehicle, now: datetime) -> str:
    """How old it is what the car told of its place; empty if it told none."""
    if vehicle.position is None:
        return ""
    told = vehicle.reported_at or vehicle.position.since
    return text("profiles.here_age", age=fmt.ago(now - told) if told is not None else "–")
