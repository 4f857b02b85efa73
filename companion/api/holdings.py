"""Everything that is held, a page at a time, and the same as a file."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol, TextIO

from companion.api.observer import ObserverApi, Query, party_name
from companion.api.values import moment
from companion.errors import AnswerError
from companion.model.held import HeldItem, HeldKind, HeldPage, HeldQuery, HeldRecord
from companion.model.privacy import Localized, Period
from companion.net.catalogue import Catalogue

COLUMNS = (
    "id", "party", "held_by", "service", "for", "activity", "what", "items", "rule", "duration", "kept", "our_choice",
    "since", "until", "notice_lines", "about",
)  # fmt: skip


class HoldingsApi:
    def __init__(self, observer: ObserverApi, catalogue: Catalogue) -> None:
        self._observer = observer
        self._catalogue = catalogue
        self._kinds: dict[tuple[Any, ...], HeldKind] = {}

    async def page(self, query: HeldQuery, after: str = "") -> HeldPage:
        """Raises CompanionError."""
        # All sections of the notice are read here for the first time: not in the window's way.
        await asyncio.to_thread(list, self._catalogue.services.values())
        table = await self._observer.fetch("holdings", _asked(query, after))
        try:
            rules = {str(rule): int(rows) for rule, rows in table["counts"]["rule"].items()}
            parties = {str(party): party_name(self._catalogue, party) for party in table["counts"]["party"]}
            records = tuple(self._record(row) for row in table["rows"])
            return HeldPage(records, int(table["total"]), rules, parties, str(table.get("next") or ""))
        except (TypeError, KeyError, ValueError, AttributeError, AssertionError) as error:
            raise AnswerError("answer.malformed") from error

    async def pages(self, query: HeldQuery) -> AsyncIterator[HeldPage]:
        """All of them, one after the other. Raises CompanionError."""
        after = ""
        while True:
            page = await self.page(query, after)
            yield page
            after = page.after
            if not after:
                return

    def _record(self, row: Any) -> HeldRecord:
        stored = moment(row["stored_at"])
        assert stored is not None
        return HeldRecord(str(row["id"]), self._kind(row), str(row["subject"]), stored, moment(row["expires_at"]))

    def _kind(self, row: Any) -> HeldKind:
        key = (
            row["party"],
            row["activity"],
            row["rule"],
            row["duration"],
            row["line"],
            bool(row["choice"]),
            tuple(row["items"]),
        )
        if key not in self._kinds:
            self._kinds[key] = _kind(self._catalogue, row)
        return self._kinds[key]


def _asked(query: HeldQuery, after: str) -> Query:
    """What is not asked for is not sent."""
    pairs = (
        ("party", query.party), ("rule", query.rule), ("q", query.text), ("sort", query.sort),
        ("desc", "1" if query.is_down else ""), ("after", after),
    )  # fmt: skip
    return tuple((name, value) for name, value in pairs if value)


def _kind(catalogue: Catalogue, row: Any) -> HeldKind:
    name, party = str(row["activity"]), str(row["party"])
    known: Any = catalogue.activities.get(name) or {}
    rules = tuple(catalogue.period(name, rule) for rule in known.get("retention", ()))
    service = catalogue.service_of(name) if known else None
    return HeldKind(
        party, party_name(catalogue, party), name, catalogue.activity_name(name), str(row["service"]),
        service["name"] if service else {}, tuple(_items(catalogue, known, row["items"])),
        _in_force(catalogue, name, row, rules), bool(row["choice"]), rules, _lines(known, row, rules),
    )  # fmt: skip


def _in_force(catalogue: Catalogue, name: str, row: Any, rules: Sequence[Period]) -> Period:
    """The catalogue's own rule where it has it: only there stands that a period is an upper bound."""
    kind, duration = str(row["rule"]), row["duration"]
    same = (one for one in rules if (one.rule, one.duration) == (kind, duration))
    lines = [row["line"]] if row["line"] else []
    return next(same, None) or catalogue.period(name, {"kind": kind, "duration": duration, "lines": lines})


def _lines(known: Any, row: Any, rules: Sequence[Period]) -> tuple[int, ...]:
    """Where the notice speaks of how long; else where it speaks of the activity."""
    found = dict.fromkeys(line for line in (row["line"], *(one.line for one in rules)) if line)
    return tuple(found) or tuple(known.get("lines", ())[:1])


def _items(catalogue: Catalogue, known: Any, items: Sequence[str]) -> list[HeldItem]:
    listed = {one["item"]: one for one in known.get("data", ()) if isinstance(one, dict)}
    found = []
    for item in items:
        name: Localized = catalogue.items[item]["name"] if item in catalogue.items else {"en": item}
        term = listed.get(item, {})
        found.append(HeldItem(name, term.get("fr", ""), term.get("line")))
    return found


# -- as a file -------------------------------------------------------------------------------------------------------


class HeldFile(Protocol):
    def add(self, records: Sequence[HeldRecord]) -> None: ...
    def end(self) -> None: ...


class CsvFile:
    def __init__(self, file: TextIO, language: str) -> None:
        self._writer, self._language = csv.writer(file), language
        self._writer.writerow(COLUMNS)

    def add(self, records: Sequence[HeldRecord]) -> None:
        for record in records:
            self._writer.writerow(map(_cell, told(record, self._language).values()))

    def end(self) -> None:
        pass


def _cell(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, list) else value


class JsonFile:
    """One object; a row a line."""

    def __init__(self, file: TextIO, language: str) -> None:
        self._file, self._language, self._between = file, language, '{"rows": [\n'

    def add(self, records: Sequence[HeldRecord]) -> None:
        for record in records:
            self._file.write(self._between + json.dumps(told(record, self._language), ensure_ascii=False))
            self._between = ",\n"

    def end(self) -> None:
        self._file.write("\n]}\n" if self._between == ",\n" else '{"rows": []}\n')


def told(record: HeldRecord, language: str) -> dict[str, Any]:
    """A row of the file. The words are in `language`; who asked for it and what proves who that is are not in it."""

    def words(meant: Localized) -> str:
        return meant.get(language) or meant.get("en", "")

    kind = record.kind
    ends = record.expires_at.isoformat() if record.expires_at else None
    values = (
        record.id, kind.party, words(kind.party_name), kind.service, words(kind.service_name), kind.activity,
        words(kind.title), [words(item.name) for item in kind.items], kind.period.rule, kind.period.duration,
        words(kind.period.text), kind.choice, record.stored_at.isoformat(), ends, list(kind.lines), record.subject,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
