"""Holds the snapshot, applies happenings, says which slices changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from companion.core.happenings import Happening
from companion.core.reduce import reduce
from companion.model.state import State


class Store(QObject):
    """
    Signals:
        state_changed(State): anything changed; carries the new snapshot.
        account_changed(Account), privacy_changed(Privacy), commands_changed(tuple): that slice changed.
    """

    state_changed = Signal(object)
    account_changed = Signal(object)
    privacy_changed = Signal(object)
    commands_changed = Signal(object)

    def __init__(self, state: State | None = None) -> None:
        super().__init__()
        self.state = state or State()

    def apply(self, happening: Happening) -> None:
        before, self.state = self.state, reduce(self.state, happening)
        if self.state == before:
            return
        for slice_name in ("account", "privacy", "commands"):
            value = getattr(self.state, slice_name)
            if value is not getattr(before, slice_name):
                getattr(self, f"{slice_name}_changed").emit(value)
        self.state_changed.emit(self.state)
