"""What demo staff can make go wrong. Nothing is wrong unless they say so.

    {"kind": "car_time", "seconds": 0.5}                  how long the car works on a command
    {"kind": "late", "seconds": 5}                        the car reports that much later
    {"kind": "lost"}                                      the car never reports the end of a command
    {"kind": "duplicate"}                                 the car reports the end of a command twice
    {"kind": "captcha"}                                   the sign-in asks for the letters of a picture
    {"kind": "passkey"}                                   the sign-in offers a passkey before it goes on
    {"kind": "asleep"}                                    the car does not answer at all
    {"kind": "refuse", "reason": "IGNITION_ON"}           the car refuses, with that reason
    {"kind": "carrier", "party": P, "mode": "down"}       a carrier of messages refuses; slow: takes half a minute
    {"kind": "answer", "route": R, "mode": M, "value": V, "times": N}
                                                          the next N answers of a route are bad
    {"kind": "expire_tokens"}, {"kind": "revoke_tokens"}  access tokens end; sessions end
    {"kind": "expire_map_keys"}                           keys of the map end
    {"kind": "none"}                                      everything is well again

R: list, overview, command, status, pictures, events, identifier, password, token, holdings, map_key, tiles, places. M: status (V
is the HTTP status), truncated, malformed, wrong_type, die (the connection ends in the middle), delay (V seconds).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response, StreamingResponse

from mock_backend.web import Refused, check_fields

ROUTES = (
    "list", "overview", "command", "status", "pictures", "events", "identifier", "password", "token", "holdings",
    "map_key", "tiles", "places",
)  # fmt: skip
CARRIERS, SPEEDS = ("push_google", "push_apple", "sms_carrier"), ("down", "slow")
SLOW = 30.0
"""Seconds."""
MODES = ("status", "truncated", "malformed", "wrong_type", "die", "delay")
FIELDS = {
    "car_time": ("seconds",), "late": ("seconds",), "lost": (), "duplicate": (), "captcha": (), "passkey": (),
    "asleep": (), "refuse": ("reason",), "carrier": ("party", "mode"), "answer": ("route", "mode"), "expire_tokens": (),
    "revoke_tokens": (), "expire_map_keys": (), "none": (),
}  # fmt: skip


class Died(Exception):
    """Ends a connection in the middle of an answer."""


@dataclass
class Faults:
    car_time: tuple[float, float] = (1.5, 3.0)
    """Shortest and longest time of a command, in seconds."""
    normal_time: tuple[float, float] = (1.5, 3.0)
    late: float = 0.0
    lost: bool = False
    asleep: bool = False
    duplicate: bool = False
    captcha: bool = False
    passkey: bool = False
    refuse: str = ""
    carriers: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[Any]] = field(default_factory=dict)
    expire_tokens: Callable[[], None] = lambda: None
    revoke_tokens: Callable[[], None] = lambda: None
    expire_map_keys: Callable[[], None] = lambda: None

    def set(self, table: Mapping[str, Any]) -> None:
        """Raises Refused for what is not in the list above; then nothing changes."""
        kind = table.get("kind")
        if not isinstance(kind, str) or kind not in FIELDS:
            raise Refused(400, f"Unknown kind; one of {', '.join(FIELDS)}.")
        check_fields(table, ("kind", *FIELDS[kind]), ("value", "times") if kind == "answer" else ())
        getattr(self, f"_{kind}")(table)

    async def answer(self, route: str) -> Response | None:
        """The bad answer that is due on a route, if any."""
        due = self.answers.get(route)
        if not due:
            return None
        mode, value, left = due
        self.answers[route] = [mode, value, left - 1] if left > 1 else []
        if mode == "delay":
            await asyncio.sleep(value)
            return None
        return _bad(mode, value)

    async def carried(self, party: str) -> None:
        """A carrier that is slow takes a message all the same. Raises Refused where it is down."""
        if self.carriers.get(party) == "down":
            raise Refused(503, "This carrier is down.")
        if self.carriers.get(party) == "slow":
            await asyncio.sleep(SLOW)

    def _car_time(self, table: Mapping[str, Any]) -> None:
        seconds = _seconds(table["seconds"])
        self.car_time = (seconds, seconds)

    def _late(self, table: Mapping[str, Any]) -> None:
        self.late = _seconds(table["seconds"])

    def _lost(self, table: Mapping[str, Any]) -> None:
        self.lost = True

    def _duplicate(self, table: Mapping[str, Any]) -> None:
        self.duplicate = True

    def _captcha(self, table: Mapping[str, Any]) -> None:
        self.captcha = True

    def _passkey(self, table: Mapping[str, Any]) -> None:
        self.passkey = True

    def _asleep(self, table: Mapping[str, Any]) -> None:
        self.asleep = True

    def _refuse(self, table: Mapping[str, Any]) -> None:
        if not isinstance(table["reason"], str) or not table["reason"]:
            raise Refused(400, "reason must be a word.")
        self.refuse = table["reason"]

    def _carrier(self, table: Mapping[str, Any]) -> None:
        if table["party"] not in CARRIERS or table["mode"] not in SPEEDS:
            raise Refused(400, f"party is one of {', '.join(CARRIERS)}; mode one of {', '.join(SPEEDS)}.")
        self.carriers[table["party"]] = table["mode"]

    def _answer(self, table: Mapping[str, Any]) -> None:
        route, mode, value, times = table["route"], table["mode"], table.get("value", 500), table.get("times", 1)
        if route not in ROUTES or mode not in MODES:
            raise Refused(400, f"route is one of {', '.join(ROUTES)}; mode one of {', '.join(MODES)}.")
        if mode == "status" and (not isinstance(value, int) or not 400 <= value <= 599):
            raise Refused(400, "value must be a status from 400 to 599.")
        if mode == "delay":
            value = _seconds(value)
        if not isinstance(times, int) or isinstance(times, bool) or times < 1:
            raise Refused(400, "times must be a positive number.")
        self.answers[route] = [mode, value, times]

    def _expire_tokens(self, table: Mapping[str, Any]) -> None:
        self.expire_tokens()

    def _revoke_tokens(self, table: Mapping[str, Any]) -> None:
        self.revoke_tokens()

    def _expire_map_keys(self, table: Mapping[str, Any]) -> None:
        self.expire_map_keys()

    def _none(self, table: Mapping[str, Any]) -> None:
        self.car_time, self.late, self.lost, self.asleep, self.refuse = self.normal_time, 0.0, False, False, ""
        self.duplicate = self.captcha = self.passkey = False
        self.carriers.clear()
        self.answers.clear()


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 300:
        raise Refused(400, "seconds must be a number from 0 to 300.")
    return float(value)


def _bad(mode: str, value: Any) -> Response:
    if mode == "status":
        headers = {"retry-after": "2"} if value == 429 else {}
        return JSONResponse({"message": f"fault {value}"}, value, headers=headers)
    if mode == "truncated":
        return Response(b'{"vin": "WP0', media_type="application/json")
    if mode == "malformed":
        return Response(b"<html>not what you asked for</html>", media_type="application/json")
    if mode == "wrong_type":
        return JSONResponse({"measurements": "none", "vin": 7, "status": [], "now": False})
    return StreamingResponse(_dying(), media_type="application/json", headers={"content-length": "5000"})


async def _dying() -> AsyncIterator[bytes]:
    yield b'{"measurements": ['
    await asyncio.sleep(0.05)
    raise Died
