"""The OpenAPI document of the stage and of the owner's reads."""

from __future__ import annotations

import functools
import operator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from mock_backend import describe
from mock_backend.catalogue import LONGEST as RULES
from mock_backend.console.app import LONGEST, SHORTEST, VALUES
from mock_backend.console.holdings import SORTS, TEXT
from mock_backend.console.phones import NAME, NUMBER
from mock_backend.describe import Operation, parameter
from mock_backend.faults import CARRIERS, FIELDS, MODES, ROUTES, SPEEDS
from mock_backend.porsche_system.openapi import PlacesFound, PlaceWish
from mock_backend.porsche_system.phones import CARRIER
from mock_backend.services import TOPICS
from mock_backend.vehicle.acts import VOLTS, WORDS
from mock_backend.vehicle.alarms import REASONS
from mock_backend.vehicle.driver import FASTEST, SLOWEST
from mock_backend.vehicle.driver import LONGEST as PLACES
from mock_backend.vehicle.state import WHEELS

Percent = Annotated[float, Meta(ge=0, le=100)]
Seconds = Annotated[float, Meta(ge=0, le=300)]


class Body(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A request's body holds these fields and no other."""


class Nothing(Body):
    pass


class Car(Struct):
    vin: str
    handle: str
    locked: bool
    open: list[str]
    charge: Percent
    fuel: Percent
    plugged: bool
    charging: bool
    climate: bool
    driving: bool
    network: bool
    compares: list[str]


class State(Struct):
    """`captcha`: the letters of the last picture that a sign-in showed."""

    now: str
    vehicles: list[Car]
    demo: bool
    captcha: str


class Move(Body):
    """Either an ISO 8601 period, or the next moment at which something falls due."""

    advance: Annotated[str, Meta(pattern=r"^P\d+[YMWD]$")] | UnsetType = UNSET
    to: Literal["next"] | UnsetType = UNSET


ONE_OF_THEM = Annotated[Move, Meta(extra_json_schema={"minProperties": 1, "maxProperties": 1})]


class Deleted(Struct):
    """Records of one activity that fell due from `due` to `last`."""

    party: str
    activity: str
    rows: int
    due: str
    at: str
    last: str


class Moved(Struct):
    start: str = field(name="from")
    to: str = ""
    deleted: list[Deleted] = []
    rows: int = 0
    skipped: int = 0


class Holding(Struct):
    id: str
    party: str
    service: str
    activity: str
    items: list[str]
    subject: str
    rule: str
    duration: str | None
    stored_at: str
    expires_at: str | None
    line: int | None
    choice: bool
    trace: str | None
    erased_with_account: int | None


class Counts(Struct):
    party: dict[str, int]
    service: dict[str, int]
    rule: dict[str, int]


class Holdings(Struct):
    """`erased_with_account`: the line of the notice that promises it; `counts` are empty where a trace is asked for."""

    now: str
    total: int
    next: str | None
    counts: Counts
    rows: list[Holding]


class Values(Body):
    values: Annotated[
        list[Annotated[str, Meta(min_length=SHORTEST, max_length=LONGEST)]], Meta(min_length=1, max_length=VALUES)
    ]


class File(Struct):
    """`party` null: a file of the backend itself. `settled` false: it was written while it was read."""

    party: str | None
    name: str
    size: int
    sha256: str
    settled: bool


class Canary(Struct):
    """`kind`: given, account, email, vin or position; `key` is the same for the same value as long as the backend runs."""

    key: str
    kind: str
    value: str


class Occurrence(Canary):
    party: str | None
    file: str
    occurrences: int


class Receipt(Struct):
    at: str
    files: list[File]
    values: list[Canary]
    counts: list[Occurrence]
    total: int


class Edge(Struct):
    id: int
    trace: str
    source: str = field(name="from")
    to: str = ""
    method: str = ""
    path: str = ""
    at: str = ""
    bytes: int = 0
    status: int = 0
    activity: str = ""
    kind: str = ""


class Edges(Struct):
    now: str
    edges: list[Edge]
    next: int | None


class Erasures(Struct):
    now: str
    erasures: list[Deleted]


class PhoneMessage(Struct):
    """As its carrier holds it; `at` when it happened, by the car's clock."""

    id: int
    carrier: Literal[CARRIERS]  # type: ignore[valid-type]
    service: Literal[tuple(TOPICS)]  # type: ignore[valid-type]
    received_at: str
    car: str
    kind: str
    reason: str | None
    values: dict[str, float | str]
    at: str


class Phone(Struct):
    """Of token and number the last four characters. `waiting`: messages that have not reached it yet."""

    id: str
    name: str
    system: Literal[tuple(CARRIER)]  # type: ignore[valid-type]
    token: str
    number: str | None
    waiting: int
    messages: list[PhoneMessage]


class Phones(Struct):
    now: str
    phones: list[Phone]


class NewPhone(Body):
    name: Annotated[str, Meta(min_length=1, max_length=NAME)]
    system: Literal[tuple(CARRIER)]  # type: ignore[valid-type]
    number: Annotated[str, Meta(pattern=f"^{NUMBER}$")] = ""


class Registered(Struct):
    id: str


class Acted(Struct):
    vin: str


class Scenario(Struct):
    scenario: str


class Planted(Body):
    field: Annotated[str, Meta(pattern="^[a-zA-Z_][a-zA-Z0-9_]*$")]
    value: str | int | bool | None


class Part(Body):
    """A part that this car has, e.g. DOOR_FRONT_LEFT."""

    part: str


class Lights(Body):
    on: bool


class Warning_(Body):
    key: Annotated[str, Meta(min_length=1, max_length=WORDS)]
    severity: Literal["info", "warning", "danger"] = "warning"


class Tyre(Body):
    wheel: Literal[WHEELS]  # type: ignore[valid-type]
    bar: Annotated[float, Meta(ge=0, le=6)]


class Level(Body):
    percent: Percent


class Volts(Body):
    volts: Annotated[float, Meta(ge=VOLTS[0], le=VOLTS[1])]


class Place(Body):
    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    heading: Annotated[float, Meta(ge=0, le=360)] = 0


class Plug(Body):
    """Without `current` it is DC above 22 kW."""

    kw: Annotated[float, Meta(ge=1, le=400)] = 11
    current: Literal["AC", "DC"] | UnsetType = UNSET


class Flip(Body):
    on: bool


class FlipService(Body):
    """Of a service that can be switched, by its id in the catalogue."""

    id: str
    on: bool


class Weather(Body):
    celsius: Annotated[float, Meta(ge=-40, le=60)]


class Somewhere(Body):
    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]


