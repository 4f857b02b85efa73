"""All nine kinds of rules, as the notice states them: not a second longer, not a second less, and then in no file."""

from __future__ import annotations

import asyncio
import sqlite3
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from canary import copies
from mock_backend import store
from mock_backend.catalogue import LONGEST, Activity, Rule, load, resource
from mock_backend.clock import add
from mock_backend.retention import Retention
from mock_backend.vault import Vault, VaultError
from standing_vault import LEAP, Owned, Stopped, to

CANARY = "WP0ZZZ-Canary-éß-0f7a3c55"
SECOND = timedelta(seconds=1)
ACTIVITIES = load()
LATER = datetime(2054, 3, 1, tzinfo=UTC)
RULES = sorted({(rule.holder, rule.kind, one.id) for one in ACTIVITIES.values() for rule in one.rules})


def first(kind: str) -> Activity:
    """The notice's own activity of a kind, where there is one."""
    found = [one for one in ACTIVITIES.values() if one.rule.kind == kind]
    return next((one for one in found if one.service != "product"), found[0] if found else made(kind))


def made(kind: str, duration: str | None = None) -> Activity:
    return Activity(f"made.{kind}", "made", ("vin",), (Rule(kind, duration, 1, False),))


@pytest.fixture
def clock() -> Stopped:
    return Stopped()


class Stand:
    """A party with a store, and everything else that a data directory has."""

    def __init__(self, place: Path, clock: Stopped, activities: dict[str, Activity] | None = None) -> None:
        self.place = place
        self.clock = clock
        self.vault = Owned("porsche_system", place / "porsche_system.db", {**ACTIVITIES, **(activities or {})}, clock)
        self.retention = Retention(clock, {"porsche_system": self.vault})

    def store(self, activity: str, filler: str = "lock_unlock.command") -> int:
        """The canary among others, of many lengths, so that pages are split."""
        number = 0
        for length in range(60):
            number = self.vault.keep(
                activity, CANARY, {"value": CANARY * (1 + length % 9), "more": "x" * length}, trace=CANARY, tag=CANARY
            )
            self.vault.keep(filler, f"stays-{length}", {"more": "y" * (97 * length % 301)})
        assert copies(self.place, CANARY)
        return number

    def go(self, moment: datetime) -> int:
        """How many rows went."""
        return asyncio.run(self.retention.move(to(moment))).rows

    def is_there(self) -> bool:
        """In memory and in the files alike."""
        held = any(place[2] == CANARY for place in self.vault.places())
        assert held == bool(copies(self.place, CANARY))
        return held


@pytest.fixture
def stand(tmp_path: Path, clock: Stopped) -> Iterator[Stand]:
    stand = Stand(tmp_path, clock)
    yield stand
    stand.vault.close()


def test_there_are_nine_kinds() -> None:
    kinds = {rule.kind for one in ACTIVITIES.values() for rule in one.rules}
    assert kinds <= set(LONGEST)
    assert len(LONGEST) == 9


ENDING = sorted(
    (one.id, one.rule_at("porsche_system").duration or "") for one in ACTIVITIES.values()
    if one.rule_at("porsche_system").kind == "duration"
)  # fmt: skip


@pytest.mark.parametrize(("activity", "period"), ENDING)
def test_a_period_ends_on_the_second(stand: Stand, activity: str, period: str) -> None:
    stand.store(activity)
    end = add(LEAP, period)
    assert (stand.go(end - SECOND), stand.is_there()) == (0, True)
    assert (stand.go(end), stand.is_there()) == (60, False)
    assert (stand.go(end + SECOND), stand.is_there()) == (0, False)


def test_a_year_is_a_year_of_the_calendar_not_365_days(stand: Stand) -> None:
    stand.store("car_control.usage_statistics")
    assert (stand.go(LEAP + timedelta(days=364)), stand.is_there()) == (0, True)
    assert (stand.go(datetime(2025, 2, 28, 12, tzinfo=UTC)), stand.is_there()) == (60, False)
    stand.clock.moment = datetime(2027, 3, 1, tzinfo=UTC)
    stand.store("car_control.usage_statistics")
    assert (stand.go(datetime(2028, 2, 29, tzinfo=UTC)), stand.is_there()) == (0, True), "365 days later"
    assert (stand.go(datetime(2028, 3, 1, tzinfo=UTC)), stand.is_there()) == (60, False), "366 days later"


