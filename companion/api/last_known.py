"""What the owner's cars said last, in one file: shown when the app starts and nobody answers.

It keeps the answers as they came and reads them with the same readers. It is written only for a sign-in that the keyring
keeps too, and goes with it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from companion.api.own_file import erase_file, replace_file
from companion.api.vehicles import garage_of, overview_of
from companion.errors import AnswerError
from companion.model.vehicle import Vehicle, is_overtaken
from companion.net.client import MAX_BODY, UNREADABLE, parse

log = logging.getLogger(__name__)
VERSION = 1
FURTHEST = 1e11
"""Seconds that a clock may be off: some 3000 years."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose cars they are. `key_name`: under which the keyring has the sign-in."""

    key_name: str
    email: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """The file's content. `clock_offset`: the backend's clock minus ours, when it was last heard of."""

    owner: Owner
    clock_offset: timedelta
    vehicles: tuple[Vehicle, ...]


@dataclass(frozen=True, slots=True)
class _Overview:
    table: dict[str, Any]
    reported_at: datetime | None


class LastKnown:
    """`path` None keeps nothing. Nothing is written before `begin` and after `erase`."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._owner = Owner("", "")
        self._is_keeping = False
        self._offset = timedelta()
        self._rows: list[Any] = []
        self._overviews: dict[str, _Overview] = {}
        self.written_at: datetime | None = None
        """When the file was last written by this run, on the owner's clock; None: it holds nothing of it."""

    def load(self) -> Recalled | None:
        """What an earlier run left. A damaged or foreign file is passed over."""
        if self._path is None:
            return None
        try:
            with self._path.open("rb") as file:
                table = parse(file.read(MAX_BODY + 1))
            found = _recalled(table)
        except (OSError, AnswerError, *UNREADABLE):
            return None
        known = {vehicle.vin: vehicle.reported_at for vehicle in found.vehicles}
        self._owner, self._offset, self._rows = found.owner, found.clock_offset, table["cars"]
        self._overviews = {vin: _Overview(one, known[vin]) for vin, one in table["overviews"].items() if vin in known}
        return found

    def begin(self, owner: Owner, clock_offset: timedelta) -> None:
        """From here on everything that is told of this owner's cars is kept."""
        if owner != self._owner:
            self._rows, self._overviews = [], {}
        self._owner, self._offset, self._is_keeping = owner, clock_offset, True

    def erase(self) -> None:
        self._is_keeping, self.written_at = False, None
        self._owner, self._rows, self._overviews = Owner("", ""), [], {}
        if self._path is not None:
            erase_file(self._path, "last known state")

    # -- what was told ------------------------------------------------------------------------------------------

    def listed(self, rows: list[Any]) -> None:
        """The garage's rows as they came. What is known of other cars goes."""
        vins = {row["vin"] for row in rows}
        self._rows = rows
        self._overviews = {vin: one for vin, one in self._overviews.items() if vin in vins}
        self._write()

    def overview(self, table: dict[str, Any], reported_at: datetime | None) -> None:
        """A car's answer as it came; an event may have overtaken it."""
        if not self._is_newer(table["vin"], reported_at, asked=True):
            return
        self._overviews[table["vin"]] = _Overview(table, reported_at)
        self._write()

    def measured(self, vin: str, measurements: Iterable[Any], reported_at: datetime | None) -> None:
        """An event's measurements as they came; the answer they change is patched."""
        row = next((row for row in self._rows if row["vin"] == vin), None)
        if row is None or not self._is_newer(vin, reported_at, asked=False):
            return
        # The list's own time is not the car's.
        table = self._overviews[vin].table if vin in self._overviews else {**row, "timestamp": None, "measurements": []}
        patched = {**table, "measurements": _patched(table["measurements"], measurements)}
        self._overviews[vin] = _Overview(patched, reported_at)
        self._write()

    def clock(self, offset: timedelta) -> None:
        """The backend's clock; one that only drifts is not worth a write."""
        moved = abs(offset - self._offset) > timedelta(seconds=1)
        if moved:
            self._offset = offset
            self._write()

    # -- the file -----------------------------------------------------------------------------------------------

    def _is_newer(self, vin: str, reported_at: datetime | None, *, asked: bool) -> bool:
        held = self._overviews.get(vin)
        return held is None or not is_overtaken(reported_at, held.reported_at, asked)

    def _write(self) -> None:
        """Replaces the file in one step, for its owner's eyes only; a disk that cannot is no reason to stop."""
        if self._path is None or not self._is_keeping:
            return
        table = {
            "version": VERSION, "key_name": self._owner.key_name, "email": self._owner.email,
            "clock_offset": self._offset.total_seconds(), "cars": self._rows,
            "overviews": {vin: one.table for vin, one in self._overviews.items()},
        }  # fmt: skip
        try:
            replace_file(self._path, json.dumps(table).encode())
            self.written_at = datetime.now(UTC)
        except (OSError, RecursionError) as error:
            log.warning("last known state not kept: %s", type(error).__name__)


def _recalled(table: Any) -> Recalled:
    """Raises what a table of another shape raises."""
    owner, offset = Owner(table["key_name"], table["email"]), table["clock_offset"]
    if table["version"] != VERSION or not isinstance(owner.email, str):
        raise ValueError("not of this version")
    if not isinstance(owner.key_name, str) or not owner.key_name:
        raise ValueError("nobody's")
    if isinstance(offset, bool) or not isinstance(offset, int | float) or not abs(offset) < FURTHEST:
        raise ValueError("not a clock")
    overviews = table["overviews"]
    if not isinstance(overviews, dict):
        raise ValueError("no overviews")
    cars = (overview_of(overviews[car.vin], car) if car.vin in overviews else car for car in garage_of(table["cars"]))
    return Recalled(owner, timedelta(seconds=offset), tuple(cars))


def _patched(old: Iterable[Any], new: Iterable[Any]) -> list[Any]:
    """As `readings.apply` takes them one after the other: a measurement that is switched off leaves the last value."""
    kept = list(old)
    for one in new:
        is_value = _is_value(one)
        if is_value or not one["status"]["isEnabled"]:
            kept = [other for other in kept if other["key"] != one["key"] or (_is_value(other) and not is_value)]
            kept.append(one)
    return kept


def _is_value(measurement: Any) -> bool:
    return bool(measurement["status"]["isEnabled"]) and isinstance(measurement.get("value"), dict)
