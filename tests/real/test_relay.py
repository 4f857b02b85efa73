"""What the ledger says left is what a witness between app and backend saw: byte for byte, for everything the app does."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app_driver import CODE, VIN, Driver, running
from backend_process import Backend
from companion.core import commands
from companion.core.sign_in import DEMO_PASSWORD
from companion.errors import DoorError, NetworkError
from companion.model.alarms import Ring, RingsWish, SpeedAlarm, SpeedsWish
from companion.model.charge_plan import PlanAsk
from companion.model.charging import ChargingWish, ProfilesWish, Timer, TimersWish
from companion.model.climate import ClimateWish
from companion.model.command import Kind, Phase
from companion.model.held import HeldQuery
from companion.model.privacy import Outcome, Stage, Transmission
from companion.model.state import State
from companion.net.call import Call
from companion.net.catalogue import Catalogue
from companion.net.ledger import Ledger, export_line
from owner_client import COMBUSTION
from witness import Witness, differences, secret_items, secrets_in

PRIVACY = Path(__file__).resolve().parents[2] / "resources" / "privacy"
MAPS = {
    name for name in Catalogue().requests if name.startswith("own_map.") or name.partition(".")[2].startswith("map_")
}
"""Pictures of the map and their keys: a witness sees them in `test_map_pictures.py`, at a server that speaks both ways."""
UPLOAD = """
[[request]]
id = "test.upload"
title = { en = "Upload" }
party = "porsche_system"
method = "POST"
path = "/test/upload"
activity = "product.app_read"
causes = []
[request.fields]
"body.vin" = { item = "vin" }
"body.note" = { item = "requested_data" }
"""


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with Backend(tmp_path_factory.mktemp("backend")) as backend:
        yield backend


@pytest.fixture
def witness(backend: Backend, tmp_path: Path) -> Iterator[Witness]:
    with Witness(tmp_path / "relay", backend.parties) as witness:
        yield witness
    backend.stage("POST", "/demo/faults", {"kind": "none"})
    backend.stage("POST", "/demo/faults", {"kind": "car_time", "seconds": 0})
    backend.stage("POST", "/demo/scenarios/fresh", {})


def exported(ledger: Path) -> list[str]:
    """The ledger file as anybody can export it after the app has ended."""
    opened = Ledger(ledger, lambda request: {"fields": (), "title": {}, "not_seen": ()})
    try:
        return [export_line(entry) for entry in opened]
    finally:
        opened.close()


def assert_same(folder: Path, witness: Witness) -> list[dict[str, Any]]:
    lines = exported(folder / "ledger.db")
    assert differences(lines, witness.seen(), secret_items()) == []
    return [json.loads(line) for line in lines]


def assert_no_secret(folder: Path, witness: Witness) -> None:
    wire = witness.all_bytes()
    secrets = secrets_in(wire) | {DEMO_PASSWORD.encode()}
    assert len(secrets) >= 7
    kept = (folder / "ledger.db").read_bytes() + "".join(exported(folder / "ledger.db")).encode()
    kept += b"".join(entry.raw for entry in entries(folder / "ledger.db"))
    assert [len(secret) for secret in secrets if secret in kept] == []
    for form in (b'"%b"', b"=%b&", b"=%b\n"):
        assert form % CODE.encode() not in wire + kept


def entries(ledger: Path) -> list[Transmission]:
    opened = Ledger(ledger, lambda request: {"fields": (), "title": {}, "not_seen": ()})
    found = list(opened)
    opened.close()
    return found


async def everything(driver: Driver, backend: Backend) -> None:
    """Every action of this version once, and the ways it can go."""
    await driver.sign_in()
    driver.session.focus("read_stored")
    await driver.read("read_stored")
    await driver.read("read_current")
    await driver.observed("read_current")
    assert (await driver.command(Kind.UNLOCK)).phase is Phase.DONE
    await driver.observed("unlock")
    backend.stage("POST", f"/demo/vehicles/{VIN}/open", {"part": "DOOR_FRONT_LEFT"})
    assert (await driver.command(Kind.LOCK)).reason == "car.door_open"
    backend.stage("POST", f"/demo/vehicles/{VIN}/close", {"part": "DOOR_FRONT_LEFT"})
    assert (await driver.command(Kind.LOCK)).phase is Phase.DONE
    driver.session.wish(Kind.CLIMATE_START, ClimateWish(22.5, ("frontLeft",)))
    driver.session.wish(Kind.CHARGE_SET, ChargingWish(85))
    assert driver.state.vehicle is not None
    timers = driver.state.vehicle.charging.timers
    driver.session.wish(Kind.TIMERS_SET, TimersWish((*timers, Timer(0, datetime(2030, 1, 5, 9, 0), target=80))))
    known = driver.state.vehicle.charging
    first, *others = known.profiles
    driver.session.wish(Kind.PROFILES_SET, ProfilesWish((replace(first, target=75), *others), known.profiles_as_of))
    driver.session.wish(Kind.RINGS_SET, RingsWish((Ring(0, "Here", 48.8, 9.01, 850),)))
    driver.session.wish(Kind.SPEEDS_SET, SpeedsWish((SpeedAlarm(0, 130),)))
    for kind in (
        Kind.RINGS_SET, Kind.SPEEDS_SET, Kind.VALET_ON, Kind.VALET_OFF, Kind.PROFILES_SET,
        Kind.FLASH, Kind.HORN, Kind.CLIMATE_START, Kind.CLIMATE_STOP, Kind.CHARGE_SET, Kind.TIMERS_SET,
    ):  # fmt: skip
        assert (await driver.command(kind)).phase is Phase.DONE
        await driver.observed(kind)
    await search(driver)
    await acknowledge(driver, backend)
    await heat(driver)
    assert (await driver.command(Kind.UNLOCK, "0000")).reason == "code.wrong"
    backend.stage("POST", "/demo/faults", {"kind": "lost"})
    await driver.command(Kind.LOCK)
    driver.session.check_command(Kind.LOCK)
    await driver.ended(Kind.LOCK, Phase.ACCEPTED)
    await driver.ended(Kind.LOCK)
    backend.stage("POST", "/demo/faults", {"kind": "expire_tokens"})
    await driver.read("read_stored")
    assert driver.state.read_failed is None
    await driver.sign_out()
    backend.stage("POST", "/demo/faults", {"kind": "passkey"})
    driver.session.sign_in_demo()
    await driver.ready()
    await at_the_stand(driver, backend)


async def search(driver: Driver) -> None:
    driver.session.focus("find_place")
    driver.session.draft_place("Böblingen", (48.80312, 9.01187))
    driver.session.find_place("Böblingen", (48.80312, 9.01187))
    await driver.until(lambda s: s.found.places)
    await driver.observed("find_place")


async def acknowledge(driver: Driver, backend: Backend) -> None:
    await asyncio.to_thread(backend.stage, "POST", f"/demo/vehicles/{VIN}/alarm", {"reason": "TILT"})
    await driver.until(lambda s: s.vehicle and s.vehicle.alarms.car_events)
    assert driver.state.vehicle is not None
    driver.session.pick_event(driver.state.vehicle.alarms.car_events[0].id)
    driver.session.focus("acknowledge")
    driver.session.acknowledge()
    await driver.observed("acknowledge")
    assert driver.state.vehicle.alarms.car_events[0].acknowledged


async def heat(driver: Driver) -> None:
    """The car that burns fuel."""
    driver.session.select_vehicle(COMBUSTION)
    await driver.until(lambda s: s.selected == COMBUSTION and s.vehicle is not None and s.vehicle.capabilities)
    for kind in (Kind.HEATER_START, Kind.HEATER_STOP):
        assert (await driver.command(kind)).phase is Phase.DONE
        await driver.observed(kind)
    driver.session.select_vehicle(VIN)
    await driver.until(lambda s: s.selected == VIN and s.vehicle is not None and s.vehicle.reported_at)


def is_on(state: State, name: str) -> bool:
    return any(one.on for one in (*state.in_car.switches, *state.in_car.services) if one.id == name)


async def at_the_stand(driver: Driver, backend: Backend) -> None:
    """The car's switches, the Privacy page and what demo staff do there, to the end of the account."""
    driver.session.look_into_car()
    await driver.until(lambda s: bool(s.in_car.switches))
    for name, usual in (
        ("private_mode", False),
        ("remote_access", True),
        ("without_location", True),
        ("car_finder", True),
    ):
        for on in (not usual, usual):
            driver.session.flip(name, on)
            await driver.until(lambda s, name=name, on=on: is_on(s, name) is on)
    await driver.until(lambda s: s.vehicle and s.vehicle.switches.remote_access and not s.vehicle.switches.private_mode)
    # A car that answers again: it was made to lose its reports before.
    await asyncio.to_thread(backend.stage, "POST", "/demo/faults", {"kind": "none"})
    driver.session.plug(True)
    await driver.until(lambda s: s.vehicle and s.vehicle.charging.is_plugged)
    driver.session.plan(PlanAsk())
    await driver.until(lambda s: s.plan is not None and s.plan.failed is None)
    for kind in (Kind.CHARGE_START, Kind.CHARGE_STOP):
        assert (await driver.command(kind)).phase is Phase.DONE
        await driver.observed(kind)
    driver.session.plug(False)
    await driver.until(lambda s: s.vehicle and not s.vehicle.charging.is_plugged)
    driver.session.look_at_privacy()
    await driver.until(lambda s: s.today.read_at is not None)
    driver.session.show_holdings(HeldQuery("unspecified", "porsche_system", "lock", "expires_at"))
    await driver.until(lambda s: s.held.is_read and s.held.total > 0)
    driver.session.take_receipt()
    await driver.until(lambda s: len(s.receipts) == 1)
    driver.session.move_clock("next")
    await driver.until(lambda s: len(s.receipts) == 2)
    receipts = driver.state.receipts
    driver.session.move_clock("P1D")
    await driver.until(lambda s: s.receipts is not receipts)
    # The ledger would go with the account, and with it what is compared here.
    driver.app.ledger.erase = lambda: 0  # type: ignore[method-assign]
    driver.session.delete_account(DEMO_PASSWORD)
    await driver.until(lambda s: s.deletion is not None)
    driver.session.fresh_demo()
    await driver.until(lambda s: "demo.fresh" in driver.said_keys())


