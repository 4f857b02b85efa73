"""A message as JSON, as it is told and as it is kept."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from companion.api.values import flag, moment, number, word
from companion.model.alarms import LONGEST_NAME
from companion.model.message import VALUES, Message, MessageKind

ID = re.compile("[!-~]{1,64}")
EVENT = re.compile("E-[0-9]{1,15}")
WORD = re.compile(r"\w[\w .-]{0,63}")
"""A reason or a service's name: one that nobody would show as it is, is none."""


def message_of(table: Any, ident: str) -> Message | None:
    """None: of a kind that this version does not know. Raises one of UNREADABLE."""
    kind = word(table["kind"])
    if kind not in list(MessageKind):
        return None
    at, reason = moment(table["at"]), table["reason"]
    if at is None or not ID.fullmatch(ident):
        raise ValueError("not a message")
    known = MessageKind(kind)
    values = ((name, number(table["values"].get(name))) for name in VALUES.get(known, ()))
    return Message(
        ident, word(table["vin"]), known, None if reason is None else _name(reason),
        {name: value for name, value in values if value is not None}, at, _name(table["service"]),
        _ring(table["values"].get("name")), _event(table.get("event")),
    )  # fmt: skip


def kept_message(table: Any) -> tuple[Message | None, bool, datetime]:
    """One that was kept, whether it was read, and when it was heard. Raises one of UNREADABLE."""
    heard, is_read = moment(table["heard_at"]), flag(table["is_read"])
    if heard is None or is_read is None:
        raise ValueError("not kept by this app")
    return message_of(table, word(table["id"])), is_read, heard


def table_of(message: Message) -> dict[str, Any]:
    named = {} if message.name is None else {"name": message.name}
    event = {} if message.event is None else {"event": message.event}
    return {
        "id": message.id, "vin": message.vin, "kind": message.kind.value, "reason": message.reason,
        "values": {**message.values, **named}, "at": message.at.isoformat(), "service": message.service,
        "is_read": message.is_read, "heard_at": message.heard_at.isoformat() if message.heard_at else None, **event,
    }  # fmt: skip


def _ring(value: Any) -> str | None:
    """As its owner named it."""
    if value is not None and (not isinstance(value, str) or len(value) > LONGEST_NAME):
        raise ValueError("not a name")
    return value


def _event(value: Any) -> str | None:
    if value is not None and (not isinstance(value, str) or not EVENT.fullmatch(value)):
        raise ValueError("not an event")
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or not WORD.fullmatch(value):
        raise ValueError("not a name")
    return value
