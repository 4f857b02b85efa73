"""The file of what was known last: as it was told, for one owner, and never a reason to fail."""

from __future__ import annotations

import copy
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.api.last_known import LastKnown, Owner, Recalled
from companion.api.readings import apply
from companion.api.vehicles import garage_of, overview_of
from companion.model.vehicle import Vehicle

VIN, OTHER = "WP0ZZZY1ZSSA10001", "WP0ZZZ97ZSSA20002"
OWNER = Owner("backend-1 http://127.0.0.1:9", "owner@demo.example")
EARLY, BEFORE, LATE = "2026-01-02T03:00:00Z", "2026-01-02T03:59:00Z", "2026-01-02T04:00:00Z"


def told(key: str, value: Any, **status: Any) -> dict[str, Any]:
    return {"key": key, "status": status or {"isEnabled": True}, "value": value}


def row(vin: str = VIN) -> dict[str, Any]:
    return {
        "vin": vin, "modelName": "Taycan", "customName": "Blue", "modelType": {"year": "2026", "engine": "BEV"},
        "color": {"primaryExteriorColor": "0A1B2C"}, "connect": True, "timestamp": LATE,
    }  # fmt: skip


def table(vin: str = VIN, at: str = EARLY, percent: int = 78) -> dict[str, Any]:
    measurements = [
        told("GLOBAL_TIMESTAMP", {"timestamp": at}), told("BATTERY_LEVEL", {"percent": percent}),
        told("LOCK_STATE_VEHICLE", {"isLocked": True, "lastModified": EARLY}),
        {"key": "GPS_LOCATION", "status": {"isEnabled": False, "cause": "PRIVATE"}},
    ]  # fmt: skip
    return {**row(vin), "timestamp": at, "measurements": measurements}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "app" / "last_known.json"


def kept(place: Path, *tables: dict[str, Any]) -> LastKnown:
    """Of an owner with two cars; the given overviews were read."""
    known = LastKnown(place)
    known.begin(OWNER, timedelta(seconds=90))
    known.listed([row(), row(OTHER)])
    for one in tables:
        known.overview(one, moment(one["timestamp"]))
    return known


def found(place: Path) -> Recalled:
    recalled = LastKnown(place).load()
    assert recalled is not None
    return recalled


def car(place: Path, vin: str = VIN) -> Vehicle:
    return next(one for one in found(place).vehicles if one.vin == vin)


# -- as it was told ---------------------------------------------------------------------------------------------------


def test_what_was_told_comes_back_as_it_was_read(place: Path) -> None:
    kept(place, table())
    first, second = garage_of([row(), row(OTHER)])
    assert found(place) == Recalled(OWNER, timedelta(seconds=90), (overview_of(table(), first), second))
    assert car(place).energy.charge_percent == 78
    assert car(place).reported_at == datetime(2026, 1, 2, 3, tzinfo=UTC)
    assert car(place, OTHER).reported_at is None