def test_every_action_is_in_the_ledger_as_it_was_on_the_wire(
    backend: Backend, witness: Witness, tmp_path: Path, aio: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 0.5)

    async def body() -> None:
        async with running(tmp_path / "app", witness.origins, stage_key=backend.console_token) as driver:
            await everything(driver, backend)

    aio(body(), 60)
    rows = assert_same(tmp_path / "app", witness)
    assert_no_secret(tmp_path / "app", witness)
    made = {row["request"] for row in rows}
    assert made | MAPS == set(Catalogue().requests)
    assert made.isdisjoint(MAPS)
    pressed = [(row["request"], row["status"]) for row in rows if row["group"] != "observation"]
    renewed = pressed.index(("session.refresh", 200))
    assert pressed[renewed - 1 : renewed + 2] == [
        ("vehicles.stored", 401),
        ("session.refresh", 200),
        ("vehicles.stored", 200),
    ]
    assert pressed.count(("session.refresh", 200)) == 1
    assert [row["status"] for row in rows[:6]] == [200, 302, 302, 302, 302, 200]


def test_a_changed_ledger_no_longer_agrees_with_the_witness(
    backend: Backend, witness: Witness, tmp_path: Path, aio: Callable[..., Any]
) -> None:
    async def body() -> None:
        async with running(tmp_path / "app", witness.origins) as driver:
            await driver.sign_in()

    aio(body(), 20)
    assert_same(tmp_path / "app", witness)
    untouched = tmp_path / "app" / "ledger.db"
    for change in (flip_a_byte, drop_a_byte, drop_an_entry, mask_too_much, shift_a_span):
        copy = tmp_path / f"{change.__name__}.db"
        shutil.copy(untouched, copy)
        change(copy)
        assert differences(exported(copy), witness.seen(), secret_items()) != [], change.__name__


