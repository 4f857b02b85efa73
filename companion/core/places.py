"""Finding places: drafted while it is typed, sent when it is asked for; the last one asked for counts."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from companion.core.context import Context
from companion.core.happenings import PlacesSought
from companion.core.observe import Observer
from companion.core.previews import Previews, Steps
from companion.errors import AccessError, CompanionError, NetworkError
from companion.model.place import Search, tidy

ACTION = "find_place"
PAUSE = 0.2
"""Seconds that typing is given to stand still before its bytes are frozen."""
Place = tuple[float, float]


class Places:
    def __init__(self, context: Context, previews: Previews, observer: Observer) -> None:
        self._context = context
        self._previews = previews
        self._observer = observer
        self._wish: tuple[str, Place] = ("", (0.0, 0.0))
        self._drafting: asyncio.Task[None] | None = None
        self._asked = 0
        previews.offer(ACTION, self._prepare)

    def draft(self, term: str, near: Place) -> None:
        """What is typed so far: the preview shows its bytes, nothing is sent."""
        wish = tidy(term), near
        if wish != self._wish:
            self._wish = wish
            self._stop_drafting()
            self._drafting = self._context.tasks.spawn(self._draft(), name="draft place")

    async def _draft(self) -> None:
        await asyncio.sleep(PAUSE)
        self._previews.freeze(ACTION)

    def find(self, term: str, near: Place) -> None:
        wish = tidy(term), near
        found = self._context.state.found
        if not wish[0] or (found.is_running and (found.term, found.near) == wish):
            return
        if self._stop_drafting() or wish != self._wish:
            self._wish = wish
            self._previews.freeze(ACTION)
        self._asked += 1
        self._show(self._asked, Search(*wish, is_running=True))
        self._context.tasks.spawn(self._find(self._asked, Search(*wish)), name=ACTION)

    def clear(self) -> None:
        """Nothing is looked for any more: an answer that is on its way comes too late."""
        self._stop_drafting()
        self._wish = "", self._wish[1]
        self._previews.freeze(ACTION)
        self._asked += 1
        self._show(self._asked, Search())

    def leave(self) -> None:
        """The session is over."""
        self._stop_drafting()
        self._wish = "", self._wish[1]
        self._asked += 1
        self._context.apis.places.forget()
        if self._context.state.found != Search():
            self._show(self._asked, Search())

    async def _find(self, number: int, search: Search) -> None:
        taken = self._previews.take(ACTION)
        try:
            if taken is None:
                is_known = bool(self._context.state.account.email)
                raise NetworkError("network.unreachable") if is_known else AccessError("places.unknown_id")
            found = replace(search, places=await self._context.apis.places.find(taken[1]))
        except CompanionError as error:
            if error.key == "access.signed_out":
                self._context.failed(error)
            found = replace(search, failed=error.key, params=error.params)
        self._show(number, found)
        # What was frozen meanwhile may have been meant to sign on once more.
        self._previews.outdated(ACTION)
        if taken is not None:
            self._observer.look(ACTION, taken[0])

    def _show(self, number: int, search: Search) -> None:
        if number == self._asked:
            self._context.store.apply(PlacesSought(search))

    def _stop_drafting(self) -> bool:
        """Whether what is typed was not frozen yet."""
        pending, self._drafting = self._drafting, None
        return pending is not None and pending.cancel()

    def _prepare(self, action_id: str) -> Steps | None:
        term, near = self._wish
        porsche_id = self._context.state.account.email
        if not term or not porsche_id:
            return None
        return self._context.apis.places.prepare(porsche_id, term, near, action_id)