def test_the_file_is_alone_and_its_owners_only(place: Path) -> None:
    kept(place, table())
    assert [one.name for one in place.parent.iterdir()] == ["last_known.json"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


EVENTS = {
    "a new value": [[told("BATTERY_LEVEL", {"percent": 60}), told("GLOBAL_TIMESTAMP", {"timestamp": LATE})]],
    "a new key": [[told("MILEAGE", {"kilometers": 7})]],
    "switched off": [[told("BATTERY_LEVEL", None, isEnabled=False, cause="ASLEEP")]],
    "switched off twice": [[told("BATTERY_LEVEL", None, isEnabled=False, cause=cause)] for cause in ("ASLEEP", "BUSY")],
    "off and on again": [[told("BATTERY_LEVEL", None, isEnabled=False)], [told("BATTERY_LEVEL", {"percent": 5})]],
    "on again without a value": [[told("GPS_LOCATION", None)]],
    "both in one": [[told("GPS_LOCATION", {"location": "48.8,9.1"}), told("GPS_LOCATION", None, isEnabled=False)]],
    "an unknown key": [[told("FIREWORKS", {"lit": True})]],
}


@pytest.mark.parametrize("overviews", [[table()], []], ids=["read", "only listed"])
@pytest.mark.parametrize("events", EVENTS.values(), ids=EVENTS)
def test_an_event_changes_the_file_as_it_changes_the_screen(
    place: Path, overviews: list[dict[str, Any]], events: list[list[Any]]
) -> None:
    known = kept(place, *overviews)
    shown = car(place)
    for event in events:
        shown = apply(shown, event)
        known.measured(VIN, event, shown.reported_at)
    assert car(place) == shown


def test_an_event_after_a_restart_changes_what_was_kept_before(place: Path) -> None:
    kept(place, table())
    again = LastKnown(place)
    again.load()
    again.begin(OWNER, timedelta())
    again.measured(VIN, [told("MILEAGE", {"kilometers": 7})], moment(EARLY))
    assert (car(place).energy.mileage_km, car(place).energy.charge_percent) == (7, 78)


def test_what_is_older_than_what_is_kept_changes_nothing(place: Path) -> None:
    known = kept(place, table(at=LATE, percent=50))
    known.overview(table(at=BEFORE, percent=78), moment(BEFORE))
    known.measured(VIN, [told("BATTERY_LEVEL", {"percent": 79})], moment(EARLY))
    assert car(place).energy.charge_percent == 50
    again = LastKnown(place)
    again.load()
    again.begin(OWNER, timedelta())
    again.overview(table(at=BEFORE, percent=78), moment(BEFORE))
    assert car(place).energy.charge_percent == 50


def test_an_answer_that_says_much_less_than_is_kept_corrects_it(place: Path) -> None:
    """A report from the future would otherwise stay for ever."""
    known = kept(place, table(at="2999-01-01T00:00:00Z", percent=50))
    known.overview(table(at=EARLY, percent=78), moment(EARLY))
    assert car(place).energy.charge_percent == 78


def test_an_event_of_a_car_that_is_not_the_owners_is_not_kept(place: Path) -> None:
    kept(place).measured("WP0ZZZ00000000000", [told("MILEAGE", {"kilometers": 7})], None)
    assert "WP0ZZZ00000000000" not in place.read_text("utf-8")


def test_a_car_that_is_no_longer_listed_goes_with_its_state(place: Path) -> None:
    kept(place, table(), table(OTHER)).listed([row()])
    assert [one.vin for one in found(place).vehicles] == [VIN]
    assert OTHER not in place.read_text("utf-8")


def test_a_clock_that_was_moved_is_kept_and_one_that_drifts_is_not(place: Path) -> None:
    known = kept(place)
    known.clock(timedelta(seconds=90.5))
    assert found(place).clock_offset == timedelta(seconds=90)
    known.clock(timedelta(days=20_000))
    assert found(place).clock_offset == timedelta(days=20_000)


# -- for one owner ----------------------------------------------------------------------------------------------------


def test_nothing_is_kept_before_the_sign_in(place: Path) -> None:
    known = LastKnown(place)
    known.listed([row()])
    known.overview(table(), moment(EARLY))
    known.clock(timedelta(days=1))
    assert not place.exists()


def test_an_answer_that_comes_after_the_sign_out_is_not_kept(place: Path) -> None:
    known = kept(place, table())
    known.erase()
    known.listed([row()])
    known.overview(table(), moment(EARLY))
    known.measured(VIN, [told("MILEAGE", {"kilometers": 7})], moment(EARLY))
    known.clock(timedelta(days=1))
    assert list(place.parent.iterdir()) == []


def test_a_draft_that_a_crash_left_is_erased_too_and_is_no_hindrance(place: Path) -> None:
    place.parent.mkdir()
    draft = place.with_suffix(".new")
    draft.write_text(VIN, "utf-8")
    known = kept(place)
    assert not draft.exists()
    draft.write_text(VIN, "utf-8")
    known.erase()
    assert list(place.parent.iterdir()) == []
    known.erase()


@pytest.mark.parametrize("other", [Owner("backend-2 x", OWNER.email), Owner(OWNER.key_name, "other@demo.example")])
def test_another_owner_begins_with_nothing_of_the_first(place: Path, other: Owner) -> None:
    kept(place, table())
    again = LastKnown(place)
    again.load()
    again.begin(other, timedelta())
    again.clock(timedelta(days=1))
    assert found(place) == Recalled(other, timedelta(days=1), ())
    assert VIN not in place.read_text("utf-8")


def test_without_a_place_nothing_is_kept() -> None:
    known = LastKnown(None)
    known.begin(OWNER, timedelta())
    known.listed([row()])
    assert known.load() is None
    known.erase()


# -- never a reason to fail -------------------------------------------------------------------------------------------


def changed(**more: Any) -> bytes:
    good = {
        "version": 1,
        "key_name": "k",
        "email": "e",
        "clock_offset": 0,
        "cars": [row()],
        "overviews": {VIN: table()},
    }
    return json.dumps({**good, **more}).encode()


def test_the_sound_file_of_the_next_test_is_read(tmp_path: Path) -> None:
    (tmp_path / "last_known.json").write_bytes(changed())
    assert car(tmp_path / "last_known.json").energy.charge_percent == 78


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"7", b"\xff\xfe", b"{}", b"[" * 100_000, b'{"version": 1, "version": 1}',
        changed()[:-9], changed(version=2), changed(key_name=""), changed(key_name=7), changed(email=None),
        changed(clock_offset="soon"), changed(clock_offset=True), changed(clock_offset=float("nan")),
        changed(clock_offset=1e300), changed(clock_offset=10**400), changed(cars={}), changed(cars=[7]), changed(cars=[{}]),
        changed(overviews=None), changed(overviews=[VIN]), changed(overviews=[]),
        changed(overviews={VIN: 7}), changed(overviews={VIN: table(OTHER)}),
        changed(overviews={VIN: {**table(), "measurements": [{"key": "BATTERY_LEVEL"}]}}), changed(more="x" * 5_000_000),
    ],
    ids=range(29),
)  # fmt: skip
def test_a_damaged_or_foreign_file_is_passed_over_whole(place: Path, content: bytes) -> None:
    place.parent.mkdir()
    place.write_bytes(content)
    known = LastKnown(place)
    assert known.load() is None
    known.begin(OWNER, timedelta())
    known.listed([row()])
    assert [one.vin for one in found(place).vehicles] == [VIN]


