"""The maker's back end on the wire: the public interface, and our own routes beside it."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from mock_backend import __version__
from mock_backend.clock import Clock
from mock_backend.events import Events
from mock_backend.faults import Faults
from mock_backend.identity.accounts import Accounts
from mock_backend.places import wish
from mock_backend.porsche_system import maps, pictures, planning
from mock_backend.porsche_system.alarms import KINDS, Alarms
from mock_backend.porsche_system.commands import Commands
from mock_backend.porsche_system.garage import PLACE, STATUS, Garage, Registered
from mock_backend.porsche_system.intake import Intake
from mock_backend.porsche_system.messages import Messages
from mock_backend.porsche_system.openapi import document
from mock_backend.porsche_system.places import Finder
from mock_backend.porsche_system.switchboard import Switchboard, refused
from mock_backend.services import SPEEDS
from mock_backend.vault import Vault
from mock_backend.web import Json, Refused, application, bearer, read_json, read_object, same, trace_of, traced, whole
from mock_backend.wire import EdgeFailed, Wire

PUBLIC = "/app/connect/v1/vehicles"
PICTURES = "/app/companion/v1/pictures"
SHOWN = ("identity", "porsche_system", "map_provider", "console")
MAX_KEYS = 200


class PorscheSystem:
    def __init__(
        self, accounts: Accounts, garage: Garage, board: Switchboard, commands: Commands, events: Events,
        messages: Messages, alarms: Alarms, finder: Finder, vault: Vault, wire: Wire, clock: Clock, faults: Faults,
        backend_id: str,
    ) -> None:  # fmt: skip
        self._accounts = accounts
        self._garage = garage
        self._board = board
        self._commands = commands
        self._events = events
        self._alarms = alarms
        self._finder = finder
        self._vault = vault
        self._wire = wire
        self._clock = clock
        self._faults = faults
        self._backend_id = backend_id
        self._intake = Intake(garage, board, commands, events, messages, alarms, vault, wire, clock)

    def app(self) -> Starlette:
        routes = [
            Route(PUBLIC, self.vehicles),
            Route(PUBLIC + "/{vin}", self.vehicle),
            Route(PUBLIC + "/{vin}/pictures", self.pictures),
            Route(PUBLIC + "/{vin}/commands", self.command, methods=["POST"]),
            Route(PUBLIC + "/{vin}/commands/{number}", self.command_status),
            Route("/.well-known/companion", self.discovery),
            Route("/app/companion/v1/events", self.events),
            Route("/app/companion/v1/vehicles/{handle}/switches", self.switches),
            Route("/app/companion/v1/vehicles/{handle}/charging-plan", self.charging_plan, methods=["POST"]),
            Route("/app/companion/v1/vehicles/{handle}/alarms/{id}/acknowledged", self.acknowledged, methods=["POST"]),
            Route(PICTURES + "/{handle}/{key}.png", self.picture),
            Route("/app/companion/v1/map-key", self.map_key, methods=["POST"]),
            Route("/app/companion/v1/services/finder/sign-on", self.sign_on, methods=["POST"]),
            Route("/app/companion/v1/places", self.places, methods=["POST"]),
            Route("/openapi.json", self.openapi),
        ]
        return application([*routes, *self._intake.routes()])

    # -- the public interface -----------------------------------------------------------------------------------

    async def vehicles(self, request: Request) -> Response:
        account = self._account(request)
        if (bad := await self._faults.answer("list")) is not None:
            return traced(request, bad)
        cars = [self._garage.head(car) for car in self._garage.of(account)]
        return traced(request, JSONResponse(cars))

    async def vehicle(self, request: Request) -> Response:
        """Stored overview, woken overview, or capabilities: told apart by the query, as the public client does."""
        car = self._car(request)
        asked = _asked(request.scope["query_string"])
        keys, commands = asked.get("mf", ()), asked.get("cf", ())
        if set(asked) - {"mf", "cf", "wakeUpJob"} or len(keys) + len(commands) > MAX_KEYS:
            raise Refused(400, "Unknown or too many query parameters.", body={"message": "BAD_REQUEST"})
        if "wakeUpJob" in asked:
            self._board.check(car, "car_control")
            await self._wake(car, PLACE in keys, trace_of(request))
        if (bad := await self._faults.answer("overview")) is not None:
            return traced(request, bad)
        known = self._garage.known(car.vin)
        self._board.check_read(keys, known)
        if commands:
            return traced(request, JSONResponse(self._garage.capabilities(car, commands, self._board.why_not)))
        for service in asked_of(keys):
            self._count(car, service, trace_of(request))
        known |= self._alarms.histories(car.vin, keys)
        return traced(request, Json(self._garage.overview(car, keys, known)))

    async def command(self, request: Request) -> Response:
        car = self._car(request)
        body = await _public_json(request, "key", "payload")
        if (bad := await self._faults.answer("command")) is not None:
            return traced(request, bad)
        guard = request.headers.get("idempotency-key")
        if guard is not None and not 8 <= len(guard) <= 64:
            raise Refused(400, "Idempotency-Key must have 8 to 64 characters.", body={"message": "BAD_REQUEST"})
        answer = self._commands.take(car, body, guard, trace_of(request))
        return traced(request, JSONResponse(answer, 201 if "status" in answer else 200))

    async def command_status(self, request: Request) -> Response:
        car = self._car(request)
        if (bad := await self._faults.answer("status")) is not None:
            return traced(request, bad)
        return traced(request, JSONResponse(self._commands.status(car, request.path_params["number"])))

    async def pictures(self, request: Request) -> Response:
        """Whoever has a picture's address may fetch it, as clients do without a token: it holds a key and no VIN."""
        car = self._car(request)
        if reason := self._board.why_shut(car.vin):
            raise refused(reason)
        if (bad := await self._faults.answer("pictures")) is not None:
            return traced(request, bad)
        address = (
            f"{self._origin(request, 'porsche_system')}{PICTURES}/{car.handle}/{self._picture_key(car.handle)}.png"
        )
        row = {
            "view": pictures.VIEW,
            "url": address,
            "width": pictures.WIDTH,
            "height": pictures.HEIGHT,
            "transparent": True,
        }
        return traced(request, JSONResponse([row]))

    async def picture(self, request: Request) -> Response:
        handle, key = request.path_params["handle"], request.path_params["key"]
        car = self._garage.by_handle(handle)
        if car is None or not same(key, self._picture_key(handle)):
            raise Refused(404, "No such picture.")
        state = {} if self._board.why_shut(car.vin) else self._garage.known(car.vin)
        content = await asyncio.to_thread(pictures.draw, car.colour, state)
        return traced(request, Response(content, media_type="image/png", headers={"cache-control": "no-store"}))

    def _picture_key(self, handle: str) -> str:
        return hmac.new(self._wire.key.encode(), handle.encode(), "sha256").hexdigest()[:32]

    async def _wake(self, car: Registered, with_place: bool, trace: str) -> None:
        path, asked = f"/cars/{car.handle}/report", {"place": True} if with_place else {}
        try:
            await self._wire.send(
                "porsche_system",
                "vehicle",
                path,
                asked,
                activity=STATUS,
                trace=trace,
                owner=car.owner,
                car=car.vin,
                limit=8.0,
            )
        except EdgeFailed as error:
            self._board.unanswered(car.vin)
            raise Refused(504, "The car does not answer.", body={"message": "VEHICLE_UNAVAILABLE"}) from error

    def _count(self, car: Registered, service: str, trace: str) -> None:
        """A service request: kept with the VIN for the stated time; the vault counts it without."""
        stamp = {"service": service, "at": self._clock.now().isoformat()}
        self._vault.keep(f"{service}.usage_statistics", car.vin, stamp, trace=trace, owner=car.owner)

    # -- our own routes -----------------------------------------------------------------------------------------

    async def discovery(self, request: Request) -> Response:
        parties = {name: self._origin(request, name) for name in SHOWN}
        content = {
            "backend_id": self._backend_id, "name": "Companion demo backend", "version": __version__, "demo": True,
            "now": self._clock.now().isoformat(), "parties": parties,
        }  # fmt: skip
        return traced(request, JSONResponse(content))

    def _origin(self, request: Request, party: str) -> str:
        """A party's address, by the host name that the client used for this one."""
        host = request.headers.get("host", "").rpartition(":")[0] or "127.0.0.1"
        scheme, _, netloc = self._wire.origins[party].partition("://")
        return f"{scheme}://{host}:{netloc.rpartition(':')[2]}"

    async def events(self, request: Request) -> Response:
        account = self._signed_in(request)
        if (bad := await self._faults.answer("events")) is not None:
            return traced(request, bad)
        last = whole(request.headers.get("last-event-id", "0"), "Last-Event-ID")
        stream = self._events.stream(account, last)
        headers = {"cache-control": "no-store"}
        return traced(request, StreamingResponse(stream, media_type="text/event-stream", headers=headers))

    async def switches(self, request: Request) -> Response:
        return traced(request, JSONResponse(self._board.view(self._by_handle(request))))

    async def charging_plan(self, request: Request) -> Response:
        car = self._by_handle(request)
        body, known = await read_object(request), self._garage.known(car.vin)
        plan = await planning.ask(car, body, known, self._clock.now(), self._board, self._wire, trace_of(request))
        return traced(request, JSONResponse(plan))

    async def map_key(self, request: Request) -> Response:
        account = self._signed_in(request)
        body = await read_json(request, "service", optional=("vehicle",))
        if (bad := await self._faults.answer("map_key")) is not None:
            return traced(request, bad)
        told = await maps.hand_out(
            account, body, self._garage, self._board, self._wire, self._vault, self._clock, trace_of(request)
        )  # fmt: skip
        return traced(request, JSONResponse(told, headers={"cache-control": "no-store"}))

    async def sign_on(self, request: Request) -> Response:
        account = self._signed_in(request)
        body = await read_json(request, "porsche_id")
        self._finder.sign_on(account, body["porsche_id"], trace_of(request))
        return traced(request, JSONResponse({}))

    async def places(self, request: Request) -> Response:
        account = self._signed_in(request)
        wanted = wish(await read_json(request, "term", "near"))
        if (bad := await self._faults.answer("places")) is not None:
            return traced(request, bad)
        found = await self._finder.find(account, wanted, trace_of(request))
        return traced(request, JSONResponse({"places": found}, headers={"cache-control": "no-store"}))

    async def acknowledged(self, request: Request) -> Response:
        car = self._by_handle(request)
        await read_json(request)
        if reason := self._board.why_shut(car.vin):
            raise refused(reason)
        now, trace = self._clock.now().isoformat(), trace_of(request)
        with self._vault.together():
            kind = self._alarms.acknowledge(car, request.path_params["id"], now)
            service = KINDS[kind].service
            if service != SPEEDS.id:
                self._count(car, service, trace)
            told = {"vin": car.vin, "timestamp": now, "measurements": self._alarms.told(car.vin, kind)}
            self._events.tell(car.owner, "vehicle", told, car.vin, trace)
        return traced(request, JSONResponse({}))

    async def openapi(self, request: Request) -> Response:
        return JSONResponse(document())

    # -- who asks -----------------------------------------------------------------------------------------------

    def _account(self, request: Request) -> str:
        account = self._accounts.account_of(bearer(request))
        if account is None:
            raise Refused(401, "Sign in first.", body={"message": "UNAUTHORIZED"})
        return account

    def _signed_in(self, request: Request) -> str:
        """The same, on our own routes."""
        account = self._accounts.account_of(bearer(request))
        if account is None:
            raise Refused(401, "Sign in first.")
        return account

    def _by_handle(self, request: Request) -> Registered:
        account = self._signed_in(request)
        car = self._garage.by_handle(request.path_params["handle"])
        if car is None or self._garage.car(account, car.vin) is None:
            raise Refused(404, "No such vehicle.")
        return car

    def _car(self, request: Request) -> Registered:
        """The owner's own car; another's is not there."""
        car = self._garage.car(self._account(request), request.path_params["vin"])
        if car is None:
            raise Refused(404, "No such vehicle.", body={"message": "NOT_FOUND"})
        return car


