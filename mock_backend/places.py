"""A search for places as the maker, its providers and the stage take it: what may be asked, and what counts as the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mock_backend.web import Refused, check_fields

SERVICE = "finder"
SIGN_ON, SEARCH, SHARED = "finder.app_sign_on", "finder.place_search_app", "finder.shared_request_cache"
PLACE, MARK = "product.search_place", "product.search_mark"
"""What the notice does not list: around where is looked, and by what a second person's same search is known, when the first is
long erased."""
LONGEST = 80
"""Characters of a term."""


@dataclass(frozen=True, slots=True)
class Wish:
    """`term` as it was typed; `near` is latitude and longitude."""

    term: str
    near: tuple[float, float]

    @property
    def body(self) -> dict[str, Any]:
        return {"term": self.term, "near": {"latitude": self.near[0], "longitude": self.near[1]}}

    @property
    def key(self) -> str:
        """The same for whoever asks the same: neither case nor spaces make another search."""
        return f"{' '.join(self.term.casefold().split())} {self.near[0]} {self.near[1]}"


def wish(table: dict[str, Any]) -> Wish:
    """Raises Refused 400."""
    term, near = table["term"], table["near"]
    if not isinstance(term, str) or not term.strip() or len(term) > LONGEST:
        raise Refused(400, f"term must be 1 to {LONGEST} characters, and not spaces only.")
    if not isinstance(near, dict):
        raise Refused(400, "near must be an object with latitude and longitude.")
    check_fields(near, ("latitude", "longitude"))
    if not _is_degrees(near["latitude"], 90) or not _is_degrees(near["longitude"], 180):
        raise Refused(400, "near must be a place on earth, in degrees.")
    return Wish(term, (float(near["latitude"]), float(near["longitude"])))


def _is_degrees(value: object, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most
