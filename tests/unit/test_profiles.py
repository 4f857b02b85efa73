"""Charging profiles: read, sent back as they came, and what is wrong with one before it is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from companion.api.commands import CommandsApi, _profile
from companion.api.readings import apply
from companion.errors import AnswerError
from companion.model.charging import Profile, ProfilesWish
from companion.model.climate import Climate
from companion.model.profiles import fresh_id, is_elsewhere, overlaps, placed, trouble
from companion.model.vehicle import Vehicle
from companion.net.attribute import attribute
from companion.net.call import write
from companion.net.catalogue import Catalogue
from companion.net.door import serialise

CAR = Vehicle("WP0ZZZY1ZSSA10001", "Taycan")
NIGHT = {"from": "22:00", "to": "06:00"}
ROWS: list[dict[str, Any]] = [
    {"id": 2, "name": "Zuhause é", "isEnabled": True, "minSoc": 20, "targetSoc": 80, "latitude": 48.7758, "longitude": -9,
     "radius": 200, "preferredHours": [NIGHT], "isOptimised": True},
    {"id": 1, "name": "Everywhere else", "isEnabled": True, "minSoc": 20, "targetSoc": 85, "latitude": None,
     "longitude": None, "radius": 0, "preferredHours": [], "isOptimised": False},
]  # fmt: skip
OLDER: list[dict[str, Any]] = [
    {"id": 4, "name": "General", "isEnabled": True, "minSoc": 80}, {"id": 5, "name": "Home", "isEnabled": False, "minSoc": 60}
]  # fmt: skip
HOME = Profile(2, "Home", True, 50, 85, (48.8, 9.0, 250.0), True, (("22:00", "06:00"),))
ELSEWHERE = Profile(1, "Everywhere else", True, 25, 80)


def told(key: str, value: Any) -> dict[str, Any]:
    return {"key": key, "status": {"isEnabled": True}, "value": value}


def read(rows: Any, **more: Any) -> Vehicle:
    return apply(CAR, [told("CHARGING_PROFILES", {"list": rows, **more})])


def test_profiles_are_read_with_what_an_edit_is_based_on() -> None:
    charging = read(ROWS, maxCount=5, lastModified="2026-11-25T09:00:00+00:00").charging
    home, elsewhere = charging.profiles
    assert (home.place, home.hours, home.optimised, home.older) == (
        (48.7758, -9.0, 200.0),
        (("22:00", "06:00"),),
        True,
        False,
    )
    assert (elsewhere.place, elsewhere.hours, is_elsewhere(elsewhere)) == (None, (), True)
    assert (charging.profiles_as_of, charging.profiles_most) == ("2026-11-25T09:00:00+00:00", 5)


def test_of_an_older_car_the_minimum_is_the_target_and_no_profile_is_for_elsewhere() -> None:
    charging = read([{"id": 1, "name": "General", "isEnabled": True, "minSoc": 80}]).charging
    only = charging.profiles[0]
    assert (only.minimum, only.target, only.older, is_elsewhere(only)) == (None, 80, True, False)
    assert (charging.profiles_most, charging.profiles_as_of) == (None, None)


@pytest.mark.parametrize("rows", [ROWS, OLDER])
def test_what_was_not_edited_goes_back_byte_for_byte(rows: list[dict[str, Any]]) -> None:
    sent = [_profile(one) for one in read(rows).charging.profiles]
    assert json.dumps(sent) == json.dumps(rows)


@pytest.mark.parametrize(
    "change",
    [
        {"preferredHours": [{"from": "25:00", "to": "06:00"}]}, {"preferredHours": [{"from": "22:00"}]},
        {"preferredHours": [7]}, {"preferredHours": [{"from": 22, "to": 6}]}, {"minSoc": "20"}, {"minSoc": 20.5},
        {"latitude": "north"}, {"isOptimised": "yes"}, {"isEnabled": 1}, {"name": None}, {"radius": float("nan")},
    ],
)  # fmt: skip
def test_a_wrong_profile_spoils_the_whole_answer(change: dict[str, Any]) -> None:
    with pytest.raises(AnswerError):
        read([{**ROWS[0], **change}])


@pytest.mark.parametrize("value", [{"list": [], "maxCount": "5"}, {"list": [], "lastModified": []}, {}])
def test_a_wrong_list_does_too(value: dict[str, Any]) -> None:
    with pytest.raises(AnswerError):
        apply(CAR, [told("CHARGING_PROFILES", value)])


class _Client:
    def freeze(self, call: Any) -> Any:
        return call


def sent(wish: ProfilesWish) -> tuple[Any, Any]:
    """The body, and how the door would name its bytes."""
    (call,) = CommandsApi(_Client()).prepare_profiles_set(CAR.vin, wish, "press")  # type: ignore[arg-type]
    raw = serialise(write(call, "127.0.0.1:41002", "companion/0.1", "t" * 43, ()))
    return call.body, (raw, attribute(Catalogue(), call.party, raw))


def test_the_whole_list_is_sent_and_a_new_one_has_no_number_yet() -> None:
    new = replace(HOME, id=-1, name="Work", hours=())
    body, _ = sent(ProfilesWish((HOME, new, ELSEWHERE), "then"))
    assert [row["id"] for row in body["payload"]["list"]] == [2, 0, 1]
    assert (body["key"], body["payload"]["basedOn"], body["payload"]["spin"]) == (
        "CHARGING_PROFILES_EDIT",
        "then",
        None,
    )


def test_a_place_that_leaves_is_a_span_of_its_own() -> None:
    _, (raw, seen) = sent(ProfilesWish((HOME, ELSEWHERE), "then"))
    assert seen.problem is None
    items: dict[str, list[bytes]] = {}
    for span in seen.spans:
        items.setdefault(span.item or "", []).append(raw[span.start : span.end])
    assert items["charging_place"] == [b"48.8", b"9", b"250", b"null", b"null", b"null"]
    assert items["charging_profile_name"] == [b"Home", b"Everywhere else"]
    assert items["charging_hours"] == [b"22:00", b"06:00"]
    assert items["charging_target"] == [b"50", b"85", b"25", b"80"]


def test_an_older_list_passes_the_door_too() -> None:
    _, (_, seen) = sent(ProfilesWish(read(OLDER).charging.profiles))
    assert seen.problem is None


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, {}), ({"name": " "}, {"name": "name_empty"}), ({"name": "x" * 100}, {}),
        ({"name": "x" * 101}, {"name": "name_long"}),
        ({"name": "everywhere ELSE"}, {"name": "name_taken"}), ({"minimum": 86}, {"minimum": "minimum_above"}),
        ({"minimum": 85}, {}), ({"place": (90.1, 9, 250)}, {"latitude": "latitude_range"}),
        ({"place": (float("nan"), 180.1, 19)},
         {"latitude": "latitude_range", "longitude": "longitude_range", "radius": "radius_range"}),
        ({"place": (-90, -180, 50_000)}, {}), ({"place": (-90, -180, 50_001)}, {"radius": "radius_range"}),
        ({"hours": (("06:00", "06:00"),)}, {"hours": "hours_equal"}), ({"hours": ()}, {"hours": "hours_none"}),
        ({"hours": (), "optimised": False}, {}), ({"hours": (("22:00", "06:00"), ("05:00", "07:00"))}, {}),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_profile(change: dict[str, Any], found: dict[str, str]) -> None:
    assert trouble(replace(HOME, **change), (ELSEWHERE,)) == found


@pytest.mark.parametrize(
    ("hours", "both"),
    [
        ((("22:00", "06:00"), ("05:59", "07:00")), True), ((("22:00", "06:00"), ("06:00", "07:00")), False),
        ((("22:00", "06:00"), ("21:00", "22:01")), True), ((("10:00", "10:00"), ("09:00", "11:00")), False), ((), False),
    ],
)  # fmt: skip
def test_spans_that_share_a_minute(hours: tuple[tuple[str, str], ...], both: bool) -> None:
    assert overlaps(hours) is both


def test_a_new_one_stands_before_everywhere_else_and_each_has_a_number_of_its_own() -> None:
    first = replace(HOME, id=fresh_id((HOME, ELSEWHERE)), name="A")
    one = placed((HOME, ELSEWHERE), first)
    two = placed(one, replace(HOME, id=fresh_id(one), name="B"))
    assert [(row.name, row.id < 1) for row in two] == [
        ("Home", False),
        ("A", True),
        ("B", True),
        ("Everywhere else", False),
    ]
    assert len({row.id for row in two}) == 4
    assert placed(two, replace(first, name="C"))[1].name == "C"


def test_the_heater_is_read() -> None:
    on = apply(CAR, [told("HEATING_STATE", {"isOn": True, "remainingTime": 28})])
    assert on.climate == Climate(heater=True, heater_minutes=28)
    assert apply(on, [told("HEATING_STATE", {"isOn": False})]).climate == Climate(heater=False)
    for wrong in ({}, {"isOn": "yes"}, {"isOn": True, "remainingTime": "long"}):
        with pytest.raises(AnswerError):
            apply(on, [told("HEATING_STATE", wrong)])
