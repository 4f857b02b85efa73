from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from companion.core import happenings as h
from companion.core.reduce import reduce
from companion.core.reduce_privacy import MOST, RECENT, entry_moved, previewed
from companion.model.privacy import ActionView, Outcome, Privacy, Stage, Transmission, together
from companion.model.state import State

AT = datetime(2026, 1, 1, tzinfo=UTC)


def entry(number: int, press: str = "press", outcome: Outcome = Outcome.SENDING, action: str = "lock") -> Transmission:
    return Transmission(
        id=f"e{number}", action=action, action_id=press, request="r", activity="a", party="p", address="", method="GET",
        path="/", raw=b"x" * 100, spans=(), fields=(), outcome=outcome,
    )  # fmt: skip


def frame(press: str = "press", action: str = "lock") -> ActionView:
    return ActionView(action, {"en": action}, {}, "lock", action_id=press)


def moved(privacy: Privacy, *entries: Transmission) -> Privacy:
    for one in entries:
        privacy = entry_moved(privacy, one, frame(one.action_id, one.action))
    return privacy


def test_an_entry_opens_its_press_and_counts_as_leaving_until_it_is_settled() -> None:
    opened = moved(Privacy(), entry(1))
    assert (opened.leaving, opened.actions["lock"].stage) == (100, Stage.LEFT)
    settled = moved(opened, entry(1, outcome=Outcome.DONE))
    assert (settled.leaving, settled.actions["lock"].stage) == (0, Stage.HELD)
    assert [one.outcome for one in settled.actions["lock"].entries] == [Outcome.DONE]
    assert len(settled.recent) == 1


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.FAILED, Outcome.CUT, Outcome.LOST])
def test_what_got_no_answer_does_not_reach_the_receivers_stage(outcome: Outcome) -> None:
    assert moved(Privacy(), entry(1, outcome=outcome)).actions["lock"].stage is Stage.LEFT


def test_the_requests_of_one_press_are_together_oldest_first() -> None:
    privacy = moved(Privacy(), entry(1, outcome=Outcome.DONE), entry(2), entry(2, outcome=Outcome.DONE))
    assert [one.id for one in privacy.actions["lock"].entries] == ["e1", "e2"]
    assert [one.id for one in privacy.recent] == ["e2", "e1"]


def test_a_new_press_begins_empty_and_the_old_one_stays_in_the_list() -> None:
    privacy = moved(Privacy(), entry(1, "first", Outcome.DONE), entry(2, "second"))
    view = privacy.actions["lock"]
    assert (view.action_id, [one.id for one in view.entries], view.stage) == ("second", ["e2"], Stage.LEFT)
    assert len(privacy.recent) == 2


def test_the_preview_stays_beside_what_left() -> None:
    preview = replace(frame("press"), previews=(entry(9, outcome=Outcome.PREVIEW),))
    privacy = moved(previewed(Privacy(), preview), entry(1))
    assert [one.id for one in privacy.actions["lock"].previews] == ["e9"]


def test_a_new_preview_does_not_clear_what_the_last_press_showed() -> None:
    privacy = moved(Privacy(), entry(1, "first", Outcome.DONE))
    privacy = previewed(privacy, replace(frame("second"), previews=(entry(9, "second", Outcome.PREVIEW),)))
    view = privacy.actions["lock"]
    assert ([one.id for one in view.entries], [one.id for one in view.previews]) == (["e1"], ["e9"])


def test_actions_do_not_touch_each_other() -> None:
    privacy = moved(Privacy(), entry(1), entry(2, "other", action="unlock"))
    assert {name: len(view.entries) for name, view in privacy.actions.items()} == {"lock": 1, "unlock": 1}
    assert privacy.leaving == 200


def test_the_list_of_recent_requests_is_bounded() -> None:
    privacy = moved(Privacy(), *(entry(number, outcome=Outcome.DONE) for number in range(RECENT + 20)))
    assert len(privacy.recent) == RECENT
    assert privacy.recent[0].id == f"e{RECENT + 19}"


def test_what_was_observed_of_an_older_press_is_passed_over() -> None:
    state = State(privacy=moved(Privacy(), entry(1, "second", Outcome.DONE)))
    assert reduce(state, h.Observed("lock", "first", (), (), AT)) == state
    assert reduce(state, h.Observed("none", "second", (), (), AT)) == state
    assert reduce(state, h.Observed("lock", "second", (), (), AT)).privacy.actions["lock"].observed_at == AT


def test_many_alike_are_one_row_and_push_nothing_else_out() -> None:
    before = [entry(n, press=f"p{n}") for n in range(RECENT - 2)]
    many = [replace(entry(1000 + n, press="look", action="map"), many=True) for n in range(150)]
    privacy = moved(Privacy(), *before, *many)
    assert len(privacy.recent) == RECENT - 2 + 150
    privacy = moved(privacy, *(entry(5000 + n, press=f"q{n}") for n in range(3)))
    assert privacy.recent[0].id == "e5002"
    assert len({(one.action_id if one.many else one.id) for one in privacy.recent}) == RECENT
    flood = [replace(entry(10_000 + n, press="look2", action="map"), many=True) for n in range(MOST + 50)]
    assert len(moved(privacy, *flood).recent) == MOST


def test_entries_of_one_look_are_together_where_the_first_is() -> None:
    one, two = entry(1), entry(2)
    many = [replace(entry(10 + n, press="look"), many=True) for n in range(3)]
    other = replace(entry(20, press="other"), many=True)
    groups = together([one, many[0], two, many[1], other, many[2]])
    assert [[each.id for each in group] for group in groups] == [["e1"], ["e10", "e11", "e12"], ["e2"], ["e20"]]


def test_many_that_come_at_once_are_taken_in_their_order() -> None:
    many = [replace(entry(n, press="look", action="map"), many=True) for n in range(5)]
    happened = tuple(h.EntryMoved(one, frame("look", "map")) for one in many)
    state = reduce(State(), h.EntriesMoved(happened))
    assert [one.id for one in state.privacy.actions["map"].entries] == [f"e{n}" for n in range(5)]
    assert state.privacy.leaving == 500