def change(ledger: Path, request: str, column: str, new: Callable[[Any], Any]) -> None:
    opened = sqlite3.connect(ledger)
    row = opened.execute(f"SELECT id, {column} FROM entry WHERE request = ?", (request,)).fetchone()
    opened.execute(f"UPDATE entry SET {column} = ? WHERE id = ?", (new(row[1]), row[0]))
    opened.commit()
    opened.close()


def flip_a_byte(ledger: Path) -> None:
    change(ledger, "vehicles.stored", "bytes", lambda raw: raw[:30] + bytes([raw[30] ^ 1]) + raw[31:])


def drop_a_byte(ledger: Path) -> None:
    change(ledger, "vehicles.list", "bytes", lambda raw: raw[:-1])


def mask_too_much(ledger: Path) -> None:
    change(ledger, "vehicles.list", "bytes", lambda raw: raw[:5] + b"*" + raw[6:])


def shift_a_span(ledger: Path) -> None:
    change(ledger, "vehicles.list", "spans", lambda spans: json.dumps(json.loads(spans)[1:]))


def drop_an_entry(ledger: Path) -> None:
    opened = sqlite3.connect(ledger)
    opened.execute("DELETE FROM entry WHERE request = 'vehicles.capabilities'")
    opened.commit()
    opened.close()


