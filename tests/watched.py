"""A backend with a relay before every party: what was said between them, as bytes and as edges."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from backend_process import Backend, free_base
from mock_backend.addresses import PARTIES
from mock_backend.services import SERVICE
from mock_backend.switches import ON_BOARD
from mock_backend.vehicle import acts, driver
from owner_client import CARS, VIN, Owner, stage, until
from witness import Witness

DRIVEN = [[47.123400, 8.654300, 60], [47.123456, 8.674321, 150]]
BODIES: dict[str, dict[str, Any]] = {
    "open": {"part": "DOOR_FRONT_LEFT"}, "close": {"part": "DOOR_FRONT_LEFT"}, "lights": {"on": True},
    "warn": {"key": "WASHER_FLUID_LOW"}, "tyre": {"wheel": "REAR_LEFT", "bar": 2.1}, "battery": {"percent": 33},
    "fuel": {"percent": 12}, "twelve_volt": {"volts": 11.2}, "park": {"latitude": 47.123456, "longitude": 8.654321}, "plug": {},
    "post_fault": {"on": True}, "unplug": {}, "weather": {"celsius": -4},
    "alarm": {"reason": "TOW"}, "network": {"on": True}, "drive": {"path": DRIVEN}, "stop": {},
}  # fmt: skip
"""Verb -> body. Connections that the maker holds to its carriers are no car's; that nothing goes there either is seen below."""
SWITCHES = "/app/companion/v1/vehicles/car-taycan/switches"


class Watched:
    def __init__(self, folder: Path, *more: str, car_time: str = "0") -> None:
        base = free_base()
        origins = {party: f"http://127.0.0.1:{base + place}" for place, party in enumerate(PARTIES)}
        self.witness = Witness(folder / "relay", origins, PARTIES)
        (folder / "through.json").write_text(json.dumps(self.witness.origins), "utf-8")
        through = ("--port-base", str(base), "--through", str(folder / "through.json"))
        self.backend = Backend(folder / "data", *through, *more, car_time=car_time)

    def __enter__(self) -> Watched:
        try:
            self.backend.start()
            self.owner = Owner(self.backend)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.backend.stop()
        self.witness.__exit__(None, None, None)

    def act(self, verb: str, body: Any, vin: str = VIN) -> int:
        return stage(self.backend, "POST", f"/demo/vehicles/{vin}/{verb}", body).status

    def edges(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = stage(self.backend, "GET", "/demo/edges").json["edges"]
        return [row for row in rows if {row["from"], row["to"]} & set(ON_BOARD)]

    def at_rest(self) -> dict[str, int]:
        """What has passed once nothing more comes."""
        return until(lambda: (before := self.sizes()) == self._later() and before, 20)  # type: ignore[no-any-return]

    def _later(self) -> dict[str, int]:
        """A busy machine takes its time between two reports of one car."""
        assert stage(self.backend, "POST", "/demo/clock", {"advance": "PT1S"}).status == 200
        time.sleep(0.3)
        return self.sizes()

    def sizes(self) -> dict[str, int]:
        return {name: size for name, size in self.witness.sizes().items() if size}

    def since(self, before: dict[str, int]) -> dict[str, bytes]:
        return self.witness.passed(before)

    def shut(self) -> set[str]:
        """Services for which nothing passes, as the maker tells the owner."""
        return {row["id"] for row in self.owner.get(SWITCHES).json["services"] if not row["working"]}

    def do_everything(self) -> list[int]:
        """All that staff can do at the car and its owner can ask of it; returns how the owner's commands were answered."""
        assert set(BODIES) == {*acts.VERBS, *driver.VERBS}, "a new verb needs a body here"
        for verb, body in BODIES.items():
            self.act(verb, body)
        self.act("drive", BODIES["drive"])
        answers = [self.owner.send(key, {"spin": None}).status for key in SERVICE]
        self.owner.get(f"{CARS}/{VIN}?mf=MILEAGE&mf=GPS_LOCATION&wakeUpJob=6c0d1f0e")
        self.owner.get(f"{CARS}/{VIN}/pictures")
        for period in ("PT10M", "PT5H", "P2D"):
            stage(self.backend, "POST", "/demo/clock", {"advance": period})
        return answers
