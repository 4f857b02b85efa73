"""The OpenAPI document of our own routes beside the public interface."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mock_backend import describe
from mock_backend.describe import Operation, parameter
from mock_backend.places import LONGEST
from mock_backend.porsche_system.public import MOMENT, Percent, Refusal, Strict, Timer


class Parties(msgspec.Struct):
    identity: str
    porsche_system: str
    map_provider: str
    console: str


class Discovery(msgspec.Struct):
    backend_id: str
    name: str
    version: str
    demo: bool
    now: str
    parties: Parties


class Switch(msgspec.Struct):
    """`evidence` is `message` where the car said so, at `at`; `none` where the factory's state is taken for true."""

    id: Literal["private_mode", "remote_access", "without_location"]
    on: bool
    since: str | None
    evidence: Literal["message", "none"]
    at: str | None


class Service(msgspec.Struct):
    """`on` is its own switch; `working` whether anything passes, and if not, `because` of which switch.

    `positions`: one is among its data. `group`: the group that switches it off too.
    """

    id: str
    on: bool
    since: str | None
    working: bool
    because: Literal["service", "without_location", "private_mode"] | None
    positions: bool
    group: Literal["without_location"] | None
    evidence: Literal["message", "none"]
    at: str | None


class Switches(msgspec.Struct):
    vin: str
    handle: str
    now: str
    heard_at: str | None
    no_answer_since: str | None
    switches: list[Switch]
    services: list[Service]


class Wanted(Strict):
    """What is null or left out is as it stands in the car; `departure` is local to the car and ahead. `timers`: as if the car
    had these and no others.
    """

    timer: Timer | None = None
    timers: Annotated[list[Timer], Meta(max_length=5)] | None = None
    profile: int | None = None
    targetSoc: Percent | None = None
    minSoc: Annotated[int, Meta(ge=0, le=100)] | None = None
    departure: Annotated[str, Meta(pattern=MOMENT)] | None = None


class Nothing(Strict):
    pass


class Slot(msgspec.Struct):
    start: str = msgspec.field(name="from")
    to: str = ""
    kw: float = 0
    percent_from: float = 0
    percent_to: float = 0
    kind: Literal["minimum", "charge", "climate"] = "charge"


class Reached(msgspec.Struct):
    percent: float
    at: str


class Plan(msgspec.Struct):
    """With `NOT_PLUGGED` the plan is how it would be if the car were plugged in now."""

    now: str
    feasible: bool
    reason: Literal["TOO_LATE", "NOT_PLUGGED", "NO_BATTERY"] | None
    slots: list[Slot]
    reached: Reached
    departure: str | None
    target: float | None
    minimum: float | None
    curve: list[tuple[str, float]]
    power: list[tuple[float, float]]
    """kW that flow at each percent, at this post and this temperature."""


class MapWish(Strict):
    """`vehicle` is the handle of the car that the map is for: its switches decide, and its id stands in the statistics."""

    service: Literal[
        "car_control",
        "trip_control",
        "car_finder",
        "vehicle_alarm",
        "location_alarm",
        "valet_alarm",
        "e_control",
        "climate",
    ]
    vehicle: str | msgspec.UnsetType = msgspec.UNSET


class MapKey(msgspec.Struct):
    """`tiles` and `tiles_light` are paths at the map provider; {r} is empty or @2x, `tile_size` that of the former."""

    key: str
    expires_in: int
    tiles: str
    tiles_light: str
    min_zoom: int
    max_zoom: int
    tile_size: int
    attribution: str


class Near(Strict):
    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]


class PlaceWish(Strict):
    """No car and no person is named. `near`: what lies nearer comes first."""

    term: Annotated[str, Meta(min_length=1, max_length=LONGEST, pattern=r"\S")]
    near: Near


class Place(msgspec.Struct):
    """`town`: where it is; empty for a town itself."""

    id: str
    kind: Literal["city", "town", "suburb", "village", "street", "charging", "petrol", "bakery", "parking"]
    name: str
    town: str
    latitude: float
    longitude: float


class PlacesFound(msgspec.Struct):
    places: Annotated[list[Place], Meta(max_length=8)]


class SignOn(Strict):
    porsche_id: str


REFUSED = {describe.PROBLEM: describe.Problem, "application/json": Refusal}
"""What is wrong in the body, and which switch is in the way, as the public interface says it."""
OPERATIONS = (
    Operation("get", "/.well-known/companion", "Where the parties are", Discovery, secured=False),
    Operation(
        "get", "/app/companion/v1/events", "What changed, as server-sent events", "text/event-stream", refusals=(400, 401),
        parameters=(parameter("Last-Event-ID", "header", pattern="^[0-9]{1,15}$"),),
    ),
    Operation(
        "get", "/app/companion/v1/vehicles/{handle}/switches", "How the switches stand, as far as the car said", Switches,
        refusals=(401, 404), parameters=(parameter("handle", "path", True),),
    ),
    Operation(
        "post", "/app/companion/v1/vehicles/{handle}/charging-plan", "How the car would charge; kept nowhere", Plan, Wanted,
        (400, 401, 404, 405, 413, 415, 504), (parameter("handle", "path", True),), refused=REFUSED,
    ),
    Operation(
        "post", "/app/companion/v1/map-key", "A key of the map, for some minutes", MapKey, MapWish,
        (400, 401, 404, 405, 413, 415, 504), refused=REFUSED,
    ),
    Operation(
        "post", "/app/companion/v1/services/finder/sign-on", "The app signs on to the place search", dict[str, str], SignOn,
        (400, 401, 403, 404, 405, 413, 415), refused=REFUSED,
    ),
    Operation(
        "post", "/app/companion/v1/places", "Places by words, the nearer first", PlacesFound, PlaceWish,
        (400, 401, 404, 405, 409, 413, 415, 504), refused=REFUSED,
    ),
    Operation(
        "post", "/app/companion/v1/vehicles/{handle}/alarms/{id}/acknowledged", "An alarm that its owner has seen",
        dict[str, str], Nothing, (400, 401, 404, 405, 413, 415),
        (parameter("handle", "path", True), parameter("id", "path", True)), refused=REFUSED,
    ),
    Operation(
        "get", "/app/companion/v1/pictures/{handle}/{key}.png", "The car, drawn from its state", "image/png",
        refusals=(404,), secured=False, parameters=(parameter("handle", "path", True), parameter("key", "path", True)),
    ),
)  # fmt: skip


def document() -> dict[str, Any]:
    return describe.document("Companion mock backend: routes of our own", OPERATIONS)
