"""Looking at the car: as stored by the maker, or asked from the car now."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from companion.core.context import Context
from companion.core.happenings import NoticeGone, ReadingMoved, VehicleRead, VehiclesListed
from companion.core.observe import Observer
from companion.core.previews import Previews, Steps
from companion.errors import CompanionError, NetworkError
from companion.model.state import Reading
from companion.model.vehicle import Vehicle

KINDS = {"read_stored": Reading.STORED, "read_current": Reading.WAKING}


class Reads:
    def __init__(self, context: Context, previews: Previews, observer: Observer) -> None:
        self._context = context
        self._previews = previews
        self._observer = observer
        self._failed: set[str] = set()
        self._turn = asyncio.Lock()
        previews.offer("read_stored", lambda action_id: self._prepare("read_stored", action_id))
        previews.offer("read_current", lambda action_id: self._prepare("read_current", action_id))

    # -- pressed ------------------------------------------------------------------------------------------------

    def start(self, action: str) -> None:
        """`read_stored` or `read_current`; a read under way is not doubled."""
        if self._context.state.reading is Reading.IDLE and self._context.state.selected:
            self._context.store.apply(ReadingMoved(KINDS[action]))
            self._spawn(self.read(action), action)

    def show_selected(self) -> None:
        """Another car is on screen."""
        self._spawn(self.car(), "select")

    def _spawn(self, reading: Coroutine[Any, Any, None], name: str) -> None:
        async def told() -> None:
            try:
                await reading
            except CompanionError as error:
                self._say(error)

        self._context.tasks.spawn(told(), name=name)

    # -- by itself ----------------------------------------------------------------------------------------------

    def tell(self, error: CompanionError) -> None:
        """A try that nobody asked for failed: said once until it works; a lost link is said by the listener."""
        if error.key in self._failed or (isinstance(error, NetworkError) and not self._context.state.link.streaming):
            return
        self._say(error)

    def _say(self, error: CompanionError) -> None:
        self._failed.add(error.key)
        vehicle = self._context.state.vehicle
        known = vehicle is not None and vehicle.reported_at is not None
        # Asked again too soon, the receiver would only refuse again.
        action = None if error.key == "server.too_many_requests" else "retry"
        self._context.failed(error, "read" if known else "first_read", action)

    async def list(self) -> None:
        """The garage, then the selected car. Raises CompanionError."""
        self._context.store.apply(VehiclesListed(await self._context.apis.vehicles.list()))
        if self._context.state.selected is None:
            self._clear()
        await self.car()

    async def car(self) -> None:
        """The selected car's stored state, then what it can do. Raises CompanionError."""
        await self.read("read_stored")
        vehicle = self._context.state.vehicle
        if vehicle is not None and not vehicle.capabilities:
            capable = await self._context.apis.vehicles.capabilities(vehicle.vin)
            if (current := self._known(vehicle.vin)) is not None:
                self._context.store.apply(VehicleRead(replace(current, capabilities=capable), asked=False))

    async def read(self, action: str) -> None:
        """One read at a time: of two answers on their way the older could come last. Raises CompanionError."""
        async with self._turn:
            await self._read(action)

    async def _read(self, action: str) -> None:
        store, failed = self._context.store, None
        taken = self._previews.take(action)
        vehicle = self._context.state.vehicle
        try:
            if taken is None or vehicle is None:
                return
            store.apply(ReadingMoved(KINDS[action]))
            fresh = await self._context.apis.vehicles.overview(taken[1][0], vehicle)
        except CompanionError as error:
            failed = error.key
            raise
        finally:
            store.apply(ReadingMoved(Reading.IDLE, failed))
        if (known := self._known(fresh.vin)) is not None:
            # What this answer does not say may have changed while it was on its way.
            store.apply(VehicleRead(replace(fresh, capabilities=known.capabilities, connected=known.connected)))
        self._clear()
        self._observer.look(action, taken[0])

    # -- helpers ------------------------------------------------------------------------------------------------

    def _known(self, vin: str) -> Vehicle | None:
        return next((one for one in self._context.state.vehicles if one.vin == vin), None)

    def _clear(self) -> None:
        """A read that works takes back what the failed ones said."""
        for key in self._failed:
            self._context.store.apply(NoticeGone(key=key))
        self._failed.clear()

    def _prepare(self, action: str, action_id: str) -> Steps | None:
        vin = self._context.state.selected
        if vin is None:
            return None
        api = self._context.apis.vehicles
        prepare = api.prepare_stored if action == "read_stored" else api.prepare_current
        return (prepare(vin, action_id),)