OF_ITS_OWN = {
    "TRIP_STATISTICS_": "trip_control", "GPS_LOCATION": "car_finder", "POSITION_TRIGGER": "car_finder",
    "LOCATION_ALARMS": "location_alarm",
    "VALET_ALARM": "valet_alarm", "CAR_ALARMS_HISTORY": "vehicle_alarm", "SPEED_ALARMS": "",
}  # fmt: skip
"""Measurements that are a request to a service of their own where nothing else is asked for. Of our own nobody counts the use."""


@lru_cache(maxsize=32)
def asked_of(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The services that a read is a request to: to Car Control, unless it is about others alone."""
    found = {next((name for start, name in OF_ITS_OWN.items() if key.startswith(start)), "car_control") for key in keys}
    return ("car_control",) if "car_control" in found or not found else tuple(sorted(found - {""}))


@lru_cache(maxsize=32)
def _asked(query: bytes) -> Mapping[str, tuple[str, ...]]:
    """Name -> its values. An app asks for the same seventy keys again and again."""
    params = QueryParams(query)
    return {name: tuple(params.getlist(name)) for name in params}


async def _public_json(request: Request, *fields: str) -> Mapping[str, Any]:
    """The body in the public interface's manner: its refusals have a `message`."""
    try:
        return await read_json(request, *fields)
    except Refused as error:
        raise Refused(error.status, error.title, body={"message": "BAD_REQUEST", "detail": error.title}) from error
