"""Places by words: the service is signed on to once a session, then it is asked."""

from __future__ import annotations

from typing import Any

from companion.api.values import number, word
from companion.errors import AnswerError, CompanionError, RefusedError, ServerError
from companion.model.place import FoundPlace
from companion.net.call import Call
from companion.net.client import UNREADABLE, Client
from companion.net.door import Frozen

PARTY, ACTION = "porsche_system", "find_place"
FINE = 2
"""Decimals of a degree that leave: a kilometre is near enough to tell what is near."""
MOST = 20
"""Places of an answer that are read."""


class PlacesApi:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._is_signed_on = False

    def prepare(self, porsche_id: str, term: str, near: tuple[float, float], action_id: str) -> tuple[Frozen, ...]:
        """The search, and before the first of a session the sign-on."""
        sign_on = Call(
            PARTY, "POST", "/app/companion/v1/services/finder/sign-on", body={"porsche_id": porsche_id}, authorised=True,
            action=ACTION, action_id=action_id,
        )  # fmt: skip
        search = Call(
            PARTY, "POST", "/app/companion/v1/places", body={"term": term, "near": _rounded(near)}, authorised=True,
            action=ACTION, action_id=action_id,
        )  # fmt: skip
        return tuple(map(self._client.freeze, (search,) if self._is_signed_on else (sign_on, search)))

    async def find(self, steps: tuple[Frozen, ...]) -> tuple[FoundPlace, ...]:
        """Nearest first where they fit alike. Raises CompanionError."""
        *before, search = steps
        for step in before:
            await self._client.json(step)
            self._is_signed_on = True
        try:
            table, _ = await self._client.json(search)
        except CompanionError as error:
            raise self._meant(error) from error
        try:
            return tuple(map(_place, table["places"][:MOST]))
        except UNREADABLE as error:
            raise AnswerError("answer.malformed") from error

    def forget(self) -> None:
        """Another session signs on anew."""
        self._is_signed_on = False

    def _meant(self, error: CompanionError) -> CompanionError:
        """No car is asked here: who does not answer is the search."""
        if error.key == "vehicle.unavailable":
            return ServerError("places.unavailable", may_have_happened=False)
        if error.key == "vehicle.not_found":
            return RefusedError("places.no_car")
        if error.key == "answer.unexpected" and error.param("status") == "409":
            self.forget()
            return RefusedError("places.signed_off")
        return error


def _rounded(near: tuple[float, float]) -> dict[str, float]:
    return {"latitude": round(near[0], FINE), "longitude": round(near[1], FINE)}


def _place(row: Any) -> FoundPlace:
    latitude, longitude = number(row["latitude"]), number(row["longitude"])
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180 or not row["name"]:
        raise ValueError("no place")
    return FoundPlace(word(row["id"]), word(row["kind"]), word(row["name"]), word(row["town"]), latitude, longitude)
