"""The first page of what is held: of a million records against a thousand, in every order and under a filter."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from datetime import timedelta

from starlette.datastructures import QueryParams

from mock_backend.catalogue import load
from mock_backend.console.holdings import Holdings, Wanted
from mock_backend.vault import Vault
from standing_vault import Stopped
from tests.bench.measure import Finding, Ratio, Sample, in_turns
from tests.bench.vault import MANY, PARTY, START, filled

LIMIT = 2.0
THOUSAND = 1000
QUERIES = (
    "", "sort=stored_at&desc=1", "sort=expires_at", "sort=service&desc=1", "rule=duration&sort=expires_at&desc=1",
    "q=wp0zzzy1&sort=stored_at", "item=vin&service=car_control&sort=stored_at&desc=1",
)  # fmt: skip


def holdings(times: int = 15, many: int = MANY) -> list[Finding]:
    with _held(many) as large, _held(THOUSAND) as small:
        return [_first_page(query, large, small, times, many) for query in QUERIES]


@contextlib.contextmanager
def _held(rows: int) -> Iterator[Holdings]:
    with filled(rows) as place:
        # As the last one was written: nothing of it is due.
        clock, activities = Stopped(START), load()
        vault = Vault(PARTY, place / "full.db", activities, clock)
        clock.moment += timedelta(seconds=1)
        yield Holdings(clock, {PARTY: vault}, activities)
        vault._store.close()


def _first_page(query: str, large: Holdings, small: Holdings, times: int, many: int) -> Ratio:
    def timed(held: Holdings) -> float:
        started = time.perf_counter()
        answer = held.page(Wanted.read(QueryParams(query), "owner-1"))
        json.dumps(answer)
        assert answer["rows"]
        return (time.perf_counter() - started) * 1000

    ours, base = in_turns(times, lambda: timed(large), lambda: timed(small))
    names = Sample(f"{many} rows", ours), Sample(f"{THOUSAND} rows", base)
    return Ratio(f"first page {query or 'as it comes'}", *names, LIMIT)
