"""How charge grows: the car's curve, never more than what is plugged in, worked out from two times without ticks."""

from __future__ import annotations

from itertools import pairwise

from mock_backend.vehicle.build import Build

STEP = 1.0
"""Percent over which the power is taken as even."""


def power(build: Build, percent: float, outlet: float) -> float:
    """kW that flow at this charge."""
    return min(outlet, _on_curve(build, percent))


def after(build: Build, percent: float, target: float, outlet: float, seconds: float) -> float:
    """The charge that many seconds later."""
    while seconds > 0 and percent < target:
        goal = min(target, (percent // STEP + 1) * STEP)
        needed = _seconds(build, percent, goal, outlet)
        if needed > seconds:
            return percent + (goal - percent) * seconds / needed
        percent, seconds = goal, seconds - needed
    return percent


def duration(build: Build, percent: float, target: float, outlet: float) -> float:
    """Seconds until the target."""
    total = 0.0
    while percent < target:
        goal = min(target, (percent // STEP + 1) * STEP)
        total += _seconds(build, percent, goal, outlet)
        percent = goal
    return total


def _seconds(build: Build, percent: float, goal: float, outlet: float) -> float:
    energy = (goal - percent) / 100 * build.battery
    return energy / power(build, (percent + goal) / 2, outlet) * 3600


def _on_curve(build: Build, percent: float) -> float:
    for (low, first), (high, last) in pairwise(build.curve):
        if low <= percent <= high:
            return first + (last - first) * (percent - low) / (high - low)
    return build.curve[-1][1]