Kmh = Annotated[float, Meta(ge=SLOWEST, le=FASTEST)]
Stop = tuple[Annotated[float, Meta(ge=-90, le=90)], Annotated[float, Meta(ge=-180, le=180)], Kmh]


class Drive(Body):
    """Where to, one of three; each place of a path is latitude, longitude and the km/h at which it is driven to. `speed` for
    the whole way instead of its own.
    """

    to: Somewhere | UnsetType = UNSET
    town: str | UnsetType = UNSET
    """By its name on the map."""
    path: Annotated[list[Stop], Meta(min_length=1, max_length=PLACES)] | UnsetType = UNSET
    speed: Kmh | None = None


class TheftAlarm(Body):
    reason: Literal[REASONS]  # type: ignore[valid-type]


VERBS: dict[str, Any] = {
    "open": Part, "close": Part, "lights": Lights, "warn": Warning_, "tyre": Tyre, "battery": Level, "fuel": Level,
    "twelve_volt": Volts,
    "park": Place, "plug": Plug, "unplug": Nothing, "post_fault": Flip, "weather": Weather,
    "drive": Drive, "stop": Nothing, "alarm": TheftAlarm, "network": Flip,
    "private_mode": Flip, "remote_access": Flip, "without_location": Flip, "service": FlipService, "emergency_call": Nothing,
}  # fmt: skip


class CarTime(Body, tag_field="kind", tag="car_time"):
    seconds: Seconds


class Late(Body, tag_field="kind", tag="late"):
    seconds: Seconds


class Refuse(Body, tag_field="kind", tag="refuse"):
    reason: Annotated[str, Meta(min_length=1)]