def test_the_preview_is_what_leaves_but_for_its_slots(
    backend: Backend, witness: Witness, tmp_path: Path, aio: Callable[..., Any]
) -> None:
    async def press(driver: Driver, action: str, do: Callable[[], Any]) -> None:
        driver.session.focus(action)
        previews = driver.state.privacy.actions[action].previews
        await do()
        recent = [one for one in reversed(driver.state.privacy.recent) if one.action == action]
        sent = [one for one in recent if one.action_id == recent[-1].action_id and one.outcome is Outcome.DONE]
        assert len(sent) == len(previews) > 0
        for before, after in zip(previews, sent, strict=True):
            assert outside_slots(before, before) == outside_slots(before, after)
            assert (before.request, before.address, before.method) == (after.request, after.address, after.method)

    async def signed_in(driver: Driver) -> None:
        driver.session.sign_in_demo()
        await driver.ready()

    async def body() -> None:
        async with running(tmp_path / "app", witness.origins) as driver:
            await driver.find()
            driver.session.draft("owner@demo.example", DEMO_PASSWORD)
            await press(driver, "sign_in", lambda: signed_in(driver))
            for action in ("read_stored", "read_current"):
                await press(driver, action, lambda action=action: driver.read(action))  # type: ignore[misc]
            for kind in (Kind.UNLOCK, Kind.LOCK):
                await press(driver, kind.value, lambda kind=kind: driver.command(kind))  # type: ignore[misc]
            await press(driver, "sign_out", driver.sign_out)

    aio(body(), 30)
    assert_same(tmp_path / "app", witness)


def outside_slots(preview: Transmission, other: Transmission) -> bytes:
    blank = bytearray(other.raw)
    for span in preview.spans:
        if span.slot:
            blank[span.start : span.end] = bytes(len(span))
    return bytes(blank)


def test_a_planted_field_is_stopped_with_no_byte_on_the_wire(
    backend: Backend, witness: Witness, tmp_path: Path, aio: Callable[..., Any]
) -> None:
    async def body() -> None:
        async with running(tmp_path / "app", witness.origins) as driver:
            await driver.sign_in()
            backend.stage("POST", "/demo/undeclared", {"field": "speed", "value": 8712345})
            await driver.until(lambda s: s.link.planted == "speed")
            before = witness.all_bytes("porsche_system")
            command = await driver.command(Kind.LOCK)
            assert (command.phase, command.reason) == (Phase.FAILED, "door.undeclared")
            view = driver.state.privacy.actions["lock"]
            assert (view.stage, view.entries[0].outcome, view.entries[0].sent) == (Stage.LEFT, Outcome.BLOCKED, 0)
            assert view.entries[0].blocked == ("body.speed", "undeclared")
            assert witness.all_bytes("porsche_system") == before
            # The field was for one command: the next one goes through.
            assert (await driver.command(Kind.LOCK)).phase is Phase.DONE

    aio(body(), 20)
    wire = witness.all_bytes()
    assert b"8712345" not in wire
    assert b"speed" not in wire
    rows = assert_same(tmp_path / "app", witness)
    blocked = [row for row in rows if row["outcome"] == "blocked"]
    assert [(row["blocked"], row["bytes_b64"], row["spans"], row["connection"]) for row in blocked] == [
        ({"field": "body.speed", "reason": "undeclared"}, "", [], None)
    ]


