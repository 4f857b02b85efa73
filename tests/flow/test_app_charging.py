"""Charging from the app against a real backend, on a moved clock: what was set is what the car then does, and says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app_driver import VIN, Driver
from backend_process import Backend
from companion.model.charge_plan import PlanAsk
from companion.model.charging import ChargingWish, Timer, TimersWish
from companion.model.command import Kind
from companion.model.privacy import Verdict
from companion.model.state import State


async def at_car(backend: Backend, verb: str, **body: Any) -> None:
    await asyncio.to_thread(backend.stage, "POST", f"/demo/vehicles/{VIN}/{verb}", body)


async def later(driver: Driver, backend: Backend, period: str) -> None:
    await asyncio.to_thread(backend.stage, "POST", "/demo/clock", {"advance": period})


def charge(state: State) -> float:
    assert state.vehicle is not None
    return state.vehicle.energy.charge_percent or 0.0


def test_a_setting_that_is_given_up_is_not_shown_as_what_will_be_sent(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        driver.session.wish(Kind.CHARGE_SET, ChargingWish(70))
        driver.session.focus("charge_set")
        assert driver.state.privacy.actions["charge_set"].previews
        driver.session.wish(Kind.CHARGE_SET, None)
        assert driver.state.privacy.actions["charge_set"].previews == ()
        driver.session.command(Kind.CHARGE_SET)
        assert driver.state.command(Kind.CHARGE_SET) is None, "there is nothing to send"

    drive(use)


def test_a_departure_set_in_the_app_wakes_the_car_charges_it_and_warms_its_cabin(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await at_car(backend, "battery", percent=55)
        assert driver.state.vehicle is not None
        known = driver.state.vehicle.charging
        # 07:30 at the car's place, the next morning.
        day = known.timers[0].at.replace(year=2030, month=3, day=5, hour=7, minute=30)
        wish = TimersWish((Timer(0, day, (), True, 85, True, True),), known.timers_as_of)
        driver.session.wish(Kind.TIMERS_SET, wish)
        driver.session.focus("timers_set")
        assert b"2030-03-05T07:30:00" in driver.state.privacy.actions["timers_set"].previews[0].raw
        assert (await driver.command(Kind.TIMERS_SET)).phase.value == "done"
        await driver.until(lambda s: len(s.vehicle.charging.timers) == 1)  # type: ignore[union-attr]
        driver.session.plug(True)
        await driver.until(lambda s: s.vehicle.charging.status == "WAITING_FOR_TIMER")  # type: ignore[union-attr]
        seen: set[str] = set()
        driver.app.store.state_changed.connect(
            lambda s: seen.update({s.vehicle.charging.status, f"climate {s.vehicle.climate.is_on}"})
        )
        await later(driver, backend, "PT12H15M")
        await driver.until(lambda s: "CHARGING" in seen and "climate True" in seen)
        assert 60 < charge(driver.state) < 86
        await later(driver, backend, "PT30M")
        await driver.until(lambda s: charge(s) == 85 and not s.vehicle.climate.is_on)  # type: ignore[union-attr]
        assert driver.state.vehicle.climate.cabin is not None
        assert driver.state.vehicle.climate.cabin > 15
        listed = {
            fact.item: fact.verdict for one in driver.app.ledger if one.action == "timers_set" for fact in one.fields
        }
        assert listed["charging_timer"] is Verdict.DECLARED
        assert listed["charging_target"] is Verdict.NOT_LISTED

    drive(use)


def test_a_departure_that_only_climatises_is_taken(drive: Callable[..., None]) -> None:
    """The level stands with it, as the form leaves it there, though it does not charge."""

    async def use(driver: Driver, backend: Backend) -> None:
        assert driver.state.vehicle is not None
        known = driver.state.vehicle.charging
        wish = TimersWish((replace(known.timers[0], charges=False, climatises=True),), known.timers_as_of)
        assert wish.timers[0].target is not None
        driver.session.wish(Kind.TIMERS_SET, wish)
        assert (await driver.command(Kind.TIMERS_SET)).phase.value == "done"
        await driver.until(lambda s: [t.charges for t in s.vehicle.charging.timers] == [False])  # type: ignore[union-attr]

    drive(use)


def test_the_cars_plan_is_asked_before_a_departure_is_sent(drive: Callable[..., None]) -> None:
    """What was asked is what left, declared to the last byte; nothing of the car is changed, and nobody keeps the question."""

    async def use(driver: Driver, backend: Backend) -> None:
        await at_car(backend, "battery", percent=40)
        driver.session.plug(True)
        await driver.until(lambda s: s.vehicle.charging.is_plugged and s.vehicle.zone != "")  # type: ignore[union-attr]
        assert driver.state.vehicle is not None
        known = driver.state.vehicle.charging.timers
        one = replace(
            known[0], at=known[0].at.replace(year=2030, month=3, day=5, hour=7, minute=30), days=(), enabled=True
        )
        # Only the last of several questions is asked.
        driver.session.plan(PlanAsk())
        driver.session.plan(PlanAsk((replace(one, target=90, charges=True, climatises=True),)))
        await driver.until(lambda s: s.plan is not None)
        plan = driver.state.plan
        assert plan is not None
        assert (plan.failed, plan.reason, plan.target, plan.percent) == (None, None, 90, 90)
        assert plan.departure == datetime(2030, 3, 5, 6, 30, tzinfo=UTC)
        assert {slot.kind for slot in plan.slots} == {"charge", "climate"}
        assert plan.curve[0][1] == 40
        assert plan.power[0] == (0, 11)
        assert driver.state.vehicle.charging.timers == known
        asked = [entry for entry in driver.app.ledger if entry.action == "charge_plan"]
        assert len(asked) == 1
        assert b'"timers":[{"id":1,' in asked[0].raw
        assert {fact.verdict for fact in asked[0].fields} == {Verdict.CHOICE, Verdict.NOT_LISTED}
        assert {"charging_timer", "charging_target", "vehicle_handle"} <= {fact.item for fact in asked[0].fields}
        driver.session.plan(PlanAsk(()))
        await driver.until(lambda s: s.plan is not None and s.plan.departure is None)
        await at_car(backend, "service", id="e_control", on=False)
        driver.session.plan(PlanAsk())
        await driver.until(lambda s: s.plan is not None and s.plan.failed is not None)
        assert driver.state.plan is not None
        assert driver.state.plan.curve != ()

    drive(use)


def test_direct_charging_and_its_end(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        command = await driver.command(Kind.CHARGE_START)
        assert (command.phase.value, command.params) == ("failed", (("reason", "NOT_PLUGGED"),))
        await at_car(backend, "battery", percent=30)
        driver.session.plug(True)
        await driver.until(lambda s: s.vehicle.charging.is_plugged and charge(s) == 30)  # type: ignore[union-attr]
        assert (await driver.command(Kind.CHARGE_START)).phase.value == "done"
        await driver.until(lambda s: s.vehicle.charging.is_charging and (s.vehicle.charging.power or 0) > 5)  # type: ignore[union-attr]
        assert (await driver.command(Kind.CHARGE_STOP)).phase.value == "done"
        await driver.until(lambda s: not s.vehicle.charging.is_charging)  # type: ignore[union-attr]

    drive(use)


def test_a_setting_is_sent_and_reported_back(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        driver.session.wish(Kind.CHARGE_SET, ChargingWish(75, 30, battery_care=True))
        assert (await driver.command(Kind.CHARGE_SET)).phase.value == "done"
        await driver.until(lambda s: s.vehicle.charging.set_target == 75)  # type: ignore[union-attr]
        assert driver.state.vehicle is not None
        assert (driver.state.vehicle.charging.set_minimum, driver.state.vehicle.charging.battery_care) == (30, True)

    drive(use)


def test_a_setting_that_was_changed_elsewhere_is_not_overwritten(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        assert driver.state.vehicle is not None
        known = driver.state.vehicle.charging
        assert known.setting_as_of
        driver.session.wish(Kind.CHARGE_SET, ChargingWish(75, based_on=known.setting_as_of))
        assert (await driver.command(Kind.CHARGE_SET)).phase.value == "done"
        await driver.until(lambda s: s.vehicle.charging.set_target == 75)  # type: ignore[union-attr]
        driver.session.wish(Kind.CHARGE_SET, ChargingWish(50, based_on=known.setting_as_of))
        command = await driver.command(Kind.CHARGE_SET)
        assert (command.phase.value, command.reason) == ("failed", "command.conflict")
        assert driver.state.vehicle.charging.set_target == 75
        driver.session.wish(Kind.CHARGE_SET, ChargingWish(50, based_on=driver.state.vehicle.charging.setting_as_of))
        assert (await driver.command(Kind.CHARGE_SET)).phase.value == "done"

    drive(use)


def test_an_edit_of_a_list_that_was_changed_elsewhere_is_refused(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        assert driver.state.vehicle is not None
        known = driver.state.vehicle.charging
        mine = TimersWish(tuple(replace(one, enabled=True) for one in known.timers), known.timers_as_of)
        driver.session.wish(Kind.TIMERS_SET, mine)
        await driver.command(Kind.TIMERS_SET)
        await driver.until(lambda s: s.vehicle.charging.timers_as_of != known.timers_as_of)  # type: ignore[union-attr]
        late = TimersWish((replace(known.timers[0], at=known.timers[0].at + timedelta(hours=2)),), known.timers_as_of)
        driver.session.wish(Kind.TIMERS_SET, late)
        command = await driver.command(Kind.TIMERS_SET)
        assert (command.phase.value, command.reason) == ("failed", "command.conflict")
        assert driver.state.vehicle.charging.timers[0].at.hour == known.timers[0].at.hour

    drive(use)
