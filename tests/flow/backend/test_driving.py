"""Cars that drive: what starting, stopping and levels of the battery bring to the maker, and what stays in the car."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend_process import Backend, kill
from mock_backend.world.plane import point
from mock_backend.world.world import World
from owner_client import COMBUSTION, VIN, Owner, Stream, stage, until
from stand import EVENING, Stand

EAST = [[48.8003, 9.0512, 60]]
"""From where the demo car stands, 2.9 km; three minutes."""
FINDER, STATUS, TRIP = "car_finder.position_upload", "car_control.vehicle_status", "trip_control.trip_upload"
ON_AND_OFF = {STATUS, FINDER, "e_control.charging_status", "e_control.range_map_position"}


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with Backend(tmp_path / "data", "--clock", EVENING) as backend:
        yield Stand(backend)


@pytest.fixture
def stream(stand: Stand) -> Iterator[Stream]:
    with stand.owner.listen() as stream:
        stream.next("clock")
        yield stream


def quiet(stand: Stand) -> None:
    """No report is under way."""
    stand.told("MILEAGE")


def edges(stand: Stand, after: int = 0) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = stand.backend.stage("GET", f"/demo/edges?after={after}")["edges"]
    return [row for row in rows if row["from"] == "vehicle"]


def last(stand: Stand) -> int:
    quiet(stand)
    return max(row["id"] for row in stand.backend.stage("GET", "/demo/edges")["edges"])


def remembered(stand: Stand) -> tuple[float, float]:
    """Where the car's own file has it."""
    database = sqlite3.connect(f"file:{stand.backend.data_dir / 'vehicle.db'}?mode=ro", uri=True)
    query = "SELECT content FROM record WHERE activity='product.vehicle_memory' AND subject=?"
    (content,) = database.execute(query, (VIN,)).fetchone()
    database.close()
    table = json.loads(content)
    return table["latitude"], table["longitude"]


def refused(stand: Stand, verb: str, body: Any, vin: str = VIN) -> str:
    answer = stage(stand.backend, "POST", f"/demo/vehicles/{vin}/{verb}", body)
    assert answer.status == 400
    return str(answer.json["title"])


def state(stand: Stand) -> dict[str, Any]:
    rows: list[dict[str, Any]] = stand.backend.stage("GET", "/demo/state")["vehicles"]
    return next(row for row in rows if row["vin"] == VIN)


# -- the drive --------------------------------------------------------------------------------------------------------


def test_a_drive_moves_the_car_uses_its_battery_and_ends_parked(stand: Stand) -> None:
    before = stand.owner.overview("MILEAGE", "BATTERY_LEVEL", "LOCK_STATE_VEHICLE")
    stand.act("drive", path=EAST)
    assert state(stand)["driving"] is True
    stand.move("PT1M")
    half = stand.owner.overview("GPS_LOCATION", "PARKING_BRAKE", more="&wakeUpJob=6c0d1f0e")
    latitude, longitude = map(float, half["GPS_LOCATION"]["location"].split(","))
    assert latitude == pytest.approx(48.8003, abs=1e-4)
    assert 9.0112 + 0.011 < longitude < 9.0112 + 0.0145
    assert (half["GPS_LOCATION"]["direction"], half["PARKING_BRAKE"]["isOn"]) == (90, False)
    stand.move("PT1H")
    after = stand.owner.overview("MILEAGE", "BATTERY_LEVEL", "LOCK_STATE_VEHICLE", "PARKING_BRAKE", "GPS_LOCATION",
                                 more="&wakeUpJob=6c0d1f0e")  # fmt: skip
    assert after["GPS_LOCATION"]["location"] == "48.8003,9.0512"
    assert after["MILEAGE"]["kilometers"] - before["MILEAGE"]["kilometers"] == 3
    assert after["PARKING_BRAKE"]["isOn"]
    assert after["LOCK_STATE_VEHICLE"]["isLocked"] == before["LOCK_STATE_VEHICLE"]["isLocked"]
    assert state(stand)["driving"] is False


