"""When to charge: pure functions of time and charge. Seconds since 1970 inside; who asks turns them into moments.

First at once to the minimum; then so that the target is reached at the departure, in the best windows that there are, of
those the latest ones; without a departure at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mock_backend.vehicle import charging
from mock_backend.vehicle.charging import MARK, NEAR, Source

Window = tuple[float, float, float]
"""Rank, start and end: a lower rank (a cheaper hour) is taken first."""
CLIMATE_KW, CLIMATE_TIME = 2.0, 20 * 60.0
"""What the climate draws, and how long it runs before a departure."""
EARLY = 60.0
"""Seconds before the departure at which the target is reached: nothing that is worked out anew comes too late for it."""
TRIES = 8


@dataclass(frozen=True, slots=True)
class Ask:
    """`preferred` None: whenever it fits."""

    now: float
    percent: float
    minimum: float
    target: float
    departure: float | None = None
    climate: bool = False
    preferred: Sequence[Window] | None = None

    @property
    def climate_from(self) -> float:
        return self.departure - CLIMATE_TIME if self.climate and self.departure is not None else float("inf")


@dataclass(frozen=True, slots=True)
class Slot:
    start: float
    end: float
    kw: float
    percent_from: float
    percent_to: float
    kind: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`at`: when `percent` is reached; `slots` of charging and climate in their order."""

    feasible: bool
    slots: tuple[Slot, ...]
    percent: float
    at: float

    @property
    def charging(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.kind != "climate"]


def plan(ask: Ask, source: Source) -> Plan:
    slots = _at_once(ask, ask.minimum, source, "minimum")
    now, percent = (slots[-1].end, slots[-1].percent_to) if slots else (ask.now, ask.percent)
    rest = Ask(now, percent, ask.minimum, ask.target, ask.departure, ask.climate, ask.preferred)
    slots += _by_departure(rest, source) if ask.departure is not None else _at_once(rest, ask.target, source, "charge")
    last = slots[-1] if slots else Slot(ask.now, ask.now, 0, ask.percent, ask.percent, "charge")
    is_reached = last.percent_to >= ask.target - NEAR and not (ask.departure is not None and last.end > ask.departure)
    ordered = sorted([*slots, *_climate(ask, slots)], key=lambda slot: (slot.start, slot.kind))
    return Plan(is_reached, tuple(ordered), last.percent_to, last.end)


def _at_once(ask: Ask, goal: float, source: Source, kind: str) -> list[Slot]:
    return _fill([(ask.now, float("inf"))], ask, goal, source, kind)


def _by_departure(ask: Ask, source: Source) -> list[Slot]:
    assert ask.departure is not None
    if ask.percent >= ask.target - NEAR:
        return []
    end = ask.departure - EARLY
    if ask.preferred is not None:
        inside = [(rank, max(ask.now, opens), min(end, closes)) for rank, opens, closes in ask.preferred]
        slots = _latest([one for one in inside if one[1] < one[2]], ask, source)
        if slots and slots[-1].percent_to >= ask.target - NEAR:
            return slots
    return _latest([(0, ask.now, end)], ask, source) if ask.now < end else []


def _latest(windows: Sequence[Window], ask: Ask, source: Source) -> list[Slot]:
    """Where the climate draws from the post as well it takes a little longer: that is found by trying."""
    needed, there = (
        charging.duration(source, ask.percent, ask.target),
        sum(closes - opens for _, opens, closes in windows),
    )
    slots: list[Slot] = []
    for _ in range(TRIES):
        slots = _fill(choose(windows, needed), ask, ask.target, source, "charge")
        reached = slots[-1].percent_to if slots else ask.percent
        if reached >= ask.target - NEAR or needed >= there:
            break
        needed += charging.duration(source, reached, ask.target) + 1
    return slots


def choose(windows: Iterable[Window], seconds: float) -> list[tuple[float, float]]:
    """So many seconds of the lowest ranks, of those the latest; in their order, neighbours as one."""
    chosen: list[tuple[float, float]] = []
    for _, opens, closes in sorted(windows, key=lambda one: (one[0], -one[1])):
        if seconds <= 0:
            break
        start = max(opens, closes - seconds)
        seconds -= closes - start
        chosen.append((start, closes))
    return _joined(sorted(chosen))


def _joined(chosen: list[tuple[float, float]]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for start, end in chosen:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _fill(chosen: Iterable[tuple[float, float]], ask: Ask, goal: float, source: Source, kind: str) -> list[Slot]:
    """The slots in which the charge grows from window to window, until the goal."""
    slots: list[Slot] = []
    percent = ask.percent
    for start, end, here in _parts(chosen, ask, source):
        if percent >= goal - NEAR:
            break
        grown = charging.after(here, percent, goal, end - start)
        closes = min(end, start + charging.duration(here, percent, goal)) if grown >= goal else end
        slots.append(Slot(start, closes, charging.power(here, percent), percent, grown, kind))
        percent = grown
    return slots


def _parts(chosen: Iterable[tuple[float, float]], ask: Ask, source: Source) -> Iterable[tuple[float, float, Source]]:
    """Windows cut where the climate begins and ends."""
    begins, ends = ask.climate_from, ask.departure or float("inf")
    for start, end in chosen:
        cuts = [start, *(cut for cut in (begins, ends) if start < cut < end and begins < float("inf")), end]
        for first, last in pairwise(cuts):
            yield first, last, source.beside(CLIMATE_KW) if begins <= first < ends else source


def _climate(ask: Ask, slots: list[Slot]) -> list[Slot]:
    if not ask.climate or ask.departure is None:
        return []
    start = max(ask.now, ask.climate_from)
    first, last = percent_at(ask, slots, start), percent_at(ask, slots, ask.departure)
    return [Slot(start, ask.departure, CLIMATE_KW, first, last, "climate")]


def percent_at(ask: Ask, slots: Iterable[Slot], at: float) -> float:
    """Between the ends of a slot as if it grew evenly."""
    percent = ask.percent
    for slot in slots:
        if slot.end <= at:
            percent = slot.percent_to
        elif slot.start < at:
            share = (at - slot.start) / (slot.end - slot.start)
            percent = slot.percent_from + share * (slot.percent_to - slot.percent_from)
    return percent


def curve(ask: Ask, found: Plan, source: Source) -> list[tuple[float, float]]:
    """How the charge goes on: (when, percent), as points of a line."""
    points = [(ask.now, ask.percent)]
    for slot in found.charging:
        points.append((slot.start, slot.percent_from))
        here = source.beside(CLIMATE_KW) if slot.start >= ask.climate_from else source
        mark = (slot.percent_from // MARK + 1) * MARK
        while mark < slot.percent_to:
            points.append((slot.start + charging.duration(here, slot.percent_from, mark), mark))
            mark += MARK
        points.append((slot.end, slot.percent_to))
    if ask.departure is not None and ask.departure > points[-1][0]:
        points.append((ask.departure, points[-1][1]))
    return [one for number, one in enumerate(points) if number == 0 or one != points[number - 1]]
