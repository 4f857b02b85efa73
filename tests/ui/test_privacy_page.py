"""The Privacy page: its four answers, the diagram, the demo clock, and the notice against what was seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainterPathStroker
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from companion.api import today as api
from companion.api.today import Edge
from companion.model.receipt import Deletion, Erased, FileSeal, Found, Receipt
from companion.model.state import Account, Link, SignInStage, State
from companion.model.today import Due, GapNote, Today
from companion.ui.pages import privacy_faces as faces
from companion.ui.pages.privacy import PrivacyPage
from companion.ui.pages.settings import SettingsPage
from companion.ui.parts.buttons import ROOM, Button
from companion.ui.parts.details import DetailRow
from companion.ui.parts.popover import Card
from companion.ui.parts.top_bar import TopBar
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import CATALOGUE, NOW, state
from ui.test_looks import Scribe, cut_labels


@dataclass(frozen=True, slots=True)
class Sent:
    request: str
    size: int
    count: int
    hour: datetime = NOW


SENT = (
    Sent("lock_unlock.unlock", 542, 1), Sent("vehicles.stored", 3042, 3), Sent("sign_in.password", 361, 1),
    Sent("sign_in.token", 512, 1), Sent("lock_unlock.lock", 714, 2),
)  # fmt: skip
EDGES = (
    Edge("vehicle", "porsche_system", "car_control.vehicle_status", 31_000),
    Edge("porsche_system", "vehicle", "lock_unlock.vehicle_assignment", 1400),
    Edge("vehicle", "porsche_system", "lock_unlock.status_message", 900),
    Edge("vehicle", "emergency", "product.emergency_call", 800),
    Edge("porsche_system", "push_google", "e_control.event_push", 640),
    Edge("map_provider", "sms_carrier", "navigation.never_heard_of", 300),
)  # fmt: skip


def row(activity: str, days: int) -> dict[str, str]:
    return {"activity": activity, "party": "porsche_system", "expires_at": (NOW + timedelta(days=days)).isoformat()}


def today(**more: object) -> Today:
    whole = Today(
        NOW, tuple(api.flows(CATALOGUE, SENT, EDGES)), (0,) * 20 + (5171, 0, 0, 0),
        {"porsche_system": 57, "identity": 2, "navigation_provider": 3},
        {"unspecified": 19, "duration": 12, "until_next_status": 31}, 62,
        tuple(api.dues(CATALOGUE, [row("product.events", 1)] * 2 + [row("lock_unlock.usage_statistics", 300)])),
        tuple(api.totals(CATALOGUE, SENT, EDGES)),
        tuple(GapNote(g["id"], g["kind"], tuple(g["lines"]), g["show"]) for g in CATALOGUE.gaps.values()),
    )  # fmt: skip
    return replace(whole, **more)


VALUES = (
    ("a1", "vin", "WP0…0001"),
    ("b2", "email", "own…mple"),
    ("c3", "position", "48.…03"),
    ("d4", "never_heard_of", "x…y"),
)
FILES = tuple(
    FileSeal({"en": "Porsche system"}, name, 90_000, sha * 64)
    for name, sha in (("porsche_system.db", "3"), ("identity.db", "7"), ("backend.json", "e"))
)


def receipt(counts: tuple[int, ...], sha: str = "3") -> Receipt:
    files = (replace(FILES[0], sha256=sha * 64), *FILES[1:])
    found = tuple(
        Found(key, kind, value, "porsche_system.db", count)
        for (key, kind, value), count in zip(VALUES, counts, strict=True) if count
    )  # fmt: skip
    return Receipt(NOW, files, VALUES, found)


RECEIPTS = (receipt((68, 2, 3, 1)), receipt((36, 0, 2, 0), "9"))
DELETION = Deletion(
    29,
    (
        Erased({"en": "Lock"}, {"en": "Porsche system"}, 24, None),
        Erased({"en": "Map view"}, {"en": "Map provider"}, 2, 417),
        Erased({"en": "Account"}, {"en": "Porsche ID"}, 2, None), Erased({"en": "Memory"}, {"en": "Porsche system"}, 1, None),
    ),
    (({"en": "Map view"}, 417, 2), ({"en": "App usage data"}, 47, 0)), RECEIPTS[0], receipt((0, 0, 0, 0)),
)  # fmt: skip


def shown(**more: object) -> State:
    link = Link(True, None, True, "Companion demo backend", True, stage_open=True)
    return state(today=today(**more), receipts=RECEIPTS, link=link)


def open_page(window: Window, snapshot: State) -> PrivacyPage:
    window.show_state(snapshot)
    window.show_page("privacy")
    page = window.findChild(PrivacyPage)
    assert page is not None
    return page


def words(card: Card) -> list[str]:
    labels = [one.text() for one in card.findChildren(QLabel)]
    return labels + [one.accessibleName() for one in card.findChildren(DetailRow)]


# -- put together ----------------------------------------------------------------------------------------------------


def test_what_this_app_sent_adds_up_and_is_observed() -> None:
    ours = [flow for flow in today().flows if flow.source.id == "companion_app"]
    assert today().sent_here == sum(one.size for one in SENT)
    assert {(flow.target.id, flow.size, flow.requests) for flow in ours} == {
        ("porsche_system", 4298, 6),
        ("identity", 873, 2),
    }
    assert all(flow.observed for flow in ours)
    assert not any(flow.observed for flow in today().flows if flow.source.id != "companion_app")


def test_an_edge_of_the_notice_is_listed_and_one_of_ours_is_not() -> None:
    by_way = {(flow.source.id, flow.target.id): flow for flow in today().flows}
    assert not by_way["vehicle", "porsche_system"].unlisted
    assert by_way["vehicle", "emergency"].unlisted
    assert not by_way["porsche_system", "push_google"].unlisted
    assert by_way["vehicle", "porsche_system"].size == 31_900


def test_an_edge_of_which_the_notice_lists_no_data_is_not_listed() -> None:
    """All of climate, line 547."""
    edges = [Edge("porsche_system", "push_apple", "climate.climate_notification", 500)]
    assert [flow.unlisted for flow in api.flows(CATALOGUE, (), edges)] == [True]


def test_both_ways_between_two_parties_stay_apart() -> None:
    ways = [(flow.source.id, flow.target.id) for flow in today().flows]
    assert ("porsche_system", "vehicle") in ways
    assert ("vehicle", "porsche_system") in ways


def test_every_section_has_its_totals() -> None:
    rows = {one.id: one for one in today().services}
    assert list(rows) == list(CATALOGUE.services)
    lock = rows["lock_unlock"]
    assert lock.declared == lock.seen + lock.not_seen
    assert lock.size == 542 + 714 + 1400 + 900
    assert lock.requests == 5
    assert rows["horn_and_flash"].seen == 0


def test_records_that_end_on_one_day_stand_together_and_first_comes_first() -> None:
    assert [one.rows for one in today().dues] == [2, 1]
    assert today().dues[0].at < today().dues[1].at


# -- the four answers ------------------------------------------------------------------------------------------------


def test_the_four_questions_are_answered(window: Window) -> None:
    left, whom, held, stop = faces.answers(shown())
    assert left.answer.startswith("5"), "what was seen; what the car sent is reported, and not added to it"
    assert left.second == "8 requests by this app; the car sent 32.7\u202fkB"
    assert whom.answer == "5 receivers"
    assert held.answer == "62 records"
    assert held.second == "19 with no stated period"
    assert stop.second == "Private mode off, remote access on"


def test_the_owners_own_devices_are_no_receivers(window: Window) -> None:
    only = today(flows=tuple(flow for flow in today().flows if flow.target.id == "vehicle"))
    assert faces.whom(only).answer == "0 receivers"


def test_the_page_asks_for_a_look_when_it_is_shown_and_when_something_left(qtbot: QtBot, window: Window) -> None:
    asked: list[None] = []
    window.privacy_look_requested.connect(lambda: asked.append(None))
    open_page(window, shown())
    qtbot.waitUntil(lambda: len(asked) == 1)
    moved = replace(shown(), link=replace(shown().link, clock_offset=timedelta(days=1)))
    window.show_state(moved)
    qtbot.waitUntil(lambda: len(asked) == 2)


STEPS = [("+ 1 day", "P1D"), ("+ 31 days", "P31D"), ("+ 30 years", "P30Y"), ("To the next erasure", "next")]


@pytest.mark.parametrize(("name", "period"), STEPS)
def test_each_button_of_the_clock_moves_it_by_what_it_says(window: Window, name: str, period: str) -> None:
    moved: list[str] = []
    window.clock_move_requested.connect(moved.append)
    page = open_page(window, shown())
    button = next(one for one in page.clock.children() if getattr(one, "text", str)() == name)
    button.click()  # type: ignore[attr-defined]
    assert moved == [period]


def test_without_the_stages_key_no_clock_is_offered(qapp: QApplication, window: Window) -> None:
    page = open_page(window, state(today=today()))
    buttons = [one for one in page.clock.children() if hasattr(one, "click")]
    assert buttons
    assert not any(one.isVisible() for one in buttons)  # type: ignore[attr-defined]


def test_an_edge_can_be_opened_by_mouse_and_keyboard(qapp: QApplication, window: Window) -> None:
    page = open_page(window, shown())
    qapp.processEvents()
    chosen: list[str] = []
    page.diagram.flow_chosen.connect(lambda flow: chosen.append(flow.target.id))
    place = page.diagram._edges[0].label.center().toPoint()
    QTest.mouseClick(page.diagram, Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert chosen == [page.diagram._edges[0].flow.target.id]
    page.diagram.setFocus()
    QTest.keyClick(page.diagram, Qt.Key.Key_Down)
    QTest.keyClick(page.diagram, Qt.Key.Key_Return)
    assert chosen[1] == page.diagram._edges[1].flow.target.id


DAYS = {
    "a look at the map": (
        (Sent("sign_in.password", 3656, 6), Sent("car_finder.map_dark", 3760, 2), Sent("vehicles.stored", 4755, 9)),
        (
            Edge("vehicle", "porsche_system", "car_control.vehicle_status", 41_500),
            Edge("porsche_system", "vehicle", "lock_unlock.command", 728),
            Edge("porsche_system", "map_provider", "product.map_key_holder", 414),
        ),
    ),
    "alarms told": (
        (
            Sent("sign_in.password", 3656, 6),
            Sent("car_finder.map_dark", 13_000, 9),
            Sent("vehicles.stored", 13_400, 60),
        ),
        (
            Edge("vehicle", "porsche_system", "car_control.vehicle_status", 92_300),
            Edge("porsche_system", "vehicle", "climate.climate_command", 7343),
            Edge("porsche_system", "map_provider", "product.map_key_holder", 832),
            Edge("porsche_system", "push_google", "climate.climate_notification", 3114),
            Edge("porsche_system", "push_apple", "climate.climate_notification", 3090),
        ),
    ),
    "everybody": (
        (
            Sent("sign_in.password", 99_000, 6),
            Sent("car_finder.map_dark", 99_000, 9),
            Sent("vehicles.stored", 99_000, 60),
        ),
        tuple(
            Edge(source, target, "", 400 if source == "porsche_system" else 99_000)
            for source, target in (
                *product(("vehicle", "pcm"), ("porsche_system", "emergency", "navigation_provider")),
                *product(
                    ("porsche_system",), ("vehicle", "push_google", "charging_provider", "request_cache_provider")
                ),
                *(("identity", "porsche_system"), ("voice_provider", "nav_search_provider"), ("pcm", "voice_provider")),
                *(("vehicle", "pcm"), ("map_provider", "vehicle")),
            )
        ),
    ),
}


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1280, 1180, 1024))))
@pytest.mark.parametrize("with_panel", [False, True])
def test_in_the_diagram_nothing_lies_on_anything(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int, with_panel: bool
) -> None:
    scribe, stroke = Scribe(monkeypatch), QPainterPathStroker()
    window = make_window(language, "dark", width, 900)
    for name, (sent, edges) in DAYS.items():
        page = open_page(window, shown(flows=tuple(api.flows(CATALOGUE, sent, edges))))
        if window._glass.panel.isHidden() is with_panel:  # type: ignore[union-attr]
            window._glass.toggle_panel()  # type: ignore[union-attr]
        for _ in range(2):
            # It asks for its height, then it gets it.
            qapp.processEvents()
        page.diagram.grab()
        boxes, drawn = page.diagram._plan.boxes, page.diagram._edges
        labels = [edge.label for edge in drawn]
        nodes = list(boxes.values())
        assert len(drawn) == len(sent) + len(edges), name
        assert scribe.cut == [], name
        assert all(page.diagram.rect().toRectF().contains(one) for one in (*labels, *nodes)), name
        assert [(a, b) for a, b in product(labels, [*labels, *nodes]) if a is not b and a.intersects(b)] == [], name
        assert [(a, b) for a, b in product(nodes, nodes) if a is not b and a.intersects(b)] == [], name
        behind = [
            (edge.words, party)
            for edge, (party, box) in product(drawn, boxes.items())
            if stroke.createStroke(edge.path).intersects(box.adjusted(1, 1, -1, -1))
        ]
        assert behind == [], name


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1280, 1024))))
def test_nothing_is_cut_off(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window(language, "light", width, 800)
    for snapshot in (shown(), state(), shown(total=1_048_576, dues=(Due(NOW, 999_999, {"en": "x"}, {"en": "y"}),))):
        page = open_page(window, snapshot)
        page.widget().resize(page.viewport().width(), page.widget().sizeHint().height())
        qapp.processEvents()
        page.widget().grab()
        assert (scribe.cut, cut_labels(window)) == ([], [])


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_all_begins_where_the_title_does(qapp: QApplication, make_window: Make, width: int) -> None:
    window = make_window("fr", "light", width, 900)
    page = open_page(window, shown(failed="network.timeout"))
    qapp.processEvents()
    bar = window.findChild(TopBar)
    assert bar is not None
    begins = {
        one.mapTo(window, QPoint(room, 0)).x()
        for one, room in (
            (bar._name, 0), (page._cards[0], ROOM), (page._who, 0), (page.held, 0), (page.receipt, 0), (page._trouble, 0),
        )
    }  # fmt: skip
    assert len(begins) == 1
    # What stands inside a card, sixteen from its edge; a button has its ring's room in that.
    assert page.receipt._take.mapTo(page.receipt, QPoint(ROOM, 0)).x() == 16
    assert page.receipt._table.mapTo(page.receipt, QPoint()).x() == 16
    again = page._again
    assert again.mapTo(page._trouble, QPoint(again.width() - ROOM, 0)).x() == page._trouble.width() - 16


# -- erasure, proved ---------------------------------------------------------------------------------------------------


def test_two_receipts_stand_side_by_side(window: Window) -> None:
    page = open_page(window, shown())
    said = page.receipt._table.accessibleDescription()
    assert "Vehicle ID: 68, 36" in said
    assert "E-mail: 2, 0" in said
    assert "never_heard_of: 1, 0" in said


def test_the_files_are_searched_when_asked(window: Window) -> None:
    asked: list[None] = []
    window.receipt_requested.connect(lambda: asked.append(None))
    page = open_page(window, shown())
    page.receipt._take.click()
    assert len(asked) == 1


def test_the_account_is_deleted_with_the_password_and_only_when_confirmed(qapp: QApplication, window: Window) -> None:
    drafted: list[str] = []
    deleted: list[str] = []
    window.deletion_drafted.connect(drafted.append)
    window.deletion_requested.connect(deleted.append)
    window.show_state(shown())
    window.show_page("settings")
    settings = window.findChild(SettingsPage)
    assert settings is not None
    settings._end.click()
    (card,) = window.findChildren(Card)
    (line,) = card.findChildren(QLineEdit)
    go = next(one for one in card.findChildren(Button) if one.text() == "Delete account")
    assert not go.isEnabled()
    QTest.keyClicks(line, "ab")
    assert (drafted, deleted) == (["", "a", "ab"], []), "opened with nothing wrong and nothing typed"
    assert any("line 47" in one and "line 417" in one for one in words(card))
    go.click()
    assert deleted == ["ab"]
    assert go.is_busy
    window.show_state(replace(shown(), end_failed="account.wrong_password"))
    assert any("The password is wrong" in one for one in words(card)), "said where it is typed"
    assert not go.is_busy
    assert card.isVisible()
    card.close_card()
    assert settings._not_ended.isHidden()
    window.show_state(replace(shown(), end_failed="account.wrong_password"))
    assert settings._not_ended.isVisible()
    settings._end.click()
    (card,) = [one for one in window.findChildren(Card) if one.isVisible()]
    window.show_state(replace(shown(), account=Account(SignInStage.SIGNED_OUT)))
    assert card.isHidden()


def test_what_was_erased_is_told_until_it_is_read(qapp: QApplication, window: Window) -> None:
    read: list[None] = []
    window.deletion_read.connect(lambda: read.append(None))
    window.show_state(replace(shown(), deletion=DELETION))
    window.show_state(replace(shown(), deletion=DELETION))
    (card,) = window.findChildren(Card)
    said = words(card)
    assert "The account is gone. Records erased: 29." in said
    assert "Map view: 2 records line 417" in said
    assert "Porsche system: 25 records" in said
    assert any("74 times" in one and "0 times now" in one for one in said)
    card.close_card()
    assert len(read) == 1


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_the_cards_of_the_account_cut_nothing_off(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window(language, "dark", 1024, 700)
    window.show_state(shown())
    window.show_page("settings")
    settings = window.findChild(SettingsPage)
    assert settings is not None
    settings._end.click()
    qapp.processEvents()
    window.grab()
    window.findChildren(Card)[0].close_card()
    window.show_state(replace(shown(), deletion=DELETION))
    qapp.processEvents()
    window.grab()
    assert (scribe.cut, cut_labels(window)) == ([], [])
