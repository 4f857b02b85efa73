"""The key of the map: handed out to the owner's app, and made known to the map provider."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from mock_backend.clock import Clock
from mock_backend.maps import KEY_LIFE, MAPS, MapService
from mock_backend.porsche_system.garage import Garage, Registered
from mock_backend.porsche_system.switchboard import Switchboard, refused
from mock_backend.vault import Vault
from mock_backend.web import Refused
from mock_backend.wire import EdgeFailed, Wire

ANSWER = {
    "expires_in": KEY_LIFE, "tiles": "/tiles/{z}/{x}/{y}{r}.png", "tiles_light": "/tiles/light/{z}/{x}/{y}{r}.png", "min_zoom": 5,
    "max_zoom": 17, "tile_size": 256, "attribution": "Fictional road network, not for navigation.",
}  # fmt: skip
Why = Callable[[str, str], str]


async def hand_out(
    account: str,
    body: dict[str, Any],
    garage: Garage,
    board: Switchboard,
    wire: Wire,
    vault: Vault,
    clock: Clock,
    trace: str,
) -> dict[str, Any]:
    """Raises Refused."""
    service, cars = _service(body), _cars(account, body, garage)
    _check(cars, service.id, board.why_not)
    key = secrets.token_urlsafe(24)
    told = {"key": key, "service": service.id, "account": account, "expires_in": KEY_LIFE}
    try:
        await wire.send(
            "porsche_system", "map_provider", "/keys", told, activity=service.key, trace=trace, owner=account
        )
    except EdgeFailed as error:
        raise Refused(504, "The map provider does not answer.") from error
    # Whoever names no car asks for the account; the notice's record has a vehicle id then only.
    subject = cars[0].vin if "vehicle" in body else account
    stamp = {"service": service.id, "at": clock.now().isoformat()}
    vault.keep(f"{service.id}.usage_statistics", subject, stamp, trace=trace, owner=account)
    return {"key": key, **ANSWER}


def _service(body: dict[str, Any]) -> MapService:
    name = body["service"]
    if not isinstance(name, str) or name not in MAPS:
        raise Refused(400, f"service is one of {', '.join(sorted(MAPS))}.")
    return MAPS[name]


def _cars(account: str, body: dict[str, Any], garage: Garage) -> list[Registered]:
    cars = garage.of(account)
    if "vehicle" in body:
        cars = [car for car in cars if car.handle == body["vehicle"]]
    if not cars:
        raise Refused(404, "No such vehicle.")
    return cars


def _check(cars: Sequence[Registered], service: str, why_not: Why) -> None:
    """Raises Refused where a switch shuts the service in the car that is meant; in every car, where none is named."""
    reasons = [why_not(car.vin, service) for car in cars]
    if all(reasons):
        raise refused(reasons[0], service)
