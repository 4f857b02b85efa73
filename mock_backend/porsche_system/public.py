"""The public interface's part of this party as an OpenAPI document: nobody is served it; it says what the routes keep to."""

from __future__ import annotations

import functools
import operator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from mock_backend import describe
from mock_backend.describe import Operation, parameter
from mock_backend.localtime import WEEKDAYS
from mock_backend.porsche_system.alarm_edits import FASTEST, LARGEST, NAME, PRESET, SLOWEST, SMALLEST
from mock_backend.porsche_system.alarm_edits import MOST as AREAS
from mock_backend.porsche_system.checks import HIGHEST, LOWEST
from mock_backend.porsche_system.payloads import COOLEST, HOTTEST, MODES, WARMEST
from mock_backend.porsche_system.timers import KIND, MOST, TRIGGER

CARS = "/app/connect/v1/vehicles"


class Refusal(Struct):
    """What the public clients read: the word in `message`. `field` names the wrong one, in the row `index` of a list."""

    message: str
    wrong: str | UnsetType = field(name="field", default=UNSET)
    index: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    detail: str | UnsetType = UNSET
    key: str | UnsetType = UNSET
    remainingTries: Annotated[int, Meta(ge=1)] | UnsetType = UNSET
    retryAfterSeconds: Annotated[int, Meta(ge=1)] | UnsetType = UNSET


class ModelType(Struct):
    year: str
    engine: Literal["BEV", "PHEV", "COMBUSTION"]
    code: str
    body: str
    generation: str
    model: str


class Colour(Struct):
    primaryExteriorColor: Annotated[str, Meta(pattern="^[0-9A-Fa-f]{6}$")]


class Listed(Struct):
    vin: str
    modelName: str
    customName: str
    modelType: ModelType
    systemInfo: dict[str, Any]
    connect: bool
    exteriorColorName: str
    color: Colour
    timestamp: str


class Can(Struct):
    isEnabled: bool
    cause: str | UnsetType = UNSET


class Measurement(Struct):
    key: str
    status: Can
    value: dict[str, Any] | UnsetType = UNSET


class Capability(Struct):
    key: str
    status: Can
    metadata: dict[str, Any] | UnsetType = UNSET


class Overview(Listed):
    """With `cf=` keys the commands, else the measurements."""

    measurements: list[Measurement] | UnsetType = UNSET
    commands: list[Capability] | UnsetType = UNSET


class Picture(Struct):
    view: str
    url: str
    width: int
    height: int
    transparent: bool


class Accepted(Struct):
    id: str
    result: Literal["ACCEPTED"]


class Taken(Struct):
    status: Accepted


class Challenge(Struct):
    challenge: Annotated[str, Meta(pattern="^[0-9A-F]{32}$")]


class Challenged(Struct):
    data: Challenge


class Progress(Struct):
    id: str
    result: Literal["ACCEPTED", "PERFORMED", "ERROR"]
    details: dict[str, str]


class Stands(Struct):
    status: Progress


class Strict(Struct, forbid_unknown_fields=True):
    pass


class Spin(Strict):
    spin: None


class Proof(Strict):
    challenge: Annotated[str, Meta(pattern="^[0-9A-F]{32}$")]
    hash: Annotated[str, Meta(pattern="^[0-9A-F]{128}$")]


class Proved(Strict):
    spin: Proof


class Signal(Strict):
    mode: Literal[MODES]  # type: ignore[valid-type]
    spin: None


class Zones(Strict):
    frontLeft: bool
    frontRight: bool
    rearLeft: bool
    rearRight: bool


Heat = Annotated[int, Meta(ge=0, le=HOTTEST)]
Percent = Annotated[int, Meta(ge=LOWEST, le=HIGHEST)]


class Seats(Strict, omit_defaults=True):
    frontLeft: Heat = 0
    frontRight: Heat = 0
    rearLeft: Heat = 0
    rearRight: Heat = 0


class Climate(Strict):
    climateZonesEnabled: Zones
    targetTemperature: Annotated[float, Meta(ge=COOLEST, le=WARMEST)]
    seatHeating: Seats | UnsetType = UNSET
    steeringWheelHeating: bool | UnsetType = UNSET
    defrost: bool | UnsetType = UNSET
    spin: None = None


class Stopped(Strict):
    spin: None = None


class Aimed(Strict):
    """`minSoc` is not above the target. `basedOn`: as in `Timers`."""

    targetSoc: Percent | None
    spin: None
    minSoc: Annotated[int, Meta(ge=0, le=HIGHEST)] | UnsetType = UNSET
    batteryCare: bool | UnsetType = UNSET
    basedOn: str | UnsetType = UNSET


class Does(Strict):
    targetSoc: Percent
    isChargingEnabled: bool
    isClimatizationEnabled: bool


MOMENT = r"^2[0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T0[4-9]:[0-5][0-9]:00$"


class Timer(Strict):
    """`id` 0 for a new one; `triggerDateTime` is local to the car and, once, ahead; `repeatOn` is empty for once."""

    id: Annotated[int, Meta(ge=0, le=MOST)]
    enabled: bool
    type: Literal[KIND]  # type: ignore[valid-type]
    triggerType: Literal[TRIGGER]  # type: ignore[valid-type]
    triggerDateTime: Annotated[str, Meta(pattern=MOMENT)]
    repeatOn: Annotated[list[Literal[WEEKDAYS]], Meta(max_length=7)]  # type: ignore[valid-type]
    metadata: Does


