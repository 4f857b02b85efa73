"""The OpenAPI document of our own routes beside the public interface."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from mock_backend import describe
from mock_backend.describe import Operation, parameter


class Parties(msgspec.Struct):
    identity: str
    porsche_system: str
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
        "get", "/app/companion/v1/pictures/{handle}/{key}.png", "The car, drawn from its state", "image/png",
        refusals=(404,), secured=False, parameters=(parameter("handle", "path", True), parameter("key", "path", True)),
    ),
)  # fmt: skip


def document() -> dict[str, Any]:
    return describe.document("Companion mock backend: routes of our own", OPERATIONS)
