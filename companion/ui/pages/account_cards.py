"""The end of the account as two cards: what it means, before; and what it erased, after."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from companion.model.receipt import Deletion, Erased
from companion.ui import format as fmt
from companion.ui.parts.buttons import Button
from companion.ui.parts.details import Detail, DetailRow
from companion.ui.parts.field import Wrong
from companion.ui.parts.labels import Label
from companion.ui.parts.popover import Card
from companion.ui.text import localized, plural, text

WIDE = 460


class DeletionCard(Card):
    """`typed` hears each change of the password, so that its bytes can be shown; `confirmed` the password. It stays until
    the account is gone, or somebody gives it up.
    """

    def __init__(self, window: QWidget, typed: Callable[[str], None], confirmed: Callable[[str], None]) -> None:
        super().__init__(window, WIDE, text("account.delete"), modal=True)
        self._confirmed = confirmed
        self.body.put(Label(text("account.title"), "panel-title", wrap=True))
        self.body.addSpacing(8)
        for key in ("account.promised_note", "account.ours_note", "account.here_note"):
            self.body.put(Label(text(key), "body", "text-2", wrap=True))
            self.body.addSpacing(8)
        self.line, self.wrong = QLineEdit(), Wrong()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName(text("account.password"))
        self.line.setPlaceholderText(text("account.password"))
        self.line.setMaxLength(200)
        self.body.addSpacing(4)
        self.body.put(self.line)
        self.body.put(self.wrong)
        self.body.addSpacing(16)
        cancel, self.go = Button(text("action.cancel"), "quiet"), Button(text("account.go"), "danger")
        self.go.setEnabled(False)
        self.body.addLayout(_row(cancel, self.go))
        self.line.textChanged.connect(lambda words: self.go.setEnabled(bool(words)))
        self.line.textChanged.connect(typed)
        self.line.returnPressed.connect(self.go.click)
        cancel.clicked.connect(self.close_card)
        self.go.clicked.connect(self._go)
        self.show_centred()

    def _go(self) -> None:
        self.go.set_busy(True)
        self.line.setReadOnly(True)
        self._confirmed(self.line.text())

    def show_failed(self, words: str) -> None:
        """Why it is still there; what was typed can be typed again. Empty: nothing went wrong yet."""
        if words == self.wrong.text():
            return
        if words:
            self.go.set_busy(False)
            self.line.setReadOnly(False)
            self.line.setFocus()
            self.line.selectAll()
        self.wrong.say(words)
        self.refit()


def tell(window: QWidget, deletion: Deletion, fresh: Callable[[], None] | None) -> Card:
    """`fresh` makes the demo account anew; None where this app may not."""
    card = Card(window, WIDE, text("account.gone", rows=fmt.number(deletion.rows)), modal=True)
    card.body.put(Label(text("account.gone", rows=fmt.number(deletion.rows)), "panel-title", wrap=True))
    card.body.addSpacing(12)
    card.body.put(Label(text("account.promised"), "caption-strong", "text-2"))
    for title, number, rows in deletion.promised:
        detail = Detail(localized(title), plural("privacy.records", rows), text("line.short", line=number))
        card.body.put(DetailRow(detail, False))
    ours = [one for one in deletion.erased if one.line is None]
    card.body.addSpacing(12)
    card.body.put(Label(text("account.ours"), "caption-strong", "text-2"))
    for party, rows in _by_party(ours).items():
        card.body.put(DetailRow(Detail(party, plural("privacy.records", rows)), False))
    card.body.addSpacing(12)
    before, after = deletion.before.total, deletion.after.total
    words = text("account.proof", before=fmt.number(before), after=fmt.number(after), files=len(deletion.after.files))
    card.body.put(Label(words, "body", "ok" if not after else "warn", wrap=True))
    card.body.addSpacing(16)
    done = Button(text("action.done"), "primary")
    buttons = [done]
    if fresh is not None:
        again = Button(text("account.fresh"), "secondary")
        again.clicked.connect(fresh)
        again.clicked.connect(card.close_card)
        buttons.insert(0, again)
    card.body.addLayout(_row(*buttons))
    done.clicked.connect(card.close_card)
    card.show_centred()
    return card


def _by_party(erased: list[Erased]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in erased:
        name = localized(one.party)
        found[name] = found.get(name, 0) + one.rows
    return found


def _row(*buttons: Button) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch()
    for button in buttons:
        row.addWidget(button)
    return row
