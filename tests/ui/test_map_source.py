"""Choosing whence the map's pictures come: nothing is asked of anybody before it is said which."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from companion.model.map_pictures import MapSource, SourceKind
from companion.ui.pages.map_source_card import MapSourceCard
from companion.ui.window import Window
from ui.snapshots import state


def card_of(window: Window) -> MapSourceCard:
    window.show_state(state())
    window.show_page("settings")
    card = window.findChild(MapSourceCard)
    assert card is not None
    return card


def test_an_address_that_cannot_be_is_said_below_it_and_nothing_is_asked(qtbot: QtBot, window: Window) -> None:
    card = card_of(window)
    card.kind._choose("server")
    assert card.use.isVisible()
    for address, said in (
        ("http://tiles.example.org/{z}/{x}/{y}.png", "must begin with https://"),
        ("nonsense", "That is no address of map pictures."),
        ("https://tiles.example.org/{z}/{x}.png", "The address lacks y"),
    ):
        card.address.line.setText(address)
        with qtbot.assertNotEmitted(window.map_source_requested):
            card._use()
        assert said in card.address.wrong.text()


def test_a_server_is_asked_for_with_its_key_which_is_not_kept_in_the_field(qtbot: QtBot, window: Window) -> None:
    card = card_of(window)
    card.kind._choose("server")
    address = "https://tiles.example.org/{z}/{x}/{y}.png?k={key}"
    card.address.line.setText(address)
    card.key.line.setText("secret")
    card.credit.line.setText("Somebody")
    with qtbot.waitSignal(window.map_source_requested) as asked:
        card._use()
    assert asked.args == [MapSource(SourceKind.SERVER, address, "Somebody"), "secret"]
    assert card.key.line.text() == ""


def test_the_provider_is_taken_at_once_and_a_file_once_it_is_chosen(qtbot: QtBot, window: Window) -> None:
    card = card_of(window)
    with qtbot.assertNotEmitted(window.map_source_requested):
        card.kind._choose("file")
    assert card.pick.isVisible()
    with qtbot.waitSignal(window.map_source_requested) as asked:
        card._ask(MapSource(SourceKind.FILE, file="/maps/here.mbtiles"), None)
    assert asked.args[0].file == "/maps/here.mbtiles"
    with qtbot.waitSignal(window.map_source_requested) as asked:
        card.kind._choose("provider")
    assert asked.args == [MapSource(), None]
