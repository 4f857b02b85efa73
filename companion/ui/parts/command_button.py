"""A command and its life: code needed -> sending -> accepted -> done | failed | unknown. It never says the new state first."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QEvent, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, Pressable
from companion.ui.parts.sweep import Sweep
from companion.ui.theme import theme

DWELL = 220
"""Milliseconds that the pointer rests on a command before the panel follows it."""
SHOWN_FOR = 4000
"""Milliseconds that a button tells how its command ended."""
JUST = 400
"""Milliseconds in which a button has only just come up."""


@dataclass(frozen=True, slots=True)
class Face:
    """What the button shows. `tone` tints icon and second line; `why_not` disables and says why."""

    icon: str
    name: str
    second: str
    tone: str = "text-3"
    busy: bool = False
    enabled: bool = True
    then: Face | None = None
    """What it is at rest again: an end is shown for a moment only."""


class CommandButton(Pressable):
    """
    Signals:
        looked_at(str): the pointer rests on it, or it got the focus: the panel should follow this action.
    """

    looked_at = Signal(str)

    def __init__(self, action: str, parent: QWidget | None = None, *, is_primary: bool = False) -> None:
        """`is_primary`: what the page is for; at rest it has the primary button's colours."""
        super().__init__("", parent)
        self.action = action
        self._is_primary = is_primary
        self._face = Face("question", "", "")
        self._sweep = Sweep(self)
        self._followed = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._appeared = QElapsedTimer()
        self._dwell = QTimer(self, singleShot=True, interval=DWELL)
        self._given = self._face
        self._ended: Face | None = None
        """The end that was last shown."""
        self._settle = QTimer(self, singleShot=True, interval=SHOWN_FOR)
        self._settle.timeout.connect(lambda: self.show_face(self._given, self._followed))
        self._dwell.timeout.connect(lambda: self.looked_at.emit(self.action))

    def sizeHint(self) -> QSize:
        return QSize(150, 72 + 2 * ROOM)

    def show_face(self, face: Face, followed: bool) -> None:
        """`followed`: the panel shows this action."""
        self._given = face
        if face.then is None:
            self._settle.stop()
        elif face != self._ended:
            self._ended = face
            self._settle.start()
        elif not self._settle.isActive():
            # Its moment is over, however often it is shown again.
            face = face.then
        self._face = face
        self._followed = followed
        self._sweep.run(face.busy)
        self.setText(face.name)
        self.setAccessibleName(face.name)
        self.setAccessibleDescription(face.second)
        self.setToolTip(face.second if paint.width_of(face.second, "caption") > self._room else "")
        self.update()

    @property
    def _stands_out(self) -> bool:
        """Under way, or with something to tell, it is a card like the others."""
        return self._is_primary and self.is_usable and self._face.tone == "text-3"

    @property
    def is_usable(self) -> bool:
        return self._face.enabled and not self._face.busy

    @property
    def _room(self) -> float:
        return self.box.width() - 56

    def showEvent(self, event: QShowEvent) -> None:
        self._appeared.start()
        super().showEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """One that comes up under a pointer at rest is not what somebody points at."""
        if self._appeared.elapsed() > JUST:
            self._dwell.start()
        super().enterEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._followed and not self._dwell.isActive():
            self._dwell.start()
        super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """One press is one command; and a second click meant for what stood here a moment ago is none."""

    def leaveEvent(self, event: QEvent) -> None:
        self._dwell.stop()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.shows_ring:
            self.looked_at.emit(self.action)

    def paintEvent(self, event: QPaintEvent) -> None:
        face, box = self._face, self.box
        painter = paint.begin(self)
        raised = (self.is_hovered or self._followed) and face.enabled
        line = "hairline" if theme().name == "light" else None
        if self._stands_out:
            paint.surface(painter, box, 12, "action")
        else:
            paint.surface(painter, box, 12, "raised" if raised else "surface", line)
        self.paint_press(painter, 12)
        dim = not face.enabled
        middle = box.center().y()
        if face.busy:
            self._sweep.paint(painter, QRectF(box.x() + 15, middle - 10, 20, 20))
        else:
            known = face.tone if face.tone in ("ok", "danger", "warn") else "text-1"
            tint = "text-3" if dim else "action-on" if self._stands_out else known
            theme().draw_icon(painter, face.icon, tint, box.x() + 13, middle - 12, 24)
        self._words(painter, box.x() + 48, middle)
        if self._followed or self.shows_ring:
            paint.ring(painter, box.adjusted(1, 1, -1, -1), 11)

    def _words(self, painter: QPainter, x: float, middle: float) -> None:
        """Name and second line; either may take two where the button is narrow."""
        face, dim = self._face, not self._face.enabled
        names = paint.lines(face.name, "name", self._room)[:2]
        folded, most = paint.lines(face.second, "caption", self._room), 2
        # What has no line of its own ends in an ellipsis, never in silence.
        seconds = [*folded[: most - 1], " ".join(folded[most - 1 :])] if len(folded) > most else folded
        y = middle - 9 * len(names) - 8 * len(seconds) - 1
        for line in names:
            ink = "text-3" if dim else "action-on" if self._stands_out else "text-1"
            paint.write(painter, x, y, line, "name", ink, self._room)
            y += 18
        for line in seconds:
            ink = "text-3" if dim else "action-on" if self._stands_out else face.tone
            paint.write(painter, x, y, line, "caption", ink, self._room)
            y += 16
