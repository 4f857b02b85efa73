"""Accounts and their sessions. Passwords and tokens are kept as hashes only.

The security code itself has to be readable: the maker's proof is a hash over code and challenge, which only somebody who
knows the code can check.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from mock_backend.clock import Clock
from mock_backend.vault import Record, Vault

ACCESS_LIFE = 3600.0


@dataclass(frozen=True, slots=True)
class Grant:
    """Tokens as the client gets them; lifetimes in seconds of the session clock."""

    access_token: str
    refresh_token: str
    expires_in: int


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _stretch(password: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), 20_000).hex()


class Accounts:
    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self._access: dict[str, tuple[int, float]] = {}
        """Hash of an access token -> (session record, end on the session clock). Gone at a restart."""

    # -- accounts -----------------------------------------------------------------------------------------------

    def create(self, account: str, email: str, password: str, code: str) -> None:
        salt = secrets.token_hex(8)
        values = {"email": email, "salt": salt, "password": _stretch(password, salt), "code": code}
        self._vault.keep("product.account", account, values, owner=account, tag=email.casefold())

    def exists(self, account: str) -> bool:
        return self._vault.newest("product.account", account) is not None

    def by_email(self, email: str) -> Record | None:
        return next(self._vault.find("product.account", tag=email.casefold()), None)

    def check(self, email: str, password: str) -> str | None:
        """The account's id if both are right."""
        row = self.by_email(email)
        given = _stretch(password, row.values["salt"] if row else "none")
        return row.subject if row and hmac.compare_digest(given, row.values["password"]) else None

    def is_password(self, account: str, password: str) -> bool:
        row = self._vault.newest("product.account", account)
        return row is not None and self.check(row.values["email"], password) == account

    def code(self, account: str) -> str:
        row = self._vault.newest("product.account", account)
        return str(row.values["code"]) if row else ""

    # -- sessions -----------------------------------------------------------------------------------------------

    def open(self, account: str, trace: str) -> Grant:
        refresh = secrets.token_urlsafe(32)
        number = self._vault.keep(
            "product.session", account, {"refresh": digest(refresh)}, trace=trace, owner=account, tag=digest(refresh)
        )
        return self._grant(number, refresh)

    def renew(self, refresh: str) -> Grant | None:
        """A new pair for a refresh token that was used for the first time."""
        row = next(self._vault.find("product.session", tag=digest(refresh)), None)
        if row is None:
            return None
        fresh = secrets.token_urlsafe(32)
        self._vault.change(row.id, {"refresh": digest(fresh)}, tag=digest(fresh))
        self._drop(row.id)
        return self._grant(row.id, fresh)

    def revoke(self, token: str) -> str | None:
        """Ends the session of a token; returns its account, None if there was none."""
        row = next(self._vault.find("product.session", tag=digest(token)), None)
        row = row or self._vault.get(self._access.get(digest(token), (0, 0.0))[0])
        if row is None:
            return None
        self._vault.erase(row.id)
        self._drop(row.id)
        return row.subject

    def account_of(self, access: str) -> str | None:
        """Whose token this is, while it lives."""
        number, end = self._access.get(digest(access), (0, 0.0))
        row = self._vault.get(number) if end > self._clock.session() else None
        return row.subject if row else None

    def expire_access(self) -> None:
        """For demo staff: every access token ends now; refresh tokens live on."""
        self._access.clear()

    def revoke_all(self) -> None:
        for row in list(self._vault.find("product.session")):
            self._vault.erase(row.id)
        self._access.clear()

    def _grant(self, number: int, refresh: str) -> Grant:
        access = secrets.token_urlsafe(32)
        self._access[digest(access)] = (number, self._clock.session() + ACCESS_LIFE)
        return Grant(access, refresh, int(ACCESS_LIFE))

    def end(self, account: str) -> None:
        """Every token of an account is worth nothing any more; the records go with the account."""
        mine = {row.id for row in self._vault.find("product.session", account)}
        self._access = {key: value for key, value in self._access.items() if value[0] not in mine}

    def _drop(self, number: int) -> None:
        self._access = {key: value for key, value in self._access.items() if value[0] != number}
