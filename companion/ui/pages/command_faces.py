"""What each command's button says, from the snapshot: at rest, under way, how it ended, or why it cannot be pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import SignalInstance

from companion.model.command import Command, Kind, Phase
from companion.model.state import Reading, State
from companion.model.vehicle import Vehicle
from companion.ui import format as fmt
from companion.ui import notice as words_of
from companion.ui.pages.unsent import Unsent
from companion.ui.parts.command_button import CommandButton, Face
from companion.ui.text import text

KINDS = {kind.value: kind for kind in Kind}
KEYS = {
    Kind.LOCK: "LOCK", Kind.UNLOCK: "UNLOCK", Kind.FLASH: "HONK_FLASH", Kind.HORN: "HONK_FLASH",
    Kind.CLIMATE_START: "REMOTE_CLIMATIZER_START", Kind.CLIMATE_STOP: "REMOTE_CLIMATIZER_STOP",
    Kind.CHARGE_START: "DIRECT_CHARGING_START", Kind.CHARGE_STOP: "DIRECT_CHARGING_STOP",
    Kind.CHARGE_SET: "CHARGING_SETTINGS_EDIT", Kind.TIMERS_SET: "TIMERS_EDIT",
    Kind.PROFILES_SET: "CHARGING_PROFILES_EDIT",
    Kind.HEATER_START: "REMOTE_HEATING_START", Kind.HEATER_STOP: "REMOTE_HEATING_STOP",
    Kind.RINGS_SET: "LOCATION_ALARMS_EDIT", Kind.SPEEDS_SET: "SPEED_ALARMS_EDIT", Kind.VALET_ON: "VALET_ALARM_EDIT",
    Kind.VALET_OFF: "VALET_ALARM_DISABLE",
}  # fmt: skip
"""What the car must be able to do, in the maker's words."""

ICONS = {
    Kind.CLIMATE_START: "climate", Kind.CLIMATE_STOP: "close", Kind.CHARGE_START: "charge", Kind.CHARGE_STOP: "close",
    Kind.CHARGE_SET: "battery", Kind.TIMERS_SET: "clock",
    Kind.PROFILES_SET: "locate", Kind.HEATER_START: "heater", Kind.HEATER_STOP: "close",
    Kind.RINGS_SET: "locate", Kind.SPEEDS_SET: "speed", Kind.VALET_ON: "valet", Kind.VALET_OFF: "close",
}  # fmt: skip
"""Where it is not the command's own name."""
OTHER = {
    Kind.LOCK: Kind.UNLOCK, Kind.UNLOCK: Kind.LOCK, Kind.CLIMATE_START: Kind.CLIMATE_STOP,
    Kind.CLIMATE_STOP: Kind.CLIMATE_START, Kind.CHARGE_START: Kind.CHARGE_STOP, Kind.CHARGE_STOP: Kind.CHARGE_START,
    Kind.HEATER_START: Kind.HEATER_STOP, Kind.HEATER_STOP: Kind.HEATER_START, Kind.VALET_ON: Kind.VALET_OFF,
    Kind.VALET_OFF: Kind.VALET_ON,
}  # fmt: skip
"""What takes back what a command did: its button then is at rest again."""


def command_face(action: str, state: State) -> Face:
    """An action of the overview as its button says it."""
    if action in KINDS:
        return _vehicle_command(KINDS[action], state)
    icon, name = {"read_stored": ("server", "command.stored"), "read_current": ("refresh", "command.current")}[action]
    busy = state.reading is {"read_stored": Reading.STORED, "read_current": Reading.WAKING}[action]
    if busy:
        return Face(icon, text(name), text(f"{name}_busy"), "text-2", busy=True)
    vehicle = state.vehicle
    if not state.link.online or vehicle is None:
        return Face(
            icon, text(name), text("command.no_data" if state.link.online else "command.offline"), enabled=False
        )
    if vehicle.switches.private_mode and action == "read_current":
        return Face(icon, text(name), text("command.private"), enabled=False)
    return Face(icon, text(name), text(f"{name}_rest"))


OFF: dict[Kind, Callable[[Vehicle], bool | None]] = {
    Kind.CLIMATE_STOP: lambda vehicle: vehicle.climate.is_known and not vehicle.climate.is_on,
    Kind.HEATER_STOP: lambda vehicle: vehicle.climate.heater is False,
}
"""What there is nothing to stop of."""


