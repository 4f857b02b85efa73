"""The head unit's switches as far as the car has said, and what each of them would stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from companion.model.privacy import Localized, Party

PRIVATE_MODE, REMOTE_ACCESS, WITHOUT_LOCATION = SWITCHES = ("private_mode", "remote_access", "without_location")
"""In the order of their reach."""


@dataclass(frozen=True, slots=True)
class Switch:
    """`said_at`: when the car said so, None where it never did and the factory's setting is taken for true. All times are
    on the backend's clock.
    """

    id: str
    on: bool
    since: datetime | None
    said_at: datetime | None


@dataclass(frozen=True, slots=True)
class ServiceSwitch:
    """One service. `on` is its own switch; `because`: which other switch stops it, `service` its own, None if it works."""

    id: str
    name: Localized
    line: int
    on: bool
    because: str | None
    has_positions: bool
    group: str | None
    """The switch of a whole group that stops it too."""
    since: datetime | None
    said_at: datetime | None


@dataclass(frozen=True, slots=True)
class Way:
    """From one party to another, as the notice describes it: `activities` of its activities go it."""

    source: Party
    target: Party
    activities: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What flipping one switch, or one service's, would do. `on`: what it would be.

    `closes`: ways that carry nothing any more; `services`: what stops with them. `held`: records of these services that stay
    where they are, at all parties: no switch erases. `said`: the notice on it, at its `line`; empty where it is silent.
    """

    id: str
    on: bool
    services: tuple[Localized, ...]
    closes: tuple[Way, ...]
    held: int
    said: Localized
    line: int | None


@dataclass(frozen=True, slots=True)
class InCar:
    vin: str = ""
    read_at: datetime | None = None
    heard_at: datetime | None = None
    """The car's last message of whatever kind."""
    no_answer_since: datetime | None = None
    switches: tuple[Switch, ...] = ()
    services: tuple[ServiceSwitch, ...] = ()
    what_ifs: tuple[WhatIf, ...] = ()
    failed: str | None = None
    """Error key of the last look; what was read before stays."""

    def switch(self, name: str) -> Switch | None:
        return next((one for one in self.switches if one.id == name), None)

    def what_if(self, name: str) -> WhatIf | None:
        return next((one for one in self.what_ifs if one.id == name), None)
