"""The charging profiles: one list that is changed here, shown as it would be, and sent as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from companion.model.charging import Charging, Profile, ProfilesWish
from companion.model.command import Kind
from companion.model.profiles import fresh_id, placed, trouble
from companion.model.state import State
from companion.ui.pages import profile_faces as faces
from companion.ui.pages.profile_card import ProfileCard
from companion.ui.pages.profile_row import ProfileRow
from companion.ui.pages.surface import REACH, Surface
from companion.ui.pages.unsent import Unsent
from companion.ui.pages.unsent_rows import UnsentRows
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Link
from companion.ui.text import text

CAN = "CHARGING_PROFILES_EDIT"
NEW = Profile(0, "", True, 25, 80)
"""Its place is asked for."""


class ProfilesCard(Surface):
    """
    Signals:
        wished(Kind, ProfilesWish | None): what sending would ask for now; None: it is given up.
    """

    wished = Signal(object, object)

    def __init__(self, button: CommandButton, unsent: Unsent[ProfilesWish]) -> None:
        super().__init__(text("profiles.title"), plain=True)
        self._state, self._now = State(), datetime.now().astimezone()
        self._is_open = False
        self.unsent = unsent
        self.editor: ProfileCard | None = None
        self._edited: Profile | None = None
        """As the car had it when the editor was opened."""
        self._rows: list[ProfileRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.body.addLayout(self._list)
        self._new = Link(f"+ {text('profiles.new')}", "name")
        self._new.setAccessibleName(text("profiles.new"))
        self._new.activated_by_user.connect(lambda: self.edit(None))
        self.head.addWidget(self._new)
        self._changed = UnsentRows(button, text("profiles.stale"), REACH)
        self._changed.discarded.connect(self.discard)
        self.body.addWidget(self._changed)
        self.body.addStretch()

    # -- state --------------------------------------------------------------------------------------------------

    def show_state(self, state: State, now: datetime, *, enabled: bool) -> None:
        """`enabled`: nothing shuts the page."""
        self._state, self._now = state, now
        self.unsent.settle(state)
        vehicle, runs, wish = state.vehicle, self.unsent.runs(state), self.unsent.wish
        # What is under way is not changed under its feet.
        self._is_open = enabled and not runs and vehicle is not None and CAN in vehicle.capabilities
        profiles, charging = self._profiles(), self._charging()
        self.setVisible(bool(profiles))
        while len(self._rows) < len(profiles):
            self._add_row()
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(profiles))
            if place < len(profiles):
                row.show_profile(profiles[place], profiles[place].id == charging.profile, self._is_open)
        self._new.setVisible(self._is_open and self._has_room(profiles))
        self._changed.show_unsent(self.unsent, state, wish is None or wish.based_on == charging.profiles_as_of)
        self._follow(charging)

    def _add_row(self) -> None:
        row, place = ProfileRow(), len(self._rows)
        row.clicked.connect(lambda _=False: self.edit(place))
        self._rows.append(row)
        self._list.addWidget(row)

    def _charging(self) -> Charging:
        vehicle = self._state.vehicle
        return vehicle.charging if vehicle is not None and not vehicle.switches.private_mode else Charging()

    def _profiles(self) -> tuple[Profile, ...]:
        return self.unsent.wish.profiles if self.unsent.wish is not None else self._charging().profiles

    def _has_room(self, profiles: tuple[Profile, ...]) -> bool:
        return len(profiles) < (self._charging().profiles_most or 0)

    # -- wishes -------------------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Another car: nothing of this one."""
        self.unsent.forget()
        if self.editor is not None:
            self.editor.card.close_card()

    def discard(self) -> None:
        self.unsent.forget()
        self.wished.emit(Kind.PROFILES_SET, None)
        self._again()

    def _again(self) -> None:
        self.show_state(self._state, self._now, enabled=self._is_open)

    def _take(self, profiles: tuple[Profile, ...]) -> None:
        if profiles == self._charging().profiles:
            self.discard()
            return
        before = self.unsent.wish
        wish = ProfilesWish(profiles, before.based_on if before is not None else self._charging().profiles_as_of)
        self.unsent.take(wish, self._state)
        self.wished.emit(Kind.PROFILES_SET, wish)
        self._again()

    def edit(self, place: int | None) -> None:
        """A new one, or the one at `place`."""
        vehicle = self._state.vehicle
        if vehicle is None:
            return
        profiles = self._profiles()
        one = profiles[place] if place is not None else replace(NEW, id=fresh_id(profiles))
        self._edited = self._of_car(one.id)
        self.editor = ProfileCard(
            self.window(), one, vehicle.position, faces.here(vehicle, self._now),
            lambda new: trouble(new, self._without(one.id)),
            lambda new: self._take(placed(self._without(one.id) if new.id != one.id else self._profiles(), new)),
            lambda: self._take(self._without(one.id)),
        )  # fmt: skip
        self.editor.card.closed.connect(self._closed)

    def _without(self, number: int) -> tuple[Profile, ...]:
        return tuple(one for one in self._profiles() if one.id != number)

    def _closed(self) -> None:
        self.editor = None

    def _of_car(self, number: int) -> Profile | None:
        return next((one for one in self._charging().profiles if one.id == number), None)

    def _follow(self, charging: Charging) -> None:
        """The one that is being edited may be deleted or changed elsewhere meanwhile: told once."""
        if self.editor is None or self._edited is None:
            return
        now = self._of_car(self._edited.id)
        if now == self._edited or not charging.profiles:
            return
        if now is None:
            profiles = self._profiles()
            self.editor.tell_gone(fresh_id(profiles) if self._has_room(profiles) else None)
        else:
            self.editor.tell_moved()
        self._edited = None
