"""Privacy: four questions answered, who got what, the demo clock, what is held, and the notice against what was seen."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from companion.model.state import State
from companion.model.today import Flow
from companion.ui import format as fmt
from companion.ui.pages import privacy_faces as faces
from companion.ui.pages.clock_card import ClockCard
from companion.ui.pages.held_card import HeldCard
from companion.ui.pages.notice_table import GapList, TotalsTable, summary
from companion.ui.pages.receipt_card import ReceiptCard
from companion.ui.pages.surface import Surface
from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, Button
from companion.ui.parts.details import Detail, show_details
from companion.ui.parts.flow import FlowDiagram, sentence
from companion.ui.parts.labels import Label
from companion.ui.parts.page import Page
from companion.ui.parts.question import Question
from companion.ui.text import localized, plural, text

NARROW = 1100
"""Below this width the cards stand two by two, and the diagram over the clock."""
WIDEST = 1240


class Legend(QWidget):
    """What the colours of the diagram mean, and its mark."""

    def __init__(self) -> None:
        super().__init__()
        self._words = text("privacy.all_listed"), "↑ " + text("privacy.some_unlisted"), text("privacy.thickness")
        self.setFixedHeight(18)
        self.setMinimumWidth(round(sum(paint.width_of(one, "caption") for one in self._words)) + 90)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, x = paint.begin(self), float(self.width())
        for words, token in zip(reversed(self._words), ("", "warn", "accent"), strict=True):
            x -= paint.width_of(words, "caption")
            paint.write(painter, x, 1, words, "caption", "text-2")
            if token:
                paint.surface(painter, QRectF(x - 22, 6, 16, 6), 3, token)
                x -= 22
            x -= 18


class PrivacyPage(Page):
    """
    Signals:
        privacy_look_requested(): read anew what left, to whom, and what is held.
        clock_move_requested(str): demo staff move the clock on by a period.
        receipt_requested(): search every party's files for the owner's values.
        page_requested(str): another page answers the question.
        focus_requested(str): the panel should follow this action.
    """

    privacy_look_requested = Signal()
    clock_move_requested = Signal(str)
    receipt_requested = Signal()
    page_requested = Signal(str)
    focus_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__(text("page.privacy"), WIDEST, gutter=32 - ROOM)
        self._seen: object = None
        self.column.setSpacing(12)
        self._build()
        self._soon = QTimer(self, singleShot=True, interval=400)
        self._soon.timeout.connect(self.privacy_look_requested)

    def _build(self) -> None:
        self._cards = [Question() for _ in range(4)]
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        self.column.addLayout(self._grid)
        self._add_trouble()
        self._middle = QGridLayout()
        self._middle.setContentsMargins(ROOM, 0, ROOM, 0)
        self._middle.setSpacing(12)
        self.column.addLayout(self._middle)
        self._who, self.diagram, self.clock = Surface(text("privacy.flow")), FlowDiagram(), ClockCard()
        self._who.head.addWidget(Legend())
        self._who.body.addWidget(self.diagram, 1)
        self.held = HeldCard()
        self.put(self.held)
        self.receipt = ReceiptCard()
        self.receipt.receipt_requested.connect(self.receipt_requested)
        self.put(self.receipt)
        self._totals, self._gaps = TotalsTable(), GapList()
        self._section(text("totals.title"), text("totals.note"), self._totals)
        self._gap_card = self._section(text("gaps.title"), "", self._gaps)
        self.column.addStretch()
        self.diagram.flow_chosen.connect(self._tell)
        self.clock.clock_move_requested.connect(self.clock_move_requested)
        for card, target in zip(self._cards, ("left", "whom", "held", "in_car"), strict=True):
            card.clicked.connect(lambda _=False, target=target: self._go(target))
        self._arrange()

    def _add_trouble(self) -> None:
        """Why figures are missing or old, and a way to have them."""
        self._trouble = Surface("")
        self._trouble.body.takeAt(1)
        # The button keeps room for its ring.
        self._trouble.body.setContentsMargins(16, 14, 16 - ROOM, 12)
        self._why, self._again = (
            Label("", "body", "danger", wrap=True),
            Button(text("action.retry"), "secondary", height=32),
        )
        self._again.clicked.connect(self.privacy_look_requested)
        self._trouble.head.insertWidget(0, self._why, 1)
        self._trouble.head.addWidget(self._again)
        self.put(self._trouble)
        self._trouble.hide()

    def _section(self, title: str, note: str, widget: QWidget) -> Surface:
        card = Surface(title, note)
        card.body.addWidget(widget)
        self.put(card)
        return card

    def _arrange(self) -> None:
        narrow = self.width() < NARROW
        for place, card in enumerate(self._cards):
            self._grid.addWidget(card, place // 2 if narrow else 0, place % 2 if narrow else place)
        self._middle.addWidget(self._who, 0, 0)
        self._middle.addWidget(self.clock, 1 if narrow else 0, 0 if narrow else 1)
        self._middle.setColumnStretch(0, 7)
        self._middle.setColumnStretch(1, 0 if narrow else 3)

    # -- state --------------------------------------------------------------------------------------------------

    def show_state(self, state: State, now: datetime) -> None:
        today = state.today
        for card, answer in zip(self._cards, faces.answers(state), strict=True):
            card.show_answer(answer)
        trouble = faces.trouble(today)
        self._why.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        self.diagram.show_flows(today.flows, today.held, today.read_at is not None)
        self.clock.show_today(today, now, state.link.clock_offset, state.link.stage_open)
        self._totals.show_totals(today.services)
        self._gaps.show_gaps(today.gaps)
        self._gap_card.note.setText(summary(today.gaps))
        self.held.show_state(state, now)
        self.receipt.show_receipts(state.receipts)
        self._follow(state)

    def _follow(self, state: State) -> None:
        """Looks anew when something left or the clock was moved; its own looks are in no count."""
        newest = next((one for one in state.privacy.recent if one.group != "observation"), None)
        seen = (
            newest and (newest.id, newest.outcome),
            state.link.clock_offset,
            state.vehicle and state.vehicle.reported_at,
        )
        if seen != self._seen:
            self._seen = seen
            self._soon.start()

    def show_held(self) -> None:
        self.ensureWidgetVisible(self.held, 0, 16)

    def take_focus(self) -> None:
        self._cards[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        self._soon.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().width() < NARROW) is not (event.size().width() < NARROW):
            self._arrange()

    # -- pressed ------------------------------------------------------------------------------------------------

    def _go(self, target: str) -> None:
        if target == "in_car":
            self.page_requested.emit("in_car")
        elif target == "left":
            self.focus_requested.emit("")
        else:
            self.ensureWidgetVisible(self._who if target == "whom" else self.held, 0, 16)

    def _tell(self, flow: Flow) -> None:
        """One edge in words; the requests themselves are in the panel's list."""
        services = ", ".join(localized(name) for name in flow.services) or text("privacy.no_service")
        rows = [
            Detail(text("privacy.bytes"), fmt.size(flow.size)),
            Detail(text("privacy.count"), fmt.number(flow.requests)),
            Detail(text("privacy.listed"), text("privacy.some_unlisted" if flow.unlisted else "privacy.all_listed")),
            Detail(text("privacy.seen_by"), text("chip.observed" if flow.observed else "chip.reported")),
            Detail(text("privacy.services"), plural("privacy.n_services", len(flow.services))),
        ]
        way = f"{localized(flow.source.name)} → {localized(flow.target.name)}"
        card = show_details(self.window(), self.diagram, way, rows, services)
        if flow.observed:
            button = Button(text("privacy.show_requests"), "link", height=32)
            button.clicked.connect(card.close_card)
            button.clicked.connect(self._ask_requests)
            card.body.put(button)
            card.show_near(self.diagram)
        card.setAccessibleDescription(sentence(flow))

    def _ask_requests(self) -> None:
        self.focus_requested.emit("")
