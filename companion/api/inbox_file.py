"""The messages that this app got, in one file, so that they are there after a restart.

It is written only for a sign-in that the keyring keeps too, and goes with it. With the messages it keeps the number of the
last event: what was told while the app was closed is asked for when it starts again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from companion.api.last_known import Owner
from companion.api.messages import ID, kept_message, table_of
from companion.api.own_file import erase_file, replace_file
from companion.errors import AnswerError
from companion.model.message import Message
from companion.net.client import MAX_BODY, UNREADABLE, parse

log = logging.getLogger(__name__)
VERSION = 1


@dataclass(frozen=True, slots=True)
class Kept:
    owner: Owner
    messages: tuple[Message, ...] = ()
    last_event: str = ""


class InboxFile:
    """`path` None keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._written: Kept | None = None

    def load(self) -> Kept | None:
        """What an earlier run left. A damaged or foreign file is passed over."""
        if self._path is None:
            return None
        try:
            with self._path.open("rb") as file:
                return _kept(parse(file.read(MAX_BODY + 1)))
        except (OSError, AnswerError, *UNREADABLE):
            return None

    def keep(self, kept: Kept) -> None:
        """A disk that cannot is no reason to stop."""
        if self._path is None or kept == self._written:
            return
        table = {
            "version": VERSION, "key_name": kept.owner.key_name, "email": kept.owner.email, "last_event": kept.last_event,
            "messages": [table_of(message) for message in kept.messages],
        }  # fmt: skip
        try:
            replace_file(self._path, json.dumps(table).encode())
            self._written = kept
        except OSError as error:
            log.warning("messages not kept: %s", type(error).__name__)

    def erase(self) -> None:
        self._written = None
        if self._path is not None:
            erase_file(self._path, "messages")


def _kept(table: Any) -> Kept:
    """Raises what a table of another shape raises."""
    owner, last = Owner(table["key_name"], table["email"]), table["last_event"]
    if table["version"] != VERSION or not isinstance(owner.email, str):
        raise ValueError("not of this version")
    if not isinstance(owner.key_name, str) or not owner.key_name:
        raise ValueError("nobody's")
    if not isinstance(last, str) or (last and not ID.fullmatch(last)):
        raise ValueError("not a number of an event")
    return Kept(owner, tuple(_messages(table["messages"])), last)


def _messages(rows: Any) -> Iterable[Message]:
    """A kind of a later version is left out."""
    if not isinstance(rows, list):
        raise ValueError("no messages")
    for row in rows:
        message, is_read, heard = kept_message(row)
        if message is not None:
            yield replace(message, is_read=is_read, heard_at=heard)
