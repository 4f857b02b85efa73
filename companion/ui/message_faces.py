"""What a message says, and where: no widgets here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QDate

from companion.model.message import VALUES, Message, MessageKind
from companion.model.state import Notice, State
from companion.ui import format as fmt
from companion.ui.pages.climate_faces import degrees
from companion.ui.text import has, text

ICONS: dict[MessageKind, tuple[str, str]] = {
    MessageKind.CHARGING_STARTED: ("charge", "accent"),
    MessageKind.CHARGING_COMPLETED: ("battery", "ok"),
    MessageKind.CHARGING_STOPPED: ("plug", "text-2"),
    MessageKind.CHARGING_FAILED: ("warning", "danger"),
    MessageKind.TARGET_NOT_REACHED: ("clock", "warn"),
    MessageKind.CLIMATE_STARTED: ("climate", "accent"),
    MessageKind.CLIMATE_FINISHED: ("climate", "ok"),
    MessageKind.CLIMATE_STOPPED: ("climate", "text-2"),
    MessageKind.CLIMATE_NOT_POSSIBLE: ("warning", "warn"),
    MessageKind.LOCATION_ENTERED: ("enter", "accent"),
    MessageKind.LOCATION_LEFT: ("leave", "accent"),
    MessageKind.VALET_RADIUS: ("valet", "warn"),
    MessageKind.VALET_SPEED: ("valet", "warn"),
    MessageKind.SPEED_EXCEEDED: ("speed", "warn"),
    MessageKind.VEHICLE_ALARM: ("warning", "danger"),
}
"""Icon and its token."""
UNITS: dict[tuple[MessageKind, str], Callable[[float], str]] = {
    (MessageKind.CLIMATE_STARTED, "target"): degrees, (MessageKind.VALET_RADIUS, "distance"): fmt.distance,
    (MessageKind.VALET_SPEED, "speed"): fmt.speed, (MessageKind.SPEED_EXCEEDED, "speed"): fmt.speed,
    (MessageKind.SPEED_EXCEEDED, "limit"): fmt.speed,
}  # fmt: skip
"""A value that is not a share of a charge."""


def sentence(message: Message) -> str:
    """What happened, and why where a reason was told; a word that this version does not know is said as the car's own."""
    happened = _happened(message)
    if message.reason is None:
        return text("message.plain", what=happened)
    why = f"message.because_{message.reason.lower()}"
    if has(why):
        return text("message.with_reason", what=happened, why=text(why))
    return text("message.with_word", what=happened, word=message.reason.replace("_", " ").lower())


def _happened(message: Message) -> str:
    if message.name is not None and message.kind in (MessageKind.LOCATION_ENTERED, MessageKind.LOCATION_LEFT):
        return text(f"message.{message.kind}", name=message.name)
    names = VALUES.get(message.kind, ())
    given = {name: message.values[name] for name in names if name in message.values}
    if not names or len(given) < len(names):
        return text(f"message.{message.kind}_bare")
    return text(f"message.{message.kind}", **{name: _value(message.kind, name, value) for name, value in given.items()})


def _value(kind: MessageKind, name: str, value: float) -> str:
    return UNITS.get((kind, name), fmt.percent)(value)


def notice(told: Notice) -> str:
    """As a notice at the bottom says it: with the car, where there are several."""
    assert told.message is not None
    car = dict(told.params).get("car", "")
    words = sentence(told.message)
    return text("message.of_car", car=car, words=words) if car else words


def car(message: Message, state: State) -> str:
    """Its name; one that is no longer in the garage by its number."""
    return next((one.name for one in state.vehicles if one.vin == message.vin), message.vin)


def day(moment: datetime, now: datetime) -> str:
    """The head of a day: today, yesterday, a weekday with its date; in another year with that too."""
    date, today = moment.astimezone().date(), now.astimezone().date()
    days = (today - date).days
    if days in (0, 1):
        return text("inbox.yesterday" if days else "inbox.today")
    shown = QDate(date.year, date.month, date.day)
    return fmt.written(shown, "ddd d MMM" if date.year == today.year else "d MMM yyyy")


def spoken(message: Message, state: State, now: datetime | None = None) -> str:
    """All of a row, for a screen reader."""
    words = f"{sentence(message)} {car(message, state)}, {fmt.day(message.at, now or datetime.now(UTC))}"
    return words if message.is_read else text("inbox.spoken_unread", words=words)