def test_unused_for_more_than_a_period_is_one_second_more(tmp_path: Path, clock: Stopped) -> None:
    unused = (
        first("until_unused_for") if any(one.rule.kind == "until_unused_for" for one in ACTIVITIES.values()) else None
    )
    activity = unused or made("until_unused_for", "P1Y")
    stand = Stand(tmp_path, clock, {activity.id: activity})
    number = stand.store(activity.id)
    stand.clock.moment += timedelta(days=100)
    stand.vault.touch(number)
    end = add(LEAP, "P1Y")
    assert (stand.go(end), stand.is_there()) == (0, True), "the notice says: more than a year"
    assert (stand.go(end + SECOND), stand.is_there()) == (59, True), "the one that was used stays"
    end = add(LEAP + timedelta(days=100), "P1Y")
    assert (stand.go(end - SECOND), stand.go(end), stand.is_there()) == (0, 0, True)
    assert (stand.go(end + SECOND), stand.is_there()) == (1, False)
    stand.vault.close()


@pytest.mark.parametrize("kind", ["until_next_status", "until_replaced"])
def test_what_is_replaced_lives_until_the_next_and_no_time_ends_it(tmp_path: Path, clock: Stopped, kind: str) -> None:
    activity = first(kind)
    stand = Stand(tmp_path, clock, {activity.id: activity})
    stand.store(activity.id)
    assert (stand.go(LATER), stand.is_there()) == (0, True)
    stand.vault.keep(activity.id, CANARY, {"value": "another"}, tag=CANARY)
    assert sum(rows for place, rows in stand.vault.places().items() if place[2] == CANARY) == 1
    stand.vault.scrub()
    found = stand.vault.newest(activity.id, CANARY)
    assert found is not None
    assert (found.values, found.trace) == ({"value": "another"}, None)
    stand.vault.erase(found.id)
    stand.vault.scrub()
    assert not stand.is_there()
    stand.vault.close()


@pytest.mark.parametrize("kind", ["until_next_status", "until_replaced"])
def test_the_next_one_takes_what_was_said_before_out_of_every_file(tmp_path: Path, clock: Stopped, kind: str) -> None:
    activity = first(kind)
    stand = Stand(tmp_path, clock, {activity.id: activity})
    for length in range(60):
        stand.vault.keep(activity.id, f"car-{length}", {"value": CANARY * (1 + length % 9)}, trace=CANARY, tag="now")
    stand.go(LEAP + timedelta(days=1) - SECOND)
    assert copies(tmp_path, CANARY)
    for length in range(60):
        stand.vault.keep(activity.id, f"car-{length}", {"value": "z" * (71 * length % 211)}, tag="now")
    assert stand.vault.size() == 60
    stand.go(LEAP + timedelta(days=1))
    assert not copies(tmp_path, CANARY)
    stand.go(LATER)
    assert (stand.vault.size(), copies(tmp_path, CANARY)) == (60, {})
    stand.vault.close()


def test_a_reset_by_the_owner_ends_what_lasts_until_then_and_nothing_else(stand: Stand) -> None:
    stand.store("product.vehicle_memory")
    assert (stand.go(LATER), stand.is_there()) == (0, True)
    assert stand.vault.reset() == ["product.vehicle_memory"] * 60
    stand.vault.scrub()
    assert not stand.is_there()
    assert stand.vault.size() == 60


@pytest.mark.parametrize("kind", ["until_account_deletion", "unspecified"])
def test_what_has_no_period_lives_until_the_account_ends(stand: Stand, kind: str) -> None:
    activity = first(kind)
    stand.store(activity.id)
    assert (stand.go(LATER), stand.is_there()) == (0, True)
    assert stand.vault.reset() == []
    while stand.vault.forget("somebody", limit=50):
        pass
    stand.vault.scrub()
    assert not stand.is_there()
    assert stand.vault.size() == 0


