"""The end of the account: shown before it is sent, and what it erased told afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from companion.core.context import Context
from companion.core.happenings import AccountDeleted, DeletionFailed, LedgerErased
from companion.core.previews import Previews, Steps
from companion.errors import CompanionError, RefusedError

ACTION = "delete_account"


class AccountEnd:
    """`leave` ends the session here once the account is gone."""

    def __init__(self, context: Context, previews: Previews, leave: Callable[[], Awaitable[None]]) -> None:
        self._context = context
        self._previews = previews
        self._leave = leave
        self._password = ""
        self._running = False
        previews.offer(ACTION, self._prepare)

    def draft(self, password: str) -> None:
        """What is typed so far: the preview shows its bytes, nothing is sent. What was wrong with another password is over."""
        if self._context.state.end_failed is not None:
            self._context.store.apply(DeletionFailed(None))
        self._password = password
        self._previews.freeze(ACTION)

    def delete(self, password: str) -> None:
        if self._running:
            return
        if password != self._password:
            self.draft(password)
        self._running = True
        self._context.store.apply(DeletionFailed(None))
        self._context.tasks.spawn(self._delete(), name=ACTION)

    async def _delete(self) -> None:
        async with self._context.looks.none():
            await self._end()

    async def _end(self) -> None:
        try:
            taken = self._previews.take(ACTION)
            if taken is None:
                self._context.store.apply(DeletionFailed("network.unreachable"))
                return
            deletion = await self._context.apis.account.delete(taken[1][0])
        except CompanionError as error:
            # Whatever went wrong, what was typed is asked for again.
            why = error if isinstance(error, RefusedError) else _cautious(error)
            if why.key == "access.signed_out":
                self._context.on_expelled()
            self._context.store.apply(DeletionFailed(why.key, why.params))
            return
        finally:
            self._password, self._running = "", False
        self._context.ledger.erase()
        self._context.store.apply(LedgerErased())
        await self._leave()
        self._context.store.apply(AccountDeleted(deletion))

    def _prepare(self, action_id: str) -> Steps | None:
        if not self._password:
            return None
        return (self._context.apis.account.prepare_deletion(self._password, action_id),)


def _cautious(error: CompanionError) -> CompanionError:
    """A request whose answer is missing may have been carried out: then the account is gone, and a sign-in tells."""
    return RefusedError("account.not_confirmed") if error.may_have_happened else error
