"""The letters that the sign-in service wants to see: the picture on white, whatever the theme, and a way to another one."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from companion.ui.parts import paint
from companion.ui.parts.buttons import IconButton
from companion.ui.parts.column import Column
from companion.ui.parts.labels import Label
from companion.ui.text import text


class Picture(QWidget):
    """An SVG or PNG as large as fits on a white plate: dark letters never stand on a dark page."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = b""
        self.setFixedHeight(112)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text("captcha.picture"))

    def sizeHint(self) -> QSize:
        return QSize(300, 112)

    def show_bytes(self, content: bytes) -> None:
        self._bytes = content
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawRoundedRect(self.rect().toRectF(), 8, 8)
        room = self.rect().toRectF().adjusted(8, 6, -8, -6)
        if b"<svg" in self._bytes[:1000]:
            from PySide6.QtSvg import QSvgRenderer

            renderer = QSvgRenderer(QByteArray(self._bytes))
            if renderer.isValid():
                renderer.render(painter, _fitted(renderer.defaultSize(), room))
        else:
            image = QImage.fromData(self._bytes)
            if not image.isNull():
                painter.drawImage(_fitted(image.size(), room), image)


def _fitted(size: QSize, room: QRectF) -> QRectF:
    scale = min(room.width() / max(1, size.width()), room.height() / max(1, size.height()))
    box = QRectF(0, 0, size.width() * scale, size.height() * scale)
    box.moveCenter(room.center())
    return box


def mark(line: QLineEdit, wrong: bool) -> None:
    """A field whose content was refused."""
    wanted = "error" if wrong else ""
    if line.property("state") != wanted:
        line.setProperty("state", wanted)
        line.style().unpolish(line)
        line.style().polish(line)


class Captcha(QWidget):
    """
    Signals:
        edited(): the letters changed.
        entered(): Enter in the field.
        reload_requested(): another picture, please.
    """

    edited = Signal()
    entered = Signal()
    reload_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: bytes | None = None
        self._picture, self._line = Picture(), QLineEdit()
        self._line.setAccessibleName(text("captcha.letters"))
        another = IconButton("refresh", text("captcha.another"))
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 0, 0)
        row.addWidget(self._picture)
        row.addWidget(another)
        column = Column(self)
        column.addLayout(row)
        column.addSpacing(12)
        column.put(Label(text("captcha.letters"), "caption", "text-2"))
        column.addSpacing(6)
        column.put(self._line)
        column.addSpacing(16)
        self._line.textChanged.connect(self.edited)
        self._line.returnPressed.connect(self.entered)
        another.clicked.connect(self.reload_requested)
        self.hide()

    @property
    def letters(self) -> str:
        return self._line.text().strip() if self._shown else ""

    def mark(self, wrong: bool) -> None:
        mark(self._line, wrong)

    def show_picture(self, content: bytes | None) -> None:
        """None: nothing is asked for. A new picture empties the field and takes the focus."""
        if content == self._shown:
            return
        self._shown = content
        self._line.clear()
        self._picture.show_bytes(content or b"")
        self.setVisible(content is not None)
        if content is not None:
            self._line.setFocus(Qt.FocusReason.OtherFocusReason)
