"""A list of alarms while it is edited: what was changed and has not been sent, and the one in hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from companion.model.command import Kind
from companion.model.state import State
from companion.ui.pages.unsent import Unsent


class Based(Protocol):
    @property
    def based_on(self) -> str | None: ...


Item = TypeVar("Item")
Wish = TypeVar("Wish", bound=Based)


class Hand(Generic[Item, Wish]):
    """`wish` makes what is sent of the rows and what they are based on; `rows_of` reads them from it."""

    def __init__(
        self,
        kind: Kind,
        wish: Callable[[tuple[Item, ...], str | None], Wish],
        rows_of: Callable[[Wish], tuple[Item, ...]],
    ) -> None:
        self.kind = kind
        self.unsent: Unsent[Wish] = Unsent(kind)
        self.draft: tuple[int | None, Item] | None = None
        """The one in hand and its place in the list; None: a new one."""
        self._past: list[Wish | None] = []
        """What was wished before each change, oldest first."""
        self._wish, self._rows_of = wish, rows_of
        self._state = State()
        self._known: tuple[Item, ...] | None = None
        self._as_of: str | None = None

    def know(self, state: State, known: tuple[Item, ...] | None, as_of: str | None) -> None:
        """What the car has; None: no such alarms."""
        self._state, self._known, self._as_of = state, known, as_of
        self.unsent.settle(state)
        if self.unsent.wish is None:
            self._past.clear()

    @property
    def rows(self) -> tuple[Item, ...] | None:
        """As they were changed, or as the car has them."""
        return self._rows_of(self.unsent.wish) if self.unsent.wish is not None else self._known

    @property
    def shown(self) -> tuple[Item, ...] | None:
        """With the one in hand."""
        rows = self.rows
        if rows is None or self.draft is None:
            return rows
        place, one = self.draft
        return (*rows, one) if place is None else (*rows[:place], one, *rows[place + 1 :])

    @property
    def picked(self) -> int | None:
        """The place of the one in hand."""
        if self.draft is None:
            return None
        return len(self.rows or ()) if self.draft[0] is None else self.draft[0]

    @property
    def is_stale(self) -> bool:
        """Changed elsewhere since."""
        wish = self.unsent.wish
        return wish is not None and not self.unsent.is_sent and wish.based_on != self._as_of

    # -- the one in hand ----------------------------------------------------------------------------------------

    def pick(self, place: int) -> bool:
        rows = self.rows or ()
        if place < len(rows):
            self.draft = place, rows[place]
        return place < len(rows)

    def shape(self, **change: object) -> None:
        if self.draft is not None:
            place, one = self.draft
            self.draft = place, replace(one, **change)  # type: ignore[type-var]

    # -- what becomes of it: the wish to send, or None where nothing is different -------------------------------

    def take(self) -> Wish | None:
        rows, self.draft = self.shown, None
        return self._wanted(rows or ())

    def delete(self) -> Wish | None:
        rows, picked = self.rows or (), self.picked
        self.draft = None
        return self._wanted(tuple(one for at, one in enumerate(rows) if at != picked))

    def switch(self, place: int, on: bool) -> Wish | None:
        rows = self.rows or ()
        changed = (replace(one, enabled=on) if at == place else one for at, one in enumerate(rows))  # type: ignore[type-var]
        return self._wanted(tuple(changed))

    @property
    def can_undo(self) -> bool:
        """There is more than one change to take back; the only one is discarded."""
        return len(self._past) > 1

    def undo(self) -> Wish | None:
        """Takes back the last change."""
        if not self._past:
            return self.unsent.wish
        before = self._past.pop()
        if before is None:
            self.unsent.forget()
        else:
            self.unsent.take(before, self._state)
        return before

    def _wanted(self, rows: tuple[Item, ...]) -> Wish | None:
        if rows == self.rows:
            return self.unsent.wish
        self._past.append(self.unsent.wish)
        if rows == self._known:
            self.unsent.forget()
            return None
        before = self.unsent.wish
        wish = self._wish(rows, before.based_on if before is not None else self._as_of)
        self.unsent.take(wish, self._state)
        return wish
