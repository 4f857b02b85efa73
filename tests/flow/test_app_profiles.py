"""Charging profiles and the heater from the app against a real backend: what was set is what the car then does, and says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app_driver import VIN, Driver, running
from backend_process import Backend
from companion.model.charging import Charging, Profile, ProfilesWish
from companion.model.command import FINAL, Command, Kind
from companion.model.privacy import Verdict
from companion.model.profiles import fresh_id, placed

HYBRID, COMBUSTION = "WP1ZZZ9YZSDA20002", "WP0ZZZ99ZSS230003"


async def at_car(backend: Backend, verb: str, vin: str = VIN, **body: Any) -> None:
    await asyncio.to_thread(backend.stage, "POST", f"/demo/vehicles/{vin}/{verb}", body)


def charging(driver: Driver) -> Charging:
    assert driver.state.vehicle is not None
    return driver.state.vehicle.charging


async def send(driver: Driver, profiles: tuple[Profile, ...], based_on: str | None) -> Command:
    driver.session.wish(Kind.PROFILES_SET, ProfilesWish(profiles, based_on))
    return await driver.command(Kind.PROFILES_SET)


async def look_at(driver: Driver, vin: str) -> None:
    driver.session.select_vehicle(vin)
    await driver.until(lambda s: s.selected == vin and s.vehicle and s.vehicle.reported_at and s.vehicle.capabilities)


def test_a_profile_that_is_set_in_the_app_is_what_the_car_charges_by_at_its_place(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        known, vehicle = charging(driver), driver.state.vehicle
        assert vehicle is not None
        assert vehicle.position is not None
        place = (vehicle.position.latitude, vehicle.position.longitude, 150.0)
        gym = Profile(fresh_id(known.profiles), "Gym", True, 30, 65, place)
        driver.session.wish(Kind.PROFILES_SET, ProfilesWish(placed(known.profiles, gym), known.profiles_as_of))
        driver.session.focus("profiles_set")
        preview = driver.state.privacy.actions["profiles_set"].previews[0]
        assert b'"name":"Gym"' in preview.raw
        assert b'"radius":150' in preview.raw
        assert (await driver.command(Kind.PROFILES_SET)).phase.value == "done"
        await driver.until(lambda s: len(charging(driver).profiles) == 3)
        # It stands before the one for everywhere else and has got a number; the others are as they were.
        home, mine, elsewhere = charging(driver).profiles
        assert (home, elsewhere) == known.profiles
        assert mine == replace(gym, id=mine.id)
        assert mine.id > 1
        assert (charging(driver).profile, charging(driver).reason, charging(driver).target) == (mine.id, "PLACE", 65)
        await at_car(backend, "battery", percent=60)
        driver.session.plug(True)
        await driver.until(lambda s: charging(driver).is_charging)
        await asyncio.to_thread(backend.stage, "POST", "/demo/clock", {"advance": "PT2H"})
        await driver.until(lambda s: s.vehicle.energy.charge_percent == 65 and not charging(driver).is_charging)  # type: ignore[union-attr]
        # Away from there it is another one's turn.
        driver.session.plug(False)
        await at_car(backend, "park", latitude=48.9, longitude=9.3, heading=0)
        await driver.until(lambda s: charging(driver).profile == 1 and charging(driver).target == 85)
        sent = next(one for one in driver.app.ledger if one.action == "profiles_set")
        verdicts = {fact.item: fact.verdict for fact in sent.fields}
        assert verdicts["charging_place"] is Verdict.NOT_LISTED
        assert verdicts["command"] is Verdict.DECLARED
        assert (sent.raw[-40:], len(sent.raw)) == (preview.raw[-40:], len(preview.raw))

    drive(use)


def test_a_list_that_was_changed_elsewhere_is_not_overwritten(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        known = charging(driver)
        home, elsewhere = known.profiles
        assert (await send(driver, (replace(home, target=70), elsewhere), known.profiles_as_of)).phase.value == "done"
        await driver.until(lambda s: charging(driver).profiles[0].target == 70)
        late = await send(driver, (replace(home, name="Old home"), elsewhere), known.profiles_as_of)
        assert (late.phase.value, late.reason) == ("failed", "command.conflict")
        assert (charging(driver).profiles[0].name, charging(driver).profiles[0].target) == ("Home", 70)

    drive(use)


def test_a_profile_that_was_deleted_elsewhere_is_not_brought_back_by_an_edit(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        known = charging(driver)
        home, elsewhere = known.profiles
        folder = backend.data_dir.parent / "other"
        async with running(folder, {"porsche_system": backend.parties["porsche_system"]}) as other:
            await other.sign_in()
            assert (await send(other, (elsewhere,), charging(other).profiles_as_of)).phase.value == "done"
        # The app hears of it by itself.
        await driver.until(lambda s: len(charging(driver).profiles) == 1)
        late = await send(driver, (replace(home, target=70), elsewhere), known.profiles_as_of)
        assert late.reason == "command.conflict"
        # Even on the list as it is now its number is no longer the car's.
        late = await send(driver, (replace(home, target=70), elsewhere), charging(driver).profiles_as_of)
        assert (late.reason, dict(late.params)) == ("command.not_taken", {"field": "id"})
        # As a new one it is taken.
        again = placed(charging(driver).profiles, replace(home, id=-1, target=70))
        assert (await send(driver, again, charging(driver).profiles_as_of)).phase.value == "done"
        await driver.until(lambda s: [one.name for one in charging(driver).profiles] == ["Home", "Everywhere else"])

    drive(use)


def test_the_older_profiles_of_the_hybrid_are_switched(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await look_at(driver, HYBRID)
        known = charging(driver)
        general, home = known.profiles
        assert (known.profiles_most, known.profile, known.target) == (None, general.id, 80)
        wanted = (replace(general, enabled=False), replace(home, enabled=True, target=70))
        assert (await send(driver, wanted, known.profiles_as_of)).phase.value == "done"
        await driver.until(lambda s: charging(driver).profiles == wanted)
        assert (charging(driver).profile, charging(driver).target) == (home.id, 70)

    drive(use)


def test_the_heater_is_started_runs_and_is_stopped(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await look_at(driver, COMBUSTION)
        assert driver.state.vehicle is not None
        assert (driver.state.vehicle.climate.heater, driver.state.vehicle.climate.is_known) == (False, False)
        driver.session.focus("heater_start")
        preview = driver.state.privacy.actions["heater_start"].previews[0]
        assert preview.silence["en"].startswith("The notice lists no command")
        assert (await driver.command(Kind.HEATER_START)).phase.value == "done"
        await driver.until(lambda s: s.vehicle.climate.heater and s.vehicle.climate.heater_minutes == 30)  # type: ignore[union-attr]
        assert (await driver.command(Kind.HEATER_STOP)).phase.value == "done"
        await driver.until(lambda s: s.vehicle.climate.heater is False)  # type: ignore[union-attr]
        assert "command.heater_off" in driver.said_keys()
        assert {"climate.heater_start", "climate.heater_stop"} <= {one.request for one in driver.app.ledger}

    drive(use)


def test_with_too_little_fuel_the_heater_stays_off_and_the_reason_is_told(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await look_at(driver, COMBUSTION)
        await at_car(backend, "fuel", COMBUSTION, percent=5)
        command = await driver.command(Kind.HEATER_START)
        assert (command.phase.value, command.params) == ("failed", (("reason", "FUEL_LOW"),))

    drive(use)


def test_how_a_heater_command_went_whose_answer_was_lost_is_found_out_from_the_car(drive: Callable[..., None]) -> None:
    """The fault comes before the command is taken: the heater stays off."""

    async def use(driver: Driver, backend: Backend) -> None:
        await look_at(driver, COMBUSTION)
        for kind, phase, reason in (
            (Kind.HEATER_START, "failed", "command.no_effect"),
            (Kind.HEATER_STOP, "done", None),
        ):
            body = {"kind": "answer", "route": "command", "mode": "die", "times": 1}
            await asyncio.to_thread(backend.stage, "POST", "/demo/faults", body)
            assert (await driver.command(kind)).phase.value == "unknown"
            driver.session.check_command(kind)
            command = await driver.ended(kind, *FINAL)
            assert (command.phase.value, command.reason) == (phase, reason)

    drive(use)
