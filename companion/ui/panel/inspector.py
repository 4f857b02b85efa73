"""The captured bytes, span by span: what each part is, in the colour and number of its row below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QFont, QFontMetricsF, QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from companion.model.privacy import Span, SpanKind, Transmission
from companion.ui.parts import paint
from companion.ui.text import localized, text
from companion.ui.theme import theme

PAD, DISC, INSET = 12.0, 13.0, 3.0
FOLDED = 16
"""Lines shown before "show all"."""


INKS = {
    "plain": "text-3", "syntax": "text-3", "item": "accent", "envelope": "envelope", "slot": "accent", "undeclared": "danger",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one line: `span` is its place among the spans, `look` a key of INKS."""

    box: QRectF
    words: str
    span: int
    look: str
    disc: int | None


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
            folder = _Folder(self.width() - 2 * PAD)
            self._pieces = list(_hex(folder, self._entry) if self._hex else folder.fold(self._entry))
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
            if piece.box.top() < box.bottom():
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
        painter.setFont(_font(piece.look == "slot"))
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


class _Folder:
    """Lays spans out in lines of a width; folds between spans where it can."""

    def __init__(self, width: float) -> None:
        self._width = max(60.0, width)
        self._char = QFontMetricsF(_font(False)).horizontalAdvance("0")
        self._step = float(theme().line_height("bytes"))
        self.x = 0.0
        self.line = 0

    def fold(self, entry: Transmission) -> Iterator[Piece]:
        last: int | None = None
        for place, span in enumerate(entry.spans):
            raw = entry.raw[span.start : span.end]
            if span.undeclared:
                yield from self._filled(raw.decode("utf-8", "replace"), "undeclared", place, None)
                continue
            if span.kind is SpanKind.SYNTAX and not span.secret:
                for number, part in enumerate(raw.decode("latin-1").split("\r\n")):
                    if number:
                        self.newline()
                    yield from self._plain(part, place)
                continue
            words, look = _words(entry, span, raw)
            number_shown = entry.fields[span.field].number if span.field is not None and span.field != last else None
            last = span.field
            yield from self._filled(words, look, place, number_shown)

    def newline(self) -> None:
        self.x, self.line = 0.0, self.line + 1

    def _plain(self, words: str, place: int) -> Iterator[Piece]:
        while words:
            fits = int((self._width - self.x) / self._char)
            if fits <= 0:
                self.newline()
                continue
            if len(words) > fits and (cut := _cut(words, fits)) != fits:
                fits = cut if cut or self.x else fits
                if not fits:
                    self.newline()
                    continue
            yield self._piece(words[:fits], place, "plain", None, 0)
            words = words[fits:]
            if words:
                self.newline()

    def _filled(self, words: str, look: str, place: int, number: int | None) -> Iterator[Piece]:
        extra = 2 * INSET + (DISC if number is not None else 0)
        if self.x and self.x + extra + len(words) * self._char > self._width:
            whole = extra + len(words) * self._char <= self._width
            if whole or self._width - self.x < extra + 6 * self._char:
                self.newline()
        while words:
            extra = 2 * INSET + (DISC if number is not None else 0)
            fits = max(1, int((self._width - self.x - extra) / self._char))
            yield self._piece(words[:fits], place, look, number, extra)
            words, number = words[fits:], None
            if words:
                self.newline()

    def _piece(self, words: str, place: int, look: str, number: int | None, extra: float) -> Piece:
        wide = len(words) * self._char + extra
        box = QRectF(PAD + self.x, PAD + self.line * self._step + 0.5, wide, self._step - 1)
        self.x += wide + (1 if look != "plain" else 0)
        return Piece(box, words, place, look, number)


def _cut(words: str, fits: int) -> int:
    """Where a line may end that has room for `fits`: after a mark, else at the room's end."""
    marks = [words.rfind(mark, 0, fits) + 1 for mark in ",:/&?{ "]
    best = max(marks)
    following = min((at for mark in ",:/&?{ " if (at := words.find(mark, fits)) >= 0), default=len(words))
    return best if best or following > 40 else 0


def _hex(folder: _Folder, entry: Transmission) -> Iterator[Piece]:
    for place, span in enumerate(entry.spans):
        raw = entry.raw[span.start : span.end]
        words = "·· " * len(raw) if span.secret or span.slot else raw.hex(" ") + " "
        look = "plain" if span.kind is SpanKind.SYNTAX else span.kind.value
        yield from folder._plain(words, place) if look == "plain" else folder._filled(words, look, place, None)


def _words(entry: Transmission, span: Span, raw: bytes) -> tuple[str, str]:
    """What a span shows, and how."""
    if span.slot and span.slot != "token":
        return text(f"slot.{span.slot}"), "slot"
    if span.secret:
        return f"•••• {text('inspector.characters', n=len(span))}", span.kind.value
    return raw.decode("utf-8", "replace"), span.kind.value


def _font(italic: bool) -> QFont:
    font = QFont(theme().font("bytes"))
    font.setItalic(italic)
    return font


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
