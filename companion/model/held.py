"""The table of everything that is held: its query, its rows as far as they were read, and what the server counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from companion.model.privacy import Localized, Period


@dataclass(frozen=True, slots=True)
class HeldQuery:
    """Filter, order and search, all done by the server. Empty: not asked for.

    `sort` is one of `party`, `service`, `stored_at`, `expires_at`.
    """

    rule: str = ""
    party: str = ""
    text: str = ""
    sort: str = "stored_at"
    is_down: bool = True

    @property
    def is_filtered(self) -> bool:
        return bool(self.rule or self.party or self.text)

    @property
    def of_every_rule(self) -> HeldQuery:
        return replace(self, rule="")


@dataclass(frozen=True, slots=True)
class HeldItem:
    """A data item of the activity; `french` is the notice's own term in its `line`."""

    name: Localized
    french: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class HeldKind:
    """What all records of one activity at one party have in common; one object for all of them."""

    party: str
    party_name: Localized
    activity: str
    title: Localized
    service: str
    service_name: Localized
    """Empty for what is this product's own."""
    items: tuple[HeldItem, ...]
    period: Period
    """The rule in force there."""
    choice: bool
    """The period is this product's choice."""
    periods: tuple[Period, ...]
    """Every rule that the notice states for the activity."""
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HeldRecord:
    id: str
    kind: HeldKind
    subject: str
    stored_at: datetime
    expires_at: datetime | None


Page = tuple[HeldRecord, ...]


@dataclass(frozen=True, slots=True)
class HeldPage:
    """`rules` counts what the query finds by kind of rule, `parties` are the holders of it.

    `after` leads to the next page; empty at the end.
    """

    records: Page
    total: int
    rules: Mapping[str, int]
    parties: Mapping[str, Localized]
    after: str


@dataclass(frozen=True, slots=True)
class HeldTable:
    """`number` is another one for each reading of the first page: an answer to an older one is dropped."""

    query: HeldQuery = HeldQuery()
    number: int = 0
    pages: tuple[Page, ...] = ()
    """A page is added to the others as it is: a long table is never copied."""
    total: int = 0
    after: str = ""
    rules: Mapping[str, int] = field(default_factory=dict)
    everything: int = 0
    """`rules` and this count what the query finds without its rule."""
    parties: Mapping[str, Localized] = field(default_factory=dict)
    """Who holds something, as last read without asking for one of them."""
    is_read: bool = False
    is_reading: bool = False
    failed: str | None = None
    """Error key of the last reading; what was read before stays."""
    is_exporting: bool = False

    @property
    def loaded(self) -> int:
        return sum(len(page) for page in self.pages)