def test_bytes_that_mean_nothing_known_neither_leave_nor_stay(
    backend: Backend, witness: Witness, tmp_path: Path, aio: Callable[..., Any]
) -> None:
    """A path and a header that are not declared, with the token in the same request."""

    async def body() -> None:
        async with running(tmp_path / "app", witness.origins) as driver:
            await driver.sign_in()
            before = witness.all_bytes("porsche_system")
            for call in (
                Call("porsche_system", "GET", "/app/elsewhere", query=(("state", "s3cret-state"),), authorised=True),
                Call(
                    "porsche_system",
                    "GET",
                    "/app/connect/v1/vehicles",
                    cookies=(("other", "s3cret-jar"),),
                    authorised=True,
                ),
                Call(
                    "console",
                    "GET",
                    "/observer/edges",
                    headers=(("Authorization", "Bearer s3cret-token"), ("X-A", "b")),
                ),
            ):
                with pytest.raises(DoorError):
                    await driver.app.door.send(driver.app.door.freeze(call))
            assert witness.all_bytes("porsche_system") == before

    aio(body(), 20)
    assert b"s3cret" not in witness.all_bytes()
    assert_same(tmp_path / "app", witness)
    assert_no_secret(tmp_path / "app", witness)
    blocked = [one for one in entries(tmp_path / "app" / "ledger.db") if one.outcome is Outcome.BLOCKED]
    assert len(blocked) == 3
    assert [b"s3cret" in one.raw or "s3cret" in one.path for one in blocked] == [False, False, False]


# -- the awkward ways of a request --------------------------------------------------------------------------------


@pytest.fixture
def upload_catalogue(tmp_path: Path) -> Catalogue:
    """The catalogue and one request more, whose body may be as large as one likes."""
    shutil.copytree(PRIVACY, tmp_path / "privacy")
    with (tmp_path / "privacy" / "requests" / "app.toml").open("a", encoding="utf-8") as file:
        file.write(UPLOAD)
    return Catalogue(tmp_path / "privacy")


def upload(note: bytes, **more: Any) -> Call:
    whole = b'{"vin":"%b","note":"%b"}' % (VIN.encode(), note)
    third = len(whole) // 3
    parts = (whole[:third], whole[third : 2 * third], whole[2 * third :])
    return Call("porsche_system", "POST", "/test/upload", chunks=parts, **more)


def test_a_chunked_body_is_recorded_with_its_framing(
    backend: Backend, witness: Witness, tmp_path: Path, aio: Callable[..., Any], upload_catalogue: Catalogue
) -> None:
    async def body() -> None:
        async with running(tmp_path / "app", witness.origins) as driver:
            driver.app.door.catalogue = upload_catalogue
            door = driver.app.door
            answer = await door.send(door.freeze(upload(b"chunked")))
            assert answer.status == 404

    aio(body(), 20)
    rows = assert_same(tmp_path / "app", witness)
    assert [row["request"] for row in rows] == ["test.upload"]
    assert b"Transfer-Encoding: chunked\r\n" in witness.all_bytes()
    assert VIN.encode() not in witness.all_bytes(), "the VIN was meant to lie across two chunks"
    vin = [span for span in rows[0]["spans"] if span["item"] == "vin"]
    assert len(vin) == 2
    assert sum(span["end"] - span["start"] for span in vin) == len(VIN)


def test_a_read_whose_answer_is_lost_is_asked_again_on_another_connection(
    backend: Backend, witness: Witness, tmp_path: Path, aio: Callable[..., Any]
) -> None:
    async def body() -> None:
        async with running(tmp_path / "app", witness.origins) as driver:
            await driver.sign_in()
            witness.tell("mute", "porsche_system")
            await driver.read("read_stored")
            assert driver.state.read_failed is None

    aio(body(), 20)
    rows = assert_same(tmp_path / "app", witness)
    lost, again = [row for row in rows if row["request"] == "vehicles.stored"][-2:]
    assert (lost["outcome"], again["outcome"]) == ("lost", "done")
    assert lost["connection"]["local"] != again["connection"]["local"]
    assert lost["action_id"] == again["action_id"]


def test_a_command_whose_answer_is_lost_is_not_sent_again(
    backend: Backend, witness: Witness, tmp_path: Path, aio: Callable[..., Any]
) -> None:
    async def body() -> None:
        async with running(tmp_path / "app", witness.origins) as driver:
            await driver.sign_in()
            witness.tell("mute", "porsche_system")
            assert (await driver.command(Kind.LOCK)).phase is Phase.UNKNOWN

    aio(body(), 20)
    rows = assert_same(tmp_path / "app", witness)
    assert [row["outcome"] for row in rows if row["request"] == "lock_unlock.lock"] == ["lost"]
    assert witness.all_bytes().count(b'"key":"LOCK"') == 1


