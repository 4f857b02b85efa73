"""The OpenAPI document of the identity's own route; the sign-in pages are the public interface's."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from mock_backend import describe
from mock_backend.console.openapi import Receipt
from mock_backend.describe import Operation
from mock_backend.identity.ending import PASSWORD


class Confirmation(Struct, forbid_unknown_fields=True):
    """The password once more: a token alone does not delete an account."""

    password: Annotated[str, Meta(max_length=PASSWORD)]


class PartyRows(Struct):
    party: str
    rows: int


class Erased(Struct):
    """`line` and `promised`: whether the notice ties this to the end of the account; everything else is our choice."""

    party: str
    service: str
    activity: str
    rule: str
    duration: str | None
    rows: int
    line: int | None
    promised: bool


class Promise(Struct):
    activity: str
    service: str
    line: int
    rows: int


class Receipts(Struct):
    before: Receipt
    after: Receipt


class Deleted(Struct):
    """`again`: what makes the demo account anew."""

    now: str
    rows: int
    edges: int
    parties: list[PartyRows]
    erased: list[Erased]
    promised: list[Promise]
    receipt: Receipts
    again: str


OPERATIONS = (
    Operation(
        "delete", "/app/companion/v1/account", "Deletes the account and everything of it, at every party", Deleted,
        Confirmation, (400, 401, 403, 409, 413, 415, 423),
    ),
)  # fmt: skip


def document() -> dict[str, Any]:
    return describe.document("Companion mock backend: the account", OPERATIONS)
