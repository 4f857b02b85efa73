"""The page of the car's own switches: what it looks at, and the head unit that demo staff flip from it."""

from __future__ import annotations

from dataclasses import replace

from companion.core.context import Context
from companion.core.happenings import InCarSeen
from companion.errors import CompanionError
from companion.model.in_car import InCar


class InCarPage:
    """A look at a time; the last one asked for counts."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._looks = 0
        self._is_open = False

    def look(self) -> None:
        """At the selected car."""
        self._is_open = True
        self._looks += 1
        self._context.tasks.spawn(self._look(self._looks), name="in the car")

    def told(self, vin: str) -> None:
        """A switch was flipped: worth a look where somebody has looked before."""
        if self._is_open and vin == self._context.state.selected:
            self.look()

    async def _look(self, number: int) -> None:
        vehicle = self._context.state.vehicle
        if vehicle is None or not vehicle.handle:
            self._show(number, InCar(vehicle.vin if vehicle else "", failed="in_car.not_told"))
            return
        try:
            async with self._context.looks.one():
                seen = await self._context.apis.in_car.look(vehicle.vin, vehicle.handle)
        except CompanionError as error:
            before = self._context.state.in_car
            known = before if before.vin == vehicle.vin else InCar(vehicle.vin)
            seen = replace(known, failed=error.key)
        self._show(number, seen)

    def _show(self, number: int, seen: InCar) -> None:
        if number == self._looks:
            self._context.store.apply(InCarSeen(seen))

    def flip(self, switch: str, on: bool) -> None:
        """Demo staff: a switch of the head unit, or a service's by its id."""
        vin = self._context.state.selected
        if vin is not None:
            self._context.tasks.spawn(self._flip(vin, switch, on), name="flip")

    def plug(self, on: bool) -> None:
        """Demo staff: the charging cable."""
        vin = self._context.state.selected
        if vin is not None:
            self._context.tasks.spawn(self._plug(vin, on), name="plug")

    async def _plug(self, vin: str, on: bool) -> None:
        try:
            await self._context.apis.stage.plug(vin, on)
        except CompanionError as error:
            self._context.failed(error)

    async def _flip(self, vin: str, switch: str, on: bool) -> None:
        try:
            await self._context.apis.stage.flip(vin, switch, on)
        except CompanionError as error:
            self._context.failed(error)
            # The page shows what is so, not what was wished.
            self.look()
            return
        if not self._context.state.link.streaming:
            self.look()