def test_it_drives_by_itself_on_the_live_clock(stand: Stand) -> None:
    stand.act("drive", path=[[48.8003, 9.0118, 80]])
    until(lambda: state(stand)["driving"] is False, 20)
    until(lambda: stand.told("GPS_LOCATION", wake=False)["location"] == "48.8003,9.0118")


@pytest.mark.parametrize("goal", [{"town": "Ludwigsburg"}, {"to": {"latitude": 48.897, "longitude": 9.192}}])
def test_to_a_place_and_to_a_town(stand: Stand, goal: dict[str, Any]) -> None:
    stand.act("drive", **goal, speed=None)
    stand.move("PT4H")
    latitude, longitude = map(float, stand.told("GPS_LOCATION")["location"].split(","))
    assert (latitude, longitude) == pytest.approx((48.897, 9.192), abs=0.02)


def test_a_stop_parks_it_where_it_is(stand: Stand) -> None:
    stand.act("drive", path=EAST, speed=30)
    stand.move("PT2M")
    stand.act("stop")
    place = stand.told("GPS_LOCATION")["location"]
    stand.move("PT1H")
    assert stand.told("GPS_LOCATION")["location"] == place
    longitude = float(place.split(",")[1])
    assert longitude == pytest.approx(9.0112 + 1000 / 73_270, abs=0.001)
    assert stand.told("TRIP_STATISTICS_SHORT_TERM")["list"][0]["distanceKm"] == pytest.approx(1.0, abs=0.06)


def test_what_a_car_cannot_do_is_refused_and_changes_nothing(stand: Stand) -> None:
    for body in (
        {}, {"town": "Atlantis"}, {"town": "Ludwigsburg", "path": EAST}, {"path": []}, {"path": [[48.8, 9.1]]},
        {"path": [[91, 9.1, 50]]}, {"path": [[48.8, 9.1, 0]]}, {"path": [[48.8, 9.1, True]]}, {"path": EAST, "speed": 0},
        {"to": {"latitude": 48.8}}, {"to": [48.8, 9.1]}, {"path": [[48.8003, 9.0112, 50]]}, {"path": [[-48.8, -170, 50]]},
        {"path": EAST, "more": 1},
    ):  # fmt: skip
        assert refused(stand, "drive", body)
    assert "not being driven" in refused(stand, "stop", {})
    stand.act("plug")
    assert "plugged in" in refused(stand, "drive", {"path": EAST})
    stand.act("unplug")
    stand.act("open", part="LID_REAR")
    assert "LID_REAR is open" in refused(stand, "drive", {"path": EAST})
    stand.act("close", part="LID_REAR")
    stand.act("battery", percent=0)
    assert "nothing left" in refused(stand, "drive", {"path": EAST})
    assert state(stand)["driving"] is False


def test_on_its_way_no_door_opens_no_cable_fits_and_no_theft_is_noticed(stand: Stand) -> None:
    stand.act("drive", path=EAST)
    for verb, body in (("open", {"part": "DOOR_FRONT_LEFT"}), ("plug", {}), ("park", {"latitude": 1, "longitude": 2}),
                       ("alarm", {"reason": "TOW"}), ("drive", {"path": EAST})):  # fmt: skip
        assert "being driven" in refused(stand, verb, body)
    stand.act("open", part="WINDOW_REAR_LEFT")
    done = stand.owner.ended(stand.owner.unlock())
    assert (done["result"], done["details"]) == ("ERROR", {"reason": "IGNITION_ON"})
    assert stand.owner.ended(stand.owner.send("LOCK", {"spin": None}))["result"] == "PERFORMED"


# -- what goes --------------------------------------------------------------------------------------------------------


def test_starting_and_stopping_bring_what_the_notice_names_and_nothing_in_between(stand: Stand) -> None:
    before = last(stand)
    stand.act("drive", path=EAST)
    stand.move("PT30S")
    until(lambda: {row["activity"] for row in edges(stand, before)} >= ON_AND_OFF)
    before = last(stand)
    stand.owner.send("LOCATION_ALARMS_EDIT", {"list": [], "spin": None})
    until(lambda: any(row["activity"] == "location_alarm.area_setup" for row in edges(stand, before)))
    begun = last(stand)
    stand.move("PT90S")
    quiet(stand)
    assert [row["activity"] for row in edges(stand, begun)] == [STATUS], "on the way it only answers"
    begun = last(stand)
    stand.move("PT10M")
    until(lambda: {row["activity"] for row in edges(stand, begun)} >= {*ON_AND_OFF, TRIP})


