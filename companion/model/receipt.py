"""Erasure, proved in the files: how often a value lies in each file of every party, and what each file is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from companion.model.privacy import Localized


@dataclass(frozen=True, slots=True)
class FileSeal:
    """One file of the data directory; `sha256` in hex."""

    party: Localized
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Found:
    """A value in one file. `key` is the same for the same value, `value` is masked in its middle."""

    key: str
    kind: str
    value: str
    file: str
    occurrences: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """As the backend's own search of its files tells it. `values`: (key, kind, masked value) of what was searched for."""

    at: datetime
    files: tuple[FileSeal, ...]
    values: tuple[tuple[str, str, str], ...]
    found: tuple[Found, ...]

    def count(self, key: str) -> int:
        return sum(one.occurrences for one in self.found if one.key == key)

    @property
    def total(self) -> int:
        return sum(one.occurrences for one in self.found)


@dataclass(frozen=True, slots=True)
class Erased:
    """Records of one activity that went with the account. `line`: where the notice promises that; None: our choice."""

    title: Localized
    party: Localized
    rows: int
    line: int | None


@dataclass(frozen=True, slots=True)
class Deletion:
    """What the deletion of an account erased."""

    rows: int
    erased: tuple[Erased, ...]
    promised: tuple[tuple[Localized, int, int], ...]
    """(activity, line, rows) of what the notice promises, also where nothing was held."""
    before: Receipt
    after: Receipt
