"""OpenAPI documents, made from the Structs that describe bodies and answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

PROBLEM = "application/problem+json"
TEXT = {"type": "string"}


class Problem(msgspec.Struct):
    """RFC 9457."""

    type: str
    title: str
    status: int


@dataclass(frozen=True, slots=True)
class Operation:
    """`answer` is a type, a media type where the answer is no JSON, or None for a redirect; `more` are answers of other
    statuses; `refusals` are the statuses it may refuse with, as `refused`: media type -> type, None where it is a page.
    """

    method: str
    path: str
    summary: str
    answer: Any
    body: Any = None
    refusals: tuple[int, ...] = ()
    parameters: tuple[Mapping[str, Any], ...] = ()
    secured: bool = True
    status: int = 200
    more: Mapping[int, Any] = field(default_factory=dict)
    media: str = "application/json"
    """Of the body."""
    refused: Mapping[str, Any] = field(default_factory=lambda: {PROBLEM: Problem})
    empty: tuple[int, ...] = ()
    """Statuses that it may answer with and nothing else."""

    @property
    def types(self) -> list[Any]:
        given = (self.answer, self.body, *self.more.values(), *self.refused.values())
        return [one for one in given if one is not None and not isinstance(one, str)]


def parameter(name: str, place: str, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": {"type": "string", **schema}}


def document(title: str, operations: Iterable[Operation]) -> dict[str, Any]:
    listed = list(operations)
    types = [one for row in listed for one in row.types]
    schemas, parts = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    known = dict(zip(map(id, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for row in listed:
        paths.setdefault(row.path, {})[row.method] = _operation(row, known)
    bearer = {"bearer": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0", "info": {"title": title, "version": "1"}, "paths": paths,
        "components": {"schemas": parts, "securitySchemes": bearer},
    }  # fmt: skip


def _operation(row: Operation, known: Mapping[int, Any]) -> dict[str, Any]:
    refused = {
        "description": "Refused",
        "content": {media: {"schema": TEXT if one is None else known[id(one)]} for media, one in row.refused.items()},
    }  # fmt: skip
    answers = {row.status: row.answer, **row.more}
    found: dict[str, Any] = {"summary": row.summary}
    found["responses"] = {str(status): _answer(row.summary, answer, known) for status, answer in answers.items()}
    found["responses"] |= {str(status): refused for status in row.refusals}
    found["responses"] |= {str(status): {"description": row.summary} for status in row.empty}
    if row.parameters:
        found["parameters"] = list(row.parameters)
    if row.secured:
        found["security"] = [{"bearer": []}]
    if row.body is not None:
        found["requestBody"] = {"required": True, "content": {row.media: {"schema": known[id(row.body)]}}}
    return found


def _answer(summary: str, answer: Any, known: Mapping[int, Any]) -> dict[str, Any]:
    if answer is None:
        return {"description": summary, "headers": {"Location": {"required": True, "schema": TEXT}}}
    if isinstance(answer, str):
        binary = TEXT if answer.startswith("text/") else {**TEXT, "format": "binary"}
        return {"description": summary, "content": {answer: {"schema": binary}}}
    return {"description": summary, "content": {"application/json": {"schema": known[id(answer)]}}}
