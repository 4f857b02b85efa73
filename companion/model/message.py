"""What the maker tells of a car by itself: that charging or climate began, ended or did not come about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST = 200
"""Messages that the app remembers; the oldest go first."""


class Topic(StrEnum):
    """What a message is about, by the name of the page that shows it."""

    CHARGING = "charging"
    CLIMATE = "climate"
    ALARMS = "map"


class MessageKind(StrEnum):
    CHARGING_STARTED = "charging_started"
    CHARGING_COMPLETED = "charging_completed"
    CHARGING_STOPPED = "charging_stopped"
    CHARGING_FAILED = "charging_failed"
    TARGET_NOT_REACHED = "target_not_reached"
    CLIMATE_STARTED = "climate_started"
    CLIMATE_FINISHED = "climate_finished"
    CLIMATE_STOPPED = "climate_stopped"
    CLIMATE_NOT_POSSIBLE = "climate_not_possible"
    LOCATION_ENTERED = "location_entered"
    LOCATION_LEFT = "location_left"
    VALET_RADIUS = "valet_radius"
    VALET_SPEED = "valet_speed"
    SPEED_EXCEEDED = "speed_exceeded"
    VEHICLE_ALARM = "vehicle_alarm"

    @property
    def topic(self) -> Topic:
        first = self.partition("_")[0]
        return {"climate": Topic.CLIMATE, "charging": Topic.CHARGING, "target": Topic.CHARGING}.get(first, Topic.ALARMS)


VALUES: Mapping[MessageKind, tuple[str, ...]] = {
    MessageKind.CHARGING_STARTED: ("percent", "target"),
    MessageKind.CHARGING_COMPLETED: ("percent",),
    MessageKind.CHARGING_STOPPED: ("percent",),
    MessageKind.CHARGING_FAILED: ("percent",),
    MessageKind.TARGET_NOT_REACHED: ("percent", "target"),
    MessageKind.CLIMATE_STARTED: ("target",),
    MessageKind.VALET_RADIUS: ("distance",),
    MessageKind.VALET_SPEED: ("speed",),
    MessageKind.SPEED_EXCEEDED: ("speed", "limit"),
}
"""What a kind tells besides its name; kinds that are not here tell nothing more."""


@dataclass(frozen=True, slots=True)
class Message:
    """`id`: the number under which it was told. `at`: on the backend's clock. `values`: as in VALUES, where they were told."""

    id: str
    vin: str
    kind: MessageKind
    reason: str | None
    values: Mapping[str, float]
    at: datetime
    service: str
    name: str | None = None
    """Of the ring that was crossed."""
    event: str | None = None
    """What it is in the history of an alarm, by its number there."""
    is_read: bool = False
    heard_at: datetime | None = None
    """When this app got it, on the owner's clock: its period counts from here."""

    @property
    def topic(self) -> Topic:
        return self.kind.topic
