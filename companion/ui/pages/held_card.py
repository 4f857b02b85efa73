"""Held now: every record that every party holds, with filter, search, order and export."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from companion.model.held import HeldQuery, HeldTable
from companion.model.state import State
from companion.ui import notice as words_of
from companion.ui.pages import held_columns as columns
from companion.ui.pages import held_faces as faces
from companion.ui.pages.held_model import HeldModel
from companion.ui.pages.held_view import ROW, HeldView
from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM, Button, Pressable
from companion.ui.parts.details import show_details
from companion.ui.parts.labels import Label
from companion.ui.parts.popover import Card
from companion.ui.parts.segmented import Segmented
from companion.ui.text import language, localized, text
from companion.ui.theme import theme

HIGH = 420
LINE, HEADS = 60, 32
SLOW = 300
"""Milliseconds after which a reading shows its skeleton."""
TYPING = 250
TICK = 1000


class Head(Pressable):
    """A column's head. Where the server can sort by it: a press sorts, a second one turns it round."""

    def __init__(self, column: str, parent: QWidget) -> None:
        super().__init__(text(f"held_table.{column}"), parent)
        self.column = column
        self._order = ""
        if column not in faces.SORTS:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setCursor(Qt.CursorShape.ArrowCursor)
            self.setEnabled(False)

    def show_order(self, order: str) -> None:
        """`sorted_up`, `sorted_down` or, for another column's order, nothing."""
        self._order = order
        if self.column in faces.SORTS:
            self.setAccessibleName(text(f"held_table.{order}" if order else "held_table.sort", head=self.text()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.box
        token = "text-1" if self._order or self.is_hovered else "text-2"
        room = box.width() - 8
        if self.column == "notice":
            paint.write(painter, box.x() + 4, box.center().y() - 8, self.text(), "caption", token, room, paint.RIGHT)
            return
        used = paint.write(painter, box.x() + 4, box.center().y() - 8, self.text(), "caption", token, room)
        if self._order:
            self._arrow(painter, box.x() + 4 + used + 4, box.center().y())
        if self.shows_ring:
            paint.ring(painter, box.adjusted(1, 1, -1, -1), 4)

    def _arrow(self, painter: QPainter, x: float, y: float) -> None:
        painter.save()
        painter.translate(x + 6, y)
        if self._order == "sorted_down":
            painter.rotate(180)
        theme().draw_icon(painter, "up", "text-1", -6, -6, 12)
        painter.restore()


def _by_name(table: HeldTable) -> list[tuple[str, str]]:
    return sorted(((party, localized(name)) for party, name in table.parties.items()), key=lambda one: one[1])


class Chooser(Pressable):
    """Shows what is chosen; a press opens the choice."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent)

    def show_words(self, words: str, name: str) -> None:
        self.setText(words)
        self.setAccessibleName(name)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(paint.width_of(self.text(), "name")) + 51 + 2 * ROOM, 32 + 2 * ROOM)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.box
        paint.surface(painter, box, 8, "raised")
        self.paint_press(painter, 8)
        y = box.center().y()
        paint.write(painter, box.x() + 14, y - 10, self.text(), "name", "text-1", box.width() - 44)
        theme().draw_icon(painter, "chevron", "text-2", box.right() - 28, y - 7, 14)
        if self.shows_ring:
            paint.ring(painter, box.adjusted(1, 1, -1, -1), 7)


class Choice(Pressable):
    """One of several; the one in force has a check."""

    def __init__(self, words: str, is_chosen: bool) -> None:
        super().__init__(words)
        self._is_chosen = is_chosen
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription(text("held_table.chosen") if is_chosen else "")

    def sizeHint(self) -> QSize:
        return QSize(240, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = paint.begin(self), self.rect().toRectF()
        if self.is_hovered or self.hasFocus():
            paint.surface(painter, box, 6, "accent-fill" if self.hasFocus() else "surface")
        y, role = box.center().y(), "name" if self._is_chosen else "body"
        paint.write(painter, 8, y - 10, self.text(), role, "text-1", box.width() - 40)
        if self._is_chosen:
            theme().draw_icon(painter, "check", "accent", box.width() - 24, y - 8, 16)


class Skeleton(QWidget):
    """Rows in their geometry before there are any."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, found = paint.begin(self), columns.widths(self.width())
        for row in range(self.height() // ROW):
            x = float(columns.SIDE)
            for name, width in found.items():
                wide = width - columns.GAP - (columns.SIDE if name in ("what", "notice") else 0)
                share = (0.9, 0.7, 0.8)[(row + len(name)) % 3]
                left = x + wide * (1 - share) if name == "notice" else x
                paint.surface(painter, QRectF(left, row * ROW + 14, wide * share, 12), 3, "raised")
                x += width - (columns.SIDE if name == "what" else 0)


class Message(QWidget):
    """One sentence and one button, at the place of the first row.

    Signals:
        pressed(str): the button, by its key.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._key = ""
        self._icon = "info"
        self._words = Label("", "body", "text-2", wrap=True)
        self._button: Button | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(columns.SIDE + 44, 0, columns.SIDE - ROOM, 0)
        self._row.setSpacing(16)
        self._row.addWidget(self._words, 1)

    def say(self, icon: str, words: str, key: str) -> None:
        self._icon = icon
        self._words.setText(words)
        if key != self._key:
            self._key = key
            if self._button is not None:
                self._button.deleteLater()
            self._button = Button(text(f"held_table.{key}"), height=32)
            self._button.clicked.connect(lambda: self.pressed.emit(self._key))
            self._row.addWidget(self._button)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        painter.fillRect(self.rect(), theme().color("surface"))
        token = "danger" if self._icon == "warning" else "text-3"
        theme().draw_icon(painter, self._icon, token, columns.SIDE, self.height() / 2 - 12, 24)


class HeldCard(QWidget):
    """
    Signals:
        holdings_requested(HeldQuery): the rows of another filter, order or search.
        more_holdings_requested(): the rows behind the last one.
        holdings_again_requested(): the same anew.
        holdings_export_requested(str, str): all of them into this file, in this language.
    """

    holdings_requested = Signal(object)
    more_holdings_requested = Signal()
    holdings_again_requested = Signal()
    holdings_export_requested = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(text("held_table.title"))
        self.setFixedHeight(HIGH)
        self._table, self._query = HeldTable(), HeldQuery()
        self._shown_query = HeldQuery()
        """What the rows on screen were found by."""
        self._offset = timedelta()
        self._title = Label(text("held_table.title"), "section", parent=self)
        self.filter = Segmented(36, "caption", parent=self)
        self.filter.setAccessibleName(text("held_table.which"))
        self.search = self._search()
        self.party = Chooser(self)
        self.export = Button(text("held_table.export"), "secondary", "export", 32, self)
        self.heads = [Head(name, self) for name in faces.COLUMNS]
        self.rows = HeldModel(self)
        self.view = HeldView(self.rows, self)
        self.view.setAccessibleName(text("held_table.title"))
        self._skeleton, self.message, self._anchor = Skeleton(self), Message(self), QWidget(self)
        self._anchor.hide()
        self._slow = QTimer(self, singleShot=True, interval=SLOW)
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._ticks = QTimer(self, interval=TICK)
        self._wire()
        self._show_tools()
        self._show_rows()

    def _search(self) -> QLineEdit:
        line = QLineEdit(self)
        line.setProperty("look", "small")
        line.setPlaceholderText(text("held_table.search"))
        line.setAccessibleName(text("held_table.search_name"))
        line.setToolTip(text("held_table.search_name"))
        line.setMaxLength(100)
        line.setClearButtonEnabled(True)
        line.addAction(theme().qicon("search", "text-3", 16), QLineEdit.ActionPosition.LeadingPosition)
        return line

    def _wire(self) -> None:
        self.filter.chosen.connect(self._filter)
        self.search.textEdited.connect(lambda: self._typing.start())
        self.search.textChanged.connect(lambda words: None if words else self._typing.start(0))
        self.search.returnPressed.connect(self._typed)
        self._typing.timeout.connect(self._typed)
        self.party.clicked.connect(self._choose_party)
        self.export.clicked.connect(self._choose_file)
        for head in self.heads:
            head.clicked.connect(lambda _=False, head=head: self._sort(faces.SORTS[head.column]))
        self.rows.more_wanted.connect(self.more_holdings_requested)
        self.view.opened.connect(self._open)
        self.view.arranged.connect(self._place_heads)
        self.message.pressed.connect(self._pressed)
        self._slow.timeout.connect(self._show_rows)
        self._ticks.timeout.connect(self._tick)

    # -- state --------------------------------------------------------------------------------------------------

    def show_state(self, state: State, now: datetime) -> None:
        """`now`: the backend's clock."""
        before, self._table = self._table, state.held
        self._offset, self.rows.now = state.link.clock_offset, now
        several = state.vehicles if len(state.vehicles) > 1 else ()
        self.rows.cars = {vehicle.vin: vehicle.name for vehicle in several}
        if state.held is not before:
            self._take(before)
            self._show_tools()
        self.rows.drop_due(now)
        self._show_rows()
        self.view.viewport().update()
        self._follow_ends()

    def _take(self, before: HeldTable) -> None:
        table = self._table
        if table.query != before.query:
            self._query = table.query
            self._slow.start()
        if table.pages or table.is_read:
            is_other, self._shown_query = table.query != self._shown_query, table.query
            self.rows.show_table(table)
            if is_other:
                self.view.to_top()

    def _show_tools(self) -> None:
        query = self._query
        self.filter.show_parts(faces.parts(self._table), query.rule)
        name = self._table.parties.get(query.party)
        words = localized(name) if name else query.party or text("held_table.all_parties")
        self.party.show_words(words, text("held_table.party_name", party=words))
        self.export.set_busy(self._table.is_exporting)
        if not self.search.hasFocus() and self.search.text().strip() != query.text:
            self.search.setText(query.text)
        for head in self.heads:
            here = faces.SORTS.get(head.column) == query.sort
            head.show_order(("sorted_down" if query.is_down else "sorted_up") if here else "")
        self._arrange()

    def _show_rows(self) -> None:
        """The rows; before there are any their skeleton, or why there are none."""
        table, count = self._table, self.rows.rowCount()
        is_old = table.query != self._shown_query or not table.is_read
        waits = is_old and table.failed is None
        late = waits and not self._slow.isActive()
        self._skeleton.setVisible(late)
        self.view.setVisible(not late and bool(count) and not (is_old and table.failed))
        self._say(waits, count)
        self.view.setAccessibleDescription(text("held_table.read") if waits else self.filter.accessibleDescription())

    def _say(self, waits: bool, count: int) -> None:
        table, said = self._table, True
        if table.failed is not None and count and table.query == self._shown_query and table.is_read:
            self.message.say("warning", text("held_table.more_failed"), "try_again")
        elif table.failed is not None:
            self.message.say("warning", words_of.sentence(table.failed), "try_again")
        elif waits or count or table.after:
            said = False
        elif table.query.is_filtered:
            self.message.say("search", text("held_table.none_found"), "show_all")
        else:
            self.message.say("info", text("held_table.none"), "read_again")
        self.message.setVisible(said)
        self._place_message()

    # -- time ---------------------------------------------------------------------------------------------------

    def _follow_ends(self) -> None:
        """Seconds are shown in a record's last hour only: then, and only on screen, the table ticks."""
        end = self.rows.next_end
        ticks = end is not None and end - self.rows.now < faces.HOUR and self.isVisible()
        if ticks is not self._ticks.isActive():
            self._ticks.start() if ticks else self._ticks.stop()

    def _tick(self) -> None:
        if self.rows.drop_due(datetime.now(UTC) + self._offset):
            self._show_rows()
        self.view.viewport().update()
        self._follow_ends()

    # -- asked for ----------------------------------------------------------------------------------------------

    def _ask(self, query: HeldQuery) -> None:
        if query != self._query:
            self._query = query
            self._show_tools()
            self.holdings_requested.emit(query)

    def _filter(self, rule: str) -> None:
        """What ends is looked at by its end."""
        usual, by_end = HeldQuery(), {"sort": "expires_at", "is_down": False}
        query = replace(self._query, rule=rule)
        if rule == "duration" and (query.sort, query.is_down) == (usual.sort, usual.is_down):
            query = replace(query, sort="expires_at", is_down=False)
        elif self._query.rule == "duration" and {"sort": query.sort, "is_down": query.is_down} == by_end:
            query = replace(query, sort=usual.sort, is_down=usual.is_down)
        self._ask(query)

    def _sort(self, sort: str) -> None:
        same = sort == self._query.sort
        self._ask(
            replace(self._query, sort=sort, is_down=not self._query.is_down if same else sort in faces.DOWN_FIRST)
        )

    def _typed(self) -> None:
        self._typing.stop()
        self._ask(replace(self._query, text=self.search.text().strip()))

    def _choose_party(self) -> None:
        card = Card(self.window(), 280, self.party.accessibleName())
        for party, name in (("", text("held_table.all_parties")), *_by_name(self._table)):
            choice = Choice(name, party == self._query.party)
            choice.clicked.connect(card.close_card)
            choice.clicked.connect(lambda _=False, party=party: self._ask(replace(self._query, party=party)))
            card.body.addWidget(choice)
        card.show_near(self.party)

    def _pressed(self, key: str) -> None:
        if key == "show_all":
            self.search.clear()
            self._ask(HeldQuery())
        else:
            self.holdings_again_requested.emit()

    def _choose_file(self) -> None:
        if self._table.is_exporting:
            return
        dialog = QFileDialog(self, text("held_table.export"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        kinds = {text("held_table.csv"): "csv", text("held_table.json"): "json"}
        dialog.setNameFilters(list(kinds))
        dialog.setDefaultSuffix("csv")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(kinds[chosen]))
        dialog.selectFile(text("held_table.file"))
        dialog.fileSelected.connect(lambda file: self.holdings_export_requested.emit(file, language()))
        dialog.open()

    def _open(self, row: int) -> None:
        record = self.rows.record(row)
        place = self.view.visualRect(self.rows.index(row, faces.COLUMNS.index("notice")))
        corner = self.view.viewport().mapTo(self, place.topLeft())
        self._anchor.setGeometry(corner.x(), corner.y(), place.width(), place.height())
        card = show_details(
            self.window(),
            self._anchor,
            faces.what(record.kind),
            faces.details(record, self.rows.now),
            faces.terms(record.kind),
        )
        card.setAccessibleDescription(faces.terms(record.kind))

    # -- events -------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._table.is_read:
            self._slow.start()
            self._show_rows()
        self._follow_ends()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._follow_ends()

    # -- geometry -----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The filter beside the title where there is room, else below it."""
        wide, right = self.width(), self.width() - columns.SIDE + ROOM
        for widget, room in ((self.export, 0), (self.party, 0), (self.search, 168)):
            size = widget.sizeHint()
            width = room or size.width()
            if widget is self.search:
                widget.setGeometry(right - width - 4, (LINE - 32) // 2, width, 32)
            else:
                widget.setGeometry(right - width, (LINE - size.height()) // 2, width, size.height())
            right -= width
        self._title.setGeometry(columns.SIDE, 19, self._title.sizeHint().width(), 22)
        chosen = self.filter.sizeHint()
        beside = self._title.geometry().right() + 24 + chosen.width() <= right - 8
        top = (LINE - chosen.height()) // 2 if beside else LINE - 8
        x = right - 8 - chosen.width() if beside else columns.SIDE - ROOM
        self.filter.setGeometry(x, top, chosen.width(), chosen.height())
        self._top = (LINE if beside else LINE + chosen.height() - 4) + HEADS
        self.view.setGeometry(0, self._top, wide, self.height() - self._top - 8)
        self._skeleton.setGeometry(self.view.geometry())
        self._place_heads()
        self._place_message()

    def _place_heads(self) -> None:
        x, found = columns.SIDE, self.view.widths()
        for head in self.heads:
            head.setVisible(head.column in found)
            if head.column in found:
                side = {"what": columns.SIDE, "notice": self.view.right}.get(head.column, 0)
                wide = found[head.column] - side - (0 if head.column == "notice" else columns.GAP)
                head.setGeometry(x - 4 - ROOM, self._top - HEADS, wide + 2 * (4 + ROOM), HEADS)
                x += found[head.column] - (side if head.column == "what" else 0)

    def _place_message(self) -> None:
        """At the first row; below the rows where they go on being shown."""
        area = self.view.geometry()
        below = self.view.isVisibleTo(self)
        self.message.setGeometry(1, area.bottom() - 47 if below else area.y(), self.width() - 2, 48)
        self.message.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = paint.begin(self)
        paint.surface(painter, self.rect().toRectF(), 12, "surface", "hairline" if theme().name == "light" else None)
        painter.fillRect(1, self._top - 1, self.width() - 2, 1, theme().color("hairline"))
