"""The table of what is held: its cells, filter, order, search and export, its keyboard, and that it keeps its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible, QPainter, QPixmap, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from companion.api import holdings as api
from companion.model.held import HeldKind, HeldPage, HeldQuery, HeldRecord, HeldTable
from companion.model.state import Link, State
from companion.ui.pages import held_columns as columns
from companion.ui.pages import held_faces as faces
from companion.ui.pages.held_card import Choice, HeldCard
from companion.ui.pages.held_view import ROW, fit
from companion.ui.pages.privacy import PrivacyPage
from companion.ui.parts import paint
from companion.ui.parts.buttons import Button
from companion.ui.parts.details import DetailRow
from companion.ui.parts.popover import Card
from companion.ui.theme import theme
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import CATALOGUE, NOW, VIN, car, state
from ui.test_looks import Scribe, cut_labels

LOCK, EVENTS, STATUS = "lock_unlock.command", "product.events", "car_control.vehicle_status"
STATISTICS = "lock_unlock.usage_statistics"
RULES = {"unspecified": 12, "until_next_status": 16, "duration": 19}
PARTIES = {name: CATALOGUE.party(name).name for name in ("porsche_system", "identity")}


def kind(activity: str, party: str = "porsche_system") -> HeldKind:
    """As the backend tells it: of several rules the first."""
    row = CATALOGUE.activities[activity]
    rule, own = row["retention"][0], CATALOGUE.activities.is_own(activity)
    items = [one if isinstance(one, str) else one["item"] for one in row["data"]]
    return api._kind(CATALOGUE, {
        "party": party, "service": "product" if own else activity.partition(".")[0], "activity": activity, "items": items,
        "rule": rule["kind"], "duration": rule.get("duration"), "line": (rule.get("lines") or [None])[0],
        "choice": own or rule["kind"] == "unspecified",
    })  # fmt: skip


KINDS = {name: kind(name) for name in (LOCK, EVENTS, STATUS, STATISTICS)}


def record(
    number: int, activity: str = LOCK, age: timedelta = timedelta(hours=5), left: timedelta | None = None
) -> HeldRecord:
    return HeldRecord(f"porsche_system-{number}", KINDS[activity], VIN, NOW - age, None if left is None else NOW + left)


ROWS = (
    record(1), record(2, EVENTS, timedelta(minutes=20), timedelta(minutes=40, seconds=50)), record(3, STATUS, timedelta(days=1)),
    record(4, STATISTICS, timedelta(days=65), timedelta(days=300)), record(5, LOCK, timedelta(seconds=3)),
)  # fmt: skip


def table(rows: Sequence[HeldRecord] = ROWS, **more: Any) -> HeldTable:
    whole = HeldTable(
        number=1, pages=(tuple(rows),), total=len(rows), rules=RULES, everything=55, parties=PARTIES, is_read=True
    )
    return replace(whole, **more)


def many(count: int, first: int = 0) -> tuple[HeldRecord, ...]:
    return tuple(record(number) for number in range(first, first + count))


def shown(held: HeldTable | None = None, **more: Any) -> State:
    return state(held=table() if held is None else held, **more)


def open_card(window: Window, snapshot: State | None = None) -> HeldCard:
    window.show_state(snapshot or shown())
    window.show_page("privacy")
    card = window.findChild(HeldCard)
    page = window.findChild(PrivacyPage)
    assert card is not None
    assert page is not None
    page.ensureWidgetVisible(card)
    QApplication.processEvents()
    return card


def asked(window: Window) -> list[HeldQuery]:
    queries: list[HeldQuery] = []
    window.holdings_requested.connect(queries.append)
    return queries


def said(card: HeldCard, row: int) -> dict[str, str]:
    """What a screen reader finds in each cell of a row."""
    role = Qt.ItemDataRole.AccessibleTextRole
    return {name: card.rows.data(card.rows.index(row, place), role) for place, name in enumerate(faces.COLUMNS)}


# -- cells -----------------------------------------------------------------------------------------------------------


def test_a_silent_notice_is_said_to_be_silent_and_the_period_to_be_ours(window: Window) -> None:
    cells = said(open_card(window), 0)
    assert cells["what"].startswith("What: Lock or unlock command. Data items: Command, ")
    assert cells["holder"] == "Held by: Porsche system"
    assert cells["service"] == "For: Lock & Unlock"
    assert cells["kept"] == "Kept: Not stated, Our choice, account"
    assert cells["left"] == "Time left or age: 5 h old"
    assert cells["notice"] == "Notice: Line 533"


def test_what_is_this_products_own_is_marked_as_our_choice(window: Window) -> None:
    cells = said(open_card(window), 1)
    assert cells["service"] == "For: This product"
    assert cells["kept"] == "Kept: Our choice, 1 hour"
    # The window's clock went on since the snapshot was made.
    assert re.fullmatch(r"Time left or age: \d\d min left", cells["left"])
    assert cells["notice"] == "Notice: Details"
    assert round(faces.share(ROWS[1], NOW), 2) == 0.67


def test_what_the_notice_states_carries_no_mark(window: Window) -> None:
    card = open_card(window)
    assert said(card, 2)["kept"] == "Kept: Until the next change"
    assert said(card, 3)["kept"] == "Kept: 12 months"
    assert said(card, 3)["left"] == "Time left or age: 300 days left"
    assert faces.chips(KINDS[STATUS]) == faces.chips(KINDS[STATISTICS]) == ()


def test_today_and_yesterday_are_said_so(window: Window) -> None:
    card = open_card(window)
    assert said(card, 4)["since"].startswith("Since: Today ")
    assert said(card, 2)["since"].startswith("Since: Yesterday ")
    assert said(card, 3)["since"].split()[1].isdigit()


def test_a_screen_reader_finds_a_table_with_its_cells(window: Window) -> None:
    card = open_card(window)
    reader = QAccessible.queryAccessibleInterface(card.view)
    assert reader.role() is QAccessible.Role.Table
    assert reader.text(QAccessible.Text.Name) == "Held now"
    # The heads are a row and the rows' own heads, which are hidden, a column.
    second = [reader.child(2 * (len(faces.COLUMNS) + 1) + 1 + place) for place in range(len(faces.COLUMNS))]
    assert all(cell.role() is QAccessible.Role.Cell for cell in second)
    assert [cell.text(QAccessible.Text.Name) for cell in second] == list(said(card, 1).values())


# -- filter, order, search -------------------------------------------------------------------------------------------


def test_the_filter_shows_the_servers_counts_and_asks_the_server(window: Window) -> None:
    card, queries = open_card(window), asked(window)
    words = [words for _, words in card.filter._parts]
    assert words == ["Everything 55", "With an end 19", "Until it changes 16", "Period not stated 12"]
    card.filter._choose("unspecified")
    assert queries == [HeldQuery(rule="unspecified")]


def test_what_ends_is_looked_at_by_its_end_and_everything_by_the_newest_again(window: Window) -> None:
    card, queries = open_card(window), asked(window)
    card.filter._choose("duration")
    card.filter._choose("")
    assert queries == [HeldQuery("duration", sort="expires_at", is_down=False), HeldQuery()]


@pytest.mark.parametrize("by_key", [False, True])
def test_a_head_sorts_and_turns_round(window: Window, by_key: bool) -> None:
    card, queries = open_card(window), asked(window)
    head = next(one for one in card.heads if one.column == "holder")
    for _ in range(2):
        if by_key:
            head.setFocus()
            QTest.keyClick(head, Qt.Key.Key_Space)
        else:
            QTest.mouseClick(head, Qt.MouseButton.LeftButton)
    assert queries == [HeldQuery(sort="party", is_down=False), HeldQuery(sort="party", is_down=True)]
    assert head.accessibleName() == "Held by, sorted, largest first"
    assert next(one for one in card.heads if one.column == "since").accessibleName() == "Since, press to sort"


def test_what_the_server_cannot_sort_by_is_no_button(window: Window) -> None:
    card, queries = open_card(window), asked(window)
    for head in card.heads:
        if head.column not in faces.SORTS:
            QTest.mouseClick(head, Qt.MouseButton.LeftButton)
            assert head.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert queries == []


def test_a_search_is_asked_when_the_typing_stops_and_once(qtbot: QtBot, window: Window) -> None:
    card, queries = open_card(window), asked(window)
    QTest.keyClicks(card.search, " lock")
    assert queries == []
    qtbot.waitUntil(lambda: bool(queries))
    QTest.keyClick(card.search, Qt.Key.Key_Return)
    assert queries == [HeldQuery(text="lock")]


def test_one_party_can_be_chosen(window: Window) -> None:
    card, queries = open_card(window), asked(window)
    card.party.click()
    (opened,) = window.findChildren(Card)
    choices = opened.findChildren(Choice)
    assert [one.text() for one in choices] == ["All parties", "Porsche ID", "Porsche system"]
    QTest.keyClick(choices[1], Qt.Key.Key_Space)
    assert opened.isHidden()
    assert queries == [HeldQuery(party="identity")]
    window.show_state(shown(table(query=queries[0], number=2)))
    assert card.party.accessibleName() == "Held by: Porsche ID"


# -- rows ------------------------------------------------------------------------------------------------------------


def test_the_keyboard_moves_through_the_rows_and_out_again(window: Window) -> None:
    card = open_card(window, shown(table(many(200))))
    card.view.setFocus(Qt.FocusReason.TabFocusReason)
    at = []
    for key in (
        Qt.Key.Key_Down,
        Qt.Key.Key_End,
        Qt.Key.Key_Up,
        Qt.Key.Key_Home,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_PageUp,
    ):
        QTest.keyClick(card.view, key)
        at.append(card.view.currentIndex().row())
    page = at[4]
    assert at == [1, 199, 198, 0, page, 0]
    assert page >= 5
    QTest.keyClick(card.view, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not card.view


def test_enter_opens_a_row_with_every_rule_and_the_french_words(window: Window) -> None:
    two = next(name for name, row in CATALOGUE.activities.items() if len({r["kind"] for r in row["retention"]}) > 1)
    KINDS[two] = kind(two)
    card = open_card(window, shown(table([record(1, two), record(2)])))
    card.view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(card.view, Qt.Key.Key_Return)
    (opened,) = window.findChildren(Card)
    rows = [one.accessibleName() for one in opened.findChildren(DetailRow)]
    assert len([one for one in rows if one.startswith("Kept: ")]) == len(KINDS[two].periods) > 1
    note = [one.text() for one in opened.findChildren(QLabel)][-1]
    french = [one["fr"] for one in CATALOGUE.activities[two]["data"]]
    assert [one for one in french if f"«\u202f{one}\u202f», line " not in note] == []
    opened.close_card()
    assert QApplication.focusWidget() is card.view


def test_a_press_on_the_line_opens_the_row_and_one_beside_it_does_not(window: Window) -> None:
    card = open_card(window)
    view, notice = card.view, faces.COLUMNS.index("notice")
    place = view.visualRect(card.rows.index(2, 1)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.findChildren(Card) == []
    assert view.currentIndex().row() == 2
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(card.rows.index(2, notice)).center()
    )
    assert len(window.findChildren(Card)) == 1


def test_the_next_page_is_asked_for_near_the_end_and_added_in_place(window: Window) -> None:
    wanted: list[None] = []
    window.more_holdings_requested.connect(lambda: wanted.append(None))
    first = table(many(500), after="next", total=1_000_000)
    card = open_card(window, shown(first))
    bar = card.view.verticalScrollBar()
    bar.setValue(300 * ROW)
    assert wanted == []
    bar.setValue(bar.maximum() - 20 * ROW)
    assert wanted
    QTest.keyClick(card.view, Qt.Key.Key_End)
    here, resets = card.view.verticalScrollBar().value(), []
    card.rows.modelReset.connect(lambda: resets.append(None))
    window.show_state(shown(replace(first, pages=(*first.pages, many(500, 500)), after="")))
    assert (card.rows.rowCount(), card.view.verticalScrollBar().value(), resets) == (1000, here, [])
    asked_before = len(wanted)
    QTest.keyClick(card.view, Qt.Key.Key_End)
    assert card.view.currentIndex().row() == 999
    assert len(wanted) == asked_before


def test_a_table_read_anew_keeps_its_place(window: Window) -> None:
    card = open_card(window, shown(table(many(300))))
    card.view.setCurrentIndex(card.rows.index(120, 0))
    card.view.verticalScrollBar().setValue(115 * ROW + 7)
    gone = tuple(one for one in many(300) if one.id not in ("porsche_system-3", "porsche_system-4"))
    window.show_state(shown(table(gone, number=2)))
    assert card.rows.record(card.view.currentIndex().row()).id == "porsche_system-120"
    assert card.view.verticalScrollBar().value() == 113 * ROW + 7


def test_another_filter_begins_at_the_top(window: Window) -> None:
    card = open_card(window, shown(table(many(300))))
    card.view.verticalScrollBar().setValue(4000)
    card.view.setFocus()
    upside_down = many(300)[::-1]
    window.show_state(shown(table(upside_down, query=HeldQuery(is_down=False), number=2)))
    assert card.view.verticalScrollBar().value() == 0
    assert card.view.currentIndex().row() == 0


def test_the_rows_of_before_stay_until_the_next_ones_are_there_or_it_takes_long(qtbot: QtBot, window: Window) -> None:
    card = open_card(window)
    waiting = table((), pages=(), query=HeldQuery(rule="duration"), number=2, is_read=False, is_reading=True)
    window.show_state(shown(waiting))
    assert card.view.isVisible()
    assert not card.message.isVisible()
    qtbot.waitUntil(lambda: card._skeleton.isVisible())
    assert not card.view.isVisible()
    window.show_state(shown(replace(waiting, pages=((ROWS[1],),), is_read=True, is_reading=False)))
    assert card.rows.rowCount() == 1
    assert card.view.isVisible()
    assert not card._skeleton.isVisible()


def test_what_reaches_its_end_is_not_shown_any_more(window: Window) -> None:
    card = open_card(window)
    later = Link(True, None, True, "Demo", True, clock_offset=timedelta(minutes=41))
    window.show_state(shown(link=later))
    assert [card.rows.record(row).id for row in range(card.rows.rowCount())] == [
        f"porsche_system-{n}" for n in (1, 3, 4, 5)
    ]


def test_many_that_end_at_once_go_with_the_place_kept(window: Window) -> None:
    rows = [record(n, EVENTS, left=timedelta(minutes=n)) if n <= 40 else record(n) for n in range(1, 201)]
    card = open_card(window, shown(table(rows)))
    card.view.setCurrentIndex(card.rows.index(100, 0))
    card.view.verticalScrollBar().setValue(98 * ROW)
    window.show_state(shown(table(rows), link=Link(True, None, True, "Demo", True, clock_offset=timedelta(hours=1))))
    assert card.rows.rowCount() == 160
    assert card.view.currentIndex().row() == 60
    assert card.view.verticalScrollBar().value() == 58 * ROW


def test_it_ticks_in_the_last_hour_only_and_only_on_screen(window: Window) -> None:
    card = open_card(window)
    assert card._ticks.isActive()
    window.show_page("overview")
    card.show_state(shown(), NOW)
    assert not card._ticks.isActive()
    window.show_state(shown(table(ROWS[2:])))
    window.show_page("privacy")
    assert not card._ticks.isActive()


# -- when there are none ---------------------------------------------------------------------------------------------


def words(card: HeldCard) -> str:
    return card.message._words.text() if card.message.isVisible() else ""


def button(card: HeldCard) -> Button:
    assert card.message._button is not None
    return card.message._button


def test_a_failed_reading_says_so_and_can_be_tried_again(window: Window) -> None:
    again: list[None] = []
    window.holdings_again_requested.connect(lambda: again.append(None))
    card = open_card(window, shown(HeldTable(number=1, failed="server.maintenance")))
    assert words(card) == "The service is under maintenance. You see what was known before."
    assert button(card).text() == "Try again"
    button(card).click()
    assert again == [None]
    window.show_state(shown())
    assert words(card) == ""


def test_rows_stay_when_the_next_ones_cannot_be_read(window: Window) -> None:
    card = open_card(window, shown(table(failed="network.timeout", after="x")))
    assert words(card) == "The next rows could not be read."
    assert card.view.isVisible()


def test_nothing_found_offers_everything(window: Window) -> None:
    queries = asked(window)
    found = table((), query=HeldQuery(text="zebra"), total=0)
    card = open_card(window, shown(found))
    assert card.search.text() == "zebra"
    assert words(card) == "No record fits this filter and search."
    button(card).click()
    assert queries == [HeldQuery()]
    assert card.search.text() == ""


def test_nothing_held_is_said(window: Window) -> None:
    card = open_card(window, shown(table((), total=0)))
    assert words(card) == "Nothing is held by anybody."


# -- export ----------------------------------------------------------------------------------------------------------


def test_the_export_asks_for_a_file_and_says_that_it_is_under_way(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QFileDialog] = []
    monkeypatch.setattr(QFileDialog, "open", lambda dialog: opened.append(dialog))
    exported: list[tuple[str, str]] = []
    window.holdings_export_requested.connect(lambda file, tongue: exported.append((file, tongue)))
    card = open_card(window)
    card.export.click()
    (dialog,) = opened
    assert dialog.nameFilters() == ["Table (*.csv)", "JSON (*.json)"]
    dialog.fileSelected.emit(str(tmp_path / "a.csv"))
    assert exported == [(str(tmp_path / "a.csv"), "en")]
    window.show_state(shown(table(is_exporting=True)))
    assert card.export.is_busy
    card.export.click()
    assert opened == [dialog]


# -- looks -----------------------------------------------------------------------------------------------------------


def all_kinds() -> tuple[HeldRecord, ...]:
    """Every activity there is, at the party with the longest name, with an end and without."""
    holder = max(CATALOGUE.parties, key=lambda name: max(map(len, CATALOGUE.party(name).name.values())))
    kinds = [kind(name, holder) for name in CATALOGUE.activities]
    long = (None, timedelta(days=3650), timedelta(hours=23, minutes=59))
    return tuple(
        HeldRecord(str(n), one, VIN, NOW - timedelta(hours=23, minutes=58), NOW + end if end else None)
        for n, (one, end) in enumerate(product(kinds, long))
    )


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1280, 1024))))
def test_nothing_is_cut_off_whatever_is_held(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window(language, "light", width, 800)
    rows = all_kinds()
    large = {"unspecified": 123_456, "until_next_status": 123_456, "duration": 123_456}
    card = open_card(window, shown(table(rows, rules=large, everything=999_999)))
    card.setFixedHeight(len(rows) * ROW + 200)
    qapp.processEvents()
    card.grab()
    assert (scribe.cut, cut_labels(window)) == ([], [])
    last = card.view.visualRect(card.rows.index(len(rows) - 1, 0))
    assert card.view.viewport().rect().contains(last.topLeft())


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_no_words_leave_their_row(make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    make_window(language, "light")
    reached: list[tuple[float, float, str]] = []
    monkeypatch.setattr(
        paint,
        "write",
        lambda painter, x, y, words, role, *_: reached.append((y, y + theme().line_height(role), words)) or 0.0,
    )
    canvas = QPixmap(8, 8)
    painter = QPainter(canvas)
    for width, one in product((1192, 1072, 816), all_kinds()):
        found = columns.widths(width)
        for name, of in (("what", faces.what), ("holder", faces.holder), ("service", faces.service)):
            if name in found:
                fit(painter, QRectF(0, 0, found[name] - columns.GAP, ROW - 1), of(one.kind), "text-1")
    painter.end()
    assert len(reached) > 1000
    assert [one for one in reached if one[0] < -1 or one[1] > ROW + 1] == []


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1280, 1024))))
def test_names_keep_their_size(make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int) -> None:
    """A long one takes two lines; none gets smaller or lighter than its neighbours."""
    card = open_card(make_window(language, "dark", width, 800), shown(table(all_kinds())))
    card.setFixedHeight(len(all_kinds()) * ROW + 200)
    QApplication.processEvents()
    roles: dict[str, int] = {}
    real = paint.write

    def write(painter: QPainter, x: float, y: float, words: str, role: str, *more: Any, **named: Any) -> float:
        if x == columns.SIDE:
            roles[role] = roles.get(role, 0) + 1
        return real(painter, x, y, words, role, *more, **named)

    monkeypatch.setattr(paint, "write", write)
    card.view.grab()
    assert [*roles] == ["name"]
    assert roles["name"] >= len(all_kinds())


def test_of_several_cars_a_row_says_which(window: Window) -> None:
    other = replace(ROWS[0], id="porsche_system-9", subject="WP1ZZZ9Y1ZSA10002")
    cars = (car(), replace(car(), vin=other.subject, name="Cayenne"))
    card = open_card(window, shown(table((ROWS[0], other)), vehicles=cars))
    assert [said(card, row)["what"].split(". ")[0].rpartition(", ")[2] for row in (0, 1)] == ["Taycan", "Cayenne"]
    card = open_card(window, shown(table((ROWS[0],))))
    assert "Taycan" not in said(card, 0)["what"]


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_the_tools_do_not_lie_on_each_other_and_heads_stand_over_their_columns(make_window: Make, width: int) -> None:
    card = open_card(make_window("de", "dark", width, 800))
    tools = [card._title, card.filter, card.search, card.party, card.export]
    inside = [tool.geometry().adjusted(4, 4, -4, -4) for tool in tools]
    assert [(a, b) for a, b in product(inside, inside) if a is not b and a.intersects(b)] == []
    assert all(card.rect().contains(one) for one in inside)
    for place, head in enumerate(card.heads):
        cell = card.view.visualRect(card.rows.index(0, place))
        assert head.isVisible() is not card.view.isColumnHidden(place)
        assert not head.isVisible() or cell.x() <= head.x() + 8 <= cell.right()


def test_everything_that_takes_the_keyboard_has_a_name(window: Window) -> None:
    card = open_card(window)
    stops = [one for one in card.findChildren(type(card).__mro__[1]) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    nameless = [one for one in stops if one.isVisible() and not one.accessibleName()]
    assert len([one for one in stops if one.isVisible()]) >= 8
    assert nameless == []


@pytest.mark.parametrize(("inside", "at_end"), [(True, False), (True, True), (False, False)])
def test_the_wheel_is_the_pages_until_somebody_is_in_the_table_and_where_it_ends(
    window: Window, inside: bool, at_end: bool
) -> None:
    card = open_card(window, shown(table(many(60))))
    if inside:
        card.view.setFocus()
    bar = card.view.verticalScrollBar()
    bar.setValue(bar.maximum() if at_end else 0)
    before, viewport = bar.value(), card.view.viewport()
    place = QPointF(viewport.rect().center())
    event = QWheelEvent(
        place, QPointF(viewport.mapToGlobal(place.toPoint())), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)
    # What is not taken goes on to what is around the table: the page.
    assert (event.isAccepted(), bar.value() > before) == ((True, True) if inside and not at_end else (False, False))


def test_a_page_is_read_as_the_catalogue_knows_it(aio: Any) -> None:
    """Of several printed rules the one in force keeps its upper bound; what is not known is called as it calls itself."""

    class Told:
        async def fetch(self, what: str, query: object) -> Any:
            row = {
                "id": "x-1", "party": "never_heard_of", "service": "product", "activity": "never.heard_of", "items": ["what"],
                "rule": "duration", "duration": "P30D", "line": None, "choice": True, "subject": "s", "expires_at": None,
                "stored_at": NOW.isoformat(),
            }  # fmt: skip
            return {
                "total": 1,
                "counts": {"rule": {"duration": 1}, "party": {"never_heard_of": 1}},
                "rows": [row],
                "next": None,
            }

    page: HeldPage = aio(api.HoldingsApi(Told(), CATALOGUE).page(HeldQuery()))  # type: ignore[arg-type]
    (one,) = page.records
    assert (one.kind.title, one.kind.party_name, page.parties) == (
        {"en": "never.heard_of"}, {"en": "never_heard_of"}, {"never_heard_of": {"en": "never_heard_of"}}
    )  # fmt: skip
    bound = next(n for n, row in CATALOGUE.activities.items() if any(r.get("upper_bound") for r in row["retention"]))
    rules = CATALOGUE.activities[bound]["retention"]
    rule = next(r for r in rules if r.get("upper_bound"))
    told = {"rule": rule["kind"], "duration": rule["duration"], "line": None}
    periods = [CATALOGUE.period(bound, r) for r in rules]
    assert api._in_force(CATALOGUE, bound, told, periods).upper_bound
