"""The car's switches in the app against a real backend: flipped at the stand or in the car, told by events, kept true."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app_driver import VIN, Driver, running
from backend_process import Backend
from companion.core import observe
from companion.model.command import Kind
from companion.model.state import State

Aio = Callable[..., Any]


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, "SETTLING", (0.0,))


@pytest.fixture
def drive(tmp_path: Path, aio: Aio) -> Callable[..., None]:
    """Runs a coroutine function with a signed-in app that has looked at the switches."""

    def run(use: Callable[[Driver, Backend], Any], stand: bool = True) -> None:
        async def body() -> None:
            with Backend(tmp_path / "backend") as backend:
                origins = {"porsche_system": backend.parties["porsche_system"]}
                key = backend.console_token if stand else ""
                async with running(tmp_path / "app", origins, stage_key=key) as driver:
                    await driver.sign_in()
                    driver.session.look_into_car()
                    await driver.until(lambda s: s.in_car.vin == VIN and s.in_car.switches)
                    await use(driver, backend)

        aio(body(), 40)

    return run


async def at_car(backend: Backend, verb: str, **body: Any) -> None:
    await asyncio.to_thread(backend.stage, "POST", f"/demo/vehicles/{VIN}/{verb}", body)


def on(state: State, name: str) -> bool:
    one = state.in_car.switch(name)
    assert one is not None
    return one.on


def test_the_car_said_how_its_switches_stand(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        seen = driver.state.in_car
        assert [(one.id, one.on, one.said_at is not None) for one in seen.switches] == [
            ("private_mode", False, True), ("remote_access", True, True), ("without_location", True, True),
        ]  # fmt: skip
        assert len(seen.services) == 21
        assert all(one.because is None for one in seen.services)
        lines = [one.line for one in seen.services]
        assert lines == sorted(lines)
        assert {one.id for one in seen.what_ifs} == {one.id for one in (*seen.switches, *seen.services)}

    drive(use, stand=False)


def test_private_mode_is_told_by_an_event_and_takes_the_car_off_the_screen(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await at_car(backend, "private_mode", on=True)
        await driver.until(lambda s: on(s, "private_mode") and s.vehicle and s.vehicle.switches.private_mode)
        assert {one.because for one in driver.state.in_car.services} == {"private_mode"}
        driver.session.read_stored()
        await driver.until(lambda s: s.reading.value == "idle")
        assert driver.state.vehicle is not None
        assert driver.state.vehicle.switches.private_mode is True
        await at_car(backend, "open", part="WINDOW_REAR_LEFT")
        await at_car(backend, "private_mode", on=False)
        await driver.until(lambda s: not on(s, "private_mode") and s.vehicle and not s.vehicle.switches.private_mode)
        await driver.until(
            lambda s: any(one.part.value == "window_rear_left" and one.is_open for one in s.vehicle.body.openings)  # type: ignore[union-attr]
        )

    drive(use)


def test_at_the_stand_every_switch_is_flipped_from_the_page(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        for name, usual in (("private_mode", False), ("remote_access", True), ("without_location", True)):
            driver.session.flip(name, not usual)
            await driver.until(lambda s, name=name, usual=usual: on(s, name) is not usual)
            driver.session.flip(name, usual)
            await driver.until(lambda s, name=name, usual=usual: on(s, name) is usual)
        driver.session.flip("car_finder", False)
        await driver.until(lambda s: any(one.id == "car_finder" and not one.on for one in s.in_car.services))
        group = {one.id for one in driver.state.in_car.services if one.group}
        driver.session.flip("without_location", False)
        await driver.until(
            lambda s: {one.id for one in s.in_car.services if one.because == "without_location"} == group
        )
        assert driver.said == []

    drive(use)


def test_remote_access_off_refuses_a_command_with_its_reason(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await at_car(backend, "remote_access", on=False)
        await driver.until(lambda s: s.vehicle and s.vehicle.switches.remote_access is False)
        command = await driver.command(Kind.LOCK)
        assert (command.phase.value, command.reason) == ("failed", "access.remote_access_off")

    drive(use)


def test_a_flip_that_is_refused_is_said_and_the_page_shows_what_is_so(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        before = driver.state.in_car
        driver.session.flip("no_such_service", False)
        await driver.until(lambda s: s.notices and s.in_car is not before)
        assert driver.state.in_car.failed is None
        assert on(driver.state, "private_mode") is False

    drive(use)


def test_a_look_that_fails_keeps_what_was_known(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        backend.stop()
        driver.session.look_into_car()
        await driver.until(lambda s: s.in_car.failed is not None)
        assert driver.state.in_car.switches
        backend.start()

    drive(use)


def test_a_backend_without_such_a_page_is_no_failure(drive: Callable[..., None]) -> None:
    """Another backend may know no handles."""

    async def use(driver: Driver, backend: Backend) -> None:
        from dataclasses import replace

        from companion.core.happenings import VehicleRead

        assert driver.state.vehicle is not None
        driver.app.store.apply(VehicleRead(replace(driver.state.vehicle, handle="")))
        driver.session.look_into_car()
        await driver.until(lambda s: s.in_car.failed == "in_car.not_told")
        assert driver.said == []

    drive(use)
