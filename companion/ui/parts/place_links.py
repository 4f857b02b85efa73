"""What can be done with a place: copy it, or give it to another program, after saying what that gives away."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from companion.ui.parts.buttons import Button
from companion.ui.parts.labels import Label, Link
from companion.ui.parts.popover import Card
from companion.ui.text import text

WIDE = 420


class PlaceLinks(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._coordinates = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self.copy_link, self.open_link = Link(text("finder.copy")), Link(text("finder.open"))
        self.copy_link.activated_by_user.connect(self.copy)
        self.open_link.activated_by_user.connect(self.ask)
        row.addWidget(self.copy_link)
        row.addWidget(self.open_link)
        row.addStretch()
        self.card: Card | None = None

    def show_place(self, latitude: float, longitude: float) -> None:
        """With a decimal point whatever the language: as other programs read it."""
        coordinates = f"{latitude:.6f}, {longitude:.6f}"
        if coordinates != self._coordinates:
            self._coordinates = coordinates
            self.copy_link.setText(text("finder.copy"))

    @property
    def address(self) -> str:
        """RFC 5870."""
        return f"geo:{self._coordinates.replace(' ', '')}"

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self._coordinates)
        self.copy_link.setText(text("finder.copied"))

    def ask(self) -> None:
        """Exactly what is given away, before it is."""
        self.card = card = Card(self.window(), WIDE, text("finder.open"), modal=True)
        card.closed.connect(self._gone)
        card.body.put(Label(text("finder.open"), "panel-title", wrap=True))
        card.body.addSpacing(8)
        card.body.put(Label(text("finder.open_note"), "body", "text-2", wrap=True))
        card.body.addSpacing(12)
        card.body.put(Label(self.address, "bytes", wrap=True))
        self._failed = Label("", "caption", "danger", wrap=True)
        self._failed.hide()
        card.body.addSpacing(8)
        card.body.put(self._failed)
        card.body.addSpacing(8)
        card.body.addLayout(self._buttons(card))
        card.show_centred()

    def _buttons(self, card: Card) -> QHBoxLayout:
        row = QHBoxLayout()
        cancel, self.go = Button(text("action.cancel"), "quiet"), Button(text("finder.open_go"), "primary")
        cancel.clicked.connect(card.close_card)
        self.go.clicked.connect(lambda: self._hand_over(card))
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(self.go)
        return row

    def _hand_over(self, card: Card) -> None:
        if QDesktopServices.openUrl(QUrl(self.address)):
            card.close_card()
            return
        self._failed.setText(text("finder.open_failed"))
        self._failed.show()
        card.refit()

    def _gone(self) -> None:
        self.card = None
