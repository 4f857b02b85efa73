"""The stage of the demo staff (/demo/..., console token) and the owner's reads (/observer/..., access token).

GET  /demo/state                                 clock, cars, the letters of the last captcha
POST /demo/clock {"advance": "P30D"}             moves the demo clock: {from, to, deleted, rows, skipped}
POST /demo/clock {"to": "next"}                  to the next moment at which something falls due
GET  /demo/holdings?party=&service=&rule=&item=&q=&sort=&desc=&after=&trace=
                                                 every record of every party, paged
POST /demo/receipt {"values": [...]}             how often each value lies in each file, and each file's hash
GET  /demo/edges?after=&trace=                   requests between parties
POST /demo/vehicles/{vin}/open|close {"part"}    DOOR_FRONT_LEFT, WINDOW_REAR_RIGHT, LID_REAR, ...
POST /demo/vehicles/{vin}/lights {"on"}          parking lights
POST /demo/vehicles/{vin}/warn {"key", "severity"}
POST /demo/vehicles/{vin}/tyre {"wheel", "bar"}  FRONT_LEFT, ...
POST /demo/vehicles/{vin}/battery|fuel {"percent"}
POST /demo/vehicles/{vin}/twelve_volt {"volts"}
POST /demo/vehicles/{vin}/plug {"kw", "current"} either may be left out; current AC or DC
POST /demo/vehicles/{vin}/unplug {}
POST /demo/vehicles/{vin}/post_fault {"on"}      the post gives nothing
POST /demo/vehicles/{vin}/weather {"celsius"}
POST /demo/vehicles/{vin}/park {"latitude", "longitude", "heading"}
POST /demo/vehicles/{vin}/drive {"to" | "town" | "path", "speed"}
POST /demo/vehicles/{vin}/stop {}                parks it where it is
POST /demo/vehicles/{vin}/alarm {"reason"}       DOOR, TILT, INTERIOR, TOW
POST /demo/vehicles/{vin}/network {"on"}         off: a tunnel
POST /demo/vehicles/{vin}/private_mode|remote_access|without_location {"on"}
POST /demo/vehicles/{vin}/service {"id", "on"}   one service, by its id in the catalogue
POST /demo/vehicles/{vin}/emergency_call {}      goes in private mode too
GET  /demo/phones                                the owner's phones, and what each of them got
POST /demo/phones {"name", "system", "number"}   registers one; system android or ios; number may be left out
POST /demo/phones/{id}/unregister {}
POST /demo/places {"term", "near"}               another person looks for the same
POST /demo/faults {...}                          see faults.py
POST /demo/scenarios/fresh {}                    the cars as on the first day; the account anew where it was deleted
POST /demo/undeclared {"field", "value"}         plants a field into the app's next command
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mock_backend.clock import Clock, ClockError, add
from mock_backend.console.phones import PhoneStage
from mock_backend.console.views import Views, deletion
from mock_backend.events import Events
from mock_backend.faults import Faults
from mock_backend.identity.accounts import Accounts
from mock_backend.places import wish
from mock_backend.porsche_system.places import SOMEBODY_ELSE, Finder
from mock_backend.receipt import Receipts
from mock_backend.retention import Retention
from mock_backend.vehicle.car import Car
from mock_backend.web import Refused, application, bearer, check_fields, read_json, read_object, same, trace_of, whole

VALUES, SHORTEST, LONGEST = 20, 3, 200
"""Canaries of a receipt, and the characters of each."""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
Handler = Callable[[Request], Awaitable[Response]]


class Console:
    def __init__(
        self, token: str, clock: Clock, retention: Retention, views: Views, cars: Mapping[str, Car], phones: PhoneStage,
        events: Events, faults: Faults, accounts: Accounts, receipts: Receipts, finder: Finder,
        fresh: Callable[[], Awaitable[None]], captcha: Callable[[], str],
    ) -> None:  # fmt: skip
        self._token = token
        self._clock = clock
        self._retention = retention
        self._views = views
        self._cars = cars
        self._phones = phones
        self._events = events
        self._faults = faults
        self._accounts = accounts
        self._receipts = receipts
        self._finder = finder
        self._fresh = fresh
        self._captcha = captcha

    def app(self) -> Starlette:
        routes = [
            Route("/demo/state", self._staff(self.state)),
            Route("/demo/clock", self._staff(self.clock), methods=["POST"]),
            Route("/demo/holdings", self._staff(self.holdings)),
            Route("/demo/receipt", self._staff(self.receipt), methods=["POST"]),
            Route("/demo/edges", self._staff(self.edges)),
            Route("/demo/vehicles/{vin}/{verb}", self._staff(self.vehicle), methods=["POST"]),
            Route("/demo/phones", self._staff(self._phones.show)),
            Route("/demo/phones", self._staff(self._phones.register), methods=["POST"]),
            Route("/demo/phones/{id}/unregister", self._staff(self._phones.unregister), methods=["POST"]),
            Route("/demo/places", self._staff(self.places), methods=["POST"]),
            Route("/demo/faults", self._staff(self.faults), methods=["POST"]),
            Route("/demo/scenarios/{name}", self._staff(self.scenario), methods=["POST"]),
            Route("/demo/undeclared", self._staff(self.undeclared), methods=["POST"]),
            Route("/observer/holdings", self.own_holdings),
            Route("/observer/receipt", self.own_receipt),
            Route("/observer/edges", self.own_edges),
            Route("/observer/erasures", self.own_erasures),
            Route("/openapi.json", self.openapi),
        ]
        return application(routes)

    # -- staff --------------------------------------------------------------------------------------------------

    def _staff(self, handler: Handler) -> Handler:
        """Console token, loopback Host, no foreign Origin."""

        async def guarded(request: Request) -> Response:
            _check_place(request)
            if not same(bearer(request), self._token):
                raise Refused(401, "The console token is needed.")
            return await handler(request)

        return guarded

    async def state(self, request: Request) -> Response:
        cars = [_car(car) for car in self._cars.values()]
        content = {"now": self._clock.now().isoformat(), "vehicles": cars, "demo": True, "captcha": self._captcha()}
        return JSONResponse(content)

    async def clock(self, request: Request) -> Response:
        body = await read_object(request)
        check_fields(body, ("to",) if "to" in body else ("advance",))
        try:
            moved = await self._retention.move(lambda start: self._target(body, start))
        except ClockError as error:
            raise Refused(422, f"{error}.") from error
        if moved.skipped:
            for car in self._cars.values():
                car.wake()
        self._events.say_clock()
        content = {
            "from": moved.start.isoformat(), "to": moved.target.isoformat(),
            "deleted": [deletion(one) for one in moved.deleted], "rows": moved.rows, "skipped": moved.skipped,
        }  # fmt: skip
        return JSONResponse(content)

    def _target(self, body: Mapping[str, Any], start: datetime) -> datetime:
        """Raises Refused or ClockError."""
        if "advance" in body:
            return add(start, str(body["advance"]))
        if body["to"] != "next":
            raise Refused(422, "to can only be next: the next moment at which something falls due.")
        due = self._retention.next_due()
        if due is None:
            raise Refused(409, "Nothing that is held will fall due: what is left has no end.")
        return max(due, start)

    async def receipt(self, request: Request) -> Response:
        values = (await read_json(request, "values"))["values"]
        if not isinstance(values, list) or not 1 <= len(values) <= VALUES:
            raise Refused(400, f"values is a list of 1 to {VALUES} texts.")
        if not all(isinstance(one, str) and SHORTEST <= len(one) <= LONGEST for one in values):
            raise Refused(400, f"Each of values is a text of {SHORTEST} to {LONGEST} characters.")
        return JSONResponse(await self._receipts.given(values))

    async def holdings(self, request: Request) -> Response:
        return JSONResponse(self._holdings(request, None))

    async def edges(self, request: Request) -> Response:
        return JSONResponse(self._edges(request, None))

    async def vehicle(self, request: Request) -> Response:
        car = self._cars.get(request.path_params["vin"])
        if car is None:
            raise Refused(404, "No such car.")
        body = await read_object(request)
        await car.act(request.path_params["verb"], body)
        return JSONResponse({"vin": car.vin})

    async def places(self, request: Request) -> Response:
        """A search by somebody else: the second person that the notice's shared store waits for."""
        wanted = wish(await read_json(request, "term", "near"))
        return JSONResponse({"places": await self._finder.search(SOMEBODY_ELSE, wanted, trace_of(request))})

    async def faults(self, request: Request) -> Response:
        self._faults.set(await read_object(request))
        return JSONResponse({})

    async def scenario(self, request: Request) -> Response:
        if request.path_params["name"] != "fresh":
            raise Refused(404, "No such scenario; there is: fresh.")
        await read_json(request)
        await self._fresh()
        return JSONResponse({"scenario": "fresh"})

    async def undeclared(self, request: Request) -> Response:
        body = await read_json(request, "field", "value")
        if not isinstance(body["field"], str) or not body["field"].isidentifier():
            raise Refused(400, "field must be a word.")
        self._events.say("plant", {"field": body["field"], "value": body["value"]})
        return JSONResponse({})

    # -- owner --------------------------------------------------------------------------------------------------

    async def own_holdings(self, request: Request) -> Response:
        owner = self._owner(request)
        if (bad := await self._faults.answer("holdings")) is not None:
            return bad
        return JSONResponse(self._holdings(request, owner))

    async def own_receipt(self, request: Request) -> Response:
        return JSONResponse(await self._receipts.owned(self._owner(request)))

    async def own_edges(self, request: Request) -> Response:
        return JSONResponse(self._edges(request, self._owner(request)))

    async def own_erasures(self, request: Request) -> Response:
        self._owner(request)
        return JSONResponse(
            {"now": self._clock.now().isoformat(), "erasures": [deletion(one) for one in self._retention.log]}
        )

    async def openapi(self, request: Request) -> Response:
        from mock_backend.console.openapi import document

        return JSONResponse(document())

    def _owner(self, request: Request) -> str:
        account = self._accounts.account_of(bearer(request))
        if account is None:
            raise Refused(401, "Sign in first.")
        return account

    def _holdings(self, request: Request, owner: str | None) -> dict[str, Any]:
        return self._views.holdings(owner, request.query_params)

    def _edges(self, request: Request, owner: str | None) -> dict[str, Any]:
        after = whole(request.query_params.get("after", "0"), "after")
        return self._views.edges(owner, after, tuple(request.query_params.getlist("trace"))[:100])


def _car(car: Car) -> dict[str, Any]:
    """What staff see of a car; charge and cabin as they were last worked out."""
    state = car.state
    return {
        "vin": car.vin, "handle": car.handle, "locked": state.locked, "open": state.open, "charge": state.charge,
        "fuel": state.fuel, "plugged": state.outlet > 0, "charging": state.is_charging, "climate": state.is_climate_on,
        "driving": state.ignition, "network": state.network, "compares": car.compares,
        "switches": {**state.switches.dump(), "dropped": state.dropped},
    }  # fmt: skip


def _check_place(request: Request) -> None:
    """A page of another site must not be able to drive the stage."""
    host = request.headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if name not in LOOPBACK:
        raise Refused(403, "The stage answers on loopback only.")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        raise Refused(403, "Another site may not drive the stage.")
