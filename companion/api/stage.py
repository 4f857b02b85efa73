"""The demo staff's clock, for an app that stands beside its own demo backend and was told the stage's key."""

from __future__ import annotations

from companion.api.values import moment, whole
from companion.errors import AnswerError
from companion.model.in_car import SWITCHES
from companion.model.today import ClockMove
from companion.net.call import Call, segment
from companion.net.client import UNREADABLE, Client


class StageApi:
    """`key` opens the stage; empty: there is none here, and nothing of it is offered."""

    def __init__(self, client: Client, key: str) -> None:
        self._client = client
        self._key = key

    @property
    def is_open(self) -> bool:
        return bool(self._key)

    async def advance(self, period: str) -> ClockMove:
        """Moves the demo clock on by an ISO 8601 period. Raises CompanionError."""
        return await self._move({"advance": period})

    async def advance_to_next(self) -> ClockMove:
        """Moves it to when the next record ends. Raises CompanionError; RefusedError where none does."""
        return await self._move({"to": "next"})

    async def fresh(self) -> None:
        """The demo as on its first day, and with it a demo account that was deleted. Raises CompanionError."""
        head = (("Authorization", f"Bearer {self._key}"),)
        await self._client.json(
            Call("console", "POST", "/demo/scenarios/fresh", headers=head, body={}, action="fresh_demo")
        )

    async def flip(self, vin: str, switch: str, on: bool) -> None:
        """A switch of the head unit, or a service's: as if somebody sat in the car. Raises CompanionError."""
        verb, body = (switch, {"on": on}) if switch in SWITCHES else ("service", {"id": switch, "on": on})
        head = (("Authorization", f"Bearer {self._key}"),)
        path = f"/demo/vehicles/{segment(vin)}/{verb}"
        await self._client.json(Call("console", "POST", path, headers=head, body=body, action="flip"))

    async def plug(self, vin: str, on: bool) -> None:
        """The cable, in or out, as if somebody stood there. Raises CompanionError."""
        head = (("Authorization", f"Bearer {self._key}"),)
        path = f"/demo/vehicles/{segment(vin)}/{'plug' if on else 'unplug'}"
        await self._client.json(Call("console", "POST", path, headers=head, body={}, action="plug"))

    async def _move(self, body: dict[str, str]) -> ClockMove:
        head = (("Authorization", f"Bearer {self._key}"),)
        table, _ = await self._client.json(
            Call("console", "POST", "/demo/clock", headers=head, body=body, action="move_clock")
        )
        try:
            to, gone = moment(table["to"]), table["deleted"]
            assert to is not None
            return ClockMove(to, whole(table["rows"]), len({row["party"] for row in gone}), whole(table["skipped"]))
        except UNREADABLE as error:
            raise AnswerError("answer.malformed") from error
