"""A command and its life: sending -> accepted -> done | failed | unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    LOCK = "lock"
    UNLOCK = "unlock"
    FLASH = "flash"
    HORN = "horn"
    """Sounds the horn and flashes; the maker's interface has no horn alone."""
    CLIMATE_START = "climate_start"
    CLIMATE_STOP = "climate_stop"
    CHARGE_START = "charge_start"
    CHARGE_STOP = "charge_stop"
    CHARGE_SET = "charge_set"
    TIMERS_SET = "timers_set"
    RINGS_SET = "rings_set"
    SPEEDS_SET = "speeds_set"
    VALET_ON = "valet_on"
    VALET_OFF = "valet_off"
    PROFILES_SET = "profiles_set"
    HEATER_START = "heater_start"
    HEATER_STOP = "heater_stop"


class Phase(StrEnum):
    SENDING = "sending"
    ACCEPTED = "accepted"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


FINAL = frozenset({Phase.DONE, Phase.FAILED})
NEXT: dict[Phase, frozenset[Phase]] = {
    Phase.SENDING: frozenset({Phase.ACCEPTED, Phase.DONE, Phase.FAILED, Phase.UNKNOWN}),
    Phase.ACCEPTED: frozenset({Phase.DONE, Phase.FAILED, Phase.UNKNOWN}),
    # A late answer or event may still tell what happened.
    Phase.UNKNOWN: frozenset({Phase.ACCEPTED, Phase.DONE, Phase.FAILED}),
    Phase.DONE: frozenset(),
    Phase.FAILED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Command:
    """`id` is drawn by the app (the action's id); `remote_id` is the backend's once it accepted."""

    id: str
    kind: Kind
    vin: str
    phase: Phase = Phase.SENDING
    remote_id: str | None = None
    reason: str | None = None
    """An error key (see `errors.py`) or the car's own reason, e.g. `door_open`."""
    params: tuple[tuple[str, str], ...] = ()
    sent_at: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        return self.phase in (Phase.SENDING, Phase.ACCEPTED)
