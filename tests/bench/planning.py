"""A plan over a week of a tariff by the quarter of an hour, against one pass over its slots in plain Python."""

from __future__ import annotations

import time

from mock_backend.vehicle.build import Build
from mock_backend.vehicle.charging import Source
from mock_backend.vehicle.plan import Ask, plan
from tests.bench.measure import Finding, Ratio, Sample, in_turns

QUARTER, WEEK = 900.0, 7 * 96
LIMIT = 50.0
RUNS = 50
CURVE = ((0.0, 180.0), (10.0, 250.0), (50.0, 230.0), (80.0, 90.0), (100.0, 25.0))
BUILD = Build((), (), (), (), (), battery=97.0, full_range=400.0, curve=CURVE)
TARIFF = [(float(number * 37 % 101), number * QUARTER, (number + 1) * QUARTER) for number in range(WEEK)]
ASK = Ask(0.0, 12.0, 20.0, 95.0, departure=WEEK * QUARTER, climate=True, preferred=TARIFF)


def planning(times: int = 9) -> list[Finding]:
    ours, base = in_turns(times, _plan, _pass_over)
    note = f"{WEEK} slots, {len(plan(ASK, Source(BUILD, 11.0)).slots)} chosen, {RUNS} each"
    return [Ratio("planning", Sample("plan", ours, "us"), Sample("one pass", base, "us"), LIMIT, note=note)]


def _plan() -> float:
    source = Source(BUILD, 11.0)
    started = time.perf_counter()
    for _ in range(RUNS):
        assert plan(ASK, source).feasible
    return (time.perf_counter() - started) / RUNS * 1e6


def _pass_over() -> float:
    """What each slot costs, summed up."""
    started = time.perf_counter()
    for _ in range(RUNS):
        total = 0.0
        for rank, opens, closes in TARIFF:
            total += rank * (closes - opens) / 3600 * 11.0
        assert total > 0
    return (time.perf_counter() - started) / RUNS * 1e6
