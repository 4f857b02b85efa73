"""One notice at the bottom left of the content: icon, sentence, at most one action. Errors stay until dismissed."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from companion.model.state import Notice, Tone
from companion.ui import message_faces
from companion.ui import notice as words_of
from companion.ui.parts import paint
from companion.ui.parts.buttons import Button, IconButton
from companion.ui.text import text
from companion.ui.theme import theme

SHOWN_FOR = 6000
LOOKS = {
    Tone.OK: ("ok", "ok"), Tone.INFO: ("info", "text-2"), Tone.WARN: ("question", "warn"),
    Tone.DANGER: ("warning", "danger"),
}  # fmt: skip


class Toast(QWidget):
    """
    Signals:
        dismissed(int): the notice with this id is gone.
        action_requested(int, str): its action was pressed.
    """

    dismissed = Signal(int)
    action_requested = Signal(int, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._notice: Notice | None = None
        self._buttons = self._left = self._foot = 0
        self._text_room = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(48, 2, 6, 2)
        self._row.setSpacing(0)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_FOR)
        self._timer.timeout.connect(self._end)
        self.hide()

    def show_notices(self, notices: tuple[Notice, ...]) -> None:
        """The newest is shown; one that passes by itself gives way to the one before it."""
        newest = notices[-1] if notices else None
        if newest == self._notice:
            return
        self._notice = newest
        self._timer.stop()
        self.setVisible(newest is not None)
        if newest is not None:
            self._fill(newest)
            if not newest.sticky:
                self._timer.start()

    def _fill(self, notice: Notice) -> None:
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._row.addStretch()
        self._buttons = 54
        if notice.action:
            button = Button(text(f"action.{notice.action}"), "link", height=36)
            self._buttons += button.sizeHint().width()
            button.clicked.connect(lambda: self.action_requested.emit(notice.id, notice.action or ""))
            self._row.addWidget(button)
        close = IconButton("close", text("action.dismiss"))
        close.clicked.connect(self._end)
        self._row.addWidget(close)
        self.setAccessibleName(self._words())
        self._announce(notice)
        self.place()

    def _words(self) -> str:
        if self._notice is None:
            return ""
        return words_of.of(self._notice) if self._notice.message is None else message_faces.notice(self._notice)

    def _announce(self, notice: Notice) -> None:
        event = QAccessibleAnnouncementEvent(self, self._words())
        urgent = notice.tone is Tone.DANGER
        polite = QAccessible.AnnouncementPoliteness
        event.setPoliteness(polite.Assertive if urgent else polite.Polite)
        QAccessible.updateAccessibility(event)

    def _end(self) -> None:
        if self._notice is not None:
            self.dismissed.emit(self._notice.id)

    def keep_clear(self, left: int, foot: int) -> None:
        """Pixels beside and below where something else stands."""
        if (left, foot) != (self._left, self._foot):
            self._left, self._foot = left, foot
            self.place()

    # -- geometry -----------------------------------------------------------------------------------------------

    def place(self) -> None:
        """Bottom left of what is clear of its parent, as wide as its words need."""
        if self._notice is None:
            return
        left = self._left or 32
        room = self._over.width() - left - 32
        buttons = self._buttons
        wide = min(room, round(paint.width_of(self._words(), "name")) + 60 + buttons)
        folded = self._lines(wide - 54 - buttons)
        self._text_room = wide - 54 - buttons
        high = 48 if len(folded) == 1 else 32 + 20 * len(folded)
        self.setGeometry(left, self._over.height() - high - 24 - self._foot, wide, high)
        self.raise_()
        self.update()

    def _lines(self, room: float) -> list[str]:
        return paint.lines(self._words(), "name", max(120.0, room))

    def sizeHint(self) -> QSize:
        return QSize(400, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._notice is None:
            return
        painter = paint.begin(self)
        paint.surface(painter, self.rect().toRectF(), 12, "raised", "hairline")
        told = self._notice.message
        icon, token = LOOKS[self._notice.tone] if told is None else message_faces.ICONS[told.kind]
        theme().draw_icon(painter, icon, token, 16, self.height() / 2 - 10, 20)
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        folded = self._lines(self._text_room)
        top = self.height() / 2 - 10 * len(folded)
        for number, line in enumerate(folded):
            paint.write(painter, 50, top + 20 * number, line, "name" if number == 0 else "body", "text-1")
