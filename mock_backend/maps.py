"""Services with a map: under which activity of the notice the key is handed out, and under which a picture is shown."""

from __future__ import annotations

from dataclasses import dataclass

KEY_LIFE = 900
"""Seconds on the session clock that a map key lives."""
SECTION, HOLDER = "product.map_section", "product.map_key_holder"
"""What the notice does not list: the place that a picture's address gives away, and whose the key is."""


@dataclass(frozen=True, slots=True)
class MapService:
    """`shown` is None where the notice knows a key and no picture. `radius`, `date`, `section`: what it lists for the picture."""

    id: str
    key: str
    shown: str | None
    radius: bool = False
    date: bool = False
    section: bool = False


def _with_own_key(name: str, shown: str | None = "location_display", **listed: bool) -> MapService:
    return MapService(
        name, f"{name}.authorisation_key_exchange", None if shown is None else f"{name}.{shown}", **listed
    )


def _with_picture(name: str, shown: str, **listed: bool) -> MapService:
    """The key is listed with the picture."""
    return MapService(name, f"{name}.{shown}", f"{name}.{shown}", **listed)


MAPS = {
    one.id: one
    for one in (
        _with_own_key("car_control"), _with_own_key("trip_control"), _with_own_key("vehicle_alarm"),
        _with_own_key("climate", None),
        _with_own_key("car_finder", "map_display", radius=True, date=True),
        _with_picture("location_alarm", "map_section_request", radius=True),
        _with_picture("valet_alarm", "map_section_request", radius=True),
        _with_picture("e_control", "map_mode", section=True),
    )
}  # fmt: skip
