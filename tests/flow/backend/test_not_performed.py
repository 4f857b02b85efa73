"""What the notice tells is done here, or is declared as not done yet: the reviewed list is held against a backend at work."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend_process import Backend
from mock_backend.catalogue import load
from mock_backend.maps import MAPS
from mock_backend.services import SERVICE
from mock_backend.vehicle import driver
from mock_backend.vehicle.acts import VERBS
from mock_backend.vehicle.unit import FLIPS
from owner_client import CARS, COMBUSTION, EMAIL, GARAGE, HYBRID, VIN, Answer, Owner, ask, refresh, stage, until

PRIVACY = Path(__file__).resolve().parents[3] / "resources" / "privacy"
NOTICE = {one.id: one.service for one in load().values() if one.service != "product"}
ZONES = {"frontLeft": True, "frontRight": True, "rearLeft": False, "rearRight": False}
MAP_KEY = "/app/companion/v1/map-key"
ON_AND_OFF: tuple[dict[str, Any], ...] = ({"on": True}, {"on": False})
AT_THE_CAR: dict[str, tuple[dict[str, Any], ...]] = {
    "open": ({"part": "DOOR_FRONT_LEFT"},), "close": ({"part": "DOOR_FRONT_LEFT"},), "lights": ON_AND_OFF,
    "warn": ({"key": "oil"},), "tyre": ({"wheel": "FRONT_LEFT", "bar": 2.1},), "battery": ({"percent": 50},),
    "fuel": ({"percent": 40},), "twelve_volt": ({"volts": 11.2}, {"volts": 12.6}),
    "park": ({"latitude": 12.345678, "longitude": 87.654321},), "plug": ({"kw": 11},),
    "post_fault": ON_AND_OFF, "unplug": ({},), "weather": ({"celsius": 3},),
    "alarm": ({"reason": "TILT"},), "network": ON_AND_OFF[::-1], "drive": ({"path": [[12.4, 87.7, 50]]},), "stop": ({},),
}  # fmt: skip
"""Verb of the stage -> bodies."""
AT_THE_UNIT: dict[str, tuple[dict[str, Any], ...]] = {
    "private_mode": ON_AND_OFF, "remote_access": ON_AND_OFF[::-1], "without_location": ON_AND_OFF,
    "service": ({"id": "climate", "on": False}, {"id": "climate", "on": True}),
}  # fmt: skip


class Scene:
    """Everything that can be done, once at least; `seen` is what that was, by the notice's names."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._owner = Owner(backend)
        self._last = 0
        self.seen: set[str] = set()

    def play(self) -> None:
        self._read()
        self._command()
        self._look_at_maps()
        self._search()
        self._drive()
        for verb, bodies in {**AT_THE_CAR, **AT_THE_UNIT, "emergency_call": ({},)}.items():
            for body in bodies:
                cars = {self._stage(f"/demo/vehicles/{vin}/{verb}", body) for vin in GARAGE}
                assert 200 in cars <= {200, 400}, verb
        self._look()
        self._wait()
        self._sign_in_again()
        self._look()

    def _read(self) -> None:
        for vin in GARAGE:
            for query in ("mf=GPS_LOCATION", "mf=TRIP_STATISTICS_CYCLIC", "cf=LOCK", "mf=MILEAGE&wakeUpJob=6c0d1f0e"):
                self._fine(self._owner.get(f"{CARS}/{vin}?{query}"))
            (picture,) = self._fine(self._owner.get(f"{CARS}/{vin}/pictures")).json
            origin, _, path = picture["url"].partition("/app/")
            self._fine(ask(origin, "GET", f"/app/{path}"))
        for what in ("holdings", "edges", "erasures", "receipt"):
            self._fine(self._owner.observe(what))

    def _command(self) -> None:
        for key in SERVICE:
            vin = {"CHARGING_PROFILES_EDIT": HYBRID}.get(key, COMBUSTION if "HEATING" in key else VIN)
            if key == "DIRECT_CHARGING_START":
                self._stage(f"/demo/vehicles/{vin}/battery", {"percent": 20})
                self._stage(f"/demo/vehicles/{vin}/plug", {"kw": 11})
            done = self._owner.unlock() if key == "UNLOCK" else self._owner.send(key, self._payload(key), vin)
            assert self._owner.ended(done, vin)["result"] == "PERFORMED", key

    def _drive(self) -> None:
        """Out of an area and from a valet's circle, faster than is allowed, and back at the history."""
        self._stage(f"/demo/vehicles/{VIN}/unplug", {})
        self._owner.ended(self._owner.send("VALET_ALARM_EDIT", self._payload("VALET_ALARM_EDIT")))
        assert self._stage(f"/demo/vehicles/{VIN}/drive", {"path": [[48.8003, 9.0512, 150]]}) == 200
        self._see_what_is_compared()
        self._stage("/demo/clock", {"advance": "PT5M"})
        for key in (
            "GPS_LOCATION&wakeUpJob=6c0d1f0e",
            "LOCATION_ALARMS_HISTORY",
            "VALET_ALARM_HISTORY",
            "CAR_ALARMS_HISTORY",
        ):
            self._fine(self._owner.get(f"{CARS}/{VIN}?mf={key}"))

    def _see_what_is_compared(self) -> None:
        """It is neither an edge nor a record: the stage says what a car holds in its memory."""
        for car in stage(self._backend, "GET", "/demo/state").json["vehicles"]:
            self.seen |= set(car["compares"])

    def _payload(self, key: str) -> dict[str, Any]:
        if key in ("LOCATION_ALARMS_EDIT", "SPEED_ALARMS_EDIT"):
            measured = key.removesuffix("_EDIT")
            return {"list": self._owner.overview(measured)[measured]["list"], "spin": None}
        if key == "CHARGING_PROFILES_EDIT":
            return {"list": self._owner.overview("CHARGING_PROFILES", vin=HYBRID)["CHARGING_PROFILES"]["list"]}
        if key == "TIMERS_EDIT":
            return {"list": self._owner.overview("TIMERS")["TIMERS"]["list"], "spin": None}
        more: dict[str, Any] = {
            "TIMERS_DISABLE": {"id": 1}, "HONK_FLASH": {"mode": "FLASH"}, "CHARGING_SETTINGS_EDIT": {"targetSoc": 80},
            "VALET_ALARM_EDIT": {"radius": 1000, "speed": 50},
            "REMOTE_CLIMATIZER_START": {"climateZonesEnabled": ZONES, "targetTemperature": 293.15},
        }  # fmt: skip
        return {"spin": None, **more.get(key, {})}

    def _look_at_maps(self) -> None:
        for service in MAPS:
            told = self._fine(self._owner.post(MAP_KEY, {"service": service, "vehicle": "car-taycan"})).json
            target = f"/tiles/14/8602/5640.png?radius=1400&key={told['key']}"
            self._fine(ask(self._backend.parties["map_provider"], "GET", target))

    def _search(self) -> None:
        """Somebody else first, so that the owner's is the second search alike."""
        wish = {"term": "Ludwigsburg", "near": {"latitude": 48.8, "longitude": 9.01}}
        assert self._stage("/demo/places", wish) == 200
        self._fine(self._owner.post("/app/companion/v1/services/finder/sign-on", {"porsche_id": EMAIL}))
        self._fine(self._owner.post("/app/companion/v1/places", wish))

    def _wait(self) -> None:
        """What cars do by themselves, when the climate ends and the battery is full, and what goes then."""
        self._stage(f"/demo/vehicles/{VIN}/battery", {"percent": 20})
        self._stage(f"/demo/vehicles/{VIN}/plug", {"kw": 11})
        for key in ("DIRECT_CHARGING_START", "REMOTE_CLIMATIZER_START"):
            self._owner.ended(self._owner.send(key, self._payload(key)))
        for period in ("PT1H", "P1D", "P2M", "P13M"):
            self._stage("/demo/clock", {"advance": period})
            self._look()

    def _sign_in_again(self) -> None:
        assert refresh(self._owner.identity, self._owner.refresh).status == 200
        self._fine(self._owner.sign_out())
        self._owner = Owner(self._backend)
        self._read()
        self._stage("/demo/scenarios/fresh", {})

    def _stage(self, path: str, body: dict[str, Any]) -> int:
        return stage(self._backend, "POST", path, body).status

    @staticmethod
    def _fine(answer: Answer) -> Answer:
        assert answer.status == 200
        return answer

    # -- what it was --------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """When nobody goes on: edges and records."""
        until(self._is_quiet)
        self.seen |= {one["activity"] for one in self._holdings()}

    def _is_quiet(self) -> bool:
        edges = list(self._edges())
        self.seen |= {one["activity"] for one in edges}
        return not edges

    def _edges(self) -> Iterator[dict[str, Any]]:
        after: int | None = self._last
        while after is not None:
            page = stage(self._backend, "GET", f"/demo/edges?after={after}").json
            yield from page["edges"]
            self._last, after = max([self._last, *(one["id"] for one in page["edges"])]), page["next"]

    def _holdings(self) -> Iterator[dict[str, Any]]:
        after = ""
        while after is not None:
            page = stage(self._backend, "GET", f"/demo/holdings?after={after}").json
            yield from page["rows"]
            after = page["next"]


