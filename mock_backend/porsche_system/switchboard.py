"""How the switches of each car stand as far as the car said, and what the maker therefore refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mock_backend.clock import Clock
from mock_backend.porsche_system.garage import KNOWN, Garage, Known, Registered, why_shut
from mock_backend.switches import ALWAYS, MESSAGE, PRIVATE_MESSAGE, WITHOUT_LOCATION, Services, Switches
from mock_backend.vault import Record, Vault
from mock_backend.web import Refused

SENTENCES = {
    "PRIVATE_MODE": "Private mode is on in the car.", "REMOTE_ACCESS_OFF": "Remote access is off in the car.",
    "SERVICE_OFF": "This service is off in the car.", "GROUP_OFF": "The group of services without location is off in the car.",
}  # fmt: skip
OF_THE_APP = {"SERVICE_OFF": "service", "GROUP_OFF": "without_location", "PRIVATE_MODE": "private_mode"}
"""Reason -> the switch that it comes from."""


class Switchboard:
    def __init__(self, vault: Vault, clock: Clock, garage: Garage, services: Services) -> None:
        self._vault = vault
        self._garage = garage
        self._clock = clock
        self._services = services
        self._heard: dict[str, datetime] = {}
        self._unanswered: dict[str, datetime] = {}

    # -- what cars say ------------------------------------------------------------------------------------------

    def heard(self, vin: str) -> None:
        """A message of whatever kind."""
        self._heard[vin] = self._clock.now()
        self._unanswered.pop(vin, None)

    def unanswered(self, vin: str) -> None:
        self._unanswered.setdefault(vin, self._clock.now())

    def hear(self, car: Registered, table: Mapping[str, Any], trace: str) -> None:
        switches = Switches.load(table)
        activity = PRIVATE_MESSAGE if switches.private_mode else MESSAGE
        self._vault.keep(activity, car.vin, {"switches": switches.dump()}, trace=trace, owner=car.owner)

    def known(self, vin: str) -> Switches:
        """The factory's state where the car never said. Private mode and remote access are among the measurements too."""
        row, why = self._row(vin), self.why_shut(vin)
        switches = Switches() if row is None else Switches.load(row.values["switches"])
        switches.private_mode = why == "PRIVATE_MODE"
        if not switches.private_mode:
            switches.remote_access = not why
        return switches

    def _row(self, vin: str) -> Record | None:
        rows = [row for name in (MESSAGE, PRIVATE_MESSAGE) if (row := self._vault.newest(name, vin)) is not None]
        return max(rows, key=lambda row: (row.stored_at, row.values["switches"]["private_mode"]), default=None)

    # -- what is refused ----------------------------------------------------------------------------------------

    def why_shut(self, vin: str) -> str:
        """Why the app gets nothing of this car; empty if it may."""
        return why_shut(self._garage.known(vin))

    def why_not(self, vin: str, service: str) -> str:
        """Why the app can ask nothing of this service; empty if it may."""
        return self.why_shut(vin) or self._services.why_off(self.known(vin), service)

    def why_off(self, vin: str, service: str) -> str:
        """Why nothing passes for a service, of the car's own or not; remote access shuts the app out of the car only."""
        return self._why_off(self.known(vin), service)

    def _why_off(self, switches: Switches, service: str) -> str:
        return "PRIVATE_MODE" if switches.private_mode else self._services.why_off(switches, service)

    def may_tell(self, vin: str, service: str, at: datetime) -> bool:
        """Whether the owner is told of something that happened then: what happened behind a switch is not told later either."""
        since = self.known(vin).since
        flips = [since[name] for name in ("private_mode", "remote_access", service) if name in since]
        return not self.why_not(vin, service) and all(datetime.fromisoformat(one) <= at for one in flips)

    def check(self, car: Registered, service: str) -> None:
        """Raises Refused."""
        if reason := self.why_not(car.vin, service):
            raise refused(reason, service)

    def shown(self, vin: str, changed: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What of these measurements the app may be told."""
        return [one for one in changed if one["key"] in ALWAYS] if self.why_shut(vin) else changed

    def check_read(self, keys: Iterable[str], known: Known) -> None:
        """Raises Refused where remote access is off; how the switches stand can always be read."""
        if why_shut(known) == "REMOTE_ACCESS_OFF" and not set(keys) <= set(ALWAYS):
            raise refused("REMOTE_ACCESS_OFF")

    # -- what the app shows -------------------------------------------------------------------------------------

    def view(self, car: Registered) -> dict[str, Any]:
        """As the app's route and event have it."""
        row, switches = self._row(car.vin), self.known(car.vin)
        at = None if row is None else row.stored_at.isoformat()
        seen = {"evidence": "none" if row is None else "message", "at": at}
        named = {name: getattr(switches, name) for name in ("private_mode", "remote_access", "without_location")}
        return {
            "vin": car.vin, "handle": car.handle, "now": self._clock.now().isoformat(), "heard_at": self._heard_at(car.vin),
            "no_answer_since": _iso(self._unanswered.get(car.vin)),
            "switches": [{"id": name, "on": on, "since": switches.since.get(name), **seen} for name, on in named.items()],
            "services": [{**self._service(name, switches), **seen} for name in self._services.positions],
        }  # fmt: skip

    def _service(self, name: str, switches: Switches) -> dict[str, Any]:
        why = self._why_off(switches, name)
        return {
            "id": name, "on": name not in switches.off, "since": switches.since.get(name), "working": not why,
            "because": OF_THE_APP[why] if why else None, "positions": self._services.positions[name],
            "group": "without_location" if name in WITHOUT_LOCATION else None,
        }  # fmt: skip

    def _heard_at(self, vin: str) -> str | None:
        """After a restart the stored rows tell."""
        rows = [self._vault.newest(name, vin) for name in (*KNOWN, MESSAGE, PRIVATE_MESSAGE)]
        known = [row.stored_at for row in rows if row is not None]
        return _iso(self._heard.get(vin) or max(known, default=None))


def refused(reason: str, service: str | None = None) -> Refused:
    """In the public interface's manner: 405 is how it says that a switch in the car keeps the app out."""
    body = {"message": "MOBILE_ACCESS_DISABLED", "reason": reason, "service": service, "detail": SENTENCES[reason]}
    return Refused(405, SENTENCES[reason], body=body)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
