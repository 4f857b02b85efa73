"""Places found by words, and the search that found them."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 80
"""Characters of what is searched for."""


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """`kind` in the service's words, `town` where it is, empty for a town itself."""

    id: str
    kind: str
    name: str
    town: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Search:
    """`near`: what distances are measured from; nothing was searched for while `term` is empty."""

    term: str = ""
    near: tuple[float, float] = (0.0, 0.0)
    places: tuple[FoundPlace, ...] = ()
    is_running: bool = False
    failed: str | None = None
    """Error key of why nothing came."""
    params: tuple[tuple[str, str], ...] = ()


def tidy(term: str) -> str:
    """As it is sent: one space between words, none around them."""
    return " ".join(term.split())[:LONGEST].rstrip()
