"""What the owner can set. Secrets are never here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from companion.model.map_pictures import MapSource

LANGUAGES = ("system", "en", "fr", "de")
THEMES = ("system", "dark", "light")
LEDGER_DAYS = range(1, 366)


@dataclass(frozen=True, slots=True)
class Settings:
    """`ledger_days`: how long this app keeps its copy of what was sent, and the messages. `muted`: kinds of messages that go
    into the list and are not said.
    """

    language: str = "system"
    theme: str = "system"
    ledger_days: int = 30
    reduced_motion: bool = False
    panel_open: bool = True
    desktop_notices: bool = True
    """Messages are said by the desktop too while the window is not in front."""
    muted: tuple[str, ...] = ()
    map_source: MapSource = MapSource()

    @classmethod
    def from_dict(cls, table: Mapping[str, object]) -> Settings:
        """Unknown names are passed over; a wrong value falls back to its default, alone."""
        good = {f.name: table[f.name] for f in fields(cls) if f.name in table and _is_valid(f.name, table[f.name])}
        if "muted" in good:
            words = (one for one in good["muted"] if isinstance(one, str))  # type: ignore[attr-defined]
            good["muted"] = tuple(dict.fromkeys(words))
        if "map_source" in good:
            good["map_source"] = MapSource.from_dict(good["map_source"])
        return cls(**good)  # type: ignore[arg-type]

    def says(self, kind: str) -> bool:
        """Whether a message of this kind is said when it comes."""
        return kind not in self.muted

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


def _is_valid(name: str, value: object) -> bool:
    if name == "language":
        return value in LANGUAGES
    if name == "theme":
        return value in THEMES
    if name == "ledger_days":
        return isinstance(value, int) and not isinstance(value, bool) and value in LEDGER_DAYS
    if name == "muted":
        return isinstance(value, list | tuple)
    return isinstance(value, dict if name == "map_source" else bool)
