"""Requests frozen before the press: made when an action gets the focus, used once, made anew when they grow old."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

from companion.api.previews import Prepared
from companion.core.context import Context
from companion.core.happenings import Focused, Previewed
from companion.errors import CompanionError

Steps = tuple[Prepared, ...]
Maker = Callable[[str], Steps | None]
"""action_id -> frozen requests, or None while the action cannot be (no car, nothing typed)."""


class Previews:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._makers: dict[str, Maker] = {}
        self._held: dict[str, tuple[str, Steps]] = {}

    def offer(self, action: str, maker: Maker) -> None:
        self._makers[action] = maker

    def focus(self, action: str) -> None:
        """The panel follows `action`; if it can be pressed, its bytes are frozen and shown."""
        if action in self._makers and self.freeze(action) is None:
            self._announce(action)
        self._context.store.apply(Focused(action))

    def freeze(self, action: str) -> tuple[str, Steps] | None:
        """Draws new ids and shows what they give."""
        action_id = uuid.uuid4().hex
        try:
            steps = self._makers[action](action_id)
        except CompanionError:
            # The party's address is not known yet, or nobody is signed in.
            steps = None
        if steps is None:
            self.withdraw(action)
            return None
        self._held[action] = (action_id, steps)
        api = self._context.apis.previews
        view = api.frame(action, action_id)
        self._context.store.apply(Previewed(replace(view, previews=tuple(api.show(step) for step in steps))))
        return self._held[action]

    def _announce(self, action: str) -> None:
        """With nothing to send it is shown as an action all the same."""
        if action not in self._context.state.privacy.actions:
            self._context.store.apply(Previewed(self._context.apis.previews.frame(action)))

    def take(self, action: str) -> tuple[str, Steps] | None:
        """What was shown, for single use; frozen anew, and shown, if its minute is over."""
        held = self._held.pop(action, None)
        if held is not None and all(self._context.apis.previews.is_valid(step) for step in held[1]):
            return held
        fresh = self.freeze(action)
        self._held.pop(action, None)
        return fresh

    def renew_shown(self) -> None:
        """Keeps the focused preview valid while it is looked at."""
        action = self._context.state.privacy.focus
        held = self._held.get(action)
        if held is not None and not all(self._context.apis.previews.is_valid(step) for step in held[1]):
            self.freeze(action)

    def outdated(self, action: str) -> None:
        """What its bytes were made from has changed."""
        if self._held.pop(action, None) is not None:
            self.freeze(action)

    def withdraw(self, action: str) -> None:
        """What was shown would not be sent any more."""
        self._held.pop(action, None)
        known = self._context.state.privacy.actions.get(action)
        if known is not None and known.previews:
            self._context.store.apply(Previewed(replace(known, previews=())))

    def drop(self) -> None:
        """Another car, or nobody signed in: none of it would be sent as it was shown. What is looked at is made anew."""
        for action in tuple(self._context.state.privacy.actions):
            self.withdraw(action)
        self._held.clear()
        focus = self._context.state.privacy.focus
        if focus in self._makers:
            self.freeze(focus)
