"""The account: signing in and out, staying signed in, and being signed out by the other side."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from companion.api.identity import Attempt, Letters
from companion.api.last_known import Owner, Recalled
from companion.core.context import Context
from companion.core.happenings import AccountMoved, ClockSet, NoticeGone, SignedOut, VehiclesListed
from companion.core.inbox import Inbox
from companion.core.previews import Previews, Steps
from companion.errors import AccessError, CaptchaNeeded, CompanionError, NetworkError
from companion.model.state import Account, SignInStage, Tone

DEMO_EMAIL, DEMO_PASSWORD = "owner@demo.example", "demo-drive"
"""The demo backend's public account, printed in the README; no secret."""


class SignIn:
    """`key_name` binds the stored token to one backend and its sign-in origin; empty until the backend is known."""

    def __init__(self, context: Context, previews: Previews, inbox: Inbox) -> None:
        self._context = context
        self._previews = previews
        self._inbox = inbox
        self._draft = ("", "", "")
        self._attempt: Attempt | None = None
        self._asked: tuple[Attempt, str] | None = None
        """The attempt that ended with a picture, and its transaction."""
        self._turn = asyncio.Lock()
        self._known: Recalled | None = None
        self.is_recalled = False
        """The cars on screen are those last known: the backend has not been found yet, and nothing can be asked."""
        self.key_name = ""
        previews.offer("sign_in", self._prepare)
        previews.offer("sign_out", self._prepare_sign_out)

    def draft(self, email: str, password: str, letters: str = "") -> None:
        """What is typed so far: the preview shows its bytes, nothing is sent. `letters`: read from the picture."""
        self._draft = (email, password, letters)
        if self._context.state.account.stage is SignInStage.SIGNED_OUT:
            self._previews.freeze("sign_in")

    def look_back(self) -> None:
        """Reads what the app's last run left."""
        self._known = self._context.apis.last_known.load()
        self._inbox.look_back()

    async def recall(self) -> bool:
        """At a start without a backend: the cars as last known, if the keyring has their sign-in. Nothing is sent."""
        async with self._turn:
            known = self._known
            if known is None or self._context.state.account.stage is not SignInStage.STARTING:
                return False
            token = await self._context.keys.load(known.owner.key_name)
            if token is None:
                return False
            self._context.tokens.refresh_token, self.key_name = token, known.owner.key_name
            self.is_recalled = True
            self._context.apis.pictures.begin()
            self._context.store.apply(ClockSet(known.clock_offset))
            self._context.store.apply(VehiclesListed(known.vehicles))
            self._inbox.enter(known.owner, kept=True)
            self._context.store.apply(AccountMoved(Account(SignInStage.SIGNED_IN, known.owner.email, remembered=True)))
            return True

    async def resume(self) -> bool:
        """Signs in again with the token in the keyring, if there is one for this backend. Raises CompanionError."""
        async with self._turn:
            if self.is_recalled and self._known is not None and self._known.owner.key_name != self.key_name:
                # Another backend answers: these are not its cars, and it never gets their token.
                self._leave(None)
            if self._context.state.account.stage is SignInStage.SIGNED_IN and not self.is_recalled:
                return False
            token = await self._context.keys.load(self.key_name)
            if token is None:
                self._leave(None)
                return False
            self._context.tokens.refresh_token = token
            return await self._resume()

    async def _resume(self) -> bool:
        try:
            await self._renew()
        except AccessError as error:
            await self._context.keys.forget(self.key_name)
            if self.is_recalled:
                self._context.notice("session.signed_out", Tone.WARN, sticky=True)
            self._leave(error if self.is_recalled else None)
            return False
        except CompanionError as error:
            if not self.is_recalled:
                self._context.tokens.clear()
                self._context.store.apply(SignedOut(error.key, error.params))
            raise
        self._signed_in(self._context.state.account.remembered)
        return True

    async def sign_in(self, email: str, password: str, letters: str = "") -> bool:
        """With `letters` an attempt goes on that ended with a picture; without, a new one begins."""
        async with self._turn:
            return await self._sign_in(email, password, letters)

    async def _sign_in(self, email: str, password: str, letters: str) -> bool:
        if self._asked is not None and not letters:
            self._asked = None
            self._context.apis.identity.forget_attempt()
            self._previews.outdated("sign_in")
        if (email, password, letters) != self._draft:
            self.draft(email, password, letters)
        store = self._context.store
        taken = self._previews.take("sign_in")
        if taken is None:
            return False
        started = replace(
            self._context.state.account, stage=SignInStage.SIGNING_IN, email=email, error=None, error_params=()
        )
        store.apply(AccountMoved(started))
        assert self._attempt is not None
        attempt = replace(self._attempt, steps=taken[1])
        self._asked = None
        try:
            await self._context.apis.identity.sign_in(attempt)
        except CompanionError as error:
            ended = replace(
                started, stage=SignInStage.SIGNED_OUT, error=error.key, error_params=error.params, captcha=None
            )
            if isinstance(error, CaptchaNeeded):
                self._asked = (attempt, error.transaction)
                key = "sign_in.captcha_wrong" if letters else error.key
                ended = replace(ended, error=key, captcha=error.image)
            store.apply(AccountMoved(ended))
            return False
        self._draft = ("", "", "")
        self._signed_in(remembered=await self._remember())
        return True

    async def sign_out(self) -> None:
        """The session ends here in any case; a server that does not answer is told so in a notice."""
        async with self._turn:
            await self._sign_out()

    async def _sign_out(self) -> None:
        taken = self._previews.take("sign_out")
        await self._context.keys.forget(self.key_name)
        if taken is not None:
            try:
                await self._context.apis.identity.sign_out(taken[1][0])
            except CompanionError as error:
                self._context.failed(error, "sign_out")
        elif self.is_recalled:
            self._context.say_lost()
        self._leave(None)

    async def account_gone(self) -> None:
        """Nothing is left to sign out of; what this computer kept for it goes too."""
        async with self._turn:
            await self._context.keys.forget(self.key_name)
            self._leave(None)

    async def renew(self) -> None:
        """A new access token; the refresh token rotates with it. Never at the same time as a sign-out."""
        if self.is_recalled:
            raise NetworkError("network.unreachable", party="identity")
        async with self._turn:
            await self._renew()

    async def _renew(self) -> None:
        await self._context.apis.identity.renew()
        self._previews.outdated("sign_out")
        if self._context.state.account.remembered is not False:
            kept = await self._remember()
            self._context.store.apply(AccountMoved(replace(self._context.state.account, remembered=kept)))

    async def expelled(self) -> None:
        """The other side ended the session."""
        self._leave(AccessError("access.signed_out"))
        await self._context.keys.forget(self.key_name)

    def _leave(self, error: CompanionError | None) -> None:
        self.is_recalled, self._known = False, None
        self._context.apis.last_known.erase()
        self._inbox.leave()
        self._context.apis.pictures.erase()
        self._context.tokens.clear()
        self._context.apis.events.last_id = ""
        self._context.apis.commands.planted = {}
        self._previews.drop()
        self._context.store.apply(SignedOut(error.key, error.params) if error is not None else SignedOut())

    async def _remember(self) -> bool:
        kept = await self._context.keys.save(self.key_name, self._context.tokens.refresh_token)
        if not kept and self._context.state.account.remembered is not False:
            self._context.notice("keyring.unavailable", Tone.WARN)
        return kept

    def _signed_in(self, remembered: bool | None) -> None:
        known = self._context.state.account
        email = known.email
        if not email and self._known is not None and self._known.owner.key_name == self.key_name:
            email = self._known.owner.email
        account = replace(
            known, stage=SignInStage.SIGNED_IN, email=email, error=None, error_params=(), captcha=None,
            remembered=remembered,
        )  # fmt: skip
        self._context.store.apply(NoticeGone(key="session.signed_out"))
        self.is_recalled = False
        self._context.store.apply(AccountMoved(account))
        owner = Owner(self.key_name, email)
        self._inbox.enter(owner, kept=bool(remembered))
        if remembered:
            self._context.apis.last_known.begin(owner, self._context.state.link.clock_offset)
            self._context.apis.pictures.begin()
        else:
            # Without the sign-in nobody could look at it again.
            self._context.apis.last_known.erase()
            self._context.apis.pictures.erase()

    def _prepare(self, action_id: str) -> Steps | None:
        if self._context.state.account.stage is not SignInStage.SIGNED_OUT:
            return None
        email, password, text = self._draft
        letters = Letters(text, *self._asked) if self._asked else None
        self._attempt = self._context.apis.identity.prepare(email, password, action_id, letters)
        return self._attempt.steps

    def _prepare_sign_out(self, action_id: str) -> Steps | None:
        if not self._context.tokens.refresh_token:
            return None
        return (self._context.apis.identity.prepare_sign_out(action_id),)
