"""The OpenAPI document of our own routes, made from the same Structs that describe the answers."""

from __future__ import annotations

from typing import Any

import msgspec


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


class Problem(msgspec.Struct):
    """RFC 9457."""

    type: str
    title: str
    status: int


def document() -> dict[str, Any]:
    (discovery, problem), parts = msgspec.json.schema_components(
        [Discovery, Problem], ref_template="#/components/schemas/{name}"
    )
    refused = {"description": "Refused", "content": {"application/problem+json": {"schema": problem}}}
    found = {"description": "Where the parties are", "content": {"application/json": {"schema": discovery}}}
    stream = {"description": "Server-sent events", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
    last = {"name": "Last-Event-ID", "in": "header", "required": False, "schema": {"type": "string", "pattern": "^[0-9]{1,15}$"}}
    bearer = {"bearer": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Companion mock backend: routes of our own", "version": "1"},
        "paths": {
            "/.well-known/companion": {"get": {"responses": {"200": found}}},
            "/app/companion/v1/events": {
                "get": {
                    "parameters": [last],
                    "security": [{"bearer": []}],
                    "responses": {"200": stream, "400": refused, "401": refused},
                }
            },
        },
        "components": {"schemas": parts, "securitySchemes": bearer},
    }
