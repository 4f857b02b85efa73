"""How charge grows: the car's curve, never more than what is plugged in, worked out from two times without ticks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from mock_backend.vehicle.build import Build

STEP = 1.0
"""Percent over which the power is taken as even."""
MARK, NEAR = 5.0, 0.01
"""Percent after which a car says how its charge stands; percent below which a charge counts as reached."""
LEAST = 0.1
"""kW that a post leaves for the battery, whatever else draws from it."""
WARM, COLDEST, LEFT = 10.0, -20.0, 0.4
"""Invented: below WARM degrees Celsius the battery takes less, down to LEFT of its curve at COLDEST."""


@dataclass(frozen=True, slots=True)
class Source:
    """A battery at a post: `kw` is what the post gives."""

    build: Build
    kw: float
    celsius: float = WARM

    def beside(self, kw: float) -> Source:
        """While something else draws so much from the same post."""
        return replace(self, kw=max(LEAST, self.kw - kw))


def cold(celsius: float) -> float:
    """The part of its curve that a battery takes at this temperature."""
    share = (min(max(celsius, COLDEST), WARM) - COLDEST) / (WARM - COLDEST)
    return LEFT + (1 - LEFT) * share


def power(source: Source, percent: float) -> float:
    """kW that flow at this charge."""
    return min(source.kw, _on_curve(source.build, percent) * cold(source.celsius))


def after(source: Source, percent: float, target: float, seconds: float) -> float:
    """The charge that many seconds later."""
    while seconds > 0 and percent < target:
        goal = min(target, (percent // STEP + 1) * STEP)
        needed = _seconds(source, percent, goal)
        if needed > seconds:
            return percent + (goal - percent) * seconds / needed
        percent, seconds = goal, seconds - needed
    return percent


def duration(source: Source, percent: float, target: float) -> float:
    """Seconds until the target."""
    total = 0.0
    while percent < target:
        goal = min(target, (percent // STEP + 1) * STEP)
        total += _seconds(source, percent, goal)
        percent = goal
    return total


def drained(build: Build, kw: float, seconds: float) -> float:
    """Percent that something draws from the battery meanwhile."""
    return kw * seconds / 3600 / build.battery * 100


def _seconds(source: Source, percent: float, goal: float) -> float:
    energy = (goal - percent) / 100 * source.build.battery
    return energy / power(source, (percent + goal) / 2) * 3600


def _on_curve(build: Build, percent: float) -> float:
    for (low, first), (high, last) in pairwise(build.curve):
        if low <= percent <= high:
            return first + (last - first) * (percent - low) / (high - low)
    return build.curve[-1][1]
