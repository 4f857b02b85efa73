"""A departure set in the app, from the press to the warm car: told by events, seen by a relay and by another client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyporscheconnectapi.account import PorscheConnectAccount

from app_driver import VIN, Driver, running
from backend_process import Backend
from companion.core import observe
from companion.model.charge_plan import ChargePlan, PlanAsk
from companion.model.charging import TimersWish
from companion.model.command import Kind, Phase
from companion.model.privacy import Verdict
from companion.model.state import State
from companion.net.ledger import Ledger, export_line
from public_account import with_account
from witness import Witness, differences, secret_items

EVENING = "2030-03-04T18:00:00+00:00"
KEYS = ("BATTERY_LEVEL", "CHARGING_SUMMARY", "HVAC_SUMMARY", "TIMERS")


def told_by(state: State) -> tuple[Any, ...]:
    """What both clients are asked for: percent, status, target, climate, and the one timer."""
    vehicle = state.vehicle
    assert vehicle is not None
    charging, timer = vehicle.charging, vehicle.charging.timers[0]
    return (
        vehicle.energy.charge_percent, charging.status, charging.target, vehicle.climate.is_on, timer.at.isoformat(),
        timer.target,
    )  # fmt: skip


def percent(state: State) -> float:
    assert state.vehicle is not None
    return state.vehicle.energy.charge_percent or 0.0


async def public(account: PorscheConnectAccount) -> tuple[Any, ...]:
    car = await account.get_vehicle(VIN)
    assert car is not None
    await car.get_stored_overview()
    data, timer = car.data, car.data["TIMERS"]["list"][0]
    summary = data["CHARGING_SUMMARY"]
    return (
        car.main_battery_level, summary["status"], summary["targetSoC"], car.remote_climatise_on, timer["triggerDateTime"],
        timer["metadata"]["targetSoc"],
    )  # fmt: skip


async def set_departure(driver: Driver) -> ChargePlan:
    """07:30 at the car's place: its plan is looked at first, then the list is sent."""
    assert driver.state.vehicle is not None
    known = driver.state.vehicle.charging
    day = known.timers[0].at.replace(year=2030, month=3, day=5, hour=7, minute=30)
    one = replace(known.timers[0], at=day, days=(), enabled=True, target=85, charges=True, climatises=True)
    driver.session.plan(PlanAsk((one,)))
    await driver.until(lambda s: s.plan is not None and s.plan.departure is not None)
    driver.session.wish(Kind.TIMERS_SET, TimersWish((one,), known.timers_as_of))
    driver.session.focus("timers_set")
    shown = driver.state.privacy.actions["timers_set"].previews[0].raw
    assert (await driver.command(Kind.TIMERS_SET)).phase is Phase.DONE
    await driver.observed("timers_set")
    view = driver.state.privacy.actions["timers_set"]
    assert [len(entry.raw) for entry in view.entries] == [len(shown)]
    assert {(hop.source, hop.target) for hop in view.hops} >= {
        ("porsche_system", "vehicle"),
        ("vehicle", "porsche_system"),
    }
    assert {record.party for record in view.holdings} >= {"porsche_system", "vehicle", "companion_app"}
    verdicts = {fact.item: fact.verdict for fact in view.entries[0].fields}
    assert (verdicts["charging_timer"], verdicts["charging_target"]) == (Verdict.DECLARED, Verdict.NOT_LISTED)
    plan = driver.state.plan
    assert plan is not None
    return plan


def test_a_departure_wakes_charges_and_warms_the_car_and_everybody_says_the_same(
    tmp_path: Path, aio: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observe, "SETTLING", (0.0,))
    steps: list[tuple[str | None, bool]] = []

    async def follow(driver: Driver, backend: Backend) -> None:
        async def later(period: str) -> None:
            await asyncio.to_thread(backend.stage, "POST", "/demo/clock", {"advance": period})

        async def agree() -> None:
            """Another client reads what this one was told; an event may still be on its way."""
            read = await asyncio.to_thread(with_account, backend, public)
            await driver.until(lambda s: told_by(s) == read, 5)

        def note(state: State) -> None:
            step = (
                (state.vehicle.charging.status, state.vehicle.climate.is_on)
                if state.vehicle is not None
                else (None, False)
            )
            if not steps or steps[-1] != step:
                steps.append(step)

        await driver.sign_in()
        await asyncio.to_thread(backend.stage, "POST", f"/demo/vehicles/{VIN}/battery", {"percent": 55})
        driver.session.plug(True)
        await driver.until(lambda s: s.vehicle is not None and s.vehicle.charging.is_plugged)
        plan = await set_departure(driver)
        driver.app.store.state_changed.connect(note)
        reads = len([entry for entry in driver.entries if entry.request.startswith("vehicles.")])
        # Half of the charging planned is over.
        first = plan.slots[0]
        assert plan.now is not None
        await later(f"PT{round(((first.start + (first.end - first.start) / 2) - plan.now).total_seconds())}S")
        await driver.until(lambda s: steps and s.vehicle.charging.is_charging and percent(s) > 60)
        assert percent(driver.state) < 80
        await agree()
        # Ten minutes before the departure, and ten behind it.
        assert plan.departure is not None
        await later(f"PT{round((plan.departure - driver.app.context.demo_now).total_seconds()) - 600}S")
        await driver.until(lambda s: s.vehicle is not None and s.vehicle.climate.is_on and percent(s) > 80)
        await agree()
        await later("PT20M")
        await driver.until(
            lambda s: s.vehicle is not None and s.vehicle.energy.charge_percent == 85 and not s.vehicle.climate.is_on
        )
        assert (driver.state.vehicle.climate.cabin or 0) > 15
        await agree()
        await driver.until(lambda s: len(s.messages) >= 5)
        told = [one.kind.value for one in reversed(driver.state.messages)]
        # It began at once when the cable came in, before there was a departure.
        assert told[0] == "charging_started"
        assert told[1:] == ["charging_started", "climate_started", "charging_completed", "climate_finished"]
        ready = next(one.at for one in driver.state.messages if one.kind.value == "charging_completed")
        assert ready <= plan.departure
        phones = await asyncio.to_thread(backend.stage, "GET", "/demo/phones", None)
        received = [[one["kind"] for one in phone["messages"]] for phone in phones["phones"]]
        assert received
        assert all(sorted(one) == sorted(told) for one in received), received
        # All of it was told by events: nothing was read.
        assert len([entry for entry in driver.entries if entry.request.startswith("vehicles.")]) == reads

    async def body() -> None:
        with (
            Backend(tmp_path / "backend", "--clock", EVENING) as backend,
            Witness(tmp_path / "relay", backend.parties) as witness,
        ):
            async with running(tmp_path / "app", witness.origins, stage_key=backend.console_token) as driver:
                await follow(driver, backend)
            ledger = Ledger(tmp_path / "app" / "ledger.db", lambda request: {"fields": (), "title": {}, "not_seen": ()})
            lines = [export_line(entry) for entry in ledger]
            ledger.close()
            assert len(lines) > 10
            assert differences(lines, witness.seen(), secret_items()) == []

    aio(body(), 60)
    order = [step for step in steps if step[0] is not None]
    assert order[:2] == [("WAITING_FOR_TIMER", False), ("CHARGING", False)]
    assert {("CHARGING", True)} < set(order)
    assert order[-1][1] is False
