"""What the page of the car's switches says, computed from the snapshot: no widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from companion.model.in_car import (
    PRIVATE_MODE,
    REMOTE_ACCESS,
    SWITCHES,
    WITHOUT_LOCATION,
    InCar,
    ServiceSwitch,
    Way,
    WhatIf,
)
from companion.model.today import Today
from companion.ui import format as fmt
from companion.ui import notice as words_of
from companion.ui.text import localized, plural, text

ICONS = {PRIVATE_MODE: "eyeoff", REMOTE_ACCESS: "phone", WITHOUT_LOCATION: "layers"}
MANY = 5
"""Ways that are told one by one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list and what is written smaller below it."""

    name: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A what-if in words. `said` is what the notice says, or that it says nothing."""

    title: str
    head: str
    closes: tuple[Line, ...]
    stays: tuple[Line, ...]
    held: tuple[Line, ...]
    said: str
    is_silent: bool
    line: str


def statement(seen: InCar) -> str:
    private = seen.switch(PRIVATE_MODE)
    if private is None:
        return text("in_car.loading" if seen.failed is None else "in_car.not_known")
    if private.on:
        return text("in_car.private_on")
    remote = seen.switch(REMOTE_ACCESS)
    return text("in_car.private_off" if remote is None or remote.on else "in_car.remote_off")


def evidence(seen: InCar, now: datetime, can_flip: bool) -> str:
    """From where the statement is known, and since when. `can_flip`: whoever stands here may play the car's driver."""
    if seen.failed is not None:
        doing = () if seen.failed.startswith("in_car.") else (("of", "read" if seen.switches else "first_read"),)
        return words_of.sentence(seen.failed, doing)
    private = seen.switch(PRIVATE_MODE)
    if private is None:
        return ""
    if private.said_at is None:
        first = text("in_car.never_said")
    else:
        first = text("in_car.said", when=fmt.at(private.said_at, now), age=fmt.ago(now - private.said_at))
    if seen.no_answer_since is not None:
        return f"{first} {text('in_car.no_answer', since=fmt.since(seen.no_answer_since, now))}"
    return f"{first} {text('in_car.stand' if can_flip else 'in_car.only_there')}"


def since(moment: datetime | None, said_at: datetime | None, now: datetime) -> str:
    if said_at is None:
        return text("in_car.factory")
    return fmt.capital(fmt.since(moment, now)) if moment is not None else text("in_car.never_flipped")


def service_state(one: ServiceSwitch) -> tuple[str, str, str]:
    """Icon, words and token."""
    if one.because is None:
        return "check", text("in_car.works"), "text-2"
    if one.because == PRIVATE_MODE:
        return "eyeoff", text("in_car.stopped_private"), "choice"
    return "minus", text("in_car.off_group" if one.because == WITHOUT_LOCATION else "in_car.off"), "text-1"


def service_line(one: ServiceSwitch) -> tuple[str, str]:
    """The notice's line, if it has one, and what else is to be said."""
    line = plural("gap.lines", 1, lines=one.line) if one.line else ""
    words = text("in_car.with_positions" if one.has_positions else "in_car.without_positions")
    return line, f" · {words}" if line else fmt.capital(words)


# -- what if ----------------------------------------------------------------------------------------------------------


def what_if(seen: InCar, name: str, today: Today) -> Told | None:
    one = seen.what_if(name)
    if one is None:
        return None
    is_closing = one.on if name == PRIVATE_MODE else not one.on
    title = text("in_car.if_on" if one.on else "in_car.if_off", name=title_of(seen, name))
    ways = [_way(way, today) for way in one.closes[:MANY]]
    if len(one.closes) > MANY:
        ways.append(Line(plural("in_car.more_ways", len(one.closes) - MANY)))
    said, line = localized(one.said), text("line.short", line=one.line) if one.line else ""
    if not said and line:
        said = text("in_car.said_group" if name == WITHOUT_LOCATION else "in_car.said_unit")
    return Told(
        title, text("in_car.closes" if is_closing else "in_car.opens"), tuple(ways) or (Line(text("in_car.no_way")),),
        _stays(name) if is_closing else (Line(text("in_car.emergency")),), _held(one), said or text("in_car.silent"), not said,
        line,
    )  # fmt: skip


def title_of(seen: InCar, name: str) -> str:
    if name in SWITCHES:
        return text(f"in_car.{name}")
    return next((localized(one.name) for one in seen.services if one.id == name), name)


def _way(way: Way, today: Today) -> Line:
    name = f"{localized(way.source.name)} → {localized(way.target.name)}"
    size = sum(f.size for f in today.flows if (f.source.id, f.target.id) == (way.source.id, way.target.id))
    second = plural("in_car.activities", way.activities)
    return Line(name, f"{second} · {text('in_car.today', size=fmt.size(size))}" if size else second)


def _stays(name: str) -> tuple[Line, ...]:
    if name == PRIVATE_MODE:
        own = Line(text("in_car.own_reads"), text("in_car.own_reads_note"))
        return Line(text("in_car.emergency"), text("in_car.emergency_note")), own
    if name == REMOTE_ACCESS:
        return Line(text("in_car.car_reports"), text("in_car.car_reports_note")), Line(text("in_car.emergency"))
    return Line(text("in_car.others"), text("in_car.others_note")), Line(text("in_car.emergency"))


def _held(one: WhatIf) -> tuple[Line, ...]:
    if not one.held:
        return (Line(text("in_car.nothing_held"), text("in_car.no_erasure")),)
    return (Line(plural("privacy.records", one.held), text("in_car.no_erasure")),)
