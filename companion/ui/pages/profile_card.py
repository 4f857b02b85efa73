"""One charging profile, edited: its name, how far it charges, where it holds, and in which hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from companion.model.charging import HIGHEST, LOWEST, STEP, Profile
from companion.model.position import Position
from companion.model.profiles import is_elsewhere
from companion.ui.pages import profile_faces as faces
from companion.ui.pages.profile_hours import HoursEditor
from companion.ui.pages.profile_place import PlaceEditor
from companion.ui.parts.buttons import ROOM, Button
from companion.ui.parts.field import Field
from companion.ui.parts.labels import Label
from companion.ui.parts.percent import Percent
from companion.ui.parts.popover import Card
from companion.ui.parts.toggle import Toggle
from companion.ui.text import text

WIDE, NARROW, COLUMN = 720, 400, 320
NAME_HIGH = 26


class ProfileCard:
    """`check` says what would be wrong with the profile, part by part; `done` gets it; `gone` deletes it. A profile that has
    no number yet is a new one. `here` and `age`: where the car stands, as it told.
    """

    def __init__(
        self, window: QWidget, one: Profile, here: Position | None, age: str, check: Callable[[Profile], dict[str, str]],
        done: Callable[[Profile], None], gone: Callable[[], None],
    ) -> None:  # fmt: skip
        self._one, self._check, self._done, self._gone = one, check, done, gone
        self._is_new, self._is_elsewhere = one.id < 1, is_elsewhere(one)
        title = text("profiles.new" if self._is_new else "profiles.edit")
        self.card = Card(window, NARROW if one.older else WIDE, title, modal=True)
        self.card.body.put(Label(title, "panel-title"))
        self.card.body.addSpacing(12)
        self.name = Field(text("profiles.name"), faces.name(one))
        self.target = Percent(text("charging.target"), one.target or HIGHEST, LOWEST, STEP)
        self.minimum = None if one.minimum is None else Percent(text("charging.minimum"), one.minimum, 0, STEP)
        self.place = None if one.older or self._is_elsewhere else PlaceEditor(one.place, here, age)
        self.hours = None if one.older else HoursEditor(one.hours, one.optimised)
        self.use = None if self._is_elsewhere else Toggle(text("profiles.use"))
        self._columns()
        self.news = Label("", "body", "warn", wrap=True)
        self.news.hide()
        self.news.setContentsMargins(0, 12, 0, 0)
        self.card.body.put(self.news)
        self.card.body.addSpacing(12)
        self.card.body.addLayout(self._buttons())
        self.card.show_centred()

    def _columns(self) -> None:
        """Its name and whether it is on over both; below, how far and where it charges, and in which hours."""
        grid = QGridLayout()
        grid.setContentsMargins(ROOM, 0, 0, 0)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(20)
        grid.addWidget(self.name, 0, 0)
        if self.use is not None:
            self.use.setChecked(self._one.enabled)
            grid.addLayout(self._used(self.use), 0, 1)
        grid.addLayout(self._left(), 1, 0)
        if self.hours is not None:
            grid.addWidget(self.hours, *((1, 1) if self.use is not None else (0, 1, 2, 1)))
            grid.setColumnMinimumWidth(1, COLUMN)
            self.hours.resized.connect(self._fit)
        for column in range(1 if self.hours is None else 2):
            grid.setColumnStretch(column, 1)
        self.card.body.addLayout(grid)

    @staticmethod
    def _used(use: Toggle) -> QHBoxLayout:
        """Level with the name's field."""
        row = QHBoxLayout()
        row.setContentsMargins(0, NAME_HIGH, 0, 0)
        label = Label(text("profiles.use"), "body")
        label.setFixedHeight(use.height())
        row.addWidget(label, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(use, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _left(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(16)
        if self._one.older:
            column.addWidget(Label(text("profiles.older_note"), "caption", "text-3", wrap=True))
        for widget in (self.target, self.minimum, self.place):
            if widget is not None:
                column.addWidget(widget)
        column.addStretch()
        return column

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        if self._is_elsewhere or self._one.older:
            # Why it cannot be deleted, where the others can.
            key = "profiles.only_note" if self._one.older else "profiles.elsewhere_note"
            row.addSpacing(ROOM)
            row.addWidget(Label(text(key), "caption", "text-3", wrap=True), 1)
        elif not self._is_new:
            self.delete = Button(text("profiles.delete"), "danger")
            self.delete.clicked.connect(self._delete)
            row.addWidget(self.delete)
        row.addStretch()
        cancel, self.take = Button(text("action.cancel"), "quiet"), Button(text("profiles.take"), "primary")
        cancel.clicked.connect(self.card.close_card)
        self.take.clicked.connect(self._take)
        row.addWidget(cancel)
        row.addWidget(self.take)
        return row

    def _fit(self) -> None:
        self.card.refit()

    # -- what comes from elsewhere meanwhile --------------------------------------------------------------------

    def tell_gone(self, fresh: int | None) -> None:
        """It was deleted elsewhere: what is set here can be kept as a new one with the number `fresh`; None: there is no room."""
        self._one = self._one if fresh is None else replace(self._one, id=fresh)
        self.take.setText(text("profiles.take_new"))
        self.take.setAccessibleName(self.take.text())
        self.take.updateGeometry()
        self.take.setEnabled(fresh is not None)
        self._tell(text("profiles.gone", name=faces.name(self._one)))

    def tell_moved(self) -> None:
        """It was changed elsewhere: what is set here would overwrite that, and is not taken."""
        self.take.setEnabled(False)
        self._tell(text("profiles.moved", name=faces.name(self._one)))

    def _tell(self, words: str) -> None:
        if self.place is not None:
            # There is nothing left to delete, or it is no longer the one that was looked at.
            self.delete.hide()
        self.news.setText(words)
        self.news.show()
        self._fit()

    # -- the end ------------------------------------------------------------------------------------------------

    def wished(self) -> Profile:
        one, name = self._one, self.name.line.text().strip()
        return replace(
            one, name=one.name if name == faces.name(one) else name, target=self.target.value,
            minimum=None if self.minimum is None else self.minimum.value,
            enabled=one.enabled if self.use is None else self.use.isChecked(),
            place=one.place if self.place is None else self.place.place,
            hours=one.hours if self.hours is None else self.hours.hours,
            optimised=one.optimised if self.hours is None else self.hours.toggle.isChecked(),
        )  # fmt: skip

    def _take(self) -> None:
        """What is wrong is said beside what is wrong, and nothing is taken."""
        one = self.wished()
        trouble = self._check(one)
        self.name.say(_said(trouble, "name"))
        if self.minimum is not None:
            self.minimum.wrong.say(_said(trouble, "minimum"))
        if self.place is not None:
            self.place.say(trouble)
        if self.hours is not None:
            self.hours.say(_said(trouble, "hours"))
        self._fit()
        if not trouble:
            self.card.close_card()
            self._done(one)

    def _delete(self) -> None:
        self.card.close_card()
        self._gone()


def _said(trouble: dict[str, str], part: str) -> str:
    return faces.wrong(trouble[part]) if part in trouble else ""
