"""What an answer says of a car, before anything of the model is made anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from companion.model.body import Opening, Part
from companion.model.change import changed
from companion.model.vehicle import Vehicle

PARTS = tuple(Part.__members__)


class Draft:
    """What an answer says of each part of the car, before anything of the model is made anew: once a part, or not at all."""

    def __init__(self, vehicle: Vehicle, own: dict[str, Any]) -> None:
        self.known = vehicle
        self.own = own
        self.parts: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.intervals: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.openings: dict[str, Opening] = {}
        """By the part's name: a member of an enum is hashed in Python, a hundred times an answer."""

    def built(self) -> Vehicle:
        if self.openings:
            others = {one.part.name: one for one in self.known.body.openings} | self.openings
            self.parts["body"]["openings"] = tuple([others[name] for name in PARTS if name in others])
        for name, change in self.intervals.items():
            self.parts["service"][name] = changed(getattr(self.known.service, name), change)
        parts = {name: changed(getattr(self.known, name), change) for name, change in self.parts.items()}
        return changed(self.known, {**self.own, **parts})


Value = Mapping[str, Any]
Reader = Callable[[Draft, Value], None]
