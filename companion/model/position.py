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
