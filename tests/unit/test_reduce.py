from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from companion.core import happenings as h
from companion.core.reduce import reduce
from companion.model.alarms import AlarmEvent, Alarms, Valet
from companion.model.body import Body
from companion.model.charge_plan import ChargePlan
from companion.model.command import NEXT, Command, Kind, Phase
from companion.model.energy import Energy
from companion.model.held import HeldTable
from companion.model.in_car import InCar
from companion.model.map_pictures import Supply
from companion.model.message import MOST, Message, MessageKind
from companion.model.place import Search
from companion.model.position import Position, Sighting
from companion.model.privacy import ActionView, Privacy
from companion.model.receipt import Receipt
from companion.model.state import Account, Link, Notice, Reading, SignInStage, State
from companion.model.today import Today
from companion.model.vehicle import Vehicle

AT = datetime(2026, 1, 1, tzinfo=UTC)
CAR = Vehicle("VIN1", "Taycan", reported_at=AT)
OTHER = Vehicle("VIN2", "Cayenne", reported_at=AT)
STATE = State(vehicles=(CAR, OTHER), selected="VIN1")


def with_command(phase: Phase, remote: str | None = "R") -> State:
    return replace(STATE, commands=(Command("press", Kind.LOCK, "VIN1", phase, remote),))


# -- the life of a command --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "to"), list(product(Phase, Phase)))
def test_a_command_moves_as_its_life_allows_and_not_otherwise(before: Phase, to: Phase) -> None:
    state = with_command(before)
    after = reduce(state, h.CommandMoved(to, AT, id="press"))
    allowed = to in NEXT[before]
    assert after.commands[0].phase is (to if allowed else before)
    assert allowed or after.commands == state.commands


def test_done_and_failed_are_the_end() -> None:
    for phase in (Phase.DONE, Phase.FAILED):
        assert NEXT[phase] == frozenset()
    assert Phase.SENDING not in set().union(*NEXT.values())


def test_a_late_report_ends_an_unknown_command() -> None:
    after = reduce(with_command(Phase.UNKNOWN), h.CommandMoved(Phase.DONE, AT, remote_id="R"))
    assert (after.commands[0].phase, after.commands[0].ended_at) == (Phase.DONE, AT)


def test_an_event_of_another_command_changes_nothing() -> None:
    for state in (with_command(Phase.ACCEPTED), with_command(Phase.SENDING, remote=None)):
        assert reduce(state, h.CommandMoved(Phase.DONE, AT, remote_id="other")).commands == state.commands
        assert reduce(state, h.CommandMoved(Phase.DONE, AT, id="other")).commands == state.commands
    assert reduce(with_command(Phase.SENDING, None), h.CommandMoved(Phase.DONE, AT)).commands[0].phase is Phase.SENDING


def test_reason_and_values_come_with_the_end() -> None:
    moved = h.CommandMoved(Phase.FAILED, AT, "press", None, "car.door_open", (("part", "door_rear_left"),))
    command = reduce(with_command(Phase.ACCEPTED), moved).commands[0]
    assert (command.reason, command.params, command.remote_id) == ("car.door_open", (("part", "door_rear_left"),), "R")


def test_a_new_command_takes_the_place_of_the_old_one_of_its_kind_and_car() -> None:
    state = with_command(Phase.DONE)
    new = Command("second", Kind.LOCK, "VIN1")
    unlock, elsewhere = Command("third", Kind.UNLOCK, "VIN1"), Command("fourth", Kind.LOCK, "VIN2")
    for command in (new, unlock, elsewhere):
        state = reduce(state, h.CommandStarted(command))
    assert {command.id for command in state.commands} == {"second", "third", "fourth"}
    assert state.command(Kind.LOCK) is new


def test_the_car_does_not_change_because_a_command_did() -> None:
    after = reduce(with_command(Phase.ACCEPTED), h.CommandMoved(Phase.DONE, AT, id="press"))
    assert after.vehicles == STATE.vehicles


# -- what the car says ------------------------------------------------------------------------------------------------


def said(minutes: int | None, charge: float, asked: bool = True) -> h.VehicleRead:
    at = None if minutes is None else AT + timedelta(minutes=minutes)
    return h.VehicleRead(replace(CAR, reported_at=at, energy=Energy(charge_percent=charge)), asked)


def test_a_stale_overview_does_not_overwrite_a_newer_event() -> None:
    state = reduce(STATE, said(5, 60, asked=False))
    state = reduce(state, said(4, 50))
    assert state.vehicles[0].energy.charge_percent == 60
    assert state.vehicles[0].reported_at == AT + timedelta(minutes=5)


