"""The privacy panel: what it shows at each stage, and what it must never show."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from companion.model.privacy import ActionView, Hop, Outcome, SpanKind, Stage
from companion.net.call import Call
from companion.ui.panel.bytes_body import Bytes
from companion.ui.panel.fields import FieldRow
from companion.ui.panel.fold import Folder
from companion.ui.panel.inspector import Inspector
from companion.ui.panel.note_card import NoteCard
from companion.ui.panel.panel import Footer
from companion.ui.panel.rows import HoldingRow, HopRow, ReceiverRow, RecentRow
from companion.ui.panel.summary import sentence
from companion.ui.panel.timeline import Timeline
from companion.ui.parts import paint
from companion.ui.parts.labels import Label, Link
from companion.ui.text import text
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import NOW, TOKEN, UNLOCK, focused, transmission, unlock_view


def names(window: Window, kind: type) -> list[str]:
    return [one.accessibleName() for one in window.findChildren(kind) if one.isVisible()]


def test_before_the_press_every_part_has_its_verdict(qapp: QApplication, window: Window) -> None:
    window.show_state(focused(unlock_view(entries=False)))
    assert names(window, FieldRow) == [
        "Porsche ID, in the sign-in token, Declared and sent, Not stated",
        "Command, Declared and sent, Not stated",
        "Vehicle ID, Sent, not listed, 12 months",
        "Challenge from the server, Sent, not listed, Until the answer is given",
        "Proof made from your code, Sent, not listed, Until the answer is given",
        "Repeat guard, Our choice, 1 day",
        "IP address, time, app name, Sent, not listed, Not stated",
    ]
    assert names(window, Footer) == ["Declared 2, Not listed 4, Our choice 3, Period not stated 3"]


def test_later_stages_wait_for_the_press(qtbot: QtBot, window: Window) -> None:
    window.show_state(focused(unlock_view(entries=False)))
    line = window.findChild(Timeline)
    assert line is not None
    with qtbot.assertNotEmitted(line.chosen):
        qtbot.keyClick(line, Qt.Key.Key_Right)


def test_a_press_moves_the_panel_to_what_left(window: Window) -> None:
    window.show_state(focused(unlock_view(entries=False)))
    assert window.glass.panel.stage is Stage.BEFORE
    window.show_state(focused(unlock_view()))
    assert window.glass.panel.stage is Stage.LEFT


def test_the_stages_are_walked_by_keyboard(qtbot: QtBot, window: Window) -> None:
    window.show_state(focused(unlock_view(entries=False)))
    window.show_state(focused(unlock_view()))
    line = window.findChild(Timeline)
    assert line is not None
    qtbot.keyClick(line, Qt.Key.Key_Right)
    assert window.glass.panel.stage is Stage.RECEIVED
    qtbot.keyClick(line, Qt.Key.Key_Right)
    assert window.glass.panel.stage is Stage.HELD


def test_who_got_it_tells_observed_from_reported(qapp: QApplication, window: Window) -> None:
    window.show_state(focused(unlock_view()))
    window.show_stage(Stage.RECEIVED)
    assert all(name.endswith("Observed") for name in names(window, ReceiverRow))
    assert "127.0.0.1:41002" in names(window, ReceiverRow)[0]
    assert names(window, HopRow) == ["Porsche system  →  Your car, Lock or unlock command, Reported"]


def test_what_is_held_tells_rule_time_and_who_says_so(window: Window) -> None:
    window.show_state(focused(unlock_view()))
    window.show_stage(Stage.HELD)
    command, statistics, guard = names(window, HoldingRow)
    assert "Not stated; Here: until account deletion" in command
    assert command.endswith("old")
    assert "12 months, 364 days left" in statistics
    assert "1 day, Our choice, 23 h" in guard


def test_a_countdown_ticks_only_while_it_is_looked_at(window: Window) -> None:
    window.show_state(focused(unlock_view()))
    window.show_stage(Stage.HELD)
    assert window.glass.panel._clock.isActive()
    window.show_stage(Stage.LEFT)
    assert not window.glass.panel._clock.isActive()


# -- the inspector --------------------------------------------------------------------------------------------------


def shown(inspector: Inspector) -> str:
    return "".join(piece.words for piece in inspector._pieces)


@pytest.fixture
def inspector(qtbot: QtBot, window: Window) -> Inspector:
    widget = Inspector()
    qtbot.addWidget(widget)
    widget.resize(352, 200)
    widget.show_all()
    return widget


def test_every_byte_is_shown_or_named(inspector: Inspector) -> None:
    entry = transmission()
    inspector.show_entry(entry)
    plain = b"".join(entry.raw[s.start : s.end] for s in entry.spans if not s.secret and not s.slot)
    for secret in ("•••• 43 characters", "from the server", "made from your code"):
        assert secret in shown(inspector)
    words = (
        shown(inspector)
        .replace("•••• 43 characters", "")
        .replace("from the server", "")
        .replace("made from your code", "")
    )
    assert words == plain.decode().replace("\r\n", "")


def test_no_secret_is_on_screen_or_on_the_clipboard(inspector: Inspector) -> None:
    inspector.show_entry(transmission(outcome=Outcome.DONE))
    inspector._copy()
    assert TOKEN not in shown(inspector)
    assert TOKEN not in QGuiApplication.clipboard().text()
    inspector._swap()
    assert TOKEN.encode().hex(" ") not in shown(inspector)


def test_a_span_and_its_row_point_at_each_other(qtbot: QtBot, inspector: Inspector) -> None:
    inspector.show_entry(transmission())
    with qtbot.waitSignal(inspector.field_pointed) as pointed:
        qtbot.keyClick(inspector, Qt.Key.Key_Right)
    entry = transmission()
    first = next(span for span in entry.spans if span.kind is not SpanKind.SYNTAX)
    assert pointed.args == [first.field]
    assert inspector.accessibleDescription() == "Vehicle ID, 17 characters, Sent, not listed"


@pytest.mark.parametrize("width", [120, 240, 328])
def test_folding_keeps_to_the_width_and_loses_nothing(window: Window, width: int) -> None:
    entry = transmission(outcome=Outcome.DONE)
    pieces = list(Folder(width).fold(entry))
    assert max(piece.box.right() for piece in pieces) <= width + 24
    assert "".join(p.words for p in pieces if p.look == "plain") == "".join(
        entry.raw[s.start : s.end].decode().replace("\r\n", "") for s in entry.spans if s.kind is SpanKind.SYNTAX
    )


def test_a_field_nobody_declared_stands_out(window: Window) -> None:
    body = {**dict(UNLOCK.body or {}), "speed": 87}
    entry = transmission(replace_body(body), Outcome.BLOCKED)
    pieces = list(Folder(328).fold(entry))
    assert [piece.words for piece in pieces if piece.look == "undeclared"] == ["87"]
    assert sentence(entry) == ("Not sent: 0 bytes left. A field is not in the catalogue: speed", "danger")


def replace_body(body: dict[str, object]) -> Call:
    return replace(UNLOCK, body=body)


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (Outcome.PREVIEW, "542 bytes to one receiver"),
        (Outcome.DONE, "542 bytes left"),
        (Outcome.LOST, "No answer came"),
        (Outcome.CUT, "then it was cut off"),
        (Outcome.FAILED, "Nothing left"),
    ],
)
def test_the_sentence_says_what_happened_to_the_bytes(window: Window, outcome: Outcome, says: str) -> None:
    assert says in sentence(transmission(outcome=outcome))[0]


# -- many alike -----------------------------------------------------------------------------------------------------------


def pictures_view() -> ActionView:
    """A key, and twelve pictures of one look, the last of them still under way."""
    key = transmission(Call("porsche_system", "POST", "/app/companion/v1/map-key", body={"service": "location_alarm"},
                            authorised=True, action="map_location_alarm"), Outcome.DONE)  # fmt: skip
    calls = [
        Call("map_provider", "GET", f"/tiles/14/8602/{5640 + n}@2x.png", query=[("radius", "1400"), ("key", "k" * 32)],
             accept="image/png", action="map_location_alarm", activity="location_alarm.map_section_request")
        for n in range(12)
    ]  # fmt: skip
    pictures = [transmission(call, Outcome.SENDING if n == 11 else Outcome.DONE) for n, call in enumerate(calls)]
    entries = tuple(replace(one, id=str(n), action_id="look") for n, one in enumerate((key, *pictures)))
    return ActionView(
        "map_location_alarm", {"en": "Map pictures"}, {"en": "Location Alarm"}, "map", (447, 465), "look", entries=entries,
        stage=Stage.LEFT,
    )  # fmt: skip


def shown_sentences(window: Window) -> list[str]:
    return [one.text() for one in window.glass.panel.findChildren(Label) if one.isVisible()]


def test_many_alike_are_one_with_their_number_and_the_first_byte_for_byte(qtbot: QtBot, window: Window) -> None:
    view = pictures_view()
    window.show_state(focused(view))
    total = sum(one.sent for one in view.entries[1:])
    assert f"12 requests, {total:,} bytes. This is the first, byte for byte." in shown_sentences(window)
    body = window.glass.panel.findChild(Bytes)
    assert body is not None
    assert body.current == view.entries[1]
    link = next(one for one in body.findChildren(Link) if one.text() == "Show the next one")
    assert link.isVisible()
    link.activated_by_user.emit()
    assert body.current == view.entries[2]
    assert f"12 requests, {total:,} bytes. This is number 2, byte for byte." in shown_sentences(window)
    for _ in range(11):
        link.activated_by_user.emit()
    assert body.current == view.entries[1]


def test_what_nobody_presses_opens_at_what_left_and_shows_before_it_what_it_was_frozen_as(window: Window) -> None:
    view = pictures_view()
    frozen = replace(view.entries[1], outcome=Outcome.PREVIEW, started_at=None)
    window.show_state(focused(replace(view, previews=(frozen,))))
    assert window.glass.panel.stage is Stage.LEFT
    window.show_stage(Stage.BEFORE)
    body = window.glass.panel.findChild(Bytes)
    assert body is not None
    assert body.isVisible()
    assert body.current == frozen


def test_what_stays_in_the_car_is_said_where_one_sees_what_leaves(window: Window) -> None:
    view = replace(pictures_view(), note={"en": "It compares by itself."}, note_line=455, stage=Stage.HELD)
    window.show_state(focused(view))
    card = window.glass.panel.findChild(NoteCard)
    assert card is not None
    assert card.isVisible()
    assert "It compares by itself. (line 455)" in shown_sentences(window)
    window.show_stage(Stage.RECEIVED)
    assert not card.isVisible()


def told_view() -> ActionView:
    def hop(source: str, target: str) -> Hop:
        names = {"en": source}, {"en": target}
        return Hop(
            f"{source}-{target}",
            "t" * 32,
            source,
            target,
            *names,
            "POST",
            "/x",
            NOW,
            300,
            201,
            "a.b",
            {"en": "Crossing"},
            455,
        )

    return ActionView(
        "event:E-12", {"en": "Crossing"}, {"en": "Location Alarm"}, "locate", (447, 465), hops=(hop("vehicle", "porsche_system"),
        hop("porsche_system", "push_google")), stage=Stage.HELD, observed_at=NOW, told_by=("t" * 32,),
    )  # fmt: skip


def test_what_a_car_told_by_itself_has_its_four_stages_too(window: Window) -> None:
    window.show_state(focused(told_view()))
    assert window.glass.panel.stage is Stage.RECEIVED
    assert len(names(window, HopRow)) == 2
    window.show_stage(Stage.BEFORE)
    assert "Nobody pressed anything" in shown_sentences(window)
    window.show_stage(Stage.LEFT)
    QApplication.processEvents()
    assert "This app sent nothing" in shown_sentences(window)
    assert len(names(window, HopRow)) == 1, "what left the car"
    window.show_stage(Stage.HELD)
    assert window.glass.panel.stage is Stage.HELD


def test_a_field_without_a_byte_has_no_row(window: Window) -> None:
    window.show_state(focused(pictures_view()))
    rows = names(window, FieldRow)
    assert rows[:3] == [
        "Radius of the map, Declared and sent, Not stated", "Temporary key, Declared and sent, Not stated",
        "Map section, a position, Sent, not listed, Until the answer is given",
    ]  # fmt: skip
    assert not any("Mark of a picture" in row for row in rows)


def test_a_row_of_many_points_at_its_own_bytes(qtbot: QtBot, window: Window) -> None:
    """Rows that are left out must not shift the others."""
    window.show_state(focused(pictures_view()))
    rows = [one for one in window.findChildren(FieldRow) if one.isVisible()]
    body = window.glass.panel.findChild(Bytes)
    assert body is not None
    assert body.current is not None
    last = rows[-1]
    with qtbot.waitSignal(last.pointed) as caught:
        last.pointed.emit(last.place)
    assert body.current.fields[caught.args[0]].item == "connection"


def test_many_alike_are_one_row_of_who_got_it_and_of_the_recent(window: Window) -> None:
    view = pictures_view()
    total = sum(one.sent for one in view.entries[1:])
    state = focused(view)
    window.show_state(state)
    window.glass.panel._pick(Stage.RECEIVED)
    rows = names(window, ReceiverRow)
    assert len(rows) == 2
    assert f"12 requests, {total:,}" in rows[1].replace("\u202f", " ") or "12 requests" in rows[1]
    window.show_state(replace(state, privacy=replace(state.privacy, focus="", recent=view.entries[::-1])))
    recent = names(window, RecentRow)
    assert len(recent) == 2
    assert recent[0].startswith("Map pictures, 12 requests, Map provider")


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1280, 1024))))
def test_the_totals_stay_inside_the_gutters_whatever_they_count(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int
) -> None:
    window = make_window(language, "dark", width, 800)
    window.show_state(focused(unlock_view()))
    footer = window.findChild(Footer)
    assert footer is not None
    drawn: list[tuple[float, float, float]] = []
    real = paint.write

    def write(painter: QPainter, x: float, y: float, *more: Any, **named: Any) -> float:
        used = real(painter, x, y, *more, **named)
        drawn.append((y, x, x + used))
        return used

    for count in ("4", "12", "128"):
        footer.show_totals(
            [(text(f"total.{key}"), count) for key in ("declared", "not_listed", "choice", "not_stated")]
        )
        qapp.processEvents()
        drawn.clear()
        with monkeypatch.context() as patch:
            patch.setattr(paint, "write", write)
            footer.grab()
        assert len(drawn) == 8
        assert max(end for _, _, end in drawn) <= footer.width() - 24
        # Words, their count, and then a gap before the next.
        counts, words = sorted(drawn[1::2]), sorted(drawn[::2])
        gaps = [after[1] - before[2] for before, after in zip(counts, words[1:], strict=False) if before[0] == after[0]]
        assert min(gaps) >= 12


def test_an_action_with_nothing_to_send_shows_none_of_what_it_would_have_sent(window: Window) -> None:
    view = unlock_view(entries=False)
    window.show_state(focused(view))
    assert names(window, FieldRow)
    window.show_state(focused(replace(view, previews=())))
    assert window.glass.panel.stage is Stage.BEFORE
    assert names(window, FieldRow) == []
    told = [one.text() for one in window.glass.panel.findChildren(Label) if one.isVisible()]
    assert text("panel.nothing") in told
    assert text("panel.will_be_sent") not in told
    assert names(window, Footer) == [""]
