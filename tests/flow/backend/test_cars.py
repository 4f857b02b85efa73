"""Three cars, each with what it has: charge and cabin follow the demo clock, commands take exactly what they take."""

from __future__ import annotations

import zlib
from typing import Any
from urllib.parse import urlsplit

import pytest

from backend_process import Backend
from owner_client import CARS, COMBUSTION, GARAGE, HYBRID, VIN, Answer, Owner, ask, stage, until

ZONES = {"frontLeft": True, "frontRight": False, "rearLeft": False, "rearRight": False}
WARM: dict[str, Any] = {"climateZonesEnabled": ZONES, "targetTemperature": 295.15}
SPIN = {"spin": None}
ENERGY = ("BATTERY_LEVEL", "E_RANGE", "CHARGING_SUMMARY", "CHARGING_RATE", "FUEL_LEVEL", "RANGE", "HVAC_SUMMARY")
WORDS = (
    "ALARM_STATE BATTERY_LEVEL BLEID_DDADATA CHARGING_PROFILES CHARGING_RATE CHARGING_SETTINGS CHARGING_SUMMARY DEPARTURES"
    " E_RANGE FUEL_LEVEL FUEL_RESERVE GLOBAL_PRIVACY_MODE GPS_LOCATION INTERMEDIATE_SERVICE_RANGE INTERMEDIATE_SERVICE_TIME"
    " LOCK_STATE_VEHICLE MAIN_SERVICE_RANGE MAIN_SERVICE_TIME MILEAGE OIL_LEVEL_CURRENT OIL_LEVEL_MAX OIL_LEVEL_MIN_WARNING"
    " OIL_SERVICE_RANGE OIL_SERVICE_TIME OPEN_STATE_DOOR_FRONT_LEFT OPEN_STATE_DOOR_FRONT_RIGHT OPEN_STATE_DOOR_REAR_LEFT"
    " OPEN_STATE_DOOR_REAR_RIGHT OPEN_STATE_LID_FRONT OPEN_STATE_LID_REAR OPEN_STATE_SERVICE_FLAP OPEN_STATE_SPOILER"
    " OPEN_STATE_SUNROOF OPEN_STATE_SUNROOF_REAR OPEN_STATE_TOP OPEN_STATE_WINDOW_FRONT_LEFT OPEN_STATE_WINDOW_FRONT_RIGHT"
    " OPEN_STATE_WINDOW_REAR_LEFT OPEN_STATE_WINDOW_REAR_RIGHT PAIRING_CODE PARKING_BRAKE PARKING_LIGHT RANGE"
    " REMOTE_ACCESS_AUTHORIZATION SERVICE_PREDICTIONS THEFT_STATE TIMERS VTS_MODES ACV_STATE BATTERY_CHARGING_STATE"
    " CLIMATIZER_STATE HEATING_STATE HVAC_STATE OPEN_STATE_CHARGE_FLAP_LEFT OPEN_STATE_CHARGE_FLAP_RIGHT"
    " PRED_PRECON_LOCATION_EXCEPTIONS PRED_PRECON_USER_SETTINGS TIRE_PRESSURE BATTERY_CONDITION BEM_LEVEL CHARGING_SESSION"
    " CONNECT_CONTRACT DIRECT_CHARGING GLOBAL_TIMESTAMP HVAC_SUMMARY INSTRUMENT_CLUSTER_ALERTS LOCATION_ALARMS"
    " MDK_ACTIVATION_STATE MDK_CARD_STATE MDK_PAIRING_PASSWORD MDK_PAIRING_STATE OTA_CONSENT_STATUS OTA_UPDATE_DETAILS"
    " SPEED_ALARMS TIMEZONE TIRE_PRESSURE_FRONT_LEFT TIRE_PRESSURE_FRONT_RIGHT TIRE_PRESSURE_REAR_LEFT"
    " TIRE_PRESSURE_REAR_RIGHT VALET_ALARM VTS_CERTIFICATE_LIST VTS_CONFIGURATION DESTINATIONS TRIP_STATISTICS_CYCLIC"
    " TRIP_STATISTICS_MONTHLY_REPORT"
)
EVERY_KEY = WORDS.split()
"""All that clients of both generations ask for."""


def has(owner: Owner, vin: str, *keys: str) -> set[str]:
    return {key for key, value in owner.overview(*keys, vin=vin).items() if value != "NOT_SUPPORTED"}


def battery(owner: Owner, vin: str = VIN) -> dict[str, Any]:
    """What the maker last heard of the charge."""
    told = owner.overview("BATTERY_LEVEL", "CHARGING_SUMMARY", "CHARGING_RATE", vin=vin)
    return {"percent": told["BATTERY_LEVEL"]["percent"], **told["CHARGING_SUMMARY"], **told["CHARGING_RATE"]}


