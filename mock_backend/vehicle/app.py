"""The cars' side of the wire: one listener for all, each known by its handle."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mock_backend.faults import Faults
from mock_backend.services import SERVICE
from mock_backend.vehicle.car import Car
from mock_backend.web import Refused, application, read_json, same, trace_of
from mock_backend.wire import Wire

ASLEEP = 12.0
"""Longer than an edge may take."""


class VehicleApp:
    def __init__(self, cars: Mapping[str, Car], wire: Wire, faults: Faults) -> None:
        self._cars = {car.handle: car for car in cars.values()}
        self._wire = wire
        self._faults = faults

    def app(self) -> Starlette:
        routes = [
            Route("/cars/{handle}/commands", self.command, methods=["POST"]),
            Route("/cars/{handle}/report", self.report, methods=["POST"]),
            Route("/cars/{handle}/plan", self.plan, methods=["POST"]),
        ]
        return application(routes)

    async def command(self, request: Request) -> Response:
        car = await self._car(request)
        body = await read_json(request, "key", "command", "payload")
        if body["key"] not in SERVICE or body["key"] not in car.build.commands:
            raise Refused(400, "This car does not know the command.")
        car.take_command(body["key"], body["command"], body["payload"], trace_of(request))
        return JSONResponse({"accepted": True}, 202)

    async def report(self, request: Request) -> Response:
        car = await self._car(request)
        body = await read_json(request, optional=("place",))
        await car.report_now(trace_of(request), "ASKED" if body.get("place") is True else "")
        return JSONResponse({"reported": True})

    async def plan(self, request: Request) -> Response:
        car = await self._car(request)
        body = await read_json(request, optional=("timer", "timers", "profile", "targetSoc", "minSoc", "departure"))
        return JSONResponse(car.outlook(body))

    async def _car(self, request: Request) -> Car:
        """Only the maker's system may ask."""
        if not same(request.headers.get("x-system-key", ""), self._wire.key):
            raise Refused(403, "A car answers its maker only.")
        car = self._cars.get(request.path_params["handle"])
        if car is None:
            raise Refused(404, "No such car.")
        if self._faults.asleep:
            await asyncio.sleep(ASLEEP)
        return car
