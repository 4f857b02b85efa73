"""The privacy panel: it follows the focused action through four stages, always in the same place and order."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from companion.model.privacy import ActionView, Basis, FieldFact, Privacy, Stage, Transmission, Verdict
from companion.ui import format as fmt
from companion.ui.panel.bytes_body import Bytes, carried
from companion.ui.panel.head import Head
from companion.ui.panel.lists import Held, Received, Recent, Section, Told
from companion.ui.panel.note_card import NoteCard
from companion.ui.panel.timeline import Timeline
from companion.ui.parts import paint
from companion.ui.text import plural, text
from companion.ui.theme import theme

GUTTER, LEAST_GAP, ROOMY = 24, 12, 390
TOTALS = (Verdict.DECLARED, Verdict.NOT_LISTED, Verdict.CHOICE)


class Footer(QWidget):
    """The totals of what is shown: declared, not listed, our choice, period not stated. In a narrow panel on two lines, in
    columns; as high with few totals as with all, so that it does not move from stage to stage.
    """

    def __init__(self) -> None:
        super().__init__()
        self._totals: list[tuple[str, str]] = []
        self._fit()

    def show_totals(self, totals: list[tuple[str, str]]) -> None:
        self._totals = totals
        self.setAccessibleName(", ".join(f"{words} {value}" for words, value in totals))
        self._fit()
        self.update()

    def _widths(self) -> list[float]:
        return [
            paint.width_of(f"{words} ", "caption") + paint.width_of(value, "caption-strong")
            for words, value in self._totals
        ]

    def _columns(self) -> int:
        """How many stand side by side."""
        count, room = len(self._totals), self.width() - 2 * GUTTER
        return count if sum(self._widths()) + LEAST_GAP * (count - 1) <= room else (count + 1) // 2

    def _fit(self) -> None:
        is_one_line = self.width() >= ROOMY and self._columns() == len(self._totals)
        self.setFixedHeight(41 if is_one_line else 61)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, columns, widths = paint.begin(self), self._columns(), self._widths()
        paint.hairline(painter, 0, 0, self.width())
        lines = -(-len(widths) // max(1, columns))
        spare = self.width() - 2 * GUTTER - sum(widths[:columns])
        gap = min(20.0, spare / max(1, columns - 1))
        x, top = float(GUTTER), (self.height() + 1 - 20 * lines) / 2 + 2
        for column in range(columns):
            for line, place in enumerate(range(column, len(widths), columns)):
                words, value = self._totals[place]
                used = paint.write(painter, x, top + 20 * line, f"{words} ", "caption", "text-3")
                paint.write(painter, x + used, top + 20 * line, value, "caption-strong", "text-1")
            x += max(widths[column::columns]) + gap


def _first(view: ActionView) -> Stage:
    """Where somebody begins to read: before the press, but of what nobody presses with what left, and of what a
    car told with who got it.
    """
    if view.told_by:
        return Stage.RECEIVED
    by_itself = any(one.many for one in view.entries)
    return Stage.BEFORE if not view.entries or (view.previews and not by_itself) else Stage.LEFT


class Panel(QWidget):
    """
    Signals:
        focus_requested(str): another action, an entry (`entry:ID`) or "" for the list.
        collapse_requested(): make room.
        look_again_requested(str): what an action left could not be read; once more.
    """

    focus_requested = Signal(str)
    collapse_requested = Signal()
    look_again_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._view: ActionView | None = None
        self._privacy = Privacy()
        self._picked: dict[str, Stage] = {}
        self._press = ""
        self._offset = datetime.now().astimezone() - datetime.now().astimezone()
        self._build()
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tick)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        self._head, self._timeline, self._footer = Head(), Timeline(), Footer()
        column.addWidget(self._head)
        column.addWidget(self._timeline)
        column.addWidget(self._scroll(), 1)
        column.addWidget(self._footer)
        self._head.collapse_requested.connect(self.collapse_requested)
        self._timeline.chosen.connect(self._pick)
        self._held.look_again_requested.connect(self.look_again_requested)
        self._recent.opened.connect(lambda entry: self.focus_requested.emit(f"entry:{entry}"))
        self._head.list_requested.connect(lambda: self.focus_requested.emit(""))

    def _scroll(self) -> QScrollArea:
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(text("panel.recent"))
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bytes, self._received, self._held, self._recent = Bytes(), Received(), Held(), Recent()
        self._told, self._nothing = Told(), Section()
        self._nothing.head(text("panel.nothing"), text("panel.nothing_note"))
        self._bodies = [self._bytes, self._nothing, self._told, self._received, self._held, self._recent]
        holder = QWidget()
        holder.setObjectName("panel_body")
        column = QVBoxLayout(holder)
        column.setContentsMargins(23, 4, 24, 16)
        for body in self._bodies:
            column.addWidget(body)
            body.hide()
        self._note = NoteCard()
        column.addWidget(self._note)
        column.addStretch()
        self._area.setWidget(holder)
        bar = self._area.verticalScrollBar()
        # The right edge stays where it is, whether there is a scroll bar or not.
        bar.rangeChanged.connect(lambda low, high: column.setContentsMargins(23, 4, 14 if high > low else 24, 16))
        return self._area

    # -- showing ------------------------------------------------------------------------------------------------

    def show_privacy(self, privacy: Privacy, now: datetime) -> None:
        """`now` is the backend's clock."""
        self._privacy = privacy
        self._offset = now - datetime.now(now.tzinfo)
        focus_moved = self._view is None or self._view.action != privacy.focus
        self._view = privacy.actions.get(privacy.focus)
        if focus_moved:
            self._picked.pop(privacy.focus, None)
            self._press = self._view.entries[0].action_id if self._view and self._view.entries else ""
            self._area.verticalScrollBar().setValue(0)
        self._follow_press()
        self._show()

    def show_stage(self, stage: Stage) -> None:
        self._pick(stage)

    @property
    def stage(self) -> Stage:
        """What is on screen of the focused action."""
        view = self._view
        if view is None:
            return Stage.BEFORE
        return self._picked.get(view.action, _first(view))

    def _follow_press(self) -> None:
        """A new press moves from the preview to what left, once."""
        view = self._view
        if view is not None and view.entries and view.entries[0].action_id != self._press:
            self._press = view.entries[0].action_id
            self._picked[view.action] = Stage.LEFT

    def _pick(self, stage: Stage) -> None:
        if self._view is not None:
            self._picked[self._view.action] = stage
            self._area.verticalScrollBar().setValue(0)
            self._show()

    def _show(self) -> None:
        view, stage = self._view, self.stage
        self._head.show_view(view)
        self._timeline.setVisible(view is not None)
        if view is not None:
            first = Stage.LEFT if view.entries and not view.previews else Stage.BEFORE
            reached = view.stage if view.entries or view.told_by else Stage.BEFORE
            self._timeline.show_stage(stage, reached, first)
        body = self._body(view, stage)
        for one in self._bodies:
            one.setVisible(one is body)
        self._note.show_view(view, stage)
        self._footer.show_totals([] if body is self._nothing else self._totals(view, stage))
        if body is self._held and view is not None and view.holdings:
            self._clock.start()
        else:
            self._clock.stop()

    def _body(self, view: ActionView | None, stage: Stage) -> QWidget:
        if view is None:
            self._recent.show_recent(self._privacy.recent)
            return self._recent
        if stage is Stage.RECEIVED:
            self._received.show_view(view)
            return self._received
        if stage is Stage.HELD:
            self._held.show_view(view, self._now())
            return self._held
        if view.told_by:
            self._told.show_view(view, stage)
            return self._told
        entries = view.previews if stage is Stage.BEFORE else view.entries
        if not entries:
            return self._nothing
        self._bytes.show_entries(entries, stage is Stage.BEFORE)
        return self._bytes

    def _totals(self, view: ActionView | None, stage: Stage) -> list[tuple[str, str]]:
        if view is None:
            counted = [entry for entry in self._privacy.recent if entry.group != "observation"]
            total = fmt.size(sum(entry.sent for entry in counted))
            return [(text("total.requests"), fmt.number(len(counted))), (text("total.sent"), total)]
        if stage is Stage.HELD:
            return _held_totals(view) if view.observed_at is not None else []
        shown = self._bytes.current if stage in (Stage.BEFORE, Stage.LEFT) and not view.told_by else None
        if shown is None:
            sent = sum(entry.sent for entry in view.entries)
            return [(text("total.sent"), fmt.size(sent)), (text("total.hops"), fmt.number(len(view.hops)))]
        return _field_totals(shown)

    def _now(self) -> datetime:
        return datetime.now().astimezone() + self._offset

    def _tick(self) -> None:
        """Countdowns tick while they are looked at, and only then."""
        if self.isVisible():
            self._held.tick(self._now())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(QRectF(0, 0, 1, self.height()), theme().color("hairline"))