def climate(owner: Owner, more: str = "&wakeUpJob=6c0d1f0e") -> dict[str, Any]:
    table: dict[str, Any] = owner.overview("HVAC_SUMMARY", more=more)["HVAC_SUMMARY"]
    return table


def at_car(backend: Backend, verb: str, vin: str = VIN, **body: Any) -> None:
    backend.stage("POST", f"/demo/vehicles/{vin}/{verb}", body)


def plugged(backend: Backend, owner: Owner, **body: Any) -> None:
    at_car(backend, "plug", **body)
    until(lambda: battery(owner)["status"] != "NOT_PLUGGED")


def done(owner: Owner, key: str, payload: Any, vin: str = VIN) -> Answer:
    answer = owner.send(key, payload, vin)
    assert answer.status == 201, answer.json
    assert owner.ended(answer, vin)["result"] == "PERFORMED"
    return answer


# -- what each has ----------------------------------------------------------------------------------------------------


def test_each_car_measures_what_it_has(owner: Owner) -> None:
    assert has(owner, VIN, *ENERGY) == {*ENERGY} - {"FUEL_LEVEL", "RANGE"}
    assert has(owner, HYBRID, *ENERGY) == {*ENERGY}
    assert has(owner, COMBUSTION, *ENERGY) == {"FUEL_LEVEL", "RANGE"}


def test_a_car_with_two_doors_has_two_doors(owner: Owner, backend: Backend) -> None:
    doors = [f"OPEN_STATE_{kind}_{place}_LEFT" for kind in ("DOOR", "WINDOW") for place in ("FRONT", "REAR")]
    assert has(owner, COMBUSTION, *doors, "OPEN_STATE_LID_REAR") == {doors[0], doors[2], "OPEN_STATE_LID_REAR"}
    assert has(owner, HYBRID, *doors) == {*doors}
    answer = stage(backend, "POST", f"/demo/vehicles/{COMBUSTION}/open", {"part": "DOOR_REAR_LEFT"})
    assert answer.status == 400
    assert "DOOR_FRONT_LEFT" in answer.json["title"]


@pytest.mark.parametrize("vin", GARAGE)
def test_every_key_of_the_interface_is_answered_once(owner: Owner, vin: str) -> None:
    rows = owner.get(f"{CARS}/{vin}?" + "&".join(f"mf={key}" for key in EVERY_KEY)).json["measurements"]
    assert [row["key"] for row in rows] == EVERY_KEY
    for row in rows:
        on = row["status"]["isEnabled"]
        assert row["value"]["lastModified"] if on else row["status"]["cause"] == "NOT_SUPPORTED"
    assert all("isOpen" in row["value"] for row in rows if row["key"].startswith("OPEN_STATE_") and "value" in row)


def test_an_address_of_eight_kilobytes_is_taken(owner: Owner) -> None:
    target = f"{CARS}/{VIN}?" + "&".join(f"cf={'X' * 50}{number:04}" for number in range(140))
    assert len(target) > 8000
    assert len(owner.get(target).json["commands"]) == 140


def test_each_car_can_do_its_own_commands(owner: Owner) -> None:
    keys = (
        "LOCK",
        "REMOTE_CLIMATIZER_START",
        "DIRECT_CHARGING_START",
        "CHARGING_PROFILES_EDIT",
        "CHARGING_SETTINGS_EDIT",
    )
    query = "&".join(f"cf={key}" for key in keys)
    can = {}
    for vin in GARAGE:
        rows = owner.get(f"{CARS}/{vin}?{query}").json["commands"]
        can[vin] = {row["key"] for row in rows if row["status"]["isEnabled"]}
        if row := next((row for row in rows if "metadata" in row), None):
            assert row["metadata"]["minTemperature"] < 293.15 < row["metadata"]["maxTemperature"]
    assert can[VIN] == {*keys}
    assert can[HYBRID] == {*keys} - {"CHARGING_SETTINGS_EDIT"}
    assert can[COMBUSTION] == {"LOCK"}
    assert owner.send("DIRECT_CHARGING_START", SPIN, COMBUSTION).json["message"] == "NOT_SUPPORTED"


def test_a_command_is_for_one_car(owner: Owner) -> None:
    answer = owner.send("LOCK", SPIN, HYBRID)
    owner.ended(answer, HYBRID)
    assert owner.get(f"{CARS}/{VIN}/commands/{answer.json['status']['id']}").status == 404


