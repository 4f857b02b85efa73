"""Listens to the backend's events; says once that the link is lost and once that it is back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from companion.api.events import (
    ClockTold,
    CommandTold,
    FieldPlanted,
    MessageTold,
    ResetTold,
    SwitchesTold,
    Told,
    Unreadable,
    VehicleTold,
)
from companion.api.readings import apply as apply_measurements
from companion.core.commands import Commands
from companion.core.context import Context
from companion.core.effort import Backoff
from companion.core.happenings import ClockSet, FieldArmed, LinkMoved, NoticeGone, VehicleRead
from companion.core.inbox import Inbox
from companion.core.previews import Previews
from companion.errors import AccessError, AnswerError, CompanionError, RefusedError
from companion.model.command import Kind
from companion.model.state import Tone

POLL = 60.0
"""Seconds between stored reads where the backend has no event stream."""
STEADY = 5.0
"""Seconds after which a stream counts as a good one; those that end sooner are opened again ever more slowly."""


class Listener:
    """`on_return`: the link was lost and is back, or it is time for a look, as there is no stream. `on_switches`: a car's
    switches were flipped.
    """

    def __init__(
        self, context: Context, commands: Commands, previews: Previews, inbox: Inbox, on_return: Callable[[], None],
        on_switches: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._context = context
        self._commands = commands
        self._previews = previews
        self._inbox = inbox
        self._on_return = on_return
        self._on_switches = on_switches
        self._backoff = Backoff()
        self._failures = 0
        self._has_stream = False
        self._is_denied = False
        self._woken = asyncio.Event()
        self._is_asked = False

    async def run(self) -> None:
        """Until cancelled or signed out; how far it has heard is kept."""
        try:
            await self._run()
        finally:
            self._inbox.keep()

    async def _run(self) -> None:
        self._failures, self._is_denied, self._has_stream = 0, False, False
        while True:
            self._is_asked = self._woken.is_set()
            self._woken.clear()
            wait = await self._once()
            if wait is None:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()

    def wake(self) -> None:
        """Somebody asks for the link: it is tried now, and said anew if it is still lost."""
        self._woken.set()

    async def _once(self) -> float | None:
        """One stream from its opening to its end. Returns the seconds to wait, None when the session is over."""
        opened = asyncio.get_running_loop().time()
        failed: CompanionError | None = None
        try:
            await self._listen()
        except AccessError as error:
            if error.key == "access.signed_out":
                self._context.on_expelled()
                return None
            self._denied(error)
            failed = error
        except RefusedError:
            self._context.apis.events.last_id = ""
            if not self._has_stream:
                self._on_return()
                return POLL
            self._lost()
        except CompanionError as error:
            self._lost()
            failed = error
        else:
            self._lost()
        if asyncio.get_running_loop().time() - opened > STEADY:
            self._backoff.reset()
        return self._backoff.next(failed)

    async def _listen(self) -> None:
        async with self._context.apis.events.stream() as events:
            self._up()
            async for event in events:
                self._take(event)

    def _up(self) -> None:
        was_lost, was_denied, had_stream = not self._context.state.link.online, self._is_denied, self._has_stream
        self._failures, self._is_denied, self._has_stream = 0, False, True
        self._context.store.apply(LinkMoved(online=True, streaming=True))
        if was_denied:
            self._context.store.apply(NoticeGone(key="access.denied"))
        if was_lost:
            self._context.store.apply(NoticeGone(key="link.lost"))
            self._context.notice("link.back", Tone.OK)
        if had_stream:
            self._commands.catch_up()
        if was_lost or (had_stream and not self._context.apis.events.last_id):
            # Without the id of a last event the backend cannot tell what was missed.
            self._on_return()

    def _lost(self) -> None:
        """A stream that ends is opened again at once; only a second failure in a row is a lost link."""
        self._failures += 1
        was_online = self._context.state.link.online
        online = was_online and self._failures == 1
        self._context.store.apply(LinkMoved(online, streaming=False, since=self._context.now))
        if not online and (was_online or (self._is_asked and not self._context.says("link.lost"))):
            self._context.store.apply(NoticeGone(key="link.back"))
            self._context.say_lost()

    def _denied(self, error: AccessError) -> None:
        """The backend does not let us listen: not a lost link, and said once."""
        online = self._context.state.link.online
        self._context.store.apply(LinkMoved(online, streaming=False, since=self._context.now))
        if not self._is_denied:
            self._is_denied = True
            self._context.failed(error, "listen")

    def _take(self, event: Told) -> None:
        match event:
            case ClockTold(now):
                offset = now - self._context.now
                self._context.store.apply(ClockSet(offset))
                self._context.apis.last_known.clock(offset)
            case VehicleTold(vin, measurements):
                self._measured(vin, measurements)
            case CommandTold():
                self._measured(event.vin, event.measurements)
                self._commands.told(event)
            case FieldPlanted(field, value):
                self._planted(field, value)
            case ResetTold():
                self._on_return()
            case SwitchesTold(vin):
                self._on_switches(vin)
            case MessageTold(message):
                self._inbox.take(message)
            case Unreadable():
                self._context.failed(AnswerError("answer.malformed"), "event", "retry")

    def _planted(self, field: str, value: object) -> None:
        self._context.apis.commands.planted = {field: value}
        self._context.store.apply(FieldArmed(field))
        self._context.notice("plant.armed", Tone.WARN, field=field)
        for kind in Kind:
            self._previews.freeze(kind.value)

    def _measured(self, vin: str, measurements: tuple[object, ...]) -> None:
        """A wrongly typed event changes nothing of the car; a later read tells."""
        known = next((one for one in self._context.state.vehicles if one.vin == vin), None)
        if known is None or not measurements:
            return
        try:
            told = apply_measurements(known, measurements)
        except AnswerError as error:
            self._context.failed(error, "event", "retry")
            return
        self._context.store.apply(VehicleRead(told, asked=False))
        self._context.apis.last_known.measured(vin, measurements, told.reported_at)
