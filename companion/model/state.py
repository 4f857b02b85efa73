"""The one snapshot that the app shows. Only `core/reduce.py` makes a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from companion.model.charge_plan import ChargePlan
from companion.model.command import Command, Kind
from companion.model.held import HeldTable
from companion.model.in_car import InCar
from companion.model.map_pictures import Supply
from companion.model.message import Message
from companion.model.privacy import Privacy
from companion.model.receipt import Deletion, Receipt
from companion.model.today import Today
from companion.model.vehicle import Vehicle


class SignInStage(StrEnum):
    STARTING = "starting"
    """Before the backend answered and the keyring was asked."""
    SIGNED_OUT = "signed_out"
    SIGNING_IN = "signing_in"
    SIGNED_IN = "signed_in"


@dataclass(frozen=True, slots=True)
class Account:
    stage: SignInStage = SignInStage.STARTING
    email: str = ""
    error: str | None = None
    """Error key of the last attempt, e.g. `sign_in.wrong_credentials`."""
    error_params: tuple[tuple[str, str], ...] = ()
    captcha: bytes | None = None
    """A picture (SVG or PNG) whose letters the sign-in service wants."""
    remembered: bool | None = None
    """False: no keyring on this computer, the sign-in lasts as long as the app runs."""


@dataclass(frozen=True, slots=True)
class Link:
    """The way to the backend. `since`: when it was lost, on the owner's clock."""

    online: bool = True
    since: datetime | None = None
    streaming: bool = False
    backend_name: str = ""
    is_demo: bool = False
    stage_open: bool = False
    """This app may move the demo clock."""
    planted: str | None = None
    """Name of a field that demo staff planted into the next command."""
    clock_offset: timedelta = timedelta()
    """The backend's clock minus ours; for ages and countdowns."""


class Reading(StrEnum):
    IDLE = "idle"
    STORED = "stored"
    WAKING = "waking"


class Tone(StrEnum):
    OK = "ok"
    INFO = "info"
    WARN = "warn"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence at the bottom left. `key` and `params` become words in `ui/notice.py` and nowhere else."""

    id: int
    key: str
    params: tuple[tuple[str, str], ...] = ()
    tone: Tone = Tone.INFO
    action: str | None = None
    """Key of the one action it offers, e.g. `check_now`."""
    sticky: bool = False
    message: Message | None = None
    """What the maker told, where that is what the notice says."""


@dataclass(frozen=True, slots=True)
class State:
    account: Account = Account()
    link: Link = Link()
    vehicles: tuple[Vehicle, ...] = ()
    selected: str | None = None
    """VIN of the car on screen."""
    reading: Reading = Reading.IDLE
    read_failed: str | None = None
    """Error key of the last read; the last good values stay."""
    commands: tuple[Command, ...] = ()
    """The newest command of each kind and car."""
    privacy: Privacy = field(default_factory=Privacy)
    notices: tuple[Notice, ...] = ()
    messages: tuple[Message, ...] = ()
    """What the maker told of the owner's cars, newest first."""
    today: Today = field(default_factory=Today)
    held: HeldTable = field(default_factory=HeldTable)
    """Everything that every party holds, as far as it was looked at."""
    receipts: tuple[Receipt, ...] = ()
    """The last two, older first: what lay in the files before and after."""
    in_car: InCar = field(default_factory=InCar)
    plan: ChargePlan | None = None
    """How the selected car would charge, as it last said."""
    charge_seen: tuple[tuple[datetime, float], ...] = ()
    """How full the selected car was, as this app saw it since it was selected: kept in memory only."""
    acknowledging: str = ""
    """The alarm that is being acknowledged, by its number."""
    map_supply: Supply = Supply()
    """What the map's source can give, and what is wrong with it; the pictures themselves are not in the snapshot."""
    end_failed: str | None = None
    """Error key of the last try to delete the account."""
    end_params: tuple[tuple[str, str], ...] = ()
    deletion: Deletion | None = None
    """What the deletion of the account erased; until it has been read."""

    @property
    def vehicle(self) -> Vehicle | None:
        return next((v for v in self.vehicles if v.vin == self.selected), None)

    def command(self, kind: Kind, vin: str | None = None) -> Command | None:
        vin = vin or self.selected
        return next((c for c in self.commands if c.kind is kind and c.vin == vin), None)