def test_trips_are_told_and_hold_no_position(owner: Owner) -> None:
    keys = [f"TRIP_STATISTICS_{key}" for key in ("SHORT_TERM", "SHORT_TERM_HISTORY", "CYCLIC", "LONG_TERM")]
    told = owner.overview(*keys, vin=HYBRID)
    last, every, _, whole = (told[key]["list"] for key in keys)
    assert len(last) == len(whole) == 1
    assert len(every) == 2
    assert whole[0]["distanceKm"] == sum(trip["distanceKm"] for trip in every)
    assert every[0]["tripEndTime"] > every[1]["tripEndTime"]
    assert not {"location", "latitude"} & every[0].keys()
    held = next(row for row in owner.held("porsche_system") if row["activity"] == "trip_control.trip_upload")
    assert held["rule"] == "until_next_status"


# -- climate ----------------------------------------------------------------------------------------------------------


def test_climate_warms_the_cabin_over_time_and_ends_by_itself(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    before = climate(owner)
    assert before["status"] == "OFF"
    done(owner, "REMOTE_CLIMATIZER_START", WARM)
    running = climate(owner, more="")
    assert (running["status"], running["climateZonesEnabled"], running["targetTemperature"]) == (
        "HEATING",
        ZONES,
        295.15,
    )
    own_backend.stage("POST", "/demo/clock", {"advance": "PT10M"})
    later = climate(owner)
    assert later["remainingTime"] < running["remainingTime"]
    assert before["insideTemperature"] + 2 < later["insideTemperature"] < 295.15
    own_backend.stage("POST", "/demo/clock", {"advance": "PT25M"})
    # The car says so by itself: nobody wakes it.
    ended = until(lambda: (told := climate(owner, more=""))["status"] == "OFF" and told)
    assert ended["remainingTime"] == 0
    own_backend.stage("POST", "/demo/clock", {"advance": "PT6H"})
    assert climate(owner)["insideTemperature"] == pytest.approx(ended["outsideTemperature"], abs=0.6)


def test_both_generations_of_clients_start_and_stop_the_climate(owner: Owner) -> None:
    done(owner, "REMOTE_CLIMATIZER_START", WARM)
    done(owner, "REMOTE_CLIMATIZER_STOP", {})
    assert climate(owner)["status"] == "OFF"
    done(owner, "REMOTE_CLIMATIZER_START", {**WARM, "spin": None})
    old = owner.overview("CLIMATIZER_STATE")["CLIMATIZER_STATE"]
    assert (old["isOn"], old["targetTemperature"], old["climateZonesEnabled"]) == (True, 295.15, ZONES)


def test_an_empty_battery_keeps_the_climate_off(backend: Backend, owner: Owner) -> None:
    at_car(backend, "battery", percent=5)
    ended = owner.ended(owner.send("REMOTE_CLIMATIZER_START", WARM))
    assert (ended["result"], ended["details"]) == ("ERROR", {"reason": "BATTERY_LOW"})
    assert climate(owner)["status"] == "OFF"


def test_a_climate_command_is_kept_under_its_own_activities(owner: Owner) -> None:
    trace = done(owner, "REMOTE_CLIMATIZER_START", WARM).headers["traceresponse"].split("-")[1]
    of_the_notice = {"climate_command", "climate_status", "usage_statistics", "climate_notification"}
    ours = {f"product.{name}" for name in ("events", "message", "vehicle_extras", "vehicle_memory")}
    found = until(lambda: "push_apple" in (held := kept_by(owner, trace)).values() and held)
    assert found.keys() == {f"climate.{name}" for name in of_the_notice} | {"car_control.vehicle_status"} | ours


def kept_by(owner: Owner, trace: str) -> dict[str, str]:
    """Activity -> the party that keeps its last record."""
    rows = owner.observe("holdings", f"?trace={trace}").json["rows"]
    return {row["activity"]: row["party"] for row in rows}
    done(owner, "REMOTE_CLIMATIZER_STOP", {})
    states = [row for row in owner.held("porsche_system") if row["activity"] == "climate.climate_status"]
    assert len([row for row in states if row["subject"] == VIN]) == 1


# -- charging ---------------------------------------------------------------------------------------------------------


def test_charging_moves_the_charge_along_the_curve_and_ends_at_the_target(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    at_car(own_backend, "battery", percent=20)
    plugged(own_backend, owner)
    done(owner, "DIRECT_CHARGING_START", SPIN)
    told = battery(owner)
    assert (told["status"], told["mode"], told["chargingPower"]) == ("CHARGING", "DIRECT", 11)
    assert told["chargingPowerkW"] == told["chargingPower"]
    assert told["chargingRatekmPerMin"] == told["chargingRate"] > 0
    own_backend.stage("POST", "/demo/clock", {"advance": "PT2H"})
    # 22 kWh of 97: told by the car itself in steps of five percent, nobody wakes it.
    until(lambda: battery(owner)["percent"] == 40)
    own_backend.stage("POST", "/demo/clock", {"advance": "PT8H"})
    full = until(lambda: (told := battery(owner))["status"] == "CHARGING_COMPLETED" and told)
    assert (full["percent"], full["chargingPower"]) == (85, 0)
    at_car(own_backend, "unplug")
    until(lambda: battery(owner)["status"] == "NOT_PLUGGED")


def test_a_fast_charger_slows_down_as_the_battery_fills(backend: Backend, owner: Owner) -> None:
    at_car(backend, "battery", percent=20)
    plugged(backend, owner, kw=300)
    done(owner, "DIRECT_CHARGING_START", SPIN)
    first = battery(owner)["chargingPower"]
    at_car(backend, "battery", percent=84)
    assert until(lambda: (now := battery(owner))["percent"] == 84 and now["chargingPower"]) < first / 2


def test_charging_wants_a_plug_and_room(backend: Backend, owner: Owner) -> None:
    assert owner.ended(owner.send("DIRECT_CHARGING_START", SPIN))["details"] == {"reason": "NOT_PLUGGED"}
    at_car(backend, "battery", percent=90)
    at_car(backend, "plug")
    assert owner.ended(owner.send("DIRECT_CHARGING_START", SPIN))["details"] == {"reason": "TARGET_REACHED"}


def test_charging_stops_on_command_and_with_the_plug(backend: Backend, owner: Owner) -> None:
    plugged(backend, owner)
    done(owner, "DIRECT_CHARGING_START", SPIN)
    done(owner, "DIRECT_CHARGING_STOP", SPIN)
    assert battery(owner)["status"] == "NOT_CHARGING"
    done(owner, "DIRECT_CHARGING_START", SPIN)
    at_car(backend, "unplug")
    until(lambda: battery(owner)["status"] == "NOT_PLUGGED")


def test_charging_goes_on_after_a_restart(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    plugged(own_backend, owner)
    done(owner, "DIRECT_CHARGING_START", SPIN)
    own_backend.stop()
    own_backend.start()
    owner = Owner(own_backend)
    own_backend.stage("POST", "/demo/clock", {"advance": "PT8H"})
    until(lambda: battery(owner)["status"] == "CHARGING_COMPLETED")


def test_a_target_is_set_and_null_leaves_it(owner: Owner) -> None:
    done(owner, "CHARGING_SETTINGS_EDIT", {"targetSoc": 60, "spin": None})
    done(owner, "CHARGING_SETTINGS_EDIT", {"targetSoc": None, "spin": None})
    told = owner.overview("CHARGING_SETTINGS", "CHARGING_SUMMARY")
    assert (told["CHARGING_SETTINGS"]["targetSoc"], told["CHARGING_SUMMARY"]["targetSoC"]) == (60, 60)


def test_a_profile_is_edited_in_the_list_as_it_was_read(owner: Owner) -> None:
    profiles = owner.overview("CHARGING_PROFILES", vin=HYBRID)["CHARGING_PROFILES"]["list"]
    profiles[0]["minSoc"] = 55
    done(owner, "CHARGING_PROFILES_EDIT", {"list": profiles}, HYBRID)
    told = owner.overview("CHARGING_PROFILES", "CHARGING_SUMMARY", vin=HYBRID)
    assert told["CHARGING_PROFILES"]["list"] == profiles
    assert (told["CHARGING_SUMMARY"]["mode"], told["CHARGING_SUMMARY"]["chargingProfile"]) == (
        "PROFILE",
        {"minSoC": 55},
    )


# -- wrong payloads ---------------------------------------------------------------------------------------------------

PROFILE = {"id": 4, "name": "General", "isEnabled": True, "minSoc": 80}
OTHER = {"id": 5, "name": "Home", "isEnabled": False, "minSoc": 60}
WRONG: list[tuple[str, Any, str]] = [
    ("REMOTE_CLIMATIZER_START", {}, VIN),
    ("REMOTE_CLIMATIZER_START", {**WARM, "targetTemperature": 22}, VIN),
    ("REMOTE_CLIMATIZER_START", {**WARM, "targetTemperature": "295"}, VIN),
    ("REMOTE_CLIMATIZER_START", {**WARM, "targetTemperature": True}, VIN),
    ("REMOTE_CLIMATIZER_START", {**WARM, "climateZonesEnabled": {**ZONES, "boot": True}}, VIN),
    ("REMOTE_CLIMATIZER_START", {**WARM, "climateZonesEnabled": {**ZONES, "rearLeft": 1}}, VIN),
    ("REMOTE_CLIMATIZER_START", {**WARM, "climateZonesEnabled": []}, VIN),
    ("REMOTE_CLIMATIZER_START", {**WARM, "spin": {}}, VIN),
    ("REMOTE_CLIMATIZER_START", {**WARM, "more": 1}, VIN),
    ("REMOTE_CLIMATIZER_STOP", {"targetTemperature": 295}, VIN),
    ("DIRECT_CHARGING_START", {}, VIN),
    ("DIRECT_CHARGING_STOP", {"spin": 1}, VIN),
    ("CHARGING_SETTINGS_EDIT", {"targetSoc": 80}, VIN),
    *[("CHARGING_SETTINGS_EDIT", {"targetSoc": value, "spin": None}, VIN) for value in (24, 101, 80.5, "80", True, [])],
    *[
        ("CHARGING_PROFILES_EDIT", {"list": value}, HYBRID)
        for value in (
            None, [], [PROFILE], [PROFILE, PROFILE], [PROFILE, {**OTHER, "id": 6}], [PROFILE, {**OTHER, "id": True}],
            [PROFILE, 7], [PROFILE, {"id": 5}], [PROFILE, {**OTHER, "minSoc": 20}], [PROFILE, {**OTHER, "isEnabled": 1}],
            [PROFILE, {**OTHER, "name": 7}], [PROFILE, {**OTHER, "more": 1}], {"4": PROFILE},
        )
    ],
    ("CHARGING_PROFILES_EDIT", {"list": [PROFILE, OTHER], "more": 1}, HYBRID),
]  # fmt: skip


def test_a_wrong_payload_is_400_and_changes_nothing(backend: Backend, owner: Owner) -> None:
    cars = stage(backend, "GET", "/demo/state").json["vehicles"]
    held = owner.held("porsche_system")
    for key, payload, vin in WRONG:
        answer = owner.send(key, payload, vin)
        assert (answer.status, answer.json["message"]) == (400, "BAD_PAYLOAD"), (key, payload)
    assert owner.held("porsche_system") == held
    assert stage(backend, "GET", "/demo/state").json["vehicles"] == cars


# -- pictures ---------------------------------------------------------------------------------------------------------


def picture(owner: Owner, vin: str = VIN) -> bytes:
    """Fetched as clients do: by its address alone."""
    row = owner.get(f"{CARS}/{vin}/pictures").json[0]
    assert row["view"] == "topView"
    assert vin not in row["url"]
    answer = ask(owner.system, "GET", urlsplit(row["url"]).path)
    assert answer.headers["content-type"] == "image/png"
    return answer.content


def colours(png: bytes) -> set[bytes]:
    """The pixels of an unfiltered RGBA picture."""
    width, data, at = int.from_bytes(png[16:20], "big"), b"", 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        data += png[at + 8 : at + 8 + size] if png[at + 4 : at + 8] == b"IDAT" else b""
        assert zlib.crc32(png[at + 4 : at + 8 + size]) == int.from_bytes(png[at + 8 + size : at + 12 + size], "big")
        at += 12 + size
    raw, line = zlib.decompress(data), 1 + 4 * width
    return {raw[row + 1 + x : row + 5 + x] for row in range(0, len(raw), line) for x in range(0, 4 * width, 4)}


def test_a_picture_is_in_the_cars_colour_and_shows_what_is_open(backend: Backend, owner: Owner) -> None:
    closed = picture(owner)
    assert bytes.fromhex("8D97A2FF") in colours(closed)
    assert bytes.fromhex("B3261EFF") in colours(picture(owner, COMBUSTION))
    at_car(backend, "open", part="DOOR_FRONT_LEFT")
    until(lambda: owner.overview("OPEN_STATE_DOOR_FRONT_LEFT")["OPEN_STATE_DOOR_FRONT_LEFT"]["isOpen"])
    assert picture(owner) != closed


def test_a_picture_needs_its_key(owner: Owner) -> None:
    path = urlsplit(owner.get(f"{CARS}/{VIN}/pictures").json[0]["url"]).path
    for wrong in (path.replace("car-taycan", "car-911"), path[:-10] + "000000.png", path.replace("car-taycan", "none")):
        assert ask(owner.system, "GET", wrong).status == 404
    assert ask(owner.system, "GET", f"{CARS}/{VIN}/pictures").status == 401
