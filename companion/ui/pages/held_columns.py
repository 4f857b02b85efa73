"""How wide the held table's columns are: words of a known kind as wide as they are, the rest shared."""

from __future__ import annotations

from collections.abc import Mapping

from companion.ui.pages.held_faces import COLUMNS
from companion.ui.parts import paint
from companion.ui.text import text

SIDE, GAP = 16, 12
BAR = 72
"""Of the time left."""
SHARES = {"what": 29, "holder": 19, "service": 19, "kept": 33}
NOTICE = 74
ROOMY, NARROW = 1120, 960
"""Widths from which on the bar stands beside its words, and below which two columns give way."""
GIVEN_UP = ("service", "since")


def widths(wide: int, right: int = SIDE) -> Mapping[str, int]:
    """Column -> its width with the gap behind it; the first and the last have the card's side too. Absent: not shown.

    `right`: what is left of the side at the right, beside a scroll bar.
    """
    shown = [name for name in COLUMNS if wide >= NARROW or name not in GIVEN_UP]
    fixed = {"since": _since(), "left": _left(wide), "notice": NOTICE}
    room = wide - SIDE - right - sum(fixed.get(name, 0) for name in shown)
    whole = sum(SHARES.get(name, 0) for name in shown)
    found = {name: fixed.get(name) or room * SHARES[name] // whole for name in shown}
    found["what"] += SIDE
    found["notice"] = wide - sum(width for name, width in found.items() if name != "notice")
    return found


def is_beside(width: float) -> bool:
    """Whether a bar and its words fit side by side."""
    return width >= BAR + 10 + _words()


def _since() -> int:
    longest = (text(f"held_table.{day}", time="00:00") for day in ("today", "yesterday"))
    return round(max(paint.width_of(words, "body", tabular=True) for words in longest)) + 2 + GAP


def _words() -> int:
    longest = text("held.left", span=text("span.hours_minutes", h=23, m=59))
    return round(paint.width_of(longest, "body", tabular=True)) + 2


def _left(wide: int) -> int:
    return _words() + GAP + (BAR + 10 if wide >= ROOMY else 0)