class CarrierFault(Body, tag_field="kind", tag="carrier"):
    party: Literal[CARRIERS]  # type: ignore[valid-type]
    mode: Literal[SPEEDS]  # type: ignore[valid-type]


class BadAnswer(Body, tag_field="kind", tag="answer"):
    """`value`: a status from 400 to 599; seconds where the mode is delay."""

    route: Literal[ROUTES]  # type: ignore[valid-type]
    mode: Literal[MODES]  # type: ignore[valid-type]
    value: Annotated[int, Meta(ge=400, le=599)] = 500
    times: Annotated[int, Meta(ge=1)] = 1


WORDLESS = [
    msgspec.defstruct(kind.title().replace("_", ""), [], bases=(Body,), tag_field="kind", tag=kind)
    for kind, fields in FIELDS.items() if not fields
]  # fmt: skip
FAULTS: Any = functools.reduce(operator.or_, [CarTime, Late, Refuse, CarrierFault, BadAnswer, *WORDLESS])


VIN, PHONE = parameter("vin", "path", True), parameter("id", "path", True)
STAFF = (401, 403)
PAGED = (parameter("after", "query"), parameter("trace", "query"))
HELD = (
    *PAGED, parameter("party", "query"), parameter("service", "query"), parameter("rule", "query", enum=list(RULES)),
    parameter("item", "query"), parameter("q", "query", maxLength=TEXT), parameter("sort", "query", enum=list(SORTS)),
    parameter("desc", "query", enum=["0", "1"]),
)  # fmt: skip
BODY = (400, 413, 415, *STAFF)


def _operations() -> list[Operation]:
    rows = [
        Operation("get", "/demo/state", "Clock and cars", State, refusals=STAFF),
        Operation("post", "/demo/clock", "Moves the demo clock on", Moved, ONE_OF_THEM, (*BODY, 409, 422)),
        Operation("post", "/demo/receipt", "How often each value lies in each file", Receipt, Values, BODY),
        Operation(
            "get", "/demo/holdings", "Every record of every party", Holdings, refusals=(400, *STAFF), parameters=HELD
        ),
        Operation("get", "/demo/edges", "Requests between parties", Edges, refusals=(400, *STAFF), parameters=PAGED),
        Operation("get", "/demo/phones", "The owner's phones, and what each got", Phones, refusals=STAFF),
        Operation("post", "/demo/phones", "Registers a phone", Registered, NewPhone, (*BODY, 409), status=201),
        Operation(
            "post", "/demo/phones/{id}/unregister", "Forgets a phone", Registered, Nothing, (*BODY, 404), (PHONE,)
        ),
        Operation("post", "/demo/places", "Another person looks for the same", PlacesFound, PlaceWish, (*BODY, 504)),
        Operation("post", "/demo/faults", "Makes something go wrong", dict[str, str], FAULTS, BODY),
        Operation("post", "/demo/scenarios/fresh", "The cars as on the first day", Scenario, Nothing, BODY),
        Operation(
            "post", "/demo/undeclared", "Plants a field into the app's next command", dict[str, str], Planted, BODY
        ),
        Operation(
            "get", "/observer/holdings", "The owner's own records", Holdings, refusals=(400, 401), parameters=HELD
        ),
        Operation(
            "get", "/observer/receipt", "How often the owner's own values lie in each file", Receipt, refusals=(401,)
        ),
        Operation("get", "/observer/edges", "Requests about the owner", Edges, refusals=(400, 401), parameters=PAGED),
        Operation("get", "/observer/erasures", "What was deleted, without the deleted", Erasures, refusals=(401,)),
    ]
    for verb, body in VERBS.items():
        path = f"/demo/vehicles/{{vin}}/{verb}"
        # Without a network no call leaves the car; and whoever takes it may not answer.
        unanswered = (409, 502) if verb == "emergency_call" else ()
        rows.append(Operation("post", path, f"At the car: {verb}", Acted, body, (*BODY, 404, *unanswered), (VIN,)))
    return rows


def document() -> dict[str, Any]:
    return describe.document("Companion mock backend: the stage and the owner's reads", _operations())
