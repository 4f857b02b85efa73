"""What driving takes from battery and tank. The model is invented to fit published figures of one electric car.

Those: 17 to 19 kWh/100 km at a steady 120 to 130 km/h, 35 at 200. A tank takes the same course, so that at 100 km/h it lasts as
far as the car says that it does.
"""

from __future__ import annotations

from mock_backend.vehicle.build import Build
from mock_backend.vehicle.state import CarState

MASS, ROLLS, DRAGS, AIR, LOST = 2250.0, 0.0095, 0.513, 1.2, 0.92
"""Invented to fit: kilograms, rolling resistance, square metres of drag, kilograms of a cubic metre of air, efficiency."""
ELSE_KW, COLD_KW, COLD = 0.6, 0.12, 15.0
"""Invented: what else draws, and what each degree below COLD adds."""
STEADY = 100.0
"""km/h at which a tank lasts for its range."""
RESERVE = 5.0
"""Percent of charge at which a car that has an engine too goes on with it."""


def consumed(kmh: float, celsius: float) -> float:
    """kWh over a kilometre at a steady speed, on the flat."""
    force = MASS * 9.81 * ROLLS + 0.5 * AIR * DRAGS * (kmh / 3.6) ** 2
    return force / 3600 / LOST + (ELSE_KW + COLD_KW * max(0.0, COLD - celsius)) / kmh


def use(car: CarState, build: Build, kmh: float, kilometres: float) -> tuple[float, float]:
    """Takes it out; returns the kWh and the litres that it was."""
    wanted = consumed(kmh, car.outside) * kilometres
    if build.battery and (car.charge > RESERVE or not build.full_fuel_range):
        kwh = min(wanted, car.charge / 100 * build.battery)
        car.charge = max(0.0, car.charge - kwh / build.battery * 100)
        return kwh, 0.0
    share = kilometres / build.full_fuel_range * consumed(kmh, car.outside) / consumed(STEADY, COLD)
    percent = min(car.fuel, share * 100)
    car.fuel -= percent
    return 0.0, percent / 100 * build.tank


def is_empty(car: CarState, build: Build) -> bool:
    return (not build.battery or car.charge <= 0) and (not build.full_fuel_range or car.fuel <= 0)
