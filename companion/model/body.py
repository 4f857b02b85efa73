"""Doors, windows, lids and the lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Part(StrEnum):
    """A part of the body that opens; the names are those of the maker's OPEN_STATE keys, lower-cased."""

    DOOR_FRONT_LEFT = "door_front_left"
    DOOR_FRONT_RIGHT = "door_front_right"
    DOOR_REAR_LEFT = "door_rear_left"
    DOOR_REAR_RIGHT = "door_rear_right"
    WINDOW_FRONT_LEFT = "window_front_left"
    WINDOW_FRONT_RIGHT = "window_front_right"
    WINDOW_REAR_LEFT = "window_rear_left"
    WINDOW_REAR_RIGHT = "window_rear_right"
    LID_FRONT = "lid_front"
    LID_REAR = "lid_rear"
    SUNROOF = "sunroof"

    @property
    def is_door(self) -> bool:
        return self.value.startswith("door_")

    @property
    def is_window(self) -> bool:
        return self.value.startswith(("window_", "sunroof"))

    @property
    def is_lid(self) -> bool:
        return self.value.startswith("lid_")


@dataclass(frozen=True, slots=True)
class Opening:
    """One part: open, closed, or None where the car has not said."""

    part: Part
    is_open: bool | None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Body:
    is_locked: bool | None = None
    locked_since: datetime | None = None
    openings: tuple[Opening, ...] = ()
    parking_light: bool | None = None

    def opening(self, part: Part) -> Opening:
        for one in self.openings:
            if one.part is part:
                return one
        return Opening(part, None)

    def open_parts(self) -> tuple[Opening, ...]:
        return tuple(one for one in self.openings if one.is_open)