def test_a_newer_event_wins_and_one_of_the_same_time_too() -> None:
    state = reduce(STATE, said(5, 60))
    assert reduce(state, said(6, 55, asked=False)).vehicles[0].energy.charge_percent == 55
    assert reduce(state, said(5, 54, asked=False)).vehicles[0].energy.charge_percent == 54


def test_an_answer_much_older_than_what_is_known_corrects_it() -> None:
    """A report from the future would otherwise keep every later one away."""
    known = reduce(STATE, said(60 * 24 * 365, 50))
    assert reduce(known, said(1, 78)).vehicle == reduce(STATE, said(1, 78)).vehicle
    assert reduce(known, said(1, 78, asked=False)).vehicle == known.vehicle


def test_a_late_event_of_an_older_state_changes_nothing() -> None:
    state = reduce(STATE, said(5, 60))
    assert reduce(state, said(-60, 10, asked=False)).vehicles == state.vehicles


def test_a_read_ends_the_reading_even_where_it_is_stale() -> None:
    state = replace(reduce(STATE, said(5, 60)), reading=Reading.STORED, read_failed="network.lost")
    after = reduce(state, said(4, 50))
    assert (after.reading, after.read_failed) == (Reading.IDLE, None)
    assert reduce(state, said(6, 50, asked=False)).reading is Reading.STORED


def test_an_unknown_car_is_not_taken_in_by_an_event() -> None:
    event = h.VehicleRead(replace(CAR, vin="VIN9"), asked=False)
    assert reduce(STATE, event).vehicles == STATE.vehicles


def test_a_car_read_for_the_first_time_is_taken() -> None:
    state = reduce(State(), h.VehiclesListed((replace(CAR, reported_at=None),)))
    assert reduce(state, said(0, 70)).vehicles[0].energy.charge_percent == 70


def test_a_failed_read_keeps_the_last_good_values() -> None:
    after = reduce(reduce(STATE, said(5, 60)), h.ReadingMoved(Reading.IDLE, "answer.malformed"))
    assert after.read_failed == "answer.malformed"
    assert after.vehicles[0].energy.charge_percent == 60


def test_a_new_list_keeps_what_is_known_of_a_car_and_takes_its_new_name() -> None:
    known = replace(CAR, body=Body(is_locked=True))
    state = replace(STATE, vehicles=(known, OTHER), selected="VIN2")
    after = reduce(state, h.VehiclesListed((replace(CAR, name="Mine", reported_at=None),)))
    assert [car.vin for car in after.vehicles] == ["VIN1"]
    assert (after.vehicles[0].name, after.vehicles[0].body.is_locked, after.selected) == ("Mine", True, "VIN1")
    assert reduce(STATE, h.VehiclesListed(())).selected is None


# -- the rest ---------------------------------------------------------------------------------------------------------


def busy() -> State:
    return replace(
        with_command(Phase.ACCEPTED), account=Account(SignInStage.SIGNED_IN, "a@b", remembered=True),
        privacy=Privacy("lock", {"lock": ActionView("lock", {}, {}, "lock")}),
        link=Link(backend_name="demo", streaming=True, planted="speed"), notices=(Notice(1, "a"),),
    )  # fmt: skip


def test_signing_out_takes_cars_commands_and_panel_with_it() -> None:
    state = busy()
    after = reduce(state, h.SignedOut())
    assert (after.vehicles, after.commands, after.selected, after.privacy.actions) == ((), (), None, {})
    assert (after.account.stage, after.account.email, after.account.error) == (SignInStage.SIGNED_OUT, "", None)
    assert (after.link.backend_name, after.link.streaming, after.link.planted) == ("demo", False, None)
    assert after.notices == state.notices


def test_a_session_that_was_ended_elsewhere_is_taken_up_where_it_was() -> None:
    state = busy()
    after = reduce(state, h.SignedOut("access.signed_out"))
    assert (after.vehicles, after.selected, after.commands) == (state.vehicles, state.selected, ())
    assert (after.account.stage, after.account.email) == (SignInStage.SIGNED_OUT, "a@b")
    assert after.privacy.actions == {}


def test_a_lost_link_keeps_the_first_moment_of_its_loss() -> None:
    lost = reduce(STATE, h.LinkMoved(False, False, AT))
    later = reduce(lost, h.LinkMoved(False, False, AT + timedelta(minutes=1)))
    assert later.link.since == AT
    assert reduce(later, h.LinkMoved(True, True)).link.since is None


def raised(number: int, key: str) -> h.NoticeRaised:
    return h.NoticeRaised(Notice(number, key, sticky=True))


