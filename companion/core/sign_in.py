"""The account: signing in and out, staying signed in, and being signed out by the other side."""

from __future__ import annotations

from dataclasses import replace

from companion.api.identity import Attempt
from companion.core.context import Context
from companion.core.happenings import AccountMoved, SignedOut
from companion.core.previews import Previews, Steps
from companion.errors import AccessError, CompanionError
from companion.model.state import Account, SignInStage, Tone

DEMO_EMAIL, DEMO_PASSWORD = "owner@demo.example", "demo-drive"
"""The demo backend's public account, printed in the README; no secret."""


class SignIn:
    """`key_name` binds the stored token to one backend and its sign-in origin; empty until the backend is known."""

    def __init__(self, context: Context, previews: Previews) -> None:
        self._context = context
        self._previews = previews
        self._draft = ("", "")
        self._attempt_state = ""
        self.key_name = ""
        previews.offer("sign_in", self._prepare)
        previews.offer("sign_out", self._prepare_sign_out)

    def draft(self, email: str, password: str) -> None:
        """What is typed so far: the preview shows its bytes, nothing is sent."""
        self._draft = (email, password)
        if self._context.state.account.stage is SignInStage.SIGNED_OUT:
            self._previews.freeze("sign_in")

    async def resume(self) -> bool:
        """Signs in again with the token in the keyring, if there is one for this backend."""
        token = await self._context.keys.load(self.key_name)
        if token is None:
            self._context.store.apply(SignedOut())
            return False
        self._context.tokens.refresh_token = token
        try:
            await self.renew()
        except AccessError:
            await self._context.keys.forget(self.key_name)
            self._context.store.apply(SignedOut())
            return False
        self._signed_in(remembered=True)
        return True

    async def sign_in(self, email: str, password: str) -> bool:
        if (email, password) != self._draft:
            self.draft(email, password)
        store = self._context.store
        taken = self._previews.take("sign_in")
        if taken is None:
            return False
        store.apply(AccountMoved(Account(SignInStage.SIGNING_IN, email)))
        try:
            await self._context.apis.identity.sign_in(self._attempt(taken[1]))
        except CompanionError as error:
            store.apply(AccountMoved(Account(SignInStage.SIGNED_OUT, email, error.key)))
            return False
        self._draft = ("", "")
        self._signed_in(remembered=await self._remember())
        return True

    async def sign_out(self) -> None:
        """The session ends here in any case; a server that does not answer is told so in a notice."""
        taken = self._previews.take("sign_out")
        await self._context.keys.forget(self.key_name)
        if taken is not None:
            try:
                await self._context.apis.identity.sign_out(taken[1][0])
            except CompanionError as error:
                self._context.failed(error)
        self._leave(None)

    async def renew(self) -> None:
        """A new access token; the refresh token rotates with it."""
        await self._context.apis.identity.renew()
        if self._context.state.account.remembered is not False:
            await self._context.keys.save(self.key_name, self._context.tokens.refresh_token)

    async def expelled(self) -> None:
        """The other side ended the session."""
        await self._context.keys.forget(self.key_name)
        self._leave("access.signed_out")

    def _leave(self, error: str | None) -> None:
        self._context.tokens.clear()
        self._previews.drop()
        self._context.store.apply(SignedOut(error))

    async def _remember(self) -> bool:
        kept = await self._context.keys.save(self.key_name, self._context.tokens.refresh_token)
        if not kept and self._context.state.account.remembered is None:
            self._context.notice("keyring.unavailable", Tone.WARN)
        return kept

    def _signed_in(self, remembered: bool) -> None:
        account = replace(self._context.state.account, stage=SignInStage.SIGNED_IN, error=None, remembered=remembered)
        self._context.store.apply(AccountMoved(account))

    def _prepare(self, action_id: str) -> Steps | None:
        if self._context.state.account.stage is not SignInStage.SIGNED_OUT:
            return None
        attempt = self._context.apis.identity.prepare(*self._draft, action_id)
        self._attempt_state = attempt.state
        return attempt.steps

    def _attempt(self, steps: Steps) -> Attempt:
        return Attempt(steps, self._attempt_state)

    def _prepare_sign_out(self, action_id: str) -> Steps | None:
        if not self._context.tokens.refresh_token:
            return None
        return (self._context.apis.identity.prepare_sign_out(action_id),)
