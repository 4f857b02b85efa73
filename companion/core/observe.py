"""Reads what the backend reports about a press: the hops behind the receiver, and the records held now."""

from __future__ import annotations

import asyncio
from datetime import datetime

from companion.core.context import Context
from companion.core.happenings import LookFailed, Observed
from companion.errors import CompanionError
from companion.model.message import Topic
from companion.model.privacy import ActionView

EVENT = "event:"
"""Before the number of an event, as an action of the panel."""
SETTLING = (0.0, 1.5)
"""Seconds after a press at which is looked: at once, and when the car's own reports have gone through."""
READS = ("read_stored", "read_current")
"""What brings the state of the car that this computer remembers."""
TOPICS = {
    "charge_start": Topic.CHARGING, "charge_stop": Topic.CHARGING, "climate_start": Topic.CLIMATE, "climate_stop": Topic.CLIMATE,
}  # fmt: skip
"""What brings a message, and what that is about."""


class Observer:
    def __init__(self, context: Context) -> None:
        self._context = context

    def look(self, action: str, action_id: str) -> None:
        self._context.tasks.spawn(self._look(action, action_id), name=f"observe {action}")

    async def _look(self, action: str, action_id: str) -> None:
        for delay in SETTLING:
            await asyncio.sleep(delay)
            view = self._context.state.privacy.actions.get(action)
            if view is None or view.action_id != action_id:
                return
            await self.once(view)

    async def once(self, view: ActionView) -> None:
        """A failed look leaves what was seen, and the panel says when that was; or that nothing could be read."""
        traces = [entry.trace for entry in view.entries if entry.trace] or list(view.told_by)
        if not traces:
            return
        api = self._context.apis
        try:
            async with self._context.looks.one():
                hops = await api.observer.edges(traces)
                now, holdings = await api.observer.holdings(traces)
        except CompanionError:
            self._context.store.apply(LookFailed(view.action, view.action_id))
            return
        remembered = api.last_known.written_at if view.action in READS else None
        days, heard = self._context.settings.ledger_days, self._heard(view)
        own = api.previews.kept_here(view.entries, days, remembered, heard)
        self._context.store.apply(Observed(view.action, view.action_id, hops, (*holdings, *own), now))

    def _heard(self, view: ActionView) -> datetime | None:
        """When the first message after a press came that is about what was pressed; of an event, its own."""
        if view.told_by:
            number = view.action.removeprefix(EVENT)
            return next((one.heard_at for one in self._context.state.messages if one.event == number), None)
        started = next((entry.started_at for entry in view.entries if entry.started_at is not None), None)
        topic = TOPICS.get(view.action)
        if started is None or topic is None:
            return None
        state = self._context.state
        told = (one for one in reversed(state.messages) if one.topic is topic and one.vin == state.selected)
        return next((one.heard_at for one in told if one.heard_at is not None and one.heard_at >= started), None)
