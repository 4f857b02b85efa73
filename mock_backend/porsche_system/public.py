"""The public interface's part of this party as an OpenAPI document: nobody is served it; it says what the routes keep to."""

from __future__ import annotations

import functools
import operator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from mock_backend import describe
from mock_backend.describe import Operation, parameter
from mock_backend.porsche_system.payloads import COOLEST, HIGHEST, LOWEST, MODES, WARMEST

CARS = "/app/connect/v1/vehicles"


class Refusal(Struct):
    """What the public clients read: the word in `message`."""

    message: str
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


class Climate(Strict):
    climateZonesEnabled: Zones
    targetTemperature: Annotated[float, Meta(ge=COOLEST, le=WARMEST)]
    spin: None = None


class Stopped(Strict):
    spin: None = None


class Aimed(Strict):
    targetSoc: Annotated[int, Meta(ge=LOWEST, le=HIGHEST)] | None
    spin: None


PAYLOADS: dict[str, Any] = {
    "LOCK": Spin, "UNLOCK": Proved, "SPIN_CHALLENGE": Spin, "HONK_FLASH": Signal, "REMOTE_CLIMATIZER_START": Climate,
    "REMOTE_CLIMATIZER_STOP": Stopped, "DIRECT_CHARGING_START": Spin, "DIRECT_CHARGING_STOP": Spin,
    "CHARGING_SETTINGS_EDIT": Aimed,
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
