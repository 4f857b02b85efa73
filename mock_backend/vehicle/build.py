"""What a car is made of: never changes, comes from the garage file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Build:
    """Parts by their names in the measurements. `battery` kWh, `tank` litres, ranges km when full, `curve` [percent, kW]; 0
    or () where there is none."""

    doors: tuple[str, ...]
    lids: tuple[str, ...]
    windows: tuple[str, ...]
    others: tuple[str, ...]
    commands: tuple[str, ...]
    battery: float = 0.0
    full_range: float = 0.0
    curve: tuple[tuple[float, float], ...] = ()
    outlet: float = 11.0
    full_fuel_range: float = 0.0
    tank: float = 0.0

    @classmethod
    def new(cls, table: Mapping[str, Any], commands: list[str]) -> Build:
        given: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
        }
        given["curve"] = tuple((point[0], point[1]) for point in table.get("curve", ()))
        return cls(**given, commands=tuple(commands))

    @property
    def parts(self) -> tuple[str, ...]:
        return self.doors + self.lids + self.windows + self.others

    @property
    def has_climate(self) -> bool:
        return "REMOTE_CLIMATIZER_START" in self.commands

    @property
    def has_heater(self) -> bool:
        return "REMOTE_HEATING_START" in self.commands
