"""Pages of what is held: every row once, in order, under every filter, whatever the size of a page."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import QueryParams

from mock_backend.catalogue import Activity, Rule
from mock_backend.console import holdings as module
from mock_backend.console.holdings import SORTS, Holdings, Wanted
from mock_backend.vault import Vault
from mock_backend.web import Refused
from standing_vault import LEAP, Stopped

PARTIES = ("identity", "porsche_system", "dealer")


def made(name: str, service: str, kind: str, duration: str | None, *items: str) -> Activity:
    line = 47 if kind == "until_account_deletion" else 12
    words = (f"Vorgang {name}",) if service == "zoo" else ()
    return Activity(name, service, items, (Rule(kind, duration, line, False),), words=words)


ACTIVITIES = {
    one.id: one
    for one in (
        made("lock.command", "lock", "unspecified", None, "vin", "time"),
        made("lock.statistics", "lock", "duration", "P12M", "vin"),
        made("car.events", "car", "duration", "PT1H", "speed"), made("car.account", "car", "until_account_deletion", None),
        made("zoo.animals", "zoo", "duration", "P1D", "vin"),
    )
}  # fmt: skip


@pytest.fixture
def clock() -> Stopped:
    return Stopped()


@pytest.fixture
def held(tmp_path: Path, clock: Stopped) -> Iterator[Holdings]:
    """Two hundred records of two owners, many stored at the same moment, some due."""
    dice = random.Random(7)
    vaults = {party: Vault(party, tmp_path / f"{party}.db", ACTIVITIES, clock) for party in PARTIES}
    for number in range(200):
        clock.moment = LEAP + timedelta(minutes=dice.randrange(12) * 10)
        vaults[dice.choice(PARTIES)].keep(
            dice.choice(list(ACTIVITIES)), dice.choice(("WP0-A", "WP0-B")), {}, owner=dice.choice(("one", "two")),
            trace=f"trace-{number % 20}",
        )  # fmt: skip
    clock.moment = LEAP + timedelta(minutes=115)
    yield Holdings(clock, vaults, ACTIVITIES)
    for vault in vaults.values():
        vault.close()


def page(held: Holdings, query: str = "", owner: str | None = None) -> dict[str, Any]:
    return held.page(Wanted.read(QueryParams(query), owner))


def paged(held: Holdings, query: str = "", owner: str | None = None) -> list[dict[str, Any]]:
    rows, after = [], ""
    while after is not None:
        answer = page(held, f"{query}&after={after}", owner)
        rows += answer["rows"]
        after = answer["next"]
        assert after is None or len(answer["rows"]) == module.PAGE
    assert len(rows) == answer["total"]
    return rows


def everything(held: Holdings) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = page(held)["rows"]
    assert len(rows) == page(held)["total"] > 130
    return rows


def order(row: dict[str, Any], sort: str) -> tuple[Any, ...]:
    """As the document says: no end comes last, by party and number; the rest is by time, party and number."""
    party, number = PARTIES.index(row["party"]), int(row["id"].rpartition("-")[2])
    if sort == "expires_at":
        ends = row["expires_at"]
        return ends is None, ends or "", party, number
    group = {"party": party, "service": row["service"], "stored_at": 0}[sort]
    return group, row["stored_at"], party, number


@pytest.mark.parametrize("size", [1, 7, 500])
@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_give_every_row_once_and_in_order(
    held: Holdings, monkeypatch: pytest.MonkeyPatch, sort: str, down: bool, size: int
) -> None:
    wanted = sorted(everything(held), key=lambda row: order(row, sort), reverse=down)
    monkeypatch.setattr(module, "PAGE", size)
    assert paged(held, f"sort={sort}&desc={int(down)}") == wanted


FILTERS = {
    "party=dealer": lambda row: row["party"] == "dealer",
    "service=lock": lambda row: row["service"] == "lock",
    "rule=duration": lambda row: row["rule"] == "duration",
    "item=vin": lambda row: "vin" in row["items"],
    "q=wp0-b": lambda row: row["subject"] == "WP0-B",
    "q=ZOO": lambda row: row["service"] == "zoo",
    "q=command": lambda row: row["activity"] == "lock.command",
    "q=vorgang": lambda row: row["service"] == "zoo",
    "q=nowhere": lambda row: False,
    "party=nobody": lambda row: False,
    "item=vin&rule=duration&party=identity&q=A": lambda row: (
        "vin" in row["items"] and row["rule"] == "duration" and row["party"] == "identity"
        and any("a" in row[name].lower() for name in ("activity", "service", "subject"))
    ),
    "trace=trace-3&trace=trace-4": lambda row: row["trace"] in ("trace-3", "trace-4"),
    "trace=trace-3&service=car": lambda row: row["trace"] == "trace-3" and row["service"] == "car",
}  # fmt: skip


@pytest.mark.parametrize("sort", ["party", "expires_at"])
@pytest.mark.parametrize("query", FILTERS)
def test_filters_leave_what_they_say(held: Holdings, monkeypatch: pytest.MonkeyPatch, query: str, sort: str) -> None:
    rows = sorted(
        (row for row in everything(held) if FILTERS[query](row)), key=lambda row: order(row, sort), reverse=True
    )
    monkeypatch.setattr(module, "PAGE", 3)
    assert paged(held, f"{query}&sort={sort}&desc=1") == rows


def test_an_owner_sees_the_own_rows_and_staff_see_all(held: Holdings) -> None:
    rows = [{row["id"] for row in paged(held, owner=owner)} for owner in ("one", "two", None, "nobody")]
    assert rows[0] | rows[1] == rows[2]
    assert not rows[0] & rows[1]
    assert rows[0]
    assert rows[3] == set()
    traced = "trace=" + "&trace=".join(f"trace-{number}" for number in range(20))
    assert {row["id"] for row in paged(held, traced, "one")} == rows[0]


def test_counts_are_those_of_the_rows(held: Holdings) -> None:
    answer = page(held, "item=vin")
    for name in ("party", "service", "rule"):
        values = [row[name] for row in answer["rows"]]
        assert answer["counts"][name] == {value: values.count(value) for value in values}
    assert page(held, "trace=trace-1")["counts"] == {"party": {}, "service": {}, "rule": {}}


def test_what_is_due_is_not_shown_and_not_counted_before_it_is_deleted(held: Holdings, clock: Stopped) -> None:
    before = everything(held)
    clock.moment += timedelta(minutes=30)
    now = clock.moment.isoformat()
    after = everything(held)
    assert after == [row for row in before if row["expires_at"] is None or row["expires_at"] > now]
    assert len(after) < len(before)


def test_a_row_says_what_the_notice_promises(held: Holdings) -> None:
    promised = {row["activity"]: row["erased_with_account"] for row in everything(held)}
    assert promised.pop("car.account") == 47
    assert set(promised.values()) == {None}


def cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "query",
    [
        "sort=size", "rule=forever", "desc=2", "desc=true", "q=" + "x" * 101, "after=x", "after=1.2", "after=%C2%B2", "after=e30",
        f"after={cursor('stored_at', False, '', 1.0, 0, 1)}", f"sort=stored_at&after={cursor('stored_at', True, '', 1.0, 0, 1)}",
        f"after={cursor('party', False, 1, 1.0, 0, 1)}", f"after={cursor('party', False, '000', 'now', 0, 1)}",
        f"after={cursor('party', False, '000', 1.0, True, 1)}", f"after={cursor('party', False, '000', 1.0, 0, 1 << 63)}",
        f"after={cursor('party', False, '000', float('inf'), 0, 1)}", f"after={cursor('party', False, '000', 1.0, 0)}",
        "after=" + "W" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused(held: Holdings, query: str) -> None:
    with pytest.raises(Refused) as refused:
        page(held, query)
    assert refused.value.status == 400
