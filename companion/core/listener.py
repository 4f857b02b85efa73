"""Listens to the backend's events; says once that the link is lost and once that it is back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from companion.api.events import ClockTold, CommandTold, FieldPlanted, ResetTold, Told, VehicleTold
from companion.api.readings import apply as apply_measurements
from companion.core.commands import Commands
from companion.core.context import Context
from companion.core.happenings import ClockSet, FieldArmed, LinkMoved, NoticeGone, VehicleRead
from companion.core.previews import Previews
from companion.errors import AccessError, AnswerError, CompanionError, RefusedError
from companion.model.command import Kind
from companion.model.state import Tone

WAITS = (0.3, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before the next try; the last repeats, each with up to a fifth more."""
POLL = 60.0
"""Seconds between stored reads where the backend has no event stream."""


class Listener:
    """`on_expelled`, `on_return` and `on_poll` are verbs of the session."""

    def __init__(
        self,
        context: Context,
        commands: Commands,
        previews: Previews,
        on_expelled: Callable[[], Awaitable[None]],
        on_return: Callable[[], Awaitable[None]],
    ) -> None:
        self._context = context
        self._commands = commands
        self._previews = previews
        self._on_expelled = on_expelled
        self._on_return = on_return
        self._tries = 0

    async def run(self) -> None:
        """Until cancelled or signed out."""
        while True:
            try:
                await self._listen()
                self._lost()
            except AccessError:
                await self._on_expelled()
                return
            except RefusedError:
                await asyncio.sleep(POLL)
                await self._on_return()
                continue
            except CompanionError:
                self._lost()
            wait = WAITS[min(self._tries, len(WAITS) - 1)]
            self._tries += 1
            await asyncio.sleep(wait * random.uniform(1.0, 1.2))

    async def _listen(self) -> None:
        async with self._context.apis.events.stream() as events:
            await self._up()
            async for event in events:
                self._take(event)

    async def _up(self) -> None:
        was_lost = not self._context.state.link.online
        self._tries = 0
        self._context.store.apply(LinkMoved(online=True, streaming=True))
        if was_lost:
            self._context.store.apply(NoticeGone(key="link.lost"))
            self._context.notice("link.back", Tone.OK)
            await self._on_return()

    def _lost(self) -> None:
        online = self._context.state.link.online
        # A stream that ends is opened again at once; only a second failure in a row is a lost link.
        if self._tries == 0:
            self._context.store.apply(LinkMoved(online=online, streaming=False, since=self._context.now))
            return
        self._context.store.apply(LinkMoved(online=False, streaming=False, since=self._context.now))
        if online:
            since = self._context.now.isoformat()
            self._context.notice("link.lost", Tone.WARN, sticky=True, time=since)

    def _take(self, event: Told) -> None:
        match event:
            case ClockTold(now):
                self._context.store.apply(ClockSet(now - self._context.now))
            case VehicleTold(vin, measurements):
                self._measured(vin, measurements)
            case CommandTold():
                self._measured(event.vin, event.measurements)
                self._commands.told(event)
            case FieldPlanted(field, value):
                self._context.apis.commands.planted = {field: value}
                self._context.store.apply(FieldArmed(field))
                self._context.notice("plant.armed", Tone.WARN, field=field)
                for kind in Kind:
                    self._previews.freeze(kind.value)
            case ResetTold():
                self._context.tasks.spawn(self._return(), name="after reset")

    def _measured(self, vin: str, measurements: tuple[object, ...]) -> None:
        """A wrongly typed event changes nothing of the car; a later read tells."""
        known = next((one for one in self._context.state.vehicles if one.vin == vin), None)
        if known is None or not measurements:
            return
        try:
            self._context.store.apply(VehicleRead(apply_measurements(known, measurements), asked=False))
        except AnswerError as error:
            self._context.failed(error)

    async def _return(self) -> None:
        self._context.store.apply(LinkMoved(online=True, streaming=True))
        await self._on_return()
