"""What the map page says, from the snapshot: no widgets here."""

from __future__ import annotations

from datetime import datetime

from companion.model import geo
from companion.model.alarms import AlarmEvent, Ring, SpeedAlarm, Valet
from companion.model.map_pictures import SourceKind, Supply
from companion.model.position import Position, Sighting
from companion.model.state import State
from companion.model.vehicle import Vehicle, was_elsewhere
from companion.ui import format as fmt
from companion.ui.pages.command_faces import why_shut
from companion.ui.parts.command_button import Face
from companion.ui.parts.map.content import CarMark, MapContent, Place
from companion.ui.parts.map.content import Ring as Circle
from companion.ui.text import has, text

VALET_RING = "valet"
"""Among the rings on the map."""
RINGS, SPEEDS, VALET = "LOCATION_ALARMS_EDIT", "SPEED_ALARMS_EDIT", "VALET_ALARM_EDIT"
ICONS = {
    "ENTERED": ("enter", "accent"), "LEFT": ("leave", "accent"), "SPEED": ("speed", "warn"), "VALET_RADIUS": ("valet", "warn"),
    "VALET_SPEED": ("valet", "warn"), "DOOR": ("warning", "danger"), "TILT": ("warning", "danger"),
    "INTERIOR": ("warning", "danger"), "TOW": ("warning", "danger"),
}  # fmt: skip
HOMES, WORKS = ("home", "maison", "zuhause", "daheim"), ("work", "office", "travail", "bureau", "arbeit", "büro")


def why_not(state: State, key: str) -> str:
    """Why no alarm can be set; empty if it can."""
    return why_shut(state, key, "alarms.cannot")


def icon(ring: Ring) -> str:
    name = ring.name.strip().casefold()
    return "home" if name in HOMES else "work" if name in WORKS else "locate"


def does(ring: Ring) -> str:
    key = "both" if ring.enters and ring.leaves else "enters" if ring.enters else "leaves"
    return f"{text(f'alarms.{key}')} · {fmt.distance(ring.radius)}"


def speed(one: SpeedAlarm) -> str:
    return text("alarms.over", speed=fmt.speed(one.speed))


def valet(one: Valet, now: datetime) -> str:
    if one.is_active and one.since is not None:
        return text("alarms.since", since=fmt.since(one.since, now))
    return text("alarms.preset", limits=f"{fmt.speed(one.speed)} · {fmt.distance(one.radius)}")


def used(rings: tuple[Ring, ...], most: int) -> str:
    return text("alarms.used", n=fmt.number(len(rings)), most=fmt.number(most))


# -- events -----------------------------------------------------------------------------------------------------------


def event(one: AlarmEvent) -> tuple[str, str]:
    """What happened, and how fast the car was."""
    name = f"alarms.event_{one.kind.lower()}"
    words = text(name, name=one.name or "") if has(name) else one.kind.replace("_", " ").capitalize()
    return words.strip(), "" if one.speed is None else fmt.speed(one.speed)


def details(one: AlarmEvent, now: datetime) -> str:
    """When it happened, how fast the car was, and what was allowed."""
    limit = "" if one.limit is None else fmt.distance(one.limit) if one.kind == "VALET_RADIUS" else fmt.speed(one.limit)
    parts = (
        fmt.day(one.at, now), "" if one.heading is None else text("finder.heading", heading=fmt.heading(one.heading)),
        "" if one.speed is None else fmt.speed(one.speed), text("alarms.limit", limit=limit) if limit else "",
    )  # fmt: skip
    return " · ".join(filter(None, parts))


def acknowledge_face(event: str, state: State) -> Face:
    """`event`: the alarm that is looked at, by its number."""
    name = text("alarms.acknowledge")
    if event and state.acknowledging == event:
        return Face("check", name, text("command.sending"), "text-2", busy=True)
    vehicle = state.vehicle
    if not state.link.online:
        return Face("check", name, text("command.offline"), enabled=False)
    if vehicle is not None and vehicle.switches.remote_access is False:
        return Face("check", name, text("command.no_remote"), enabled=False)
    return Face("check", name, text("alarms.acknowledge_rest"))


