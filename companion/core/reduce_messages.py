"""How the messages of the snapshot change: newest first, each once, not more than fit."""

from __future__ import annotations

from dataclasses import replace

from companion.core import happenings as h
from companion.model.message import MOST, Message


def messages(known: tuple[Message, ...], happening: h.Happening) -> tuple[Message, ...]:
    match happening:
        case h.MessageHeard(message):
            return _with(known, message)
        case h.MessagesSeen(ids):
            return tuple(replace(one, is_read=True) if one.id in ids and not one.is_read else one for one in known)
        case h.MessagesRecalled(recalled):
            return recalled[:MOST]
    raise TypeError(happening)


def _with(known: tuple[Message, ...], message: Message) -> tuple[Message, ...]:
    if any(one.id == message.id for one in known):
        return known
    # Of two at the same moment the later told stands first.
    return tuple(sorted((message, *known), key=lambda one: one.at, reverse=True)[:MOST])
