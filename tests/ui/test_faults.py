"""What a page says of a fault: what did not happen, why, and what to do; in three languages, whole."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from PySide6.QtWidgets import QApplication

from companion.model.command import Kind, Phase
from companion.model.state import Account, SignInStage, Tone
from companion.model.today import Today
from companion.resources import resource
from companion.ui import notice as words_of
from companion.ui.pages import privacy_faces
from companion.ui.pages.sign_in import SignInPage
from companion.ui.panel.lists import Held
from companion.ui.parts.buttons import Button
from companion.ui.parts.code_pad import CodePad
from companion.ui.parts.toast import Toast
from companion.ui.window import Window
from ui.conftest import Make
from ui.snapshots import EVERYTHING, NOW, command, focused, notice, state, unlock_view
from ui.test_looks import Scribe, cut_labels

TEXT = tomllib.loads(resource("text", "en.toml").read_text("utf-8"))
WHY = sorted(
    f"{group}.{name}" for group, table in TEXT["because"].items() for name in table if not name.endswith("_some")
)
DOING = sorted(TEXT["of"])
SHORT = sorted(f"{group}.{name}" for group, table in TEXT["failed"].items() for name in table)


@pytest.fixture(params=["en", "fr", "de"])
def language(request: pytest.FixtureRequest, make_window: Make) -> str:
    make_window(request.param, "dark", 1024, 700)
    return str(request.param)


def test_every_failure_of_everything_is_a_whole_sentence(language: str) -> None:
    """Whatever fails in whatever is done: nothing left open, no raw key, one full stop at the end."""
    for doing, why in product(DOING, WHY):
        words = words_of.sentence(why, (("of", doing), ("time", NOW.isoformat())))
        assert words.endswith("."), words
        assert not re.search(r"[{}]|  |\.\.|[a-z]_[a-z]", words), words


def test_a_value_that_did_not_come_does_not_take_the_page_down(window: Window) -> None:
    assert "?" in words_of.sentence("server.error")
    window.show_state(replace(EVERYTHING["signed out"], account=Account(SignInStage.SIGNED_OUT, error="server.error")))
    assert said(window).startswith("Not signed in. The service failed with answer ?.")


def said(window: Window) -> str:
    pages = window.findChildren(SignInPage)
    return pages[-1]._error.text()


@pytest.mark.parametrize(
    ("error", "params", "words"),
    [
        ("server.error", {"status": "500"}, "The service failed with answer 500."),
        ("server.too_many_requests", {"seconds": "2"}, "Next try in 2 s at the earliest."),
        ("sign_in.refused", {"status": "403"}, "refused with answer 403"),
        ("network.lost", {"party": "identity"}, "The connection broke off."),
        ("answer.malformed", {}, "The answer could not be read."),
    ],
)
def test_a_sign_in_that_fails_says_why_and_blames_no_password(
    window: Window, error: str, params: dict[str, str], words: str
) -> None:
    account = Account(SignInStage.SIGNED_OUT, error=error, error_params=tuple(params.items()))
    window.show_state(replace(EVERYTHING["signed out"], account=account))
    assert said(window).startswith("Not signed in.")
    assert words in said(window)
    assert "is wrong" not in said(window)
    assert "known before" not in said(window)


def test_letters_that_are_asked_for_are_no_error_and_wrong_ones_are_marked(window: Window) -> None:
    asked = Account(SignInStage.SIGNED_OUT, error="sign_in.captcha", captcha=b"<svg/>")
    window.show_state(replace(EVERYTHING["signed out"], account=asked))
    page = window.findChildren(SignInPage)[-1]
    plain = page._error.palette().windowText().color()
    assert page._captcha._line.property("state") != "error"
    window.show_state(replace(EVERYTHING["signed out"], account=replace(asked, error="sign_in.captcha_wrong")))
    assert page._captcha._line.property("state") == "error"
    assert page._error.palette().windowText().color() != plain


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("error", ["sign_in.captcha", "sign_in.captcha_wrong"])
def test_the_picture_has_its_room_in_the_smallest_window(
    qapp: QApplication, make_window: Make, language: str, error: str
) -> None:
    window = make_window(language, "dark", 1024, 700)
    account = Account(SignInStage.SIGNED_OUT, "owner@demo.example", error, captcha=b"<svg/>")
    window.show_state(replace(EVERYTHING["signed out"], account=account))
    qapp.processEvents()
    page = window.findChildren(SignInPage)[-1]
    assert page._captcha.height() >= page._captcha.sizeHint().height()
    assert page._error.height() >= page._error.heightForWidth(page._error.width())


# -- commands -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"reason": "IGNITION_ON"}, "Not unlocked. The ignition is on. Switch it off and press again."),
        ({"reason": "SUNSPOTS"}, "a reason that Companion does not know: “SUNSPOTS”."),
    ],
)
def test_a_refusal_is_told_in_words_and_an_unknown_one_is_said_to_be(
    window: Window, params: dict[str, str], words: str
) -> None:
    assert words in words_of.sentence("car.refused", (*params.items(), ("of", "unlock")))


@pytest.mark.parametrize(("language", "width"), list(product(("en", "fr", "de"), (1440, 1024))))
def test_no_button_cuts_its_reason_off(
    qapp: QApplication, make_window: Make, monkeypatch: pytest.MonkeyPatch, language: str, width: int
) -> None:
    scribe, window = Scribe(monkeypatch), make_window(language, "dark", width, 800)
    for reason in SHORT:
        word = reason.removeprefix("refused.").upper()
        key, params = ("car.refused", (("reason", word),)) if reason.startswith("refused.") else (reason, ())
        failed = tuple(replace(command(kind, Phase.FAILED), reason=key, params=params) for kind in Kind)
        window.show_state(state(commands=failed))
        qapp.processEvents()
        window.grab()
        assert (reason, scribe.cut, cut_labels(window)) == (reason, [], [])


def test_what_may_have_happened_is_said_while_there_is_no_connection(window: Window) -> None:
    from companion.ui.pages.command_faces import command_face

    offline = replace(EVERYTHING["offline"], commands=(command(Kind.LOCK, Phase.UNKNOWN, "command.unknown"),))
    face = command_face("lock", offline)
    assert (face.second, face.enabled) == ("Not confirmed", False)


def test_one_try_left_is_one(window: Window) -> None:
    assert "1 try left" in words_of.sentence("code.wrong", (("tries", "1"),))
    assert "2 tries left" in words_of.sentence("code.wrong", (("tries", "2"),))
    assert "?" not in words_of.sentence("code.wrong", (("tries", "?"),))


def test_the_pad_says_the_pause_before_anything_is_typed(window: Window) -> None:
    locked = command(Kind.UNLOCK, Phase.FAILED, "code.locked", minutes="15")
    window.show_state(state(commands=(replace(locked, ended_at=NOW - timedelta(minutes=5)),)))
    window.open_code_pad()
    pad = window.findChildren(CodePad)[-1]
    assert re.search(r"Next try in (9|10) min\.", pad._message.text())
    window.close_code_pad()
    window.show_state(state(commands=(replace(locked, ended_at=NOW - timedelta(minutes=16)),)))
    window.open_code_pad()
    assert "stays here" in window.findChildren(CodePad)[-1]._message.text()


# -- signed out by the other side -----------------------------------------------------------------------------------


def test_the_end_of_a_session_is_said_once_and_no_car_is_shown(window: Window) -> None:
    ended = state(
        account=Account(SignInStage.SIGNED_OUT, "owner@demo.example", "access.signed_out"),
        notices=(notice("session.signed_out", Tone.WARN),),
    )
    window.show_state(ended)
    assert said(window) == "The service has ended your sign-in and gave no reason. Sign in again."
    assert window.findChildren(Toast)[-1].isHidden()
    assert window.glass._top._name.text() == ""
    assert window.glass._top._age.isHidden()
    window.show_page("settings")
    assert not window.findChildren(Toast)[-1].isHidden()


# -- what could not be read -----------------------------------------------------------------------------------------


def test_what_was_not_read_is_not_shown_as_nothing(qapp: QApplication, window: Window) -> None:
    failed = state(today=Today(failed="server.error", failed_params=(("status", "500"),)))
    answers = [answer.second for answer in privacy_faces.answers(failed)]
    assert "All of them are named in the notice" not in answers
    assert answers[2] == "not known"
    window.show_page("privacy")
    window.show_state(failed)
    page = window.glass._pages["privacy"]
    assert page._why.text() == "What the parties report could not be read. The service failed with answer 500."
    assert page.diagram._empty != "Nothing was sent today."
    asked: list[bool] = []
    window.privacy_look_requested.connect(lambda: asked.append(True))
    page._again.click()
    assert asked
    window.show_state(state(today=Today(read_at=NOW)))
    assert page._trouble.isHidden()


def test_records_that_could_not_be_read_are_offered_again(qapp: QApplication, window: Window) -> None:
    from companion.model.privacy import Stage

    view = replace(unlock_view(), holdings=(), hops=(), observed_at=None, unread=True)
    window.show_state(focused(view))
    window.show_stage(Stage.HELD)
    qapp.processEvents()
    asked: list[str] = []
    window.look_again_requested.connect(asked.append)
    next(one for one in window.findChild(Held).findChildren(Button) if one.text() == "Read again").click()
    assert asked == ["unlock"]


def test_the_panel_is_there_at_once_after_a_change_of_language(qapp: QApplication, window: Window) -> None:
    window.show_state(focused(unlock_view()))
    window.redress()
    assert window.glass.panel._view is not None