def test_a_missing_file_or_a_folder_in_its_place_is_passed_over(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert LastKnown(place).load() is None
    place.mkdir(parents=True)
    assert LastKnown(place).load() is None
    kept(place, table()).erase()
    assert "not kept: " in caplog.text
    assert "not erased: " in caplog.text
    assert VIN not in caplog.text


def test_an_answer_nested_too_deep_to_be_written_is_left_out(place: Path) -> None:
    known, deep = kept(place, table()), {}
    for _ in range(100_000):
        deep = {"more": deep}
    known.overview({**table(percent=5), "more": deep}, moment(EARLY))
    assert car(place).energy.charge_percent == 78


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([VIN, EARLY]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)


def spots(value: Any) -> list[Callable[[Any], None]]:
    """A way to replace each part of a JSON value."""
    here = [(lambda new, k=key: value.__setitem__(k, new)) for key in _keys(value)]
    return here + [spot for key in _keys(value) for spot in spots(value[key])]


def _keys(value: Any) -> list[Any]:
    return list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_part_of_the_file_may_be_wrong(tmp_path: Path, data: st.DataObject) -> None:
    content = copy.deepcopy(json.loads(changed()))
    data.draw(st.sampled_from(spots(content)))(data.draw(ANYTHING))
    place = tmp_path / "last_known.json"
    place.write_bytes(json.dumps(content).encode())
    assert isinstance(LastKnown(place).load(), Recalled | None)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.integers(0, len(changed())))
def test_any_bytes_may_be_in_the_file(tmp_path: Path, junk: bytes, at: int) -> None:
    place = tmp_path / "last_known.json"
    place.write_bytes(changed()[:at] + junk)
    assert isinstance(LastKnown(place).load(), Recalled | None)
