"""The car's own plan for charging: asked, never told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from companion.api.commands import timer_json
from companion.api.values import moment, number, word
from companion.errors import AnswerError
from companion.model.charge_plan import ChargePlan, PlanAsk, PlanSlot
from companion.net.call import Call, segment
from companion.net.client import UNREADABLE, Client

PARTY = "porsche_system"


class PlanningApi:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def plan(self, vin: str, handle: str, ask: PlanAsk, action_id: str) -> ChargePlan:
        """Raises CompanionError."""
        call = Call(
            PARTY, "POST", f"/app/companion/v1/vehicles/{segment(handle)}/charging-plan", body=_body(ask), authorised=True,
            action="charge_plan", action_id=action_id,
        )  # fmt: skip
        table, _ = await self._client.json(call)
        try:
            return _plan(vin, ask, table)
        except UNREADABLE as error:
            raise AnswerError("answer.malformed", may_have_happened=False) from error


def _body(ask: PlanAsk) -> dict[str, object]:
    timers = None if ask.timers is None else [timer_json(one) for one in ask.timers]
    given = {"timers": timers, "profile": ask.profile, "targetSoc": ask.target, "minSoc": ask.minimum}
    return {name: value for name, value in given.items() if value is not None}


def _plan(vin: str, ask: PlanAsk, table: Any) -> ChargePlan:
    return ChargePlan(
        vin, ask, _when(table["now"]), None if table["reason"] is None else word(table["reason"]),
        tuple(_slot(row) for row in table["slots"]), _given(table["reached"]["percent"]), _when(table["reached"]["at"]),
        moment(table["departure"]), number(table["target"]), number(table["minimum"]),
        tuple((_when(at), _given(percent)) for at, percent in table["curve"]),
        tuple((_given(percent), _given(kw)) for percent, kw in table["power"]),
    )  # fmt: skip


def _slot(row: Any) -> PlanSlot:
    return PlanSlot(
        _when(row["from"]), _when(row["to"]), _given(row["kw"]), _given(row["percent_from"]), _given(row["percent_to"]),
        word(row["kind"]),
    )  # fmt: skip


def _when(value: Any) -> datetime:
    found = moment(value)
    if found is None:
        raise ValueError("no time")
    return found


def _given(value: Any) -> float:
    found = number(value)
    if found is None:
        raise ValueError("no number")
    return found