def test_a_notice_is_said_once_and_goes_by_number_or_by_key() -> None:
    state = reduce(reduce(STATE, raised(1, "a")), raised(2, "b"))
    state = reduce(state, raised(3, "a"))
    assert [(one.id, one.key) for one in state.notices] == [(2, "b"), (3, "a")]
    assert [one.id for one in reduce(state, h.NoticeGone(id=2)).notices] == [3]
    assert [one.id for one in reduce(state, h.NoticeGone(key="a")).notices] == [2]


def test_a_notice_that_passes_is_not_shown_again_after_a_later_one() -> None:
    state = reduce(STATE, h.NoticeRaised(Notice(1, "command.locked")))
    state = reduce(reduce(state, raised(2, "car.refused")), h.NoticeRaised(Notice(3, "link.back")))
    assert [one.id for one in state.notices] == [2, 3]


def test_a_look_that_failed_says_so_only_where_nothing_was_read() -> None:
    view = ActionView("lock", {}, {}, "lock", action_id="press-1")
    state = reduce(STATE, h.Previewed(view))
    assert reduce(state, h.LookFailed("lock", "press-0")).privacy.actions["lock"].unread is False
    failed = reduce(state, h.LookFailed("lock", "press-1"))
    assert failed.privacy.actions["lock"].unread is True
    seen = reduce(failed, h.Observed("lock", "press-1", (), (), AT))
    assert seen.privacy.actions["lock"].unread is False
    assert reduce(seen, h.LookFailed("lock", "press-1")) == seen


# -- messages ---------------------------------------------------------------------------------------------------------


def message(number: int, minutes: int = 0) -> Message:
    at = AT + timedelta(minutes=minutes or number)
    return Message(str(number), "VIN1", MessageKind.CHARGING_STARTED, None, {"percent": 41.0}, at, "e_control")


def heard(*messages: Message, state: State = STATE) -> State:
    for one in messages:
        state = reduce(state, h.MessageHeard(one))
    return state


def numbers(state: State) -> list[str]:
    return [one.id for one in state.messages]


def test_the_newest_message_stands_first_wherever_it_was_told() -> None:
    assert numbers(heard(message(1), message(2), message(3))) == ["3", "2", "1"]
    # Told late, by a clock that was moved: in the order of what happened; of two at once the later told first.
    assert numbers(heard(message(1, 10), message(2, 30), message(3, 20), message(4, 30))) == ["4", "2", "3", "1"]


def test_the_same_message_again_changes_nothing() -> None:
    once = heard(message(1), message(2))
    read = reduce(once, h.MessagesSeen(frozenset({"1"})))
    assert heard(message(1), message(2), state=read) == read


def test_no_more_messages_than_fit_are_held_and_the_oldest_go() -> None:
    state = heard(*(message(number) for number in range(1, MOST + 4)))
    assert len(state.messages) == MOST
    assert (state.messages[0].id, state.messages[-1].id) == (str(MOST + 3), "4")
    assert numbers(reduce(STATE, h.MessagesRecalled(state.messages * 2))) == numbers(state)


def test_messages_are_read_by_their_ids() -> None:
    state = reduce(heard(message(1), message(2)), h.MessagesSeen(frozenset({"2", "9"})))
    assert [(one.id, one.is_read) for one in state.messages] == [("2", True), ("1", False)]


@pytest.mark.parametrize("error", [None, "access.signed_out"])
def test_messages_go_with_the_sign_in(error: str | None) -> None:
    assert reduce(heard(message(1)), h.SignedOut(error)).messages == ()


def test_the_clock_of_the_backend_is_an_offset() -> None:
    found = reduce(STATE, h.BackendFound("demo", True, timedelta(days=1)))
    assert (found.link.is_demo, found.link.clock_offset) == (True, timedelta(days=1))
    assert reduce(found, h.ClockSet(timedelta(days=31))).link.clock_offset == timedelta(days=31)


def test_a_plan_of_another_car_than_the_one_on_screen_is_nobodys_concern() -> None:
    assert reduce(STATE, h.PlanSeen(ChargePlan("VIN2"))).plan is None
    planned = reduce(STATE, h.PlanSeen(ChargePlan("VIN1")))
    assert planned.plan == ChargePlan("VIN1")
    assert reduce(planned, h.VehicleSelected("VIN1")).plan is not None
    assert reduce(planned, h.VehicleSelected("VIN2")).plan is None