def of_the_app() -> set[str]:
    """What the app's own requests are declared for and bring about."""
    table = tomllib.loads((PRIVACY / "requests" / "app.toml").read_text("utf-8"))["request"]
    return {one for row in table for one in (row["activity"], *row["causes"])}


def listed() -> dict[str, dict[str, str]]:
    """Service -> activity -> why nobody does it yet."""
    table: dict[str, dict[str, str]] = tomllib.loads((PRIVACY / "not_performed.toml").read_text("utf-8"))
    return table


def differences(seen: set[str], declared: set[str], there_are: set[str]) -> str:
    """Empty where the file says how it is."""
    told = [f"{one}: done, though listed as not performed" for one in sorted(seen & declared)]
    told += [f"{one}: neither seen nor listed" for one in sorted(there_are - seen - declared)]
    return "\n".join(told + [f"{one}: listed, but not in the notice" for one in sorted(declared - there_are)])


def test_the_scene_plays_everything_that_there_is() -> None:
    """A new verb, switch or command has to be added here."""
    assert AT_THE_CAR.keys() == VERBS.keys() | driver.VERBS.keys()
    assert AT_THE_UNIT.keys() == FLIPS.keys()


@pytest.mark.timeout(120)
def test_what_is_not_done_is_declared_and_what_is_declared_is_not_done(own_backend: Backend) -> None:
    scene = Scene(own_backend)
    scene.play()
    declared = {f"{service}.{name}" for service, rows in listed().items() for name in rows}
    assert len(NOTICE) == 124
    if wrong := differences((scene.seen | of_the_app()) & NOTICE.keys(), declared, set(NOTICE)):
        pytest.fail(f"resources/privacy/not_performed.toml is not true:\n{wrong}", pytrace=False)


def test_each_line_stands_under_its_service_with_a_short_reason() -> None:
    for service, rows in listed().items():
        for name, why in rows.items():
            assert NOTICE.get(f"{service}.{name}") == service
            assert 8 <= len(why) <= 80, (name, why)


def test_both_faults_are_told_by_name() -> None:
    assert differences({"a.done"}, {"a.listed"}, {"a.done", "a.listed"}) == ""
    told = differences(
        {"a.done", "a.both"}, {"a.listed", "a.both", "a.wrong"}, {"a.done", "a.missing", "a.listed", "a.both"}
    )
    assert [line.partition(":")[0] for line in told.splitlines()] == ["a.both", "a.missing", "a.wrong"]