@pytest.mark.parametrize("kind", ["request", "transient_on_device"])
def test_what_passes_is_in_memory_only_while_the_clock_is_moved(tmp_path: Path, clock: Stopped, kind: str) -> None:
    activity = first(kind)
    stand = Stand(tmp_path, clock, {activity.id: activity})
    with pytest.raises(VaultError):
        stand.vault.keep(activity.id, CANARY, {"value": CANARY})
    with stand.vault.handling(activity.id, CANARY):
        assert stand.go(LATER) == 0
        assert list(stand.vault._passing.values()) == [(activity.id, CANARY)]
        assert not copies(tmp_path, CANARY)
    assert stand.vault._passing == {}
    assert not copies(tmp_path, CANARY)
    stand.vault.close()


def test_without_secure_delete_the_canary_is_found_after_its_deletion(tmp_path: Path) -> None:
    """Negative control: what the searches of this file look for can be found."""
    database = sqlite3.connect(tmp_path / "plain.db", isolation_level=None)
    database.execute("PRAGMA secure_delete=OFF")
    database.execute("CREATE TABLE record (content TEXT)")
    database.executemany("INSERT INTO record VALUES (?)", [(CANARY,)] * 50)
    database.execute("DELETE FROM record")
    assert database.execute("SELECT COUNT(*) FROM record").fetchone() == (0,)
    assert copies(tmp_path, CANARY)["plain.db"] > 10
    database.close()


@pytest.mark.parametrize("erasing", [1, 0])
def test_the_search_tells_a_store_that_erases_from_one_that_does_not(
    tmp_path: Path, clock: Stopped, monkeypatch: pytest.MonkeyPatch, erasing: int
) -> None:
    """Negative control: everything as above, but for one setting of SQLite."""
    monkeypatch.setattr(store, "PRAGMAS", {**store.PRAGMAS, "secure_delete": erasing})
    stand = Stand(tmp_path, clock)
    stand.store("car_control.usage_statistics")
    assert stand.go(add(LEAP, "P12M")) == 60
    assert stand.vault.size() == 60
    assert bool(copies(tmp_path, CANARY)) is not bool(erasing)
    stand.vault.close()


# -- whose rule -------------------------------------------------------------------------------------------------------


def rules(*given: tuple[str, str | None, str]) -> Activity:
    return Activity(
        "made.several", "made", (), tuple(Rule(kind, duration, 295, False, holder) for kind, duration, holder in given)
    )


@pytest.mark.parametrize(
    ("party", "kind", "choice"),
    [
        ("porsche_system", "request", False),
        ("request_cache_provider", "duration", False),
        ("map_provider", "duration", True),
    ],
)
def test_each_party_keeps_by_its_own_rule(party: str, kind: str, choice: bool) -> None:
    """What the notice says of others only is applied too, but that is our choice."""
    activity = rules(("request", None, "porsche_system"), ("duration", "P30D", "request_cache_provider"))
    rule = activity.rule_at(party)
    assert (rule.kind, rule.choice) == (kind, choice)


def test_a_rule_for_nobody_in_particular_is_for_every_party() -> None:
    activity = rules(("request", None, "porsche_system"), ("duration", "P30D", "not_stated"))
    assert [activity.rule_at(party).kind for party in ("porsche_system", "dealer")] == ["request", "duration"]
    assert activity.rule_at("dealer").choice is False


def test_what_goes_at_the_maker_stays_at_the_provider_for_its_own_time(tmp_path: Path, clock: Stopped) -> None:
    activity = rules(("duration", "P1D", "porsche_system"), ("duration", "P30D", "request_cache_provider"))
    vaults = {
        party: Owned(party, tmp_path / f"{party}.db", {activity.id: activity}, clock)
        for party in ("porsche_system", "request_cache_provider")
    }  # fmt: skip
    retention = Retention(clock, vaults)
    for vault in vaults.values():
        vault.keep(activity.id, CANARY, {"value": CANARY})
    seen = []
    for moment in (add(LEAP, "P1D") - SECOND, add(LEAP, "P1D"), add(LEAP, "P30D") - SECOND, add(LEAP, "P30D")):
        moved = asyncio.run(retention.move(to(moment)))
        seen.append((sorted(copies(tmp_path, CANARY)), [(one.party, one.due, one.at) for one in moved.deleted]))
    both, one = ["porsche_system.db", "request_cache_provider.db"], ["request_cache_provider.db"]
    day, month = add(LEAP, "P1D"), add(LEAP, "P30D")
    assert seen == [
        (both, []), (one, [("porsche_system", day, day)]), (one, []), ([], [("request_cache_provider", month, month)]),
    ]  # fmt: skip
    for vault in vaults.values():
        vault.close()


