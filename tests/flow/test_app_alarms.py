"""Rings, the valet and a break-in from the app against a real backend: set once, watched in the car, told once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app_driver import VIN, Driver
from backend_process import Backend
from companion.model.alarms import Alarms, Ring, RingsWish, SpeedAlarm, SpeedsWish
from companion.model.command import Kind
from companion.model.privacy import Verdict
from companion.model.state import State

HERE = (48.8003, 9.0112)
OUT = [[48.8003, 9.0312, 80]]
BACK = [[48.8003, 9.0112, 80]]


async def at_car(backend: Backend, verb: str, **body: Any) -> None:
    await asyncio.to_thread(backend.stage, "POST", f"/demo/vehicles/{VIN}/{verb}", body)


async def later(backend: Backend, period: str) -> None:
    await asyncio.to_thread(backend.stage, "POST", "/demo/clock", {"advance": period})


def alarms(state: State) -> Alarms:
    assert state.vehicle is not None
    return state.vehicle.alarms


async def set_rings(driver: Driver, *rings: Ring) -> None:
    driver.session.wish(Kind.RINGS_SET, RingsWish(rings, alarms(driver.state).rings_as_of))
    driver.session.focus("rings_set")
    shown = driver.state.privacy.actions["rings_set"].previews[0].raw
    assert b'"radius":700' in shown
    assert (await driver.command(Kind.RINGS_SET)).phase.value == "done"
    await driver.until(lambda s: [one.name for one in alarms(s).rings or ()] == [one.name for one in rings])


def told(driver: Driver) -> list[tuple[str, str | None]]:
    """Oldest first."""
    return [(one.kind.value, one.name) for one in reversed(driver.state.messages) if one.topic.value == "map"]


def test_a_ring_is_set_crossed_and_told_once(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await set_rings(driver, Ring(0, "Here", *HERE, 700, enters=True))
        facts = {fact.item: fact.verdict for one in driver.entries if one.action == "rings_set" for fact in one.fields}
        assert (facts["geofence_area"], facts["geofence_name"]) == (Verdict.DECLARED, Verdict.NOT_LISTED)
        await at_car(backend, "drive", path=OUT)
        await later(backend, "PT10M")
        await driver.until(lambda s: told(driver) == [("location_left", "Here")])
        await at_car(backend, "drive", path=BACK)
        await later(backend, "PT10M")
        await driver.until(lambda s: told(driver) == [("location_left", "Here"), ("location_entered", "Here")])
        await driver.read("read_stored")
        events = alarms(driver.state).events
        assert [(one.kind, one.name) for one in events] == [("ENTERED", "Here"), ("LEFT", "Here")]
        assert all(one.place is not None for one in events)

    drive(use)


def test_the_valet_alarm_tells_of_a_breach_and_a_break_in_of_its_reason(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        assert (await driver.command(Kind.VALET_ON)).phase.value == "done"
        await driver.until(lambda s: alarms(s).valet is not None and alarms(s).valet.is_active)  # type: ignore[union-attr]
        await at_car(backend, "drive", path=[[48.8003, 9.0312, 40]])
        await later(backend, "PT10M")
        await driver.until(lambda s: ("valet_radius", None) in told(driver))
        assert (await driver.command(Kind.VALET_OFF)).phase.value == "done"
        await at_car(backend, "alarm", reason="TILT")
        await driver.until(lambda s: any(one.kind.value == "vehicle_alarm" for one in s.messages))
        assert [one.reason for one in driver.state.messages if one.kind.value == "vehicle_alarm"] == ["TILT"]
        assert told(driver).count(("valet_radius", None)) == 1

    drive(use)


def test_an_alarm_comes_into_the_list_by_itself_and_is_acknowledged_with_the_bytes_that_were_shown(
    drive: Callable[..., None],
) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await at_car(backend, "alarm", reason="TILT")
        await driver.until(lambda s: [one.kind for one in alarms(s).events] == ["TILT"])
        (event,) = alarms(driver.state).events
        await driver.until(lambda s: any(one.event == event.id for one in s.messages))
        driver.session.pick_event(event.id)
        assert [one.is_read for one in driver.state.messages if one.event == event.id] == [True]
        assert not any(one.message is not None for one in driver.state.notices), (
            "it is looked at: its notice has done its work"
        )
        driver.session.focus("acknowledge")
        (shown,) = driver.state.privacy.actions["acknowledge"].previews
        driver.session.acknowledge()
        await driver.until(lambda s: alarms(s).events[0].acknowledged and not s.acknowledging)
        (entry,) = [one for one in driver.entries if one.action == "acknowledge"]
        assert entry.raw == shown.raw
        facts = {fact.item: fact.verdict for fact in entry.fields}
        assert facts["alarm_number"] is Verdict.CHOICE

    drive(use)


def test_an_event_is_followed_from_the_car_to_the_carriers_and_to_who_holds_it(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await set_rings(driver, Ring(0, "Here", *HERE, 700))
        await at_car(backend, "drive", path=OUT)
        await later(backend, "PT10M")
        await driver.until(lambda s: [one.kind for one in alarms(s).events] == ["LEFT"])
        (event,) = alarms(driver.state).events
        for _ in range(50):
            phones = (await asyncio.to_thread(backend.stage, "GET", "/demo/phones", None))["phones"]
            if not any(phone["waiting"] for phone in phones):
                break
            await asyncio.sleep(0.1)
        sent = len([one for one in driver.entries if one.group != "observation"])
        driver.session.pick_event(event.id)
        key = f"event:{event.id}"
        assert driver.state.privacy.focus == key
        await driver.until(lambda s: s.privacy.actions[key].observed_at is not None)
        view = driver.state.privacy.actions[key]
        assert (view.entries, view.previews, view.lines) == ((), (), (447, 465))
        ways = {(hop.source, hop.target) for hop in view.hops}
        assert ways == {
            ("vehicle", "porsche_system"), ("porsche_system", "push_google"), ("porsche_system", "push_apple"),
        }  # fmt: skip
        holders = {one.party for one in view.holdings}
        assert holders == {"porsche_system", "push_google", "push_apple", "companion_app"}
        assert len([one for one in driver.entries if one.group != "observation"]) == sent, (
            "to look at it sends nothing more"
        )

    drive(use)


def test_where_the_valet_alarm_was_armed_this_app_knows_from_where_the_car_stood(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        place = driver.state.vehicle.position  # type: ignore[union-attr]
        assert place is not None
        assert (await driver.command(Kind.VALET_ON)).phase.value == "done"
        state = await driver.until(lambda s: alarms(s).valet is not None and alarms(s).valet.is_active)  # type: ignore[union-attr]
        assert alarms(state).valet.around == (place.latitude, place.longitude)  # type: ignore[union-attr]
        await at_car(backend, "drive", path=[[48.8003, 9.0512, 40]])
        await later(backend, "PT10M")
        await driver.until(lambda s: s.vehicle.position != place)  # type: ignore[union-attr]
        assert alarms(driver.state).valet.around == (place.latitude, place.longitude), "it stays where it was armed"  # type: ignore[union-attr]
        assert (await driver.command(Kind.VALET_OFF)).phase.value == "done"
        await driver.until(lambda s: not alarms(s).valet.is_active)  # type: ignore[union-attr]
        assert (await driver.command(Kind.VALET_ON)).phase.value == "done"
        state = await driver.until(lambda s: alarms(s).valet.is_active)  # type: ignore[union-attr]
        assert alarms(state).valet.around != (place.latitude, place.longitude)  # type: ignore[union-attr]

    drive(use)


def test_where_it_is_armed_on_its_way_this_app_does_not_know(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        await at_car(backend, "drive", path=[[48.8003, 9.2012, 40]])
        await driver.until(lambda s: s.vehicle.sighting is not None and s.vehicle.sighting.trigger == "DRIVE_ON")  # type: ignore[union-attr]
        await later(backend, "PT5M")
        assert (await driver.command(Kind.VALET_ON)).phase.value == "done"
        state = await driver.until(lambda s: alarms(s).valet is not None and alarms(s).valet.is_active)  # type: ignore[union-attr]
        assert alarms(state).valet.around is None  # type: ignore[union-attr]

    drive(use)


def test_another_car_has_other_bytes_or_none(drive: Callable[..., None]) -> None:
    """The panel never shows what a press would not send."""

    async def use(driver: Driver, backend: Backend) -> None:
        def raws(action: str) -> list[bytes]:
            return [one.raw for one in driver.state.privacy.actions[action].previews]

        here = driver.state.selected
        other = next(one.vin for one in driver.state.vehicles if one.vin != here)
        assert here is not None
        driver.session.wish(Kind.RINGS_SET, RingsWish((Ring(0, "Home", *HERE, 700),), alarms(driver.state).rings_as_of))
        driver.session.focus("rings_set")
        assert here.encode() in raws("rings_set")[0]
        driver.session.focus("lock")
        assert here.encode() in raws("lock")[-1]
        driver.session.select_vehicle(other)
        assert raws("rings_set") == []
        assert other.encode() in raws("lock")[-1]
        assert here.encode() not in raws("lock")[-1]
        driver.session.focus("rings_set")
        assert raws("rings_set") == []
        await driver.until(lambda s: s.vehicle.reported_at is not None)  # type: ignore[union-attr]

    drive(use)


def test_speeds_and_a_list_that_was_changed_elsewhere(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        known = alarms(driver.state)
        driver.session.wish(Kind.SPEEDS_SET, SpeedsWish((SpeedAlarm(0, 60),), known.speeds_as_of))
        assert (await driver.command(Kind.SPEEDS_SET)).phase.value == "done"
        await driver.until(lambda s: [one.speed for one in alarms(s).speeds or ()] == [60])
        driver.session.wish(Kind.SPEEDS_SET, SpeedsWish((SpeedAlarm(0, 200),), known.speeds_as_of))
        command = await driver.command(Kind.SPEEDS_SET)
        assert (command.phase.value, command.reason) == ("failed", "command.conflict")
        await at_car(backend, "drive", path=OUT)
        await later(backend, "PT10M")
        await driver.until(lambda s: ("speed_exceeded", None) in told(driver))
        wrong = replace(Ring(0, "Far", *HERE, 700), radius=150_000)
        driver.session.wish(Kind.RINGS_SET, RingsWish((wrong,), alarms(driver.state).rings_as_of))
        assert (await driver.command(Kind.RINGS_SET)).reason == "command.not_taken"

    drive(use)
