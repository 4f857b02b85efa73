"""The figures of speed and memory stay near their limits; `python3 dev.py bench` judges them exactly."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.bench import door, idle, start
from tests.bench.measure import Amount, Finding, Ratio, Sample

SLACK = 1.5
"""This run shares its machine with whatever else there is."""


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "bench",
    [
        partial(start.first_window, 5), partial(start.backend_ready, 3), partial(door.door, 100), partial(idle.idle, 1),
    ],
    ids=["first-window", "backend-ready", "door", "idle"],
)  # fmt: skip
def test_the_figure_is_near_its_limit(bench: Callable[[], list[Finding]]) -> None:
    assert [str(finding) for finding in bench() if not finding.holds(SLACK)] == []


def test_a_ratio_is_judged_by_its_medians_and_says_so() -> None:
    ours, base = Sample("ours", (9.0, 2.0, 2.0)), Sample("base", (1.0, 1.0, 1.0))
    slow = Ratio("it", ours, base, 1.9)
    assert str(slow) == "it: ratio 2.00 (limit 1.9) MISSED\n    ours 2 ms [2-9] / base 1 ms [1-1], 3 times each"
    assert slow.holds(1.1)
    assert not Ratio("it", ours, base, 2.0, faster=True).holds()
    assert Ratio("it", base, ours, 2.0, faster=True).holds()
    assert str(Ratio("it", base, ours, 2.0, faster=True)).startswith("it: ratio 2.00 (limit at least 2) ok")


def test_an_amount_is_judged_by_itself() -> None:
    assert Amount("it", 0, 0, "in 20 s").holds()
    assert not Amount("it", 1, 0, "in 20 s").holds(SLACK)
    assert str(Amount("it", 1.4, 1, "%")) == "it: 1.4 % (limit 1) MISSED"