def test_car_finder_has_the_position_for_itself_and_is_overwritten(stand: Stand) -> None:
    def rows() -> list[dict[str, Any]]:
        return [
            row for row in stand.owner.held("porsche_system") if row["activity"] == FINDER and row["subject"] == VIN
        ]

    (first,) = rows()
    assert (first["rule"], first["line"], first["items"]) == ("until_next_status", 415, ["vehicle_position"])
    for part, is_told in (("DOOR_FRONT_LEFT", True), ("LID_REAR", True), ("WINDOW_REAR_LEFT", False)):
        before = last(stand)
        stand.act("open", part=part)
        quiet(stand)
        assert (FINDER in [row["activity"] for row in edges(stand, before)]) is is_told
    assert len(rows()) == 1


def test_a_car_that_is_asked_for_its_place_sends_it_and_one_that_is_asked_how_it_is_does_not(stand: Stand) -> None:
    for keys, is_told in (("mf=MILEAGE", False), ("mf=GPS_LOCATION", True)):
        before = last(stand)
        assert stand.owner.get(f"/app/connect/v1/vehicles/{VIN}?{keys}&wakeUpJob=6c0d1f0e").status == 200
        assert (FINDER in [row["activity"] for row in edges(stand, before)]) is is_told


def test_why_the_position_was_told_is_told_with_it(stand: Stand) -> None:
    def trigger() -> Any:
        return stand.owner.overview("POSITION_TRIGGER")["POSITION_TRIGGER"]["trigger"]

    until(lambda: trigger() == "SERVICE_ON")
    stand.act("open", part="DOOR_FRONT_LEFT")
    until(lambda: trigger() == "DOOR")
    stand.act("lights", on=True)
    quiet(stand)
    assert trigger() == "DOOR", "a status of its own tells no place"
    assert stand.owner.get(f"/app/connect/v1/vehicles/{VIN}?mf=GPS_LOCATION&wakeUpJob=6c0d1f0e").status == 200
    assert trigger() == "ASKED"
    stand.act("close", part="DOOR_FRONT_LEFT")
    stand.act("drive", path=[[48.8003, 9.0512, 60]])
    until(lambda: trigger() == "DRIVE_ON")
    stand.move("PT10M")
    until(lambda: trigger() == "DRIVE_OFF")


def test_levels_of_the_battery_bring_the_position(stand: Stand) -> None:
    stand.act("battery", percent=76)
    before = last(stand)
    stand.act("drive", path=[[48.8003, 9.4112, 100]])
    stand.move("PT20M")
    quiet(stand)
    told = [row["activity"] for row in edges(stand, before)]
    # Starting, 75 percent, stopping at 71.
    assert told.count(FINDER) == 3
    assert stand.percent() == 71


def test_with_car_control_off_car_finder_still_knows_where_the_car_is(stand: Stand) -> None:
    stand.act("service", id="car_control", on=False)
    stand.act("drive", path=EAST)
    stand.move("PT10M")
    until(lambda: stand.owner.overview("GPS_LOCATION")["GPS_LOCATION"]["location"] == "48.8003,9.0512")
    assert stand.owner.overview("MILEAGE")["MILEAGE"]["kilometers"] == 18240, "that is Car Control's"


def test_each_trip_is_told_once_and_holds_no_position(stand: Stand) -> None:
    before = len(stand.told("TRIP_STATISTICS_SHORT_TERM_HISTORY")["list"])
    for longitude in (9.0512, 9.0112):
        stand.act("drive", path=[[48.8003, longitude, 60]])
        stand.move("PT10M")
    trips = stand.told("TRIP_STATISTICS_SHORT_TERM_HISTORY")["list"]
    assert len(trips) == before + 2
    assert [one["distanceKm"] for one in trips[:2]] == [2.9, 2.9]
    assert "48.8" not in str(trips)
    assert trips[0].keys() == trips[-1].keys()


