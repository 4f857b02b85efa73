"""Asks the car how it would charge, while somebody looks: the last question counts."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace

from companion.core.context import Context
from companion.core.happenings import PlanSeen
from companion.errors import CompanionError
from companion.model.charge_plan import ChargePlan, PlanAsk

PAUSE = 0.3
"""Seconds that a slider is given to stand still."""


class Planning:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._asked = 0

    def ask(self, ask: PlanAsk) -> None:
        """About the selected car."""
        self._asked += 1
        self._context.tasks.spawn(self._plan(self._asked, ask), name="plan")

    async def _plan(self, number: int, ask: PlanAsk) -> None:
        await asyncio.sleep(PAUSE)
        vehicle = self._context.state.vehicle
        if number != self._asked or vehicle is None or not vehicle.handle:
            return
        try:
            plan = await self._context.apis.planning.plan(vehicle.vin, vehicle.handle, ask, str(uuid.uuid4()))
        except CompanionError as error:
            # The last good plan stays, marked: no notice of its own for what nobody pressed.
            before = self._context.state.plan
            known = before if before is not None and before.vin == vehicle.vin else ChargePlan(vehicle.vin)
            plan = replace(known, failed=error.key)
        if number == self._asked:
            self._context.store.apply(PlanSeen(plan))
