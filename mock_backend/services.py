"""Which service of the notice a command belongs to, and under which of its activities each step runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """`assignment` and `message` are None where the notice knows no such step: then only the changed state is reported."""

    id: str
    command: str
    report: str
    assignment: str | None = None
    message: str | None = None

    @property
    def statistics(self) -> str:
        return f"{self.id}.usage_statistics"


def _switched(name: str) -> Service:
    """Services whose text has a command, its assignment to the car, and a message about its outcome."""
    message = f"{name}.status_message"
    return Service(name, f"{name}.command", message, f"{name}.vehicle_assignment", message)


LOCK, HORN = _switched("lock_unlock"), _switched("horn_and_flash")
CLIMATE = Service("climate", "climate.climate_command", "climate.climate_status")
CHARGING = Service("e_control", "e_control.charging_command", "e_control.charging_status")
SERVICE = {
    "LOCK": LOCK, "UNLOCK": LOCK, "HONK_FLASH": HORN,
    "REMOTE_CLIMATIZER_START": CLIMATE, "REMOTE_CLIMATIZER_STOP": CLIMATE,
    "DIRECT_CHARGING_START": CHARGING, "DIRECT_CHARGING_STOP": CHARGING,
    "CHARGING_PROFILES_EDIT": CHARGING, "CHARGING_SETTINGS_EDIT": CHARGING,
    "TIMERS_EDIT": CHARGING, "TIMERS_DISABLE": CHARGING, "REMOTE_HEATING_START": CLIMATE, "REMOTE_HEATING_STOP": CLIMATE,
}  # fmt: skip
"""SPIN_CHALLENGE is missing: it never reaches a car."""
TOPICS = {
    "e_control": "e_control.event_push", "climate": "climate.climate_notification",
    "valet_alarm": "valet_alarm.breach_message",
}  # fmt: skip
"""Service -> the activity of its messages to the owner."""
BY_ID = {service.id: service for service in SERVICE.values()}
