"""The charging profiles by place: how it charges there, and which is in force."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from companion.model.charging import Charging, Profile
from companion.ui import format as fmt
from companion.ui.pages import charging_faces as faces
from companion.ui.pages.surface import Surface
from companion.ui.parts import paint
from companion.ui.text import text
from companion.ui.theme import theme


class ProfilesCard(Surface):
    def __init__(self) -> None:
        super().__init__(text("profiles.title"), plain=True)
        self._rows: list[ProfileRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.body.addLayout(self._list)

    def show_charging(self, charging: Charging) -> None:
        self.setVisible(bool(charging.profiles))
        while len(self._rows) < len(charging.profiles):
            self._rows.append(ProfileRow())
            self._list.addWidget(self._rows[-1])
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(charging.profiles))
            if place < len(charging.profiles):
                one = charging.profiles[place]
                row.show_profile(one, one.id == charging.profile)


class ProfileRow(QWidget):
    """A place, how it charges there, and whether that is in force."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._second, self._target, self._icon, self._here = "", "", "", "home", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(300, 56)

    def show_profile(self, one: Profile, here: bool) -> None:
        self._name, self._second, self._here = one.name, faces.place(one), here
        self._icon = "globe" if one.place is None else "home"
        self._target = "" if one.target is None else fmt.percent(one.target)
        self.setAccessibleName(f"{one.name}, {self._target}, {self._second}, {text('profiles.active') if here else ''}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = paint.begin(self), float(self.width())
        paint.hairline(painter, 0, 0, wide)
        theme().draw_icon(painter, self._icon, "accent" if self._here else "text-2", 0, 18, 18)
        right = paint.width_of(self._target, "name") + 12
        used = paint.write(painter, 32, 9, self._name, "name", "text-1", wide - right - 32)
        if self._here:
            paint.write(painter, 32 + used + 10, 11, text("profiles.active"), "caption", "accent", wide - right - used - 42)
        paint.write(painter, 32, 31, self._second, "caption", "text-3", wide - right - 32)
        paint.write(painter, 0, 18, self._target, "name", "text-1", wide, paint.RIGHT)
