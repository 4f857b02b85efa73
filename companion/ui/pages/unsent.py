"""What two pages change together and have not sent."""

from __future__ import annotations

from dataclasses import dataclass

from companion.model.charging import TimersWish


@dataclass(slots=True)
class Unsent:
    """What was changed of a car's departures and not sent: one list, on whichever page it was changed."""

    wish: TimersWish | None = None
    of: str = ""
