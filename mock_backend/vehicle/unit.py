"""The head unit: flips the car's switches by the hand of whoever sits there. A refused flip changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from mock_backend.switches import Services, Switches
from mock_backend.vehicle.state import CarState
from mock_backend.web import Refused, check_fields

KEYS = {"private_mode": "GLOBAL_PRIVACY_MODE", "remote_access": "REMOTE_ACCESS_AUTHORIZATION"}
"""Switches that are measurements of the public interface too."""
Flip = Callable[[Switches, Services, Mapping[str, Any]], str]


def flip(car: CarState, services: Services, verb: str, body: Mapping[str, Any], now: datetime) -> bool:
    """Whether anything changed. Raises Refused."""
    before = car.switches.dump()
    name = FLIPS[verb](car.switches, services, body)
    if car.switches.dump() == before:
        return False
    car.switches.since[name] = now.isoformat()
    if name in KEYS:
        car.stamp(now, KEYS[name])
    return True


def _named(name: str) -> Flip:
    def turned(switches: Switches, services: Services, body: Mapping[str, Any]) -> str:
        check_fields(body, ("on",))
        setattr(switches, name, _on(body))
        return name

    return turned


def _service(switches: Switches, services: Services, body: Mapping[str, Any]) -> str:
    check_fields(body, ("id", "on"))
    name, is_on = body["id"], _on(body)
    if not isinstance(name, str) or name not in services.positions:
        raise Refused(400, f"id must be one of {', '.join(services.positions)}.")
    switches.off = sorted({*switches.off} - {name} if is_on else {*switches.off, name})
    return name


def _on(body: Mapping[str, Any]) -> bool:
    if not isinstance(body["on"], bool):
        raise Refused(400, "on must be true or false.")
    return body["on"]


FLIPS: dict[str, Flip] = {
    "private_mode": _named("private_mode"), "remote_access": _named("remote_access"),
    "without_location": _named("without_location"), "service": _service,
}  # fmt: skip