def _field_totals(entry: Transmission) -> list[tuple[str, str]]:
    facts = [entry.fields[place] for place in sorted(carried(entry))]
    verdicts = Counter(fact.verdict for fact in facts)
    # A choice of ours is a field that this product needs, or how long one is kept: both carry the mark.
    verdicts[Verdict.CHOICE] = sum(1 for f in facts if f.verdict is Verdict.CHOICE or _is_ours(f))
    silent = sum(1 for f in facts if not f.periods or f.periods[0].basis is Basis.NOT_STATED)
    totals = [(text(f"total.{verdict}"), fmt.number(verdicts[verdict])) for verdict in TOTALS]
    return [*totals, (text("total.not_stated"), fmt.number(silent))]


def _is_ours(fact: FieldFact) -> bool:
    return bool(fact.periods) and fact.periods[0].basis is Basis.CHOICE


def _held_totals(view: ActionView) -> list[tuple[str, str]]:
    silent = sum(1 for holding in view.holdings if holding.period.basis is Basis.NOT_STATED)
    ends = sum(1 for holding in view.holdings if holding.expires_at is not None)
    return [
        (text("total.records"), fmt.number(len(view.holdings))), (text("total.with_end"), fmt.number(ends)),
        (text("total.not_stated"), fmt.number(silent)),
    ]  # fmt: skip


def leaving(privacy: Privacy) -> str:
    """The strip's sentence."""
    return plural("panel.leaving", privacy.leaving) if privacy.leaving else text("panel.nothing_sent")
