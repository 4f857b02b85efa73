"""The messages behind the bell: how they read, what is filtered, when they are read, where a press leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from companion.model.message import VALUES, Message, MessageKind
from companion.model.state import Notice, State, Tone
from ui.snapshots import NOW, VIN, car, state

OTHER = "WP1ZZZ9YZSDA20002"
TOLD = {"percent": 62.0, "target": 85.0}


def message(
    kind: MessageKind, number: int = 1, reason: str | None = None, ago: timedelta = timedelta(), **more: object
) -> Message:
    values = {name: 21.5 if kind is MessageKind.CLIMATE_STARTED else TOLD[name] for name in VALUES.get(kind, ())}
    service = "climate" if kind.startswith("climate") else "e_control"
    whole = Message(str(number), VIN, kind, reason, values, NOW - ago, service, heard_at=NOW - ago)
    return replace(whole, **more)  # type: ignore[arg-type]


ALL = (
    message(MessageKind.CHARGING_STARTED, 20),
    message(MessageKind.CLIMATE_STARTED, 19, ago=timedelta(minutes=9)),
    message(MessageKind.CLIMATE_STOPPED, 18, "BATTERY_LOW", timedelta(minutes=41), vin=OTHER),
    message(MessageKind.CHARGING_STOPPED, 17, "UNPLUGGED", timedelta(days=1), is_read=True),
    message(MessageKind.CHARGING_STOPPED, 16, "STOPPED", timedelta(days=1, minutes=3), is_read=True),
    message(MessageKind.CHARGING_FAILED, 15, "POST_FAULT", timedelta(days=1, minutes=7), is_read=True),
    message(MessageKind.TARGET_NOT_REACHED, 14, None, timedelta(days=3), is_read=True),
    message(MessageKind.CLIMATE_NOT_POSSIBLE, 13, "BATTERY_LOW", timedelta(days=3, minutes=2), is_read=True),
    message(MessageKind.CLIMATE_FINISHED, 12, None, timedelta(days=4), is_read=True),
    message(MessageKind.CHARGING_COMPLETED, 11, None, timedelta(days=400), is_read=True),
    message(MessageKind.CHARGING_STOPPED, 10, "GRID_OFF", timedelta(days=401), is_read=True, vin="WP0ZZZ99ZGONE0003"),
)
TWO = (car(), replace(car(), vin=OTHER, name="Cayenne"))


def shown(*messages: Message, cars: tuple[object, ...] = TWO, **more: object) -> State:
    return state(vehicles=cars, messages=messages, **more)


STATES: dict[str, State] = {
    "all": shown(*ALL),
    "one car": shown(*(one for one in ALL if one.vin == VIN), cars=TWO[:1]),
    "few": shown(*ALL[:3]),
    "empty": shown(),
    "toast": shown(*ALL, notices=(Notice(1, "message.told", (("car", "Cayenne"),), Tone.WARN, "show", message=ALL[2]),)),
}
