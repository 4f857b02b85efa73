"""The Privacy page's own looks, and the demo clock that staff move from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from companion.core.context import Context
from companion.core.happenings import AccountMoved, ReceiptTaken, TodaySeen
from companion.core.held import HeldNow
from companion.errors import CompanionError
from companion.model.state import Tone


class PrivacyPage:
    """A look at a time; one that is asked for meanwhile follows it."""

    def __init__(self, context: Context, held: HeldNow) -> None:
        self._context = context
        self._held = held
        self._looking = False
        self._again = False

    def look(self) -> None:
        if self._looking:
            self._again = True
            return
        self._looking = True
        self._context.tasks.spawn(self._look(), name="privacy page")

    async def _look(self) -> None:
        try:
            while True:
                self._again = False
                async with self._context.looks.one():
                    await self._once()
                if not self._again:
                    return
        finally:
            self._looking = False

    async def _once(self) -> None:
        context = self._context
        midnight = _midnight(context.demo_now)
        sent = context.ledger.sums(midnight)
        try:
            today = await context.apis.today.look(sent, midnight)
        except CompanionError as error:
            before = context.state.today
            if before.read_at is None:
                today = await context.apis.today.own(sent, error)
            else:
                today = replace(before, failed=error.key, failed_params=error.params)
        context.store.apply(TodaySeen(today))
        await self._held.anew()

    def advance(self, period: str) -> None:
        """`period`: ISO 8601, or "next"."""
        self._context.tasks.spawn(self._advance(period), name="demo clock")

    async def _advance(self, period: str) -> None:
        try:
            stage = self._context.apis.stage
            move = await (stage.advance_to_next() if period == "next" else stage.advance(period))
        except CompanionError as error:
            if error.key == "answer.unexpected" and period == "next":
                self._context.notice("clock.nothing_due", Tone.INFO)
            else:
                self._context.failed(error, "unsure" if error.may_have_happened else "undone")
            return
        key = "clock.moved_gone" if move.rows else "clock.moved"
        self._context.notice(key, Tone.OK, moment=move.to.isoformat(), rows=str(move.rows), parties=str(move.parties))
        self.look()
        if self._context.state.receipts:
            # Somebody is following what lies in the files: what went shows there at once.
            await self._take_receipt()

    def take_receipt(self) -> None:
        self._context.tasks.spawn(self._take_receipt(), name="receipt")

    async def _take_receipt(self) -> None:
        try:
            receipt = await self._context.apis.account.receipt()
        except CompanionError as error:
            self._context.failed(error, "undone")
            return
        self._context.store.apply(ReceiptTaken(receipt))

    def fresh_demo(self) -> None:
        self._context.tasks.spawn(self._fresh_demo(), name="fresh demo")

    async def _fresh_demo(self) -> None:
        try:
            await self._context.apis.stage.fresh()
        except CompanionError as error:
            self._context.failed(error, "unsure" if error.may_have_happened else "undone")
            return
        account = self._context.state.account
        if account.error == "sign_in.demo_gone":
            self._context.store.apply(AccountMoved(replace(account, error=None)))
        self._context.notice("demo.fresh", Tone.OK)


def _midnight(now: datetime) -> datetime:
    """The start of the day where the owner is."""
    return now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
