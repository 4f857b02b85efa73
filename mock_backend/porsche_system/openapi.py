"""The OpenAPI document of our own routes beside the public interface."""

from __future__ import annotations

from typing import Any

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


OPERATIONS = (
    Operation("get", "/.well-known/companion", "Where the parties are", Discovery, secured=False),
    Operation(
        "get", "/app/companion/v1/events", "What changed, as server-sent events", "text/event-stream", refusals=(400, 401),
        parameters=(parameter("Last-Event-ID", "header", pattern="^[0-9]{1,15}$"),),
    ),
    Operation(
        "get", "/app/companion/v1/pictures/{handle}/{key}.png", "The car, drawn from its state", "image/png",
        refusals=(404,), secured=False, parameters=(parameter("handle", "path", True), parameter("key", "path", True)),
    ),
)  # fmt: skip


def document() -> dict[str, Any]:
    return describe.document("Companion mock backend: routes of our own", OPERATIONS)
