"""Find a place: a field on the map, and below it what was found. Nothing is sent before Enter or the button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from companion.model.place import LONGEST, FoundPlace, Search, tidy
from companion.ui import place_faces as faces
from companion.ui.parts import paint
from companion.ui.parts.buttons import IconButton
from companion.ui.parts.labels import Label
from companion.ui.parts.map.place_row import PlaceRow
from companion.ui.text import plural, text
from companion.ui.theme import theme

WIDE, HIGH, GAP, INSET = 300, 40, 6, 16
BUTTONS = 72
"""Pixels at the right that the map's own buttons need."""
LEAST = 120
"""Pixels of the list, however low the map is."""
EDGE, AROUND = 4, 12


class _Line(QLineEdit):
    """
    Signals:
        entered(), left(): it has the keyboard, or no more.
        stepped(int): down or up the list.
    """

    entered = Signal()
    left = Signal()
    stepped = Signal(int)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class _Results(QScrollArea):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("places")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inner = QWidget()
        self.inner.setObjectName("places_list")
        self.column = QVBoxLayout(self.inner)
        self.column.setContentsMargins(0, EDGE, 0, EDGE)
        self.column.setSpacing(0)
        self.words = Label("", "caption", "text-2", wrap=True)
        self.words.setContentsMargins(AROUND, 0, AROUND, 0)
        self.column.addWidget(self.words)
        self.setWidget(self.inner)

    def show_words(self, words: str, wide: int) -> None:
        self.words.setText(words)
        lines = len(paint.lines(words, "caption", wide - 2 * AROUND - 12))
        self.words.setFixedHeight(lines * theme().line_height("caption") + 2 * AROUND)
        self.words.setVisible(bool(words))

    def high(self, rows: list[PlaceRow]) -> int:
        """Of what it shows: rows, or words."""
        return 2 * EDGE + (sum(row.height() for row in rows) if rows else self.words.height())


