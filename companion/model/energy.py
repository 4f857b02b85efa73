"""What drives the car: charge, fuel, range and distance covered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Engine(StrEnum):
    BEV = "BEV"
    PHEV = "PHEV"
    COMBUSTION = "COMBUSTION"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Energy:
    """Percent 0..100, distances in kilometres; None where the car has not said."""

    charge_percent: float | None = None
    target_percent: float | None = None
    electric_range_km: float | None = None
    fuel_percent: float | None = None
    fuel_range_km: float | None = None
    mileage_km: float | None = None

    @property
    def range_km(self) -> float | None:
        known = [r for r in (self.electric_range_km, self.fuel_range_km) if r is not None]
        return sum(known) if known else None
