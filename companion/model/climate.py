"""Heating and climate of the cabin, as the car reported them and as the owner wishes them."""

from __future__ import annotations

from dataclasses import dataclass

SEATS = ("frontLeft", "frontRight", "rearLeft", "rearRight")
"""Zones of the cabin, in the maker's words."""
COOLEST, WARMEST, STEP = 16.0, 29.5, 0.5
"""Degrees Celsius that the maker's apps offer; a car may take less."""
USUAL = 20.0


@dataclass(frozen=True, slots=True)
class Climate:
    """Temperatures in degrees Celsius; None where the car has not said. `status` is the car's own word, OFF when nothing runs."""

    status: str | None = None
    target: float | None = None
    minutes_left: int | None = None
    zones: tuple[str, ...] = ()
    cabin: float | None = None
    outside: float | None = None
    seats: tuple[tuple[str, int], ...] = ()
    """Seat -> step of its heating, 0 to 3; empty where the car has none."""
    wheel: bool | None = None
    """Heating of the steering wheel; None: it has none, or has not said."""
    defrost: bool | None = None
    ended_because: str | None = None
    range_cost: float | None = None
    """Kilometres that a whole run takes from the range."""
    heater: bool | None = None
    """Whether the auxiliary heater of a car that burns fuel runs; None: it has none, or has not said."""
    heater_minutes: int | None = None

    @property
    def is_known(self) -> bool:
        return self.status is not None

    @property
    def is_on(self) -> bool:
        return self.status not in (None, "OFF")


@dataclass(frozen=True, slots=True)
class ClimateWish:
    """What starting the climate would ask for. Seats, wheel and windscreen are None where the car has not got them."""

    target: float
    zones: tuple[str, ...]
    seats: tuple[tuple[str, int], ...] | None = None
    wheel: bool | None = None
    defrost: bool | None = None


def usual_wish(climate: Climate) -> ClimateWish:
    """What the car has set: starting never resets it."""
    target = USUAL if climate.target is None else climate.target
    return ClimateWish(target, climate.zones, climate.seats or None, climate.wheel, climate.defrost)
