"""The only place where a new snapshot is made: (state, happening) -> state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from companion.core import happenings as h
from companion.core.reduce_messages import messages
from companion.core.reduce_privacy import entry_moved, previewed
from companion.model.command import NEXT, Command, Phase
from companion.model.privacy import Privacy
from companion.model.state import Account, Link, Reading, SignInStage, State
from companion.model.vehicle import Vehicle, is_overtaken, with_valet_place

ENDED = "access.signed_out"
"""The session ended without the owner's doing."""
SEEN = 2000
"""Points of the charge that are remembered."""


def reduce(state: State, happening: h.Happening) -> State:
    match happening:
        case h.AccountMoved(account):
            return replace(state, account=account)
        case h.SignedOut(error, params):
            return _signed_out(state, error, params)
        case h.BackendFound(name, is_demo, offset, stage_open):
            link = replace(state.link, backend_name=name, is_demo=is_demo, clock_offset=offset, stage_open=stage_open)
            return replace(state, link=link)
        case h.ClockSet(offset):
            return replace(state, link=replace(state.link, clock_offset=offset))
        case h.LinkMoved(online, streaming, since):
            return replace(state, link=_link(state.link, online, streaming, since))
        case h.FieldArmed(field):
            return replace(state, link=replace(state.link, planted=field))
        case h.NoticeRaised(notice):
            # One that passes by itself has had its time when the next one comes; later it would be stale.
            others = tuple(one for one in state.notices if one.key != notice.key and one.sticky)
            return replace(state, notices=(*others, notice))
        case h.NoticeGone(id=ident, key=key):
            return replace(state, notices=tuple(n for n in state.notices if n.id != ident and n.key != key))
        case h.TodaySeen(today):
            return replace(state, today=today)
        case h.InCarSeen(in_car):
            return replace(state, in_car=in_car)
        case h.AlarmAcknowledging(number):
            return replace(state, acknowledging=number)
        case h.PlanSeen(plan):
            return replace(state, plan=plan) if plan.vin == state.selected else state
        case h.MapMoved(supply):
            return replace(state, map_supply=supply)
        case h.EntriesMoved(moved):
            privacy = state.privacy
            for one in moved:
                privacy = entry_moved(privacy, one.entry, one.view)
            return replace(state, privacy=privacy)
        case h.HeldMoved(table):
            return replace(state, held=table)
        case h.ReceiptTaken(receipt):
            return replace(state, receipts=(*state.receipts[-1:], receipt))
        case h.AccountDeleted(deletion):
            return replace(state, deletion=deletion)
        case h.DeletionFailed(error, params):
            return replace(state, end_failed=error, end_params=params)
        case h.MessageHeard() | h.MessagesSeen() | h.MessagesRecalled():
            return replace(state, messages=messages(state.messages, happening))
        case h.Focused() | h.Previewed() | h.EntryMoved() | h.Observed() | h.LookFailed() | h.LedgerErased():
            return replace(state, privacy=_privacy(state.privacy, happening))
        case _:
            return _vehicles(state, happening)


def _vehicles(state: State, happening: h.Happening) -> State:
    match happening:
        case h.VehiclesListed(vehicles):
            return _listed(state, vehicles)
        case h.VehicleSelected(vin):
            return _selected(state, vin)
        case h.VehicleRead(vehicle, asked):
            return _read(state, vehicle, asked)
        case h.ReadingMoved(reading, failed):
            return replace(state, reading=reading, read_failed=failed)
        case h.CommandStarted(command):
            others = tuple(c for c in state.commands if (c.kind, c.vin) != (command.kind, command.vin))
            return replace(state, commands=(*others, command))
        case h.CommandMoved():
            return replace(state, commands=tuple(_moved(command, happening) for command in state.commands))
    raise TypeError(happening)


