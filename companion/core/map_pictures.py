"""Brings the pictures that somebody looks at, most wanted first: from this computer, else from their source.

Four at a time; what is no longer looked at is given up. A source that fails is left alone for a while, longer each time.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from companion.api.map_pictures import Giver, unseen
from companion.api.picture_store import Stored
from companion.api.previews import Prepared
from companion.core.context import Context
from companion.core.happenings import MapMoved, Previewed
from companion.core.observe import Observer
from companion.errors import AccessError, AnswerError, CompanionError, DoorError, NetworkError, ServerError
from companion.model.map_pictures import Look, MapSource, Picture, SourceKind, Supply
from companion.model.map_server import TemplateError, parse
from companion.model.mercator import TileId
from companion.model.state import Tone

AT_ONCE = 4
QUIET = 2.0
"""Seconds without a request after which the next one is of another look."""
LARGEST_LOOK = 100
"""Requests that are shown as one look."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
OnPicture = Callable[[int, TileId, bool, bytes | None], None]
"""(number of the supply, place, light or dark, content); None: there is no picture there, or none that can be had now."""


@dataclass(slots=True)
class _Burst:
    """The requests of one look share an id, as those of a press do."""

    id: str = ""
    action: str = ""
    count: int = 0
    last: float = float("-inf")
    shown: list[Prepared] = field(default_factory=list)
    """Its first requests, as they were frozen."""


