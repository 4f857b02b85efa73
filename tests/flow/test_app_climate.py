"""Climate from the app against a real backend: what was shown is what left, and the car says the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app_driver import VIN, Driver, running
from backend_process import Backend
from companion.core import observe
from companion.model.climate import ClimateWish
from companion.model.command import Kind
from companion.model.privacy import Verdict

Aio = Callable[..., Any]


@pytest.fixture
def drive(tmp_path: Path, aio: Aio, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    monkeypatch.setattr(observe, "SETTLING", (0.0,))

    def run(use: Callable[[Driver, Backend], Any]) -> None:
        async def body() -> None:
            with Backend(tmp_path / "backend") as backend:
                async with running(tmp_path / "app", {"porsche_system": backend.parties["porsche_system"]}) as driver:
                    await driver.sign_in()
                    await use(driver, backend)

        aio(body(), 40)

    return run


def test_a_wish_is_shown_sent_and_reported_back(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        assert driver.state.vehicle is not None
        assert driver.state.vehicle.climate.status == "OFF"
        driver.session.wish(Kind.CLIMATE_START, ClimateWish(23.5, ("frontLeft", "rearRight")))
        driver.session.focus("climate_start")
        preview = driver.state.privacy.actions["climate_start"].previews[0]
        assert b'"targetTemperature":296.65' in preview.raw
        assert b'"rearRight":true' in preview.raw
        command = await driver.command(Kind.CLIMATE_START)
        assert command.phase.value == "done"
        await driver.until(lambda s: s.vehicle and s.vehicle.climate.is_on)
        assert driver.state.vehicle.climate.target == 23.5
        assert driver.state.vehicle.climate.zones == ("frontLeft", "rearRight")
        sent = next(one for one in driver.app.ledger if one.action == "climate_start")
        assert len(sent.raw) == len(preview.raw)
        # Nothing of it is in the notice's list for this activity.
        listed = {fact.verdict for fact in sent.fields if fact.item.startswith(("climate", "command"))}
        assert listed == {Verdict.NOT_LISTED}
        await driver.command(Kind.CLIMATE_STOP)
        await driver.until(lambda s: s.vehicle and not s.vehicle.climate.is_on)

    drive(use)


def test_starting_without_a_wish_resets_nothing(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        driver.session.wish(Kind.CLIMATE_START, ClimateWish(18.5, ("rearLeft",)))
        await driver.command(Kind.CLIMATE_START)
        await driver.command(Kind.CLIMATE_STOP)
        async with running_again(driver, backend) as other:
            await other.command(Kind.CLIMATE_START)
            await other.until(lambda s: s.vehicle and s.vehicle.climate.is_on)
            assert other.state.vehicle is not None
            assert (other.state.vehicle.climate.target, other.state.vehicle.climate.zones) == (18.5, ("rearLeft",))

    drive(use)


def running_again(driver: Driver, backend: Backend) -> Any:
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def again() -> Any:
        folder = backend.data_dir.parent / "other"
        async with running(folder, {"porsche_system": backend.parties["porsche_system"]}) as other:
            await other.sign_in()
            yield other

    return again()


def test_a_preview_is_made_anew_when_the_wish_changes(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        driver.session.focus("climate_start")
        seen = []
        for target in (17.0, 25.0):
            driver.session.wish(Kind.CLIMATE_START, ClimateWish(target, ()))
            raw = driver.state.privacy.actions["climate_start"].previews[0].raw
            seen.append(json.loads(raw.partition(b"\r\n\r\n")[2])["payload"]["targetTemperature"])
        assert seen == [290.15, 298.15]

    drive(use)


def test_a_car_with_too_little_charge_says_so(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        for verb, body, why in (
            ("twelve_volt", {"volts": 11}, "TWELVE_VOLT_LOW"),
            ("battery", {"percent": 6}, "BATTERY_LOW"),
        ):
            backend.stage("POST", f"/demo/vehicles/{VIN}/{verb}", body)
            command = await driver.command(Kind.CLIMATE_START)
            assert (command.phase.value, command.params) == ("failed", (("reason", why),))

    drive(use)
