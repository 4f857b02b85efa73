"""What the cars send to the maker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from mock_backend.clock import Clock
from mock_backend.events import Events
from mock_backend.porsche_system.alarms import Alarms
from mock_backend.porsche_system.commands import Commands
from mock_backend.porsche_system.garage import PLACE, Garage, Known, Registered
from mock_backend.porsche_system.messages import Messages
from mock_backend.porsche_system.switchboard import Switchboard
from mock_backend.services import BY_ID
from mock_backend.vault import Vault
from mock_backend.web import Refused, read_json, same, trace_of
from mock_backend.wire import Wire

SIGNING = ("car_control", "car_finder", "vehicle_alarm", "e_control", "climate")
"""Services that a car announces."""


class Intake:
    def __init__(
        self, garage: Garage, board: Switchboard, commands: Commands, events: Events, messages: Messages, alarms: Alarms,
        vault: Vault, wire: Wire, clock: Clock,
    ) -> None:  # fmt: skip
        self._garage = garage
        self._board = board
        self._commands = commands
        self._events = events
        self._messages = messages
        self._alarms = alarms
        self._vault = vault
        self._wire = wire
        self._clock = clock

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route("/intake/sign-on", self.signed_on, methods=["POST"]),
            Route("/intake/switches", self.switched, methods=["POST"]),
            Route("/intake/status", self.reported, methods=["POST"]),
            Route("/intake/position", self.found, methods=["POST"]),
            Route("/intake/range-position", self.placed, methods=["POST"]),
            Route("/intake/alarm", self.alarmed, methods=["POST"]),
            Route("/intake/assignment", self.assigned, methods=["POST"]),
            Route("/intake/result", self.resulted, methods=["POST"]),
        ]

    async def signed_on(self, request: Request) -> Response:
        """By itself a service says little; with Car Control the car has said all that it did before."""
        car, body = await self._read(request, "service")
        if body["service"] not in SIGNING:
            raise Refused(400, f"service must be one of {', '.join(SIGNING)}.")
        with self._vault.together():
            activity = f"{body['service']}.vehicle_sign_on"
            self._vault.keep(activity, car.vin, {}, trace=trace_of(request), owner=car.owner)
            if body["service"] == "car_control":
                self._commands.signed_on(car)
        return JSONResponse({})

    async def switched(self, request: Request) -> Response:
        """How the switches stand in the car; told to the app where that is new, with an order to read again once it may."""
        car, body = await self._read(request, "switches", "measurements")
        trace = trace_of(request)
        with self._vault.together():
            was_shut, before = self._board.why_shut(car.vin), self._board.known(car.vin)
            self._board.hear(car, body["switches"], trace)
            self._hear(car, body["measurements"], trace)
            if self._board.known(car.vin) != before:
                self._events.tell(car.owner, "switches", self._board.view(car), car.vin, trace)
            if was_shut and not self._board.why_shut(car.vin):
                self._events.tell(car.owner, "reset", {}, car.vin, trace)
        return JSONResponse({})

    async def reported(self, request: Request) -> Response:
        car, body = await self._read(request, "measurements")
        with self._vault.together():
            self._hear(car, body["measurements"], trace_of(request))
        return JSONResponse({})

    async def found(self, request: Request) -> Response:
        """Where the car is, for Car Finder and for nothing else."""
        car, body = await self._read(request, "measurements")
        trace = trace_of(request)
        if PLACE in body["measurements"]:
            with self._vault.together():
                before = self._garage.known(car.vin)
                changed = self._garage.place(car, before, body["measurements"], trace)
                self._tell(car, self._board.shown(car.vin, changed), trace)
        return JSONResponse({})

    async def alarmed(self, request: Request) -> Response:
        car, body = await self._read(request, "alarm")
        if not isinstance(body["alarm"], dict):
            raise Refused(400, "alarm must be an object.")
        trace = trace_of(request)
        with self._vault.together():
            if self._alarms.take(car, body["alarm"], self._garage.known(car.vin), trace):
                changed = self._alarms.told(car.vin, body["alarm"]["kind"])
                self._tell(car, self._board.shown(car.vin, changed), trace)
        return JSONResponse({})

    async def placed(self, request: Request) -> Response:
        """Where the car stood when its drive system changed its state; kept apart from the place of the vehicle status."""
        car, body = await self._read(request, "latitude", "longitude", "at")
        place = {name: body[name] for name in ("latitude", "longitude", "at")}
        self._vault.keep("e_control.range_map_position", car.vin, place, trace=trace_of(request), owner=car.owner)
        return JSONResponse({})

    async def assigned(self, request: Request) -> Response:
        car, body = await self._read(request, "command")
        row = self._commands.row(car, str(body["command"]))
        if row is None:
            raise Refused(404, "No such command.")
        activity = BY_ID[row.values["service"]].assignment
        if activity is None:
            raise Refused(404, "This command is not assigned.")
        self._vault.keep(activity, car.vin, {"command": row.tag}, trace=trace_of(request), owner=car.owner)
        return JSONResponse({})

    async def resulted(self, request: Request) -> Response:
        car, body = await self._read(request, "command", "result", "details", "measurements")
        trace = trace_of(request)
        with self._vault.together():
            before = self._garage.known(car.vin)
            changed = self._take(car, before, body["measurements"], trace)
            self._commands.ended(car, body["command"], body["result"], body["details"], changed)
            self._messages.tell(car, before, body["measurements"], trace)
        return JSONResponse({})

    def _hear(self, car: Registered, measurements: Mapping[str, Any], trace: str) -> None:
        """The app is told what changed, and what of it is worth a message."""
        before = self._garage.known(car.vin)
        self._tell(car, self._take(car, before, measurements, trace), trace)
        self._messages.tell(car, before, measurements, trace)

    def _tell(self, car: Registered, changed: list[dict[str, Any]], trace: str) -> None:
        if changed:
            told = {"vin": car.vin, "timestamp": self._clock.now().isoformat(), "measurements": changed}
            self._events.tell(car.owner, "vehicle", told, car.vin, trace)

    def _take(
        self, car: Registered, before: Known, measurements: Mapping[str, Any], trace: str
    ) -> list[dict[str, Any]]:
        """What changed, of that what the app may know."""
        return self._board.shown(car.vin, self._garage.hear(car, before, measurements, trace))

    async def _read(self, request: Request, *fields: str) -> tuple[Registered, dict[str, Any]]:
        """Only the cars may report."""
        if not same(request.headers.get("x-system-key", ""), self._wire.key):
            raise Refused(403, "Only a car may report.")
        body = await read_json(request, "vin", *fields)
        car = self._garage.any_car(body["vin"])
        if car is None:
            raise Refused(404, "No such car.")
        self._board.heard(car.vin)
        return car, body
