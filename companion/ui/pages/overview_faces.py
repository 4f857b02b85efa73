"""The overview's words: from the snapshot to what each part of the page says. No widgets here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from companion.model.body import Opening, Part
from companion.model.charging import Timer
from companion.model.energy import Energy
from companion.model.service import Interval
from companion.model.vehicle import Vehicle
from companion.ui import format as fmt
from companion.ui.pages import charging_faces, climate_faces, timer_faces
from companion.ui.parts.details import Detail
from companion.ui.parts.tile import TileFace
from companion.ui.text import has, plural, text

TILES = 8
PLACES = {"climate": "climate", "charging": "charging", "location": "map"}
"""Tiles that lead to a page of their own."""


def tiles(vehicle: Vehicle) -> tuple[str, ...]:
    """What a car with climate and a plug says of them stands where another car has its lights and its mileage."""
    climate = "climate" if vehicle.climate.is_known else "lights"
    charging = "charging" if vehicle.charging.is_known else "mileage"
    return ("doors", "windows", "tyres", climate, charging, "location", "warnings", "service")


def statement(vehicle: Vehicle) -> str:
    """Is all well? Two short sentences."""
    if vehicle.switches.private_mode:
        return text("overview.private")
    lock = {True: "overview.locked", False: "overview.unlocked", None: "overview.lock_unknown"}[vehicle.body.is_locked]
    return f"{text(lock)}\n{_openings(vehicle)}"


def below_level(energy: Energy) -> str:
    """The line under the bar: what the charge is heading for, and the fuel of a car that has both."""
    words = []
    if energy.charge_percent is None and energy.fuel_percent is not None:
        words.append(text("overview.tank"))
    elif energy.target_percent is not None:
        words.append(text("overview.target", percent=fmt.percent(energy.target_percent)))
    if energy.charge_percent is not None and energy.fuel_percent is not None:
        words.append(text("overview.fuel", percent=fmt.percent(energy.fuel_percent)))
    return " · ".join(words)


def _openings(vehicle: Vehicle) -> str:
    parts = vehicle.body.open_parts()
    doors = sum(1 for one in parts if one.part.is_door)
    windows = sum(1 for one in parts if one.part.is_window)
    lids = len(parts) - doors - windows
    counted = [(doors, "doors"), (windows, "windows"), (lids, "lids")]
    named = [plural(f"overview.{name}_open", count) for count, name in counted if count]
    if not named:
        return text("overview.all_closed") if vehicle.body.openings else text("overview.openings_unknown")
    return named[0] if len(named) == 1 else plural("overview.parts_open", len(parts))


def tile_face(tile: str, vehicle: Vehicle, now: datetime) -> TileFace:
    makers = {
        "doors": _doors, "windows": _windows, "tyres": _tyres, "lights": _lights, "warnings": _warnings,
        "service": _service,
    }  # fmt: skip
    if tile == "location":
        return _location(vehicle, now)
    if tile == "mileage":
        return _mileage(vehicle, now)
    if tile == "climate":
        return _climate(vehicle)
    if tile == "charging":
        return _charging(vehicle)
    return makers[tile](vehicle)


def _names(openings: list[Opening]) -> str:
    return ", ".join(text(f"part.{one.part}") for one in openings)


def _doors(vehicle: Vehicle) -> TileFace:
    known = [one for one in vehicle.body.openings if one.part.is_door or one.part.is_lid]
    return _group("door", text("tile.doors"), known, _count(known))


def _count(known: list[Opening]) -> str:
    doors = sum(1 for one in known if one.part.is_door)
    return f"{plural('tile.door_count', doors)}, {plural('tile.lid_count', len(known) - doors)}"


def _windows(vehicle: Vehicle) -> TileFace:
    known = [one for one in vehicle.body.openings if one.part.is_window]
    return _group("window", text("tile.windows"), known, plural("tile.window_count", len(known)))


def _is_door_like(one: Opening) -> bool:
    """Doors and windows are feminine in French, lids and the sunroof are not."""
    return one.part.is_door or (one.part.is_window and one.part is not Part.SUNROOF)


def _group(icon: str, label: str, known: list[Opening], count: str) -> TileFace:
    opened = [one for one in known if one.is_open]
    if opened:
        name = "tile.door_open" if all(_is_door_like(one) for one in opened) else "tile.open"
        return TileFace(icon, label, plural(name, len(opened)), _names(opened), problem=True)
    if not known or any(one.is_open is None for one in known):
        return TileFace(icon, label, text("state.unknown"), text("tile.not_reported"))
    return TileFace(icon, label, text("tile.all_closed"), count)


def _tyres(vehicle: Vehicle) -> TileFace:
    label, bars = f"{text('tile.tyres')}, bar", [tyre.actual_bar for tyre in vehicle.tyres]
    if all(bar is None for bar in bars):
        return TileFace("tyre", label, text("state.unknown"), text("tile.not_reported"))
    value = " · ".join("–" if bar is None else fmt.number(bar, 1) for bar in bars)
    wrong = [name for name in TYRES if getattr(vehicle.tyres, name).is_ok is False]
    if wrong:
        return TileFace("tyre", label, value, text("tile.check_tyre", tyre=text(f"tyre.{wrong[0]}")), problem=True)
    return TileFace("tyre", label, value, text("tile.tyres_ok"))


TYRES = ("front_left", "front_right", "rear_left", "rear_right")


def _lights(vehicle: Vehicle) -> TileFace:
    on = vehicle.body.parking_light
    if on is None:
        return TileFace("flash", text("tile.lights"), text("state.unknown"), text("tile.not_reported"))
    return TileFace(
        "flash", text("tile.lights"), text("state.on" if on else "state.off"), text("tile.lights_note"), problem=on
    )


def _climate(vehicle: Vehicle) -> TileFace:
    climate = vehicle.climate
    status = climate_faces.status(climate)
    if climate.cabin is None:
        return TileFace("climate", text("page.climate"), status, _departure(vehicle, lambda one: one.climatises))
    value = text("tile.inside", degrees=climate_faces.degrees(climate.cabin))
    later = "" if climate.is_on else _departure(vehicle, lambda one: one.climatises)
    return TileFace("climate", text("page.climate"), value, later or status)


def _charging(vehicle: Vehicle) -> TileFace:
    charging = vehicle.charging
    status = charging_faces.status(charging) if charging.is_plugged else text("tile.not_plugged")
    if power := charging_faces.power(charging):
        return TileFace("plug", text("page.charging"), power, status)
    later = _departure(vehicle, lambda one: one.charges)
    if charging.is_plugged:
        short = text("tile.error" if charging.error else "tile.plugged")
        return TileFace("plug", text("page.charging"), short, status, problem=charging.error is not None)
    return TileFace("plug", text("page.charging"), status, later)


def _departure(vehicle: Vehicle, matters: Callable[[Timer], bool]) -> str:
    """The first departure that it is made ready for, as the list has it."""
    one = next((one for one in vehicle.charging.timers if one.enabled and matters(one)), None)
    if one is None:
        return ""
    return text("tile.departure", time=timer_faces.clock(one), days=timer_faces.days(one))


def _location(vehicle: Vehicle, now: datetime) -> TileFace:
    place = vehicle.position
    if place is None:
        return TileFace("map", text("tile.location"), text("state.unknown"), text("tile.not_reported"))
    kept = text("tile.position_kept", span=fmt.span(now - place.since)) if place.since else ""
    long, short = (fmt.coordinates(place.latitude, place.longitude, decimals) for decimals in (4, 2))
    return TileFace("map", text("tile.location"), long, kept, shorter=short)


def _warnings(vehicle: Vehicle) -> TileFace:
    warnings, label = vehicle.service.warnings, text("tile.warnings")
    if warnings is None and not _has_light(vehicle):
        return TileFace("warning", label, text("state.unknown"), text("tile.not_reported"))
    names = [
        *([text("tile.lights_on")] if _has_light(vehicle) else []),
        *(warning_name(one.key) for one in warnings or ()),
    ]
    if not names:
        return TileFace("warning", label, text("tile.none"), text("tile.cluster"))
    return TileFace("warning", label, plural("tile.warning_count", len(names)), names[0], problem=True)


def _has_light(vehicle: Vehicle) -> bool:
    """Where the lights have no tile of their own, one that is on is a warning."""
    return vehicle.body.parking_light is True and "lights" not in tiles(vehicle)


def warning_name(key: str) -> str:
    """The warning in words; one this version does not know is shown as the car names it."""
    name = f"warning.{key.lower()}"
    return text(name) if has(name) else text("tile.unknown_warning", key=key)


def _service(vehicle: Vehicle) -> TileFace:
    label, main = text("tile.service"), vehicle.service.main
    if main.kilometres is None and main.days is None:
        return TileFace("care", label, text("state.unknown"), text("tile.not_reported"))
    overdue = (main.kilometres or 0) < 0 or (main.days or 0) < 0
    value = fmt.kilometres(main.kilometres) if main.kilometres is not None else plural("span.days", main.days or 0)
    if overdue:
        return TileFace("care", label, value, text("tile.overdue"), problem=True)
    second = plural("tile.or_days", main.days) if main.days is not None and main.kilometres is not None else ""
    return TileFace("care", label, value, second)


def _mileage(vehicle: Vehicle, now: datetime) -> TileFace:
    km = vehicle.energy.mileage_km
    if km is None:
        return TileFace("speed", text("tile.mileage"), text("state.unknown"), text("tile.not_reported"))
    return TileFace("speed", text("tile.mileage"), fmt.kilometres(km), text("tile.total"))


# -- details --------------------------------------------------------------------------------------------------------


def details(tile: str, vehicle: Vehicle, now: datetime) -> list[Detail]:
    """What stands behind a tile, one by one."""
    match tile:
        case "doors":
            return [_part(one, now) for one in vehicle.body.openings if one.part.is_door or one.part.is_lid]
        case "windows":
            return [_part(one, now) for one in vehicle.body.openings if one.part.is_window]
        case "tyres":
            return [_tyre(name, vehicle) for name in TYRES]
        case "location":
            return _place(vehicle, now)
        case "warnings":
            light = [Detail(text("tile.lights"), text("state.on"), problem=True)] if _has_light(vehicle) else []
            return [*light, *(_warning(one.key, one.since, now) for one in vehicle.service.warnings or ())]
        case "service":
            kinds = ("main", "intermediate", "oil")
            due = [row for kind in kinds for row in _interval(kind, getattr(vehicle.service, kind))]
            km = vehicle.energy.mileage_km
            return [*due, *([Detail(text("tile.mileage"), fmt.kilometres(km))] if km is not None else [])]
    return []


def _part(one: Opening, now: datetime) -> Detail:
    kind = "door_" if _is_door_like(one) else ""
    state = {True: f"state.{kind}open", False: f"state.{kind}closed", None: "state.unknown"}[one.is_open]
    since = fmt.since(one.since, now) if one.since else ""
    return Detail(text(f"part.{one.part}"), text(state), since if one.is_open else "", problem=bool(one.is_open))


def _tyre(name: str, vehicle: Vehicle) -> Detail:
    tyre = getattr(vehicle.tyres, name)
    if tyre.actual_bar is None:
        return Detail(text(f"tyre.{name}"), text("state.unknown"))
    second = ""
    if tyre.difference_bar:
        sign = "+" if tyre.difference_bar > 0 else "\u2212"
        second = text("tile.difference", bar=f"{sign}{fmt.unit(abs(tyre.difference_bar), 'bar', 1)}")
    return Detail(text(f"tyre.{name}"), fmt.unit(tyre.actual_bar, "bar", 1), second, problem=tyre.is_ok is False)


def _place(vehicle: Vehicle, now: datetime) -> list[Detail]:
    place = vehicle.position
    if place is None:
        return []
    rows = [Detail(text("tile.coordinates"), fmt.coordinates(place.latitude, place.longitude))]
    if place.heading is not None:
        rows.append(Detail(text("tile.heading"), fmt.capital(fmt.heading(place.heading))))
    if place.since is not None:
        rows.append(Detail(text("tile.parked_since"), fmt.day(place.since, now)))
    return rows


def _warning(key: str, since: datetime | None, now: datetime) -> Detail:
    when = fmt.since(since, now) if since else ""
    return Detail(warning_name(key), when, problem=True)


def _interval(kind: str, interval: Interval) -> list[Detail]:
    parts = []
    if interval.kilometres is not None:
        parts.append(fmt.kilometres(interval.kilometres))
    if interval.days is not None:
        parts.append(plural("span.days", interval.days))
    return [Detail(text(f"service.{kind}"), " · ".join(parts))] if parts else []
