"""What the owner says to the maker of an alarm that happened."""

from __future__ import annotations

from companion.net.call import Call, segment
from companion.net.client import Client
from companion.net.door import Frozen

PARTY = "porsche_system"


class AlarmsApi:
    def __init__(self, client: Client) -> None:
        self._client = client

    def prepare_acknowledge(self, handle: str, number: str, action_id: str) -> Frozen:
        """`number`: of the alarm in the maker's history, e.g. E-12."""
        path = f"/app/companion/v1/vehicles/{segment(handle)}/alarms/{segment(number)}/acknowledged"
        call = Call(PARTY, "POST", path, body={}, authorised=True, action="acknowledge", action_id=action_id)
        return self._client.freeze(call)

    async def acknowledge(self, frozen: Frozen) -> None:
        """Raises CompanionError. That it is seen comes as an event, to every device."""
        await self._client.json(frozen)
