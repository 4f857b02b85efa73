"""The captured bytes, span by span: what each part is, in the colour and number of its row below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from companion.model.privacy import Span, SpanKind, Transmission
from companion.ui.panel.fold import DISC, INSET, PAD, Folder, Piece, byte_font, fold_hex
from companion.ui.parts import paint
from companion.ui.text import localized, text
from companion.ui.theme import theme

FOLDED = 16
"""Lines shown before "show all"."""


INKS = {
    "plain": "text-3", "syntax": "text-3", "item": "accent", "envelope": "envelope", "slot": "accent", "undeclared": "danger",
}  # fmt: skip


class Inspector(QWidget):
    """
    Signals:
        field_pointed(int): a span of that field is pointed at; -1: none.
        unfolded(): all lines are shown now.
    """

    field_pointed = Signal(int)
    unfolded = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._entry: Transmission | None = None
        self._pieces: list[Piece] = []
        self._pointed = -1
        self._span = -1
        self._lines = 0
        self._all = False
        self._hex = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(text("inspector.name"))

    def show_entry(self, entry: Transmission | None) -> None:
        if entry == self._entry:
            return
        if entry is None or self._entry is None or entry.request != self._entry.request:
            self._all = False
        self._entry, self._span = entry, -1
        self.setAccessibleDescription(describe(entry) if entry else "")
        self._layout()

    def point_field(self, field: int) -> None:
        """Lights the spans of a field; -1: none."""
        self._pointed = field
        self.update()

    def show_all(self) -> None:
        self._all = True
        self._layout()
        self.unfolded.emit()

    @property
    def hidden_lines(self) -> int:
        return 0 if self._all or self._lines <= FOLDED + 4 else self._lines - FOLDED

    # -- laying out ---------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._layout()

    def _layout(self) -> None:
        self._pieces = []
        if self._entry is not None:
            folder = Folder(self.width() - 2 * PAD)
            self._pieces = list(fold_hex(folder, self._entry) if self._hex else folder.fold(self._entry))
            bottom = max((piece.box.bottom() for piece in self._pieces), default=PAD)
            self._lines = round((bottom - PAD) / theme().line_height("bytes") + 0.2)
        shown = self._lines - self.hidden_lines
        self.setFixedHeight(round(shown * theme().line_height("bytes") + 2 * PAD))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        box = self.rect().toRectF()
        paint.surface(painter, box, 8, "sunken", "accent" if self.hasFocus() else "hairline")
        painter.setClipRect(box.adjusted(0, 2, 0, -2))
        for piece in self._pieces:
            if piece.box.bottom() <= box.bottom() - PAD + 2:
                self._paint(painter, piece)

    def _paint(self, painter: QPainter, piece: Piece) -> None:
        assert self._entry is not None
        span = self._entry.spans[piece.span]
        lit = piece.span == self._span or (span.field is not None and span.field == self._pointed)
        ink = INKS[piece.look]
        if piece.look in ("item", "envelope"):
            fill = f"{'accent' if piece.look == 'item' else 'envelope'}-fill"
            paint.surface(painter, piece.box, 3, fill, ink if lit else None, 1.2)
        elif piece.look == "undeclared":
            paint.surface(painter, piece.box, 3, "danger-fill", "danger")
        elif piece.look == "slot":
            paint.surface(painter, piece.box, 3, "accent-fill" if lit else None, "accent")
        x = piece.box.x() + (INSET if piece.look != "plain" else 0)
        if piece.disc is not None:
            disc(painter, x + 5.5, piece.box.center().y(), piece.disc, ink, 11)
            x += DISC
        painter.setFont(byte_font(piece.look == "slot"))
        painter.setPen(theme().color(ink))
        measure = QFontMetricsF(painter.font())
        painter.drawText(QPointF(x, piece.box.center().y() - measure.height() / 2 + measure.ascent()), piece.words)

    # -- pointing -----------------------------------------------------------------------------------------------

    def _field(self, span: int) -> int:
        field = self._entry.spans[span].field if self._entry and span >= 0 else None
        return -1 if field is None else field

    def _span_at(self, place: QPointF) -> int:
        return next((piece.span for piece in self._pieces if piece.look != "plain" and piece.box.contains(place)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._span_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        spans = self._entry.spans if self._entry else ()
        stops = [place for place, span in enumerate(spans) if span.kind is not SpanKind.SYNTAX]
        if step is None or not stops:
            super().keyPressEvent(event)
            return
        at = stops.index(self._span) + step if self._span in stops else 0 if step > 0 else len(stops) - 1
        if 0 <= at < len(stops):
            self._point(stops[at])

    def _point(self, span: int) -> None:
        if span == self._span:
            return
        self._span = span
        if self._entry is not None and span >= 0:
            words = _spoken(self._entry, self._entry.spans[span])
            self.setToolTip(words)
            self.setAccessibleDescription(words)
        else:
            self.setToolTip("")
        self.update()
        self.field_pointed.emit(self._field(span))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._entry is None:
            return
        menu = QMenu(self)
        copy = QAction(text("inspector.copy"), menu)
        copy.triggered.connect(self._copy)
        swap = QAction(text("inspector.as_text" if self._hex else "inspector.as_hex"), menu)
        swap.triggered.connect(self._swap)
        menu.addActions([copy, swap])
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def _copy(self) -> None:
        """The masked bytes: a secret is never on the clipboard."""
        if self._entry is not None:
            QGuiApplication.clipboard().setText(self._entry.raw.decode("latin-1"))

    def _swap(self) -> None:
        self._hex = not self._hex
        self._layout()


def disc(painter: QPainter, x: float, y: float, number: int, token: str, size: float) -> None:
    """The number of a field, in a disc around (x, y)."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color(token))
    painter.drawEllipse(QPointF(x, y), size / 2, size / 2)
    font = QFont(theme().font("micro", True))
    font.setPixelSize(8 if size < 13 else 10)
    font.setWeight(QFont.Weight.Bold)
    painter.setFont(font)
    painter.setPen(QPen(theme().color("accent-on" if token == "accent" else "panel")))
    painter.drawText(QRectF(x - size / 2, y - size / 2, size, size), Qt.AlignmentFlag.AlignCenter, str(number))


def _spoken(entry: Transmission, span: Span) -> str:
    """A span as words: "Vehicle ID, 17 characters, sent, not listed"."""
    if span.field is None:
        return text("inspector.characters", n=len(span))
    fact = entry.fields[span.field]
    return ", ".join((localized(fact.name), text("inspector.characters", n=len(span)), text(f"chip.{fact.verdict}")))


def describe(entry: Transmission) -> str:
    """All spans that carry something, for screen readers."""
    said = dict.fromkeys(_spoken(entry, span) for span in entry.spans if span.kind is not SpanKind.SYNTAX)
    return "; ".join(said)