class Timers(Strict):
    """`basedOn`: the `lastModified` of the list that was read; another one is refused 409.

    So is any while an edit is under way.
    """

    rows: Annotated[list[Timer], Meta(max_length=MOST)] = field(name="list")
    spin: None
    basedOn: str | UnsetType = UNSET


class Area(Strict):
    """A circle; `id` 0 for a new one. One of `enter` and `leave` is true; no other area has the name."""

    id: Annotated[int, Meta(ge=0)]
    name: Annotated[str, Meta(min_length=1, max_length=NAME)]
    enabled: bool
    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    radius: Annotated[int, Meta(ge=SMALLEST, le=LARGEST)]
    enter: bool
    leave: bool


class Areas(Strict):
    rows: Annotated[list[Area], Meta(max_length=AREAS)] = field(name="list")
    spin: None
    basedOn: str | UnsetType = UNSET


class Speed(Strict):
    """km/h; no other has the same."""

    id: Annotated[int, Meta(ge=0)]
    speed: Annotated[int, Meta(ge=SLOWEST, le=FASTEST)]
    enabled: bool


class Speeds(Strict):
    rows: Annotated[list[Speed], Meta(max_length=AREAS)] = field(name="list")
    spin: None
    basedOn: str | UnsetType = UNSET


class Valet(Strict):
    """Metres and km/h, preset."""

    radius: Annotated[int, Meta(ge=PRESET["radius"], le=PRESET["radius"])]
    speed: Annotated[int, Meta(ge=PRESET["speed"], le=PRESET["speed"])]
    spin: None


class Numbered(Strict):
    id: Annotated[int, Meta(ge=1, le=MOST)]
    spin: None


PAYLOADS: dict[str, Any] = {
    "LOCK": Spin, "UNLOCK": Proved, "SPIN_CHALLENGE": Spin, "HONK_FLASH": Signal, "REMOTE_CLIMATIZER_START": Climate,
    "REMOTE_CLIMATIZER_STOP": Stopped, "DIRECT_CHARGING_START": Spin, "DIRECT_CHARGING_STOP": Spin,
    "CHARGING_SETTINGS_EDIT": Aimed, "TIMERS_EDIT": Timers, "TIMERS_DISABLE": Numbered, "REMOTE_HEATING_START": Spin,
    "REMOTE_HEATING_STOP": Spin, "LOCATION_ALARMS_EDIT": Areas, "SPEED_ALARMS_EDIT": Speeds, "VALET_ALARM_EDIT": Valet,
    "VALET_ALARM_DISABLE": Spin,
}  # fmt: skip
"""CHARGING_PROFILES_EDIT is missing: what it may hold hangs on the car's own profiles."""


def _commands() -> Any:
    """One of the commands, each with its own payload."""

    def one(key: str, payload: Any) -> Any:
        name = "".join(word.title() for word in key.split("_")) + "Command"
        return msgspec.defstruct(name, [("payload", payload)], tag_field="key", tag=key, forbid_unknown_fields=True)

    return functools.reduce(operator.or_, [one(key, payload) for key, payload in PAYLOADS.items()])


VIN = parameter("vin", "path", True)
NUMBER = parameter("number", "path", True, pattern="^[A-Z_]{1,30}-[0-9a-f]{1,16}$")
GUARD = parameter("Idempotency-Key", "header", minLength=8, maxLength=64, pattern="^[A-Za-z0-9-]{8,64}$")
ASKED = tuple(
    parameter(name, "query", type="array", items={"type": "string", "pattern": "^[A-Z_]{1,40}$"}, maxItems=90)
    for name in ("mf", "cf")
)
WAKE = parameter("wakeUpJob", "query", format="uuid")
REFUSED = {"application/json": Refusal}
OPERATIONS = (
    Operation("get", CARS, "The account's cars", list[Listed], refusals=(401,), refused=REFUSED),
    Operation(
        "get", CARS + "/{vin}", "The car as last heard, woken, or what it can do", Overview, refusals=(400, 401, 404, 504),
        parameters=(VIN, *ASKED, WAKE), refused=REFUSED,
    ),
    Operation(
        "get", CARS + "/{vin}/pictures", "Where pictures of the car are", list[Picture], refusals=(401, 404),
        parameters=(VIN,), refused=REFUSED,
    ),
    Operation(
        "post", CARS + "/{vin}/commands", "A command to the car, or a challenge", Challenged, _commands(),
        (400, 401, 403, 404, 409, 413, 415, 422, 423), (VIN, GUARD), more={201: Taken}, refused=REFUSED,
    ),
    Operation(
        "get", CARS + "/{vin}/commands/{number}", "Where a command stands", Stands, refusals=(401, 404),
        parameters=(VIN, NUMBER), refused=REFUSED,
    ),
)  # fmt: skip


def document() -> dict[str, Any]:
    return describe.document("The public interface: cars", OPERATIONS)
