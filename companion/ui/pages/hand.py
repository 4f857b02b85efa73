"""A list of alarms while it is edited: what was changed and has not been sent, and the one in hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

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
        unsent: Unsent[Wish],
        wish: Callable[[tuple[Item, ...], str | None], Wish],
        rows_of: Callable[[Wish], tuple[Item, ...]],
    ) -> None:
        self.kind = unsent.kind
        self.unsent = unsent
        self.draft: tuple[int | None, Item] | None = None
        """The one in hand and its place in the list; None: a new one."""
        self._base: tuple[tuple[Item, ...], str | None] = (), None
        """The list as it was when one of it was taken in hand, and what an edit of it is based on."""
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
        """As they were changed, as they were when one was taken in hand, or as the car has them."""
        if self.unsent.wish is not None:
            return self._rows_of(self.unsent.wish)
        return self._base[0] if self.draft is not None else self._known

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
        """Changed elsewhere since it was changed here, or taken in hand."""
        wish = self.unsent.wish
        if wish is not None:
            return not self.unsent.is_sent and wish.based_on != self._as_of
        return self.draft is not None and self._base[1] != self._as_of

    @property
    def is_changed(self) -> bool:
        """What is in hand is not as it was."""
        return self.draft is not None and self.shown != self.rows

    # -- the one in hand ----------------------------------------------------------------------------------------

    def pick(self, place: int) -> bool:
        self.draft = None
        rows = self.rows or ()
        if place < len(rows):
            self._base = rows, self._as_of
            self.draft = place, rows[place]
        return place < len(rows)

    def add(self, one: Item) -> None:
        self.draft = None
        self._base = self.rows or (), self._as_of
        self.draft = None, one

    def shape(self, **change: object) -> None:
        if self.draft is not None:
            place, one = self.draft
            self.draft = place, replace(one, **change)  # type: ignore[type-var]

    # -- what becomes of it: the wish to send, or None where nothing is different -------------------------------

    def take(self) -> Wish | None:
        return self._end(self.shown or ())

    def delete(self) -> Wish | None:
        picked = self.picked
        return self._end(tuple(one for at, one in enumerate(self.rows or ()) if at != picked))

    def _end(self, rows: tuple[Item, ...]) -> Wish | None:
        wish = self._wanted(rows)
        self.draft = None
        return wish

    def switch(self, place: int, on: bool) -> Wish | None:
        """Of the one in hand too: its switch is not among what is edited."""
        if self.draft is not None and place == self.picked:
            self.shape(enabled=on)
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
        base = self._base[1] if self.draft is not None else self._as_of
        wish = self._wish(rows, before.based_on if before is not None else base)
        self.unsent.take(wish, self._state)
        return wish
