"""Looking at the car: as stored by the maker, or asked from the car now."""

from __future__ import annotations

from dataclasses import replace

from companion.core.context import Context
from companion.core.happenings import NoticeGone, ReadingMoved, VehicleRead, VehiclesListed
from companion.core.observe import Observer
from companion.core.previews import Previews, Steps
from companion.errors import CompanionError
from companion.model.state import Reading

KINDS = {"read_stored": Reading.STORED, "read_current": Reading.WAKING}


class Reads:
    def __init__(self, context: Context, previews: Previews, observer: Observer) -> None:
        self._context = context
        self._previews = previews
        self._observer = observer
        self._failed: set[str] = set()
        previews.offer("read_stored", lambda action_id: self._prepare("read_stored", action_id))
        previews.offer("read_current", lambda action_id: self._prepare("read_current", action_id))

    def start(self, action: str) -> None:
        """`read_stored` or `read_current`; a read under way is not doubled."""
        if self._context.state.reading is Reading.IDLE and self._context.state.selected:
            self._context.tasks.spawn(self.read(action), name=action)

    async def list(self) -> None:
        """The garage, then the selected car's stored state, then what it can do."""
        self._context.store.apply(VehiclesListed(await self._context.apis.vehicles.list()))
        await self.read("read_stored")
        vehicle = self._context.state.vehicle
        if vehicle is not None and not vehicle.capabilities:
            capable = await self._context.apis.vehicles.capabilities(vehicle.vin)
            current = self._context.state.vehicle
            if current is not None and current.vin == vehicle.vin:
                self._context.store.apply(VehicleRead(replace(current, capabilities=capable), asked=False))

    async def read(self, action: str) -> None:
        store = self._context.store
        taken = self._previews.take(action)
        vehicle = self._context.state.vehicle
        if taken is None or vehicle is None:
            return
        action_id, steps = taken
        store.apply(ReadingMoved(KINDS[action]))
        try:
            fresh = await self._context.apis.vehicles.overview(steps[0], vehicle)
        except CompanionError as error:
            store.apply(ReadingMoved(Reading.IDLE, error.key))
            self._failed.add(error.key)
            self._context.failed(error)
            return
        finally:
            if self._context.state.reading is not Reading.IDLE:
                store.apply(ReadingMoved(Reading.IDLE, self._context.state.read_failed))
        store.apply(VehicleRead(fresh))
        store.apply(ReadingMoved(Reading.IDLE))
        self._clear()
        self._observer.look(action, action_id)

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
