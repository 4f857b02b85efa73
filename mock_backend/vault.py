"""The only keeper of personal data: one file a party, and the catalogue's rule decides how long.

`secure_delete` must read 1: 2 (FAST) and 0 leave deleted values in the file. Even so, pages that were split or joined keep
stale copies between their cells (measured); `scrubbing` takes them out.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec

from mock_backend.catalogue import Activity, Rule
from mock_backend.clock import Clock, add
from mock_backend.store import FIELDS, Place, Record, Store, VaultError, moment, record

__all__ = ["ORDERS", "Place", "Record", "Vault", "VaultError"]

PASSING = ("request", "transient_on_device")
REPLACED = ("until_next_status", "until_replaced")
MORE_THAN = timedelta(milliseconds=1)
"""`until_unused_for` ends after its period, not with it."""
ORDERS = {
    "stored_at": "(expires_at IS NULL OR expires_at>?)", "expires_at": "expires_at>?", "id": "expires_at IS NULL",
}  # fmt: skip
"""Ways to read a place, each along an index."""
EXPIRED = itemgetter(2, 4)
FEW = 2000
"""Records that are due and not yet deleted and are still taken from the counts; more are on their way out."""


class Vault:
    def __init__(self, party: str, file: Path, activities: Mapping[str, Activity], clock: Clock) -> None:
        self.party = party
        self._activities = activities
        self._clock = clock
        self._rules: dict[str, Rule] = {}
        self._passing: dict[int, tuple[str, str]] = {}
        self._numbers = itertools.count(1)
        self._gone: set[str] = set()
        self._store = Store(file)

    def keep(
        self, activity: str, subject: str, values: Mapping[str, Any], *, trace: str | None = None, owner: str = "",
        tag: str = "", replaces: bool = False, is_soon: bool = False,
    ) -> int:  # fmt: skip
        """Stores a record under its activity's rule at this party; returns its id. Raises VaultError.

        `replaces`: only the last is kept, although the rule states no period. `is_soon`: comes very often, the disk is not
        waited for. Records that build statistics are counted beside, without a person in it.
        """
        rule = self.rule(activity)
        if rule.kind in PASSING:
            raise VaultError(f"{activity} is never written")
        if not owner:
            raise VaultError(f"{activity} belongs to nobody: what has no owner could not be erased with the account")
        if owner in self._gone:
            raise VaultError("this account was deleted")
        now = self._clock.now()
        content, expires = json.dumps(values, separators=(",", ":")), self._end(rule, now)
        row = (owner, content, trace, now.timestamp(), None if expires is None else expires.timestamp())
        with self._store.soon() if is_soon else nullcontext():
            if (replaces or rule.kind in REPLACED) and (known := self._store.at(activity, subject, tag)) is not None:
                self._store.replace(known, row)
                return known
        if not self._activities[activity].is_statistics:
            return self._store.insert((*row, activity, subject, tag))
        # A person looks very often: the disk is not waited for each time.
        with self._store.soon():
            self.count(self._activities[activity].service)
            return self._store.insert((*row, activity, subject, tag))

    @contextmanager
    def handling(self, activity: str, subject: str) -> Iterator[None]:
        """What is in memory while it is handled, or never leaves the car: never in the file."""
        if self.rule(activity).kind not in PASSING:
            raise VaultError(f"{activity} is kept longer than a request")
        key = next(self._numbers)
        self._passing[key] = (activity, subject)
        try:
            yield
        finally:
            del self._passing[key]

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is written inside, or nothing of it; no await in here."""
        with self._store.together():
            yield

    def touch(self, number: int) -> None:
        """A use: `until_unused_for` starts anew."""
        row = self.get(number)
        if row is not None and (rule := self.rule(row.activity)).kind == "until_unused_for":
            end = self._end(rule, self._clock.now())
            assert end is not None
            self._store.write("UPDATE record SET expires_at=? WHERE id=?", (end.timestamp(), number))

    def change(self, number: int, values: Mapping[str, Any], tag: str | None = None, trace: str | None = None) -> None:
        """New values for a record that stays the same record; its period goes on. `trace`: what it is so because of now."""
        content = json.dumps(values, separators=(",", ":"))
        change = "UPDATE record SET content=?, tag=coalesce(?, tag), trace=coalesce(?, trace) WHERE id=?"
        self._store.write(change, (content, tag, trace, number))

    def erase(self, number: int) -> None:
        self._store.erase("id=?", (number,), 1)

    def count(self, name: str) -> None:
        """A statistic without a person in it."""
        self._store.count(name)

    def counted(self) -> dict[str, int]:
        return dict(self._store.read("SELECT name, count FROM counter"))

    def rule(self, activity: str) -> Rule:
        """How long this party keeps records of an activity. Raises VaultError."""
        if activity not in self._rules:
            if activity not in self._activities:
                raise VaultError(f"no rule for {activity}")
            self._rules[activity] = self._activities[activity].rule_at(self.party)
        return self._rules[activity]

    # -- reading: what is due is never shown, even before it is deleted -----------------------------------------

    def get(self, number: int) -> Record | None:
        return next(self._select("id=?", (number,)), None)

    def find(self, activity: str, subject: str | None = None, tag: str | None = None) -> Iterator[Record]:
        """Oldest first."""
        where, values = ["activity=?"], [activity]
        if subject is not None:
            where, values = [*where, "subject=?"], [*values, subject]
        if tag is not None:
            where, values = [*where, "tag=?"], [*values, tag]
        return self._select(" AND ".join(where), values)

    def newest(self, activity: str, subject: str, tag: str | None = None) -> Record | None:
        found = None
        for one in self.find(activity, subject, tag):
            found = one
        return found

    def newest_of(self, activities: Sequence[str], subject: str) -> dict[str, dict[str, Any]]:
        """Activity -> the values of its newest record without a tag, where there is one."""
        query = (
            f"SELECT activity, content FROM record WHERE activity IN ({','.join('?' * len(activities))}) AND subject=?"
            " AND tag='' AND (expires_at IS NULL OR expires_at>?) ORDER BY id"
        )
        rows = dict(self._store.read(query, (*activities, subject, self._clock.now().timestamp())))
        return {activity: msgspec.json.decode(content) for activity, content in rows.items()}

    def after(
        self, number: int, limit: int, *, owner: str | None = None, activities: Sequence[str] = ()
    ) -> list[Record]:
        where, values = ["id>?"], list[object]((number,))
        if owner is not None:
            where, values = [*where, "owner=?"], [*values, owner]
        if activities:
            where, values = [*where, f"activity IN ({','.join('?' * len(activities))})"], [*values, *activities]
        return list(self._select(" AND ".join(where), values, f"LIMIT {int(limit)}"))

    def traced(self, traces: Sequence[str], owner: str | None = None) -> Iterator[Record]:
        """What these requests left behind."""
        found = self._select(f"trace IN ({','.join('?' * len(traces))})", traces)
        return (one for one in found if owner in (None, one.owner))

    def size(self, owner: str | None = None) -> int:
        return sum(rows for place, rows in self.places().items() if owner in (None, place[0]))

    def places(self) -> Counter[Place]:
        """(owner, activity, subject) -> how many records; counted in memory, so that a million cost nothing."""
        query = "SELECT owner, activity, subject FROM record WHERE expires_at<=? ORDER BY expires_at LIMIT ?"
        due = Counter(self._store.read(query, (self._clock.now().timestamp(), FEW)))
        return self._store.places - due if due else self._store.places

    def lines(self, place: Place, order: str, after: tuple[float, int] | None, *, is_down: bool) -> Iterator[Record]:
        """Records of one place behind a (time, id), read as they are taken. `order` is one of ORDERS.

        stored_at: all; expires_at: those that end; id: those that do not, whatever the time.
        """
        sign, way = ("<", "DESC") if is_down else (">", "ASC")
        where, values = ["owner=?", "activity=?", "subject=?", ORDERS[order]], list[object](place)
        if order != "id":
            values.append(self._clock.now().timestamp())
        if after is not None:
            where.append(f"id {sign} ?" if order == "id" else f"({order}, id) {sign} (?, ?)")
            values += after[1:] if order == "id" else after
        by = f"id {way}" if order == "id" else f"{order} {way}, id {way}"
        query = f"SELECT {FIELDS} FROM record WHERE {' AND '.join(where)} ORDER BY {by}"
        return map(record, self._store.read(query, values))

    # -- expiry -------------------------------------------------------------------------------------------------

    def next_due(self) -> datetime | None:
        (due,) = next(iter(self._store.read("SELECT MIN(expires_at) FROM record WHERE expires_at IS NOT NULL")))
        return None if due is None else moment(due)

    def expire(self, limit: int = 500) -> list[tuple[str, float]]:
        """Deletes at most `limit` due records, oldest due first; returns (activity, due as a timestamp) of each."""
        rows = self._store.erase("expires_at<=? ORDER BY expires_at", (self._clock.now().timestamp(),), limit)
        return list(map(EXPIRED, rows))

    @asynccontextmanager
    async def hurrying(self) -> AsyncIterator[None]:
        """For very many deletions: their writes do not wait for the disk one by one, but once at the end."""
        self._store.hurry()
        try:
            yield
            await asyncio.to_thread(self._store.flush)
        finally:
            self._store.settle()

    def reset(self) -> list[str]:
        """The owner's own reset: what is kept until then goes; returns the activity of each record."""
        found = []
        for activity in {place[1] for place in self._store.places}:
            if self.rule(activity).kind == "until_user_reset":
                found += [row[2] for row in self._store.erase("activity=?", (activity,), -1)]
        return found

    def refuse(self, owner: str) -> None:
        """From now on nothing of this account is kept."""
        self._gone.add(owner)

    def welcome(self, owner: str) -> None:
        self._gone.discard(owner)

    def forget(self, owner: str, limit: int = 500) -> list[str]:
        """Deletes at most `limit` records of an account; returns the activity of each."""
        return [row[2] for row in self._store.erase("owner=?", (owner,), limit)]

    def scrubbing(self) -> Iterator[int]:
        """No copy of what was deleted or overwritten before stays in the file; a step at a time."""
        return self._store.scrubbing()

    def scrub(self) -> None:
        for _ in self.scrubbing():
            pass

    def close(self) -> None:
        self.scrub()
        self._store.close()

    def _end(self, rule: Rule, now: datetime) -> datetime | None:
        if rule.kind == "duration":
            return add(now, rule.duration or "")
        return add(now, rule.duration or "") + MORE_THAN if rule.kind == "until_unused_for" else None

    def _select(self, where: str, values: Sequence[object], more: str = "") -> Iterator[Record]:
        query = (
            f"SELECT {FIELDS} FROM record WHERE ({where}) AND (expires_at IS NULL OR expires_at>?) ORDER BY id {more}"
        )
        return map(record, list(self._store.read(query, (*values, self._clock.now().timestamp()))))
