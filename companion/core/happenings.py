"""What happened, as values. `reduce` turns a state and a happening into the next state; nothing else does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.model.charge_plan import ChargePlan
from companion.model.command import Command, Phase
from companion.model.held import HeldTable
from companion.model.in_car import InCar
from companion.model.map_pictures import Supply
from companion.model.message import Message
from companion.model.privacy import ActionView, Holding, Hop, Transmission
from companion.model.receipt import Deletion, Receipt
from companion.model.state import Account, Notice, Reading
from companion.model.today import Today
from companion.model.vehicle import Vehicle


@dataclass(frozen=True, slots=True)
class AccountMoved:
    account: Account


@dataclass(frozen=True, slots=True)
class SignedOut:
    """The account is left: its cars, commands and panel go with it."""

    error: str | None = None
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BackendFound:
    name: str
    is_demo: bool
    clock_offset: timedelta
    stage_open: bool = False


@dataclass(frozen=True, slots=True)
class ClockSet:
    clock_offset: timedelta


@dataclass(frozen=True, slots=True)
class LinkMoved:
    """`since`: when the link was lost, on the owner's clock."""

    online: bool
    streaming: bool
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class FieldArmed:
    """Demo staff planted a field into the next command; None: it is used up."""

    field: str | None


@dataclass(frozen=True, slots=True)
class VehiclesListed:
    vehicles: tuple[Vehicle, ...]


@dataclass(frozen=True, slots=True)
class VehicleSelected:
    vin: str


@dataclass(frozen=True, slots=True)
class VehicleRead:
    """`asked` True: an answer to a read, False: an event. The newer report wins."""

    vehicle: Vehicle
    asked: bool = True


@dataclass(frozen=True, slots=True)
class ReadingMoved:
    reading: Reading
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class DeletionFailed:
    """The account is still there, and why; with None that is over."""

    error: str | None
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmAcknowledging:
    """Its number, while that is under way; "": over."""

    number: str


@dataclass(frozen=True, slots=True)
class CommandStarted:
    command: Command


@dataclass(frozen=True, slots=True)
class CommandMoved:
    """By our id, or by the backend's when it comes as an event."""

    phase: Phase
    at: datetime
    id: str = ""
    remote_id: str | None = None
    reason: str | None = None
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Focused:
    action: str


@dataclass(frozen=True, slots=True)
class Previewed:
    view: ActionView


@dataclass(frozen=True, slots=True)
class EntryMoved:
    """An entry opened or settled. `view` is the frame of its action, for the first entry of a press."""

    entry: Transmission
    view: ActionView


@dataclass(frozen=True, slots=True)
class EntriesMoved:
    """Many alike at once, in their order."""

    moved: tuple[EntryMoved, ...]


@dataclass(frozen=True, slots=True)
class Observed:
    """What the backend reports for one press."""

    action: str
    action_id: str
    hops: tuple[Hop, ...]
    holdings: tuple[Holding, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class LookFailed:
    """What the backend reports for one press could not be read."""

    action: str
    action_id: str


@dataclass(frozen=True, slots=True)
class TodaySeen:
    today: Today


@dataclass(frozen=True, slots=True)
class InCarSeen:
    in_car: InCar


@dataclass(frozen=True, slots=True)
class PlanSeen:
    plan: ChargePlan


@dataclass(frozen=True, slots=True)
class MapMoved:
    supply: Supply


@dataclass(frozen=True, slots=True)
class HeldMoved:
    """The table of what is held was asked for, read on, read anew or could not be read."""

    table: HeldTable


@dataclass(frozen=True, slots=True)
class ReceiptTaken:
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class AccountDeleted:
    """None: it has been read."""

    deletion: Deletion | None


@dataclass(frozen=True, slots=True)
class LedgerErased:
    pass


@dataclass(frozen=True, slots=True)
class MessageHeard:
    """One more; the same one again changes nothing."""

    message: Message


@dataclass(frozen=True, slots=True)
class MessagesSeen:
    """They were read, by their ids."""

    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class MessagesRecalled:
    """These and no others: as kept from before, or what is left of them."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class NoticeRaised:
    notice: Notice


@dataclass(frozen=True, slots=True)
class NoticeGone:
    id: int = 0
    key: str = ""


Happening = (
    AccountMoved | SignedOut | BackendFound | ClockSet | LinkMoved | FieldArmed | VehiclesListed | VehicleSelected
    | VehicleRead | ReadingMoved | CommandStarted | CommandMoved | Focused | Previewed | EntryMoved | EntriesMoved
    | Observed | LookFailed | MapMoved | AlarmAcknowledging
    | TodaySeen | InCarSeen | PlanSeen | HeldMoved | ReceiptTaken | AccountDeleted | DeletionFailed | LedgerErased
    | MessageHeard | MessagesSeen | MessagesRecalled | NoticeRaised | NoticeGone
)  # fmt: skip
