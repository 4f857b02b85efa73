"""Words that depend on what they are put together from: moments, lines of the notice, what never left, the car's gender."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from companion.model.receipt import Receipt
from companion.model.today import Today
from companion.ui import format as fmt
from companion.ui import notice as words_of
from companion.ui.pages import overview_faces, privacy_faces, profile_faces
from companion.ui.pages.receipt_card import ReceiptTable
from companion.ui.parts.top_bar import TopBar
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import NOW, car, state
from ui.test_charging import ELSEWHERE

AT = datetime(2026, 11, 25, 19, 20).astimezone()
SAYS = {
    "en": ("since 19:20", "since 25 Nov 19:20", "since 25 Nov 2026", "at 19:20", "on 25 Nov at 19:20", "on 25 Nov 2026"),
    "fr": (
        "depuis 19:20", "depuis le 25 nov. à 19:20", "depuis le 25 nov. 2026",
        "à 19:20", "le 25 nov. à 19:20", "le 25 nov. 2026",
    ),
    "de": (
        "seit 19:20", "seit 25. Nov., 19:20", "seit 25. Nov. 2026",
        "um 19:20", "am 25. Nov. um 19:20", "am 25. Nov. 2026",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", SAYS)
def test_a_moment_in_a_sentence_has_its_preposition(make_window: Make, language: str) -> None:
    make_window(language, "dark", 1024, 700)
    nows = (AT + timedelta(hours=2), AT + timedelta(days=3), AT + timedelta(days=300))
    assert (*(fmt.since(AT, now) for now in nows), *(fmt.at(AT, now) for now in nows)) == SAYS[language]


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [("en", "line 345", "lines 73, 345"), ("fr", "ligne 345", "lignes 73, 345"), ("de", "Zeile 345", "Zeilen 73, 345")],
)
def test_several_lines_are_lines_and_in_their_order(make_window: Make, language: str, one: str, many: str) -> None:
    make_window(language, "dark", 1024, 700)
    assert (fmt.lines((345,)), fmt.lines((345, 73))) == (one, many)


@pytest.mark.parametrize(
    ("opened", "doors", "windows"),
    [
        (("window_rear_left",), "Tout fermé", "1 ouverte"), (("door_front_left",), "1 ouverte", "Tout fermé"),
        (("lid_rear",), "1 ouvert", "Tout fermé"), (("lid_rear", "door_front_left"), "2 ouverts", "Tout fermé"),
    ],
)  # fmt: skip
def test_what_is_open_agrees_with_what_it_is(
    make_window: Make, opened: tuple[str, ...], doors: str, windows: str
) -> None:
    make_window("fr", "dark", 1024, 700)
    vehicle = car(*opened)
    faces = [overview_faces.tile_face(tile, vehicle, NOW).value for tile in ("doors", "windows")]
    assert faces == [doors, windows]


@pytest.mark.parametrize("why", ["door.undeclared", "door.differs"])
def test_a_command_that_never_left_says_nothing_of_the_car(window: Window, why: str) -> None:
    """ "Not locked" would be wrong where it stands locked."""
    words = words_of.sentence(why, (("of", "lock"), ("field", "speed")))
    assert words.startswith("Lock: not sent. Companion stopped it: ")
    assert "Not locked" not in words
    assert words_of.sentence(why, (("of", "read"), ("field", "speed"))).startswith("Not read. Companion stopped it: ")


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Everywhere else"), ("fr", "Partout ailleurs"), ("de", "Überall sonst")]
)
def test_a_profile_that_nobody_named_is_called_in_the_language_in_force(
    make_window: Make, language: str, name: str
) -> None:
    make_window(language, "dark", 1024, 700)
    assert profile_faces.name(ELSEWHERE) == name
    assert profile_faces.name(replace(ELSEWHERE, name="Away")) == "Away"
    assert profile_faces.name(replace(ELSEWHERE, id=2)) == "Everywhere else"


def test_nobody_got_anything_where_nothing_was_sent(window: Window) -> None:
    assert privacy_faces.whom(Today(NOW)).second == "Nobody got anything"


@pytest.mark.parametrize("page", ["privacy", "settings"])
def test_a_page_with_a_title_of_its_own_still_names_the_car(window: Window, page: str) -> None:
    window.show_state(state())
    window.show_page(page)
    bar = window.findChild(TopBar)
    assert bar is not None
    assert bar._about.text() == "Taycan"


@pytest.mark.parametrize(
    ("days", "heads"),
    [(0, ("14:36", "Now 14:36")), (3, ("25 Nov 14:36", "Now 28 Nov 14:36")), (400, ("25 Nov 2026", "Now 30 Dec 2027"))],
)
def test_two_searches_are_told_apart_by_hour_or_by_date(window: Window, days: int, heads: tuple[str, str]) -> None:
    first = datetime(2026, 11, 25, 14, 36).astimezone()
    table = ReceiptTable()
    table.show_receipts((Receipt(first, (), (), ()), Receipt(first + timedelta(days=days), (), (), ())))
    assert tuple(table.heads()) == heads
