"""What can go wrong, and the two questions asked of each failure: worth trying again? may it have happened?

    CompanionError
      NetworkError        no connection, a lost one, no answer in time
      AnswerError         an answer that cannot be read
      ServerError         the receiver says it cannot: 5xx, 429
      AccessError         not, or no longer, allowed: 401, 403
      RefusedError        the receiver says no to this one request: other 4xx
      DoorError           our own door stopped it: nothing left
      SignInError         the sign-in did not go through
        CaptchaNeeded     the sign-in service wants letters read from a picture

An error carries a key and values, never a sentence; `ui/notice.py` turns them into words.
"""

from __future__ import annotations

from collections.abc import Mapping


class CompanionError(Exception):
    """`temporary`: the same request may work later. `may_have_happened`: it may have had its effect."""

    temporary = False
    may_have_happened = False

    def __init__(
        self, key: str, *, temporary: bool | None = None, may_have_happened: bool | None = None, **params: object
    ) -> None:
        super().__init__(key)
        self.key = key
        self.detail: Mapping[str, object] = {}
        """What the receiver said, as read from its answer; never shown as it is."""
        self.params = tuple((name, str(value)) for name, value in params.items())
        if temporary is not None:
            self.temporary = temporary
        if may_have_happened is not None:
            self.may_have_happened = may_have_happened

    def param(self, name: str) -> str | None:
        return dict(self.params).get(name)


class NetworkError(CompanionError):
    temporary = True


class AnswerError(CompanionError):
    may_have_happened = True


class ServerError(CompanionError):
    temporary = True
    may_have_happened = True


class AccessError(CompanionError):
    pass


class RefusedError(CompanionError):
    pass


class DoorError(CompanionError):
    pass


class SignInError(CompanionError):
    pass


class CaptchaNeeded(SignInError):
    """`image` is the picture's bytes, SVG or PNG; `transaction` is the server's number of this sign-in, a secret."""

    def __init__(self, image: bytes, transaction: str) -> None:
        super().__init__("sign_in.captcha")
        self.image = image
        self.transaction = transaction
