"""Pictures of the map: which are asked for, whence they come, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from companion.model.mercator import TileId

TILE_SIZES = (256, 512)
SERVICES = ("car_finder", "location_alarm", "valet_alarm")
"""What a map can be looked at for; the notice says of each what it sends."""


class SourceKind(StrEnum):
    PROVIDER = "provider"
    """The map provider of the car's maker, with a key that ends."""
    SERVER = "server"
    """A server that the owner entered."""
    FILE = "file"
    """A file on this computer: nothing is sent."""


@dataclass(frozen=True, slots=True)
class MapSource:
    """What the owner chose. The key of a server of their own is in the keyring, never here."""

    kind: SourceKind = SourceKind.PROVIDER
    template: str = ""
    attribution: str = ""
    tile_size: int = 256
    max_zoom: int = 19
    file: str = ""

    @classmethod
    def from_dict(cls, table: object) -> MapSource:
        """Anything wrong in it makes it the usual source: half of another one would ask somebody else."""
        try:
            assert isinstance(table, dict)
            source = cls(**{**table, "kind": SourceKind(table["kind"])})
            words = (source.template, source.attribution, source.file)
            if not all(isinstance(one, str) for one in words) or isinstance(source.max_zoom, bool):
                return cls()
            return source if source.tile_size in TILE_SIZES and source.max_zoom in range(1, 23) else cls()
        except (AssertionError, KeyError, TypeError, ValueError):
            return cls()


@dataclass(frozen=True, slots=True)
class Supply:
    """What the source that is in use can give."""

    kind: SourceKind = SourceKind.PROVIDER
    attribution: str = ""
    min_zoom: int = 5
    max_zoom: int = 17
    tile_size: int = 256
    has_styles: bool = True
    """One for the dark and one for the light theme."""
    has_fine: bool = True
    """Pictures of twice as many pixels for fine screens."""
    trouble: str | None = None
    """Key of what is wrong now (`map.trouble.*`); the pictures that are there stay."""
    params: tuple[tuple[str, str], ...] = ()
    number: int = 0
    """Another number, another source: what was drawn of the one before is not its picture."""


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody looks at: the pictures wanted, most wanted first. What is not among them is no longer wanted."""

    service: str = "car_finder"
    tiles: tuple[TileId, ...] = ()
    radius: int = 1000
    """Metres from the middle of the map to its farthest edge."""
    is_light: bool = False
    is_fine: bool = False
    seen_at: datetime | None = None
    """When the car was where it is shown."""
    vehicle: str = ""
    """The handle of the car that the map is about; its own switches say whether there is one. "": of no car."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture, and what its giver said of it."""

    content: bytes
    mark: str = ""
    """The giver's own mark (ETag): by it the picture need not be sent again."""
    fresh_for: float = 0.0
    """Seconds in which it need not be asked for again."""
    may_keep: bool = True


KINDS: Mapping[str, re.Pattern[bytes]] = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"), "jpg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}  # fmt: skip


def is_picture(content: bytes) -> bool:
    """Whether the bytes begin as a picture does; an error page or a vector tile does not."""
    return any(kind.match(content) for kind in KINDS.values())
