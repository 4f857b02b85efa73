"""Charging profiles on the charging page: one list, edited here, sent as one; what is wrong stands beside its field."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from companion.model.charging import Profile, ProfilesWish
from companion.model.command import Kind, Phase
from companion.model.state import State
from companion.ui.pages import charging_faces, profile_faces
from companion.ui.pages.charging import ChargingPage
from companion.ui.pages.profile_card import ProfileCard
from companion.ui.pages.profile_place import number
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import command
from ui.test_charging import CAN, ELSEWHERE, FULL, HOME, STATES, WORK, page_of, shown, words
from ui.test_looks import Scribe, cut_labels

HERE = (48.8003, 9.0112)


def with_profiles(*profiles: Profile, as_of: str = "later", **more: object) -> State:
    return shown(replace(FULL, profiles=profiles, profiles_as_of=as_of, **more))  # type: ignore[arg-type]


def editor(page: ChargingPage, place: int | None) -> ProfileCard:
    page.profiles.edit(place)
    assert page.profiles.editor is not None
    return page.profiles.editor


def spoil(card: ProfileCard) -> None:
    """Everything that can be wrong at once."""
    card.name.line.setText("everywhere else")
    assert card.minimum is not None
    assert card.place is not None
    assert card.hours is not None
    card.minimum.number.setValue(95)
    card.place.fields["latitude"].line.setText("95")
    card.place.fields["longitude"].line.setText("east")
    card.place.fields["radius"].line.setText("7")
    for hours in (("05:00", "05:00"), ("23:00", "01:00")):
        card.hours._append(hours)
    card._take()


def said(card: ProfileCard) -> dict[str, str]:
    """Field -> what is said beside it."""
    assert card.place is not None
    assert card.hours is not None
    assert card.minimum is not None
    labels = {"name": card.name.wrong, "minimum": card.minimum.wrong, "hours": card.hours.wrong}
    labels |= {part: field.wrong for part, field in card.place.fields.items()}
    return {part: label.text() for part, label in labels.items() if not label.isHidden()}


@pytest.mark.parametrize(
    ("language", "width", "theme"), list(product(("en", "fr", "de"), (1440, 1024), ("dark", "light")))
)
def test_nothing_is_cut_off_and_the_editor_stays_in_the_window(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int, theme: str
) -> None:
    scribe = Scribe(monkeypatch)
    window = make_window(language, theme, width, 700)
    page = page_of(window, STATES["charging"])
    for place in (0, 1, 2, None):
        card = editor(page, place)
        if place == 0:
            spoil(card)
        qapp.processEvents()
        window.grab()
        assert (scribe.cut, cut_labels(window)) == ([], []), place
        assert window.rect().contains(card.card.inner.geometry()), place
        card.card.close_card()
    page_of(window, with_profiles(HOME, ELSEWHERE))
    card = editor(page, 0)
    window.show_state(with_profiles(ELSEWHERE, as_of="later still"))
    qapp.processEvents()
    window.grab()
    assert (scribe.cut, cut_labels(window)) == ([], [])
    assert window.rect().contains(card.card.inner.geometry())
    card.card.close_card()
    page = page_of(window, STATES["older profiles"])
    editor(page, 1)
    window.grab()
    assert (scribe.cut, cut_labels(window)) == ([], [])


def test_a_row_says_its_place_and_which_is_in_force(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    assert [row.accessibleName() for row in page.profiles._rows] == [
        "Home, 85\u202f%, Active here", "Work, 80\u202f%", "Everywhere else, 80\u202f%"
    ]  # fmt: skip
    assert [row.accessibleDescription() for row in page.profiles._rows] == [
        "Minimum 50\u202f% · within 250\u202fm",
        "Off · Minimum 25\u202f% · within 400\u202fm",
        "Minimum 25\u202f%",
    ]
    assert [profile_faces.icon(one) for one in FULL.profiles] == ["home", "work", "globe"]
    assert profile_faces.icon(replace(HOME, name="Ferienhaus")) == "locate"


def test_an_edit_is_shown_as_a_list_that_is_sent_as_one(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["charging"])
    card = editor(page, 0)
    card.target.number.setValue(77)
    assert card.place is not None
    card.place.stand_here()
    with qtbot.waitSignal(window.wished) as wished, qtbot.waitSignal(window.focus_requested) as focus:
        card._take()
    mine = replace(HOME, target=77, place=(*HERE, 250.0))
    assert wished.args == [Kind.PROFILES_SET, ProfilesWish((mine, WORK, ELSEWHERE), FULL.profiles_as_of)]
    assert focus.args == ["profiles_set"]
    with qtbot.waitSignal(window.command_requested, check_params_cb=lambda kind: kind is Kind.PROFILES_SET):
        qtbot.mouseClick(page._buttons["profiles_set"], Qt.MouseButton.LeftButton)


def test_what_was_opened_and_left_as_it_was_is_not_sent(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    for place in range(3):
        editor(page, place)._take()
    assert page.profiles.unsent.wish is None
    assert not page.profiles._changed.isVisible()


def test_the_list_stays_until_the_car_has_confirmed_it(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["charging"])
    card = editor(page, 0)
    card.target.number.setValue(77)
    card._take()
    qtbot.mouseClick(page._buttons["profiles_set"], Qt.MouseButton.LeftButton)
    window.show_state(replace(STATES["charging"], commands=(command(Kind.PROFILES_SET, Phase.ACCEPTED),)))
    assert not page.profiles._rows[0].isEnabled()
    assert not page.profiles._changed.discard.isVisible()
    window.show_state(
        replace(STATES["charging"], commands=(command(Kind.PROFILES_SET, Phase.FAILED, "command.conflict"),))
    )
    assert page.profiles.unsent.wish is not None
    assert page.profiles.unsent.wish.profiles[0].target == 77
    qtbot.mouseClick(page._buttons["profiles_set"], Qt.MouseButton.LeftButton)
    again = replace(command(Kind.PROFILES_SET, Phase.DONE), id="press-2")
    window.show_state(replace(with_profiles(replace(HOME, target=77), WORK, ELSEWHERE), commands=(again,)))
    assert page.profiles.unsent.wish is None
    assert not page.profiles._changed.isVisible()


def test_a_list_that_was_changed_elsewhere_is_said_to_be(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    card = editor(page, 0)
    card.target.number.setValue(77)
    card._take()
    assert not page.profiles._changed.stale.isVisible()
    window.show_state(with_profiles(HOME, ELSEWHERE))
    assert page.profiles._changed.stale.isVisible()
    assert page.profiles.unsent.wish is not None
    assert (len(page.profiles.unsent.wish.profiles), page.profiles.unsent.wish.based_on) == (3, FULL.profiles_as_of)
    # Another edit of the same list is based on what the first was.
    card = editor(page, 1)
    card.target.number.setValue(66)
    card._take()
    assert page.profiles.unsent.wish.based_on == FULL.profiles_as_of
    page.profiles.discard()
    assert not page.profiles._changed.stale.isVisible()
    assert [row.isVisible() for row in page.profiles._rows] == [True, True, False]


def test_a_profile_that_is_deleted_elsewhere_while_it_is_edited_is_kept_as_a_new_one(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    card = editor(page, 0)
    card.target.number.setValue(77)
    window.show_state(with_profiles(WORK, ELSEWHERE))
    assert card.news.text().startswith("“Home” was deleted elsewhere meanwhile.")
    assert card.take.text() == "Keep as new profile"
    assert (card.target.value, page.profiles.unsent.wish) == (77, None)
    assert card.delete.isHidden()
    card._take()
    mine = replace(HOME, id=-1, target=77)
    assert page.profiles.unsent.wish == ProfilesWish((WORK, mine, ELSEWHERE), "later")


def test_where_there_is_no_room_for_it_that_is_said_and_nothing_is_taken(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    card = editor(page, 0)
    window.show_state(with_profiles(*(replace(WORK, id=n, name=f"{n}") for n in range(3, 7)), ELSEWHERE))
    assert not card.take.isEnabled()
    assert page.profiles.editor is card


def test_a_profile_that_is_changed_elsewhere_while_it_is_edited_is_not_overwritten(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    card = editor(page, 0)
    window.show_state(with_profiles(replace(HOME, target=60), WORK, ELSEWHERE))
    assert card.news.text().startswith("“Home” was changed elsewhere meanwhile.")
    assert not card.take.isEnabled()
    assert page.profiles.unsent.wish is None


def test_a_report_that_changes_other_things_disturbs_nobody(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    card = editor(page, 0)
    window.show_state(with_profiles(HOME, replace(WORK, enabled=True), ELSEWHERE, power=7.0))
    assert card.news.isHidden()
    card.target.number.setValue(77)
    card._take()
    assert page.profiles.unsent.wish == ProfilesWish(
        (replace(HOME, target=77), replace(WORK, enabled=True), ELSEWHERE), "later"
    )


def test_what_is_wrong_is_said_beside_each_field_and_nothing_is_taken(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    card = editor(page, 0)
    spoil(card)
    assert said(card) == {
        "name": "Another profile has this name.", "minimum": "The minimum is above the target.",
        "hours": "A span ends when it begins: make the two times differ.", "latitude": "A number from -90 to 90.",
        "longitude": "A number from -180 to 180.", "radius": "From 20 to 50,000.",
    }  # fmt: skip
    assert card.hours is not None
    assert not card.hours.overlap.isHidden()
    assert page.profiles.unsent.wish is None
    card.name.line.setText("x" * 101)
    card._take()
    assert card.name.wrong.text() == "At most 100 characters."
    card.name.line.setText("  ")
    card._take()
    assert card.name.wrong.text() == "Give it a name."


def test_hours_are_added_up_to_eight_and_removed(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    hours = editor(page, 0).hours
    assert hours is not None
    for _ in range(7):
        hours.add.activated_by_user.emit()
    assert len(hours.hours) == 8
    assert hours.add.isHidden()
    hours.spans[0].remove.click()
    assert len(hours.hours) == 7
    assert not hours.add.isHidden()
    assert [span.edits[0].accessibleName() for span in hours.spans[:2]] == ["From, span 1", "From, span 2"]


def test_a_new_profile_takes_the_place_where_the_car_stands(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    card = editor(page, None)
    assert card.place is not None
    assert "As the car told it, 3 min old." in words(card.place)
    assert "This place leaves your computer" in words(card.place)
    card.name.line.setText("Gym")
    card._take()
    assert set(said(card)) == {"latitude", "longitude"}
    card.place.take_here.activated_by_user.emit()
    card._take()
    assert page.profiles.unsent.wish is not None
    assert page.profiles.unsent.wish.profiles[2] == Profile(-1, "Gym", True, 25, 80, (*HERE, 200.0))
    # It is edited as itself, though it has no number yet.
    card = editor(page, 2)
    card.name.line.setText("Pool")
    card._take()
    assert [one.name for one in page.profiles.unsent.wish.profiles] == ["Home", "Work", "Pool", "Everywhere else"]


def test_a_car_whose_place_is_not_known_says_so(window: Window) -> None:
    page = page_of(window, shown(FULL, position=None))
    card = editor(page, None)
    assert card.place is not None
    assert "The car has not told where it stands: type the place." in words(card.place)
    assert "Where the car stands now" not in words(card.place)


def test_a_profile_is_deleted_but_not_the_one_for_everywhere_else(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["charging"])
    card = editor(page, 2)
    assert (card.place, card.use) == (None, None)
    assert "Holds wherever no other profile does, so it cannot be deleted." in words(card.card)
    assert not any(one.accessibleName() == "Delete" for one in card.card.findChildren(QWidget))
    card.card.close_card()
    card = editor(page, 0)
    delete = next(one for one in card.card.findChildren(QWidget) if one.accessibleName() == "Delete")
    qtbot.mouseClick(delete, Qt.MouseButton.LeftButton)
    assert page.profiles.unsent.wish == ProfilesWish((WORK, ELSEWHERE), FULL.profiles_as_of)


def test_an_older_car_gets_a_switch_and_a_target_and_no_more(window: Window) -> None:
    page = page_of(window, STATES["older profiles"])
    assert not page.profiles._new.isVisible()
    card = editor(page, 1)
    assert (card.place, card.hours, card.minimum) == (None, None, None)
    assert card.use is not None
    card.use.setChecked(True)
    card.target.number.setValue(70)
    card._take()
    assert page.profiles.unsent.wish is not None
    general, home = page.profiles.unsent.wish.profiles
    assert (general.target, home.enabled, home.target, home.minimum, home.older) == (80, True, 70, None, True)


def test_as_many_as_the_car_keeps(window: Window) -> None:
    page = page_of(window, with_profiles(HOME, WORK, ELSEWHERE, profiles_most=3))
    assert not page.profiles._new.isVisible()
    page.profiles._take((WORK, ELSEWHERE))
    assert page.profiles._new.isVisible()


def test_what_cannot_be_edited_is_only_shown(window: Window) -> None:
    for snapshot in (shown(capabilities=CAN - {"CHARGING_PROFILES_EDIT"}), STATES["offline"]):
        page = page_of(window, snapshot)
        assert page.profiles.isVisible()
        assert not any(row.isEnabled() for row in page.profiles._rows)
        assert not page.profiles._new.isVisible()


def test_another_car_forgets_what_was_not_sent_and_closes_the_editor(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    page.profiles._take((ELSEWHERE,))
    card = editor(page, 0)
    other = replace(STATES["charging"].vehicles[0], vin="WP1ZZZ9YZSDA20002")
    window.show_state(replace(STATES["charging"], vehicles=(*STATES["charging"].vehicles, other), selected=other.vin))
    assert (page.profiles.unsent.wish, page.profiles.editor) == (None, None)
    assert card.card.isHidden()


def test_the_editor_is_worked_by_keyboard_and_every_stop_has_a_name(qtbot: QtBot, window: Window) -> None:
    page = page_of(window, STATES["charging"])
    row = page.profiles._rows[0]
    row.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(row, Qt.Key.Key_Space)
    card = page.profiles.editor
    assert card is not None
    stops = card.card._stops()
    assert len(stops) > 12
    passed = set()
    # Hours and minutes are two.
    for _ in range(len(stops) + 2):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        passed.add(QApplication.focusWidget())
    assert passed == set(stops)
    assert [type(one).__name__ for one in stops if not one.accessibleName()] == []
    assert card.target.number.lineEdit().accessibleName() == "Target"
    QTest.keyClick(card.target.slider, Qt.Key.Key_Right)
    assert card.target.value == 90
    qtbot.keyClick(card.name.line, Qt.Key.Key_Escape)
    assert page.profiles.editor is None
    assert row.hasFocus()


def test_numbers_are_typed_as_the_region_writes_them(qapp: QApplication, make_window: Make) -> None:
    make_window("de")
    assert [number(words) for words in ("48,8003", "48.8003", "-9,5", "9.011")] == [48.8003, 48.8003, -9.5, 9.011]
    make_window("en")
    assert [number(words) for words in ("48.8003", "9")] == [48.8003, 9.0]
    assert all(number(words) != number(words) for words in ("", "48,8003", "north"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "Target of the profile “Home”: the car is there."),
        ({"profile": 1, "reason": "SETTING"}, "Target of the profile “Everywhere else”: no other holds here."),
        ({"profile": 9}, "Target of the profile of this place."),
        ({"profile": None, "reason": "SETTING"}, "Target as set below."),
        ({"target": 80}, "Target of the profile “Home”: the car is there. Battery care ends it at 80\u202f%."),
        ({"target": 80, "battery_care": False}, "Target of the profile “Home”: the car is there."),
        ({"target": 80, "reason": "TIMER"}, "Target of the next departure."),
        ({"reason": "DIRECT"}, "Direct charging: departures wait."),
        ({"profile": 4, "reason": "SETTING", "profiles": (Profile(4, "General", True, None, 85, older=True),)},
         "Target of the profile “General”."),
        ({"reason": "MOON"}, ""), ({"reason": None}, ""),
    ],
)  # fmt: skip
def test_each_reason_why_a_target_is_in_force_makes_sense(
    window: Window, change: dict[str, object], sentence: str
) -> None:
    assert charging_faces.mode(replace(FULL, **change)) == sentence  # type: ignore[arg-type]


def test_labels_of_the_page_name_the_wish(window: Window) -> None:
    page = page_of(window, STATES["charging"])
    page.profiles._take((ELSEWHERE,))
    assert "Send these profiles" in [one.text() for one in page._buttons.values() if one.isVisible()]
    assert not any(one.text() == "Work" for one in page.findChildren(QLabel))
