"""The window around the pages: keyboard, code pad, notices, settings, language and theme."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from companion.model.command import Kind, Phase
from companion.model.settings import Settings
from companion.model.state import Account, SignInStage, State, Tone
from companion.ui.pages.sign_in import SignInPage
from companion.ui.parts.buttons import Button
from companion.ui.parts.code_pad import CodePad
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.rail import PAGES, RailItem
from companion.ui.parts.segmented import Segmented
from companion.ui.parts.toast import Toast
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import EVERYTHING, command, focused, notice, state, unlock_view


def pad_of(window: Window) -> CodePad:
    pads = [one for one in window.findChildren(CodePad) if not one.isHidden()]
    assert len(pads) == 1
    return pads[0]


def find(window: Window, words: str) -> list[Button]:
    QApplication.processEvents()
    return [one for one in window.findChildren(Button) if one.text() == words and one.isVisible()]


def press(window: Window, words: str) -> Button:
    found = find(window, words)
    assert found, words
    return found[-1]


# -- security code --------------------------------------------------------------------------------------------------


def test_nothing_is_sent_before_the_last_button(qtbot: QtBot, window: Window) -> None:
    window.show_state(state())
    window.open_code_pad()
    with qtbot.assertNotEmitted(window.unlock_requested):
        qtbot.keyClicks(pad_of(window), "1948")
    with qtbot.waitSignal(window.unlock_requested) as sent:
        qtbot.keyClick(pad_of(window), Qt.Key.Key_Return)
    assert sent.args == ["1948"]


def test_three_digits_are_not_enough(qtbot: QtBot, window: Window) -> None:
    window.show_state(state())
    window.open_code_pad()
    qtbot.keyClicks(pad_of(window), "194x")
    with qtbot.assertNotEmitted(window.unlock_requested):
        qtbot.keyClick(pad_of(window), Qt.Key.Key_Return)


def test_a_wrong_code_stays_on_the_pad_with_the_tries_left(qtbot: QtBot, window: Window) -> None:
    window.show_state(state())
    window.open_code_pad()
    pad = pad_of(window)
    qtbot.keyClicks(pad, "0000")
    qtbot.keyClick(pad, Qt.Key.Key_Return)
    window.show_state(state(commands=(command(Kind.UNLOCK, Phase.SENDING),)))
    window.show_state(state(commands=(command(Kind.UNLOCK, Phase.FAILED, "code.wrong", tries="4"),)))
    assert "4 tries left" in pad._message.text()
    assert not pad.isHidden()


def test_an_accepted_code_closes_the_pad(qtbot: QtBot, window: Window) -> None:
    window.show_state(state())
    window.open_code_pad()
    pad = pad_of(window)
    qtbot.keyClicks(pad, "1948")
    qtbot.keyClick(pad, Qt.Key.Key_Return)
    window.show_state(state(commands=(command(Kind.UNLOCK, Phase.ACCEPTED),)))
    assert pad.isHidden()


def test_the_failure_of_an_older_code_is_not_told_on_a_new_pad(qtbot: QtBot, window: Window) -> None:
    old = state(commands=(command(Kind.UNLOCK, Phase.FAILED, "code.wrong", tries="4"),))
    window.show_state(old)
    window.open_code_pad()
    window.show_state(old)
    assert "tries" not in pad_of(window)._message.text()


def test_escape_closes_the_pad(qtbot: QtBot, window: Window) -> None:
    window.show_state(state())
    window.open_code_pad()
    pad = pad_of(window)
    qtbot.keyClick(pad, Qt.Key.Key_Escape)
    assert pad.isHidden()


# -- notices --------------------------------------------------------------------------------------------------------


def test_one_notice_is_shown_the_newest(window: Window) -> None:
    old, new = (
        notice("link.lost", Tone.WARN, time="2026-11-24T14:20:00+00:00"),
        replace(notice("link.back", Tone.OK), id=2),
    )
    window.show_state(state(notices=(old, new)))
    toast = window.findChild(Toast)
    assert toast is not None
    assert toast.accessibleName() == "Connected again."


def test_its_action_is_asked_for(qtbot: QtBot, window: Window) -> None:
    window.show_state(EVERYTHING["unknown"])
    with qtbot.waitSignal(window.notice_action_requested) as asked:
        qtbot.mouseClick(press(window, "Check now"), Qt.MouseButton.LeftButton)
    assert asked.args == [1, "check_now"]


def test_good_news_goes_by_itself_and_errors_stay(window: Window) -> None:
    toast = window.findChild(Toast)
    assert toast is not None
    window.show_state(state(notices=(notice("car.no_answer"),)))
    assert not toast._timer.isActive()
    window.show_state(state(notices=(replace(notice("link.back", Tone.OK, sticky=False), id=3),)))
    assert toast._timer.isActive()


# -- sign-in --------------------------------------------------------------------------------------------------------


def sign_in_page(window: Window) -> tuple[SignInPage, QLineEdit, QLineEdit]:
    page = window.findChild(SignInPage)
    assert page is not None
    return page, page._email, page._password


def test_what_is_typed_becomes_the_preview(qtbot: QtBot, window: Window) -> None:
    window.show_state(EVERYTHING["signed out"])
    _, email, password = sign_in_page(window)
    with qtbot.waitSignal(window.draft_changed, check_params_cb=lambda *got: got == ("a@b.example", "secret", "")):
        email.setText("a@b.example")
        password.setText("secret")


def test_enter_signs_in(qtbot: QtBot, window: Window) -> None:
    window.show_state(EVERYTHING["signed out"])
    _, email, password = sign_in_page(window)
    email.setText(" a@b.example ")
    password.setText("secret")
    with qtbot.waitSignal(window.sign_in_requested) as asked:
        qtbot.keyClick(password, Qt.Key.Key_Return)
    assert asked.args == ["a@b.example", "secret", ""]


PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="150" height="50"><text x="9" y="35">K7QX</text></svg>'


def asking_for_letters(picture: bytes = PICTURE) -> State:
    account = Account(SignInStage.SIGNED_OUT, "a@b.example", "sign_in.captcha", captcha=picture)
    return replace(EVERYTHING["signed out"], account=account)


def test_letters_go_with_the_password(qtbot: QtBot, window: Window) -> None:
    window.show_state(asking_for_letters())
    page, email, password = sign_in_page(window)
    assert email.text() == "a@b.example"
    password.setText("secret")
    assert not page._go.isEnabled()
    page._captcha._line.setText("K7QX")
    with qtbot.waitSignal(window.sign_in_requested) as asked:
        qtbot.keyClick(page._captcha._line, Qt.Key.Key_Return)
    assert asked.args == ["a@b.example", "secret", "K7QX"]


def test_another_picture_begins_anew(qtbot: QtBot, window: Window) -> None:
    window.show_state(asking_for_letters())
    page, _, password = sign_in_page(window)
    password.setText("secret")
    page._captcha._line.setText("K7")
    with qtbot.waitSignal(window.sign_in_requested) as asked:
        page._captcha.reload_requested.emit()
    assert asked.args == ["a@b.example", "secret", ""]
    window.show_state(asking_for_letters(PICTURE.replace(b"K7QX", b"M3PZ")))
    assert page._captcha._line.text() == ""


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_dark_letters_stand_on_white(make_window: Make, theme: str) -> None:
    window = make_window("en", theme)
    window.show_state(asking_for_letters())
    page, _, _ = sign_in_page(window)
    QApplication.processEvents()
    image = page._captcha._picture.grab().toImage()
    assert image.pixelColor(20, image.height() // 2).lightness() > 240


def test_a_password_does_not_stay_in_the_field(window: Window) -> None:
    window.show_state(EVERYTHING["signed out"])
    _, _, password = sign_in_page(window)
    password.setText("secret")
    window.show_state(state())
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window.show_state(EVERYTHING["signed out"])
    assert sign_in_page(window)[2].text() == ""
    assert not [one for one in window.findChildren(QLineEdit) if one.text() == "secret"]


def test_the_demo_account_is_offered_by_a_demo_only(window: Window) -> None:
    signed_out = EVERYTHING["signed out"]
    window.show_state(signed_out)
    page, _, _ = sign_in_page(window)
    assert page._demo.isVisible()
    window.show_state(replace(signed_out, link=replace(signed_out.link, is_demo=False)))
    assert not page._demo.isVisible()


def test_a_demo_account_that_somebody_deleted_can_be_made_anew_where_one_signs_in(qtbot: QtBot, window: Window) -> None:
    signed_out = EVERYTHING["signed out"]
    gone = replace(signed_out, account=Account(SignInStage.SIGNED_OUT, error="sign_in.demo_gone"))
    window.show_state(replace(gone, link=replace(gone.link, stage_open=False)))
    page, _, _ = sign_in_page(window)
    assert not page._fresh.isVisible()
    window.show_state(replace(gone, link=replace(gone.link, stage_open=True)))
    assert "was deleted" in page._error.text()
    with qtbot.waitSignal(window.fresh_demo_requested):
        page._fresh.click()


def test_from_settings_there_is_a_way_to_the_sign_in(qtbot: QtBot, window: Window) -> None:
    """Signed out there, or come there without having signed in."""
    window.show_state(state())
    window.show_page("settings")
    window.show_state(EVERYTHING["signed out"])
    assert window.glass.shown == "sign_in"
    window.show_page("settings")
    assert window.glass.shown == "settings"
    press(window, "Sign in").click()
    assert window.glass.shown == "sign_in"
    window.show_page("settings")
    item = next(one for one in window.findChildren(RailItem) if one.page == "overview")
    assert item.isEnabled()
    item.click()
    assert window.glass.shown == "sign_in"
    assert not next(one for one in window.findChildren(RailItem) if one.page == "map").isEnabled()


# -- command buttons ------------------------------------------------------------------------------------------------


def test_an_end_is_told_for_a_moment_and_then_the_button_is_at_rest(qtbot: QtBot, window: Window) -> None:
    done = state(commands=(command(Kind.FLASH, Phase.DONE),))
    window.show_state(done)
    button = next(one for one in window.findChildren(CommandButton) if one.action == "flash")
    assert button.text() != "Flash"
    window.show_state(done)
    assert button.text() != "Flash"
    button._settle.setInterval(0)
    button._settle.start()
    qtbot.waitUntil(lambda: button.text() == "Flash", timeout=1000)
    window.show_state(done)
    assert button.text() == "Flash", "its moment is over, however often it is shown again"
    window.show_state(state(commands=(command(Kind.FLASH, Phase.FAILED, "car.no_answer"),)))
    assert not button._settle.isActive(), "what went wrong stays"


def test_a_second_click_meant_for_what_stood_there_before_sends_nothing(qtbot: QtBot, window: Window) -> None:
    window.show_state(state())
    button = next(one for one in window.findChildren(CommandButton) if one.action == "flash")
    with qtbot.assertNotEmitted(window.command_requested):
        QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(window.command_requested):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_button_that_comes_up_under_a_resting_pointer_is_not_followed_until_it_moves(
    qtbot: QtBot, window: Window
) -> None:
    window.show_state(state())
    button = next(one for one in window.findChildren(CommandButton) if one.action == "flash")
    button.hide()
    button.show()
    middle = QPointF(button.rect().center())
    button.enterEvent(QEnterEvent(middle, middle, middle))
    assert not button._dwell.isActive()
    qtbot.mouseMove(button, button.rect().center())
    button.mouseMoveEvent(
        QMouseEvent(
            QEvent.Type.MouseMove,
            middle,
            middle,
            Qt.MouseButton.NoButton,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert button._dwell.isActive()


def test_credentials_are_not_blamed_for_something_else(window: Window) -> None:
    window.show_state(
        replace(EVERYTHING["signed out"], account=Account(SignInStage.SIGNED_OUT, error="sign_in.failed"))
    )
    page, email, _ = sign_in_page(window)
    assert "Your password was not refused." in page._error.text()
    assert email.property("state") != "error"


# -- keyboard -------------------------------------------------------------------------------------------------------


def test_the_panel_is_opened_and_closed_by_keyboard(qapp: QApplication, qtbot: QtBot, window: Window) -> None:
    window.show_state(state())
    assert window.glass.panel.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert not window.glass.panel.isVisible()


def test_a_narrow_window_starts_with_the_strip(make_window: Make) -> None:
    window = make_window(width=1100)
    window.show_state(state())
    assert not window.glass.panel.isVisible()
    assert window.glass._strip.accessibleName() == "Nothing is being sent"


def test_pages_are_reached_by_keyboard(qtbot: QtBot, window: Window) -> None:
    window.show_state(state())
    for number, page in enumerate((name for name, _ in PAGES[1:]), 2):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        assert window.glass.shown == page
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.glass.shown == "overview"


def test_a_new_snapshot_does_not_take_the_keyboard_away(qtbot: QtBot, window: Window) -> None:
    window.show_state(state())
    button = window.findChildren(CommandButton)[2]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    window.show_state(state(commands=(command(Kind.LOCK, Phase.SENDING),)))
    assert window.focusWidget() is button


# -- settings -------------------------------------------------------------------------------------------------------


def test_another_language_is_in_force_at_once(qtbot: QtBot, window: Window) -> None:
    window.show_state(focused(unlock_view()))
    window.show_page("settings")
    choice = window.findChild(Segmented, "setting_language")
    assert choice is not None
    with qtbot.waitSignal(window.settings_changed) as changed:
        choice.chosen.emit("de")
    assert isinstance(changed.args[0], Settings)
    assert changed.args[0].language == "de"
    qtbot.waitUntil(lambda: bool(find(window, "Abmelden")))
    assert window.glass.shown == "settings"


def test_another_theme_is_in_force_at_once(qtbot: QtBot, window: Window) -> None:
    window.show_state(state())
    dark = window.grab().toImage().pixelColor(600, 790).lightness()
    window.change_settings(replace(window.settings, theme="light"))
    qtbot.waitUntil(lambda: window.grab().toImage().pixelColor(600, 790).lightness() > dark + 100)


def test_erasing_the_record_is_confirmed_first(qtbot: QtBot, window: Window) -> None:
    window.show_state(state())
    window.show_page("settings")
    with qtbot.assertNotEmitted(window.erase_ledger_requested):
        qtbot.mouseClick(press(window, "Erase the record"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(window.erase_ledger_requested):
        qtbot.mouseClick(press(window, "Erase the record"), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_every_state_can_be_shown_in_every_language(qapp: QApplication, make_window: Make, language: str) -> None:
    window = make_window(language, "light")
    for name, snapshot in EVERYTHING.items():
        window.show_state(snapshot)
        qapp.processEvents()
        assert not window.grab().isNull(), name
