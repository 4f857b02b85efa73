"""Tyre pressures."""

from __future__ import annotations

from dataclasses import dataclass

TOLERANCE_BAR = 0.3
"""A difference beyond this is a problem; the public client draws the same line."""


@dataclass(frozen=True, slots=True)
class Tyre:
    """Pressure and difference from the recommended one, in bar."""

    actual_bar: float | None = None
    difference_bar: float | None = None

    @property
    def is_low(self) -> bool:
        return self.difference_bar is not None and self.difference_bar < -TOLERANCE_BAR

    @property
    def is_ok(self) -> bool | None:
        return None if self.difference_bar is None else abs(self.difference_bar) <= TOLERANCE_BAR


@dataclass(frozen=True, slots=True)
class Tyres:
    front_left: Tyre = Tyre()
    front_right: Tyre = Tyre()
    rear_left: Tyre = Tyre()
    rear_right: Tyre = Tyre()

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter((self.front_left, self.front_right, self.rear_left, self.rear_right))