class PlaceSearch(QWidget):
    """Lies on the map, as large as what it shows.

    Signals:
        drafted(str): what is typed so far.
        asked(str): it should be searched for now.
        picked(FoundPlace): this one was meant.
        cleared(): nothing is looked for any more.
        focus_requested(): the panel should follow.
    """

    drafted = Signal(str)
    asked = Signal(str)
    picked = Signal(object)
    cleared = Signal()
    focus_requested = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._search = Search()
        self._why = ""
        self._is_folded = False
        self._said = ""
        self.current = -1
        """The row that the arrows are on."""
        self.rows: list[PlaceRow] = []
        self._build()
        over.installEventFilter(self)

    def _build(self) -> None:
        self.setAccessibleName(text("place.find"))
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.line = _Line(self)
        self.line.setProperty("look", "bare")
        self.line.setMaxLength(LONGEST)
        self.line.setAccessibleName(text("place.find"))
        self.ask, self.clear = (
            IconButton("search", text("place.search"), self),
            IconButton("close", text("place.clear"), self),
        )
        self.results = _Results(self)
        for widget in (self.ask, self.line, self.clear):
            widget.raise_()
        self.line.textEdited.connect(self._typed)
        self.line.returnPressed.connect(self._entered)
        self.line.stepped.connect(self._step)
        self.line.entered.connect(self._unfold)
        self.line.left.connect(self.update)
        self.ask.clicked.connect(self._ask)
        self.clear.clicked.connect(self._clear)

    # -- what is shown ------------------------------------------------------------------------------------------

    def show_found(self, search: Search, why: str) -> None:
        """`why` nothing can be searched for; empty if it can."""
        before, self._search, self._why = self._search, search, why
        if search.term != before.term and tidy(self.line.text()) == before.term:
            # Nobody is typing something else.
            self.line.setText(search.term)
        self.line.setEnabled(not why)
        self.line.setPlaceholderText(why or text("place.find"))
        self.line.setAccessibleDescription(why)
        if search != before:
            self._fill()
        self._arrange()

    @property
    def words(self) -> str:
        """What stands below the field instead of places; empty if nothing does."""
        term = tidy(self.line.text())
        if not term:
            return ""
        if self._why:
            return self._why
        return faces.told(self._search) if term == self._search.term else text("place.hint")

    @property
    def shown(self) -> list[PlaceRow]:
        """The rows that can be seen: those of what stands in the field."""
        fits = tidy(self.line.text()) == self._search.term
        return self.rows if fits and not self._is_folded and not self._why else []

    def _fill(self) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [PlaceRow(one, self._search.near, self._wide()) for one in self._search.places]
        for row in self.rows:
            row.clicked.connect(lambda _=False, place=row.place: self._pick(place))
            self.results.column.addWidget(row)
        self.current, self._is_folded = -1, False
        if self.rows:
            self._announce(plural("place.found", len(self.rows)))

    def _wide(self) -> int:
        return max(LEAST, min(WIDE, self._over.width() - 2 * INSET - BUTTONS))

    def _arrange(self) -> None:
        wide, words = self._wide(), "" if self._is_folded else self.words
        self.ask.setEnabled(bool(tidy(self.line.text())) and not self._why)
        self.ask.set_busy(self._search.is_running)
        self.clear.setVisible(bool(self.line.text()))
        self.ask.move(-4, -4)
        self.clear.move(wide - 44, -4)
        self.line.setGeometry(40, 2, wide - 80, HIGH - 4)
        shown = self.shown
        for row in self.rows:
            row.setVisible(bool(shown))
        self.results.show_words(words, wide)
        self.results.setVisible(bool(words or shown))
        below = 0
        if words or shown:
            below = min(self.results.high(shown), max(LEAST, self._over.height() - 2 * INSET - HIGH - GAP))
            self.results.setGeometry(0, HIGH + GAP, wide, below)
        self.setGeometry(INSET, INSET, wide, HIGH + (GAP + below if below else 0))
        if words and words != self._said:
            self._announce(words)
        self._said = words
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self._over:
            if self.rows and self._wide() != self.width():
                self._fill()
            self._arrange()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        box = QRectF(0, 0, self.width(), HIGH)
        has_keys = self.line.hasFocus()
        paint.surface(painter, box, 8, "surface", "accent" if has_keys else "hairline", 2 if has_keys else 1)
        if not self.results.isHidden():
            paint.surface(painter, self.results.geometry().toRectF(), 12, "surface", "hairline")

    def _announce(self, words: str) -> None:
        said = QAccessibleAnnouncementEvent(self, words)
        said.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(said)

    # -- hands and keys -----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape clears, and once nothing is left belongs to the window; no other key reaches the map below."""
        if event.key() != Qt.Key.Key_Escape:
            return
        if self.line.text():
            self._clear()
        else:
            event.ignore()

    def _typed(self, words: str) -> None:
        self._go(-1)
        self._is_folded = False
        if tidy(words):
            self.drafted.emit(words)
        else:
            self.cleared.emit()
        self._arrange()

    def _entered(self) -> None:
        """What was found is picked rather than asked for once more."""
        if self.shown:
            self._pick(self.shown[max(0, self.current)].place)
        else:
            self._ask()

    def _ask(self) -> None:
        self._is_folded = False
        if tidy(self.line.text()) and not self._why:
            self.asked.emit(self.line.text())
        self._arrange()

    def _pick(self, place: FoundPlace) -> None:
        """The list gives way to the map."""
        self._is_folded = True
        self._arrange()
        self.picked.emit(place)

    def _clear(self) -> None:
        self.line.clear()
        self._go(-1)
        self.cleared.emit()
        self._arrange()
        self.line.setFocus()

    def _unfold(self) -> None:
        self._is_folded = False
        self._arrange()
        self.focus_requested.emit()

    def _step(self, by: int) -> None:
        self._is_folded = False
        self._arrange()
        if shown := self.shown:
            self._go((self.current + by) % len(shown) if self.current >= 0 or by > 0 else len(shown) - 1)
            self.results.ensureWidgetVisible(shown[self.current], 0, EDGE)
            self._announce(shown[self.current].accessibleName())

    def _go(self, current: int) -> None:
        self.current = current
        for number, row in enumerate(self.rows):
            row.show_current(number == current)
