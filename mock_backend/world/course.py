"""How a road bends on its way: gently, and by its own dice."""

from __future__ import annotations

from mock_backend.world.dice import Dice
from mock_backend.world.plane import METRE, Flat, apart

STEP = 260 * METRE
SHORT = 350 * METRE
BEND, SWING, WIGGLE = 70, 60, 14
"""Thousandths of its length: to one side, to and fro, and small."""


def bent(start: Flat, end: Flat, dice: Dice) -> list[Flat]:
    """A line with a place about every STEP; both ends as they are."""
    whole = apart(start, end)
    parts = max(1, whole // STEP)
    bend, swing = dice.around(BEND), dice.around(SWING)
    if whole < SHORT:
        return [start, end]
    wiggles = [dice.around(WIGGLE) for _ in range(parts + 1)]
    across = (start[1] - end[1], end[0] - start[0])
    found = [start]
    for part in range(1, parts):
        rest = parts - part
        hill = 4 * part * rest
        aside = hill * bend * parts + hill * swing * (rest - part)
        aside = aside // parts**3 + wiggles[part] * 1200 * METRE // whole
        found.append(tuple(
            start[axis] + (end[axis] - start[axis]) * part // parts + across[axis] * aside // 1000 for axis in (0, 1)
        ))  # type: ignore[arg-type]  # fmt: skip
    return [*found, end]
