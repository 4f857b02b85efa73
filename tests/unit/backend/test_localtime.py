"""The clock in the car: days that are too short or too long, and preferred hours over midnight."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mock_backend import localtime

BERLIN = localtime.HOME


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_hour_that_does_not_come_or_comes_twice() -> None:
    assert not localtime.exists(local("2030-03-31T02:30:00"), BERLIN)
    assert localtime.exists(local("2030-10-27T02:30:00"), BERLIN)
    assert localtime.moment(local("2030-10-27T02:30:00"), BERLIN) == utc("2030-10-27T00:30:00")
    assert localtime.moment(local("2030-03-31T02:30:00"), BERLIN) == utc("2030-03-31T01:30:00")


@pytest.mark.parametrize(
    ("days", "after", "wanted"),
    [
        ([], "2030-03-29T00:00:00", "2030-03-30T06:30:00"), ([], "2030-03-30T06:30:00", None),
        (["SUNDAY"], "2030-03-30T00:00:00", "2030-03-31T05:30:00"), (["SUNDAY"], "2030-03-31T05:30:00", "2030-04-07T05:30:00"),
        (["SATURDAY", "MONDAY"], "2030-03-30T23:30:00", "2030-04-01T05:30:00"),
    ],
)  # fmt: skip
def test_the_next_departure(days: list[str], after: str, wanted: str | None) -> None:
    timer = {"triggerDateTime": "2030-03-30T07:30:00", "repeatOn": days}
    assert localtime.following(timer, BERLIN, utc(after)) == (wanted and utc(wanted))


def test_preferred_hours_go_over_midnight_and_count_once() -> None:
    hours = [{"from": "22:00", "to": "06:00"}, {"from": "05:00", "to": "07:00"}]
    found = localtime.windows(hours, BERLIN, utc("2030-03-30T12:00:00"), utc("2030-03-31T23:00:00"))
    assert found == [
        (utc("2030-03-30T21:00:00"), utc("2030-03-31T05:00:00")), (utc("2030-03-31T20:00:00"), utc("2030-03-31T23:00:00")),
    ]  # fmt: skip
    assert localtime.windows([], BERLIN, utc("2030-03-30T12:00:00"), utc("2030-03-31T23:00:00")) == []
