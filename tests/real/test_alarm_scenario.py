"""Out of a ring and back, a valet who goes too far, a break-in: told once each by the app, the phones and the stage."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app_driver import VIN, Driver, running
from backend_process import Backend
from companion.core import observe
from companion.model.alarms import Alarms, Ring, RingsWish, SpeedAlarm, SpeedsWish
from companion.model.command import Kind, Phase
from companion.model.map_pictures import Look
from companion.model.mercator import TileId
from companion.model.state import State
from companion.net.ledger import Ledger, export_line
from witness import PARTIES, Witness, differences, secret_items

EVENING = "2030-03-04T18:00:00+00:00"
HOME = Ring(0, "Home", 48.8003, 9.0112, 700, enters=True)
OUT, BACK, FAR = [[48.8003, 9.0312, 60]], [[48.8003, 9.0112, 60]], [[48.8003, 9.0412, 70]]
LEONBERG = TileId(14, 8602, 5640)
TOLD = ["location_left", "location_entered", "location_left", "valet_radius", "valet_speed", "vehicle_alarm"]
"""The valet leaves the ring too."""


def alarms(state: State) -> Alarms:
    assert state.vehicle is not None
    return state.vehicle.alarms


async def setting(driver: Driver, kind: Kind, *wish: Any) -> None:
    """Shown first, then sent as shown."""
    if wish:
        driver.session.wish(kind, *wish)
    driver.session.focus(kind.value)
    shown = driver.state.privacy.actions[kind.value].previews[0].raw
    assert (await driver.command(kind)).phase is Phase.DONE
    (entry,) = [one for one in driver.entries if one.action == kind.value]
    assert len(entry.raw) == len(shown)


async def scenario(driver: Driver, backend: Backend) -> None:
    async def at_car(verb: str, **body: Any) -> None:
        await asyncio.to_thread(backend.stage, "POST", f"/demo/vehicles/{VIN}/{verb}", body)

    async def drive(path: list[list[float]], count: int) -> None:
        """Until so many messages have come."""
        await at_car("drive", path=path)
        await asyncio.to_thread(backend.stage, "POST", "/demo/clock", {"advance": "PT10M"})
        await driver.until(lambda s: len(s.messages) == count)

    await driver.sign_in()
    handle = driver.state.vehicle.handle  # type: ignore[union-attr]
    driver.session.look_at_map(Look(tiles=(LEONBERG,), vehicle=handle))
    await setting(driver, Kind.RINGS_SET, RingsWish((HOME,), alarms(driver.state).rings_as_of))
    await setting(driver, Kind.SPEEDS_SET, SpeedsWish((SpeedAlarm(0, 200),), alarms(driver.state).speeds_as_of))
    reads = Counter(entry.request for entry in driver.entries)["vehicles.stored"]
    await drive(OUT, 1)
    await drive(BACK, 2)
    await setting(driver, Kind.VALET_ON)
    await drive(FAR, 5)
    await at_car("alarm", reason="DOOR")
    await driver.until(lambda s: len(s.messages) == 6 and len(alarms(s).events) == 6)
    # Every step of it came by itself.
    assert Counter(entry.request for entry in driver.entries)["vehicles.stored"] == reads
    assert sorted(one.kind.value for one in driver.state.messages) == sorted(TOLD)
    assert [one.kind for one in alarms(driver.state).car_events] == ["DOOR"]
    assert {one.event for one in driver.state.messages} == {one.id for one in alarms(driver.state).events}
    await told_elsewhere(backend)
    await acknowledged(driver)
    await asyncio.sleep(0.5)
    # Nothing came twice, and all of it in the order in which it happened; the newest stands first.
    assert len(driver.state.messages) == 6
    times = [one.at for one in driver.state.messages]
    assert times == sorted(times, reverse=True)


async def told_elsewhere(backend: Backend) -> None:
    """The phones by their carriers, and the stage's record of who sent what."""
    for _ in range(100):
        phones = (await asyncio.to_thread(backend.stage, "GET", "/demo/phones", None))["phones"]
        if all(phone["waiting"] == 0 for phone in phones):
            break
        await asyncio.sleep(0.1)
    carried = {phone["system"]: Counter(one["kind"] for one in phone["messages"]) for phone in phones}
    # To a number that is known a valet's breach goes by SMS too.
    texted = Counter({"valet_radius": 1, "valet_speed": 1})
    assert carried == {"android": Counter(TOLD) + texted, "ios": Counter(TOLD)}
    edges = (await asyncio.to_thread(backend.stage, "GET", "/demo/edges", None))["edges"]
    reports = Counter(row["activity"] for row in edges if row["path"] == "/intake/alarm")
    assert reports == {
        "location_alarm.crossing_event": 3, "valet_alarm.breach_event": 2, "vehicle_alarm.alarm_notification": 1,
    }  # fmt: skip


async def acknowledged(driver: Driver) -> None:
    (event,) = alarms(driver.state).car_events
    driver.session.pick_event(event.id)
    driver.session.focus("acknowledge")
    driver.session.acknowledge()
    await driver.until(lambda s: alarms(s).car_events[0].acknowledged)


def test_a_ring_a_valet_and_a_break_in_are_told_once_everywhere_and_the_ledger_is_the_wire(
    tmp_path: Path, aio: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observe, "SETTLING", (0.0,))

    async def body() -> None:
        with (
            Backend(tmp_path / "backend", "--clock", EVENING) as backend,
            Witness(tmp_path / "relay", backend.parties, (*PARTIES, "map_provider")) as witness,
        ):
            async with running(tmp_path / "app", witness.origins, stage_key=backend.console_token) as driver:
                await scenario(driver, backend)
            ledger = Ledger(tmp_path / "app" / "ledger.db", lambda request: {"fields": (), "title": {}, "not_seen": ()})
            lines = [export_line(entry) for entry in ledger]
            ledger.close()
            assert any('"car_finder.map_dark"' in line for line in lines)
            assert differences(lines, witness.seen(), secret_items()) == []

    aio(body(), 60)
