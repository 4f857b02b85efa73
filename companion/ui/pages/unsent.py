"""What was changed on a page and has not reached the car yet."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from companion.model.command import FINAL, Kind, Phase
from companion.model.state import State

W = TypeVar("W")


class Unsent(Generic[W]):
    """A wish for one command, of one car, on however many pages. It stays until the car has confirmed it: what was refused or
    is not known to have arrived is not lost.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.wish: W | None = None
        self._of = ""
        self._before: str | None = None
        """The command of before the one that the wish went out with; None while it has not."""

    @property
    def is_sent(self) -> bool:
        return self._before is not None

    def take(self, wish: W, state: State) -> None:
        self.wish, self._of, self._before = wish, state.selected or "", None

    def forget(self) -> None:
        self.wish = self._before = None

    def newest(self, state: State) -> str:
        """To be asked before a press and told by `went` after it."""
        command = state.command(self.kind)
        return "" if command is None else command.id

    def went(self, before: str) -> None:
        self._before = before

    def settle(self, state: State) -> None:
        """Another car forgets it, and so does a command that was done."""
        if self.wish is not None and self._of != (state.selected or ""):
            self.forget()
        command = state.command(self.kind)
        if self._before is None or command is None or command.id == self._before or command.phase not in FINAL:
            return
        self._before = None
        if command.phase is Phase.DONE:
            self.forget()

    def runs(self, state: State) -> bool:
        command = state.command(self.kind)
        return command is not None and command.is_running

    def can_be_discarded(self, state: State) -> bool:
        return self.wish is not None and not self.runs(state)

    def is_open(self, state: State) -> bool:
        """Whether there is something to send, or to tell of what was sent."""
        command = state.command(self.kind)
        return self.wish is not None or (command is not None and command.phase is not Phase.DONE)


class Edits:
    """What is not sent yet, of all pages: they may be made anew, in another language or theme, and show it again."""

    def __init__(self) -> None:
        self._of: dict[Kind, Unsent[Any]] = {}

    def of(self, kind: Kind) -> Unsent[Any]:
        return self._of.setdefault(kind, Unsent(kind))