def test_every_rule_of_the_catalogue_can_be_kept_at_its_holder(tmp_path: Path, clock: Stopped) -> None:
    """Whatever is added to the catalogue, the vaults know what to do with it."""
    for number, (party, kind, activity) in enumerate(RULES):
        vault = Owned(party, tmp_path / f"{number}.db", ACTIVITIES, clock)
        assert vault.rule(activity).kind in LONGEST
        assert LONGEST.index(vault.rule(activity).kind) <= LONGEST.index(kind)
        if vault.rule(activity).kind in ("request", "transient_on_device"):
            with vault.handling(activity, CANARY):
                pass
        else:
            assert vault.get(vault.keep(activity, CANARY, {})) is not None
        vault.close()


# -- statistics -------------------------------------------------------------------------------------------------------

STATISTICS = sorted(one.id for one in ACTIVITIES.values() if one.is_statistics)
UNSTATED = {"trip_control.usage_statistics", "horn_and_flash.usage_statistics"}


AS_A_WHOLE = {"digital_assistant.group_declaration", "online_radio.radio_streaming"}
"""Here the notice names statistics among other uses of the same data: no record of their own that could be counted."""


def stated() -> dict[str, str | None]:
    """Activity -> how long the data is kept that its statistics are built from, by the words of the catalogue."""
    return {
        activity["id"]: rule.get("duration")
        for file in resource("privacy", "sections").iterdir()
        for activity in tomllib.loads(file.read_text("utf-8"))["activity"] for rule in activity["retention"]
        if "statistics" in rule.get("covers", {}).get("en", "")
    }  # fmt: skip


def test_the_services_that_build_statistics_are_those_of_the_notice() -> None:
    found = stated()
    assert found.keys() == {*STATISTICS} | AS_A_WHOLE
    assert {one for one, period in found.items() if period is None} == UNSTATED
    assert {period for one, period in found.items() if one not in UNSTATED} == {"P12M"}


@pytest.mark.parametrize("activity", STATISTICS)
def test_a_statistics_row_keeps_the_vin_and_the_counter_beside_it_has_none(stand: Stand, activity: str) -> None:
    """The row as long as the notice says, or for good where it is silent; the number for good."""
    service = ACTIVITIES[activity].service
    stand.store(activity)
    assert stand.vault.counted() == {service: 60}
    rule = ACTIVITIES[activity].rule_at("porsche_system")
    expected = ("unspecified", None) if activity in UNSTATED else ("duration", "P12M")
    assert (rule.kind, rule.duration) == expected
    end = add(LEAP, "P12M")
    stand.go(end - SECOND)
    assert stand.is_there()
    stand.go(end)
    assert stand.is_there() is (activity in UNSTATED)
    assert stand.vault.counted() == {service: 60}


def test_a_row_that_is_not_kept_is_not_counted(stand: Stand) -> None:
    with pytest.raises(VaultError):
        Vault.keep(stand.vault, "car_control.usage_statistics", CANARY, {})
    with pytest.raises(ZeroDivisionError), stand.vault.together():  # noqa: PT012
        stand.vault.keep("car_control.usage_statistics", CANARY, {})
        _ = 1 / 0
    assert (stand.vault.counted(), stand.vault.size()) == ({}, 0)


def test_nothing_is_kept_for_nobody_or_for_an_account_that_is_gone(stand: Stand) -> None:
    stand.vault.refuse("gone")
    for owner in ("", "gone"):
        with pytest.raises(VaultError):
            stand.vault.keep("lock_unlock.command", CANARY, {}, owner=owner)
    stand.vault.welcome("gone")
    assert stand.vault.keep("lock_unlock.command", CANARY, {}, owner="gone")