@pytest.mark.parametrize("word", ["forget", "drop"])
def test_an_idle_connection_that_the_server_closed_is_replaced(
    backend: Backend, witness: Witness, tmp_path: Path, aio: Callable[..., Any], word: str
) -> None:
    async def body() -> None:
        async with running(tmp_path / "app", witness.origins) as driver:
            await driver.sign_in()
            before = len(witness.seen())
            witness.tell(word, "porsche_system")
            await driver.until(lambda s: not s.link.streaming)
            assert (await driver.command(Kind.LOCK)).phase is Phase.DONE
            assert len(witness.seen()) > before

    aio(body(), 20)
    rows = assert_same(tmp_path / "app", witness)
    assert [row["outcome"] for row in rows if row["request"] == "lock_unlock.lock"] == ["done"]


@pytest.mark.parametrize("end", ["cancelled", "broken"])
def test_a_request_given_up_while_sending_keeps_only_what_left(
    backend: Backend, witness: Witness, tmp_path: Path, aio: Callable[..., Any], upload_catalogue: Catalogue, end: str
) -> None:
    note = b"x" * 20_000_000

    async def body() -> None:
        async with running(tmp_path / "app", witness.origins) as driver:
            driver.app.door.catalogue = upload_catalogue
            door = driver.app.door
            await door.send(door.freeze(upload(b"small")))
            witness.tell("stall", "porsche_system")
            sending = asyncio.get_running_loop().create_task(door.send(door.freeze(upload(note))))
            await driver.until(lambda s: s.privacy.leaving > 0)
            await asyncio.sleep(0.3)
            if end == "cancelled":
                sending.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await sending
            else:
                witness.tell("drop", "porsche_system")
                with pytest.raises(NetworkError) as raised:
                    await sending
                assert raised.value.may_have_happened
            entry = driver.state.privacy.recent[0]
            assert entry.outcome is Outcome.CUT
            assert 0 < entry.sent < len(note)
            assert sum(len(span) for span in entry.spans) == entry.sent
            assert driver.state.privacy.leaving == 0

    aio(body(), 30)
    kept = {row.connection.local: row for row in entries(tmp_path / "app" / "ledger.db") if row.connection}
    assert [one.outcome for one in kept.values()].count(Outcome.CUT) == 1
    cut = next(one for one in kept.values() if one.outcome is Outcome.CUT)
    assert cut.connection is not None
    port = int(cut.connection.local.rpartition(":")[2])
    seen = witness.seen()[port]
    small = seen.index(b"0\r\n\r\n") + 5 if cut.connection.seq == 2 else 0
    assert cut.raw.startswith(seen[small:])
    assert len(seen) > small
    if end == "cancelled":
        witness.tell("resume", "porsche_system")
        wait_for(lambda: len(witness.seen()[port]) - small == len(cut.raw))
        assert_same(tmp_path / "app", witness)


def wait_for(true: Callable[[], bool], tries: int = 200) -> None:
    import time

    for _ in range(tries):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("never came")


def test_two_requests_at_once_travel_on_two_connections_and_later_ones_reuse_them(
    backend: Backend, witness: Witness, tmp_path: Path, aio: Callable[..., Any]
) -> None:
    async def body() -> None:
        async with running(tmp_path / "app", witness.origins) as driver:
            await driver.sign_in()
            await driver.until(lambda s: s.privacy.leaving == 0)
            vehicles = driver.app.context.apis.vehicles
            await asyncio.gather(*(vehicles.list() for _ in range(4)))
            for _ in range(3):
                await vehicles.list()

    aio(body(), 20)
    rows = [row for row in assert_same(tmp_path / "app", witness) if row["request"] == "vehicles.list"]
    together, after = rows[1:5], rows[5:]
    assert len({row["connection"]["local"] for row in together}) == 4
    assert {row["connection"]["local"] for row in after} <= {row["connection"]["local"] for row in together}
    assert [row["connection"]["seq"] > 1 for row in after] == [True, True, True]
