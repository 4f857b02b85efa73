"""How the car would charge: its own answer to what it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from companion.model.charging import Timer


@dataclass(frozen=True, slots=True)
class PlanAsk:
    """What the car is asked about; None: as it stands in the car. `timers`: as if it had these and no others. Percent;
    `profile` by its number.
    """

    timers: tuple[Timer, ...] | None = None
    profile: int | None = None
    target: int | None = None
    minimum: int | None = None


@dataclass(frozen=True, slots=True)
class PlanSlot:
    """Charging (`minimum`, `charge`) or `climate` between two moments."""

    start: datetime
    end: datetime
    kw: float
    percent_from: float
    percent_to: float
    kind: str


@dataclass(frozen=True, slots=True)
class ChargePlan:
    """`reason`: why it does not come out, in the car's own word. `failed`: an error key, where it could not be asked."""

    vin: str
    ask: PlanAsk = PlanAsk()
    now: datetime | None = None
    reason: str | None = None
    slots: tuple[PlanSlot, ...] = ()
    percent: float = 0.0
    reached_at: datetime | None = None
    departure: datetime | None = None
    target: float | None = None
    minimum: float | None = None
    curve: tuple[tuple[datetime, float], ...] = ()
    """How the charge grows: percent."""
    power: tuple[tuple[float, float], ...] = ()
    """What flows at each percent, in kW, at this post and this temperature."""
    failed: str | None = None

    @property
    def is_feasible(self) -> bool:
        return self.reason is None