def test_what_was_seen_of_the_charge_is_a_line_of_reports_in_their_order() -> None:
    state = STATE
    for minutes, percent in ((0, 40.0), (10, 42.0), (5, 41.0), (10, 43.0), (20, None), (30, 44.0)):
        told = replace(CAR, reported_at=AT + timedelta(minutes=minutes), energy=Energy(charge_percent=percent))
        state = reduce(state, h.VehicleRead(told, asked=False))
    assert state.charge_seen == tuple((AT + timedelta(minutes=m), p) for m, p in ((0, 40.0), (10, 42.0), (30, 44.0)))
    other = replace(OTHER, reported_at=AT + timedelta(hours=1), energy=Energy(charge_percent=9.0))
    assert reduce(state, h.VehicleRead(other, asked=False)).charge_seen == state.charge_seen
    assert reduce(state, h.VehicleSelected("VIN2")).charge_seen == ()


def test_every_kind_of_happening_is_understood() -> None:
    """No happening falls through; the old snapshot is never changed."""
    view = ActionView("lock", {}, {}, "lock")
    happenings = [
        h.AccountMoved(Account()), h.SignedOut(), h.BackendFound("a", False, timedelta()), h.ClockSet(timedelta()),
        h.LinkMoved(True, True), h.FieldArmed("speed"), h.VehiclesListed(()), h.VehicleSelected("VIN2"), h.VehicleRead(CAR),
        h.ReadingMoved(Reading.IDLE), h.CommandStarted(Command("a", Kind.LOCK, "VIN1")), h.CommandMoved(Phase.DONE, AT, "a"),
        h.Focused("lock"), h.Previewed(view), h.Observed("lock", "", (), (), AT), h.LookFailed("lock", ""),
        h.MapMoved(Supply()), h.PlacesSought(Search()), h.EntriesMoved(()), h.LedgerErased(), h.InCarSeen(InCar()),
        h.AlarmAcknowledging("E-1"),
        h.DeletionFailed("account.wrong_password"),
        h.PlanSeen(ChargePlan("VIN1")),
        h.TodaySeen(Today()), h.HeldMoved(HeldTable(number=1)), h.ReceiptTaken(Receipt(AT, (), (), ())), h.AccountDeleted(None),
        h.NoticeRaised(Notice(1, "a")), h.NoticeGone(1),
        h.MessageHeard(message(1)), h.MessagesSeen(frozenset()), h.MessagesRecalled(()),
    ]  # fmt: skip
    left_out = {h.EntryMoved}
    assert {type(one) for one in happenings} | left_out == set(h.Happening.__args__)
    for happening in happenings:
        assert isinstance(reduce(STATE, happening), State)
    assert replace(STATE) == State(vehicles=(CAR, OTHER), selected="VIN1")


ARMED = AT + timedelta(hours=1)
PLACE = Position(48.8, 9.0, None, AT)


@pytest.mark.parametrize(
    ("place", "sighting", "events", "is_known"),
    [
        (PLACE, None, (), True),
        (PLACE, Sighting("DRIVE_OFF", AT), (), True),
        (PLACE, Sighting("DOOR", AT), (), True),
        (PLACE, Sighting("ASKED", AT + timedelta(minutes=50)), (), True),
        (PLACE, Sighting("ASKED", AT), (), False),
        (PLACE, Sighting("BATTERY", AT + timedelta(seconds=5)), (), False),
        (PLACE, Sighting("DRIVE_ON", AT), (), False),
        (PLACE, Sighting("DRIVE_ON", AT + timedelta(minutes=50)), (), False),
        (replace(PLACE, since=None), None, (), False),
        (replace(PLACE, since=ARMED + timedelta(seconds=1)), Sighting("DRIVE_OFF", ARMED), (), False),
        (None, None, (), False),
        (PLACE, None, (AlarmEvent("E", AT + timedelta(minutes=1), "LEFT", "Home", (48.9, 9.1)),), False),
        (PLACE, None, (AlarmEvent("E", AT + timedelta(minutes=1), "DOOR", None, (48.8001, 9.0001)),), True),
        (PLACE, None, (AlarmEvent("E", AT - timedelta(minutes=1), "LEFT", "Home", (48.9, 9.1)),), True),
        (PLACE, None, (AlarmEvent("E", AT + timedelta(minutes=1), "SPEED", None),), True),
    ],
)  # fmt: skip
def test_the_valet_alarm_has_a_place_only_where_the_car_is_known_to_have_stood(
    place: Position | None, sighting: Sighting | None, events: tuple[AlarmEvent, ...], is_known: bool
) -> None:
    told = replace(
        CAR, reported_at=ARMED, position=place, sighting=sighting,
        alarms=Alarms(valet=Valet(True, ARMED), ring_events=events),
    )  # fmt: skip
    valet = reduce(STATE, h.VehicleRead(told, asked=True)).vehicles[0].alarms.valet
    assert valet is not None
    assert valet.around == ((48.8, 9.0) if is_known else None)
