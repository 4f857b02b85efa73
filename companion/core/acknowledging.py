"""An alarm that its owner has seen: said to the maker, who marks it for every device and tells that as an event."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from companion.core.context import Context
from companion.core.happenings import AlarmAcknowledging
from companion.core.observe import Observer
from companion.core.previews import Previews, Steps
from companion.errors import CompanionError

ACTION = "acknowledge"


class Acknowledging:
    """`read` reads the stored state, where no event can tell; raises CompanionError."""

    def __init__(
        self, context: Context, previews: Previews, observer: Observer, read: Callable[[], Awaitable[None]]
    ) -> None:
        self._context = context
        self._previews = previews
        self._observer = observer
        self._read = read
        self._picked = ""
        previews.offer(ACTION, self._steps)

    def pick(self, number: str) -> None:
        """Which alarm it is about, by its number."""
        if number != self._picked:
            self._picked = number
            self._previews.outdated(ACTION)

    def run(self) -> None:
        """One at a time."""
        if self._context.state.acknowledging:
            return
        taken, number = self._previews.take(ACTION), self._picked
        if taken is not None:
            self._context.store.apply(AlarmAcknowledging(number))
            self._context.tasks.spawn(self._run(*taken), name=ACTION)

    async def _run(self, action_id: str, steps: Steps) -> None:
        try:
            await self._context.apis.alarms.acknowledge(steps[0])
            if not self._context.state.link.streaming:
                await self._read()
        except CompanionError as error:
            self._context.failed(error, ACTION)
        finally:
            self._context.store.apply(AlarmAcknowledging(""))
        self._observer.look(ACTION, action_id)

    def _steps(self, action_id: str) -> Steps | None:
        vehicle = self._context.state.vehicle
        if vehicle is None or not vehicle.handle or all(one.id != self._picked for one in vehicle.alarms.events):
            return None
        return (self._context.apis.alarms.prepare_acknowledge(vehicle.handle, self._picked, action_id),)
