"""What runs on the session clock, which no test can wait for: tokens, codes, challenges, lockouts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mock_backend.app import Backend
from mock_backend.identity.accounts import ACCESS_LIFE, Accounts
from mock_backend.porsche_system import commands as commands_module
from mock_backend.porsche_system.commands import CHALLENGE_LIFE, PAUSE, Commands
from mock_backend.web import Refused

VIN = "WP0ZZZY1ZSSA10001"


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    backend = Backend(tmp_path, None, 0)
    yield backend
    backend.close()


@pytest.fixture
def later(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the session clock on by seconds."""
    now = [1000.0]
    monkeypatch.setattr(backend.clock, "session", lambda: now[0])

    def move(seconds: float) -> None:
        now[0] += seconds

    return move


@pytest.fixture
def commands(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Without the car behind it."""
    monkeypatch.setattr(commands_module, "spawn", lambda coro, name: coro.close())
    maker = backend.vaults["porsche_system"]
    return Commands(maker, backend.clock, backend.garage, backend.board, backend.accounts, backend.events, backend.wire)


def take(backend: Backend, commands: Commands, key: str, spin: Any = None) -> dict[str, Any]:
    car = backend.garage.any_car(VIN)
    assert car is not None
    return commands.take(car, {"key": key, "payload": {"spin": spin}}, None, "t" * 32)


def proof(challenge: str, code: str = "1948") -> dict[str, str]:
    return {"challenge": challenge, "hash": hashlib.sha512(bytes.fromhex(code + challenge)).hexdigest().upper()}


def status(call: Callable[[], Any]) -> int:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.status


def test_a_challenge_lives_a_minute(backend: Backend, commands: Commands, later: Callable[[float], None]) -> None:
    in_time, too_late = (take(backend, commands, "SPIN_CHALLENGE")["data"]["challenge"] for _ in range(2))
    later(CHALLENGE_LIFE)
    assert take(backend, commands, "UNLOCK", proof(in_time))["status"]["result"] == "ACCEPTED"
    later(0.1)
    assert status(lambda: take(backend, commands, "UNLOCK", proof(too_late))) == 409


def test_a_lockout_ends_after_its_pause_and_the_count_starts_anew(
    backend: Backend, commands: Commands, later: Callable[[float], None]
) -> None:
    for expected in (403, 403, 403, 403, 423):
        challenge = take(backend, commands, "SPIN_CHALLENGE")["data"]["challenge"]
        wrong = proof(challenge, "0000")
        assert status(lambda wrong=wrong: take(backend, commands, "UNLOCK", wrong)) == expected
    later(PAUSE - 1)
    assert status(lambda: take(backend, commands, "SPIN_CHALLENGE")) == 423
    later(1)
    challenge = take(backend, commands, "SPIN_CHALLENGE")["data"]["challenge"]
    assert status(lambda: take(backend, commands, "UNLOCK", proof(challenge, "0000"))) == 403
    challenge = take(backend, commands, "SPIN_CHALLENGE")["data"]["challenge"]
    assert take(backend, commands, "UNLOCK", proof(challenge))["status"]["result"] == "ACCEPTED"


def test_an_access_token_ends_and_its_refresh_token_does_not(backend: Backend, later: Callable[[float], None]) -> None:
    accounts: Accounts = backend.accounts
    grant = accounts.open("owner-1", "t" * 32)
    later(ACCESS_LIFE - 1)
    assert accounts.account_of(grant.access_token) == "owner-1"
    later(1)
    assert accounts.account_of(grant.access_token) is None
    fresh = accounts.renew(grant.refresh_token)
    assert fresh is not None
    assert accounts.account_of(fresh.access_token) == "owner-1"


def test_signing_out_ends_the_streams_of_that_account_only(backend: Backend) -> None:
    accounts = backend.accounts
    accounts.create("owner-2", "two@demo.example", "x", "1234")
    one, two = accounts.open("owner-1", "t" * 32), accounts.open("owner-2", "t" * 32)
    assert accounts.revoke(one.refresh_token) == "owner-1"
    assert accounts.revoke(one.refresh_token) is None
    assert accounts.account_of(one.access_token) is None
    assert accounts.account_of(two.access_token) == "owner-2"
    assert accounts.revoke(two.access_token) == "owner-2"


def test_passwords_are_compared_whole_and_e_mail_in_any_case(backend: Backend) -> None:
    check = backend.accounts.check
    assert check("OWNER@demo.example", "demo-drive") == "owner-1"
    for email, password in (("owner@demo.example", "demo-driv"), ("owner@demo.example", ""), ("other", "demo-drive")):
        assert check(email, password) is None
