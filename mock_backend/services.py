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
    def statistics(self) -> str | None:
        """None for a service of our own: nobody counts how often it is used."""
        return None if self.command.startswith("product.") else f"{self.id}.usage_statistics"


def _switched(name: str) -> Service:
    """Services whose text has a command, its assignment to the car, and a message about its outcome."""
    message = f"{name}.status_message"
    return Service(name, f"{name}.command", message, f"{name}.vehicle_assignment", message)


LOCK, HORN = _switched("lock_unlock"), _switched("horn_and_flash")
CLIMATE = Service("climate", "climate.climate_command", "climate.climate_status")
CHARGING = Service("e_control", "e_control.charging_command", "e_control.charging_status")
AREAS = Service("location_alarm", "location_alarm.area_setup", "location_alarm.area_setup")
VALET = Service("valet_alarm", "valet_alarm.arming", "valet_alarm.arming")
SPEEDS = Service("speed_alarm", "product.speed_limits", "product.speed_limits")
"""What a car watches by itself: it answers with the settings, under the activity that they are set by."""
ALARMS = {
    "LOCATION_ALARMS_EDIT": AREAS, "SPEED_ALARMS_EDIT": SPEEDS, "VALET_ALARM_EDIT": VALET, "VALET_ALARM_DISABLE": VALET,
}  # fmt: skip
SERVICE = {
    "LOCK": LOCK, "UNLOCK": LOCK, "HONK_FLASH": HORN,
    "REMOTE_CLIMATIZER_START": CLIMATE, "REMOTE_CLIMATIZER_STOP": CLIMATE,
    "DIRECT_CHARGING_START": CHARGING, "DIRECT_CHARGING_STOP": CHARGING,
    "CHARGING_PROFILES_EDIT": CHARGING, "CHARGING_SETTINGS_EDIT": CHARGING,
    "TIMERS_EDIT": CHARGING, "TIMERS_DISABLE": CHARGING, "REMOTE_HEATING_START": CLIMATE, "REMOTE_HEATING_STOP": CLIMATE,
    **ALARMS,
}  # fmt: skip
"""SPIN_CHALLENGE is missing: it never reaches a car."""
TOPICS = {
    "e_control": "e_control.event_push", "climate": "climate.climate_notification",
    "valet_alarm": "valet_alarm.breach_message", "location_alarm": "location_alarm.push_message",
    "vehicle_alarm": "vehicle_alarm.alarm_notification", "speed_alarm": "product.speed_event",
}  # fmt: skip
"""Service -> the activity of its messages to the owner."""
BY_ID = {service.id: service for service in SERVICE.values()}