# -- the car ----------------------------------------------------------------------------------------------------------


def car_mark(vehicle: Vehicle, now: datetime) -> CarMark | None:
    place = vehicle.position
    if place is None:
        return None
    seen = f" · {fmt.day(place.since, now)}" if place.since is not None else ""
    return CarMark(place.latitude, place.longitude, place.heading, f"{vehicle.name}{seen}")


def valet_ring(valet: Valet | None) -> tuple[Circle, ...]:
    """While it watches, and where this app knows around what."""
    if valet is None or not valet.is_active or valet.around is None:
        return ()
    words = fmt.speed(valet.speed)
    return (Circle(VALET_RING, text("alarms.valet"), *valet.around, float(valet.radius), words, "warn"),)


def event_mark(one: AlarmEvent | None) -> tuple[Place, ...]:
    """Where it happened."""
    if one is None or one.place is None:
        return ()
    icon, _ = ICONS.get(one.kind, ("bell", ""))
    return (Place(f"event {one.id}", event(one)[0], *one.place, icon, is_picked=True),)


def content(
    vehicle: Vehicle | None, rings: tuple[Ring, ...], edited: str, now: datetime, picked: AlarmEvent | None = None
) -> MapContent:
    """`edited`: the ring in hand, by its place in the list as a word; "" for none. `picked`: the event that is looked at."""
    if vehicle is None:
        return MapContent()
    if vehicle.switches.private_mode:
        return MapContent(vehicle=vehicle.handle)
    place = vehicle.position
    circles = tuple(
        Circle(str(number), one.name, one.latitude, one.longitude, float(one.radius), does(one))
        for number, one in enumerate(rings)
    )
    watch = vehicle.alarms.valet
    service = "location_alarm" if edited else "valet_alarm" if watch is not None and watch.is_active else "car_finder"
    return MapContent(
        car_mark(vehicle, now), (*circles, *valet_ring(watch)), edited, places=event_mark(picked), service=service,
        seen_at=place.since if place is not None else None, vehicle=vehicle.handle,
    )  # fmt: skip


def sends(content: MapContent, supply: Supply) -> str:
    """The action of the panel that the map's pictures belong to; empty where nothing is sent."""
    if supply.kind is SourceKind.PROVIDER:
        return f"map_{content.service}"
    return "map_own" if supply.kind is SourceKind.SERVER else ""


def seen(place: Position, now: datetime) -> str:
    """How old it is, and which way the car looks."""
    parts = (
        []
        if place.since is None
        else [text("finder.seen", when=fmt.at(place.since, now), age=fmt.ago(now - place.since))]
    )
    if place.heading is not None:
        parts.append(text("finder.heading", heading=fmt.heading(place.heading)))
    return " · ".join(parts)


def why_told(one: Sighting | None, now: datetime) -> str:
    """Why the car said where it is, as the notice lists the reasons; a word that this version does not know is none."""
    name = f"finder.because_{one.trigger.lower()}" if one is not None else ""
    if one is None or not has(name):
        return ""
    return text(name) if one.at is None else text("finder.sent", when=fmt.at(one.at, now), why=text(name))


def around(vehicle: Vehicle, rings: tuple[Ring, ...]) -> tuple[Ring, ...]:
    """What its place is measured from; nothing, where it was somewhere else since."""
    return () if was_elsewhere(vehicle) else rings


def near(place: Position, rings: tuple[Ring, ...]) -> str:
    """How far from the nearest place that the owner has named, and in which direction."""
    here = (place.latitude, place.longitude)
    ways = [(geo.distance((one.latitude, one.longitude), here), one) for one in rings]
    if not ways:
        return ""
    metres, one = min(ways, key=lambda way: way[0])
    if metres <= one.radius:
        return text("finder.inside", name=one.name)
    point = fmt.point(geo.bearing((one.latitude, one.longitude), here))
    return text("finder.from", distance=fmt.distance(metres), point=text(f"heading.{point}"), name=one.name)
