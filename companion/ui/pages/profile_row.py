"""A charging profile as a row: its place, how it charges there, and whether that is in force."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from companion.model.charging import Profile
from companion.ui import format as fmt
from companion.ui.pages import profile_faces as faces
from companion.ui.pages.surface import REACH
from companion.ui.parts import paint
from companion.ui.parts.buttons import Pressable
from companion.ui.text import text
from companion.ui.theme import theme

CHEVRON = 28
"""Room at the right of a row that opens."""


class ProfileRow(Pressable):
    def __init__(self) -> None:
        super().__init__()
        self._one: Profile | None = None
        self._is_here = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(300, 56)

    def show_profile(self, one: Profile, here: bool, enabled: bool) -> None:
        self._one, self._is_here = one, here
        target = "" if one.target is None else fmt.percent(one.target)
        self.setAccessibleName(
            ", ".join(filter(None, (faces.name(one), target, text("profiles.active") if here else "")))
        )
        self.setAccessibleDescription(faces.second(one))
        self.setEnabled(enabled)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide, one = paint.begin(self), self.width() - 2.0 * REACH, self._one
        if one is None:
            return
        painter.translate(REACH, 0)
        if self.is_hovered:
            paint.surface(painter, QRectF(-REACH, 1, wide + 2 * REACH, 54), 8, "raised")
        else:
            paint.hairline(painter, 0, 0, wide)
        ink = "text-1" if one.enabled else "text-3"
        theme().draw_icon(painter, faces.icon(one), "accent" if self._is_here else "text-2", 0, 18, 18)
        right = wide - (CHEVRON if self.isEnabled() else 0)
        target = "" if one.target is None else fmt.percent(one.target)
        paint.write(painter, 0, 18, target, "name", ink, right, paint.RIGHT, tabular=True)
        self._words(painter, one, ink, right - paint.width_of(target, "name", True) - 12)
        if self.isEnabled():
            theme().draw_icon(painter, "right", "text-2", wide - 18, 19, 18)
        if self.shows_ring:
            paint.surface(painter, QRectF(1 - REACH, 2, wide + 2 * REACH - 2, 52), 8, None, "accent", 2)

    def _words(self, painter: QPainter, one: Profile, ink: str, right: float) -> None:
        """Name, pill and second line, up to `right`."""
        pill = text("profiles.active") if self._is_here else ""
        room = paint.width_of(pill, "micro") + 26 if pill else 0
        used = paint.write(painter, 32, 9, faces.name(one), "name", ink, right - 32 - room)
        if pill:
            box = QRectF(32 + used + 10, 10, room - 10, 18)
            paint.surface(painter, box, 9, "accent-fill")
            paint.write(painter, box.x() + 8, 12, pill, "micro", "accent")
        paint.write(painter, 32, 31, faces.second(one), "caption", "text-3", right - 32)
