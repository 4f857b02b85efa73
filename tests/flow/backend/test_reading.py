from __future__ import annotations

from datetime import datetime

import pytest

from backend_process import Backend
from owner_client import CARS, VIN, Owner, ask, until


def test_the_list_is_an_array_of_the_owners_cars(owner: Owner) -> None:
    cars = owner.get(CARS).json
    assert [car["vin"] for car in cars] == [VIN, "WP1ZZZ9YZSDA20002", "WP0ZZZ99ZSS230003"]
    assert [car["modelType"]["engine"] for car in cars] == ["BEV", "PHEV", "COMBUSTION"]
    assert cars[0]["modelName"] == "Taycan"
    assert cars[0]["modelType"]["engine"] == "BEV"
    assert cars[0]["connect"] is True


def test_a_double_slash_of_older_clients_is_taken(owner: Owner) -> None:
    assert owner.get("/app//connect/v1/vehicles").status == 200


def test_the_stored_overview_has_the_keys_asked_for_and_no_other(owner: Owner) -> None:
    told = owner.overview("BATTERY_LEVEL", "LOCK_STATE_VEHICLE", "BATTERY_LEVEL")
    assert list(told) == ["BATTERY_LEVEL", "LOCK_STATE_VEHICLE"]
    assert told["BATTERY_LEVEL"]["percent"] == 78
    assert told["LOCK_STATE_VEHICLE"]["isLocked"] is True


def test_unknown_keys_are_disabled_not_refused(owner: Owner) -> None:
    assert owner.overview("WARP_DRIVE", "FUEL_LEVEL") == {"WARP_DRIVE": "NOT_SUPPORTED", "FUEL_LEVEL": "NOT_SUPPORTED"}


def test_the_base_fields_are_complete(owner: Owner) -> None:
    table = owner.get(f"{CARS}/{VIN}?mf=MILEAGE").json
    assert {"vin", "modelName", "modelType", "systemInfo", "timestamp", "customName"} <= table.keys()


def test_a_first_look_already_has_data(own_backend: Backend) -> None:
    """The cars have reported before the backend says that it is ready."""
    assert Owner(own_backend).overview("BATTERY_LEVEL")["BATTERY_LEVEL"]["percent"] == 78


def test_stored_is_what_the_maker_last_heard_and_woken_is_new(owner: Owner) -> None:
    before = owner.overview("GLOBAL_TIMESTAMP")["GLOBAL_TIMESTAMP"]["timestamp"]
    assert owner.overview("GLOBAL_TIMESTAMP")["GLOBAL_TIMESTAMP"]["timestamp"] == before
    woken = owner.overview("GLOBAL_TIMESTAMP", more="&wakeUpJob=6c0d1f0e")["GLOBAL_TIMESTAMP"]["timestamp"]
    assert datetime.fromisoformat(woken) > datetime.fromisoformat(before)


def test_waking_goes_to_the_car_and_back(backend: Backend, owner: Owner) -> None:
    answer = owner.get(f"{CARS}/{VIN}?mf=MILEAGE&wakeUpJob=6c0d1f0e")
    trace = answer.headers["traceresponse"].split("-")[1]
    edges = backend.stage("GET", f"/demo/edges?trace={trace}")["edges"]
    assert [(edge["from"], edge["to"]) for edge in edges] == [
        ("vehicle", "porsche_system"),
        ("porsche_system", "vehicle"),
    ]
    assert not any(VIN in edge["path"] for edge in edges)


@pytest.mark.slow
def test_a_car_that_sleeps_is_504_and_the_stored_state_stays(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    before = owner.overview("GLOBAL_TIMESTAMP")
    own_backend.stage("POST", "/demo/faults", {"kind": "asleep"})
    answer = owner.get(f"{CARS}/{VIN}?mf=MILEAGE&wakeUpJob=6c0d1f0e")
    assert (answer.status, answer.json) == (504, {"message": "VEHICLE_UNAVAILABLE"})
    assert owner.overview("GLOBAL_TIMESTAMP") == before


def test_what_happens_at_the_car_is_heard_by_itself(backend: Backend, owner: Owner) -> None:
    backend.stage("POST", f"/demo/vehicles/{VIN}/open", {"part": "DOOR_REAR_LEFT"})
    until(lambda: owner.overview("OPEN_STATE_DOOR_REAR_LEFT")["OPEN_STATE_DOOR_REAR_LEFT"]["isOpen"])


def test_capabilities_answer_only_what_is_asked(owner: Owner) -> None:
    rows = owner.get(f"{CARS}/{VIN}?cf=LOCK&cf=TRUNK_UNLOCK").json["commands"]
    assert rows[0] == {"key": "LOCK", "status": {"isEnabled": True}}
    assert rows[1] == {"key": "TRUNK_UNLOCK", "status": {"isEnabled": False, "cause": "NOT_SUPPORTED"}}


def test_another_persons_car_is_not_there(owner: Owner) -> None:
    assert owner.get(f"{CARS}/WP0ZZZ99ZSS999999?mf=MILEAGE").status == 404


def test_the_directory_names_the_parties_and_the_clock(backend: Backend) -> None:
    table = ask(backend.parties["porsche_system"], "GET", "/.well-known/companion").json
    assert table["demo"] is True
    assert datetime.fromisoformat(table["now"]).tzinfo is not None
    assert table["parties"] == {
        name: backend.parties[name] for name in ("identity", "porsche_system", "map_provider", "console")
    }


def test_the_directory_answers_relative_to_the_host_asked(backend: Backend) -> None:
    port = backend.parties["porsche_system"].rpartition(":")[2]
    answer = ask(
        backend.parties["porsche_system"], "GET", "/.well-known/companion", headers={"Host": f"localhost:{port}"}
    )
    assert answer.json["parties"]["porsche_system"] == f"http://localhost:{port}"


def test_every_party_and_every_answer_carries_a_trace(owner: Owner) -> None:
    for answer in (owner.get(CARS), owner.get(f"{CARS}/{VIN}?mf=MILEAGE"), owner.command("SPIN_CHALLENGE")):
        assert len(answer.headers["traceresponse"].split("-")[1]) == 32
