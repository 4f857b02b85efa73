"""Where the car last said it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Position:
    """WGS 84 degrees; heading in degrees clockwise from north."""

    latitude: float
    longitude: float
    heading: float | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """Why the car last said where it is, in its own word (notice line 415: DRIVE_OFF, DOOR, ASKED ...), and when."""

    trigger: str
    at: datetime | None = None
