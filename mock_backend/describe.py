"""OpenAPI documents, made from the Structs that describe bodies and answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

PROBLEM = "application/problem+json"


class Problem(msgspec.Struct):
    """RFC 9457."""

    type: str
    title: str
    status: int


@dataclass(frozen=True, slots=True)
class Operation:
    """`answer` is a type, or a media type where the answer is no JSON; `refusals` are the statuses it may have."""

    method: str
    path: str
    summary: str
    answer: Any
    body: Any = None
    refusals: tuple[int, ...] = ()
    parameters: tuple[Mapping[str, Any], ...] = ()
    secured: bool = True


def parameter(name: str, place: str, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": {"type": "string", **schema}}


def document(title: str, operations: Iterable[Operation]) -> dict[str, Any]:
    listed = list(operations)
    types = [one for row in listed for one in (row.answer, row.body) if one is not None and not isinstance(one, str)]
    schemas, parts = msgspec.json.schema_components([Problem, *types], ref_template="#/components/schemas/{name}")
    known = dict(zip(map(id, [Problem, *types]), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for row in listed:
        paths.setdefault(row.path, {})[row.method] = _operation(row, known)
    bearer = {"bearer": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0", "info": {"title": title, "version": "1"}, "paths": paths,
        "components": {"schemas": parts, "securitySchemes": bearer},
    }  # fmt: skip


def _operation(row: Operation, known: Mapping[int, Any]) -> dict[str, Any]:
    refused = {"description": "Refused", "content": {PROBLEM: {"schema": known[id(Problem)]}}}
    found: dict[str, Any] = {"summary": row.summary, "responses": {"200": _answer(row, known)}}
    found["responses"] |= {str(status): refused for status in row.refusals}
    if row.parameters:
        found["parameters"] = list(row.parameters)
    if row.secured:
        found["security"] = [{"bearer": []}]
    if row.body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": known[id(row.body)]}}}
    return found


def _answer(row: Operation, known: Mapping[int, Any]) -> dict[str, Any]:
    if isinstance(row.answer, str):
        binary = {"type": "string"} if row.answer.startswith("text/") else {"type": "string", "format": "binary"}
        return {"description": row.summary, "content": {row.answer: {"schema": binary}}}
    return {"description": row.summary, "content": {"application/json": {"schema": known[id(row.answer)]}}}
