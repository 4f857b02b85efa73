"""The notice's sections, each read when something of it is first asked for: a car's owner seldom needs all 27 at once."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import Any

Table = Mapping[str, Any]


def read(file: Traversable) -> dict[str, Any]:
    table: dict[str, Any] = _lean(tomllib.loads(file.read_text("utf-8")))
    return table


def _lean(value: Any) -> Any:
    """The same with every key once in memory: the reader makes a new string of each, and there are thousands."""
    if isinstance(value, dict):
        return {sys.intern(key): _lean(one) for key, one in value.items()}
    return [_lean(one) for one in value] if isinstance(value, list) else value


class Sections(Mapping[str, Table]):
    """Id -> section; going through all of them is in the notice's order."""

    def __init__(self, folder: Traversable) -> None:
        names = (one.name for one in folder.iterdir())
        self._folder = folder
        self._known: dict[str, Table | None] = {name[:-5]: None for name in names if name.endswith(".toml")}
        self._order: list[str] | None = None

    def __getitem__(self, name: str) -> Table:
        found = self._known[name]
        if found is None:
            found = read(self._folder.joinpath(f"{name}.toml"))
            self._known[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        if self._order is None:
            # A group's text begins where its first service does not yet: the longer one stands before.
            self._order = sorted(self._known, key=lambda name: (self[name]["lines"][0], -self[name]["lines"][1]))
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, name: object) -> bool:
        return name in self._known


class Activities(Mapping[str, Table]):
    """Id -> activity: our own, then the notice's, whose ids begin with their section's."""

    def __init__(self, own: Sequence[Table], sections: Sections) -> None:
        self._own: dict[str, Table] = {row["id"]: row for row in own}
        self._sections = sections
        self._stated: dict[str, Table] = {}

    def __getitem__(self, name: str) -> Table:
        if name in self._own:
            return self._own[name]
        if name not in self._stated:
            section = self._sections[name.partition(".")[0]]
            self._stated |= {row["id"]: row for row in section["activity"]}
        return self._stated[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._own
        for section in self._sections.values():
            yield from (row["id"] for row in section["activity"])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def is_own(self, name: str) -> bool:
        return name in self._own
