"""The security code: four cells and a keypad; digits by keyboard too. Nothing is sent before the last button is pressed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, Button, Pressable
from companion.ui.parts.labels import Label
from companion.ui.parts.popover import Card
from companion.ui.text import text
from companion.ui.theme import theme

LENGTH = 4


class _Cells(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.is_wrong = False
        self.setFixedHeight(72)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        step = (self.width() - 8 - 4 * 56) / 3 + 56
        for place in range(LENGTH):
            box = QRectF(4 + place * step, 4, 56, 64)
            current = place == self.count and not self.is_wrong
            line, width = ("danger", 1.5) if self.is_wrong else ("accent", 2.0) if current else ("line-strong", 1.0)
            paint.surface(painter, box, 8, "sunken", line, width)
            if place < self.count:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme().color("text-1"))
                painter.drawEllipse(box.center(), 5, 5)


class _Key(Pressable):
    def __init__(self, words: str, icon: str | None = None) -> None:
        super().__init__(words)
        self._icon = icon

    def sizeHint(self) -> QSize:
        return QSize(76 + 2 * ROOM, 44 + 2 * ROOM)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.box
        if self._icon is None:
            paint.surface(painter, box, 8, "panel" if self.is_hovered else "surface")
        self.paint_press(painter, 8)
        ink = "text-1" if self.isEnabled() else "text-3"
        if self._icon is not None:
            theme().draw_icon(painter, self._icon, "text-2", box.center().x() - 9, box.center().y() - 9, 18)
        else:
            wide = paint.width_of(self.text(), "panel-title")
            paint.write(painter, box.center().x() - wide / 2, box.center().y() - 11, self.text(), "panel-title", ink)
        if self.shows_ring:
            paint.ring(painter, box.adjusted(1, 1, -1, -1), 7)


class CodePad(Card):
    """
    Signals:
        code_entered(str): four digits, after the last button was pressed.
    """

    code_entered = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, 308, text("code.title"), modal=True)
        self._code = ""
        self._told: set[tuple[str, str]] = set()
        self._entered = False
        self._cells = _Cells()
        self._message = Label("", "caption", "text-2", wrap=True)
        self._go = Button(text("code.unlock"), "primary")
        self._cancel = Button(text("action.cancel"), "quiet")
        self._arrange_parts()
        self._go.clicked.connect(self._enter)
        self._cancel.clicked.connect(self.close_card)
        self.say(text("code.stays"))
        self._refresh()

    def _arrange_parts(self) -> None:
        self.body.put(Label(text("code.title"), "panel-title"))
        self.body.addSpacing(4)
        self._message.setMinimumHeight(34)
        self._message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.put(self._message)
        self.body.addSpacing(8)
        self.body.addWidget(self._cells)
        self.body.addSpacing(8)
        grid = QGridLayout()
        grid.setSpacing(0)
        for place, digit in enumerate("123456789"):
            grid.addWidget(self._key(digit), place // 3, place % 3)
        grid.addWidget(self._key("0"), 3, 1)
        back = _Key(text("code.back"), "close")
        back.clicked.connect(self._back)
        grid.addWidget(back, 3, 2)
        self.body.addLayout(grid)
        self.body.addSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addStretch()
        row.addWidget(self._cancel)
        row.addWidget(self._go)
        self.body.addLayout(row)

    def _key(self, digit: str) -> _Key:
        key = _Key(digit)
        key.clicked.connect(lambda: self._digit(digit))
        return key

    def say(self, words: str, wrong: bool = False) -> None:
        self._message.setText(words)
        self._message.tint("danger" if wrong else "text-2")

    def takes(self, command: str, phase: str) -> bool:
        """Whether that move of a command came after this pad's code, for the first time."""
        if not self._entered or (command, phase) in self._told:
            return False
        self._told.add((command, phase))
        return True

    def show_busy(self) -> None:
        self._go.set_busy(True)
        self._go.setEnabled(False)

    def show_wrong(self, words: str, locked: bool = False) -> None:
        """The code was refused: the cells are emptied, the words say why and what is left."""
        self._code = ""
        self._cells.is_wrong = True
        self._go.set_busy(False)
        self.say(words, wrong=True)
        self._refresh()
        for key in self.inner.findChildren(_Key):
            key.setEnabled(not locked)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdecimal() and event.text().isascii():
            self._digit(event.text())
        elif event.key() == Qt.Key.Key_Backspace:
            self._back()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            super().keyPressEvent(event)

    def _digit(self, digit: str) -> None:
        if len(self._code) < LENGTH and not self._go.is_busy:
            self._cells.is_wrong = False
            self._code += digit
            self._refresh()

    def _back(self) -> None:
        self._code = self._code[:-1]
        self._refresh()

    def _enter(self) -> None:
        if len(self._code) == LENGTH and not self._go.is_busy:
            code, self._code = self._code, ""
            self._entered = True
            self.code_entered.emit(code)

    def _refresh(self) -> None:
        self._cells.count = len(self._code)
        self._cells.setAccessibleName(text("code.digits", n=len(self._code)))
        self._cells.update()
        self._go.setEnabled(len(self._code) == LENGTH)
