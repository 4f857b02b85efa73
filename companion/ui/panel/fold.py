"""Lays the bytes of a request out in lines of a width: folded between spans where it can, at marks where it must."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from companion.model.privacy import Span, SpanKind, Transmission
from companion.ui.text import text
from companion.ui.theme import theme

PAD, DISC, INSET = 12.0, 13.0, 3.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one line: `span` is its place among the spans, `look` a key of INKS."""

    box: QRectF
    words: str
    span: int
    look: str
    disc: int | None


class Folder:
    """Lays spans out in lines of a width; folds between spans where it can."""

    def __init__(self, width: float) -> None:
        self._width = max(60.0, width)
        self._char = QFontMetricsF(byte_font(False)).horizontalAdvance("0")
        self._step = float(theme().line_height("bytes"))
        self.x = 0.0
        self.line = 0

    def fold(self, entry: Transmission) -> Iterator[Piece]:
        last: int | None = None
        for place, span in enumerate(entry.spans):
            raw = entry.raw[span.start : span.end]
            if span.undeclared:
                yield from self.filled(raw.decode("utf-8", "replace"), "undeclared", place, None)
                continue
            if span.kind is SpanKind.SYNTAX and not span.secret:
                for number, part in enumerate(raw.decode("latin-1").split("\r\n")):
                    if number:
                        self.newline()
                    yield from self.plain(part, place)
                continue
            words, look = _words(entry, span, raw)
            number_shown = entry.fields[span.field].number if span.field is not None and span.field != last else None
            last = span.field
            yield from self.filled(words, look, place, number_shown)

    def newline(self) -> None:
        self.x, self.line = 0.0, self.line + 1

    def plain(self, words: str, place: int) -> Iterator[Piece]:
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

    def filled(self, words: str, look: str, place: int, number: int | None) -> Iterator[Piece]:
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


def fold_hex(folder: Folder, entry: Transmission) -> Iterator[Piece]:
    for place, span in enumerate(entry.spans):
        raw = entry.raw[span.start : span.end]
        words = "·· " * len(raw) if span.secret or span.slot else raw.hex(" ") + " "
        look = "plain" if span.kind is SpanKind.SYNTAX else span.kind.value
        yield from folder.plain(words, place) if look == "plain" else folder.filled(words, look, place, None)


def _words(entry: Transmission, span: Span, raw: bytes) -> tuple[str, str]:
    """What a span shows, and how."""
    if span.slot and span.slot != "token":
        return text(f"slot.{span.slot}"), "slot"
    if span.secret:
        return f"•••• {text('inspector.characters', n=len(span))}", span.kind.value
    return raw.decode("utf-8", "replace"), span.kind.value


def byte_font(italic: bool) -> QFont:
    font = QFont(theme().font("bytes"))
    font.setItalic(italic)
    return font
