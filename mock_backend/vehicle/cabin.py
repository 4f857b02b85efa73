"""How warm the cabin is: towards what is wanted while the climate runs, towards the weather while it does not."""

from __future__ import annotations

import math

RUNS = 30 * 60.0
"""Seconds after which the climate ends by itself."""
QUICK, SLOW = 6 * 60.0, 75 * 60.0
"""Time constants with and without the climate, in seconds."""
ZERO = 273.15
ZONES = ("frontLeft", "frontRight", "rearLeft", "rearRight")


def after(inside: float, wanted: float, seconds: float, is_on: bool) -> float:
    """Degrees Celsius that many seconds later."""
    return wanted + (inside - wanted) * math.exp(-seconds / (QUICK if is_on else SLOW))


def until(apart: float, close: float) -> float:
    """Seconds until the cabin is as close to what is wanted, with the climate on."""
    return QUICK * math.log(apart / close)