def _privacy(privacy: Privacy, happening: h.Happening) -> Privacy:
    match happening:
        case h.Focused(action):
            return replace(privacy, focus=action)
        case h.Previewed(view):
            return previewed(privacy, view)
        case h.EntryMoved(entry, view):
            return entry_moved(privacy, entry, view)
        case h.Observed(action, action_id, hops, holdings, at):
            seen = privacy.actions.get(action)
            if seen is None or seen.action_id != action_id:
                return privacy
            new = replace(seen, hops=hops, holdings=holdings, observed_at=at, unread=False)
            return replace(privacy, actions={**privacy.actions, action: new})
        case h.LookFailed(action, action_id):
            seen = privacy.actions.get(action)
            if seen is None or seen.action_id != action_id or seen.observed_at is not None:
                return privacy
            return replace(privacy, actions={**privacy.actions, action: replace(seen, unread=True)})
        case h.LedgerErased():
            return replace(privacy, recent=())
    raise TypeError(happening)


def _signed_out(state: State, error: str | None, params: tuple[tuple[str, str], ...]) -> State:
    remembered = state.account.remembered
    account = Account(SignInStage.SIGNED_OUT, error=error, error_params=params, remembered=remembered)
    privacy = replace(state.privacy, focus="sign_in", actions={})
    link = replace(state.link, streaming=False, planted=None)
    if error == ENDED:
        # Signing in again takes up where it was: the same e-mail, car and page.
        account = replace(account, email=state.account.email)
        return replace(
            state, account=account, link=link, privacy=privacy, reading=Reading.IDLE, commands=(), messages=()
        )
    return State(account=account, link=link, privacy=privacy, notices=state.notices, deletion=state.deletion)


def _link(link: Link, online: bool, streaming: bool, since: datetime | None) -> Link:
    """A link that is lost keeps the first moment of its loss."""
    lost = None if online else link.since or since
    return replace(link, online=online, streaming=streaming, since=lost)


def _listed(state: State, vehicles: tuple[Vehicle, ...]) -> State:
    """Known cars keep their state, but for what the list itself says; the selection stays if its car is still there."""
    known = {vehicle.vin: vehicle for vehicle in state.vehicles}
    merged = tuple(_with_head(known.get(vehicle.vin, vehicle), vehicle) for vehicle in vehicles)
    vins = [vehicle.vin for vehicle in merged]
    selected = state.selected if state.selected in vins else (vins[0] if vins else None)
    return replace(state, vehicles=merged, selected=selected)


def _selected(state: State, vin: str) -> State:
    """What belongs to the car on screen goes with it."""
    return replace(state, selected=vin, plan=None, charge_seen=()) if vin != state.selected else state


def _with_head(known: Vehicle, listed: Vehicle) -> Vehicle:
    return replace(
        known, name=listed.name, model_name=listed.model_name, year=listed.year, engine=listed.engine,
        colour=listed.colour, connected=listed.connected,
        handle=listed.handle or known.handle,
    )  # fmt: skip


def _read(state: State, vehicle: Vehicle, asked: bool) -> State:
    def newer(known: Vehicle) -> Vehicle:
        if known.vin != vehicle.vin:
            return known
        overtaken = is_overtaken(vehicle.reported_at, known.reported_at, asked)
        return known if overtaken else with_valet_place(known, vehicle)

    state = replace(state, vehicles=tuple(newer(known) for known in state.vehicles))
    state = replace(state, charge_seen=_charge_seen(state))
    return replace(state, reading=Reading.IDLE, read_failed=None) if asked else state


def _charge_seen(state: State) -> tuple[tuple[datetime, float], ...]:
    """With the newest report of the selected car; one of before is not put in between."""
    vehicle, seen = state.vehicle, state.charge_seen
    if vehicle is None or vehicle.reported_at is None or vehicle.energy.charge_percent is None:
        return seen
    if seen and vehicle.reported_at <= seen[-1][0]:
        return seen
    return (*seen[-SEEN + 1 :], (vehicle.reported_at, vehicle.energy.charge_percent))


def _moved(command: Command, move: h.CommandMoved) -> Command:
    """The command after a move that the life cycle allows; any other move changes nothing."""
    ours = command.id == move.id if move.id else command.remote_id is not None and command.remote_id == move.remote_id
    if not ours or move.phase not in NEXT[command.phase]:
        return command
    ended = move.phase in (Phase.DONE, Phase.FAILED, Phase.UNKNOWN)
    return replace(
        command, phase=move.phase, remote_id=move.remote_id or command.remote_id, reason=move.reason, params=move.params,
        accepted_at=move.at if move.phase is Phase.ACCEPTED else command.accepted_at, ended_at=move.at if ended else None,
    )  # fmt: skip