class Pressed(Protocol):
    """A page with command buttons."""

    focus_requested: SignalInstance
    command_requested: SignalInstance
    check_command_requested: SignalInstance


def press(
    page: Pressed,
    button: CommandButton,
    state: State,
    go: SignalInstance | None = None,
    unsent: Unsent[Any] | None = None,
) -> bool:
    """The panel follows; a command whose outcome is unknown is checked, never sent again. Whether something was sent up: the
    command, or `go` where something else stands behind the button. `unsent`: the wish that goes with it.
    """
    page.focus_requested.emit(button.action)
    if not button.is_usable:
        return False
    command = state.command(KINDS[button.action]) if button.action in KINDS else None
    if command is not None and command.phase is Phase.UNKNOWN:
        page.check_command_requested.emit(command.kind)
        return False
    before = unsent.newest(state) if unsent is not None else ""
    if go is not None:
        go.emit()
    else:
        page.command_requested.emit(KINDS[button.action])
    if unsent is not None:
        unsent.went(before)
    return True


def why_shut(state: State, key: str, cannot: str) -> str:
    """Why nothing can be set on a page for the command `key`, as a sentence; empty if it can. `cannot`: what this car cannot."""
    vehicle = state.vehicle
    if vehicle is None or vehicle.reported_at is None:
        return text("shut.no_data")
    if vehicle.switches.private_mode:
        return text("shut.private")
    if vehicle.capabilities and key not in vehicle.capabilities:
        return text(cannot, name=vehicle.name)
    if vehicle.switches.remote_access is False:
        return text("shut.no_remote")
    return "" if state.link.online else text("shut.offline")


def _vehicle_command(kind: Kind, state: State) -> Face:
    icon, name, command = ICONS.get(kind, kind), text(f"command.{kind}"), state.command(kind)
    if command is not None and command.is_running:
        return Face(icon, name, text(f"command.{command.phase}"), "text-2", busy=True)
    if command is not None and command.phase is Phase.UNKNOWN and not state.link.online:
        # That it may have happened matters more than that it cannot be pressed.
        return Face("question", name, text("command.unsure"), "warn", enabled=False)
    if (why := _why_not(kind, state)) is not None:
        return Face(icon, name, why, enabled=False)
    other = state.command(OTHER[kind]) if kind in OTHER else None
    if command is not None and not _is_newer(other, command):
        return _ended(kind, name, command, Face(icon, name, _rest(kind, state)))
    return Face(icon, name, _rest(kind, state))


def _is_newer(other: Command | None, command: Command) -> bool:
    return bool(other and other.sent_at and command.sent_at and other.sent_at > command.sent_at)


def _why_not(kind: Kind, state: State) -> str | None:
    vehicle = state.vehicle
    if not state.link.online:
        return text("command.offline")
    if vehicle is None or vehicle.reported_at is None:
        return text("command.no_data")
    if vehicle.switches.private_mode:
        return text("command.private")
    if vehicle.switches.remote_access is False:
        return text("command.no_remote")
    if vehicle.capabilities and KEYS[kind] not in vehicle.capabilities:
        return text("command.cannot")
    if kind is Kind.CHARGE_START and vehicle.charging.is_known and not vehicle.charging.is_plugged:
        return text("command.no_cable")
    if kind in OFF and OFF[kind](vehicle) is True:
        return text("command.is_off")
    if kind is Kind.CHARGE_STOP and vehicle.charging.is_known and not vehicle.charging.is_charging:
        return text("command.not_charging")
    return None


def _ended(kind: Kind, name: str, command: Command, rest: Face) -> Face:
    """What went well is told for a moment; what did not stays."""
    match command.phase:
        case Phase.DONE:
            time = fmt.clock(command.ended_at) if command.ended_at else ""
            return Face("ok", text(f"command.{kind}_done"), text("command.done", time=time), "ok", then=rest)
        case Phase.FAILED:
            return Face("warning", name, words_of.short(command.reason, command.params), "danger")
    return Face("question", name, text("command.unknown"), "warn")


def _rest(kind: Kind, state: State) -> str:
    vehicle = state.vehicle
    locked = vehicle.body.is_locked if vehicle else None
    if kind not in (Kind.LOCK, Kind.UNLOCK):
        return text(f"command.{kind}_rest")
    if kind is Kind.UNLOCK:
        return text("command.code_needed")
    return text("state.locked") if locked else text("command.no_code")
