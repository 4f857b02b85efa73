"""The messages: heard, told once, read, kept as long as the owner wants, and gone with the sign-in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from companion.api.inbox_file import Kept
from companion.api.last_known import Owner
from companion.core.context import Context
from companion.core.happenings import MessageHeard, MessagesRecalled, MessagesSeen
from companion.model.command import Command, Kind, Phase
from companion.model.message import Message, MessageKind
from companion.model.state import Tone

CAUSED = {
    MessageKind.CHARGING_STARTED: Kind.CHARGE_START, MessageKind.CHARGING_STOPPED: Kind.CHARGE_STOP,
    MessageKind.CLIMATE_STARTED: Kind.CLIMATE_START, MessageKind.CLIMATE_STOPPED: Kind.CLIMATE_STOP,
}  # fmt: skip
"""What a press in this app brings about, and the press."""
JUST = timedelta(minutes=1)
"""So long after its end a press is what a message is about."""
WORRYING = (
    MessageKind.CHARGING_STOPPED, MessageKind.CHARGING_FAILED, MessageKind.TARGET_NOT_REACHED, MessageKind.CLIMATE_STOPPED,
    MessageKind.CLIMATE_NOT_POSSIBLE,
)  # fmt: skip


class Inbox:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._file = context.apis.inbox
        self._owner: Owner | None = None
        self._is_keeping = False
        self._kept: Kept | None = None
        """What an earlier run left, until somebody signs in."""

    # -- life ---------------------------------------------------------------------------------------------------

    def look_back(self) -> None:
        self._kept = self._file.load()

    def enter(self, owner: Owner, kept: bool) -> None:
        """Somebody is signed in: their messages of before, and nobody else's. `kept`: the keyring has the sign-in."""
        if self._owner is None or not _is_same(self._owner, owner):
            before = self._kept if self._kept is not None and _is_same(self._kept.owner, owner) else Kept(owner)
            self._context.store.apply(MessagesRecalled(self._young(before.messages)))
            events = self._context.apis.events
            events.last_id = events.last_id or before.last_event
        self._owner, self._kept, self._is_keeping = owner, None, kept
        if kept:
            self.keep()
        else:
            # Without the sign-in nobody could look at it again.
            self._file.erase()

    def leave(self) -> None:
        """The sign-in is over. What is on screen goes with the account's state."""
        self._owner, self._kept, self._is_keeping = None, None, False
        self._file.erase()

    def keep(self) -> None:
        if self._owner is not None and self._is_keeping:
            self._file.keep(Kept(self._owner, self._context.state.messages, self._context.apis.events.last_id))

    # -- what happens -------------------------------------------------------------------------------------------

    def take(self, message: Message) -> None:
        """In the list in any case; said only where the owner wants it and does not know it already."""
        before = self._context.state.messages
        self._context.store.apply(MessageHeard(replace(message, heard_at=self._context.now)))
        if self._context.state.messages == before:
            return
        self.keep()
        if self._context.settings.says(message.kind) and not self._was_pressed(message):
            self._say(message)

    def seen(self, ids: frozenset[str]) -> None:
        self._context.store.apply(MessagesSeen(ids))
        self.keep()

    def clear(self) -> None:
        self._context.store.apply(MessagesRecalled(()))
        self.keep()

    def expire(self) -> None:
        self._context.store.apply(MessagesRecalled(self._young(self._context.state.messages)))
        self.keep()

    # -- helpers ------------------------------------------------------------------------------------------------

    def _say(self, message: Message) -> None:
        cars = self._context.state.vehicles
        name = next((one.name for one in cars if one.vin == message.vin), "") if len(cars) > 1 else ""
        tone = Tone.WARN if message.kind in WORRYING else Tone.INFO
        self._context.tell(message, tone, name)

    def _was_pressed(self, message: Message) -> bool:
        """The owner just did it here, and the command's own end says so."""
        kind = CAUSED.get(message.kind) if message.reason in (None, "STOPPED") else None
        command = self._context.state.command(kind, message.vin) if kind is not None else None
        return command is not None and (command.is_running or _just_ended(command, message.at))

    def _young(self, messages: tuple[Message, ...]) -> tuple[Message, ...]:
        edge = self._context.now - timedelta(days=self._context.settings.ledger_days)
        return tuple(one for one in messages if one.heard_at is None or one.heard_at > edge)


def _just_ended(command: Command, at: datetime) -> bool:
    return command.phase is Phase.DONE and command.ended_at is not None and abs(at - command.ended_at) < JUST


def _is_same(one: Owner, other: Owner) -> bool:
    """The keyring keeps one sign-in for each backend; its e-mail may not be known yet."""
    return one.key_name == other.key_name and (not one.email or not other.email or one.email == other.email)
