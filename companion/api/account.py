"""The end of the account, and the receipts that prove it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from companion.api.observer import ObserverApi, line_of, party_name
from companion.api.values import moment, whole, word
from companion.errors import AccessError, AnswerError, RefusedError
from companion.model.receipt import Deletion, Erased, FileSeal, Found, Receipt
from companion.net.call import Call
from companion.net.catalogue import Catalogue
from companion.net.client import UNREADABLE, Client, parse, refusal, seconds
from companion.net.door import Frozen

PATH = "/app/companion/v1/account"


class AccountApi:
    def __init__(self, client: Client, observer: ObserverApi) -> None:
        self._client = client
        self._observer = observer
        self._catalogue = client.door.catalogue

    async def receipt(self) -> Receipt:
        """How often the owner's own values lie in the files of every party now."""
        table = await self._observer.fetch("receipt", ())
        return _read(_receipt, self._catalogue, table)

    def prepare_deletion(self, password: str, action_id: str) -> Frozen:
        body = {"password": password}
        return self._client.freeze(
            Call("identity", "DELETE", PATH, body=body, authorised=True, action="delete_account", action_id=action_id)
        )

    async def delete(self, prepared: Frozen) -> Deletion:
        """Raises RefusedError `account.wrong_password`, `account.locked`; AccessError and others as usual."""
        answer = await self._client.send(prepared)
        if answer.status == 403:
            raise RefusedError("account.wrong_password")
        if answer.status == 423:
            raise RefusedError("account.locked", minutes=-(-seconds(answer.headers.get("retry-after", ""), 900) // 60))
        if answer.status == 401:
            raise AccessError("access.signed_out")
        if answer.status != 200:
            raise refusal(answer)
        return _read(_deletion, self._catalogue, parse(answer.content))


Read = TypeVar("Read")


def _read(build: Callable[[Catalogue, Any], Read], catalogue: Catalogue, table: Any) -> Read:
    try:
        return build(catalogue, table)
    except UNREADABLE as error:
        raise AnswerError("answer.malformed") from error


def _receipt(catalogue: Catalogue, table: Any) -> Receipt:
    at = moment(table["at"])
    assert at is not None
    files = tuple(
        FileSeal(_party(catalogue, row["party"]), word(row["name"]), whole(row["size"]), word(row["sha256"]))
        for row in table["files"]
    )
    values = tuple((word(row["key"]), word(row["kind"]), word(row["value"])) for row in table["values"])
    found = tuple(
        Found(word(row["key"]), word(row["kind"]), word(row["value"]), word(row["file"]), whole(row["occurrences"]))
        for row in table["counts"]
    )
    return Receipt(at, files, values, found)


def _party(catalogue: Catalogue, name: Any) -> dict[str, str]:
    return dict(party_name(catalogue, word(name))) if name else {"en": "Backend", "fr": "Service", "de": "Dienst"}


def _deletion(catalogue: Catalogue, table: Any) -> Deletion:
    erased = tuple(
        Erased(
            catalogue.activity_name(word(row["activity"])), party_name(catalogue, word(row["party"])), whole(row["rows"]),
            line_of(row),
        )
        for row in table["erased"]
    )  # fmt: skip
    promised = tuple(
        (catalogue.activity_name(word(row["activity"])), whole(row["line"]), whole(row["rows"]))
        for row in table["promised"]
    )
    pair = table["receipt"]
    before, after = (_receipt(catalogue, pair[name]) for name in ("before", "after"))
    return Deletion(whole(table["rows"]), erased, promised, before, after)
