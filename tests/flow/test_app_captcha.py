"""The letters of a picture at sign-in: asked for, wrong, another one, right; the attempt goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app_driver import Driver, running
from backend_process import Backend
from companion.core.sign_in import DEMO_EMAIL, DEMO_PASSWORD
from companion.model.state import SignInStage


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Backend]:
    with Backend(tmp_path / "backend") as backend:
        backend.stage("POST", "/demo/faults", {"kind": "captcha"})
        yield backend


async def asked(driver: Driver, letters: str = "") -> bytes:
    """Signs in and waits for the picture."""
    before = driver.state.account.captcha
    driver.session.sign_in(DEMO_EMAIL, DEMO_PASSWORD, letters)
    await driver.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT and s.account.captcha not in (None, before))
    picture = driver.state.account.captcha
    assert picture is not None
    return picture


def shown(backend: Backend) -> str:
    letters: str = backend.stage("GET", "/demo/state")["captcha"]
    return letters


def test_the_right_letters_finish_the_sign_in(asking: Backend, tmp_path: Path, aio: Callable[..., Any]) -> None:
    async def body() -> None:
        async with running(tmp_path / "app", {"porsche_system": asking.parties["porsche_system"]}) as driver:
            await driver.find()
            first = await asked(driver)
            assert first.startswith(b"<svg")
            assert driver.state.account.error == "sign_in.captcha"
            second = await asked(driver, "wrong")
            assert driver.state.account.error == "sign_in.captcha_wrong"
            assert second != first
            third = await asked(driver)
            assert third != second, "another picture on request"
            driver.session.draft(DEMO_EMAIL, DEMO_PASSWORD, shown(asking))
            driver.session.sign_in(DEMO_EMAIL, DEMO_PASSWORD, shown(asking))
            await driver.ready()
            assert driver.state.account.captcha is None
            made = [one.request for one in driver.entries if one.action == "sign_in"]
            assert made == [
                "sign_in.authorize", "sign_in.identifier", "sign_in.identifier", "sign_in.authorize", "sign_in.identifier",
                "sign_in.identifier", "sign_in.password", "sign_in.resume", "sign_in.token",
            ]  # fmt: skip
            letters = shown(asking).encode()
            assert all(letters not in one.raw for one in driver.entries), "the letters are a secret"

    aio(body(), 30)