def test_a_car_that_burns_fuel_drives_too(stand: Stand) -> None:
    stand.act("drive", COMBUSTION, path=[[48.7665, 9.5690, 120]])
    stand.move("PT1H")
    trip = stand.told("TRIP_STATISTICS_SHORT_TERM", COMBUSTION)["list"][0]
    assert trip["distanceKm"] == pytest.approx(29.3, abs=0.2)
    assert 8 < trip["avgLitersPerHundredKm"] < 16
    assert stand.told("FUEL_LEVEL", COMBUSTION)["percent"] < 71


# -- private mode, restarts, far moves --------------------------------------------------------------------------------


def test_in_private_mode_it_drives_and_tells_nobody(stand: Stand) -> None:
    stand.act("private_mode", on=True)
    before = max(row["id"] for row in stand.backend.stage("GET", "/demo/edges")["edges"])
    stand.act("drive", path=[[48.8003, 9.0512, 150]])
    stand.move("PT1H")
    stand.act("alarm", reason="TOW")
    stand.move("PT1H")
    assert edges(stand, before) == []
    assert stand.owner.overview("GPS_LOCATION")["GPS_LOCATION"] == "PRIVATE_MODE"
    assert state(stand)["switches"]["dropped"] > 4
    stand.act("private_mode", on=False)
    until(lambda: stand.owner.overview("GPS_LOCATION")["GPS_LOCATION"]["location"] == "48.8003,9.0512")


def test_a_backend_that_ends_parks_the_car_and_one_that_is_killed_finds_it_where_it_spoke_last(tmp_path: Path) -> None:
    with Backend(tmp_path / "data") as backend:
        stand = Stand(backend)
        stand.act("drive", path=EAST)
        stand.move("PT1M")
        backend.stop()
        backend.start()
        stand = Stand(backend)
        place = stand.told("GPS_LOCATION")["location"]
        assert 9.02 < float(place.split(",")[1]) < 9.03
        until(lambda: 0.8 < stand.told("TRIP_STATISTICS_SHORT_TERM")["list"][0]["distanceKm"] < 1.2)
        stand.act("drive", path=EAST)
        stand.move("PT1M")
        kill(backend)
        backend.start()
        assert Owner(backend).overview("GPS_LOCATION", more="&wakeUpJob=6c0d1f0e")["GPS_LOCATION"]["location"] == place
        assert state(Stand(backend))["driving"] is False


def test_where_it_drove_touches_no_disk(stand: Stand) -> None:
    stand.done("LOCATION_ALARMS_EDIT", {"list": [], "spin": None})
    quiet(stand)
    stand.act("drive", path=[[48.823456, 9.0412, 60], [48.8003, 9.0612, 60]])
    stand.move("PT2M")
    assert remembered(stand) == (48.8003, 9.0112), "where it started"
    stand.move("PT1H")
    quiet(stand)
    assert remembered(stand) == (48.8003, 9.0612), "and where it stands"
    for file in sorted(stand.backend.data_dir.iterdir()):
        assert b"48.823456" not in file.read_bytes(), file.name


def place(stand: Stand) -> tuple[float, ...]:
    return tuple(map(float, stand.told("GPS_LOCATION", wake=False)["location"].split(",")))


def test_it_drives_by_the_roads_of_the_map(stand: Stand) -> None:
    """Half an hour after it set out it is on the way, and not on the straight line."""
    stand.act("drive", town="Pforzheim")
    stand.move("PT12M")
    latitude, longitude = map(float, stand.told("GPS_LOCATION")["location"].split(","))
    assert 8.703 < longitude < 9.0112
    world = World()
    road = world.nearest(point(latitude, longitude))
    assert road is not None
    assert road.off < 200, "centimetres from a road"


def test_a_move_of_a_year_finds_it_arrived(stand: Stand) -> None:
    stand.act("drive", town="Stuttgart")
    stand.move("P1Y")
    until(lambda: place(stand) == pytest.approx((48.775, 9.182), abs=0.01))
    assert state(stand)["driving"] is False