class MapPictures:
    """`on_picture` hears of every picture that is there, and of every one that cannot be had."""

    def __init__(self, context: Context, observer: Observer, save: Callable[[MapSource], None]) -> None:
        self._context = context
        self._observer = observer
        self._save = save
        self.on_picture: OnPicture = lambda *_: None
        self._giver: Giver | None = None
        self._is_unusable = False
        self._look = Look()
        self._wanted: list[TileId] = []
        self._under_way: dict[TileId, asyncio.Task[None]] = {}
        self._hopeless: set[TileId] = set()
        """What its source does not have, or gave wrongly: not asked for again while it is looked at."""
        self._burst = _Burst()
        self._pause = 0.0
        self._rests_until = 0.0
        self._waking: asyncio.TimerHandle | None = None
        self._opening: asyncio.Task[None] | None = None

    # -- what a person does -------------------------------------------------------------------------------------

    def look(self, look: Look) -> None:
        """What is looked at now; an empty look ends it."""
        if replace(look, tiles=(), radius=0, seen_at=None) != replace(self._look, tiles=(), radius=0, seen_at=None):
            self._hopeless.clear()
            self._give_up(lambda tile: True)
        self._look = look
        if self._giver is None:
            if not self._is_unusable:
                self._open()
            return
        wanted = set(look.tiles)
        self._give_up(lambda tile: tile not in wanted)
        self._wanted = [tile for tile in look.tiles if tile not in self._under_way and not self._from_here(tile)]
        self._pump()

    def retry(self) -> None:
        """Now instead of after the pause, and what went wrong once more."""
        self._hopeless.clear()
        self._pause = self._rests_until = 0.0
        self._is_unusable = False
        if self._giver is not None:
            self._giver.forget()
            self._say(None)
        self.look(self._look)

    def use(self, source: MapSource, key: str | None = None) -> None:
        """Another source; `key` None: the one that the keyring has. One that cannot be used changes nothing."""
        self._context.tasks.spawn(self._use(source, key), name="map source")

    def erase(self) -> None:
        """The pictures on this computer go; those on screen stay there until they are left."""
        keeps = self._context.state.account.remembered
        self._context.apis.pictures.erase()
        if keeps:
            self._context.apis.pictures.begin()

    def leave(self) -> None:
        """The account is left: nothing is asked for it any more."""
        self._give_up(lambda tile: True)
        self._wanted, self._look = [], Look()
        if self._giver is not None:
            self._giver.forget()
        self._pause = self._rests_until = 0.0
        if self._waking is not None:
            self._waking.cancel()

    # -- the source ---------------------------------------------------------------------------------------------

    def _open(self) -> None:
        if self._opening is None or self._opening.done():
            self._opening = self._context.tasks.spawn(self._opened(), name="map source")

    async def _opened(self) -> None:
        source = self._context.settings.map_source
        try:
            await self._begin(source, await self._key(source))
        except CompanionError as error:
            # It is not tried again by itself: somebody has to do something about it.
            self._is_unusable = True
            self._show(Supply(source.kind, number=self._number), error)

    async def _use(self, source: MapSource, key: str | None) -> None:
        try:
            await self._begin(source, await self._key(source) if key is None else key)
        except CompanionError as error:
            self._context.notice(error.key, Tone.DANGER, sticky=True, **dict(error.params))
            return
        if key is not None and source.kind is SourceKind.SERVER:
            await self._context.keys.save(_key_name(source), key)
        self._save(source)

    async def _begin(self, source: MapSource, key: str) -> None:
        giver = await self._context.apis.maps.giver(source, key)
        self._give_up(lambda tile: True)
        self._hopeless.clear()
        self._pause = self._rests_until = 0.0
        self._giver = giver
        self._show(replace(giver.supply, number=self._number + 1))
        self.look(self._look)

    async def _key(self, source: MapSource) -> str:
        if source.kind is not SourceKind.SERVER:
            return ""
        try:
            has_key = "key" in parse(source.template).names
        except TemplateError:
            return ""
        return (await self._context.keys.load(_key_name(source)) or "") if has_key else ""

    @property
    def _number(self) -> int:
        return self._context.state.map_supply.number

    def _show(self, supply: Supply, error: CompanionError | None = None) -> None:
        if error is not None:
            supply = replace(supply, trouble=_trouble(error), params=error.params)
        if supply != self._context.state.map_supply:
            self._context.store.apply(MapMoved(supply))

    def _say(self, error: CompanionError | None) -> None:
        """What the source can give may have changed with its key; what is wrong with it is told or taken back."""
        known = self._context.state.map_supply
        told = self._giver.supply if self._giver is not None else known
        self._show(replace(told, number=known.number, trouble=None, params=()), error)

    # -- one picture --------------------------------------------------------------------------------------------

    def _from_here(self, tile: TileId) -> bool:
        """Whether nothing has to be asked for; an old picture is shown until its giver has answered."""
        if tile in self._hopeless:
            self._give(tile, None)
            return True
        known = self._stored(tile)
        if known is not None:
            self._give(tile, known.content)
        return known is not None and known.is_fresh

    def _stored(self, tile: TileId) -> Stored | None:
        assert self._giver is not None
        name = self._giver.name(tile, self._look)
        return self._context.apis.pictures.get(name) if name else None

    def _pump(self) -> None:
        if (rest := self._rests_until - time.monotonic()) > 0:
            self._wake_in(rest)
            return
        while self._wanted and len(self._under_way) < AT_ONCE:
            tile = self._wanted.pop(0)
            task = self._context.tasks.spawn(self._bring(tile), name="map picture")
            self._under_way[tile] = task
            task.add_done_callback(lambda done, tile=tile: self._brought(tile, done))  # type: ignore[misc]

    def _brought(self, tile: TileId, done: asyncio.Task[None]) -> None:
        if self._under_way.get(tile) is done:
            # Only what broke unexpectedly is still there.
            del self._under_way[tile]
        self._pump()
        if not self._under_way and not done.cancelled():
            self._settle()

    async def _bring(self, tile: TileId) -> None:
        giver, look = self._giver, self._look
        assert giver is not None
        name, store = giver.name(tile, look), self._context.apis.pictures
        known = store.get(name) if name else None
        try:
            burst = self._joined(giver, look)
            before = partial(self._preview, burst) if burst.count == 1 else unseen
            picture = await giver.picture(tile, look, known.mark if known else "", burst.id, before)
        except CompanionError as error:
            self._under_way.pop(tile, None)
            self._failed(tile, error)
            return
        # Before anybody hears of it: who asks for it again now is answered anew.
        self._under_way.pop(tile, None)
        self._pause = 0.0
        self._say(None)
        self._take(tile, name, picture)

    def _take(self, tile: TileId, name: str, picture: Picture | None) -> None:
        store = self._context.apis.pictures
        if picture is None:
            store.confirm(name, 3600.0)
            return
        if name:
            store.put(name, picture)
        self._give(tile, picture.content)

    def spoilt(self, tile: TileId) -> None:
        """What was given is no picture after all."""
        if self._giver is not None and (name := self._giver.name(tile, self._look)):
            self._context.apis.pictures.drop(name)
        self._hopeless.add(tile)
        self._say(AnswerError("map.no_picture"))

    def _failed(self, tile: TileId, error: CompanionError) -> None:
        if error.key == "map.none":
            self._hopeless.add(tile)
            self._give(tile, None)
            return
        if error.key == "access.signed_out":
            self._context.on_expelled()
            return
        self._say(error)
        if isinstance(error, NetworkError | ServerError):
            self._rest(error)
            self._wanted.insert(0, tile)
        else:
            self._hopeless.add(tile)
            self._give(tile, None)
            if isinstance(error, AccessError | DoorError):
                # It would say the same of all of them.
                self._hopeless.update(self._wanted)
                self._wanted.clear()

    def _rest(self, error: CompanionError) -> None:
        """One failure is one pause, however many were under way."""
        now = time.monotonic()
        if now < self._rests_until:
            return
        told = float(error.param("seconds") or 0)
        self._pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, 2 * self._pause))
        self._rests_until = now + max(self._pause, min(told, 3600.0))

    def _wake_in(self, seconds: float) -> None:
        if self._waking is not None:
            self._waking.cancel()
        self._waking = asyncio.get_running_loop().call_later(seconds, self._pump)

    def _give(self, tile: TileId, content: bytes | None) -> None:
        self.on_picture(self._number, tile, self._look.is_light, content)

    def _give_up(self, unwanted: Callable[[TileId], bool]) -> None:
        for tile in [tile for tile in self._under_way if unwanted(tile)]:
            self._under_way.pop(tile).cancel()

    # -- the panel ----------------------------------------------------------------------------------------------

    def _joined(self, giver: Giver, look: Look) -> _Burst:
        """The look that the next request belongs to."""
        now, burst = time.monotonic(), self._burst
        action = giver.action.format(service=look.service)
        if now - burst.last > QUIET or burst.count >= LARGEST_LOOK or action != burst.action:
            burst = self._burst = _Burst(uuid.uuid4().hex, action)
        burst.count += 1
        burst.last = now
        return burst

    def _preview(self, burst: _Burst, prepared: Prepared) -> None:
        """What the first picture of a look takes is shown as it was frozen; the others are alike."""
        burst.shown.append(prepared)
        api = self._context.apis.previews
        view = api.frame(burst.action, burst.id)
        self._context.store.apply(Previewed(replace(view, previews=tuple(map(api.show, burst.shown)))))

    def _settle(self) -> None:
        """Who has it is asked once the look is complete."""
        burst = self._burst
        if burst.action:
            self._context.tasks.spawn(self._look_after(burst), name="map settled")

    async def _look_after(self, burst: _Burst) -> None:
        last = burst.last
        await asyncio.sleep(QUIET)
        if burst is self._burst and burst.last == last and not self._under_way:
            self._observer.look(burst.action, burst.id)


def _key_name(source: MapSource) -> str:
    """Binds a key to the server that it is for."""
    return f"map {parse(source.template).origin}"


def _trouble(error: CompanionError) -> str:
    """The key of the sentence on the map: `map.trouble.*`, or an error's own."""
    if isinstance(error, NetworkError):
        return "slow" if error.key == "network.timeout" else "no_connection"
    if isinstance(error, ServerError):
        return "busy" if error.key == "server.too_many_requests" else "failing"
    if isinstance(error, DoorError):
        return "blocked"
    return error.key.removeprefix("map.")
